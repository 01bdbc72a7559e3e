"""The cache of parsed articles, in one SQLite file, so that an unchanged article is not parsed again.

The key of an entry is the hash of everything that parsing depends on: path and bytes of the file (see
caravan.reading.article.cache_key_of), and `parser_version` for our own code. The file may be deleted at any time, and
several builds can use it at once. Damaged entries, and those of another version, are ignored. Entries are JSON and are
checked when they are read: no code from the file can run.
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
from caravan.reading.limits import CACHED_VERSIONS, MIN_CACHED_ARTICLES
from caravan.reading.paths import ContentPath
from caravan.reading.schema import FrontMatter
from caravan.reading.yaml_subset import YamlDocument

# The packages that parsing uses.
PACKAGES = ("markdown", "pymdown-extensions", "smartypants", "typogrify", "nh3", "pyyaml", "pydantic", "babel")
KEYS_PER_QUERY = 500  # SQLite limits the number of parameters
TABLES = """
create table if not exists texts (key text primary key, metadata blob not null, body blob not null, used integer not null)
without rowid;
create index if not exists by_use on texts (used);
"""


@dataclass(frozen=True)
class CachedArticle:
    """A serialized article: `metadata` is what checks and other pages need, `body` what only its own page needs."""

    metadata: bytes
    body: bytes


@functools.cache
def parser_version() -> str:
    """A hash that changes with the code in caravan/reading, with this file, and with the versions of PACKAGES."""
    digest = hashlib.blake2b(digest_size=12)
    for path in sorted([*Path(reading.__file__).parent.glob("*.py"), Path(__file__)]):
        digest.update(path.read_bytes())
    for name in PACKAGES:
        digest.update(f"{name} {metadata.version(name)}".encode())
    return digest.hexdigest()


def add_checksum(key: str, data: bytes) -> bytes:
    return hashlib.blake2b(b"%s %s " % (key.encode(), parser_version().encode()) + data, digest_size=12).digest() + data


def verify_checksum(key: str, data: bytes) -> bytes | None:
    """The data without its checksum, or None if it is damaged, of another key, or of another version."""
    return data[12:] if isinstance(data, bytes) and data == add_checksum(key, data[12:]) else None


class ArticleCache:
    """Serialized articles by cache key. A database error is treated as a cache miss."""

    def __init__(self, path: Path):
        """Open or create the database at `path`. If that fails, the cache stays empty."""
        self.lock = threading.RLock()
        self.path = path
        self.connection = self.open_database() or self.open_database(recreate=True)

    def open_database(self, recreate: bool = False) -> sqlite3.Connection | None:
        connection = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if recreate:
                for path in (self.path, *(self.path.with_name(self.path.name + suffix) for suffix in ("-wal", "-shm", "-journal"))):
                    path.unlink(missing_ok=True)
            connection = sqlite3.connect(self.path, timeout=20, check_same_thread=False, isolation_level=None)
            connection.execute("pragma auto_vacuum = incremental")
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = normal")
            connection.executescript(TABLES)
        except (sqlite3.Error, OSError):
            if connection:
                connection.close()
            return None
        # Articles load their bodies through the cache, so it lives until the last of them is gone.
        weakref.finalize(self, connection.close)
        return connection

    def close(self) -> None:
        """Close the connection. Articles whose body is needed later read their files again."""
        with self.lock:
            connection, self.connection = self.connection, None
            if connection:
                connection.close()

    def query(self, command: str, parameters: object = ()) -> list[tuple]:
        """The rows of a query; none after an error, which disables the cache."""
        if self.connection is None:
            return []
        try:
            with self.lock:
                return self.connection.execute(command, parameters).fetchall()
        except sqlite3.Error as error:
            self.disable(error)
            return []

    def disable(self, error: sqlite3.Error) -> None:
        """Use no cache for the rest of this run. A damaged file is deleted; after a full disk or a timeout it is kept."""
        with self.lock, contextlib.suppress(sqlite3.Error, OSError):
            self.close()
            if not isinstance(error, sqlite3.OperationalError):
                self.path.unlink(missing_ok=True)

    def metadata_of(self, keys: list[str]) -> dict[str, bytes]:
        """The metadata of the articles that are cached, by key."""
        cached = {}
        for start in range(0, len(keys), KEYS_PER_QUERY):
            batch = keys[start : start + KEYS_PER_QUERY]
            placeholders = ",".join("?" * len(batch))
            for key, data in self.query(f"select key, metadata from texts where key in ({placeholders})", batch):
                article_metadata = verify_checksum(key, data)
                if article_metadata is not None:
                    cached[key] = article_metadata
        return cached

    def has_at_least(self, number: int) -> bool:
        """Whether at least `number` articles are cached."""
        rows = self.query("select count(*) from (select 1 from texts limit ?)", (number,))
        return bool(rows) and rows[0][0] >= number

    def body_of(self, key: str) -> bytes | None:
        rows = self.query("select body from texts where key = ?", (key,))
        return verify_checksum(key, rows[0][0]) if rows else None

    def save(self, articles: Iterable[tuple[str, CachedArticle]], day: int) -> None:
        """Save articles in one transaction. `day`: the ordinal of today, which `evict` goes by."""
        rows = ((key, add_checksum(key, article.metadata), add_checksum(key, article.body), day) for key, article in articles)
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
        """Mark `keys` as used on `day`, and delete the least recently used entries beyond the limit.

        The limit is CACHED_VERSIONS the number of `keys`, and MIN_CACHED_ARTICLES if that is more.
        """
        rows = self.query("select count(*), min(used) from texts")
        if not rows or not rows[0][0]:
            return
        total, oldest = rows[0]
        if oldest < day:
            with self.lock:
                self.query("begin immediate")
                for key in keys:
                    self.query("update texts set used = ? where key = ? and used < ?", (day, key, day))
                self.query("commit")
        surplus = total - max(MIN_CACHED_ARTICLES, CACHED_VERSIONS * len(keys))
        if surplus > 0:
            self.query("delete from texts where key in (select key from texts order by used limit ?)", (surplus,))
            self.query("pragma incremental_vacuum")


class CacheFormatError(ValueError):
    """A cache entry does not have the format of this version."""


def serialize_article(article: Article) -> CachedArticle:
    """The article as JSON; `article_from_cache` and `body_from_cache` are the inverse."""
    body = article.body
    html = body.html
    references = [
        [[target.path, target.fragment, target.as_written, target.line] for target in article.link_targets],
        [[citation.id, citation.line] for citation in article.citations],
    ]
    body_values = [
        list(html.segments),
        [[heading.level, heading.id, heading.text] for heading in html.headings],
        sorted(html.ids),
        html.word_count,
        sorted(html.names),
        [[block.fingerprint, block.anchor_id, block.name, block.line] for block in body.blocks],
        [[list(path), line] for path, line in body.field_lines.lines.items()],
    ]
    lines = [json_line(to_json(article.front)), json_line(sorted(article.requires)), json_line(references)]
    return CachedArticle(b"\n".join(lines), json_line(body_values))


def json_line(value: object) -> bytes:
    """`value` as one line of JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def article_from_cache(
    content_path: ContentPath, file: Path, key: str, article_metadata: bytes, load_body: Callable[[], ArticleBody]
) -> Article:
    """The article of cached metadata; `load_body` is called when its body is first needed. Raises CacheFormatError."""
    try:
        front, requires, references = article_metadata.split(b"\n")
        return Article(
            content_path, file, from_json(json.loads(front)), key, tracking.content_hash(front),
            frozenset(map(tuple, json.loads(requires))), lambda: references_from_json(references), load_body,
        )  # fmt: skip
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CacheFormatError(str(error)) from None


