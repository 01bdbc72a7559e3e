"""What was published when, and the way back to it."""

from __future__ import annotations

import dataclasses
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from caravan.git import GitError, PublishError, Repository, is_race
from caravan.publishing.branch import TRAILER, PublishedState, PublishTarget, fetch, list_files
from caravan.publishing.commit import identity
from caravan.publishing.push import PublishResult, push_commit
from caravan.publishing.site_files import compare_trees, describe_changes

SHOWN = 20
WHOLE_SITE = ("index.html", "404.html")


@dataclass(frozen=True)
class Publication:
    """One commit of the pages branch. `shows`: the commit whose site readers saw then: itself, or the one that a
    rollback brought back."""

    commit: str
    moment: str
    source: str
    left_out: str
    shows: str


def publications(repository: Repository, goal: PublishTarget) -> tuple[PublishedState, list[Publication]]:
    """What is published, and all that ever was, the newest first. Raises PublishError where nothing was."""
    published = fetch(repository, goal, history=True)
    if not published.tip:
        raise PublishError(f"Nothing was published to {goal} yet. `python3 tasks.py publish` does it.")
    said = repository.output("log", "--no-show-signature", "--first-parent", "--format=%H%x01%cI%x01%B%x00", published.tip)
    found = []
    for entry in filter(str.strip, said.split("\0")):
        commit, moment, text = entry.strip().split("\x01", 2)
        words = dict(TRAILER.findall(text))
        shows = words.get("Restores", commit)
        found.append(Publication(commit, moment, words.get("Source", ""), words.get("Left-out", ""), shows))
    return published, with_domains(repository, found)


def with_domains(repository: Repository, every: list[Publication]) -> list[Publication]:
    """The host's own commits that only set a domain show the site before them; they are no step of their own."""
    found = every[-1:]
    for one in reversed(every[:-1]):
        before = found[0]
        if not one.source and repository.output_or_empty("diff", "--name-only", before.commit, one.commit) == "CNAME":
            one = dataclasses.replace(one, source=before.source, left_out=before.left_out, shows=before.shows)
        found.insert(0, one)
    return found


def format_history(repository: Repository, goal: PublishTarget) -> str:
    """The newest publications, numbered as `rollback N` counts them, for a person."""
    published, every = publications(repository, goal)
    back = {commit: number for number, commit in enumerate(visible_steps(every))}
    lines = []
    for one in every[:SHOWN]:
        number = str(back.get(one.commit, ""))
        moment = one.moment[:16].replace("T", " ")
        title = headline(repository, one.source)
        what = f"rolled back to {one.shows[:12]}" if one.shows != one.commit else title
        lines.append(f"{number:>3}  {moment}  {one.commit[:12]}  from {one.source[:12] or 'nothing named':12}  {what}".rstrip())
    if len(every) > SHOWN:
        lines.append(f"  … and {len(every) - SHOWN} earlier ones")
    lines.append("0 is what readers see now; `rollback N` or `rollback COMMIT` brings an earlier one back.")
    if published.left_out:
        lines.append(f"Left out until something newer is published: the source {published.left_out[:12]} and all before it.")
    return "\n".join(lines)


def headline(repository: Repository, source: str) -> str:
    return repository.output_or_empty("log", "-1", "--no-show-signature", "--format=%s", source, "--") if repository.commit(source) else ""


def visible_steps(every: list[Publication]) -> list[str]:
    """The commits whose sites readers saw, as steps back from now: after a rollback the count goes on from where it led."""
    by_commit = {one.commit: (place, one) for place, one in enumerate(every)}
    steps, place = [], 0
    while place < len(every):
        one = every[place]
        place, one = by_commit.get(one.shows, (place, one))
        if not steps or steps[-1] != one.commit:
            steps.append(one.commit)
        place += 1
    return steps


def rollback(
    repository: Repository, goal: PublishTarget, to: str, dry_run: bool = False, tell: Callable[[str], None] = print
) -> PublishResult:
    """Bring an earlier site back as a new commit. `to`: a number of steps back, or a commit of the branch.

    The source that is taken away, and all before it, stay out of automatic publishing. Raises PublishError.
    """
    published, every = publications(repository, goal)
    target = chosen(every, to)
    files = kept_domain(list_files(repository, target.commit), published.files)
    missing = [name for name in WHOLE_SITE if name not in files]
    if missing:
        raise PublishError(f"{target.commit[:12]} is not a whole site (no {missing[0]}), so it does not come back. Choose another.")
    change = compare_trees(published.files, files)
    if not change:
        return PublishResult(published.tip, False, f"{goal} shows that site already.")
    tell("\n".join([f"What changes for readers on {goal}:", *describe_changes(change)]))
    if dry_run:
        return PublishResult(published.tip, False, "Dry run: nothing was rolled back.", change)
    made = commit(repository, files, published, target)
    try:
        push_commit(repository, goal, made)
    except GitError as error:
        if is_race(error.said):
            raise PublishError(
                "Somebody published in the meantime, so nothing was rolled back. Look at `python3 tasks.py published`, and "
                "roll back again if it is still needed."
            ) from None
        raise
    return PublishResult(made, True, "", change)


def chosen(every: list[Publication], to: str) -> Publication:
    """The publication that `to` names. Raises PublishError where there is none."""
    steps = visible_steps(every)
    if re.fullmatch(r"\d{1,5}", to):
        if not 0 < int(to) < len(steps):
            raise PublishError(
                f"The site cannot go {to} back: {len(steps) - 1} earlier ones are known. `python3 tasks.py published` lists them."
            )
        to = steps[int(to)]
    found = [one for one in every if re.fullmatch(r"[0-9a-f]{4,64}", to) and one.commit.startswith(to)]
    if len(found) != 1:
        raise PublishError(
            f'"{to}" is not one of the published sites. Write a number of steps back or a commit of the list that '
            "`python3 tasks.py published` prints."
        )
    return next(one for one in every if one.commit == found[0].shows)


def kept_domain(files: dict[str, str], now: dict[str, str]) -> dict[str, str]:
    """The earlier site with today's CNAME: who takes texts back does not want to lose the domain."""
    files = {path: blob for path, blob in files.items() if path != "CNAME"}
    return files | {"CNAME": now["CNAME"]} if "CNAME" in now else files


def commit(repository: Repository, files: dict[str, str], published: PublishedState, target: Publication) -> str:
    """All objects are here already, so a tree of them is enough; the person's own index is left alone."""
    current = repository.commit(published.left_out) or repository.commit(published.source) or published.left_out or published.source
    lines = ["Roll the site back", "", *([f"Source: {target.source}"] if target.source else []), f"Restores: {target.commit}"]
    if current and not (target.source and current.startswith(target.source)):
        lines.append(f"Left-out: {current}")
    with tempfile.TemporaryDirectory(prefix="caravan-rollback-", dir=repository.common) as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        entries = "".join(f"100644 {blob}\t{path}\0" for path, blob in files.items())
        repository.run("update-index", "-z", "--index-info", data=entries, **index)
        made = repository.output("write-tree", **index)
    return repository.output("commit-tree", "--no-gpg-sign", made, "-p", published.tip, "-m", "\n".join(lines), **identity())
