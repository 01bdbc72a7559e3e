"""Raw HTML in a text is an error that says what to write instead; what only looks like HTML is not."""

from __future__ import annotations

import judge
import pytest
from markdown import Markdown

from caravan.reading import markdown
from caravan.reading.parser import BodyParser
from caravan.reading.problems import MARKDOWN_FOR


def parse(source: str):
    """The body of `source` and its faults, as pairs of line and message."""
    body, _blocks, faults = BodyParser().parse(source, "analysis/x", "en", 1)
    return judge.render(body, lambda target: "x"), [(fault.line, fault.message) for fault in faults]


@pytest.mark.parametrize(
    ("written", "tag", "instead"),
    [
        ("one<br>two", "br", "backslash (\\)"),
        ("one<BR/>two", "br", "backslash (\\)"),
        ("<details>\n\nwords\n\n</details>", "details", "/// details |"),
        ('<img src="dot.png">', "img", "![what the picture shows](file.jpg)"),
        ('<a href="https://example.org">words</a>', "a", "[words](address)"),
        ("<b>words</b>", "b", "**words**"),
        ("<i>words</i>", "i", "*words*"),
        ("<table>\n    <tr>\n\n    <td>x</td>\n</table>", "table", "write | between"),
        ('<span lang="es">palabras</span>', "span", "*words*{lang=es}"),
        ("H<sub>2</sub>O", "sub", "CO₂"),
        ("m<sup>2</sup>", "sup", "m²"),
        ("<u>words</u>", "u", "delete it"),
        ("<custom-part>words</custom-part>", "custom-part", "delete all of it"),
        ("<script\n>words</script\n>", "script", "delete all of it"),
        ("<!DOCTYPE html>", "!doctype", "delete all of it"),
        ("<?php echo 1 ?>", "?", "delete all of it"),
        ("a <b and c> d", "b", "**words**"),
    ],
)
def test_each_tag_is_reported_once_with_what_to_write(written, tag, instead):
    _, faults = parse(f"Words.\n\n{written}\n\n{written}\n")
    found = [(line, message) for line, message in faults if message.startswith(f"<{tag}> is HTML")]
    assert len(found) == 1
    assert found[0][0] == 3 and instead in found[0][1] and "(also in line" in found[0][1]


def test_all_lines_of_a_tag_are_named_but_not_those_of_code():
    source = "a<br>b\n\n`<br>` c\n\n- ~ ~ ~\n\n```\n<br>\n```\n\n- d\n\n    e <br/>\n\n> f</BR>\n"
    assert [(line, message.rpartition(" (")[2]) for line, message in parse(source)[1]] == [(1, "also in line 13, 15)")]


def test_many_lines_are_shortened():
    _, [(line, message)] = parse("a<br>b\n\n" * 1000)
    assert line == 1 and len(message) < 300 and message.endswith("…)")


@pytest.mark.parametrize("comment", ["<!-- x -->", "Words <!-- x --> words", "<!-- x", "Words <!-- x", "<!-- a\n\nb -->", "- <!--\n- -->"])
def test_comments_are_errors_closed_or_not(comment):
    _, faults = parse(f"Words.\n\n{comment}\n")
    assert [line for line, message in faults if "comment" in message] == [3]


@pytest.mark.parametrize(
    "source",
    [
        "<3", "a < b", "a<b", "5 <6> 4", "x <- y -> z", "`<br>` and ``<b>`</b>``", "```\n<br>\n<!-- x\n```", "~~~ html\n<b>x</b>\n~~~",
        "- a\n\n    ```\n    x\n    ```", "&lt;b&gt;", "> ```\n> <br>\n> ```",
    ],
)  # fmt: skip
def test_code_and_signs_are_not_html(source):
    assert parse(source)[1] == []


def test_addresses_between_angle_brackets_are_links():
    markup, faults = parse("<https://example.org/a_b> and <a@b.org>")
    assert faults == [] and 'href="https://example.org/a_b"' in markup and 'href="mailto:a@b.org"' in markup


def test_raw_html_is_shown_as_text():
    markup, _ = parse("<script>x</script> <b onclick=y>z</b>\n\n<div>\n\nwords")
    assert "&lt;script&gt;x&lt;/script&gt;" in markup and "<b" not in markup and "<div" not in markup


@pytest.mark.parametrize("markup", ["*palabras*{lang=es}", "/// details | A label\nWords.\n///", "one\\\ntwo", "![A square](b.jpg)", "**b** *i* `c`"])
def test_what_messages_advise_is_accepted(markup):
    assert parse(markup)[1] == []


def test_advice_is_short_enough_to_be_shown_whole():
    assert max(map(len, MARKDOWN_FOR.values())) <= 120


SIGNS = "a `b` \\* [c](d) ![e](f.jpg) <https://g.org> <h@i.org> j  \nk\\\nl &amp; *m* __n__ [^o] [@p] [q][r] ![s][t] [u] ![v] ~w~ https://x.org www.y.org z@a.org\n\n[^o]: w\n[r]: x\n[u]: x\n[t]: y\n[v]: z"


def test_patterns_that_are_left_out_would_not_have_matched():
    """Leaving out inline patterns changes no text, also if the converter has read other texts before."""
    all_patterns = markdown.create_converter()
    all_patterns.preprocessors.deregister("used-patterns")
    used_patterns = markdown.create_converter()
    for source in (SIGNS, "words", *SIGNS.split(" "), *SIGNS.split("\n"), SIGNS):
        expected, converted = markdown.convert(all_patterns, source), markdown.convert(used_patterns, source)
        assert (converted.html, converted.blocks, converted.html_tags) == (expected.html, expected.blocks, expected.html_tags)
    assert [type(item) for item in used_patterns.inlinePatterns] == [type(item) for item in all_patterns.inlinePatterns]


def test_priorities_of_patterns_are_those_of_markdown():
    standard = Markdown(extensions=["footnotes"]).inlinePatterns
    names = [name for name in markdown.TRIGGERS if name in standard]
    assert sorted(names, key=standard.get_index_for_name) == names
