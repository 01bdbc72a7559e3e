"""Structured data for search engines: JSON-LD with the vocabulary of schema.org."""

from __future__ import annotations

import datetime
import zoneinfo
from urllib.parse import urljoin

from caravan.site.document import PageInfo
from caravan.site.i18n import EDITORS, Language, kind_name
from caravan.site.site import Site

ARTICLE_TYPES = {"calls": "Article", "analysis": "NewsArticle", "background": "Article"}
zoneinfo.reset_tzpath(())  # the package tzdata, so that every machine writes the same offsets


def json_ld(site: Site, language: Language, info: PageInfo, article: dict | None) -> dict:
    """The JSON-LD of a page; `article` is the view of the article or undated page that it shows, or None for a list."""
    part_of = {"@type": "WebSite", "name": site.name, "url": site.absolute_url("")}
    common = {"url": site.absolute_url(info.url), "description": info.description, "inLanguage": language.code}
    if info.url == site.urls.home_page(language.code):
        node = {"@type": "WebSite", **common, "name": site.name, "publisher": publisher_node(site)}
    elif article and article["date"]:
        node = article_node(site, language, info, common, article)
    else:
        node = {"@type": "WebPage" if article else "CollectionPage", **common, "name": info.title, "isPartOf": part_of}
    breadcrumbs = breadcrumb_node(site, language, info)
    return {"@context": "https://schema.org", "@graph": [node, breadcrumbs] if breadcrumbs else [node]}


def publisher_node(site: Site) -> dict:
    return {"@type": "Organization", "name": site.name, "url": site.absolute_url("")}


def article_node(site: Site, language: Language, info: PageInfo, common: dict, article: dict) -> dict:
    """An article, with its original if it is a translation, and its event if it is a call. `common`: as of every page."""
    shared, translation = article["shared"], article["translation"]
    organizations = (*shared.organizations, article["called_by"])
    node = {
        "@type": ARTICLE_TYPES[article["kind"]],
        **common,
        "headline": article["title"],
        "articleSection": kind_name(article["kind"], site.gettext(language.code)),
        "datePublished": article["date"].isoformat(),
        "dateModified": (article["updated"] or article["date"]).isoformat(),
        "author": [author_node(site, language, name, name in organizations) for name in shared.authors],
        "publisher": publisher_node(site),
    }
    if article["event"]:
        node["about"] = event_node(site, info, article, article["event"])
    if translation:
        original_url = urljoin(site.absolute_url(info.url), translation["href"])
        node["translationOfWork"] = {"@type": node["@type"], "url": original_url, "inLanguage": translation["lang"]}
        if translation["translated_by"]:
            node["translator"] = {"@type": "Person", "name": translation["translated_by"]}
    return node


def author_node(site: Site, language: Language, name: str, is_organization: bool) -> dict:
    """A person or an organization, such as the editors of this site."""
    if name != EDITORS:
        return {"@type": "Organization" if is_organization else "Person", "name": name}
    node = {"@type": "Organization", "name": site.gettext(language.code)(EDITORS)}
    about = site.page_url("about", language.code)
    return {**node, "url": site.absolute_url(about)} if about else node


def event_node(site: Site, info: PageInfo, article: dict, event: dict) -> dict:
    """The event of a call. schema.org has no status for a past event; its end date says that it is over.

    A postponed event without new days keeps its former start, as https://schema.org/eventStatus asks for.
    """
    start, former_start = event["start"], event["former_start"]
    is_rescheduled = former_start and start and former_start != start
    takes_place = "EventRescheduled" if is_rescheduled else "EventScheduled"
    status = {"canceled": "EventCancelled", "postponed": "EventPostponed"}.get(event["state"], takes_place)
    node = {
        "@type": "Event",
        "name": article["title"],
        "description": article["summary"],
        "url": site.absolute_url(info.url),
        "startDate": moment(event, start, event["starts_at"]) if start else former_start.isoformat(),
        "eventStatus": f"https://schema.org/{status}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {"@type": "Place", "name": event["meeting_point"] or event["place"], "address": event["place"]},
    }
    if event["end"]:
        node["endDate"] = moment(event, event["end"], event["ends_at"])
    if is_rescheduled:
        node["previousStartDate"] = former_start.isoformat()
    if article["called_by"]:
        node["organizer"] = {"@type": "Organization", "name": article["called_by"]}
    return node


def moment(event: dict, day: datetime.date, clock: str | None) -> str:
    """A day in ISO 8601; with the hour and the offset of the place if the hour is known."""
    if not clock:
        return day.isoformat()
    time = datetime.time.fromisoformat(clock)
    return datetime.datetime.combine(day, time, zoneinfo.ZoneInfo(event["time_zone"])).isoformat(timespec="minutes")


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
