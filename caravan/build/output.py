"""The files of the output: which are as they were left, and how new ones take their places.

Nothing is written, replaced or deleted that no build of this site has made. What a build has made, the manifest in the
folder names. It names new files before they come and old ones until they are gone, so that a build that was killed
leaves nothing behind that the next one does not know.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from caravan.build import manifest
from caravan.build.cache import StatCache, sha256_of
from caravan.build.manifest import BuildInputs
from caravan.build.verify import NAME as MANIFEST
from caravan.reading.paths import stat_signature

try:
    import fcntl
except ImportError:  # Windows: two builds of one output at the same time are the user's to avoid
    fcntl = None


FileHashes = dict[str, tuple[str, int]]  # SHA-256 and size of files, by path below the output


class OutputError(Exception):
    """The output cannot be written without touching what is not ours. The message says what to do."""


def unchanged_files(output: Path, sums: dict[str, str], stamps: StatCache) -> set[str]:
    """Those of the files in `sums` (name to SHA-256) that stand in `output` with these bytes."""
    found, root = set(), str(output)
    for name, sha256 in sums.items():
        path = f"{root}/{name}"
        stamp = stat_signature(path)
        if stamp is None:
            continue
        known = stamps.lookup(path, stamp)
        if known is None and os.path.isfile(path) and not os.path.islink(path):
            known = sha256_of(path)
            stamps.remember(path, stamp, known)
        if known == sha256:
            found.add(name)
    return found


def owned_files(output: Path) -> FileHashes:
    """The files that earlier builds made in `output`; none where it is empty or does not exist.

    Raises OutputError for a folder that holds something and no manifest of ours.
    """
    if output.is_symlink():
        raise OutputError(f"{output} is a link to another place, so nothing was written. Name the folder itself.")
    if output.exists() and not output.is_dir():
        raise OutputError(f"{output} is not a folder, so nothing was written. Name another one.")
    if not output.is_dir() or not any(output.iterdir()):
        return {}
    names = manifest.owned(output)
    if names is None:
        raise OutputError(
            f"{output} is not empty and holds no {MANIFEST} of this site that can be read, so nothing was written. If all "
            "of it is an old build of this site, delete the folder and run the command again; else name another folder."
        )
    return names


def list_tree(folder: Path) -> tuple[list[str], list[str]]:
    """Every file (and whatever else is no folder) and every folder below `folder`, by path from there, folders last-first.

    Links are not followed. What belongs to git is left out: nobody may touch it.
    """
    files, folders, waiting = [], [], [""]
    while waiting:
        inside = waiting.pop()
        with os.scandir(folder / inside) as entries:
            for entry in entries:
                path = f"{inside}/{entry.name}" if inside else entry.name
                if manifest.is_repository(entry.name):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(path)
                    waiting.append(path)
                else:
                    files.append(path)
    return files, folders[::-1]


def parent_folders(paths: Iterable[str]) -> set[str]:
    """Every folder that the files at `paths` stand in."""
    found: set[str] = set()
    for path in paths:
        while "/" in path:
            path = path.rpartition("/")[0]
            if path in found:
                break
            found.add(path)
    return found


def sync(
    staged: Path, output: Path, inputs: BuildInputs, sums: FileHashes, before: FileHashes, names: Iterable[str] | None = None
) -> tuple[list[str], bytes]:
    """Let `output` hold the files of `sums` and their manifest, with those of `names` (default: all) taken from `staged`.

    `before`: what `owned` said of `output`. Returns the files of others, which stay, and the bytes of the manifest.
    Raises OutputError, before anything is changed, where a file of ours would have to cover something of others.
    """
    names = sums.keys() if names is None else set(names)
    files, folders = list_tree(output) if output.is_dir() else ([], [])
    foreign = [path for path in files if path not in before and (path not in sums or path in names)]
    ours = parent_folders(before)
    check_no_overwrites(output, foreign, [path for path in folders if path not in ours], {*sums, MANIFEST})
    listed = manifest.manifest_bytes(output, inputs, sums)
    for_now = listed if before.keys() <= sums.keys() | {MANIFEST} else manifest.manifest_bytes(output, inputs, {**before, **sums})
    output.mkdir(parents=True, exist_ok=True)
    replace_manifest(staged, output, for_now)
    remove_stale(output, files, folders, before, {*sums, MANIFEST})
    move_into(staged, output, names)
    replace_manifest(staged, output, listed)
    return foreign, listed


def check_no_overwrites(output: Path, foreign: list[str], folders: list[str], wanted: set[str]) -> None:
    """Raise OutputError where a file of `wanted`, or a folder that one needs, meets files or `folders` of others.

    Names that differ by capitals or accents alone are one file on some systems.
    """
    if not foreign and not folders:
        return
    needed, around = parent_folders(wanted), parent_folders([*foreign, *folders])
    taken = {fold_name(name): name for name in [*wanted, *needed]}
    met = [path for path in foreign if fold_name(path) in taken] + [path for path in wanted if path in around]
    if met:
        raise OutputError(
            f"{output / sorted(met)[0]} was not made by this site, and stands where the site needs its place, so nothing "
            "was written. Move it out of the folder and run the command again."
        )


def fold_name(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def replace_manifest(staged: Path, output: Path, data: bytes) -> None:
    """Put the manifest into `output`, in one step, if it is another one than there is."""
    target = output / MANIFEST
    if target.is_symlink() or not target.is_file() or target.read_bytes() != data:
        (staged / MANIFEST).write_bytes(data)
        os.replace(staged / MANIFEST, target)


def remove_stale(output: Path, files: list[str], folders: list[str], before: Mapping[str, object], wanted: set[str]) -> None:
    """Take away what earlier builds made and is not `wanted`: pages of deleted texts, and the folders that this leaves
    empty. `files` and `folders` are what `tree` found."""
    for path in files:
        if path in before and path not in wanted:
            (output / path).unlink()
    ours, needed = parent_folders(before), parent_folders(wanted)
    for path in folders:
        if path in wanted or (path in ours and path not in needed):
            with contextlib.suppress(OSError):  # something of others stands in it
                (output / path).rmdir()


def move_into(staged: Path, output: Path, names: Iterable[str]) -> None:
    """Move files from `staged` into `output`, each in one step: a reader sees the old one or the new one."""
    if not any(path.name != MANIFEST for path in output.iterdir()):
        names = [path.name for path in staged.iterdir()]  # whole folders at once
    for name in names:
        try:
            os.replace(staged / name, output / name)
        except FileNotFoundError:
            (output / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(staged / name, output / name)


@contextlib.contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """An empty folder to fill; at the end its files stand in `folder`, in place of those of the last time.

    Raises OutputError where `folder` holds something that this did not make.
    """
    before = owned_files(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as place:
        fresh = Path(place) / "new"
        fresh.mkdir()
        yield fresh
        with output_lock(folder):
            sync(fresh, folder, BuildInputs("", ""), manifest.hashes(fresh), before)


@contextlib.contextmanager
def output_lock(output: Path) -> Iterator[None]:
    """Make the folder `output`, and keep a second build of it waiting until this one is done."""
    output.mkdir(parents=True, exist_ok=True)
    if not fcntl:
        yield
        return
    folder = os.open(output, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)  # the lock goes with it
