"""The name of the site as a drawing: the outlines of the poster face, so that it looks the same before the font is there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Drawing:
    """What an SVG needs: `box` is its viewBox, `path` its one path."""

    box: str
    path: str


class Outlines:
    """The outlines in `file`, which the task `font` writes (caravan/workshop/lettering.py)."""

    def __init__(self, file: Path):
        found = json.loads(file.read_text(encoding="utf-8"))
        self.letters, self.kerning = found["letters"], found["kerning"]

    def drawing(self, name: str) -> Drawing | None:
        """`name` in capitals; None where the face lacks one of its letters, or where there is nothing to draw."""
        capitals = name.upper().strip()
        if not capitals or not set(capitals) <= self.letters.keys():
            return None
        path, boxes, at, before = "", [], 0, ""
        for letter in capitals:
            advance, (left, top, right, bottom), contours = self.letters[letter]
            at += self.kerning.get(before + letter, 0)
            path += "".join(f"M{x + at} {y}{rest}z" for x, y, rest in contours)
            boxes.append((left + at, top, right + at, bottom))
            at, before = at + advance, letter
        left, top, right, bottom = (pick(box[side] for box in boxes) for side, pick in enumerate((min, min, max, max)))
        return Drawing(f"{left} {top} {right - left} {bottom - top}", path)
