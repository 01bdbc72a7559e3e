"""The files of the output: which are as they were left, and how new ones take their places."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from caravan.reading.stamps import Stamps, look


def intact(output: Path, sums: dict[str, str], stamps: Stamps) -> set[str]:
    """Those of the files in `sums` (name to SHA-256) that stand in `output` with these bytes."""
    found, root = set(), str(output)
    for name, sha256 in sums.items():
        path = f"{root}/{name}"
        stamp = look(path)
        if stamp is None:
            continue
        known = stamps.key(path, stamp)
        if known is None and os.path.isfile(path) and not os.path.islink(path):
            known = sum_of(path)
            stamps.keep(path, stamp, known)
        if known == sha256:
            found.add(name)
    return found


def sum_of(path: Path | str) -> str:
    """The SHA-256 of a file's bytes."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def tree(folder: Path) -> tuple[list[str], list[str]]:
    """Every file (and whatever else is no folder) and every folder below `folder`, by path from there, folders last-first."""
    files, folders, waiting = [], [], [""]
    while waiting:
        inside = waiting.pop()
        with os.scandir(folder / inside) as entries:
            for entry in entries:
                path = f"{inside}/{entry.name}" if inside else entry.name
                if entry.is_dir(follow_symlinks=False):
                    folders.append(path)
                    waiting.append(path)
                else:
                    files.append(path)
    return files, folders[::-1]


def clear(output: Path, wanted: Iterable[str]) -> list[str]:
    """Take away what is not `wanted`: pages of deleted texts, files of others, empty folders. Returns the files."""
    wanted = set(wanted)
    files, folders = tree(output)
    gone = [path for path in files if path not in wanted]
    for path in gone:
        (output / path).unlink()
    needed = parents(wanted)
    for path in folders:
        if path not in needed:
            (output / path).rmdir()
        elif path in wanted:
            shutil.rmtree(output / path)
    return gone


def parents(paths: Iterable[str]) -> set[str]:
    """Every folder that the files at `paths` stand in."""
    found: set[str] = set()
    for path in paths:
        while "/" in path:
            path = path.rpartition("/")[0]
            if path in found:
                break
            found.add(path)
    return found


def place(staged: Path, output: Path, names: Iterable[str]) -> None:
    """Move files from `staged` into `output`, each in one step: a reader sees the old one or the new one."""
    for name in names:
        target = output / name
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        try:
            os.replace(staged / name, target)
        except (FileNotFoundError, NotADirectoryError):
            make_room(output, target.parent)
            os.replace(staged / name, target)


def make_room(output: Path, folder: Path) -> None:
    """Make `folder`, in place of files that stand where it or its parents have to be."""
    for parent in [*reversed(folder.parents), folder]:
        if parent != output and output not in parent.parents:
            continue
        if parent.is_symlink() or (parent.exists() and not parent.is_dir()):
            parent.unlink()
        parent.mkdir(exist_ok=True)


def put(staged: Path, output: Path, names: list[str], wanted: set[str]) -> None:
    """Let `output` hold the files of `wanted` and nothing else, with those of `names` taken from `staged`."""
    if output.is_dir():
        clear(output, wanted)
        place(staged, output, names)
    else:
        staged.rename(output)
