"""What a link in a text points to: another text, a file beside it, a place on the page, or the outside."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from urllib.parse import unquote

from .messages import say

OUTSIDE = re.compile(r"(https?://|mailto:|tel:)[^\s\\]+", re.IGNORECASE)
IGNORED = re.compile("[\t\n\r]")  # browsers leave these out of addresses
SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
DRAWINGS = "drawings"  # the folder below content/ of what `/// drawing | name` places
INDICATOR = re.compile(r"\{(filename|static|attach)\}|\|(filename|static|attach)\|")


@dataclass(frozen=True)
class Target:
    """A file below content/ (`path`, such as `analysis/second-caravan/en.md`) and a place in it.

    An empty `path` is the text itself. `written` is the link as the author wrote it; `line` is where.
    """

    path: str
    fragment: str
    written: str
    line: int


def resolve(written: str, folder: str) -> Target | str | None:
    """Where a link written in a file of `folder` (such as `calls/caravan-to-apec`) leads.

    Returns a Target without line for a place on this site, None for a link to the outside, or a sentence that
    says what is wrong with it.
    """
    address = IGNORED.sub("", written).strip()
    if OUTSIDE.fullmatch(address):
        return None
    if address.startswith(("//", "\\")):
        return say("link-no-scheme", link=written)
    if address.startswith("#"):
        return Target("", unquote(address[1:]), written, 0)
    indicated = INDICATOR.match(address)
    if indicated:
        address = address[indicated.end() :]
        folder, address = ("", address[1:]) if address.startswith("/") else (folder, address)
    elif SCHEME.match(address):
        return say("link-scheme", link=written)
    if "\\" in address or "?" in address:
        return say("link-form", link=written)
    path, _, fragment = address.partition("#")
    if path.startswith("/"):
        return say("link-absolute", link=written)
    whole = posixpath.normpath(posixpath.join(folder, unquote(path)))
    if not path or whole.startswith("../") or whole == "..":
        return say("link-outside", link=written)
    return Target(whole, unquote(fragment), written, 0)
