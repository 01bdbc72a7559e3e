"""Pages in the fonts that readers have. Results must not depend on the fonts of the machine that runs the tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import font_sets
import pytest
from conftest import serve_folder
from page_audit import audit_page, audit_user_settings, audit_widths, summarize
from reach import without_redirects

# The full font names that `local()` finds in each set. New Android has one variable font, with the name of its regular style.
LOCAL_FONTS = {
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
FONT_NAMES = sorted({"Liberation Sans Bold"}.union(*LOCAL_FONTS.values()))
GENERIC_FAMILIES = ("sans-serif", "serif", "monospace")
INSTALLED_FONTS = """async names => {
  const loaded = await Promise.allSettled(names.map(name => new FontFace("probe", `local("${name}")`).load()));
  return names.filter((_, index) => loaded[index].status === "fulfilled");
}"""


def families(browser) -> list[set[str]]:
    """The font families that Chromium uses for each of GENERIC_FAMILIES."""
    page = browser.new_page()
    page.set_content("".join(f"<p style='font-family: {family}'>Words" for family in GENERIC_FAMILIES))
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    nodes = session.send("DOM.querySelectorAll", {"nodeId": root, "selector": "p"})["nodeIds"]
    used = [
        {font["familyName"] for font in session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]}
        for node in nodes
    ]
    page.close()
    return used


def expected_families(name: str) -> list[set[str]]:
    font_set = font_sets.SETS[name]
    return [{font_set.sans}, {font_set.serif}, {font_set.mono}]


def test_a_set_uses_only_its_own_fonts(browser_of_each_set, request):
    name = request.node.callspec.params["browser_of_each_set"]
    assert families(browser_of_each_set) == expected_families(name)
    page = browser_of_each_set.new_page()
    assert set(page.evaluate(INSTALLED_FONTS, FONT_NAMES)) == LOCAL_FONTS[name]
    page.close()


@pytest.mark.skipif(not font_sets.SUPPORTED, reason=font_sets.WHY_NOT)
def test_other_tests_use_the_default_set(browser):
    assert families(browser) == expected_families(font_sets.DEFAULT)


def test_the_poster_font_can_be_blocked(site, browser):
    with serve_folder(site) as base_url:
        for blocked in (False, True):
            page = browser.new_page()
            if blocked:
                font_sets.block_poster(page)
            page.goto(base_url, wait_until="networkidle")
            statuses = page.evaluate("[...document.fonts].filter(face => face.family == 'Poster').map(face => face.status)")
            page.close()
            assert ("loaded" in statuses) is not blocked


def sample(paths: list[str]) -> list[str]:
    """One page of each section and depth, alternating between the languages."""
    groups: dict[tuple, list[str]] = {}
    for path in paths:
        parts = [part for part in path.split("/") if part]
        if parts[:1] in (["es"], ["fil"]):
            parts.pop(0)
        groups.setdefault((*parts[:1], len(parts)), []).append(path)
    return [group[number % len(group)] for number, group in enumerate(groups.values())]


def audit(browser, folder: Path, paths: Iterable[str]) -> list[str]:
    errors = []
    with serve_folder(folder) as base_url, audit_page(browser) as page:
        for path in paths:
            page.goto(f"{base_url}/{path}")
            errors += [f"/{path}: {error}" for error in audit_widths(page) + audit_user_settings(page)]
    return errors


def test_pages_in_every_font(site, browser_of_each_set, pytestconfig):
    """A sample of pages; all pages with `python3 tasks.py test --args "--all-fonts -k every_font"`."""
    paths = list(without_redirects(site))
    errors = audit(browser_of_each_set, site, paths if pytestconfig.getoption("all_fonts") else sample(paths))
    assert not errors, summarize(errors)


def test_components_in_every_font(guide, browser_of_each_set):
    errors = audit(browser_of_each_set, guide, ["ltr-light.html", "rtl-light.html"])
    assert not errors, summarize(errors)
