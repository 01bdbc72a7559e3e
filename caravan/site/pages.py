"""The documents of the site: which pages there are, and the view functions of home page, articles and lists.

Also the pages about translations (one in place of a missing one, the state of all of them), redirects from former URLs, and the 404 page.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

from caravan.reading.schema import ARTICLE_KINDS
from caravan.reading.translations import TranslationGroup
from caravan.site.article_view import article_view, card_view
from caravan.site.document import Document, Link, PageInfo, list_page, page_count, page_document, urls_in_all_languages
from caravan.site.edit_links import new_text_link, translate_url
from caravan.site.event_view import summary_with_days, title_with_state
from caravan.site.feeds import feed_documents, robots_txt, sitemap
from caravan.site.front_page import calendar_month, weighed_figures
from caravan.site.i18n import Language, kind_name
from caravan.site.page_context import page_context, page_view
from caravan.site.site import LIST_TEMPLATES, Site
from caravan.site.urls import relative_url

MAX_RELATED = 3  # articles at the end of an article


def documents(site: Site) -> Iterator[Document]:
    """Every document of the site, by language; those that all languages share come last."""
    for language in site.languages:
        yield page_document(site.urls.home_page(language.code), "home.html", language, home_page)
        yield from article_documents(site, language)
        for name in site.list_names:
            view_function = {"listing": listing_page, "archive": archive_page, "translations": status_page}[LIST_TEMPLATES[name]]
            for number in range(1, page_count(site, name, language.code) + 1):
                url, template = site.urls.listing(name, language.code, number), f"{LIST_TEMPLATES[name]}.html"
                yield page_document(url, template, language, view_function, name, number)
        yield from feed_documents(site, language)
        yield from redirect_documents(site, language)
        yield Document(site.urls.manifest(language.code), "manifest.webmanifest", language.code, web_app_manifest)
    yield Document("404.html", "not_found.html", site.urls.home, not_found)
    yield Document("sitemap.xml", "sitemap.xml", site.urls.home, sitemap)
    yield Document("robots.txt", "robots.txt", site.urls.home, robots_txt)


def home_page(site: Site, language: Language) -> dict:
    lang = language.code
    _ = site.gettext(lang)
    tagline = _(
        "A people’s almanac of migration and trade: what migrant organizations called for, what happened "
        "on the road, and what lies beneath, with the evidence beside every figure."
    )
    info = PageInfo(site.urls.home_page(lang), site.name, tagline, translation_urls=urls_in_all_languages(site, ""))
    call_key, size = site.front_call(lang), site.page_sizes["listing"]
    call = site.groups[call_key] if call_key else None
    others = [key for key in site.listing_slice("all", lang, 0, size + 1) if key != call_key][:size]
    return page_view(
        site, language, info,
        tagline=tagline,
        call=card_view(site, language, call, info.url) if call else None,
        cards=tuple(card_view(site, language, site.groups[key], info.url) for key in others),
        archive=relative_url(info.url, site.urls.listing("all", lang)),
        figures=weighed_figures(site, language, info.url, "figures"),
        promises=weighed_figures(site, language, info.url, "promises"),
        month=calendar_month(site, language, call),
    )  # fmt: skip


def web_app_manifest(site: Site, language: Language) -> dict:
    """The name, language and start page for a home screen (https://www.w3.org/TR/appmanifest/)."""
    lang = language.code
    manifest_url = site.urls.manifest(lang)
    return {
        "title": site.name, "lang": lang, "direction": language.direction,
        "root": relative_url(manifest_url, ""), "start_url": relative_url(manifest_url, site.urls.home_page(lang)),
    }  # fmt: skip


def article_documents(site: Site, language: Language) -> Iterator[Document]:
    """The page of each text in `language`; a page that links to the original if the translation is missing."""
    for (kind, slug), group in site.groups.untracked.items():
        if not site.has_page(group, language.code):
            continue
        url = site.urls.article(site.path_for(group, language.code))
        if language.code in group.articles:
            yield page_document(url, f"{kind if kind in ARTICLE_KINDS else 'page'}.html", language, article_page, kind, slug)
        else:
            yield page_document(url, "untranslated.html", language, untranslated_page, kind, slug)


def article_page(site: Site, language: Language, kind: str, slug: str) -> dict:
    group, dated = site.groups[kind, slug], kind in ARTICLE_KINDS
    url = site.urls.article(group.articles[language.code].content_path)
    view = article_view(site, language, group, url)
    title = title_with_state(view["event"], view["title"], site.gettext(language.code))
    info = PageInfo(
        url, title, summary_with_days(language, view["event"], view["summary"]), kind if dated else "", site.translation_urls(group),
        site.translation_urls(group, fallback=True), indexed=site.is_public(group),
    )  # fmt: skip
    related = related_articles(site, language, group, url) if dated else ()
    return page_view(site, language, info, article=view, related=related)


def untranslated_page(site: Site, language: Language, kind: str, slug: str) -> dict:
    """The page of a text in a language that has no translation of it: it links to the original."""
    lang = language.code
    _ = site.gettext(lang)
    group = site.groups[kind, slug]
    path = site.path_for(group, lang)
    url = site.urls.article(path)
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
        path=path.source_path,
        editor=translate_url(site, group, lang),
    )  # fmt: skip


