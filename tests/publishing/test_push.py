"""Publishing on top of what is there: nothing lost, nothing older over something newer."""

from __future__ import annotations

import pytest
from ground import AUTHOR, GOAL, Ground, git, send

from caravan.git import PublishError, plain_message
from caravan.publishing import publish, push


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Ground:
    return Ground(tmp_path_factory.mktemp("template") / "ground")


@pytest.fixture
def ground(template, tmp_path) -> Ground:
    return template.copied(tmp_path / "ground")


def test_first_second_and_unchanged_publishing(ground):
    source = git(ground.clone, "rev-parse", "HEAD")
    outcome, said = send(ground.clone)
    assert outcome.pushed and outcome.commit == ground.tip
    assert "+ /page-0/" in said and "10 pages new" in said
    assert ground.files() >= {".nojekyll", "index.html", "404.html", "site-manifest.json"} and ground.is_whole()
    assert f"Source: {source}" in ground.message()
    assert git(ground.host, "log", "-1", "--format=%an <%ae> %cn <%ce> %ad", "--date=format:%z", "gh-pages") == (
        "Site publisher <publisher@site.invalid> Site publisher <publisher@site.invalid> +0000"
    )
    again, said = send(ground.clone)
    assert not again.pushed and "up to date" in said and ground.commits() == 1

    ground.edit("Other words")
    outcome, said = send(ground.clone)
    assert "1 page changed\n  ~ /page-0/" in said
    assert ground.commits() == 2 and "Other words" in ground.page()
    assert git(ground.host, "rev-parse", "gh-pages~1") == again.commit


def test_nothing_of_the_clone_changes(ground):
    before = git(ground.clone, "for-each-ref"), git(ground.clone, "config", "--list"), git(ground.clone, "stash", "list")
    send(ground.clone)
    left = [line for line in git(ground.clone, "for-each-ref").splitlines() if not line.endswith("refs/remotes/origin/gh-pages")]
    assert "\n".join(left) == before[0]
    assert (git(ground.clone, "config", "--list"), git(ground.clone, "stash", "list")) == before[1:]
    assert git(ground.clone, "status", "--porcelain") == ""
    assert not (ground.clone / ".git" / "caravan-publish.git").exists()


def test_a_commit_that_changes_no_page_and_a_new_day_publish_nothing(ground, monkeypatch):
    send(ground.clone)
    ground.commit("Only a comment")
    monkeypatch.setenv("GROUND_DAY", "2026-11-25")
    outcome, said = send(ground.clone)
    assert not outcome.pushed and "up to date" in said and ground.commits() == 1


def test_a_dry_run_shows_and_stops(ground):
    outcome, said = send(ground.clone, dry_run=True)
    assert "+ /page-0/" in said and "Dry run" in said
    assert not outcome.pushed and ground.tip == ""


def test_a_removed_text_leaves(ground):
    send(ground.clone)
    (ground.clone / "content" / "page-3.txt").unlink()
    ground.commit()
    _outcome, said = send(ground.clone)
    assert "1 page removed\n  - /page-3/" in said
    assert "page-3/index.html" not in ground.files()


def test_an_older_source_never_covers_a_newer_one(ground):
    old = git(ground.clone, "rev-parse", "HEAD")
    ground.edit("Newer")
    send(ground.clone)
    git(ground.clone, "checkout", "--quiet", old)
    for again in (False, True):
        outcome, said = send(ground.clone, again=again)
        assert not outcome.pushed and "newer source" in said
    assert "Newer" in ground.page() and ground.commits() == 1


def test_a_text_that_was_taken_back_does_not_return_with_an_older_source(ground):
    """The newest commit changed no published page, so the branch of the site does not name it; the source's branch does."""
    send(ground.clone)
    ground.edit("A name that must not be public")
    other = ground.another()
    git(ground.clone, "push", "--quiet", "origin", "main")
    git(other, "pull", "--quiet")
    ground.edit("Page 0")
    git(ground.clone, "push", "--quiet", "origin", "main")
    _outcome, said = send(ground.clone)
    assert "up to date" in said
    for clone in (other, ground.another("shallow", "--depth=2", "--single-branch")):
        git(clone, "reset", "--quiet", "--hard", git(ground.clone, "rev-parse", "HEAD~1"))
        outcome, said = send(clone)
        assert not outcome.pushed and "has newer commits on main" in said
    assert "A name" not in ground.page()


