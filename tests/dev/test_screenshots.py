"""Contact sheets show what was asked for; a wrong word gets a sentence."""

from __future__ import annotations

import contextlib
import struct

import pytest
from conftest import serve_folder
from invoke import Exit

from caravan.dev import screenshots

LANGS = ("en", "es", "fil")
NOTHING = {"pages": "", "widths": "", "schemes": "", "languages": ""}


def wanted(site, whole=False, **words):
    return screenshots.wanted(site, "en", LANGS, {**NOTHING, **words}, whole)


def test_without_words_the_whole_site_is_shown(site):
    wish = wanted(site)
    assert (wish.widths, wish.schemes, wish.languages) == ((320, 390, 768, 1280, 1920), ("light", "dark"), LANGS)
    assert all((site / screenshots.place("en", "en", page)).is_file() for page in wish.pages)


@pytest.mark.parametrize(
    ("word", "value", "said"),
    [
        ("pages", "about,nowhere", "There is no page /nowhere/; write addresses"),
        ("widths", "320,wide", "wide is not a width; write pixels from 200 to 4000"),
        ("widths", "12", "12 is not a width"),
        ("schemes", "dusk", "dusk is not a scheme; write some of light,dark"),
        ("languages", "tl", "tl is not a language of this site; write some of en,es,fil"),
    ],
)
def test_a_wrong_word_gets_a_sentence(site, word, value, said):
    with pytest.raises(Exit, match=said):
        wanted(site, **{word: value})


def test_addresses_are_taken_as_people_type_them(site):
    assert wanted(site, pages="home, /about ,calls/caravan-to-apec/,404.html").pages == (
        "", "about/", "calls/caravan-to-apec/", "404.html"
    )  # fmt: skip


def test_a_sheet_for_each_page_and_scheme_with_a_row_for_each_language(site, browser, monkeypatch, tmp_path):
    monkeypatch.setattr(screenshots.browser, "open_browser", lambda: contextlib.nullcontext(browser))
    wish = wanted(site, pages="about,404.html", widths="320,800", languages="en,es")
    with serve_folder(site) as at:
        sheets = screenshots.take(site, at, "en", wish, tmp_path / "shots")
    assert sorted(path.name for path in sheets) == ["404-dark.png", "404-light.png", "about-dark.png", "about-light.png"]
    sizes = {path.name: struct.unpack(">II", path.read_bytes()[16:24]) for path in sheets}
    assert sizes["about-dark.png"][0] == 240 + 400 + 3 * 16
    assert sizes["about-dark.png"][1] > 2 * 800 and sizes["about-light.png"] == sizes["about-dark.png"]
    assert (tmp_path / "shots" / "about-light.png").read_bytes() != (tmp_path / "shots" / "about-dark.png").read_bytes()
