"""Whether a file is still the one that was read, told without opening it, as git tells it.

A file whose size, times and inode are those of last time counts as unchanged, except where it was changed so shortly
before the look that a further change could have left the same times.

What each file of the output was made from, kept from one build to the next.

A record that is damaged, or that another version wrote, counts as none: then everything is printed.

The folder that builds leave for the next one: what was read, what was printed from what, how files stood.

It may be deleted at any time. Whatever in it is damaged counts as not there.
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

# How long two changes of a file can have the same time, in ns: a few ticks of the kernel; on file systems that keep
# whole seconds, the two seconds of FAT.
FINE_TICK, COARSE_TICK = 20_000_000, 2_000_000_000


def is_not_racy(stamp: StatSignature | None, now: int | None = None) -> bool:
    """Whether a change after this look would show in the stamp; `now` is time.time_ns() at the look."""
    if stamp is None:
        return False
    grain = FINE_TICK if stamp[1] % 1_000_000_000 else COARSE_TICK
    return max(stamp[1], stamp[2]) + grain < (now or time.time_ns())


class StatCache:
    """What is known of files: `known` holds stamp and key (or hash) of each, by path."""

    def __init__(self, known: dict[str, tuple[StatSignature, str]] | None = None):
        self.entries = known or {}

    def lookup(self, file: Path | str, stamp: StatSignature | None) -> str | None:
        """The key under which the file was kept, if its stamp says that it is the same file still."""
        kept = self.entries.get(str(file))
        return kept[1] if kept and kept[0] == stamp else None

    def remember(self, file: Path | str, stamp: StatSignature | None, key: str) -> None:
        """Remember `key` for a file that had `stamp` before it was read."""
        if is_not_racy(stamp):
            self.entries[str(file)] = (stamp, key)
        else:
            self.entries.pop(str(file), None)


def sha256_of(path: Path | str) -> str:
    """The SHA-256 of a file's bytes."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


FORMAT = "1"  # of the record; goes up when its shape changes


@dataclass(frozen=True)
class OutputRecord:
    """A file of the output: what it is (see Document), what it asked (positions in `questions`), its SHA-256."""

    identity: str
    dependencies: tuple[int, ...]
    sha256: str


@dataclass
class BuildLog:
    """`base` stands for settings, theme, code and packages: where it differs, nothing here is of use."""

    environment: str
    dependencies: dict[str, str] = field(default_factory=dict)
    files: dict[str, OutputRecord] = field(default_factory=dict)

    def with_files(self, files: dict[str, tuple[str, dict[str, str], str]]) -> BuildLog:
        """A record of `files` alone: for each its identity, what it noted, and its SHA-256."""
        made = BuildLog(self.environment)
        numbers: dict[str, int] = {}
        for save_as, (identity, notes, sha256) in files.items():
            made.dependencies.update(notes)
            asked = tuple(numbers.setdefault(name, len(numbers)) for name in notes)
            made.files[save_as] = OutputRecord(identity, asked, sha256)
        made.dependencies = {name: made.dependencies[name] for name in numbers}
        return made

    def dependencies_of(self, save_as: str, names: list[str]) -> dict[str, str]:
        """What a file noted; `names` are those of all questions."""
        return {names[number]: self.dependencies[names[number]] for number in self.files[save_as].dependencies}


def load_log(path: Path, base: str) -> BuildLog:
    """The record at `path`, or an empty one where there is none for `base`."""
    try:
        value = read_checked(path)
        if value[0] != base:
            return BuildLog(base)
        files = {name: OutputRecord(identity, tuple(asked), sha256) for name, (identity, asked, sha256) in value[2].items()}
        return BuildLog(base, dict(value[1]), files)
    except (OSError, ValueError, TypeError, LookupError):
        return BuildLog(base)


def save_log(path: Path, prints: BuildLog) -> None:
    files = {name: [each.identity, each.dependencies, each.sha256] for name, each in prints.files.items()}
    write_checked(path, [prints.environment, list(prints.dependencies.items()), files])


