"""Each component, rendered with its examples: required content, accessible names and escaping."""

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
HOSTILE = "<b>&\"'{{ 7*7 }}"
THEME = Theme(ROOT / "theme")


def render(name: str, arguments: dict) -> str:
    macro = THEME.component(name, "en")
    return str(macro(**{key: value for key, value in arguments.items() if key in macro.arguments}))


def parse(markup: str):
    return html5lib.parseFragment(markup, treebuilder="etree", namespaceHTMLElements=False)


def component_states():
    return [(name, state) for name in COMPONENTS if name in EXAMPLES for state in EXAMPLES[name]]


def test_every_component_has_examples_and_every_style_sheet_a_component():
    assert [name for name in COMPONENTS if name not in EXAMPLES] == []
    style_sheets = {path.stem for path in (ROOT / "theme" / "static" / "css" / "components").glob("*.css")}
    assert style_sheets <= set(COMPONENTS)


@pytest.mark.parametrize(("name", "state"), component_states(), ids=lambda value: value if isinstance(value, str) else value["title"])
def test_ids_exist_and_controls_have_names(name, state):
    if name in ("page_head", "structured_data"):
        pytest.skip("not in the body of a page")
    fragment = parse(render(name, state["arguments"]))
    ids = [element.get("id") for element in fragment.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), ids
    for element in fragment.iter():
        for label_id in (element.get("aria-labelledby") or "").split():
            assert label_id in ids, label_id
        if element.tag in ("nav", "section", "aside"):
            assert element.get("aria-label") or element.get("aria-labelledby"), element.tag
        if element.tag in ("a", "button"):
            assert "".join(element.itertext()).strip() or element.get("aria-label"), name
        if element.tag == "svg":
            assert element.get("aria-label") or is_hidden(fragment, element), "an SVG has a label or is hidden"


def is_hidden(root, element) -> bool:
    return any(ancestor.get("aria-hidden") == "true" and element in ancestor.iter() for ancestor in root.iter())


@pytest.mark.parametrize("name", [name for name in COMPONENTS if name not in ("page_head", "structured_data")])
def test_values_are_escaped(name):
    """In text, in attributes and in URLs."""
    for state in EXAMPLES[name]:
        markup = render(name, hostile(state["arguments"]))
        assert "<b>&\"'" not in markup and "49" not in re.sub(r"<svg.*?</svg>", "", markup), name


UNCHANGED_KEYS = {
    "level", "kind", "state", "grade", "word", "href", "id", "iso", "lang", "direction", "minutes", "number", "last", "numbered",
    "behind", "gone", "called", "summit", "current", "excerpt", "language", "read_as", "cell", "starts_at",
    "ends_at", "at", "languages", "interpretation", "issued", "unpublished",
}  # fmt: skip


def hostile(value, key: str = ""):
    """The value with every text replaced by HOSTILE, except for values that templates compare or count."""
    if isinstance(value, dict):
        return {name: hostile(item, name) for name, item in value.items()}
    if isinstance(value, (list, tuple)) and key != "certainty":
        return type(value)(hostile(item, key) for item in value)
    return HOSTILE if isinstance(value, str) and value and key not in UNCHANGED_KEYS and not isinstance(value, Markup) else value


def test_kinds_differ_by_number_drawing_and_rule():
    icons = {kind: render("kind_icon", {"kind": kind}) for kind in ("calls", "analysis", "background")}
    assert len({re.search(r"<b>(\d)</b>", icon)[1] for icon in icons.values()}) == 3
    assert len({re.search(r"<svg.*</svg>", icon, re.DOTALL)[0] for icon in icons.values()}) == 3
    css = (ROOT / "theme" / "static" / "css" / "components" / "article_card.css").read_text()
    assert "double" in css and "dashed" in css


def test_a_past_call_begins_with_over():
    for name in ("event_banner", "poster"):
        over = next(state for state in EXAMPLES[name] if state["arguments"]["event"] and state["arguments"]["event"]["state"] == "over")
        assert "".join(parse(render(name, over["arguments"])).itertext()).split()[0] == "Over"


def test_certainty_is_given_in_words():
    text = "".join(parse(render("answer_board", EXAMPLES["answer_board"][0]["arguments"])).itertext())
    assert all(grade in text for grade in ("Documented:", "Reports differ:", "One voice, or a plan:"))


def test_the_list_of_a_month_says_what_its_grid_shows():
    fragment = parse(render("calendar_month", EXAMPLES["calendar_month"][0]["arguments"]))
    text = " ".join("".join(item.itertext()) for item in fragment.iter("li")).replace("\u2060", "")
    assert "9–14 November 2023: days of the call" in text and "11–17 November 2023: APEC Leaders’ Week" in text
    assert next(fragment.iter("table")).get("aria-hidden") == "true"


def test_sharing_needs_no_script():
    fragment = parse(render("share", EXAMPLES["share"][0]["arguments"]))
    assert [link.get("href").split("?")[0] for link in fragment.iter("a")] == ["https://wa.me/", "https://t.me/share/url", "mailto:"]
    assert all(button.get("hidden") is not None for button in fragment.iter("button"))
    assert next(fragment.iter("code")).text == "https://example.org/a/"
