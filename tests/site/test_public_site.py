"""The public site: lists, links, headings, feeds, sitemap, unpublished texts, styles."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote, urljoin, urlsplit

import lxml.html
import pytest
from conftest import ADDRESS, build
from lxml import etree
from reach import dead_links, pages

from caravan.site.templates import LAYERS
from caravan.site.urls import output_path

ARTICLES = {
    "calls/harbor-walk/": "calls",
    "calls/bridge-walk/": "calls",
    "calls/night-walk/": "calls",
    "analysis/two-counts/": "analysis",
    "analysis/tide-question/": "analysis",
    "background/harbor-rules/": "background",
    "background/ferry-fare/": "background",
    "background/lighthouse-plan/": "background",
}
TRANSLATED = {"analysis/tide-question/"}  # from Spanish
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
DRAFT = """---
title: A zyx-unseen plan
summary: Nobody in public must ever see this zyx-unseen summary of a text that is not ready to be read.
date: {date}
authors: [The editors of this site]
{more}---

Words that wait.
"""


def test_every_article_is_on_its_page_and_in_its_lists(site):
    all_pages = pages(site)
    for address, kind in ARTICLES.items():
        title = all_pages[address].tree.findtext(".//h1")
        for list_address in ("", f"{kind}/", "archive/"):
            links = [
                link for link in all_pages[list_address].tree.xpath("//main//a") if link.text_content().strip() == title
            ]
            assert links, f"{title} is not on /{list_address}"
            assert dead_links(site) == []


@pytest.mark.any_content
@pytest.mark.parametrize("base", ["/", "/name/"])
def test_internal_links_and_fragments_resolve(site, site_below_path, base):
    assert dead_links(site if base == "/" else site_below_path, base) == []


@pytest.mark.any_content
def test_pages_differ_between_hosts_only_where_addresses_must_be_absolute(site, site_below_path):
    """Links are relative, so the same pages work on any host and below any path; 404.html is served at any depth."""
    for path in site.rglob("*.html"):
        other = site_below_path / path.relative_to(site)
        if path.name != "404.html":
            text = other.read_text()
            for url in (f"{ADDRESS}/name", quote(f"{ADDRESS}/name")):  # quoted in share links
                text = text.replace(url, url.removesuffix("/name"))
            assert text == path.read_text()


@pytest.mark.any_content
def test_the_404_page_links_with_the_path_of_the_site(site_below_path):
    links = pages(site_below_path)["404.html"].links()
    assert [link for link in links if not link.startswith(("#", "https:", "/name/"))] == []


@pytest.mark.any_content
def test_each_page_has_one_h1_and_no_gap_in_its_headings(site):
    for page in pages(site).values():
        levels = [int(heading.tag[1]) for heading in page.tree.xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
        assert levels.count(1) == 1, page.address
        assert levels[0] == 1, page.address
        assert all(level <= previous + 1 for previous, level in zip(levels, levels[1:])), page.address


@pytest.mark.any_content
def test_ids_are_unique_on_each_page(site):
    for page in pages(site).values():
        ids = page.tree.xpath("//@id")
        assert len(ids) == len(set(ids)), page.address


def indexed(site):
    """The pages that search engines may index: not 404.html, and not the fallback pages of missing translations."""
    return {name: page for name, page in pages(site).items() if not page.tree.xpath("//meta[@name='robots']")}


@pytest.mark.any_content
def test_canonical_urls_are_absolute_and_correct(site):
    for address, page in pages(site).items():
        if page.tree.xpath("//meta[@http-equiv='refresh']"):
            continue  # a redirect has the canonical URL of its target
        canonical = page.tree.xpath("//link[@rel='canonical']/@href")
        assert canonical == ([f"{ADDRESS}/{address}"] if address in indexed(site) else [])


def test_only_canonical_and_social_tags_name_the_host(site):
    for path in site.rglob("*.html"):
        for tag in re.findall(r"<[^>]*https://example\.org[^>]*>", path.read_text()):
            assert re.match(r'<(link rel="(canonical|alternate)"|meta property="og:)', tag), f"{path}: {tag}"


@pytest.mark.parametrize("name", ["all", "calls", "analysis", "background"])
def test_feeds_are_complete(site, name):
    feed = etree.parse(site / "feeds" / f"{name}.atom.xml").getroot()
    expected = {f"{ADDRESS}/{address}" for address, kind in ARTICLES.items() if name in ("all", kind)}
    links = {entry.find(f"{ATOM}link").get("href") for entry in feed.findall(f"{ATOM}entry")}
    assert links == expected
    for element in ("id", "title", "updated"):
        assert all(part.findtext(f"{ATOM}{element}") for part in [feed, *feed.findall(f"{ATOM}entry")])
    for entry in feed.findall(f"{ATOM}entry"):
        html = entry.findtext(f"{ATOM}content")
        article = pages(site)[entry.find(f"{ATOM}link").get("href").removeprefix(f"{ADDRESS}/")].tree
        last_words = article.xpath("//div[@class='prose']")[0].text_content().split()[-3:]
        assert " ".join(last_words) in " ".join(lxml.html.fromstring(html).text_content().split())
        assert [link for link in re.findall(r'(?:href|src)="([^"]*)"', html)
                if not urlsplit(link).scheme] == []  # fmt: skip


@pytest.mark.any_content
def test_sitemap_lists_every_public_page_once(site):
    listed = [url.text for url in etree.parse(site / "sitemap.xml").iter(f"{MAP}loc")]
    assert sorted(listed) == sorted(f"{ADDRESS}/{address}" for address in indexed(site))
    assert f"Sitemap: {ADDRESS}/sitemap.xml" in (site / "robots.txt").read_text()


@pytest.mark.parametrize(("date", "more"), [("2020-01-01", "status: draft\n"), ("2199-01-01", "")])
def test_drafts_and_future_texts_are_nowhere_in_public(content, tmp_path, date, more):
    folder = content / "analysis" / "zyx-unseen"
    folder.mkdir()
    (folder / "en.md").write_text(DRAFT.format(date=date, more=more))
    public = build(tmp_path / "public", content)
    for path in public.rglob("*"):
        assert "zyx-unseen" not in path.name
        if path.is_file():
            assert b"zyx-unseen" not in path.read_bytes().lower(), path
    preview = build(tmp_path / "preview", content, conf="pelicanconf.py")
    assert pages(preview)["analysis/zyx-unseen/"].tree.xpath("//p[@class='unpublished-banner']")
    assert b"zyx-unseen" not in (preview / "feeds" / "all.atom.xml").read_bytes().lower()


def test_lists_have_twenty_articles_per_page(content, tmp_path):
    for number in range(45):
        folder = content / "background" / f"text-{number}"
        folder.mkdir()
        (folder / "en.md").write_text(DRAFT.format(date="2020-01-01", more=""))
    public = build(tmp_path / "public", content)
    all_pages = pages(public)
    cards = [len(all_pages[f"background/{suffix}"].tree.xpath("//li[@class='article-card']"))
             for suffix in ("", "page/2/", "page/3/")]  # fmt: skip
    assert cards == [20, 20, 8]
    assert "background/page/4/" not in all_pages
    assert dead_links(public) == []


def test_the_call_says_first_that_it_is_over(site):
    main = pages(site)["calls/harbor-walk/"].tree.xpath("//main")[0]
    text = " ".join(main.text_content().split())
    assert text.startswith("Over ")
    assert "9–\u206014 October 2029" in text[:450]
    assert main.xpath(".//p[@class='byline-kind__label']")[0].text_content() == "Called by Harbor Walk committee. Retold by the editors of this site."


def test_citations_link_to_the_listed_sources(site):
    for address in ARTICLES:
        tree = pages(site)[address].tree
        cited = {link.get("href") for link in tree.xpath("//a[@class='ref']")}
        listed = {f"#{item.get('id')}" for item in tree.xpath("//section[@class='source-list']//li")}
        assert cited and cited == listed


@pytest.mark.any_content
def test_nothing_of_the_preview_or_of_the_theme_of_pelican_is_published(site):
    for path in site.rglob("*"):
        assert not path.name.startswith(".")
        if path.suffix == ".html":
            text = path.read_text()
            assert "_preview" not in text
            scripts = re.findall(r"<script([^>]*)>", text)
            assert all(script == ' type="application/ld+json"' or " src=" in script for script in scripts), path
            assert "Proudly powered by" not in text


@pytest.mark.any_content
def test_each_page_has_one_style_and_loads_one_font(site, site_below_path):
    [font] = site.rglob("*.woff2")
    assert font.name == f"poster-{hashlib.sha256(font.read_bytes()).hexdigest()[:8]}.woff2"
    for base, folder in (("/", site), ("/name/", site_below_path)):
        for address, page in pages(folder).items():
            text = (folder / output_path(address)).read_text()
            if page.tree.xpath("//meta[@http-equiv='refresh']"):
                continue
            assert text.count("<style>") == 1
            order = re.findall(r"@layer ([a-z]+)\{", text)
            assert order == [layer for layer in LAYERS if layer in order]
            font_urls = {*re.findall(r"url\(([^)]*)\)", text), *page.tree.xpath("//link[@rel='preload']/@href")}
            assert [urljoin(f"{base}{address}", link) for link in font_urls] == [f"{base}theme/{font.name}"], address


def test_a_page_has_only_the_css_of_its_components(site):
    for address, kind in ARTICLES.items():
        text = (site / address / "index.html").read_text()
        assert (".poster" in text) == (kind == "calls"), address
        assert (".answer-board" in text) == (kind != "calls"), address
        assert (".summary-panel" in text) == (kind == "background"), address
        assert (".translation-note" in text) == (address in TRANSLATED) and ".article-card" not in text, address
    assert ".translation-note" in (site / "es" / "background" / "harbor-rules" / "index.html").read_text()
