"""Decide which of two source commits is newer, by ancestry and never by timestamps."""

from __future__ import annotations

import enum

from caravan.git import REMOTE, PublishError, Repository
from caravan.publishing.branch import PublishedState


class SourceOrder(enum.Enum):
    SAME = "both are the same commit"
    NEWER = "our commit contains the published one, or none is published"
    OLDER = "the published commit contains ours"
    DIVERGED = "neither contains the other, or it cannot be proved"


def compare(repository: Repository, ours: str, theirs: str) -> SourceOrder:
    """Compare our source commit with a published one. `theirs` may be abbreviated, missing in this clone, or empty.

    In a shallow clone that could not be completed, ancestry can be confirmed but not ruled out.
    """
    if not theirs:
        return SourceOrder.NEWER
    known = repository.commit(theirs)
    if not known:  # it may be newer than our last fetch
        repository.run("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", REMOTE, check=False)
        known = repository.commit(theirs)
    if known == ours:
        return SourceOrder.SAME
    if known and repository.is_ancestor(known, ours):
        return SourceOrder.NEWER
    return SourceOrder.OLDER if known and repository.is_ancestor(ours, known) else SourceOrder.DIVERGED


def check_newer(repository: Repository, ours: str, day: str, published: PublishedState, again: bool) -> str:
    """Return why our source is not published, or an empty string if it may be. Raises PublishError where a person must decide first."""
    order = compare(repository, ours, published.source)
    if order is SourceOrder.OLDER:
        return f"A newer source ({published.source[:12]}) is already published, so {ours[:12]} is not."
    if order is SourceOrder.SAME and day < published.day and not again and not published.left_out:
        return (
            f"This source is already published, built for {published.day}; today is {day} on this computer. If "
            f"{published.day} is in the future, a clock was wrong: correct it and publish with --again."
        )
    if published.left_out:
        rollback_order = compare(repository, ours, published.left_out)
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


def remote_is_ahead(repository: Repository, ours: str) -> str:
    """Return why our source is not published if its branch has newer commits at the remote, else an empty string.

    A commit that withdraws an unpublished text may change no page, so nothing on the pages branch names it. Without this
    check, an older source could still publish that text.
    """
    name = repository.output_or_empty("symbolic-ref", "--quiet", "--short", "HEAD")
    head = repository.output("ls-remote", "--heads", REMOTE, f"refs/heads/{name}").split() if name else []
    if head and compare(repository, ours, head[0]) is SourceOrder.OLDER:
        return (
            f"{REMOTE} has newer commits on {name} than {ours[:12]}, so it is not published. Run `git pull`, then "
            "publish. In CI, the run of the newest commit publishes."
        )
    return ""


def still_left_out(repository: Repository, ours: str, published: PublishedState) -> str:
    """The rolled-back source that stays left out after ours is published because it is newer than ours, else empty."""
    if published.left_out and compare(repository, ours, published.left_out) is SourceOrder.OLDER:
        return repository.commit(published.left_out)
    return ""
