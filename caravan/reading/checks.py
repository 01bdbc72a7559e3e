"""What texts must find in each other: sources, files, marks, free addresses."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterator
from pathlib import PurePosixPath

from .evidence import Source
from .folder import Folder
from .limits import HINTS
from .links import DRAWINGS, Target
from .messages import say
from .places import Place, Rules
from .problems import Problem
from .text import Cited, Text
from .works import Work


def check_sources(place: Place, cited: tuple[Cited, ...], sources: dict[str, Source] | None) -> Iterator[Problem]:
    """Every source that a text cites must be in the list.

    With a broken list (None) every citation would be called unknown: the list is the one thing to mend.
    """
    for each in cited:
        if sources is not None and each.id not in sources:
            yield Problem(place.path, each.line, say("source-unknown", name=each.id))


def check_links(text: Text, waits: bool, works: dict, folder: Folder, day: datetime.date) -> list[Problem]:
    """Every link of a text, which `waits` or is public, must lead to a text that exists, to a mark in it, or to a file."""
    found = []
    for target in text.targets:
        if target.path.startswith(f"{DRAWINGS}/"):
            found += missing_drawing(target, text.place, folder)
            continue
        message = wrong_link(target, waits, works, folder, day, hint=len(found) < HINTS)
        if message:
            found.append(Problem(text.place.path, target.line, message))
        elif untranslated(target, works):
            message = say("link-untranslated", link=target.written)
            found.append(Problem(text.place.path, target.line, message, "warning"))
    return found


def missing_drawing(target: Target, place: Place, folder: Folder) -> Iterator[Problem]:
    """A drawing must be there in the language of the text that places it."""
    name = target.path.removeprefix(f"{DRAWINGS}/")
    if (name, place.lang) not in folder.drawings:
        near = difflib.get_close_matches(name, [name for name, lang in folder.drawings if lang == place.lang], n=1)
        words = f"; did you mean {near[0]}?" if near else "; correct the name, or draw it"
        yield Problem(place.path, target.line, say("drawing-missing", path=f"content/{target.path}/{place.lang}.svg", near=words))


def check_addresses(works: dict[tuple[str, str], Work], rules: Rules) -> Iterator[Problem]:
    """No former address may be in use, and no two texts may claim the same one."""
    taken = {name: f"/{name}/" for name in rules.reserved_pages()}
    for work in works.values():
        taken[work.original.place.address] = work.original.place.path
    for work in works.values():
        for index, old in enumerate(work.facts.formerly):
            if old in taken or old.split("/")[0] in (*rules.languages, "archive") or "page" in old.split("/"):
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
