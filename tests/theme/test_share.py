"""The one script: it adds the share sheet and the clipboard, and nothing is missing without it."""

from __future__ import annotations

import gzip
import re

import pytest
from conftest import ROOT, serve_folder
from playwright.sync_api import expect

from caravan.site.urls import theme_assets

SCRIPT = theme_assets(ROOT / "theme" / "static")["js/share.js"]
PAGE = """<!doctype html><html lang="en"><head><title>A text</title><meta charset="utf-8">
<link rel="canonical" href="https://example.org/a-text/">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src '{integrity}'">
<script src="share.js" integrity="{integrity}" defer></script></head><body>
<button type="button" hidden data-share>Share</button> <button type="button" hidden data-copy>Copy</button>
<h2 id="part">Part <a href="#part" data-copy aria-label="Link">#</a></h2>
<p role="status" data-said="Copied" data-unsaid="Not copied"></p></body></html>"""
SHEET = "navigator.share = data => { window.shared = data; return Promise.resolve() }"


@pytest.fixture
def address(tmp_path):
    (tmp_path / "index.html").write_text(PAGE.format(integrity=SCRIPT.integrity))
    (tmp_path / "share.js").write_bytes(SCRIPT.data)
    with serve_folder(tmp_path) as at:
        yield at


@pytest.fixture
def tab(browser, address):
    """A page with a clipboard that the test may read, its script and policy, and no share sheet."""
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    context.add_init_script("delete Navigator.prototype.share")
    tab = context.new_page()
    complaints = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    yield tab
    context.close()
    assert [line for line in complaints if "favicon" not in line and "404" not in line] == []


def test_it_is_small_and_asks_nobody():
    assert len(SCRIPT.data) <= 2000 and len(gzip.compress(SCRIPT.data, 9)) <= 1000
    assert not re.search(rb"fetch|XMLHttp|https?:|eval|innerHTML|cookie|Storage", SCRIPT.data)


def test_the_address_is_copied_and_said(tab, address):
    tab.goto(address)
    assert tab.is_hidden("[data-share]") and tab.is_visible("button[data-copy]")
    tab.click("button[data-copy]")
    expect(tab.locator("[role=status]")).to_have_text("Copied")
    assert tab.evaluate("navigator.clipboard.readText()") == "https://example.org/a-text/"


def test_a_heading_is_reached_and_its_address_copied(tab, address):
    tab.goto(address)
    tab.focus("a[data-copy]")
    tab.keyboard.press("Enter")
    expect(tab.locator("[role=status]")).to_have_text("Copied")
    assert tab.url == f"{address}/#part"
    assert tab.evaluate("navigator.clipboard.readText()") == "https://example.org/a-text/#part"


def test_the_share_sheet_gets_title_and_address(tab, address):
    tab.add_init_script(SHEET)
    tab.goto(address)
    tab.click("[data-share]")
    assert tab.evaluate("shared") == {"title": "A text", "url": "https://example.org/a-text/"}


def test_a_refused_clipboard_is_told(tab, address):
    tab.goto(address)
    tab.evaluate("void (navigator.clipboard.writeText = () => Promise.reject(new Error('no')))")
    tab.click("button[data-copy]")
    expect(tab.locator("[role=status]")).to_have_text("Not copied")


def test_texts_load_it_late_and_once_and_lists_never(site):
    for address, wanted in {"calls/caravan-to-apec/": 1, "about/": 1, "calls/": 0, "archive/": 0, "404.html": 0}.items():
        path = site / address / "index.html" if address.endswith("/") else site / address
        scripts = re.findall(r"<script src=[^>]*>", path.read_text())
        assert len(scripts) == wanted and all(script.endswith(" defer>") for script in scripts), address
