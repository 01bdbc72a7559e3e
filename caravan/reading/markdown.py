"""Markdown's inline patterns, asked only where they can match: the same HTML in a quarter of the time.

Python-Markdown asks each of its patterns about each piece of text. Most pieces hold none of the signs that a pattern
starts with, and then the answer is known.

Plain paragraphs told from everything else at a glance: the same tree in half of the time.

Python-Markdown asks each of its dozen block processors about each block. A block whose lines all start with a letter and
hold no bar can be nothing but a paragraph, unless a `///` block is open.

Markdown to HTML: which features the site offers, and the four that are ours.

Ours: `/// note | Label` blocks (marginal notes), `/// drawing | name` blocks, `[@source-id]` citations, and table alignment as a class.
The HTML is not safe yet: `sanitize` comes after typography, last.
"""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as etree
from collections.abc import Callable
from dataclasses import dataclass

import markdown
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.attr_list import AttrListTreeprocessor, get_attrs_and_remainder
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import InlineProcessor as InlineTreeProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE, AtomicString
from pymdownx.blocks import BlocksExtension, BlocksProcessor
from pymdownx.blocks.block import Block

from caravan.reading.article import Heading
from caravan.reading.limits import FORBIDDEN_CHARACTERS

# What must stand in a text for a pattern to match. Patterns that are not named here are always asked.
TRIGGERS = {
    "backtick": "`", "escape": "\\", "footnote": "[^", "citation": "[@", "reference": "[", "link": "[",
    "image_link": "![", "image_reference": "![", "short_reference": "[", "short_image_ref": "![", "autolink": "<",
    "automail": "<", "linebreak": "  \n", "html": "<", "entity": "&",
}  # fmt: skip


class FilteredInlineProcessor(InlineTreeProcessor):
    """Replaces the tree processor `inline`; only the loop over the patterns is ours."""

    def __init__(self, md):
        super().__init__(md)
        delimiters = tuple(md.delimiters.tokens)  # of *emphasis* and _emphasis_, which are one pattern
        names = [item.name for item in sorted(md.inlinePatterns._priority, key=lambda item: -item.priority)]
        wanted = [delimiters if name == "em_strong" else (TRIGGERS[name],) if name in TRIGGERS else ("",) for name in names]
        self.patterns = list(zip(md.inlinePatterns, wanted))
        self.any_sign = any_of_pattern({sign for signs in wanted for sign in signs})

    # The two names are the ones that Python gives to the private methods of the class above.
    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:
        if isinstance(data, AtomicString) or not self.any_sign.search(data):
            return data
        for index in range(patternIndex, len(self.patterns)):
            pattern, signs = self.patterns[index]
            for sign in signs:
                if sign in data:
                    break
            else:
                continue
            start, matched = 0, True
            while matched:
                data, matched, start = self._InlineProcessor__applyPattern(pattern, data, index, start)
        return data


def any_of_pattern(signs: set[str]) -> re.Pattern:
    """Finds any of `signs`: those of one character as a set, which is fast, and no sign that holds another one."""
    fewest = sorted(sign for sign in signs if not any(other in sign for other in signs - {sign}))
    single = [re.escape(sign) for sign in fewest if len(sign) == 1]
    longer = [re.escape(sign) for sign in fewest if len(sign) != 1]
    return re.compile("|".join([f"[{''.join(single)}]"] * bool(single) + longer))


# Every sign that starts something (# > * + - digits = : | [ / `) is no letter; tables alone have their sign inside a line.
PARAGRAPH = re.compile(r"[^\W\d_][^\n|]*(?:\n[^\W\d_][^\n|]*)*")


def fast_parse_blocks(converter: Markdown) -> Callable[[etree.Element, list[str]], None]:
    """A `parseBlocks` for the parser of `converter`, which has all of its extensions."""
    processors = converter.parser.blockprocessors
    paragraph = processors["paragraph"]
    [ours] = [each for each in processors if isinstance(each, BlocksProcessor)]

    def parse_blocks(parent: etree.Element, blocks: list[str]) -> None:
        while blocks:
            if PARAGRAPH.fullmatch(blocks[0]) and not ours.stack:
                paragraph.run(parent, blocks)
                continue
            for processor in processors:  # as the parser does it itself
                if processor.test(parent, blocks[0]) and processor.run(parent, blocks) is not False:
                    break

    return parse_blocks


