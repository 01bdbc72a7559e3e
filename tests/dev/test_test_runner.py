"""What `test` brings before it runs the tests: a browser from where there is one, or none."""

from __future__ import annotations

import contextlib
import subprocess
from types import SimpleNamespace

import pytest
from conftest import ROOT
from invoke import Exit

from caravan.dev import browser, test_runner


@pytest.fixture
def ran(monkeypatch):
    """The commands that were to run, with their environments."""
    commands = []
    answer = SimpleNamespace(returncode=0)
    monkeypatch.setattr(subprocess, "run", lambda command, **more: commands.append((command, more)) or answer)
    return commands


def test_without_a_browser_neither_it_nor_node_is_looked_for(ran, monkeypatch):
    for module, name in ((test_runner.browser, "find"), (test_runner.checkers, "ready")):
        monkeypatch.setattr(module, name, None)
    assert test_runner.run_tests(ROOT, "-k feeds", with_browser=False) == 0
    [(command, _more)] = ran
    assert command[-4:] == ["-m", "not browser", "-k", "feeds"]


def test_tests_that_need_a_browser_or_node_are_known_by_their_fixtures(request):
    for item in request.session.items:
        assert bool({"browser", "node"} & set(item.fixturenames)) == bool(item.get_closest_marker("browser")), item


@pytest.mark.parametrize("first", ["named", "installed", "from_playwright", "from_debian", "none"])
def test_the_first_browser_that_starts_is_taken(monkeypatch, first):
    ways = ["named", "installed", "from_playwright", "from_debian"]
    for number, way in enumerate(ways):
        there = first in ways[: number + 1]
        monkeypatch.setattr(browser, way, lambda way=way, there=there: way if there else None)
    monkeypatch.setattr(browser, "starts", lambda path: True)
    if first == "none":
        with pytest.raises(Exit, match="Install Chromium or Google Chrome"):
            browser.find_browser()
    else:
        assert browser.find_browser() == first


@pytest.mark.parametrize("there", [True, False])
def test_playwrights_own_browser_is_fetched_once(monkeypatch, ran, there, capsys):
    program = SimpleNamespace(chromium=SimpleNamespace(executable_path="/cache/chrome"))
    monkeypatch.setattr("playwright.sync_api.sync_playwright", lambda: contextlib.nullcontext(program))
    monkeypatch.setattr(browser, "starts", lambda path: there)
    assert browser.from_playwright() == "/cache/chrome"
    assert [command[2:] for command, _more in ran] == ([] if there else [["playwright", "install", "--no-shell", "chromium"]])
    assert ("fetching one" in capsys.readouterr().out) != there
