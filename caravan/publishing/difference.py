"""What changes for readers between two states of the site, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .verify import HOST_FILES, NAME

SHOWN = 15


@dataclass(frozen=True)
class Difference:
    """Paths that are new, changed, or removed. The manifest is none of them: it is about files, not one of them."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.removed)


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> Difference:
    """Compare two trees, each a digest by path."""
    old, fresh = set(before) - {NAME}, set(after) - {NAME}
    changed = (path for path in old & fresh if before[path] != after[path])
    return Difference(tuple(sorted(fresh - old)), tuple(sorted(changed)), tuple(sorted(old - fresh)))


def is_page(path: str) -> bool:
    return path.endswith(".html")


def page_address(path: str) -> str:
    """The address of a page below the site's top, as readers see it."""
    return "/" + path.removesuffix("index.html") if path.rpartition("/")[2] == "index.html" else "/" + path


def in_words(found: Difference) -> list[str]:
    """A few lines for a person: pages by address, other files counted."""
    lines = []
    for sign, title, paths in (("+", "new", found.new), ("~", "changed", found.changed), ("-", "removed", found.removed)):
        pages = [page_address(path) for path in paths if is_page(path)]
        others = len([path for path in paths if path not in HOST_FILES]) - len(pages)
        if not pages and not others:
            continue
        heading = f"{pages_in_words(len(pages))} {title}" + (f", and {files_in_words(others)}" if others else "")
        lines += [heading, *(f"  {sign} {page}" for page in sorted(pages)[:SHOWN])]
        if len(pages) > SHOWN:
            lines.append(f"  … and {len(pages) - SHOWN} more")
    if "CNAME" in (*found.new, *found.changed, *found.removed):
        lines.append("CNAME, the domain of the site, changes too")
    return lines


def pages_in_words(number: int) -> str:
    return f"{number} page" if number == 1 else f"{number} pages"


def files_in_words(number: int) -> str:
    return f"{number} other file" if number == 1 else f"{number} other files"
