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
from caravan.reading.places import Place
from caravan.reading.works import Work

from .addresses import Addresses
from .answers import Noted, question
from .languages import Language, phrases
from .lists import Key, Lists
from .settings import SETTINGS


@dataclass(frozen=True, eq=False)
class Site(Lists):
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

    @question
    def almanac(self) -> Almanac:
        return self.entries


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
