"""The checked site goes to the host: on top of what is there, never by force, again after a race."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from caravan import git
from caravan.build.verify import NAME
from caravan.git import GitError, PublishError, Repository
from caravan.publishing import guard
from caravan.publishing.ancestry import check_newer, remote_is_ahead, still_left_out
from caravan.publishing.branch import PublishedState, PublishTarget, fetch, run_git
from caravan.publishing.commit import commit_message, create_commit
from caravan.publishing.site_files import SiteDiff, SiteFile, compare_trees, describe_changes

TRIES = 30  # after lost races; each lost one means that somebody else published
BREAKS = 3  # tries after a broken connection
PAUSE = 1.0  # seconds after a broken connection, doubled each time
RACE_PAUSE = 0.3  # seconds, at most, after a lost race
EMPTY = {"sha1": "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
         "sha256": "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813"}  # fmt: skip


@dataclass(frozen=True)
class BuiltSite:
    """A built and checked site: its folder, its files, and the source commit and day it was built from."""

    folder: Path
    files: Mapping[str, SiteFile]
    source: str
    day: str


@dataclass(frozen=True)
class PublishOptions:
    """What the person asked for beyond the ordinary."""

    again: bool = False
    removed: tuple[str, ...] = ()
    allow_loss: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class PublishResult:
    """`commit`: the pages commit that is published now, empty for none. `pushed`: whether it is new. `why`: why not."""

    commit: str
    pushed: bool
    why: str = ""
    change: SiteDiff = field(default_factory=lambda: SiteDiff((), (), ()))


def push(
    repository: Repository, site: BuiltSite, goal: PublishTarget, wishes: PublishOptions = PublishOptions(), tell: Callable[[str], None] = print  # noqa: B008
) -> PublishResult:
    """Publish `site`, or say why it stays as it is. Raises PublishError; then the host's site is as it was, or whole new."""
    breaks = 0
    for _attempt in range(TRIES):
        try:
            return attempt(repository, site, goal, wishes, tell)
        except GitError as error:
            if git.is_race(error.said):
                tell("Somebody else published just now; looking again …")
                time.sleep(random.uniform(0, RACE_PAUSE))
            elif git.is_broken(error.said) and breaks < BREAKS:
                breaks += 1
                tell("The connection broke; trying again …")
                time.sleep(PAUSE * 2**breaks / 2)
            else:
                raise
    raise PublishError(f"Others published {TRIES} times in the meantime. The published site is whole; try again later.")


def attempt(repository: Repository, site: BuiltSite, goal: PublishTarget, wishes: PublishOptions, tell: Callable[[str], None]) -> PublishResult:
    """One try on top of what is published now."""
    published = fetch(repository, goal)
    files, cname = expected_files(repository, site, published)
    change = compare_trees(published.files, files)
    if not change and NAME in published.files:
        return PublishResult(published.tip, False, f"{goal} is up to date already.")
    left = check_newer(repository, goal, site.source, site.day, published, wishes.again)
    if left or not wishes.again and (left := remote_is_ahead(repository, goal, site.source)):
        return PublishResult(published.tip, False, left)
    guard.check_losses(change, published.files, wishes.removed, wishes.allow_loss)
    tell("\n".join([f"What changes for readers on {goal}:", *(describe_changes(change) or ["nothing but the manifest, which is new"])]))
    if wishes.dry_run:
        return PublishResult(published.tip, False, "Dry run: nothing was published.", change)
    text = commit_message(site.source, site.day, still_left_out(repository, goal, site.source, published))
    made = create_commit(repository, site.folder, files, published.tip, cname, text)
    push_commit(repository, goal, made)
    return PublishResult(made, True, "", change)


def expected_files(repository: Repository, site: BuiltSite, published: PublishedState) -> tuple[dict[str, str], str | None]:
    """Object id by path of the commit to be, and the published CNAME where the site has none: a domain stays."""
    files = {path: file.blob for path, file in site.files.items()}
    files.setdefault(".nojekyll", EMPTY[repository.output("rev-parse", "--show-object-format")])
    cname = None
    if "CNAME" in published.files and "CNAME" not in files:
        files["CNAME"] = published.files["CNAME"]
        cname = repository.run("cat-file", "blob", published.files["CNAME"]).stdout
    return files, cname


def push_commit(repository: Repository, goal: PublishTarget, made: str) -> None:
    """Push without force: the remote takes it only on top of what we saw. Raises GitError, told in plain words."""
    run_git(repository, goal, "push", "--quiet", "--no-verify", "--no-signed", goal.remote, f"{made}:refs/heads/{goal.branch}")
