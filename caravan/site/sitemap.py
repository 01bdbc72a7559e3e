"""The sitemap: every page that search engines may list, with its siblings in other languages (sitemaps.org)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from caravan.reading.model import ARTICLES

from .document import Document, everywhere, sheets
from .languages import Language
from .site import Site

WORKS_EACH = 5_000  # works in one file; the protocol allows 50,000 addresses and 50 MB


@dataclass(frozen=True)
class SitemapEntry:
    url: str
    changed: str
    alternates: tuple[tuple[str, str], ...]


def sitemaps(site: Site) -> Iterator[Document]:
    """One file while that is enough, else an index of several."""
    home, last = site.addresses.home, sheets(len(site.works), WORKS_EACH)
    if last == 1:
        yield Document("sitemap.xml", "sitemap.xml", home, sitemap, (1,))
        return
    yield Document("sitemap.xml", "sitemap_index.xml", home, index, (last,))
    for number in range(1, last + 1):
        yield Document(f"sitemap-{number}.xml", "sitemap.xml", home, sitemap, (number,))


def robots(site: Site) -> Document:
    return Document("robots.txt", "robots.txt", site.addresses.home, for_robots)


def for_robots(site: Site, language: Language) -> dict:
    return {"sitemap": site.absolute("sitemap.xml")}


def index(site: Site, language: Language, last: int) -> dict:
    return {"sitemaps": tuple(site.absolute(f"sitemap-{number}.xml") for number in range(1, last + 1))}


def sitemap(site: Site, language: Language, number: int) -> dict:
    lists = ["", *(f"{kind}/" for kind in ARTICLES), "archive/", *(["translations/"] if len(site.languages) > 1 else [])]
    found = [entry for address in lists if number == 1 for entry in entries(site, everywhere(site, address), "")]
    for siblings, changed in site.mapped((number - 1) * WORKS_EACH, WORKS_EACH):
        found += entries(site, siblings, changed)
    return {"entries": tuple(found)}


def entries(site: Site, siblings: tuple[tuple[str, str], ...], changed: str) -> Iterator[SitemapEntry]:
    alternates = tuple((lang, site.absolute(address)) for lang, address in siblings)
    first = dict(alternates).get(site.addresses.home, alternates[0][1])
    for _lang, address in siblings:
        both = (*alternates, ("x-default", first)) if len(alternates) > 1 else ()
        yield SitemapEntry(site.absolute(address), changed, both)
