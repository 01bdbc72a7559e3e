"""Decide which of two source commits is newer, by ancestry and never by timestamps."""

from __future__ import annotations

import enum

from caravan.git import PublishError, Repository
from caravan.publishing.branch import PublishedState, PublishTarget, run_git


class SourceOrder(enum.Enum):
    FIRST = "no source is published yet"
    SAME = "both are the same commit"
    NEWER = "our commit contains the published one"
    OLDER = "the published commit contains ours"
    DIVERGED = "neither contains the other, or it cannot be proved"


def compare(repository: Repository, target: PublishTarget, ours: str, theirs: str) -> SourceOrder:
    """Compare our source commit with a published one. `theirs` may be abbreviated, missing in this clone, or empty."""
    if not theirs:
        return SourceOrder.FIRST
    order = SourceOrder.SAME if ours.startswith(theirs) else known_order(repository, ours, theirs)
    # The published commit may be newer than our last fetch, or older than the history of a shallow clone. Not every remote
    # serves single commits, and none serves abbreviated ids, so fetches may fail. --refmap= leaves tracking branches alone.
    for args in (["--unshallow", "--refmap=", target.remote, ours], ["--refmap=", target.remote, theirs], [target.remote],
                 ["--unshallow", target.remote]):  # fmt: skip
        if order:
            return order
        if repository.shallow or "--unshallow" not in args:
            repository.run("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", *args, check=False)
            order = known_order(repository, ours, theirs)
    return order or SourceOrder.DIVERGED


def known_order(repository: Repository, ours: str, theirs: str) -> SourceOrder | None:
    """The order if the commits in this clone prove it, else None. In a shallow clone, ancestry can be confirmed but not ruled out."""
    known = repository.commit(theirs)
    if known and repository.is_ancestor(known, ours):
        return SourceOrder.SAME if known == ours else SourceOrder.NEWER
    if known and repository.is_ancestor(ours, known):
        return SourceOrder.OLDER
    if known and not repository.shallow:
        return SourceOrder.DIVERGED
    return None


def check_newer(repository: Repository, target: PublishTarget, ours: str, day: str, published: PublishedState, again: bool) -> str:
    """Return why our source is not published, or an empty string if it may be. Raises PublishError where a person must decide first."""
    order = compare(repository, target, ours, published.source)
    if order is SourceOrder.OLDER:
        return f"A newer source ({published.source[:12]}) is already published, so {ours[:12]} is not."
    if order is SourceOrder.SAME and day < published.day and not again and not published.left_out:
        return (
            f"This source is already published, built for {published.day}; today is {day} on this computer. If "
            f"{published.day} is in the future, a clock was wrong: correct it and publish with --again."
        )
    if published.left_out:
        rollback_order = compare(repository, target, ours, published.left_out)
        if rollback_order in (SourceOrder.SAME, SourceOrder.OLDER) and not again:
            return (
                f"The source {published.left_out[:12]} was rolled back, so it and older ones are not published. Publish a "
                "newer commit that corrects the mistake, or this one with --again."
            )
        order = SourceOrder.DIVERGED if SourceOrder.DIVERGED in (order, rollback_order) else order
    if order is SourceOrder.DIVERGED and not again:
        raise PublishError(
            f"The published site was built from {published.source[:12]}, which is not in your history: publishing your version would "
            "remove what others wrote. Run `git pull`, then publish. If that history was replaced on purpose, publish with --again."
        )
    return ""


def remote_is_ahead(repository: Repository, target: PublishTarget, ours: str) -> str:
    """Return why our source is not published if its branch has newer commits at the remote, else an empty string.

    A commit that withdraws an unpublished text may change no page, so nothing on the pages branch names it. Without this
    check, an older source could still publish that text.
    """
    name = repository.output_or_empty("symbolic-ref", "--quiet", "--short", "HEAD")
    head = run_git(repository, target, "ls-remote", "--heads", target.remote, f"refs/heads/{name}").split() if name else []
    if head and compare(repository, target, ours, head[0]) is SourceOrder.OLDER:
        return (
            f"{target.remote} has newer commits on {name} than {ours[:12]}, so it is not published. Run `git pull`, then "
            "publish. In CI, the run of the newest commit publishes."
        )
    return ""


def still_left_out(repository: Repository, target: PublishTarget, ours: str, published: PublishedState) -> str:
    """The rolled-back source that stays left out after ours is published because it is newer than ours, else empty."""
    if published.left_out and compare(repository, target, ours, published.left_out) is SourceOrder.OLDER:
        return repository.commit(published.left_out)
    return ""
