"""Public builds for the commands that need one: `publish`, `mirror` and `reproduce`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from caravan.build import command, site_url
from caravan.build.cache import Cache
from caravan.build.loader import Loader, load_library
from caravan.build.parallel import CORES
from caravan.git import PublishError, Repository, git_environment
from caravan.publishing.mirror import MirrorInfo, write_mirror
from caravan.publishing.site_files import walk_files
from caravan.reading.paths import ContentPath
from caravan.site.settings import language_settings, store_folder, today
from caravan.site.urls import site_urls


def build_public_site(root: Path) -> Path:
    """Build the public site into output/; returns the folder. Any problem in the texts stops the build."""
    folder = root / "output"
    command.run_build(public_settings(root, folder))
    return folder


def public_settings(root: Path, folder: Path) -> dict:
    """The settings of a public build into `folder`. Raises PublishError if the site's public address is unknown."""
    settings = command.load_settings(root / "publishconf.py", folder)
    if settings["SITEURL"] == site_url.LOCAL:
        raise PublishError(
            "The public address of the site is not known, so it cannot be published. Set SITEURL, or write the domain "
            "into content/extra/CNAME, or add a github.com remote called origin."
        )
    return settings


def unpublished_urls(root: Path) -> list[str]:
    """The URL paths of texts that are not public today, such as `calls/march/`.

    The texts are read again, so that the check does not depend on the build that it checks.
    """
    settings, day = command.load_settings(root / "publishconf.py", root / "output"), today()
    with Cache(store_folder(settings)) as cache:
        library = load_library(Path(settings["PATH"]), language_settings(settings), day, Loader(cache))
    urls = site_urls(settings, library.groups.values())
    unpublished = [group for group in library.groups.values() if group.is_unpublished(day)]
    addresses = {urls.article(ContentPath(group.kind, group.slug, lang)) for group in unpublished for lang in settings["LANGUAGES"]}
    # The address without a language is found in those of other languages, too.
    return sorted(url for url in addresses if not any(f"/{url}".endswith(f"/{other}") for other in addresses - {url}))


def build_copies(root: Path, target: Path, offline: bool) -> tuple[Path, Path]:
    """Build the public site and write it below `target` as a folder and a zip; returns both paths.

    Raises PublishError and OutputError, as `write_mirror` does.
    """
    with tempfile.TemporaryDirectory(prefix="mirror-") as folder:
        settings = public_settings(root, Path(folder) / "site")
        command.run_build(settings, quiet=True)
        languages = sorted(settings["LANGUAGES"], key=lambda code: code != settings["DEFAULT_LANG"])
        info = MirrorInfo(settings["SITENAME"], tuple(languages), Path(settings["THEME"]))
        return write_mirror(Path(folder) / "site", target, info, offline)


# Limits the build to a number of cores where the system supports that.
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
class BuildConditions:
    """Conditions of a build that must not change its output."""

    folder: str
    time_zone: str
    locale: str
    hash_seed: str
    cores: int


CONDITIONS = (
    BuildConditions("one", "America/Los_Angeles", "C", "1", 1),
    BuildConditions("another place, mañana", "Asia/Manila", "C.UTF-8", "2", 4),
)


def reproduce(root: Path) -> list[str]:
    """Build the last commit of `root` twice and return the paths whose bytes differ. Raises PublishError."""
    settings = command.load_settings(root / "publishconf.py", root / "output")
    return compare_builds(root, settings["SITEURL"], settings["REPOSITORY"])


def compare_builds(root: Path, address: str, repository_url: str, echo: Callable[[str], None] = print) -> list[str]:
    """Build the last commit of `root` under both CONDITIONS for `address`; returns the paths whose bytes differ.

    `repository_url`: the web address of the source that pages link to. Raises PublishError if nothing is committed or a
    build fails.
    """
    source = Repository(root)
    commit = source.commit("HEAD")
    if not commit:
        raise PublishError("Nothing is committed yet, and `reproduce` builds the last commit. Commit first.")
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or str(int(time.time()))  # the same day for both, around midnight too
    with tempfile.TemporaryDirectory(prefix="reproduce-") as folder:
        sites = [
            build_clone(source, commit, Path(folder), conditions, address, repository_url, epoch)
            for conditions in CONDITIONS
        ]
        first, second = (dict(read_site(site)) for site in sites)
    different = sorted(path for path in first.keys() | second.keys() if first.get(path) != second.get(path))
    echo(
        f"{commit[:12]} built twice, {len(first)} files of {sum(map(len, first.values())):,} bytes: {len(different)} differ"
    )
    return different


def build_clone(
    source: Repository, commit: str, folder: Path, conditions: BuildConditions, address: str, repository_url: str, epoch: str
) -> Path:
    """Clone `commit` into a folder of its own and build it in a new process; returns the output. Raises PublishError."""
    clone_folder = folder / conditions.folder
    source.run("clone", "--quiet", "--shared", "--no-checkout", str(source.folder), str(clone_folder))
    clone = Repository(clone_folder)
    clone.run("checkout", "--quiet", "--detach", commit)
    clone.run("remote", "set-url", "origin", repository_url or "none")
    variables = {
        "TZ": conditions.time_zone, "LC_ALL": conditions.locale, "LANG": conditions.locale,
        "PYTHONHASHSEED": conditions.hash_seed, "SITEURL": address, "SOURCE_DATE_EPOCH": epoch,
        "PYTHONDONTWRITEBYTECODE": "1", CORES: str(conditions.cores),
    }  # fmt: skip
    site = folder / f"{conditions.folder} site"
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(site), str(conditions.cores)], cwd=clone_folder, capture_output=True,
        encoding="utf-8", env=git_environment(**variables),
    )  # fmt: skip
    if result.returncode:
        raise PublishError(
            f"The build in “{conditions.folder}” failed, so nothing can be compared:\n{result.stderr.strip()[-2000:]}"
        )
    return site


def read_site(site: Path) -> Iterator[tuple[str, bytes]]:
    for path in walk_files(site):
        yield path, (site / path).read_bytes()
