"""Reading many texts: what the store holds is taken from there, the rest is spread over the cores."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from caravan.workers import Worker, spread

from .limits import INSIDES_AT_HAND
from .messages import say
from .places import Place
from .problems import ContentError, Fault, Problem, site_mistake
from .record import NoRecord, inside_of, record, text_of
from .stamps import Stamps, look
from .store import Record, Store
from .text import Inside, Read, Text, bytes_of, key_of

# A worker needs about as long to start as this many texts need to be read.
ENOUGH = 120
# So many texts are in memory whole at once, before the store has them.
BATCH = 2_000

Item = tuple[Place, Path]
Raw = tuple[Place, str, Record | None, Read]


class Reading:
    """Reads texts, with a store where there is one. Keep it: the preview reads one text after the other.

    `stamps` tells the keys of files that have not changed without opening them.
    """

    def __init__(self, store: Store | None = None, stamps: Stamps | None = None):
        self.store = store
        self.stamps = stamps or Stamps()
        self.inside = functools.lru_cache(maxsize=INSIDES_AT_HAND)(self._inside)
        self.here: dict[str, bytes] = {}  # the insides that no store has kept, by key

    def read_all(self, texts: dict[Place, Path], workers: list[Worker] = (), day: int = 0) -> list[tuple[Place, Read]]:
        """Read every text; results are in the order of the places, whoever read them. `day` is today's ordinal."""
        found, missing = {}, []
        known = self.known(texts)
        for place, file in sorted(texts.items()):
            made = known.get(place)
            if made:
                found[place] = Read(made, [])
            else:
                missing.append((place, file))
        for start in range(0, len(missing), BATCH):
            found.update(self.read_now(missing[start : start + BATCH], workers, day))
        if self.store:
            self.store.trim([read.text.key for read in found.values() if read.text], day)
        return sorted(found.items())

    def known(self, texts: dict[Place, Path]) -> dict[Place, Text]:
        """The texts that the store holds: their files are as they were when it last saw them."""
        if not self.store:
            return {}
        keys, stamps = {}, {}
        for place, file in texts.items():
            stamp = look(file)
            keys[place] = self.stamps.key(file, stamp)
            if keys[place] is None:
                try:
                    keys[place], stamps[place] = key_of(place, bytes_of(file)), stamp
                except OSError:
                    del keys[place]
        made = self.kept([(place, texts[place], key) for place, key in keys.items()])
        for place in stamps.keys() & made.keys():
            self.stamps.keep(texts[place], stamps[place], keys[place])
        return made

    def kept(self, wanted: list[tuple[Place, Path, str]]) -> dict[Place, Text]:
        """The texts that the store holds under the given keys."""
        cards, found = self.store.cards([key for _place, _file, key in wanted]), {}
        for place, file, key in wanted:
            with contextlib.suppress(NoRecord, KeyError):
                found[place] = self.text(place, file, key, cards[key])
        return found

    def read_now(self, items: list[Item], workers: list[Worker], day: int) -> Iterable[tuple[Place, Read]]:
        """Read files, spread over as many of `workers` as are worth it, and keep what is without fault."""
        stamps = {place: look(file) for place, file in items}  # before reading: a later save is seen
        files = dict(items)
        shares = max(1, min(len(workers) + 1, len(items) // ENOUGH))
        raw = spread(workers[: shares - 1], read_share, items)
        clean = [(key, made) for _place, key, made, read in raw if made and not read.problems]
        if self.store:
            self.store.keep(clean, day)
        for place, key, made, read in raw:
            if made and not read.problems:
                self.stamps.keep(files[place], stamps[place], key)
            if made and (read.problems or not self.store):
                self.here[key] = made.inside
            if made:
                read = Read(self.text(place, files[place], key, made.card), read.problems)
            yield place, read

    def text(self, place: Place, file: Path, key: str, card: bytes) -> Text:
        made: Text = text_of(place, file, key, card, lambda: self.inside(made))
        return made

    def _inside(self, made: Text) -> Inside:
        """The inside of a text: from here, from the store, else from its file, read once more."""
        kept = self.here.get(made.key) or (self.store and self.store.inside(made.key))
        try:
            if kept:
                return inside_of(made, kept)
        except NoRecord:
            pass
        from .body_reader import BodyReader
        from .reader import read

        again = read(made.file, made.place, BodyReader()).text
        if again is None or again.key != made.key:
            raise ContentError([Problem(made.place.path, 1, say("file-changed"))])
        return again.inside


def get_ready() -> None:
    """Load what reading needs, in a process that will be asked to read."""
    from . import reader

    reader.BodyReader()


def read_share(items: list[Item]) -> list[Raw]:
    """Read files; a text becomes a record, which can walk from one process to another.

    Markdown, sanitizer and typography are loaded here, since most runs find every text in the store.
    """
    from .body_reader import BodyReader
    from .reader import read as read_file

    bodies, raw = BodyReader(), []
    for place, file in items:
        try:
            read = read_file(file, place, bodies)
            made = read.text
            kept = made and record(made)
            if kept:
                text_of(place, file, made.key, kept.card, lambda: None)  # what is kept can be read again
            raw.append((place, made.key if made else "", kept, replace(read, text=None)))
        except Exception as error:  # noqa: BLE001 - one text must not stop all others
            bodies = BodyReader()  # the one that failed may be in the middle of something
            raw.append((place, "", None, Read(None, [site_mistake(place.path, error, line_of(file, place))])))
    return raw


def line_of(file: Path, place: Place) -> int:
    """Where in a text our code fails: the first paragraph that makes it fail alone, else the line where the body starts."""
    from . import front_matter
    from .body_reader import BodyReader
    from .source import decode

    line = 1
    with contextlib.suppress(Exception):
        parts = front_matter.split(decode(bytes_of(file)))
        line = start = parts.body_line
        for paragraph in parts.body.split("\n\n"):
            try:
                BodyReader().read(paragraph, f"{place.kind}/{place.slug}", place.lang, 1)
            except Fault:
                pass
            except Exception:  # noqa: BLE001 - this is what is looked for
                return start + len(paragraph) - len(paragraph.lstrip("\n"))
            start += paragraph.count("\n") + 2
    return line
