"""The files of a built site: list and hash them, compare two states of the site, and describe the difference."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from caravan.build.verify import HOST_FILES, NAME
from caravan.git import PublishError

MAX_LISTED = 15  # pages of each kind of change


@dataclass(frozen=True)
class SiteFile:
    """`path`: relative to the site's folder, with forward slashes. `blob`: git's object id of the content."""

    path: str
    blob: str
    sha256: str
    size: int


def hash_files(
    folder: Path, object_format: str, on_file: Callable[[str, bytes], object] | None = None
) -> dict[str, SiteFile]:
    """Read every file below `folder` once; returns them by path. `on_file(path, data)` is called for each.

    Links must be refused before this is called (`guard.find_bad_names`). Raises PublishError for an unreadable file.
    """
    files = {}
    for path in walk_files(folder):
        try:
            data = (folder / path).read_bytes()
        except OSError as error:
            raise PublishError(f"{folder / path} cannot be read ({error.strerror}). Build the site again.") from None
        blob = hashlib.new(object_format, b"blob %d\0" % len(data), usedforsecurity=False)
        blob.update(data)
        files[path] = SiteFile(path, blob.hexdigest(), hashlib.sha256(data).hexdigest(), len(data))
        if on_file:
            on_file(path, data)
    return files


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
        heading = f"{count_pages(len(pages))} {title}" + (f", and {count_files(others)}" if others else "")
        lines += [heading, *(f"  {sign} {page}" for page in sorted(pages)[:MAX_LISTED])]
        if len(pages) > MAX_LISTED:
            lines.append(f"  … and {len(pages) - MAX_LISTED} more")
    if "CNAME" in (*diff.new, *diff.changed, *diff.removed):
        lines.append("CNAME, the domain of the site, changes too")
    return lines


def count_pages(number: int) -> str:
    return f"{number} page" if number == 1 else f"{number} pages"


def count_files(number: int) -> str:
    return f"{number} other file" if number == 1 else f"{number} other files"
