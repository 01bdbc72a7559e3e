"""What a page says to machines: JSON-LD in the terms of schema.org, as plain values made from the view models."""

from __future__ import annotations

from urllib.parse import urljoin

from caravan.site.article_view import ArticleView, EventView
from caravan.site.document import PageInfo
from caravan.site.i18n import EDITORS, Language, kind_name
from caravan.site.site import Site

TYPES = {"calls": "Article", "analysis": "NewsArticle", "background": "Article"}


def json_ld(site: Site, language: Language, here: PageInfo, article: ArticleView | None) -> dict:
    """The JSON-LD of the page `here`; `article` is the text that it shows, if it shows one."""
    if here.address == site.urls.home_page(language.code):
        nodes = [website_node(site, language, here)]
    elif article and article.date:
        nodes = [article_node(site, language, here, article)]
    else:
        nodes = [
            {
                "@type": "WebPage" if article else "CollectionPage",
                **common_properties(site, language, here),
                "name": here.title,
                "isPartOf": {"@type": "WebSite", "name": site.name, "url": site.absolute_url("")},
            }
        ]
    steps = breadcrumb_node(site, language, here)
    return {"@context": "https://schema.org", "@graph": [*nodes, steps] if steps else nodes}


def common_properties(site: Site, language: Language, here: PageInfo) -> dict:
    """What every page says of itself."""
    return {"url": site.absolute_url(here.address), "description": here.description, "inLanguage": language.code}


def publisher_node(site: Site) -> dict:
    return {"@type": "Organization", "name": site.name, "url": site.absolute_url("")}


def website_node(site: Site, language: Language, here: PageInfo) -> dict:
    return {
        "@type": "WebSite",
        **common_properties(site, language, here),
        "name": site.name,
        "publisher": publisher_node(site),
    }


def article_node(site: Site, language: Language, here: PageInfo, article: ArticleView) -> dict:
    """An article; a translation names the original, a call its event."""
    made = article.translation
    node = {
        "@type": TYPES[article.kind],
        **common_properties(site, language, here),
        "headline": article.title,
        "articleSection": kind_name(article.kind, site.gettext(language.code)),
        "datePublished": article.date.iso,
        "dateModified": (article.updated or article.date).iso,
        "author": [author_node(site, language, name) for name in article.writers],
        "publisher": publisher_node(site),
    }
    if article.event:
        node["about"] = event_node(site, here, article, article.event)
    if made:
        original = urljoin(site.absolute_url(here.address), made.href)
        node["translationOfWork"] = {"@type": TYPES[article.kind], "url": original, "inLanguage": made.lang}
        if made.by:
            node["translator"] = {"@type": "Person", "name": made.by}
    return node


def author_node(site: Site, language: Language, name: str) -> dict:
    """A person, or the editors of this site, who are many."""
    shown = site.gettext(language.code)(EDITORS) if name == EDITORS else name
    about = site.groups.get(("pages", "about"))
    kind = "Organization" if name == EDITORS else "Person"
    known = {"url": site.absolute_url(site.urls.article(site.path_for(about, language.code)))} if about and name == EDITORS else {}
    return {"@type": kind, "name": shown, **known}


def event_node(site: Site, here: PageInfo, article: ArticleView, when: EventView) -> dict:
    """What a call called to. schema.org has no status for what is over: its end date says so."""
    node = {
        "@type": "Event",
        "name": article.title,
        "description": article.summary,
        "url": site.absolute_url(here.address),
        "startDate": when.start.iso,
        "endDate": when.end.iso,
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {"@type": "Place", "name": when.place, "address": when.place},
    }
    if article.called_by:
        node["organizer"] = {"@type": "Organization", "name": article.called_by}
    return node


def breadcrumb_node(site: Site, language: Language, here: PageInfo) -> dict | None:
    """The way from the home page to this one; the home page has none."""
    lang, addresses = language.code, site.urls
    front = addresses.home_page(lang)
    if here.address == front:
        return None
    steps = [(site.name, front)]
    if here.kind and here.address != addresses.listing(here.kind, lang):
        steps.append((kind_name(here.kind, site.gettext(lang)), addresses.listing(here.kind, lang)))
    steps.append((here.title, here.address))
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": site.absolute_url(address)}
            for number, (name, address) in enumerate(steps, 1)
        ],
    }
