"""Sanitizing with nh3: tags, attributes and values that are not on the lists below are removed.

Links to other files of the site become placeholders, since their URLs differ from page to page. Everything that is
removed is reported to the author (see sanitize_report).
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

# What Markdown and the site's blocks produce, and the inline HTML that authors need (foreign phrases, keys, small print).
TAGS = set(
    "a abbr aside b bdi bdo blockquote br caption cite code data dd del details dfn div dl dt em figcaption figure "
    "h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small span strong sub summary sup "
    "table tbody td tfoot th thead time tr u ul var wbr".split()
)
GLOBAL_ATTRIBUTES = {"id", "class", "lang", "dir", "title"}
ATTRIBUTES = {
    "*": GLOBAL_ATTRIBUTES,
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
    "pre": {"tabindex"},
    "figure": {"tabindex"},
}
# The only values that these attributes may have.
ALLOWED_VALUES = {"role": {"doc-noteref"}, "tabindex": {"0"}}
# The classes that the site's Markdown produces. With others, a text could imitate parts of the page.
CLASSES = {
    "note", "drawing", "label", "ref", "start", "center", "end", "footnote", "footnote-ref", "footnote-backref",
}  # fmt: skip
CODE_CLASS = re.compile(r"language-[\w+#.-]+")
LINK_ATTRIBUTES = {("a", "href"), ("img", "src")}
SCHEMES = {"https", "http", "mailto", "tel"}

Attribute = tuple[str, str, str]  # tag, name, value
Finding = tuple[tuple[str, ...], str]  # strings that locate it in the source, the most exact first; and the message
AttributeFilter = Callable[[str, str, str], str | None]


def is_allowed_class(name: str) -> bool:
    return name in CLASSES or CODE_CLASS.fullmatch(name) is not None


def is_allowed_value(name: str, value: str) -> bool:
    """Whether the attribute `name`, which is allowed, may have this value."""
    return name not in ALLOWED_VALUES or value in ALLOWED_VALUES[name]


class Cleaner:
    """Two nh3 cleaners with the same lists: one for Markdown's HTML, one for the result after typography.

    The first passes every allowed attribute to `attribute_filter`, which may change or drop it. nh3 removes links with
    schemes that are not allowed before it calls the filter.
    """

    def __init__(self, attribute_filter: AttributeFilter):
        options = {"tags": TAGS, "attributes": ATTRIBUTES, "url_schemes": SCHEMES, "link_rel": None, "strip_comments": True}
        self.first = nh3.Cleaner(**options, attribute_filter=attribute_filter)
        self.last = nh3.Cleaner(**options)

    def clean(self, markup: str) -> str:
        return self.first.clean(markup)

    def clean_again(self, markup: str) -> str:
        """Sanitize the result of `clean` once more, after typography has changed it."""
        return self.last.clean(markup)


REFERENCE = re.compile(r"&#(?:[xX][0-9a-fA-F]+|[0-9]+);?")
LONG_NUMBER = re.compile(rf"\d{{{NUMBER_DIGITS}}}")
REPLACEMENT = "\ufffd"  # replaces a reference to a forbidden character


def check_long_numbers(source: str, first_line: int) -> None:
    """Raise Fault for a number that is too long for Python's `int` (as in a character reference of 4,301 digits)."""
    match = LONG_NUMBER.search(source)
    if match:
        raise Fault(first_line + source.count("\n", 0, match.start()), format_message("number-long", limit=NUMBER_DIGITS))


def replace_forbidden_char_refs(markup: str) -> tuple[str, list[Finding]]:
    """Replace references such as `&#xE000;` to forbidden characters by U+FFFD; returns the HTML and one finding for each."""
    forbidden = []

    def replace(match: re.Match) -> str:
        character = html.unescape(match[0])
        if character and not FORBIDDEN_CHARACTERS.search(character):
            return match[0]
        forbidden.append(match[0])
        return REPLACEMENT

    safe = REFERENCE.sub(replace, markup)
    return safe, [((reference,), format_message("character-reference", written=reference)) for reference in dict.fromkeys(forbidden)]


# Placeholders are between private-use characters. Authors cannot write them: `limits.decode` and
# `replace_forbidden_char_refs` refuse these characters.
PLACEHOLDER = re.compile("\ue000([pd]?\\d+|h[^\ue001]+|e)\ue001")

DRAWING_PLACEHOLDER = re.compile("\ue000d([^\ue001]*)\ue001")


@dataclass
class SanitizedHtml:
    """Sanitized HTML with placeholders, the targets of its links (without lines), its ids, and the findings.

    `seen_attributes` are those that reached the attribute filter; `names` are the classes and attributes that it let through,
    as `.class` and `[attribute]`.
    """

    html: str = ""
    targets: list[LinkTarget] = field(default_factory=list)
    anchor_ids: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    seen_attributes: list[Attribute] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


class Sanitizer:
    """Sanitizes the HTML of one body at a time. Not safe for threads."""

    def __init__(self):
        self.cleaner = Cleaner(self.filter_attribute)
        self.clean_again = self.cleaner.clean_again

    def sanitize(self, markup: str, folder: str) -> SanitizedHtml:
        """Sanitize `markup` of a file in `folder` (below content/). Placeholders of drawings still contain their names."""
        self.folder, self.result = folder, SanitizedHtml()
        self.result.html = self.cleaner.clean(markup)
        return self.result

    def number_drawings(self, result: SanitizedHtml) -> None:
        """Replace the names in the placeholders of drawings by indexes into `result.targets`."""
        result.html = DRAWING_PLACEHOLDER.sub(self.drawing_placeholder, result.html)

    def filter_attribute(self, tag: str, name: str, value: str) -> str | None:
        """The new value of an allowed attribute, or None to remove it. Called by nh3.

        Must not raise: nh3 swallows the exception and removes the attribute.
        """
        self.result.seen_attributes.append((tag, name, value))
        self.result.names.add(f"[{name}]")
        if name == "class":
            classes = list(filter(is_allowed_class, value.split()))
            self.result.names.update(f".{allowed}" for allowed in classes)
            return " ".join(classes) or None
        if name in ALLOWED_VALUES:
            return value if is_allowed_value(name, value) else None
        if name == "id" and not value.startswith(BLOCK_ID_PLACEHOLDER):
            self.result.anchor_ids.append(value)
        return self.link_value(name, value) if (tag, name) in LINK_ATTRIBUTES else value

    def link_value(self, name: str, value: str) -> str | None:
        """The URL itself if it is external, a placeholder for a file of the site, None if it is invalid (with a finding)."""
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

    def drawing_placeholder(self, match: re.Match) -> str:
        """The placeholder of a drawing by index; adds the drawing to the targets."""
        name = html.unescape(match[1])
        self.result.targets.append(LinkTarget(f"{DRAWINGS}/{name}", "", f"drawing | {name}", 0))
        return f"\ue000d{len(self.result.targets) - 1}\ue001"
