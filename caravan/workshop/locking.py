"""`lock` and `update`: every package of the site and of its tests pinned with its hashes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from . import checkers
from .environment import OLDEST_PYTHON

# Wheels only, no index addresses, the same file for every system and Python.
OPTIONS = ("--universal", "--generate-hashes", "--only-binary", ":all:", "--no-emit-index-url", "--no-annotate",
           "--no-header", "--quiet", "--python-version", ".".join(map(str, OLDEST_PYTHON)))  # fmt: skip


TARGETS = {"requirements.txt": ("site",), "requirements-test.txt": ("site", "test")}
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", re.MULTILINE)


def lock(root: Path, *more: str) -> None:
    """Compile requirements.txt and requirements-test.txt from pyproject.toml; the test pins agree with the site's.

    Then package-lock.json from package.json. `more`: further words for uv. Pins that still fit stay as they are.
    """
    for target, groups in TARGETS.items():
        chosen = [word for group in groups for word in ("--group", group)]
        agreed = ["--constraint", "requirements.txt"] if target != "requirements.txt" else []
        command = [sys.executable, "-m", "uv", "pip", "compile", *OPTIONS, *chosen, *agreed, *more, "--output-file", target]
        subprocess.run(command, cwd=root, check=True)
    checkers.lock(root)


def update(root: Path) -> list[str]:
    """Take the newest versions that pyproject.toml and package.json allow; returns what changed, a line a package."""
    files = (*TARGETS, checkers.PINS[1])
    before = {name: pins(root / name) for name in files}
    lock(root, "--upgrade")
    checkers.update(root)
    return [line for name in files for line in changes(name, before[name], pins(root / name))]


def pins(lock_file: Path) -> dict[str, str]:
    """The pinned version of each package, in a lock file of pip or npm; none where there is no such file."""
    if not lock_file.exists():
        return {}
    text = lock_file.read_text(encoding="utf-8")
    if lock_file.suffix != ".json":
        return dict(PIN.findall(text))
    return {name: about["version"] for name, about in json.loads(text)["packages"].items() if name}


def changes(target: str, before: dict[str, str], after: dict[str, str]) -> list[str]:
    """What is different in a lock file, in words."""
    lines = []
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old != new:
            what = f"{name} {new} is new" if old is None else f"{name} {old} is gone" if new is None else f"{name} {old} → {new}"
            lines.append(f"{target}: {what}")
    return lines
