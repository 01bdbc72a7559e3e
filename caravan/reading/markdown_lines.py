"""The lines of a body in the form in which Python-Markdown reads the blocks that GitHub shows.

Organizers trust the preview of the git host. Python-Markdown wants an empty line before lists and tables, and four spaces
below a list item, where GitHub takes what it is given. `read_lines` finds the blocks by GitHub's rules and writes them in
Python-Markdown's form. It also reports blocks that would lose text or swallow the rest of the body.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from caravan.reading.limits import NESTING_DEPTH
from caravan.reading.problems import Fault, Severity, format_message

Line = tuple[int, str]  # its number in the file, and its text without the marks of the blocks around it

BLOCK_NAMES = ("note", "drawing", "caption", "details")
ALERT = re.compile(r" {0,3}> *\[!(note|tip|important|warning|caution)\] *", re.IGNORECASE)
ALERT_FENCE = "/" * 30  # longer than any that a person types
FENCE = re.compile(r"( {0,3})(`{3,}(?=[^`]*$)|~{3,})(.*)")
FENCE_WORDS = re.compile(r" *(\{.*\}|[\w#.+-]*)")  # an attribute list or a language; GitHub does not show what follows either
DIAGRAM = re.compile(r" *(mermaid|geojson|topojson|stl|math)\b")
QUOTE = re.compile(r" {0,3}>( ?)")
RULE = re.compile(r" {0,3}([-*_])(?: *\1){2,} *")
ITEM = re.compile(r"( {0,3})([-+*]|\d{1,9}[.)])(?:( +)(?=\S)| *$)")
DEFINITION = re.compile(r" {0,3}(\[\^[^\]]+\]:|:(?= {1,3}\S)) *")  # of a footnote or a term
UNDERLINE = re.compile(r" {0,3}(?:=+|-+) *")
BLOCK = re.compile(r" {0,3}(/{3,}) *([^\s|]*) *([^|]*?) *(\|.*)?")
DELIMITERS = re.compile(r" {0,3}\|?(?: *:?-+:? *\|)+(?: *:?-+:?)? *")
CODE_IN_CELL = re.compile(r"(`+)(?:(?!\1).)+\1")
CELL_END = re.compile(rf"\\.|{CODE_IN_CELL.pattern}|(\|)")
GLUED_HEADING = re.compile(r" {0,3}(#{2,6})(?:[^#\s]|\xa0)")
NUMBER = re.compile(r"( *\d+)([.)] )")
# What ends a paragraph without an empty line. A list does so only if it starts with 1, so that a year can begin a line.
INTERRUPTS = re.compile(r" {0,3}(?:`{3}[^`]*$|~{3}|>|#{1,6}(?: |$)|[-+*] +\S|1[.)] +\S|/{3}|\[\^[^\]]+\]:)")
PLAIN = re.compile(r" {0,3}[^\W\d_][^|]*")  # a line that can only be a part of a paragraph


def read_lines(lines: list[str], first_line: int, store: Callable[[str], str]) -> tuple[list[str], list[Fault]]:
    """The lines (without tabs) for Python-Markdown, and their faults. Raises Fault for blocks that are nested too deep.

    `store` keeps finished HTML and returns the line that stands for it.
    """
    body = Container(list(enumerate(lines, first_line)), store, [])
    return body.read(), body.faults


def cell_count(row: str) -> int:
    row = row.strip().removeprefix("|")
    ends = [match.end() for match in CELL_END.finditer(row) if match[2]]
    return len(ends) + (ends[-1:] != [len(row)])


class Container:
    """The lines of the body, or of what a quote, a list item or a footnote holds. `faults` are added to."""

    def __init__(self, lines: list[Line], store: Callable[[str], str], faults: list[Fault], depth: int = 0, in_item: bool = False):
        self.lines, self.store, self.faults, self.depth, self.in_item = lines, store, faults, depth, in_item
        self.out: list[str] = []
        self.paragraph = 0  # the number of lines of the paragraph that the last line belongs to
        self.opened: list[tuple[int, str]] = []  # `///` blocks without end: line and slashes

    def report(self, line: int, key: str, severity: Severity = "error", **values: object) -> None:
        self.faults.append(Fault(line, format_message(key, **values), severity))

    def read(self) -> list[str]:
        if self.depth > NESTING_DEPTH:
            raise Fault(self.lines[0][0], format_message("file-deep"))
        index = 0
        while index < len(self.lines):
            number, text = self.lines[index]
            if not PLAIN.fullmatch(text) and (end := self.read_block(index, number, text)):
                index, self.paragraph = end, 0
            else:
                self.read_text(number, text)
                index += 1
        while self.opened:
            self.close(*self.opened.pop())
        return self.out

    def read_block(self, index: int, number: int, text: str) -> int:
        """Read the block that starts at `index`; returns the index behind it, 0 if the line is a part of a paragraph."""
        words = text.strip()
        if not words or words == "\\":  # editors with buttons write a backslash for an empty line
            if words and self.paragraph:
                self.out[-1] = self.out[-1].removesuffix("\\")
            self.out.append("")
            return index + 1
        if not self.paragraph and text.startswith("    "):
            return self.read_indented(index)
        if match := FENCE.fullmatch(text):
            return self.read_fence(index, match)
        if QUOTE.match(text):
            return self.read_quote(index)
        if self.paragraph and UNDERLINE.fullmatch(text):
            if self.paragraph > 1:
                self.report(number, "heading-underlined", mark=words)
            self.out.append(text)
            return index + 1
        if RULE.fullmatch(text):
            self.separate()
            self.out.append(text)
            return index + 1
        if (match := ITEM.match(text)) and not (self.paragraph and not INTERRUPTS.match(text)):
            return self.read_list(index)
        if match := DEFINITION.match(text):
            self.separate(match[1] != ":")
            end, inner = self.take(index, 4, match.end())
            self.nest(f"{match[1]} " if match[1] != ":" else ":   ", inner, False)
            return end
        if match := BLOCK.fullmatch(text):
            return self.read_slashes(index, match)
        below = self.lines[index + 1][1] if index + 1 < len(self.lines) else ""
        if "|" in text and DELIMITERS.fullmatch(below) and not self.starts_block(text):
            return self.read_table(index)
        if match := GLUED_HEADING.match(text):
            self.report(number, "heading-glued", "warning", mark=match[1])
        return 0

    def separate(self, wanted: bool = True) -> None:
        """An empty line, unless there is one."""
        if wanted and self.out and self.out[-1]:
            self.out.append("")

    def read_text(self, number: int, text: str) -> None:
        if self.paragraph and self.depth:
            text = NUMBER.sub(r"\1\\\2", text, count=1) if NUMBER.match(text) else text
        elif not self.paragraph:
            self.separate()
        self.out.append(text)
        self.paragraph = 0 if re.match(" {0,3}#{1,6}(?: |$)", text) else self.paragraph + 1

    def read_indented(self, index: int) -> int:
        """Words behind four spaces, which become code."""
        self.report(self.lines[index][0], "indent-code")
        self.separate()
        while index < len(self.lines) and (self.lines[index][1].startswith("    ") or not self.lines[index][1].strip()):
            self.out.append(self.lines[index][1])
            index += 1
        return index

    def read_fence(self, index: int, match: re.Match) -> int:
        start, (indent, fence, words) = index, match.groups()
        closing = re.compile(rf" {{0,3}}{fence[0]}{{{len(fence)},}} *")
        content = []
        for _number, text in self.lines[start + 1 :]:
            index += 1
            if closing.fullmatch(text):
                break
            content.append(text[min(len(indent), len(text) - len(text.lstrip(" "))) :])
        else:
            self.report(self.lines[start][0], "fence-open", fence=fence)
        if diagram := DIAGRAM.match(words):
            self.report(self.lines[start][0], "fence-diagram", "warning", name=diagram[1])
        self.separate()
        if self.depth:  # Python-Markdown knows such fences only outside of lists and quotes
            self.out.append(self.store(f"<pre><code>{html.escape(chr(10).join([*content, '']), quote=False)}</code></pre>"))
        else:
            self.out += [f"{fence}{FENCE_WORDS.match(words)[0]}", *content, fence]
        return index + 1

    def read_quote(self, index: int) -> int:
        start, inner = index, []
        while index < len(self.lines):
            number, text = self.lines[index]
            if match := QUOTE.match(text):
                inner.append((number, text[match.end() :]))
            elif text.strip() and inner[-1][1].strip() and not self.starts_block(text):
                inner.append((number, text))
            else:
                break
            index += 1
        self.separate()
        alert = ALERT.fullmatch(self.lines[start][1])
        if alert:  # the page fills in the word
            self.out += [f"{ALERT_FENCE} note | \ue000w{alert[1].lower()}\ue001", "", *self.inner(inner[1:]), "", ALERT_FENCE]
        else:
            self.out += [f"> {text}" if text else ">" for text in self.inner(inner)]
        return index

    def starts_block(self, text: str) -> bool:
        return bool(INTERRUPTS.match(text) or ITEM.match(text) or RULE.fullmatch(text))

    def inner(self, lines: list[Line], in_item: bool = False) -> list[str]:
        return Container(lines, self.store, self.faults, self.depth + 1, in_item).read()

    def take(self, index: int, offset: int, first: int) -> tuple[int, list[Line]]:
        """The lines of a block that starts in line `index` behind `first` and holds what is indented by `offset`."""
        number, text = self.lines[index]
        lines, index = [(number, text[first:])], index + 1
        while index < len(self.lines):
            number, text = self.lines[index]
            if text.startswith(" " * offset):
                lines.append((number, text[offset:]))
            elif not text.strip():
                lines.append((number, ""))
            elif lines[-1][1].strip() and not self.starts_block(text) and not DEFINITION.match(text):
                lines.append((number, text.lstrip()))
            else:
                break
            index += 1
        while not lines[-1][1].strip() and len(lines) > 1:
            lines.pop()
            index -= 1
        return index, lines

    def nest(self, mark: str, lines: list[Line], in_item: bool) -> None:
        first, *others = self.inner(lines, in_item) or [""]
        self.out += [mark + first, *(f"    {text}" if text else "" for text in others)]

    def read_list(self, index: int) -> int:
        """A list: items whose marks are of one type."""
        self.separate(not (self.in_item and self.paragraph))
        before, loose = "", False
        while index < len(self.lines):
            number, text = self.lines[index]
            match = ITEM.match(text)
            if not match or RULE.fullmatch(text):
                break
            indent, mark, blanks = match.groups()
            if before and mark[-1] != before[-1]:
                if (mark[-1] in ".)") == (before[-1] in ".)"):
                    self.report(number, "list-mark", "warning", mark=mark, before=before)
                else:
                    self.separate()
            before = mark
            offset = len(indent) + len(mark) + (len(blanks) if blanks and len(blanks) < 5 else 1)
            self.separate(loose)
            index, inner = self.take(index, offset, offset)
            loose = any(not words.strip() or FENCE.match(words) for _, words in inner[1:])
            mark = mark.replace(")", ".") if inner[0][1] or len(inner) > 1 or mark != "-" else "*"  # - alone underlines
            self.nest(f"{mark} ".ljust(4), inner, True)
            while index < len(self.lines) and not self.lines[index][1].strip():
                self.out.append("")
                index += 1
        return index

    def read_slashes(self, index: int, match: re.Match) -> int:
        """The first or last line of a `///` block."""
        slashes, name, words, argument = match.groups()
        number = self.lines[index][0]
        if not name:
            if slashes in [fence for _, fence in self.opened]:
                while self.opened[-1][1] != slashes:
                    self.close(*self.opened.pop())
                self.opened.pop()
                self.separate()
                self.out.append(slashes)
            else:
                self.report(number, "block-end", mark=slashes)
            return index + 1
        if name.lower() not in BLOCK_NAMES or words or (name.lower() == "drawing" and not (argument or "").strip(" |")):
            known = name.lower() in BLOCK_NAMES
            example = f"{slashes} {name.lower()} | {words or '…'}"
            self.report(number, "block-form" if known else "block-name", name=name, example=example, names=", ".join(BLOCK_NAMES))
            argument, name = f"| {words}", "note"  # so that its end is found
        while self.opened and len(self.opened[-1][1]) <= len(slashes):
            self.close(*self.opened.pop())
        self.opened.append((number, slashes))
        self.separate()
        self.out.append(f"{slashes} {name} {argument or ''}")
        index += 1
        while index < len(self.lines) and self.lines[index][1].startswith("    "):  # options
            self.out.append(self.lines[index][1])
            index += 1
        return index

    def close(self, number: int, slashes: str) -> None:
        self.report(number, "block-open", mark=slashes)
        self.separate()
        self.out.append(slashes)

    def read_table(self, index: int) -> int:
        columns = cell_count(self.lines[index][1])
        number, delimiters = self.lines[index + 1]
        if cell_count(delimiters) != columns:
            self.report(number, "table-delimiters", has=cell_count(delimiters), wanted=columns)
            return 0
        self.separate()
        while index < len(self.lines):
            number, text = self.lines[index]
            if not text.strip() or self.starts_block(text):
                break
            if cell_count(text) > columns:
                self.report(number, "table-cells", has=cell_count(text), wanted=columns)
            self.out.append(CODE_IN_CELL.sub(lambda match: match[0].replace("\\|", "|"), text.strip()))
            index += 1
        return index
