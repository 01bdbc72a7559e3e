"""The files of a built site: list and hash them, compare two states of the site, and describe the difference."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from caravan.build.manifest import HOST_FILES, NAME
from caravan.git import PublishError
from caravan.reading.problems import count

MAX_LISTED = 15  # pages of each kind of change


@dataclass(frozen=True)
class SiteFile:
    """`path`: relative to the site's folder, with forward slashes. `blob`: git's object id of the content."""

    path: str
    blob: str
    sha256: str
    size: int


def read_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Path and content of every file below `folder`. Raises PublishError for a file that cannot be read.

    Links must be refused before this is called (`guard.find_bad_names`).
    """
    for path in walk_files(folder):
        try:
            yield path, (folder / path).read_bytes()
        except OSError as error:
            raise PublishError(f"{folder / path} cannot be read ({error.strerror}). Build the site again.") from None


def hash_file(path: str, data: bytes, object_format: str) -> SiteFile:
    blob = hashlib.new(object_format, b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
    return SiteFile(path, blob, hashlib.sha256(data).hexdigest(), len(data))


def walk_files(folder: Path) -> Iterator[str]:
    """The paths of all entries that are not folders, in a fixed order. Links and special files are included, not followed."""
    for parent, folders, files in os.walk(folder):
        folders.sort()
        links = [name for name in folders if os.path.islink(os.path.join(parent, name))]
        for name in sorted(files + links):
            yield os.path.relpath(os.path.join(parent, name), folder).replace(os.sep, "/")


@dataclass(frozen=True)
class SiteDiff:
    """Paths that are new, changed or removed. The manifest is left out: it differs in every build."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.removed)


def compare_trees(old: Mapping[str, str], new: Mapping[str, str]) -> SiteDiff:
    """Compare two states of the site, each a hash by path."""
    old_paths, new_paths = set(old) - {NAME}, set(new) - {NAME}
    changed = (path for path in old_paths & new_paths if old[path] != new[path])
    return SiteDiff(tuple(sorted(new_paths - old_paths)), tuple(sorted(changed)), tuple(sorted(old_paths - new_paths)))


def is_page(path: str) -> bool:
    return path.endswith(".html")


def page_address(path: str) -> str:
    """The address of a file relative to the site, such as `/about/` for `about/index.html`."""
    return "/" + path.removesuffix("index.html") if path.rpartition("/")[2] == "index.html" else "/" + path


def describe_changes(diff: SiteDiff) -> list[str]:
    """Lines for a person: pages by address, other files as a number."""
    lines = []
    for sign, title, paths in (("+", "new", diff.new), ("~", "changed", diff.changed), ("-", "removed", diff.removed)):
        pages = [page_address(path) for path in paths if is_page(path)]
        others = len([path for path in paths if path not in HOST_FILES]) - len(pages)
        if not pages and not others:
            continue
        heading = f"{count(len(pages), 'page')} {title}" + (f", and {count(others, 'other file')}" if others else "")
        lines += [heading, *(f"  {sign} {page}" for page in sorted(pages)[:MAX_LISTED])]
        if len(pages) > MAX_LISTED:
            lines.append(f"  … and {len(pages) - MAX_LISTED} more")
    if "CNAME" in (*diff.new, *diff.changed, *diff.removed):
        lines.append("CNAME, the domain of the site, changes too")
    return lines
