"""`reproduce`: the same commit, address and day make the same bytes, wherever they are built."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from caravan.workers import CORES

from .files import walk
from .git import PublishError, Repository, surroundings

# The child keeps to a number of cores, if the system lets it, and builds as `build` does.
SCRIPT = """
import os, sys
from pathlib import Path
cores = int(sys.argv[2])
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:cores]))
sys.path.insert(0, os.getcwd())
from caravan.workshop import building
building.public(Path.cwd(), "", Path(sys.argv[1]))
"""


@dataclass(frozen=True)
class Place:
    """One of two places that differ in everything that must not matter."""

    folder: str
    zone: str
    locale: str
    seed: str
    cores: int


PLACES = (
    Place("one", "America/Los_Angeles", "C", "1", 1),
    Place("another place, mañana", "Asia/Manila", "C.UTF-8", "2", 4),
)


def reproduce(root: Path, address: str, repository: str, tell: Callable[[str], None] = print) -> list[str]:
    """Build the commit of `root` twice apart for `address`; returns the paths whose bytes differ.

    `repository`: the web address of the source that pages name. Raises PublishError where there is nothing to build, or
    a build fails.
    """
    source = Repository(root)
    commit = source.commit("HEAD")
    if not commit:
        raise PublishError("Nothing is committed here yet; two builds are made from a commit. Commit first.")
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or str(int(time.time()))  # one day for both, at midnight too
    with tempfile.TemporaryDirectory(prefix="reproduce-") as folder:
        sites = [built(source, commit, Path(folder), place, address, repository, epoch) for place in PLACES]
        one, two = (dict(read(site)) for site in sites)
    different = sorted(path for path in one.keys() | two.keys() if one.get(path) != two.get(path))
    tell(f"{commit[:12]} built twice, {len(one)} files of {sum(map(len, one.values())):,} bytes: {len(different)} differ")
    return different


def built(source: Repository, commit: str, folder: Path, place: Place, address: str, repository: str, epoch: str) -> Path:
    """A clone of the commit in a folder of its own, and a build in it by a process of its own."""
    here = folder / place.folder
    source.ask("clone", "--quiet", "--shared", "--no-checkout", str(source.folder), str(here))
    clone = Repository(here)
    clone.ask("checkout", "--quiet", "--detach", commit)
    clone.ask("remote", "set-url", "origin", repository or "none")
    changed = {
        "TZ": place.zone, "LC_ALL": place.locale, "LANG": place.locale, "PYTHONHASHSEED": place.seed, "SITEURL": address,
        "SOURCE_DATE_EPOCH": epoch, "PYTHONDONTWRITEBYTECODE": "1", CORES: str(place.cores),
    }  # fmt: skip
    site = folder / f"{place.folder} site"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(site), str(place.cores)], cwd=here, capture_output=True, encoding="utf-8",
        env=surroundings(**changed),
    )  # fmt: skip
    if done.returncode:
        raise PublishError(f"The build in “{place.folder}” failed, so nothing can be compared:\n{done.stderr.strip()[-2000:]}")
    return site


def read(site: Path):
    for path in walk(site):
        yield path, (site / path).read_bytes()
