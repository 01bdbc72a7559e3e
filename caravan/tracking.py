"""What has been looked at: the inputs of a page, noted while it is made.

Whoever hands out something that can change says so here, with a fingerprint of what it handed out. A page whose
inputs all have the fingerprints of last time is the page of last time.

Everything that pages ask of the site, each answer noted for the page that asked (see caravan.reading.trace).
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import TypeVar

_notes: ContextVar[dict[str, str] | None] = ContextVar("notes", default=None)


def track(dependency: str, fingerprint: str) -> None:
    """Record that the answer to `question` was used, if anybody is recording in this thread."""
    notes = _notes.get()
    if notes is not None:
        notes[dependency] = fingerprint


def is_tracking() -> bool:
    """Whether anybody is recording in this thread: else nobody needs to work out a fingerprint."""
    return _notes.get() is not None


@contextlib.contextmanager
def collect_dependencies() -> Iterator[dict[str, str]]:
    """Collect what is noted inside, by question."""
    notes: dict[str, str] = {}
    with _track_into(notes):
        yield notes


@contextlib.contextmanager
def _track_into(notes: dict[str, str] | None) -> Iterator[None]:
    """Note into `notes`; nowhere where it is None: for an answer that is made from many others and noted as a whole."""
    token = _notes.set(notes)
    try:
        yield
    finally:
        _notes.reset(token)


def content_hash(value: object) -> str:
    """24 hexadecimal digits of the value's repr: for plain values, whose repr says everything."""
    data = value if isinstance(value, bytes) else repr(value).encode()
    return hashlib.blake2b(data, digest_size=12).hexdigest()


Value = TypeVar("Value")
MISSING = "nothing"


class TrackedMapping(Mapping[object, Value]):
    """A mapping that notes what is looked up in it, also what is not there.

    `every` is the mapping without notes: for answers that are made from all of it, and for the list of pages.
    """

    def __init__(self, name: str, every: dict, print_of: Callable[[Value], str]):
        self.name, self.untracked, self.fingerprint_of = name, every, print_of
        self.fingerprints: dict[object, str] = {}

    def __getitem__(self, key: object) -> Value:
        self.track_key(key)
        return self.untracked[key]

    def track_key(self, key: object) -> None:
        if is_tracking():
            track(f"{self.name} {key_text(key)}", self.fingerprint(key))

    def fingerprint(self, key: object) -> str:
        if key not in self.fingerprints:
            self.fingerprints[key] = self.fingerprint_of(self.untracked[key]) if key in self.untracked else MISSING
        return self.fingerprints[key]

    def __contains__(self, key: object) -> bool:
        self.track_key(key)
        return key in self.untracked

    def __iter__(self) -> Iterator:
        raise TypeError(f"a page cannot walk through all of {self.name}: ask a question of the site")

    def __len__(self) -> int:
        return len(self.untracked)


def key_text(key: object) -> str:
    return "/".join(key) if isinstance(key, tuple) else str(key)


def tracked(method: Callable) -> Callable:
    """A method of the site whose answer is computed once, from whatever it needs, and noted as a whole.

    Its arguments are words without spaces, or whole numbers; its answer is a plain value.
    """

    @functools.wraps(method)
    def asked(self, *words):
        name = " ".join(["ask", method.__name__, *map(str, words)])
        if name not in self.tracked_results:
            with _track_into(None):
                value = method(self, *words)
            self.tracked_results[name] = value, content_hash(value)
        value, print = self.tracked_results[name]
        track(name, print)
        return value

    asked.is_tracked = True
    return asked


def current_hash(site, name: str) -> str:
    """The fingerprint of today's answer to what a page noted as `name`; one that never fits where nobody asks that."""
    kind, _, rest = name.partition(" ")
    if kind == "ask":
        method, *words = rest.split(" ")
        asked = getattr(type(site), method, None)
        if not getattr(asked, "is_tracked", False):
            return "unknown"
        try:
            asked(site, *(int(word) if word.isdigit() else word for word in words))
            return site.tracked_results[name][1]
        except (LookupError, TypeError, ValueError):
            return MISSING  # what it was about is gone, or another version asked it
    if kind == "inside":
        return site.cache_keys.get(rest, MISSING)
    if kind == "day":
        return site.today.isoformat()
    shelf = {"work": site.groups, "source": site.sources, "file": site.asset_files, "drawing": site.drawings}.get(kind)
    if shelf is None:
        return "unknown"
    return shelf.fingerprint(tuple(rest.split("/")) if kind == "work" else rest)
