"""The contact sheets: their options, and what is written."""

from __future__ import annotations

import contextlib
import struct

import pytest
from conftest import serve_folder
from invoke import Exit

from tools import screenshots

LANGS = ("en", "es", "fil")
NOTHING = {"pages": "", "widths": "", "schemes": "", "languages": ""}


def parse(site, whole=False, **options):
    return screenshots.parse_options(site, "en", LANGS, {**NOTHING, **options}, whole)


def test_by_default_the_whole_site_is_shown(site):
    options = parse(site)
    assert (options.widths, options.schemes, options.languages) == ((320, 390, 768, 1280, 1920), ("light", "dark"), LANGS)
    assert all((site / screenshots.file_of("en", "en", page)).is_file() for page in options.pages)


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("pages", "about,nowhere", "There is no page /nowhere/; write addresses"),
        ("widths", "320,wide", "wide is not a width; write pixels from 200 to 4000"),
        ("widths", "12", "12 is not a width"),
        ("schemes", "dusk", "dusk is not a colour scheme; write one or more of light,dark"),
        ("languages", "tl", "tl is not a language of this site; write one or more of en,es,fil"),
    ],
)
def test_an_invalid_option_gets_a_message(site, option, value, message):
    with pytest.raises(Exit, match=message):
        parse(site, **{option: value})


def test_addresses_can_be_typed_with_or_without_slashes(site):
    assert parse(site, pages="home, /about ,calls/harbor-walk/,404.html").pages == (
        "", "about/", "calls/harbor-walk/", "404.html"
    )  # fmt: skip


def test_a_sheet_for_each_page_and_scheme_with_a_row_for_each_language(site, browser, monkeypatch, tmp_path):
    monkeypatch.setattr(screenshots.browser, "open_browser", lambda: contextlib.nullcontext(browser))
    options = parse(site, pages="about,404.html", widths="320,800", languages="en,es")
    with serve_folder(site) as url:
        sheets = screenshots.take(site, url, "en", options, tmp_path / "shots")
    assert sorted(path.name for path in sheets) == ["404-dark.png", "404-light.png", "about-dark.png", "about-light.png"]
    sizes = {path.name: struct.unpack(">II", path.read_bytes()[16:24]) for path in sheets}
    assert sizes["about-dark.png"][0] == 240 + 400 + 3 * 16
    assert sizes["about-dark.png"][1] > 2 * 800 and sizes["about-light.png"] == sizes["about-dark.png"]
    assert (tmp_path / "shots" / "about-light.png").read_bytes() != (tmp_path / "shots" / "about-dark.png").read_bytes()
