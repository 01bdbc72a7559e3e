"""One file becomes one checked text."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import depth, freshness, front_matter, trace, typography
from .body import Body, BodyReader
from .freshness import Piece
from .limits import READ_SECONDS, TEXT_BYTES
from .links import Target
from .messages import say
from .model import KINDS, TRANSLATIONS, Made, Words
from .places import Place
from .plain_yaml import Document
from .problems import Fault, Problem
from .source import decode

# Fields that are data, not words.
AS_TYPED = {"status", "formerly", "translated_from", "made_from"}


@dataclass(frozen=True)
class Cited:
    """A source that a text cites, and the line where it does so first."""

    id: str
    line: int


@dataclass(frozen=True)
class Links:
    """Where a text leads: to files and marks, and to sources."""

    targets: tuple[Target, ...]
    cited: tuple[Cited, ...]

    @property
    def asks(self) -> frozenset[str]:
        paths = (f"{target.path}#{target.fragment}" if target.fragment else target.path for target in self.targets)
        return frozenset([*filter(None, (path for path in paths if not path.startswith("#"))), *(f"@{each.id}" for each in self.cited)])


@dataclass(frozen=True)
class Inside:
    """What only the text's own page and its translations need.

    `pieces` is its state, which translations are compared with. `lines` are those of the front matter's fields.
    """

    body: Body
    pieces: tuple[Piece, ...]
    lines: Document


@dataclass(frozen=True)
class Text:
    """A text as it was read: `front` is an instance of its kind's model, with typeset words.

    `key` names its bytes and its place, `print` what its front matter says. `asks` holds what must be there: sources
    as `@id`, files as `path` or `path#fragment`. `linked` and `opened` bring the rest, which may have to be fetched.
    """

    place: Place
    file: Path
    front: Words
    key: str
    print: str
    asks: frozenset[str]
    linked: Callable[[], Links] = field(repr=False, compare=False)
    opened: Callable[[], Inside] = field(repr=False, compare=False)

    @property
    def targets(self) -> tuple[Target, ...]:
        trace.note(f"inside {self.place.path}", self.key)
        return self.linked().targets

    @property
    def cited(self) -> tuple[Cited, ...]:
        trace.note(f"inside {self.place.path}", self.key)
        return self.linked().cited

    @property
    def inside(self) -> Inside:
        trace.note(f"inside {self.place.path}", self.key)
        return self.opened()

    @property
    def body(self) -> Body:
        return self.inside.body

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return self.inside.pieces

    @property
    def lines(self) -> Document:
        return self.inside.lines

    @property
    def is_original(self) -> bool:
        return not isinstance(self.front, Made)


@dataclass(frozen=True)
class Read:
    """What reading a file gave: the text, or None if there is none to show, and then what it would cite; its problems."""

    text: Text | None
    problems: list[Problem]
    cited: tuple[Cited, ...] = ()


def read(file: Path, place: Place, bodies: BodyReader) -> Read:
    """Read the file of the text at `place`."""
    cited: tuple[Cited, ...] = ()
    try:
        data = bytes_of(file)
        with ceiling(READ_SECONDS):
            text, faults, cited = _read(data, file, place, bodies)
    except OSError as error:
        text, faults = None, [Fault(1, say("file-unreadable", why=error.strerror))]
    except Fault as fault:
        text, faults = None, [fault]
    except (RecursionError, MemoryError):
        text, faults = None, [Fault(1, say("file-deep"))]
    problems = [Problem(place.path, fault.line, fault.message) for fault in faults]
    return Read(text, problems) if text else Read(None, problems, cited)


def bytes_of(file: Path) -> bytes:
    """The bytes of a file, and of one that is too large a little more than it may have. Raises OSError."""
    with open(file, "rb") as stream:
        return stream.read(TEXT_BYTES + 1)


def _read(data: bytes, file: Path, place: Place, bodies: BodyReader) -> tuple[Text | None, list[Fault], tuple[Cited, ...]]:
    source = decode(data)
    parts = front_matter.split(source)
    models = TRANSLATIONS if "translated_from" in parts.document.value else KINDS
    front, faults = front_matter.validate(models[place.kind], parts.document)
    depth.refuse(parts.body, parts.body_line)
    body, pieces, body_faults = bodies.read(parts.body, f"{place.kind}/{place.slug}", place.lang, parts.body_line)
    if not body.words and parts.document.value.get("status") != "draft":
        body_faults.append(Fault(min(parts.body_line, source.count("\n") + 1), say("body-empty")))
    cited = tuple(Cited(name, bodies.line_of(f"[@{name}]")) for name in body.cited)
    if front is None:
        return None, faults + body_faults, cited
    inside = Inside(body, freshness.of_front(front) + pieces, Document(None, parts.document.lines))
    key, links = key_of(place, data), Links(body.targets, cited)
    text = Text(place, file, typeset(front, place.lang), key, key, links.asks, lambda: links, lambda: inside)
    return text, faults + body_faults, cited


def key_of(place: Place, data: bytes) -> str:
    """What decides how a text is read, but for our own code: its bytes and its place."""
    return trace.fingerprint(b"%s\0%s" % (place.path.encode(), data))


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
