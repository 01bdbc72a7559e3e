"""The name of the site as an SVG path, made from the glyphs of the poster font: it looks the same before the font loads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Wordmark:
    """The attributes of an <svg> and of its <path>."""

    view_box: str
    path: str


class GlyphOutlines:
    """The glyph outlines and kerning in `file`, which tools/subset_font.py writes."""

    def __init__(self, file: Path):
        data = json.loads(file.read_text(encoding="utf-8"))
        self.glyphs, self.kerning = data["letters"], data["kerning"]

    def wordmark(self, name: str) -> Wordmark | None:
        """`name` in capitals; None if it is empty or the font lacks one of its letters."""
        letters = name.upper().strip()
        if not letters or not set(letters) <= self.glyphs.keys():
            return None
        path, boxes, position, previous = "", [], 0, ""
        for letter in letters:
            advance, (left, top, right, bottom), contours = self.glyphs[letter]
            position += self.kerning.get(previous + letter, 0)
            path += "".join(f"M{x + position} {y}{rest}z" for x, y, rest in contours)
            boxes.append((left + position, top, right + position, bottom))
            position, previous = position + advance, letter
        lefts, tops, rights, bottoms = zip(*boxes)
        left, top = min(lefts), min(tops)
        return Wordmark(f"{left} {top} {max(rights) - left} {max(bottoms) - top}", path)
