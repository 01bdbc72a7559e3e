"""One file of the output, before it is printed, and the addresses of its siblings in other languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from caravan.reading.works import Work

from . import structured
from .addresses import relative, save_as
from .frame import Here, frame
from .kinds import kind_name
from .languages import Language
from .site import Site


@dataclass(frozen=True)
class Document:
    """One file of the output: `template` printed in `lang` with the values that `maker` makes, and nothing else.

    `maker(site, language, *words)` returns the values; what it was given is plain, so that two documents with the
    same `identity` and the same answers to what they ask of the site are the same to the byte.
    """

    save_as: str
    template: str
    lang: str
    maker: Callable[..., dict]
    words: tuple[str | int, ...] = ()

    @property
    def identity(self) -> str:
        return repr((self.template, self.lang, self.maker.__name__, self.words))

    def view(self, site: Site) -> dict:
        return self.maker(site, Language(self.lang), *self.words)


def at(address: str, template: str, language: Language, maker: Callable[..., dict], *words: str | int) -> Document:
    """The document of the page at `address`."""
    return Document(save_as(address), template, language.code, maker, words)


def framed(site: Site, language: Language, here: Here, **view: object) -> dict:
    """The values of a page: its frame, and what it says."""
    page, article = frame(site, language, here), view.get("article")
    if here.indexed:
        page = replace(page, data=structured.graph(site, language, here, article), shares=article is not None)
    if article and article.date:
        day = article.updated or article.date
        section = kind_name(article.kind, site.gettext(language.code))
        page = replace(page, published=article.date.iso, changed=day.iso, section=section)
    return {"page": page, **view}


def everywhere(site: Site, address: str) -> tuple[tuple[str, str], ...]:
    """The siblings of a page that exists in every language; `address` is the one without prefix."""
    return tuple((language.code, site.addresses.prefix(language.code) + address) for language in site.languages)


def work_siblings(site: Site, work: Work) -> tuple[tuple[str, str], ...]:
    """The addresses of a work in the languages that have it."""
    return tuple(
        (language.code, site.addresses.text(work.texts[language.code].place))
        for language in site.languages
        if language.code in work.texts
    )


def work_switch(site: Site, work: Work) -> tuple[tuple[str, str], ...]:
    """Where the language switcher leads: the same text, or the page that says that it is not translated yet."""
    return tuple(
        (language.code, site.addresses.text(site.place(work, language.code)))
        for language in site.languages
        if site.shows(work, language.code)
    )


@dataclass(frozen=True)
class Turn:
    """The pages of a long list, for its page turner: `number` of `last`, and the ways to the pages beside it."""

    number: int
    last: int
    newer: str
    older: str


def turn(here: Callable[[int], str], number: int, last: int) -> Turn:
    """`here(n)` is the address of page n of the list."""
    newer = relative(here(number), here(number - 1)) if number > 1 else ""
    older = relative(here(number), here(number + 1)) if number < last else ""
    return Turn(number, last, newer, older)


def sheets(entries: int, each: int) -> int:
    """How many pages a list of `entries` has; an empty one has one, which says so."""
    return max(1, -(-entries // each))
