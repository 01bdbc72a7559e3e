"""The commands `publish`, `rollback` and `published`.

`publish` builds a clone of the commit and checks the site (`--prepare` ends here), compares it with the published one
(`--prepared` begins here, and needs no package but ghp-import), pushes it, and can wait until the live site shows it. Every
step can stop the command; none can damage the published site.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from caravan.build import manifest, verify
from caravan.build.lock import try_lock
from caravan.git import PAGES, PublishError, Repository, take_token
from caravan.publishing import guard, rollback
from caravan.publishing.ancestry import compare
from caravan.publishing.branch import fetch, read_manifest
from caravan.publishing.push import BuiltSite, PublishOptions, push
from caravan.publishing.site_files import MAX_LISTED
from caravan.reading.problems import printable

DEPLOY_TIMEOUT = 900.0  # seconds; a host that needs longer has a problem that a person must solve
FIRST_PAUSE, MAX_PAUSE = 1.0, 30.0  # seconds between two requests
SITE, PUBLICATION = "site", "publication.json"  # in a prepared folder
LOCK_NAME, LOCK_TIMEOUT = "caravan-publish.lock", 600.0  # seconds

# Builds the clone of a commit (first argument) into a folder (second); returns URL paths, such as `calls/march/`:
# "unpublished" of texts that are not public yet, "deleted" of those that the published source (third, or "") still had.
Build = Callable[[Path, Path, str], dict[str, list[str]]]


def publish(root: Path, build: Build | None, options: PublishOptions, wait: float = 0, prepared: Path | None = None) -> bool:
    """Build and publish the commit that is checked out in `root`, or publish what `prepare` wrote into `prepared`.

    `wait`: seconds to wait for the live site, 0 for not at all. Returns whether something was published. Raises PublishError.
    """
    repository = Repository(root, take_token())
    with publish_lock(repository.common), tempfile.TemporaryDirectory(prefix="publish-") as folder:
        site = read_prepared(repository, prepared) if prepared else prepare(repository, build, Path(folder))
        if prepared and site.source != repository.commit("HEAD"):
            raise PublishError(f"{prepared} was built from {site.source[:12]}, not from the commit that is checked out.")
        reason = push(repository, site, options)
    print(reason or f"Published to {PAGES}: {site.address}/")
    if wait and not options.dry_run:
        wait_for_deploy(repository, site.address, wait)
    return not reason


def prepare(repository: Repository, build: Build, folder: Path) -> BuiltSite:
    """Build and check a clone of the commit, and write into `folder`, empty or new, what is needed to publish it. Raises PublishError."""
    commit, older, folder = repository.commit("HEAD"), "", folder.absolute()
    if not commit:
        raise PublishError("Nothing is committed yet, and only committed files can be published. Commit first.")
    with suppress(PublishError):  # without access, no deletion is known; `push` fails with the reason, or asks for each page
        published = fetch(repository)
        compare(repository, commit, published.source)  # fetches what `build` needs
        older = repository.commit(published.source)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise PublishError(f"{folder} is not empty, so nothing was written. Name another folder.")
    with tempfile.TemporaryDirectory(prefix="source-", dir=folder) as source:
        clone = repository.clone(commit, Path(source))
        guard.refuse(list(map(str, manifest.tree_problems(clone.folder))))
        uncommitted = list(map(printable, manifest.uncommitted_changes(repository, clone)))
        if uncommitted:
            listed = ", ".join([*uncommitted[:MAX_LISTED], *["…"] * (len(uncommitted) > MAX_LISTED)])
            print(f"Not published, because it is not committed: {listed}; commit it to publish it.")
        urls = build(clone.folder, folder / SITE, older)
    with suppress(OSError):  # `read_prepared` says that the manifest is missing
        urls["manifest"] = manifest.sha256_of(folder / SITE / manifest.NAME)
    publication = {"commit": commit, "since": older, "manifest": "", **urls}
    (folder / PUBLICATION).write_text(json.dumps(publication), encoding="utf-8")
    return read_prepared(repository, folder)


def read_prepared(repository: Repository, folder: Path) -> BuiltSite:
    """Check the site that `prepare` wrote into `folder`. Raises PublishError."""
    try:
        publication = json.loads((folder / PUBLICATION).read_text(encoding="utf-8"))
        commit, digest, unpublished, deleted = map(publication.__getitem__, ("commit", "manifest", "unpublished", "deleted"))
    except (OSError, ValueError, KeyError, TypeError):
        raise PublishError(f"{folder} holds no site that `publish --prepare` wrote. Name its folder.") from None
    site, object_format = folder / SITE, repository.output("rev-parse", "--show-object-format")
    files, site_manifest = guard.check_site(site, repository.folder.resolve(), object_format, unpublished)
    source = site_manifest["source"]
    if manifest.sha256_of(site / manifest.NAME) != digest or source["commit"] != commit or source["changed"]:
        raise PublishError(f"The site in {folder} is not the one that was built from {commit[:12]}. Prepare it again.")
    return BuiltSite(site, files, commit, site_manifest["day"], site_manifest["address"], tuple(deleted))


def main(args: list[str]) -> None:
    """The command line `publish --prepared FOLDER [--wait]`, without Invoke, in the project that this module belongs to."""
    try:
        timeout = DEPLOY_TIMEOUT if args[3:] else 0
        publish(Path(__file__).resolve().parents[2], None, PublishOptions(), timeout, Path(args[2]))
    except (OSError, PublishError) as error:
        sys.exit(str(error))


def wait_for_deploy(repository: Repository, address: str, timeout: float) -> None:
    """Wait until the live site at `address` has the published manifest. Raises PublishError after `timeout` seconds."""
    print(f"Waiting until {address}/ shows the new site, at most {timeout / 60:.0f} minutes …")
    start, pause = time.monotonic(), FIRST_PAUSE
    while True:
        published = read_manifest(repository, fetch(repository).tip)  # each time, since another publisher may replace our site
        try:
            # A new query for each request, so that no cache answers it.
            live = verify.read_manifest(f"{address}/{manifest.NAME}?{os.urandom(8).hex()}.json")
            state = "it still shows another site."
        except verify.Unverifiable as error:
            live, state = None, str(error).partition(" Check ")[0]
        if live == published:
            print(f"{address}/ shows the new site.")
            return
        left = timeout - (time.monotonic() - start)
        if left <= 0:
            raise PublishError(
                f"The site is pushed, but {address}/ does not show it after {timeout / 60:.0f} minutes: {state} Check the "
                "settings of the host (on GitHub: Settings → Pages → branch gh-pages) and whether "
                f"{urlsplit(address).hostname} points to it. You do not need to publish again."
            )
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, MAX_PAUSE)


def roll_back(root: Path, to: str, dry_run: bool = False) -> bool:
    """Publish an earlier site again: `to` is a number of steps back, or a commit of the pages branch.

    Returns whether something was published. Raises PublishError.
    """
    repository = Repository(root, take_token())
    with publish_lock(repository.common):
        reason = rollback.restore(repository, to, dry_run)
    print(
        reason or f"Rolled back on {PAGES}. The source that was rolled back is not published again until there is a newer one, "
        "or with `publish --again`."
    )
    return not reason


@contextmanager
def publish_lock(folder: Path, timeout: float = LOCK_TIMEOUT) -> Iterator[None]:
    """Let one publisher at a time work in a clone: wait up to `timeout` seconds for the others.

    `folder` is git's common folder, which all work trees of a clone share. The operating system releases the lock when the
    process ends. Raises PublishError if another publisher still holds it after `timeout`, if the folder is not writable, and
    for Ctrl-C: a push is atomic, so the published site is the old or the new one.
    """
    path = folder / LOCK_NAME
    try:
        file = open(path, "a")
    except OSError as error:
        advice = "Make the folder writable, and free some space if the disk is full."
        raise PublishError(f"{path} cannot be written ({error.strerror}), so nothing was published. {advice}") from None
    with file:
        end = time.monotonic() + timeout
        if not try_lock(file.fileno()):
            print("Another publisher is running in this clone; waiting for it to finish …", flush=True)
        while not try_lock(file.fileno()):
            if time.monotonic() > end:
                raise PublishError("Another publisher is still running in this clone. Run the command again when it ended.")
            time.sleep(0.1)
        try:
            yield
        except KeyboardInterrupt:
            raise PublishError(
                "Stopped. The published site is complete, the old one or the new one. `python3 tasks.py published` shows which."
            ) from None
