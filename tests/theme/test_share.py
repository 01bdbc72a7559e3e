"""The script share.js: it adds the share sheet and the clipboard; pages work without it."""

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
SHARE_SHEET = "navigator.share = data => { window.shared = data; return Promise.resolve() }"


@pytest.fixture
def page_url(tmp_path):
    (tmp_path / "index.html").write_text(PAGE.format(integrity=SCRIPT.integrity))
    (tmp_path / "share.js").write_bytes(SCRIPT.data)
    with serve_folder(tmp_path) as url:
        yield url


@pytest.fixture
def tab(browser, page_url):
    """A browser tab with permission to use the clipboard and without a share sheet. Errors in the console fail the test."""
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=page_url)
    context.add_init_script("delete Navigator.prototype.share")
    tab = context.new_page()
    messages = []
    tab.on("console", lambda message: messages.append(message.text))
    tab.on("pageerror", lambda error: messages.append(str(error)))
    yield tab
    context.close()
    assert [line for line in messages if "favicon" not in line and "404" not in line] == []


def test_it_is_small_and_makes_no_requests():
    assert len(SCRIPT.data) <= 2000 and len(gzip.compress(SCRIPT.data, 9)) <= 1000
    assert not re.search(rb"fetch|XMLHttp|https?:|eval|innerHTML|cookie|Storage", SCRIPT.data)


def test_the_copied_url_is_announced(tab, page_url):
    tab.goto(page_url)
    assert tab.is_hidden("[data-share]") and tab.is_visible("button[data-copy]")
    tab.click("button[data-copy]")
    expect(tab.locator("[role=status]")).to_have_text("Copied")
    assert tab.evaluate("navigator.clipboard.readText()") == "https://example.org/a-text/"


def test_a_heading_link_copies_its_url(tab, page_url):
    tab.goto(page_url)
    tab.focus("a[data-copy]")
    tab.keyboard.press("Enter")
    expect(tab.locator("[role=status]")).to_have_text("Copied")
    assert tab.url == f"{page_url}/#part"
    assert tab.evaluate("navigator.clipboard.readText()") == "https://example.org/a-text/#part"


def test_the_share_sheet_gets_title_and_url(tab, page_url):
    tab.add_init_script(SHARE_SHEET)
    tab.goto(page_url)
    tab.click("[data-share]")
    assert tab.evaluate("shared") == {"title": "A text", "url": "https://example.org/a-text/"}


def test_a_denied_clipboard_is_announced(tab, page_url):
    tab.goto(page_url)
    tab.evaluate("void (navigator.clipboard.writeText = () => Promise.reject(new Error('no')))")
    tab.click("button[data-copy]")
    expect(tab.locator("[role=status]")).to_have_text("Not copied")


def test_articles_load_it_once_with_defer_and_lists_do_not(site):
    for path, expected in {"calls/harbor-walk/": 1, "about/": 1, "calls/": 0, "archive/": 0, "404.html": 0}.items():
        file = site / path / "index.html" if path.endswith("/") else site / path
        scripts = re.findall(r"<script src=[^>]*>", file.read_text())
        assert len(scripts) == expected and all(script.endswith(" defer>") for script in scripts), path
