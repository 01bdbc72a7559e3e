"""The way to safe HTML: what a text may hold, everything else is taken out (nh3, an HTML5 sanitizer)."""

from __future__ import annotations

import re
from collections.abc import Callable

import nh3

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

AttributeFilter = Callable[[str, str, str], str | None]


def is_class(word: str) -> bool:
    return word in CLASSES or CODE_CLASS.fullmatch(word) is not None


def focusable(markup: str) -> str:
    """Clean HTML in which all that scrolls can take the focus: keys scroll what has it (WCAG 2.1.1)."""
    return SCROLLS.sub(r'\g<0> tabindex="0"', markup)


class Sanitizer:
    """A sanitizer that hands every attribute that may stay to `attribute_filter`, which may change or drop it.

    Links with other schemes than ours are gone before the filter sees them.
    """

    def __init__(self, attribute_filter: AttributeFilter):
        wanted = {"tags": TAGS, "attributes": ATTRIBUTES, "url_schemes": SCHEMES, "link_rel": None, "strip_comments": True}
        self.first = nh3.Cleaner(**wanted, attribute_filter=attribute_filter)
        self.last = nh3.Cleaner(**wanted)

    def clean(self, markup: str) -> str:
        return self.first.clean(markup)

    def again(self, markup: str) -> str:
        """The last step: what `clean` has made, after others have worked on it."""
        return self.last.clean(markup)
