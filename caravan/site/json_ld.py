"""Structured data for search engines: JSON-LD with the vocabulary of schema.org."""

from __future__ import annotations

from urllib.parse import urljoin

from caravan.site.article_view import ArticleView
from caravan.site.document import PageInfo
from caravan.site.event_view import EventView
from caravan.site.i18n import EDITORS, Language, kind_name
from caravan.site.site import Site

ARTICLE_TYPES = {"calls": "Article", "analysis": "NewsArticle", "background": "Article"}


def json_ld(site: Site, language: Language, info: PageInfo, article: ArticleView | None) -> dict:
    """The JSON-LD of a page; `article` is the article or undated page that it shows, or None for a list."""
    if info.url == site.urls.home_page(language.code):
        node = {"@type": "WebSite", **common_properties(site, language, info), "name": site.name, "publisher": publisher_node(site)}
    elif article and article.date:
        node = article_node(site, language, info, article)
    else:
        part_of = {"@type": "WebSite", "name": site.name, "url": site.absolute_url("")}
        kind = "WebPage" if article else "CollectionPage"
        node = {"@type": kind, **common_properties(site, language, info), "name": info.title, "isPartOf": part_of}
    breadcrumbs = breadcrumb_node(site, language, info)
    return {"@context": "https://schema.org", "@graph": [node, breadcrumbs] if breadcrumbs else [node]}


def common_properties(site: Site, language: Language, info: PageInfo) -> dict:
    return {"url": site.absolute_url(info.url), "description": info.description, "inLanguage": language.code}


def publisher_node(site: Site) -> dict:
    return {"@type": "Organization", "name": site.name, "url": site.absolute_url("")}


def article_node(site: Site, language: Language, info: PageInfo, article: ArticleView) -> dict:
    """An article, with its original if it is a translation, and its event if it is a call."""
    translation = article.translation
    node = {
        "@type": ARTICLE_TYPES[article.kind],
        **common_properties(site, language, info),
        "headline": article.title,
        "articleSection": kind_name(article.kind, site.gettext(language.code)),
        "datePublished": article.date.iso,
        "dateModified": (article.updated or article.date).iso,
        "author": [author_node(site, language, name, name in article.organizations) for name in article.author_names],
        "publisher": publisher_node(site),
    }
    if article.event:
        node["about"] = event_node(site, info, article, article.event)
    if translation:
        original_url = urljoin(site.absolute_url(info.url), translation.href)
        node["translationOfWork"] = {"@type": ARTICLE_TYPES[article.kind], "url": original_url, "inLanguage": translation.lang}
        if translation.translated_by:
            node["translator"] = {"@type": "Person", "name": translation.translated_by}
    return node


def author_node(site: Site, language: Language, name: str, is_organization: bool) -> dict:
    """A person or an organization, such as the editors of this site."""
    if name != EDITORS:
        return {"@type": "Organization" if is_organization else "Person", "name": name}
    node = {"@type": "Organization", "name": site.gettext(language.code)(EDITORS)}
    about = site.page_url("about", language.code)
    return {**node, "url": site.absolute_url(about)} if about else node


def event_node(site: Site, info: PageInfo, article: ArticleView, event: EventView) -> dict:
    """The event of a call. schema.org has no status for a past event; its end date says that it is over.

    A postponed event without new days keeps its former start, as https://schema.org/eventStatus asks for.
    """
    rescheduled = event.former_start and event.start and event.former_start != event.start.iso[:10]
    takes_place = "EventRescheduled" if rescheduled else "EventScheduled"
    status = {"canceled": "EventCancelled", "postponed": "EventPostponed"}.get(event.state, takes_place)
    node = {
        "@type": "Event",
        "name": article.title,
        "description": article.summary,
        "url": site.absolute_url(info.url),
        "startDate": event.start.iso if event.start else event.former_start,
        "eventStatus": f"https://schema.org/{status}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {"@type": "Place", "name": event.meeting_point or event.place, "address": event.place},
    }
    if event.end:
        node["endDate"] = event.end.iso
    if rescheduled:
        node["previousStartDate"] = event.former_start
    if article.called_by:
        node["organizer"] = {"@type": "Organization", "name": article.called_by}
    return node


def breadcrumb_node(site: Site, language: Language, info: PageInfo) -> dict | None:
    """The path from the home page to this page; None for the home page."""
    lang, urls = language.code, site.urls
    home_url = urls.home_page(lang)
    if info.url == home_url:
        return None
    steps = [(site.name, home_url)]
    if info.kind and info.url != urls.listing(info.kind, lang):
        steps.append((kind_name(info.kind, site.gettext(lang)), urls.listing(info.kind, lang)))
    steps.append((info.title, info.url))
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": site.absolute_url(url)}
        for number, (name, url) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}
