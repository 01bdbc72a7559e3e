"""What was read, kept under the hash of everything that it depends on, so that nothing is read twice.

One SQLite file: safe against kills and against several builds at once. It may be deleted at any time, and whatever in
it is damaged, or was not written by this version, counts as not there. Nothing in it can run, but who may write into
the project's folders could as well write into content/.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import sqlite3
import threading
import weakref
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from .limits import STORED_AT_LEAST, STORED_TIMES

# The packages that have a say in what a text becomes.
PACKAGES = ("markdown", "pymdown-extensions", "smartypants", "typogrify", "nh3", "pyyaml", "pydantic", "babel")
TABLES = """
create table if not exists texts (key text primary key, card blob not null, inside blob not null, used integer not null)
without rowid;
create index if not exists by_use on texts (used);
"""


@dataclass(frozen=True)
class Record:
    """A text as bytes: `card` is what other pages and the checks need of it, `inside` what only its own page needs."""

    card: bytes
    inside: bytes


@functools.cache
def version() -> str:
    """Changes with the code of this room and with the packages that it uses."""
    digest = hashlib.blake2b(digest_size=12)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    for name in PACKAGES:
        digest.update(f"{name} {metadata.version(name)}".encode())
    return digest.hexdigest()


def sealed(key: str, data: bytes) -> bytes:
    return hashlib.blake2b(b"%s %s " % (key.encode(), version().encode()) + data, digest_size=12).digest() + data


def unsealed(key: str, data: bytes) -> bytes | None:
    """The bytes, or None where they are not what was kept under this key by this version."""
    return data[12:] if isinstance(data, bytes) and data == sealed(key, data[12:]) else None


class Store:
    """Records of texts by key (see text.key_of). Every failure of the file is a record that is not there."""

    def __init__(self, path: Path):
        """Open or make the file at `path`; where that cannot be, nothing is kept."""
        self.lock = threading.RLock()
        self.path = path
        self.connection = self.opened() or self.opened(afresh=True)

    def opened(self, afresh: bool = False) -> sqlite3.Connection | None:
        connection = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if afresh:
                for name in (self.path, *(self.path.with_name(self.path.name + end) for end in ("-wal", "-shm", "-journal"))):
                    name.unlink(missing_ok=True)
            connection = sqlite3.connect(self.path, timeout=20, check_same_thread=False, isolation_level=None)
            connection.execute("pragma auto_vacuum = incremental")
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = normal")
            connection.executescript(TABLES)
        except (sqlite3.Error, OSError):
            if connection:
                connection.close()
            return None
        # Texts ask the store for their insides as long as they live: with the last of them the connection is closed.
        weakref.finalize(self, connection.close)
        return connection

    def close(self) -> None:
        """End the connection. From now on nothing is here, and texts that are asked for more read their files again."""
        with self.lock:
            connection, self.connection = self.connection, None
            if connection:
                connection.close()

    def asked(self, command: str, values: object = ()) -> list[tuple]:
        """The rows of a query; none where the file is broken, which is then given up."""
        if self.connection is None:
            return []
        try:
            with self.lock:
                return self.connection.execute(command, values).fetchall()
        except sqlite3.Error as error:
            self.give_up(error)
            return []

    def give_up(self, error: sqlite3.Error) -> None:
        """Do without the file for this run (a full disk, a lock that stays); a broken one is made afresh by the next."""
        with self.lock, contextlib.suppress(sqlite3.Error, OSError):
            self.close()
            if not isinstance(error, sqlite3.OperationalError):
                self.path.unlink(missing_ok=True)

    def cards(self, keys: list[str]) -> dict[str, bytes]:
        """The cards of those of `keys` that are here."""
        found = {}
        for start in range(0, len(keys), 500):
            some = keys[start : start + 500]
            marks = ",".join("?" * len(some))
            for key, data in self.asked(f"select key, card from texts where key in ({marks})", some):
                card = unsealed(key, data)
                if card is not None:
                    found[key] = card
        return found

    def holds(self, number: int) -> bool:
        """Whether at least `number` texts are here."""
        rows = self.asked("select count(*) from (select 1 from texts limit ?)", (number,))
        return bool(rows) and rows[0][0] >= number

    def inside(self, key: str) -> bytes | None:
        rows = self.asked("select inside from texts where key = ?", (key,))
        return unsealed(key, rows[0][0]) if rows else None

    def keep(self, records: Iterable[tuple[str, Record]], day: int) -> None:
        """Keep records, in one step. `day` is the ordinal of today, by which what nobody uses any more is let go."""
        rows = ((key, sealed(key, each.card), sealed(key, each.inside), day) for key, each in records)
        if self.connection is None:
            return
        try:
            with self.lock:
                self.connection.execute("begin immediate")
                self.connection.executemany("insert or replace into texts values (?, ?, ?, ?)", rows)
                self.connection.execute("commit")
        except sqlite3.Error as error:
            self.give_up(error)

    def trim(self, keys: list[str], day: int) -> None:
        """Mark `keys` as in use today, and let go the longest unused of what is more than a few times as many."""
        known = self.asked("select count(*), min(used) from texts")
        if not known or not known[0][0]:
            return
        if known[0][1] < day:
            with self.lock:
                self.asked("begin immediate")
                for key in keys:
                    self.asked("update texts set used = ? where key = ? and used < ?", (day, key, day))
                self.asked("commit")
        surplus = known[0][0] - max(STORED_AT_LEAST, STORED_TIMES * len(keys))
        if surplus > 0:
            self.asked("delete from texts where key in (select key from texts order by used limit ?)", (surplus,))
            self.asked("pragma incremental_vacuum")
