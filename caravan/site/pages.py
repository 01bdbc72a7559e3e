"""Which pages the site has, and what each is made from."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from caravan.reading.model import ARTICLES
from caravan.reading.works import Work

from . import article, views
from .addresses import relative
from .detours import moved, not_found
from .document import Document, document, everywhere, work_siblings, work_switch
from .feeds import feeds
from .frame import Here
from .kinds import kind_about, kind_name
from .languages import Language
from .site import Site
from .sitemap import sitemap
from .translations import translation_status, untranslated


@dataclass(frozen=True)
class Group:
    """Cards under a heading."""

    heading: str
    cards: tuple[views.Card, ...]


def documents(site: Site) -> Iterator[Document]:
    """Every document of the site, in the order in which a person would want them first."""
    for language in site.languages:
        yield home(site, language)
        yield from texts(site, language)
        for kind in ARTICLES:
            yield from listing(site, language, kind)
        yield archive(site, language)
        if len(site.languages) > 1:
            yield translation_status(site, language)
        for address, view in feeds(site, language):
            yield Document(address, "feed.xml", language.code, view)
        yield from moved(site, language)
    yield not_found(site)
    yield Document("sitemap.xml", "sitemap.xml", site.addresses.home, {"entries": tuple(sitemap(site))})
    yield Document("robots.txt", "robots.txt", site.addresses.home, {"sitemap": site.absolute("sitemap.xml")})


def home(site: Site, language: Language) -> Document:
    lang = language.code
    _ = site.gettext(lang)
    here = Here(site.addresses.front(lang), site.name, tagline(site, lang), siblings=everywhere(site, ""))
    call = next(iter(site.of_kind("calls", lang)), None)
    others = (work for work in site.articles(lang) if work is not call)
    return document(
        site, language, here, "home.html",
        tagline=tagline(site, lang),
        call=call and views.card(site, language, call, here.address),
        cards=tuple(views.card(site, language, work, here.address) for work in itertools.islice(others, site.per_page)),
        archive=relative(here.address, site.addresses.archive(lang)),
    )  # fmt: skip


def tagline(site: Site, lang: str) -> str:
    _ = site.gettext(lang)
    return _(
        "A people’s almanac of migration and trade: what migrant organizations called for, what happened "
        "on the road, and what lies beneath, with the evidence beside every figure."
    )


def texts(site: Site, language: Language) -> Iterator[Document]:
    for work in site.works.values():
        text = work.texts.get(language.code)
        if text is None:
            if site.fallback_pages:
                yield untranslated(site, language, work)
            continue
        siblings = work_siblings(site, work)
        kind = work.kind if work.kind in ARTICLES else ""
        here = Here(
            site.addresses.text(text.place), text.front.title, text.front.summary, kind, siblings,
            work_switch(site, work), indexed=site.is_public(work),
        )  # fmt: skip
        template = "article.html" if kind else "page.html"
        yield document(
            site, language, here, template, article=article.article(site, language, work, here.address),
            related=related(site, language, work, here.address) if kind else (),
        )  # fmt: skip


def related(site: Site, language: Language, work: Work, here: str, most: int = 3) -> tuple[views.Card, ...]:
    """What to read next: the articles that this one links to, then the newest others."""
    linked = (site.works.get(tuple(target.path.split("/")[:2])) for target in work.texts[language.code].body.targets)
    chosen: list[Work] = []
    for other in itertools.chain(linked, site.articles(language.code)):
        if len(chosen) == most:
            break
        wanted = other and other.kind in ARTICLES and site.shows(other, language.code)
        if wanted and other is not work and other not in chosen:
            chosen.append(other)
    return tuple(views.card(site, language, other, here) for other in chosen)


def listing(site: Site, language: Language, kind: str) -> Iterator[Document]:
    """The pages of a kind's list; the first exists even while the list is empty."""
    lang = language.code
    _ = site.gettext(lang)
    works = site.of_kind(kind, lang)
    numbers = range(1, max(1, -(-len(works) // site.per_page)) + 1)
    for number in numbers:
        address = site.addresses.listing(kind, lang, number)
        title = kind_name(kind, _)
        if number > 1:
            title = _("{title}, page {number}").format(title=title, number=language.number(number))
        siblings = everywhere(site, f"{kind}/") if number == 1 else ((lang, address),)
        here = Here(address, title, kind_about(kind, _), kind, siblings)
        shown = works[(number - 1) * site.per_page : number * site.per_page]
        yield document(
            site, language, here, "listing.html",
            heading=title,
            about=kind_about(kind, _),
            cards=tuple(views.card(site, language, work, address) for work in shown),
            newer=relative(address, site.addresses.listing(kind, lang, number - 1)) if number > 1 else "",
            older=relative(address, site.addresses.listing(kind, lang, number + 1)) if number < numbers[-1] else "",
            number=number,
            last=numbers[-1],
        )  # fmt: skip


def archive(site: Site, language: Language) -> Document:
    lang = language.code
    _ = site.gettext(lang)
    about = _("Everything published here, by year.")
    here = Here(site.addresses.archive(lang), _("Archive"), about, siblings=everywhere(site, "archive/"))
    by_year = itertools.groupby(site.articles(lang), key=lambda work: work.facts.date.year)
    years = tuple(
        Group(str(year), tuple(views.card(site, language, work, here.address) for work in works))
        for year, works in by_year
    )
    return document(site, language, here, "archive.html", heading=here.title, about=about, years=years)
