"""Loads all articles: from the cache where it has them, else from their files, in parallel if there are many."""

from __future__ import annotations

import contextlib
import datetime
import functools
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from caravan.build.article_cache import (
    ArticleCache,
    CachedArticle,
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
from caravan.reading.limits import BODIES_IN_MEMORY
from caravan.reading.paths import ContentPath, SiteLanguages, scan, stat_signature
from caravan.reading.problems import ContentError, Fault, Problem, format_message, site_mistake

# Starting a worker takes about as long as parsing this many articles.
MIN_ITEMS_PER_WORKER = 120
# How many parsed articles are in memory as a whole before they are saved.
BATCH_SIZE = 2_000

SourceItem = tuple[ContentPath, Path]
# Content path, cache key ("" if there is no article), serialized article, and the result without the article.
ParsedItem = tuple[ContentPath, str, CachedArticle | None, ParseResult]


class Loader:
    """Loads articles, through a cache if there is one. Reusable: the preview loads every saved file with the same loader.

    `stat_cache`: cache keys of unchanged files, which then need not be opened.
    """

    def __init__(self, cache: ArticleCache | None = None, stat_cache: StatCache | None = None):
        self.cache = cache
        self.stat_cache = stat_cache or StatCache()
        self.load_body = functools.lru_cache(maxsize=BODIES_IN_MEMORY)(self._load_body)
        self.uncached_bodies: dict[str, bytes] = {}  # serialized bodies that are not in the cache, by cache key

    def read_all(self, files: dict[ContentPath, Path], pool: list[Worker] = (), day: int = 0) -> list[tuple[ContentPath, ParseResult]]:
        """The result of every file, sorted by content path. `day`: the ordinal of today, for ArticleCache.evict."""
        cached = self.from_cache(files)
        results = {content_path: ParseResult(article, []) for content_path, article in cached.items()}
        missing = [item for item in sorted(files.items()) if item[0] not in cached]
        for start in range(0, len(missing), BATCH_SIZE):
            results.update(self.parse_files(missing[start : start + BATCH_SIZE], pool, day))
        if self.cache:
            self.cache.evict([result.article.cache_key for result in results.values() if result.article], day)
        return sorted(results.items())

    def from_cache(self, files: dict[ContentPath, Path]) -> dict[ContentPath, Article]:
        """The cached articles of those files that have not changed since they were cached."""
        if not self.cache:
            return {}
        keys, signatures = {}, {}
        for content_path, file in files.items():
            signature = stat_signature(file)
            key = self.stat_cache.lookup(file, signature)
            if key is None:
                try:
                    key = cache_key_of(content_path, read_limited(file))
                except OSError:
                    continue
                signatures[content_path] = signature
            keys[content_path] = key
        articles = self.load_cached([(content_path, files[content_path], key) for content_path, key in keys.items()])
        for content_path in signatures.keys() & articles.keys():
            self.stat_cache.remember(files[content_path], signatures[content_path], keys[content_path])
        return articles

    def load_cached(self, items: list[tuple[ContentPath, Path, str]]) -> dict[ContentPath, Article]:
        """The cached articles of `items`, each given as content path, file and cache key."""
        cached = self.cache.metadata_of([key for _content_path, _file, key in items])
        articles = {}
        for content_path, file, key in items:
            with contextlib.suppress(CacheFormatError, KeyError):
                articles[content_path] = self.make_article(content_path, file, key, cached[key])
        return articles

    def parse_files(self, items: list[SourceItem], pool: list[Worker], day: int) -> Iterable[tuple[ContentPath, ParseResult]]:
        """Parse files, on as many workers of `pool` as are worth starting. Articles without problems are cached."""
        signatures = {content_path: stat_signature(file) for content_path, file in items}  # taken before reading
        files = dict(items)
        shares = max(1, min(len(pool) + 1, len(items) // MIN_ITEMS_PER_WORKER))
        parsed = map_shares(pool[: shares - 1], parse_batch, items)
        if self.cache:
            cacheable = [(key, cached) for _content_path, key, cached, result in parsed if cached and not result.problems]
            self.cache.save(cacheable, day)
        for content_path, key, cached, result in parsed:
            if cached and not result.problems:
                self.stat_cache.remember(files[content_path], signatures[content_path], key)
            if cached and (result.problems or not self.cache):
                self.uncached_bodies[key] = cached.body
            if cached:
                article = self.make_article(content_path, files[content_path], key, cached.metadata)
                result = ParseResult(article, result.problems)
            yield content_path, result

    def make_article(self, content_path: ContentPath, file: Path, key: str, metadata: bytes) -> Article:
        article: Article = article_from_cache(content_path, file, key, metadata, lambda: self.load_body(article))
        return article

    def _load_body(self, article: Article) -> ArticleBody:
        """The body of an article: from memory or the cache, else the file is parsed again.

        Raises ContentError if the file has changed since the article was loaded.
        """
        data = self.uncached_bodies.get(article.cache_key) or (self.cache and self.cache.body_of(article.cache_key))
        try:
            if data:
                return body_from_cache(article, data)
        except CacheFormatError:
            pass
        from caravan.reading.parser import BodyParser, parse_file

        current = parse_file(article.file, article.content_path, BodyParser()).article
        if current is None or current.cache_key != article.cache_key:
            raise ContentError([Problem(article.content_path.source_path, 1, format_message("file-changed"))])
        return current.body


def warm_up() -> None:
    """Import what parsing needs, in a worker that will parse."""
    from caravan.reading import parser

    parser.BodyParser()


def parse_batch(items: list[SourceItem]) -> list[ParsedItem]:
    """Parse files. Articles are returned serialized, since they cross process boundaries.

    Markdown, sanitizer and typography are imported here, because most builds find every article in the cache.
    """
    from caravan.reading.parser import BodyParser, parse_file

    parser, parsed = BodyParser(), []
    for content_path, file in items:
        try:
            result = parse_file(file, content_path, parser)
            article = result.article
            cached = article and serialize_article(article)
            if cached:
                # A value that cannot be loaded again is an error of this article, not of the next build.
                article_from_cache(content_path, file, article.cache_key, cached.metadata, lambda: None)
            parsed.append((content_path, article.cache_key if article else "", cached, replace(result, article=None)))
        except Exception as error:  # noqa: BLE001 - an error in one article must not stop the others
            parser = BodyParser()  # the old one may be in an undefined state
            problem = site_mistake(content_path.source_path, error, failing_line(file, content_path))
            parsed.append((content_path, "", None, ParseResult(None, [problem])))
    return parsed


def failing_line(file: Path, content_path: ContentPath) -> int:
    """The line of the first paragraph on which the parser raises an unexpected exception, else the first of the body."""
    from caravan.reading import front_matter
    from caravan.reading.limits import decode
    from caravan.reading.parser import BodyParser

    line = 1
    with contextlib.suppress(Exception):
        parts = front_matter.split_source(decode(read_limited(file)))
        line = start = parts.body_line
        for paragraph in parts.body.split("\n\n"):
            try:
                BodyParser().parse(paragraph, f"{content_path.kind}/{content_path.slug}", content_path.lang, 1)
            except Fault:
                pass
            except Exception:  # noqa: BLE001 - this is the paragraph to find
                return start + len(paragraph) - len(paragraph.lstrip("\n"))
            start += paragraph.count("\n") + 2
    return line


def load_library(
    content: Path, languages: SiteLanguages, day: datetime.date, loader: Loader | None = None, pool: list[Worker] = ()
) -> Library:
    """Load everything below `content`. Never raises for mistakes of authors; they are problems of the library.

    `loader`: one with a cache, or one that has loaded files before. `pool`: workers for many changed articles.
    """
    problems: list[Problem] = []
    data_files = [evidence.sources_path(content), evidence.front_page_file(content)]
    signatures = {path: stat_signature(path) for path in data_files}
    try:
        sources = evidence.load_sources(content)
    except ContentError as error:
        sources, problems = None, list(error.problems)
    except Exception as error:  # noqa: BLE001 - an error in one file must not stop the others
        sources, problems = None, [site_mistake(evidence.SOURCES_PATH, error)]
    tree = scan(content, languages)
    results = dict((loader or Loader()).read_all(tree.article_files, pool, day.toordinal()))
    groups = {key: group for key, (group, _) in group_results(results).items() if group}
    signatures.update((path, stat_signature(path)) for path in tree.drawing_files.values())
    svg_by_name, drawing_problems = drawings.load_drawings(tree.drawing_files)
    front_page, front_page_problems = evidence.load_front_page(content)
    problems += [*drawing_problems, *front_page_problems]
    stat_signatures = {**tree.stat_signatures, **{str(path): signature for path, signature in signatures.items() if signature}}
    return Library(groups, results, tree, sources, languages, day, tuple(problems), stat_signatures, svg_by_name, front_page)
