"""`check` in all its formats, and the schema and table made from the fields."""

from __future__ import annotations

import shutil

import pytest
from conftest import FIXTURE_CONTENT, ROOT, task

from caravan.reading.schema import KINDS, TRANSLATION_SCHEMAS
from tools import schema_docs


@pytest.fixture
def broken_project(project):
    """A project with two problems in one text, and a text that is not public yet."""
    path = project / "content" / "pages" / "about" / "en.md"
    path.write_text(path.read_text().replace("summary:", "sumary: 'x, y: 100%'\nsummary:", 1) + "\n\n[@nobody]\n")
    folder = project / "content" / "background" / "later"
    folder.mkdir()
    (folder / "en.md").write_text(
        "---\ntitle: Later\nsummary: A text that waits for its day, which is a long time from now.\ndate: 2199-01-01\n"
        "authors: [A]\n---\n\nWords.\n"
    )
    return project


def test_text_names_file_line_and_message(broken_project):
    result = task(broken_project, "check")
    assert result.returncode == 1
    lines = result.stdout.split("\n")
    errors = [line for line in lines if "warning" not in line and line.startswith("content/")]
    assert len(errors) == 2 and errors == sorted(errors, key=lambda error: int(error.split(":")[1]))
    assert any(line.startswith("content/pages/about/en.md:3: `sumary`: did you mean `summary`?") for line in lines)
    assert any("[@nobody] is not in content/evidence/sources.yaml" in line for line in errors)
    assert "not published: content/background/later/en.md: public from 2199-01-01" in lines


def test_files_and_folders_can_be_named(broken_project):
    assert task(broken_project, "check", "--file", "content/pages/privacy/en.md").returncode == 0
    result = task(broken_project, "check", "--file", "content/pages")
    assert result.returncode == 1 and "content/background" not in result.stdout
    for missing in ("content/nowhere.md", "README.md"):
        result = task(broken_project, "check", "--file", missing)
        assert result.returncode != 0 and missing in result.stderr and "Traceback" not in result.stderr


def test_github_gets_annotations(broken_project):
    result = task(broken_project, "check", "--format", "github")
    assert result.returncode == 1
    assert "\n::error file=content/pages/about/en.md,line=3::`sumary`: did you mean `summary`?" in result.stdout
    assert all(line.startswith("::") or "annotations" in line for line in result.stdout.strip().split("\n"))


def test_build_fails_with_the_same_problems_and_keeps_the_last_output(broken_project):
    page = broken_project / "content" / "pages" / "about" / "en.md"
    broken = page.read_text()
    page.write_text((FIXTURE_CONTENT / "pages" / "about" / "en.md").read_text())
    assert task(broken_project, "build").returncode == 0
    before = (broken_project / "output" / "about" / "index.html").read_bytes()
    page.write_text(broken)
    result = task(broken_project, "build")
    assert result.returncode != 0
    assert "content/pages/about/en.md:3: `sumary`" in result.stderr and "Traceback" not in result.stderr
    assert (broken_project / "output" / "about" / "index.html").read_bytes() == before


def test_build_writes_into_no_foreign_folder(project):
    (project / "mine").mkdir()
    (project / "mine" / "letter.txt").write_text("dear")
    result = task(project, "build", "--folder", str(project / "mine"))
    assert result.returncode != 0 and "nothing was written" in result.stderr
    assert (project / "mine" / "letter.txt").read_text() == "dear"


def test_an_error_in_our_code_says_so(project):
    path = project / "caravan" / "site" / "pages.py"
    path.write_text(path.read_text() + "\n\ndef documents(site):\n    1 / 0\n")
    result = task(project, "build")
    assert result.returncode != 0
    assert "not in your text" in result.stderr and "ZeroDivisionError" in result.stderr


def test_schema_and_table_are_up_to_date():
    assert (ROOT / schema_docs.SCHEMA).read_text() == schema_docs.schema()
    page = (ROOT / schema_docs.TABLE).read_text()
    assert schema_docs.replace_section(page, "fields", schema_docs.DESCRIBE, schema_docs.table()) == page
    fields = {name for model in [*KINDS.values(), *TRANSLATION_SCHEMAS.values()] for name in model.model_fields}
    assert fields == set(schema_docs.FIELD_ORDER)
    for name in fields:
        assert f"| `{name}` |" in page


def test_missing_pages_that_others_link_to_are_named(project):
    shutil.rmtree(project / "content" / "pages" / "privacy")
    page = project / "content" / "pages" / "take-part" / "en.md"
    page.write_text(page.read_text().replace("---\n", "---\nstatus: draft\n", 1))
    shutil.rmtree(project / "content" / "pages" / "about")
    result = task(project, "check")
    lines = result.stdout.split("\n")
    assert any(line.startswith("content/pages/about/en.md:1: warning: this page does not exist") for line in lines), lines
    assert any(line.startswith("content/pages/privacy/en.md:1: warning: this page does not exist") for line in lines)
    assert any(line.startswith("content/pages/take-part/en.md:1: warning: this page is a draft") for line in lines)


def test_the_last_line_says_that_there_is_no_private_contact(project):
    contacts = project / "content" / "evidence" / "contacts.yaml"
    assert "without an account" not in task(project, "check").stdout
    contacts.write_text("contacts:\n")
    assert "Nobody can ask for a removal without an account" in task(project, "check").stdout.strip().split("\n")[-1]
    contacts.unlink()
    assert "without an account" not in task(project, "check", "--format", "github").stdout
