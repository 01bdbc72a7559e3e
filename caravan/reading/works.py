"""A work: one text in all its languages, and how its translations stand."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

from . import freshness, trace
from .freshness import Distance
from .messages import say
from .model import Words
from .places import Place, Rules
from .problems import Problem
from .text import Text


@dataclass
class Work:
    """One text in all its languages. Shared facts (date, authors, event, …) are those of the original.

    `texts` are what readers get, the original and every translation that is no draft, by language.
    """

    kind: str
    slug: str
    original: Text
    texts: dict[str, Text] = field(default_factory=dict)
    drafts: dict[str, Text] = field(default_factory=dict)

    @property
    def facts(self) -> Words:
        return self.original.front

    def waits(self, day: datetime.date) -> bool:
        """Whether the public site does not show this work on `day`: a draft, or dated later."""
        return self.facts.status == "draft" or getattr(self.facts, "date", day) > day

    def print(self, day: datetime.date) -> str:
        """A fingerprint of everything that pages about other texts can say of this one."""
        said = sorted((lang, text.print) for lang, text in self.texts.items())
        return trace.fingerprint((self.original.place.lang, said, self.waits(day)))

    def distance(self, lang: str) -> Distance:
        """How the translation into `lang` stands to the original of today; empty for the original itself."""
        text = self.texts[lang]
        if text.is_original or not text.front.made_from:
            return Distance((), 0)
        return freshness.distance(self.original.pieces, text.front.made_from)


def gather(texts: list[Text], languages: set[str]) -> tuple[Work | None, list[Problem]]:
    """Make a work of the texts of one folder, which has files in `languages` (some of them perhaps unreadable)."""
    originals = [text for text in texts if text.is_original]
    if not originals:
        if len(texts) < len(languages) or not texts:
            return None, []  # the original may be the one that could not be read: that is said already
        first = texts[0].place
        return None, [
            Problem(text.place.path, text.lines.line(("translated_from",)), say("work-no-original", folder=first.folder))
            for text in texts
        ]
    if len(originals) > 1:
        first = originals[0].place
        return None, [
            Problem(text.place.path, 1, say("work-two-originals", other=first.path, lang=first.lang))
            for text in originals[1:]
        ]
    original = originals[0]
    work = Work(original.place.kind, original.place.slug, original)
    problems = []
    for text in texts:
        shelf = work.drafts if not text.is_original and text.front.status == "draft" else work.texts
        shelf[text.place.lang] = text
        if not text.is_original and text.front.translated_from != original.place.lang:
            message = say("translation-of-nothing", wrong=text.front.translated_from, right=original.place.lang)
            problems.append(Problem(text.place.path, text.lines.line(("translated_from",)), message))
    return work, problems


def check_translations(work: Work, rules: Rules) -> Iterator[Problem]:
    """Warnings for missing, draft, unrecorded and late translations, with the record to paste."""
    for lang in rules.languages:
        path = Place(work.kind, work.slug, lang).path
        if lang in work.drafts:
            yield Problem(path, 1, say("translation-draft"), "warning")
        elif lang not in work.texts:
            message = say("translation-missing", lang=lang, slug=f"{work.kind}/{work.slug}")
            yield Problem(work.original.place.path, 1, message, "warning")
        elif not work.texts[lang].is_original:
            yield from check_record(work, lang)


def check_record(work: Work, lang: str) -> Iterator[Problem]:
    text = work.texts[lang]
    record = freshness.record(work.original.pieces)
    distance = work.distance(lang)
    if not text.front.made_from:
        line = text.lines.line(("translated_from",))
        yield Problem(text.place.path, line, say("translation-unrecorded", record=record), "warning")
    elif distance:
        line = text.lines.line(("made_from",))
        changes = ", ".join(f"\u201c{piece.name}\u201d" for piece in distance.changed) or f"{distance.gone} paragraphs gone"
        yield Problem(text.place.path, line, say("translation-behind", changes=changes, record=record), "warning")
    prints = {piece.print for piece in work.original.pieces if piece.line and len(piece.name) > 20}
    for piece in text.pieces:
        if piece.print in prints:
            yield Problem(text.place.path, piece.line, say("translation-same"), "warning")