BLOCK_ID_PLACEHOLDER = "\ue002"  # private use: no text can hold it
CITATION = r"\[@([^\]\s]*)\]"
START_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>")
STASH_REFERENCE = re.compile("\x02wzxhzdk:(\\d+)\x03")
STASH_MARKER = re.compile("\x02[^\x03]*\x03")  # Markdown's other marks, such as the arrow behind a footnote
ALIGNMENT = re.compile(r"text-align: (left|center|right);")
TAG = re.compile(r"<[^>]*>")
# What may stand in braces: #mark, .class and name=value, with blanks between them.
WORD = r"""(?:[#.][^\s={}"'#]+|[^\s={}"'#.][^\s={}"']*=(?:"[^"]*"|'[^']*'|[^\s={}"']+))"""
ATTRIBUTES = re.compile(f" *{WORD}(?: +{WORD})* *")
REF = re.compile(r'<a class="ref"[^>]*>\d+</a>')
ROLE_LAST = re.compile(r'(<a class="ref")([^>]*)( role="doc-noteref")>')
LINKED_HEADINGS = {"h2", "h3"}
CLASS_FOR = {"left": "start", "center": "center", "right": "end"}


@dataclass(frozen=True)
class RenderedMarkdown:
    """What Markdown made of a body.

    `cited`: source ids in the order of their first use. `slips`: what stood in braces and is no attribute. `blocks`: words and id of each top-level block; the id is ""
    where nothing can lead to it. `tree` is what `html` was written from, None where it holds HTML of the author's.
    """

    html: str
    headings: tuple[Heading, ...]
    cited: tuple[str, ...]
    blocks: tuple[tuple[str, str], ...]
    tree: etree.Element | None = None
    slips: tuple[str, ...] = ()


class NoteBlock(Block):
    """`/// note | Label`: a marginal note, placed after the paragraph that it comments."""

    NAME = "note"
    ARGUMENT = None

    def on_create(self, parent: etree.Element) -> etree.Element:
        element = etree.SubElement(parent, "aside", {"class": "note"})
        if self.argument:
            etree.SubElement(element, "p", {"class": "label"}).text = self.argument
        return element


class DrawingBlock(Block):
    """`/// drawing | name`: a drawing of content/drawings/, with the caption that stands in the block."""

    NAME = "drawing"
    ARGUMENT = True

    def on_create(self, parent: etree.Element) -> etree.Element:
        figure = etree.SubElement(parent, "figure", {"class": "drawing"})
        etree.SubElement(figure, "div").text = f"\ue000d{self.argument}\ue001"  # filled where the page is made
        self.caption = etree.SubElement(figure, "figcaption")
        return figure

    def on_add(self, block: etree.Element) -> etree.Element:
        return self.caption


class SiteBlocks(BlocksExtension):
    def extendMarkdownBlocks(self, md, block_mgr):
        block_mgr.register(NoteBlock, self.getConfigs())
        block_mgr.register(DrawingBlock, self.getConfigs())


class CitationProcessor(InlineProcessor):
    """`[@id]` becomes a link to the numbered source at the end; the number is the order of first use."""

    def handleMatch(self, m, data):
        cited = self.md.cited
        identifier = m[1]
        first = identifier not in cited
        number = cited.setdefault(identifier, len(cited) + 1)
        link = etree.Element("a", {"class": "ref", "href": f"#s{number}", "role": "doc-noteref"})
        if first:
            link.set("id", f"r{number}")
        link.text = str(number)
        return link, m.start(0), m.end(0)


def normalize_citation_attrs(html: str) -> str:
    """HTML whose citations begin alike: the sanitizer puts a role last, and what stands in one piece is packed smaller."""
    return ROLE_LAST.sub(r"\1\3\2>", html)


class Attributes(AttrListTreeprocessor):
    """`{#mark}` and the like behind what they are about. Whatever else stands there in braces is a slip, kept in `md.slips`
    for its author: as an attribute it would vanish, or scramble the words behind it."""

    def assign_attrs(self, elem: etree.Element, attrs_string: str, *, strict: bool = False) -> str:
        if strict and get_attrs_and_remainder(attrs_string)[1]:
            return super().assign_attrs(elem, attrs_string, strict=strict)  # words with braces, which stay as they are
        if not ATTRIBUTES.fullmatch(attrs_string):
            self.md.slips.append(attrs_string)
            return ""
        return super().assign_attrs(elem, attrs_string, strict=strict)


class AlignmentAsClass(Treeprocessor):
    def run(self, root):
        for cell in root.iter():
            style = cell.get("style") if cell.tag in ("td", "th") else None
            found = style and ALIGNMENT.fullmatch(style)
            if found:
                del cell.attrib["style"]
                cell.set("class", CLASS_FOR[found[1]])


