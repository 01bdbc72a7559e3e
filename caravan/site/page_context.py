"""What every page shows around its content: head, navigation, language switcher, footer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from caravan.reading.links import resolve
from caravan.reading.schema import ARTICLE_KINDS
from caravan.site.article_view import link_url
from caravan.site.document import Link, PageInfo
from caravan.site.i18n import Language, kind_name
from caravan.site.json_ld import json_ld
from caravan.site.site import Site
from caravan.site.urls import relative_url


def page_context(site: Site, language: Language, info: PageInfo, article: dict | None = None) -> dict:
    """The parameter `page` of layouts/base.html. Links are relative, except `site_url`, `canonical` and `alternates`.

    `root`: the link to the root of the site; `site_url`: its public URL, with a slash at its end. `page_title`: the title
    without the name of the site. `locale` and `alternate_locales`: for Open Graph, such as en_GB. `published`, `modified`
    and `section`: of an article, else None. `json_ld`: structured data, or None. `shareable`: the page has share buttons and
    links to its headings. `notice`: with the language of its words if they are in another one.
    """
    lang, urls = language.code, site.urls
    _ = site.gettext(lang)

    def href(url: str) -> str:
        return urlsplit(f"{site.url}/").path + url if info.served_anywhere else relative_url(info.url, url)

    def link(url: str, label: str) -> Link:
        return Link(href(url), label, info.url == url)

    def undated_page(slug: str, label: str) -> list[Link]:  # `check` warns if it is missing: LINKED_PAGES in reading/library.py
        url = site.page_url(slug, lang)
        return [link(url, label)] if url else []

    sections = [replace(link(urls.listing(kind, lang), kind_name(kind, _)), kind=kind) for kind in ARTICLE_KINDS]
    sections += [link(urls.listing("all", lang), _("Archive")), *undated_page("take-part", _("Take part"))]
    footer_links = [*undated_page("about", _("About this site")), *undated_page("privacy", _("Privacy"))]
    if len(site.languages) > 1:
        footer_links.append(link(urls.listing("translations", lang), _("Translations")))
    if site.repository:
        footer_links.append(Link(site.repository, _("Public repository")))
    translation_urls, switch_urls = dict(info.translation_urls), dict(info.language_switch_urls or info.translation_urls)
    feed = Link(href(urls.feed(lang)), _("All articles"))
    kind_feed = Link(href(urls.feed(lang, info.kind)), kind_name(info.kind, _)) if info.kind else None
    date = article["date"] if article else None
    return {
        "site_name": site.name,
        "root": href(""),
        "site_url": site.absolute_url(""),
        "lang": lang,
        "direction": language.direction,
        "page_title": info.title,
        "title": info.title if info.title == site.name else f"{info.title} · {site.name}",
        "description": info.description,
        "canonical": site.absolute_url(info.url),
        "kind": info.kind,
        "home": link(urls.home_page(lang), site.name),
        "sections": sections,
        "footer_links": footer_links,
        "feed": feed,
        "feeds": (feed, kind_feed) if kind_feed else (feed,),
        "alternates": site.alternates(info.translation_urls),
        "languages": [
            Link(href(switch_urls[other.code]), other.name, other.code == lang, other.code)
            for other in site.languages
            if other.code in switch_urls
        ],
        "notice": notice_link(site, lang, href),
        "indexed": info.indexed,
        "manifest": href(urls.manifest(lang)),
        "locale": language.with_territory,
        "alternate_locales": [other.with_territory for other in site.languages if other.code in translation_urls and other != language],
        "published": date,
        "modified": article["updated"] or date if date else None,
        "section": kind_name(article["kind"], _) if date else None,
        "json_ld": json_ld(site, language, info, article) if info.indexed else None,
        "shareable": info.indexed and article is not None,
    }


def notice_link(site: Site, lang: str, href: Callable[[str], str]) -> Link | None:
    """The notice for readers of `lang`, if there is one today, with the address that it leads to or ""."""
    found = site.notice(lang)
    if not found:
        return None
    from caravan.reading.typography import typeset_text  # slow to import, and most days have no notice

    notice, other = found
    target = resolve(notice.link, "notice") if notice.link else None
    url = href(link_url(site, None, target)) if target else notice.link or ""
    return Link(url, typeset_text(notice.text, other or lang), lang=other)


def page_view(site: Site, language: Language, info: PageInfo, **view: object) -> dict:
    """The values of a page template: `page`, and those of `view`."""
    return {"page": page_context(site, language, info, view.get("article")), **view}
