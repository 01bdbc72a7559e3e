"""One run of `check` names every mistake once: none hides another, none makes a false one elsewhere, and suggestions can be pasted."""

from __future__ import annotations

import re
import shutil

import pytest
from conftest import PNG

LINKED = "analysis/two-counts"  # other texts link to it, also to its sections, and a figure of the front page names it


def change(content, path, pattern, replacement):
    file = content / path
    text, number = re.subn(pattern, replacement, file.read_text(encoding="utf-8"), count=1)
    assert number, pattern
    file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("pattern", "replacement"), [
    ("^---\n", ""), ("\n---\n\n", "\n---\n"), ("title:", "titel:"), ("title: ", "title: a: b"), ("date: .*", "date: soon"), ("authors:", "authors: [A"),
    ("(?s)$", "\n<<<<<<< HEAD\n"), ("(?s)\n---\n.*", "\n"), ("(?s).*", ""), ("date: .*\n", "kind: analysis\n"), ("title:", "title: x\ntitle:"),
])  # fmt: skip
def test_a_mistake_in_one_file_is_a_problem_of_this_file_only(content, problems, pattern, replacement):
    before = set(problems(content, warnings=True))
    change(content, f"{LINKED}/en.md", pattern, replacement)
    found = set(problems(content, warnings=True)) - before
    assert found and {problem.path for problem in found} == {f"content/{LINKED}/en.md"}, sorted(found)


@pytest.mark.parametrize(("pattern", "replacement"), [("translated_from:", "translated_form:"), ("translated_from: en", "translated_from:")])
def test_a_mistake_in_a_translation_is_not_taken_for_an_original(content, problems, pattern, replacement):
    before = set(problems(content))
    change(content, f"{LINKED}/es.md", pattern, replacement)
    found = set(problems(content)) - before
    assert found and all(problem.path == f"content/{LINKED}/es.md" and "translated_from" in problem.message for problem in found), found


def test_an_original_that_is_gone_is_named_where_it_is_missing(content, problems):
    (content / LINKED / "en.md").unlink()
    found = problems(content)
    assert {problem.path for problem in found} == {f"content/{LINKED}/{lang}.md" for lang in ("es", "fil")}
    assert all("no file in content/analysis/two-counts is the original" in problem.message for problem in found)


def test_a_text_that_is_gone_is_not_suggested_and_neither_is_the_text_with_the_link(content, problems):
    shutil.rmtree(content / LINKED)
    source = "---\ntitle: A text\nsummary: A text of a test, with a summary of the length that a summary must have.\ndate: 2024-05-06\nauthors: [A]\n---\n\n"
    (content / "analysis" / "two-count").mkdir()
    (content / "analysis" / "two-count" / "en.md").write_text(f"{source}[It](../two-counts/en.md) and [this](../two-kounts/en.md).\n", encoding="utf-8")
    found = problems(content)
    assert len(found) > 5 and all("which does not exist" in problem.message for problem in found)
    assert [problem for problem in found if problem.path.startswith("content/analysis/two-count/") and "did you mean" in problem.message] == []
    assert {problem.message.partition("did you mean ")[2] for problem in found} <= {"", "../../analysis/two-count/en.md?", "../../analysis/two-count/en.md#count?"}


@pytest.mark.parametrize(("link", "suggested"), [
    ("../../analysis/two-count/en.md", "../two-counts/en.md"), ("../two-count/en.md#x", "../two-counts/en.md#x"),
    ("../../backgroud/harbor-rules/es.md", "../../background/harbor-rules/es.md"), ("Plan.png", "plan.png"), ("../two-counts/plam.png", "../two-counts/plan.png"),
])  # fmt: skip
def test_a_suggested_path_can_be_pasted(content, problems, link, suggested):
    for folder in (content / "analysis" / "other", content / LINKED):
        folder.mkdir(exist_ok=True)
        if "two" not in link or "two" in folder.name:
            (folder / "plan.png").write_bytes(PNG)
    source = "---\ntitle: A text\nsummary: A text of a test, with a summary of the length that a summary must have.\ndate: 2024-05-06\nauthors: [A]\n---\n\n"
    (content / "analysis" / "other" / "en.md").write_text(f"{source}[It]({link}).\n", encoding="utf-8")
    [problem] = problems(content)
    assert problem.message.endswith(f"did you mean {suggested}?"), problem