class BlockNumbering(Treeprocessor):
    """Numbers the paragraphs (top-level blocks) of a text and keeps the words of each.

    The number is left as a mark in `id`; whether it becomes one is decided where the page is made.
    """

    def run(self, root):
        self.md.blocks = []
        self.md.tree = root
        for number, block in enumerate(root, 1):
            words = "".join(visible_text(block)).replace(AMP_SUBSTITUTE, "&")
            words = STASH_REFERENCE.sub(lambda found: str(self.stash[int(found[1])]), words)
            self.md.blocks.append((STASH_MARKER.sub("", words), self.set_block_id(block, f"{BLOCK_ID_PLACEHOLDER}{number}")))
            if block.tag in LINKED_HEADINGS and block.get("id"):
                append_text(block, f"\ue000h{block.get('id')}\ue001")  # where its page puts the link to it

    @property
    def stash(self) -> list[str]:
        """The HTML that an author wrote (fenced code too), which Markdown puts aside under a number."""
        return self.md.htmlStash.rawHtmlBlocks

    def set_block_id(self, block: etree.Element, mark: str) -> str:
        """The id of a block: its own, else `mark`; "" for HTML of the author's that has an id or can have none."""
        aside = STASH_REFERENCE.fullmatch((block.text or "").strip()) if block.tag == "p" and not len(block) else None
        number = int(aside[1]) if aside else 0
        if not aside or not self.md.postprocessors["raw_html"].isblocklevel(str(self.stash[number])):
            return block.attrib.setdefault("id", mark)
        # A paragraph around nothing but a block: Markdown leaves it out again, so the mark goes into the block.
        start = START_TAG.match(str(self.stash[number]))
        if not start or " id" in start[0].lower():
            return ""
        self.stash[number] = start[0][: start.end(1)] + f' id="{mark}"' + self.stash[number][start.end(1) :]
        return mark


def append_text(element: etree.Element, text: str) -> None:
    """Put `text` at the end of `element`."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def visible_text(element: etree.Element):
    """The words of an element, without the numbers of its citations."""
    if element.get("class") != "ref":
        yield element.text or ""
        for child in element:
            yield from visible_text(child)
    yield element.tail or ""


class SiteExtension(Extension):
    def extendMarkdown(self, md):
        self.md = md
        self.reset()
        md.registerExtension(self)
        md.inlinePatterns.register(CitationProcessor(CITATION, md), "citation", 175)
        md.treeprocessors.register(Attributes(md), "attr_list", 8)  # in place of Markdown's own
        md.treeprocessors.register(AlignmentAsClass(md), "alignment", 5)
        # After the inline patterns, `toc` (5) and `unescape` (0), so that words and ids are final.
        md.treeprocessors.register(BlockNumbering(md), "numbered-blocks", -1)

    def reset(self):
        self.md.cited, self.md.blocks, self.md.tree, self.md.slips = {}, [], None, []


def create_converter() -> markdown.Markdown:
    """A Markdown converter with all features of the site. Building one is slow: keep it and use `render`."""
    converter = markdown.Markdown(
        extensions=[
            "abbr", "attr_list", "def_list", "fenced_code", "footnotes", "sane_lists", "tables", "toc",
            "pymdownx.blocks.caption", "pymdownx.blocks.details", SiteBlocks(), SiteExtension(),
        ],
        extension_configs={
            "footnotes": {"SEPARATOR": "-", "BACKLINK_TITLE": ""},
            "pymdownx.blocks.caption": {"types": ["caption"]},
            "toc": {"marker": ""},  # the page has its own list of contents
        },
        output_format="html",
    )  # fmt: skip
    # Last, when every extension has added its patterns; 20 is the place of Markdown's own.
    converter.treeprocessors.register(FilteredInlineProcessor(converter), "inline", 20)
    converter.parser.parseBlocks = fast_parse_blocks(converter)
    return converter


def convert(converter: markdown.Markdown, source: str) -> RenderedMarkdown:
    """Convert one body. `converter` comes from `make` and may be used again, in one thread at a time."""
    converter.reset()
    made = converter.convert(source)
    tree = None if converter.htmlStash.rawHtmlBlocks else converter.tree
    headings = tuple(flatten_toc(converter.toc_tokens))
    return RenderedMarkdown(made, headings, tuple(converter.cited), tuple(converter.blocks), tree, tuple(converter.slips))


def flatten_toc(tokens: list[dict]):
    for token in tokens:
        words = html.unescape(TAG.sub("", REF.sub("", token["html"])))
        yield Heading(token["level"], token["id"], FORBIDDEN_CHARACTERS.sub("\ufffd", " ".join(words.split())))
        yield from flatten_toc(token["children"])
