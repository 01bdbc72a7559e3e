"""After the push: does the live site show the new manifest yet?

`publish`, `rollback` and `published`: build, check, compare, push, look. Nothing here can lose what is published.
"""

from __future__ import annotations

import json
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
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

LIMIT = 900.0  # seconds; a host that needs longer has a fault that a person must look at
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds between two questions
ANSWER = 20.0  # seconds for one answer


def wait_for_deploy(address: str, newest: Callable[[], bytes], limit: float = LIMIT, tell: Callable[[str], None] = print) -> str:
    """Ask the site at `address` until its manifest is the newest one; returns an empty string, or why it is not after
    `limit` seconds. `newest` is asked again when the site shows something new that we did not expect: another
    publisher may have been faster."""
    start, pause, number, wanted, seen = time.monotonic(), FIRST_PAUSE, 0, newest(), None
    while True:
        number += 1
        left = limit - (time.monotonic() - start)
        found = fetch_manifest(f"{address}/{NAME}?{time.time():.0f}-{number}", len(wanted) * 2, min(ANSWER, max(1.0, left)))
        if found != wanted and isinstance(found, bytes) and seen not in (None, found):
            wanted = newest()
        seen = found if isinstance(found, bytes) else seen
        if found == wanted:
            tell(f"{address}/ shows the new site.")
            return ""
        left = limit - (time.monotonic() - start)
        if left <= 0:
            return timeout_message(address, found, limit)
        if number == 1:
            tell(f"Waiting until {address}/ shows the new site, at most {limit / 60:.0f} minutes …")
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, LONGEST_PAUSE)


def fetch_manifest(url: str, size: int, seconds: float) -> bytes | str:
    """What the site answers, or why it does not. The query is a new one each time, so that no cache answers."""
    request = urllib.request.Request(url, headers={"User-Agent": "publish", "Cache-Control": "no-cache"})
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            return answer.read(size + 1)
    except urllib.error.HTTPError as error:
        return f"it answers {error.code} {error.reason}"
    except (OSError, ValueError) as error:
        return f"it does not answer: {getattr(error, 'reason', error)}"


def timeout_message(address: str, found: bytes | str, limit: float) -> str:
    state = "it still shows another site" if isinstance(found, bytes) else found
    host = urlsplit(address).hostname
    return (
        f"The site is pushed, but {address}/ does not show it after {limit / 60:.0f} minutes: {state}. Look at the settings of "
        f"the host (on GitHub: Settings → Pages → branch gh-pages) and whether {host} leads there; nothing needs to be "
        "published again."
    )


Build = Callable[[], Path]


def publish(
    root: Path, build: Build, goal: PublishTarget, wishes: PublishOptions, wait: float = 0, tell: Callable[[str], None] = print,
    kept_back: Callable[[], Iterable[str]] = tuple,
) -> PublishResult:  # fmt: skip
    """Publish what is committed in `root`.

    `build` writes the public site and returns its folder; `kept_back` lists addresses of texts that are not public yet;
    `wait`: seconds to wait for the live site, 0 for not at all. Raises PublishError.
    """
    repository = Repository(root, take_token())
    with interruptible():
        with publish_lock(repository.common, tell):
            commit = clean_source(repository)
            folder = build()
            outcome, listed = hand_over(repository, commit, folder, goal, wishes, tell, tuple(kept_back()))
        address = listed["address"]
        tell(f"Published to {goal}, {summary(outcome.change)}: {address}/" if outcome.pushed else outcome.why)
        if wait and not wishes.dry_run:
            late = wait_for_deploy(address, lambda: newest(repository, goal), wait, tell)
            if late:
                raise PublishError(late)
    return outcome


def newest(repository: Repository, goal: PublishTarget) -> bytes:
    """The manifest that the branch holds now: another publisher may have been first, with a newer source."""
    published = fetch(repository, goal)
    return repository.run("cat-file", "blob", f"{published.tip}:{NAME}").stdout.encode()


def hand_over(
    repository: Repository, commit: str, folder: Path, goal: PublishTarget, wishes: PublishOptions, tell: Callable[[str], None],
    kept_back: tuple[str, ...],
) -> tuple[PublishResult, dict]:  # fmt: skip
    """Check the built site in `folder` and push it."""
    form = repository.output("rev-parse", "--show-object-format")
    files = guard.check_site(folder, form, repository.folder.resolve(), kept_back)
    try:
        listed = json.loads((folder / NAME).read_bytes())
    except (OSError, ValueError):
        raise PublishError(f"{folder.name}/{NAME} is missing or broken, so the build did not end well. Build again.") from None
    guard.refuse(guard.manifest_differences(files, listed))
    if listed["source"]["commit"] != commit or listed["source"]["changed"]:
        raise PublishError(
            "The texts or the code changed while the site was being built, so nothing was published. Commit the changes "
            "and publish again."
        )
    site = BuiltSite(folder, files, commit, listed["day"])
    return push(repository, site, goal, wishes, tell), listed


def clean_source(repository: Repository) -> str:
    """The commit that is built. Raises PublishError where the work tree holds anything else."""
    commit = repository.commit("HEAD")
    if not commit:
        raise PublishError("Nothing is committed here yet, and only what is committed can be published. Commit first.")
    unmerged = repository.output("ls-files", "--unmerged")
    if unmerged:
        path = unmerged.splitlines()[0].partition("\t")[2]
        raise PublishError(
            f"A merge is not finished: {path} still holds both versions. Choose what it should say, commit, and publish again."
        )
    changed = manifest.uncommitted_changes(repository)
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise PublishError(
            f"{changed[0]}{more} changed since the last commit, and only what is committed is published. Commit it "
            "(`git add` and `git commit`), or put it aside with `git stash --include-untracked`, and publish again."
        )
    return commit


def roll_back(root: Path, goal: PublishTarget, to: str, dry_run: bool = False, tell: Callable[[str], None] = print) -> PublishResult:
    """Bring an earlier site back. Raises PublishError."""
    repository = Repository(root, take_token())
    with interruptible(), publish_lock(repository.common, tell):
        outcome = rollback.rollback(repository, goal, to, dry_run, tell)
    if outcome.pushed:
        tell(
            f"Rolled back on {goal}, {summary(outcome.change)}. The source that was taken back stays out until a newer "
            "one is published, or `publish --again`."
        )
    else:
        tell(outcome.why)
    return outcome


def published(root: Path, goal: PublishTarget) -> str:
    """The list of what was published. Raises PublishError."""
    return rollback.format_history(Repository(root, take_token()), goal)


def summary(change: SiteDiff) -> str:
    counts = [(sum(map(is_page, paths)), name) for name, paths in vars(change).items()]
    return ", ".join(f"{count_pages(number)} {name}" for number, name in counts if number) or "no page changed"


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
