"""`check` and `build` after each change that an organizer makes; tests/content_changes.py makes them in the repository itself."""

from __future__ import annotations

import pytest
from conftest import task
from content_changes import CHANGES
from reach import dead_links


def check_and_build(project, errors=False):
    """What `check` and `build` print after a change, and the built site."""
    results = [task(project, "check"), task(project, "build")]
    said = "".join(result.stdout + result.stderr for result in results)
    assert "Traceback" not in said
    assert [bool(result.returncode) for result in results] == [errors] * 2, said
    assert (project / "output" / "index.html").is_file() is not errors
    return said, project / "output"


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_has_the_right_answer(project, name):
    change = CHANGES[name]
    change.make(project)
    said, site = check_and_build(project, change.errors)
    if change.errors:
        problems = [line for line in said.splitlines() if line.startswith("content/") and ": warning: " not in line]
        assert problems and all("which does not exist" in line for line in problems), said
    else:
        assert "0 errors" in said and dead_links(site) == []


def test_a_deleted_text_has_no_page_in_any_language(project):
    before = {path.name for path in (project / "content").glob("*/*")}
    CHANGES["a text is deleted in all languages"].make(project)
    [slug] = before - {path.name for path in (project / "content").glob("*/*")}
    _, site = check_and_build(project)
    assert [path for path in site.rglob("*") if path.name == slug] == []


def test_the_sample_for_contributors_becomes_a_page(project):
    CHANGES["the sample of CONTRIBUTING.md is added"].make(project)
    said, site = check_and_build(project)
    assert (site / "analysis" / "a-sample" / "index.html").is_file() and (site / "es" / "analysis" / "a-sample" / "index.html").is_file()
    assert "content/analysis/a-sample/en.md:1: warning: there is no es translation yet" in said


def test_a_text_whose_original_is_in_a_language_that_is_not_in_the_settings_is_a_warning(project):
    CHANGES["es is taken out of the settings"].make(project)
    said, site = check_and_build(project)
    assert "content/analysis/tide-question/en.md:6: warning: the original is in es, which is not in LANGUAGES" in said
    assert not (site / "analysis" / "tide-question").exists() and (site / "analysis" / "two-counts").is_dir()


def test_files_of_a_language_that_is_not_in_the_settings_are_warnings(project):
    CHANGES["fil is taken out of the settings"].make(project)
    (project / "content" / "pages" / "about" / "de.md").write_text("x")
    said = task(project, "check").stdout
    assert "content/pages/about/de.md:1: \"de\" is not a language of this site" in said and "1 error," in said
    (project / "content" / "pages" / "about" / "de.md").unlink()
    said, site = check_and_build(project)
    for name in ("pages/about/fil.md", "drawings/walk-map/fil.svg"):
        assert f'content/{name}:1: warning: "fil" is not in LANGUAGES of pelicanconf.py, so this file is not published' in said
    assert not (site / "fil").exists() and (site / "es" / "about" / "index.html").is_file()
