"""Running git so that nothing of the machine shows: language, questions, hooks, signatures, line ends, left-over variables.

What git says when a remote does not take a push, and what we say to the person instead.
"""

from __future__ import annotations

import base64
import os
import subprocess
from pathlib import Path

TOKEN = "PUBLISH_TOKEN"
SECONDS = 900  # for one git command; a connection that hangs ends then

# Variables of the person's own shell that would point git somewhere else. A hook that calls us sets some of them.
FOREIGN = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_CEILING_DIRECTORIES", "GIT_TRACE", "GIT_EXTERNAL_DIFF",
    "GIT_QUARANTINE_PATH", "GIT_REPLACE_REF_BASE", "GIT_GRAFT_FILE", "GIT_LITERAL_PATHSPECS", "GIT_SHALLOW_FILE",
)  # fmt: skip
# Stops a repository's or a person's settings from changing what is committed or asked.
SETTINGS = {
    "core.hooksPath": os.devnull, "commit.gpgSign": "false", "push.gpgSign": "false", "push.followTags": "false",
    "push.recurseSubmodules": "no", "fetch.recurseSubmodules": "false", "core.quotePath": "false", "gc.auto": "0",
    "maintenance.auto": "false", "core.fsmonitor": "false", "http.lowSpeedLimit": "1", "http.lowSpeedTime": "120",
}  # fmt: skip


class PublishError(Exception):
    """The site was not published; the message says what is wrong, where, and what to do, in plain sentences."""


class GitError(PublishError):
    """A git command failed; `said` is what git printed, in English."""

    def __init__(self, message: str, said: str = ""):
        super().__init__(message)
        self.said = said


class Repository:
    """The repository that holds `folder`; `token` opens its host. Raises PublishError where there is none, or git refuses
    to open it."""

    def __init__(self, folder: Path, token: str = ""):
        self.folder, self.token = Path(folder), token
        said = self.run("rev-parse", "--path-format=absolute", "--git-common-dir", check=False)
        if said.returncode:
            raise PublishError(unopened(self.folder, said.stderr))
        self.common = Path(said.stdout.rstrip("\n"))

    def run(
        self, *words: str, check: bool = True, data: str | None = None, **environment: str
    ) -> subprocess.CompletedProcess:
        """Run git with `words`, feeding it `data`. Raises GitError for a failure unless `check` is off."""
        command = ["git", "-C", str(self.folder), *words]
        try:
            done = subprocess.run(
                command, input=data or "", capture_output=True, encoding="utf-8", errors="surrogateescape",
                env=git_environment(self.token, **environment), timeout=SECONDS,
            )  # fmt: skip
        except FileNotFoundError:
            raise PublishError("git is not installed here; install it and run the command again.") from None
        except subprocess.TimeoutExpired:
            raise GitError(f"git {words[0]} gave no answer for {SECONDS // 60} minutes; try again later.", "timed out") from None
        if done.returncode and check:
            raise GitError(f"git {words[0]} failed: {last_line(done.stderr or done.stdout)}", done.stderr + done.stdout)
        return done

    def output(self, *words: str, **environment: str) -> str:
        """What git prints, without the white space around it. Raises GitError."""
        return self.run(*words, **environment).stdout.strip()

    def output_or_empty(self, *words: str) -> str:
        """What git prints, or an empty string where it fails: for questions whose answer may be "there is none"."""
        done = self.run(*words, check=False)
        return "" if done.returncode else done.stdout.strip()

    def commit(self, name: str) -> str:
        """The full id of the commit that `name` means and that is here, or an empty string."""
        return self.output_or_empty("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether `older` is `newer` or was before it. In a shallow clone only a yes is certain."""
        return self.run("merge-base", "--is-ancestor", older, newer, check=False).returncode == 0

    @property
    def shallow(self) -> bool:
        return (self.common / "shallow").exists()


def take_token() -> str:
    """The token that CI gives to this one step, out of the environment: what builds the site must not find it there."""
    return os.environ.pop(TOKEN, "").strip()


def git_environment(token: str = "", **more: str) -> dict[str, str]:
    """The environment of every git command: English, no questions, no hooks, with the token where one is given."""
    environment = {name: value for name, value in os.environ.items() if name not in FOREIGN and name != TOKEN}
    settings = dict(SETTINGS)
    if token:
        basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
        # In the environment and not among the words of a command, which every program of the machine can read.
        settings[f"http.{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/.extraheader"] = f"Authorization: Basic {basic}"
    start = int(environment.get("GIT_CONFIG_COUNT") or 0)
    for number, (name, value) in enumerate(settings.items(), start):
        environment |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    environment |= {
        "GIT_CONFIG_COUNT": str(start + len(settings)), "LC_ALL": "C", "LANGUAGE": "C", "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
    }  # fmt: skip
    return environment | more


def unopened(folder: Path, said: str) -> str:
    if "dubious ownership" in said or "safe.directory" in said:
        return (
            f"git does not open {folder} because it belongs to another user. If you trust it, run "
            f"`git config --global --add safe.directory {folder}` and then the command again."
        )
    return (
        f"{folder} is not a git repository, and only what is committed can be published. Get it with `git clone`, "
        "or use `build` and copy the folder to your host."
    )


def last_line(said: str) -> str:
    """The line of git's words that says most: the first that names an error, else the last one."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    for start in ("fatal:", "error:", "remote: error:", "remote:"):
        for line in lines:
            if line.startswith(start):
                return line
    return lines[-1] if lines else "git said nothing"


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
    return contains_any(said, RACE)


def is_broken(said: str) -> bool:
    """Whether trying again a little later may help: the connection broke, and nothing says why it always would."""
    return find_cause(said) is BROKEN


def plain_message(said: str, remote: str, branch: str) -> str:
    """What a person is told about a failed fetch or push, with git's own line at the end."""
    signs = find_cause(said)
    known = next((text for group, text in SENTENCES if group is signs), "{where} did not take the site.")
    plain = known.format(where=f"the remote {remote}", remote=remote, branch=branch)
    return f"{plain[0].upper()}{plain[1:]}\ngit said: {last_line(said)}"


def find_cause(said: str) -> tuple[str, ...] | None:
    return next((signs for signs, _text in SENTENCES if contains_any(said, signs)), None)


def contains_any(said: str, signs: tuple[str, ...]) -> bool:
    lower = said.lower()
    return any(sign in lower for sign in signs)
