"""Copies of the site for other hosts and for USB sticks (`mirror`)."""

from __future__ import annotations

import base64
import hashlib
import json
import posixpath
import shutil
import zipfile
from urllib.parse import unquote, urlsplit

import html5lib
import lxml.html
import pytest
from conftest import ADDRESS, PNG, ROOT, serve_folder, task
from reach import dead_links

from caravan.build import manifest, verify
from caravan.build.output import OutputError
from caravan.git import PublishError
from caravan.publishing.mirror import offline_page, write_mirror

SETTINGS = {"SITENAME": "Caravan", "LANGUAGES": ("en", "es", "fil"), "DEFAULT_LANG": "en", "THEME": str(ROOT / "theme")}


@pytest.fixture(scope="module")
def copies(site_below_path, tmp_path_factory):
    """The offline copy of the real site, built for https://example.org/name."""
    return write_mirror(site_below_path, tmp_path_factory.mktemp("copies"), SETTINGS, offline=True)


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
    first = write_mirror(site_below_path, tmp_path, SETTINGS, offline=True)
    again = write_mirror(site_below_path, tmp_path, SETTINGS, offline=True)
    assert first == again and again[1].read_bytes() == copies[1].read_bytes()
    changed = shutil.copytree(site_below_path, tmp_path / "changed")
    (changed / "about" / "index.html").write_text("<!doctype html><title>About</title>Newer")
    manifest.write_manifest(changed, manifest.build_inputs(None, ADDRESS, "2026-11-24", ""))
    write_mirror(changed, tmp_path, SETTINGS, offline=True)
    assert "Newer" in (first[0] / "about" / "index.html").read_text() and verify.report(str(first[0])) == 0
    folder = tmp_path / "photos"
    (folder / "offline").mkdir(parents=True)
    (folder / "offline" / "wedding.jpg").touch()
    with pytest.raises(OutputError, match="is not empty and holds no"):
        write_mirror(site_below_path, folder, SETTINGS, offline=True)
    assert (folder / "offline" / "wedding.jpg").exists()


def test_the_copy_for_a_host_equals_the_public_site_and_works_below_any_path(site, tmp_path):
    folder, _archive = write_mirror(site, tmp_path, SETTINGS, offline=False)
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


def test_links_change_to_files(tmp_path):
    files = {"index.html", "a/index.html", "b/index.html", "b/file.pdf", "a/pá.jpg"}
    tree = lxml.html.document_fromstring(offline_page(PAGE, "a/index.html", files, tmp_path, "/name/"))
    assert tree.xpath("//a/@href | //img/@src | //@content") == [
        "0; url=../b/index.html", "../b/index.html#m", "index.html", "#m", "../b/index.html", "https://x/b/", "../index.html",
        "../b/file.pdf", "/other/", "p%C3%A1.jpg", "../c/?q=1",
    ]  # fmt: skip
    assert tree.xpath("//@title") == ["href='../b/'"] and tree.xpath("//code/text()") == ['href="../b/"']


HOSTILE = """ href='../../about/' onmouseover='alert(1)' <a href="../../about/" onclick=alert(2)> </title></style></script> --> &lt;b&gt; <style>"""


def test_text_that_looks_like_html_stays_text(project):
    """In titles, attributes, code and structured data: only links and the policy of a page differ from the public one."""
    folder = project / "content" / "analysis" / "hostile"
    folder.mkdir()
    (folder / "boat.png").write_bytes(PNG)
    quoted = json.dumps("A title of a text, href='../../about/' onmouseover='alert(1)', as long as a summary must be")
    (folder / "en.md").write_text(
        f"---\ntitle: {quoted}\nsummary: {quoted}\ndate: 2020-01-01\nauthors:\n  - {quoted}\n---\n\n"
        f"A [link](../../pages/about/en.md \"href='../../about/' onmouseover='alert(1)'\") in HTML.\n\n```\n{HOSTILE}\n```\n\n"
        f"![{BREAKOUT}](boat.png '{BREAKOUT}')\n\n| {CELL} | b |\n|---|---|\n| {CELL} | [{BREAKOUT}](../../pages/about/en.md) |\n\n"
        "*[HTML]: A language, href='../../about/' onmouseover='alert(1)' autofocus='1'\n"
    )
    for command in (["build"], ["mirror", "--offline"]):
        result = task(project, *command, SITEURL=ADDRESS)
        assert result.returncode == 0, result.stdout + result.stderr
    public = parse(project / "output" / "analysis" / "hostile" / "index.html")
    offline = parse(project / "mirror" / "offline" / "analysis" / "hostile" / "index.html")
    assert HOSTILE in "".join(offline.itertext()) and "onmouseover" in json.dumps([dict(element.attrib) for element in offline.iter()])
    assert elements(public) == elements(offline)
    for tree in (public, offline):
        values = [value for element in tree.iter() for value in element.attrib.values()]
        assert sum('" onmouseover="alert(1)"' in value for value in values) >= 2, "the quotes were to reach an attribute"
        assert not [name for element in tree.iter() for name in element.attrib if name.startswith("on") or name == "x"]


BREAKOUT = '&quot; onmouseover=&quot;alert(1)&quot; x=&quot;'  # becomes plain quotes in attributes
CELL = BREAKOUT.replace("&quot;", r'\"')  # and so does this in words, which typography would change


def parse(page):
    """A page as browsers parse it."""
    return html5lib.parse(page.read_bytes(), namespaceHTMLElements=False, transport_encoding="utf-8")


def elements(tree):
    """Every element with its text and attributes, without those that differ in an offline copy."""
    found = []
    for element in tree.iter():
        if element.tag == "style" or element.get("rel") == "preload" or element.get("http-equiv") == "Content-Security-Policy":
            continue
        attributes = {name: value for name, value in element.attrib.items() if name not in ("href", "src")}
        if element.get("http-equiv") == "refresh":  # of a redirect: its address is a link
            attributes.pop("content")
        found.append((element.tag, attributes, (element.text or "").strip(), (element.tail or "").strip()))
    return found


def test_pages_differ_in_links_and_font_only(copies, site_below_path):
    for path in sorted(site_below_path.rglob("*.html")):
        assert elements(parse(path)) == elements(parse(copies[0] / path.relative_to(site_below_path))), path


def test_the_policy_allows_the_style_of_its_page(copies, site_below_path):
    for path in sorted(copies[0].rglob("*.html")):
        tree = lxml.html.fromstring(path.read_bytes())
        for policy, style in zip(tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content"), tree.xpath("//style/text()")):  # a redirect has no style
            digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
            assert f"style-src 'sha256-{digest}'; img-src 'self' data:; font-src data:" in policy, path
            if (site_below_path / path.relative_to(copies[0])).exists():
                [public] = lxml.html.fromstring((site_below_path / path.relative_to(copies[0])).read_bytes()).xpath(
                    "//meta[@http-equiv='Content-Security-Policy']/@content"
                )
                assert policy.partition("base-uri")[2] == public.partition("base-uri")[2], path


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
    with pytest.raises(PublishError, match="changed: about/index.html"):
        write_mirror(copy, tmp_path / "mirror", SETTINGS, offline=True)
    assert json.loads((site / verify.NAME).read_text())["files"]
