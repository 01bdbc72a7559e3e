"""Publishing on top of the published state: no text is lost, and no older source replaces a newer one."""

from __future__ import annotations

import pytest
from publish_sandbox import AUTHOR, Sandbox, build, git, publish_clone

from caravan.build import manifest
from caravan.git import PublishError, plain_message
from caravan.publishing import publish, push


def test_first_second_and_unchanged_publishing(sandbox):
    source = git(sandbox.clone, "rev-parse", "HEAD")
    pushed, messages = publish_clone(sandbox.clone)
    assert pushed
    assert "+ /page-0/" in messages and "10 pages new" in messages
    first = sandbox.tip
    assert sandbox.files() >= {".nojekyll", "index.html", "404.html", "site-manifest.json"} and sandbox.is_complete()
    assert f"Source: {source}" in sandbox.message()
    assert git(sandbox.host, "log", "-1", "--format=%an <%ae> %cn <%ce> %ad", "--date=format:%z", "gh-pages") == (
        "Site publisher <publisher@site.invalid> Site publisher <publisher@site.invalid> +0000"
    )
    again, messages = publish_clone(sandbox.clone)
    assert not again and "up to date" in messages and sandbox.commit_count() == 1

    sandbox.edit("Other words")
    pushed, messages = publish_clone(sandbox.clone)
    assert "1 page changed\n  ~ /page-0/" in messages
    assert sandbox.commit_count() == 2 and "Other words" in sandbox.page()
    assert git(sandbox.host, "rev-parse", "gh-pages~1") == first


def test_the_clone_is_not_changed(sandbox):
    previous = git(sandbox.clone, "for-each-ref"), git(sandbox.clone, "config", "--list"), git(sandbox.clone, "stash", "list")
    publish_clone(sandbox.clone)
    refs = [line for line in git(sandbox.clone, "for-each-ref").splitlines() if not line.endswith("refs/remotes/origin/gh-pages")]
    assert "\n".join(refs) == previous[0]
    assert (git(sandbox.clone, "config", "--list"), git(sandbox.clone, "stash", "list")) == previous[1:]
    assert git(sandbox.clone, "status", "--porcelain") == ""
    assert not (sandbox.clone / ".git" / "caravan-publish.git").exists()


def test_a_commit_that_changes_no_page_and_a_new_day_publish_nothing(sandbox, monkeypatch):
    publish_clone(sandbox.clone)
    sandbox.commit("Only a comment")
    monkeypatch.setenv("SANDBOX_DAY", "2026-11-25")
    pushed, messages = publish_clone(sandbox.clone)
    assert not pushed and "up to date" in messages and sandbox.commit_count() == 1


def test_a_dry_run_publishes_nothing(sandbox):
    pushed, messages = publish_clone(sandbox.clone, dry_run=True)
    assert "+ /page-0/" in messages and "Dry run" in messages
    assert not pushed and sandbox.tip == ""


def test_a_removed_text_is_removed_from_the_site(sandbox):
    publish_clone(sandbox.clone)
    (sandbox.clone / "content" / "page-3.txt").unlink()
    sandbox.commit()
    _pushed, messages = publish_clone(sandbox.clone)
    assert "1 page removed\n  - /page-3/" in messages
    assert "page-3/index.html" not in sandbox.files()


def test_an_older_source_never_replaces_a_newer_one(sandbox):
    old = git(sandbox.clone, "rev-parse", "HEAD")
    sandbox.edit("Newer")
    publish_clone(sandbox.clone)
    git(sandbox.clone, "checkout", "--quiet", old)
    for again in (False, True):
        pushed, messages = publish_clone(sandbox.clone, again=again)
        assert not pushed and "newer source" in messages
    assert "Newer" in sandbox.page() and sandbox.commit_count() == 1


def test_a_withdrawn_text_does_not_return_with_an_older_source(sandbox):
    """The newest commit changed no published page, so only the source branch at the remote shows that it exists."""
    publish_clone(sandbox.clone)
    sandbox.edit("A name that must not be public")
    other = sandbox.new_clone()
    git(sandbox.clone, "push", "--quiet", "origin", "main")
    git(other, "pull", "--quiet")
    sandbox.edit("Page 0")
    git(sandbox.clone, "push", "--quiet", "origin", "main")
    _pushed, messages = publish_clone(sandbox.clone)
    assert "up to date" in messages
    for clone in (other, sandbox.new_clone("shallow", "--depth=2", "--single-branch")):
        git(clone, "reset", "--quiet", "--hard", git(sandbox.clone, "rev-parse", "HEAD~1"))
        pushed, messages = publish_clone(clone)
        assert not pushed and "has newer commits on main" in messages
    assert "A name" not in sandbox.page()


def test_an_older_day_of_the_same_source_does_not_replace_a_later_one(sandbox, monkeypatch):
    publish_clone(sandbox.clone)
    tip = sandbox.tip
    monkeypatch.setenv("SANDBOX_DAY", "2026-11-23")

    def build_yesterday(root, folder):
        build(root, folder)
        (folder / "page-0" / "index.html").write_text("<!doctype html>The call is still to come")
        manifest.write_manifest(folder, manifest.build_inputs(root, "https://example.org", "2026-11-23", ""))

    pushed, messages = publish_clone(sandbox.clone, build_site=build_yesterday)
    assert not pushed and "built for 2026-11-24" in messages and sandbox.tip == tip
    pushed, _messages = publish_clone(sandbox.clone, build_site=build_yesterday, again=True)  # a person confirms that a clock was wrong
    assert pushed


