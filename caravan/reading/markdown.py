"""Markdown to HTML. The HTML is not safe yet: it has to go through `sanitize`.

Markdown is what the git host shows of it: `markdown_lines` prepares the blocks, and addresses become links. The site adds
`/// note | Label` blocks (marginal notes), `/// drawing | name` blocks, `[@source-id]` citations, table alignment as a class,
ids for blocks, and `tabindex` on blocks that scroll. Raw HTML is not part of it: it stays text, and is collected to be
reported, as are the signs of Markdown and of other systems that readers would see.
"""

from __future__ import annotations

import html
import re
import string
import xml.etree.ElementTree as etree
from collections.abc import Iterator
from dataclasses import dataclass, field

import markdown
from markdown import inlinepatterns
from markdown.blockprocessors import HashHeaderProcessor
from markdown.extensions import Extension
from markdown.extensions.attr_list import AttrListTreeprocessor, get_attrs_and_remainder
from markdown.extensions.toc import slugify
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE
from pymdownx import blocks
from pymdownx.blocks.block import Block
from pymdownx.magiclink import RE_MAIL, MagiclinkMailPattern, MagiclinkPattern

from caravan.reading.article import RESERVED_IDS, Heading
from caravan.reading.limits import FORBIDDEN_CHARACTERS
from caravan.reading.markdown_lines import read_lines
from caravan.reading.problems import Fault
from caravan.reading.raw_signs import ESCAPED, STASH_MARKER, FinishedText
from caravan.reading.yaml_subset import parse_yaml

# A pattern of what a text must hold for an inline pattern to match, and the inline pattern's priority.
TRIGGERS = {
    "backtick": ("`", 190), "escape": (r"\\", 180), "footnote": (r"\[\^", 175), "reference": ("]:", 170), "image_link": (r"!\[", 150),
    "image_reference": ("]:", 140), "short_reference": ("]:", 130), "short_image_ref": ("]:", 125), "autolink": ("<", 120),
    "automail": ("<", 110), "backslash-linebreak": (r"\\\n", 101), "linebreak": ("  \n", 100), "html": ("<", 90),
    "bare-address": (r"://|www\.", 85), "bare-mail": (r"@(?<=[^\s\[].)", 84), "entity": ("&", 80), "struck": ("~", 50),
}  # fmt: skip
# A web address in the text, as GitHub finds it: with brackets in pairs, without the punctuation behind it. Not in an attribute.
ADDRESS = r"""(?P<link>(?<![^\W_])(?<!=)(?<!=["'])(?:https?://|(?P<www>(?<![/.@-])www\.))(?=\w)(?:\([^\s<>()\[\]]*\)|[^\s<>()\[\]])+(?<![?!.,:;*_~'"«»“”‘’…]))"""
BLOCK_ID_PLACEHOLDER = "\ue002"  # a private-use character, which sources must not contain
OPENING_END = "\ue000e\ue001"  # the end of a drawing that the body begins with: see BodyHtml
CITED = r"@[^\[\]\s;,]*(?:,[^\[\];@]*)?"  # the id of a source, and where in it
CITATION = rf"\[({CITED}(?: *; *{CITED})*)\](?!\()"
# A tag of raw HTML, the start of a comment or a declaration, or a tag alone in its block, which ends in another one.
RAW_HTML = (
    r"</?(?P<tag>[a-zA-Z][a-zA-Z0-9-]*)[^<>@ ]*(?: [^<>]*)?>|<(?P<other>!--|!\w+|!(?=\[CDATA)|\?(?=\w[^<>]*\?>))"
    r"|(?<!.)<(?P<start>[a-zA-Z]\w*)\Z"
)
STASH_REFERENCE = re.compile("\x02wzxhzdk:(\\d+)\x03")
TAG = re.compile(r"<[^>]*>")
# An attribute list between braces: #id, .class and name=value, separated by spaces.
ATTRIBUTE = r"""(?:[#.][^\s={}"'#]+|[^\s={}"'#.][^\s={}"']*=(?:"[^"]*"|'[^']*'|[^\s={}"']+))"""
ATTRIBUTES = re.compile(f" *{ATTRIBUTE}(?: +{ATTRIBUTE})* *")
SPACE_AT_END = re.compile(r"[ \n\u00a0]\Z")
STRUCK = r"(?<!~)(~{1,2})(?![\s~])(.+?)(?<![\s~])\1(?!~)"
CITATION_ROLE = re.compile(r'(<a class="ref")([^>]*)( role="doc-noteref")>')
CITATION_LINK = re.compile(r'<a class="ref"[^>]*>[^<]*</a>')
LINKED_HEADINGS = {"h2", "h3"}
TASK = re.compile(r"\[([ xX])\] ")
ALIGNMENT_CLASSES = {"text-align: left;": "start", "text-align: center;": "center", "text-align: right;": "end"}


