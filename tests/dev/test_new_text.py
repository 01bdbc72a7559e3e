"""`new`: a text to start from, which passes the check."""

from __future__ import annotations

import pytest
from conftest import task
from invoke import Exit

from caravan.build.loader import load_library
from caravan.dev.new_text import QUESTIONS, new_text
from caravan.reading.library import find_problems
from caravan.reading.paths import SiteLanguages
from caravan.site.settings import today


def answers(**given):
    return {**dict.fromkeys(QUESTIONS, ""), **given}


def asked(replies):
    """A person who answers, and the questions."""
    questions = []
    return questions, lambda question: questions.append(question) or replies[len(questions) - 1]


@pytest.mark.parametrize("kind", ["calls", "analysis", "background", "pages"])
def test_what_it_writes_passes_the_check_and_is_a_draft(project, kind):
    result = task(project, "new", "--kind", kind, "--name", "my-text", "--title", 'He said: "come", \\ and #went',
                  "--place", "Town: region", "--start", "2031-03-20", "--end", "2031-03-22")  # fmt: skip
    assert result.returncode == 0, result.stderr
    library = load_library(project / "content", SiteLanguages(("en", "es", "fil"), "en"), today())
    article = library.results[next(path for path in library.results if path.slug == "my-text")].article
    assert article.front.status == "draft" and "#went" in article.front.title
    assert not [problem for problem in find_problems(library, warnings=False) if "my-text" in problem.path]


def test_what_is_not_typed_is_asked_in_order(project):
    questions, ask = asked(["calls", "march", "A march", "A march to the pier in the evening, for everybody at the water.", "Town", "2031-03-20", "2031-03-20"])
    said = new_text(project, answers(lang="es"), ask)
    assert said.startswith("content/calls/march/es.md was created") and len(questions) == 7
    assert "place: \"Town\"" in (project / "content/calls/march/es.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("changed", "message"), [
    ({"kind": "call"}, '"call" is not a kind'),
    ({"name": "My March"}, "cannot be part of an address"),
    ({"name": "bridge-walk"}, "exists already"),
    ({"lang": "de"}, '"de" is not a language'),
    ({"title": "x"}, "title: has 1 characters"),
    ({"summary": "short"}, "summary: has 5 characters"),
    ({"start": "20 March"}, "is not a date"),
    ({"end": "2031-03-19"}, "is before `start`"),
    ({"place": "<b>Town</b>"}, "event.place: "),
    ({"name": "../../escape"}, "a text belongs at"),
])  # fmt: skip
def test_a_wrong_answer_writes_nothing(project, changed, message):
    before = sorted(project.rglob("content/**/*"))
    good = {"kind": "calls", "name": "march", "title": "A march", "place": "Town", "start": "2031-03-20", "end": "2031-03-21",
            "summary": "A march to the pier in the evening, for everybody at the water."}  # fmt: skip
    with pytest.raises(Exit, match=message):
        new_text(project, answers(**{**good, **changed}))
    assert sorted(project.rglob("content/**/*")) == before


def test_without_a_terminal_the_missing_option_is_named(project):
    result = task(project, "new", "--kind", "calls", "--name", "march", "--title", "A march")
    assert result.returncode == 1 and "Write --place as well" in result.stderr and not (project / "content/calls/march").exists()
