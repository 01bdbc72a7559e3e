"""Pages about translations: the one in place of a missing text, and the overview for those who want to help."""

from __future__ import annotations

from dataclasses import dataclass

from caravan.reading.works import Work

from . import views
from .addresses import relative
from .document import Document, document, everywhere, work_siblings, work_switch
from .frame import Here, Link
from .languages import Language
from .site import Site


def untranslated(site: Site, language: Language, work: Work) -> Document:
    """The page of a work at its address in a language that does not have it yet: the way to the original."""
    lang = language.code
    _ = site.gettext(lang)
    address = site.addresses.text(site.place(work, lang))
    title, about = _("Not translated yet"), _("This text does not exist in this language yet.")
    here = Here(address, title, about, switch=work_switch(site, work), indexed=False)
    ways = [
        (code, there) for code, there in work_siblings(site, work) if code != work.original.place.lang
    ]  # fmt: skip
    return document(
        site, language, here, "untranslated.html",
        card=views.card(site, language, work, address),
        original=relative(address, site.addresses.text(work.original.place)),
        others=tuple(Link(relative(address, there), Language(code).name, lang=code) for code, there in ways),
        status=relative(address, site.addresses.status(lang)),
        path=f"content/{work.kind}/{work.slug}/{lang}.md",
    )  # fmt: skip


def translation_status(site: Site, language: Language) -> Document:
    """How each text stands in each language, for those who want to help."""
    lang = language.code
    _ = site.gettext(lang)
    about = _("What is translated, what is behind its original, and what nobody has read over yet.")
    here = Here(site.addresses.status(lang), _("Translations"), about, siblings=everywhere(site, "translations/"))
    rows = tuple(
        StatusRow(
            views.card(site, language, work, here.address),
            tuple(status(site, work, other.code) for other in site.languages),
        )
        for work in [*site.articles(lang), *(work for work in site.works.values() if work.kind == "pages")]
        if site.is_public(work)
    )
    names = tuple(Link("", other.name, lang=other.code) for other in site.languages)
    return document(site, language, here, "translations.html", heading=here.title, about=about, rows=rows, names=names)


@dataclass(frozen=True)
class StatusRow:
    card: views.Card
    states: tuple[Status, ...]


@dataclass(frozen=True)
class Status:
    """`word`: original, missing, behind, unreviewed or reviewed; `behind`: how many paragraphs."""

    word: str
    behind: int = 0


def status(site: Site, work: Work, lang: str) -> Status:
    text = work.texts.get(lang)
    if text is None:
        return Status("missing")
    if text.is_original:
        return Status("original")
    distance = work.distance(lang)
    if distance:
        return Status("behind", len(distance.changed) + distance.gone)
    return Status("reviewed" if text.front.reviewed_by else "unreviewed")
