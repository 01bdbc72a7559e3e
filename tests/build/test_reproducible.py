"""The same content makes the same bytes, on every machine and at any time of a day."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys

from conftest import FIXTURE_CONTENT, FIXTURE_EPOCH, ROOT, write_fixture_settings

SCRIPT = """
import sys
from pathlib import Path
from caravan.build import command
settings = command.load_settings(Path("publishconf.py"), sys.argv[1])
command.run_build(settings, quiet=True)
"""


def hashes(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        # It names commit and day. tests/publishing/test_reproduce.py compares it, too.
        if path.is_file() and path.name != "site-manifest.json"
    }


def built(root, target, **environment):
    """Build in a new process, as on another machine; returns the hashes of the files."""
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(target)], cwd=root, capture_output=True, text=True,
        env={**os.environ, "SITEURL": "https://example.org", "PYTHONPATH": str(root), **environment},
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return hashes(target)


def test_folder_time_zone_locale_and_hash_seed_change_no_byte(tmp_path):
    first, other = tmp_path / "folder", tmp_path / "another folder"
    for folder in (first, other):
        shutil.copytree(FIXTURE_CONTENT, folder / "content")
        for name in ("caravan", "theme"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pelicanconf.py", "publishconf.py"):
            shutil.copy(ROOT / name, folder / name)
        write_fixture_settings(folder / "pelicanconf.py")
    first_hashes = built(first, tmp_path / "one", TZ="America/Los_Angeles", PYTHONHASHSEED="1", LC_ALL="C", SOURCE_DATE_EPOCH=FIXTURE_EPOCH)
    other_hashes = built(other, tmp_path / "two", TZ="Asia/Manila", PYTHONHASHSEED="2", LC_ALL="C.UTF-8", SOURCE_DATE_EPOCH=FIXTURE_EPOCH)
    assert first_hashes == other_hashes
    assert len(first_hashes) >= 20


CALL = """---
title: A march by the sea
summary: A call of a test that builds the site before, during and after the days of the event.
date: 2020-01-01
authors: [A, B]
event: {start: 2023-11-09, end: 2023-11-14, place: By the sea}
---

Come along.
"""


def test_only_pages_that_show_the_state_of_an_event_depend_on_the_day(tmp_path):
    """The site before, during and after an event."""
    for name in ("caravan", "theme", "pelicanconf.py", "publishconf.py"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    write_fixture_settings(tmp_path / "pelicanconf.py")
    for kind, slug in (("calls", "march"), ("analysis", "other")):
        folder = tmp_path / "content" / kind / slug
        folder.mkdir(parents=True)
        text = CALL if kind == "calls" else CALL.replace("event:", "# event:")
        (folder / "en.md").write_text(text)
    epochs = {"Coming": "1699401600", "Now": "1699574400", "again": "1699999999", "Over": "1700006400"}
    builds = {state: built(tmp_path, tmp_path / state, SOURCE_DATE_EPOCH=epoch) for state, epoch in epochs.items()}
    for state in ("Coming", "Now", "Over"):
        assert f"<b>{state}</b>" in (tmp_path / state / "calls" / "march" / "index.html").read_text()
    assert builds["Now"] == builds["again"]
    changed = {name for name in builds["Now"] if builds["Now"][name] != builds["Over"][name]}
    listings = {f"{lang}{page}" for lang in ("", "es/", "fil/") for page in ("index.html", "calls/index.html")}
    assert changed == listings | {"calls/march/index.html", "feeds/all.atom.xml", "feeds/calls.atom.xml"}
