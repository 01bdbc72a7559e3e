"""Atom feeds (RFC 4287): of everything, and of each kind."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from markupsafe import Markup

from caravan.reading.model import ARTICLES
from caravan.reading.works import Work

from . import views
from .document import Document, at
from .kinds import authors, kind_name
from .languages import Language
from .site import Site

NOON = "T12:00:00Z"  # texts have days, feeds need moments; noon UTC is the same day almost everywhere


@dataclass(frozen=True)
class Entry:
    id: str
    url: str
    title: str
    summary: str
    published: str
    updated: str
    authors: tuple[str, ...]
    category: str
    content: Markup


def feeds(site: Site, language: Language) -> Iterator[Document]:
    for kind in ("all", *ARTICLES):
        yield at(site.addresses.feed(language.code, kind), "feed.xml", language, feed, kind)


def feed(site: Site, language: Language, kind: str) -> dict:
    lang = language.code
    _ = site.gettext(lang)
    works = [site.works[key] for key in site.newest_public(kind, lang)]
    address = site.addresses.feed(lang, kind)
    return {
        "lang": lang,
        "title": site.name if kind == "all" else f"{site.name}: {kind_name(kind, _)}",
        "own_address": site.absolute(address),
        "page": site.absolute(site.addresses.front(lang) if kind == "all" else site.addresses.listing(kind, lang)),
        "updated": max((changed(work) for work in works), default=datetime.date(1970, 1, 1)).isoformat() + NOON,
        "entries": tuple(entry(site, lang, work) for work in works),
    }


def changed(work: Work) -> datetime.date:
    return work.facts.updated or work.facts.date


def entry(site: Site, lang: str, work: Work) -> Entry:
    text = work.texts[lang]
    return Entry(
        id=entry_id(site, work, lang),
        url=site.absolute(site.addresses.text(text.place)),
        title=text.front.title,
        summary=text.front.summary,
        published=work.facts.date.isoformat() + NOON,
        updated=changed(work).isoformat() + NOON,
        authors=authors(work.facts.authors, site.gettext(lang)),
        category=work.kind,
        content=views.body(site, text.place, work, None),
    )


def entry_id(site: Site, work: Work, lang: str) -> str:
    """A tag URI (RFC 4151) that stays when the text changes and when addresses get another shape."""
    return f"tag:{urlsplit(site.url).hostname},{work.facts.date.isoformat()}:{work.kind}/{work.slug}/{lang}"
