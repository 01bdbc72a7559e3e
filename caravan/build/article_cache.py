"""What was read, kept under the hash of everything that it depends on, so that nothing is read twice.

One SQLite file: safe against kills and against several builds at once. It may be deleted at any time, and whatever in
it is damaged, or was not written by this version, counts as not there. Nothing in it can run, but who may write into
the project's folders could as well write into content/.

A text that was read, as bytes that can be kept, and back.

JSON and nothing that runs: what comes from a file that others may have touched becomes plain values, or is refused.
"""

from __future__ import annotations

import contextlib
import datetime
import functools
import hashlib
import json
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from caravan import reading, tracking
from caravan.reading import schema
from caravan.reading.article import Article, ArticleBody, BodyHtml, Citation, Heading, LinkTarget, References, TextBlock
from caravan.reading.limits import STORED_AT_LEAST, STORED_TIMES
from caravan.reading.paths import ContentPath
from caravan.reading.schema import FrontMatter
from caravan.reading.yaml_subset import YamlDocument

# The packages that have a say in what a text becomes.
PACKAGES = ("markdown", "pymdown-extensions", "smartypants", "typogrify", "nh3", "pyyaml", "pydantic", "babel")
TABLES = """
create table if not exists texts (key text primary key, metadata blob not null, body blob not null, used integer not null)
without rowid;
create index if not exists by_use on texts (used);
"""


@dataclass(frozen=True)
class CachedText:
    """A text as bytes: `card` is what other pages and the checks need of it, `inside` what only its own page needs."""

    metadata: bytes
    body: bytes


@functools.cache
def parser_version() -> str:
    """Changes with the code of this room and with the packages that it uses."""
    digest = hashlib.blake2b(digest_size=12)
    for path in sorted([*Path(reading.__file__).parent.glob("*.py"), Path(__file__)]):
        digest.update(path.read_bytes())
    for name in PACKAGES:
        digest.update(f"{name} {metadata.version(name)}".encode())
    return digest.hexdigest()


def add_checksum(key: str, data: bytes) -> bytes:
    return hashlib.blake2b(b"%s %s " % (key.encode(), parser_version().encode()) + data, digest_size=12).digest() + data


def verify_checksum(key: str, data: bytes) -> bytes | None:
    """The bytes, or None where they are not what was kept under this key by this version."""
    return data[12:] if isinstance(data, bytes) and data == add_checksum(key, data[12:]) else None


class ArticleCache:
    """Records of texts by key (see text.key_of). Every failure of the file is a record that is not there."""

    def __init__(self, path: Path):
        """Open or make the file at `path`; where that cannot be, nothing is kept."""
        self.lock = threading.RLock()
        self.path = path
        self.connection = self.open_database() or self.open_database(afresh=True)

    def open_database(self, afresh: bool = False) -> sqlite3.Connection | None:
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

    def query(self, command: str, values: object = ()) -> list[tuple]:
        """The rows of a query; none where the file is broken, which is then given up."""
        if self.connection is None:
            return []
        try:
            with self.lock:
                return self.connection.execute(command, values).fetchall()
        except sqlite3.Error as error:
            self.disable(error)
            return []

    def disable(self, error: sqlite3.Error) -> None:
        """Do without the file for this run (a full disk, a lock that stays); a broken one is made afresh by the next."""
        with self.lock, contextlib.suppress(sqlite3.Error, OSError):
            self.close()
            if not isinstance(error, sqlite3.OperationalError):
                self.path.unlink(missing_ok=True)

    def metadata_of(self, keys: list[str]) -> dict[str, bytes]:
        """The cards of those of `keys` that are here."""
        found = {}
        for start in range(0, len(keys), 500):
            some = keys[start : start + 500]
            marks = ",".join("?" * len(some))
            for key, data in self.query(f"select key, metadata from texts where key in ({marks})", some):
                card = verify_checksum(key, data)
                if card is not None:
                    found[key] = card
        return found

    def has_at_least(self, number: int) -> bool:
        """Whether at least `number` texts are here."""
        rows = self.query("select count(*) from (select 1 from texts limit ?)", (number,))
        return bool(rows) and rows[0][0] >= number

    def body_of(self, key: str) -> bytes | None:
        rows = self.query("select body from texts where key = ?", (key,))
        return verify_checksum(key, rows[0][0]) if rows else None

    def save(self, records: Iterable[tuple[str, CachedText]], day: int) -> None:
        """Keep records, in one step. `day` is the ordinal of today, by which what nobody uses any more is let go."""
        rows = ((key, add_checksum(key, each.metadata), add_checksum(key, each.body), day) for key, each in records)
        if self.connection is None:
            return
        try:
            with self.lock:
                self.connection.execute("begin immediate")
                self.connection.executemany("insert or replace into texts values (?, ?, ?, ?)", rows)
                self.connection.execute("commit")
        except sqlite3.Error as error:
            self.disable(error)

    def evict(self, keys: list[str], day: int) -> None:
        """Mark `keys` as in use today, and let go the longest unused of what is more than a few times as many."""
        known = self.query("select count(*), min(used) from texts")
        if not known or not known[0][0]:
            return
        if known[0][1] < day:
            with self.lock:
                self.query("begin immediate")
                for key in keys:
                    self.query("update texts set used = ? where key = ? and used < ?", (day, key, day))
                self.query("commit")
        surplus = known[0][0] - max(STORED_AT_LEAST, STORED_TIMES * len(keys))
        if surplus > 0:
            self.query("delete from texts where key in (select key from texts order by used limit ?)", (surplus,))
            self.query("pragma incremental_vacuum")


