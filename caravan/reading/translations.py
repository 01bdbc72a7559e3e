"""Translations: one article in all its languages, and which paragraphs of the original have changed since.

A translation records the fingerprints of the original's blocks in `made_from`. Blocks of the original that are not in this
record have changed or are new. Blocks are compared as a set, so moving a paragraph is not a change.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from caravan import tracking
from caravan.reading.article import Article, TextBlock
from caravan.reading.paths import ContentPath, SiteLanguages
from caravan.reading.problems import Problem, count, format_message, problem
from caravan.reading.schema import AnalysisFields, CallFields, Certainty, TextFields

CITATION = re.compile(r"\[@[^\]]*\]")


@dataclass(frozen=True)
class TranslationDiff:
    """`changed`: blocks of the original that the record does not have; `removed`: number of recorded blocks that are gone."""

    changed: tuple[TextBlock, ...]
    removed: int

    def __bool__(self) -> bool:
        return bool(self.changed or self.removed)


def block_fingerprint(text: str) -> str:
    """Six hexadecimal digits of SHA-256 over the text without citations and with single spaces.

    With 24 bits, a change in a text of 100 paragraphs goes unnoticed once in about 170,000 changes, when the new fingerprint
    equals that of another paragraph.
    """
    plain = " ".join(CITATION.sub("", text).split())
    return hashlib.sha256(plain.encode()).hexdigest()[:6]


def front_matter_blocks(front: TextFields) -> tuple[TextBlock, ...]:
    """A block for each field of the front matter that a translation has to translate."""
    blocks = []
    for name, value in front:
        if value and (name in CallFields.model_fields or name in AnalysisFields.model_fields):
            lines = [value] if isinstance(value, str) else dict(value).values() if isinstance(value, Certainty) else value
            blocks.append(TextBlock(block_fingerprint(" ".join(line or "" for line in lines)), "", name))
    return tuple(blocks)


def source_fingerprints(blocks: tuple[TextBlock, ...]) -> str:
    """The value of `made_from` for a translation of these blocks."""
    return " ".join(dict.fromkeys(block.fingerprint for block in blocks))


@dataclass
class TranslationGroup:
    """One article in all its languages. Date, authors, event and other shared facts are those of the original.

    `articles` are the original and every translation that is not a draft, by language; `drafts` the other translations.
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
        """Whether the public site must not show this article on `day`: a draft, or dated later."""
        return self.shared.status == "draft" or getattr(self.shared, "date", day) > day

    def fingerprint(self, day: datetime.date) -> str:
        """The hash of everything that other pages show about this article, such as titles in lists."""
        fingerprints = sorted((lang, article.fingerprint) for lang, article in self.articles.items())
        return tracking.content_hash((self.original.content_path.lang, fingerprints, self.is_unpublished(day)))

    def diff(self, lang: str) -> TranslationDiff:
        """The difference between the original and what its translation into `lang` was made from; empty for the original."""
        article = self.articles[lang]
        if article.is_original or not article.front.made_from:
            return TranslationDiff((), 0)
        recorded, current = set(article.front.made_from), {block.fingerprint for block in self.original.body.blocks}
        changed = tuple(block for block in self.original.body.blocks if block.fingerprint not in recorded)
        return TranslationDiff(changed, len(recorded - current))


Groups = dict[tuple[str, str], TranslationGroup]  # by kind and slug


def group_articles(files: dict[str, Article | None], unlisted: frozenset[str]) -> tuple[TranslationGroup | None, list[Problem]]:
    """Group the articles of one folder, by language (None for a file with fatal errors).

    `unlisted`: languages whose files are not read. Returns None and the problems unless exactly one article is the original.
    """
    articles, problems = [article for article in files.values() if article], []
    originals = [article for article in articles if article.is_original]
    if not originals:
        if len(articles) < len(files):
            return None, []  # the original may be the file with fatal errors, which are reported already
        for article in articles:
            path, line = article.content_path.source_path, article.field_lines.line(("translated_from",))
            if article.front.translated_from in unlisted:
                problems.append(problem(path, line, "translation-unlisted", "warning", lang=article.front.translated_from))
            else:
                problems.append(problem(path, line, "group-no-original", folder=article.content_path.folder))
        return None, problems
    if len(originals) > 1:
        first = originals[0].content_path
        message = format_message("group-two-originals", other=first.source_path, lang=first.lang)
        return None, [Problem(article.content_path.source_path, 1, message) for article in originals[1:]]
    original = originals[0]
    group = TranslationGroup(original.content_path.kind, original.content_path.slug, original)
    for article in articles:
        members = group.drafts if not article.is_original and article.front.status == "draft" else group.articles
        members[article.content_path.lang] = article
        if not article.is_original and article.front.translated_from != original.content_path.lang:
            message = format_message("translation-of-nothing", wrong=article.front.translated_from, right=original.content_path.lang)
            line = article.field_lines.line(("translated_from",))
            problems.append(Problem(article.content_path.source_path, line, message))
    return group, problems


def check_translations(group: TranslationGroup, site_languages: SiteLanguages, files: Collection[ContentPath]) -> Iterator[Problem]:
    """Warn of translations that are missing, drafts, without a record, or behind the original. `files`: also those with errors."""
    for lang in site_languages.languages:
        content_path = ContentPath(group.kind, group.slug, lang)
        if lang in group.drafts:
            yield problem(content_path.source_path, 1, "translation-draft", "warning")
        elif content_path not in files:
            slug, path = f"{group.kind}/{group.slug}", group.original.content_path.source_path
            yield problem(path, 1, "translation-missing", "warning", lang=lang, slug=slug)
        elif lang in group.articles and not group.articles[lang].is_original:
            yield from check_translation_record(group, lang)


def check_translation_record(group: TranslationGroup, lang: str) -> Iterator[Problem]:
    """Warn of a translation without record, of changes of the original since, and of paragraphs that are not translated."""
    article = group.articles[lang]
    path = article.content_path.source_path
    diff, slug = group.diff(lang), f"{group.kind}/{group.slug}"
    if not article.front.made_from:
        line = article.field_lines.line(("translated_from",))
        yield problem(path, line, "translation-unrecorded", "warning", slug=slug, lang=lang)
    elif diff:
        line = article.field_lines.line(("made_from",))
        changes = ", ".join(map(describe_block, diff.changed)) or f"{count(diff.removed, 'paragraph')} removed"
        yield problem(path, line, "translation-behind", "warning", changes=changes, slug=slug, lang=lang)
    original_program, program = (getattr(front, "program", None) or () for front in (group.shared, article.front))
    if program and len(program) != len(original_program):
        message = format_message("program-behind", has=len(program), wanted=len(original_program))
        yield Problem(path, article.field_lines.line(("program",)), f"program: {message}", "warning")
    # Short blocks, such as names, can be the same in both languages.
    long_fingerprints = {block.fingerprint for block in group.original.body.blocks if block.line and len(block.name) > 20}
    for block in article.body.blocks:
        if block.fingerprint in long_fingerprints:
            yield problem(path, block.line, "translation-same", "warning")


def describe_block(block: TextBlock) -> str:
    return f"\u201c{block.name}\u201d" if block.name else "a paragraph without words, such as a picture"
