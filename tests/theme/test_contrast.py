"""The contrast of every pair of colours in both schemes (WCAG 2.2, level AAA), and the table of them in docs/design.md."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT

TOKEN_FILES = [path.read_text() for path in (ROOT / "theme" / "static" / "css" / "tokens").glob("*.css")]
DESIGN = (ROOT / "docs" / "design.md").read_text()
TEXT, GRAPHIC = 7, 3  # minimum ratios: text (1.4.6), graphics that are needed to understand the content (1.4.11)
PAIRS = {
    ("ink", "paper"): TEXT, ("ink", "tint"): TEXT, ("muted", "paper"): TEXT, ("red", "paper"): TEXT, ("red", "tint"): TEXT,
    ("blue", "paper"): TEXT, ("blue", "tint"): TEXT, ("on-highlight", "highlight"): TEXT, ("on-banner", "banner"): TEXT, ("paper", "ink"): TEXT,
    ("line", "paper"): GRAPHIC, ("line", "tint"): GRAPHIC, ("crowd", "highlight"): GRAPHIC, ("on-highlight", "paper"): GRAPHIC,
}  # fmt: skip


def colours() -> dict[str, dict[str, str]]:
    light, dark = {}, {}
    for css in TOKEN_FILES:
        light_css, _, dark_css = css.partition("prefers-color-scheme")
        light |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light_css))
        dark |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", dark_css))
    return {"light": light, "dark": light | dark}


def luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("pair", "minimum"), PAIRS.items(), ids=lambda value: "-".join(value) if isinstance(value, tuple) else str(value))
def test_contrast(scheme, pair, minimum):
    first, second = (colours()[scheme][name] for name in pair)
    assert contrast(first, second) >= minimum, f"{pair}: {contrast(first, second):.2f}"


def test_the_table_in_design_md_is_up_to_date():
    for pair in PAIRS:
        ratios = " | ".join(f"{contrast(*(colours()[scheme][name] for name in pair)):.1f}" for scheme in ("light", "dark"))
        assert f"| {pair[0]} on {pair[1]} | {ratios} |" in DESIGN, f"| {pair[0]} on {pair[1]} | {ratios} |"
