"""Which of two sources is the newer one. Decided by ancestry, never by clocks."""

from __future__ import annotations

import enum
from collections.abc import Iterator

from caravan.git import GitError, PublishError, Repository
from caravan.publishing.branch import PublishedState, PublishTarget, run_git

STEPS = (50, 1000, 2147483647)  # how far a shallow clone is deepened, until the answer is certain


class SourceOrder(enum.Enum):
    FIRST = "nothing known is published"
    SAME = "the same source"
    NEWER = "ours holds the published one"
    OLDER = "the published one holds ours"
    DIVERGED = "each holds something that the other lacks, as far as can be known"


def compare(repository: Repository, goal: PublishTarget, ours: str, theirs: str) -> SourceOrder:
    """How our source commit stands to a published one. `theirs` may be abbreviated, unknown here, or empty."""
    if not theirs:
        return SourceOrder.FIRST
    if ours.startswith(theirs):
        return SourceOrder.SAME
    found = known_order(repository, ours, theirs)
    if found:
        return found
    # The published source may be one that was pushed after our last fetch, or lie behind the end of a shallow clone.
    for words in fetch_strategies(repository, goal, ours, theirs):
        try:
            repository.run("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", *words)
        except GitError:
            continue  # a remote need not give out single commits; without them the answer stays careful
        found = known_order(repository, ours, theirs)
        if found:
            return found
    return SourceOrder.DIVERGED


def known_order(repository: Repository, ours: str, theirs: str) -> SourceOrder | None:
    """The order, where what is here proves it. A cut history can prove a yes, never a no."""
    known = repository.commit(theirs)
    if known and repository.is_ancestor(known, ours):
        return SourceOrder.SAME if known == ours else SourceOrder.NEWER
    if known and repository.is_ancestor(ours, known):
        return SourceOrder.OLDER
    if known and not repository.shallow:
        return SourceOrder.DIVERGED
    return None


def fetch_strategies(repository: Repository, goal: PublishTarget, ours: str, theirs: str) -> Iterator[list[str]]:
    """The fetches that may bring the answer, the cheap ones first."""
    theirs_too = [theirs] if len(theirs) >= 40 else []
    if not repository.shallow:
        yield ["--refmap=", goal.remote, theirs]
        yield [goal.remote]
    for depth in STEPS:
        if repository.shallow:
            yield [f"--deepen={depth}", "--refmap=", goal.remote, ours, *theirs_too]
        if repository.shallow:
            yield [f"--deepen={depth}", "--refmap=", goal.remote, ours]
        if repository.shallow:
            yield [f"--deepen={depth}", goal.remote]


def check_newer(repository: Repository, goal: PublishTarget, ours: str, day: str, published: PublishedState, again: bool) -> str:
    """Why our source is left out quietly because the published one is as good or better; empty where it may go on.

    Raises PublishError where a person must decide first.
    """
    shown = compare(repository, goal, ours, published.source)
    if shown is SourceOrder.OLDER:
        return f"A newer source ({published.source[:12]}) is published already, so {ours[:12]} is left out."
    if shown is SourceOrder.SAME and day < published.day and not again and not published.left_out:
        return (
            f"This source is published already, as of {published.day}; today is {day} here. If that day has not come yet, a "
            "clock was wrong: set the clock right and publish with --again."
        )
    if published.left_out:
        back = compare(repository, goal, ours, published.left_out)
        if back in (SourceOrder.SAME, SourceOrder.OLDER) and not again:
            return (
                f"The source {published.left_out[:12]} was rolled back, so it and older ones are left out. Publish a newer "
                "commit that mends what was wrong, or this one with --again."
            )
        shown = SourceOrder.DIVERGED if SourceOrder.DIVERGED in (shown, back) else shown
    if shown is SourceOrder.DIVERGED and not again:
        raise PublishError(
            f"The published site was built from {published.source[:12]}, which is not part of your history: publishing "
            "yours would take away what others wrote. Run `git pull`, and publish then. If that history was replaced on "
            "purpose, publish with --again."
        )
    return ""


def remote_is_ahead(repository: Repository, goal: PublishTarget, ours: str) -> str:
    """Why our source is left out because its branch went on at the remote; empty where it did not, or none is checked out.

    A commit that takes a text back may change no published page and then leaves no trace on the branch of the site; the
    text must not come back with an older source.
    """
    name = repository.output_or_empty("symbolic-ref", "--quiet", "--short", "HEAD")
    head = run_git(repository, goal, "ls-remote", "--heads", goal.remote, f"refs/heads/{name}").split() if name else []
    if head and compare(repository, goal, ours, head[0]) is SourceOrder.OLDER:
        return (
            f"{goal.remote} has newer commits on {name} than {ours[:12]}, so it is left out. Run `git pull` and publish then; in "
            "CI, the run of the newest commit publishes."
        )
    return ""


def still_left_out(repository: Repository, goal: PublishTarget, ours: str, published: PublishedState) -> str:
    """The rolled-back source that stays left out after ours is published: it is newer than ours."""
    if published.left_out and compare(repository, goal, ours, published.left_out) is SourceOrder.OLDER:
        return repository.commit(published.left_out)
    return ""
