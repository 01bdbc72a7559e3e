"""The files for programs: Atom feeds (RFC 4287) of all articles and of each kind, the sitemap (sitemaps.org), robots.txt."""

from __future__ import annotations

import datetime
import itertools
import uuid
from collections.abc import Iterator

from caravan.reading.schema import ARTICLE_KINDS
from caravan.reading.translations import TranslationGroup
from caravan.site.article_view import answer_of, article_html
from caravan.site.document import Document, page_document, urls_in_all_languages
from caravan.site.event_view import event_view, title_with_state
from caravan.site.i18n import Language, kind_name, localize_authors
from caravan.site.site import Site

NOON = "T12:00:00Z"  # articles have a date, feeds need a time; noon UTC is the same day in almost every time zone


def feed_documents(site: Site, language: Language) -> Iterator[Document]:
    for kind in ("all", *ARTICLE_KINDS):
        yield page_document(site.urls.feed(language.code, kind), "feed.xml", language, feed, kind)


def feed(site: Site, language: Language, kind: str) -> dict:
    lang = language.code
    _ = site.gettext(lang)
    groups = [site.groups[key] for key in site.newest_public(kind, lang)]
    return {
        "lang": lang,
        "title": site.name if kind == "all" else f"{site.name}: {kind_name(kind, _)}",
        "id": permanent_id(site, "feeds", kind, lang),
        "root_url": site.absolute_url(""),
        "feed_url": site.absolute_url(site.urls.feed(lang, kind)),
        "page_url": site.absolute_url(site.urls.home_page(lang) if kind == "all" else site.urls.listing(kind, lang)),
        "updated": max((last_modified(group) for group in groups), default=datetime.date(1970, 1, 1)).isoformat() + NOON,
        "entries": tuple(feed_entry(site, lang, group) for group in groups),
    }


def last_modified(group: TranslationGroup) -> datetime.date:
    return group.shared.updated or group.shared.date


def feed_entry(site: Site, lang: str, group: TranslationGroup) -> dict:
    article, event = group.articles[lang], event_view(site, Language(lang), group)
    # The address that the text had at first: no other text can name one in `formerly`.
    first_address = next(iter(group.shared.formerly), group.original.content_path.url_path)
    return {
        "id": permanent_id(site, first_address, lang),
        "url": site.absolute_url(site.urls.article(article.content_path)),
        "title": title_with_state(event, article.front.title, site.gettext(lang)),
        "summary": article.front.summary,
        "published": group.shared.date.isoformat() + NOON,
        "updated": last_modified(group).isoformat() + NOON,
        "authors": localize_authors(group.shared.authors, site.gettext(lang)),
        "category": group.kind,
        "event": event,
        "answer": answer_of(article.front),
        "content": tuple(itertools.chain(*article_html(site, article.content_path, group, None))),
    }


def permanent_id(site: Site, *name: str) -> str:
    """An id for a feed or an entry, which no change of the text, its address or its date changes, nor one of the domain."""
    return uuid.uuid5(site.feed_namespace, "/".join(name)).urn


def robots_txt(site: Site, language: Language) -> dict:
    return {"sitemap": site.absolute_url("sitemap.xml")}


def sitemap(site: Site, language: Language) -> dict:
    """The home pages, the lists and the texts: one file, in which the protocol allows 50,000 URLs and 50 MB."""
    lists = (urls_in_all_languages(site, url) for url in ("", *(site.urls.listing(name, site.urls.home) for name in site.list_names)))
    entries = (*((urls, "") for urls in lists), *site.sitemap_texts())
    return {"entries": [(site.absolute_url(url), modified, site.alternates(urls)) for urls, modified in entries for _, url in urls]}
