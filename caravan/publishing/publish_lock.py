"""One publisher at a time in one clone. The system drops the lock with its process, so none is ever left behind."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from caravan.build.cache import try_lock
from caravan.git import PublishError

NAME = "caravan-publish.lock"
PATIENCE = 600.0  # seconds to wait for the other publisher


@contextlib.contextmanager
def publish_lock(folder: Path, tell: Callable[[str], None] = print, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock in `folder` (git's own, which all work trees of a clone share), waiting up to `patience` seconds.

    Raises PublishError where another publisher still works then, or the folder cannot be written to.
    """
    path = folder / NAME
    try:
        handle = open(path, "a+", encoding="ascii")
    except OSError as error:
        raise PublishError(
            f"{path} cannot be written ({error.strerror}), so nothing was published. Give yourself the right to write "
            "there, and free disk if it is full."
        ) from None
    with handle:
        if not try_lock(handle):
            tell(f"Another publisher ({holder(path)}) is at work in this clone; waiting until it has ended …")
            end = time.monotonic() + patience
            while not try_lock(handle):
                if time.monotonic() > end:
                    raise PublishError(
                        f"Another publisher ({holder(path)}) is still at work in this clone. Wait until it has ended, or "
                        "stop it, and run the command again."
                    )
                time.sleep(0.1)
        with contextlib.suppress(OSError):  # the number is for people alone; a full disk is told by what needs room
            handle.truncate(0)
            handle.write(str(os.getpid()))
            handle.flush()
        yield


def holder(path: Path) -> str:
    try:
        number = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        number = ""
    return f"process {number}" if number else "another process"
