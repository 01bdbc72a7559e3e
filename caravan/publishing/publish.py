"""The commands `publish`, `rollback` and `published`.

`publish` builds a clone of the commit and checks the site (`--prepare` ends here), compares it with the published one
(`--prepared` begins here, and needs no package but ghp-import), pushes it, and can wait until the live site shows it. Every
step can stop the command; none can damage the published site.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from caravan.build import manifest
from caravan.build.lock import try_lock
from caravan.git import PublishError, Repository, take_token
from caravan.publishing import guard, rollback
from caravan.publishing.ancestry import compare
from caravan.publishing.branch import PublishTarget, fetch
from caravan.publishing.push import BuiltSite, PublishOptions, PublishResult, push
from caravan.publishing.site_files import MAX_LISTED, SiteDiff, is_page
from caravan.reading.problems import count, printable

DEPLOY_TIMEOUT = 900.0  # seconds; a host that needs longer has a problem that a person must solve
FIRST_PAUSE, MAX_PAUSE = 1.0, 30.0  # seconds between two requests
REQUEST_TIMEOUT = 20.0  # seconds
SITE, PUBLICATION = "site", "publication.json"  # in a prepared folder
LOCK_NAME, LOCK_TIMEOUT = "caravan-publish.lock", 600.0  # seconds

# Builds the clone of a commit (first argument) into a folder (second); returns URL paths, such as `calls/march/`:
# "unpublished" of texts that are not public yet, "deleted" of those that the published source (third, or "") still had.
Build = Callable[[Path, Path, str], dict[str, list[str]]]


def publish(
    root: Path, build: Build | None, target: PublishTarget, options: PublishOptions, wait: float = 0, prepared: Path | None = None
) -> PublishResult:
    """Build and publish the commit that is checked out in `root`, or publish what `prepare` wrote into `prepared`.

    `wait`: seconds to wait for the live site, 0 for not at all. Raises PublishError.
    """
    repository = Repository(root, take_token())
    with publish_lock(repository.common), tempfile.TemporaryDirectory(prefix="publish-") as folder:
        site, address = read_prepared(repository, prepared) if prepared else prepare(repository, build, target, Path(folder))
        if prepared and site.source != repository.commit("HEAD"):
            raise PublishError(f"{prepared} was built from {site.source[:12]}, not from the commit that is checked out.")
        result = push(repository, site, target, options)
    print(f"Published to {target}, {change_summary(result.diff)}: {address}/" if result.pushed else result.reason)
    if wait and not options.dry_run:
        wait_for_deploy(repository, target, address, wait)
    return result


def prepare(repository: Repository, build: Build, target: PublishTarget, folder: Path) -> tuple[BuiltSite, str]:
    """Build and check a clone of the commit, and write into `folder`, empty or new, what is needed to publish it; returns
    the site and its address. Raises PublishError."""
    commit, older, folder = repository.commit("HEAD"), "", folder.absolute()
    if not commit:
        raise PublishError("Nothing is committed yet, and only committed files can be published. Commit first.")
    with suppress(PublishError):  # without access, no deletion is known; `push` fails with the reason, or asks for each page
        published = fetch(repository, target)
        compare(repository, target, commit, published.source)  # fetches what `build` needs
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
        urls["manifest"] = hashlib.sha256((folder / SITE / manifest.NAME).read_bytes()).hexdigest()
    publication = {"commit": commit, "since": older, "manifest": "", **urls}
    (folder / PUBLICATION).write_text(json.dumps(publication), encoding="utf-8")
    return read_prepared(repository, folder)


def read_prepared(repository: Repository, folder: Path) -> tuple[BuiltSite, str]:
    """Check the site that `prepare` wrote into `folder`; returns it and its address. Raises PublishError."""
    try:
        publication = json.loads((folder / PUBLICATION).read_text(encoding="utf-8"))
        commit, digest, unpublished, deleted = map(publication.__getitem__, ("commit", "manifest", "unpublished", "deleted"))
    except (OSError, ValueError, KeyError, TypeError):
        raise PublishError(f"{folder} holds no site that `publish --prepare` wrote. Name its folder.") from None
    object_format = repository.output("rev-parse", "--show-object-format")
    files, site_manifest = guard.check_site(folder / SITE, repository.folder.resolve(), object_format, unpublished)
    source = site_manifest["source"]
    if files[manifest.NAME].sha256 != digest or source["commit"] != commit or source["changed"]:
        raise PublishError(f"The site in {folder} is not the one that was built from {commit[:12]}. Prepare it again.")
    return BuiltSite(folder / SITE, files, commit, site_manifest["day"], tuple(deleted)), site_manifest["address"]


def main(args: list[str]) -> None:
    """The command line `publish --prepared FOLDER [--wait]`, without Invoke, in the project that this module belongs to."""
    try:
        timeout = DEPLOY_TIMEOUT if args[3:] else 0
        publish(Path(__file__).resolve().parents[2], None, PublishTarget(), PublishOptions(), timeout, Path(args[2]))
    except (OSError, PublishError) as error:
        sys.exit(str(error))


def change_summary(diff: SiteDiff) -> str:
    counts = [(sum(map(is_page, paths)), name) for name, paths in vars(diff).items()]
    return ", ".join(f"{count(number, 'page')} {name}" for number, name in counts if number) or "no page changed"


def wait_for_deploy(repository: Repository, target: PublishTarget, address: str, timeout: float) -> None:
    """Wait until the live site at `address` has the published manifest. Raises PublishError after `timeout` seconds."""
    print(f"Waiting until {address}/ shows the new site, at most {timeout / 60:.0f} minutes …")
    start, pause = time.monotonic(), FIRST_PAUSE
    while True:
        published = fetch(repository, target)  # each time, since another publisher may replace our site
        expected = repository.run("cat-file", "blob", f"{published.tip}:{manifest.NAME}").stdout.encode()
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
    url = f"{address}/{manifest.NAME}?{os.urandom(8).hex()}"  # a new query for each request, so that no cache answers it
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
        end, waiting = time.monotonic() + timeout, False
        while not try_lock(file.fileno()):
            if not waiting:
                print("Another publisher is running in this clone; waiting for it to finish …", flush=True)
            if time.monotonic() > end:
                raise PublishError("Another publisher is still running in this clone. Run the command again when it ended.")
            waiting = True
            time.sleep(0.1)
        try:
            yield
        except KeyboardInterrupt:
            raise PublishError(
                "Stopped. The published site is complete, the old one or the new one. `python3 tasks.py published` shows which."
            ) from None
