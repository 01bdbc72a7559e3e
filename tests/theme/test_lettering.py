"""The poster face holds every letter that titles, headings and the interface need, and stays light."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT
from fontTools.ttLib import TTFont

FONT = ROOT / "theme" / "static" / "fonts" / "poster.woff2"


@pytest.fixture(scope="module")
def letters() -> set[str]:
    return {chr(code) for code in TTFont(FONT).getBestCmap()}


def test_it_weighs_little_and_has_its_licence_beside_it():
    assert FONT.stat().st_size <= 8000
    assert "SIL Open Font License" in (FONT.parent / "LICENCE.txt").read_text()
    assert "SIL OPEN FONT LICENSE" in (FONT.parent / "LICENCE.txt").read_text()


def test_it_has_what_three_languages_and_their_money_need(letters):
    assert set("ñÑ¿¡áéíóúüÁÉÍÓÚÜ«»–—‘’“”·°×₱$…\u00a0") <= letters


def test_it_has_every_letter_of_titles_headings_and_menus(letters):
    for path in (ROOT / "content").glob("*/*/*.md"):
        text = path.read_text()
        lines = [*re.findall(r"(?m)^title: (.*)$", text), *re.findall(r"(?m)^##+ (.*?)(?: \{#.*\})?$", text)]
        assert set("".join(lines).replace('"', "").replace("'", "’")) <= letters, path
    for path in (ROOT / "theme" / "translations").glob("*.po"):
        words = "".join(re.findall(r'(?m)^msgstr (?:\[\d\] )?"(.*)"$', path.read_text()))
        assert set(re.sub(r"\{\w+\}|\\.", "", words)) - letters <= set('"\'<>@_[]{}'), path
