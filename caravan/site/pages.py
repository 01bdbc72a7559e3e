"""Which pages the site has, and what each is made from.

Everything by year: on one page while that is short, else a page (or more) for each year.

Addresses where no text stands: former ones, which lead on, and wrong ones, which are not found.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from caravan.reading.schema import ARTICLE_KINDS
from caravan.reading.translations import TranslationGroup
from caravan.site import article_view, front_page
from caravan.site.document import (
    Document,
    PageInfo,
    Pagination,
    all_languages,
    language_switch_urls,
    page_count,
    page_document,
    paginate,
    translation_urls,
)
from caravan.site.feeds import feed_documents, robots_document, sitemap_documents
from caravan.site.i18n import Language, kind_description, kind_name
from caravan.site.page_context import PageContext, page_context, page_view
from caravan.site.site import Site
from caravan.site.translation_pages import status_documents, untranslated_page
from caravan.site.urls import relative_url


def documents(site: Site) -> Iterator[Document]:
    """Every document of the site, in the order in which a person would want them first."""
    for language in site.languages:
        yield page_document(site.urls.home_page(language.code), "home.html", language, home_page)
        yield from article_documents(site, language)
        for kind in ARTICLE_KINDS:
            for number in range(1, page_count(site.count(kind, language.code), site.per_page) + 1):
                address = site.urls.listing(kind, language.code, number)
                yield page_document(address, "listing.html", language, listing_page, kind, number)
        yield from archive_documents(site, language)
        yield from status_documents(site, language)
        yield from feed_documents(site, language)
        yield from redirect_documents(site, language)
        yield Document(site.urls.manifest(language.code), "manifest.webmanifest", language.code, web_app_manifest)
    yield not_found_document(site)
    yield from sitemap_documents(site)
    yield robots_document(site)


def home_page(site: Site, language: Language) -> dict:
    lang = language.code
    _ = site.gettext(lang)
    here = PageInfo(site.urls.home_page(lang), site.name, tagline(site, lang), siblings=all_languages(site, ""))
    calls = site.listing_slice("calls", lang, 0, 1)
    others = [key for key in site.listing_slice("all", lang, 0, site.per_page + 1) if key not in calls][: site.per_page]
    return page_view(
        site, language, here,
        tagline=tagline(site, lang),
        call=article_view.card_view(site, language, site.groups[calls[0]], here.address) if calls else None,
        cards=tuple(article_view.card_view(site, language, site.groups[key], here.address) for key in others),
        archive=relative_url(here.address, site.urls.archive(lang)),
        figures=front_page.weighed_figures(site, language, here.address),
        month=front_page.calendar_month(site, language, site.groups[calls[0]] if calls else None),
    )  # fmt: skip


def web_app_manifest(site: Site, language: Language) -> dict:
    """What a device shows of the site when a reader puts it on the home screen."""
    lang = language.code
    here = site.urls.manifest(lang)
    return {
        "title": site.name, "lang": lang, "direction": language.direction,
        "root": relative_url(here, ""), "start": relative_url(here, site.urls.home_page(lang)),
    }  # fmt: skip


def tagline(site: Site, lang: str) -> str:
    _ = site.gettext(lang)
    return _(
        "A people’s almanac of migration and trade: what migrant organizations called for, what happened "
        "on the road, and what lies beneath, with the evidence beside every figure."
    )


def article_documents(site: Site, language: Language) -> Iterator[Document]:
    """The page of each work in `language`; where that lacks it, the page that leads to the original."""
    for (kind, slug), work in site.groups.untracked.items():
        if not site.has_page(work, language.code):
            continue
        address = site.urls.article(site.path_for(work, language.code))
        if language.code not in work.articles:
            yield page_document(address, "untranslated.html", language, untranslated_page, kind, slug)
        elif kind in ARTICLE_KINDS:
            yield page_document(address, f"{kind}.html", language, article_page, kind, slug)
        else:
            yield page_document(address, "page.html", language, article_page, kind, slug)


def article_page(site: Site, language: Language, kind: str, slug: str) -> dict:
    work = site.groups[kind, slug]
    front = work.articles[language.code].front
    address = site.urls.article(work.articles[language.code].content_path)
    dated = kind in ARTICLE_KINDS
    here = PageInfo(
        address, front.title, front.summary, kind if dated else "", translation_urls(site, work), language_switch_urls(site, work),
        indexed=site.is_public(work),
    )  # fmt: skip
    return page_view(
        site, language, here, article=article_view.article_view(site, language, work, address),
        related=related_articles(site, language, work, address) if dated else (),
    )  # fmt: skip


def related_articles(site: Site, language: Language, work: TranslationGroup, here: str, most: int = 3) -> tuple[article_view.CardView, ...]:
    """What to read next: the articles that this one links to, then those that stand around it in time."""
    own = (work.kind, work.slug)
    linked = (tuple(target.path.split("/")[:2]) for target in work.articles[language.code].link_targets)
    articles = (key for key in linked if key[0] in ARTICLE_KINDS)
    chosen: list[TranslationGroup] = []
    for key in itertools.chain(articles, site.neighbours(*own, language.code)):
        if len(chosen) == most:
            break
        other = site.groups[key] if key != own and key in site.groups else None
        if other and site.has_page(other, language.code) and other not in chosen:
            chosen.append(other)
    return tuple(article_view.card_view(site, language, other, here) for other in chosen)


def listing_page(site: Site, language: Language, kind: str, number: int) -> dict:
    """A page of a kind's list."""
    lang = language.code
    _ = site.gettext(lang)
    address = site.urls.listing(kind, lang, number)
    title = kind_name(kind, _)
    if number > 1:
        title = _("{title}, page {number}").format(title=title, number=language.number(number))
    siblings = all_languages(site, f"{kind}/") if number == 1 else ((lang, address),)
    here = PageInfo(address, title, kind_description(kind, _), kind, siblings)
    shown = site.listing_slice(kind, lang, (number - 1) * site.per_page, site.per_page)
    pages: Pagination = paginate(
        lambda other: site.urls.listing(kind, lang, other), number, page_count(site.count(kind, lang), site.per_page)
    )
    return page_view(
        site, language, here,
        heading=title,
        about=kind_description(kind, _),
        cards=tuple(article_view.card_view(site, language, site.groups[key], address) for key in shown),
        turn=pages,
    )  # fmt: skip


