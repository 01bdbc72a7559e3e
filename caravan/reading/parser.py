"""From the Markdown of a body to safe HTML with holes, with everything that its author should know.

One file becomes one checked text.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

from markdown.extensions.toc import slugify

from caravan.reading import front_matter, limits, markdown, translations, typography
from caravan.reading.article import (
    Article,
    ArticleBody,
    BodyHtml,
    Citation,
    LinkTarget,
    ParseResult,
    References,
    TextBlock,
    cache_key_of,
    read_limited,
)
from caravan.reading.limits import READ_SECONDS, decode, time_limit
from caravan.reading.paths import ContentPath
from caravan.reading.problems import Fault, Problem, format_message
from caravan.reading.sanitize import (
    PLACEHOLDER,
    SanitizedHtml,
    Sanitizer,
    check_long_numbers,
    focusable,
    replace_forbidden_char_refs,
)
from caravan.reading.sanitize_report import HtmlInventory, depth_finding, report
from caravan.reading.schema import KINDS, TRANSLATION_SCHEMAS, TextFields
from caravan.reading.translations import block_fingerprint
from caravan.reading.yaml_subset import YamlDocument

BLOCK_ID_ATTRIBUTE = re.compile(f' id="{markdown.BLOCK_ID_PLACEHOLDER}(\\d+)"')
RAW_HTML = re.compile("<[a-zA-Z/!?]")
WORD = re.compile(r"\w[\w'’-]*")
CITATION_ID = re.compile(r"r\d+")
TAG = re.compile("<[^>]*>|\ue000[^\ue001]*\ue001")
MARK = re.compile("[a-z0-9_-]+")  # `_` comes from headings that hold one, whose marks are made of their words
MARK_WITH_SLIP = re.compile("#([^{}.=]*)$")
FOOTNOTE = re.compile(r"fn(ref\d*)?-")
FOOTNOTE_NAME = re.compile(r"[\w.-]+")
NAME_CHARACTERS = 500  # characters of a paragraph in which its first words are looked for
# Ids that the page around the text uses.
RESERVED_IDS = re.compile(r"main|top|sources|contents|call|in-brief|how-sure|read-on|[prsy]\d+")


def plainly(words: str) -> str:
    return " ".join(html.unescape(words).casefold().split())


def as_mark(words: str) -> str:
    """The mark that somebody may have meant."""
    return slugify(words, "-") or "my-mark"


class BodyParser:
    """Turns bodies into safe HTML. Keeps its Markdown converter; use one reader in one thread."""

    def __init__(self):
        self.converter = markdown.create_converter()
        self.sanitizer = Sanitizer()

    def parse(self, source: str, folder: str, lang: str, first_line: int) -> tuple[BodyHtml, tuple[TextBlock, ...], list[Fault]]:
        """Read a body in `lang` that starts at `first_line` of a file in `folder` (below content/).

        Returns it with what a translation can be behind with. Raises Fault for what cannot be read at all.
        """
        self.source, self.first_line = source, first_line
        rendered = self.render()
        markup, self.findings = replace_forbidden_char_refs(rendered.html)
        washed = self.sanitize(markup, rendered.tree, folder)
        self.findings += washed.findings
        safe = self.sanitizer.clean_again(typography.attach_citations(typography.typeset_html(washed.html, lang)))  # last of all: nothing below adds a tag
        safe = focusable(markdown.normalize_citation_attrs(safe))
        targets = tuple(
            replace(target, line=self.line_of(target.as_written)) if target.path else target for target in washed.targets
        )
        self.check_headings(rendered)
        self.check_braces(rendered.slips)
        self.check_anchor_ids(washed.anchor_ids)
        self.check_fragments(targets, {*washed.anchor_ids, *(f"s{n}" for n in range(1, len(rendered.cited) + 1))})
        headings = tuple(replace(heading, text=typography.typeset_text(heading.text, lang, heading=True)) for heading in rendered.headings)
        words = len(WORD.findall(TAG.sub(" ", safe)))
        # A mark that is no attribute any more fell into an element that cannot stand, such as <noscript>.
        parts = tuple(PLACEHOLDER.split(BLOCK_ID_ATTRIBUTE.sub("\ue000p\\1\ue001", safe).replace(markdown.BLOCK_ID_PLACEHOLDER, "")))
        body = BodyHtml(parts, targets, headings, rendered.cited, frozenset(washed.anchor_ids), words)
        return body, self.text_blocks(rendered), [Fault(self.line_of(*needles), sentence) for needles, sentence in self.findings]

    def render(self) -> markdown.RenderedMarkdown:
        check_long_numbers(self.source, self.first_line)
        try:
            return markdown.convert(self.converter, self.source)
        except Exception:
            self.converter = markdown.create_converter()  # one that stopped halfway would read the next text differently
            raise

    def sanitize(self, markup: str, tree: Element | None, folder: str) -> SanitizedHtml:
        raw = tree is None or RAW_HTML.search(self.source) is not None
        before = HtmlInventory(markup) if raw else HtmlInventory.from_tree(tree)
        deep = depth_finding(before, markup)
        if deep:
            needles, sentence = deep
            raise Fault(self.line_of(*needles), sentence)
        washed = self.sanitizer.sanitize(markup, folder)
        after = HtmlInventory(washed.html) if raw else None
        washed.findings += report(before, after, washed.seen_attributes, folder)
        self.sanitizer.number_drawings(washed)
        return washed

    def check_headings(self, rendered: markdown.RenderedMarkdown) -> None:
        if any(heading.level == 1 for heading in rendered.headings):  # each is named below, and not as a tag
            self.findings = [found for found in self.findings if found[1] != format_message("html-tag", tag="h1")]
        level = 1
        for heading in rendered.headings:
            if heading.level == 1:
                self.add_finding("heading-one", heading.text, text=heading.text)
            elif heading.level > level + 1:
                self.add_finding("heading-gap", heading.text, text=heading.text, mark="#" * (level + 1))
            level = max(heading.level, 1)

    def check_fragments(self, targets: tuple[LinkTarget, ...], there: set[str]) -> None:
        for target in targets:
            if not target.path and target.fragment not in there:
                self.add_finding("link-fragment", target.as_written, fragment=target.fragment)

    def check_anchor_ids(self, marks: list[str]) -> None:
        """No two places of a page can have one mark, and citations have made those of the page's own sources."""
        seen: set[str] = set()
        for mark in marks:
            own = RESERVED_IDS.fullmatch(mark) and not CITATION_ID.fullmatch(mark)
            if FOOTNOTE.match(mark):
                name = FOOTNOTE.sub("", mark)
                if not FOOTNOTE_NAME.fullmatch(name):
                    self.add_finding("footnote-form", f"[^{name}]", name=name)
            elif not MARK.fullmatch(mark):
                needles = (f"#{mark}", f'"{mark}"', f"id: {mark}", mark)
                self.findings.append((needles, format_message("mark-form", id=mark, better=as_mark(mark))))
            elif own or mark in seen:
                self.add_finding("mark-taken" if own else "mark-twice", mark, id=mark)
            seen.add(mark)

    def check_braces(self, slips: tuple[str, ...]) -> None:
        """What stands in braces behind a heading, a link, … and is no attribute: a mark with a slip, or words."""
        for slip in slips:
            words = markdown.STASH_MARKER.sub("", slip)
            needles = (f"{{{slip}}}", f"{slip}}}", f"{{{words}", slip.partition("\x02")[0], words)
            mark = MARK_WITH_SLIP.match(words)
            if mark:
                wrong = mark[1].strip()
                self.findings.append((needles, format_message("mark-form", id=wrong, better=as_mark(wrong))))
            else:
                self.findings.append((needles, format_message("braces", words=words.partition("}")[0].strip() or "…")))

    def add_finding(self, key: str, needle: str, **values: str) -> None:
        self.findings.append(((needle,), format_message(key, **values)))

    def line_of(self, *needles: str) -> int:
        """The line of the file where one of `needles` stands first; the body's first line where none can be found."""
        for needle in needles:
            for form in (needle, html.unescape(needle), needle.split("\n")[0]):
                position = self.source.find(form) if form else -1
                if position >= 0:
                    return self.first_line + self.source.count("\n", 0, position)
        # Typed in capitals, with references such as &#106;, or with other blanks
        lines = [plainly(line) for line in self.source.split("\n")]
        for needle in filter(None, map(plainly, needles)):
            for number, line in enumerate(lines, self.first_line):
                if needle in line:
                    return number
        return self.first_line

    def text_blocks(self, rendered: markdown.RenderedMarkdown) -> tuple[TextBlock, ...]:
        """Fingerprint, mark and line of each block; a heading has a mark of its own."""
        found = []
        for words, mark in rendered.blocks:
            start = " ".join(html.unescape(TAG.sub(" ", words[:NAME_CHARACTERS])).split()[:6])
            line = self.line_of(words.strip().split("\n")[0][:30])
            found.append(TextBlock(block_fingerprint(words), mark.replace(markdown.BLOCK_ID_PLACEHOLDER, "p"), start, line))
        return tuple(found)


