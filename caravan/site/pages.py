"""Which pages the site has, and what each is made from."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from caravan.reading.model import ARTICLES
from caravan.reading.works import Work

from . import almanac, article, views
from .addresses import relative
from .archive import archive
from .detours import detours, not_found
from .document import Document, Turn, at, everywhere, framed, sheets, turn, work_siblings, work_switch
from .feeds import feeds
from .frame import Here
from .kinds import kind_about, kind_name
from .languages import Language
from .site import Site
from .sitemap import robots, sitemaps
from .translations import translation_status, untranslated


def documents(site: Site) -> Iterator[Document]:
    """Every document of the site, in the order in which a person would want them first."""
    for language in site.languages:
        yield at(site.addresses.front(language.code), "home.html", language, home)
        yield from texts(site, language)
        for kind in ARTICLES:
            for number in range(1, sheets(site.count(kind, language.code), site.per_page) + 1):
                address = site.addresses.listing(kind, language.code, number)
                yield at(address, "listing.html", language, listing, kind, number)
        yield from archive(site, language)
        yield from translation_status(site, language)
        yield from feeds(site, language)
        yield from detours(site, language)
        yield Document(site.addresses.manifest(language.code), "manifest.webmanifest", language.code, manifest)
    yield not_found(site)
    yield from sitemaps(site)
    yield robots(site)


def home(site: Site, language: Language) -> dict:
    lang = language.code
    _ = site.gettext(lang)
    here = Here(site.addresses.front(lang), site.name, tagline(site, lang), siblings=everywhere(site, ""))
    calls = site.part("calls", lang, 0, 1)
    others = [key for key in site.part("all", lang, 0, site.per_page + 1) if key not in calls][: site.per_page]
    return framed(
        site, language, here,
        tagline=tagline(site, lang),
        call=views.card(site, language, site.works[calls[0]], here.address) if calls else None,
        cards=tuple(views.card(site, language, site.works[key], here.address) for key in others),
        archive=relative(here.address, site.addresses.archive(lang)),
        figures=almanac.figures(site, language, here.address),
        month=almanac.month(site, language, site.works[calls[0]] if calls else None),
    )  # fmt: skip


def manifest(site: Site, language: Language) -> dict:
    """What a device shows of the site when a reader puts it on the home screen."""
    lang = language.code
    here = site.addresses.manifest(lang)
    return {
        "title": site.name, "lang": lang, "direction": language.direction,
        "root": relative(here, ""), "start": relative(here, site.addresses.front(lang)),
    }  # fmt: skip


def tagline(site: Site, lang: str) -> str:
    _ = site.gettext(lang)
    return _(
        "A people’s almanac of migration and trade: what migrant organizations called for, what happened "
        "on the road, and what lies beneath, with the evidence beside every figure."
    )


def texts(site: Site, language: Language) -> Iterator[Document]:
    """The page of each work in `language`; where that lacks it, the page that leads to the original."""
    for (kind, slug), work in site.works.every.items():
        if not site.shows(work, language.code):
            continue
        address = site.addresses.text(site.place(work, language.code))
        if language.code not in work.texts:
            yield at(address, "untranslated.html", language, untranslated, kind, slug)
        elif kind in ARTICLES:
            yield at(address, f"{kind}.html", language, text, kind, slug)
        else:
            yield at(address, "page.html", language, text, kind, slug)


def text(site: Site, language: Language, kind: str, slug: str) -> dict:
    work = site.works[kind, slug]
    front = work.texts[language.code].front
    address = site.addresses.text(work.texts[language.code].place)
    dated = kind in ARTICLES
    here = Here(
        address, front.title, front.summary, kind if dated else "", work_siblings(site, work), work_switch(site, work),
        indexed=site.is_public(work),
    )  # fmt: skip
    return framed(
        site, language, here, article=article.article(site, language, work, address),
        related=related(site, language, work, address) if dated else (),
    )  # fmt: skip


def related(site: Site, language: Language, work: Work, here: str, most: int = 3) -> tuple[views.Card, ...]:
    """What to read next: the articles that this one links to, then those that stand around it in time."""
    own = (work.kind, work.slug)
    linked = (tuple(target.path.split("/")[:2]) for target in work.texts[language.code].targets)
    articles = (key for key in linked if key[0] in ARTICLES)
    chosen: list[Work] = []
    for key in itertools.chain(articles, site.around(*own, language.code)):
        if len(chosen) == most:
            break
        other = site.works[key] if key != own and key in site.works else None
        if other and site.shows(other, language.code) and other not in chosen:
            chosen.append(other)
    return tuple(views.card(site, language, other, here) for other in chosen)


def listing(site: Site, language: Language, kind: str, number: int) -> dict:
    """A page of a kind's list."""
    lang = language.code
    _ = site.gettext(lang)
    address = site.addresses.listing(kind, lang, number)
    title = kind_name(kind, _)
    if number > 1:
        title = _("{title}, page {number}").format(title=title, number=language.number(number))
    siblings = everywhere(site, f"{kind}/") if number == 1 else ((lang, address),)
    here = Here(address, title, kind_about(kind, _), kind, siblings)
    shown = site.part(kind, lang, (number - 1) * site.per_page, site.per_page)
    pages: Turn = turn(
        lambda other: site.addresses.listing(kind, lang, other), number, sheets(site.count(kind, lang), site.per_page)
    )
    return framed(
        site, language, here,
        heading=title,
        about=kind_about(kind, _),
        cards=tuple(views.card(site, language, site.works[key], address) for key in shown),
        turn=pages,
    )  # fmt: skip
