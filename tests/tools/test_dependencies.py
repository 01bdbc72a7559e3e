"""Pinned packages and their licences."""

from __future__ import annotations

import json

import pytest
from conftest import script

from tools import dependencies, node_tools


def test_an_update_lists_the_changes():
    before, after = {"a": "1", "b": "1", "c": "1"}, {"a": "1", "b": "2", "d": "1"}
    assert dependencies.changes("requirements.txt", before, after) == [
        "requirements.txt: b 1 → 2", "requirements.txt: c 1 → none", "requirements.txt: d none → 1",
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
        "requirements-publish.txt: tiny 1.0 → 1.1", "package-lock.json: node_modules/small 2.0 → 2.1",
    ]  # fmt: skip


def test_every_package_has_an_allowed_licence(project):
    result = script(project, "dependencies.py", "licences")
    assert result.returncode == 0, result.stdout + result.stderr
    assert {"Jinja2", "lxml", "axe-core", "html-validate"} <= {line.split()[0] for line in result.stdout.splitlines() if line}


@pytest.mark.parametrize("licence", ["License-Expression: GPL-2.0-only", "License: Free for personal use", "Keywords: none"])
def test_a_python_package_with_another_licence_is_refused(project, licence):
    folder = project / "packages" / "tiny-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.4\nName: tiny\nVersion: 1.0\n{licence}\n")
    result = script(project, "dependencies.py", "licences", PYTHONPATH=str(folder.parent))
    assert result.returncode == 1 and "for package tiny:1.0" in result.stderr and "Traceback" not in result.stderr
    assert "Read the licence" in result.stderr


@pytest.mark.parametrize("licence", ["GPL-2.0-only", "MIT AND SSPL-1.0", None])
def test_an_npm_package_with_another_licence_is_refused(project, licence):
    lock = json.loads((project / "package-lock.json").read_text())
    lock["packages"]["node_modules/axe-core"] |= {"license": licence} if licence else {}
    if not licence:
        del lock["packages"]["node_modules/axe-core"]["license"]
    (project / "package-lock.json").write_text(json.dumps(lock))
    result = script(project, "dependencies.py", "licences")
    assert result.returncode == 1 and "was found for package axe-core" in result.stderr
