"""Parsing: from one source file to an Article, with all problems of the file.

A body goes through Markdown, the sanitizer and typography, then through the sanitizer again.
"""

from __future__ import annotations

import difflib
import html
import re
from dataclasses import replace
from pathlib import Path

from markdown.extensions.toc import slugify

from caravan import tracking
from caravan.reading import front_matter, limits, markdown, translations, typography
from caravan.reading.article import (
    RESERVED_IDS,
    Article,
    ArticleBody,
    BodyHtml,
    LinkTarget,
    ParseResult,
    TextBlock,
    cache_key_of,
)
from caravan.reading.limits import READ_SECONDS, decode, time_limit
from caravan.reading.paths import ContentPath, read_limited
from caravan.reading.problems import MARKDOWN_FOR, Fault, format_message, problem_of, shorten
from caravan.reading.raw_signs import RAW_SIGNS
from caravan.reading.sanitize import PLACEHOLDER, Finding, Sanitizer
from caravan.reading.schema import KINDS, TRANSLATION_SCHEMAS, TextFields
from caravan.reading.translations import block_fingerprint

BLOCK_ID_ATTRIBUTE = re.compile(f' id="{markdown.BLOCK_ID_PLACEHOLDER}(\\d+)"')
# Fenced code, and code in a line: not searched for the lines of raw HTML.
CODE = re.compile(r"^[ >]*(```+|~~~+).*?^[ >]*\1|(`+)(?:[^\n]|\n(?!\n))*?\2", re.MULTILINE | re.DOTALL)
WORD = re.compile(r"\w[\w'’-]*")
CITATION_ID = re.compile(r"r\d+")
TAG_NAME = re.compile("<([a-z][a-z0-9]*)")
TAG = re.compile("<[^>]*>|\ue000[^\ue001]*\ue001")
VALID_ID = re.compile("[a-z0-9_-]+")  # `_` is in ids that Markdown derives from headings
INVALID_ID = re.compile("#([^{}.=]*)$")  # an attribute list that was meant as an id
FOOTNOTE = re.compile(r"fn(ref\d*)?-")
FOOTNOTE_NAME = re.compile(r"[\w.-]+")
PART_OF_HTML = re.compile("[<>&=]")  # a raw sign with one of these may be a part of raw HTML
LONG_NUMBER = re.compile(rf"\d{{{limits.NUMBER_DIGITS}}}")  # for Python's `int`, as in a character reference of 4,301 digits
NAME_CHARACTERS = 500  # the part of a block that its name (its first words) is taken from


def normalize(text: str) -> str:
    return " ".join(html.unescape(text).casefold().split())


def suggest_id(text: str) -> str:
    """A valid id made from `text`."""
    return slugify(text, "-") or "my-id"


