"""What stands between a text and its readers' browsers, and what stays inside the output folder."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.server
import re
import threading

import pytest
from conftest import ADDRESS, build, serve_folder
from reach import dead_links, pages

from caravan.build.command import Problems

TEXT = """---
title: "{title}"
summary: A text that is here for a test, with a summary of the length that is wanted.
date: 2024-05-06
authors: [A]
{more}---

Words.
"""


def add(content, place, more="", title="Moved"):
    folder = content / place
    folder.mkdir(parents=True)
    text = TEXT.format(more=more, title=title)
    if place.startswith("pages"):
        text = re.sub("(?m)^(date|authors):.*\n", "", text)
    (folder / "en.md").write_text(text)


@contextlib.contextmanager
def heard():
    """Another host: its address, and the list of what it was asked for."""
    asked = []

    class Host(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Host)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    server.server_close()


def test_each_page_carries_a_policy_that_allows_its_own_style_alone(site):
    for path in site.rglob("*.html"):
        text = path.read_text()
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1].replace("&#39;", "'")
        assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
        scripts = re.findall(r'<script src="([^"]*)" integrity="([^"]*)" defer></script>', text)
        assert [f"'{integrity}'" for _, integrity in scripts] == re.findall(r"script-src ([^;]*)", policy), path
        for name, integrity in scripts:
            data = (path.parent / name).read_bytes()
            assert integrity == f"sha256-{base64.b64encode(hashlib.sha256(data).digest()).decode()}", path
        style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
        if style:
            digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
            assert f"style-src 'sha256-{digest}'" in policy, path
        assert " style=" not in text


def test_the_policy_blocks_what_the_sanitizer_would_miss(site, browser, tmp_path):
    """The second wall alone: script, style and picture planted into a finished page do nothing."""
    page = (site / "about" / "index.html").read_text()
    (tmp_path / "page").mkdir()
    with serve_folder(tmp_path / "page") as address, heard() as (other, asked):
        planted = f'<script>document.title="owned"</script><p style="color:red">x</p><img src="{other}/x.png">'
        (tmp_path / "page" / "index.html").write_text(page.replace("</main>", planted + "</main>"))
        tab = browser.new_page()
        tab.goto(address, wait_until="networkidle")
        assert tab.title() != "owned"
        assert tab.evaluate("getComputedStyle(document.querySelector('main p[style]')).color") != "rgb(255, 0, 0)"
        assert asked == []
        tab.close()


def test_a_text_that_moved_leaves_a_page_that_leads_on(content, tmp_path, browser):
    add(content, "analysis/new-name", "formerly: [analysis/old-name, older/still]\n", title='A <b> & "new" name'.replace('<b>', 'b').replace('"new"', "new"))
    site = build(tmp_path / "site", content)
    every = pages(site)
    for old in ("analysis/old-name/", "older/still/", "es/analysis/old-name/"):
        assert every[old].tree.xpath("//meta[@name='robots']/@content") == ["noindex"]
        assert f"{ADDRESS}/{old}" not in (site / "sitemap.xml").read_text()
        assert len((site / old / "index.html").read_bytes()) < 2000
    assert dead_links(site) == []
    with serve_folder(site) as address:
        tab = browser.new_page()
        tab.goto(f"{address}/older/still/")
        tab.wait_for_url(f"{address}/analysis/new-name/")
        tab.close()


@pytest.mark.parametrize(
    ("place", "more", "line", "reason"),
    [
        ("analysis/x", "formerly: [analysis/second-caravan]", 6, "content/analysis/second-caravan/en.md"),
        ("analysis/x", "formerly:\n  - analysis/a\n  - about", 8, "content/pages/about/en.md"),
        ("analysis/x", "formerly: [calls]", 6, "/calls/"),
        ("analysis/x", "formerly: [es/analysis/y]", 6, "a part of the site"),
        ("analysis/x", "formerly: [feeds]", 6, "/feeds/"),
        ("analysis/x", "formerly: [calls/page/2]", 6, "a part of the site"),
    ],
)
def test_an_address_that_is_taken_cannot_be_claimed(content, tmp_path, place, more, line, reason):
    add(content, place, more + "\n")
    with pytest.raises(Problems) as caught:
        build(tmp_path / "site", content)
    assert [(problem.path, problem.line) for problem in caught.value.problems] == [(f"content/{place}/en.md", line)]
    assert reason in str(caught.value)


@pytest.mark.parametrize("name", ["index.html", "404.html", "robots.txt", "sitemap.xml", "theme"])
def test_a_file_for_the_root_covers_no_page(content, tmp_path, name):
    (content / "extra" / name).write_text("mine")
    with pytest.raises(Problems, match=f"content/extra/{name}:1"):
        build(tmp_path / "site", content)


def test_front_matter_is_text_everywhere(content, tmp_path):
    """Titles with signs that mean something to HTML, XML and templates come out as they were typed."""
    title = "5 > 3 & {{ 7*7 }} {0} %s 'x'"
    add(content, "analysis/signs", title=title)
    site = build(tmp_path / "site", content)
    shown = "5 > 3 & {{ 7*7 }} {0} %s ‘x’"
    page = pages(site)["analysis/signs/"].tree
    assert page.findtext(".//h1") == shown
    assert page.findtext(".//title") == f"{shown} · Caravan"
    assert page.xpath("//meta[@property='og:title']/@content") == [shown]
    assert "5 &gt; 3 &amp; {{ 7*7 }} {0} %s ‘x’</title>" in (site / "feeds" / "all.atom.xml").read_text()


def test_pictures_stand_beside_their_text(content, tmp_path):
    png = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
    add(content, "analysis/pictured")
    folder = content / "analysis" / "pictured"
    (folder / "dot.png").write_bytes(png)
    (folder / "en.md").write_text((folder / "en.md").read_text() + "\n![A dot](dot.png) and [the same](dot.png)\n")
    site = build(tmp_path / "site", content)
    assert (site / "analysis/pictured/dot.png").read_bytes() == png
    assert dead_links(site) == []
