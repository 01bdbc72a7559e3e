"""A lock that lets one publisher at a time work in a clone.

The operating system releases it when the process ends, so a killed publisher leaves no lock behind.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from caravan.build.output import try_lock
from caravan.git import PublishError

LOCK_NAME = "caravan-publish.lock"
LOCK_TIMEOUT = 600.0  # seconds


@contextlib.contextmanager
def publish_lock(folder: Path, echo: Callable[[str], None] = print, timeout: float = LOCK_TIMEOUT) -> Iterator[None]:
    """Hold the lock in `folder`, waiting up to `timeout` seconds for it.

    `folder` is git's common folder, which all work trees of a clone share. Raises PublishError if another publisher
    still holds the lock after `timeout`, or the folder is not writable.
    """
    path = folder / LOCK_NAME
    try:
        file = open(path, "a+", encoding="ascii")
    except OSError as error:
        raise PublishError(
            f"{path} cannot be written ({error.strerror}), so nothing was published. Make the folder writable, and free "
            "some space if the disk is full."
        ) from None
    with file:
        if not try_lock(file.fileno()):
            echo(f"Another publisher ({holder(path)}) is running in this clone; waiting for it to finish …")
            end = time.monotonic() + timeout
            while not try_lock(file.fileno()):
                if time.monotonic() > end:
                    raise PublishError(
                        f"Another publisher ({holder(path)}) is still running in this clone. Wait for it to finish, or "
                        "stop it, and run the command again."
                    )
                time.sleep(0.1)
        with contextlib.suppress(OSError):  # the process id is only shown to people; a full disk is reported later
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
        yield


def holder(path: Path) -> str:
    """The process that holds the lock, for messages."""
    try:
        process_id = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        process_id = ""
    return f"process {process_id}" if process_id else "another process"
