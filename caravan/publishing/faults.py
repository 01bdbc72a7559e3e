"""What git says when a remote does not take a push, and what we say to the person instead."""

from __future__ import annotations

from .git import last_line

# Somebody else moved the branch between our look and our push: look again.
RACE = (
    "non-fast-forward", "fetch first", "stale info", "cannot lock ref", "failed to update ref", "incorrect old value",
    "reference already exists",
)  # fmt: skip
# The way to the remote broke; what arrived there is not known until we look again.
BROKEN = (
    "hung up unexpectedly", "early eof", "connection reset", "connection timed out", "timed out", "broken pipe",
    "rpc failed", "unexpected disconnect", "could not resolve host", "failed to connect", "couldn't connect",
    "connection refused", "returned error: 5", "could not read from remote", "transfer closed",
)  # fmt: skip
# In this order: the first whose sign is found explains.
SENTENCES = (
    (("no space left", "disk quota", "file too large", "out of memory"),
     "There is no room left on the disk where git writes ({where} or this machine), so nothing was published and the "
     "published site stays as it is. Free some room and run the command again."),
    (("does not appear to be a git repository", "repository not found", "repository '", "not a git repository"),
     "There is no repository at the address of {where}. Look at it with `git remote -v` and mend it with "
     "`git remote set-url {remote} ADDRESS`."),
    (("could not read username", "could not read password", "authentication failed", "permission denied", "returned error: 403",
      "returned error: 401", "invalid username", "write access to repository not granted", "read-only", "terminal prompts disabled"),
     "{where} does not let you write. Sign in to your git host (a test: `git push {remote} --dry-run`), ask for the right "
     "to write, or let CI publish."),
    (("protected branch", "gh006", "gh013", "rule violations", "protected ref"),
     "The host protects the branch {branch} against pushes. Take the rule off for {branch} in the settings of the "
     "repository, or let the workflow's account pass."),
    (("hook declined", "hook rejected", "pre-receive", "update hook"),
     "A rule of the host (a hook) refused the push. The published site stays as it is; ask who runs the host, with the "
     "words below."),
    (("denyupdating", "currently checked out", "refusing to update checked out branch"),
     "{where} is a repository with a work tree on {branch}, which takes no push. Publish to a bare repository."),
    (("shallow update not allowed",),
     "{where} takes no push from a clone with a cut history. Run `git fetch --unshallow` and the command again."),
    (("host key verification failed",),
     "The host of {where} is not known to ssh here. Connect once by hand (`git fetch {remote}`) and look at its key."),
    (BROKEN,
     "{where} cannot be reached, or the connection broke. The published site is whole, either the old one or the new one; "
     "run the command again when you are connected."),
)  # fmt: skip


def is_race(said: str) -> bool:
    return has(said, RACE)


def is_broken(said: str) -> bool:
    """Whether trying again a little later may help: the connection broke, and nothing says why it always would."""
    return explained(said) is BROKEN


def sentence(said: str, remote: str, branch: str) -> str:
    """What a person is told about a failed fetch or push, with git's own line at the end."""
    signs = explained(said)
    known = next((text for group, text in SENTENCES if group is signs), "{where} did not take the site.")
    plain = known.format(where=f"the remote {remote}", remote=remote, branch=branch)
    return f"{plain[0].upper()}{plain[1:]}\ngit said: {last_line(said)}"


def explained(said: str) -> tuple[str, ...] | None:
    return next((signs for signs, _text in SENTENCES if has(said, signs)), None)


def has(said: str, signs: tuple[str, ...]) -> bool:
    lower = said.lower()
    return any(sign in lower for sign in signs)
