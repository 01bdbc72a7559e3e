"""The same texts make the same bytes, wherever and whenever they are built on one day."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys

from conftest import ROOT

SCRIPT = """
import sys
from pathlib import Path
from caravan.build import command
settings = command.load_settings(Path("publishconf.py"), sys.argv[1])
command.run_build(settings, quiet=True)
"""


def fingerprint(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        # The manifest names commit and day; tests/publishing/test_reproduce.py compares it too.
        if path.is_file() and path.name != "site-manifest.json"
    }


def built(root, target, **environment):
    """Build in a process of its own, as another machine would."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(target)], cwd=root, capture_output=True, text=True,
        env={**os.environ, "SITEURL": "https://example.org", "PYTHONPATH": str(root), **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return fingerprint(target)


def test_folder_zone_locale_and_hash_seed_change_no_byte(tmp_path):
    first, other = tmp_path / "folder", tmp_path / "another folder"
    for folder in (first, other):
        for name in ("caravan", "content", "theme"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pelicanconf.py", "publishconf.py"):
            shutil.copy(ROOT / name, folder / name)
    one = built(first, tmp_path / "one", TZ="America/Los_Angeles", PYTHONHASHSEED="1", LC_ALL="C", SOURCE_DATE_EPOCH="1800000000")
    two = built(other, tmp_path / "two", TZ="Asia/Manila", PYTHONHASHSEED="2", LC_ALL="C.UTF-8", SOURCE_DATE_EPOCH="1800000000")
    assert one == two
    assert len(one) >= 20


CALL = """---
title: A march by the sea
summary: A call of long ago, kept here for a test that looks at it before, during and after its days.
date: 2020-01-01
authors: [A, B]
event: {start: 2023-11-09, end: 2023-11-14, place: By the sea}
---

Come along.
"""


def test_the_day_shows_only_where_readers_see_it(tmp_path):
    """Before, during and after a call, only the pages that name its state differ."""
    for name in ("caravan", "theme", "pelicanconf.py", "publishconf.py"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    for kind, slug in (("calls", "march"), ("analysis", "other")):
        folder = tmp_path / "content" / kind / slug
        folder.mkdir(parents=True)
        text = CALL if kind == "calls" else CALL.replace("event:", "# event:")
        (folder / "en.md").write_text(text)
    epochs = {"Coming": "1699401600", "Now": "1699574400", "again": "1699999999", "Over": "1700006400"}
    prints = {word: built(tmp_path, tmp_path / word, SOURCE_DATE_EPOCH=epoch) for word, epoch in epochs.items()}
    for word in ("Coming", "Now", "Over"):
        assert f"<b>{word}</b>" in (tmp_path / word / "calls" / "march" / "index.html").read_text()
    assert prints["Now"] == prints["again"]
    changed = {name for name in prints["Now"] if prints["Now"][name] != prints["Over"][name]}
    naming = {f"{lang}{page}" for lang in ("", "es/", "fil/") for page in ("index.html", "calls/index.html")}
    assert changed == naming | {"calls/march/index.html"}