def references_from_json(data: bytes) -> References:
    targets, citations = json.loads(data)
    return References(tuple(LinkTarget(*target) for target in targets), tuple(Citation(*citation) for citation in citations))


def body_from_cache(article: Article, data: bytes) -> ArticleBody:
    """The body of an article from its cached bytes. Raises CacheFormatError."""
    try:
        segments, headings, ids, words, names, blocks, field_lines = json.loads(data)
        html = BodyHtml(
            tuple(segments), article.link_targets, tuple(Heading(*heading) for heading in headings),
            tuple(citation.id for citation in article.citations), frozenset(ids), words, frozenset(names),
        )  # fmt: skip
        lines = {tuple(path): line for path, line in field_lines}
        return ArticleBody(html, tuple(TextBlock(*block) for block in blocks), YamlDocument(None, lines))
    except (ValueError, TypeError) as error:
        raise CacheFormatError(str(error)) from None


def to_json(value: object) -> object:
    """A value of front matter for JSON: models and dates become {class name: …} and {"date": …}, tuples become lists."""
    if isinstance(value, FrontMatter):
        return {type(value).__name__: {name: to_json(getattr(value, name)) for name in type(value).model_fields}}
    if isinstance(value, datetime.date):
        return {"date": value.isoformat()}
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    return value


def from_json(value: object) -> object:
    """The inverse of `to_json`. Models are not validated again. Raises CacheFormatError for other fields or classes."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict):
        [(name, content)] = value.items()
        if name == "date":
            return datetime.date.fromisoformat(content)
        model = getattr(schema, name)
        if not issubclass(model, FrontMatter) or set(content) != set(model.model_fields):
            raise CacheFormatError(name)
        return model.model_construct(**{field: from_json(item) for field, item in content.items()})
    if isinstance(value, list):
        return tuple(from_json(item) for item in value)
    return value