# Mistakes in the lines around the fields, or in one of them, that once hid all others: a pattern, what to write for it, by how
# many lines the others move, and what is said about it.
STRUCTURE = {
    "no empty line below": ("\n---\n\n", "\n---\n", -1, "leave one empty line"),
    "no first line": ("^---\n", "", -1, "the line --- is missing above this one"),
    "an empty line above": ("^", "\n", 1, "delete everything before the ---"),
    "no second line": ("\n---\n", "\n", -1, "add a line --- and an empty line above it"),
    "a colon": ("status: .*", "status: a: b", 0, "this line cannot be read"),
    "an open quote": ("status: .*", 'status: "a', 0, "this line cannot be read"),
    "an open bracket": ("status: .*", "status: [a", 0, "this line cannot be read"),
    "a sign": ("status: .*", "status: @a", 0, "this line cannot be read"),
    "a tab": ("status: .*", "\tstatus: draft", 0, "this line cannot be read"),
    "an anchor": ("status: .*", "status: &a", 0, "must not start with &"),
    "a tag": ("status: .*", "status: !a b", 0, "must not start with !a"),
    "a field twice": ("status: .*", "title: A title", 0, "`title` is here a second time"),
    "no name": ("status: .*", "published", 0, "it has no name and colon"),
}
WRONG = """---
title: Ab
status: published
summary: Too short.
date: 2026-02-30
authors: Somebody
kind: analysis
colour: red
answer: [a, b, c, d]
---

# One

## Two {#Two}

<b>Words</b> [@nobody] [that](nowhere.md)
"""


@pytest.mark.parametrize("name", STRUCTURE)
def test_no_mistake_hides_others(tmp_path, problems, name):
    pattern, replacement, moved, message = STRUCTURE[name]
    file = tmp_path / "content" / "analysis" / "wrong" / "en.md"
    file.parent.mkdir(parents=True)
    file.write_text(WRONG, encoding="utf-8")
    own = problems(tmp_path / "content")
    assert len(own) == 11
    file.write_text(re.sub(pattern, replacement, WRONG, count=1), encoding="utf-8")
    found = {(problem.line, problem.message) for problem in problems(tmp_path / "content")}
    for problem in own:
        last_field = 9
        line = problem.line + (moved if name not in ("no empty line below", "no second line") or problem.line > last_field else 0)
        assert (line, problem.message) in found, (problem, sorted(found))
    [(line, _)] = {(line, words) for line, words in found if message in words}
    assert len(found) == len(own) + 1 and 1 <= line <= 13


CALL = """---
title: Ab
summary: A text of a test, with a summary of the length that a summary must have.
date: 2030-03-04
authors: [A]
{fields}
event: {{start: 2030-03-20, end: 2030-03-21, place: Port Alder{event}}}
---

Words.
"""


@pytest.mark.parametrize(("fields", "event", "messages"), [
    ("updated: 2030-03-03", "", ["updated: `updated` (2030-03-03) is before `date`"]),
    ("status: published", ", state: canceled", ["updated: this call is canceled"]),
    ("updated: @soon", ", state: canceled", ["this line cannot be read"]),
    ("program: [March]", "", ["program: has 1 lines"]),
    ("program: [March", "", ["this line cannot be read"]),
    ("organizations: [B]", "", ['organizations: "B" is not one of the authors']),
    ("updated: soon", ", state: canceled, program: [{day: 2030-03-20}]", ['updated: "soon" is not a date', "program: has 0 lines"]),
])  # fmt: skip
def test_mistakes_between_fields_are_named_beside_those_in_one(tmp_path, problems, fields, event, messages):
    file = tmp_path / "content" / "calls" / "a-march" / "en.md"
    file.parent.mkdir(parents=True)
    file.write_text(CALL.format(fields=fields, event=event), encoding="utf-8")
    found = [problem.message for problem in problems(tmp_path / "content")]
    assert "title: has 2 characters; write 3 to 120" in found and len(found) == len(messages) + 1, found
    assert all(any(message in problem for problem in found) for message in messages), found
