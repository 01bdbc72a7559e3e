"""Pages about translations: the one in place of a missing text, and the overview for those who want to help."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from caravan.reading.translations import TranslationGroup
from caravan.site import article_view
from caravan.site.document import (
    Document,
    Link,
    PageInfo,
    all_languages,
    language_switch_urls,
    page_count,
    page_document,
    paginate,
    translation_urls,
)
from caravan.site.i18n import Language
from caravan.site.page_context import page_view
from caravan.site.site import Site
from caravan.site.urls import relative_url


def untranslated_page(site: Site, language: Language, kind: str, slug: str) -> dict:
    """The page of a work at its address in a language that does not have it yet: the way to the original."""
    lang = language.code
    _ = site.gettext(lang)
    work = site.groups[kind, slug]
    address = site.urls.article(site.path_for(work, lang))
    title, about = _("Not translated yet"), _("This text does not exist in this language yet.")
    here = PageInfo(address, title, about, switch=language_switch_urls(site, work), indexed=False)
    ways = [(code, there) for code, there in translation_urls(site, work) if code != work.original.content_path.lang]
    return page_view(
        site, language, here,
        card=article_view.card_view(site, language, work, address),
        original=relative_url(address, site.urls.article(work.original.content_path)),
        others=tuple(Link(relative_url(address, there), Language(code).name, lang=code) for code, there in ways),
        status=relative_url(address, site.urls.translation_status(lang)),
        path=f"content/{work.kind}/{work.slug}/{lang}.md",
    )  # fmt: skip


def status_documents(site: Site, language: Language) -> Iterator[Document]:
    if len(site.languages) > 1:
        for number in range(1, page_count(count_rows(site, language.code), site.per_archive_page) + 1):
            yield page_document(site.urls.translation_status(language.code, number), "translations.html", language, status_page, number)


def count_rows(site: Site, lang: str) -> int:
    return site.count("all", lang) + len(site.pages())


def status_page(site: Site, language: Language, number: int) -> dict:
    """How each text stands in each language, for those who want to help."""
    lang, each = language.code, site.per_archive_page
    _ = site.gettext(lang)
    address, title = site.urls.translation_status(lang, number), _("Translations")
    if number > 1:
        title = _("{title}, page {number}").format(title=title, number=language.number(number))
    about = _("What is translated, what is behind its original, and what nobody has read over yet.")
    siblings = all_languages(site, "translations/") if number == 1 else ((lang, address),)
    here = PageInfo(address, title, about, siblings=siblings)
    first, articles = (number - 1) * each, site.count("all", lang)
    keys = site.listing_slice("all", lang, first, each)
    keys += site.pages()[max(0, first - articles) : first + each - articles] if first + each > articles else ()
    rows = tuple(
        StatusRow(article_view.card_view(site, language, work, address), tuple(translation_state(work, other.code) for other in site.languages))
        for work in (site.groups[key] for key in keys)
        if site.is_public(work)
    )
    names = tuple(Link("", other.name, lang=other.code) for other in site.languages)
    pages = paginate(lambda other: site.urls.translation_status(lang, other), number, page_count(count_rows(site, lang), each))
    return page_view(site, language, here, heading=here.title, about=about, rows=rows, names=names, turn=pages)


@dataclass(frozen=True)
class StatusRow:
    card: article_view.CardView
    states: tuple[TranslationState, ...]


@dataclass(frozen=True)
class TranslationState:
    """`word`: original, missing, behind, unreviewed or reviewed; `behind`: how many paragraphs."""

    word: str
    behind: int = 0


def translation_state(work: TranslationGroup, lang: str) -> TranslationState:
    text = work.articles.get(lang)
    if text is None:
        return TranslationState("missing")
    if text.is_original:
        return TranslationState("original")
    distance = work.diff(lang)
    if distance:
        return TranslationState("behind", len(distance.changed) + distance.removed)
    return TranslationState("reviewed" if text.front.reviewed_by else "unreviewed")
