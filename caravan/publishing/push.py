"""Push a checked site on top of the published commit, never by force; after a lost race, start again."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from caravan.build.manifest import NAME
from caravan.git import PAGES, REMOTE, GitError, PublishError, Repository, is_connection_error, is_race
from caravan.publishing import guard
from caravan.publishing.ancestry import check_newer, remote_is_ahead, still_left_out
from caravan.publishing.branch import REF, PublishedState, fetch
from caravan.publishing.commit import commit_message, create_commit
from caravan.publishing.site_files import compare_trees, print_changes
from caravan.publishing.source_changes import code_tested

MAX_ATTEMPTS = 30  # a race is lost only when another publisher succeeds
MAX_RECONNECTS = 3
RECONNECT_PAUSE = 1.0  # seconds after the first broken connection; doubled each time
MAX_RACE_PAUSE = 0.3  # seconds; the pause is random, so that two publishers do not collide again


@dataclass(frozen=True)
class BuiltSite:
    """A built and checked site: its folder, git's object ids of its files by path, and the source commit and day it was built for.

    `address`: of the public site, without a slash at its end. `deleted_urls`: the URL paths of the texts that were deleted since
    the published source; their pages may go.
    """

    folder: Path
    files: Mapping[str, str]
    source: str
    day: str
    address: str
    deleted_urls: tuple[str, ...]


@dataclass(frozen=True)
class PublishOptions:
    """The options of the `publish` command."""

    again: bool = False
    removed: tuple[str, ...] = ()
    dry_run: bool = False


def push(repository: Repository, site: BuiltSite, options: PublishOptions) -> str:
    """Publish `site`; returns why it is not published, or "" if it is.

    Raises PublishError; the published site is then unchanged, or complete and new if the connection broke after the push.
    """
    reconnects = 0
    for _attempt in range(MAX_ATTEMPTS):
        try:
            return attempt(repository, site, options)
        except GitError as error:
            if is_race(error.output):
                print("Another publisher was faster; starting again on top of the new state …")
                time.sleep(random.uniform(0, MAX_RACE_PAUSE))
            elif is_connection_error(error.output) and reconnects < MAX_RECONNECTS:
                reconnects += 1
                print("The connection broke; trying again …")
                time.sleep(RECONNECT_PAUSE * 2**reconnects / 2)
            else:
                raise
    raise PublishError(f"Other publishers were faster {MAX_ATTEMPTS} times. The published site is complete. Try again later.")


def attempt(repository: Repository, site: BuiltSite, options: PublishOptions) -> str:
    """Fetch the published state, compare, commit on top of it and push, as `push`. Raises PublishError, GitError for a failed push."""
    published = fetch(repository)
    files, cname = expected_files(repository, site, published)
    diff = compare_trees(published.files, files)
    tested = code_tested(repository, site.source, published)
    if not any(diff) and NAME in published.files and tested in ("", published.code_tested):
        return f"{PAGES} is already up to date."
    reason = check_newer(repository, site.source, site.day, published, options.again)
    if reason or not options.again and (reason := remote_is_ahead(repository, site.source)):
        return reason
    guard.check_losses(diff, published.files, [*options.removed, *os.environ.get("PAGES_MAY_GO", "").split(), *site.deleted_urls])
    print_changes(diff)
    if options.dry_run:
        return "Dry run: nothing was published."
    left_out = still_left_out(repository, site.source, published)
    trailers = {"Source": site.source, "Day": site.day, "Left-out": left_out, "Code-tested": tested}
    message = commit_message("Publish the site", trailers)
    push_commit(repository, create_commit(repository, site.folder, files, published.tip, cname, message))
    return ""


def expected_files(repository: Repository, site: BuiltSite, published: PublishedState) -> tuple[dict[str, str], str | None]:
    """The files of the commit (object id by path), and the content of the published CNAME if the site has none.

    The published CNAME is kept so that the domain is not lost.
    """
    files, cname = {".nojekyll": repository.output("hash-object", "--stdin"), **site.files}, None
    if "CNAME" in published.files and "CNAME" not in files:
        files["CNAME"] = published.files["CNAME"]
        cname = repository.run("cat-file", "blob", published.files["CNAME"]).stdout
    return files, cname


def push_commit(repository: Repository, commit: str) -> None:
    """Push without force, so the remote accepts the commit only on top of its parent. Raises GitError."""
    repository.run("push", "--quiet", "--no-verify", "--no-signed", REMOTE, f"{commit}:{REF}")
