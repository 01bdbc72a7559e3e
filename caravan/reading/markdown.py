"""Markdown to HTML. The HTML is not safe yet: it has to go through `sanitize`.

The site adds to Markdown: `/// note | Label` blocks (marginal notes), `/// drawing | name` blocks, `[@source-id]` citations,
table alignment as a class, ids for blocks, and `tabindex` on blocks that scroll. Two parts of Python-Markdown are replaced
by faster ones with the same result: inline patterns run only on text that they can match, and plain paragraphs skip the
block processors.
"""

from __future__ import annotations

import html
import itertools
import re
import xml.etree.ElementTree as etree
from collections.abc import Callable, Iterator
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

# A string that each inline pattern needs in order to match. Patterns that are not listed always run.
TRIGGERS = {
    "backtick": "`", "escape": "\\", "footnote": "[^", "citation": "[@", "reference": "[", "link": "[",
    "image_link": "![", "image_reference": "![", "short_reference": "[", "short_image_ref": "![", "autolink": "<",
    "automail": "<", "linebreak": "  \n", "html": "<", "entity": "&",
}  # fmt: skip


class FilteredInlineProcessor(InlineTreeProcessor):
    """Replaces Markdown's tree processor `inline`: skips patterns whose trigger is not in the text. Four times as fast."""

    def __init__(self, md):
        super().__init__(md)
        delimiters = tuple(md.delimiters.tokens)  # * and _, which share the pattern `em_strong`
        names = [item.name for item in sorted(md.inlinePatterns._priority, key=lambda item: -item.priority)]
        triggers = [delimiters if name == "em_strong" else (TRIGGERS[name],) if name in TRIGGERS else ("",) for name in names]
        self.patterns = list(zip(md.inlinePatterns, triggers))
        self.any_trigger = any_of_pattern({trigger for alternatives in triggers for trigger in alternatives})

    # Overrides `__handleInline` of the base class and calls its `__applyPattern`, under their mangled names.
    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:
        if isinstance(data, AtomicString) or not self.any_trigger.search(data):
            return data
        for index in range(patternIndex, len(self.patterns)):
            pattern, triggers = self.patterns[index]
            for trigger in triggers:
                if trigger in data:
                    break
            else:
                continue
            start, matched = 0, True
            while matched:
                data, matched, start = self._InlineProcessor__applyPattern(pattern, data, index, start)
        return data


def any_of_pattern(strings: set[str]) -> re.Pattern:
    """A pattern that matches any of `strings`. Single characters become a character class, which is faster."""
    minimal = sorted(string for string in strings if not any(other in string for other in strings - {string}))
    single = [re.escape(string) for string in minimal if len(string) == 1]
    longer = [re.escape(string) for string in minimal if len(string) != 1]
    return re.compile("|".join([f"[{''.join(single)}]"] * bool(single) + longer))


# No Markdown block starts with a letter, and only tables are marked inside a line (|).
PARAGRAPH = re.compile(r"[^\W\d_][^\n|]*(?:\n[^\W\d_][^\n|]*)*")


def fast_parse_blocks(converter: Markdown) -> Callable[[etree.Element, list[str]], None]:
    """A replacement for `parseBlocks` that recognizes plain paragraphs without running all block processors.

    Twice as fast, with the same tree. `converter` must have all of its extensions. While a `///` block is open, the
    processors run as usual.
    """
    processors = converter.parser.blockprocessors
    paragraph = processors["paragraph"]
    [slash_blocks] = [processor for processor in processors if isinstance(processor, BlocksProcessor)]

    def parse_blocks(parent: etree.Element, blocks: list[str]) -> None:
        while blocks:
            if PARAGRAPH.fullmatch(blocks[0]) and not slash_blocks.stack:
                paragraph.run(parent, blocks)
                continue
            for processor in processors:  # the loop of Markdown's own parseBlocks
                if processor.test(parent, blocks[0]) and processor.run(parent, blocks) is not False:
                    break

    return parse_blocks


