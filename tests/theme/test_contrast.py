"""Every pair of colours that meets on a page, in both schemes, against what WCAG 2.2 asks at AAA; docs/design.md says the same."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT

FILES = [path.read_text() for path in (ROOT / "theme" / "static" / "css" / "tokens").glob("*.css")]
DESIGN = (ROOT / "docs" / "design.md").read_text()
TEXT, MARK = 7, 3  # the least ratio for words, and for marks without which something is not understood
PAIRS = {
    ("ink", "paper"): TEXT, ("ink", "leaf"): TEXT, ("soft", "paper"): TEXT, ("red", "paper"): TEXT, ("red", "leaf"): TEXT,
    ("blue", "paper"): TEXT, ("blue", "leaf"): TEXT, ("on-hot", "hot"): TEXT, ("on-banner", "banner"): TEXT, ("paper", "ink"): TEXT,
    ("line", "paper"): MARK, ("line", "leaf"): MARK, ("crowd", "hot"): MARK, ("on-hot", "paper"): MARK,
}  # fmt: skip


def colours() -> dict[str, dict[str, str]]:
    light, dark = {}, {}
    for text in FILES:
        day, _, night = text.partition("prefers-color-scheme")
        light |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", day))
        dark |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", night))
    return {"light": light, "dark": light | dark}


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("pair", "least"), PAIRS.items(), ids=lambda value: "-".join(value) if isinstance(value, tuple) else str(value))
def test_colours_that_meet_can_be_told_apart(scheme, pair, least):
    one, other = (colours()[scheme][name] for name in pair)
    assert ratio(one, other) >= least, f"{pair}: {ratio(one, other):.2f}"


def test_the_design_page_says_what_is_measured():
    for pair in PAIRS:
        measured = " | ".join(f"{ratio(*(colours()[scheme][name] for name in pair)):.1f}" for scheme in ("light", "dark"))
        assert f"| {pair[0]} on {pair[1]} | {measured} |" in DESIGN, f"| {pair[0]} on {pair[1]} | {measured} |"
