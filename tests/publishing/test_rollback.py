"""Rollback as a new commit; what was rolled back is not published again by itself."""

from __future__ import annotations

import pytest
from publish_sandbox import Sandbox, git, printed, publish_clone

from caravan.git import PublishError, Repository
from caravan.publishing import publish, rollback


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Sandbox:
    sandbox = Sandbox(tmp_path_factory.mktemp("template") / "sandbox")
    for text in ("one", "two", "three"):
        sandbox.edit(text)
        publish_clone(sandbox.clone)
    git(sandbox.clone, "push", "--quiet", "origin", "main")
    return sandbox


@pytest.fixture
def sandbox(template, tmp_path) -> Sandbox:
    """Three sites were published: "one", "two", "three"."""
    return template.copy(tmp_path / "sandbox")


def roll_back(clone, to="1", **options):
    """Roll back; returns whether something was published, and what is printed."""
    return printed(lambda: publish.roll_back(clone, to, **options))


def test_one_step_back_and_one_more(sandbox):
    tip = sandbox.tip
    pushed, messages = roll_back(sandbox.clone)
    assert pushed and "~ /page-0/" in messages and "Rolled back" in messages
    assert "two" in sandbox.page() and sandbox.is_complete()
    assert git(sandbox.host, "rev-parse", "gh-pages~1") == tip and sandbox.commit_count() == 4
    roll_back(sandbox.clone)
    assert "one" in sandbox.page()
    with pytest.raises(PublishError, match="there are 0 earlier ones"):
        roll_back(sandbox.clone)


def test_by_commit_by_number_and_forward_again(sandbox):
    first, third = git(sandbox.host, "rev-parse", "gh-pages~2"), sandbox.tip
    roll_back(sandbox.clone, first[:8])
    assert "one" in sandbox.page()
    roll_back(sandbox.clone, third)
    assert "three" in sandbox.page() and "Left-out" not in sandbox.message()
    roll_back(sandbox.clone, "2")
    assert "one" in sandbox.page()


@pytest.mark.parametrize("wrong", ["9", "0", "abcdef12", "main", "-1", "--help", ""])
def test_an_invalid_target_changes_nothing(sandbox, wrong):
    tip = sandbox.tip
    with pytest.raises(PublishError, match="published"):
        roll_back(sandbox.clone, wrong)
    assert sandbox.tip == tip


def test_a_dry_run_and_a_rollback_to_the_published_site_change_nothing(sandbox):
    tip = sandbox.tip
    _pushed, messages = roll_back(sandbox.clone, dry_run=True)
    assert "~ /page-0/" in messages and "Dry run" in messages
    _pushed, messages = roll_back(sandbox.clone, tip)
    assert "already shows that site" in messages
    assert sandbox.tip == tip


def test_a_rolled_back_source_is_left_out_until_there_is_a_newer_one(sandbox):
    """For every publisher: a fresh shallow clone in CI reads it from the pages branch."""
    older = git(sandbox.clone, "rev-parse", "HEAD~1")
    roll_back(sandbox.clone)
    ci = sandbox.new_clone("ci", "--depth=1", "--single-branch")
    for clone in (sandbox.clone, ci):
        pushed, messages = publish_clone(clone)
        assert not pushed and "was rolled back" in messages
    sandbox.edit("older, but elsewhere", name="page-1")
    git(sandbox.clone, "checkout", "--quiet", older)
    pushed, messages = publish_clone(sandbox.clone)  # "two" is published already and older than the rolled-back source
    assert not pushed
    assert "two" in sandbox.page()
    git(sandbox.clone, "checkout", "--quiet", "main")
    pushed, _messages = publish_clone(sandbox.clone)
    assert pushed and "three" in sandbox.page() and "elsewhere" in sandbox.page("page-1")
    assert "Left-out" not in sandbox.message()


def test_again_publishes_a_rolled_back_source(sandbox):
    roll_back(sandbox.clone)
    pushed, _messages = publish_clone(sandbox.clone, again=True)
    assert pushed and "three" in sandbox.page()
    sandbox.edit("four")
    assert publish_clone(sandbox.clone)[0]


def test_again_with_an_older_source_still_leaves_the_newest_one_out(sandbox):
    roll_back(sandbox.clone, "2")
    git(sandbox.clone, "checkout", "--quiet", "HEAD~1")
    pushed, _messages = publish_clone(sandbox.clone, again=True)
    assert pushed and "two" in sandbox.page()
    git(sandbox.clone, "checkout", "--quiet", "main")
    pushed, messages = publish_clone(sandbox.clone)
    assert not pushed and "was rolled back" in messages and "two" in sandbox.page()


def test_a_rollback_that_loses_a_race_is_refused(sandbox, monkeypatch):
    """The person chose from a list that is out of date, so they must choose again."""
    other = sandbox.new_clone()
    sandbox.edit("four", clone=other)
    create_rollback_commit = rollback.create_rollback_commit

    def commit_late(*args):
        commit = create_rollback_commit(*args)
        publish_clone(other)
        return commit

    monkeypatch.setattr(rollback, "create_rollback_commit", commit_late)
    with pytest.raises(PublishError, match="in the meantime"):
        roll_back(sandbox.clone)
    assert "four" in sandbox.page()


def test_a_rollback_keeps_the_domain(sandbox):
    host = sandbox.new_clone("settings", "--branch=gh-pages")
    (host / "CNAME").write_text("www.example.org")
    sandbox.commit("Create CNAME", host)
    git(host, "push", "--quiet", "origin", "gh-pages")
    roll_back(sandbox.clone)
    assert "two" in sandbox.page() and git(sandbox.host, "show", "gh-pages:CNAME") == "www.example.org"


def test_the_list_of_publications(sandbox):
    roll_back(sandbox.clone)
    sandbox.edit("four")
    publish_clone(sandbox.clone)
    lines = rollback.format_history(Repository(sandbox.clone)).splitlines()
    source = git(sandbox.clone, "rev-parse", "--short=12", "HEAD")
    assert lines[0].startswith("  0  20") and f"from {source}" in lines[0] and lines[0].endswith("four")
    assert "rolled back to" in lines[1]
    assert [line[:3].strip() for line in lines[:5]] == ["0", "", "", "1", "2"]
    assert lines[3].endswith("two") and lines[4].endswith("one")


def test_a_shallow_clone_can_roll_back_to_any_publication(sandbox):
    shallow = sandbox.new_clone("shallow", "--depth=1", "--single-branch")
    roll_back(shallow, "2")
    assert "one" in sandbox.page() and sandbox.is_complete()


def test_nothing_was_published_yet(tmp_path):
    empty = Sandbox(tmp_path / "empty")
    for command in (lambda: roll_back(empty.clone), lambda: rollback.format_history(Repository(empty.clone))):
        with pytest.raises(PublishError, match="Nothing was published to origin/gh-pages yet"):
            command()
