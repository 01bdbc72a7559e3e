"""The body of a text: safe HTML with holes where addresses go, since these differ from page to page."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from . import markdown, typography
from .audit import audit
from .freshness import Piece, fingerprint
from .links import Target, resolve
from .markdown import Heading
from .messages import say
from .problems import Fault
from .sanitize import CLASSES, Sanitizer

# Private-use characters: no text can hold them (source.py refuses them), so no author can write a hole.
HOLE = re.compile("\ue000(p?\\d+)\ue001")
BLOCK_ID = re.compile(' id="\ue002(\\d+)"')
IDS = re.compile(r'\sid="([^"]+)"')
WORD = re.compile(r"\w[\w'’-]*")
# Where HTML of the author's may hide: tags, comments and lists of attributes.
MARKUP = re.compile(r"<[a-zA-Z/!?]|\{")
CITED = re.compile(r"r\d+")
TAG = re.compile(r"<[^>]*>")
# Ids that the page around the text uses.
PAGE_IDS = re.compile(r"main|top|sources|contents|call|in-brief|how-sure|read-on|[prsy]\d+")


@dataclass(frozen=True)
class Body:
    """`parts` alternate: HTML, what belongs into the hole after it, HTML, …

    A hole holds the index of a link's target, or `p3` for the id of block 3. `ids`: every id that a link can point
    to. `pieces`: what a translation can be behind with.
    """

    parts: tuple[str, ...]
    targets: tuple[Target, ...]
    headings: tuple[Heading, ...]
    cited: tuple[str, ...]
    ids: frozenset[str]
    pieces: tuple[Piece, ...]
    words: int

    def html(self, address: Callable[[Target], str], marks: frozenset[str] = frozenset()) -> str:
        """The finished HTML, with `address(target)` in the holes of links, and the ids of the blocks in `marks`."""
        whole = list(self.parts)
        for index in range(1, len(whole), 2):
            hole = whole[index]
            if hole[0] == "p":
                whole[index] = f' id="{hole}"' if hole in marks else ""
            else:
                whole[index] = html.escape(address(self.targets[int(hole)]))
        return "".join(whole)


class BodyReader:
    """Turns bodies into safe HTML. Keeps its Markdown converter; use one reader in one thread.

    `sources`: the ids that can be cited, or None where they are not known.
    """

    def __init__(self, sources: frozenset[str] | None):
        self.sources = sources
        self.converter = markdown.make()
        self.sanitizer = Sanitizer(self.attribute)

    def read(self, source: str, folder: str, lang: str, first_line: int) -> tuple[Body, list[Fault]]:
        """Read a body in `lang` that starts at `first_line` of a file in `folder` (below content/)."""
        self.source, self.folder, self.first_line = source, folder, first_line
        self.targets: list[Target] = []
        self.faults: list[Fault] = []
        rendered = markdown.render(self.converter, source)
        safe = self.sanitizer.clean(typography.of_html(rendered.html, lang))
        marks = [html.unescape(found) for found in IDS.findall(safe) if found[0] != markdown.BLOCK]
        ids = frozenset(marks)
        for needle, complaint in audit(rendered.html, safe) if MARKUP.search(source) else ():
            self.faults.append(Fault(self.line_of(needle), complaint))
        self.check(rendered, ids)
        self.check_marks(marks)
        headings = tuple(replace(heading, text=typography.of_plain(heading.text, lang)) for heading in rendered.headings)
        words = len(WORD.findall(TAG.sub(" ", safe)))
        parts = tuple(HOLE.split(BLOCK_ID.sub("\ue000p\\1\ue001", safe)))
        body = Body(parts, tuple(self.targets), headings, rendered.cited, ids, self.pieces(rendered), words)
        return body, self.faults

    def attribute(self, tag: str, name: str, value: str) -> str | None:
        """Called by the sanitizer for each attribute that may stay: addresses of ours become holes."""
        if name == "class":
            kept = [word for word in value.split() if word in CLASSES or word.startswith("language-")]
            return " ".join(kept) or None
        if (tag, name) not in {("a", "href"), ("img", "src")}:
            return value
        target = resolve(value, self.folder)
        line = self.line_of(value)
        if isinstance(target, str):
            self.faults.append(Fault(line, target))
            return None
        if target is None:
            if name == "src":
                self.faults.append(Fault(line, say("picture-outside", link=value)))
                return None
            return value
        self.targets.append(replace(target, line=line))
        return f"\ue000{len(self.targets) - 1}\ue001"

    def check(self, rendered: markdown.Rendered, ids: frozenset[str]) -> None:
        for name in rendered.cited:
            if self.sources is not None and name not in self.sources:
                self.faults.append(Fault(self.line_of(f"[@{name}]"), say("source-unknown", name=name)))
        level = 1
        for heading in rendered.headings:
            line = self.line_of(heading.text)
            if heading.level == 1:
                self.faults.append(Fault(line, say("heading-one", text=heading.text)))
            elif heading.level > level + 1:
                self.faults.append(Fault(line, say("heading-gap", text=heading.text, mark="#" * (level + 1))))
            level = max(heading.level, 1)
        for link in re.findall(r'href="#([^"]*)"', rendered.html):
            fragment = html.unescape(link)
            if fragment not in ids and not re.fullmatch(r"s\d+", fragment):
                self.faults.append(Fault(self.line_of(f"#{fragment}"), say("link-fragment", fragment=fragment)))

    def check_marks(self, marks: list[str]) -> None:
        """No two places of a page can have one mark, and citations have made those of the page's own sources."""
        seen: set[str] = set()
        for mark in marks:
            own = PAGE_IDS.fullmatch(mark) and not CITED.fullmatch(mark)
            if own or mark in seen:
                self.faults.append(Fault(self.line_of(mark), say("mark-taken" if own else "mark-twice", id=mark)))
            seen.add(mark)

    def line_of(self, needle: str) -> int:
        """The line of the file where `needle` stands first; the body's first line where it cannot be found."""
        for form in (needle, html.unescape(needle), needle.split("\n")[0]):
            position = self.source.find(form)
            if form and position >= 0:
                return self.first_line + self.source.count("\n", 0, position)
        return self.first_line

    def pieces(self, rendered: markdown.Rendered) -> tuple[Piece, ...]:
        """Fingerprint, mark and line of each block; a heading has a mark of its own."""
        found = []
        for number, (words, mark) in enumerate(rendered.blocks, 1):
            own = mark and not mark.startswith(markdown.BLOCK)
            start = " ".join(words.split()[:6])
            line = self.line_of(words.strip().split("\n")[0][:30])
            found.append(Piece(fingerprint(words), mark if own else f"p{number}", start, line))
        return tuple(found)
