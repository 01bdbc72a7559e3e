"""The body of a text: safe HTML with holes where addresses go, since these differ from page to page."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass

from .links import Target


@dataclass(frozen=True)
class Heading:
    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Body:
    """`parts` alternate: HTML, what belongs into the hole after it, HTML, …

    A hole holds the index of a link's target, `d2` that of a drawing, `p3` for the id of block 3, or `hx` for the link to
    the heading with the id x. `ids`: every id that a link can point to.
    """

    parts: tuple[str, ...]
    targets: tuple[Target, ...]
    headings: tuple[Heading, ...]
    cited: tuple[str, ...]
    ids: frozenset[str]
    words: int

    def html(
        self,
        address: Callable[[Target], str],
        marks: frozenset[str] = frozenset(),
        anchor: str = "",
        drawing: Callable[[Target], str] = lambda target: "",
    ) -> str:
        """The finished HTML, with `address(target)` in the holes of links, and the ids of the blocks in `marks`.

        `anchor`: the HTML of the link to a heading, with {} for its id; `drawing(target)`: that of a drawing.
        """
        whole = list(self.parts)
        for index in range(1, len(whole), 2):
            hole = whole[index]
            if hole[0] == "h":
                whole[index] = anchor.replace("{}", html.escape(hole[1:]), 1)
            elif hole[0] == "d":
                whole[index] = drawing(self.targets[int(hole[1:])])
            elif hole[0] == "p":
                whole[index] = f' id="{hole}"' if hole in marks else ""
            else:
                whole[index] = html.escape(address(self.targets[int(hole)]))
        return "".join(whole)
