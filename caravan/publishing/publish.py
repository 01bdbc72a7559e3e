"""`publish`, `rollback` and `published`: build, check, compare, push, look. Nothing here can lose what is published."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from pathlib import Path

from . import guard, history, live, manifest
from .branch import Goal, fetch
from .difference import Difference, is_page, pages_in_words
from .git import PublishError, Repository, taken_token
from .lock import lock
from .push import Outcome, Site, Wishes, push
from .verify import NAME

Build = Callable[[], Path]


def publish(
    root: Path, build: Build, goal: Goal, wishes: Wishes, wait: float = 0, tell: Callable[[str], None] = print,
    kept_back: Callable[[], Iterable[str]] = tuple,
) -> Outcome:  # fmt: skip
    """Publish what is committed in `root`.

    `build` writes the public site and returns its folder; `kept_back` lists addresses of texts that are not public yet;
    `wait`: seconds to wait for the live site, 0 for not at all. Raises PublishError.
    """
    repository = Repository(root, taken_token())
    with interruptible():
        with lock(repository.common, tell):
            commit = clean_source(repository)
            folder = build()
            outcome, listed = hand_over(repository, commit, folder, goal, wishes, tell, tuple(kept_back()))
        address = listed["address"]
        tell(f"Published to {goal}, {summary(outcome.change)}: {address}/" if outcome.pushed else outcome.why)
        if wait and not wishes.dry_run:
            late = live.wait(address, lambda: newest(repository, goal), wait, tell)
            if late:
                raise PublishError(late)
    return outcome


def newest(repository: Repository, goal: Goal) -> bytes:
    """The manifest that the branch holds now: another publisher may have been first, with a newer source."""
    published = fetch(repository, goal)
    return repository.ask("cat-file", "blob", f"{published.tip}:{NAME}").stdout.encode()


def hand_over(
    repository: Repository, commit: str, folder: Path, goal: Goal, wishes: Wishes, tell: Callable[[str], None],
    kept_back: tuple[str, ...],
) -> tuple[Outcome, dict]:  # fmt: skip
    """Check the built site in `folder` and push it."""
    form = repository.say("rev-parse", "--show-object-format")
    files = guard.checked(folder, form, repository.folder.resolve(), kept_back)
    try:
        listed = json.loads((folder / NAME).read_bytes())
    except (OSError, ValueError):
        raise PublishError(f"{folder.name}/{NAME} is missing or broken, so the build did not end well. Build again.") from None
    guard.refuse(guard.matches(files, listed))
    if listed["source"]["commit"] != commit or listed["source"]["changed"]:
        raise PublishError(
            "The texts or the code changed while the site was being built, so nothing was published. Commit the changes "
            "and publish again."
        )
    site = Site(folder, files, commit, listed["day"])
    return push(repository, site, goal, wishes, tell), listed


def clean_source(repository: Repository) -> str:
    """The commit that is built. Raises PublishError where the work tree holds anything else."""
    commit = repository.commit("HEAD")
    if not commit:
        raise PublishError("Nothing is committed here yet, and only what is committed can be published. Commit first.")
    unmerged = repository.say("ls-files", "--unmerged")
    if unmerged:
        path = unmerged.splitlines()[0].partition("\t")[2]
        raise PublishError(
            f"A merge is not finished: {path} still holds both versions. Choose what it should say, commit, and publish again."
        )
    changed = manifest.changes(repository)
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise PublishError(
            f"{changed[0]}{more} changed since the last commit, and only what is committed is published. Commit it "
            "(`git add` and `git commit`), or put it aside with `git stash --include-untracked`, and publish again."
        )
    return commit


def rollback(root: Path, goal: Goal, to: str, dry_run: bool = False, tell: Callable[[str], None] = print) -> Outcome:
    """Bring an earlier site back. Raises PublishError."""
    repository = Repository(root, taken_token())
    with interruptible(), lock(repository.common, tell):
        outcome = history.rollback(repository, goal, to, dry_run, tell)
    if outcome.pushed:
        tell(
            f"Rolled back on {goal}, {summary(outcome.change)}. The source that was taken back stays out until a newer "
            "one is published, or `publish --again`."
        )
    else:
        tell(outcome.why)
    return outcome


def published(root: Path, goal: Goal) -> str:
    """The list of what was published. Raises PublishError."""
    return history.listed(Repository(root, taken_token()), goal)


def summary(change: Difference) -> str:
    counts = [(sum(map(is_page, paths)), name) for name, paths in vars(change).items()]
    return ", ".join(f"{pages_in_words(number)} {name}" for number, name in counts if number) or "no page changed"


@contextmanager
def interruptible():
    """Ctrl-C and a stop of the machine end with a sentence; the push is one step, so the site is the old or the new one."""

    def stop(*_about):
        raise PublishError(
            "Stopped. The published site is whole, the old one or the new one; `python3 tasks.py published` shows which."
        )

    before = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            before[number] = signal.signal(number, stop)
        except ValueError:  # not the main thread: somebody else decides what a signal means
            break
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
