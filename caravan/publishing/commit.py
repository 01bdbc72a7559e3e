"""Commit the files of a site on top of the published commit. Only the object store of the clone changes.

ghp-import creates the commit with one `git fast-import`, so a partial commit is impossible. It runs in a temporary bare
repository that borrows the clone's objects: no branch, tag, hook, signature or setting of the person can affect it, and
if it is killed, the next publication is not affected. Reasons: docs/decisions/ghp-import.md.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from caravan.git import GitError, PublishError, Repository, error_line, git_environment
from caravan.publishing import branch

TEMPORARY_REPOSITORY = "caravan-publish.git"
# No person is named: the source's history says who wrote what.
AUTHOR_NAME, AUTHOR_EMAIL = "Site publisher", "publisher@site.invalid"


def commit_message(subject: str, trailers: dict[str, str]) -> str:
    """`subject`, then the lines that `branch.read_trailers` reads; empty ones are left out."""
    return "\n".join([subject, "", *(f"{name}: {value}" for name, value in trailers.items() if value)])


def identity() -> dict[str, str]:
    """Environment variables for a git command: the publisher's name and the time in UTC, which reveals no time zone."""
    date = f"{os.environ.get('SOURCE_DATE_EPOCH') or int(time.time())} +0000"
    return {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", AUTHOR_NAME), ("EMAIL", AUTHOR_EMAIL), ("DATE", date))
    }


def create_commit(repository: Repository, folder: Path, files: Mapping[str, str], parent: str, cname: str | None, message: str) -> str:
    """Commit the site in `folder` on top of `parent` (empty: no parent); returns the id of the new commit.

    `files`: the expected object id by path; the commit is compared with them. `cname`: content of the published CNAME
    file that the site does not contain and that is kept. Raises PublishError if the commit fails or differs from `files`.
    """
    git_dir = repository.common / TEMPORARY_REPOSITORY
    shutil.rmtree(git_dir, ignore_errors=True)  # left by a publisher that was killed
    try:
        commit = import_commit(repository, git_dir, folder, parent, cname, message)
    except (OSError, GitError) as error:
        raise PublishError(
            "The site could not be committed, so nothing was published. Most often the disk is full or git's folder "
            f"{repository.common} is not writable. Correct that and try again.\n({error})"
        ) from None
    finally:
        shutil.rmtree(git_dir, ignore_errors=True)
    actual_parent = repository.output_or_empty("rev-parse", "--verify", "--quiet", f"{commit}^")
    if branch.list_files(repository, commit) != dict(files) or actual_parent != parent:
        raise PublishError(
            "The output changed while it was being published, so nothing was pushed. Make sure that no other program "
            "writes to it, and publish again."
        )
    return commit


def import_commit(repository: Repository, git_dir: Path, folder: Path, parent: str, cname: str | None, message: str) -> str:
    """Run ghp-import in a new bare repository at `git_dir`. Raises GitError."""
    object_format = repository.output("rev-parse", "--show-object-format")
    repository.run("init", "--quiet", "--bare", "--template=", f"--object-format={object_format}", str(git_dir))
    variables = {"GIT_DIR": str(git_dir), "GIT_OBJECT_DIRECTORY": str(repository.common / "objects")}
    if parent:
        repository.run("update-ref", "refs/heads/site", parent, **variables)
    args = ["--no-jekyll", "--branch=site", "--remote=none", f"--message={message}"]
    args += [] if cname is None else [f"--cname={cname}"]
    result = subprocess.run(
        [sys.executable, "-I", "-m", "ghp_import", *args, str(folder.absolute())], cwd=repository.folder,
        capture_output=True, encoding="utf-8", errors="replace", env=git_environment(**variables, **identity()),
    )  # fmt: skip
    commit = repository.run("rev-parse", "--verify", "--quiet", "refs/heads/site", check=False, **variables).stdout.strip()
    # ghp-import can exit with 0 although the import failed, so the branch is checked too.
    if result.returncode or not commit or commit == parent:
        reason = error_line(result.stderr) if "fatal:" in result.stderr else "git fast-import ended before it was done"
        raise GitError(reason, result.stderr)
    return commit
