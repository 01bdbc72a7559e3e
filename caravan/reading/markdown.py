"""Markdown to HTML: which features the site offers, and the four that are ours.

Ours: `/// note | Label` blocks (marginal notes), `/// drawing | name` blocks, `[@source-id]` citations, and table alignment as a class.
The HTML is not safe yet: `sanitize` comes after typography, last.
"""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as etree
from dataclasses import dataclass

import markdown
from markdown.extensions import Extension
from markdown.extensions.attr_list import AttrListTreeprocessor, get_attrs_and_remainder
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE
from pymdownx.blocks import BlocksExtension
from pymdownx.blocks.block import Block

from .blocks import spare
from .body import Heading
from .inline import SparingInlineProcessor
from .source import FORBIDDEN

BLOCK = "\ue002"  # private use: no text can hold it
CITATION = r"\[@([^\]\s]*)\]"
START_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>")
STASHED = re.compile("\x02wzxhzdk:(\\d+)\x03")
MACHINE = re.compile("\x02[^\x03]*\x03")  # Markdown's other marks, such as the arrow behind a footnote
ALIGNMENT = re.compile(r"text-align: (left|center|right);")
TAG = re.compile(r"<[^>]*>")
# What may stand in braces: #mark, .class and name=value, with blanks between them.
WORD = r"""(?:[#.][^\s={}"'#]+|[^\s={}"'#.][^\s={}"']*=(?:"[^"]*"|'[^']*'|[^\s={}"']+))"""
ATTRIBUTES = re.compile(f" *{WORD}(?: +{WORD})* *")
REF = re.compile(r'<a class="ref"[^>]*>\d+</a>')
ROLE_LAST = re.compile(r'(<a class="ref")([^>]*)( role="doc-noteref")>')
ANCHORED = {"h2", "h3"}
CLASS_FOR = {"left": "start", "center": "center", "right": "end"}


@dataclass(frozen=True)
class Rendered:
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


class Note(Block):
    """`/// note | Label`: a marginal note, placed after the paragraph that it comments."""

    NAME = "note"
    ARGUMENT = None

    def on_create(self, parent: etree.Element) -> etree.Element:
        element = etree.SubElement(parent, "aside", {"class": "note"})
        if self.argument:
            etree.SubElement(element, "p", {"class": "label"}).text = self.argument
        return element


class Drawing(Block):
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


class OurBlocks(BlocksExtension):
    def extendMarkdownBlocks(self, md, block_mgr):
        block_mgr.register(Note, self.getConfigs())
        block_mgr.register(Drawing, self.getConfigs())


class Citation(InlineProcessor):
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


def even(html: str) -> str:
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


class Blocks(Treeprocessor):
    """Numbers the paragraphs (top-level blocks) of a text and keeps the words of each.

    The number is left as a mark in `id`; whether it becomes one is decided where the page is made.
    """

    def run(self, root):
        self.md.blocks = []
        self.md.tree = root
        for number, block in enumerate(root, 1):
            words = "".join(spoken(block)).replace(AMP_SUBSTITUTE, "&")
            words = STASHED.sub(lambda found: str(self.stash[int(found[1])]), words)
            self.md.blocks.append((MACHINE.sub("", words), self.mark(block, f"{BLOCK}{number}")))
            if block.tag in ANCHORED and block.get("id"):
                add_text(block, f"\ue000h{block.get('id')}\ue001")  # where its page puts the link to it

    @property
    def stash(self) -> list[str]:
        """The HTML that an author wrote (fenced code too), which Markdown puts aside under a number."""
        return self.md.htmlStash.rawHtmlBlocks

    def mark(self, block: etree.Element, mark: str) -> str:
        """The id of a block: its own, else `mark`; "" for HTML of the author's that has an id or can have none."""
        aside = STASHED.fullmatch((block.text or "").strip()) if block.tag == "p" and not len(block) else None
        number = int(aside[1]) if aside else 0
        if not aside or not self.md.postprocessors["raw_html"].isblocklevel(str(self.stash[number])):
            return block.attrib.setdefault("id", mark)
        # A paragraph around nothing but a block: Markdown leaves it out again, so the mark goes into the block.
        start = START_TAG.match(str(self.stash[number]))
        if not start or " id" in start[0].lower():
            return ""
        self.stash[number] = start[0][: start.end(1)] + f' id="{mark}"' + self.stash[number][start.end(1) :]
        return mark


def add_text(element: etree.Element, text: str) -> None:
    """Put `text` at the end of `element`."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def spoken(element: etree.Element):
    """The words of an element, without the numbers of its citations."""
    if element.get("class") != "ref":
        yield element.text or ""
        for child in element:
            yield from spoken(child)
    yield element.tail or ""


class Ours(Extension):
    def extendMarkdown(self, md):
        self.md = md
        self.reset()
        md.registerExtension(self)
        md.inlinePatterns.register(Citation(CITATION, md), "citation", 175)
        md.treeprocessors.register(Attributes(md), "attr_list", 8)  # in place of Markdown's own
        md.treeprocessors.register(AlignmentAsClass(md), "alignment", 5)
        # After the inline patterns, `toc` (5) and `unescape` (0), so that words and ids are final.
        md.treeprocessors.register(Blocks(md), "numbered-blocks", -1)

    def reset(self):
        self.md.cited, self.md.blocks, self.md.tree, self.md.slips = {}, [], None, []


def make() -> markdown.Markdown:
    """A Markdown converter with all features of the site. Building one is slow: keep it and use `render`."""
    converter = markdown.Markdown(
        extensions=[
            "abbr", "attr_list", "def_list", "fenced_code", "footnotes", "sane_lists", "tables", "toc",
            "pymdownx.blocks.caption", "pymdownx.blocks.details", OurBlocks(), Ours(),
        ],
        extension_configs={
            "footnotes": {"SEPARATOR": "-", "BACKLINK_TITLE": ""},
            "pymdownx.blocks.caption": {"types": ["caption"]},
            "toc": {"marker": ""},  # the page has its own list of contents
        },
        output_format="html",
    )  # fmt: skip
    # Last, when every extension has added its patterns; 20 is the place of Markdown's own.
    converter.treeprocessors.register(SparingInlineProcessor(converter), "inline", 20)
    converter.parser.parseBlocks = spare(converter)
    return converter


def render(converter: markdown.Markdown, source: str) -> Rendered:
    """Convert one body. `converter` comes from `make` and may be used again, in one thread at a time."""
    converter.reset()
    made = converter.convert(source)
    tree = None if converter.htmlStash.rawHtmlBlocks else converter.tree
    headings = tuple(flat(converter.toc_tokens))
    return Rendered(made, headings, tuple(converter.cited), tuple(converter.blocks), tree, tuple(converter.slips))


def flat(tokens: list[dict]):
    for token in tokens:
        words = html.unescape(TAG.sub("", REF.sub("", token["html"])))
        yield Heading(token["level"], token["id"], FORBIDDEN.sub("\ufffd", " ".join(words.split())))
        yield from flat(token["children"])
