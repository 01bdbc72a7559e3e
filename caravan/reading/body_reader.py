"""From the Markdown of a body to safe HTML with holes, with everything that its author should know."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from xml.etree.ElementTree import Element

from markdown.extensions.toc import slugify

from . import markdown, typography
from .audit import Walk, too_deep
from .body import Body
from .freshness import Piece, fingerprint
from .links import Target
from .messages import say
from .problems import Fault
from .references import refuse_long_numbers, tamed
from .sanitize import focusable
from .washing import HOLE, Washed, Washer

BLOCK_ID = re.compile(f' id="{markdown.BLOCK}(\\d+)"')
RAW = re.compile("<[a-zA-Z/!?]")
WORD = re.compile(r"\w[\w'’-]*")
CITED = re.compile(r"r\d+")
TAG = re.compile("<[^>]*>|\ue000[^\ue001]*\ue001")
MARK = re.compile("[a-z0-9_-]+")  # `_` comes from headings that hold one, whose marks are made of their words
MARK_WITH_SLIP = re.compile("#([^{}.=]*)$")
FOOTNOTE = re.compile(r"fn(ref\d*)?-")
FOOTNOTE_NAME = re.compile(r"[\w.-]+")
START = 500  # characters of a paragraph in which its first words are looked for
# Ids that the page around the text uses.
PAGE_IDS = re.compile(r"main|top|sources|contents|call|in-brief|how-sure|read-on|[prsy]\d+")


def plainly(words: str) -> str:
    return " ".join(html.unescape(words).casefold().split())


def as_mark(words: str) -> str:
    """The mark that somebody may have meant."""
    return slugify(words, "-") or "my-mark"


class BodyReader:
    """Turns bodies into safe HTML. Keeps its Markdown converter; use one reader in one thread."""

    def __init__(self):
        self.converter = markdown.make()
        self.washer = Washer()

    def read(self, source: str, folder: str, lang: str, first_line: int) -> tuple[Body, tuple[Piece, ...], list[Fault]]:
        """Read a body in `lang` that starts at `first_line` of a file in `folder` (below content/).

        Returns it with what a translation can be behind with. Raises Fault for what cannot be read at all.
        """
        self.source, self.first_line = source, first_line
        rendered = self.render()
        markup, self.complaints = tamed(rendered.html)
        washed = self.wash(markup, rendered.tree, folder)
        self.complaints += washed.complaints
        safe = self.washer.again(typography.glued(typography.of_html(washed.html, lang)))  # last of all: nothing below adds a tag
        safe = focusable(markdown.even(safe))
        targets = tuple(
            replace(target, line=self.line_of(target.written)) if target.path else target for target in washed.targets
        )
        self.check(rendered)
        self.check_braces(rendered.slips)
        self.check_marks(washed.marks)
        self.check_fragments(targets, {*washed.marks, *(f"s{n}" for n in range(1, len(rendered.cited) + 1))})
        headings = tuple(replace(heading, text=typography.of_plain(heading.text, lang, heading=True)) for heading in rendered.headings)
        words = len(WORD.findall(TAG.sub(" ", safe)))
        # A mark that is no attribute any more fell into an element that cannot stand, such as <noscript>.
        parts = tuple(HOLE.split(BLOCK_ID.sub("\ue000p\\1\ue001", safe).replace(markdown.BLOCK, "")))
        body = Body(parts, targets, headings, rendered.cited, frozenset(washed.marks), words)
        return body, self.pieces(rendered), [Fault(self.line_of(*needles), sentence) for needles, sentence in self.complaints]

    def render(self) -> markdown.Rendered:
        refuse_long_numbers(self.source, self.first_line)
        try:
            return markdown.render(self.converter, self.source)
        except Exception:
            self.converter = markdown.make()  # one that stopped halfway would read the next text differently
            raise

    def wash(self, markup: str, tree: Element | None, folder: str) -> Washed:
        raw = tree is None or RAW.search(self.source) is not None
        before = Walk(markup) if raw else Walk.of_tree(tree)
        deep = too_deep(before, markup)
        if deep:
            needles, sentence = deep
            raise Fault(self.line_of(*needles), sentence)
        return self.washer.wash(markup, before, folder, raw)

    def check(self, rendered: markdown.Rendered) -> None:
        if any(heading.level == 1 for heading in rendered.headings):  # each is named below, and not as a tag
            self.complaints = [found for found in self.complaints if found[1] != say("html-tag", tag="h1")]
        level = 1
        for heading in rendered.headings:
            if heading.level == 1:
                self.complain("heading-one", heading.text, text=heading.text)
            elif heading.level > level + 1:
                self.complain("heading-gap", heading.text, text=heading.text, mark="#" * (level + 1))
            level = max(heading.level, 1)

    def check_fragments(self, targets: tuple[Target, ...], there: set[str]) -> None:
        for target in targets:
            if not target.path and target.fragment not in there:
                self.complain("link-fragment", target.written, fragment=target.fragment)

    def check_marks(self, marks: list[str]) -> None:
        """No two places of a page can have one mark, and citations have made those of the page's own sources."""
        seen: set[str] = set()
        for mark in marks:
            own = PAGE_IDS.fullmatch(mark) and not CITED.fullmatch(mark)
            if FOOTNOTE.match(mark):
                name = FOOTNOTE.sub("", mark)
                if not FOOTNOTE_NAME.fullmatch(name):
                    self.complain("footnote-form", f"[^{name}]", name=name)
            elif not MARK.fullmatch(mark):
                needles = (f"#{mark}", f'"{mark}"', f"id: {mark}", mark)
                self.complaints.append((needles, say("mark-form", id=mark, better=as_mark(mark))))
            elif own or mark in seen:
                self.complain("mark-taken" if own else "mark-twice", mark, id=mark)
            seen.add(mark)

    def check_braces(self, slips: tuple[str, ...]) -> None:
        """What stands in braces behind a heading, a link, … and is no attribute: a mark with a slip, or words."""
        for slip in slips:
            words = markdown.MACHINE.sub("", slip)
            needles = (f"{{{slip}}}", f"{slip}}}", f"{{{words}", slip.partition("\x02")[0], words)
            mark = MARK_WITH_SLIP.match(words)
            if mark:
                wrong = mark[1].strip()
                self.complaints.append((needles, say("mark-form", id=wrong, better=as_mark(wrong))))
            else:
                self.complaints.append((needles, say("braces", words=words.partition("}")[0].strip() or "…")))

    def complain(self, key: str, needle: str, **values: str) -> None:
        self.complaints.append(((needle,), say(key, **values)))

    def line_of(self, *needles: str) -> int:
        """The line of the file where one of `needles` stands first; the body's first line where none can be found."""
        for needle in needles:
            for form in (needle, html.unescape(needle), needle.split("\n")[0]):
                position = self.source.find(form) if form else -1
                if position >= 0:
                    return self.first_line + self.source.count("\n", 0, position)
        # Typed in capitals, with references such as &#106;, or with other blanks
        lines = [plainly(line) for line in self.source.split("\n")]
        for needle in filter(None, map(plainly, needles)):
            for number, line in enumerate(lines, self.first_line):
                if needle in line:
                    return number
        return self.first_line

    def pieces(self, rendered: markdown.Rendered) -> tuple[Piece, ...]:
        """Fingerprint, mark and line of each block; a heading has a mark of its own."""
        found = []
        for words, mark in rendered.blocks:
            start = " ".join(html.unescape(TAG.sub(" ", words[:START])).split()[:6])
            line = self.line_of(words.strip().split("\n")[0][:30])
            found.append(Piece(fingerprint(words), mark.replace(markdown.BLOCK, "p"), start, line))
        return tuple(found)