BLOCK_ID_PLACEHOLDER = "\ue002"  # a private-use character, which sources must not contain
OPENING_END = "\ue000e\ue001"  # the end of a drawing that the body begins with: see BodyHtml
CITATION = r"\[@([^\]\s]*)\]"
START_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>")
STASH_REFERENCE = re.compile("\x02wzxhzdk:(\\d+)\x03")
STASH_MARKER = re.compile("\x02[^\x03]*\x03")  # any internal marker of Markdown, such as that of a footnote's backlink
ALIGNMENT = re.compile(r"text-align: (left|center|right);")
TAG = re.compile(r"<[^>]*>")
# An attribute list between braces: #id, .class and name=value, separated by spaces.
ATTRIBUTE = r"""(?:[#.][^\s={}"'#]+|[^\s={}"'#.][^\s={}"']*=(?:"[^"]*"|'[^']*'|[^\s={}"']+))"""
ATTRIBUTES = re.compile(f" *{ATTRIBUTE}(?: +{ATTRIBUTE})* *")
CITATION_LINK = re.compile(r'<a class="ref"[^>]*>\d+</a>')
CITATION_ROLE = re.compile(r'(<a class="ref")([^>]*)( role="doc-noteref")>')
LINKED_HEADINGS = {"h2", "h3"}
ALIGNMENT_CLASSES = {"left": "start", "center": "center", "right": "end"}
SCROLLABLE_TAG = re.compile("<(?:pre|figure)", re.IGNORECASE)
# A comment, or a tag with its quoted attributes; group 1 is the tag's name, with a slash for an end tag.
RAW_TAG = re.compile(r"""<!--.*?-->|<(/?[a-zA-Z][a-zA-Z0-9]*)\b(?:[^"'<>]|"[^"]*"|'[^']*')*>""", re.DOTALL)


@dataclass(frozen=True)
class RenderedMarkdown:
    """The result of converting a body.

    `cited_ids` are the ids of cited sources in the order of their first use. `blocks` has the text and the id of each
    top-level block; the id is "" if a link cannot point to the block. `tree` is the element tree of `html`, None if the
    source contains raw HTML. `invalid_attributes` are texts in braces that are not a valid attribute list. `tags` are the
    names of all elements.
    """

    html: str
    headings: tuple[Heading, ...]
    cited_ids: tuple[str, ...]
    blocks: tuple[tuple[str, str], ...]
    tree: etree.Element | None = None
    invalid_attributes: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()


class NoteBlock(Block):
    """`/// note | Label`: a marginal note on the paragraph before it."""

    NAME = "note"
    ARGUMENT = None

    def on_create(self, parent: etree.Element) -> etree.Element:
        element = etree.SubElement(parent, "aside", {"class": "note"})
        if self.argument:
            etree.SubElement(element, "p", {"class": "label"}).text = self.argument
        return element


class DrawingBlock(Block):
    """`/// drawing | name`: a drawing from content/drawings/; the content of the block is its caption."""

    NAME = "drawing"
    ARGUMENT = True

    def on_create(self, parent: etree.Element) -> etree.Element:
        figure = etree.SubElement(parent, "figure", {"class": "drawing"})
        etree.SubElement(figure, "div").text = f"\ue000d{self.argument}\ue001"  # BodyHtml.render inserts the drawing
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
        numbers = self.md.citation_numbers
        source_id = m[1]
        first = source_id not in numbers
        number = numbers.setdefault(source_id, len(numbers) + 1)
        link = etree.Element("a", {"class": "ref", "href": f"#s{number}", "role": "doc-noteref"})
        if first:
            link.set("id", f"r{number}")
        link.text = str(number)
        return link, m.start(0), m.end(0)


def normalize_citation_attrs(html: str) -> str:
    """Put the attributes of citations, whose order differs after sanitizing, into one order, so that gzip compresses better."""
    return CITATION_ROLE.sub(r"\1\3\2>", html)


