"""Running git so that nothing of the machine shows: language, questions, hooks, signatures, line ends, left-over variables."""

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
        said = self.ask("rev-parse", "--path-format=absolute", "--git-common-dir", check=False)
        if said.returncode:
            raise PublishError(unopened(self.folder, said.stderr))
        self.common = Path(said.stdout.rstrip("\n"))

    def ask(
        self, *words: str, check: bool = True, data: str | None = None, **environment: str
    ) -> subprocess.CompletedProcess:
        """Run git with `words`, feeding it `data`. Raises GitError for a failure unless `check` is off."""
        command = ["git", "-C", str(self.folder), *words]
        try:
            done = subprocess.run(
                command, input=data or "", capture_output=True, encoding="utf-8", errors="surrogateescape",
                env=surroundings(self.token, **environment), timeout=SECONDS,
            )  # fmt: skip
        except FileNotFoundError:
            raise PublishError("git is not installed here; install it and run the command again.") from None
        except subprocess.TimeoutExpired:
            raise GitError(f"git {words[0]} gave no answer for {SECONDS // 60} minutes; try again later.", "timed out") from None
        if done.returncode and check:
            raise GitError(f"git {words[0]} failed: {last_line(done.stderr or done.stdout)}", done.stderr + done.stdout)
        return done

    def say(self, *words: str, **environment: str) -> str:
        """What git prints, without the white space around it. Raises GitError."""
        return self.ask(*words, **environment).stdout.strip()

    def find(self, *words: str) -> str:
        """What git prints, or an empty string where it fails: for questions whose answer may be "there is none"."""
        done = self.ask(*words, check=False)
        return "" if done.returncode else done.stdout.strip()

    def commit(self, name: str) -> str:
        """The full id of the commit that `name` means and that is here, or an empty string."""
        return self.find("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether `older` is `newer` or was before it. In a shallow clone only a yes is certain."""
        return self.ask("merge-base", "--is-ancestor", older, newer, check=False).returncode == 0

    @property
    def shallow(self) -> bool:
        return (self.common / "shallow").exists()


def taken_token() -> str:
    """The token that CI gives to this one step, out of the environment: what builds the site must not find it there."""
    return os.environ.pop(TOKEN, "").strip()


def surroundings(token: str = "", **more: str) -> dict[str, str]:
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
