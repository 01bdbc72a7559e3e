"""All texts together: grouped into works, with the links between them checked."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from caravan.workers import Worker

from . import evidence
from .evidence import Source
from .folder import Folder, look
from .limits import HINTS
from .links import Target
from .many import Reading
from .messages import say
from .places import Place, Rules
from .problems import ContentError, Problem
from .stamps import Stamp
from .stamps import look as look_at
from .text import Cited, Text
from .works import Work, check_translations, gather


@dataclass
class Library:
    """Everything below content/, read. `problems` is sorted; a library with errors must not become a site.

    `stamps`: how each folder, and the list of sources, stood before it was read.
    """

    works: dict[tuple[str, str], Work]
    files: dict[str, Path]
    extra: dict[str, Path]
    sources: dict[str, Source]
    problems: list[Problem]
    stamps: dict[str, Stamp | None] = field(default_factory=dict)


def load(
    content: Path, rules: Rules, day: datetime.date, reading: Reading | None = None, staff: list[Worker] = (), wanted: bool = True
) -> Library:
    """Read and check everything below `content`. Never raises for what an author wrote.

    `reading` may hold a store of what was read before; `staff` takes a share where there is much to read. Warnings
    are looked for where they are `wanted`; a build does without.
    """
    problems: list[Problem] = []
    listed = look_at(evidence.path(content))
    try:
        sources = evidence.sources(content)
    except ContentError as error:
        sources, problems = None, list(error.problems)
    folder = look(content, rules)
    problems += folder.problems
    texts: dict[tuple[str, str], list[Text]] = {}
    languages: dict[tuple[str, str], set[str]] = {}
    for place, read in (reading or Reading()).read_all(folder.texts, staff, day.toordinal()):
        problems += read.problems
        # With a broken list of sources every citation would be called unknown: the list is the one thing to mend.
        problems += check_sources(place, read.cited, sources) if sources is not None else ()
        texts.setdefault(place.work, []).extend([read.text] if read.text else [])
        languages.setdefault(place.work, set()).add(place.lang)
    works = {}
    for key, group in sorted(texts.items()):
        work, found = gather(group, languages[key])
        problems += found
        if work:
            works[key] = work
    problems += [problem for work in works.values() for problem in check_links(work, works, folder, day)]
    if wanted:
        problems += [problem for work in works.values() for problem in check_translations(work, rules)]
    problems += list(check_addresses(works, rules))
    stamps = {**folder.stamps, **({str(evidence.path(content)): listed} if listed else {})}
    return Library(works, folder.files, folder.extra, sources or {}, sorted(set(problems)), stamps)


def check_sources(place: Place, cited: tuple[Cited, ...], sources: dict[str, Source]) -> Iterator[Problem]:
    """Every source that a text cites must be in the list."""
    for each in cited:
        if each.id not in sources:
            yield Problem(place.path, each.line, say("source-unknown", name=each.id))


def check_links(work: Work, works: dict, folder: Folder, day: datetime.date) -> list[Problem]:
    """Every link of a work must lead to a text that exists, to a mark in it, or to a file."""
    found = []
    for text in [*work.texts.values(), *work.drafts.values()]:
        for target in text.targets:
            message = wrong_link(target, work.waits(day), works, folder, day, hint=len(found) < HINTS)
            if message:
                found.append(Problem(text.place.path, target.line, message))
            elif untranslated(target, works):
                message = say("link-untranslated", link=target.written)
                found.append(Problem(text.place.path, target.line, message, "warning"))
    return found


def check_addresses(works: dict[tuple[str, str], Work], rules: Rules) -> Iterator[Problem]:
    """No former address may be in use, and no two texts may claim the same one."""
    taken = {name: f"/{name}/" for name in rules.reserved_pages()}
    for work in works.values():
        taken[work.original.place.address] = work.original.place.path
    for work in works.values():
        for index, old in enumerate(work.facts.formerly):
            if old in taken or old.split("/")[0] in rules.languages or "page" in old.split("/"):
                line = work.original.lines.line(("formerly", index))
                other = taken.get(old, "a part of the site")
                yield Problem(work.original.place.path, line, say("address-taken", address=old, other=other))
            taken.setdefault(old, work.original.place.path)


def untranslated(target: Target, works: dict) -> bool:
    """Whether a link leads to a language that its work does not have; readers find the way to the original there."""
    work, lang = find(target.path, works)
    return work is not None and lang not in work.texts


def wrong_link(target: Target, from_waiting: bool, works: dict, folder: Folder, day: datetime.date, hint: bool) -> str | None:
    if target.path in folder.files or not target.path:
        return None  # a mark on the same page is checked where the body is read
    work, lang = find(target.path, works)
    if work is None or lang not in {*work.texts, *folder.languages}:
        if any(place.path == f"content/{target.path}" for place in folder.texts):
            return None  # the text is there but has faults of its own, which are named already
        near = nearest(target.path, folder) if hint else None
        words = f"; did you mean {near}?" if near else "; correct the link"
        return say("link-missing", link=target.written, path=f"content/{target.path}", near=words)
    if target.fragment and target.fragment not in work.texts.get(lang, work.original).body.ids:
        return say("link-far-fragment", link=target.written, fragment=target.fragment, path=f"content/{target.path}")
    if work.waits(day) and not from_waiting:
        return say("link-draft", link=target.written, path=f"content/{target.path}")
    return None


def nearest(path: str, folder: Folder) -> str | None:
    """The text or file that a link to `path`, where nothing is, may have meant; one of the same ending."""
    names = [place.path.removeprefix("content/") for place in folder.texts] + list(folder.files)
    ending = PurePosixPath(path).suffix.lower()
    near = difflib.get_close_matches(path, [name for name in names if name.endswith(ending)], n=1)
    return near[0] if near else None


def find(path: str, works: dict[tuple[str, str], Work]) -> tuple[Work | None, str]:
    """The work and language that a path below content/ names."""
    parts = path.removesuffix(".md").split("/")
    if len(parts) != 3 or not path.endswith(".md"):
        return None, ""
    return works.get((parts[0], parts[1])), parts[2]


def place_of_target(target: Target) -> Place:
    kind, slug, name = target.path.split("/")
    return Place(kind, slug, name.removesuffix(".md"))
