"""Pinned packages and their licences."""

from __future__ import annotations

from email.message import Message

import pytest
from conftest import ROOT

from caravan.dev import dependencies, node_tools


def test_an_update_lists_the_changes():
    before, after = {"a": "1", "b": "1", "c": "1"}, {"a": "1", "b": "2", "d": "1"}
    assert dependencies.changes("requirements.txt", before, after) == [
        "requirements.txt: b 1 → 2", "requirements.txt: c 1 removed", "requirements.txt: d 1 added",
    ]  # fmt: skip


def test_an_update_changes_the_locks(tmp_path, monkeypatch, capsys):
    """uv is called for the newest versions; the new lock files are compared with the old ones."""
    for name in dependencies.TARGETS:
        (tmp_path / name).write_text("tiny==1.0 \\\n    --hash=sha256:0\n")

    def compile_pins(command, cwd, check):
        assert "--upgrade" in command and "--generate-hashes" in command
        (cwd / command[-1]).write_text("tiny==1.1 \\\n    --hash=sha256:1\n")

    def npm(folder, command, *args):
        assert "--package-lock-only" in args
        if command == "update":
            (folder / "package-lock.json").write_text('{"packages": {"": {}, "node_modules/small": {"version": "2.1"}}}')

    (tmp_path / "package-lock.json").write_text('{"packages": {"": {}, "node_modules/small": {"version": "2.0"}}}')
    monkeypatch.setattr(dependencies.subprocess, "run", compile_pins)
    monkeypatch.setattr(node_tools, "npm", npm)
    assert dependencies.update(tmp_path) == [
        "requirements.txt: tiny 1.0 → 1.1", "requirements-test.txt: tiny 1.0 → 1.1",
        "package-lock.json: node_modules/small 2.0 → 2.1",
    ]  # fmt: skip


def test_every_package_has_a_compatible_licence():
    python_packages = dependencies.python_licences(ROOT / "requirements-test.txt")
    node_packages = dependencies.node_licences(ROOT / "package-lock.json")
    assert len(python_packages) > 30 and {"axe-core", "html-validate"} <= {licence.package for licence in node_packages}
    assert list(dependencies.licence_problems([*python_packages, *node_packages])) == []


@pytest.mark.parametrize(
    ("headers", "expression", "compatible"),
    [
        ({"License-Expression": "MIT OR LicenseRef-Odd"}, "MIT OR LicenseRef-Odd", True),
        ({"License-Expression": "MIT AND LicenseRef-Odd"}, "MIT AND LicenseRef-Odd", False),
        ({"License-Expression": "GPL-2.0-only"}, "GPL-2.0-only", False),
        ({"License-Expression": "Apache-2.0 WITH LLVM-exception"}, "Apache-2.0 WITH LLVM-exception", True),
        ({"Classifier": "License :: OSI Approved :: BSD License"}, "BSD-3-Clause", True),
        ({"Classifier": "License :: OSI Approved :: GNU General Public License (GPL)"}, "GPL, version unknown", False),
        ({"License": "mit"}, "MIT", True),
        ({"License": "Free for personal use"}, "", False),
        ({}, "", False),
    ],
)
def test_licences_are_read_from_metadata(headers, expression, compatible):
    metadata = Message()
    for name, value in headers.items():
        metadata[name] = value
    assert dependencies.declared_licence(metadata) == expression
    assert (dependencies.licence_problem(expression) == "") is compatible
