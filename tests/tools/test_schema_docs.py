"""Generated sections of Markdown pages."""

from __future__ import annotations

import pytest

from tools import schema_docs

SECTION = "<!-- a: made by `x` -->\n\nnew\n\n<!-- end of a -->"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"{SECTION}\n"),
        ("# Page\n", f"# Page\n\n{SECTION}\n"),
        (f"# Page\n\n{SECTION.replace('new', 'old')}\n\nWritten by people.\n", f"# Page\n\n{SECTION}\n\nWritten by people.\n"),
    ],
)
def test_a_section_is_written_and_the_rest_stays(tmp_path, before, after):
    page = tmp_path / "page.md"
    page.write_text(before)
    for _ in range(2):
        schema_docs.write(page, "a", "x", "new\n")
        assert page.read_text() == after


def test_two_sections_do_not_change_each_other():
    text = schema_docs.replace_section(schema_docs.replace_section("", "a", "x", "one"), "b", "y", "two")
    changed = schema_docs.replace_section(text, "a", "x", "three")
    assert "one" not in changed and changed.index("three") < changed.index("two")


@pytest.mark.parametrize("text", [SECTION.replace("<!-- end of a -->", ""), SECTION + SECTION, "<!-- end of a -->" + SECTION])
def test_incomplete_sections_are_an_error(text):
    with pytest.raises(ValueError, match="section a must have"):
        schema_docs.replace_section(text, "a", "x", "new")
