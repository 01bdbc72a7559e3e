"""The files of a built site as they are about to leave: read once, with what git and the manifest call them.

What changes for readers between two states of the site, in words.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from caravan.build.verify import HOST_FILES, NAME
from caravan.git import PublishError


@dataclass(frozen=True)
class SiteFile:
    """`blob`: the id that git gives these bytes. `path`: below the site, with forward slashes."""

    path: str
    blob: str
    sha256: str
    size: int


def hash_files(folder: Path, object_format: str, look=None) -> dict[str, SiteFile]:
    """Every file below `folder` by path. `look(path, data)` sees each one's bytes on the way.

    Links are not followed and not read: refuse them first (`names.py`). Raises PublishError for what cannot be read.
    """
    found = {}
    for path in walk_files(folder):
        try:
            data = (folder / path).read_bytes()
        except OSError as error:
            raise PublishError(f"{folder / path} cannot be read ({error.strerror}). Build the site again.") from None
        blob = hashlib.new(object_format, b"blob %d\0" % len(data), usedforsecurity=False)
        blob.update(data)
        found[path] = SiteFile(path, blob.hexdigest(), hashlib.sha256(data).hexdigest(), len(data))
        if look:
            look(path, data)
    return found


def walk_files(folder: Path) -> Iterator[str]:
    """The paths of all that is not a folder, links and devices too, in a fixed order."""
    for where, folders, files in os.walk(folder):
        folders.sort()
        links = [name for name in folders if os.path.islink(os.path.join(where, name))]
        for name in sorted(files + links):
            yield os.path.relpath(os.path.join(where, name), folder).replace(os.sep, "/")


SHOWN = 15


@dataclass(frozen=True)
class SiteDiff:
    """Paths that are new, changed, or removed. The manifest is none of them: it is about files, not one of them."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.removed)


def compare_trees(before: Mapping[str, str], after: Mapping[str, str]) -> SiteDiff:
    """Compare two trees, each a digest by path."""
    old, fresh = set(before) - {NAME}, set(after) - {NAME}
    changed = (path for path in old & fresh if before[path] != after[path])
    return SiteDiff(tuple(sorted(fresh - old)), tuple(sorted(changed)), tuple(sorted(old - fresh)))


def is_page(path: str) -> bool:
    return path.endswith(".html")


def page_address(path: str) -> str:
    """The address of a page below the site's top, as readers see it."""
    return "/" + path.removesuffix("index.html") if path.rpartition("/")[2] == "index.html" else "/" + path


def describe_changes(found: SiteDiff) -> list[str]:
    """A few lines for a person: pages by address, other files counted."""
    lines = []
    for sign, title, paths in (("+", "new", found.new), ("~", "changed", found.changed), ("-", "removed", found.removed)):
        pages = [page_address(path) for path in paths if is_page(path)]
        others = len([path for path in paths if path not in HOST_FILES]) - len(pages)
        if not pages and not others:
            continue
        heading = f"{count_pages(len(pages))} {title}" + (f", and {count_files(others)}" if others else "")
        lines += [heading, *(f"  {sign} {page}" for page in sorted(pages)[:SHOWN])]
        if len(pages) > SHOWN:
            lines.append(f"  … and {len(pages) - SHOWN} more")
    if "CNAME" in (*found.new, *found.changed, *found.removed):
        lines.append("CNAME, the domain of the site, changes too")
    return lines


def count_pages(number: int) -> str:
    return f"{number} page" if number == 1 else f"{number} pages"


def count_files(number: int) -> str:
    return f"{number} other file" if number == 1 else f"{number} other files"
