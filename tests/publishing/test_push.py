"""Publishing to real local repositories."""

from __future__ import annotations

import pytest
from conftest import ADDRESS, git, task

PASSING = """---
title: Here today
summary: A page that is published once and taken away again, to see that it leaves.
---

Gone tomorrow.
"""


@pytest.fixture
def origin(project, tmp_path):
    """A bare repository as the remote of `project`, with main pushed."""
    bare = tmp_path / "origin.git"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    git(project, "remote", "add", "origin", f"file://{bare}")
    git(project, "push", "--quiet", "origin", "main")
    return bare


def publish(project):
    done = task(project, "publish", SITEURL=ADDRESS)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def edit(project, title):
    page = project / "content" / "pages" / "about" / "en.md"
    lines = page.read_text().split("\n")
    lines[1] = f"title: {title}"
    page.write_text("\n".join(lines))


def commits(origin):
    return int(git(origin, "rev-list", "--count", "gh-pages"))


def test_first_and_second_publish_keep_history(project, origin):
    assert "Published" in publish(project)
    files = git(origin, "ls-tree", "-r", "--name-only", "gh-pages").split("\n")
    assert {"index.html", "404.html", ".nojekyll", "feeds/all.atom.xml"} <= set(files)
    assert [name for name in files if name.startswith(".") and name != ".nojekyll"] == []
    first = git(origin, "rev-parse", "gh-pages")
    assert "up to date" in publish(project)
    assert git(origin, "rev-parse", "gh-pages") == first

    edit(project, "Another name")
    publish(project)
    assert commits(origin) == 2
    assert git(origin, "rev-parse", "gh-pages~1") == first
    assert "Another name" in git(origin, "show", "gh-pages:about/index.html")
    assert git(origin, "log", "-1", "--format=%an <%ae>", "gh-pages") == "Site publisher <publisher@site.invalid>"


def test_a_removed_text_leaves_the_published_site(project, origin):
    page = project / "content" / "pages" / "passing" / "en.md"
    page.parent.mkdir()
    page.write_text(PASSING)
    publish(project)
    assert git(origin, "ls-tree", "gh-pages", "passing/")
    page.unlink()
    publish(project)
    assert not git(origin, "ls-tree", "gh-pages", "passing/")


def test_a_clone_as_shallow_as_ci_makes_it(project, origin, tmp_path):
    """CI clones one commit of one branch; the published history must survive that."""
    publish(project)
    before = commits(origin)
    edit(project, "From CI")
    git(project, "-c", "user.name=T", "-c", "user.email=t@t.invalid", "commit", "-qam", "Edit")
    git(project, "push", "--quiet", "origin", "main")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", "--single-branch", f"file://{origin}", str(shallow))
    publish(shallow)
    assert commits(origin) == before + 1
    assert "From CI" in git(origin, "show", "gh-pages:about/index.html")


def test_a_stale_clone_publishes_on_top_of_what_is_there(project, origin, tmp_path):
    publish(project)
    other = tmp_path / "other"
    git(tmp_path, "clone", "--quiet", f"file://{origin}", str(other))
    edit(other, "From the other clone")
    publish(other)
    edit(project, "From the first clone")
    publish(project)
    assert commits(origin) == 3
    assert "From the first clone" in git(origin, "show", "gh-pages:about/index.html")


def test_cname_is_published_and_gives_the_address(project, origin):
    (project / "content" / "extra" / "CNAME").write_text("www.example.org\n")
    done = task(project, "publish")
    assert done.returncode == 0, done.stderr
    assert git(origin, "show", "gh-pages:CNAME") == "www.example.org"
    assert "https://www.example.org/sitemap.xml" in git(origin, "show", "gh-pages:robots.txt")


@pytest.mark.parametrize(
    ("arrange", "sentence"),
    [
        (lambda project: None, "The public address of the site is not known"),
        (lambda project: git(project, "remote", "set-url", "origin", "file:///nowhere.git"), "ls-remote failed"),
        (lambda project: git(project, "checkout", "--quiet", "-b", "gh-pages"), "You are on gh-pages"),
    ],
)
def test_what_cannot_be_published_gets_a_plain_sentence(project, origin, arrange, sentence):
    arrange(project)
    done = task(project, "publish", SITEURL="" if "address" in sentence else ADDRESS)
    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert git(origin, "branch", "--list", "gh-pages") == ""
