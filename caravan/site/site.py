"""The site as a value: settings, languages, articles and the lists made from them.

Pages reach everything that can change between builds through tracked mappings and methods (caravan.tracking), which
record it as a dependency of the page.
"""

from __future__ import annotations

import copy
import datetime
import functools
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from caravan import tracking
from caravan.reading.evidence import FrontPageData, Notice
from caravan.reading.library import GroupKey, Library, Picture
from caravan.reading.paths import ContentPath
from caravan.reading.schema import ARTICLE_KINDS
from caravan.reading.translations import TranslationGroup
from caravan.site.i18n import Gettext, Language, load_catalog
from caravan.site.settings import PAGINATED, SETTINGS
from caravan.site.urls import site_urls
from caravan.tracking import TrackedMapping, tracked

Words = TypeVar("Words")
LIST_TEMPLATES = {**dict.fromkeys(ARTICLE_KINDS, "listing"), "all": "archive", "translations": "translations"}


class Listings:
    """The lists of articles, as methods of `Site`."""

    @functools.cached_property
    def listings(self) -> dict[tuple[str, str], list[GroupKey]]:
        """The keys of the texts in each list, by its name and language.

        The list of a kind, and that of "all" articles: the newest first, those of one day by kind, then by slug. They include articles
        that are not translated yet, unless FALLBACK_PAGES is off. "translations": all articles, then the undated pages by slug.
        """
        articles = [group for group in self.groups.untracked.values() if group.kind in ARTICLE_KINDS]
        articles.sort(key=lambda group: (-group.shared.date.toordinal(), ARTICLE_KINDS.index(group.kind), group.slug))
        pages = [key for key in self.groups.untracked if key[0] not in ARTICLE_KINDS]
        listings = {}
        for lang in (language.code for language in self.languages):
            keys = [(group.kind, group.slug) for group in articles if self.has_page(group, lang)]
            listings |= {(kind, lang): [key for key in keys if key[0] == kind] for kind in ARTICLE_KINDS}
            listings |= {("all", lang): keys, ("translations", lang): keys + pages}
        return listings

    @property
    def list_names(self) -> tuple[str, ...]:
        """The lists that have pages: one for each kind, one of all articles, and with several languages that of translations."""
        return *ARTICLE_KINDS, "all", *(["translations"] if len(self.languages) > 1 else [])

    def page_size(self, name: str) -> int:
        """The number of texts on each page of a list."""
        return self.page_sizes[LIST_TEMPLATES[name]]

    @tracked
    def count(self, name: str, lang: str) -> int:
        """The number of texts in a list."""
        return len(self.listings[name, lang])

    @tracked
    def listing_slice(self, name: str, lang: str, start: int, limit: int) -> tuple[GroupKey, ...]:
        """At most `limit` keys of a list, from index `start` on."""
        return tuple(self.listings[name, lang][start : start + limit])

    @tracked
    def newest_public(self, kind: str, lang: str) -> tuple[GroupKey, ...]:
        """The keys for a feed: public articles that exist in `lang`."""
        groups = (self.groups.untracked[key] for key in self.listings[kind, lang])
        public = [(group.kind, group.slug) for group in groups if lang in group.articles and self.is_public(group)]
        return tuple(public[: self.feed_entries])

    @tracked
    def front_call(self, lang: str) -> GroupKey | None:
        """The key of the call on the front page: the open one that starts first, or without an open one the newest."""
        keys = self.listings["calls", lang]
        events = {key: self.groups.untracked[key].shared.event for key in keys}
        open_keys = [key for key in keys if events[key].state_on(self.today) in ("coming", "now")]
        return min(open_keys, key=lambda key: events[key].start) if open_keys else next(iter(keys), None)

    @functools.cached_property
    def positions(self) -> dict[tuple[str, GroupKey], int]:
        """The index of each article in the list of "all" kinds, by language and key."""
        return {
            (language.code, key): position
            for language in self.languages
            for position, key in enumerate(self.listings["all", language.code])
        }

    @tracked
    def neighbours(self, kind: str, slug: str, lang: str) -> tuple[GroupKey, ...]:
        """The articles published before and after one, the nearest first; at most six."""
        own_position, listing = self.positions[lang, (kind, slug)], self.listings["all", lang]
        nearby = (own_position + step for distance in range(1, 7) for step in (distance, -distance))
        return tuple(listing[position] for position in nearby if 0 <= position < len(listing))[:6]

    @tracked
    def sitemap_texts(self) -> tuple[tuple[tuple[tuple[str, str], ...], str], ...]:
        """For each public text: its URLs by language, and the day of its last change ("" for undated pages)."""
        entries = []
        for _, group in sorted(self.groups.untracked.items(), key=lambda item: item[0]):
            if self.is_public(group):
                modified = getattr(group.shared, "updated", None) or getattr(group.shared, "date", None)
                entries.append((self.translation_urls(group), modified.isoformat() if modified else ""))
        return tuple(entries)


