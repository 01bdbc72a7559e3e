"""What has been looked at: the inputs of a page, noted while it is made.

Whoever hands out something that can change says so here, with a fingerprint of what it handed out. A page whose
inputs all have the fingerprints of last time is the page of last time.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from contextvars import ContextVar

_notes: ContextVar[dict[str, str] | None] = ContextVar("notes", default=None)


def note(question: str, fingerprint: str) -> None:
    """Record that the answer to `question` was used, if anybody is recording in this thread."""
    notes = _notes.get()
    if notes is not None:
        notes[question] = fingerprint


def recorded() -> bool:
    """Whether anybody is recording in this thread: else nobody needs to work out a fingerprint."""
    return _notes.get() is not None


@contextlib.contextmanager
def recording() -> Iterator[dict[str, str]]:
    """Collect what is noted inside, by question."""
    notes: dict[str, str] = {}
    with noting_in(notes):
        yield notes


@contextlib.contextmanager
def noting_in(notes: dict[str, str] | None) -> Iterator[None]:
    """Note into `notes`; nowhere where it is None: for an answer that is made from many others and noted as a whole."""
    token = _notes.set(notes)
    try:
        yield
    finally:
        _notes.reset(token)


def fingerprint(value: object) -> str:
    """24 hexadecimal digits of the value's repr: for plain values, whose repr says everything."""
    data = value if isinstance(value, bytes) else repr(value).encode()
    return hashlib.blake2b(data, digest_size=12).hexdigest()
