"""The cache that one build leaves for the next: parsed articles, stat signatures of files, and the log of the last build.

The folder may be deleted at any time. Data that is damaged, or written by another version, is ignored.

A file counts as unchanged, without being opened, if its size, times and inode are those of the last build. As in git's
index, this does not hold for a file that was modified just before it was read ("racy"): a second change within the
resolution of the file system's clock would leave the same times.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from caravan import tracking
from caravan.build.article_cache import ArticleCache
from caravan.build.manifest import BuildInputs
from caravan.reading.paths import StatSignature, stat_signature

# Within how many nanoseconds two changes of a file can get the same time: a few ticks of the kernel; on file systems that
# store whole seconds, the two seconds of FAT.
FINE_TICK, COARSE_TICK = 20_000_000, 2_000_000_000
FORMAT = "1"  # version of the JSON files; increase it when their structure changes


def is_not_racy(signature: StatSignature | None, now: int | None = None) -> bool:
    """Whether any later change of the file would change its signature. `now`: time of the stat call, in nanoseconds."""
    if signature is None:
        return False
    tick = FINE_TICK if signature[1] % 1_000_000_000 else COARSE_TICK
    return max(signature[1], signature[2]) + tick < (now or time.time_ns())


class StatCache:
    """The stat signature of each file by path, with the cache key (of an article) or SHA-256 (of another file) it had."""

    def __init__(self, entries: dict[str, tuple[StatSignature, str]] | None = None):
        self.entries = entries or {}

    def lookup(self, file: Path | str, signature: StatSignature | None) -> str | None:
        """The key of an unchanged file, or None if it has to be read."""
        entry = self.entries.get(str(file))
        return entry[1] if entry and entry[0] == signature else None

    def remember(self, file: Path | str, signature: StatSignature | None, key: str) -> None:
        """Save the key of a file. `signature` must have been taken before the file was read."""
        if is_not_racy(signature):
            self.entries[str(file)] = (signature, key)
        else:
            self.entries.pop(str(file), None)


def sha256_of(path: Path | str) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(frozen=True)
class OutputRecord:
    """How a file of the output was made: Document.identity, its dependencies, and its SHA-256.

    `dependencies`: positions in BuildLog.dependencies; pages share most of theirs.
    """

    identity: str
    dependencies: tuple[int, ...]
    sha256: str


@dataclass
class BuildLog:
    """What the last build rendered. Only valid for the same `environment`, see `environment_hash`.

    `dependencies`: hash of each dependency by name, see caravan.tracking. `files`: by path below the output.
    """

    environment: str
    dependencies: dict[str, str] = field(default_factory=dict)
    files: dict[str, OutputRecord] = field(default_factory=dict)

    def with_files(self, files: dict[str, tuple[str, dict[str, str], str]]) -> BuildLog:
        """A new log of `files`, each given as identity, dependencies (hash by name) and SHA-256."""
        log = BuildLog(self.environment)
        positions: dict[str, int] = {}
        for save_as, (identity, dependencies, sha256) in files.items():
            log.dependencies.update(dependencies)
            numbers = tuple(positions.setdefault(name, len(positions)) for name in dependencies)
            log.files[save_as] = OutputRecord(identity, numbers, sha256)
        log.dependencies = {name: log.dependencies[name] for name in positions}
        return log

    def dependencies_of(self, save_as: str, names: list[str]) -> dict[str, str]:
        """The dependencies of one file, hash by name. `names`: list(self.dependencies), made once by the caller."""
        return {names[number]: self.dependencies[names[number]] for number in self.files[save_as].dependencies}


def read_log(path: Path, environment: str) -> BuildLog:
    """The log at `path`, or an empty one if it is missing, damaged, or of another environment."""
    try:
        value = read_checked(path)
        if value[0] != environment:
            return BuildLog(environment)
        files = {name: OutputRecord(identity, tuple(numbers), sha256) for name, (identity, numbers, sha256) in value[2].items()}
        return BuildLog(environment, dict(value[1]), files)
    except (OSError, ValueError, TypeError, LookupError):
        return BuildLog(environment)


def write_log(path: Path, log: BuildLog) -> None:
    files = {name: [record.identity, record.dependencies, record.sha256] for name, record in log.files.items()}
    write_checked(path, [log.environment, list(log.dependencies.items()), files])


def write_checked(path: Path, value: object) -> None:
    """Write `value` as JSON with a checksum, atomically. An OSError is ignored: the next build will do without."""
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    header = f"{FORMAT} {hashlib.blake2b(data, digest_size=16).hexdigest()}\n".encode()
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(header + data)
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)


def read_checked(path: Path) -> list:
    """The value that `write_checked` wrote. Raises OSError, or ValueError for a damaged file."""
    header, _, data = path.read_bytes().partition(b"\n")
    if header.decode() != f"{FORMAT} {hashlib.blake2b(data, digest_size=16).hexdigest()}":
        raise ValueError(f"{path} is damaged")
    return json.loads(data)


class BuildCache:
    """The cache in `folder` for builds into `output`. With `folder` None, nothing is read or saved."""

    def __init__(self, folder: Path | None, output: Path):
        self.folder = folder
        self.name = output_id(output)
        self.articles = ArticleCache(folder / "texts.sqlite") if folder else None
        self.stat_cache = StatCache(self.load_stats())

    def __enter__(self) -> BuildCache:
        return self

    def __exit__(self, *exception: object) -> None:
        if self.articles:
            self.articles.close()

    def path(self, name: str) -> Path:
        return self.folder / f"{name}-{self.name}.json"

    def load_stats(self) -> dict[str, tuple[StatSignature, str]]:
        if not self.folder:
            return {}
        try:
            return {path: (tuple(signature), key) for path, signature, key in read_checked(self.path("stats"))}
        except (OSError, ValueError, TypeError):
            return {}

    def load_log(self, environment: str) -> BuildLog:
        return read_log(self.path("log"), environment) if self.folder else BuildLog(environment)

    def file_hash(self, file: Path) -> str:
        """The SHA-256 of a file; it is read only if it changed."""
        signature = stat_signature(file)
        sha256 = self.stat_cache.lookup(file, signature)
        if sha256 is None:
            sha256 = sha256_of(file)
            self.stat_cache.remember(file, signature, sha256)
        return sha256

    def save(self, log: BuildLog, inputs: dict[str, StatSignature | None], files: Iterable[Path | str], state: list | None) -> None:
        """Save everything for the next build.

        `inputs`: signatures of folders and files, taken before these were read. `files`: all other files that the build
        read or wrote; their signatures are in the stat cache. `state`: see `build_state`; None makes the next build run
        in any case.
        """
        if not self.folder:
            return
        entries = {str(path): self.stat_cache.entries.get(str(path)) for path in files}
        self.stat_cache.entries = {path: entry for path, entry in entries.items() if entry}
        write_log(self.path("log"), log)
        write_checked(self.path("stats"), [(path, *entry) for path, entry in self.stat_cache.entries.items()])
        if state and all(entries.values()) and all(map(is_not_racy, inputs.values())):
            signatures = {**inputs, **{path: signature for path, (signature, _) in entries.items()}}
            write_checked(self.path("state"), [state, list(signatures.items())])
        else:
            self.path("state").unlink(missing_ok=True)


def build_state(environment: str, day: datetime.date, inputs: BuildInputs) -> list:
    """Everything but files that decides whether the output is up to date."""
    return [environment, day.isoformat(), tracking.content_hash(inputs)]


def unchanged_output(folder: Path, output: Path, state: list) -> list[str] | None:
    """The files of the output if it is up to date, else None.

    It is up to date if `state` and the stat signature of every input and output are those that the last build saved.
    """
    try:
        saved_state, signatures = read_checked(folder / f"state-{output_id(output)}.json")
        if saved_state != state or any(stat_signature(path) != tuple(signature) for path, signature in signatures):
            return None
        return [path for path, _ in signatures if path.startswith(f"{output}/")]
    except (OSError, ValueError, TypeError):
        return None


def output_id(output: Path) -> str:
    """A short name of an output folder for file names, since several outputs can share one cache folder."""
    return hashlib.blake2b(str(output).encode(), digest_size=8).hexdigest()


def wait_for_mtime_tick() -> None:
    """Wait until a further change of a file that was just written would change its times."""
    time.sleep(2 * FINE_TICK / 1e9)


@contextlib.contextmanager
def build_lock(folder: Path, output: Path) -> Iterator[None]:
    """Let only one build of `output` run at a time; others wait. The system releases the lock if the process dies."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"lock-{output_id(output)}", "a") as file:
        while not try_lock(file):
            time.sleep(0.05)
        yield


if os.name == "nt":
    import msvcrt

    def try_lock(handle) -> bool:
        """Lock an open file without waiting; returns whether it worked."""
        try:
            handle.seek(1 << 20)  # beyond the content, which other processes may read
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def try_lock(handle) -> bool:
        """Lock an open file without waiting; returns whether it worked."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
