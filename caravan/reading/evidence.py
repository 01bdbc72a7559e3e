"""Data files: in content/evidence/, sources and public contacts that articles cite, and the data of the front page (almanac.yaml);
in content/notice/, the notice above every page.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from caravan.reading import front_matter, schema
from caravan.reading.limits import NOTICE, READ_SECONDS, decode, time_limit
from caravan.reading.paths import ContentPath, is_below_link, read_limited
from caravan.reading.problems import Fault, Problem, format_message, problem_of
from caravan.reading.schema import Day, FrontMatter, LanguageCode, PlainText, SingleLine, TextList, YesNo
from caravan.reading.translations import Groups
from caravan.reading.yaml_subset import YamlDocument, parse_yaml

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ISSUED = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")


def check_partial_date(value: str) -> str:
    """Check a year, year-month or year-month-day against the calendar."""
    schema.parse_date((value + "-01-01")[:10])
    return value


WordsByLanguage = Annotated[dict[str, PlainText], Field(min_length=1)]


class Source(FrontMatter):
    """A source that articles cite. Field names follow CSL-JSON where it has them.

    `language` is that of the title. Where the editors do not know the title, `described` has their words for it in each
    language. `issued` is a year, year-month or day, as precise as it is known. `reposted_by`: who published the copy that was
    read, "unnamed" if nobody says. `url` is left out if the address is gone; `archived` is a copy in an archive, of the day
    `archived_on`. `read_as` is how much of the source the editors could read.
    """

    id: Annotated[str, schema.matching(ID, "source-id")]
    type: PlainText
    title: PlainText | None = None
    language: LanguageCode = "en"
    described: WordsByLanguage | None = None
    author: PlainText | None = None
    publisher: PlainText | None = None
    container_title: PlainText | None = Field(None, alias="container-title")
    issued: Annotated[str, schema.matching(ISSUED, "source-issued"), AfterValidator(check_partial_date)] | None = None
    reposted_by: PlainText | None = None
    url: Annotated[str, AfterValidator(schema.check_url)] | None = Field(None, alias="URL")
    archived: Annotated[str, AfterValidator(schema.check_url)] | None = None
    archived_on: Day | None = None
    read_as: Literal["full text", "excerpt only"]

    @model_validator(mode="after")
    def check_title(self):
        if (self.title is None) == (self.described is None):
            raise schema.field_error("source-title", "title", example="{en: A report on wages, es: Un informe sobre salarios}")
        return self


class SourceList(FrontMatter):
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class DataFile:
    """A data file: its validated content, None without a valid file, and its problems."""

    exists: bool
    value: FrontMatter | None = None
    document: YamlDocument | None = None
    problems: tuple[Problem, ...] = ()


def load_data_file(content: Path, path: str, model: type[FrontMatter]) -> DataFile:
    """Read and validate the data file `path`. Never raises for what an author wrote.

    A link or a pipe is never opened; for a link there is no problem here, since `paths.scan` reports it.
    """
    file = content.joinpath(*PurePosixPath(path).parts[1:])
    try:
        if is_below_link(file, content):
            return DataFile(True)
        if file.is_dir():
            raise Fault(1, format_message("evidence-folder"))
        data = read_limited(file)
        with time_limit(READ_SECONDS):
            return parse_data_file(path, data, model)
    except (FileNotFoundError, NotADirectoryError):
        return DataFile(False)
    except Exception as error:  # noqa: BLE001 - an error in one file must not stop the others
        return DataFile(True, problems=(problem_of(path, error),))


BODY_LINE = "the line below the second ---"


@functools.lru_cache(maxsize=16)  # the preview loads the files after each change of any file
def parse_data_file(path: str, data: bytes, model: type[FrontMatter]) -> DataFile:
    """Raises Fault for data that is not valid YAML. An empty file, and a section without entries, have no entries.

    Of Markdown, the front matter is the data, and what is below it is the value BODY_LINE.
    """
    if path.endswith(".md"):
        text = decode(data)
        if front_matter.FENCE not in text.split("\n"):
            raise Fault(1, format_message("notice-fields"))
        parts = front_matter.split_source(text)
        document = parts.document
        document.value[BODY_LINE] = parts.body.strip()
        blank_lines = len(parts.body) - len(parts.body.lstrip("\n")) if parts.body.strip() else 0
        document.lines[BODY_LINE,] = parts.body_line + blank_lines
    else:
        document = parse_yaml(decode(data)) if data.strip() else YamlDocument({})
        document.value = {} if document.value is None else document.value
        for section in [section for section in document.empty_paths if len(section) == 1]:  # of which somebody deleted all entries
            document.value[section[0]] = []
            document.empty_paths.remove(section)
    value, faults = front_matter.validate(model, document)
    return DataFile(True, value, document, tuple(Problem(path, fault.line, fault.message) for fault in faults))


SOURCES_PATH, CONTACTS_PATH = "content/evidence/sources.yaml", "content/evidence/contacts.yaml"
REMOVAL = "removal"  # the id of the contact for corrections and removals, which pages show even where no text cites it
# The contacts that are links: their form, and what a link begins with.
LINKED_CONTACTS = ((r"[^@\s/:]+@[^@\s/:]+", "mailto:"), (r"https://\S+", ""), (r"\+[\d ().-]+", "tel:"))


class Contact(FrontMatter):
    """What leads to somebody and is meant to be public: `what` is a phone number, an e-mail or web address, or a place.

    `whom`: who answers, and for whom, in each language. `source`: the page that makes it public. It holds up to `ends_on`.
    """

    id: Annotated[str, schema.matching(ID, "source-id")]
    what: PlainText
    whom: WordsByLanguage
    source: Annotated[str, AfterValidator(schema.check_url)]
    checked_on: Day
    ends_on: Day

    @property
    def href(self) -> str:
        """The link of an e-mail address, a web address or an international phone number, else ""."""
        prefix = next((prefix for form, prefix in LINKED_CONTACTS if re.fullmatch(form, self.what)), None)
        return "" if prefix is None else prefix + (re.sub(r"[ ().-]", "", self.what) if prefix == "tel:" else self.what)

    @model_validator(mode="after")
    def check_contact(self):
        schema.raise_all(schema.order_errors("checked_on", self.checked_on, "ends_on", self.ends_on))
        if self.what.startswith(("tel:", "mailto:")):
            raise schema.field_error("contact-form", "what", value=self.what.partition(":")[2])
        if self.href and (fault := schema.address_fault(self.href)):
            raise schema.field_error(fault, "what", link=self.what)
        return self


class ContactList(FrontMatter):
    contacts: tuple[Contact, ...] = ()


def load_sources(
    content: Path, languages: tuple[str, ...] = (), day: datetime.date = datetime.date.min
) -> tuple[dict[str, Source | Contact] | None, list[Problem]]:
    """All sources and contacts by id, None if they are not valid, and the problems of both files. Without files there are none.

    A contact that ended before `day` is an error, but can be cited. Words that one of `languages` lacks are a warning.
    """
    entries, places, problems, valid = {}, {}, [], True
    for path, model in ((SOURCES_PATH, SourceList), (CONTACTS_PATH, ContactList)):
        data = load_data_file(content, path, model)
        problems += data.problems
        valid = valid and (data.value is not None or not data.exists)
        for section, listed in data.value or ():
            for index, entry in enumerate(listed):
                line = data.document.line((section, index))
                if entry.id in entries:
                    valid = False
                    problems.append(Problem(path, line, format_message("source-twice", id=entry.id, **places[entry.id])))
                elif isinstance(entry, Contact) and entry.ends_on < day:
                    problems.append(Problem(path, line, format_message("contact-ended", day=entry.ends_on)))
                name, words = ("whom", entry.whom) if isinstance(entry, Contact) else ("described", entry.described)
                missing = [format_message("words-language", field=name, lang=lang) for lang in languages if words and lang not in words]
                problems += [Problem(path, line, message, "warning") for message in missing]
                entries[entry.id] = entry
                places.setdefault(entry.id, {"path": path, "line": line})
    return entries if valid else None, problems


FRONT_PAGE_PATH = "content/evidence/almanac.yaml"


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
    sources: TextList
    words: dict[str, FigureText]

    @property
    def group_key(self) -> tuple[str, ...]:
        return tuple(self.text.split("/"))


class DatedEntry(FrontMatter):
    """A day, or a period up to `end`, with a text for each language in `words`. `summit`: these are the days of the summit."""

    start: Day
    end: Day | None = None
    summit: YesNo = False
    sources: TextList
    words: dict[str, PlainText]

    @model_validator(mode="after")
    def check_end_after_start(self):
        schema.raise_all(schema.day_errors(self.start, self.end or self.start))
        return self


class FrontPageData(FrontMatter):
    """The contents of almanac.yaml. `promises`: what governments promised (`said`) and what was done of it (`found`)."""

    figures: tuple[FigureEntry, ...] = ()
    promises: tuple[FigureEntry, ...] = ()
    days: tuple[DatedEntry, ...] = ()


def check_front_page(
    file: DataFile, languages: tuple[str, ...], groups: Groups, files: Iterable[ContentPath], sources: dict | None, day: datetime.date
) -> Iterator[Problem]:
    """Report unknown sources (unless the list of sources is invalid, None), and entries without words.

    Warn of missing languages, and of figures whose text does not exist, is not public on `day`, or has no such section.
    `files`: of all texts, also of those with errors, which are not in `groups`.
    """

    def problem(key: str, *path: str | int, severity: str = "error", **values: str) -> Problem:
        return Problem(FRONT_PAGE_PATH, file.document.line(path), format_message(key, **values), severity)

    data, names = file.value or FrontPageData(), {path.group_key for path in files}
    for section, entries in data:
        for index, entry in enumerate(entries):
            for lang in languages:
                if lang not in entry.words:
                    yield problem("words-language", section, index, "words", severity="warning" if entry.words else "error", field="words", lang=lang)
            for source_id in entry.sources if sources is not None else ():
                if source_id not in sources:
                    yield problem("source-unknown", section, index, "sources", name=source_id)
            if not isinstance(entry, FigureEntry):
                continue
            group = groups.get(entry.group_key)
            if entry.group_key not in names or (group and group.is_unpublished(day)):
                yield problem("almanac-text", section, index, "text", severity="warning", text=entry.text)
            elif group and entry.mark not in group.original.body_html.ids:
                yield problem("almanac-mark", section, index, "mark", severity="warning", text=entry.text, mark=entry.mark)


class Notice(FrontMatter):
    """The notice above every page in one language. `until`: the last day that shows it; `link`: as in a text of this folder."""

    until: Day
    link: SingleLine | None = None
    text: Annotated[SingleLine, AfterValidator(schema.length(*NOTICE))] = Field(alias=BODY_LINE)


def notice_path(lang: str) -> str:
    return f"content/notice/{lang}.md"
