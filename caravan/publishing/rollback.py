"""The history of the pages branch, and a rollback to an earlier site as a new commit."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from caravan.git import PAGES, GitError, PublishError, Repository, is_race
from caravan.publishing.branch import PublishedState, fetch, list_files
from caravan.publishing.commit import commit_message, identity
from caravan.publishing.push import push_commit
from caravan.publishing.site_files import compare_trees, print_changes

MAX_LISTED = 20
REQUIRED_FILES = ("index.html", "404.html")


@dataclass(frozen=True)
class Publication:
    """One commit of the pages branch. `shown_commit`: the commit whose site readers saw: this one, or the one that a rollback restored."""

    commit: str
    time: str
    source: str
    shown_commit: str


def load_history(repository: Repository) -> tuple[PublishedState, list[Publication]]:
    """The published state and all publications, the newest first. Raises PublishError if nothing was published.

    Commits of the host that only set a domain are no publications.
    """
    published = fetch(repository)
    if not published.tip:
        raise PublishError(f"Nothing was published to {PAGES} yet. Publish with `python3 tasks.py publish`.")
    form = "%H%x01%cI%x01%(trailers:key=Source,valueonly,separator=)%x01%(trailers:key=Restores,valueonly,separator=)"
    log = ("log", "--no-show-signature", "--first-parent", f"--format={form}", published.tip, "--", ":/", ":(top,exclude)CNAME")
    entries = (line.split("\x01") for line in repository.output(*log).split("\n"))
    return published, [Publication(commit, time, source, restored or commit) for commit, time, source, restored in entries]


def format_history(repository: Repository) -> str:
    """The newest publications as a list for a person, numbered as `rollback N` counts them."""
    published, history = load_history(repository)
    steps_back = {commit: number for number, commit in enumerate(visible_steps(history))}
    lines = []
    for publication in history[:MAX_LISTED]:
        number = str(steps_back.get(publication.commit, ""))
        time = publication.time[:16].replace("T", " ")
        subject = repository.output_or_empty("log", "-1", "--no-show-signature", "--format=%s", publication.source, "--")
        restored = publication.shown_commit != publication.commit
        description = f"rolled back to {publication.shown_commit[:12]}" if restored else subject
        source = publication.source[:12] or "unknown"
        lines.append(f"{number:>3}  {time}  {publication.commit[:12]}  from {source:12}  {description}".rstrip())
    if len(history) > MAX_LISTED:
        lines.append(f"  … and {len(history) - MAX_LISTED} earlier ones")
    lines.append("0 is the published site; `rollback N` or `rollback COMMIT` restores an earlier one.")
    if published.left_out:
        lines.append(f"Not published again until there is a newer source: {published.left_out[:12]} and all before it.")
    return "\n".join(lines)


def visible_steps(history: list[Publication]) -> list[str]:
    """The commits whose sites readers saw, the current one first. At a rollback, counting continues from the commit that it restored."""
    by_commit = {publication.commit: (index, publication) for index, publication in enumerate(history)}
    steps, index = [], 0
    while index < len(history):
        publication = history[index]
        index, publication = by_commit.get(publication.shown_commit, (index, publication))
        if not steps or steps[-1] != publication.commit:
            steps.append(publication.commit)
        index += 1
    return steps


def restore(repository: Repository, to: str, dry_run: bool) -> str:
    """Publish an earlier site again as a new commit; returns why this is not done, or "" if it is. `to`: a number of steps back,
    or a commit of the pages branch.

    The source that is rolled back, and all before it, are not published again without `--again`. Raises PublishError.
    """
    published, history = load_history(repository)
    publication = find_publication(history, to)
    domain = {path: blob for path, blob in published.files.items() if path == "CNAME"}  # which a rollback must not change
    files = {path: blob for path, blob in list_files(repository, publication.commit).items() if path != "CNAME"} | domain
    missing = [name for name in REQUIRED_FILES if name not in files]
    if missing:
        raise PublishError(
            f"{publication.commit[:12]} is not a complete site (it has no {missing[0]}), so it is not restored. Choose another one."
        )
    diff = compare_trees(published.files, files)
    if not any(diff):
        return f"{PAGES} already shows that site."
    print_changes(diff)
    if dry_run:
        return "Dry run: nothing was rolled back."
    commit = create_rollback_commit(repository, files, published, publication)
    try:
        push_commit(repository, commit)
    except GitError as error:
        if is_race(error.output):
            raise PublishError(
                "Somebody published in the meantime, so nothing was rolled back. Check `python3 tasks.py published`, and "
                "roll back again if it is still needed."
            ) from None
        raise
    return ""


def find_publication(history: list[Publication], to: str) -> Publication:
    """The publication that `to` names. Raises PublishError if there is none."""
    steps = visible_steps(history)
    if re.fullmatch(r"\d{1,5}", to):
        if not 0 < int(to) < len(steps):
            raise PublishError(
                f"The site cannot go back by {to}: there are {len(steps) - 1} earlier ones. `python3 tasks.py published` lists them."
            )
        to = steps[int(to)]
    matches = [publication for publication in history if len(to) >= 4 and publication.commit.startswith(to)]
    if len(matches) != 1:
        raise PublishError(
            f'"{to}" is not one of the published sites. Write a number of steps back, or a commit from the list that '
            "`python3 tasks.py published` prints."
        )
    return next(publication for publication in history if publication.commit == matches[0].shown_commit)


def create_rollback_commit(repository: Repository, files: dict[str, str], published: PublishedState, publication: Publication) -> str:
    """Commit `files` on top of the published commit; returns the id of the new commit. Raises GitError.

    All objects exist already, so only a tree and a commit are written. A temporary index leaves the person's own unchanged.
    """
    known = published.left_out, published.source
    current = next(filter(None, [*map(repository.commit, known), *known]), "")
    left_out = "" if publication.source and current.startswith(publication.source) else current
    trailers = {"Source": publication.source, "Restores": publication.commit, "Left-out": left_out, "Code-tested": published.code_tested}
    message = commit_message("Roll the site back", trailers)
    with tempfile.TemporaryDirectory(prefix="caravan-rollback-", dir=repository.common) as folder:
        variables = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        entries = "".join(f"100644 {blob}\t{path}\0" for path, blob in files.items())
        repository.run("update-index", "-z", "--index-info", stdin=entries, **variables)
        tree = repository.output("write-tree", **variables)
    return repository.output("commit-tree", "--no-gpg-sign", tree, "-p", published.tip, "-m", message, **identity())
