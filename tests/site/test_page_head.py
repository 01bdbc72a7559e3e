"""The <head> of each page: titles, descriptions, Open Graph, manifest and icons, feeds."""

from __future__ import annotations

import json
import re
import struct
from urllib.parse import urljoin

import pytest
from conftest import ADDRESS
from reach import pages

LANGS = {"en": ("", "en_US"), "es": ("es/", "es_MX"), "fil": ("fil/", "fil_PH")}
CALL = "calls/harbor-walk/"


def meta(page, attribute, name):
    return page.tree.xpath(f"//head/meta[@{attribute}='{name}']/@content")


def png_size(png):
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", png[16:24])


@pytest.mark.any_content
def test_each_page_has_one_title_and_description_without_markup(site):
    titles = {}
    for address, page in pages(site).items():
        title = page.tree.xpath("//head/title/text()")
        description = meta(page, "name", "description")
        if page.tree.xpath("//meta[@http-equiv='refresh']"):
            continue
        assert len(title) == len(description) == 1, address
        assert not re.search(r"<|&\w+;", title[0] + description[0]), address
        if not meta(page, "name", "robots"):
            assert title[0] not in titles or page.tree.get("lang") != titles[title[0]], (
                f"{address}: a second page has this title"
            )
            titles[title[0]] = page.tree.get("lang")


@pytest.mark.parametrize("lang", LANGS)
def test_link_previews_have_title_description_and_image(site, lang):
    prefix, locale = LANGS[lang]
    state = {"en": "Over", "es": "Ya terminó", "fil": "Tapos na"}[lang]
    page = pages(site)[prefix + CALL]
    card = {name: meta(page, "property", f"og:{name}") for name in
            ("title", "description", "url", "type", "site_name", "locale", "locale:alternate", "image", "image:alt")}  # fmt: skip
    others = [territory for code, (_, territory) in LANGS.items() if code != lang]
    assert card["title"] == [f"{state}: {page.tree.findtext('.//h1')}"]
    assert card["description"] == meta(page, "name", "description")
    assert card["url"] == [f"{ADDRESS}/{prefix}{CALL}"] and card["type"] == ["article"]
    assert card["site_name"] == ["Caravan"] and card["locale"] == [locale] and card["locale:alternate"] == others
    assert meta(page, "property", "article:published_time") == ["2029-09-01"]
    assert meta(page, "property", "article:modified_time") == ["2029-09-01"]
    assert meta(page, "name", "twitter:card") == ["summary"]
    assert card["image:alt"] and png_size((site / card["image"][0].removeprefix(f"{ADDRESS}/")).read_bytes()) == (512, 512)


@pytest.mark.any_content
def test_only_dated_texts_are_articles(site):
    for address, page in pages(site).items():
        kind = meta(page, "property", "og:type")
        dated = bool(page.tree.xpath("//article//p[@class='byline']"))
        assert kind in ([], ["article" if dated else "website"]), address


@pytest.mark.parametrize("lang", LANGS)
def test_the_manifest_is_in_the_language_of_the_page_and_its_icons_exist(site_below_path, lang):
    """For a site below a path. Only the home page links to the manifest, because browsers fetch it from every page that does."""
    prefix, _ = LANGS[lang]
    home = f"{ADDRESS}/name/{prefix}"
    page = pages(site_below_path)[prefix]
    manifest_url = urljoin(home, page.tree.xpath("//link[@rel='manifest']/@href")[0])
    manifest = json.loads((site_below_path / manifest_url.removeprefix(f"{ADDRESS}/name/")).read_text())
    assert (manifest["lang"], manifest["dir"], manifest["name"]) == (lang, "ltr", "Caravan")
    assert (
        urljoin(manifest_url, manifest["start_url"])
        == urljoin(manifest_url, manifest["scope"])
        == f"{ADDRESS}/name/{prefix}"
    )
    sizes = {}
    for icon in manifest["icons"]:
        data = (site_below_path / urljoin(manifest_url, icon["src"]).removeprefix(f"{ADDRESS}/name/")).read_bytes()
        if icon["type"] == "image/png":
            assert icon["sizes"] == "x".join(map(str, png_size(data)))
        sizes[icon["sizes"]] = icon["type"]
    assert sizes["any"] == "image/svg+xml" and "512x512" in sizes
    assert not pages(site_below_path)[prefix + CALL].tree.xpath("//link[@rel='manifest']")
    touch_icon = urljoin(home, page.tree.xpath("//link[@rel='apple-touch-icon']/@href")[0])
    assert png_size((site_below_path / touch_icon.removeprefix(f"{ADDRESS}/name/")).read_bytes()) == (180, 180)


@pytest.mark.parametrize("lang", LANGS)
def test_pages_link_to_their_feeds(site, lang):
    prefix, _ = LANGS[lang]
    for address in (f"{prefix}{CALL}", f"{prefix}calls/"):
        links = pages(site)[address].tree.xpath("//link[@type='application/atom+xml']/@href")
        feeds = [urljoin(f"{ADDRESS}/{address}", link) for link in links]
        assert feeds == [f"{ADDRESS}/{prefix}feeds/all.atom.xml", f"{ADDRESS}/{prefix}feeds/calls.atom.xml"]


def test_names_of_theme_files_contain_a_hash(site):
    for path in (site / "theme").iterdir():
        assert re.fullmatch(r"[a-z0-9-]+-[0-9a-f]{8}\.(js|png|svg|woff2)", path.name)
