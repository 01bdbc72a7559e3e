"""One file becomes one checked text."""

from __future__ import annotations

import contextlib
import signal
import threading
from dataclasses import dataclass
from pathlib import Path

from . import depth, freshness, front_matter, typography
from .body import Body, BodyReader
from .freshness import Piece
from .limits import READ_SECONDS, TEXT_BYTES
from .messages import say
from .model import KINDS, TRANSLATIONS, Made, Words
from .places import Place
from .plain_yaml import Document
from .problems import Fault, Problem
from .source import decode

# Fields that are data, not words.
AS_TYPED = {"status", "formerly", "translated_from", "made_from"}


@dataclass(frozen=True)
class Text:
    """A text as it was read: `front` is an instance of its kind's model, with typeset words.

    `pieces` is its state, which translations are compared with. `lines` are those of the front matter's fields.
    """

    place: Place
    front: Words
    body: Body
    pieces: tuple[Piece, ...]
    lines: Document

    @property
    def is_original(self) -> bool:
        return not isinstance(self.front, Made)


def read(file: Path, place: Place, bodies: BodyReader) -> tuple[Text | None, list[Problem]]:
    """Read the file of the text at `place`. Returns the text (None if there is none to show) and its problems."""
    try:
        with open(file, "rb") as stream:
            data = stream.read(TEXT_BYTES + 1)
        with ceiling(READ_SECONDS):
            text, faults = _read(data, place, bodies)
    except OSError as error:
        text, faults = None, [Fault(1, say("file-unreadable", why=error.strerror))]
    except Fault as fault:
        text, faults = None, [fault]
    except (RecursionError, MemoryError):
        text, faults = None, [Fault(1, say("file-deep"))]
    return text, [Problem(place.path, fault.line, fault.message) for fault in faults]


def _read(data: bytes, place: Place, bodies: BodyReader) -> tuple[Text | None, list[Fault]]:
    source = decode(data)
    parts = front_matter.split(source)
    models = TRANSLATIONS if "translated_from" in parts.document.value else KINDS
    front, faults = front_matter.validate(models[place.kind], parts.document)
    depth.refuse(parts.body, parts.body_line)
    body, body_faults = bodies.read(parts.body, f"{place.kind}/{place.slug}", place.lang, parts.body_line)
    if not body.words and parts.document.value.get("status") != "draft":
        body_faults.append(Fault(min(parts.body_line, source.count("\n") + 1), say("body-empty")))
    if front is None:
        return None, faults + body_faults
    pieces = freshness.of_front(front) + body.pieces
    return Text(place, typeset(front, place.lang), body, pieces, parts.document), faults + body_faults


def typeset(front: Words, lang: str) -> Words:
    """The same front matter with printers' quotes and dashes in everything that readers see."""

    def words(value):
        if isinstance(value, str):
            return typography.of_plain(value, lang)
        if isinstance(value, tuple):
            return tuple(words(item) for item in value)
        if hasattr(value, "model_copy"):
            return typeset(value, lang)
        return value

    changed = {name: words(getattr(front, name)) for name in type(front).model_fields if name not in AS_TYPED}
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
    # Again every second: libraries may catch what is raised in the middle of them.
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