def related_articles(site: Site, language: Language, group: TranslationGroup, page_url: str) -> tuple[dict, ...]:
    """The articles that this one links to, then those published before and after it; at most MAX_RELATED."""
    own_key = (group.kind, group.slug)
    linked_keys = (tuple(target.path.split("/")[:2]) for target in group.articles[language.code].body_html.targets)
    article_keys = (key for key in linked_keys if key[0] in ARTICLE_KINDS)
    related: list[TranslationGroup] = []
    for key in itertools.chain(article_keys, site.neighbours(*own_key, language.code)):
        if len(related) == MAX_RELATED:
            break
        other = site.groups[key] if key != own_key and key in site.groups else None
        if other and site.has_page(other, language.code) and other not in related:
            related.append(other)
    return tuple(card_view(site, language, other, page_url) for other in related)


def listing_page(site: Site, language: Language, kind: str, number: int) -> dict:
    """Page `number` of the list of a kind."""
    _ = site.gettext(language.code)
    about = {
        "calls": _("Calls of organizations, retold: who called, to what, when and where, and whether it is over."),
        "analysis": _("What happened, and how sure we are: questions answered from sources that stand beside each claim."),
        "background": _("What lies beneath: treaties, law and figures, explained and weighed."),
    }[kind]
    info, pages, groups = list_page(site, language, kind, number, kind_name(kind, _), about)
    cards, editor = [card_view(site, language, group, info.url) for group in groups], new_text_link(site, language, kind)
    return page_view(site, language, replace(info, kind=kind), cards=cards, pages=pages, editor=editor)


def archive_page(site: Site, language: Language, name: str, number: int) -> dict:
    """Page `number` of the list of all articles, by year."""
    _ = site.gettext(language.code)
    info, pages, groups = list_page(site, language, name, number, _("Archive"), _("Everything published here, by year."))
    return page_view(site, language, info, cards=[card_view(site, language, group, info.url) for group in groups], pages=pages)


def status_page(site: Site, language: Language, name: str, number: int) -> dict:
    """A table of all articles, then all undated pages, with the state of each translation."""
    _ = site.gettext(language.code)
    about = _("What is translated, what is behind its original, and what nobody has read over yet.")
    info, pages, groups = list_page(site, language, name, number, _("Translations"), about)
    rows = [
        (card_view(site, language, group, info.url), [translation_state(group, other.code) for other in site.languages])
        for group in groups
        if site.is_public(group)
    ]
    return page_view(site, language, info, rows=rows, languages=site.languages, pages=pages)


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


def redirect_documents(site: Site, language: Language) -> Iterator[Document]:
    """A small page at each former URL that redirects to the current one."""
    for (kind, slug), group in site.groups.untracked.items():
        for former_path in group.shared.formerly if site.has_page(group, language.code) else ():
            url = f"{site.urls.prefix(language.code)}{former_path}/"
            yield page_document(url, "redirect.html", language, redirect, url, kind, slug)


def redirect(site: Site, language: Language, former_url: str, kind: str, slug: str) -> dict:
    group = site.groups[kind, slug]
    url = site.urls.article(site.path_for(group, language.code))
    return {
        "lang": language.code,
        "direction": language.direction,
        "heading": group.articles.get(language.code, group.original).front.title,
        "target": relative_url(former_url, url),
        "canonical": site.absolute_url(url),
    }


def not_found(site: Site, language: Language) -> dict:
    """One page with a section for each language. The host serves it at any URL, so its links start with the site's path."""

    def section(language: Language) -> dict:
        _ = site.gettext(language.code)
        info = PageInfo("404.html", _("Page not found"), _("This page does not exist."), indexed=False, served_anywhere=True)
        about = _("There is no page at this address. It may have moved, or the address is mistyped.")
        return {"page": page_context(site, language, info), "heading": info.title, "about": about}

    sections = [section(other) for other in sorted(site.languages, key=lambda other: other.code != site.urls.home)]
    return {"page": sections[0]["page"], "languages": sections}