class Attributes(AttrListTreeprocessor):
    """Attribute lists such as `{#id}` after an element.

    Other text in braces at such a place is collected in `md.invalid_attributes`, to be reported: Markdown would drop it, or
    garble the text after it.
    """

    def assign_attrs(self, elem: etree.Element, attrs_string: str, *, strict: bool = False) -> str:
        if strict and get_attrs_and_remainder(attrs_string)[1]:
            return super().assign_attrs(elem, attrs_string, strict=strict)  # text with braces, which Markdown leaves unchanged
        if not ATTRIBUTES.fullmatch(attrs_string):
            self.md.invalid_attributes.append(attrs_string)
            return ""
        return super().assign_attrs(elem, attrs_string, strict=strict)


class AlignmentAsClass(Treeprocessor):
    """Replaces the `style` of aligned table cells, which the sanitizer removes, by a class."""

    def run(self, root):
        for cell in root.iter():
            style = cell.get("style") if cell.tag in ("td", "th") else None
            match = style and ALIGNMENT.fullmatch(style)
            if match:
                del cell.attrib["style"]
                cell.set("class", ALIGNMENT_CLASSES[match[1]])


class FocusableBlocks(Treeprocessor):
    """Sets `tabindex="0"` on blocks that scroll if they are too wide: code, and figures with a table.

    Without focus, the keyboard cannot scroll them (WCAG 2.1.1).
    """

    def run(self, root):
        stash = self.md.htmlStash.rawHtmlBlocks
        for element in root.iter():
            if element.tag == "pre" or element.tag == "figure" and contains_table(element, stash):
                attributes = dict(element.attrib)
                element.attrib.clear()
                element.attrib.update({"tabindex": "0", **attributes})
        stash[:] = [raw if isinstance(raw, etree.Element) else make_focusable(raw) for raw in stash]


def contains_table(figure: etree.Element, stash: list[str]) -> bool:
    if figure.find(".//table") is not None:
        return True
    references = STASH_REFERENCE.findall("".join(figure.itertext()))
    return any(tag_name(tag) == "table" for number in references for tag in RAW_TAG.finditer(str(stash[int(number)])))


def make_focusable(raw: str) -> str:
    """Raw HTML, or the HTML of fenced code, in which start tags of blocks that scroll have `tabindex="0"`."""
    if not SCROLLABLE_TAG.search(raw):
        return raw
    tags = [tag for tag in RAW_TAG.finditer(raw) if tag[1]]
    names = [tag_name(tag) for tag in tags]
    end, parts = 0, []
    for index, tag in enumerate(tags):
        inside = itertools.takewhile(lambda name: name != "/figure", names[index + 1 :])
        scrolls = names[index] == "pre" or names[index] == "figure" and "table" in inside
        if scrolls and "tabindex" not in tag[0].lower():
            parts += [raw[end : tag.end(1)], ' tabindex="0"']
            end = tag.end(1)
    return "".join([*parts, raw[end:]])


def tag_name(tag: re.Match) -> str:
    return (tag[1] or "").lower()


class BlockNumbering(Treeprocessor):
    """Numbers the top-level blocks of a body and stores the text of each.

    The number goes into the block's `id` as a placeholder: BodyHtml.render decides whether the page needs the id.
    """

    def run(self, root):
        self.md.blocks = []
        self.md.tree = root
        for number, block in enumerate(root, 1):
            text = "".join(visible_text(block)).replace(AMP_SUBSTITUTE, "&")
            text = STASH_REFERENCE.sub(lambda match: str(self.stash[int(match[1])]), text)
            self.md.blocks.append((STASH_MARKER.sub("", text), self.set_block_id(block, f"{BLOCK_ID_PLACEHOLDER}{number}")))
            if block.tag in LINKED_HEADINGS and block.get("id"):
                append_text(block, f"\ue000h{block.get('id')}\ue001")  # BodyHtml.render inserts the link to the heading
        if len(root) and root[0].get("class") == "drawing":
            root[0].tail = OPENING_END + (root[0].tail or "")

    @property
    def stash(self) -> list[str]:
        """Raw HTML and fenced code, which Markdown keeps apart from the tree; the tree refers to it by number."""
        return self.md.htmlStash.rawHtmlBlocks

    def set_block_id(self, block: etree.Element, default: str) -> str:
        """Set the id of a block to `default` if it has none. Returns its id, "" for raw HTML that cannot get this id."""
        reference = STASH_REFERENCE.fullmatch((block.text or "").strip()) if block.tag == "p" and not len(block) else None
        number = int(reference[1]) if reference else 0
        if not reference or not self.md.postprocessors["raw_html"].isblocklevel(str(self.stash[number])):
            return block.attrib.setdefault("id", default)
        # Markdown removes a paragraph that contains only block-level HTML, so the id goes into that HTML.
        start = START_TAG.match(str(self.stash[number]))
        if not start or " id" in start[0].lower():
            return ""
        self.stash[number] = start[0][: start.end(1)] + f' id="{default}"' + self.stash[number][start.end(1) :]
        return default


