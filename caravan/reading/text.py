"""A text as it was read: its words, where it leads, and what it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import trace
from .body import Body
from .freshness import Piece
from .limits import TEXT_BYTES
from .links import Target
from .model import Made, Words
from .places import Place
from .plain_yaml import Document
from .problems import Problem


Ask = tuple[str, ...]  # what must be there: ("source", id), or ("file", path below content/, mark or "")


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
    def asks(self) -> frozenset[Ask]:
        files = (("file", target.path, target.fragment) for target in self.targets if target.path)
        return frozenset([*files, *(("source", each.id) for each in self.cited)])


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

    `key` names its bytes and its place, `print` what its front matter says. `asks` holds what must be there.
    `linked` and `opened` bring the rest, which may have to be fetched.
    """

    place: Place
    file: Path
    front: Words
    key: str
    print: str
    asks: frozenset[Ask]
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


def bytes_of(file: Path) -> bytes:
    """The bytes of a file, and of one that is too large a little more than it may have. Raises OSError."""
    with open(file, "rb") as stream:
        return stream.read(TEXT_BYTES + 1)


def key_of(place: Place, data: bytes) -> str:
    """What decides how a text is read, but for our own code: its bytes and its place."""
    return trace.fingerprint(b"%s\0%s" % (place.path.encode(), data))
