"""The site as a value: settings, languages and every work that it shows."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from caravan.reading import trace
from caravan.reading.almanac import Almanac
from caravan.reading.evidence import Source
from caravan.reading.library import Library
from caravan.reading.model import ARTICLES
from caravan.reading.places import Place
from caravan.reading.works import Work

from .addresses import Addresses
from .answers import Noted, question
from .languages import Language, phrases
from .settings import SETTINGS

Key = tuple[str, str]  # kind and slug


@dataclass(frozen=True, eq=False)
class Site:
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
    addresses: Addresses
    works: Noted[Work]
    waiting: frozenset[Key]
    sources: Noted[Source]
    files: Noted[Path]
    extra: dict[str, Path]
    drawings: Noted[str]
    entries: Almanac
    translations: Path
    fallback_pages: bool
    repository: str
    answered: dict[str, tuple] = field(default_factory=dict)
    spoken: dict[str, Callable[[str], str]] = field(default_factory=dict)

    @property
    def root_path(self) -> str:
        """The path of the site on its host, such as `/` or `/name/`."""
        return urlsplit(self.url).path.rstrip("/") + "/"

    @property
    def day(self) -> datetime.date:
        """The day of the build, noted: only what readers see of it may differ from one day to the next."""
        trace.note("day", self.today.isoformat())
        return self.today

    @functools.cached_property
    def keys(self) -> dict[str, str]:
        """The key of the bytes of each text, by its path."""
        texts = (text for work in self.works.every.values() for text in work.texts.values())
        return {text.place.path: text.key for text in texts}

    def absolute(self, address: str) -> str:
        return f"{self.url}/{address}"

    def gettext(self, lang: str) -> Callable[[str], str]:
        if lang not in self.spoken:
            self.spoken[lang] = phrases(self.translations, lang).gettext
        return self.spoken[lang]

    def is_public(self, work: Work) -> bool:
        """Whether everybody may see `work`; the preview shows others too."""
        return (work.kind, work.slug) not in self.waiting

    def shows(self, work: Work, lang: str) -> bool:
        """Whether `work` has a page in `lang`: its text, or the one that says that it is not translated yet."""
        return lang in work.texts or self.fallback_pages

    def place(self, work: Work, lang: str) -> Place:
        """Where a reader of `lang` finds `work`."""
        return Place(work.kind, work.slug, lang if self.shows(work, lang) else work.original.place.lang)

    @functools.cached_property
    def order(self) -> list[Work]:
        """All articles: newest first; on one day in the order of the kinds, then by slug."""
        articles = [work for work in self.works.every.values() if work.kind in ARTICLES]
        return sorted(articles, key=lambda work: (-work.facts.date.toordinal(), ARTICLES.index(work.kind), work.slug))

    @functools.cached_property
    def lists(self) -> dict[tuple[str, str], list[Key]]:
        """The keys of what a reader of a language is shown of a kind, or of "all" kinds; newest first.

        Works that are not translated yet are shown too, unless pages for them are switched off.
        """
        found = {(kind, language.code): [] for kind in ("all", *ARTICLES) for language in self.languages}
        for work in self.order:
            for language in self.languages:
                if self.shows(work, language.code):
                    found[work.kind, language.code].append((work.kind, work.slug))
                    found["all", language.code].append((work.kind, work.slug))
        return found

    @question
    def almanac(self) -> Almanac:
        return self.entries

    @question
    def count(self, kind: str, lang: str) -> int:
        """How many articles of `kind` ("all": of every kind) a reader of `lang` is shown."""
        return len(self.lists[kind, lang])

    @question
    def part(self, kind: str, lang: str, first: int, number: int) -> tuple[Key, ...]:
        """At most `number` keys of a list, from position `first` on."""
        return tuple(self.lists[kind, lang][first : first + number])

    @question
    def newest_public(self, kind: str, lang: str) -> tuple[Key, ...]:
        """What a feed holds: public texts that exist in `lang`."""
        works = (self.works.every[key] for key in self.lists[kind, lang])
        public = [(work.kind, work.slug) for work in works if lang in work.texts and self.is_public(work)]
        return tuple(public[: self.feed_entries])

    @functools.cached_property
    def positions(self) -> dict[tuple[str, Key], int]:
        return {
            (language.code, key): position
            for language in self.languages
            for position, key in enumerate(self.lists["all", language.code])
        }

    @question
    def around(self, kind: str, slug: str, lang: str) -> tuple[Key, ...]:
        """The articles that stand around one in time, the nearest first."""
        here, every = self.positions[lang, (kind, slug)], self.lists["all", lang]
        near = (here + step for distance in range(1, 7) for step in (distance, -distance))
        return tuple(every[position] for position in near if 0 <= position < len(every))[:6]

    @question
    def years(self, lang: str) -> tuple[tuple[int, int], ...]:
        """Each year with its number of articles, the newest first."""
        found: dict[int, int] = {}
        for key in self.lists["all", lang]:
            year = self.works.every[key].facts.date.year
            found[year] = found.get(year, 0) + 1
        return tuple(found.items())

    @question
    def mapped(self, first: int, number: int) -> tuple[tuple[tuple[tuple[str, str], ...], str], ...]:
        """For the sitemap: the addresses of public works by language, and the day of their last change."""
        found = []
        for key in sorted(self.works.every)[first : first + number]:
            work = self.works.every[key]
            if self.is_public(work):
                langs = (language.code for language in self.languages if language.code in work.texts)
                siblings = tuple((lang, self.addresses.text(work.texts[lang].place)) for lang in langs)
                changed = getattr(work.facts, "updated", None) or getattr(work.facts, "date", None)
                found.append((siblings, changed.isoformat() if changed else ""))
        return tuple(found)

    @question
    def pages(self) -> tuple[Key, ...]:
        """The undated pages, by slug."""
        return tuple(key for key in self.works.every if key[0] not in ARTICLES)


# What is worked out from the lists, and is worked out again where these may differ.
WORKED_OUT = ("lists", "positions")


def renewed(site: Site, before: Work, after: Work) -> Site | None:
    """The site with one work as it is now; None where lists or addresses change with it, and not that page alone."""
    if shape(site, before) != shape(site, after):
        return None
    key = (after.kind, after.slug)
    works = Noted("work", {**site.works.every, key: after}, site.works.print_of)
    fresh = replace(site, works=works, answered=dict(site.answered))
    vars(fresh).update({name: vars(site)[name] for name in WORKED_OUT if name in vars(site)})
    return fresh


def shape(site: Site, work: Work) -> tuple:
    """What lists, addresses and the sitemap depend on."""
    facts = work.facts
    dates = getattr(facts, "date", None), getattr(facts, "updated", None)
    return sorted(work.texts), work.original.place, dates, facts.formerly, work.waits(site.today)


def assemble(library: Library, settings: dict, day: datetime.date) -> Site:
    """The site that `settings` make of a library without errors. Drafts and future texts stay out unless wanted."""
    theme, settings = Path(settings["THEME"]), {name: settings[name] for name in SETTINGS}
    waiting = frozenset(key for key, work in library.works.items() if work.waits(day))
    shown = {key: work for key, work in library.works.items() if settings["SHOW_WAITING"] or key not in waiting}
    return Site(
        name=settings["SITENAME"],
        url=settings["SITEURL"].rstrip("/"),
        per_page=settings["PER_PAGE"],
        per_archive_page=settings["PER_ARCHIVE_PAGE"],
        feed_entries=settings["FEED_ENTRIES"],
        today=day,
        languages=tuple(Language(code) for code in settings["LANGUAGES"]),
        addresses=Addresses(settings["HOME_LANGUAGE"]),
        works=Noted("work", shown, lambda work: work.print(day)),
        waiting=waiting,
        sources=Noted("source", library.sources or {}, trace.fingerprint),
        files=Noted("file", library.files, lambda path: "there"),
        extra=library.extra,
        drawings=Noted("drawing", library.drawings, trace.fingerprint),
        entries=library.almanac,
        translations=theme / "translations",
        fallback_pages=settings["FALLBACK_PAGES"],
        repository=settings["REPOSITORY"],
    )
