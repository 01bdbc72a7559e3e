"""Run git with a fixed environment, and explain its failures.

The settings of the machine must not change the result: language, prompts, hooks, signatures, line endings and `GIT_*`
variables are overridden. `plain_message` turns what git prints about a failed fetch or push into an explanation.
"""

from __future__ import annotations

import base64
import os
import shlex
import subprocess
from pathlib import Path

REMOTE, BRANCH = "origin", "gh-pages"  # where the site is published
PAGES = f"{REMOTE}/{BRANCH}"
TOKEN_VARIABLE = "PUBLISH_TOKEN"
TOKEN_PIPE = "PUBLISH_TOKEN_PIPE"  # the file descriptor that `setup.hide_token` passes the token on with
HOST_COMMANDS = ("ls-remote", "fetch", "push")  # these need the token, and their failures an explanation
TIMEOUT = 900  # seconds for one git command; ends a connection that hangs

# Of git's variables, those that say how to reach a host and which configuration to read; the others could redirect git to
# another repository. They are set in hooks, and may be set in a person's shell.
KEPT_VARIABLES = ("GIT_CONFIG", "GIT_SSH", "GIT_SSL", "GIT_ASKPASS", "GIT_HTTP", "GIT_PROXY", "GIT_EXEC_PATH")
# Overrides the configuration of the repository and of the person where it would change commits, fetches or output.
CONFIG = {
    "core.hooksPath": os.devnull, "commit.gpgSign": "false", "push.gpgSign": "false", "push.followTags": "false",
    "push.recurseSubmodules": "no", "fetch.recurseSubmodules": "false", "core.quotePath": "false", "gc.auto": "0",
    "maintenance.auto": "false", "core.fsmonitor": "false", "trailer.separators": ":", "http.lowSpeedLimit": "1", "http.lowSpeedTime": "120",
}  # fmt: skip
# For git in a clone of ours: no configuration and no attributes of the person or the machine.
ISOLATED = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1", "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "core.attributesFile", "GIT_CONFIG_VALUE_0": os.devnull}  # fmt: skip


class PublishError(Exception):
    """The site was not published. The message says what is wrong, where, and what to do."""


class GitError(PublishError):
    """A git command failed. `output` is what git printed, in English."""

    def __init__(self, message: str, output: str = ""):
        super().__init__(message)
        self.output = output


