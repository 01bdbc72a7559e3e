"""Writes the output folder, and keeps foreign files in it: files that no build of this site has made.

The manifest in the folder lists the files that builds have made. Only these are replaced or deleted. The manifest names new files before
they are written and old files until they are deleted, so that a killed build leaves no file that the next build does not know.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from caravan.build import manifest
from caravan.build.cache import StatCache
from caravan.build.lock import open_lock, try_lock
from caravan.reading.paths import stat_signature

FileHashes = dict[str, tuple[str, int]]  # SHA-256 and size of files, by path below the output


class OutputError(Exception):
    """The output cannot be written without touching foreign files. The message says what to do."""


def present_files(output: Path, names: Iterable[str], stat_cache: StatCache) -> dict[str, str]:
    """The SHA-256 of those of `names` that are files in `output`, by name."""
    present, root = {}, str(output)
    for name in names:
        path = f"{root}/{name}"
        signature = stat_signature(path)
        if signature and (stat_cache.lookup(path, signature) or os.path.isfile(path) and not os.path.islink(path)):
            present[name] = stat_cache.file_hash(path, signature)
    return present


def check_is_folder(output: Path) -> None:
    """Raise OutputError for a file or a symbolic link."""
    if output.is_symlink():
        raise OutputError(f"{output} is a symbolic link, so nothing was written. Name the folder that it leads to.")
    if output.exists() and not output.is_dir():
        raise OutputError(f"{output} is not a folder, so nothing was written. Name a folder.")


def owned_files(output: Path) -> FileHashes:
    """The files that earlier builds have made in `output`; none if it is empty or does not exist.

    Raises OutputError for a folder that has files but no valid manifest.
    """
    check_is_folder(output)
    if not output.is_dir() or not any(output.iterdir()):
        return {}
    files = manifest.listed_files(output)
    if files is None:
        raise OutputError(
            f"{output} is not empty and holds no {manifest.NAME} of this site that can be read, so nothing was written. If all "
            "of it is an old build of this site, delete the folder and run the command again; else name another folder."
        )
    return files


def list_tree(folder: Path) -> tuple[list[str], list[str]]:
    """The paths of all files and of all folders below `folder`; each folder comes after its subfolders.

    Symbolic links count as files and are not followed. Repositories of git are left out: no build may change them.
    """
    files, folders, pending = [], [], [""]
    while pending:
        current = pending.pop()
        with os.scandir(folder / current) as entries:
            for entry in entries:
                path = f"{current}/{entry.name}" if current else entry.name
                if manifest.is_repository(entry.name):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(path)
                    pending.append(path)
                else:
                    files.append(path)
    return files, folders[::-1]


def parent_folders(paths: Iterable[str]) -> set[str]:
    """All folders that contain one of `paths`, directly or not."""
    folders: set[str] = set()
    for path in paths:
        while (path := path.rpartition("/")[0]) and path not in folders:
            folders.add(path)
    return folders


def sync(
    staging: Path, output: Path, inputs: dict, hashes: FileHashes, owned: FileHashes, changed: Iterable[str] | None = None
) -> list[str]:
    """Make `output` hold the files of `hashes` and their manifest, and no other files that builds have made.

    `owned`: the files that earlier builds have made. `changed`: the paths to move from `staging`, by default all.
    Returns the paths of foreign files, which stay. Raises OutputError, before anything is changed, if a file of the site
    would replace a foreign file.
    """
    changed = hashes.keys() if changed is None else set(changed)
    output.mkdir(parents=True, exist_ok=True)
    files, folders = list_tree(output)
    foreign_files = [path for path in files if path not in owned and (path not in hashes or path in changed)]
    owned_folders = parent_folders(owned)
    needed = {*hashes, manifest.NAME}
    check_no_overwrites(output, foreign_files, [path for path in folders if path not in owned_folders], needed)
    stale = owned.keys() - needed
    stale_folders = parent_folders(stale)
    final_manifest = manifest.manifest_bytes(inputs, hashes)
    replace_manifest(staging, output, manifest.manifest_bytes(inputs, {**owned, **hashes}) if stale else final_manifest)
    for path in stale.intersection(files):
        (output / path).unlink()
    for path in folders:
        if path in needed or path in stale_folders:
            with contextlib.suppress(OSError):  # it holds other files
                (output / path).rmdir()
    move_into(staging, output, changed)
    replace_manifest(staging, output, final_manifest)
    return foreign_files


def check_no_overwrites(output: Path, foreign_files: list[str], foreign_folders: list[str], needed: set[str]) -> None:
    """Raise OutputError if a path of `needed`, or one of its parent folders, is foreign.

    Paths that differ only by case or Unicode normalization are one file on some systems.
    """
    if not foreign_files and not foreign_folders:
        return
    foreign_parents = parent_folders([*foreign_files, *foreign_folders])
    needed_names = {fold_name(name) for name in [*needed, *parent_folders(needed)]}
    conflicts = [path for path in foreign_files if fold_name(path) in needed_names]
    conflicts += [path for path in needed if path in foreign_parents]
    if conflicts:
        raise OutputError(
            f"{output / sorted(conflicts)[0]} was not made by this site, but the site needs to write there, so nothing was "
            "written. Move it out of the folder and run the command again."
        )


def fold_name(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def replace_manifest(staging: Path, output: Path, data: bytes) -> None:
    """Write the manifest into `output`, atomically, unless it has these bytes already."""
    target = output / manifest.NAME
    if target.is_symlink() or not target.is_file() or target.read_bytes() != data:
        (staging / manifest.NAME).write_bytes(data)
        os.replace(staging / manifest.NAME, target)


def move_into(staging: Path, output: Path, paths: Iterable[str]) -> None:
    """Move files from `staging` into `output`, each atomically."""
    if not any(path.name != manifest.NAME for path in output.iterdir()):
        paths = [path.name for path in staging.iterdir()]  # into an empty output, whole folders at once
    for path in paths:
        (output / path).parent.mkdir(parents=True, exist_ok=True)
        os.replace(staging / path, output / path)


@contextlib.contextmanager
def staging_folder(output: Path) -> Iterator[Path]:
    """A temporary folder beside the output: on the same file system, so that moving a file is atomic."""
    with tempfile.TemporaryDirectory(prefix=f".{output.name}-", dir=output.parent) as folder:
        staging = Path(folder) / "new"
        staging.mkdir()
        yield staging


@contextlib.contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """Yield an empty folder to fill; then its files replace those in `folder` that an earlier run has made.

    Raises OutputError if `folder` has files but no valid manifest.
    """
    owned = owned_files(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with staging_folder(folder) as staging:
        yield staging
        with output_lock(folder):
            sync(staging, folder, manifest.build_inputs(None, "", "", ""), manifest.hashes(staging), owned)


@contextlib.contextmanager
def output_lock(output: Path) -> Iterator[None]:
    """Create the folder `output`, and let only one process at a time write there; others wait. Raises OutputError.

    The system releases the lock if the process dies. A folder that was created and is still empty at the end is removed.
    """
    check_is_folder(output)
    created = not output.exists()
    try:
        output.mkdir(parents=True, exist_ok=True)
        lock = open_lock(output)
    except OSError as error:
        raise OutputError(f"{output} cannot be written ({error.strerror}), so nothing was built. Name another folder.") from None
    try:
        while not try_lock(lock):
            time.sleep(0.05)
        output.mkdir(exist_ok=True)  # another build, which failed, may have removed it meanwhile
        yield
    finally:
        try:
            if created:
                with contextlib.suppress(OSError):
                    output.rmdir()
        finally:
            os.close(lock)
