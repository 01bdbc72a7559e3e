"""The real command reports every bad input with file, line and message."""

from __future__ import annotations

import os
import re
import shutil

import pytest
from bad_inputs import CASES, GOOD, PAGE, text
from conftest import ROOT, listed_problems, odd_files, task, write_fixture_settings

SLUG = "case-{:03d}"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bad") / "project"
    folder.mkdir()
    for name in ("caravan", "theme"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("tasks.py", "pelicanconf.py", "publishconf.py"):
        shutil.copy(ROOT / name, folder / name)
    write_fixture_settings(folder / "pelicanconf.py")
    return folder


def fresh(project):
    """The project with one good page and nothing else."""
    shutil.rmtree(project / "content", ignore_errors=True)
    write(project, "pages/about/en.md", text(PAGE))
    return project / "content"


def write(project, path, data):
    file = project / "content" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


def check(project):
    done = task(project, "check", "--format", "github")
    assert "Traceback" not in done.stdout + done.stderr, done.stderr[-1500:]
    assert done.returncode == 1, done.stdout + done.stderr
    return [p for p in listed_problems(done.stdout) if p["severity"] == "error"]


@pytest.fixture(scope="module")
def answers(project):
    """The problems of all cases, from one run of the real command; each case has its own folder."""
    fresh(project)
    for number, case in enumerate(CASES):
        folder = f"{case.kind}/{SLUG.format(number)}"
        write(project, f"{folder}/{case.name}", case.data)
        for name, data in case.beside:
            write(project, f"{folder}/{name}", data)
    found = {}
    for problem in check(project):
        found.setdefault("/".join(problem["path"].split("/")[1:3]), []).append(problem)
    assert [path.name for path in project.parent.iterdir()] == ["project"], "something was written outside"
    return found


def test_the_table_is_long_enough():
    assert len(CASES) >= 200
    assert len({case.what for case in CASES}) == len(CASES)


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.what.encode("ascii", "replace").decode() for case in CASES])
def test_it_is_reported(answers, number):
    case = CASES[number]
    folder = f"{case.kind}/{SLUG.format(number)}"
    problems = answers.get(folder)
    assert problems, f"{case.what}: nothing was reported"
    about = case.beside[0][0] if case.beside and case.what.startswith("beside") else case.name
    line = case.line
    if isinstance(line, str):
        lines = re.split("\r\n|\r|\n", case.data.decode())
        line = next(index for index, words in enumerate(lines, 1) if line in words)
    fitting = [p for p in problems if p["path"] == f"content/{folder}/{about}" and p["line"] == line and case.reason in p["message"]]
    assert fitting, f"{case.what}: wanted line {line} and {case.reason!r}, got {problems}"
    for problem in problems:
        assert "\n" not in problem["message"] and len(problem["message"]) < 700


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks_are_accepted_silently(project, ends, mark):
    fresh(project)
    write(project, "background/fine/en.md", (mark + GOOD).replace("\n", ends).encode())
    done = task(project, "check", "--format", "github")
    assert done.returncode == 0, done.stdout
    write(project, "background/fine/en.md", (mark + GOOD.replace("2024-05-06", "2024-02-30")).replace("\n", ends).encode())
    assert [(p["line"], p["path"]) for p in check(project)] == [(4, "content/background/fine/en.md")]


PLACES = [
    ("stray.md", 1, "belongs at content/"), ("background/stray.md", 1, "belongs at content/"), ("news/x/en.md", 1, "not a kind"),
    ("Background/x/en.md", 1, "not a kind"), ("background/Big/en.md", 1, "cannot be part of an address"), ("background/a b/en.md", 1, "cannot be part of an address"),
    ("background/ñ/en.md", 1, "cannot be part of an address"), ("background/" + "a" * 81 + "/en.md", 1, "cannot be part of an address"),
    ("background/con/en.md", 1, "Windows"), ("analysis/nul/en.md", 1, "Windows"), ("calls/com1/en.md", 1, "Windows"), ("pages/archive/en.md", 1, "another part"),
    ("pages/calls/en.md", 1, "another part"), ("pages/es/en.md", 1, "another part"), ("background/page/en.md", 1, "another part"),
    ("background/a/b/en.md", 1, "belongs at content/"), ("pages/feeds/en.md", 1, "another part"), ("evidence/notes.txt", 1, ".yaml"),
    ("evidence/deep/x.yaml", 1, ".yaml"), ("extra/deep/x.txt", 1, "is not published from here"), ("extra/.htaccess", 1, "is not published from here"),
    ("photo.png", 1, "belongs at content/"), ("background/photo.png", 1, "belongs at content/"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "line", "reason"), PLACES)