class Repository:
    """The git repository that contains `folder`.

    `token` authenticates to the host over HTTPS. `isolated`: a clone that `clone` made. Raises PublishError if there is no
    repository or git refuses to open it.
    """

    def __init__(self, folder: Path, token: str = "", isolated: bool = False):
        self.folder, self.token, self.isolated = Path(folder), token, isolated
        result = self.run("rev-parse", "--path-format=absolute", "--git-common-dir", check=False)
        if result.returncode:
            raise PublishError(open_error_message(self.folder, result.stderr))
        self.common = Path(result.stdout.rstrip("\n"))

    def run(self, *args: str, check: bool = True, stdin: str | None = None, **variables: str) -> subprocess.CompletedProcess:
        """Run git with `args`; `variables` are added to its environment. Raises GitError on failure unless `check` is false."""
        token, command = self.token if args[0] in HOST_COMMANDS else "", ["git", "-C", str(self.folder), *args]
        try:
            result = subprocess.run(
                command, input=stdin or "", capture_output=True, encoding="utf-8", errors="surrogateescape",
                env=git_environment(token, self.isolated, **variables), timeout=TIMEOUT,
            )  # fmt: skip
        except FileNotFoundError:
            raise PublishError("git is not installed. Install it and run the command again.") from None
        except subprocess.TimeoutExpired:
            raise GitError(f"git {args[0]} took more than {TIMEOUT // 60} minutes. Try again later.", "timed out") from None
        if result.returncode and check:
            output = result.stderr + result.stdout
            failure = f"git {args[0]} failed: {error_line(result.stderr or result.stdout)}"
            raise GitError(plain_message(output) if args[0] in HOST_COMMANDS else failure, output)
        return result

    def output(self, *args: str, **variables: str) -> str:
        """Standard output of a git command, stripped. Raises GitError."""
        return self.run(*args, **variables).stdout.strip()

    def output_or_empty(self, *args: str) -> str:
        """Standard output of a git command, stripped, or an empty string if the command fails."""
        result = self.run(*args, check=False)
        return "" if result.returncode else result.stdout.strip()

    def commit(self, name: str) -> str:
        """The full id of the commit called `name`, or an empty string if this repository does not have it."""
        return self.output_or_empty("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether `older` is `newer` or one of its ancestors. In a shallow clone, False can be wrong."""
        return self.run("merge-base", "--is-ancestor", older, newer, check=False).returncode == 0

    def clone(self, commit: str, folder: Path) -> Repository:
        """A new repository in `folder` with the files of `commit`, without configuration, attributes and filters of this one,
        the person and the machine. It borrows our objects, and its `origin` has the URL of ours."""
        object_format = self.output("rev-parse", "--show-object-format")
        self.run("init", "--quiet", "--template=", f"--object-format={object_format}", str(folder), **ISOLATED)
        (folder / ".git" / "objects" / "info" / "alternates").write_bytes(os.fsencode(f"{self.common.as_posix()}/objects\n"))
        clone = Repository(folder, isolated=True)
        clone.run("checkout", "--quiet", "--detach", commit)
        clone.run("remote", "add", "origin", self.output_or_empty("remote", "get-url", "origin") or "none")
        return clone

    @property
    def shallow(self) -> bool:
        return (self.common / "shallow").exists()


# What commands make and later trust: the environment, caches, compiled code, built sites.
GENERATED = (".venv", ".store", "__pycache__", "*.py[cod]", "*.mo", "/output", "/mirror")


def refuse_generated_files(root: Path) -> None:
    """Raise PublishError if git tracks files that commands make, or that .gitignore names: a cache that came with a pull
    request would be trusted as our own. Without git or a repository nothing is tracked.
    """
    patterns = [f"--exclude={pattern}" for pattern in GENERATED]
    command = ["git", "-c", "safe.directory=*", "-c", "core.ignoreCase=true", "-C", str(root), "ls-files", "-z", "-c", "-i"]
    try:
        result = subprocess.run([*command, *patterns, "--exclude-per-directory=.gitignore"], capture_output=True, env=git_environment())
    except OSError:
        return
    tracked = result.stdout.decode(errors="backslashreplace").split("\0")[:-1]
    if tracked:
        name, more = ascii(tracked[0])[1:-1], f" and {len(tracked) - 1} more" if len(tracked) > 1 else ""
        raise PublishError(
            f"{name}{more}: this file is made by commands, or named by .gitignore, and must not be in the repository, where anybody "
            f"can replace it. Nothing was run. Take it out with: git rm -r --cached -- {shlex.quote(name)}"
        )


def take_token() -> str:
    """Remove the token from this process and return it, so that code that runs during the build cannot read it."""
    descriptor = os.environ.pop(TOKEN_PIPE, "")
    if descriptor:
        with open(int(descriptor), encoding="utf-8") as pipe:
            return pipe.read().strip()
    return os.environ.pop(TOKEN_VARIABLE, "").strip()


def git_environment(token: str = "", isolated: bool = False, **variables: str) -> dict[str, str]:
    """The environment of every git command: English, no prompts, no hooks, the token. `isolated`: no configuration."""
    kept, secret = () if isolated else KEPT_VARIABLES, (TOKEN_VARIABLE, TOKEN_PIPE)
    known = {name: value for name, value in os.environ.items() if name not in secret}
    environment = {name: value for name, value in known.items() if not name.startswith("GIT_") or name.startswith(kept)}
    environment, config = environment | (ISOLATED if isolated else {}), dict(CONFIG)
    if token:
        credentials = base64.b64encode(f"x-access-token:{token}".encode()).decode()
        server = os.environ.get("GITHUB_SERVER_URL", "https://github.com")
        # Not passed as an argument: every program on the machine can read the arguments of a process.
        config[f"http.{server}/.extraheader"] = f"Authorization: Basic {credentials}"
    start = int(environment.get("GIT_CONFIG_COUNT") or 0)
    for number, (name, value) in enumerate(config.items(), start):
        environment |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    environment |= {
        "GIT_CONFIG_COUNT": str(start + len(config)), "LC_ALL": "C", "LANGUAGE": "C", "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": os.devnull,
    }  # fmt: skip
    return environment | variables


def open_error_message(folder: Path, output: str) -> str:
    if "dubious ownership" in output or "safe.directory" in output:
        return (
            f"git does not open {folder} because it belongs to another user. If you trust it, run "
            f"`git config --global --add safe.directory {folder}` and then the command again."
        )
    return (
        f"{folder} is not a git repository, and only committed files can be published. Get the project with `git clone`, "
        "or run `python3 tasks.py build` and copy the output folder to your host."
    )


def error_line(output: str) -> str:
    """The first line of git's output that reports an error, or else the last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for prefix in ("fatal:", "error:", "remote: error:", "remote:"):
        for line in lines:
            if line.startswith(prefix):
                return line
    return lines[-1] if lines else "git printed nothing"


# Another publisher moved the branch between our fetch and our push. Fetching and pushing again can succeed.
RACE_SIGNS = (
    "non-fast-forward", "fetch first", "stale info", "cannot lock ref", "failed to update ref", "incorrect old value",
    "reference already exists",
)  # fmt: skip
# The connection broke. Whether the push arrived is unknown until the next fetch.
CONNECTION_SIGNS = (
    "hung up unexpectedly", "early eof", "connection reset", "connection timed out", "timed out", "broken pipe",
    "rpc failed", "unexpected disconnect", "could not resolve host", "failed to connect", "couldn't connect",
    "connection refused", "returned error: 5", "could not read from remote", "transfer closed",
)  # fmt: skip
# Signs in git's output, and the explanation. The first entry with a matching sign is used, so the order matters.
EXPLANATIONS = (
    (("no space left", "disk quota", "file too large", "out of memory"),
     "The disk where git writes is full (of the host or of this computer), so nothing was published; the published site is "
     "unchanged. Free some space and run the command again."),
    (("push cannot contain secrets", "secret scanning"),
     "The host found a password or a key in what was pushed. Take it out of the source, commit, revoke it where it is valid, "
     "and run the command again."),
    (("gh007", "private email"),
     "The host refuses commits with your private e-mail address. Set the address that it gives you for commits: "
     "`git config user.email ADDRESS`, and run the command again."),
    (("saml sso",), "Your organization wants you to authorize this key or token for it (SSO). Do that in the settings of your account."),
    (("was archived", "is archived"), "The repository at the remote origin is archived and takes no changes. Unarchive it in its settings."),
    ((".lock': file exists",),
     "Another git command is running in this clone, or one was interrupted. Wait for it; if none is running, delete the file "
     "that is named below, and run the command again."),
    (("ssl certificate", "certificate verif", "tls certificate"),
     "The certificate of the remote origin cannot be checked. Set the clock of this computer right and install its updates; a network that "
     "asks for a sign-in page can be the cause, too."),
    (("does not appear to be a git repository", "repository not found", "repository '", "not a git repository"),
     "There is no repository at the address of the remote origin. Check the address with `git remote -v` and correct it with "
     "`git remote set-url origin ADDRESS`."),
    (("could not read username", "could not read password", "authentication failed", "permission denied", "returned error: 403",
      "returned error: 401", "invalid username", "write access to repository not granted", "read-only", "terminal prompts disabled"),
     "You have no write access to the remote origin. Sign in to your git host (to test it: `git push origin --dry-run`), ask for "
     "write access, or let CI publish."),
    (("protected branch", "gh006", "gh013", "rule violations", "protected ref"),
     "The host protects the branch gh-pages against pushes. Remove the rule for gh-pages in the settings of the "
     "repository, or exempt the workflow's account from it."),
    (("hook declined", "hook rejected", "pre-receive", "update hook"),
     "A hook on the host refused the push. The published site is unchanged. Show the message below to the people who run the host."),
    (("denyupdating", "currently checked out", "refusing to update checked out branch"),
     "The remote origin is a repository with gh-pages checked out, and git does not push to such a branch. Publish to a bare repository."),
    (("host key verification failed",),
     "The host key of the remote origin is not known to ssh yet. Run `git fetch origin` once by hand and check the key."),
    (CONNECTION_SIGNS,
     "The remote origin cannot be reached, or the connection broke. The published site is complete: either the old one or the new "
     "one. Run the command again when you are connected."),
    (("",), "The remote origin did not accept the site."),
)  # fmt: skip


def is_race(output: str) -> bool:
    return contains_any(output, RACE_SIGNS)


def is_connection_error(output: str) -> bool:
    """Whether a retry may help: the connection broke, and no permanent cause is named."""
    return find_cause(output)[0] is CONNECTION_SIGNS


def plain_message(output: str) -> str:
    """The explanation of a failed fetch or push, followed by git's own error line."""
    return f"{find_cause(output)[1]}\ngit printed: {error_line(output)}"


def find_cause(output: str) -> tuple[tuple[str, ...], str]:
    """The entry of EXPLANATIONS for what git printed."""
    return next(entry for entry in EXPLANATIONS if contains_any(output, entry[0]))


def contains_any(output: str, signs: tuple[str, ...]) -> bool:
    lower = output.lower()
    return any(sign in lower for sign in signs)
