"""Security and safety of the built pages: Content-Security-Policy, redirects, reserved URLs, escaping, files."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.server
import re
import threading

import lxml.html
import pytest
from conftest import ADDRESS, PNG, build, serve_folder
from reach import dead_links, pages

from caravan.build.command import BuildError

TEXT = """---
title: "{title}"
summary: A text that is here for a test, with a summary of the length that is wanted.
date: 2024-05-06
authors: [A]
{more}---

Words.
"""


def add_article(content, path, more="", title="Moved"):
    folder = content / path
    folder.mkdir(parents=True)
    text = TEXT.format(more=more, title=title)
    if path.startswith("pages"):
        text = re.sub("(?m)^(date|authors):.*\n", "", text)
    (folder / "en.md").write_text(text)


@contextlib.contextmanager
def other_host():
    """A host that records requests: yields its URL and the list of the requested paths."""
    requests = []

    class Host(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            requests.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Host)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", requests
    server.shutdown()
    server.server_close()


@pytest.mark.any_content
def test_each_page_has_a_policy_that_allows_only_its_own_style(site):
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


def test_the_policy_blocks_injected_html(site, browser, tmp_path):
    """A script, a style and an image that are inserted into a finished page have no effect."""
    page = (site / "about" / "index.html").read_text()
    (tmp_path / "page").mkdir()
    with serve_folder(tmp_path / "page") as address, other_host() as (other_url, requests):
        injected = f'<script>document.title="owned"</script><p style="color:red">x</p><img src="{other_url}/x.png">'
        (tmp_path / "page" / "index.html").write_text(page.replace("</main>", injected + "</main>"))
        tab = browser.new_page()
        tab.goto(address, wait_until="networkidle")
        assert tab.title() != "owned"
        assert tab.evaluate("getComputedStyle(document.querySelector('main p[style]')).color") != "rgb(255, 0, 0)"
        assert requests == []
        tab.close()


def test_former_urls_redirect(content, tmp_path, browser):
    add_article(content, "analysis/new-name", "formerly: [analysis/old-name, older/still]\n", title="A b & new name")
    site = build(tmp_path / "site", content)
    all_pages = pages(site)
    for old in ("analysis/old-name/", "older/still/", "es/analysis/old-name/"):
        assert all_pages[old].tree.xpath("//meta[@name='robots']/@content") == ["noindex"]
        assert f"{ADDRESS}/{old}" not in (site / "sitemap.xml").read_text()
        assert len((site / old / "index.html").read_bytes()) < 2000
    assert dead_links(site) == []
    with serve_folder(site) as address:
        tab = browser.new_page()
        tab.goto(f"{address}/older/still/")
        tab.wait_for_url(f"{address}/analysis/new-name/")
        tab.close()


@pytest.mark.parametrize(
    ("path", "more", "line", "reason"),
    [
        ("analysis/x", "formerly: [analysis/two-counts]", 6, "content/analysis/two-counts/en.md"),
        ("analysis/x", "formerly:\n  - analysis/a\n  - about", 8, "content/pages/about/en.md"),
        ("analysis/x", "formerly: [calls]", 6, "/calls/"),
        ("analysis/x", "formerly: [es/analysis/y]", 6, "a part of the site"),
        ("analysis/x", "formerly: [feeds]", 6, "/feeds/"),
        ("analysis/x", "formerly: [calls/page/2]", 6, "a part of the site"),
    ],
)
def test_a_url_in_use_cannot_be_a_former_url(content, tmp_path, path, more, line, reason):
    add_article(content, path, more + "\n")
    with pytest.raises(BuildError) as caught:
        build(tmp_path / "site", content)
    assert [(problem.path, problem.line) for problem in caught.value.problems] == [(f"content/{path}/en.md", line)]
    assert reason in str(caught.value)


@pytest.mark.parametrize("name", ["index.html", "404.html", "robots.txt", "sitemap.xml", "theme"])
def test_an_extra_file_cannot_overwrite_a_page(content, tmp_path, name):
    (content / "extra" / name).write_text("mine")
    with pytest.raises(BuildError, match=f"content/extra/{name}:1"):
        build(tmp_path / "site", content)


def test_front_matter_is_escaped_everywhere(content, tmp_path):
    """Characters with a meaning in HTML, XML, templates and format strings appear as the author typed them."""
    title = "5 > 3 & {{ 7*7 }} {0} %s 'x'"
    add_article(content, "analysis/signs", title=title)
    site = build(tmp_path / "site", content)
    shown_title = "5 > 3 & {{ 7*7 }} {0} %s ‘x’"
    page = pages(site)["analysis/signs/"].tree
    assert page.findtext(".//h1") == shown_title
    assert page.findtext(".//title") == f"{shown_title} · Caravan"
    assert page.xpath("//meta[@property='og:title']/@content") == [shown_title]
    assert "5 &gt; 3 &amp; {{ 7*7 }} {0} %s ‘x’</title>" in (site / "feeds" / "all.atom.xml").read_text()


def test_copies_of_a_picture_are_published_and_not_the_picture(content, tmp_path):
    add_article(content, "analysis/pictured")
    folder = content / "analysis" / "pictured"
    (folder / "dot.png").write_bytes(PNG)
    (folder / "en.md").write_text((folder / "en.md").read_text() + "\n![A dot](dot.png) and [the same](dot.png)\n")
    site = build(tmp_path / "site", content)
    copies = {path.suffix: path for path in (site / "analysis/pictured").glob("dot-1-*")}
    assert sorted(copies) == [".avif", ".jpg"] and not list(site.rglob("dot.png"))
    tree = lxml.html.parse(site / "analysis/pictured/index.html")
    [picture] = tree.xpath("//picture//img")
    assert tree.xpath("//a[contains(@href, 'dot-1-')]/@href") == [picture.get("src")] and picture.get("src").endswith(copies[".jpg"].name)
    assert dead_links(site) == []