class CacheFormatError(ValueError):
    """These bytes are not a record that this version has written."""


def serialize_article(text: Article) -> CachedText:
    inside = text.body
    body = inside.html
    links = [
        [[target.path, target.fragment, target.as_written, target.line] for target in text.link_targets],
        [[cited.id, cited.line] for cited in text.citations],
    ]
    asks = json_line(sorted(text.requires))
    kept = [
        list(body.segments),
        [[heading.level, heading.id, heading.text] for heading in body.headings],
        sorted(body.ids),
        body.words,
        [[piece.fingerprint, piece.anchor_id, piece.name, piece.line] for piece in inside.blocks],
        [[list(path), line] for path, line in inside.field_lines.lines.items()],
    ]
    return CachedText(b"\n".join([json_line(to_json(text.front)), asks, json_line(links)]), json_line(kept))


def json_line(value: object) -> bytes:
    """One line of JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def article_from_cache(place: ContentPath, file: Path, key: str, card: bytes, opened: Callable[[], ArticleBody]) -> Article:
    """The text of a record; `opened` is called for its inside when somebody asks. Raises NoRecord."""
    try:
        front, asks, links = card.split(b"\n")
        asked = frozenset(map(tuple, json.loads(asks)))
        print = tracking.content_hash(front)
        return Article(place, file, from_json(json.loads(front)), key, print, asked, lambda: references_from_json(links), opened)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CacheFormatError(str(error)) from None


def references_from_json(links: bytes) -> References:
    targets, cited = json.loads(links)
    return References(tuple(LinkTarget(*target) for target in targets), tuple(Citation(*each) for each in cited))


def body_from_cache(text: Article, kept: bytes) -> ArticleBody:
    """Raises NoRecord."""
    try:
        parts, headings, ids, words, pieces, lines = json.loads(kept)
        body = BodyHtml(
            tuple(parts), text.link_targets, tuple(Heading(*heading) for heading in headings),
            tuple(cited.id for cited in text.citations), frozenset(ids), words,
        )  # fmt: skip
        places = {tuple(path): line for path, line in lines}
        return ArticleBody(body, tuple(TextBlock(*piece) for piece in pieces), YamlDocument(None, places))
    except (ValueError, TypeError) as error:
        raise CacheFormatError(str(error)) from None


def to_json(value: object) -> object:
    """A value of front matter for JSON: models and days are marked as what they are."""
    if isinstance(value, FrontMatter):
        return {type(value).__name__: {name: to_json(getattr(value, name)) for name in type(value).model_fields}}
    if isinstance(value, datetime.date):
        return {"date": value.isoformat()}
    if isinstance(value, tuple):
        return [to_json(part) for part in value]
    return value


def from_json(value: object) -> object:
    """What `frozen` made, as it was. Values were checked when the text was read."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict):
        [(name, inner)] = value.items()
        if name == "date":
            return datetime.date.fromisoformat(inner)
        kind = getattr(schema, name)
        if not issubclass(kind, FrontMatter) or set(inner) != set(kind.model_fields):
            raise CacheFormatError(name)
        return kind.model_construct(**{field: from_json(part) for field, part in inner.items()})
    if isinstance(value, list):
        return tuple(from_json(part) for part in value)
    return value