class BodyParser:
    """Converts bodies to sanitized HTML. Reuses its Markdown converter; not safe for threads."""

    def __init__(self):
        self.converter = markdown.create_converter()
        self.sanitizer = Sanitizer()

    def parse(self, source: str, folder: str, lang: str, first_line: int) -> tuple[BodyHtml, tuple[TextBlock, ...], list[Fault]]:
        """Parse a body in `lang` that starts at `first_line` of a file in `folder` (below content/).

        Returns the body, its blocks and its faults. Raises Fault for a body that cannot be parsed at all.
        """
        self.source, self.first_line, self.plain_lines = source, first_line, []
        rendered = self.convert_markdown()
        sanitized, markup = self.sanitizer, self.sanitizer.sanitize(rendered, folder)
        self.findings: list[Finding] = sanitized.findings
        # The sanitizer is the last step that handles an author's markup: below, only placeholders are filled in.
        safe = self.sanitizer.clean_again(typography.typeset_html(markup, lang))
        targets = tuple(replace(target, line=self.line_of(target.as_written)) if target.path else target for target in sanitized.targets)
        self.check_signs(rendered)
        self.check_headings(rendered)
        self.check_braces(rendered.invalid_attributes)
        self.check_anchor_ids(sanitized.anchor_ids)
        self.check_fragments(targets, {*sanitized.anchor_ids, *(f"s{n}" for n in range(1, len(rendered.cited) + 1))})
        headings = tuple(replace(heading, text=typography.typeset_text(heading.text, lang, heading=True)) for heading in rendered.headings)
        word_count = len(WORD.findall(html.unescape(TAG.sub(" ", markdown.CITATION_LINK.sub(" ", safe)))))
        html_with_ids = BLOCK_ID_ATTRIBUTE.sub("\ue000p\\1\ue001", safe)
        segments = tuple(PLACEHOLDER.split(html_with_ids))
        names = frozenset({*TAG_NAME.findall(safe), *sanitized.names})
        ids, pictures = frozenset(sanitized.anchor_ids), tuple(sanitized.pictures)
        citations = {source_id: self.line_of(f"[@{source_id}]", f"@{source_id}") for source_id in rendered.cited}
        body = BodyHtml(segments, targets, headings, citations, ids, word_count, names, pictures)
        faults = [Fault(self.line_of(*needles), *message) for needles, *message in self.findings]
        return body, self.text_blocks(rendered), [*rendered.faults, *map(self.html_fault, dict.fromkeys(rendered.html_tags)), *faults]

    def convert_markdown(self) -> markdown.RenderedMarkdown:
        if number := LONG_NUMBER.search(self.source):
            line = self.first_line + self.source.count("\n", 0, number.start())
            raise Fault(line, format_message("number-long", limit=limits.NUMBER_DIGITS))
        try:
            return markdown.convert(self.converter, self.source, self.first_line)
        except Fault:
            raise
        except Exception as error:
            notes = next(extension.footnotes for extension in self.converter.registeredExtensions if hasattr(extension, "footnotes"))
            self.converter = markdown.create_converter()  # the old one may be in an inconsistent state
            if type(error) is RuntimeError and notes:  # a footnote was added while Markdown went through them
                raise Fault(self.line_of(f"[^{[*notes][-1]}]:"), format_message("footnote-inside", name=[*notes][-1])) from None
            raise

    def html_fault(self, tag: str) -> Fault:
        """The fault for all uses of a tag of raw HTML (`!--`: comments), with what to write instead."""
        needle = re.compile(f"</?{re.escape(tag)}" + "(?![a-z0-9-])" * tag.isalnum(), re.IGNORECASE)
        for source in (CODE.sub(lambda match: "\n" * match[0].count("\n"), self.source), self.source):
            lines = [number for number, line in enumerate(source.split("\n"), self.first_line) if needle.search(line)]
            if lines:
                break
        first, *others = lines or [self.first_line]
        also = f" ({shorten('also in line ' + ', '.join(map(str, others)))})" if others else ""
        if tag == "!--":
            return Fault(first, format_message("html-comment") + also)
        return Fault(first, format_message("html-tag", tag=tag, instead=MARKDOWN_FOR.get(tag, MARKDOWN_FOR[""])) + also)

    def check_signs(self, rendered: markdown.RenderedMarkdown) -> None:
        """Report what readers would see or hear and nobody meant, and definitions that nothing refers to."""
        for key, found in dict.fromkeys(rendered.signs):
            _pattern, severity, instead = RAW_SIGNS.get(key, ("", "error", ""))
            if severity == "warning" and rendered.html_tags and PART_OF_HTML.search(found):
                continue  # the tag is reported
            name = "raw" if instead else key
            needles = (f"[^{found}]:" if key == "note_empty" else found, found.split("\n")[0][:20], f"]({found}")
            self.findings.append((needles, format_message(f"sign-{name}", found=found, instead=instead), severity))
        plain = self.source.casefold()
        for name in self.converter.references:
            if plain.count(f"[{name}]") < 2:
                self.findings.append(((f"[{name}]:",), format_message("reference-unused", name=name), "warning"))

    def check_headings(self, rendered: markdown.RenderedMarkdown) -> None:
        """Report headings of level 1 and skipped levels."""
        level = 1
        for heading in rendered.headings:
            if not heading.text:
                self.add_finding("heading-empty", "#" * heading.level)
            elif heading.level == 1:
                self.add_finding("heading-one", heading.text, text=heading.text)
            elif heading.level > level + 1:
                self.add_finding("heading-gap", heading.text, text=heading.text, mark="#" * (level + 1))
            level = max(heading.level, 1)

    def check_fragments(self, targets: tuple[LinkTarget, ...], ids: set[str]) -> None:
        """Report links to ids that the page does not have."""
        for target in targets:
            if not target.path and target.fragment.startswith("fnref-"):
                name = target.fragment.removeprefix("fnref-")
                if target.fragment not in ids:
                    self.add_finding("note-unused", f"[^{name}]:", name=name)
            elif not target.path and target.fragment not in ids:
                self.add_finding("link-fragment", target.as_written, fragment=target.fragment)

    def check_anchor_ids(self, anchor_ids: list[str]) -> None:
        """Report ids that are invalid, used twice, or used by the page itself (except by citations, which Markdown sets)."""
        seen: set[str] = set()
        for anchor_id in anchor_ids:
            reserved = RESERVED_IDS.fullmatch(anchor_id) and not CITATION_ID.fullmatch(anchor_id)
            if FOOTNOTE.match(anchor_id):
                name = FOOTNOTE.sub("", anchor_id)
                if not FOOTNOTE_NAME.fullmatch(name):
                    self.add_finding("footnote-form", f"[^{name}]", name=name)
            elif not VALID_ID.fullmatch(anchor_id):
                needles = (f"#{anchor_id}", f'"{anchor_id}"', f"id: {anchor_id}", anchor_id)
                self.findings.append((needles, format_message("id-form", id=anchor_id, better=suggest_id(anchor_id))))
            elif reserved or anchor_id in seen:
                self.add_finding("id-taken" if reserved else "id-twice", anchor_id, id=anchor_id)
            seen.add(anchor_id)

    def check_braces(self, invalid_attributes: list[str]) -> None:
        """Report text in braces after a heading, a link, … that is not an attribute list: an invalid id, or words."""
        for content in invalid_attributes:
            text = markdown.STASH_MARKER.sub("", content)
            needles = (f"{{{content}}}", f"{content}}}", f"{{{text}", content.partition("\x02")[0], text)
            match = INVALID_ID.match(text)
            if text[:1] in ("%", "{"):
                self.findings.append((needles, format_message("sign-raw", found=f"{{{text}}}", instead=RAW_SIGNS["template"][2])))
            elif match:
                invalid_id = match[1].strip()
                self.findings.append((needles, format_message("id-form", id=invalid_id, better=suggest_id(invalid_id))))
            else:
                self.findings.append((needles, format_message("braces", words=text.partition("}")[0].strip() or "…")))

    def add_finding(self, key: str, needle: str, **values: str) -> None:
        self.findings.append(((needle,), format_message(key, **values)))

    def line_of(self, *needles: str) -> int:
        """The line of the first of `needles` that is in the source; the body's first line if none of them is."""
        for needle in needles:
            for variant in (needle, html.unescape(needle), needle.split("\n")[0]):
                position = self.source.find(variant) if variant else -1
                if position >= 0:
                    return self.first_line + self.source.count("\n", 0, position)
        # The source may differ in case, white space or character references such as &#106;
        if not self.plain_lines:
            self.plain_lines = [normalize(line) for line in self.source.split("\n")]
        for needle in filter(None, map(normalize, needles)):
            for number, line in enumerate(self.plain_lines, self.first_line):
                if needle in line:
                    return number
        return self.first_line

    def text_blocks(self, rendered: markdown.RenderedMarkdown) -> tuple[TextBlock, ...]:
        """Fingerprint, anchor id, first words and line of each block."""
        blocks = []
        for text, anchor_id in rendered.blocks:
            name = " ".join(html.unescape(TAG.sub(" ", text[:NAME_CHARACTERS])).split()[:6])
            line = self.line_of(text.strip().split("\n")[0][:30])
            blocks.append(TextBlock(block_fingerprint(text), anchor_id.replace(markdown.BLOCK_ID_PLACEHOLDER, "p"), name, line))
        return tuple(blocks)


