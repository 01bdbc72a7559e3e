"""Pages about translations: the page in place of a missing one, and the status of all of them for translators."""

from __future__ import annotations

from caravan.reading.translations import TranslationGroup
from caravan.site.article_view import card_view
from caravan.site.document import Link, PageInfo, paginate
from caravan.site.edit_links import translate_url
from caravan.site.i18n import Language
from caravan.site.page_context import page_view
from caravan.site.site import Site
from caravan.site.urls import relative_url


def untranslated_page(site: Site, language: Language, kind: str, slug: str) -> dict:
    """The page of a text in a language that has no translation of it: it links to the original."""
    lang = language.code
    _ = site.gettext(lang)
    group = site.groups[kind, slug]
    url = site.urls.article(site.path_for(group, lang))
    title, description = _("Not translated yet"), _("This text does not exist in this language yet.")
    info = PageInfo(url, title, description, language_switch_urls=site.translation_urls(group, fallback=True), indexed=False)
    original = group.original.content_path
    translations = [(code, target) for code, target in site.translation_urls(group) if code != original.lang]
    return page_view(
        site, language, info,
        card=card_view(site, language, group, url),
        original=relative_url(url, site.urls.article(original)),
        translations=tuple(Link(relative_url(url, target), Language(code).name, lang=code) for code, target in translations),
        status=relative_url(url, site.urls.translation_status(lang)),
        path=f"content/{group.kind}/{group.slug}/{lang}.md",
        editor=translate_url(site, group, lang),
    )  # fmt: skip


def count_rows(site: Site, lang: str) -> int:
    return site.count("all", lang) + len(site.pages())


def status_page(site: Site, language: Language, number: int) -> dict:
    """A table of all articles, then all undated pages, with the state of each translation."""
    lang, per_page = language.code, site.per_status_page
    _ = site.gettext(lang)
    title, about = _("Translations"), _("What is translated, what is behind its original, and what nobody has read over yet.")
    info, pages = paginate(site, language, site.urls.translation_status, number, count_rows(site, lang), per_page, title, about)
    start, article_count = (number - 1) * per_page, site.count("all", lang)
    keys = site.listing_slice("all", lang, start, per_page)
    if start + per_page > article_count:
        keys += site.pages()[max(0, start - article_count) : start + per_page - article_count]
    rows = tuple(
        {
            "card": card_view(site, language, group, info.url),
            "states": tuple(translation_state(group, other.code) for other in site.languages),
        }
        for group in (site.groups[key] for key in keys)
        if site.is_public(group)
    )
    languages = tuple(Link("", other.name, lang=other.code) for other in site.languages)
    return page_view(site, language, info, heading=info.title, about=about, rows=rows, languages=languages, pages=pages)


def translation_state(group: TranslationGroup, lang: str) -> dict:
    """`name`: original, missing, behind, unreviewed or reviewed; `outdated_count`: the number of outdated blocks."""
    article = group.articles.get(lang)
    if article is None:
        return {"name": "missing"}
    if article.is_original:
        return {"name": "original"}
    diff = group.diff(lang)
    if diff:
        return {"name": "behind", "outdated_count": len(diff.changed) + diff.removed}
    return {"name": "reviewed" if article.front.reviewed_by else "unreviewed"}
