"""The files of a built site: list them, compare two states of the site, and show the difference."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from caravan.build.manifest import HOST_FILES, NAME
from caravan.git import PAGES
from caravan.reading.problems import count

MAX_LISTED = 15  # pages of each kind of change


def walk_files(folder: Path) -> list[str]:
    """The paths of all entries that are not folders, in a fixed order. Links and special files are included, not followed."""
    entries = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted(path.relative_to(folder).as_posix() for path in entries)


class SiteDiff(NamedTuple):
    """Paths that are new, changed or removed. The manifest is left out: it differs in every build."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


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


def print_changes(diff: SiteDiff) -> None:
    """Print the difference for a person: pages by address, other files as a number."""
    print(f"Changes for readers on {PAGES}:" if any(diff) else f"Nothing changes for readers on {PAGES}, except the manifest.")
    for sign, title, paths in zip("+~-", diff._fields, diff):
        pages = [page_address(path) for path in paths if is_page(path)]
        others = len([path for path in paths if path not in HOST_FILES]) - len(pages)
        if pages or others:
            print(f"{count(len(pages), 'page')} {title}" + (f", and {count(others, 'other file')}" if others else ""))
            print(*(f"  {sign} {page}\n" for page in sorted(pages)[:MAX_LISTED]), sep="", end="")
        if len(pages) > MAX_LISTED:
            print(f"  … and {len(pages) - MAX_LISTED} more")
    if any("CNAME" in paths for paths in diff):
        print("CNAME, the domain of the site, changes too")
