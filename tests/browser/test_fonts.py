"""Pages under the fonts that readers have: no answer may depend on the machine that runs the tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import font_sets
import pytest
from conftest import serve_folder
from reach import pages
from walk import at_both_widths, eyes, told, under_strain

# What `local()` finds where readers have those fonts. New Android has one file, whose full name is that of the regular style.
LOCAL = {
    "android": {"Roboto Regular", "Roboto Bold", "Roboto-Bold"},
    "new-android": {"Roboto Regular"},
    "windows-mac": {
        "Arial",
        "ArialMT",
        "Arial Bold",
        "Arial-BoldMT",
        "Helvetica Neue Bold",
        "HelveticaNeue-Bold",
        "Georgia Bold",
    },
    "helvetica": {"Helvetica Neue Bold", "HelveticaNeue-Bold", "Georgia Bold"},
    "bare-linux": {"DejaVu Sans Bold"},
}
NAMES = sorted({"Liberation Sans Bold"}.union(*LOCAL.values()))
GENERIC = ("sans-serif", "serif", "monospace")
FONTS = """async names => {
  const loaded = await Promise.allSettled(names.map(name => new FontFace("probe", `local("${name}")`).load()));
  return names.filter((_, index) => loaded[index].status === "fulfilled");
}"""


def families(browser) -> list[set[str]]:
    """The families that Chromium takes for each of GENERIC."""
    page = browser.new_page()
    page.set_content("".join(f"<p style='font-family: {family}'>Words" for family in GENERIC))
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    nodes = session.send("DOM.querySelectorAll", {"nodeId": root, "selector": "p"})["nodeIds"]
    found = [
        {font["familyName"] for font in session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]}
        for node in nodes
    ]
    page.close()
    return found


def wanted(name: str) -> list[set[str]]:
    of = font_sets.SETS[name]
    return [{of.sans}, {of.serif}, {of.mono}]


def test_a_set_shows_its_own_fonts_alone(browser_of_each_set, request):
    name = request.node.callspec.params["browser_of_each_set"]
    assert families(browser_of_each_set) == wanted(name)
    page = browser_of_each_set.new_page()
    assert set(page.evaluate(FONTS, NAMES)) == LOCAL[name]
    page.close()


@pytest.mark.skipif(not font_sets.SUPPORTED, reason=font_sets.WHY_NOT)
def test_all_other_tests_have_the_fonts_of_one_set(browser):
    assert families(browser) == wanted(font_sets.DEFAULT)


def test_the_poster_face_can_be_kept_away(site, browser):
    with serve_folder(site) as at:
        for kept_away in (False, True):
            page = browser.new_page()
            if kept_away:
                font_sets.block_poster(page)
            page.goto(at, wait_until="networkidle")
            faces = page.evaluate("[...document.fonts].filter(face => face.family == 'Poster').map(face => face.status)")
            page.close()
            assert ("loaded" in faces) is not kept_away


def one_of_each_kind(names: list[str]) -> list[str]:
    """A list, an article of each section and each page that stands alone, in one language after the other."""
    kinds: dict[tuple, list[str]] = {}
    for name in names:
        parts = [part for part in name.split("/") if part]
        if parts[:1] in (["es"], ["fil"]):
            parts.pop(0)
        kinds.setdefault((*parts[:1], len(parts)), []).append(name)
    return [those[number % len(those)] for number, those in enumerate(kinds.values())]


def asked(browser, folder: Path, names: Iterable[str]) -> list[str]:
    found = []
    with serve_folder(folder) as at, eyes(browser) as page:
        for name in names:
            page.goto(f"{at}/{name}")
            found += [f"/{name}: {line}" for line in at_both_widths(page) + under_strain(page)]
    return found


def test_pages_can_be_read_in_every_font(site, browser_of_each_set, pytestconfig):
    """One page of each kind; all pages with `python3 tasks.py test --args "--all-fonts -k every_font"`."""
    names = list(pages(site))
    found = asked(browser_of_each_set, site, names if pytestconfig.getoption("all_fonts") else one_of_each_kind(names))
    assert not found, told(found)


def test_every_component_can_be_read_in_every_font(guide, browser_of_each_set):
    found = asked(browser_of_each_set, guide, ["ltr-light.html", "rtl-light.html"])
    assert not found, told(found)
