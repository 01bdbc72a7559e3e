"""The commands `publish`, `rollback` and `published`.

`publish` builds the committed source, checks the site, compares it with the published one, pushes it, and can wait until
the live site shows it. Every step can stop the command; none can damage the published site.
"""

from __future__ import annotations

import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from caravan.build import manifest
from caravan.build.output import try_lock
from caravan.build.verify import NAME
from caravan.git import PublishError, Repository, take_token
from caravan.publishing import guard, rollback
from caravan.publishing.branch import PublishTarget, fetch
from caravan.publishing.push import BuiltSite, PublishOptions, PublishResult, push
from caravan.publishing.site_files import SiteDiff, is_page
from caravan.reading.problems import count

DEPLOY_TIMEOUT = 900.0  # seconds; a host that needs longer has a problem that a person must solve
FIRST_PAUSE, MAX_PAUSE = 1.0, 30.0  # seconds between two requests
REQUEST_TIMEOUT = 20.0  # seconds
LOCK_NAME, LOCK_TIMEOUT = "caravan-publish.lock", 600.0  # seconds


def publish(
    root: Path, build: Callable[[], Path], target: PublishTarget, options: PublishOptions, wait: float = 0,
    unpublished_urls: Callable[[], Iterable[str]] = tuple,
    deleted_urls: Callable[[str], Iterable[str]] = lambda older_source: (),
) -> PublishResult:  # fmt: skip
    """Build and publish the commit that is checked out in `root`.

    `build` writes the public site and returns its folder. `unpublished_urls` returns the URL paths of texts that are not
    public yet, `deleted_urls` those of texts that were deleted since an older source commit. `wait`: seconds to wait for
    the live site, 0 for not at all. Raises PublishError.
    """
    repository = Repository(root, take_token())
    with publish_lock(repository.common):
        commit = clean_source(repository)
        folder = build()
        result, address = check_and_push(
            repository, commit, folder, target, options, tuple(unpublished_urls()), deleted_urls
        )
    print(f"Published to {target}, {change_summary(result.diff)}: {address}/" if result.pushed else result.reason)
    if wait and not options.dry_run:
        wait_for_deploy(repository, target, address, wait)
    return result


def clean_source(repository: Repository) -> str:
    """The commit that is checked out. Raises PublishError if the work tree differs from it."""
    commit = repository.commit("HEAD")
    if not commit:
        raise PublishError("Nothing is committed yet, and only committed files can be published. Commit first.")
    unmerged = repository.output("ls-files", "--unmerged")
    if unmerged:
        path = unmerged.splitlines()[0].partition("\t")[2]
        raise PublishError(f"A merge is not finished: {path} contains both versions. Edit it, commit, and publish again.")
    changed = manifest.uncommitted_changes(repository)
    if changed:
        others = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise PublishError(
            f"{changed[0]}{others} changed since the last commit, and only committed files are published. Commit the changes "
            "(`git add` and `git commit`), or set them aside with `git stash --include-untracked`, and publish again."
        )
    return commit


def check_and_push(
    repository: Repository, commit: str, folder: Path, target: PublishTarget, options: PublishOptions,
    unpublished_urls: tuple[str, ...], deleted_urls: Callable[[str], Iterable[str]],
) -> tuple[PublishResult, str]:  # fmt: skip
    """Check the built site in `folder` and push it; returns the result and the address of the site. Raises PublishError."""
    object_format = repository.output("rev-parse", "--show-object-format")
    files, site_manifest = guard.check_site(folder, repository.folder.resolve(), object_format, unpublished_urls)
    if site_manifest["source"]["commit"] != commit or site_manifest["source"]["changed"]:
        raise PublishError(
            "The texts or the code changed while the site was being built, so nothing was published. Commit the changes "
            "and publish again."
        )
    site = BuiltSite(folder, files, commit, site_manifest["day"], deleted_urls)
    return push(repository, site, target, options), site_manifest["address"]


def published_manifest(repository: Repository, target: PublishTarget) -> bytes:
    """The manifest on the pages branch now, which another publisher may have replaced since our push."""
    published = fetch(repository, target)
    return repository.run("cat-file", "blob", f"{published.tip}:{NAME}").stdout.encode()


def change_summary(diff: SiteDiff) -> str:
    counts = [(sum(map(is_page, paths)), name) for name, paths in vars(diff).items()]
    return ", ".join(f"{count(number, 'page')} {name}" for number, name in counts if number) or "no page changed"


def wait_for_deploy(repository: Repository, target: PublishTarget, address: str, timeout: float) -> None:
    """Wait until the live site at `address` has the published manifest. Raises PublishError after `timeout` seconds."""
    print(f"Waiting until {address}/ shows the new site, at most {timeout / 60:.0f} minutes …")
    start, pause = time.monotonic(), FIRST_PAUSE
    while True:
        expected = published_manifest(repository, target)
        answer = fetch_manifest(address, len(expected) * 2)
        if answer == expected:
            print(f"{address}/ shows the new site.")
            return
        left = timeout - (time.monotonic() - start)
        if left <= 0:
            state = "it still shows another site" if isinstance(answer, bytes) else answer
            raise PublishError(
                f"The site is pushed, but {address}/ does not show it after {timeout / 60:.0f} minutes: {state}. Check the "
                "settings of the host (on GitHub: Settings → Pages → branch gh-pages) and whether "
                f"{urlsplit(address).hostname} points to it. You do not need to publish again."
            )
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, MAX_PAUSE)


def fetch_manifest(address: str, size: int) -> bytes | str:
    """At most `size` bytes of the live manifest, or a string that says why it cannot be fetched."""
    url = f"{address}/{NAME}?{os.urandom(8).hex()}"  # a new query for each request, so that no cache answers it
    request = urllib.request.Request(url, headers={"User-Agent": "publish", "Cache-Control": "no-cache"})
    try:
        with urllib.request.urlopen(request, timeout=REQUEST_TIMEOUT) as response:
            return response.read(size)
    except urllib.error.HTTPError as error:
        return f"it answers {error.code} {error.reason}"
    except (OSError, ValueError) as error:
        return f"it does not answer: {getattr(error, 'reason', error)}"


def roll_back(root: Path, target: PublishTarget, to: str, dry_run: bool = False) -> PublishResult:
    """Publish an earlier site again: `to` is a number of steps back, or a commit of the pages branch. Raises PublishError."""
    repository = Repository(root, take_token())
    with publish_lock(repository.common):
        result = rollback.restore(repository, target, to, dry_run)
    if result.pushed:
        print(
            f"Rolled back on {target}, {change_summary(result.diff)}. The source that was rolled back is not published again "
            "until there is a newer one, or with `publish --again`."
        )
    else:
        print(result.reason)
    return result


def publication_history(root: Path, target: PublishTarget) -> str:
    """The list that `published` prints. Raises PublishError."""
    return rollback.format_history(Repository(root, take_token()), target)


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
        raise PublishError(
            f"{path} cannot be written ({error.strerror}), so nothing was published. Make the folder writable, and free "
            "some space if the disk is full."
        ) from None
    with file:
        end, waiting = time.monotonic() + timeout, False
        while not try_lock(file.fileno()):
            if not waiting:
                print("Another publisher is running in this clone; waiting for it to finish …", flush=True)
            if time.monotonic() > end:
                raise PublishError(
                    "Another publisher is still running in this clone. Wait for it to finish, or stop it, and run the command again."
                )
            waiting = True
            time.sleep(0.1)
        try:
            yield
        except KeyboardInterrupt:
            raise PublishError(
                "Stopped. The published site is complete, the old one or the new one. `python3 tasks.py published` shows which."
            ) from None
