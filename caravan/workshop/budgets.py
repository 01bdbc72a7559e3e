"""How heavy a page may be: every limit of the site, once, with its reason.

Bytes are those that travel: gzip -9 for text, as they are for fonts and pictures. 1 kB is 1,000 bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

LONG = 1200  # words of the article that the limits are about
# What a further word costs: the slope of HTML and CSS over the words of the site's articles in three languages.
BYTES_A_WORD = 2.6


@dataclass(frozen=True)
class Limit:
    """`measure` is a field of weight.Weight, `of` the pages it holds for: article, pictured, home, list or every.

    `goal` is what we want where `most` is more: a page over it is named, and does not fail. The way there, and what
    stands in it, is in docs/design.md.
    """

    measure: str
    of: str
    most: int
    name: str
    reason: str
    goal: int = 0


LIMITS = (
    Limit("without_sources", "article", 12_200, "HTML and CSS without the list of sources",
          "the lightest peer needs 6.9 kB for the same words with far fewer features", goal=10_000),
    Limit("whole", "article", 15_700, "HTML and CSS", "one round trip: the first packets of a connection hold about 14 kB",
          goal=13_500),
    Limit("whole", "list", 20_000, "HTML and CSS", "a list grows with the texts; over this it must be paged"),
    Limit("total", "article", 23_600, "all bytes", "two seconds on the slowest line that is measured", goal=20_000),
    Limit("total", "pictured", 36_000, "all bytes with one picture", "the best peer with a picture needs 48.1 kB"),
    Limit("total", "home", 16_000, "all bytes", "the door must open first on a bad line"),
    Limit("head", "every", 6_000, "the head with its style", "the first screen must come with the first packets"),
    Limit("font", "every", 8_000, "the headline font", "League Gothic has three languages in mixed case in 5.4 kB"),
    Limit("script", "every", 2_000, "the script", "it is never needed, so it must cost next to nothing"),
    Limit("requests", "every", 3, "requests", "each one waits for the line: page, font, script"),
    Limit("elsewhere", "every", 0, "requests to other hosts", "they would learn who reads what"),
    Limit("blocking", "every", 0, "styles and scripts that block the page", "words come first"),
)  # fmt: skip


def allowed(limit: Limit, words: int, wanted: bool = False) -> int:
    """The limit (or the goal that is `wanted`) for a page of `words` words: a longer article may have their bytes more."""
    most = limit.goal if wanted and limit.goal else limit.most
    if limit.of in ("article", "pictured") and limit.measure in ("without_sources", "whole", "total"):
        return most + round(max(0, words - LONG) * BYTES_A_WORD)
    return most