def test_an_older_day_of_one_source_does_not_cover_a_later_one(ground, monkeypatch):
    send(ground.clone)
    tip = ground.tip
    monkeypatch.setenv("GROUND_DAY", "2026-11-23")

    def yesterday(root):
        from ground import build, manifest

        folder = build(root)
        (folder / "page-0" / "index.html").write_text("<!doctype html>The call is still to come")
        manifest.write_manifest(folder, manifest.build_inputs(root, "https://example.org", "2026-11-23", ""))
        return folder

    outcome, said = send(ground.clone, built=yesterday)
    assert not outcome.pushed and "as of 2026-11-24" in said and ground.tip == tip
    outcome, _said = send(ground.clone, built=yesterday, again=True)  # a clock was wrong, and a person says so
    assert outcome.pushed


def test_two_people_with_different_texts_must_meet_first(ground):
    other = ground.another()
    ground.edit("Mine")
    send(ground.clone)
    ground.edit("Theirs", name="page-1", clone=other)
    with pytest.raises(PublishError, match="git pull"):
        send(other)
    assert "Mine" in ground.page()
    git(ground.clone, "push", "--quiet", "origin", "main")
    git(other, *AUTHOR, "pull", "--quiet", "--rebase")
    send(other)
    assert "Mine" in ground.page() and "Theirs" in ground.page("page-1")


def test_a_replaced_history_is_published_only_when_a_person_says_so(ground):
    ground.edit("A name that must go")
    send(ground.clone)
    git(ground.clone, "reset", "--quiet", "--hard", "HEAD~1")
    ground.edit("No name")
    with pytest.raises(PublishError, match="--again"):
        send(ground.clone)
    send(ground.clone, again=True)
    assert "No name" in ground.page() and ground.commits() == 2


@pytest.mark.parametrize("commits", [1, 3, 60])
def test_a_clone_as_shallow_as_ci_makes_it(ground, commits):
    """The published source lies before the end of the clone; the answer must come from the host, not from a guess."""
    send(ground.clone)
    for number in range(commits - 1):
        ground.commit(f"Nothing {number}")
    ground.edit("From CI")
    git(ground.clone, "push", "--quiet", "origin", "main")
    shallow = ground.another("shallow", "--depth=1", "--single-branch")
    outcome, _said = send(shallow)
    assert outcome.pushed and ground.commits() == 2 and "From CI" in ground.page()


def test_a_shallow_clone_of_an_older_source_publishes_nothing(ground):
    shallow = ground.another("shallow", "--depth=1", "--single-branch")
    ground.edit("Newer")
    git(ground.clone, "push", "--quiet", "origin", "main")
    send(ground.clone)
    outcome, said = send(shallow)
    assert not outcome.pushed and "newer source" in said and "Newer" in ground.page()


def test_the_domain_that_the_host_wrote_stays_until_the_site_has_its_own(ground):
    send(ground.clone)
    host = ground.another("settings", "--branch=gh-pages")
    (host / "CNAME").write_text("www.example.org")
    ground.commit("Create CNAME", host)
    git(host, "push", "--quiet", "origin", "gh-pages")
    ground.edit("Later")
    send(ground.clone)
    assert git(ground.host, "show", "gh-pages:CNAME") == "www.example.org" and "Later" in ground.page()
    assert ground.is_whole()


def test_a_repository_whose_objects_have_sha_256_names(tmp_path):
    ground = Ground(tmp_path / "ground", names="sha256")
    send(ground.clone)
    ground.edit("Newer")
    send(ground.clone)
    assert len(ground.tip) == 64 and "Newer" in ground.page() and ground.is_whole()
    publish.roll_back(ground.clone, GOAL, "1", tell=lambda _said: None)
    assert "Newer" not in ground.page() and ground.is_whole()


def test_a_lost_race_is_run_again_on_top_of_the_newer_state(ground, monkeypatch):
    """Another publisher pushes between our look and our push."""
    other = ground.another()
    ground.edit("Newer", name="page-1")
    real, raced = push.run_git, []

    def late(repository, goal, *words):
        if words[0] == "push" and not raced:
            raced.append(True)
            send(other)
        return real(repository, goal, *words)

    monkeypatch.setattr(push, "run_git", late)
    outcome, said = send(ground.clone)
    assert outcome.pushed and "looking again" in said
    assert ground.commits() == 2 and "Newer" in ground.page("page-1")


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("fatal: Authentication failed for 'https://x'", "right to write"),
        ("remote: error: GH006: Protected branch update failed", "protects the branch"),
        ("fatal: unable to access 'https://x/': Could not resolve host: x", "cannot be reached"),
        ("Host key verification failed.\nfatal: Could not read from remote repository.", "known to ssh"),
        ("something new", "did not take the site"),
    ],
)
def test_what_git_says_becomes_a_sentence(said, part):
    told = plain_message(said, "origin", "gh-pages")
    assert part in told and "git said: " in told and "{" not in told and told[0].isupper()
