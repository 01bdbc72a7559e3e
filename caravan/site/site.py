"""The site as a value: settings, languages and every work that it shows."""

from __future__ import annotations

import datetime
import functools
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from caravan.reading.evidence import Source
from caravan.reading.library import Library
from caravan.reading.model import ARTICLES
from caravan.reading.places import Place, Rules
from caravan.reading.works import Work

from .addresses import Addresses
from .languages import Language, phrases


@dataclass(frozen=True, eq=False)
class Site:
    """Everything that pages are made from. `url` is the public address without a slash at its end."""

    name: str
    url: str
    per_page: int
    feed_entries: int
    day: datetime.date
    languages: tuple[Language, ...]
    addresses: Addresses
    works: dict[tuple[str, str], Work]
    waiting: frozenset[tuple[str, str]]
    sources: dict[str, Source]
    files: dict[str, Path]
    extra: dict[str, Path]
    translations: Path
    fallback_pages: bool
    repository: str

    @property
    def root_path(self) -> str:
        """The path of the site on its host, such as `/` or `/name/`."""
        return urlsplit(self.url).path.rstrip("/") + "/"

    def absolute(self, address: str) -> str:
        return f"{self.url}/{address}"

    def gettext(self, lang: str) -> Callable[[str], str]:
        return phrases(self.translations, lang).gettext

    @functools.lru_cache(maxsize=64)  # noqa: B019 - bounded, so the preview keeps few old sites alive
    def of_kind(self, kind: str, lang: str) -> list[Work]:
        """The works of a kind that a reader of `lang` is shown: newest first, then by slug.

        Works that are not translated yet are shown too, unless pages for them are switched off.
        """
        found = [work for work in self.works.values() if work.kind == kind and self.shows(work, lang)]
        return sorted(found, key=lambda work: (-work.facts.date.toordinal(), work.slug))

    def is_public(self, work: Work) -> bool:
        """Whether everybody may see `work`; the preview shows others too."""
        return (work.kind, work.slug) not in self.waiting

    def shows(self, work: Work, lang: str) -> bool:
        """Whether `work` has a page in `lang`: its text, or the one that says that it is not translated yet."""
        return lang in work.texts or self.fallback_pages

    @functools.lru_cache(maxsize=64)  # noqa: B019
    def articles(self, lang: str) -> list[Work]:
        """All articles that a reader of `lang` is shown: newest first; on one day in the order of the kinds."""
        found = [work for kind in ARTICLES for work in self.of_kind(kind, lang)]
        return sorted(found, key=lambda work: -work.facts.date.toordinal())

    def place(self, work: Work, lang: str) -> Place:
        """Where a reader of `lang` finds `work`."""
        return Place(work.kind, work.slug, lang if self.shows(work, lang) else work.original.place.lang)


def today() -> datetime.date:
    """The one clock of a build: the UTC day of SOURCE_DATE_EPOCH (reproducible-builds.org), else of now."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now = datetime.datetime.fromtimestamp(int(epoch), datetime.UTC) if epoch else datetime.datetime.now(datetime.UTC)
    return now.date()


def rules(settings: dict) -> Rules:
    return Rules(tuple(settings["LANGUAGES"]), settings["HOME_LANGUAGE"])


def assemble(library: Library, settings: dict, day: datetime.date) -> Site:
    """The site that `settings` make of a library without errors. Drafts and future texts stay out unless wanted."""
    waiting = frozenset(key for key, work in library.works.items() if work.waits(day))
    shown = {key: work for key, work in library.works.items() if settings["SHOW_WAITING"] or key not in waiting}
    return Site(
        name=settings["SITENAME"],
        url=settings["SITEURL"].rstrip("/"),
        per_page=settings["PER_PAGE"],
        feed_entries=settings["FEED_ENTRIES"],
        day=day,
        languages=tuple(Language(code) for code in settings["LANGUAGES"]),
        addresses=Addresses(settings["HOME_LANGUAGE"]),
        works=shown,
        waiting=waiting,
        sources=library.sources,
        files=library.files,
        extra=library.extra,
        translations=Path(settings["THEME"]) / "translations",
        fallback_pages=settings["FALLBACK_PAGES"],
        repository=settings["REPOSITORY"],
    )