# Fields that are data, not words.
UNTYPESET_FIELDS = {"status", "formerly", "translated_from", "made_from"}


def parse_file(file: Path, place: ContentPath, bodies: BodyParser) -> ParseResult:
    """Read the file of the text at `place`."""
    cited: tuple[Citation, ...] = ()
    try:
        data = read_limited(file)
        with time_limit(READ_SECONDS):
            text, faults, cited = _parse(data, file, place, bodies)
    except OSError as error:
        text, faults = None, [Fault(1, format_message("file-unreadable", why=error.strerror))]
    except Fault as fault:
        text, faults = None, [fault]
    except (RecursionError, MemoryError):
        text, faults = None, [Fault(1, format_message("file-deep"))]
    problems = [Problem(place.source_path, fault.line, fault.message) for fault in faults]
    return ParseResult(text, problems) if text else ParseResult(None, problems, cited)


def _parse(data: bytes, file: Path, place: ContentPath, bodies: BodyParser) -> tuple[Article | None, list[Fault], tuple[Citation, ...]]:
    source = decode(data)
    parts = front_matter.split_source(source)
    models = TRANSLATION_SCHEMAS if "translated_from" in parts.document.value else KINDS
    front, faults = front_matter.validate(models[place.kind], parts.document)
    limits.check_nesting(parts.body, parts.body_line)
    body, pieces, body_faults = bodies.parse(parts.body, f"{place.kind}/{place.slug}", place.lang, parts.body_line)
    if not body.words and parts.document.value.get("status") != "draft":
        body_faults.append(Fault(min(parts.body_line, source.count("\n") + 1), format_message("body-empty")))
    cited = tuple(Citation(name, bodies.line_of(f"[@{name}]")) for name in body.cited_ids)
    if front is None:
        return None, faults + body_faults, cited
    inside = ArticleBody(body, translations.front_matter_blocks(front) + pieces, YamlDocument(None, parts.document.lines))
    key, links = cache_key_of(place, data), References(body.targets, cited)
    text = Article(place, file, typeset_fields(front, place.lang), key, key, links.requires, lambda: links, lambda: inside)
    return text, faults + body_faults, cited


def typeset_fields(front: TextFields, lang: str) -> TextFields:
    """The same front matter with printers' quotes and dashes in everything that readers see."""

    def words(value, heading=False):
        if isinstance(value, str):
            return typography.typeset_text(value, lang, heading)
        if isinstance(value, tuple):
            return tuple(words(item) for item in value)
        if hasattr(value, "model_copy"):
            return typeset_fields(value, lang)
        return value

    changed = {name: words(getattr(front, name), name == "title") for name in type(front).model_fields if name not in UNTYPESET_FIELDS}
    return front.model_copy(update=changed)
