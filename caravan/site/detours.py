"""Addresses where no text stands: former ones, which lead on, and wrong ones, which are not found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .addresses import relative, save_as
from .document import Document
from .frame import Frame, Here, frame
from .languages import Language
from .site import Site


def moved(site: Site, language: Language) -> Iterator[Document]:
    """A light page at each former address, which leads to the new one."""
    for work in site.works.values():
        for old in work.facts.formerly:
            if not site.shows(work, language.code):
                continue
            here = f"{site.addresses.prefix(language.code)}{old}/"
            there = site.addresses.text(site.place(work, language.code))
            title = work.texts.get(language.code, work.original).front.title
            yield Document(
                save_as(here), "moved.html", language.code,
                {"lang": language.code, "direction": language.direction, "heading": title,
                 "there": relative(here, there), "canonical": site.absolute(there)},
            )  # fmt: skip


@dataclass(frozen=True)
class LostIn:
    """The page that was not found, in one language."""

    frame: Frame
    heading: str
    about: str


def not_found(site: Site) -> Document:
    """One page for all languages; the host serves it at any address, so its links start with the site's path."""

    def lost(language: Language) -> LostIn:
        _ = site.gettext(language.code)
        here = Here("404.html", _("Page not found"), _("This page does not exist."), indexed=False, anywhere=True)
        about = _("There is no page at this address. It may have moved, or the address has a slip in it.")
        return LostIn(frame(site, language, here), here.title, about)

    found = {language.code: lost(language) for language in site.languages}
    home = found.pop(site.addresses.home)
    view = {"page": home.frame, "languages": (home, *found.values())}
    return Document("404.html", "not_found.html", site.addresses.home, view)
