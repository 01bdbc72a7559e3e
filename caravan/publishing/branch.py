"""The branch that the host serves: what is published now, from which source, and whether it is such a branch at all."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from caravan import git
from caravan.build.verify import NAME
from caravan.git import GitError, PublishError, Repository

TRAILER = re.compile(r"^(Source|Left-out|Restores): ([0-9a-f]{7,64})$", re.MULTILINE)
# A source has at least one of these at its top, a site none.
SOURCE_SIGNS = {"tasks.py", "pelicanconf.py", "pyproject.toml", "content", "caravan"}
RECENT, WHOLE = 20, 2147483647  # commits to fetch in a shallow clone; the second is git's word for "all of them"


@dataclass(frozen=True)
class PublishTarget:
    """Where the site goes: a remote of the source repository and a branch of it."""

    remote: str = "origin"
    branch: str = "gh-pages"

    def __str__(self) -> str:
        return f"{self.remote}/{self.branch}"


@dataclass(frozen=True)
class PublishedState:
    """What the host has. `tip` is empty before the first publishing.

    `files`: object id by path. `source`: the commit of the texts that readers see. `left_out`: the newest source that
    was rolled back, which automatic publishing leaves out with all before it. `day`: the day of the build.
    """

    tip: str = ""
    files: dict[str, str] = field(default_factory=dict)
    source: str = ""
    left_out: str = ""
    day: str = ""
    address: str = ""


def fetch(repository: Repository, goal: PublishTarget, history: bool = False) -> PublishedState:
    """Ask the remote, and bring the branch here, without touching any branch or work tree of the clone.

    `history`: the whole history of the branch, in a shallow clone too. Raises PublishError where the remote or branch
    is not one to publish to.
    """
    check_names(repository, goal)
    reference = f"refs/heads/{goal.branch}"
    heads = run_git(repository, goal, "ls-remote", "--heads", goal.remote, reference).split()
    if not heads:
        return PublishedState()
    tip = heads[0]
    if not repository.commit(tip) or history:
        fetch_branch(repository, goal, reference, WHOLE if history else RECENT)
    if not repository.commit(tip):  # it moved between the two questions
        return fetch(repository, goal, history)
    files = list_files(repository, tip)
    check_content(repository, goal, tip, files)
    source, left_out = read_trailers(repository, goal, reference, tip)
    listed = read_manifest(repository, tip) if NAME in files else {}
    commit = listed.get("source", {}).get("commit", "")
    return PublishedState(tip, files, source or commit, left_out, listed.get("day", ""), listed.get("address", ""))


def fetch_branch(repository: Repository, goal: PublishTarget, reference: str, depth: int) -> None:
    """Fetch without writing any reference: a fetch that was killed leaves nothing that stops the next one.

    A depth is named in a shallow clone only; it would make a whole clone shallow.
    """
    depths = [f"--depth={depth}"] if repository.shallow else []
    run_git(repository, goal, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--refmap=", *depths, goal.remote, reference)


def run_git(repository: Repository, goal: PublishTarget, *words: str) -> str:
    """Run git, with a remote's failure told in plain words."""
    try:
        return repository.output(*words)
    except GitError as error:
        raise GitError(git.plain_message(error.said, goal.remote, goal.branch), error.said) from None


def check_names(repository: Repository, goal: PublishTarget) -> None:
    remotes = repository.output("remote").split()
    if goal.remote not in remotes:
        known = f"Known are: {', '.join(remotes)}." if remotes else "There is none yet."
        raise PublishError(
            f'This clone has no remote called "{goal.remote}". {known} Add it with `git remote add {goal.remote} ADDRESS`, '
            "or name another one with --remote."
        )
    wrong = repository.run("check-ref-format", f"refs/heads/{goal.branch}", check=False).returncode
    if wrong or goal.branch.startswith(("-", "refs/")) or goal.branch == "HEAD":
        raise PublishError(f'"{goal.branch}" cannot be the name of a branch; write a short name such as gh-pages.')
    if repository.output_or_empty("symbolic-ref", "--quiet", "--short", "HEAD") == goal.branch:
        raise PublishError(
            f"You are on {goal.branch}, so it is the branch with your texts and not the one for the built site. Switch to "
            "the branch with the texts, or name another one with --branch (usually gh-pages)."
        )


def check_content(repository: Repository, goal: PublishTarget, tip: str, files: dict[str, str]) -> None:
    """Refuse to replace what is not a site: a wrong name must never replace the source."""
    tops = {path.partition("/")[0] for path in files}
    if NAME not in files and ("index.html" not in files or tops & SOURCE_SIGNS) or repository.is_ancestor(tip, "HEAD"):
        raise PublishError(
            f"The branch {goal.branch} of {goal.remote} holds something else than a built site, so it is not replaced. Name "
            "the branch of the site with --branch, or delete that branch yourself if nothing on it is needed."
        )


def list_files(repository: Repository, commit: str) -> dict[str, str]:
    """Object id by path of every file in a commit."""
    said = repository.run("ls-tree", "-r", "-z", "--full-tree", commit).stdout
    entries = (entry.partition("\t") for entry in said.split("\0") if entry)
    return {path: about.split()[2] for about, _tab, path in entries}


def read_trailers(repository: Repository, goal: PublishTarget, reference: str, tip: str) -> tuple[str, str]:
    """The source and the left-out source of the newest commit that names them.

    The host's own commits on the branch (a domain set in its settings) name none, so they are passed over.
    """
    for most in (RECENT, WHOLE):
        if most == WHOLE and repository.shallow:
            fetch_branch(repository, goal, reference, WHOLE)
        said = repository.output("log", "--no-show-signature", "--first-parent", f"--max-count={most}", "--format=%B%x00", tip)
        for entry in said.split("\0"):
            found = dict(TRAILER.findall(entry))
            if "Source" in found:
                return found["Source"], found.get("Left-out", "")
    return "", ""


def read_manifest(repository: Repository, commit: str) -> dict:
    """The manifest in a commit, or an empty one where it cannot be read."""
    try:
        value = json.loads(repository.output_or_empty("cat-file", "blob", f"{commit}:{NAME}"))
        return value if isinstance(value, dict) and isinstance(value.get("source"), dict) else {}
    except ValueError:
        return {}
