"""Public builds for the commands that need one: `publish`, `mirror` and `reproduce`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from caravan.build import command, site_url
from caravan.build.cache import Cache
from caravan.build.loader import Loader, load_library
from caravan.git import PublishError, Repository, git_environment
from caravan.publishing import source_changes
from caravan.publishing.mirror import MirrorInfo, write_mirror
from caravan.publishing.site_files import read_files
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


def deleted_urls(root: Path, older_source: str) -> list[str]:
    """The URL paths of texts that were deleted between the commit `older_source` and the one that is checked out."""
    settings = command.load_settings(root / "publishconf.py", root / "output")
    return list(source_changes.deleted_urls(Repository(root), older_source, "HEAD", settings))


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


# The environments of two builds that must give the same bytes: their folders differ too.
CONDITIONS = {
    "one": {"TZ": "America/Los_Angeles", "LC_ALL": "C", "PYTHONHASHSEED": "1", "CARAVAN_CORES": "1"},
    "another place, mañana": {"TZ": "Asia/Manila", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2", "CARAVAN_CORES": "4"},
}


def reproduce(root: Path) -> list[str]:
    """Build the last commit of `root` under both CONDITIONS and return the paths whose bytes differ.

    Raises PublishError if nothing is committed or a build fails.
    """
    settings = command.load_settings(root / "publishconf.py", root / "output")
    source = Repository(root)
    commit = source.commit("HEAD")
    if not commit:
        raise PublishError("Nothing is committed yet, and `reproduce` builds the last commit. Commit first.")
    variables = {"SITEURL": settings["SITEURL"], "PYTHONDONTWRITEBYTECODE": "1"}
    variables["SOURCE_DATE_EPOCH"] = os.environ.get("SOURCE_DATE_EPOCH") or str(int(time.time()))  # one day, around midnight too
    with tempfile.TemporaryDirectory(prefix="reproduce-") as folder:
        sites = [
            build_clone(source, commit, Path(folder) / name, settings["REPOSITORY"], variables | conditions)
            for name, conditions in CONDITIONS.items()
        ]
        first, second = (dict(read_files(site)) for site in sites)
    different = sorted(path for path in first.keys() | second.keys() if first.get(path) != second.get(path))
    print(
        f"{commit[:12]} built twice, {len(first)} files of {sum(map(len, first.values())):,} bytes: {len(different)} differ"
    )
    return different


def build_clone(source: Repository, commit: str, folder: Path, repository_url: str, variables: dict[str, str]) -> Path:
    """Clone `commit` into `folder` and build it in a new process; returns the output. Raises PublishError.

    `repository_url`: the web address of the source that pages link to.
    """
    source.run("clone", "--quiet", "--shared", "--no-checkout", str(source.folder), str(folder))
    clone = Repository(folder)
    clone.run("checkout", "--quiet", "--detach", commit)
    clone.run("remote", "set-url", "origin", repository_url or "none")
    site = folder.with_name(f"{folder.name} site")
    result = subprocess.run(
        [sys.executable, "-m", "invoke", "--search-root", str(folder), "build", "--folder", str(site)], cwd=folder, capture_output=True,
        encoding="utf-8", env=git_environment(**variables),
    )  # fmt: skip
    if result.returncode:
        raise PublishError(
            f"The build in “{folder.name}” failed, so nothing can be compared:\n{result.stderr.strip()[-2000:]}"
        )
    return site
