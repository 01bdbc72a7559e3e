"""How a translation stands to its original, paragraph by paragraph.

The state of a text is the list of fingerprints of its words and paragraphs. A translation records the state of the
original that it was made from; what the original says today and the record does not hold, the translation lacks.
Paragraphs are compared as a set, so that moving one, or splitting a section, raises no alarm.

A work: one text in all its languages, and how its translations stand.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from caravan import tracking
from caravan.reading.article import Article, TextBlock
from caravan.reading.paths import ContentPath, SiteLanguages
from caravan.reading.problems import Problem, format_message
from caravan.reading.schema import Certainty, QuestionFields, TextFields

CITED = re.compile(r"\[@[^\]]*\]")


@dataclass(frozen=True)
class TranslationDiff:
    """`changed`: pieces of the original that the record lacks; `gone`: how many the original has no more."""

    changed: tuple[TextBlock, ...]
    removed: int

    def __bool__(self) -> bool:
        return bool(self.changed or self.removed)


def block_fingerprint(words: str) -> str:
    """Six hexadecimal digits of SHA-256 over words without citations and with single spaces.

    24 bits: in a text of 100 paragraphs a change goes unseen once in some 170,000, when it hits one of them.
    """
    plain = " ".join(CITED.sub("", words).split())
    return hashlib.sha256(plain.encode()).hexdigest()[:6]


def front_matter_blocks(front: TextFields) -> tuple[TextBlock, ...]:
    """The pieces of the front matter that a translation has to say in its own words."""
    found = [("title", front.title), ("summary", front.summary)]
    if isinstance(front, QuestionFields):
        found += [("question", front.question or ""), ("answer", " ".join(front.answer or ()))]
        certainty: Certainty | None = getattr(front, "certainty", None)
        if certainty:
            found.append(("certainty", " ".join(line or "" for _, line in certainty)))
    return tuple(TextBlock(block_fingerprint(words), "", name) for name, words in found if words)


def compare(original: tuple[TextBlock, ...], record: tuple[str, ...]) -> TranslationDiff:
    """What `original` says that a translation made from `record` does not."""
    known, now = set(record), {piece.fingerprint for piece in original}
    return TranslationDiff(tuple(piece for piece in original if piece.fingerprint not in known), len(known - now))


def source_fingerprints(pieces: tuple[TextBlock, ...]) -> str:
    """The record to write into a translation made from these pieces."""
    return " ".join(dict.fromkeys(piece.fingerprint for piece in pieces))


@dataclass
class TranslationGroup:
    """One text in all its languages. Shared facts (date, authors, event, …) are those of the original.

    `texts` are what readers get, the original and every translation that is no draft, by language.
    """

    kind: str
    slug: str
    original: Article
    articles: dict[str, Article] = field(default_factory=dict)
    drafts: dict[str, Article] = field(default_factory=dict)

    @property
    def shared(self) -> TextFields:
        return self.original.front

    def is_unpublished(self, day: datetime.date) -> bool:
        """Whether the public site does not show this work on `day`: a draft, or dated later."""
        return self.shared.status == "draft" or getattr(self.shared, "date", day) > day

    def fingerprint(self, day: datetime.date) -> str:
        """A fingerprint of everything that pages about other texts can say of this one."""
        said = sorted((lang, text.fingerprint) for lang, text in self.articles.items())
        return tracking.content_hash((self.original.content_path.lang, said, self.is_unpublished(day)))

    def diff(self, lang: str) -> TranslationDiff:
        """How the translation into `lang` stands to the original of today; empty for the original itself."""
        text = self.articles[lang]
        if text.is_original or not text.front.made_from:
            return TranslationDiff((), 0)
        return compare(self.original.blocks, text.front.made_from)


def group_articles(texts: list[Article], languages: set[str]) -> tuple[TranslationGroup | None, list[Problem]]:
    """Make a work of the texts of one folder, which has files in `languages` (some of them perhaps unreadable)."""
    originals = [text for text in texts if text.is_original]
    if not originals:
        if len(texts) < len(languages) or not texts:
            return None, []  # the original may be the one that could not be read: that is said already
        first = texts[0].content_path
        return None, [
            Problem(text.content_path.source_path, text.field_lines.line(("translated_from",)), format_message("work-no-original", folder=first.folder))
            for text in texts
        ]
    if len(originals) > 1:
        first = originals[0].content_path
        return None, [
            Problem(text.content_path.source_path, 1, format_message("work-two-originals", other=first.source_path, lang=first.lang))
            for text in originals[1:]
        ]
    original = originals[0]
    work = TranslationGroup(original.content_path.kind, original.content_path.slug, original)
    problems = []
    for text in texts:
        shelf = work.drafts if not text.is_original and text.front.status == "draft" else work.articles
        shelf[text.content_path.lang] = text
        if not text.is_original and text.front.translated_from != original.content_path.lang:
            message = format_message("translation-of-nothing", wrong=text.front.translated_from, right=original.content_path.lang)
            problems.append(Problem(text.content_path.source_path, text.field_lines.line(("translated_from",)), message))
    return work, problems


def check_translations(work: TranslationGroup, rules: SiteLanguages) -> Iterator[Problem]:
    """Warnings for missing, draft, unrecorded and late translations, with the record to paste."""
    for lang in rules.languages:
        path = ContentPath(work.kind, work.slug, lang).source_path
        if lang in work.drafts:
            yield Problem(path, 1, format_message("translation-draft"), "warning")
        elif lang not in work.articles:
            message = format_message("translation-missing", lang=lang, slug=f"{work.kind}/{work.slug}")
            yield Problem(work.original.content_path.source_path, 1, message, "warning")
        elif not work.articles[lang].is_original:
            yield from check_translation_record(work, lang)


def check_translation_record(work: TranslationGroup, lang: str) -> Iterator[Problem]:
    text = work.articles[lang]
    record = source_fingerprints(work.original.blocks)
    distance = work.diff(lang)
    if not text.front.made_from:
        line = text.field_lines.line(("translated_from",))
        yield Problem(text.content_path.source_path, line, format_message("translation-unrecorded", record=record), "warning")
    elif distance:
        line = text.field_lines.line(("made_from",))
        changes = ", ".join(f"\u201c{piece.name}\u201d" for piece in distance.changed) or f"{distance.removed} paragraphs gone"
        yield Problem(text.content_path.source_path, line, format_message("translation-behind", changes=changes, record=record), "warning")
    prints = {piece.fingerprint for piece in work.original.blocks if piece.line and len(piece.name) > 20}
    for piece in text.blocks:
        if piece.fingerprint in prints:
            yield Problem(text.content_path.source_path, piece.line, format_message("translation-same"), "warning")
