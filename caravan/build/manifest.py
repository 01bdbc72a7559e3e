"""The manifest: a list of the site's files with their hashes, and of what the site was built from.

`verify.py` compares copies of the site with it, and builds change no file that it does not list (see output.py). The
manifest does not list itself. Files that only configure a host (HOST_FILES) are listed without a hash, since they may
differ between two complete copies.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tomllib
from collections.abc import Mapping
from functools import partial
from importlib import metadata
from pathlib import Path, PurePosixPath

from caravan.build.verify import HOST_FILES, NAME, NOT_SITE, Unverifiable, fingerprint, read_manifest
from caravan.git import PublishError, Repository
from caravan.reading.limits import is_left_over
from caravan.reading.problems import Problem, format_message, printable

FORMAT = 1
# Pathspecs of the folders where builds read every file, committed or not; and the files there that they do not read.
INPUT_FOLDERS = (":/content", ":/theme", ":/caravan")
IGNORED = re.compile(r"(^|/)(\.(?!well-known/)|__pycache__/)|\.(pyc|mo)$")
ABOUT = (
    "Every file of this site with its size and SHA-256. To check a copy: python3 verify.py FOLDER-or-ADDRESS; "
    "verify.py is caravan/build/verify.py in the repository, and lies in every offline copy."
)
INPUTS = ("address", "day", "source", "packages")  # what `build_inputs` returns


def manifest_bytes(inputs: dict, all_files: Mapping[str, tuple[str, int]]) -> bytes:
    """The manifest of a site with `all_files`: SHA-256 (hexadecimal) and size by path with forward slashes."""
    files = {name: value for name, value in all_files.items() if name not in (NAME, *HOST_FILES)}
    listed = {name: {"sha256": digest, "size": size} for name, (digest, size) in sorted(files.items())}
    value = {
        "about": ABOUT,
        "format": FORMAT,
        **inputs,
        "host": sorted(set(all_files) & set(HOST_FILES)),
        "fingerprint": fingerprint(listed),
        "files": listed,
    }
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def sha256_of(path: Path | str) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def hashes(folder: Path) -> dict[str, tuple[str, int]]:
    """SHA-256 and size of every file below `folder`, by path with forward slashes."""
    files = filter(Path.is_file, sorted(folder.rglob("*")))
    return {path.relative_to(folder).as_posix(): (sha256_of(path), path.stat().st_size) for path in files}


def listed_files(folder: Path) -> dict[str, tuple[str, int]] | None:
    """SHA-256 and size of every file that the manifest in `folder` lists, by path; None without a valid manifest.

    The manifest itself and the files for the host are included, with an empty hash. Paths that lead into a repository of git
    are left out.
    """
    if (folder / NAME).is_symlink():
        return None
    try:
        value = read_manifest(str(folder / NAME))
        host = [name for name in HOST_FILES if name in value.get("host", HOST_FILES)]
    except (Unverifiable, TypeError):
        return None
    listed = {name: entry for name, entry in value["files"].items() if not any(map(is_repository, name.split("/")))}
    return {name: (entry["sha256"], entry["size"]) for name, entry in listed.items()} | dict.fromkeys([NAME, *host], ("", 0))


def is_repository(name: str) -> bool:
    """Whether a file or folder of this name belongs to git."""
    return name.casefold() in NOT_SITE


def write_manifest(folder: Path, inputs: dict) -> None:
    """Write the manifest of the site in `folder` into this folder."""
    (folder / NAME).write_bytes(manifest_bytes(inputs, hashes(folder)))


def build_inputs(root: Path | None, address: str, day: str, repository: str) -> dict:
    """What the bytes of a site depend on, as its manifest names it. `repository`: its web address.

    `root`: the project; None for a site that is not published, which names no commit. The commit is "" without a repository;
    `changed`: there were uncommitted changes.
    """
    commit, changed = "", False
    with contextlib.suppress(PublishError):
        if root:
            git_repository = Repository(root)
            commit, changed = git_repository.commit("HEAD"), bool(uncommitted_changes(git_repository))
    source = {"commit": commit, "changed": changed, "repository": repository}
    return {"address": address, "day": day, "source": source, "packages": package_versions(root) if root else {}}


def uncommitted_changes(repository: Repository, clone: Repository | None = None) -> list[str]:
    """The paths of changed, deleted and unmerged files, and of untracked ones in INPUT_FOLDERS.

    Untracked files count even if .gitignore names them, since builds read them. With a new `clone` of the commit, the work
    tree is compared with that: no mark in the own index hides an edit. What a sparse checkout leaves out is no change.
    """
    run = partial(clone.run, f"--work-tree={repository.folder}") if clone else repository.run
    status = run("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=no").stdout
    sparse = repository.run("ls-files", "-t", "-z", "--full-name", ":/").stdout.split("\0") if clone else []
    left_out = {entry[2:] for entry in sparse if entry[:1] == "S" and not os.path.lexists(repository.folder / entry[2:])}
    untracked = run("ls-files", "-z", "--others", "--full-name", "--", *INPUT_FOLDERS).stdout
    return [entry[3:] for entry in status.split("\0") if entry and entry[3:] not in left_out] + [
        name for name in untracked.split("\0") if name and not IGNORED.search(name) and not is_left_over(name)
    ]


def tree_problems(root: Path) -> list[Problem]:
    """Tracked entries that are no files in a clone, or run unread: links, submodules in content/, compiled code."""
    try:
        entries = Repository(root).run("ls-files", "--stage", "-z", "--full-name", ":/").stdout.split("\0")
    except PublishError:  # no repository, so nothing is tracked
        return []
    problems, keys = [], {"120000": "file-link", "160000": "file-submodule"}
    for entry in filter(None, entries):
        path, key = PurePosixPath(entry.partition("\t")[2]), keys.get(entry[:6])
        if key and (path.parts[0] == "content" or key == "file-link") or path.suffix == ".pyc":
            problems.append(Problem(printable(str(path)), 1, format_message(key or "file-compiled", name=path.name)))
    return problems


def package_versions(root: Path) -> dict[str, str]:
    """The installed versions of the site's direct dependencies. Python's is left out: the site does not depend on it."""
    try:
        requirements = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]["site"]
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return {}
    names = sorted(re.match(r"[\w.-]+", requirement)[0] for requirement in requirements)
    return {name: metadata.version(name) for name in names if list(metadata.distributions(name=name))}
