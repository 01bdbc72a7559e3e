"""What the sanitizer removes from a text, reported to its author instead of removed silently.

Takes an inventory of Markdown's HTML, as html.parser reads it, and compares it with the sanitized HTML, as html5ever reads
it. If the two parsers disagree about the HTML, that is reported too.
"""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as etree
from collections import Counter
from html.parser import HTMLParser

from markdown.util import AMP_SUBSTITUTE

from caravan.reading.article import LinkTarget
from caravan.reading.limits import MAX_TAGS_IF_UNCLEAR, NESTING_DEPTH
from caravan.reading.links import resolve
from caravan.reading.problems import format_message
from caravan.reading.sanitize import (
    ATTRIBUTES,
    GLOBAL_ATTRIBUTES,
    LINK_ATTRIBUTES,
    TAGS,
    Attribute,
    Finding,
    is_allowed_class,
    is_allowed_value,
)

VOID = {"br", "hr", "img", "wbr"}
# Elements whose end tag is optional and which cannot contain themselves, so they do not count as nesting.
IMPLIED_END = {"p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody", "tfoot"}
OPTIONAL_END = VOID | IMPLIED_END | {"rt", "rp"}
# Elements that HTML parsers insert: the body of a table, the paragraph around text between blocks.
IMPLIED_TAGS = {"p", "tbody", "tr"}
START = re.compile("<[a-zA-Z]")


class HtmlInventory(HTMLParser):
    """Tags, attributes and texts of some HTML, its nesting depth, and `findings` about everything that is not allowed."""

    def __init__(self, markup: str = ""):
        super().__init__(convert_charrefs=True)
        self.findings: list[Finding] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[Attribute] = []
        self.texts: list[str] = []
        self.open_tags: Counter[str] = Counter()
        self.depth = self.max_depth = 0
        if markup:
            self.feed(markup)
            self.close()

    @classmethod
    def from_tree(cls, root: etree.Element) -> HtmlInventory:
        """Build the inventory from Markdown's element tree, five times faster than from HTML.

        Only for sources without raw HTML: `texts` and `open_tags`, which are needed for raw HTML alone, are not collected.
        """
        inventory = cls()
        pending = [(child, 1) for child in reversed(root)]
        while pending:
            element, depth = pending.pop()
            inventory.depth = depth - 1
            attributes = [(name, html.unescape(value.replace(AMP_SUBSTITUTE, "&"))) for name, value in element.items()]
            inventory.handle_starttag(element.tag, attributes)
            pending += [(child, inventory.depth + 1) for child in reversed(element)]
        return inventory

    def handle_starttag(self, tag, attributes):
        self.tags[tag] += 1
        if tag not in VOID:
            self.open_tags[tag] += 1
        if tag not in VOID | IMPLIED_END:
            self.depth += 1
            self.max_depth = max(self.depth, self.max_depth)
        if tag not in TAGS:
            self.add_finding("html-tag", f"<{tag}", tag=tag)
            return
        for name, value in attributes:
            self.attributes.append((tag, name, value or ""))
            if name not in GLOBAL_ATTRIBUTES | ATTRIBUTES.get(tag, set()) or not is_allowed_value(name, value or ""):
                self.add_finding("html-attribute", f"{name}=", name, name=name, tag=tag)
            elif name == "class":
                for class_name in (value or "").split():
                    if not is_allowed_class(class_name):
                        self.add_finding("html-class", class_name, name=class_name)

    # In HTML, <b/> means <b>.
    handle_startendtag = handle_starttag

    def handle_endtag(self, tag):
        if not self.open_tags[tag]:
            key = "html-broken" if tag in TAGS else "html-tag"
            self.add_finding(key, f"</{tag}", tag=f"/{tag}")
            return
        self.open_tags[tag] -= 1
        if tag not in IMPLIED_END:
            self.depth -= 1

    def handle_data(self, data):
        self.texts.append(data)

    def handle_comment(self, data):
        self.add_finding("html-comment", f"<!--{data}"[:40], "<!", "</")

    def handle_decl(self, decl):
        self.add_finding("html-tag", "<!", tag="!" + decl.split(" ")[0])

    def parse_marked_section(self, start, report=1):
        """Read `<![…]…>` as browsers do; html.parser raises for keywords that it does not know."""
        end = self.rawdata.find(">", start)
        if end < 0:
            return -1
        self.unknown_decl(self.rawdata[start + 3 : end])
        return end + 1

    def unknown_decl(self, data):
        self.add_finding("html-tag", "<![", tag="![" + data[:20])

    def handle_pi(self, data):
        self.add_finding("html-tag", f"<?{data}"[:20], tag="?" + data[:20])

    def add_finding(self, key: str, *needles: str, **values: str) -> None:
        """Add the message `key`; one of `needles` locates it in the source."""
        self.findings.append((needles, format_message(key, **values)))


