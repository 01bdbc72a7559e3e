"""Locks of files and folders between processes; the operating system releases them when the process ends."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

if os.name == "nt":
    import msvcrt

    def open_lock(folder: Path) -> int:
        """The descriptor of a file to lock for `folder`, since Windows cannot lock folders."""
        name = hashlib.sha256(str(folder.resolve()).casefold().encode()).hexdigest()[:16]
        return os.open(Path(tempfile.gettempdir()) / f"caravan-{name}.lock", os.O_RDWR | os.O_CREAT)

    def try_lock(descriptor: int) -> bool:
        """Lock an open file without waiting; returns whether it worked."""
        try:
            os.lseek(descriptor, 1 << 20, os.SEEK_SET)  # beyond the content, which other processes may read
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def open_lock(folder: Path) -> int:
        """The descriptor of `folder`, to lock it."""
        return os.open(folder, os.O_RDONLY)

    def try_lock(descriptor: int) -> bool:
        """Lock an open file without waiting; returns whether it worked."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
