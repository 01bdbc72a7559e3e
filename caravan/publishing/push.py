"""The built site becomes a commit on the branch that the host serves; history is kept, nothing is forced."""

from __future__ import annotations

import contextlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import ghp_import

MESSAGE = "Publish the site"
# Nobody's name: who published what stands in the source's history.
IDENTITY = {"GIT_COMMITTER_NAME": "Site publisher", "GIT_COMMITTER_EMAIL": "publisher@site.invalid"}


class PushError(Exception):
    """The site could not be pushed; the message says why and what to do."""


@dataclass(frozen=True)
class Goal:
    """Where the site goes: a remote of the source repository and a branch of it."""

    remote: str = "origin"
    branch: str = "gh-pages"


def push(root: Path, folder: Path, goal: Goal) -> bool:
    """Commit the files of `folder` on top of `goal` and push them. Returns whether anything changed.

    Raises PushError. The branch is fetched first, so that a shallow clone or a stale one commits on top of what
    is really published.
    """
    if not (folder / "index.html").is_file():
        raise PushError(f"{folder} holds no home page, so it is not pushed.")
    (folder / ".nojekyll").touch()
    local = fetch(root, goal)
    before = git(root, "rev-parse", "--verify", "--quiet", f"{local}^{{tree}}", fails=True)
    source = git(root, "rev-parse", "--short=12", "HEAD", fails=True)
    message = f"{MESSAGE}\n\nSource: {source}" if source else MESSAGE
    try:
        with at_home(root):
            ghp_import.ghp_import(str(folder), remote=goal.remote, branch=local, mesg=message, nojekyll=True)
    except ghp_import.GhpError as error:
        raise PushError(f"The site could not be committed: {error.message}") from None
    if before and git(root, "rev-parse", f"{local}^{{tree}}") == before:
        git(root, "update-ref", f"refs/heads/{local}", f"refs/remotes/{goal.remote}/{goal.branch}")
        return False
    git(root, "push", "--quiet", goal.remote, f"{local}:refs/heads/{goal.branch}")
    git(root, "update-ref", f"refs/remotes/{goal.remote}/{goal.branch}", local)
    return True


def fetch(root: Path, goal: Goal) -> str:
    """Bring the published branch here, if there is one; returns the name of the local branch that equals it."""
    current = git(root, "symbolic-ref", "--quiet", "--short", "HEAD", fails=True)
    if current == goal.branch:
        raise PushError(f"You are on {goal.branch}, which holds the built site. Switch to the branch with the texts.")
    heads = git(root, "ls-remote", "--heads", goal.remote, f"refs/heads/{goal.branch}")
    if heads:
        tracking = f"refs/remotes/{goal.remote}/{goal.branch}"
        git(root, "fetch", "--quiet", "--depth=1" if shallow(root) else "--no-tags", goal.remote,
            f"+refs/heads/{goal.branch}:{tracking}")  # fmt: skip
        git(root, "update-ref", f"refs/heads/{goal.branch}", tracking)
    elif git(root, "rev-parse", "--verify", "--quiet", f"refs/heads/{goal.branch}", fails=True):
        git(root, "update-ref", "-d", f"refs/heads/{goal.branch}")
    return goal.branch


def shallow(root: Path) -> bool:
    return git(root, "rev-parse", "--is-shallow-repository") == "true"


def git(root: Path, *words: str, fails: bool = False) -> str:
    """Run git in `root` and return what it printed. Where it `fails` by nature, a failure is an empty answer."""
    try:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, encoding="utf-8")
    except FileNotFoundError:
        raise PushError("git is not installed here; install it and run the command again.") from None
    if done.returncode and not fails:
        raise PushError(f"git {words[0]} failed: {(done.stderr or done.stdout).strip()}")
    return "" if done.returncode else done.stdout.strip()


@contextlib.contextmanager
def at_home(root: Path):
    """ghp-import asks git about the current folder only, and takes its identity from the environment."""
    before = dict(os.environ)
    os.environ.update(IDENTITY)
    try:
        with contextlib.chdir(root):
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)