@dataclass
class RenderedMarkdown:
    """The result of converting a body, to which the parts of the converter add what they find."""

    html: str = ""
    tree: etree.Element = field(default_factory=lambda: etree.Element("div"))  # the elements of `html`, without fenced code
    headings: list[Heading] = field(default_factory=list)
    cited: dict[str, int] = field(default_factory=dict)  # the ids of cited sources, in the order of their first use, with their numbers
    blocks: list[tuple[str, str]] = field(default_factory=list)  # the text and the id of each top-level block; "" if it can have none
    html_tags: list[str] = field(default_factory=list)  # the names of tags of raw HTML, such as `br` or `!--`
    invalid_attributes: list[str] = field(default_factory=list)  # texts in braces that are not a valid attribute list
    faults: list[Fault] = field(default_factory=list)  # those of the lines
    signs: list[tuple[str, str]] = field(default_factory=list)  # those of the finished text: key of the message, what it is about
    pictures: list[tuple[etree.Element, str]] = field(default_factory=list)  # `html` has placeholders for them; with their captions


class HostLines(Preprocessor):
    """Brings the lines into the form in which Markdown reads the blocks that the git host shows."""

    def run(self, lines):
        lines, self.md.found.faults = read_lines(lines, self.md.first_line, self.md.htmlStash.store)
        return lines


class UsedPatterns(Preprocessor):
    """Registers only the inline patterns that can match in a text, with the priorities that Markdown gives them.

    Python-Markdown tries every pattern on every piece of text; most texts need three of them.
    """

    def __init__(self, md):
        super().__init__(md)
        self.patterns = {name: md.inlinePatterns[name] for name in TRIGGERS}

    def run(self, lines):
        text, registry = "\n".join(lines), self.md.inlinePatterns
        for name, (trigger, priority) in TRIGGERS.items():
            used = re.search(trigger, text)
            if not used and name in registry:
                registry.deregister(name)
            elif used and name not in registry:
                registry.register(self.patterns[name], name, priority)
        return lines


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
        etree.SubElement(figure, "div").text = f"\ue000d{self.argument}\ue001"  # BodyHtml.fill inserts the drawing
        self.caption = etree.SubElement(figure, "figcaption")
        return figure

    def on_add(self, block: etree.Element) -> etree.Element:
        return self.caption


def read_options(text: str) -> dict | None:
    """The options in YAML below the first line of a block; None if they are none, so that they stay text."""
    try:
        options = parse_yaml(text).value or {}
    except Fault:
        return None
    switches = {"true": True, "false": False}
    return {name: switches.get(str(value), value) for name, value in options.items()} if isinstance(options, dict) else None


blocks.get_frontmatter = read_options  # pymdownx's own expands aliases without a limit


class SiteBlocks(blocks.BlocksExtension):
    def extendMarkdownBlocks(self, md, block_mgr):
        block_mgr.register(NoteBlock, self.getConfigs())
        block_mgr.register(DrawingBlock, self.getConfigs())


class CitationProcessor(inlinepatterns.InlineProcessor):
    """`[@id, p. 3; @other]` becomes links to sources, which `Citations` numbers."""

    def handleMatch(self, m, data):
        links = etree.Element("cite")
        for cited in ESCAPED.sub(lambda match: chr(int(match[1])), m[1]).split(";"):
            source_id, _, place = cited.strip().removeprefix("@").partition(",")
            self.md.found.cited[source_id] = 0
            link = etree.SubElement(links, "a", {"class": "ref", "href": source_id, "role": "doc-noteref"})
            link.text, link.tail = place.strip(), " "
        links[-1].tail = None
        return links, m.start(0), m.end(0)