def append_text(element: etree.Element, text: str) -> None:
    """Append `text` to the content of `element`."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def visible_text(element: etree.Element) -> Iterator[str]:
    """The text of an element, without the numbers of citations."""
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
        md.treeprocessors.register(Attributes(md), "attr_list", 8)  # replaces Markdown's own
        md.treeprocessors.register(AlignmentAsClass(md), "alignment", 5)
        md.treeprocessors.register(FocusableBlocks(md), "focusable", 4)  # after the inline patterns, which stash raw HTML
        # After the inline patterns, `toc` (5) and `unescape` (0), when texts and ids are final.
        md.treeprocessors.register(BlockNumbering(md), "numbered-blocks", -1)

    def reset(self):
        self.md.citation_numbers, self.md.blocks, self.md.tree, self.md.invalid_attributes = {}, [], None, []


def create_converter() -> markdown.Markdown:
    """A Markdown converter with all features of the site. Creating one is slow: keep it and pass it to `convert`."""
    converter = markdown.Markdown(
        extensions=[
            "abbr", "attr_list", "def_list", "fenced_code", "footnotes", "sane_lists", "tables", "toc",
            "pymdownx.blocks.caption", "pymdownx.blocks.details", SiteBlocks(), SiteExtension(),
        ],
        extension_configs={
            "footnotes": {"SEPARATOR": "-", "BACKLINK_TITLE": ""},
            "pymdownx.blocks.caption": {"types": ["caption"]},
            "toc": {"marker": ""},  # disables [TOC]: the page has its own table of contents
        },
        output_format="html",
    )  # fmt: skip
    # After all extensions have added their patterns. 20 is the priority of Markdown's own `inline`, which this replaces.
    converter.treeprocessors.register(FilteredInlineProcessor(converter), "inline", 20)
    converter.parser.parseBlocks = fast_parse_blocks(converter)
    return converter


def convert(converter: markdown.Markdown, source: str) -> RenderedMarkdown:
    """Convert one body. `converter` comes from `create_converter` and is reused; it is not safe for threads."""
    converter.reset()
    markup = converter.convert(source)
    tree = None if converter.htmlStash.rawHtmlBlocks else converter.tree
    headings = tuple(flatten_toc(converter.toc_tokens))
    stash = "".join(map(str, converter.htmlStash.rawHtmlBlocks))  # fenced code, which is not in the tree
    tags = frozenset([*(element.tag for element in converter.tree.iter()), *map(tag_name, RAW_TAG.finditer(stash))])
    return RenderedMarkdown(
        markup, headings, tuple(converter.citation_numbers), tuple(converter.blocks), tree, tuple(converter.invalid_attributes), tags
    )


def flatten_toc(tokens: list[dict]) -> Iterator[Heading]:
    """The headings in Markdown's nested table of contents, in document order, without the numbers of citations."""
    for token in tokens:
        text = html.unescape(TAG.sub("", CITATION_LINK.sub("", token["html"])))
        yield Heading(token["level"], token["id"], FORBIDDEN_CHARACTERS.sub("\ufffd", " ".join(text.split())))
        yield from flatten_toc(token["children"])