def test_a_file_in_the_wrong_place_is_reported(project, path, line, reason):
    fresh(project)
    write(project, path, GOOD if path.endswith(".md") else b"\x89PNG\r\n\x1a\n0000")
    assert [(p["path"], p["line"]) for p in check(project) if reason in p["message"]] == [(f"content/{path}", line)]


def test_names_that_differ_only_by_case(project):
    fresh(project)
    write(project, "background/x/en.md", GOOD)
    write(project, "background/x/EN.md", GOOD)
    if len(list((project / "content" / "background" / "x").iterdir())) < 2:
        pytest.skip("this file system takes both names for one")
    assert any("only in upper and lower case" in p["message"] for p in check(project))


@pytest.mark.parametrize("kind", ["link to a file", "link to a folder", "dangling link", "pipe"])
def test_nothing_outside_is_read(project, kind, tmp_path):
    content = fresh(project)
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "en.md").write_text(GOOD.replace("Words.", "TOP-SECRET"))
    folder = content / "background" / "x"
    folder.mkdir(parents=True)
    with odd_files():
        if kind == "link to a file":
            (folder / "en.md").symlink_to(tmp_path / "secret" / "en.md")
        elif kind == "link to a folder":
            folder.rmdir()
            folder.symlink_to(tmp_path / "secret")
        elif kind == "dangling link":
            (folder / "en.md").symlink_to("/nowhere/at/all")
        else:
            os.mkfifo(folder / "en.md")
    (problem,) = check(project)
    assert problem["path"] in ("content/background/x", "content/background/x/en.md")
    done = task(project, "build")
    assert done.returncode != 0 and "Traceback" not in done.stderr
    assert not (project / "output").exists()


def test_an_unreadable_file_is_reported(project):
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        pytest.skip("the administrator may read everything")
    fresh(project)
    write(project, "background/x/en.md", GOOD).chmod(0)
    assert "cannot be opened" in check(project)[0]["message"]


EVIDENCE = [
    ("sources:\n- {id: a, type: report, title: A, read_as: full text, colour: red}\n", 2, "is not possible in this kind of text"),
    ("sources:\n- {id: A B, type: report, title: A, read_as: full text}\n", 2, "is not an id"),
    ("sources:\n- {id: a, type: report, title: A, read_as: some}\n", 2, "is not allowed here"),
    ("sources:\n- {id: a, type: report, title: A, read_as: full text, URL: 'javascript:x'}\n", 2, "is not a web address"),
    ("sources:\n- {id: a, type: report, title: A, read_as: full text, issued: soon}\n", 2, "is not a date"),
    ("sources:\n- {id: a, type: report, title: A, read_as: full text, issued: 2023-02-30}\n", 2, "2023-02-28"),
    ("sources:\n- {id: a, type: report, title: A, read_as: full text, issued: '0000'}\n", 2, "impossible year"),
    ("sources:\n- {id: a, type: report, title: <b>A</b>, read_as: full text}\n", 2, "must be words only"),
    ("sources:\n- {id: a, type: report, title: A, read_as: full text}\n- {id: a, type: report, title: B, read_as: full text}\n", 3, "already used in line 2"),
    ("sources:\n- {id: a\n", 2, "this line cannot be read"),
    ("- a\n- b\n", 1, "group of lines"),
    ("sources: &x\n- *x\n", 1, "must not start with & or *"),
]


@pytest.mark.parametrize(("data", "line", "reason"), EVIDENCE)
def test_evidence_is_checked_too(project, data, line, reason):
    fresh(project)
    write(project, "evidence/sources.yaml", data)
    found = [(p["path"], p["line"]) for p in check(project) if reason in p["message"]]
    assert found == [("content/evidence/sources.yaml", line)]


def test_one_article_with_everything_wrong(project):
    """All problems of tests/broken/, an article as somebody might really send it."""
    fresh(project)
    shutil.copytree(ROOT / "tests" / "broken" / "content", project / "content", dirs_exist_ok=True)
    expected = (ROOT / "tests" / "broken" / "complaints.txt").read_text().strip().split("\n")
    assert [f"{p['path']}:{p['line']}: {p['message']}" for p in check(project)] == expected
