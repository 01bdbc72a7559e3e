"""Atom feeds (RFC 4287): of everything, and of each kind.

The sitemap: every page that search engines may list, with its siblings in other languages (sitemaps.org).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from markupsafe import Markup

from caravan.reading.schema import ARTICLE_KINDS
from caravan.reading.translations import TranslationGroup
from caravan.site import article_view
from caravan.site.document import Document, all_languages, page_count, page_document
from caravan.site.i18n import Language, author_names, kind_name
from caravan.site.site import Site

NOON = "T12:00:00Z"  # texts have days, feeds need moments; noon UTC is the same day almost everywhere


@dataclass(frozen=True)
class FeedEntry:
    id: str
    url: str
    title: str
    summary: str
    published: str
    updated: str
    authors: tuple[str, ...]
    category: str
    content: Markup


def feed_documents(site: Site, language: Language) -> Iterator[Document]:
    for kind in ("all", *ARTICLE_KINDS):
        yield page_document(site.urls.feed(language.code, kind), "feed.xml", language, feed, kind)


def feed(site: Site, language: Language, kind: str) -> dict:
    lang = language.code
    _ = site.gettext(lang)
    works = [site.groups[key] for key in site.newest_public(kind, lang)]
    address = site.urls.feed(lang, kind)
    return {
        "lang": lang,
        "title": site.name if kind == "all" else f"{site.name}: {kind_name(kind, _)}",
        "own_address": site.absolute_url(address),
        "page": site.absolute_url(site.urls.home_page(lang) if kind == "all" else site.urls.listing(kind, lang)),
        "updated": max((last_changed(work) for work in works), default=datetime.date(1970, 1, 1)).isoformat() + NOON,
        "entries": tuple(feed_entry(site, lang, work) for work in works),
    }


def last_changed(work: TranslationGroup) -> datetime.date:
    return work.shared.updated or work.shared.date


def feed_entry(site: Site, lang: str, work: TranslationGroup) -> FeedEntry:
    text = work.articles[lang]
    return FeedEntry(
        id=entry_id(site, work, lang),
        url=site.absolute_url(site.urls.article(text.content_path)),
        title=text.front.title,
        summary=text.front.summary,
        published=work.shared.date.isoformat() + NOON,
        updated=last_changed(work).isoformat() + NOON,
        authors=author_names(work.shared.authors, site.gettext(lang)),
        category=work.kind,
        content=article_view.article_html(site, text.content_path, work, None),
    )


def entry_id(site: Site, work: TranslationGroup, lang: str) -> str:
    """A tag URI (RFC 4151) that stays when the text changes and when addresses get another shape."""
    return f"tag:{urlsplit(site.url).hostname},{work.shared.date.isoformat()}:{work.kind}/{work.slug}/{lang}"


WORKS_EACH = 5_000  # works in one file; the protocol allows 50,000 addresses and 50 MB


@dataclass(frozen=True)
class SitemapEntry:
    url: str
    changed: str
    alternates: tuple[tuple[str, str], ...]


def sitemap_documents(site: Site) -> Iterator[Document]:
    """One file while that is enough, else an index of several."""
    home, last = site.urls.home, page_count(len(site.groups), WORKS_EACH)
    if last == 1:
        yield Document("sitemap.xml", "sitemap.xml", home, sitemap, (1,))
        return
    yield Document("sitemap.xml", "sitemap_index.xml", home, sitemap_index, (last,))
    for number in range(1, last + 1):
        yield Document(f"sitemap-{number}.xml", "sitemap.xml", home, sitemap, (number,))


def robots_document(site: Site) -> Document:
    return Document("robots.txt", "robots.txt", site.urls.home, robots_txt)


def robots_txt(site: Site, language: Language) -> dict:
    return {"sitemap": site.absolute_url("sitemap.xml")}


def sitemap_index(site: Site, language: Language, last: int) -> dict:
    return {"sitemaps": tuple(site.absolute_url(f"sitemap-{number}.xml") for number in range(1, last + 1))}


def sitemap(site: Site, language: Language, number: int) -> dict:
    lists = ["", *(f"{kind}/" for kind in ARTICLE_KINDS), "archive/", *(["translations/"] if len(site.languages) > 1 else [])]
    found = [entry for address in lists if number == 1 for entry in sitemap_urls(site, all_languages(site, address), "")]
    for siblings, changed in site.sitemap_entries((number - 1) * WORKS_EACH, WORKS_EACH):
        found += sitemap_urls(site, siblings, changed)
    return {"entries": tuple(found)}


def sitemap_urls(site: Site, siblings: tuple[tuple[str, str], ...], changed: str) -> Iterator[SitemapEntry]:
    alternates = tuple((lang, site.absolute_url(address)) for lang, address in siblings)
    first = dict(alternates).get(site.urls.home, alternates[0][1])
    for _lang, address in siblings:
        both = (*alternates, ("x-default", first)) if len(alternates) > 1 else ()
        yield SitemapEntry(site.absolute_url(address), changed, both)
