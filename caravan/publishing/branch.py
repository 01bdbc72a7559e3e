"""The pages branch, which the host serves: check that it contains a site, and read what is published."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from caravan.build.manifest import NAME
from caravan.git import GitError, PublishError, Repository, plain_message

TRAILER = re.compile(r"^(Source|Left-out|Restores|Code-tested): ([0-9a-f]{7,64})$", re.MULTILINE)
# The source has at least one of these at its top level; a built site has none.
SOURCE_NAMES = {"tasks.py", "pelicanconf.py", "pyproject.toml", "content", "caravan"}
RECENT_COMMITS, ALL_COMMITS = 20, 2147483647  # depth of a fetch; git treats the second number as unlimited


@dataclass(frozen=True)
class PublishTarget:
    """Where the site is published: a remote of the source repository and a branch of it."""

    remote: str = "origin"
    branch: str = "gh-pages"

    def __str__(self) -> str:
        return f"{self.remote}/{self.branch}"


@dataclass(frozen=True)
class PublishedState:
    """What the pages branch contains.

    `tip`: its newest commit; empty before the first publication. `files`: object id by path. `source`: the commit that the site was built
    from. `left_out`: the newest source that was rolled back; it and its ancestors are not published without `--again`. `day`: the day of
    the build, as YYYY-MM-DD. `code_tested`: the hash of the code that was tested, see source_changes.
    """

    tip: str = ""
    files: dict[str, str] = field(default_factory=dict)
    source: str = ""
    left_out: str = ""
    day: str = ""
    code_tested: str = ""


def fetch(repository: Repository, target: PublishTarget, history: bool = False) -> PublishedState:
    """Fetch the pages branch without changing any branch or work tree of the clone.

    `history`: fetch the whole history of the branch, in a shallow clone too. Raises PublishError if the site must not be
    published to this remote or branch.
    """
    check_names(repository, target)
    ref = f"refs/heads/{target.branch}"
    heads = run_git(repository, target, "ls-remote", "--heads", target.remote, ref).split()
    if not heads:
        return PublishedState()
    tip = heads[0]
    if not repository.commit(tip) or history:
        fetch_branch(repository, target, ref, ALL_COMMITS if history else RECENT_COMMITS)
    if not repository.commit(tip):  # the branch moved between ls-remote and fetch
        return fetch(repository, target, history)
    files = list_files(repository, tip)
    check_content(repository, target, tip, files)
    trailers = read_trailers(repository, target, ref, tip)
    manifest = read_manifest(repository, tip) if NAME in files else {}
    commit = manifest.get("source", {}).get("commit", "")
    return PublishedState(
        tip, files, trailers.get("Source", commit), trailers.get("Left-out", ""), manifest.get("day", ""),
        trailers.get("Code-tested", ""),
    )  # fmt: skip


def fetch_branch(repository: Repository, target: PublishTarget, ref: str, depth: int) -> None:
    """Fetch without writing any reference, so that a killed fetch leaves no lock that stops the next one.

    `--depth` is passed in a shallow clone only: it would make a full clone shallow.
    """
    options = [f"--depth={depth}"] if repository.shallow else []
    args = ["--quiet", "--no-tags", "--no-write-fetch-head", "--refmap=", *options]
    run_git(repository, target, "fetch", *args, target.remote, ref)


def run_git(repository: Repository, target: PublishTarget, *args: str) -> str:
    """Standard output of a git command. Raises GitError with an explanation of the remote's failure."""
    try:
        return repository.output(*args)
    except GitError as error:
        raise GitError(plain_message(error.output, target.remote, target.branch), error.output) from None


def check_names(repository: Repository, target: PublishTarget) -> None:
    """Raise PublishError if the remote does not exist, or the branch name is invalid or that of the source."""
    remotes = repository.output("remote").split()
    if target.remote not in remotes:
        known = f"It has: {', '.join(remotes)}." if remotes else "It has none yet."
        raise PublishError(
            f'This clone has no remote called "{target.remote}". {known} Add it with `git remote add {target.remote} ADDRESS`, '
            "or name another remote with --remote."
        )
    invalid = repository.run("check-ref-format", f"refs/heads/{target.branch}", check=False).returncode
    if invalid or target.branch.startswith(("-", "refs/")) or target.branch == "HEAD":
        raise PublishError(f'"{target.branch}" is not a valid branch name. Write a short name such as gh-pages.')
    if repository.output_or_empty("symbolic-ref", "--quiet", "--short", "HEAD") == target.branch:
        raise PublishError(
            f"The branch {target.branch} is checked out here, but it should contain the built site and not your texts. Switch "
            "to the branch with the texts, or name another branch with --branch (usually gh-pages)."
        )


def check_content(repository: Repository, target: PublishTarget, tip: str, files: dict[str, str]) -> None:
    """Raise PublishError if the branch does not contain a built site: a mistyped name must never replace the source."""
    top_names = {path.partition("/")[0] for path in files}
    if NAME not in files and ("index.html" not in files or top_names & SOURCE_NAMES) or repository.is_ancestor(tip, "HEAD"):
        raise PublishError(
            f"The branch {target.branch} of {target.remote} does not contain a built site, so it is not replaced. Name the "
            "branch of the site with --branch, or delete that branch yourself if nothing on it is needed."
        )


def list_files(repository: Repository, commit: str) -> dict[str, str]:
    """Object id by path of every file in a commit."""
    output = repository.run("ls-tree", "-r", "-z", "--full-tree", commit).stdout
    entries = (entry.partition("\t") for entry in output.split("\0") if entry)
    return {path: details.split()[2] for details, _tab, path in entries}


def read_trailers(repository: Repository, target: PublishTarget, ref: str, tip: str) -> dict[str, str]:
    """The trailers of the newest commit that names a source; none if no commit does.

    Commits that the host itself adds to the branch (such as a domain set in its settings) name none and are skipped.
    """
    args = ("--no-show-signature", "--first-parent", "--max-count=1", "--grep=^Source: ", "--format=%B")
    message = repository.output("log", *args, tip)
    if not message and repository.shallow:
        fetch_branch(repository, target, ref, ALL_COMMITS)
        message = repository.output("log", *args, tip)
    return dict(TRAILER.findall(message))


def read_manifest(repository: Repository, commit: str) -> dict:
    """The manifest in a commit, or an empty dictionary if it cannot be read."""
    try:
        manifest = json.loads(repository.output_or_empty("cat-file", "blob", f"{commit}:{NAME}"))
        return manifest if isinstance(manifest, dict) and isinstance(manifest.get("source"), dict) else {}
    except ValueError:
        return {}
