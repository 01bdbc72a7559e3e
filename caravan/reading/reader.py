"""One file becomes one checked text."""

from __future__ import annotations

from pathlib import Path

from . import depth, freshness, front_matter, typography
from .body_reader import BodyReader
from .ceiling import ceiling
from .limits import READ_SECONDS
from .messages import say
from .model import KINDS, TRANSLATIONS, Words
from .places import Place
from .plain_yaml import Document
from .problems import Fault, Problem
from .source import decode
from .text import Cited, Inside, Links, Read, Text, bytes_of, key_of

# Fields that are data, not words.
AS_TYPED = {"status", "formerly", "translated_from", "made_from"}


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


def typeset(front: Words, lang: str) -> Words:
    """The same front matter with printers' quotes and dashes in everything that readers see."""

    def words(value, heading=False):
        if isinstance(value, str):
            return typography.of_plain(value, lang, heading)
        if isinstance(value, tuple):
            return tuple(words(item) for item in value)
        if hasattr(value, "model_copy"):
            return typeset(value, lang)
        return value

    changed = {name: words(getattr(front, name), name == "title") for name in type(front).model_fields if name not in AS_TYPED}
    return front.model_copy(update=changed)
