"""The evidence files below content/evidence/: sources, one entry each, used by the texts that cite them."""

from __future__ import annotations

import functools
import re
import stat
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from . import front_matter
from .ceiling import ceiling
from .fields import a_day, wrong
from .limits import READ_SECONDS, TEXT_BYTES
from .messages import say
from .model import Front, Plain
from .plain_yaml import parse
from .problems import ContentError, Fault, Problem
from .source import decode

PATH = "content/evidence/sources.yaml"
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ISSUED = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
WEB = re.compile(r"https?://[^\s<>\"]+")


def shaped(pattern: re.Pattern, key: str):
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise wrong(key, value=value)
        return value

    return AfterValidator(check)


def truth(value: object) -> bool:
    if value not in ("true", "false"):
        raise wrong("field-choice", value=value, choices="true or false")
    return value == "true"


def a_real_time(value: str) -> str:
    """A year, month or day that the calendar has."""
    a_day((value + "-01-01")[:10])
    return value


class Source(Front):
    """A source that texts cite, with the names of CSL-JSON where it has one.

    `language` is that of the title; `issued` is a year, year-month or day, as exactly as it is known.
    `title_given` is false where the title is the editors' description;
    `read_as` says how much of it the editors could read.
    """

    id: Annotated[str, shaped(ID, "source-id")]
    type: Plain
    title: Plain
    language: Annotated[str, shaped(LANGUAGE, "source-language")] = "en"
    title_given: Annotated[bool, BeforeValidator(truth)] = True
    author: Plain | None = None
    publisher: Plain | None = None
    container_title: Plain | None = Field(None, alias="container-title")
    issued: Annotated[str, shaped(ISSUED, "source-issued"), AfterValidator(a_real_time)] | None = None
    url: Annotated[str, shaped(WEB, "source-url")] | None = Field(None, alias="URL")
    read_as: Literal["full text", "excerpt only"]


class Sources(Front):
    sources: tuple[Source, ...]


@functools.lru_cache(maxsize=4)
def _parsed(path: str, data: bytes) -> tuple[Source, ...]:
    document = parse(decode(data))
    value, faults = front_matter.validate(Sources, document)
    seen: dict[str, int] = {}
    for index, source in enumerate(value.sources if value else ()):
        if source.id in seen:
            faults.append(Fault(document.line(("sources", index)), say("source-twice", id=source.id, line=seen[source.id])))
        seen.setdefault(source.id, document.line(("sources", index)))
    if faults:
        raise ContentError([Problem(path, fault.line, fault.message) for fault in faults])
    return value.sources


def path(content: Path) -> Path:
    return content / "evidence" / "sources.yaml"


def opened(content: Path) -> bytes:
    """The bytes of the list. Raises OSError where there is none, Fault or ContentError where it is no file."""
    file = path(content)
    mode = file.lstat().st_mode
    if stat.S_ISDIR(mode):
        raise Fault(1, say("evidence-kind"))
    if file.parent.is_symlink() or not stat.S_ISREG(mode):
        raise ContentError([])  # a link or a pipe, which `folder` names
    with open(file, "rb") as stream:
        return stream.read(TEXT_BYTES + 1)


def sources(content: Path) -> dict[str, Source]:
    """All sources by id. Raises ContentError, with every mistake in the file."""
    try:
        with ceiling(READ_SECONDS):
            return {source.id: source for source in _parsed(PATH, opened(content))}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        fault = Fault(1, say("file-unreadable", why=error.strerror))
    except Fault as found:
        fault = found
    raise ContentError([Problem(PATH, fault.line, fault.message)])
