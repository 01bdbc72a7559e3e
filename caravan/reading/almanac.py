"""What the front page tells of itself: figures that were weighed, and the days around the last call."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from . import front_matter
from .evidence import truth
from .fields import a_day, a_day_order, a_list
from .limits import TEXT_BYTES
from .messages import say
from .model import Front, Plain
from .plain_yaml import Document, parse
from .problems import Fault, Problem, site_mistake
from .source import decode
from .works import Work

PATH = "content/evidence/almanac.yaml"
Ids = Annotated[tuple[Plain, ...], BeforeValidator(a_list)]
Day = Annotated[datetime.date, BeforeValidator(a_day)]


class FigureWords(Front):
    what: Plain
    said: Plain
    found: Plain


class Figure(Front):
    """A figure that was said, and what was found; weighed in the section `mark` of the text `kind/slug`."""

    text: Plain
    mark: Plain
    sources: Ids
    words: dict[str, FigureWords]


class Noted(Front):
    """A day, or days up to `end`, of which something is known. `summit`: whether they are those of the summit."""

    start: Day
    end: Day | None = None
    summit: Annotated[bool, BeforeValidator(truth)] = False
    sources: Ids
    words: dict[str, Plain]

    @model_validator(mode="after")
    def end_later(self):
        a_day_order(self.start, self.end or self.start, "start", "end")
        return self


class Entries(Front):
    figures: tuple[Figure, ...] = Field(())
    days: tuple[Noted, ...] = Field(())


@dataclass(frozen=True)
class Almanac:
    """`lines`: where each entry stands in the file."""

    figures: tuple[Figure, ...] = ()
    days: tuple[Noted, ...] = ()
    lines: Document | None = field(default=None, repr=False, compare=False)


def path(content: Path) -> Path:
    return content / "evidence" / "almanac.yaml"


def load(content: Path) -> tuple[Almanac, list[Problem]]:
    """The almanac below `content`, empty where there is none, and what is wrong with its form."""
    file = path(content)
    if file.is_symlink() or not file.is_file():
        return Almanac(), []  # what is no file is named with everything else below content/
    try:
        with open(file, "rb") as stream:
            document = parse(decode(stream.read(TEXT_BYTES + 1)))
        value, faults = front_matter.validate(Entries, document)
    except OSError as error:
        value, faults = None, [Fault(1, say("file-unreadable", why=error.strerror))]
    except Fault as fault:
        value, faults = None, [fault]
    except Exception as error:  # noqa: BLE001 - one file must not stop all others
        return Almanac(), [site_mistake(PATH, error)]
    almanac = Almanac(value.figures, value.days, document) if value else Almanac()
    return almanac, [Problem(PATH, fault.line, fault.message) for fault in faults]


def check(
    almanac: Almanac, languages: tuple[str, ...], works: dict[tuple[str, str], Work], sources: dict | None
) -> Iterator[Problem]:
    """Words for every language, sources (None where their list is broken) and sections that exist."""
    for kind, group in (("figures", almanac.figures), ("days", almanac.days)):
        for index, entry in enumerate(group):
            for lang in languages:
                if lang not in entry.words:
                    yield Problem(PATH, almanac.lines.line((kind, index, "words")), say("almanac-words", lang=lang))
            for name in entry.sources if sources is not None else ():
                if name not in sources:
                    yield Problem(PATH, almanac.lines.line((kind, index, "sources")), say("source-unknown", name=name))
    for index, figure in enumerate(almanac.figures):
        work = works.get(tuple(figure.text.split("/")))
        if work is None or figure.mark not in work.original.body.ids:
            line = almanac.lines.line(("figures", index, "text"))
            yield Problem(PATH, line, say("almanac-text", text=figure.text, mark=figure.mark))
