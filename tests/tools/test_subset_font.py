"""The headline font has every character of titles, headings and the interface, and stays small."""

from __future__ import annotations

import json
import re

import lxml.html
import pytest
from conftest import FIXTURE_CONTENT, ROOT
from fontTools.ttLib import TTFont

from caravan.site.templates import Theme, wordmark
from tools.subset_font import UNIT

FONT = ROOT / "theme" / "static" / "fonts" / "poster.woff2"
OUTLINES = FONT.with_name("outlines.json")


@pytest.fixture(scope="module")
def characters() -> set[str]:
    return {chr(code) for code in TTFont(FONT).getBestCmap()}


def test_it_is_small_and_has_a_licence():
    assert FONT.stat().st_size <= 8000
    assert "SIL Open Font License" in (FONT.parent / "LICENCE.txt").read_text()
    assert "SIL OPEN FONT LICENSE" in (FONT.parent / "LICENCE.txt").read_text()


def test_it_has_the_characters_of_three_languages_and_their_currencies(characters):
    assert set("ñÑ¿¡áéíóúüÁÉÍÓÚÜ«»–—‘’“”·°×₱$…\u00a0") <= characters


@pytest.mark.parametrize(("language", "letters"), [
    ("French", "àâæçéèêëîïôœùûüÿ"), ("Portuguese", "áâãàçéêíóôõú"), ("Haitian Creole", "àèéò"), ("Spanish", "áéíñóúü"), ("Filipino", "ñ"),
])  # fmt: skip
def test_it_has_the_letters_of_a_language_in_capitals_too(characters, language, letters):
    assert set(letters + letters.upper()) <= characters
    assert set(letters.upper()) <= json.loads(OUTLINES.read_text())["letters"].keys()


def test_it_has_every_character_of_titles_headings_and_menus(characters):
    for path in FIXTURE_CONTENT.glob("*/*/*.md"):
        text = path.read_text()
        lines = [*re.findall(r"(?m)^title: (.*)$", text), *re.findall(r"(?m)^##+ (.*?)(?: \{#.*\})?$", text)]
        assert set("".join(lines).replace('"', "").replace("'", "’")) <= characters, path
    for path in (ROOT / "theme" / "translations").glob("*.po"):
        translated = "".join(re.findall(r'(?m)^msgstr (?:\[\d\] )?"(.*)"$', path.read_text()))
        assert set(re.sub(r"\{\w+\}|\\.", "", translated)) - characters <= set('"\'<>@_[]{}'), path


def test_the_width_that_stand_ins_are_measured_by_is_the_one_of_the_face():
    font, css = TTFont(FONT), (ROOT / "theme" / "static" / "css" / "tokens" / "tokens.css").read_text()
    [fit] = re.findall(r"--fit: ch-width ([.\d]+)", css)
    assert font["hmtx"][font.getBestCmap()[ord("0")]][0] / font["head"].unitsPerEm == float(fit)


def test_each_stand_in_has_its_own_size_and_the_face_s_ascent_and_descent():
    """For browsers that know `size-adjust` and not `font-size-adjust: ch-width`."""
    css, sizes = (ROOT / "theme" / "static" / "css" / "tokens" / "tokens.css").read_text(), []
    ascent, descent = (abs(getattr(TTFont(FONT)["hhea"], side)) / 1000 for side in ("ascent", "descent"))
    for rules in re.findall(r"@font-face \{([^}]*local\([^}]*)\}", css):
        size, above, below, gap = (float(re.search(rf"{name}: ([\d.]+)%", rules)[1]) / 100 for name in
                                   ("size-adjust", "ascent-override", "descent-override", "line-gap-override"))  # fmt: skip
        assert abs(size * above - ascent) < 0.01 and abs(size * below - descent) < 0.01 and gap == 0 and "font-weight: 100 900" in rules
        sizes.append(size)
    assert len(sizes) == len(set(sizes)) >= 5


def test_the_outlines_are_those_of_the_face():
    font, outlines = TTFont(FONT), json.loads(OUTLINES.read_text())
    for letter, (advance, _box, contours) in outlines["letters"].items():
        glyph = font.getGlyphSet()[font.getBestCmap()[ord(letter)]]
        assert letter == "0" or abs(advance - glyph.width / UNIT) <= 0.5, letter
        assert contours or letter in " \u00a0"
    assert wordmark(outlines, "Av") != wordmark(outlines, "A v")


@pytest.mark.parametrize("name", ["Caravan", "Ñandú y Cía.", "Bus 2", "a"])
def test_a_name_that_the_face_has_the_letters_of_is_drawn(name):
    markup = str(Theme(ROOT / "theme").component("nameplate", "en")(name, "A tagline.", ()))
    [heading] = lxml.html.fromstring(markup).xpath("//h1")
    [svg] = heading.xpath("svg[@aria-hidden='true']")
    assert heading.text_content() == name
    assert all(float(number) for number in svg.get("viewbox").split()[2:])


@pytest.mark.parametrize("name", ["Караван", "Caravan ☮", "قافلة", "Łódź"])
def test_another_name_is_written(name):
    markup = str(Theme(ROOT / "theme").component("nameplate", "en")(name, "A tagline.", ()))
    [heading] = lxml.html.fromstring(markup).xpath("//h1")
    assert heading.text_content() == name and not heading.xpath("svg")
