"""The theme has no unused rules or custom properties, no colours outside the tokens and no physical directions."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT

from caravan.site.templates import Theme
from tools import styleguide

# Every selector of a style sheet, with nesting resolved, without pseudo-elements and without pseudo-classes for temporary
# states (focus, hover). The browser parses and matches, so the test does not depend on a selector parser of its own.
SELECTORS = r"""css => {
  const sheet = new CSSStyleSheet(), selectors = new Set();
  sheet.replaceSync(css);
  const temporary = ":(hover|focus(-visible|-within)?|active|visited|target(-within|-current)?|popover-open|open|autofill|fullscreen|modal)(?![\\w-])";
  const withoutStates = selector => selector.replace(/::[\w-]+(\([^)]*\))?/g, "").replace(new RegExp(`:not\\(${temporary}\\)`, "g"), "")
    .replace(new RegExp(temporary, "g"), ":is(*)").replace(/\[open\]/g, ":is(*)");
  const collect = (rules, parent) => {
    for (const rule of rules) {
      let selector = parent;
      if (rule.selectorText !== undefined) {
        selector = parent ? rule.selectorText.replace(/&/g, `:is(${parent})`) : rule.selectorText;
        if (rule.style.length || !rule.cssRules?.length) for (const part of split(selector)) selectors.add(withoutStates(part).trim() || "*");
      }
      if (rule.cssRules) collect(rule.cssRules, selector);
    }
  };
  const split = list => {
    const parts = [""];
    let depth = 0;
    for (const character of list) {
      depth += "([".includes(character) - ")]".includes(character);
      if (character === "," && !depth) parts.push(""); else parts[parts.length - 1] += character;
    }
    return parts;
  };
  collect(sheet.cssRules, "");
  return [...selectors];
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


def unused_selectors(tab, css, pages):
    """The selectors of `css` that match nothing on any of the pages."""
    selectors = tab.evaluate(SELECTORS, css)
    for html in pages:
        selectors = tab.evaluate(UNMATCHED, [html, selectors])
    return selectors


def test_every_rule_is_used(site, rare_site, tab, tmp_path):
    styleguide.styleguide(ROOT, tmp_path / "guide")
    pages = [path.read_text() for path in [*site.rglob("*.html"), *rare_site.rglob("*.html"), *(tmp_path / "guide").rglob("*.html")]]
    css = styleguide.every_rule(Theme(ROOT / "theme"))
    assert len(tab.evaluate(SELECTORS, css)) > 100
    unused = unused_selectors(tab, css, pages)
    assert not unused, "\n".join(unused)


def test_every_custom_property_is_used():
    css = styleguide.every_rule(Theme(ROOT / "theme"))
    defined, used = set(re.findall(r"[{;](--[\w-]+):", css)), set(re.findall(r"var\((--[\w-]+)", css))
    assert defined and defined == used


def test_colours_are_defined_in_tokens_only():
    for path in (ROOT / "theme" / "static" / "css").rglob("*.css"):
        if path.parent.name != "tokens" and path.name != "print.css":
            assert not re.findall(r"(?<![\w&-])#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|oklab|lab|lch)a?\(", path.read_text()), path


def test_every_stand_in_is_fitted_and_heavy():
    """`font` sets `font-size-adjust` back, so each rule that names the poster face says both."""
    css = styleguide.every_rule(Theme(ROOT / "theme"))
    rules = [rule for rule in re.findall(r"[^{}]*\{([^{}]*)\}", css) if "var(--display)" in rule]
    assert len(rules) > 20
    assert [rule for rule in rules if not re.search(r"font:900 condensed [^;]* var\(--display\);font-size-adjust:var\(--fit\)", rule)] == []


def test_what_styles_and_templates_print_is_in_every_font():
    """Arrows, dingbats and the like are empty boxes where no font of the reader has them: they are drawn."""
    css = styleguide.every_rule(Theme(ROOT / "theme"))
    assert [text for text in re.findall(r'content:"([^"]*)"', css) if not re.fullmatch(r"[ -\[\]-~]*", text)] == []
    for path in [*(ROOT / "theme" / "templates").rglob("*.html"), *(ROOT / "theme" / "translations").glob("*.po")]:
        assert not re.findall(r"[\u2100-\u2bff\ufe0e\ufe0f\U0001f000-\U0001ffff]", path.read_text()), path


def test_directions_are_logical():
    """`inline-start`, not `left`: pages in right-to-left scripts need no rules of their own."""
    physical = r"(?<![\w-])(?:(?:margin|padding|border|inset)-)?(?:left|right)(?:-[\w-]+)?\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right)"
    for path in (ROOT / "theme" / "static" / "css").rglob("*.css"):
        assert not re.findall(physical, path.read_text()), path


def test_unused_rules_are_found(tab):
    css = """@layer a{.used{color:red}.dead{color:red}} @media print{.used:hover::before,.gone{color:red}}
      .used{color:red;& .inner{color:red}&:focus-visible .nowhere{color:red}} details[open] p,.used:not(:hover){color:red}
      :is(.used,.x) i:nth-child(2){color:red}"""
    html = '<p class="used"><b class="inner">x</b><i>x</i></p><details><p>x</p></details>'
    assert unused_selectors(tab, css, [html]) == [".dead", ".gone", ":is(.used):is(*) .nowhere"]
