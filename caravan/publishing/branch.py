"""The pages branch, which the host serves: check that it contains a site, and read what is published."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from caravan.build.manifest import NAME
from caravan.git import BRANCH, PAGES, REMOTE, PublishError, Repository

TRAILER = re.compile(r"^(Source|Left-out|Restores|Code-tested): ([0-9a-f]{7,64})$", re.MULTILINE)
# The source has at least one of these at its top level; a built site has none.
SOURCE_NAMES = {"tasks.py", "pelicanconf.py", "pyproject.toml", "content", "caravan"}
REF = f"refs/heads/{BRANCH}"


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


def fetch(repository: Repository) -> PublishedState:
    """Fetch the pages branch without changing any branch or work tree of the clone.

    A shallow clone is completed first. Raises PublishError if the site must not be published to this branch.
    """
    check_clone(repository)
    if repository.shallow:
        repository.run("fetch", "--quiet", "--unshallow", "--no-tags", "--no-write-fetch-head", REMOTE, check=False)
    heads = repository.output("ls-remote", "--heads", REMOTE, REF).split()
    if not heads:
        return PublishedState()
    tip = heads[0]
    if not repository.commit(tip):
        # Without writing any reference, so that a killed fetch leaves no lock that stops the next one.
        repository.run("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--refmap=", REMOTE, REF)
    if not repository.commit(tip):  # the branch moved between ls-remote and fetch
        return fetch(repository)
    files = list_files(repository, tip)
    check_content(repository, tip, files)
    trailers = read_trailers(repository, tip)
    manifest = read_manifest(repository, tip) if NAME in files else {}
    commit = manifest.get("source", {}).get("commit", "")
    return PublishedState(
        tip, files, trailers.get("Source", commit), trailers.get("Left-out", ""), manifest.get("day", ""),
        trailers.get("Code-tested", ""),
    )  # fmt: skip


def check_clone(repository: Repository) -> None:
    """Raise PublishError if the clone has no remote to publish to, or the branch of the site is checked out in it."""
    if REMOTE not in repository.output("remote").split():
        raise PublishError(f'This clone has no remote called "{REMOTE}". Add it with `git remote add {REMOTE} ADDRESS`.')
    if repository.output_or_empty("symbolic-ref", "--quiet", "--short", "HEAD") == BRANCH:
        raise PublishError(
            f"The branch {BRANCH} is checked out here, but it should contain the built site and not your texts. Switch to the "
            "branch with the texts."
        )


def check_content(repository: Repository, tip: str, files: dict[str, str]) -> None:
    """Raise PublishError if the branch does not contain a built site: the source must never be replaced."""
    top_names = {path.partition("/")[0] for path in files}
    if NAME not in files and ("index.html" not in files or top_names & SOURCE_NAMES) or repository.is_ancestor(tip, "HEAD"):
        raise PublishError(
            f"The branch {PAGES} does not contain a built site, so it is not replaced. Rename that branch, or delete it yourself "
            "if nothing on it is needed."
        )


def list_files(repository: Repository, commit: str) -> dict[str, str]:
    """Object id by path of every file in a commit."""
    output = repository.run("ls-tree", "-r", "-z", "--full-tree", commit).stdout
    entries = (entry.partition("\t") for entry in output.split("\0") if entry)
    return {path: details.split()[2] for details, _tab, path in entries}


def read_trailers(repository: Repository, tip: str) -> dict[str, str]:
    """The trailers of the newest commit that names a source; none if no commit does.

    Commits that the host itself adds to the branch (such as a domain set in its settings) name none and are skipped.
    """
    args = ("--no-show-signature", "--first-parent", "--max-count=1", "--grep=^Source: ", "--format=%B")
    return dict(TRAILER.findall(repository.output("log", *args, tip)))


def read_manifest(repository: Repository, commit: str) -> dict:
    """The manifest in a commit, or an empty dictionary if it cannot be read."""
    try:
        manifest = json.loads(repository.output_or_empty("cat-file", "blob", f"{commit}:{NAME}"))
        return manifest if isinstance(manifest, dict) and isinstance(manifest.get("source"), dict) else {}
    except ValueError:
        return {}
