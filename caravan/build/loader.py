"""Reading many texts: what the store holds is taken from there, the rest is spread over the cores."""

from __future__ import annotations

import contextlib
import datetime
import functools
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from caravan.build.article_cache import (
    ArticleCache,
    CachedText,
    CacheFormatError,
    article_from_cache,
    body_from_cache,
    serialize_article,
)
from caravan.build.cache import StatCache
from caravan.build.parallel import Worker, map_shares
from caravan.reading import drawings, evidence
from caravan.reading.article import Article, ArticleBody, ParseResult, cache_key_of, read_limited
from caravan.reading.library import Library, group_results
from caravan.reading.limits import INSIDES_AT_HAND
from caravan.reading.paths import ContentPath, SiteLanguages, scan, stat_signature
from caravan.reading.problems import ContentError, Fault, Problem, format_message, site_mistake

# A worker needs about as long to start as this many texts need to be read.
MIN_ITEMS_PER_WORKER = 120
# So many texts are in memory whole at once, before the store has them.
BATCH_SIZE = 2_000

SourceItem = tuple[ContentPath, Path]
ParsedItem = tuple[ContentPath, str, CachedText | None, ParseResult]


class Loader:
    """Reads texts, with a store where there is one. Keep it: the preview reads one text after the other.

    `stamps` tells the keys of files that have not changed without opening them.
    """

    def __init__(self, store: ArticleCache | None = None, stamps: StatCache | None = None):
        self.cache = store
        self.stat_cache = stamps or StatCache()
        self.load_body = functools.lru_cache(maxsize=INSIDES_AT_HAND)(self._load_body)
        self.uncached_bodies: dict[str, bytes] = {}  # the insides that no store has kept, by key

    def read_all(self, texts: dict[ContentPath, Path], workers: list[Worker] = (), day: int = 0) -> list[tuple[ContentPath, ParseResult]]:
        """Read every text; results are in the order of the places, whoever read them. `day` is today's ordinal."""
        found, missing = {}, []
        known = self.from_cache(texts)
        for place, file in sorted(texts.items()):
            made = known.get(place)
            if made:
                found[place] = ParseResult(made, [])
            else:
                missing.append((place, file))
        for start in range(0, len(missing), BATCH_SIZE):
            found.update(self.parse_files(missing[start : start + BATCH_SIZE], workers, day))
        if self.cache:
            self.cache.evict([read.article.cache_key for read in found.values() if read.article], day)
        return sorted(found.items())

    def from_cache(self, texts: dict[ContentPath, Path]) -> dict[ContentPath, Article]:
        """The texts that the store holds: their files are as they were when it last saw them."""
        if not self.cache:
            return {}
        keys, stamps = {}, {}
        for place, file in texts.items():
            stamp = stat_signature(file)
            keys[place] = self.stat_cache.lookup(file, stamp)
            if keys[place] is None:
                try:
                    keys[place], stamps[place] = cache_key_of(place, read_limited(file)), stamp
                except OSError:
                    del keys[place]
        made = self.load_cached([(place, texts[place], key) for place, key in keys.items()])
        for place in stamps.keys() & made.keys():
            self.stat_cache.remember(texts[place], stamps[place], keys[place])
        return made

    def load_cached(self, wanted: list[tuple[ContentPath, Path, str]]) -> dict[ContentPath, Article]:
        """The texts that the store holds under the given keys."""
        cards, found = self.cache.metadata_of([key for _place, _file, key in wanted]), {}
        for place, file, key in wanted:
            with contextlib.suppress(CacheFormatError, KeyError):
                found[place] = self.make_article(place, file, key, cards[key])
        return found

    def parse_files(self, items: list[SourceItem], workers: list[Worker], day: int) -> Iterable[tuple[ContentPath, ParseResult]]:
        """Read files, spread over as many of `workers` as are worth it, and keep what is without fault."""
        stamps = {place: stat_signature(file) for place, file in items}  # before reading: a later save is seen
        files = dict(items)
        shares = max(1, min(len(workers) + 1, len(items) // MIN_ITEMS_PER_WORKER))
        raw = map_shares(workers[: shares - 1], parse_batch, items)
        clean = [(key, made) for _place, key, made, read in raw if made and not read.problems]
        if self.cache:
            self.cache.save(clean, day)
        for place, key, made, read in raw:
            if made and not read.problems:
                self.stat_cache.remember(files[place], stamps[place], key)
            if made and (read.problems or not self.cache):
                self.uncached_bodies[key] = made.body
            if made:
                read = ParseResult(self.make_article(place, files[place], key, made.metadata), read.problems)
            yield place, read

    def make_article(self, place: ContentPath, file: Path, key: str, card: bytes) -> Article:
        made: Article = article_from_cache(place, file, key, card, lambda: self.load_body(made))
        return made

    def _load_body(self, made: Article) -> ArticleBody:
        """The inside of a text: from here, from the store, else from its file, read once more."""
        kept = self.uncached_bodies.get(made.cache_key) or (self.cache and self.cache.body_of(made.cache_key))
        try:
            if kept:
                return body_from_cache(made, kept)
        except CacheFormatError:
            pass
        from caravan.reading.parser import BodyParser, parse_file

        again = parse_file(made.file, made.content_path, BodyParser()).article
        if again is None or again.cache_key != made.cache_key:
            raise ContentError([Problem(made.content_path.source_path, 1, format_message("file-changed"))])
        return again.body


def warm_up() -> None:
    """Load what reading needs, in a process that will be asked to read."""
    from caravan.reading import parser

    parser.BodyParser()


def parse_batch(items: list[SourceItem]) -> list[ParsedItem]:
    """Read files; a text becomes a record, which can walk from one process to another.

    Markdown, sanitizer and typography are loaded here, since most runs find every text in the store.
    """
    from caravan.reading.parser import BodyParser
    from caravan.reading.parser import parse_file as read_file

    bodies, raw = BodyParser(), []
    for place, file in items:
        try:
            read = read_file(file, place, bodies)
            made = read.article
            kept = made and serialize_article(made)
            if kept:
                article_from_cache(place, file, made.cache_key, kept.metadata, lambda: None)  # what is kept can be read again
            raw.append((place, made.cache_key if made else "", kept, replace(read, article=None)))
        except Exception as error:  # noqa: BLE001 - one text must not stop all others
            bodies = BodyParser()  # the one that failed may be in the middle of something
            raw.append((place, "", None, ParseResult(None, [site_mistake(place.source_path, error, line_of(file, place))])))
    return raw


def line_of(file: Path, place: ContentPath) -> int:
    """Where in a text our code fails: the first paragraph that makes it fail alone, else the line where the body starts."""
    from caravan.reading import front_matter
    from caravan.reading.limits import decode
    from caravan.reading.parser import BodyParser

    line = 1
    with contextlib.suppress(Exception):
        parts = front_matter.split_source(decode(read_limited(file)))
        line = start = parts.body_line
        for paragraph in parts.body.split("\n\n"):
            try:
                BodyParser().parse(paragraph, f"{place.kind}/{place.slug}", place.lang, 1)
            except Fault:
                pass
            except Exception:  # noqa: BLE001 - this is what is looked for
                return start + len(paragraph) - len(paragraph.lstrip("\n"))
            start += paragraph.count("\n") + 2
    return line


def load_library(content: Path, rules: SiteLanguages, day: datetime.date, loader: Loader | None = None, staff: list[Worker] = ()) -> Library:
    """Read everything below `content`. Never raises for what an author wrote.

    `loader` may hold a store of what was read before; `staff` takes a share where there is much to read.
    """
    found: list[Problem] = []
    listed = {path: stat_signature(path) for path in (evidence.sources_path(content), evidence.front_page_file(content))}
    try:
        sources = evidence.load_sources(content)
    except ContentError as error:
        sources, found = None, list(error.problems)
    except Exception as error:  # noqa: BLE001 - one file must not stop all others
        sources, found = None, [site_mistake(evidence.PATH, error)]
    folder = scan(content, rules)
    reads = dict((loader or Loader()).read_all(folder.article_files, staff, day.toordinal()))
    works = {key: work for key, (work, _) in group_results(reads).items() if work}
    listed.update((path, stat_signature(path)) for path in folder.drawing_files.values())
    drawn, wrong = drawings.load_drawings(folder.drawing_files)
    entries, slips = evidence.load_front_page(content)
    found += [*wrong, *slips]
    stamps = {**folder.stat_signatures, **{str(path): stamp for path, stamp in listed.items() if stamp}}
    return Library(works, reads, folder, sources, rules, day, tuple(found), stamps, drawn, entries)
