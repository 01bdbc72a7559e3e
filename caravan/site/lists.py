"""What the site is asked about many texts at once: lists, their parts, what stands around a text."""

from __future__ import annotations

import functools

from caravan.reading.model import ARTICLES
from caravan.reading.works import Work

from .answers import question

Key = tuple[str, str]  # kind and slug


class Lists:
    """The questions of a site about its texts (see answers). They are asked of `Site`, which has what they need."""

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
