"""What the sanitizer takes out of a text, told to its author instead of removed in silence.

Walks Markdown's HTML as an author would read it (html.parser) and compares it with what is left of it. Where the
two do not agree on what the HTML says, that is a complaint too.
"""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as etree
from collections import Counter
from html.parser import HTMLParser

from markdown.util import AMP_SUBSTITUTE

from caravan.reading.article import LinkTarget
from caravan.reading.limits import FOREIGN_TAGS, NESTING_DEPTH
from caravan.reading.links import resolve
from caravan.reading.problems import format_message
from caravan.reading.sanitize import ATTRIBUTES, EVERYWHERE, LINKS, ROLES, TAGS, Attribute, Finding, is_class

VOID = {"br", "hr", "img", "wbr"}
# End tags that HTML lets authors leave out; none of these can stand in itself (so they make no depth).
IMPLIED_END = {"p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody", "tfoot"}
OPTIONAL_END = VOID | IMPLIED_END | {"rt", "rp"}
# What HTML adds by itself: a table's body, the paragraph between two blocks.
IMPLIED_TAGS = {"p", "tbody", "tr"}
START = re.compile("<[a-zA-Z]")



class HtmlInventory(HTMLParser):
    """What stands in HTML. `found` are complaints about what no text may hold."""

    def __init__(self, markup: str = ""):
        super().__init__(convert_charrefs=True)
        self.findings: list[Finding] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.open_tags: Counter[str] = Counter()
        self.depth = self.deepest = 0
        if markup:
            self.feed(markup)
            self.close()

    @classmethod
    def from_tree(cls, root: etree.Element) -> HtmlInventory:
        """The walk through HTML that Markdown wrote alone: its tree says the same, five times faster.

        The words and the tags left open stay unknown; nobody asks for them where no author wrote HTML.
        """
        walk = cls()
        waiting = [(child, 1) for child in reversed(root)]
        while waiting:
            element, depth = waiting.pop()
            walk.depth = depth - 1
            attributes = [(name, html.unescape(value.replace(AMP_SUBSTITUTE, "&"))) for name, value in element.items()]
            walk.handle_starttag(element.tag, attributes)
            waiting += [(child, walk.depth + 1) for child in reversed(element)]
        return walk

    def handle_starttag(self, tag, attributes):
        self.tags[tag] += 1
        if tag not in VOID:
            self.open_tags[tag] += 1
        if tag not in VOID | IMPLIED_END:
            self.depth += 1
            self.deepest = max(self.depth, self.deepest)
        if tag not in TAGS:
            self.add_finding("html-tag", f"<{tag}", tag=tag)
            return
        for name, value in attributes:
            self.attributes.append((tag, name, value or ""))
            if name not in EVERYWHERE | ATTRIBUTES.get(tag, set()) or (name == "role" and value not in ROLES):
                self.add_finding("html-attribute", f"{name}=", name, name=name, tag=tag)
            elif name == "class":
                for word in filter(lambda word: not is_class(word), (value or "").split()):
                    self.add_finding("html-class", word, name=word)

    # HTML knows no <b/>: outside SVG and MathML it is <b>.
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
        """As browsers read `<![words]…>`; html.parser gives up on words that it does not know."""
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
        self.findings.append((needles, format_message(key, **values)))


def depth_finding(before: HtmlInventory, markup: str) -> Finding | None:
    """Why `markup` would keep the sanitizer busy for minutes (its time grows with the square of the depth), or None."""
    if before.deepest > NESTING_DEPTH:
        return (), format_message("file-deep")
    starts = len(START.findall(markup))
    # What hides in comments, or between quotes that browsers see elsewhere, has a depth that nobody knows.
    if starts > FOREIGN_TAGS and (before.findings or starts != before.tags.total()):
        return before.findings[0] if before.findings else unclear_finding("")
    return None


def report(before: HtmlInventory, after: HtmlInventory | None, seen: list[Attribute], folder: str) -> list[Finding]:
    """What an author should know of the difference between Markdown's HTML (`before`) and the sanitized HTML (`after`).

    `seen`: the attributes that reached the sanitizer's filter. Without `after` only attributes are compared. `folder`:
    the folder of the text below content/, for relative links.
    """
    dropped = dropped_links(before, seen, folder)
    reached = Counter((tag, name) for tag, name, _ in seen + dropped)
    findings = [dropped_link_finding(value, folder) for _, _, value in dropped]
    return findings + removed_parts(before, after, reached)


def removed_parts(before: HtmlInventory, after: HtmlInventory | None, reached: Counter[tuple[str, str]]) -> list[Finding]:
    """Tags, attributes and words that the sanitizer removed; `reached` counts the attributes, as (tag, name), that stayed."""
    if before.findings:
        return list(dict.fromkeys(before.findings))
    broken = diff(before, after) if after else []
    if broken:
        return broken
    attributes = Counter((tag, name) for tag, name, _ in before.attributes) - reached
    return [((f"{name}=", name), format_message("html-attribute", name=name, tag=tag)) for tag, name in attributes]


def diff(before: HtmlInventory, after: HtmlInventory) -> list[Finding]:
    """Tags that were lost, doubled or never closed; else the first words that were lost or moved."""
    lost = before.tags - after.tags
    gained = [tag for tag in after.tags - before.tags if tag not in IMPLIED_TAGS]
    unclosed = [tag for tag, count in before.open_tags.items() if count and tag not in OPTIONAL_END]
    broken = [((f"<{tag}",), format_message("html-broken", tag=tag)) for tag in dict.fromkeys([*lost, *gained, *unclosed])]
    there, position = without_spaces("".join(after.texts)), 0
    for words in before.texts if not broken else ():
        if not there.startswith(without_spaces(words), position):
            return [unclear_finding(words)]
        position += len(without_spaces(words))
    return broken


def without_spaces(words: str) -> str:
    return "".join(words.split())


def unclear_finding(words: str) -> Finding:
    start = words.strip().split("\n")[0][:30]
    return (start,), format_message("html-unclear", words=start)


def dropped_links(before: HtmlInventory, seen: list[Attribute], folder: str) -> list[Attribute]:
    """Links that the sanitizer removed before its attribute filter saw them, for their scheme or their form."""
    asked = [link for link in before.attributes if link[:2] in LINKS]
    if len(asked) <= sum(link[:2] in LINKS for link in seen):
        return []
    known = set(seen)
    return [link for link in asked if link not in known and not isinstance(resolve(link[2], folder), LinkTarget)]


def dropped_link_finding(value: str, folder: str) -> Finding:
    return (value,), resolve(value, folder) or format_message("link-broken", link=value)
