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

from .limits import FOREIGN_TAGS, NESTING_DEPTH
from .messages import say
from .sanitize import ATTRIBUTES, EVERYWHERE, ROLES, TAGS, is_class

VOID = {"br", "hr", "img", "wbr"}
# End tags that HTML lets authors leave out; none of these can stand in itself (so they make no depth).
CLOSES_ITSELF = {"p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody", "tfoot"}
NEEDS_NO_END = VOID | CLOSES_ITSELF | {"rt", "rp"}
# What HTML adds by itself: a table's body, the paragraph between two blocks.
COMES_BY_ITSELF = {"p", "tbody", "tr"}
START = re.compile("<[a-zA-Z]")

Complaint = tuple[tuple[str, ...], str]  # words to look for in the source, the best first; and the sentence


class Walk(HTMLParser):
    """What stands in HTML. `found` are complaints about what no text may hold."""

    def __init__(self, markup: str = ""):
        super().__init__(convert_charrefs=True)
        self.found: list[Complaint] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.open: Counter[str] = Counter()
        self.depth = self.deepest = 0
        if markup:
            self.feed(markup)
            self.close()

    @classmethod
    def of_tree(cls, root: etree.Element) -> Walk:
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
            self.open[tag] += 1
        if tag not in VOID | CLOSES_ITSELF:
            self.depth += 1
            self.deepest = max(self.depth, self.deepest)
        if tag not in TAGS:
            self.complain("html-tag", f"<{tag}", tag=tag)
            return
        for name, value in attributes:
            self.attributes.append((tag, name, value or ""))
            if name not in EVERYWHERE | ATTRIBUTES.get(tag, set()) or (name == "role" and value not in ROLES):
                self.complain("html-attribute", f"{name}=", name, name=name, tag=tag)
            elif name == "class":
                for word in filter(lambda word: not is_class(word), (value or "").split()):
                    self.complain("html-class", word, name=word)

    # HTML knows no <b/>: outside SVG and MathML it is <b>.
    handle_startendtag = handle_starttag

    def handle_endtag(self, tag):
        if not self.open[tag]:
            key = "html-broken" if tag in TAGS else "html-tag"
            self.complain(key, f"</{tag}", tag=f"/{tag}")
            return
        self.open[tag] -= 1
        if tag not in CLOSES_ITSELF:
            self.depth -= 1

    def handle_data(self, data):
        self.words.append(data)

    def handle_comment(self, data):
        self.complain("html-comment", f"<!--{data}"[:40], "<!", "</")

    def handle_decl(self, decl):
        self.complain("html-tag", "<!", tag="!" + decl.split(" ")[0])

    def parse_marked_section(self, start, report=1):
        """As browsers read `<![words]…>`; html.parser gives up on words that it does not know."""
        end = self.rawdata.find(">", start)
        if end < 0:
            return -1
        self.unknown_decl(self.rawdata[start + 3 : end])
        return end + 1

    def unknown_decl(self, data):
        self.complain("html-tag", "<![", tag="![" + data[:20])

    def handle_pi(self, data):
        self.complain("html-tag", f"<?{data}"[:20], tag="?" + data[:20])

    def complain(self, key: str, *needles: str, **values: str) -> None:
        self.found.append((needles, say(key, **values)))


def too_deep(before: Walk, markup: str) -> Complaint | None:
    """Why `markup` would keep the sanitizer busy for minutes (its time grows with the square of the depth), or None."""
    if before.deepest > NESTING_DEPTH:
        return (), say("file-deep")
    starts = len(START.findall(markup))
    # What hides in comments, or between quotes that browsers see elsewhere, has a depth that nobody knows.
    if starts > FOREIGN_TAGS and (before.found or starts != before.tags.total()):
        return before.found[0] if before.found else unclear("")
    return None


def complaints(before: Walk, after: Walk | None, reached: Counter[tuple[str, str]]) -> list[Complaint]:
    """What an author should know of the way from Markdown's HTML (`before`) to what the sanitizer left (`after`).

    `reached` counts the attributes, as (tag, name), that got as far as our own filter. Without `after` only these
    are compared.
    """
    if before.found:
        return list(dict.fromkeys(before.found))
    broken = differences(before, after) if after else []
    if broken:
        return broken
    attributes = Counter((tag, name) for tag, name, _ in before.attributes) - reached
    return [((f"{name}=", name), say("html-attribute", name=name, tag=tag)) for tag, name in attributes]


def differences(before: Walk, after: Walk) -> list[Complaint]:
    """Tags that were lost, doubled or never closed; else the first words that were lost or moved."""
    lost = before.tags - after.tags
    gained = [tag for tag in after.tags - before.tags if tag not in COMES_BY_ITSELF]
    unclosed = [tag for tag, count in before.open.items() if count and tag not in NEEDS_NO_END]
    broken = [((f"<{tag}",), say("html-broken", tag=tag)) for tag in dict.fromkeys([*lost, *gained, *unclosed])]
    there, position = squeezed("".join(after.words)), 0
    for words in before.words if not broken else ():
        if not there.startswith(squeezed(words), position):
            return [unclear(words)]
        position += len(squeezed(words))
    return broken


def squeezed(words: str) -> str:
    return "".join(words.split())


def unclear(words: str) -> Complaint:
    start = words.strip().split("\n")[0][:30]
    return (start,), say("html-unclear", words=start)
