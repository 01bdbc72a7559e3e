"""Prints the documents whose inputs changed, and leaves all others as they are.

Everything is printed into a folder beside the output first: a mistake in a template, or a kill, leaves the output as
it was. Then the files are put into their places one by one; what a kill leaves half done there, the next build sees.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import TemplateError

from caravan.reading import trace
from caravan.reading.messages import say
from caravan.reading.problems import ContentError, Problem, site_mistake

from .answers import answer
from .assets import assets
from .detours import moved
from .document import Document
from .pages import documents
from .printing import Theme
from .prints import Prints
from .rules import StyleError
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
        if document.save_as in planned and document.maker is moved:
            continue  # a former address that is in use: a problem of its text, which no build has and the preview shows
        if document.save_as in planned:
            raise PrintError(f"{document.identity} and {planned[document.save_as].identity} both want /{document.save_as}")
        if document.save_as.startswith("/") or ".." in document.save_as.split("/") or "\\" in document.save_as:
            raise PrintError(f"{document.identity} wants {document.save_as}, which is outside the site")
        planned[document.save_as] = document
    return planned


def copies(site: Site, planned: dict[str, Document]) -> tuple[dict[str, Path], list[Problem]]:
    """The files that are published as they are: the theme's, pictures beside texts, and what stands in content/extra/;
    and a problem for each that would cover a page.
    """
    found = {asset.address: asset.file for asset in assets(site.translations.parent / "static").values()}
    found |= {site.addresses.file(path): file for path, file in site.files.every.items()}
    taken, problems = {*planned, *found}, []
    for name, file in site.extra.items():
        if name in taken or any(other.startswith(f"{name}/") for other in taken):
            problems.append(Problem(f"content/extra/{name}", 1, say("extra-covers", other=f"/{name}")))
        else:
            found[name] = file
    return found, problems


def stale(site: Site, planned: dict[str, Document], prints: Prints) -> list[str]:
    """The files whose record does not say that today's inputs made them."""
    fits = [kept == answer(site, name) for name, kept in prints.questions.items()]
    found = []
    for save_as, document in planned.items():
        known = prints.files.get(save_as)
        if not known or known.identity != document.identity or not all(fits[number] for number in known.questions):
            found.append(save_as)
    return found


def page(site: Site, theme: Theme, document: Document) -> tuple[bytes, dict[str, str]]:
    """The bytes of one document, and what it looked at.

    Raises TemplateError and StyleError for a mistake in the theme, ContentError where our code fails on a text.
    """
    with trace.recording() as notes:
        try:
            return theme.print(document.template, document.lang, document.view(site)).encode(), notes
        except (TemplateError, StyleError):
            raise
        except Exception as error:  # noqa: BLE001 - one text must not stop all others
            path = text_of(site, document) or looked_at(site, notes)
            if not path:
                raise  # it is about no text
            raise ContentError([site_mistake(path, error)]) from error


def text_of(site: Site, document: Document) -> str:
    """The path of the text that a document is the page of, or ""."""
    work = site.works.every.get(document.words[-2:])  # kind and slug
    return work.texts.get(document.lang, work.original).place.path if work else ""


def looked_at(site: Site, notes: dict[str, str]) -> str:
    """The path of the text that a list or feed looked at last, or ""."""
    for kind, _, name in (note.partition(" ") for note in reversed(notes)):
        if kind == "inside":
            return name
        work = site.works.every.get(tuple(name.split("/"))) if kind == "work" else None
        if work:
            return work.original.place.path
    return ""


def print_share(
    site: Site, theme: Theme, planned: dict[str, Document], wanted: Iterable[str], folder: Path
) -> list[Printed | Problem]:
    """Print `wanted` into `folder`; a problem stands for a document on which our code fails."""
    printed = []
    for save_as in wanted:
        try:
            data, notes = page(site, theme, planned[save_as])
        except ContentError as error:
            printed += error.problems
            continue
        target = folder / save_as
        try:
            target.write_bytes(data)
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        printed.append(Printed(save_as, notes, hashlib.sha256(data).hexdigest()))
    return printed