def write_checked(path: Path, value: object) -> None:
    """Write a plain value with its checksum; a kill in the middle leaves what was there. Failing is no harm."""
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    head = f"{FORMAT} {hashlib.blake2b(data, digest_size=16).hexdigest()}\n".encode()
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(head + data)
        os.replace(fresh, path)
    except OSError:
        fresh.unlink(missing_ok=True)


def read_checked(path: Path) -> list:
    """What `seal` has written. Raises OSError or ValueError."""
    head, _, data = path.read_bytes().partition(b"\n")
    if head.decode() != f"{FORMAT} {hashlib.blake2b(data, digest_size=16).hexdigest()}":
        raise ValueError(f"{path} is damaged")
    return json.loads(data)


class BuildCache:
    """`folder` is where things are kept, or None to keep nothing; `output` is the output that they are about."""

    def __init__(self, folder: Path | None, output: Path):
        self.folder, self.output = folder, output
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
        try:
            return {path: (tuple(stamp), key) for path, stamp, key in read_checked(self.path("stamps"))} if self.folder else {}
        except (OSError, ValueError, TypeError):
            return {}

    def load_log(self, base: str) -> BuildLog:
        return load_log(self.path("prints"), base) if self.folder else BuildLog(base)

    def file_hash(self, file: Path) -> str:
        """The SHA-256 of a file that is published as it is."""
        stamp = stat_signature(file)
        known = self.stat_cache.lookup(file, stamp)
        if known is None:
            known = sha256_of(file)
            self.stat_cache.remember(file, stamp, known)
        return known

    def save(self, made: BuildLog, inputs: dict[str, StatSignature | None], files: Iterable[Path | str], state: list | None) -> None:
        """Keep what the next build can use.

        `inputs` are the stamps of folders and files that were taken before these were read, `files` are all others
        that the output depends on or consists of: their stamps are known. `state` is what else the next build compares; None: it looks through everything again.
        """
        if not self.folder:
            return
        known = {str(path): self.stat_cache.entries.get(str(path)) for path in files}
        self.stat_cache.entries = {path: entry for path, entry in known.items() if entry}
        save_log(self.path("prints"), made)
        write_checked(self.path("stamps"), [(path, *entry) for path, entry in self.stat_cache.entries.items()])
        if state and all(known.values()) and all(map(is_not_racy, inputs.values())):
            every = {**inputs, **{path: stamp for path, (stamp, _) in known.items()}}
            write_checked(self.path("state"), [state, list(every.items())])
        else:
            self.path("state").unlink(missing_ok=True)


def build_state(base: str, day: datetime.date, inputs: BuildInputs) -> list:
    """What decides, beside the files, whether there is anything to build."""
    return [base, day.isoformat(), tracking.content_hash(inputs)]


def unchanged_output(folder: Path, output: Path, state: list) -> list[str] | None:
    """The files of the output, if a build would find `state`, every input and all of these as the last one left them."""
    try:
        kept, stamps = read_checked(folder / f"state-{output_id(output)}.json")
        if kept != state or any(stat_signature(path) != tuple(stamp) for path, stamp in stamps):
            return None
        return [path for path, _ in stamps if path.startswith(f"{output}/")]
    except (OSError, ValueError, TypeError):
        return None


def output_id(output: Path) -> str:
    """A short name for an output folder: several can share one store."""
    return hashlib.blake2b(str(output).encode(), digest_size=8).hexdigest()


def wait_for_mtime_tick() -> None:
    """Wait until a change of the files that were just written would show in their times."""
    time.sleep(2 * FINE_TICK / 1e9)


@contextlib.contextmanager
def build_lock(folder: Path, output: Path) -> Iterator[None]:
    """Keep a second build of the same output waiting until this one is done; the lock goes with the process."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"lock-{output_id(output)}", "a") as file:
        while not try_lock(file):
            time.sleep(0.05)
        yield


if os.name == "nt":
    import msvcrt

    def try_lock(handle) -> bool:
        try:
            handle.seek(1 << 20)  # far behind the number, which others may read
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def try_lock(handle) -> bool:
        """Try to take the lock; whether it is ours now."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
