"""Each page contains the CSS rules that can match in it, and lacks none of them."""

from __future__ import annotations

import re
import shutil

import pytest
from conftest import ROOT, build
from test_css import SELECTORS, UNMATCHED

from caravan.site import css_prune, templates
from caravan.site.templates import Theme


def parse(tmp_path, css: str):
    path = tmp_path / "sheet.css"
    path.write_text(css)
    return css_prune.read_stylesheet(path)


@pytest.mark.parametrize(("css", "names", "expected"), [
    (".a{x:1}.b{x:2}", "p .b .c", ".b{x:2}"),
    (".a,.b>p{x:1}", "p .b", ".b>p{x:1}"),
    ("p .a,li{x:1}", "p .b", ""),
    (":is(ul,ol)>.a{x:1}", "ol li .a", ":is(ul,ol)>.a{x:1}"),
    ("p:not(.a){x:1}p:not(:has(.a)) b{x:1}", "p b", "p:not(.a){x:1}p:not(:has(.a)) b{x:1}"),
    (":is(h2,h3):hover>.a{x:1}", "h3 a .a", ":is(h2,h3):hover>.a{x:1}"),
    ("*,::before,:root,:focus-visible{x:1}", "", "*,::before,:root,:focus-visible{x:1}"),
    ("[hidden]{x:1}[aria-current=page]{x:1}", "a [aria-current]", "[aria-current=page]{x:1}"),
    (".a::after{content:\"} .b{\"}.b{x:1}", "p .a", '.a::after{content:"} .b{"}'),
    ("@layer a,b;@layer a{.a{x:1}@media print{.b{x:1}}}@layer b{.b{x:1}}", "p .a", "@layer a,b;@layer a{.a{x:1}}"),
    ("@keyframes k{from{x:1}to{x:2}}@page{margin:1cm}", "from to", "@keyframes k{from{x:1}to{x:2}}@page{margin:1cm}"),
    (".a{y:2;& .b{x:1}& .c{x:1}}.c{x:1}", "p .a .b", ".a{y:2;& .b{x:1}}"),
])  # fmt: skip
def test_rules_that_cannot_match_are_removed(tmp_path, css, names, expected):
    assert css_prune.serialize(parse(tmp_path, css), frozenset(names.split())) == expected


@pytest.mark.parametrize(("css", "expected"), [
    ("/* { */ .a > b ,\n c + d ~ e { x : 1  2 , 3 ; y:calc( 1px  +  2px ) !important ; }", ".a>b,c+d~e{x:1 2,3;y:calc(1px + 2px)!important}"),
    ("@media print , ( min-width : 4rem ) { a:hover { --x : \"a  b\" } }", '@media print,(min-width:4rem){a:hover{--x:"a  b"}}'),
    ("@font-face { src: url(poster) format(\"woff2\") }", '@font-face{src:url(poster) format("woff2")}'),
])  # fmt: skip
def test_comments_and_insignificant_white_space_are_removed(tmp_path, css, expected):
    assert css_prune.serialize(parse(tmp_path, css)) == expected


@pytest.mark.parametrize(("css", "line"), [
    ("h1 { x: 1 }\nh2 { x: 1\n", 2), ("@media print {\n.a { x: 1 }", 1), ("a { x: 1 }\n/* open", 1), ("a { x: 1 }\nb { x 1 }", 2),
    (".a { x: 1 }\n}\n.b { x: 1 }", 2), ("a {\n  x: (1;\n  y: 2 }\nb { x: 1 }", 3), ("a { x: 1 }\nb ] { x: 1 }", 2),
])  # fmt: skip
def test_the_error_names_file_and_line(tmp_path, css, line):
    theme = shutil.copytree(ROOT / "theme", tmp_path / "theme")
    (theme / "static" / "css" / "base.css").write_text(css)
    with pytest.raises(css_prune.StyleError, match=rf"base\.css:{line}: "):
        Theme(theme).styles.all_rules()


def test_names_are_read_from_the_source_of_a_template():
    source = """{#- <i class="comment"> -#}
    <h{{ level }} class="a{% if x %} b{% else %} c{% endif %} d--{{ kind }}"{% if y %} lang="{{ y }}"{% endif %} data-x='<b class="no">'>
    {{ "<u>" }}{% for z in range(2) %}<p class="{{ z }} e"/>{% endfor %}"""
    names, _ = templates.names_and_references(Theme(ROOT / "theme").environment, source)
    assert names == {"h*", ".a", ".b", ".c", ".d--*", "[class]", "[lang]", "[data-x]", "p", ".e"}


def test_no_page_lacks_a_rule_that_matches(browser, monkeypatch, tmp_path):
    """The browser matches the removed selectors against every page, also of texts with every element and of rare states."""
    pages = []

    def record_page(self, template, lang, view, _render=Theme.render):
        html = _render(self, template, lang, view)
        if "<style>" in html:
            pages.append(html)
        return html

    monkeypatch.setattr(Theme, "render", record_page)
    build(tmp_path / "output")
    folder = tmp_path / "content" / "background" / "all"
    folder.mkdir(parents=True)
    shutil.copyfile(ROOT / "theme" / "static" / "icons" / "icon-180.png", folder / "dot.png")
    body = re.sub(r"\[@[\w-]+\]", "", (ROOT / "tests" / "theme" / "text.md").read_text())  # this content has no sources
    summary = "summary: A text of a test, with a summary of the length that a summary must have."
    for lang, fields in {"en": "authors: [A]\nstatus: draft\ndate: 2024-05-06", "es": "translated_from: en\nmade_from: abcdef"}.items():
        (folder / f"{lang}.md").write_text(f"---\ntitle: A text\n{summary}\n{fields}\n---\n\n{body}")
    build(tmp_path / "rare", tmp_path / "content", conf="pelicanconf.py")
    assert len(pages) > 60
    tab, removed_count = browser.new_page(), 0
    all_selectors = tab.evaluate(SELECTORS, Theme(ROOT / "theme").styles.all_rules())
    for html in pages:
        selectors = set(tab.evaluate(SELECTORS, re.search("<style>(.*?)</style>", html, re.DOTALL)[1]))
        removed = [selector for selector in all_selectors if selector not in selectors]
        removed_count += len(removed)
        unmatched = set(tab.evaluate(UNMATCHED, [html, removed]))
        assert [selector for selector in removed if selector not in unmatched] == []
    tab.close()
    assert removed_count > 300
