"""Pages about translations: the page in place of a missing one, and the status of all of them for translators."""

from __future__ import annotations

from caravan.reading.translations import TranslationGroup
from caravan.site.article_view import card_view
from caravan.site.document import Link, PageInfo, list_page
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
        status=relative_url(url, site.urls.listing("translations", lang)),
        path=f"content/{group.kind}/{group.slug}/{lang}.md",
        editor=translate_url(site, group, lang),
    )  # fmt: skip


def status_page(site: Site, language: Language, name: str, number: int) -> dict:
    """A table of all articles, then all undated pages, with the state of each translation."""
    _ = site.gettext(language.code)
    about = _("What is translated, what is behind its original, and what nobody has read over yet.")
    info, pages, groups = list_page(site, language, name, number, _("Translations"), about)
    rows = tuple(
        {
            "card": card_view(site, language, group, info.url),
            "states": tuple(translation_state(group, other.code) for other in site.languages),
        }
        for group in groups
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
