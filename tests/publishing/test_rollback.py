"""The way back: as a new commit, and nothing that was taken back returns by itself."""

from __future__ import annotations

import pytest
from ground import GOAL, Ground, git, send

from caravan.git import PublishError
from caravan.publishing import publish, rollback


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Ground:
    ground = Ground(tmp_path_factory.mktemp("template") / "ground")
    for words in ("one", "two", "three"):
        ground.edit(words)
        send(ground.clone)
    git(ground.clone, "push", "--quiet", "origin", "main")
    return ground


@pytest.fixture
def ground(template, tmp_path) -> Ground:
    """Three sites were published: "one", "two", "three"."""
    return template.copied(tmp_path / "ground")


def roll_back(clone, to="1", **more):
    said: list[str] = []
    outcome = publish.roll_back(clone, GOAL, to, tell=said.append, **more)
    return outcome, "\n".join(said)


def test_one_step_back_and_one_more(ground):
    tip = ground.tip
    outcome, said = roll_back(ground.clone)
    assert outcome.pushed and "~ /page-0/" in said and "Rolled back" in said
    assert "two" in ground.page() and ground.is_whole()
    assert git(ground.host, "rev-parse", "gh-pages~1") == tip and ground.commits() == 4
    roll_back(ground.clone)
    assert "one" in ground.page()
    with pytest.raises(PublishError, match="0 earlier ones are known"):
        roll_back(ground.clone)


def test_by_commit_by_number_and_forward_again(ground):
    first, third = git(ground.host, "rev-parse", "gh-pages~2"), ground.tip
    roll_back(ground.clone, first[:8])
    assert "one" in ground.page()
    roll_back(ground.clone, third)
    assert "three" in ground.page() and "Left-out" not in ground.message()
    roll_back(ground.clone, "2")
    assert "one" in ground.page()


@pytest.mark.parametrize("wrong", ["9", "0", "abcdef12", "main", "-1", "--help", ""])
def test_a_target_that_is_none_changes_nothing(ground, wrong):
    tip = ground.tip
    with pytest.raises(PublishError, match="published"):
        roll_back(ground.clone, wrong)
    assert ground.tip == tip


def test_a_dry_run_and_a_rollback_to_what_is_shown(ground):
    tip = ground.tip
    _outcome, said = roll_back(ground.clone, dry_run=True)
    assert "~ /page-0/" in said and "Dry run" in said
    _outcome, said = roll_back(ground.clone, tip)
    assert "shows that site already" in said
    assert ground.tip == tip


def test_what_was_taken_back_stays_out_until_something_newer(ground):
    """For every publisher: a fresh shallow clone of CI reads it from the branch, too."""
    older = git(ground.clone, "rev-parse", "HEAD~1")
    roll_back(ground.clone)
    ci = ground.another("ci", "--depth=1", "--single-branch")
    for clone in (ground.clone, ci):
        outcome, said = send(clone)
        assert not outcome.pushed and "was rolled back" in said
    ground.edit("older, but elsewhere", name="page-1")
    git(ground.clone, "checkout", "--quiet", older)
    outcome, said = send(ground.clone)  # the source of "two" is shown already; its texts are older than what was taken back
    assert not outcome.pushed
    assert "two" in ground.page()
    git(ground.clone, "checkout", "--quiet", "main")
    outcome, _said = send(ground.clone)
    assert outcome.pushed and "three" in ground.page() and "elsewhere" in ground.page("page-1")
    assert "Left-out" not in ground.message()


def test_again_brings_back_what_was_taken_back(ground):
    roll_back(ground.clone)
    outcome, _said = send(ground.clone, again=True)
    assert outcome.pushed and "three" in ground.page()
    ground.edit("four")
    assert send(ground.clone)[0].pushed


def test_again_with_an_older_source_keeps_the_newest_one_out(ground):
    roll_back(ground.clone, "2")
    git(ground.clone, "checkout", "--quiet", "HEAD~1")
    outcome, _said = send(ground.clone, again=True)
    assert outcome.pushed and "two" in ground.page()
    git(ground.clone, "checkout", "--quiet", "main")
    outcome, said = send(ground.clone)
    assert not outcome.pushed and "was rolled back" in said and "two" in ground.page()


def test_somebody_publishes_in_the_meantime(ground, monkeypatch):
    """The person looked at another list than the one that is true now, so they look again."""
    other = ground.another()
    ground.edit("four", clone=other)
    real = rollback.commit

    def late(*words):
        made = real(*words)
        send(other)
        return made

    monkeypatch.setattr(rollback, "create_commit", late)
    with pytest.raises(PublishError, match="in the meantime"):
        roll_back(ground.clone)
    assert "four" in ground.page()


def test_the_domain_stays(ground):
    host = ground.another("settings", "--branch=gh-pages")
    (host / "CNAME").write_text("www.example.org")
    ground.commit("Create CNAME", host)
    git(host, "push", "--quiet", "origin", "gh-pages")
    roll_back(ground.clone)
    assert "two" in ground.page() and git(ground.host, "show", "gh-pages:CNAME") == "www.example.org"


def test_the_list_of_what_was_published(ground):
    roll_back(ground.clone)
    ground.edit("four")
    send(ground.clone)
    lines = publish.published(ground.clone, GOAL).splitlines()
    source = git(ground.clone, "rev-parse", "--short=12", "HEAD")
    assert lines[0].startswith("  0  20") and f"from {source}" in lines[0] and lines[0].endswith("four")
    assert "rolled back to" in lines[1]
    assert [line[:3].strip() for line in lines[:5]] == ["0", "", "", "1", "2"]
    assert lines[3].endswith("two") and lines[4].endswith("one")


def test_a_shallow_clone_knows_the_whole_way_back(ground):
    shallow = ground.another("shallow", "--depth=1", "--single-branch")
    roll_back(shallow, "2")
    assert "one" in ground.page() and ground.is_whole()


def test_nothing_was_published_yet(tmp_path):
    fresh = Ground(tmp_path / "fresh")
    for act in (lambda: roll_back(fresh.clone), lambda: publish.published(fresh.clone, GOAL)):
        with pytest.raises(PublishError, match="Nothing was published to origin/gh-pages yet"):
            act()
