"""How deep things stand inside each other in a body, seen before Markdown takes minutes over it."""

from __future__ import annotations

import re

from .limits import NESTING_DEPTH
from .messages import say
from .problems import Fault

# Quotes and numbered lists begun in one line; a list indented that far. (A line of `-` or `*` alone is a rule.)
MARKERS = re.compile(rf"[ \t]*(?:(?:>|\d+[.)])[ \t]*){{{NESTING_DEPTH + 1}}}")
INDENT = re.compile(rf"(?: {{4}}|\t){{{NESTING_DEPTH + 1}}}[ \t]*(?:[-*+>]|\d+[.)])")
BRACKET = re.compile(r"\\.|[\[\]()]")
CLOSES = {"]": "[", ")": "("}


def refuse(body: str, first_line: int) -> None:
    """Raise Fault for the first line of `body`, which starts at `first_line` of its file, that stands too deep.

    Markdown looks for the end of each open bracket through the whole paragraph, so a paragraph of 20,000 of them
    takes it minutes.
    """
    still_open = {"[": 0, "(": 0}
    for number, line in enumerate(body.split("\n"), first_line):
        if not line.strip():
            still_open = dict.fromkeys(still_open, 0)
        for bracket in BRACKET.findall(line):
            if bracket in still_open:
                still_open[bracket] += 1
            elif bracket in CLOSES:
                still_open[CLOSES[bracket]] = max(0, still_open[CLOSES[bracket]] - 1)
            if max(still_open.values()) > NESTING_DEPTH:
                raise Fault(number, say("file-deep"))
        if MARKERS.match(line) or INDENT.match(line):
            raise Fault(number, say("file-deep"))
