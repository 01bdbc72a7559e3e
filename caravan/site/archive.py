"""Everything by year: on one page while that is short, else a page (or more) for each year."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from . import views
from .addresses import relative
from .document import Document, Turn, at, everywhere, framed, sheets, turn
from .frame import Here
from .languages import Language
from .site import Site


@dataclass(frozen=True)
class Year:
    """Cards of a year, or, where these have a page of their own (`href`), their `number`."""

    heading: str
    number: str
    href: str = ""
    cards: tuple[views.Card, ...] = ()


def archive(site: Site, language: Language) -> Iterator[Document]:
    lang = language.code
    yield at(site.addresses.archive(lang), "archive.html", language, whole)
    if site.count("all", lang) > site.per_archive_page:
        for year, entries in site.years(lang):
            for number in range(1, sheets(entries, site.per_archive_page) + 1):
                address = site.addresses.archive(lang, year, number)
                yield at(address, "archive.html", language, one_year, year, number)


def whole(site: Site, language: Language) -> dict:
    lang = language.code
    _ = site.gettext(lang)
    address = site.addresses.archive(lang)
    about = _("Everything published here, by year.")
    here = Here(address, _("Archive"), about, siblings=everywhere(site, "archive/"))
    years = site.years(lang)
    if site.count("all", lang) > site.per_archive_page:
        groups = tuple(
            Year(str(year), language.number(entries), relative(address, site.addresses.archive(lang, year)))
            for year, entries in years
        )
    else:
        keys = site.part("all", lang, 0, site.per_archive_page)
        by_year = itertools.groupby((site.works[key] for key in keys), key=lambda work: work.facts.date.year)
        groups = tuple(
            Year(str(year), "", cards=tuple(views.card(site, language, work, address) for work in works))
            for year, works in by_year
        )
    return framed(site, language, here, heading=here.title, about=about, years=groups, turn=Turn(1, 1, "", ""))


def one_year(site: Site, language: Language, year: int, number: int) -> dict:
    lang = language.code
    _ = site.gettext(lang)
    address = site.addresses.archive(lang, year, number)
    title = _("Archive of {year}").format(year=year)
    if number > 1:
        title = _("{title}, page {number}").format(title=title, number=language.number(number))
    here = Here(address, title, _("Everything published here, by year."), siblings=((lang, address),))
    years = site.years(lang)
    entries = dict(years)[year]
    before = sum(count for later, count in years if later > year) + (number - 1) * site.per_archive_page
    keys = site.part("all", lang, before, min(site.per_archive_page, entries - (number - 1) * site.per_archive_page))
    cards = tuple(views.card(site, language, site.works[key], address) for key in keys)
    pages = turn(lambda other: site.addresses.archive(lang, year, other), number, sheets(entries, site.per_archive_page))
    group = Year(str(year), "", cards=cards)
    return framed(site, language, here, heading=title, about=here.description, years=(group,), turn=pages)