@dataclass(frozen=True)
class ArchiveYear:
    """Cards of a year, or, where these have a page of their own (`href`), their `number`."""

    heading: str
    number: str
    href: str = ""
    cards: tuple[article_view.CardView, ...] = ()


def archive_documents(site: Site, language: Language) -> Iterator[Document]:
    lang = language.code
    yield page_document(site.urls.archive(lang), "archive.html", language, archive_page)
    if site.count("all", lang) > site.per_archive_page:
        for year, entries in site.years(lang):
            for number in range(1, page_count(entries, site.per_archive_page) + 1):
                address = site.urls.archive(lang, year, number)
                yield page_document(address, "archive.html", language, archive_year_page, year, number)


def archive_page(site: Site, language: Language) -> dict:
    lang = language.code
    _ = site.gettext(lang)
    address = site.urls.archive(lang)
    about = _("Everything published here, by year.")
    here = PageInfo(address, _("Archive"), about, siblings=all_languages(site, "archive/"))
    years = site.years(lang)
    if site.count("all", lang) > site.per_archive_page:
        groups = tuple(
            ArchiveYear(str(year), language.number(entries), relative_url(address, site.urls.archive(lang, year)))
            for year, entries in years
        )
    else:
        keys = site.listing_slice("all", lang, 0, site.per_archive_page)
        by_year = itertools.groupby((site.groups[key] for key in keys), key=lambda work: work.shared.date.year)
        groups = tuple(
            ArchiveYear(str(year), "", cards=tuple(article_view.card_view(site, language, work, address) for work in works))
            for year, works in by_year
        )
    return page_view(site, language, here, heading=here.title, about=about, years=groups, turn=Pagination(1, 1, "", ""))


def archive_year_page(site: Site, language: Language, year: int, number: int) -> dict:
    lang = language.code
    _ = site.gettext(lang)
    address = site.urls.archive(lang, year, number)
    title = _("Archive of {year}").format(year=year)
    if number > 1:
        title = _("{title}, page {number}").format(title=title, number=language.number(number))
    here = PageInfo(address, title, _("Everything published here, by year."), siblings=((lang, address),))
    years = site.years(lang)
    entries = dict(years)[year]
    before = sum(count for later, count in years if later > year) + (number - 1) * site.per_archive_page
    keys = site.listing_slice("all", lang, before, min(site.per_archive_page, entries - (number - 1) * site.per_archive_page))
    cards = tuple(article_view.card_view(site, language, site.groups[key], address) for key in keys)
    pages = paginate(lambda other: site.urls.archive(lang, year, other), number, page_count(entries, site.per_archive_page))
    group = ArchiveYear(str(year), "", cards=cards)
    return page_view(site, language, here, heading=title, about=here.description, years=(group,), turn=pages)


def redirect_documents(site: Site, language: Language) -> Iterator[Document]:
    """A light page at each former address, which leads to the new one."""
    for (kind, slug), work in site.groups.untracked.items():
        for old in work.shared.formerly if site.has_page(work, language.code) else ():
            yield page_document(f"{site.urls.prefix(language.code)}{old}/", "moved.html", language, redirect, old, kind, slug)


def redirect(site: Site, language: Language, old: str, kind: str, slug: str) -> dict:
    work = site.groups[kind, slug]
    here = f"{site.urls.prefix(language.code)}{old}/"
    there = site.urls.article(site.path_for(work, language.code))
    return {
        "lang": language.code,
        "direction": language.direction,
        "heading": work.articles.get(language.code, work.original).front.title,
        "there": relative_url(here, there),
        "canonical": site.absolute_url(there),
    }


@dataclass(frozen=True)
class NotFoundSection:
    """The page that was not found, in one language."""

    frame: PageContext
    heading: str
    about: str


def not_found_document(site: Site) -> Document:
    return Document("404.html", "not_found.html", site.urls.home, not_found)


def not_found(site: Site, language: Language) -> dict:
    """One page for all languages; the host serves it at any address, so its links start with the site's path."""

    def lost_in(language: Language) -> NotFoundSection:
        _ = site.gettext(language.code)
        here = PageInfo("404.html", _("Page not found"), _("This page does not exist."), indexed=False, anywhere=True)
        about = _("There is no page at this address. It may have moved, or the address has a slip in it.")
        return NotFoundSection(page_context(site, language, here), here.title, about)

    found = {language.code: lost_in(language) for language in site.languages}
    home = found.pop(site.urls.home)
    return {"page": home.frame, "languages": (home, *found.values())}
