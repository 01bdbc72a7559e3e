"""What one build leaves for the next, in one SQLite file: parsed articles, and for each output what was made from what.

The file may be deleted at any time, and several builds can use it at once. Everything is written in one transaction at
the end of a build. Each entry has a checksum over its name, its version and its data; an entry that does not fit, or that
cannot be read, is ignored and made again. Articles are kept, and sent from one process to another, as JSON, so that no
code from a cache can run.

A file counts as unchanged, without being opened, if its size, times and inode are those of the last build. As in git's
index, this does not hold for a file that was modified just before it was read ("racy"): a second change within the
resolution of the file system's clock would leave the same times.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import functools
import hashlib
import json
import sqlite3
import sys
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from pydantic import TypeAdapter

from caravan import tracking
from caravan.build.manifest import sha256_of
from caravan.reading import schema
from caravan.reading.article import Article, ArticleBody, ParseResult
from caravan.reading.limits import BODIES_IN_MEMORY, CACHED_VERSIONS, MIN_CACHED_ARTICLES
from caravan.reading.paths import ContentPath, StatSignature, stat_signature
from caravan.reading.problems import Problem
from caravan.reading.schema import FrontMatter
from caravan.site.settings import SETTINGS

# Within how many nanoseconds two changes of a file can get the same time: a few ticks of the kernel; on file systems that
# store whole seconds, the two seconds of FAT.
FINE_TICK, COARSE_TICK = 20_000_000, 2_000_000_000
CODE = Path(__file__).resolve().parent.parent
# The packages that make what pages show.
PACKAGES = (
    "markdown", "pymdown-extensions", "smartypants", "typogrify", "nh3", "pyyaml", "pydantic", "babel", "pillow",
    "pelican", "jinja2", "markupsafe", "tinycss2",
)  # fmt: skip
FILE_NAME = "cache.sqlite"
MAX_OUTPUTS = 20  # outputs that the cache remembers; commands that build into a temporary folder leave one each
LOCK_TIMEOUT = 20  # seconds to wait for other builds that write
TABLES = """
create table if not exists articles (key text primary key, metadata blob not null, body blob not null);
create table if not exists outputs (path text primary key, used integer not null, files blob not null, log blob not null);
"""


def is_not_racy(signature: StatSignature | None) -> bool:
    """Whether any later change of the file would change its signature."""
    if signature is None:
        return False
    tick = FINE_TICK if signature[1] % 1_000_000_000 else COARSE_TICK
    return max(signature[1], signature[2]) + tick < time.time_ns()


def wait_for_mtime_tick() -> None:
    """Wait until a further change of a file that was just written would change its times."""
    time.sleep(2 * FINE_TICK / 1e9)


@dataclass
class StatCache:
    """The stat signature of each file by path, with the cache key (of an article) or SHA-256 (of another file) it had.

    `state`: hash of everything but files that the last build depended on, "" if the next one has to run in any case; see
    `is_current`. `entries`: those of the last build. `seen`: those of this one, None for a file whose next change may not
    change its signature. Folders, and files that are only part of the state, have the key "".
    """

    state: str = ""
    entries: dict[str, tuple[StatSignature, str]] = field(default_factory=dict)
    seen: dict[str, tuple[StatSignature, str] | None] = field(default_factory=dict)

    def lookup(self, file: Path | str, signature: StatSignature | None) -> str | None:
        """The key of an unchanged file, or None if it has to be read."""
        path = str(file)
        entry = self.seen.get(path) or self.entries.get(path)
        if not entry or entry[0] != signature:
            return None
        self.seen[path] = entry
        return entry[1]

    def remember(self, file: Path | str, signature: StatSignature | None, key: str) -> None:
        """Save the key of a file or folder. `signature` must have been taken before it was read."""
        self.seen[str(file)] = (signature, key) if is_not_racy(signature) else None

    def file_hash(self, file: Path | str, signature: StatSignature | None) -> str:
        """The SHA-256 of a file; it is read only if it changed. Raises OSError."""
        sha256 = self.lookup(file, signature)
        if sha256 is None:
            sha256 = sha256_of(file)
            self.remember(file, signature, sha256)
        return sha256

    def of_this_build(self, state: str) -> StatCache:
        """What the next build gets: the files that this one has seen."""
        return StatCache(state if all(self.seen.values()) else "", {path: entry for path, entry in self.seen.items() if entry})

    def is_current(self, state: str) -> bool:
        """Whether `state` and the signature of every file are those of the last build."""
        return self.state == state and all(stat_signature(path) == signature for path, (signature, _) in self.entries.items())


@dataclass(frozen=True)
class RenderedFile:
    """How a file of the output was made: Document.identity, its dependencies (name and hash, see caravan.tracking), its SHA-256."""

    identity: str
    dependencies: tuple[tuple[str, str], ...]
    sha256: str


# How rendered files are kept: first all dependencies, since pages share most of theirs; then for each path the identity, the
# positions of its dependencies, and the SHA-256.
StoredLog = tuple[list[tuple[str, str]], dict[str, tuple[str, tuple[int, ...], str]]]


@functools.cache
def code_version() -> str:
    """A hash over the code and the versions of PACKAGES."""
    return tracking.content_hash([file_hashes(CODE, "*.py"), *map(metadata.version, PACKAGES)])


def environment_hash(settings: dict) -> str:
    """A hash over what every page depends on: code, packages, theme, settings (those of SETTINGS)."""
    return tracking.content_hash([code_version(), file_hashes(Path(settings["THEME"]), "*"), [settings[name] for name in SETTINGS]])


def file_hashes(folder: Path, pattern: str) -> list[tuple[str, str]]:
    """The path and the SHA-256 of each file below `folder`; links are left out."""
    files = (path for path in sorted(folder.rglob(pattern)) if path.is_file() and not path.is_symlink())
    return [(path.relative_to(folder).as_posix(), sha256_of(path)) for path in files]


class CacheFormatError(ValueError):
    """A cache entry does not have the format of this version."""


@dataclass(frozen=True)
class CachedArticle:
    """A serialized article: `metadata` is what checks and other pages need, `body` what only its own page needs."""

    key: str
    metadata: bytes
    body: bytes


@functools.cache
def type_adapter(kind: type) -> TypeAdapter:
    """Converts dataclasses of one type to and from JSON."""
    return TypeAdapter(kind)


def serialize_article(result: ParseResult) -> CachedArticle:
    """The article of a result and its problems; `result_from_cache` and `body_from_cache` are the inverse."""
    article = result.article
    problems = [dataclasses.astuple(problem) for problem in result.problems]
    values = [article.front, article.fingerprint, sorted(article.requires), problems]
    metadata = json.dumps(values, default=encode, ensure_ascii=False, separators=(",", ":")).encode()
    return CachedArticle(article.cache_key, metadata, type_adapter(ArticleBody).dump_json(article.body))


def result_from_cache(
    content_path: ContentPath, file: Path, key: str, metadata: bytes, load_body: Callable[[], ArticleBody]
) -> ParseResult:
    """The result of cached metadata; `load_body` is called when the body is first needed. Raises CacheFormatError."""
    try:
        front, fingerprint, requires, problems = json.loads(metadata, object_hook=decode)
        article = Article(content_path, file, front, key, fingerprint, frozenset(map(tuple, requires)), load_body)
        return ParseResult(article, [Problem(*problem) for problem in problems])
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise CacheFormatError(str(error)) from None


def body_from_cache(data: bytes) -> ArticleBody:
    """The body of an article from its cached bytes. Raises CacheFormatError."""
    try:
        return type_adapter(ArticleBody).validate_json(data)
    except ValueError as error:
        raise CacheFormatError(str(error)) from None


def encode(value: object) -> dict:
    """A date or a model of front matter as a dict, with its class. Raises TypeError for other values."""
    if isinstance(value, datetime.date):
        return {"class": "date", "day": value.isoformat()}
    if isinstance(value, FrontMatter):
        return {"class": type(value).__name__, **{name: getattr(value, name) for name in type(value).model_fields}}
    raise TypeError(f"{type(value).__name__} cannot be cached")


def decode(value: dict) -> object:
    """The inverse of `encode`. Models are not validated again. Raises CacheFormatError for other fields or classes."""
    name = value.pop("class", "")
    if name == "date":
        return datetime.date.fromisoformat(value["day"])
    model = getattr(schema, name)
    if not issubclass(model, FrontMatter) or set(value) != set(model.model_fields):
        raise CacheFormatError(name)
    return model.model_construct(**{field: tuple(item) if isinstance(item, list) else item for field, item in value.items()})


def add_checksum(name: str, version: str, data: bytes) -> bytes:
    return hashlib.blake2b(f"{name} {version} ".encode() + data, digest_size=12).digest() + data


def verify_checksum(name: str, version: str, data: object) -> bytes | None:
    """The data without its checksum, or None if it is damaged, of another entry, or of another version."""
    return data[12:] if isinstance(data, bytes) and data == add_checksum(name, version, data[12:]) else None


class Cache(contextlib.AbstractContextManager):
    """The cache in `folder`; with None, it lasts as long as the object. Use as a context manager, or call `commit`.

    `added`: articles that are not in the file yet. `stats`: the files that were read or written, and those of the last build
    if `load_stats` was called. Picklable: in another process, it reads the same file.
    """

    def __init__(self, folder: Path | None, added: dict[str, CachedArticle] | None = None):
        self.folder = folder and folder.absolute()
        self.added = added or {}
        self.outputs: dict[str, tuple[bytes, bytes]] = {}
        self.stats = StatCache()
        self.used: set[str] = set()  # the keys of the articles in the file that were asked for
        self.warned = False
        self.connection: sqlite3.Connection | None = None
        self.lock = threading.RLock()
        self.body = functools.lru_cache(BODIES_IN_MEMORY)(self.read_body)

    def __reduce__(self):
        return Cache, (self.folder, self.added)

    def __exit__(self, *exception: object) -> None:
        self.commit()
        self.close()

    def close(self) -> None:
        """Close the file. The next query opens it again."""
        with self.lock:
            if self.connection:
                self.connection.close()
            self.connection = None

    def query(self, command: str, parameters: object = ()) -> list[tuple]:
        """The rows of a query; none if the file does not exist or cannot be read."""
        if not self.folder:
            return []
        try:
            with self.lock:
                if not self.connection:
                    self.connection = self.connect("rw")  # not "ro", which cannot undo what a killed build began
                    weakref.finalize(self, self.connection.close)  # articles load their bodies as long as they live
                return self.connection.execute(command, parameters).fetchall()
        except sqlite3.Error:
            return []

    def connect(self, mode: str) -> sqlite3.Connection:
        address = f"{(self.folder / FILE_NAME).as_uri()}?mode={mode}"
        return sqlite3.connect(address, timeout=LOCK_TIMEOUT, uri=True, isolation_level=None, check_same_thread=False)

    def metadata_of(self, keys: list[str]) -> dict[str, bytes]:
        """The metadata of the articles that are cached, by key."""
        found = {key: self.added[key].metadata for key in keys if key in self.added}
        query = "select key, metadata from articles where key in (select value from json_each(?))"
        for key, data in self.query(query, [json.dumps(keys)]):
            article_metadata = verify_checksum(key, code_version(), data)
            if article_metadata is not None:
                found[key] = article_metadata
                self.used.add(key)
        return found

    def read_body(self, key: str) -> ArticleBody:
        """The body of an article; `self.body` is the same, and keeps the last ones in memory. Raises CacheFormatError."""
        if key in self.added:
            return body_from_cache(self.added[key].body)
        for (data,) in self.query("select body from articles where key = ?", (key,)):
            return body_from_cache(verify_checksum(key, code_version(), data) or b"")
        raise CacheFormatError(f"{key} is not in the cache")

    def load_stats(self, output: Path) -> StatCache:
        """Load `stats` of the last build into `output`; empty if there is none."""
        self.stats = self.load(StatCache, "files", output, code_version()) or StatCache()
        return self.stats

    def load_log(self, output: Path, environment: str) -> dict[str, RenderedFile]:
        """What the last build rendered, by path below `output`; empty if there is none, or in another `environment`."""
        dependencies, files = self.load(StoredLog, "log", output, environment) or ([], {})
        return {
            path: RenderedFile(identity, tuple(dependencies[number] for number in numbers), sha256)
            for path, (identity, numbers, sha256) in files.items()
        }

    def load(self, kind: type, column: str, output: Path, version: str):
        for (data,) in self.query(f"select {column} from outputs where path = ?", (str(output),)):
            value = verify_checksum(f"{column} {output}", version, data)
            if value is not None:
                with contextlib.suppress(ValueError):
                    return type_adapter(kind).validate_json(value)
        return None

    def save_output(self, output: Path, environment: str, state: str, log: dict[str, RenderedFile]) -> None:
        """Keep what `load_stats` and `load_log` return in the next build. `state`: that of StatCache."""
        positions: dict[tuple[str, str], int] = {}
        files = {
            path: (file.identity, tuple(positions.setdefault(each, len(positions)) for each in file.dependencies), file.sha256)
            for path, file in log.items()
        }
        stats_data = type_adapter(StatCache).dump_json(self.stats.of_this_build(state))
        log_data = type_adapter(StoredLog).dump_json(([*positions], files))
        self.outputs[str(output)] = (
            add_checksum(f"files {output}", code_version(), stats_data),
            add_checksum(f"log {output}", environment, log_data),
        )

    def commit(self) -> None:
        """Write everything new. If that fails, one sentence on stderr says so, once; it stays in memory."""
        if not self.folder or not (self.added or self.outputs):
            return
        try:
            self.write()
        except (sqlite3.Error, OSError) as error:
            reason = getattr(error, "strerror", None) or error
            if not self.warned:
                print(
                    f"The build cache {self.folder} cannot be written ({reason}), so the next build will take longer: make "
                    "this folder writable and free some space, or delete it.", file=sys.stderr,
                )  # fmt: skip
            self.warned = True
            return
        self.used |= self.added.keys()
        self.added, self.outputs = {}, {}

    def write(self) -> None:
        """Write everything new. A file that is damaged, or that another program made, is replaced."""
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self.transaction()
        except sqlite3.DatabaseError as error:
            # The extended code of an error has its kind in the lowest byte.
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL):
                raise
            self.close()
            for suffix in ("", "-journal"):
                Path(f"{self.folder / FILE_NAME}{suffix}").unlink(missing_ok=True)
            self.transaction()

    def transaction(self) -> None:
        """Write everything new; of too many articles, delete those that were not asked for. Raises sqlite3.Error."""
        version, used = code_version(), self.used | self.added.keys()
        articles = (
            (key, add_checksum(key, version, article.metadata), add_checksum(key, version, article.body))
            for key, article in self.added.items()
        )
        outputs = ((path, int(time.time()), *data) for path, data in self.outputs.items())
        with contextlib.closing(self.connect("rwc")) as connection:
            connection.execute("pragma synchronous = off")  # after a power failure, the checksums tell
            connection.executescript(TABLES)
            connection.execute("begin immediate")
            connection.executemany("insert or replace into articles values (?, ?, ?)", articles)
            connection.executemany("insert or replace into outputs values (?, ?, ?, ?)", outputs)
            oldest = "select path from outputs order by used desc limit -1 offset ?"
            connection.execute(f"delete from outputs where path in ({oldest})", (MAX_OUTPUTS,))
            keys = connection.execute("select key from articles").fetchall()
            if len(keys) > max(MIN_CACHED_ARTICLES, CACHED_VERSIONS * len(used)):
                connection.executemany("delete from articles where key = ?", [row for row in keys if row[0] not in used])
            connection.execute("commit")
