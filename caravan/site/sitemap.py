"""The sitemap: every page that search engines may list, with its siblings in other languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from caravan.reading.model import ARTICLES

from .document import everywhere, work_siblings
from .site import Site


@dataclass(frozen=True)
class SitemapEntry:
    url: str
    changed: str
    alternates: tuple[tuple[str, str], ...]


def sitemap(site: Site) -> Iterator[SitemapEntry]:
    """Every public page that search engines may list, with its siblings."""
    lists = ["", *(f"{kind}/" for kind in ARTICLES), "archive/"]
    whole = [everywhere(site, address) for address in (lists + ["translations/"] if len(site.languages) > 1 else lists)]
    for siblings in whole:
        yield from entries(site, siblings, "")
    for _key, work in sorted(site.works.items()):
        if site.is_public(work):
            siblings = work_siblings(site, work)
            changed = getattr(work.facts, "updated", None) or getattr(work.facts, "date", None)
            yield from entries(site, siblings, changed.isoformat() if changed else "")


def entries(site: Site, siblings: tuple[tuple[str, str], ...], changed: str) -> Iterator[SitemapEntry]:
    alternates = tuple((lang, site.absolute(address)) for lang, address in siblings)
    first = dict(alternates).get(site.addresses.home, alternates[0][1])
    for _lang, address in siblings:
        both = (*alternates, ("x-default", first)) if len(alternates) > 1 else ()
        yield SitemapEntry(site.absolute(address), changed, both)
