"""Pin all packages with hashes (`lock`, `update`), and check their licences (`licences`)."""

from __future__ import annotations

if __name__ == "__main__":  # first of all, since the rest needs the packages of .venv
    import environment

import argparse
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from caravan.dev.setup import OLDEST_PYTHON
from tools import node_tools

# Wheels only, without the address of an index, one lock file for every system and Python version.
OPTIONS = ("--universal", "--generate-hashes", "--only-binary", ":all:", "--no-emit-index-url", "--no-annotate",
           "--no-header", "--quiet", "--python-version", ".".join(map(str, OLDEST_PYTHON)))  # fmt: skip

TARGETS = {"requirements.txt": ("site",), "requirements-test.txt": ("site", "test"), "requirements-publish.txt": ("publish",)}
ADVICE = (
    "Read the licence. If it is compatible with AGPL-3.0-or-later, add its name to [tool.pip-licenses] in pyproject.toml, else "
    "remove the package."
)
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", re.MULTILINE)


def lock(root: Path, *uv_options: str) -> None:
    """Compile the files of TARGETS from pyproject.toml, and package-lock.json from package.json.

    Pins that still match stay. The pins of the other files are those of the site where both use a package.
    """
    for target, groups in TARGETS.items():
        group_options = [option for group in groups for option in ("--group", group)]
        constraints = ["--constraint", "requirements.txt"] if target != "requirements.txt" else []
        command = [
            sys.executable, "-m", "uv", "pip", "compile", *OPTIONS, *group_options, *constraints, *uv_options, "--output-file", target,
        ]  # fmt: skip
        subprocess.run(command, cwd=root, check=True)
    node_tools.lock_node(root)


def update(root: Path) -> list[str]:
    """Pin the newest versions that pyproject.toml and package.json allow; returns one line for each changed package."""
    files = (*TARGETS, node_tools.PINS[1])
    before = {name: pins(root / name) for name in files}
    lock(root, "--upgrade")
    node_tools.update_node(root)
    return [line for name in files for line in changes(name, before[name], pins(root / name))]


def pins(lock_file: Path) -> dict[str, str]:
    """The pinned version of each package in a lock file of pip or npm; none if the file does not exist."""
    if not lock_file.exists():
        return {}
    text = lock_file.read_text(encoding="utf-8")
    if lock_file.suffix != ".json":
        return dict(PIN.findall(text))
    return {name: entry["version"] for name, entry in json.loads(text)["packages"].items() if name}


def changes(target: str, before: dict[str, str], after: dict[str, str]) -> list[str]:
    """One line for each difference in the lock file `target`."""
    names = sorted({name for name, _version in before.items() ^ after.items()})
    return [f"{target}: {name} {before.get(name, 'none')} → {after.get(name, 'none')}" for name in names]


def check_licences(root: Path) -> int:
    """Print the licence of every package; returns the exit code, 1 if one is not in the list of allowed ones.

    Python's packages are checked by pip-licenses, with its section of pyproject.toml; those of npm against the same list.
    """
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pip-licenses"]
    allowed = set(map(str.strip, settings["allow-only"].split(";")))
    code = subprocess.run([sys.executable, "-m", "piplicenses"], cwd=root).returncode
    for path, entry in json.loads((root / node_tools.PINS[1]).read_text(encoding="utf-8"))["packages"].items():
        name, licence = path.rpartition("node_modules/")[2], entry.get("license", "none")
        if path:
            print(f"{name} {entry['version']} {licence}")
        if path and licence not in allowed and name not in settings["ignore-packages"]:
            print(f"license {licence} not in allow-only licenses was found for package {name}", file=sys.stderr)
            code = 1
    if code:
        print(ADVICE, file=sys.stderr)
    return code


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "command", choices=["lock", "update", "licences"],
        help="lock: pin what pyproject.toml and package.json name; update: pin newer versions; licences: list and check them",
    )  # fmt: skip
    command = parser.parse_args().command
    if command == "lock":
        lock(environment.ROOT)
    elif command == "update":
        print("\n".join(update(environment.ROOT)) or "All pins are the newest that pyproject.toml and package.json allow.")
    else:
        sys.exit(check_licences(environment.ROOT))


if __name__ == "__main__":
    environment.run(main)
