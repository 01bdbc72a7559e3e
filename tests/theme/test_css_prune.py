"""Each page contains the CSS rules that can match in it, and lacks none of them."""

from __future__ import annotations

import re
import shutil

import pytest
from conftest import ROOT, build
from test_css import SELECTORS, UNMATCHED

from caravan.site import css_prune, templates
from caravan.site.templates import Theme


def pruned(css: str, html: str) -> str:
    parsed = css_prune.parse_css(css)
    return css_prune.serialize(css_prune.prune(parsed, css_prune.names_in_html(html, css_prune.selector_names(parsed))))


def test_parsing_and_serializing_returns_the_same_css():
    css = Theme(ROOT / "theme").styles.all_rules()
    assert css_prune.serialize_rule(css_prune.CssRule("", rules=css_prune.parse_css(css)))[1:-1] == css


@pytest.mark.parametrize(("css", "html", "expected"), [
    (".a{x:1}.b{x:2}", '<p class="b c">', ".b{x:2}"),
    (".a,.b>p{x:1}", '<p class="b">', ".b>p{x:1}"),
    ("p .a,li{x:1}", '<p class="b">', ""),
    (":is(ul,ol)>.a{x:1}", '<ol><li class="a">', ":is(ul,ol)>.a{x:1}"),
    (":is(ul,.b)>.a{x:1}", '<ol><li class="a">', ""),
    ("p:not(.a){x:1}p:not(:has(.a)) b{x:1}", "<p><b>", "p:not(.a){x:1}p:not(:has(.a)) b{x:1}"),
    (":is(h2,h3):hover>.a{x:1}", '<h3><a class="a">', ":is(h2,h3):hover>.a{x:1}"),
    ("*,::before,:root,:focus-visible{x:1}", "", "*,::before,:root,:focus-visible{x:1}"),
    ("[hidden]{x:1}[aria-current=page]{x:1}", '<a aria-current="page">', "[aria-current=page]{x:1}"),
    (".a::after{content:\"} .b{\"}.b{x:1}", '<p class="a">', '.a::after{content:"} .b{"}'),
    ("@layer a,b;@layer a{.a{x:1}@media print{.b{x:1}}}@layer b{.b{x:1}}", '<p class="a">', "@layer a,b;@layer a{.a{x:1}}"),
    ("@keyframes k{from{x:1}to{x:2}}@page{margin:1cm}", "", "@keyframes k{from{x:1}to{x:2}}@page{margin:1cm}"),
    (".a{& .b{x:1}}.c{x:1}", '<p class="a">', ".a{& .b{x:1}}"),
    (":root{--one:1;--two:var(--one);--three:3}.a{x:var(--two)}", '<p class="a">', ":root{--one:1;--two:var(--one);}.a{x:var(--two)}"),
    (":root{--one:1;--two:var(--one)}.a{x:1}@media print{:root{--one:2}}", '<p class="a">', ".a{x:1}"),
])  # fmt: skip
def test_rules_that_cannot_match_are_removed(css, html, expected):
    assert pruned(css, html) == expected


@pytest.mark.parametrize("css", [".a{x:1", ".a{x:1}}", "@media print{.a{x:1}", ".a"])
def test_a_missing_brace_is_an_error(css):
    with pytest.raises(ValueError, match="brace"):
        css_prune.parse_css(css)


def test_the_error_names_the_style_sheet(tmp_path):
    theme = shutil.copytree(ROOT / "theme", tmp_path / "theme")
    (theme / "static" / "css" / "base.css").write_text("h1 { color: red\n")
    with pytest.raises(css_prune.StyleError, match=r"base\.css:1: the file ends inside a rule"):
        Theme(theme).styles.all_rules()


def test_no_page_lacks_a_rule_that_matches(browser, monkeypatch, tmp_path):
    """The browser matches the removed selectors against every page."""
    pages = []

    def record_page(self, template, html, root, _inline_css=templates.StyleSheets.inline_css):
        page = _inline_css(self, template, html, root)
        if templates.CSS_PLACEHOLDER in html:
            pages.append((css_prune.serialize(self.rules(template)[0]), page))
        return page

    monkeypatch.setattr(templates.StyleSheets, "inline_css", record_page)
    build(tmp_path / "output")
    assert len(pages) > 30
    tab, removed_count = browser.new_page(), 0
    for all_css, html in pages:
        selectors = set(tab.evaluate(SELECTORS, re.search("<style>(.*?)</style>", html, re.DOTALL)[1]))
        removed = [selector for selector in tab.evaluate(SELECTORS, all_css) if selector not in selectors]
        removed_count += len(removed)
        assert tab.evaluate(UNMATCHED, [html, removed]) == removed
        assert "\x02" not in html and "\x03" not in html
    tab.close()
    assert removed_count > 300