class Citations(Treeprocessor):
    """Numbers sources in the order in which readers meet them: Markdown reads tables, captions and notes after the rest.

    The space before a citation becomes a narrow no-break space, so that it stays on the line of the text it follows.
    """

    def run(self, root):
        cited, numbers = self.md.found.cited, {}
        for link in root.iter("a") if cited else ():
            if link.get("class") == "ref":
                first = link.get("href") not in numbers
                number = numbers.setdefault(link.get("href"), len(numbers) + 1)
                link.attrib.update({"href": f"#s{number}", "id": f"r{number}"} if first else {"href": f"#s{number}"})
                link.text = f"{number}, {link.text}" if link.text else str(number)
        self.md.found.cited = numbers
        for parent in list(root.iter()) if cited else ():
            for links in parent.findall("cite"):
                index = list(parent).index(links)
                links[-1].tail = links.tail
                parent[index : index + 1] = list(links)
            for before, child in zip([None, *parent], parent):
                if child.get("class") == "ref" and before is not None:
                    before.tail = SPACE_AT_END.sub("\u202f", before.tail or "")
                elif child.get("class") == "ref":
                    parent.text = SPACE_AT_END.sub("\u202f", parent.text or "")


class Headings(HashHeaderProcessor):
    """Headings as GitHub reads them: with a blank behind the #, and before those at the end of the line."""

    RE = re.compile(r"(?:^|\n) {0,3}(?P<level>#{1,6})(?=[ \n]|$)(?P<header>(?:\\.|[^\n])*?)(?: #+)? *(?:\n|$)")


class ReferenceLinks(inlinepatterns.ReferenceInlineProcessor):
    """`[words][name]`, as GitHub reads it: without a blank between the brackets."""

    RE_LINK = re.compile(r"\[([^\]]*)\]")


class ListItems(Treeprocessor):
    """`- [x] words`: a box as a sign, since readers have nothing to press. A footnote without words gets its way back."""

    def run(self, root):
        for item in root.iter("li"):
            element = item[0] if len(item) and not (item.text or "").strip() else item
            if match := TASK.match(element.text or ""):
                element.text = ("☐ " if match[1] == " " else "☑ ") + element.text[match.end() :]
            if item.get("id") and not len(item):  # Markdown expects it, and raises without it
                name = item.get("id").removeprefix("fn-")
                etree.SubElement(etree.SubElement(item, "p"), "a", {"class": "footnote-backref", "href": f"#fnref-{name}"})
                self.md.found.signs.append(("note_empty", name))


class RawHtml(inlinepatterns.InlineProcessor):
    """Collects the names of the tags of raw HTML, such as `br` of `</BR>`, and leaves it in the text."""

    def handleMatch(self, m, data):
        self.md.found.html_tags.append(m[m.lastgroup].lower())
        return None, m.start(0), m.end(0)


def derive_heading_id(text: str, separator: str) -> str:
    """The id that Markdown derives from the text of a heading. Ids of the page around the text get a number."""
    derived = slugify(text, separator)
    return f"{derived}{separator}1" if RESERVED_IDS.fullmatch(derived) else derived


class Attributes(AttrListTreeprocessor):
    """Attribute lists such as `{#id}` after an element.

    Other text in braces at such a place is collected in `invalid_attributes`, to be reported: Markdown would drop it, or
    garble the text after it.
    """

    def assign_attrs(self, elem: etree.Element, attrs_string: str, *, strict: bool = False) -> str:
        if strict and get_attrs_and_remainder(attrs_string)[1]:
            return super().assign_attrs(elem, attrs_string, strict=strict)  # text with braces, which Markdown leaves unchanged
        if not ATTRIBUTES.fullmatch(attrs_string):
            self.md.found.invalid_attributes.append(attrs_string)
            return ""
        return super().assign_attrs(elem, attrs_string, strict=strict)


