"""The publishing commands of tasks.py, run on the real site."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest
from conftest import ADDRESS, git, serve_folder, task
from publish_sandbox import AUTHOR

from caravan.build import manifest
from caravan.git import Repository


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    """A bare repository as the host of one project, shared by all tests of this module."""
    bare = tmp_path_factory.mktemp("host") / "origin.git"
    git(bare.parent, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    return bare


def run_task(project, *args, code=0, **variables):
    """Run a command and return its output; it must exit with `code` and print no traceback."""
    result = task(project, *args, **{"SITEURL": ADDRESS, **variables})
    output = result.stdout + result.stderr
    assert result.returncode == code, output
    assert "Traceback" not in output
    return output


def test_publish_list_roll_back_and_verify(project, origin, tmp_path):
    """What an organizer does, in order."""
    git(project, "remote", "add", "origin", origin.as_uri())
    git(project, "push", "--quiet", "origin", "main")
    assert "Published to origin/gh-pages" in run_task(project, "publish")
    manifest = json.loads(git(origin, "show", "gh-pages:site-manifest.json"))
    assert manifest["source"] == {"commit": git(project, "rev-parse", "HEAD"), "changed": False, "repository": ""}
    assert manifest["address"] == ADDRESS and "pelican" in manifest["packages"]
    assert {"index.html", "404.html", "feeds/all.atom.xml"} <= set(manifest["files"])

    page = project / "content" / "pages" / "about" / "en.md"
    page.write_text(page.read_text().replace("title: ", "title: Changed: ", 1).replace("title: Changed: ", "title: Changed ", 1))
    assert "not committed: content/pages/about/en.md; commit it to publish it" in run_task(project, "publish")
    assert "Changed" not in git(origin, "show", "gh-pages:about/index.html")
    git(project, *AUTHOR, "commit", "--quiet", "-am", "Another title ##[error]\x1b[2J\u202e\x9b1m")
    assert "~ /about/" in run_task(project, "publish")
    assert "Changed" in git(origin, "show", "gh-pages:about/index.html")
    assert r"Another title ## [error]\x1b[2J\u202e\x9b1m" in run_task(project, "published", GITHUB_ACTIONS="true")

    assert "Rolled back on origin/gh-pages" in run_task(project, "rollback")
    assert "Changed" not in git(origin, "show", "gh-pages:about/index.html")
    assert "was rolled back" in run_task(project, "publish")
    assert "Changed" not in git(origin, "show", "gh-pages:about/index.html")

    copy = tmp_path / "copy of the site"
    git(tmp_path, "clone", "--quiet", "--branch=gh-pages", origin.as_uri(), str(copy))
    assert "Whole: " in run_task(project, "verify", str(copy))
    (copy / "about" / "index.html").write_text("Something else")
    assert "changed: about/index.html" in run_task(project, "verify", str(copy), code=1)


def test_publish_wait(project, origin, tmp_path):
    """The host serves a copy of the branch, which a hook updates a second after the push."""
    bare = tmp_path / "other.git"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    git(project, "remote", "add", "origin", bare.as_uri())
    live = tmp_path / "live"
    live.mkdir()
    hook = bare / "hooks" / "post-receive"
    hook.write_text(f"#!/bin/sh\n(sleep 1; git --git-dir='{bare.as_posix()}' archive gh-pages | tar -x -C '{live.as_posix()}') >/dev/null 2>&1 &\n", newline="\n")
    hook.chmod(0o755)
    with serve_folder(live) as address:
        output = run_task(project, "publish", "--wait", SITEURL=address)
        assert f"{address}/ shows the new site." in output
        assert "Whole: " in run_task(project, "verify", address)


def test_the_address_is_required_and_can_come_from_cname(project, tmp_path):
    bare = tmp_path / "other.git"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    git(project, "remote", "add", "origin", bare.as_uri())
    assert "The public address of the site is not known" in run_task(project, "publish", code=1, SITEURL="")
    (project / "content" / "extra" / "CNAME").write_text("www.example.org\n")
    security = project / "content" / "extra" / ".well-known" / "security.txt"
    security.parent.mkdir()
    security.write_text("Contact: mailto:a@example.org\nExpires: 2030-01-31T00:00:00Z\n")
    assert "content/extra/.well-known/security.txt" in manifest.uncommitted_changes(Repository(project))
    git(project, "add", "--all")
    git(project, *AUTHOR, "commit", "--quiet", "-m", "A domain")
    run_task(project, "publish", SITEURL="")
    assert git(bare, "show", "gh-pages:CNAME") == "www.example.org"
    assert "https://www.example.org/sitemap.xml" in git(bare, "show", "gh-pages:robots.txt")
    assert git(bare, "show", "gh-pages:.well-known/security.txt") == security.read_text().strip()
    run_task(project, "mirror", "--offline", SITEURL="")
    offline = project / "mirror" / "offline"
    assert (offline / ".well-known" / "security.txt").read_bytes() == security.read_bytes()
    assert "Whole: " in run_task(project, "verify", str(offline))
    (offline / ".well-known" / "security.txt").write_text("Contact: mailto:other@example.org\n")
    assert "changed: .well-known/security.txt" in run_task(project, "verify", str(offline), code=1)


def test_texts_with_problems_are_not_published(project, tmp_path):
    bare = tmp_path / "other.git"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    git(project, "remote", "add", "origin", bare.as_uri())
    page = project / "content" / "pages" / "about" / "en.md"
    page.write_text("---\ntitle: No summary\n---\n\nText\n")
    git(project, *AUTHOR, "commit", "--quiet", "-am", "A mistake")
    assert "content/pages/about/en.md:" in run_task(project, "publish", code=1)
    assert git(bare, "branch", "--list") == ""


def test_unpublished_urls_are_those_of_drafts_and_future_texts(project):
    for slug, line in (("draft", "status: draft"), ("later", "date: 2199-01-01"), ("now", "date: 2020-01-01")):
        folder = project / "content" / "analysis" / slug
        folder.mkdir()
        date = "" if line.startswith("date") else "date: 2020-01-01\n"
        (folder / "en.md").write_text(
            f"---\ntitle: A text\nsummary: One or two plain sentences for lists and search engines, as they have to be.\n{date}"
            f"{line}\nauthors: [A]\n---\n\nA text.\n"
        )
    script = "import sys; from pathlib import Path; from caravan.publishing import site_build; print(site_build.unpublished_urls(site_build.public_settings(Path(sys.argv[1]), Path())))"
    result = subprocess.run([sys.executable, "-c", script, str(project)], cwd=project, capture_output=True, text=True, env={**os.environ, "SITEURL": ADDRESS})
    urls = ["analysis/draft/", "analysis/later/", "background/draft-text/", "background/later-text/"]
    assert result.stdout.strip() == str([prefix + url for prefix in ("", "es/", "fil/") for url in urls]), result.stderr


def test_the_verifier_runs_on_bare_python(site, tmp_path):
    """As from a USB stick: one file, no installed packages, no environment variables."""
    from caravan.build import verify

    script = tmp_path / "verify.py"
    shutil.copy(verify.__file__, script)
    variables = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}  # Windows starts nothing without it
    result = subprocess.run([sys.executable, "-I", "-S", str(script), str(site)], capture_output=True, text=True, env=variables, cwd=tmp_path)
    assert result.returncode == 0 and "Whole: " in result.stdout, result.stderr
