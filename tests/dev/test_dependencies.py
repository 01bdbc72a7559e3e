"""What the project takes from others: pins, licences."""

from __future__ import annotations

from email.message import Message

import pytest
from conftest import ROOT

from caravan.dev import dependencies, node_tools


def test_an_update_says_what_changed():
    before, after = {"a": "1", "b": "1", "c": "1"}, {"a": "1", "b": "2", "d": "1"}
    assert dependencies.changes("requirements.txt", before, after) == [
        "requirements.txt: b 1 → 2", "requirements.txt: c 1 is gone", "requirements.txt: d 1 is new",
    ]  # fmt: skip


def test_an_update_changes_the_locks(tmp_path, monkeypatch, capsys):
    """uv is asked for the newest versions; what it writes is compared with what was there."""
    for name in dependencies.TARGETS:
        (tmp_path / name).write_text("tiny==1.0 \\\n    --hash=sha256:0\n")

    def compiled(command, cwd, check):
        assert "--upgrade" in command and "--generate-hashes" in command
        (cwd / command[-1]).write_text("tiny==1.1 \\\n    --hash=sha256:1\n")

    def npm(folder, word, *words):
        assert "--package-lock-only" in words
        if word == "update":
            (folder / "package-lock.json").write_text('{"packages": {"": {}, "node_modules/small": {"version": "2.1"}}}')

    (tmp_path / "package-lock.json").write_text('{"packages": {"": {}, "node_modules/small": {"version": "2.0"}}}')
    monkeypatch.setattr(dependencies.subprocess, "run", compiled)
    monkeypatch.setattr(node_tools, "npm", npm)
    assert dependencies.update(tmp_path) == [
        "requirements.txt: tiny 1.0 → 1.1", "requirements-test.txt: tiny 1.0 → 1.1",
        "package-lock.json: node_modules/small 2.0 → 2.1",
    ]  # fmt: skip


def test_every_package_has_a_licence_that_fits():
    found = dependencies.licences(ROOT / "requirements-test.txt")
    of_npm = dependencies.of_checkers(ROOT / "package-lock.json")
    assert len(found) > 30 and {"axe-core", "html-validate"} <= {one.package for one in of_npm}
    assert list(dependencies.complaints([*found, *of_npm])) == []


@pytest.mark.parametrize(
    ("headers", "expression", "fits"),
    [
        ({"License-Expression": "MIT OR LicenseRef-Odd"}, "MIT OR LicenseRef-Odd", True),
        ({"License-Expression": "MIT AND LicenseRef-Odd"}, "MIT AND LicenseRef-Odd", False),
        ({"License-Expression": "GPL-2.0-only"}, "GPL-2.0-only", False),
        ({"License-Expression": "Apache-2.0 WITH LLVM-exception"}, "Apache-2.0 WITH LLVM-exception", True),
        ({"Classifier": "License :: OSI Approved :: BSD License"}, "BSD-3-Clause", True),
        ({"Classifier": "License :: OSI Approved :: GNU General Public License (GPL)"}, "GPL, version not said", False),
        ({"License": "mit"}, "MIT", True),
        ({"License": "Free for personal use"}, "", False),
        ({}, "", False),
    ],
)
def test_licences_are_read_from_what_packages_declare(headers, expression, fits):
    about = Message()
    for name, value in headers.items():
        about[name] = value
    assert dependencies.declared(about) == expression
    assert (dependencies.problem(expression) == "") is fits
