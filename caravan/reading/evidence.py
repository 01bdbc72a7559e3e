"""The evidence files below content/evidence/: sources, one entry each, used by the texts that cite them."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from . import front_matter
from .fields import wrong
from .messages import say
from .model import Front, Plain
from .plain_yaml import parse
from .problems import ContentError, Fault, Problem
from .source import decode

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ISSUED = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
WEB = re.compile(r"https?://[^\s<>\"]+")


def shaped(pattern: re.Pattern, key: str):
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise wrong(key, value=value)
        return value

    return AfterValidator(check)


class Source(Front):
    """A source that texts cite, with the names of CSL-JSON where it has one.

    `language` is that of the title; `issued` is a year, year-month or day, as exactly as it is known. `title_given` is false where the title is the editors' description;
    `read_as` says how much of it the editors could read.
    """

    id: Annotated[str, shaped(ID, "source-id")]
    type: Plain
    title: Plain
    language: Annotated[str, shaped(LANGUAGE, "source-language")] = "en"
    title_given: Annotated[bool, BeforeValidator(lambda value: {"true": True, "false": False}.get(value, value))] = True
    author: Plain | None = None
    publisher: Plain | None = None
    container_title: Plain | None = Field(None, alias="container-title")
    issued: Annotated[str, shaped(ISSUED, "source-issued")] | None = None
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


def sources(content: Path) -> dict[str, Source]:
    """All sources by id. Raises ContentError, with every mistake in the file."""
    path = "content/evidence/sources.yaml"
    try:
        data = (content / "evidence" / "sources.yaml").read_bytes()
    except FileNotFoundError:
        return {}
    try:
        return {source.id: source for source in _parsed(path, data)}
    except Fault as fault:
        raise ContentError([Problem(path, fault.line, fault.message)]) from None
