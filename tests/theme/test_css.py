"""No rule of the theme is dead, no token is unused, no colour stands outside the tokens."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT

from caravan.dev import styleguide
from caravan.site.templates import Theme

# Every selector of a style sheet, nested ones resolved, without what only a moment brings (focus, hover) and without
# the parts that are no elements (::before). The browser's own parser and matching; nothing is guessed from names.
SELECTORS = r"""css => {
  const sheet = new CSSStyleSheet(), found = new Set();
  sheet.replaceSync(css);
  const moment = ":(hover|focus(-visible|-within)?|active|visited|target(-within|-current)?|popover-open|open|autofill|fullscreen|modal)(?![\\w-])";
  const lasting = selector => selector.replace(/::[\w-]+(\([^)]*\))?/g, "").replace(new RegExp(`:not\\(${moment}\\)`, "g"), "")
    .replace(new RegExp(moment, "g"), ":is(*)").replace(/\[open\]/g, ":is(*)");
  const walk = (rules, around) => {
    for (const rule of rules) {
      let own = around;
      if (rule.selectorText !== undefined) {
        own = around ? rule.selectorText.replace(/&/g, `:is(${around})`) : rule.selectorText;
        if (rule.style.length || !rule.cssRules?.length) for (const one of split(own)) found.add(lasting(one).trim() || "*");
      }
      if (rule.cssRules) walk(rule.cssRules, own);
    }
  };
  const split = list => {
    const parts = [""];
    let depth = 0;
    for (const sign of list) {
      depth += "([".includes(sign) - ")]".includes(sign);
      if (sign === "," && !depth) parts.push(""); else parts[parts.length - 1] += sign;
    }
    return parts;
  };
  walk(sheet.cssRules, "");
  return [...found];
}"""
UNMATCHED = """([html, selectors]) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  return selectors.filter(selector => !page.querySelector(selector));
}"""


@pytest.fixture
def tab(browser):
    page = browser.new_page()
    yield page
    page.close()


def unused(tab, css, pages):
    """The selectors of `css` that match nothing on any of the pages."""
    left = tab.evaluate(SELECTORS, css)
    for html in pages:
        left = tab.evaluate(UNMATCHED, [html, left])
    return left


def test_no_rule_is_dead(site, rare_site, tab, tmp_path):
    styleguide.styleguide(ROOT, tmp_path / "guide")
    pages = [path.read_text() for path in [*site.rglob("*.html"), *rare_site.rglob("*.html"), *(tmp_path / "guide").rglob("*.html")]]
    css = styleguide.every_rule(Theme(ROOT / "theme"))
    assert len(tab.evaluate(SELECTORS, css)) > 100
    left = unused(tab, css, pages)
    assert not left, "\n".join(left)


def test_every_token_is_used():
    css = styleguide.every_rule(Theme(ROOT / "theme"))
    made, used = set(re.findall(r"[{;](--[\w-]+):", css)), set(re.findall(r"var\((--[\w-]+)", css))
    assert made and made == used


def test_colours_stand_in_the_tokens_alone():
    for path in (ROOT / "theme" / "static" / "css").rglob("*.css"):
        if path.parent.name != "tokens" and path.name != "print.css":
            assert not re.findall(r"(?<![\w&-])#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|oklab|lab|lch)a?\(", path.read_text()), path


def test_every_stand_in_is_fitted_and_heavy():
    """`font` sets `font-size-adjust` back, so each rule that names the poster face says both."""
    css = styleguide.every_rule(Theme(ROOT / "theme"))
    rules = [rule for rule in re.findall(r"[^{}]*\{([^{}]*)\}", css) if "var(--poster)" in rule]
    assert len(rules) > 20
    assert [rule for rule in rules if not re.search(r"font:900 condensed [^;]* var\(--poster\);font-size-adjust:var\(--fit\)", rule)] == []


def test_what_styles_and_templates_print_is_in_every_font():
    """Arrows, dingbats and the like are empty boxes where no font of the reader has them: they are drawn."""
    css = styleguide.every_rule(Theme(ROOT / "theme"))
    assert [text for text in re.findall(r'content:"([^"]*)"', css) if not re.fullmatch(r"[ -\[\]-~]*", text)] == []
    for path in [*(ROOT / "theme" / "templates").rglob("*.html"), *(ROOT / "theme" / "translations").glob("*.po")]:
        assert not re.findall(r"[\u2100-\u2bff\ufe0e\ufe0f\U0001f000-\U0001ffff]", path.read_text()), path


def test_sides_are_logical():
    """`inline-start`, not `left`: a page mirrors by its direction alone."""
    physical = r"(?<![\w-])(?:(?:margin|padding|border|inset)-)?(?:left|right)(?:-[\w-]+)?\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right)"
    for path in (ROOT / "theme" / "static" / "css").rglob("*.css"):
        assert not re.findall(physical, path.read_text()), path


def test_a_dead_rule_would_be_told(tab):
    css = """@layer a{.used{color:red}.dead{color:red}} @media print{.used:hover::before,.gone{color:red}}
      .used{color:red;& .inner{color:red}&:focus-visible .nowhere{color:red}} details[open] p,.used:not(:hover){color:red}
      :is(.used,.x) i:nth-child(2){color:red}"""
    html = '<p class="used"><b class="inner">x</b><i>x</i></p><details><p>x</p></details>'
    left = unused(tab, css, [html])
    assert left == [".dead", ".gone", ":is(.used):is(*) .nowhere"]
