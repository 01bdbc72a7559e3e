"""Copies of the site for other hosts and for USB sticks (`mirror`)."""

from __future__ import annotations

import json
import posixpath
import shutil
import zipfile
from urllib.parse import unquote, urlsplit

import lxml.html
import pytest
from conftest import ROOT, serve_folder
from reach import dead_links

from caravan.build import verify
from caravan.build.output import OutputError
from caravan.git import PublishError
from caravan.publishing.mirror import MirrorInfo, offline_html, write_mirror

INFO = MirrorInfo("Caravan", ("en", "es", "fil"), ROOT / "theme")


@pytest.fixture(scope="module")
def copies(site_below_path, tmp_path_factory):
    """The offline copy of the real site, built for https://example.org/name."""
    return write_mirror(site_below_path, tmp_path_factory.mktemp("copies"), INFO, offline=True)


def local_links(folder):
    """(page, split link) for every link and image source without a host."""
    for path in sorted(folder.rglob("*.html")):
        tree = lxml.html.fromstring(path.read_bytes())
        for link in [*tree.xpath("//a/@href"), *tree.xpath("//img/@src")]:
            parts = urlsplit(link)
            if not parts.scheme and not parts.netloc:
                yield path, parts


def test_every_link_of_the_offline_copy_leads_to_a_file_and_an_existing_id(copies):
    folder, _archive = copies
    dead, number = [], 0
    for path, parts in local_links(folder):
        number += 1
        target = path if not parts.path else (path.parent / unquote(parts.path))
        if not target.is_file():
            dead.append((str(path), parts.geturl()))
        elif parts.fragment and parts.fragment not in lxml.html.fromstring(target.read_bytes()).xpath("//@id"):
            dead.append((str(path), parts.geturl()))
    assert number > 300 and dead == []


def test_only_links_and_the_font_differ_from_the_public_site(copies, site_below_path):
    folder, _archive = copies
    for path in sorted(site_below_path.rglob("*.html")):
        public, offline = (
            lxml.html.fromstring((parent / path.relative_to(site_below_path)).read_bytes()) for parent in (site_below_path, folder)
        )
        for tree in (public, offline):
            for element in [*tree.xpath("//link[@rel='preload']|//style|//meta[contains(@content, 'style-src') or @http-equiv='refresh']")]:
                element.drop_tree()
            for element in tree.iter():
                element.attrib.pop("href", None)
        assert lxml.html.tostring(public) == lxml.html.tostring(offline), path


def test_the_offline_copy_verifies_and_has_instructions(copies, tmp_path):
    folder, archive = copies
    assert verify.report(str(folder)) == 0
    start = lxml.html.fromstring((folder / "START-HERE.html").read_bytes())
    for lang, home in (("en", "index.html"), ("es", "es/index.html"), ("fil", "fil/index.html")):
        part = start.xpath(f"//section[@lang='{lang}']")[0]
        assert home in part.xpath(".//a/@href") and "verify.py" in part.text_content()
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tmp_path)
    unpacked = next(tmp_path.iterdir())
    assert verify.report(str(unpacked)) == 0
    assert sorted(path.name for path in unpacked.iterdir()) == sorted(path.name for path in folder.iterdir())


def test_a_second_copy_replaces_the_first_and_no_other_files(copies, site_below_path, tmp_path):
    first = write_mirror(site_below_path, tmp_path, INFO, offline=True)
    again = write_mirror(site_below_path, tmp_path, INFO, offline=True)
    assert first == again and again[1].read_bytes() == copies[1].read_bytes()
    folder = tmp_path / "photos"
    (folder / "offline").mkdir(parents=True)
    (folder / "offline" / "wedding.jpg").touch()
    with pytest.raises(OutputError, match="is not empty and holds no"):
        write_mirror(site_below_path, folder, INFO, offline=True)
    assert (folder / "offline" / "wedding.jpg").exists()


