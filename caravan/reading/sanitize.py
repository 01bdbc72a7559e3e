"""The way to safe HTML: what a text may hold, everything else is taken out (nh3, an HTML5 sanitizer).

Characters that an author writes as numbers, such as `&#8217;`: what no text may hold can come in this way too.

From Markdown's HTML to safe HTML: links of ours become holes, and an author hears of everything that is lost.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import nh3

from caravan.reading.article import DRAWINGS, LinkTarget
from caravan.reading.limits import FORBIDDEN_CHARACTERS, NUMBER_DIGITS
from caravan.reading.links import resolve
from caravan.reading.markdown import BLOCK_ID_PLACEHOLDER
from caravan.reading.problems import Fault, format_message

# What Markdown and our own blocks make, and the inline HTML that authors need (foreign phrases, keys, small print).
TAGS = set(
    "a abbr aside b bdi bdo blockquote br caption cite code data dd del details dfn div dl dt em figcaption figure "
    "h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small span strong sub summary sup "
    "table tbody td tfoot th thead time tr u ul var wbr".split()
)
EVERYWHERE = {"id", "class", "lang", "dir", "title"}
ATTRIBUTES = {
    "*": EVERYWHERE,
    "a": {"href", "role", "hreflang"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "reversed", "type"},
    "li": {"value"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "data": {"value"},
    "details": {"open"},
    "del": {"datetime"},
    "ins": {"datetime"},
}
# What our Markdown makes; others would let a text dress up as a part of the page.
CLASSES = {
    "note", "drawing", "label", "ref", "start", "center", "end", "footnote", "footnote-ref", "footnote-backref",
}  # fmt: skip
CODE_CLASS = re.compile(r"language-[\w+#.-]+")
ROLES = {"doc-noteref"}
LINKS = {("a", "href"), ("img", "src")}
SCHEMES = {"https", "http", "mailto", "tel"}

# What scrolls inside itself where it is wide: code, and a figure around a table. A clean text has no "<" but that of a tag.
SCROLLS = re.compile(r"<pre(?=[ >])|<figure(?=[ >](?:(?!</figure>).)*?<table[ >])", re.DOTALL)

Attribute = tuple[str, str, str]  # tag, name, value
Finding = tuple[tuple[str, ...], str]  # words to look for in the source, the best first; and the message
AttributeFilter = Callable[[str, str, str], str | None]


def is_class(word: str) -> bool:
    return word in CLASSES or CODE_CLASS.fullmatch(word) is not None


def focusable(markup: str) -> str:
    """Clean HTML in which all that scrolls can take the focus: keys scroll what has it (WCAG 2.1.1)."""
    return SCROLLS.sub(r'\g<0> tabindex="0"', markup)


class Cleaner:
    """A sanitizer that hands every attribute that may stay to `attribute_filter`, which may change or drop it.

    Links with other schemes than ours are gone before the filter sees them.
    """

    def __init__(self, attribute_filter: AttributeFilter):
        wanted = {"tags": TAGS, "attributes": ATTRIBUTES, "url_schemes": SCHEMES, "link_rel": None, "strip_comments": True}
        self.first = nh3.Cleaner(**wanted, attribute_filter=attribute_filter)
        self.last = nh3.Cleaner(**wanted)

    def clean(self, markup: str) -> str:
        return self.first.clean(markup)

    def clean_again(self, markup: str) -> str:
        """The last step: what `clean` has made, after others have worked on it."""
        return self.last.clean(markup)


REFERENCE = re.compile(r"&#(?:[xX][0-9a-fA-F]+|[0-9]+);?")
LONG_NUMBER = re.compile(rf"\d{{{NUMBER_DIGITS}}}")
REPLACEMENT = "\ufffd"  # what stands in place of a forbidden character


def check_long_numbers(source: str, first_line: int) -> None:
    """Raise Fault for a number that Python would refuse to read (as a reference, from 4,301 digits on)."""
    found = LONG_NUMBER.search(source)
    if found:
        raise Fault(first_line + source.count("\n", 0, found.start()), format_message("number-long", limit=NUMBER_DIGITS))


def replace_forbidden_char_refs(markup: str) -> tuple[str, list[Finding]]:
    """HTML with a visible sign for every reference to a forbidden character, and a complaint for each of these."""
    found = []

    def sign(reference: re.Match) -> str:
        character = html.unescape(reference[0])
        if character and not FORBIDDEN_CHARACTERS.search(character):
            return reference[0]
        found.append(reference[0])
        return REPLACEMENT

    safe = REFERENCE.sub(sign, markup)
    return safe, [((written,), format_message("character-reference", written=written)) for written in dict.fromkeys(found)]


# Private-use characters: no text can hold them (source.py and references.py), so no author can write a hole.
PLACEHOLDER = re.compile("\ue000([pd]?\\d+|h[^\ue001]+)\ue001")

DRAWING_PLACEHOLDER = re.compile("\ue000d([^\ue001]*)\ue001")


@dataclass
class SanitizedHtml:
    """Safe HTML with holes, where these lead (`Target`s without line), its ids, and what its author should know."""

    html: str = ""
    targets: list[LinkTarget] = field(default_factory=list)
    anchor_ids: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    seen_attributes: list[Attribute] = field(default_factory=list)


class Sanitizer:
    """Washes one HTML after the other; use one in one thread."""

    def __init__(self):
        self.cleaner = Cleaner(self.filter_attribute)
        self.clean_again = self.cleaner.clean_again

    def sanitize(self, markup: str, folder: str) -> SanitizedHtml:
        """Make `markup` safe; `folder` is the one of its file (below content/). Drawings still have their names in it."""
        self.folder, self.result = folder, SanitizedHtml()
        self.result.html = self.cleaner.clean(markup)
        return self.result

    def number_drawings(self, result: SanitizedHtml) -> None:
        """Turn the placeholders of drawings, which hold names, into ones of link targets."""
        result.html = DRAWING_PLACEHOLDER.sub(self.drawing_placeholder, result.html)

    def filter_attribute(self, tag: str, name: str, value: str) -> str | None:
        """Called by the sanitizer for each attribute that may stay; returns what it becomes, or None.

        Short and without anything that can fail: what is raised in here is lost, and the attribute with it.
        """
        self.result.seen_attributes.append((tag, name, value))
        if name == "class":
            return " ".join(filter(is_class, value.split())) or None
        if name == "role":
            return value if value in ROLES else None
        if name == "id" and not value.startswith(BLOCK_ID_PLACEHOLDER):
            self.result.anchor_ids.append(value)
        return self.link_value(name, value) if (tag, name) in LINKS else value

    def link_value(self, name: str, value: str) -> str | None:
        """An address: as it is where it leads outside, a hole where it is ours, None where it is wrong."""
        target = resolve(value, self.folder)
        if target is None and name == "src":
            target = format_message("picture-outside", link=value)
        if isinstance(target, str):
            self.result.findings.append(((value,), target))
            return None
        if target is None:
            return value
        self.result.targets.append(target)
        return f"\ue000{len(self.result.targets) - 1}\ue001"

    def drawing_placeholder(self, found: re.Match) -> str:
        """The hole for a drawing, which is a target like a link's."""
        name = html.unescape(found[1])
        self.result.targets.append(LinkTarget(f"{DRAWINGS}/{name}", "", f"drawing | {name}", 0))
        return f"\ue000d{len(self.result.targets) - 1}\ue001"
