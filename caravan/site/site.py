"""What the site is asked about many texts at once: lists, their parts, what stands around a text.

The site as a value: settings, languages and every work that it shows.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from caravan import tracking
from caravan.reading.evidence import FrontPageData, Source
from caravan.reading.library import Library
from caravan.reading.paths import ContentPath
from caravan.reading.schema import ARTICLE_KINDS
from caravan.reading.translations import TranslationGroup
from caravan.site.i18n import Language, load_catalog
from caravan.site.settings import SETTINGS
from caravan.site.urls import Urls
from caravan.tracking import TrackedMapping, tracked

GroupKey = tuple[str, str]  # kind and slug


class Listings:
    """The questions of a site about its texts (see answers). They are asked of `Site`, which has what they need."""

    @functools.cached_property
    def articles_by_date(self) -> list[TranslationGroup]:
        """All articles: newest first; on one day in the order of the kinds, then by slug."""
        articles = [work for work in self.groups.untracked.values() if work.kind in ARTICLE_KINDS]
        return sorted(articles, key=lambda work: (-work.shared.date.toordinal(), ARTICLE_KINDS.index(work.kind), work.slug))

    @functools.cached_property
    def listings(self) -> dict[tuple[str, str], list[GroupKey]]:
        """The keys of what a reader of a language is shown of a kind, or of "all" kinds; newest first.

        Works that are not translated yet are shown too, unless pages for them are switched off.
        """
        found = {(kind, language.code): [] for kind in ("all", *ARTICLE_KINDS) for language in self.languages}
        for work in self.articles_by_date:
            for language in self.languages:
                if self.has_page(work, language.code):
                    found[work.kind, language.code].append((work.kind, work.slug))
                    found["all", language.code].append((work.kind, work.slug))
        return found

    @tracked
    def count(self, kind: str, lang: str) -> int:
        """How many articles of `kind` ("all": of every kind) a reader of `lang` is shown."""
        return len(self.listings[kind, lang])

    @tracked
    def listing_slice(self, kind: str, lang: str, first: int, number: int) -> tuple[GroupKey, ...]:
        """At most `number` keys of a list, from position `first` on."""
        return tuple(self.listings[kind, lang][first : first + number])

    @tracked
    def newest_public(self, kind: str, lang: str) -> tuple[GroupKey, ...]:
        """What a feed holds: public texts that exist in `lang`."""
        works = (self.groups.untracked[key] for key in self.listings[kind, lang])
        public = [(work.kind, work.slug) for work in works if lang in work.articles and self.is_public(work)]
        return tuple(public[: self.feed_entries])

    @functools.cached_property
    def positions(self) -> dict[tuple[str, GroupKey], int]:
        return {
            (language.code, key): position
            for language in self.languages
            for position, key in enumerate(self.listings["all", language.code])
        }

    @tracked
    def neighbours(self, kind: str, slug: str, lang: str) -> tuple[GroupKey, ...]:
        """The articles that stand around one in time, the nearest first."""
        here, every = self.positions[lang, (kind, slug)], self.listings["all", lang]
        near = (here + step for distance in range(1, 7) for step in (distance, -distance))
        return tuple(every[position] for position in near if 0 <= position < len(every))[:6]

    @tracked
    def years(self, lang: str) -> tuple[tuple[int, int], ...]:
        """Each year with its number of articles, the newest first."""
        found: dict[int, int] = {}
        for key in self.listings["all", lang]:
            year = self.groups.untracked[key].shared.date.year
            found[year] = found.get(year, 0) + 1
        return tuple(found.items())

    @tracked
    def sitemap_entries(self, first: int, number: int) -> tuple[tuple[tuple[tuple[str, str], ...], str], ...]:
        """For the sitemap: the addresses of public works by language, and the day of their last change."""
        found = []
        for key in sorted(self.groups.untracked)[first : first + number]:
            work = self.groups.untracked[key]
            if self.is_public(work):
                langs = (language.code for language in self.languages if language.code in work.articles)
                siblings = tuple((lang, self.urls.article(work.articles[lang].content_path)) for lang in langs)
                changed = getattr(work.shared, "updated", None) or getattr(work.shared, "date", None)
                found.append((siblings, changed.isoformat() if changed else ""))
        return tuple(found)

    @tracked
    def pages(self) -> tuple[GroupKey, ...]:
        """The undated pages, by slug."""
        return tuple(key for key in self.groups.untracked if key[0] not in ARTICLE_KINDS)


@dataclass(frozen=True, eq=False)
class Site(Listings):
    """Everything that pages are made from. `url` is the public address without a slash at its end.

    What can differ from one build to the next without a change of settings, theme or code is reached through mappings
    and questions that note what they were asked.
    """

    name: str
    url: str
    per_page: int
    per_archive_page: int
    feed_entries: int
    today: datetime.date
    languages: tuple[Language, ...]
    urls: Urls
    groups: TrackedMapping[TranslationGroup]
    unpublished: frozenset[GroupKey]
    sources: TrackedMapping[Source]
    asset_files: TrackedMapping[Path]
    extra_files: dict[str, Path]
    drawings: TrackedMapping[str]
    front_page_data: FrontPageData
    catalog_folder: Path
    fallback_pages: bool
    repository: str
    tracked_results: dict[str, tuple] = field(default_factory=dict)
    gettext_functions: dict[str, Callable[[str], str]] = field(default_factory=dict)

    @property
    def root_path(self) -> str:
        """The path of the site on its host, such as `/` or `/name/`."""
        return urlsplit(self.url).path.rstrip("/") + "/"

    @property
    def build_day(self) -> datetime.date:
        """The day of the build, noted: only what readers see of it may differ from one day to the next."""
        tracking.track("day", self.today.isoformat())
        return self.today

    @functools.cached_property
    def cache_keys(self) -> dict[str, str]:
        """The key of the bytes of each text, by its path."""
        texts = (text for work in self.groups.untracked.values() for text in work.articles.values())
        return {text.content_path.source_path: text.cache_key for text in texts}

    def absolute_url(self, address: str) -> str:
        return f"{self.url}/{address}"

    def gettext(self, lang: str) -> Callable[[str], str]:
        if lang not in self.gettext_functions:
            self.gettext_functions[lang] = load_catalog(self.catalog_folder, lang).gettext
        return self.gettext_functions[lang]

    def is_public(self, work: TranslationGroup) -> bool:
        """Whether everybody may see `work`; the preview shows others too."""
        return (work.kind, work.slug) not in self.unpublished

    def has_page(self, work: TranslationGroup, lang: str) -> bool:
        """Whether `work` has a page in `lang`: its text, or the one that says that it is not translated yet."""
        return lang in work.articles or self.fallback_pages

    def path_for(self, work: TranslationGroup, lang: str) -> ContentPath:
        """Where a reader of `lang` finds `work`."""
        return ContentPath(work.kind, work.slug, lang if self.has_page(work, lang) else work.original.content_path.lang)

    @tracked
    def front_page(self) -> FrontPageData:
        return self.front_page_data


# What is worked out from the lists, and is worked out again where these may differ.
CACHED_LISTINGS = ("listings", "positions")


def with_changed_group(site: Site, before: TranslationGroup, after: TranslationGroup) -> Site | None:
    """The site with one work as it is now; None where lists or addresses change with it, and not that page alone."""
    if listing_inputs(site, before) != listing_inputs(site, after):
        return None
    key = (after.kind, after.slug)
    works = TrackedMapping("work", {**site.groups.untracked, key: after}, site.groups.fingerprint_of)
    fresh = replace(site, groups=works, tracked_results=dict(site.tracked_results))
    vars(fresh).update({name: vars(site)[name] for name in CACHED_LISTINGS if name in vars(site)})
    return fresh


def listing_inputs(site: Site, work: TranslationGroup) -> tuple:
    """What lists, addresses and the sitemap depend on."""
    facts = work.shared
    dates = getattr(facts, "date", None), getattr(facts, "updated", None)
    return sorted(work.articles), work.original.content_path, dates, facts.formerly, work.is_unpublished(site.today)


def assemble(library: Library, settings: dict, day: datetime.date) -> Site:
    """The site that `settings` make of a library without errors. Drafts and future texts stay out unless wanted."""
    theme, settings = Path(settings["THEME"]), {name: settings[name] for name in SETTINGS}
    waiting = frozenset(key for key, work in library.groups.items() if work.is_unpublished(day))
    shown = {key: work for key, work in library.groups.items() if settings["SHOW_WAITING"] or key not in waiting}
    return Site(
        name=settings["SITENAME"],
        url=settings["SITEURL"].rstrip("/"),
        per_page=settings["PER_PAGE"],
        per_archive_page=settings["PER_ARCHIVE_PAGE"],
        feed_entries=settings["FEED_ENTRIES"],
        today=day,
        languages=tuple(Language(code) for code in settings["LANGUAGES"]),
        urls=Urls(settings["HOME_LANGUAGE"]),
        groups=TrackedMapping("work", shown, lambda work: work.fingerprint(day)),
        unpublished=waiting,
        sources=TrackedMapping("source", library.sources or {}, tracking.content_hash),
        asset_files=TrackedMapping("file", library.asset_files, lambda path: "there"),
        extra_files=library.extra_files,
        drawings=TrackedMapping("drawing", library.drawings, tracking.content_hash),
        front_page_data=library.front_page,
        catalog_folder=theme / "translations",
        fallback_pages=settings["FALLBACK_PAGES"],
        repository=settings["REPOSITORY"],
    )
