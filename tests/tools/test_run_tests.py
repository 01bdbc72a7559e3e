"""`test`: lint first, and the browser for the tests."""

from __future__ import annotations

import contextlib
import subprocess
from types import SimpleNamespace

import pytest
from conftest import ROOT
from invoke import Exit

from tools import browser, run_tests


@pytest.fixture
def commands(monkeypatch):
    """The commands that were to run; none of them is run."""
    recorded = []
    result = SimpleNamespace(returncode=0)
    monkeypatch.setattr(subprocess, "run", lambda command, **_options: recorded.append(command) or result)
    return recorded


def test_without_a_browser_neither_it_nor_node_is_installed(commands, monkeypatch):
    monkeypatch.setattr(run_tests, "lint", lambda root: 0)
    assert run_tests.run_tests(ROOT, "-k feeds", "not browser") == 0
    [command] = commands
    assert command[-4:] == ["-m", "not browser", "-k", "feeds"]
    assert run_tests.run_tests(ROOT, "") == 0
    assert commands[1][-1].endswith("browser.py") and "pytest" in commands[2]


def test_faults_of_lint_stop_the_tests(commands, monkeypatch):
    monkeypatch.setattr(run_tests, "lint", lambda root: 1)
    assert run_tests.run_tests(ROOT, "") == 1
    assert commands == []


def test_tests_that_need_a_browser_or_node_are_marked(request):
    for item in request.session.items:
        assert bool({"playwright", "node"} & set(item.fixturenames)) == bool(item.get_closest_marker("browser")), item


@pytest.mark.parametrize("first", ["from_variable", "installed", "from_playwright", "from_debian", "none"])
def test_the_first_browser_that_starts_is_used(monkeypatch, first):
    sources = ["from_variable", "installed", "from_playwright", "from_debian"]
    for number, source in enumerate(sources):
        exists = first in sources[: number + 1]
        monkeypatch.setattr(browser, source, lambda source=source, exists=exists: source if exists else None)
    monkeypatch.setattr(browser, "starts", lambda path: True)
    if first == "none":
        with pytest.raises(Exit, match="Install Chromium or Google Chrome"):
            browser.find_browser()
    else:
        assert browser.find_browser() == first


@pytest.mark.parametrize("exists", [True, False])
def test_the_browser_of_playwright_is_downloaded_once(monkeypatch, commands, exists, capsys):
    playwright = SimpleNamespace(chromium=SimpleNamespace(executable_path="/cache/chrome"))
    monkeypatch.setattr("playwright.sync_api.sync_playwright", lambda: contextlib.nullcontext(playwright))
    monkeypatch.setattr(browser, "starts", lambda path: exists)
    assert browser.from_playwright() == "/cache/chrome"
    assert [command[2:] for command in commands] == ([] if exists else [["playwright", "install", "--no-shell", "chromium"]])
    assert ("downloading one" in capsys.readouterr().out) != exists
