"""The files in content/evidence/: sources that articles cite (sources.yaml), and the data of the front page (almanac.yaml)."""

from __future__ import annotations

import datetime
import functools
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from caravan.reading import front_matter
from caravan.reading.limits import READ_SECONDS, TEXT_BYTES, decode, time_limit
from caravan.reading.paths import is_below_link
from caravan.reading.problems import ContentError, Fault, Problem, format_message, site_mistake
from caravan.reading.schema import FrontMatter, PlainText, check_date_order, field_error, parse_date, require_list
from caravan.reading.translations import TranslationGroup
from caravan.reading.yaml_subset import YamlDocument, parse_yaml

SOURCES_PATH = "content/evidence/sources.yaml"
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ISSUED = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
WEB = re.compile(r"https?://[^\s<>\"]+")


def matching(pattern: re.Pattern, key: str) -> AfterValidator:
    """A validator that raises the error `key` for values that do not match `pattern`."""

    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise field_error(key, value=value)
        return value

    return AfterValidator(check)


def parse_bool(value: object) -> bool:
    if value not in ("true", "false"):
        raise field_error("field-choice", value=value, choices="true or false")
    return value == "true"


def check_partial_date(value: str) -> str:
    """Check a year, year-month or year-month-day against the calendar."""
    parse_date((value + "-01-01")[:10])
    return value


class Source(FrontMatter):
    """A source that articles cite. Field names follow CSL-JSON where it has them.

    `language` is that of the title. `issued` is a year, year-month or day, as precise as it is known. `title_given` is false
    if the title is the editors' description. `read_as` is how much of the source the editors could read.
    """

    id: Annotated[str, matching(ID, "source-id")]
    type: PlainText
    title: PlainText
    language: Annotated[str, matching(LANGUAGE, "source-language")] = "en"
    title_given: Annotated[bool, BeforeValidator(parse_bool)] = True
    author: PlainText | None = None
    publisher: PlainText | None = None
    container_title: PlainText | None = Field(None, alias="container-title")
    issued: Annotated[str, matching(ISSUED, "source-issued"), AfterValidator(check_partial_date)] | None = None
    url: Annotated[str, matching(WEB, "source-url")] | None = Field(None, alias="URL")
    read_as: Literal["full text", "excerpt only"]


class SourceList(FrontMatter):
    sources: tuple[Source, ...]


@functools.lru_cache(maxsize=4)
def _parse_sources(path: str, data: bytes) -> tuple[Source, ...]:
    document = parse_yaml(decode(data))
    value, faults = front_matter.validate(SourceList, document)
    seen: dict[str, int] = {}
    for index, source in enumerate(value.sources if value else ()):
        if source.id in seen:
            faults.append(Fault(document.line(("sources", index)), format_message("source-twice", id=source.id, line=seen[source.id])))
        seen.setdefault(source.id, document.line(("sources", index)))
    if faults:
        raise ContentError([Problem(path, fault.line, fault.message) for fault in faults])
    return value.sources


def sources_path(content: Path) -> Path:
    return content / "evidence" / "sources.yaml"


def read_sources_file(content: Path) -> bytes:
    """The bytes of sources.yaml. Raises OSError if it does not exist, Fault or ContentError if it is not a regular file."""
    file = sources_path(content)
    mode = file.lstat().st_mode
    if stat.S_ISDIR(mode):
        raise Fault(1, format_message("evidence-kind"))
    if is_below_link(file, content) or not stat.S_ISREG(mode):
        raise ContentError([])  # a symbolic link or a pipe, which `paths.scan` reports
    with open(file, "rb") as stream:
        return stream.read(TEXT_BYTES + 1)


def load_sources(content: Path) -> dict[str, Source]:
    """All sources by id; none if the file does not exist. Raises ContentError with every error in the file."""
    try:
        with time_limit(READ_SECONDS):
            return {source.id: source for source in _parse_sources(SOURCES_PATH, read_sources_file(content))}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        fault = Fault(1, format_message("file-unreadable", why=error.strerror))
    except Fault as error:
        fault = error
    raise ContentError([Problem(SOURCES_PATH, fault.line, fault.message)])


FRONT_PAGE_PATH = "content/evidence/almanac.yaml"
Ids = Annotated[tuple[PlainText, ...], BeforeValidator(require_list)]
EntryDay = Annotated[datetime.date, BeforeValidator(parse_date)]


class FigureText(FrontMatter):
    what: PlainText
    said: PlainText
    found: PlainText