class Site(Listings):
    """Everything that pages are made from; nothing of it changes, a change of the content makes a new one."""

    def __init__(self, library: Library, settings: dict, day: datetime.date):
        """`library`: one without errors. Drafts and texts of later days are part of the site only if the settings ask for them.

        `url`: the public URL, without a slash at its end. `page_sizes`: by the names in PAGINATED. `unpublished`: the keys of
        drafts and of articles with a future date. `tracked_results` is a cache.
        """
        self.catalog_folder = Path(settings["THEME"]) / "translations"
        settings = {name: settings[name] for name in SETTINGS}
        self.unpublished = frozenset(key for key, group in library.groups.items() if group.is_unpublished(day))
        shown = {
            key: group for key, group in library.groups.items()
            if key not in self.unpublished or settings["WITH_DRAFTS" if group.shared.status == "draft" else "WITH_FUTURE_DATES"]
        }  # fmt: skip
        sizes = settings["PAGINATED_TEMPLATES"]
        self.page_sizes = {name: sizes.get(name) or settings["DEFAULT_PAGINATION"] or sys.maxsize for name in PAGINATED}
        self.name: str = settings["SITENAME"]
        self.url: str = settings["SITEURL"].rstrip("/")
        self.repository: str = settings["REPOSITORY"]
        self.feed_entries: int | None = settings["FEED_MAX_ITEMS"]
        self.feed_namespace = uuid.UUID(settings["FEED_NAMESPACE"])
        self.fallback_pages: bool = settings["FALLBACK_PAGES"]
        self.languages = tuple(Language(code) for code in settings["LANGUAGES"])
        self.today = day
        self.urls = site_urls(settings)
        self.groups = TrackedMapping("group", shown, lambda group: group.fingerprint(day))
        self.sources = TrackedMapping("source", library.sources or {}, tracking.content_hash)
        self.pictures = TrackedMapping("picture", library.pictures, lambda picture: tracking.content_hash((picture.sha256, picture.width, picture.height)))
        self.drawings = TrackedMapping("drawing", library.drawings, tracking.content_hash)
        self.extra_files = library.tree.extra_files
        self.notices = {lang: file.value for lang, file in library.notices.items() if file.value}
        self.front_page_data = library.front_page.value or FrontPageData()
        self.tracked_results: dict[tuple, tuple] = {}

    @property
    def build_day(self) -> datetime.date:
        """`today`, tracked as a dependency: a page that uses it is rendered again every day."""
        tracking.track("day", self.today.isoformat())
        return self.today

    @functools.cached_property
    def cache_keys(self) -> dict[str, str]:
        """The cache key of each article, by its path."""
        articles = (article for group in self.groups.untracked.values() for article in group.articles.values())
        return {article.content_path.source_path: article.cache_key for article in articles}

    @functools.cached_property
    def used_pictures(self) -> dict[str, Picture]:
        """The pictures that the texts show or link to, by path below content/."""
        articles = (article for group in self.groups.untracked.values() for article in group.articles.values())
        paths = sorted({requirement[1] for article in articles for requirement in article.requires})
        return {path: self.pictures.untracked[path] for path in paths if path in self.pictures.untracked}

    def absolute_url(self, url: str) -> str:
        """The public URL for `url`, which is relative to the root of the site."""
        return f"{self.url}/{url}"

    def alternates(self, urls: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        """The public URLs of one page in several languages (`urls`), and "x-default"; none if there is only one language."""
        if len(urls) < 2:
            return ()
        default = dict(urls).get(self.urls.home, urls[0][1])
        return tuple((lang, self.absolute_url(url)) for lang, url in (*urls, ("x-default", default)))

    @functools.cached_property
    def gettext(self) -> Callable[[str], Gettext]:
        """`gettext(lang)` is the function that translates the phrases of the interface into `lang`."""
        return functools.cache(lambda lang: load_catalog(self.catalog_folder, lang).gettext)

    def is_public(self, group: TranslationGroup) -> bool:
        """Whether the public site shows the text; the preview shows unpublished ones too."""
        return (group.kind, group.slug) not in self.unpublished

    def has_page(self, group: TranslationGroup, lang: str) -> bool:
        """Whether there is a page for the text in `lang`: its translation, or one that says that it is missing."""
        return lang in group.articles or self.fallback_pages

    def translation_urls(self, group: TranslationGroup, fallback: bool = False) -> tuple[tuple[str, str], ...]:
        """The URL of a text in each language that has it; with `fallback` also of pages that say that it is missing."""
        fallback = fallback and self.fallback_pages
        langs = (language.code for language in self.languages if fallback or language.code in group.articles)
        return tuple((lang, self.urls.article(self.path_for(group, lang))) for lang in langs)

    def path_for(self, group: TranslationGroup, lang: str) -> ContentPath:
        """The path to link to for a reader of `lang`; that of the original if there is no page in `lang`."""
        return ContentPath(group.kind, group.slug, lang if self.has_page(group, lang) else group.original.content_path.lang)

    def page_url(self, slug: str, lang: str) -> str:
        """The URL of an undated page for a reader of `lang`, or "" if there is none of that name."""
        group = self.groups.get(("pages", slug))
        return self.urls.article(self.path_for(group, lang)) if group else ""

    @tracked
    def front_page(self) -> FrontPageData:
        return self.front_page_data

    def words_in(self, words: dict[str, Words], lang: str) -> tuple[Words, str]:
        """The words in `lang` and "", else those of the home language or the first one, and their language."""
        found = next(code for code in (lang, self.urls.home, *words) if code in words)
        return words[found], "" if found == lang else found

    @tracked
    def notice(self, lang: str) -> tuple[Notice, str] | None:
        """The notice of today for readers of `lang`, as `words_in` returns it."""
        found = self.words_in(self.notices, lang) if self.notices else None
        return found if found and self.today <= found[0].until else None


# Cached properties that depend on more of a text than `listing_inputs`.
CACHED_CONTENT = ("cache_keys", "used_pictures")


def with_changed_group(site: Site, old: TranslationGroup, new: TranslationGroup) -> Site | None:
    """The site with `new` in place of `old`; None if lists or URLs change too and the site must be made again.

    It shares the lists and the results of tracked methods, which depend on `listing_inputs` only.
    """
    if listing_inputs(site, old) != listing_inputs(site, new):
        return None
    key = (new.kind, new.slug)
    changed_site = copy.copy(site)
    changed_site.groups = TrackedMapping("group", {**site.groups.untracked, key: new}, site.groups.fingerprint_of)
    for name in CACHED_CONTENT:
        vars(changed_site).pop(name, None)
    return changed_site


def listing_inputs(site: Site, group: TranslationGroup) -> tuple:
    """The values of a text that lists, URLs and the sitemap depend on; `event`: which call the front page shows."""
    fields = [getattr(group.shared, name, None) for name in ("date", "updated", "event", "formerly")]
    return sorted(group.articles), group.original.content_path, fields, group.is_unpublished(site.today)
