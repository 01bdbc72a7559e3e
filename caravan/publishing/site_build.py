"""`reproduce`: the same commit, address and day make the same bytes, wherever they are built.

The public site as `publish` wants it: built from the project's settings, for an address that is known.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from caravan.build import command, site_url
from caravan.build.builder import read
from caravan.build.cache import BuildCache
from caravan.build.parallel import CORES
from caravan.git import PublishError, Repository, git_environment
from caravan.publishing.mirror import MirrorInfo, write_mirror
from caravan.publishing.site_files import walk_files
from caravan.site.settings import store_folder, today

# The child keeps to a number of cores, if the system lets it, and builds as `build` does.
SCRIPT = """
import os, sys
from pathlib import Path
cores = int(sys.argv[2])
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:cores]))
sys.path.insert(0, os.getcwd())
from caravan.build import command
command.build_public(Path.cwd(), "", Path(sys.argv[1]))
"""


@dataclass(frozen=True)
class BuildPlace:
    """One of two places that differ in everything that must not matter."""

    folder: str
    zone: str
    locale: str
    seed: str
    cores: int


PLACES = (
    BuildPlace("one", "America/Los_Angeles", "C", "1", 1),
    BuildPlace("another place, mañana", "Asia/Manila", "C.UTF-8", "2", 4),
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
        sites = [build_clone(source, commit, Path(folder), place, address, repository, epoch) for place in PLACES]
        one, two = (dict(read_site(site)) for site in sites)
    different = sorted(path for path in one.keys() | two.keys() if one.get(path) != two.get(path))
    tell(f"{commit[:12]} built twice, {len(one)} files of {sum(map(len, one.values())):,} bytes: {len(different)} differ")
    return different


def build_clone(source: Repository, commit: str, folder: Path, place: BuildPlace, address: str, repository: str, epoch: str) -> Path:
    """A clone of the commit in a folder of its own, and a build in it by a process of its own."""
    here = folder / place.folder
    source.run("clone", "--quiet", "--shared", "--no-checkout", str(source.folder), str(here))
    clone = Repository(here)
    clone.run("checkout", "--quiet", "--detach", commit)
    clone.run("remote", "set-url", "origin", repository or "none")
    changed = {
        "TZ": place.zone, "LC_ALL": place.locale, "LANG": place.locale, "PYTHONHASHSEED": place.seed, "SITEURL": address,
        "SOURCE_DATE_EPOCH": epoch, "PYTHONDONTWRITEBYTECODE": "1", CORES: str(place.cores),
    }  # fmt: skip
    site = folder / f"{place.folder} site"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(site), str(place.cores)], cwd=here, capture_output=True, encoding="utf-8",
        env=git_environment(**changed),
    )  # fmt: skip
    if done.returncode:
        raise PublishError(f"The build in “{place.folder}” failed, so nothing can be compared:\n{done.stderr.strip()[-2000:]}")
    return site


def read_site(site: Path):
    for path in walk_files(site):
        yield path, (site / path).read_bytes()


def build_public_site(root: Path) -> Path:
    """Build the public site into output/, which stops at every problem of the texts; returns the folder."""
    folder = root / "output"
    command.run_build(public_settings(root, folder))
    return folder


def public_settings(root: Path, folder: Path) -> dict:
    """The settings of a public build into `folder`. Raises PublishError where nobody said where the site is read."""
    settings = command.load_settings(root / "publishconf.py", folder)
    if settings["SITEURL"] == site_url.LOCAL:
        raise PublishError(
            "The public address of the site is not known, so it cannot be published. Set SITEURL, or write the domain "
            "into content/extra/CNAME, or add a github.com remote called origin."
        )
    return settings


def unpublished_urls(root: Path) -> list[str]:
    """The URL paths of texts that are not public today, such as `calls/march/`; read again, not taken from the build."""
    settings, day = command.load_settings(root / "publishconf.py", root / "output"), today()
    with BuildCache(store_folder(settings), Path(settings["OUTPUT_PATH"])) as cache:
        library = read(settings, day, cache)
    return [f"{group.original.content_path.url_path}/" for group in library.groups.values() if group.is_unpublished(day)]


def build_copies(root: Path, target: Path, without_host: bool) -> tuple[Path, Path]:
    """Build the public site and write it below `target`, as a folder and a zip; returns both. Raises PublishError."""
    with tempfile.TemporaryDirectory(prefix="mirror-") as folder:
        settings = public_settings(root, Path(folder) / "site")
        command.run_build(settings, quiet=True)
        languages = sorted(settings["LANGUAGES"], key=lambda code: code != settings["HOME_LANGUAGE"])
        about = MirrorInfo(settings["SITENAME"], tuple(languages), Path(settings["THEME"]))
        return write_mirror(Path(folder) / "site", target, about, without_host)


def build_twice(root: Path) -> list[str]:
    """The paths whose bytes differ between two builds of the last commit, made apart. Raises PublishError."""
    settings = command.load_settings(root / "publishconf.py", root / "output")
    return reproduce(root, settings["SITEURL"], settings["REPOSITORY"])
