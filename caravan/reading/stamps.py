"""Whether a file is still the one that was read, told without opening it, as git tells it.

A file whose size, times and inode are those of last time is taken for unchanged, except where it was changed so
shortly before it was looked at that a further change could have left the same times.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

Stamp = tuple[int, int, int, int]
# How long two changes of a file can have the same time, in ns: a few ticks of the kernel; on file systems that keep
# whole seconds, the two seconds of FAT.
FINE, COARSE = 20_000_000, 2_000_000_000


def look(path: Path | str) -> Stamp | None:
    """The stamp of a file or folder, or None where there is none."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def settled(stamp: Stamp | None, now: int | None = None) -> bool:
    """Whether a change after this look would show in the stamp; `now` is time.time_ns() at the look."""
    if stamp is None:
        return False
    grain = FINE if stamp[1] % 1_000_000_000 else COARSE
    return max(stamp[1], stamp[2]) + grain < (now or time.time_ns())


class Stamps:
    """What is known of files: `known` holds stamp and key (or hash) of each, by path."""

    def __init__(self, known: dict[str, tuple[Stamp, str]] | None = None):
        self.known = known or {}

    def key(self, file: Path | str, stamp: Stamp | None) -> str | None:
        """The key under which the file was kept, if its stamp says that it is the same file still."""
        kept = self.known.get(str(file))
        return kept[1] if kept and kept[0] == stamp else None

    def keep(self, file: Path | str, stamp: Stamp | None, key: str) -> None:
        """Remember `key` for a file that had `stamp` before it was read."""
        if settled(stamp):
            self.known[str(file)] = (stamp, key)
        else:
            self.known.pop(str(file), None)