class FigureEntry(FrontMatter):
    """A published figure and what the sources support. `text` (as kind/slug) discusses it, in the section with the id `mark`.

    `words` has the texts for each language. The text may be gone: then the figure has no link.
    """

    text: PlainText
    mark: PlainText
    sources: Ids
    words: dict[str, FigureText]

    @property
    def group_key(self) -> tuple[str, ...]:
        return tuple(self.text.split("/"))


class DatedEntry(FrontMatter):
    """A day, or a period up to `end`, with a text for each language in `words`. `summit`: these are the days of the summit."""

    start: EntryDay
    end: EntryDay | None = None
    summit: Annotated[bool, BeforeValidator(parse_bool)] = False
    sources: Ids
    words: dict[str, PlainText]

    @model_validator(mode="after")
    def check_end_after_start(self):
        check_date_order(self.start, self.end or self.start, "start", "end")
        return self


class FrontPageFile(FrontMatter):
    figures: tuple[FigureEntry, ...] = Field(())
    days: tuple[DatedEntry, ...] = Field(())


@dataclass(frozen=True)
class FrontPageData:
    """The contents of almanac.yaml; `lines` has the line of each entry, None if there is no valid file."""

    figures: tuple[FigureEntry, ...] = ()
    days: tuple[DatedEntry, ...] = ()
    lines: YamlDocument | None = field(default=None, repr=False, compare=False)


def front_page_file(content: Path) -> Path:
    return content / "evidence" / "almanac.yaml"


def load_front_page(content: Path) -> tuple[FrontPageData, list[Problem]]:
    """The data of the front page, empty if the file does not exist or is invalid, and the problems of the file."""
    file = front_page_file(content)
    if is_below_link(file, content) or not file.is_file():
        return FrontPageData(), []  # `paths.scan` reports anything that is not a regular file
    try:
        with open(file, "rb") as stream:
            data = stream.read(TEXT_BYTES + 1)
        document = with_empty_lists(parse_yaml(decode(data))) if data.strip() else YamlDocument({})
        value, faults = front_matter.validate(FrontPageFile, document)
    except OSError as error:
        value, faults = None, [Fault(1, format_message("file-unreadable", why=error.strerror))]
    except Fault as fault:
        value, faults = None, [fault]
    except Exception as error:  # noqa: BLE001 - an error in one file must not stop the others
        return FrontPageData(), [site_mistake(FRONT_PAGE_PATH, error)]
    data = FrontPageData(value.figures, value.days, document) if value else FrontPageData()
    return data, [Problem(FRONT_PAGE_PATH, fault.line, fault.message) for fault in faults]


def with_empty_lists(document: YamlDocument) -> YamlDocument:
    """The document with an empty list for each section without entries: somebody who deletes all entries leaves its name."""
    sections = {} if document.value is None else document.value
    if isinstance(sections, dict):
        sections = {name: [] if entries is None else entries for name, entries in sections.items()}
    return replace(document, value=sections)


def check_front_page(
    data: FrontPageData,
    languages: tuple[str, ...],
    groups: dict[tuple[str, str], TranslationGroup],
    sources: dict | None,
    day: datetime.date,
) -> Iterator[Problem]:
    """Report missing languages and unknown sources (unless the list of sources is invalid, None).

    Warn of figures whose text does not exist, is not public on `day`, or has no such section.
    """
    for section, entries in (("figures", data.figures), ("days", data.days)):
        for index, entry in enumerate(entries):
            for lang in languages:
                if lang not in entry.words:
                    line = data.lines.line((section, index, "words"))
                    yield Problem(FRONT_PAGE_PATH, line, format_message("almanac-words", lang=lang))
            for source_id in entry.sources if sources is not None else ():
                if source_id not in sources:
                    line = data.lines.line((section, index, "sources"))
                    yield Problem(FRONT_PAGE_PATH, line, format_message("source-unknown", name=source_id))
    for index, figure in enumerate(data.figures):
        group = groups.get(figure.group_key)
        if group is None or group.is_unpublished(day):
            line = data.lines.line(("figures", index, "text"))
            yield Problem(FRONT_PAGE_PATH, line, format_message("almanac-text", text=figure.text), "warning")
        elif figure.mark not in group.original.body_html.ids:
            line = data.lines.line(("figures", index, "mark"))
            yield Problem(FRONT_PAGE_PATH, line, format_message("almanac-mark", text=figure.text, mark=figure.mark), "warning")
