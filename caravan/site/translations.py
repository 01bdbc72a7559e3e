"""Pages about translations: the one in place of a missing text, and the overview for those who want to help."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from caravan.reading.works import Work

from . import views
from .addresses import relative
from .document import Document, at, everywhere, framed, sheets, turn, work_siblings, work_switch
from .frame import Here, Link
from .languages import Language
from .site import Site


def untranslated(site: Site, language: Language, kind: str, slug: str) -> dict:
    """The page of a work at its address in a language that does not have it yet: the way to the original."""
    lang = language.code
    _ = site.gettext(lang)
    work = site.works[kind, slug]
    address = site.addresses.text(site.place(work, lang))
    title, about = _("Not translated yet"), _("This text does not exist in this language yet.")
    here = Here(address, title, about, switch=work_switch(site, work), indexed=False)
    ways = [(code, there) for code, there in work_siblings(site, work) if code != work.original.place.lang]
    return framed(
        site, language, here,
        card=views.card(site, language, work, address),
        original=relative(address, site.addresses.text(work.original.place)),
        others=tuple(Link(relative(address, there), Language(code).name, lang=code) for code, there in ways),
        status=relative(address, site.addresses.status(lang)),
        path=f"content/{work.kind}/{work.slug}/{lang}.md",
    )  # fmt: skip


def translation_status(site: Site, language: Language) -> Iterator[Document]:
    if len(site.languages) > 1:
        for number in range(1, sheets(rows_of(site, language.code), site.per_archive_page) + 1):
            yield at(site.addresses.status(language.code, number), "translations.html", language, status_page, number)


def rows_of(site: Site, lang: str) -> int:
    return site.count("all", lang) + len(site.pages())


def status_page(site: Site, language: Language, number: int) -> dict:
    """How each text stands in each language, for those who want to help."""
    lang, each = language.code, site.per_archive_page
    _ = site.gettext(lang)
    address, title = site.addresses.status(lang, number), _("Translations")
    if number > 1:
        title = _("{title}, page {number}").format(title=title, number=language.number(number))
    about = _("What is translated, what is behind its original, and what nobody has read over yet.")
    siblings = everywhere(site, "translations/") if number == 1 else ((lang, address),)
    here = Here(address, title, about, siblings=siblings)
    first, articles = (number - 1) * each, site.count("all", lang)
    keys = site.part("all", lang, first, each)
    keys += site.pages()[max(0, first - articles) : first + each - articles] if first + each > articles else ()
    rows = tuple(
        StatusRow(views.card(site, language, work, address), tuple(status(work, other.code) for other in site.languages))
        for work in (site.works[key] for key in keys)
        if site.is_public(work)
    )
    names = tuple(Link("", other.name, lang=other.code) for other in site.languages)
    pages = turn(lambda other: site.addresses.status(lang, other), number, sheets(rows_of(site, lang), each))
    return framed(site, language, here, heading=here.title, about=about, rows=rows, names=names, turn=pages)


@dataclass(frozen=True)
class StatusRow:
    card: views.Card
    states: tuple[Status, ...]


@dataclass(frozen=True)
class Status:
    """`word`: original, missing, behind, unreviewed or reviewed; `behind`: how many paragraphs."""

    word: str
    behind: int = 0


def status(work: Work, lang: str) -> Status:
    text = work.texts.get(lang)
    if text is None:
        return Status("missing")
    if text.is_original:
        return Status("original")
    distance = work.distance(lang)
    if distance:
        return Status("behind", len(distance.changed) + distance.gone)
    return Status("reviewed" if text.front.reviewed_by else "unreviewed")