# Fields that are data and not shown as text.
UNTYPESET_FIELDS = {
    "status", "formerly", "translated_from", "made_from", "state", "starts_at", "ends_at", "time_zone", "join", "at", "languages",
    "interpretation",
}  # fmt: skip


def parse_file(file: Path, content_path: ContentPath, body_parser: BodyParser) -> ParseResult:
    """Parse the source file of an article. Errors of the author become problems; only mistakes of the site's code raise."""
    try:
        data = read_limited(file)
        with time_limit(READ_SECONDS):
            return _parse(data, file, content_path, body_parser)
    except (OSError, Fault, RecursionError, MemoryError) as error:
        return ParseResult(None, [problem_of(content_path.source_path, error)])


def _parse(data: bytes, file: Path, content_path: ContentPath, body_parser: BodyParser) -> ParseResult:
    source = decode(data)
    parts = front_matter.split_source(source)
    names = {*parts.document.value, *parts.document.unreadable}
    schemas = TRANSLATION_SCHEMAS if difflib.get_close_matches("translated_from", names, 1, 0.8) else KINDS
    front, faults = front_matter.validate(schemas[content_path.kind], parts.document)
    limits.check_nesting(parts.body, parts.body_line)
    folder = f"{content_path.kind}/{content_path.slug}"
    body_html, blocks, body_faults = body_parser.parse(parts.body, folder, content_path.lang, parts.body_line)
    if not body_html.word_count and parts.document.value.get("status") != "draft":
        body_faults.append(Fault(min(parts.body_line, source.count("\n") + 1), format_message("body-empty")))
    problems = [problem_of(content_path.source_path, fault) for fault in faults + body_faults]
    if front is None:
        return ParseResult(None, problems, body_html.citations)
    body = ArticleBody(body_html, translations.front_matter_blocks(front) + blocks, tuple(parts.document.lines.items()))
    key, front = cache_key_of(content_path, data), typeset_fields(front, content_path.lang)
    article = Article(content_path, file, front, key, tracking.content_hash(front), body_html.requires, lambda: body)
    return ParseResult(article, problems)


def typeset_fields(front: TextFields, lang: str) -> TextFields:
    """Front matter with typographic quotes and dashes in all fields that readers see."""

    def typeset(value, heading=False):
        if isinstance(value, str):
            return typography.typeset_text(value, lang, heading)
        if isinstance(value, tuple):
            return tuple(typeset(item) for item in value)
        if hasattr(value, "model_copy"):
            return typeset_fields(value, lang)
        return value

    fields = [name for name in type(front).model_fields if name not in UNTYPESET_FIELDS]
    return front.model_copy(update={name: typeset(getattr(front, name), name == "title") for name in fields})
