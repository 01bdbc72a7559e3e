"""Every page in a real browser."""

from __future__ import annotations

import pytest
from conftest import served
from reach import pages

SIZES = {"phone": (320, 640), "desktop": (1280, 900)}


@pytest.fixture(scope="module")
def address(site):
    with served(site) as at:
        yield at


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_ask_no_other_host_overflow_nowhere_and_complain_of_nothing(site, address, browser, size, scheme):
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    asked, complaints = [], []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for name in pages(site):
        page.goto(f"{address}/{name}", wait_until="load")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"/{name} scrolls sideways by {wide}px at {width}px"
    context.close()
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
    assert complaints == []


def test_the_first_tab_stop_leads_to_the_text(address, browser):
    page = browser.new_page()
    page.goto(f"{address}/background/nafta/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.close()


def test_the_dark_scheme_is_dark(address, browser):
    grounds = {}
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto(address)
        grounds[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.close()
    light, dark = (sum(map(int, ground[4:-1].split(","))) for ground in (grounds["light"], grounds["dark"]))
    assert light > 600 and dark < 150
