"""The files of a site as one commit on top of what is published. Nothing of the clone changes but its store of objects.

ghp-import makes the commit (one `git fast-import`: whole or not at all), in a bare repository of its own that borrows
the clone's objects: there it meets no branch, tag, hook, signature or setting of the person's, and its death leaves
nothing that the next publisher trips over. Why so: docs/decisions/ghp-import.md.
"""

from __future__ import annotations

import datetime
import email.utils
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from caravan.git import GitError, PublishError, Repository, git_environment, last_line
from caravan.publishing import branch

FOLDER = "caravan-publish.git"
# Nobody's name: who wrote what stands in the source's history.
NAME, EMAIL = "Site publisher", "publisher@site.invalid"
HEADLINE = "Publish the site"


def commit_message(source: str, day: str, left_out: str = "") -> str:
    lines = [HEADLINE, "", f"Source: {source}", f"Day: {day}"]
    return "\n".join([*lines, f"Left-out: {left_out}"] if left_out else lines)


def identity(now: datetime.datetime | None = None) -> dict[str, str]:
    """Who and when, for the environment of a git command: nobody, and a moment without a time zone of anybody's."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = now or (datetime.datetime.fromtimestamp(int(epoch), datetime.UTC) if epoch else datetime.datetime.now(datetime.UTC))
    when = email.utils.format_datetime(moment.replace(microsecond=0))
    return {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", NAME), ("EMAIL", EMAIL), ("DATE", when))
    }


def create_commit(repository: Repository, folder: Path, files: Mapping[str, str], parent: str, cname: str | None, text: str) -> str:
    """Commit the site in `folder` on top of `parent` (empty: a first commit); returns the new commit's id.

    `files`: the expected object id by path; the commit is compared with them. `cname`: the content of a file CNAME that
    is published and stays. Raises PublishError where the commit cannot be made or is not what was checked.
    """
    place = repository.common / FOLDER
    shutil.rmtree(place, ignore_errors=True)  # of a publisher that was killed
    try:
        made = import_commit(repository, place, folder, parent, cname, text)
    except (OSError, GitError) as error:
        raise PublishError(
            "The site could not be committed, so nothing was published. Most often the disk is full, or git's folder "
            f"{repository.common} cannot be written to: make room and try again.\n({error})"
        ) from None
    finally:
        shutil.rmtree(place, ignore_errors=True)
    if branch.list_files(repository, made) != dict(files) or repository.output_or_empty("rev-parse", "--verify", "--quiet", f"{made}^") != parent:
        raise PublishError(
            "The site changed while it was being published, so nothing was pushed. Let no other program write into the "
            "output, and publish again."
        )
    return made


def import_commit(repository: Repository, place: Path, folder: Path, parent: str, cname: str | None, text: str) -> str:
    form = repository.output("rev-parse", "--show-object-format")
    repository.run("init", "--quiet", "--bare", "--template=", f"--object-format={form}", str(place))
    if repository.shallow:
        shutil.copyfile(repository.common / "shallow", place / "shallow")
    borrowed = {"GIT_DIR": str(place), "GIT_OBJECT_DIRECTORY": str(repository.common / "objects")}
    if parent:
        repository.run("update-ref", "refs/heads/site", parent, **borrowed)
    words = ["--no-jekyll", "--branch=site", "--remote=none", f"--message={text}"]
    words += [] if cname is None else [f"--cname={cname}"]
    done = subprocess.run(
        [sys.executable, "-I", "-m", "ghp_import", *words, str(folder.absolute())], cwd=repository.folder,
        capture_output=True, encoding="utf-8", errors="replace", env=git_environment(**borrowed, **identity()),
    )  # fmt: skip
    made = repository.run("rev-parse", "--verify", "--quiet", "refs/heads/site", check=False, **borrowed).stdout.strip()
    if done.returncode or not made or made == parent:
        reason = last_line(done.stderr) if "fatal:" in done.stderr else "git fast-import ended before it was done"
        raise GitError(reason, done.stderr)
    return made
