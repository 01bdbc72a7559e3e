"""All texts together: read, grouped into works, and checked against each other."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from caravan.workers import Worker

from . import almanac, drawings, evidence
from .almanac import Almanac
from .checks import check_addresses, check_links, check_sources
from .evidence import Source
from .folder import Folder, look
from .links import DRAWINGS
from .many import Reading
from .places import Place, Rules
from .problems import ContentError, Problem, site_mistake, told
from .stamps import Stamp
from .stamps import look as look_at
from .text import Read, Text
from .works import Work, check_translations, gather

Key = tuple[str, str]  # kind and slug


@dataclass(frozen=True)
class Library:
    """Everything below content/, read. A library with errors must not become a site.

    `found` are the problems that were seen before texts are compared with each other. `stamps`: how each folder, and
    the list of sources, stood before it was read. `sources` is None where the list cannot be read.
    """

    works: dict[Key, Work]
    reads: dict[Place, Read]
    folder: Folder
    sources: dict[str, Source] | None
    rules: Rules
    day: datetime.date
    found: tuple[Problem, ...]
    stamps: dict[str, Stamp | None]
    drawings: dict[str, str] = field(default_factory=dict)
    almanac: Almanac = field(default_factory=Almanac)

    @property
    def files(self) -> dict[str, Path]:
        return self.folder.files

    @property
    def extra(self) -> dict[str, Path]:
        return self.folder.extra


def load(content: Path, rules: Rules, day: datetime.date, reading: Reading | None = None, staff: list[Worker] = ()) -> Library:
    """Read everything below `content`. Never raises for what an author wrote.

    `reading` may hold a store of what was read before; `staff` takes a share where there is much to read.
    """
    found: list[Problem] = []
    listed = {path: look_at(path) for path in (evidence.path(content), almanac.path(content))}
    try:
        sources = evidence.sources(content)
    except ContentError as error:
        sources, found = None, list(error.problems)
    except Exception as error:  # noqa: BLE001 - one file must not stop all others
        sources, found = None, [site_mistake(evidence.PATH, error)]
    folder = look(content, rules)
    reads = dict((reading or Reading()).read_all(folder.texts, staff, day.toordinal()))
    works = {key: work for key, (work, _) in gathered(reads).items() if work}
    listed.update((path, look_at(path)) for path in folder.drawings.values())
    drawn, wrong = drawings.read_all(folder.drawings)
    entries, slips = almanac.load(content)
    found += [*wrong, *slips]
    stamps = {**folder.stamps, **{str(path): stamp for path, stamp in listed.items() if stamp}}
    return Library(works, reads, folder, sources, rules, day, tuple(found), stamps, drawn, entries)


def gathered(reads: dict[Place, Read]) -> dict[Key, tuple[Work | None, list[Problem]]]:
    """The work of each folder, and what is wrong with it as a whole."""
    groups: dict[Key, list[Read]] = {}
    languages: dict[Key, set[str]] = {}
    for place, read in reads.items():
        groups.setdefault(place.work, []).append(read)
        languages.setdefault(place.work, set()).add(place.lang)
    return {key: one_work(key, [read.text for read in group if read.text], languages[key]) for key, group in sorted(groups.items())}


def one_work(key: Key, texts: list[Text], languages: set[str]) -> tuple[Work | None, list[Problem]]:
    try:
        return gather(texts, languages)
    except Exception as error:  # noqa: BLE001 - one text must not stop all others
        return None, [site_mistake(Place(*key, min(languages)).path, error)]


def with_read(library: Library, place: Place, read: Read) -> Library:
    """The library after the text at `place`, which it has, was read again; a broken one stays as it was."""
    read = replace(read, text=read.text or library.reads[place].text)
    reads = {**library.reads, place: read}
    [(key, (work, _))] = gathered({other: reads[other] for other in reads if other.work == place.work}).items()
    works = {**library.works, key: work} if work else {name: each for name, each in library.works.items() if name != key}
    return replace(library, reads=reads, works=works)


def problems(library: Library, warnings: bool = True) -> list[Problem]:
    """Everything that is wrong, sorted; what a build can do without, only where `warnings` are wanted."""
    every = {*library.found, *library.folder.problems}
    for place, read in library.reads.items():
        every.update(read.problems)
        every.update(told(place.path, check_sources, place, read.cited, library.sources))
    for _, wrong in gathered(library.reads).values():
        every.update(wrong)
    every.update(across(library))
    every.update(check_addresses(library.works, library.rules))
    every.update(told(almanac.PATH, almanac.check, library.almanac, library.rules.languages, library.works, library.sources))
    for work in library.works.values() if warnings else ():
        every.update(told(work.original.place.path, check_translations, work, library.rules))
    return sorted(problem for problem in every if warnings or problem.severity == "error")


def across(library: Library) -> Iterator[Problem]:
    """Links and citations that lead nowhere. Most texts ask for nothing that is not there, which is seen at once."""
    names = {name for name, _ in library.folder.drawings}
    drawn = [name for name in names if all((name, lang) in library.folder.drawings for lang in library.rules.languages)]
    files = [*library.files, *(f"{DRAWINGS}/{name}" for name in drawn)]
    for key, work in library.works.items():
        if not work.waits(library.day):
            files += [f"{'/'.join(key)}/{lang}.md" for lang in work.texts]
    there = {*(("file", path, "") for path in files), *(("source", name) for name in library.sources or ())}
    for work in library.works.values():
        for text in [*work.texts.values(), *work.drafts.values()]:
            if not text.asks <= there:
                yield from told(text.place.path, check_sources, text.place, text.cited, library.sources)
                yield from told(text.place.path, check_links, text, work.waits(library.day), library.works, library.folder, library.day)
