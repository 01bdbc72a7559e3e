"""What every page carries around its content: head, navigation, languages."""

from __future__ import annotations

from dataclasses import dataclass, replace

from caravan.reading.schema import ARTICLE_KINDS
from caravan.site import json_ld
from caravan.site.document import Link, PageInfo
from caravan.site.i18n import Language, kind_name
from caravan.site.site import Site
from caravan.site.urls import relative_url


@dataclass(frozen=True)
class PageContext:
    """The explicit parameters of layouts/base.html. Only absolute addresses may name the host.

    `root` leads from this page to the root of the site, `host` is its public address with a slash at its end.
    `published`, `changed` and `section` are those of an article. `data` is what the page says to machines (JSON-LD).
    `shares`: the page has an address worth sending on, and headings to link to.
    """

    site_name: str
    root: str
    host: str
    lang: str
    direction: str
    name: str
    title: str
    description: str
    canonical: str
    kind: str
    home: Link
    sections: tuple[Link, ...]
    about: tuple[Link, ...]
    feed: Link
    feeds: tuple[Link, ...]
    alternates: tuple[Link, ...]
    languages: tuple[Link, ...]
    indexed: bool
    manifest: str
    territory: str
    elsewhere: tuple[str, ...]
    published: str = ""
    changed: str = ""
    section: str = ""
    data: dict | None = None
    shares: bool = False


def page_context(site: Site, language: Language, here: PageInfo) -> PageContext:
    """The frame of the page `here` in `language`."""
    lang, addresses = language.code, site.urls
    _ = site.gettext(lang)

    def href(address: str) -> str:
        return site.root_path + address if here.anywhere else relative_url(here.address, address)

    def link(address: str, label: str) -> Link:
        return Link(href(address), label, here.address == address)

    def page(slug: str, label: str) -> list[Link]:
        work = site.groups.get(("pages", slug))
        return [link(addresses.article(site.path_for(work, lang)), label)] if work else []

    sections = [replace(link(addresses.listing(kind, lang), kind_name(kind, _)), kind=kind) for kind in ARTICLE_KINDS]
    sections += [link(addresses.archive(lang), _("Archive")), *page("take-part", _("Take part"))]
    about = [*page("about", _("About this site")), *page("privacy", _("Privacy"))]
    if len(site.languages) > 1:
        about.append(link(addresses.translation_status(lang), _("Translations")))
    if site.repository:
        about.append(Link(site.repository, _("Source texts")))
    siblings, switch = dict(here.siblings), dict(here.switch or here.siblings)
    alternates = [Link(site.absolute_url(address), code, lang=code) for code, address in siblings.items()]
    if len(alternates) > 1:
        first = siblings.get(addresses.home, next(iter(siblings.values())))
        alternates.append(Link(site.absolute_url(first), "x-default", lang="x-default"))
    feed = Link(href(addresses.feed(lang)), _("All articles"))
    of_kind = Link(href(addresses.feed(lang, here.kind)), kind_name(here.kind, _)) if here.kind else None
    return PageContext(
        site_name=site.name,
        root=href(""),
        host=site.absolute_url(""),
        lang=lang,
        direction=language.direction,
        name=here.title,
        title=here.title if here.title == site.name else f"{here.title} · {site.name}",
        description=here.description,
        canonical=site.absolute_url(here.address),
        kind=here.kind,
        home=link(addresses.home_page(lang), site.name),
        sections=tuple(sections),
        about=tuple(about),
        feed=feed,
        feeds=(feed, of_kind) if of_kind else (feed,),
        alternates=tuple(alternates) if len(alternates) > 1 else (),
        languages=tuple(
            Link(href(switch[other.code]), other.name, other.code == lang, other.code)
            for other in site.languages
            if other.code in switch
        ),
        indexed=here.indexed,
        manifest=href(addresses.manifest(lang)),
        territory=language.with_territory,
        elsewhere=tuple(other.with_territory for other in site.languages if other.code in siblings and other != language),
    )


def page_view(site: Site, language: Language, here: PageInfo, **view: object) -> dict:
    """The values of a page: its frame, and what it says."""
    page, article = page_context(site, language, here), view.get("article")
    if here.indexed:
        page = replace(page, data=json_ld.json_ld(site, language, here, article), shares=article is not None)
    if article and article.date:
        day = article.updated or article.date
        section = kind_name(article.kind, site.gettext(language.code))
        page = replace(page, published=article.date.iso, changed=day.iso, section=section)
    return {"page": page, **view}
