"""From Markdown's HTML to safe HTML: links of ours become holes, and an author hears of everything that is lost."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass, field

from .audit import Complaint, Walk, complaints
from .links import DRAWINGS, Target, resolve
from .markdown import BLOCK
from .messages import say
from .sanitize import LINKS, ROLES, Sanitizer, is_class

# Private-use characters: no text can hold them (source.py and references.py), so no author can write a hole.
HOLE = re.compile("\ue000([pd]?\\d+|h[^\ue001]+)\ue001")

DRAWING = re.compile("\ue000d([^\ue001]*)\ue001")

Attribute = tuple[str, str, str]  # tag, name, value


@dataclass
class Washed:
    """Safe HTML with holes, where these lead (`Target`s without line), its ids, and what its author should know."""

    html: str = ""
    targets: list[Target] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)


class Washer:
    """Washes one HTML after the other; use one in one thread."""

    def __init__(self):
        self.sanitizer = Sanitizer(self.attribute)
        self.again = self.sanitizer.again

    def wash(self, markup: str, before: Walk, folder: str, raw: bool = True) -> Washed:
        """Make `markup` safe; `before` is the walk through it, `folder` the one of its file (below content/).

        Without `raw` no tag in it is the author's own: then Markdown has opened and closed them all as it should.
        """
        self.folder, self.made = folder, Washed()
        self.reached: list[Attribute] = []
        self.made.html = self.sanitizer.clean(markup)
        lost = self.lost_links(before)
        known = Counter((tag, name) for tag, name, _ in self.reached + lost)
        self.made.complaints += [self.why_lost(value) for _, _, value in lost]
        self.made.complaints += complaints(before, Walk(self.made.html) if raw else None, known)
        self.made.html = DRAWING.sub(self.drawing, self.made.html)
        return self.made

    def attribute(self, tag: str, name: str, value: str) -> str | None:
        """Called by the sanitizer for each attribute that may stay; returns what it becomes, or None.

        Short and without anything that can fail: what is raised in here is lost, and the attribute with it.
        """
        self.reached.append((tag, name, value))
        if name == "class":
            return " ".join(filter(is_class, value.split())) or None
        if name == "role":
            return value if value in ROLES else None
        if name == "id" and not value.startswith(BLOCK):
            self.made.marks.append(value)
        return self.link(name, value) if (tag, name) in LINKS else value

    def link(self, name: str, value: str) -> str | None:
        """An address: as it is where it leads outside, a hole where it is ours, None where it is wrong."""
        target = resolve(value, self.folder)
        if target is None and name == "src":
            target = say("picture-outside", link=value)
        if isinstance(target, str):
            self.made.complaints.append(((value,), target))
            return None
        if target is None:
            return value
        self.made.targets.append(target)
        return f"\ue000{len(self.made.targets) - 1}\ue001"

    def drawing(self, found: re.Match) -> str:
        """The hole for a drawing, which is a target like a link's."""
        name = html.unescape(found[1])
        self.made.targets.append(Target(f"{DRAWINGS}/{name}", "", f"drawing | {name}", 0))
        return f"\ue000d{len(self.made.targets) - 1}\ue001"

    def lost_links(self, before: Walk) -> list[Attribute]:
        """Links that the sanitizer took out before `attribute` saw them, for their scheme or their form."""
        asked = [link for link in before.attributes if link[:2] in LINKS]
        if len(asked) <= sum(link[:2] in LINKS for link in self.reached):
            return []
        reached = set(self.reached)
        return [link for link in asked if link not in reached and not isinstance(resolve(link[2], self.folder), Target)]

    def why_lost(self, value: str) -> Complaint:
        return (value,), resolve(value, self.folder) or say("link-broken", link=value)