class TableAndCode(Treeprocessor):
    """Replaces the `style` of aligned cells, which the sanitizer removes, by a class. Runs before attribute lists.

    Sets `tabindex="0"` on blocks that scroll if they are too wide: code, and figures with a table. Without focus, the keyboard
    cannot scroll them (WCAG 2.1.1).
    """

    def run(self, root):
        for element in root.iter():
            if element.get("style") in ALIGNMENT_CLASSES:  # others are reported by the sanitizer
                element.set("class", ALIGNMENT_CLASSES[element.attrib.pop("style")])
            elif element.tag == "pre" or element.tag == "figure" and element.find(".//table") is not None:
                element.set("tabindex", "0")
        stash = self.md.htmlStash.rawHtmlBlocks
        stash[:] = [f'<pre tabindex="0"{raw.removeprefix("<pre")}' if raw.startswith("<pre") else raw for raw in stash]


class BlockNumbering(Treeprocessor):
    """Numbers the top-level blocks of a body and stores the text of each.

    The number goes into the block's `id` as a placeholder: BodyHtml.fill decides whether the page needs the id.
    """

    def run(self, root):
        self.md.found.tree = root
        self.stash = self.md.htmlStash.rawHtmlBlocks  # the HTML of fenced code and of references; the tree refers to it by number
        for number, block in enumerate(root, 1):
            text = "".join(visible_text(block)).replace(AMP_SUBSTITUTE, "&")
            text = STASH_REFERENCE.sub(lambda match: self.stash[int(match[1])], text)
            text = STASH_MARKER.sub("", text) if text.strip() else "\n".join(pictures(block))
            self.md.found.blocks.append((text, self.set_block_id(block, f"{BLOCK_ID_PLACEHOLDER}{number}")))
            if block.tag in LINKED_HEADINGS and block.get("id"):
                insert_text(block, len(block), f"\ue000h{block.get('id')}\ue001")  # BodyHtml.fill inserts the link to the heading
        if len(root) and root[0].get("class") == "drawing":
            root[0].tail = OPENING_END + (root[0].tail or "")

    def set_block_id(self, block: etree.Element, default: str) -> str:
        """Set the id of a block to `default` if it has none. Returns its id, "" for fenced code that has its own."""
        reference = STASH_REFERENCE.fullmatch((block.text or "").strip()) if block.tag == "p" and not len(block) else None
        fence = self.stash[int(reference[1])] if reference else ""
        if not fence.startswith("<pre"):
            return block.attrib.setdefault("id", default)
        # Markdown replaces the paragraph by the fenced code in it, so the id goes into that HTML.
        if " id=" in fence.partition(">")[0]:
            return ""
        self.stash[int(reference[1])] = f'<pre id="{default}"{fence.removeprefix("<pre")}'
        return default


def pictures(block: etree.Element) -> Iterator[str]:
    """What a translation of a block without words has to follow: the alternative texts of its pictures, and their addresses."""
    for picture in block.iter("img"):
        yield from (picture.get("alt", ""), f"<{picture.get('src', '')}>")


class PicturePlaceholders(Treeprocessor):
    """Replaces each picture by a placeholder, for which BodyHtml.fill inserts the picture in its sizes and formats."""

    def run(self, root):
        found = list(root.iter("img"))
        parents = {child: parent for parent in root.iter() for child in parent} if found else {}
        for picture in found:
            parent, figure = parents[picture], picture
            while figure.tag != "figure" and figure in parents:
                figure = parents[figure]
            caption = figure.find("figcaption") if figure.tag == "figure" else None
            insert_text(parent, list(parent).index(picture), f"\ue000i{len(self.md.found.pictures)}\ue001{picture.tail or ''}")
            parent.remove(picture)
            self.md.found.pictures.append((picture, "" if caption is None else "".join(caption.itertext()).strip()))


