"""Addresses where no text stands: former ones, which lead on, and wrong ones, which are not found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .addresses import relative
from .document import Document, at
from .frame import Frame, Here, frame
from .languages import Language
from .site import Site


def detours(site: Site, language: Language) -> Iterator[Document]:
    """A light page at each former address, which leads to the new one."""
    for (kind, slug), work in site.works.every.items():
        for old in work.facts.formerly if site.shows(work, language.code) else ():
            yield at(f"{site.addresses.prefix(language.code)}{old}/", "moved.html", language, moved, old, kind, slug)


def moved(site: Site, language: Language, old: str, kind: str, slug: str) -> dict:
    work = site.works[kind, slug]
    here = f"{site.addresses.prefix(language.code)}{old}/"
    there = site.addresses.text(site.place(work, language.code))
    return {
        "lang": language.code,
        "direction": language.direction,
        "heading": work.texts.get(language.code, work.original).front.title,
        "there": relative(here, there),
        "canonical": site.absolute(there),
    }


@dataclass(frozen=True)
class LostIn:
    """The page that was not found, in one language."""

    frame: Frame
    heading: str
    about: str


def not_found(site: Site) -> Document:
    return Document("404.html", "not_found.html", site.addresses.home, lost)


def lost(site: Site, language: Language) -> dict:
    """One page for all languages; the host serves it at any address, so its links start with the site's path."""

    def lost_in(language: Language) -> LostIn:
        _ = site.gettext(language.code)
        here = Here("404.html", _("Page not found"), _("This page does not exist."), indexed=False, anywhere=True)
        about = _("There is no page at this address. It may have moved, or the address has a slip in it.")
        return LostIn(frame(site, language, here), here.title, about)

    found = {language.code: lost_in(language) for language in site.languages}
    home = found.pop(site.addresses.home)
    return {"page": home.frame, "languages": (home, *found.values())}
