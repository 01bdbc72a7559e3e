"""The public site as `publish` wants it: built from the project's settings, for an address that is known."""

from __future__ import annotations

import tempfile
from pathlib import Path

from caravan.site.edition import Edition
from caravan.workshop import building

from . import address
from .git import PublishError
from .mirror import About, mirror
from .reproduce import reproduce


def public_site(root: Path) -> Path:
    """Build the public site into output/, which stops at every problem of the texts; returns the folder."""
    folder = root / "output"
    building.run(addressed(root, folder))
    return folder


def addressed(root: Path, folder: Path) -> dict:
    """The settings of a public build into `folder`. Raises PublishError where nobody said where the site is read."""
    settings = building.configured(root / "publishconf.py", folder)
    if settings["SITEURL"] == address.LOCAL:
        raise PublishError(
            "The public address of the site is not known, so it cannot be published. Set SITEURL, or write the domain "
            "into content/extra/CNAME, or add a github.com remote called origin."
        )
    return settings


def kept_back(root: Path) -> list[str]:
    """The addresses of texts that are not public today, such as `calls/march/`; read anew, not taken from the build."""
    edition = Edition(building.configured(root / "publishconf.py", root / "output"))
    edition.read()
    with edition.hired:
        return [f"{work.original.place.address}/" for work in edition.library.works.values() if work.waits(edition.day)]


def copies(root: Path, target: Path, without_host: bool) -> tuple[Path, Path]:
    """Build the public site and write it below `target`, as a folder and a zip; returns both. Raises PublishError."""
    with tempfile.TemporaryDirectory(prefix="mirror-") as folder:
        settings = addressed(root, Path(folder) / "site")
        building.run(settings, quiet=True)
        languages = sorted(settings["LANGUAGES"], key=lambda code: code != settings["HOME_LANGUAGE"])
        about = About(settings["SITENAME"], tuple(languages), Path(settings["THEME"]))
        return mirror(Path(folder) / "site", target, about, without_host)


def twice(root: Path) -> list[str]:
    """The paths whose bytes differ between two builds of the last commit, made apart. Raises PublishError."""
    settings = building.configured(root / "publishconf.py", root / "output")
    return reproduce(root, settings["SITEURL"], settings["REPOSITORY"])
