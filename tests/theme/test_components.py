"""Each component, shown from its examples: what it must say, to whom, and that its words are words."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import html5lib
import pytest
from conftest import ROOT
from markupsafe import Markup

from caravan.site.templates import Theme

_SPEC = importlib.util.spec_from_file_location("theme_examples", Path(__file__).parent / "examples.py")
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)
EXAMPLES = _MODULE.EXAMPLES
COMPONENTS = sorted(path.stem for path in (ROOT / "theme" / "templates" / "components").glob("*.html"))
NASTY = "<b>&\"'{{ 7*7 }}"
THEME = Theme(ROOT / "theme")


def shown(name: str, arguments: dict) -> str:
    macro = THEME.component(name, "en")
    return str(macro(**{key: value for key, value in arguments.items() if key in macro.arguments}))


def tree(markup: str):
    return html5lib.parseFragment(markup, treebuilder="etree", namespaceHTMLElements=False)


def states():
    return [(name, state) for name in COMPONENTS if name in EXAMPLES for state in EXAMPLES[name]]


def test_every_component_has_examples_and_every_style_is_a_components():
    assert [name for name in COMPONENTS if name not in EXAMPLES] == []
    styles = {path.stem for path in (ROOT / "theme" / "static" / "css" / "components").glob("*.css")}
    assert styles <= set(COMPONENTS)


@pytest.mark.parametrize(("name", "state"), states(), ids=lambda value: value if isinstance(value, str) else value["title"])
def test_marks_lead_somewhere_and_controls_have_names(name, state):
    if name in ("page_head", "structured_data"):
        pytest.skip("no part of a page's body")
    found = tree(shown(name, state["arguments"]))
    ids = [element.get("id") for element in found.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), ids
    for element in found.iter():
        for mark in (element.get("aria-labelledby") or "").split():
            assert mark in ids, mark
        if element.tag in ("nav", "section", "aside"):
            assert element.get("aria-label") or element.get("aria-labelledby"), element.tag
        if element.tag in ("a", "button"):
            assert "".join(element.itertext()).strip() or element.get("aria-label"), name
        if element.tag == "svg":
            assert element.get("aria-label") or hidden(found, element), "a drawing says what it shows, or is hidden"


def hidden(root, element) -> bool:
    return any(outer.get("aria-hidden") == "true" and element in outer.iter() for outer in root.iter())


@pytest.mark.parametrize("name", [name for name in COMPONENTS if name not in ("page_head", "structured_data")])
def test_words_are_escaped(name):
    """Whatever a value says, it comes out as words: in the text, in attributes and in addresses."""
    for state in EXAMPLES[name]:
        markup = shown(name, nasty(state["arguments"]))
        assert "<b>&\"'" not in markup and "49" not in re.sub(r"<svg.*?</svg>", "", markup), name


KEPT = {
    "level", "kind", "state", "grade", "word", "href", "id", "iso", "lang", "direction", "minutes", "number", "last", "numbered",
    "behind", "gone", "called", "summit", "current", "excerpt", "language", "read_as", "title_given", "title_class", "cell",
}  # fmt: skip


def nasty(value, key: str = ""):
    """The same value with every word of it hostile; what code compares or counts stays."""
    if isinstance(value, dict):
        return {name: nasty(inner, name) for name, inner in value.items()}
    if isinstance(value, (list, tuple)) and key != "certainty":
        return type(value)(nasty(inner, key) for inner in value)
    return NASTY if isinstance(value, str) and value and key not in KEPT and not isinstance(value, Markup) else value


def test_the_kinds_differ_by_number_drawing_and_shape():
    signs = {kind: shown("sign", {"kind": kind}) for kind in ("calls", "analysis", "background")}
    assert len({re.search(r"<b>(\d)</b>", sign)[1] for sign in signs.values()}) == 3
    assert len({re.search(r"<svg.*</svg>", sign, re.DOTALL)[0] for sign in signs.values()}) == 3
    css = (ROOT / "theme" / "static" / "css" / "components" / "article_card.css").read_text()
    assert "double" in css and "dashed" in css  # and by the pattern of their rule


def test_a_call_that_is_over_says_so_before_anything_else():
    for name in ("event_banner", "poster"):
        over = next(state for state in EXAMPLES[name] if state["arguments"]["event"] and state["arguments"]["event"]["state"] == "over")
        assert "".join(tree(shown(name, over["arguments"])).itertext()).split()[0] == "Over"


def test_certainty_is_said_in_words_and_not_by_a_mark_alone():
    words = "".join(tree(shown("answer_board", EXAMPLES["answer_board"][0]["arguments"])).itertext())
    assert all(grade in words for grade in ("Documented:", "Reports differ:", "One voice, or a plan:"))
    words = "".join(tree(shown("timeline", EXAMPLES["timeline"][0]["arguments"])).itertext())
    assert "Reports differ" in words and "One voice, or a plan" in words


def test_the_month_says_in_words_what_its_grid_shows():
    found = tree(shown("month_page", EXAMPLES["month_page"][0]["arguments"]))
    words = " ".join("".join(item.itertext()) for item in found.iter("li"))
    assert "9–14 November 2023: days of the call" in words and "11–17 November 2023: APEC Leaders’ Week" in words
    assert next(found.iter("table")).get("aria-hidden") == "true"


def test_passing_on_needs_no_script():
    found = tree(shown("share", EXAMPLES["share"][0]["arguments"]))
    assert [link.get("href").split("?")[0] for link in found.iter("a")] == ["https://wa.me/", "https://t.me/share/url", "mailto:"]
    assert all(button.get("hidden") is not None for button in found.iter("button"))
    assert next(found.iter("code")).text == "https://example.org/a/"
