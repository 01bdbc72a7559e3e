"""What a page says to machines: JSON-LD in the terms of schema.org, as plain values made from the view models."""

from __future__ import annotations

from urllib.parse import urljoin

from .article import Article
from .frame import Here
from .kinds import EDITORS, kind_name
from .languages import Language
from .site import Site
from .views import EventView

TYPES = {"calls": "Article", "analysis": "NewsArticle", "background": "Article"}


def graph(site: Site, language: Language, here: Here, article: Article | None) -> dict:
    """The JSON-LD of the page `here`; `article` is the text that it shows, if it shows one."""
    if here.address == site.addresses.front(language.code):
        nodes = [website(site, language, here)]
    elif article and article.date:
        nodes = [text(site, language, here, article)]
    else:
        nodes = [
            {
                "@type": "WebPage" if article else "CollectionPage",
                **words(site, language, here),
                "name": here.title,
                "isPartOf": {"@type": "WebSite", "name": site.name, "url": site.absolute("")},
            }
        ]
    steps = breadcrumbs(site, language, here)
    return {"@context": "https://schema.org", "@graph": [*nodes, steps] if steps else nodes}


def words(site: Site, language: Language, here: Here) -> dict:
    """What every page says of itself."""
    return {"url": site.absolute(here.address), "description": here.description, "inLanguage": language.code}


def publisher(site: Site) -> dict:
    return {"@type": "Organization", "name": site.name, "url": site.absolute("")}


def website(site: Site, language: Language, here: Here) -> dict:
    return {
        "@type": "WebSite",
        **words(site, language, here),
        "name": site.name,
        "publisher": publisher(site),
    }


def text(site: Site, language: Language, here: Here, article: Article) -> dict:
    """An article; a translation names the original, a call its event."""
    made = article.translation
    node = {
        "@type": TYPES[article.kind],
        **words(site, language, here),
        "headline": article.title,
        "articleSection": kind_name(article.kind, site.gettext(language.code)),
        "datePublished": article.date.iso,
        "dateModified": (article.updated or article.date).iso,
        "author": [author(site, language, name) for name in article.writers],
        "publisher": publisher(site),
    }
    if article.event:
        node["about"] = event(site, here, article, article.event)
    if made:
        original = urljoin(site.absolute(here.address), made.href)
        node["translationOfWork"] = {"@type": TYPES[article.kind], "url": original, "inLanguage": made.lang}
        if made.by:
            node["translator"] = {"@type": "Person", "name": made.by}
    return node


def author(site: Site, language: Language, name: str) -> dict:
    """A person, or the editors of this site, who are many."""
    shown = site.gettext(language.code)(EDITORS) if name == EDITORS else name
    about = site.works.get(("pages", "about"))
    kind = "Organization" if name == EDITORS else "Person"
    known = {"url": site.absolute(site.addresses.text(site.place(about, language.code)))} if about and name == EDITORS else {}
    return {"@type": kind, "name": shown, **known}


def event(site: Site, here: Here, article: Article, when: EventView) -> dict:
    """What a call called to. schema.org has no status for what is over: its end date says so."""
    node = {
        "@type": "Event",
        "name": article.title,
        "description": article.summary,
        "url": site.absolute(here.address),
        "startDate": when.start.iso,
        "endDate": when.end.iso,
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {"@type": "Place", "name": when.place, "address": when.place},
    }
    if article.called_by:
        node["organizer"] = {"@type": "Organization", "name": article.called_by}
    return node


def breadcrumbs(site: Site, language: Language, here: Here) -> dict | None:
    """The way from the home page to this one; the home page has none."""
    lang, addresses = language.code, site.addresses
    front = addresses.front(lang)
    if here.address == front:
        return None
    steps = [(site.name, front)]
    if here.kind and here.address != addresses.listing(here.kind, lang):
        steps.append((kind_name(here.kind, site.gettext(lang)), addresses.listing(here.kind, lang)))
    steps.append((here.title, here.address))
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": site.absolute(address)}
            for number, (name, address) in enumerate(steps, 1)
        ],
    }
