"""The summary of a change: what a reviewer must know, in Markdown, and the changed texts as one HTML file."""

from __future__ import annotations

import os

import pytest
from conftest import git, odd_files, task
from publish_sandbox import AUTHOR

HOSTILE = "<script>alert(1)</script> `tick` ::warning::x | [a](javascript:b)"
TEXT = (
    "---\ntitle: A new text\nsummary: One or two plain sentences for lists and search engines, as they have to be.\n"
    "date: 2020-01-01\nauthors: [A]\n{more}---\n\n## Section\n\nWords.\n"
)


@pytest.fixture
def branch(project):
    """The project with a branch `base`, from which the change starts."""
    git(project, "branch", "base")
    return project


def write(project, path: str, text: str) -> None:
    file = project / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def summary(project, *args: str, **environment: str) -> str:
    git(project, "add", "--all")
    git(project, *AUTHOR, "commit", "--quiet", "-m", "Change")
    result = task(project, "summary", "--base", "base", *args, GITHUB_BASE_REF="", **environment)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_texts_alone(branch, tmp_path):
    write(branch, "content/background/new/en.md", TEXT.format(more=""))
    write(branch, "content/background/draft/en.md", TEXT.format(more="status: draft\n").replace("A new text", "A draft & more"))
    file = tmp_path / "changed.html"
    output = summary(branch, "--pages", str(file))
    assert output.splitlines()[0] == "Only texts and data change."
    assert "`` A new text `` at `` /background/new/ ``" in output and "No errors" in output
    page = file.read_text(encoding="utf-8")
    assert page.count("<iframe ") == 2 and "A draft &amp; more" in page
    assert "src=\"" not in page.replace("srcdoc=\"", "")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("theme/templates/new.html", ""),
        (".github/workflows/new.yml", "workflows"),
        ("requirements.txt", "dependencies"),
        ("content/extra/CNAME", "address"),
        ("publishconf.py", "settings"),
    ],
)
def test_code_is_named_in_the_first_line(branch, path, kind):
    old = (branch / path).read_text(encoding="utf-8") if (branch / path).exists() else ""
    write(branch, path, old + ("example.org\n" if path.endswith("CNAME") else "\n"))
    output = summary(branch)
    first = output.splitlines()[0]
    assert "This changes code" in first and kind in first
    assert f"- `` {path} ``" in output


def test_errors_come_first_and_whole(branch, tmp_path):
    write(branch, "content/background/new/en.md", TEXT.format(more="nonsense: 1\nother: 2\n") + "\n[x](nowhere.md)\n")
    output = summary(branch, "--pages", str(tmp_path / "changed.html"))
    assert "content/background/new/en.md:6" in output and "content/background/new/en.md:7" in output
    assert "can be looked at once the errors are corrected" in output
    assert not (tmp_path / "changed.html").exists()


def test_pages_that_go_are_named(branch):
    write(branch, "content/background/new/en.md", TEXT.format(more="formerly: [background/older]\n"))
    git(branch, "add", "--all")
    git(branch, *AUTHOR, "commit", "--quiet", "-m", "Text")
    git(branch, "branch", "--force", "base")
    (branch / "content/background/new/en.md").unlink()
    output = summary(branch)
    for url in ("/background/new/", "/es/background/new/", "/background/older/"):
        assert f"- `` {url} ``" in output
    assert "These pages go" in output


def test_words_of_authors_are_dead(branch, tmp_path):
    write(branch, "content/background/new/en.md", TEXT.format(more="").replace("A new text", f"'{HOSTILE.replace('<', '&lt; ')}'"))
    write(branch, "content/background/bad/en.md", TEXT.format(more=f'"{HOSTILE}": 1\n'))
    output = summary(branch)
    for line in output.splitlines():
        if "alert" in line or "tick" in line:
            assert line.startswith("- `` ") and line.count("``") % 2 == 0 and "`tick`" not in line


def test_a_hostile_file_name_is_dead(branch, tmp_path):
    name = "tools/a `b` \u202e <img src=x> @everyone ![x](https://evil.example/x.png)\x1b[2J.py"
    with odd_files():
        write(branch, name.replace("https://evil.example/", ""), "1\n")
    file = tmp_path / "summary.md"
    summary(branch, GITHUB_STEP_SUMMARY=str(file))
    [line] = [line for line in file.read_text(encoding="utf-8").splitlines() if "everyone" in line]
    assert line.isprintable() and line.startswith("- `` ") and line.endswith(" ``") and line.count("`") == 4


def test_it_is_written_where_the_host_shows_it(branch, tmp_path):
    write(branch, "content/background/new/en.md", TEXT.format(more=""))
    file = tmp_path / "summary.md"
    assert summary(branch, GITHUB_STEP_SUMMARY=str(file)) == ""
    assert file.read_text(encoding="utf-8").startswith("Only texts and data change.")


@pytest.mark.parametrize(("days", "warned"), [(40, False), (55, True), (80, True)])
def test_a_quiet_repository_says_when_the_daily_run_stops(branch, monkeypatch, days, warned):
    then = int(os.environ["SOURCE_DATE_EPOCH"]) - days * 86_400
    monkeypatch.setenv("GIT_COMMITTER_DATE", f"{then} +0000")
    write(branch, "content/background/new/en.md", TEXT.format(more=""))
    assert ("daily run stops" in summary(branch)) is warned
