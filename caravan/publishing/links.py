"""Links that work without a host: where a host shows a folder's page, a USB stick needs the name `index.html`.

Only the values inside tags are changed, at their places in the page; every other byte stays as it was published.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable, Collection
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

VALUE = r"""\s{name}\s*=\s*("[^"]*"|'[^']*')"""
ATTRIBUTES = {name: re.compile(VALUE.format(name=name), re.IGNORECASE) for name in ("href", "src", "content")}
REFRESH = re.compile(r"(\s*\d+\s*;\s*url=)(.*)", re.IGNORECASE | re.DOTALL)


def offline(page: str, path: str, files: Collection[str], root: str = "/") -> str:
    """The text of the page at `path`, with links that lead to files. `files`: all paths of the site; `root`: the path of
    the site on its host, with which a page for every address (404) starts its links."""

    def mended(link: str) -> str:
        return to_file(link, path, files, root)

    finder = Tags(mended)
    finder.feed(page)
    finder.close()
    lines = [0]
    for line in page.split("\n"):
        lines.append(lines[-1] + len(line) + 1)
    for (line, column), before, after in reversed(finder.changes):
        start = lines[line - 1] + column
        page = page[:start] + after + page[start + len(before) :]
    return page


class Tags(HTMLParser):
    """Finds the tags whose links change: where, what stands there, and what should."""

    def __init__(self, mended: Callable[[str], str]):
        super().__init__(convert_charrefs=True)
        self.mended = mended
        self.changes: list[tuple[tuple[int, int], str, str]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        names = ["content"] if tag == "meta" and dict(attributes).get("http-equiv", "").lower() == "refresh" else ["href", "src"]
        before = after = self.get_starttag_text()
        for name in names:
            after = ATTRIBUTES[name].sub(self.value, after, count=1)
        if after != before:
            self.changes.append((self.getpos(), before, after))

    def value(self, found: re.Match) -> str:
        old = html.unescape(found[1][1:-1])
        refresh = REFRESH.fullmatch(old)
        new = refresh[1] + self.mended(refresh[2]) if refresh else self.mended(old)
        return found[0] if new == old else found[0].replace(found[1], f'"{html.escape(new)}"')


def to_file(link: str, path: str, files: Collection[str], root: str) -> str:
    """`link` of the page at `path`, led to the file that a host would answer with; foreign links stay as they are."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return link
    if parts.scheme or parts.netloc or not parts.path:
        return link
    here = posixpath.dirname(path)
    if parts.path.startswith("/"):
        if not parts.path.startswith(root):
            return link
        target, shown = unquote(parts.path.removeprefix(root)), ""
    else:
        target, shown = posixpath.normpath(posixpath.join(here, unquote(parts.path))), parts.path
        target = "" if target == "." else target
    page = posixpath.join(target, "index.html")
    rest = f"#{parts.fragment}" if parts.fragment else ""
    if target not in files and page in files:
        return (posixpath.join(shown, "index.html") if shown else posixpath.relpath(page, here or ".")) + rest
    if target in files and not shown:
        return posixpath.relpath(target, here or ".") + rest
    return link
