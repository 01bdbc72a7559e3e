"""The checked site goes to the host: on top of what is there, never by force, again after a race."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import faults, guard
from .branch import Goal, Published, fetch, told
from .commit import commit, message
from .difference import Difference, difference, in_words
from .files import File
from .git import GitError, PublishError, Repository
from .order import behind, follows, still_left_out
from .verify import NAME

TRIES = 30  # after lost races; each lost one means that somebody else published
BREAKS = 3  # tries after a broken connection
PAUSE = 1.0  # seconds after a broken connection, doubled each time
RACE_PAUSE = 0.3  # seconds, at most, after a lost race
EMPTY = {"sha1": "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
         "sha256": "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813"}  # fmt: skip


@dataclass(frozen=True)
class Site:
    """A built and checked site: its folder, its files, and the source commit and day it was built from."""

    folder: Path
    files: Mapping[str, File]
    source: str
    day: str


@dataclass(frozen=True)
class Wishes:
    """What the person asked for beyond the ordinary."""

    again: bool = False
    removed: tuple[str, ...] = ()
    allow_loss: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class Outcome:
    """`commit`: the pages commit that is published now, empty for none. `pushed`: whether it is new. `why`: why not."""

    commit: str
    pushed: bool
    why: str = ""
    change: Difference = field(default_factory=lambda: Difference((), (), ()))


def push(
    repository: Repository, site: Site, goal: Goal, wishes: Wishes = Wishes(), tell: Callable[[str], None] = print  # noqa: B008
) -> Outcome:
    """Publish `site`, or say why it stays as it is. Raises PublishError; then the host's site is as it was, or whole new."""
    breaks = 0
    for _attempt in range(TRIES):
        try:
            return step(repository, site, goal, wishes, tell)
        except GitError as error:
            if faults.is_race(error.said):
                tell("Somebody else published just now; looking again …")
                time.sleep(random.uniform(0, RACE_PAUSE))
            elif faults.is_broken(error.said) and breaks < BREAKS:
                breaks += 1
                tell("The connection broke; trying again …")
                time.sleep(PAUSE * 2**breaks / 2)
            else:
                raise
    raise PublishError(f"Others published {TRIES} times in the meantime. The published site is whole; try again later.")


def step(repository: Repository, site: Site, goal: Goal, wishes: Wishes, tell: Callable[[str], None]) -> Outcome:
    """One try on top of what is published now."""
    published = fetch(repository, goal)
    files, cname = wanted(repository, site, published)
    change = difference(published.files, files)
    if not change and NAME in published.files:
        return Outcome(published.tip, False, f"{goal} is up to date already.")
    left = follows(repository, goal, site.source, site.day, published, wishes.again)
    if left or not wishes.again and (left := behind(repository, goal, site.source)):
        return Outcome(published.tip, False, left)
    guard.losses(change, published.files, wishes.removed, wishes.allow_loss)
    tell("\n".join([f"What changes for readers on {goal}:", *(in_words(change) or ["nothing but the manifest, which is new"])]))
    if wishes.dry_run:
        return Outcome(published.tip, False, "Dry run: nothing was published.", change)
    text = message(site.source, site.day, still_left_out(repository, goal, site.source, published))
    made = commit(repository, site.folder, files, published.tip, cname, text)
    send(repository, goal, made)
    return Outcome(made, True, "", change)


def wanted(repository: Repository, site: Site, published: Published) -> tuple[dict[str, str], str | None]:
    """Object id by path of the commit to be, and the published CNAME where the site has none: a domain stays."""
    files = {path: file.blob for path, file in site.files.items()}
    files.setdefault(".nojekyll", EMPTY[repository.say("rev-parse", "--show-object-format")])
    cname = None
    if "CNAME" in published.files and "CNAME" not in files:
        files["CNAME"] = published.files["CNAME"]
        cname = repository.ask("cat-file", "blob", published.files["CNAME"]).stdout
    return files, cname


def send(repository: Repository, goal: Goal, made: str) -> None:
    """Push without force: the remote takes it only on top of what we saw. Raises GitError, told in plain words."""
    told(repository, goal, "push", "--quiet", "--no-verify", "--no-signed", goal.remote, f"{made}:refs/heads/{goal.branch}")
