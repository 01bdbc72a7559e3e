"""Everything that pages ask of the site, each answer noted for the page that asked (see caravan.reading.trace)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from caravan.reading import trace

Value = TypeVar("Value")
NOTHING = "nothing"


class Noted(Mapping[object, Value]):
    """A mapping that notes what is looked up in it, also what is not there.

    `every` is the mapping without notes: for answers that are made from all of it, and for the list of pages.
    """

    def __init__(self, name: str, every: dict, print_of: Callable[[Value], str]):
        self.name, self.every, self.print_of = name, every, print_of
        self.prints: dict[object, str] = {}

    def __getitem__(self, key: object) -> Value:
        self.note(key)
        return self.every[key]

    def note(self, key: object) -> None:
        if trace.recorded():
            trace.note(f"{self.name} {words_of(key)}", self.print(key))

    def print(self, key: object) -> str:
        if key not in self.prints:
            self.prints[key] = self.print_of(self.every[key]) if key in self.every else NOTHING
        return self.prints[key]

    def __contains__(self, key: object) -> bool:
        self.note(key)
        return key in self.every

    def __iter__(self) -> Iterator:
        raise TypeError(f"a page cannot walk through all of {self.name}: ask a question of the site")

    def __len__(self) -> int:
        return len(self.every)


def words_of(key: object) -> str:
    return "/".join(key) if isinstance(key, tuple) else str(key)


def question(method: Callable) -> Callable:
    """A method of the site whose answer is computed once, from whatever it needs, and noted as a whole.

    Its arguments are words without spaces, or whole numbers; its answer is a plain value.
    """

    @functools.wraps(method)
    def asked(self, *words):
        name = " ".join(["ask", method.__name__, *map(str, words)])
        if name not in self.answered:
            with trace.noting_in(None):
                value = method(self, *words)
            self.answered[name] = value, trace.fingerprint(value)
        value, print = self.answered[name]
        trace.note(name, print)
        return value

    asked.is_question = True
    return asked


def answer(site, name: str) -> str:
    """The fingerprint of today's answer to what a page noted as `name`; one that never fits where nobody asks that."""
    kind, _, rest = name.partition(" ")
    if kind == "ask":
        method, *words = rest.split(" ")
        asked = getattr(type(site), method, None)
        if not getattr(asked, "is_question", False):
            return "unknown"
        try:
            asked(site, *(int(word) if word.isdigit() else word for word in words))
            return site.answered[name][1]
        except (LookupError, TypeError, ValueError):
            return NOTHING  # what it was about is gone, or another version asked it
    if kind == "inside":
        return site.keys.get(rest, NOTHING)
    if kind == "day":
        return site.today.isoformat()
    shelf = {"work": site.works, "source": site.sources, "file": site.files, "drawing": site.drawings}.get(kind)
    if shelf is None:
        return "unknown"
    return shelf.print(tuple(rest.split("/")) if kind == "work" else rest)
