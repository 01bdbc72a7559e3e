"""The list of a built site's files, with what it was built from. `verify.py` proves copies by it.

The manifest does not list itself. What only tells a host how to serve (HOST_FILES) is named without a sum: it may
differ between two whole copies of one site. A folder with a manifest is an output of ours, and nothing in it that the
manifest does not name is ever changed or deleted (caravan/site/placing.py).
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from caravan.build.verify import HOST_FILES, NAME, NOT_SITE, fingerprint, is_inside
from caravan.git import PublishError, Repository

FORMAT = 1
# Where a build reads what is there, committed or not; and what tools leave there that it does not read.
READ_BY_BUILDS = (":/content", ":/theme", ":/caravan")
IGNORED = re.compile(r"(^|/)(\.|__pycache__/)|\.(pyc|mo)$")
ABOUT = (
    "Every file of this site with its size and SHA-256. To check a copy: python3 verify.py FOLDER-or-ADDRESS; "
    "verify.py is caravan/build/verify.py in the repository, and lies in every offline copy."
)


@dataclass(frozen=True)
class BuildInputs:
    """What the bytes of a site depend on. `commit` is empty where there is no repository; `changed` says that the
    work tree held more than the commit."""

    address: str
    day: str
    commit: str = ""
    changed: bool = False
    repository: str = ""
    packages: tuple[tuple[str, str], ...] = ()


def manifest_bytes(folder: Path, inputs: BuildInputs, known: Mapping[str, tuple[str, int]] | None = None) -> bytes:
    """The manifest of the site in `folder`, as bytes that depend on the files and `inputs` alone.

    `known`: SHA-256 (hexadecimal) and size by path with forward slashes, where a build knows them already; without
    it the files are read.
    """
    every = known or hashes(folder)
    files = {name: value for name, value in every.items() if name not in (NAME, *HOST_FILES)}
    listed = {name: {"sha256": digest, "size": size} for name, (digest, size) in sorted(files.items())}
    source = {"commit": inputs.commit, "changed": inputs.changed, "repository": inputs.repository}
    value = {
        "about": ABOUT,
        "format": FORMAT,
        "address": inputs.address,
        "day": inputs.day,
        "source": source,
        "packages": dict(inputs.packages),
        "host": sorted(set(every) & set(HOST_FILES)),
        "fingerprint": fingerprint(listed),
        "files": listed,
    }
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def hashes(folder: Path) -> dict[str, tuple[str, int]]:
    """SHA-256 and size of every file below `folder`, by its path with forward slashes."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            found[path.relative_to(folder).as_posix()] = (digest, path.stat().st_size)
    return found


def owned(folder: Path) -> dict[str, tuple[str, int]] | None:
    """SHA-256 and size of every file that the manifest in `folder` names, by path; None where no manifest can be read.

    The manifest itself and files for the host stand in it with an empty sum. Paths that lead out of `folder`, or into a
    repository, are left out.
    """
    path = folder / NAME
    try:
        if path.is_symlink():
            return None
        value = json.loads(path.read_bytes())
        listed = value["files"]
        if value["fingerprint"] != fingerprint(listed):
            return None
        files = {name: (entry["sha256"], entry["size"]) for name, entry in listed.items()}
        beside = [NAME, *(name for name in value.get("host", HOST_FILES) if name in HOST_FILES)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    files = {name: value for name, value in files.items() if is_inside(name) and not any(map(is_repository, name.split("/")))}
    return {**files, **{name: ("", 0) for name in beside}}


def is_repository(name: str) -> bool:
    """Whether a file or folder of this name belongs to git."""
    return name.casefold() in NOT_SITE


def write_manifest(folder: Path, inputs: BuildInputs, known: Mapping[str, tuple[str, int]] | None = None) -> None:
    """Put the manifest of the site in `folder` into it."""
    (folder / NAME).write_bytes(manifest_bytes(folder, inputs, known))


def build_inputs(root: Path, address: str, day: str, repository: str) -> BuildInputs:
    """What a build of the project in `root` is made from just now."""
    try:
        source = Repository(root)
        commit = source.commit("HEAD")
        changed = bool(uncommitted_changes(source))
    except PublishError:
        commit, changed = "", False
    return BuildInputs(address, day, commit, changed, repository, packages(root))


def uncommitted_changes(repository: Repository) -> list[str]:
    """What the work tree holds beyond its last commit, as paths: changed, removed or unmerged files, and new ones where
    a build reads; those that git was told to ignore too, since a build is not told."""
    said = repository.run("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=no").stdout
    found = [entry[3:] for entry in said.split("\0") if entry]
    fresh = repository.run("ls-files", "-z", "--others", "--full-name", "--", *READ_BY_BUILDS).stdout
    return found + [name for name in fresh.split("\0") if name and not IGNORED.search(name)]


def packages(root: Path) -> tuple[tuple[str, str], ...]:
    """The versions of the site's direct dependencies as they are installed. Not that of Python: no byte depends on it."""
    try:
        listed = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]["site"]
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return ()
    names = sorted(re.match(r"[\w.-]+", requirement)[0] for requirement in listed)
    return tuple((name, version(name)) for name in names)


def version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"