def test_the_copy_for_a_host_equals_the_public_site_and_works_below_any_path(site, tmp_path):
    folder, _archive = write_mirror(site, tmp_path, INFO, offline=False)
    assert verify.verify(str(folder))[1] == verify.verify(str(site))[1] == []
    assert (folder / verify.NAME).read_bytes() == (site / verify.NAME).read_bytes()
    host = tmp_path / "host" / "some" / "path"
    shutil.copytree(folder, host)
    # 404.html is served at every address, so its links start with the path that the site was built for.
    assert [line for line in dead_links(host, "/some/path/") if not line.startswith("404.html")] == []
    with serve_folder(tmp_path / "host") as address:
        assert verify.report(f"{address}/some/path") == 0


PAGE = """<!doctype html><meta http-equiv="refresh" content="0; url=../b/"><p title="href='../b/'">
<a class=x href="../b/#m">b</a> <a
 href='./'>here</a> <code>href="../b/"</code> <a href="#m">m</a> <a href="/name/b/">root</a> <a href="https://x/b/">x</a>
<a href="..">up</a> <a href="../b/file.pdf">file</a> <a href="/other/">other</a> <img src="p%C3%A1.jpg"> <a href="../c/?q=1">c</a>"""


def test_links_change_inside_tags_only():
    files = {"index.html", "a/index.html", "b/index.html", "b/file.pdf", "a/pá.jpg"}
    assert offline_html(PAGE, "a/index.html", files, "/name/").split("\n") == [
        """<!doctype html><meta http-equiv="refresh" content="0; url=../b/index.html"><p title="href='../b/'">""",
        """<a class=x href="../b/index.html#m">b</a> <a""",
        """ href="./index.html">here</a> <code>href="../b/"</code> <a href="#m">m</a> <a href="../b/index.html">root</a> """
        """<a href="https://x/b/">x</a>""",
        """<a href="../index.html">up</a> <a href="../b/file.pdf">file</a> <a href="/other/">other</a> <img src="p%C3%A1.jpg"> """
        """<a href="../c/?q=1">c</a>""",
    ]


def test_styles_and_pictures_of_the_offline_copy_load_from_local_files(copies, browser, tmp_path):
    """The Content-Security-Policy must allow the page's own style and pictures for file: URLs too."""
    folder = tmp_path / "usb stick"
    shutil.copytree(copies[0], folder)
    (folder / "dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>')
    home = folder / "index.html"
    home.write_text(home.read_text().replace("</main>", '<img id="dot" src="dot.svg" alt=""></main>'))
    page = browser.new_page()
    try:
        page.goto(home.as_uri())
        assert page.evaluate("document.getElementById('dot').naturalWidth") == 7
        assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('color-scheme')")
        page.locator("main a[href$='index.html']").first.click()
        page.wait_for_load_state()
        assert posixpath.basename(urlsplit(page.url).path) == "index.html" and page.url.startswith("file://")
    finally:
        page.close()


def test_the_font_of_the_offline_copy_loads_from_local_files(copies, browser, tmp_path):
    """Browsers do not load a font file from a file: page, so it must be embedded."""
    for name in ("index.html", "es/calls/harbor-walk/index.html", "START-HERE.html"):
        context = browser.new_context()
        page, messages = context.new_page(), []
        page.on("console", lambda message, messages=messages: messages.append(message.text))
        page.goto((copies[0] / name).as_uri())
        assert page.evaluate("[...document.fonts].find(font => font.family === 'Poster').status") == "loaded", name
        assert [line for line in messages if "font" in line or "preload" in line] == [], name
        context.close()


def test_a_site_that_was_changed_after_the_build_is_not_copied(site, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(site, copy)
    (copy / "about" / "index.html").write_text("Changed after the build")
    with pytest.raises(PublishError, match="about/index.html was changed after the build"):
        write_mirror(copy, tmp_path / "mirror", INFO, offline=True)
    assert json.loads((site / verify.NAME).read_text())["files"]