def insert_text(element: etree.Element, index: int, text: str) -> None:
    """Insert `text` into the content of `element`, before its child `index`."""
    if index:
        element[index - 1].tail = (element[index - 1].tail or "") + text
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
        md.ESCAPED_CHARS = list(string.punctuation)
        md.parser.blockprocessors.register(Headings(md.parser), "hashheader", 70)
        md.preprocessors.register(HostLines(md), "host-lines", 28)  # after white space (30), before fenced code (25)
        md.preprocessors.deregister("html_block")  # without it and Markdown's own pattern, raw HTML is escaped
        md.inlinePatterns.register(RawHtml(RAW_HTML, md), "html", 90)
        md.inlinePatterns.register(CitationProcessor(CITATION, md), "citation", 174)
        md.inlinePatterns.register(inlinepatterns.SubstituteTagInlineProcessor(r"\\\n", "br"), "backslash-linebreak", 101)
        md.inlinePatterns.register(ReferenceLinks(inlinepatterns.REFERENCE_RE, md), "reference", 170)
        address = MagiclinkPattern(ADDRESS, md)
        address.config = {"hide_protocol": False}
        md.inlinePatterns.register(address, "bare-address", 85)
        md.inlinePatterns.register(MagiclinkMailPattern(RE_MAIL, md), "bare-mail", 84)
        md.inlinePatterns.register(inlinepatterns.SimpleTagInlineProcessor(STRUCK, "del"), "struck", 50)
        md.preprocessors.register(UsedPatterns(md), "used-patterns", 0)  # after fenced code (25), which has no patterns
        md.treeprocessors.register(ListItems(md), "list-items", 25)  # before the inline patterns, for which [x] may be a link
        md.treeprocessors.register(Attributes(md), "attr_list", 8)  # replaces Markdown's own
        md.treeprocessors.register(TableAndCode(md), "table-and-code", 10)
        md.treeprocessors.register(Citations(md), "citations", 9)
        md.treeprocessors.register(FinishedText(md), "finished-text", 1)
        # After the inline patterns, `toc` (5) and `unescape` (0), when texts and ids are final.
        md.treeprocessors.register(BlockNumbering(md), "numbered-blocks", -1)
        md.treeprocessors.register(PicturePlaceholders(md), "pictures", -2)

    def reset(self):
        self.md.found, self.md.first_line = RenderedMarkdown(), 1


def create_converter() -> markdown.Markdown:
    """A Markdown converter with all features of the site. Creating one is slow: keep it and pass it to `convert`."""
    return markdown.Markdown(
        extensions=[
            "abbr", "attr_list", "def_list", "fenced_code", "footnotes", "sane_lists", "tables", "toc",
            "pymdownx.quotes", "pymdownx.blocks.caption", "pymdownx.blocks.details", SiteBlocks(), SiteExtension(),
        ],
        extension_configs={
            "footnotes": {"SEPARATOR": "-", "BACKLINK_TITLE": "", "USE_DEFINITION_ORDER": False},
            "pymdownx.blocks.caption": {"types": ["caption"]},
            # An empty marker disables [TOC]: the page has its own table of contents.
            "toc": {"marker": "", "slugify": derive_heading_id},
        },
        output_format="html",
    )  # fmt: skip


def convert(converter: markdown.Markdown, source: str, first_line: int = 1) -> RenderedMarkdown:
    """Convert one body, which starts in `first_line` of its file. Raises Fault for one that is nested too deep.

    `converter` comes from `create_converter` and is reused; it is not safe for threads.
    """
    converter.reset()
    converter.first_line = first_line
    found = converter.found
    # Markdown sorts attributes. What all citations share comes first here, which saves 50 bytes of gzip a page.
    found.html = CITATION_ROLE.sub(r"\1\3\2>", converter.convert(source))
    found.headings += flatten_toc(converter.toc_tokens)
    return found


def flatten_toc(tokens: list[dict]) -> Iterator[Heading]:
    """The headings in Markdown's nested table of contents, in document order, without the numbers of citations."""
    for token in tokens:
        text = html.unescape(TAG.sub("", CITATION_LINK.sub("", token["html"])))
        yield Heading(token["level"], token["id"], FORBIDDEN_CHARACTERS.sub("\ufffd", " ".join(text.split())))
        yield from flatten_toc(token["children"])
