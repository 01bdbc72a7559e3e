"""A change of texts alone is published without the code's tests; the pages of deleted texts may go."""

from __future__ import annotations

import pytest
from conftest import ADDRESS, git, task
from publish_sandbox import AUTHOR, Sandbox, publish_clone

from caravan.git import PublishError, Repository
from caravan.publishing.source_changes import CODE_TESTED, code_hash, is_code
from tools import run_tests


def why_to_test(sandbox: Sandbox) -> str:
    return run_tests.why_to_test(Repository(sandbox.clone))


def publish_tested(sandbox: Sandbox, monkeypatch) -> None:
    """Publish as CI does after the tests have passed."""
    monkeypatch.setenv(CODE_TESTED, code_hash(Repository(sandbox.clone), "HEAD"))
    publish_clone(sandbox.clone)
    monkeypatch.delenv(CODE_TESTED)


def change_code(sandbox: Sandbox, name: str = "code.py") -> None:
    path = sandbox.clone / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("changed\n")
    sandbox.commit("Code")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("content/calls/march/en.md", False),
        ("content/calls/march/photo.jpg", False),
        ("content/evidence/sources.yaml", False),
        ("content/extra/CNAME", True),
        ("content/drawings/map/en.svg", True),
        ("theme/translations/es.po", True),
        ("docs/publishing.md", True),
        ("contents/a.md", True),
    ],
)
def test_what_counts_as_code(path, code):
    assert is_code(path) is code


def test_unknown_means_test(sandbox, monkeypatch):
    assert "nothing is published" in why_to_test(sandbox)
    publish_clone(sandbox.clone)
    assert "does not say which code" in why_to_test(sandbox)
    assert "Code-tested" not in sandbox.message()
    monkeypatch.setenv(CODE_TESTED, "0" * 32)  # of other code
    sandbox.edit("A text")
    publish_clone(sandbox.clone)
    assert "Code-tested" not in sandbox.message()
    git(sandbox.clone, "remote", "set-url", "origin", (sandbox.folder / "gone.git").as_uri())
    assert "what is published is not known" in why_to_test(sandbox)


def test_only_texts_changed(sandbox, monkeypatch):
    publish_tested(sandbox, monkeypatch)
    assert why_to_test(sandbox) == ""
    for text in ("Second", "Third"):
        sandbox.edit(text)
        assert why_to_test(sandbox) == ""
        publish_clone(sandbox.clone)  # carries the hash over
    assert f"Code-tested: {code_hash(Repository(sandbox.clone), 'HEAD')}" in sandbox.message()


@pytest.mark.parametrize("name", ["code.py", "content/extra/CNAME", "content/drawings/map/en.svg"])
def test_code_changed(sandbox, monkeypatch, name):
    publish_tested(sandbox, monkeypatch)
    change_code(sandbox, name)
    assert f"{name} changed" in why_to_test(sandbox)
    sandbox.edit("A text after the code")
    assert f"{name} changed" in why_to_test(sandbox)
    publish_clone(sandbox.clone)  # by a person, untested
    assert "Code-tested" not in sandbox.message()
    assert why_to_test(sandbox) != ""


def test_code_that_is_not_committed(sandbox, monkeypatch):
    publish_tested(sandbox, monkeypatch)
    (sandbox.clone / ".gitignore").write_text("/output/\n/other/\n")
    assert ".gitignore is code" in why_to_test(sandbox)


def test_tested_code_that_changes_no_page_is_recorded(sandbox, monkeypatch):
    """Else each later change of a text would be tested."""
    publish_tested(sandbox, monkeypatch)
    change_code(sandbox)
    publish_tested(sandbox, monkeypatch)
    assert why_to_test(sandbox) == "" and sandbox.is_complete()
    commits = sandbox.commit_count()
    publish_clone(sandbox.clone)
    assert sandbox.commit_count() == commits


def test_a_rollback_keeps_the_record(sandbox, monkeypatch):
    from caravan.publishing import publish

    publish_tested(sandbox, monkeypatch)
    sandbox.edit("A mistake")
    publish_clone(sandbox.clone)
    publish.roll_back(sandbox.clone, "1")
    sandbox.edit("Corrected")
    assert why_to_test(sandbox) == ""


def test_the_command_says_why(project, tmp_path):
    host = tmp_path / "host.git"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(host))
    git(project, "remote", "add", "origin", host.as_uri())
    code = code_hash(Repository(project), "HEAD")
    assert task(project, "publish", SITEURL=ADDRESS, CODE_TESTED=code).returncode == 0
    page = project / "content" / "pages" / "about" / "en.md"
    page.write_text(page.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")
    git(project, *AUTHOR, "commit", "--quiet", "-am", "A sentence")
    result = task(project, "test", "--if-code-changed")
    assert result.returncode == 0 and "only texts and data changed" in result.stdout, result.stdout + result.stderr


def test_pages_of_deleted_texts_may_go(project, tmp_path):
    host = tmp_path / "host.git"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(host))
    git(project, "remote", "add", "origin", host.as_uri())
    text = (
        "---\ntitle: A text\nsummary: One or two plain sentences for lists and search engines, as they have to be.\n"
        "date: 2020-01-01\nauthors: [A]\nformerly: [background/older]\n---\n\nWords.\n"
    )
    for slug in ("one", "two"):
        folder = project / "content" / "background" / slug
        folder.mkdir()
        (folder / "en.md").write_text(text.replace("older", f"older-{slug}"), encoding="utf-8")
    git(project, "add", "--all")
    git(project, *AUTHOR, "commit", "--quiet", "-m", "Texts")
    assert task(project, "publish", SITEURL=ADDRESS).returncode == 0
    for slug in ("one", "two"):
        git(project, "rm", "--quiet", "-r", f"content/background/{slug}")
    git(project, *AUTHOR, "commit", "--quiet", "-m", "Without them")
    result = task(project, "publish", SITEURL=ADDRESS)
    assert result.returncode == 0 and "- /background/one/" in result.stdout, result.stdout + result.stderr
    assert "background/older-one/index.html" not in git(host, "ls-tree", "-r", "--name-only", "gh-pages")


def test_other_pages_must_not_go(sandbox):
    publish_clone(sandbox.clone)
    for number in range(5):
        (sandbox.clone / "content" / f"page-{number}.txt").unlink()
    sandbox.commit()
    with pytest.raises(PublishError, match="would be removed"):
        publish_clone(sandbox.clone)