def depth_finding(inventory: HtmlInventory, markup: str) -> Finding | None:
    """A finding if `markup` is nested too deep, or if its depth is unknown because the parsers may disagree.

    The sanitizer's running time grows with the square of the depth.
    """
    if inventory.max_depth > NESTING_DEPTH:
        return (), format_message("file-deep")
    start_tags = len(START.findall(markup))
    # Tags in comments, or between quotes that html5ever reads differently, are not in the inventory's depth.
    if start_tags > MAX_TAGS_IF_UNCLEAR and (inventory.findings or start_tags != inventory.tags.total()):
        return inventory.findings[0] if inventory.findings else unclear_finding("")
    return None


def report(before: HtmlInventory, after: HtmlInventory | None, seen: list[Attribute], folder: str) -> list[Finding]:
    """What the sanitizer removed or changed between Markdown's HTML (`before`) and the sanitized HTML (`after`).

    `seen` are the attributes that reached the sanitizer's filter. Without `after`, only attributes are compared. `folder`
    is the folder of the text below content/, for relative links.
    """
    dropped = dropped_links(before, seen, folder)
    reported = Counter((tag, name) for tag, name, _ in seen + dropped)
    findings = [dropped_link_finding(value, folder) for _, _, value in dropped]
    return findings + removed_parts(before, after, reported)


def removed_parts(before: HtmlInventory, after: HtmlInventory | None, known: Counter[tuple[str, str]]) -> list[Finding]:
    """Tags, attributes and words that were removed. `known` counts the attributes, as (tag, name), that need no report."""
    if before.findings:
        return list(dict.fromkeys(before.findings))
    differences = diff(before, after) if after else []
    if differences:
        return differences
    removed = Counter((tag, name) for tag, name, _ in before.attributes) - known
    return [((f"{name}=", name), format_message("html-attribute", name=name, tag=tag)) for tag, name in removed]


def diff(before: HtmlInventory, after: HtmlInventory) -> list[Finding]:
    """Tags that were lost, added or never closed; without any, the first text that was lost or moved."""
    lost = before.tags - after.tags
    added = [tag for tag in after.tags - before.tags if tag not in IMPLIED_TAGS]
    unclosed = [tag for tag, count in before.open_tags.items() if count and tag not in OPTIONAL_END]
    broken = [((f"<{tag}",), format_message("html-broken", tag=tag)) for tag in dict.fromkeys([*lost, *added, *unclosed])]
    if broken:
        return broken
    sanitized_text, position = without_spaces("".join(after.texts)), 0
    for text in before.texts:
        if not sanitized_text.startswith(without_spaces(text), position):
            return [unclear_finding(text)]
        position += len(without_spaces(text))
    return []


def without_spaces(text: str) -> str:
    return "".join(text.split())


def unclear_finding(text: str) -> Finding:
    """The finding for HTML that the two parsers read differently, located by the start of `text`."""
    start = text.strip().split("\n")[0][:30]
    return (start,), format_message("html-unclear", words=start)


def dropped_links(before: HtmlInventory, seen: list[Attribute], folder: str) -> list[Attribute]:
    """Links that nh3 removed before it called the attribute filter, because of their scheme or form."""
    links = [attribute for attribute in before.attributes if attribute[:2] in LINK_ATTRIBUTES]
    if len(links) <= sum(attribute[:2] in LINK_ATTRIBUTES for attribute in seen):
        return []
    seen_set = set(seen)
    return [link for link in links if link not in seen_set and not isinstance(resolve(link[2], folder), LinkTarget)]


def dropped_link_finding(value: str, folder: str) -> Finding:
    return (value,), resolve(value, folder) or format_message("link-broken", link=value)
