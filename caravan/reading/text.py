"""One file becomes one checked text."""

from __future__ import annotations

import contextlib
import signal
import threading
from dataclasses import dataclass

from . import front_matter, typography
from .body import Body, BodyReader
from .limits import READ_SECONDS
from .messages import say
from .model import KINDS, Words
from .places import Place
from .problems import Fault, Problem
from .source import decode


@dataclass(frozen=True)
class Text:
    """A text as it was read: `front` is an instance of its kind's model, with typeset words."""

    place: Place
    front: Words
    body: Body


def read(data: bytes, place: Place, bodies: BodyReader) -> tuple[Text | None, list[Problem]]:
    """Read the bytes of the file at `place`. Returns the text (None if there is none to show) and its problems."""
    try:
        with ceiling(READ_SECONDS):
            front, body, faults = _read(data, place, bodies)
    except Fault as fault:
        front, body, faults = None, None, [fault]
    except (RecursionError, MemoryError):
        front, body, faults = None, None, [Fault(1, say("file-deep"))]
    problems = [Problem(place.path, fault.line, fault.message) for fault in faults]
    return (Text(place, front, body) if front and body else None), problems


def _read(data: bytes, place: Place, bodies: BodyReader) -> tuple[Words | None, Body, list[Fault]]:
    parts = front_matter.split(decode(data))
    front, faults = front_matter.validate(KINDS[place.kind], parts.document)
    body, body_faults = bodies.read(parts.body, f"{place.kind}/{place.slug}", parts.body_line)
    if not body.words:
        body_faults.append(Fault(parts.body_line, say("body-empty")))
    return front and typeset(front), body, faults + body_faults


def typeset(front: Words) -> Words:
    """The same front matter with printers' quotes and dashes in everything that readers see."""

    def words(value):
        if isinstance(value, str):
            return typography.of_plain(value)
        if isinstance(value, tuple):
            return tuple(words(item) for item in value)
        if hasattr(value, "model_copy"):
            return typeset(value)
        return value

    changed = {name: words(getattr(front, name)) for name in type(front).model_fields if name not in ("status", "formerly")}
    return front.model_copy(update=changed)


@contextlib.contextmanager
def ceiling(seconds: float):
    """Give up on a text that takes longer than `seconds`, by raising Fault.

    Uses the interval timer, which Python has on POSIX and in the main thread only; elsewhere there is no ceiling.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(number, frame):
        raise Fault(1, say("file-slow", limit=seconds))

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
