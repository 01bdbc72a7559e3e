"""Prints the documents whose inputs changed, and leaves all others as they are.

Everything is printed into a folder beside the output first: a mistake in a template, or a kill, leaves the output as
it was. Then the files are put into their places one by one; what a kill leaves half done there, the next build sees.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from caravan.reading import trace
from caravan.reading.messages import say
from caravan.reading.problems import ContentError, Problem

from .answers import answer
from .assets import assets
from .document import Document
from .pages import documents
from .printing import Theme
from .prints import Prints
from .site import Site


@dataclass(frozen=True)
class Printed:
    """A file that was printed: what it looked at, and the SHA-256 of its bytes."""

    save_as: str
    notes: dict[str, str]
    sha256: str


class PrintError(Exception):
    """Two documents want one address, or a document wants one outside the site: a mistake of ours."""


def plan(site: Site) -> dict[str, Document]:
    """Every document by its file. Raises PrintError where that is not possible."""
    planned: dict[str, Document] = {}
    for document in documents(site):
        if document.save_as in planned:
            raise PrintError(f"{document.identity} and {planned[document.save_as].identity} both want /{document.save_as}")
        if document.save_as.startswith("/") or ".." in document.save_as.split("/") or "\\" in document.save_as:
            raise PrintError(f"{document.identity} wants {document.save_as}, which is outside the site")
        planned[document.save_as] = document
    return planned


def copies(site: Site, planned: dict[str, Document]) -> dict[str, Path]:
    """The files that are published as they are: the theme's, pictures beside texts, and what stands in content/extra/.

    Raises ContentError for one that would cover a page.
    """
    found = {asset.address: asset.file for asset in assets(site.translations.parent / "static").values()}
    found |= {site.addresses.file(path): file for path, file in site.files.every.items()}
    taken = {*planned, *found}
    for name, file in site.extra.items():
        if name in taken or any(other.startswith(f"{name}/") for other in taken):
            raise ContentError([Problem(f"content/extra/{name}", 1, say("extra-covers", other=f"/{name}"))])
        found[name] = file
    return found


def stale(site: Site, planned: dict[str, Document], prints: Prints) -> list[str]:
    """The files whose record does not say that today's inputs made them."""
    fits = [kept == answer(site, name) for name, kept in prints.questions.items()]
    found = []
    for save_as, document in planned.items():
        known = prints.files.get(save_as)
        if not known or known.identity != document.identity or not all(fits[number] for number in known.questions):
            found.append(save_as)
    return found


def print_share(site: Site, theme: Theme, planned: dict[str, Document], wanted: Iterable[str], folder: Path) -> list[Printed]:
    printed = []
    for save_as in wanted:
        document = planned[save_as]
        with trace.recording() as notes:
            data = theme.print(document.template, document.lang, document.view(site)).encode()
        target = folder / save_as
        try:
            target.write_bytes(data)
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        printed.append(Printed(save_as, notes, hashlib.sha256(data).hexdigest()))
    return printed
