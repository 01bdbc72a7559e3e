"""The files of a built site as they are about to leave: read once, with what git and the manifest call them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .git import PublishError


@dataclass(frozen=True)
class File:
    """`blob`: the id that git gives these bytes. `path`: below the site, with forward slashes."""

    path: str
    blob: str
    sha256: str
    size: int


def read(folder: Path, object_format: str, look=None) -> dict[str, File]:
    """Every file below `folder` by path. `look(path, data)` sees each one's bytes on the way.

    Links are not followed and not read: refuse them first (`names.py`). Raises PublishError for what cannot be read.
    """
    found = {}
    for path in walk(folder):
        try:
            data = (folder / path).read_bytes()
        except OSError as error:
            raise PublishError(f"{folder / path} cannot be read ({error.strerror}). Build the site again.") from None
        blob = hashlib.new(object_format, b"blob %d\0" % len(data), usedforsecurity=False)
        blob.update(data)
        found[path] = File(path, blob.hexdigest(), hashlib.sha256(data).hexdigest(), len(data))
        if look:
            look(path, data)
    return found


def walk(folder: Path) -> Iterator[str]:
    """The paths of all that is not a folder, links and devices too, in a fixed order."""
    for where, folders, files in os.walk(folder):
        folders.sort()
        links = [name for name in folders if os.path.islink(os.path.join(where, name))]
        for name in sorted(files + links):
            yield os.path.relpath(os.path.join(where, name), folder).replace(os.sep, "/")
