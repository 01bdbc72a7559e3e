"""What every page carries around its content: head, navigation, languages."""

from __future__ import annotations

from dataclasses import dataclass, replace

from caravan.reading.model import ARTICLES

from .addresses import relative
from .kinds import kind_name
from .languages import Language
from .site import Site


@dataclass(frozen=True)
class Link:
    """`href` as the page needs it; `lang` where the words are in another language than the page."""

    href: str
    label: str
    current: bool = False
    lang: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Frame:
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


@dataclass(frozen=True)
class Here:
    """A page before it is framed: its address, its title and description, and its address in other languages.

    `siblings` are the same text in each language that has it; `switch` is where the language switcher leads.
    """

    address: str
    title: str
    description: str
    kind: str = ""
    siblings: tuple[tuple[str, str], ...] = ()
    switch: tuple[tuple[str, str], ...] = ()
    indexed: bool = True
    # The page may be served at any address below the site (404): links start with the site's path.
    anywhere: bool = False


def frame(site: Site, language: Language, here: Here) -> Frame:
    """The frame of the page `here` in `language`."""
    lang, addresses = language.code, site.addresses
    _ = site.gettext(lang)

    def href(address: str) -> str:
        return site.root_path + address if here.anywhere else relative(here.address, address)

    def link(address: str, label: str) -> Link:
        return Link(href(address), label, here.address == address)

    def page(slug: str, label: str) -> list[Link]:
        work = site.works.get(("pages", slug))
        return [link(addresses.text(site.place(work, lang)), label)] if work else []

    sections = [replace(link(addresses.listing(kind, lang), kind_name(kind, _)), kind=kind) for kind in ARTICLES]
    sections += [link(addresses.archive(lang), _("Archive")), *page("take-part", _("Take part"))]
    about = [*page("about", _("About this site")), *page("privacy", _("Privacy"))]
    if len(site.languages) > 1:
        about.append(link(addresses.status(lang), _("Translations")))
    if site.repository:
        about.append(Link(site.repository, _("Source texts")))
    siblings, switch = dict(here.siblings), dict(here.switch or here.siblings)
    alternates = [Link(site.absolute(address), code, lang=code) for code, address in siblings.items()]
    if len(alternates) > 1:
        first = siblings.get(addresses.home, next(iter(siblings.values())))
        alternates.append(Link(site.absolute(first), "x-default", lang="x-default"))
    feed = Link(href(addresses.feed(lang)), _("All articles"))
    of_kind = Link(href(addresses.feed(lang, here.kind)), kind_name(here.kind, _)) if here.kind else None
    return Frame(
        site_name=site.name,
        root=href(""),
        host=site.absolute(""),
        lang=lang,
        direction=language.direction,
        name=here.title,
        title=here.title if here.title == site.name else f"{here.title} · {site.name}",
        description=here.description,
        canonical=site.absolute(here.address),
        kind=here.kind,
        home=link(addresses.front(lang), site.name),
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
