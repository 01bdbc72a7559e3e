"""The commands `publish`, `rollback` and `published`.

`publish` builds the committed source, checks the site, compares it with the published one, pushes it, and can wait until
the live site shows it. Every step can stop the command; none can damage the published site.
"""

from __future__ import annotations

import json
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from caravan.build import manifest
from caravan.build.verify import NAME
from caravan.git import PublishError, Repository, take_token
from caravan.publishing import guard, rollback
from caravan.publishing.branch import PublishTarget, fetch
from caravan.publishing.publish_lock import publish_lock
from caravan.publishing.push import BuiltSite, PublishOptions, PublishResult, push
from caravan.publishing.site_files import SiteDiff, count_pages, is_page

DEPLOY_TIMEOUT = 900.0  # seconds; a host that needs longer has a problem that a person must solve
FIRST_PAUSE, MAX_PAUSE = 1.0, 30.0  # seconds between two requests
REQUEST_TIMEOUT = 20.0  # seconds


def publish(
    root: Path, build: Callable[[], Path], target: PublishTarget, options: PublishOptions, wait: float = 0,
    echo: Callable[[str], None] = print, unpublished_urls: Callable[[], Iterable[str]] = tuple,
) -> PublishResult:  # fmt: skip
    """Build and publish the commit that is checked out in `root`.

    `build` writes the public site and returns its folder. `unpublished_urls` returns the URL paths of texts that are not
    public yet. `wait`: seconds to wait for the live site, 0 for not at all. Raises PublishError.
    """
    repository = Repository(root, take_token())
    with stop_on_signals():
        with publish_lock(repository.common, echo):
            commit = clean_source(repository)
            folder = build()
            result, site_manifest = check_and_push(
                repository, commit, folder, target, options, echo, tuple(unpublished_urls())
            )
        address = site_manifest["address"]
        echo(f"Published to {target}, {change_summary(result.diff)}: {address}/" if result.pushed else result.reason)
        if wait and not options.dry_run:
            error = wait_for_deploy(address, lambda: published_manifest(repository, target), wait, echo)
            if error:
                raise PublishError(error)
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
    echo: Callable[[str], None], unpublished_urls: tuple[str, ...],
) -> tuple[PublishResult, dict]:  # fmt: skip
    """Check the built site in `folder` and push it; returns the result and the manifest of the site. Raises PublishError."""
    object_format = repository.output("rev-parse", "--show-object-format")
    files = guard.check_site(folder, object_format, repository.folder.resolve(), unpublished_urls)
    try:
        site_manifest = json.loads((folder / NAME).read_bytes())
    except (OSError, ValueError):
        raise PublishError(f"{folder.name}/{NAME} is missing or broken, so the build did not finish. Build again.") from None
    guard.refuse(guard.manifest_differences(files, site_manifest))
    if site_manifest["source"]["commit"] != commit or site_manifest["source"]["changed"]:
        raise PublishError(
            "The texts or the code changed while the site was being built, so nothing was published. Commit the changes "
            "and publish again."
        )
    site = BuiltSite(folder, files, commit, site_manifest["day"])
    return push(repository, site, target, options, echo), site_manifest


def published_manifest(repository: Repository, target: PublishTarget) -> bytes:
    """The manifest on the pages branch now, which another publisher may have replaced since our push."""
    published = fetch(repository, target)
    return repository.run("cat-file", "blob", f"{published.tip}:{NAME}").stdout.encode()


def change_summary(diff: SiteDiff) -> str:
    counts = [(sum(map(is_page, paths)), name) for name, paths in vars(diff).items()]
    return ", ".join(f"{count_pages(number)} {name}" for number, name in counts if number) or "no page changed"


def wait_for_deploy(
    address: str, load_expected: Callable[[], bytes], timeout: float = DEPLOY_TIMEOUT, echo: Callable[[str], None] = print
) -> str:
    """Request the manifest from `address` until it is the expected one.

    Returns an empty string, or an error message after `timeout` seconds. `load_expected` is called again when the live
    site changes to an unexpected manifest: another publisher may have been faster.
    """
    start, pause, number, expected, previous = time.monotonic(), FIRST_PAUSE, 0, load_expected(), None
    while True:
        number += 1
        left = timeout - (time.monotonic() - start)
        response = fetch_manifest(
            f"{address}/{NAME}?{time.time():.0f}-{number}", len(expected) * 2, min(REQUEST_TIMEOUT, max(1.0, left))
        )
        if response != expected and isinstance(response, bytes) and previous not in (None, response):
            expected = load_expected()
        previous = response if isinstance(response, bytes) else previous
        if response == expected:
            echo(f"{address}/ shows the new site.")
            return ""
        left = timeout - (time.monotonic() - start)
        if left <= 0:
            return timeout_message(address, response, timeout)
        if number == 1:
            echo(f"Waiting until {address}/ shows the new site, at most {timeout / 60:.0f} minutes …")
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, MAX_PAUSE)


def fetch_manifest(url: str, size: int, timeout: float) -> bytes | str:
    """At most `size` + 1 bytes of the live manifest, or a string that says why it cannot be fetched.

    The URL must have a new query for each request, so that no cache answers it.
    """
    request = urllib.request.Request(url, headers={"User-Agent": "publish", "Cache-Control": "no-cache"})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return response.read(size + 1)
    except urllib.error.HTTPError as error:
        return f"it answers {error.code} {error.reason}"
    except (OSError, ValueError) as error:
        return f"it does not answer: {getattr(error, 'reason', error)}"


def timeout_message(address: str, response: bytes | str, timeout: float) -> str:
    state = "it still shows another site" if isinstance(response, bytes) else response
    host = urlsplit(address).hostname
    return (
        f"The site is pushed, but {address}/ does not show it after {timeout / 60:.0f} minutes: {state}. Check the settings of "
        f"the host (on GitHub: Settings → Pages → branch gh-pages) and whether {host} points to it. You do not need to "
        "publish again."
    )


def roll_back(
    root: Path, target: PublishTarget, to: str, dry_run: bool = False, echo: Callable[[str], None] = print
) -> PublishResult:
    """Publish an earlier site again: `to` is a number of steps back, or a commit of the pages branch. Raises PublishError."""
    repository = Repository(root, take_token())
    with stop_on_signals(), publish_lock(repository.common, echo):
        result = rollback.restore(repository, target, to, dry_run, echo)
    if result.pushed:
        echo(
            f"Rolled back on {target}, {change_summary(result.diff)}. The source that was rolled back is not published again "
            "until there is a newer one, or with `publish --again`."
        )
    else:
        echo(result.reason)
    return result


def publication_history(root: Path, target: PublishTarget) -> str:
    """The list that `published` prints. Raises PublishError."""
    return rollback.format_history(Repository(root, take_token()), target)


@contextmanager
def stop_on_signals() -> Iterator[None]:
    """Raise PublishError on SIGINT and SIGTERM. The push is atomic, so the published site is the old or the new one."""

    def stop(*_args):
        raise PublishError(
            "Stopped. The published site is complete, the old one or the new one. `python3 tasks.py published` shows which."
        )

    previous_handlers = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            previous_handlers[number] = signal.signal(number, stop)
        except ValueError:  # only the main thread may set handlers
            break
    try:
        yield
    finally:
        for number, handler in previous_handlers.items():
            signal.signal(number, handler)
