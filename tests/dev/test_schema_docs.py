"""What a task writes into a page of people."""

from __future__ import annotations

import pytest

from caravan.dev import schema_docs

PART = "<!-- a: made by `python3 tasks.py x` -->\n\nnew\n\n<!-- end of a -->"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"{PART}\n"),
        ("# Page\n", f"# Page\n\n{PART}\n"),
        (f"# Page\n\n{PART.replace('new', 'old')}\n\nWords of people.\n", f"# Page\n\n{PART}\n\nWords of people.\n"),
    ],
)
def test_a_part_is_written_and_the_rest_is_left_alone(tmp_path, before, after):
    page = tmp_path / "page.md"
    page.write_text(before)
    for _ in range(2):
        schema_docs.write(page, "a", "x", "new\n")
        assert page.read_text() == after


def test_two_parts_do_not_touch_each_other():
    text = schema_docs.written(schema_docs.written("", "a", "x", "one"), "b", "y", "two")
    changed = schema_docs.written(text, "a", "x", "three")
    assert "one" not in changed and changed.index("three") < changed.index("two")


@pytest.mark.parametrize("text", [PART.replace("<!-- end of a -->", ""), PART + PART, "<!-- end of a -->" + PART])
def test_broken_marks_are_refused(text):
    with pytest.raises(ValueError, match="marks of a"):
        schema_docs.written(text, "a", "x", "new")
