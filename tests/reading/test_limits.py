"""The time limit, and folders that are symbolic links."""

from __future__ import annotations

import contextlib
import datetime
import os
import signal

import pytest

from caravan.build.loader import load_library
from caravan.reading.library import find_problems
from caravan.reading.limits import time_limit
from caravan.reading.paths import SiteLanguages, scan
from caravan.reading.problems import Fault

LANGUAGES = SiteLanguages(("en",), "en")
DAY = datetime.date(2025, 1, 1)
SOURCES = "sources:\n- {id: one, type: report, title: A report, read_as: full text}\n"
ALMANAC = "figures: 3\n"


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no interval timer")
def test_an_alarm_after_the_body_leaves_no_timer_behind(monkeypatch):
    """The alarm rings at the last moment: when the body has ended and the timer is about to be stopped."""
    set_timer, before = signal.setitimer, signal.getsignal(signal.SIGPROF)

    def set_timer_late(which, seconds, interval=0.0):
        if not seconds:
            signal.raise_signal(signal.SIGPROF)
        return set_timer(which, seconds, interval)

    monkeypatch.setattr(signal, "setitimer", set_timer_late)
    try:
        with time_limit(1000):
            pass
        assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
        assert signal.getsignal(signal.SIGPROF) == before
    finally:
        set_timer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no interval timer")
def test_a_library_that_catches_exceptions_cannot_hide_that_the_time_is_over():
    def library():
        for _ in range(2):
            with contextlib.suppress(Exception):
                while True:
                    pass

    with pytest.raises(Fault, match="took longer|seconds"), time_limit(0.05):
        library()


def link(link_path, target):
    try:
        os.symlink(target, link_path, target_is_directory=True)
    except OSError:
        pytest.skip("this system allows no symbolic links")


@pytest.fixture
def outside(tmp_path):
    """A content folder outside of the project."""
    folder = tmp_path / "outside"
    (folder / "evidence").mkdir(parents=True)
    (folder / "evidence" / "sources.yaml").write_text(SOURCES)
    (folder / "evidence" / "almanac.yaml").write_text(ALMANAC)
    (folder / "analysis" / "x").mkdir(parents=True)
    (folder / "analysis" / "x" / "en.md").write_text("---\nno front matter")
    return folder


def test_content_that_is_a_link_is_refused(tmp_path, outside):
    link(tmp_path / "content", outside)
    library = load_library(tmp_path / "content", LANGUAGES, DAY)
    assert [(problem.path, problem.line) for problem in find_problems(library, warnings=False)] == [("content", 1)]
    assert not library.sources and not library.tree.article_files


@pytest.mark.parametrize("name", ["evidence", "analysis", "analysis/y"])
def test_a_folder_that_is_a_link_is_refused(tmp_path, outside, name):
    path = tmp_path / "content" / name
    path.parent.mkdir(parents=True)
    link(path, outside / name.replace("/y", "/x"))
    library = load_library(tmp_path / "content", LANGUAGES, DAY)
    [problem] = find_problems(library, warnings=False)
    assert problem.path == f"content/{name}" and "put the real file or folder here" in problem.message
    assert not library.sources and not scan(tmp_path / "content", LANGUAGES).article_files
