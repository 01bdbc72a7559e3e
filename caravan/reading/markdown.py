"""Markdown to HTML: which features the site offers, and the three that are ours.

Ours: `/// note | Label` blocks (marginal notes), `[@source-id]` citations, and table alignment as a class.
The HTML is not safe yet: `sanitize` comes after typography, last.
"""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as etree
from dataclasses import dataclass

import markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from pymdownx.blocks import BlocksExtension
from pymdownx.blocks.block import Block

BLOCK = "\ue002"  # private use: no text can hold it
CITATION = r"\[@([^\]\s]*)\]"
STASHED = re.compile("\x02wzxhzdk:(\\d+)\x03")
ALIGNMENT = re.compile(r"text-align: (left|center|right);")
TAG = re.compile(r"<[^>]*>")
CLASS_FOR = {"left": "start", "center": "center", "right": "end"}


@dataclass(frozen=True)
class Heading:
    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Rendered:
    """What Markdown made of a body.

    `cited`: source ids in the order of their first use. `blocks`: words and id of each top-level block.
    """

    html: str
    headings: tuple[Heading, ...]
    cited: tuple[str, ...]
    blocks: tuple[tuple[str, str], ...]


class Note(Block):
    """`/// note | Label`: a marginal note, placed after the paragraph that it comments."""

    NAME = "note"
    ARGUMENT = None

    def on_create(self, parent: etree.Element) -> etree.Element:
        element = etree.SubElement(parent, "aside", {"class": "note"})
        if self.argument:
            etree.SubElement(element, "p", {"class": "label"}).text = self.argument
        return element


class NoteExtension(BlocksExtension):
    def extendMarkdownBlocks(self, md, block_mgr):
        block_mgr.register(Note, self.getConfigs())


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
        for block in root:
            words = STASHED.sub(self.raw, "".join(spoken(block)))
            self.md.blocks.append((words, block.get("id", "")))
            if not block.get("id") and block.tag != "div":
                block.set("id", f"{BLOCK}{len(self.md.blocks)}")


    def raw(self, found: re.Match) -> str:
        """The HTML that an author wrote, in place of the number under which Markdown put it aside."""
        return str(self.md.htmlStash.rawHtmlBlocks[int(found[1])])


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
        md.treeprocessors.register(AlignmentAsClass(md), "alignment", 5)
        # After the inline patterns and `toc` (5), so that words and ids are final.
        md.treeprocessors.register(Blocks(md), "numbered-blocks", 1)

    def reset(self):
        self.md.cited = {}


def make() -> markdown.Markdown:
    """A Markdown converter with all features of the site. Building one is slow: keep it and use `render`."""
    converter = markdown.Markdown(
        extensions=[
            "abbr", "attr_list", "def_list", "fenced_code", "footnotes", "sane_lists", "tables", "toc",
            "pymdownx.blocks.caption", "pymdownx.blocks.details", NoteExtension(), Ours(),
        ],
        extension_configs={
            "footnotes": {"SEPARATOR": "-", "BACKLINK_TITLE": ""},
            "pymdownx.blocks.caption": {"types": ["caption"]},
        },
        output_format="html",
    )  # fmt: skip
    return converter


def render(converter: markdown.Markdown, source: str) -> Rendered:
    """Convert one body. `converter` comes from `make` and may be used again, in one thread at a time."""
    converter.reset()
    made = converter.convert(source)
    return Rendered(made, tuple(flat(converter.toc_tokens)), tuple(converter.cited), tuple(converter.blocks))


def flat(tokens: list[dict]):
    for token in tokens:
        yield Heading(token["level"], token["id"], html.unescape(TAG.sub("", token["html"])))
        yield from flat(token["children"])