def test_diverged_clones_must_be_merged_first(sandbox):
    other = sandbox.new_clone()
    sandbox.edit("Mine")
    publish_clone(sandbox.clone)
    sandbox.edit("Theirs", name="page-1", clone=other)
    with pytest.raises(PublishError, match="git pull"):
        publish_clone(other)
    assert "Mine" in sandbox.page()
    git(sandbox.clone, "push", "--quiet", "origin", "main")
    git(other, *AUTHOR, "pull", "--quiet", "--rebase")
    publish_clone(other)
    assert "Mine" in sandbox.page() and "Theirs" in sandbox.page("page-1")


def test_a_replaced_history_needs_again(sandbox):
    sandbox.edit("A name that must go")
    publish_clone(sandbox.clone)
    git(sandbox.clone, "reset", "--quiet", "--hard", "HEAD~1")
    sandbox.edit("No name")
    with pytest.raises(PublishError, match="--again"):
        publish_clone(sandbox.clone)
    publish_clone(sandbox.clone, again=True)
    assert "No name" in sandbox.page() and sandbox.commit_count() == 2


@pytest.mark.parametrize("commits", [1, 3, 60])
def test_a_shallow_clone_as_in_ci(sandbox, commits):
    """The published source is older than the clone's history, so the history must be fetched from the host."""
    publish_clone(sandbox.clone)
    for number in range(commits - 1):
        sandbox.commit(f"Nothing {number}")
    sandbox.edit("From CI")
    git(sandbox.clone, "push", "--quiet", "origin", "main")
    shallow = sandbox.new_clone("shallow", "--depth=1", "--single-branch")
    pushed, _messages = publish_clone(shallow)
    assert pushed and sandbox.commit_count() == 2 and "From CI" in sandbox.page()


def test_a_shallow_clone_of_an_older_source_publishes_nothing(sandbox):
    shallow = sandbox.new_clone("shallow", "--depth=1", "--single-branch")
    sandbox.edit("Newer")
    git(sandbox.clone, "push", "--quiet", "origin", "main")
    publish_clone(sandbox.clone)
    pushed, messages = publish_clone(shallow)
    assert not pushed and "newer source" in messages and "Newer" in sandbox.page()


def test_a_domain_set_in_the_settings_of_the_host_is_kept(sandbox):
    publish_clone(sandbox.clone)
    host = sandbox.new_clone("settings", "--branch=gh-pages")
    (host / "CNAME").write_text("www.example.org")
    sandbox.commit("Create CNAME", host)
    git(host, "push", "--quiet", "origin", "gh-pages")
    sandbox.edit("Later")
    publish_clone(sandbox.clone)
    assert git(sandbox.host, "show", "gh-pages:CNAME") == "www.example.org" and "Later" in sandbox.page()
    assert sandbox.is_complete()


def test_a_repository_with_sha256_object_ids(tmp_path):
    sandbox = Sandbox(tmp_path / "sandbox", object_format="sha256")
    publish_clone(sandbox.clone)
    sandbox.edit("Newer")
    publish_clone(sandbox.clone)
    assert len(sandbox.tip) == 64 and "Newer" in sandbox.page() and sandbox.is_complete()
    publish.roll_back(sandbox.clone, "1")
    assert "Newer" not in sandbox.page() and sandbox.is_complete()


def test_after_a_lost_race_the_site_is_published_on_top_of_the_newer_one(sandbox, monkeypatch):
    """Another publisher pushes between our fetch and our push."""
    other = sandbox.new_clone()
    sandbox.edit("Newer", name="page-1")
    push_commit, raced = push.push_commit, []

    def push_late(repository, commit):
        if not raced:
            raced.append(True)
            publish_clone(other)
        push_commit(repository, commit)

    monkeypatch.setattr(push, "push_commit", push_late)
    pushed, messages = publish_clone(sandbox.clone)
    assert pushed and "starting again" in messages
    assert sandbox.commit_count() == 2 and "Newer" in sandbox.page("page-1")


@pytest.mark.parametrize(
    ("output", "phrase"),
    [
        ("fatal: Authentication failed for 'https://x'", "no write access"),
        ("remote: error: GH006: Protected branch update failed", "protects the branch"),
        ("fatal: unable to access 'https://x/': Could not resolve host: x", "cannot be reached"),
        ("Host key verification failed.\nfatal: Could not read from remote repository.", "not known to ssh"),
        ("remote: error: GH013: Repository rule violations\nremote: - Push cannot contain secrets", "revoke it where it is valid"),
        ("remote: error: GH007: Your push would publish a private email address.", "git config user.email"),
        ("remote: This repository was archived so it is read-only.\nfatal: The requested URL returned error: 403", "Unarchive it"),
        ("remote: The 'x' organization has enabled SAML SSO.\nfatal: The requested URL returned error: 403", "authorize this key"),
        ("fatal: Unable to create '/x/.git/index.lock': File exists.", "delete the file"),
        ("fatal: unable to access 'https://x/': SSL certificate problem: certificate is not yet valid", "Set the clock"),
        ("something new", "did not accept the site"),
    ],
)
def test_errors_of_git_are_explained(output, phrase):
    message = plain_message(output)
    assert phrase in message and "git printed: " in message and "{" not in message and message[0].isupper()
