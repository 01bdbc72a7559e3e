"""A text that was read, as bytes that can be kept, and back.

JSON and nothing that runs: what comes from a file that others may have touched becomes plain values, or is refused.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path

from . import model, trace
from .body import Body, Heading
from .freshness import Piece
from .links import Target
from .model import Front
from .places import Place
from .plain_yaml import Document
from .store import Record
from .text import Cited, Inside, Links, Text


class NoRecord(ValueError):
    """These bytes are not a record that this version has written."""


def record(text: Text) -> Record:
    inside = text.inside
    body = inside.body
    links = [
        [[target.path, target.fragment, target.written, target.line] for target in text.targets],
        [[cited.id, cited.line] for cited in text.cited],
    ]
    asks = written(sorted(text.asks))
    kept = [
        list(body.parts),
        [[heading.level, heading.id, heading.text] for heading in body.headings],
        sorted(body.ids),
        body.words,
        [[piece.print, piece.mark, piece.name, piece.line] for piece in inside.pieces],
        [[list(path), line] for path, line in inside.lines.lines.items()],
    ]
    return Record(b"\n".join([written(frozen(text.front)), asks, written(links)]), written(kept))


def written(value: object) -> bytes:
    """One line of JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def text_of(place: Place, file: Path, key: str, card: bytes, opened: Callable[[], Inside]) -> Text:
    """The text of a record; `opened` is called for its inside when somebody asks. Raises NoRecord."""
    try:
        front, asks, links = card.split(b"\n")
        asked = frozenset(map(tuple, json.loads(asks)))
        print = trace.fingerprint(front)
        return Text(place, file, thawed(json.loads(front)), key, print, asked, lambda: links_of(links), opened)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NoRecord(str(error)) from None


def links_of(links: bytes) -> Links:
    targets, cited = json.loads(links)
    return Links(tuple(Target(*target) for target in targets), tuple(Cited(*each) for each in cited))


def inside_of(text: Text, kept: bytes) -> Inside:
    """Raises NoRecord."""
    try:
        parts, headings, ids, words, pieces, lines = json.loads(kept)
        body = Body(
            tuple(parts), text.targets, tuple(Heading(*heading) for heading in headings),
            tuple(cited.id for cited in text.cited), frozenset(ids), words,
        )  # fmt: skip
        places = {tuple(path): line for path, line in lines}
        return Inside(body, tuple(Piece(*piece) for piece in pieces), Document(None, places))
    except (ValueError, TypeError) as error:
        raise NoRecord(str(error)) from None


def frozen(value: object) -> object:
    """A value of front matter for JSON: models and days are marked as what they are."""
    if isinstance(value, Front):
        return {type(value).__name__: {name: frozen(getattr(value, name)) for name in type(value).model_fields}}
    if isinstance(value, datetime.date):
        return {"date": value.isoformat()}
    if isinstance(value, tuple):
        return [frozen(part) for part in value]
    return value


def thawed(value: object) -> object:
    """What `frozen` made, as it was. Values were checked when the text was read."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict):
        [(name, inner)] = value.items()
        if name == "date":
            return datetime.date.fromisoformat(inner)
        kind = getattr(model, name)
        if not issubclass(kind, Front) or set(inner) != set(kind.model_fields):
            raise NoRecord(name)
        return kind.model_construct(**{field: thawed(part) for field, part in inner.items()})
    if isinstance(value, list):
        return tuple(thawed(part) for part in value)
    return value
