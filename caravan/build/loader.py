"""Loads all articles: from the cache where it has them, else from their files, in parallel if there are many."""

from __future__ import annotations

import contextlib
import datetime
import functools
from pathlib import Path

from caravan.build.cache import Cache, CachedArticle, CacheFormatError, result_from_cache, serialize_article
from caravan.build.parallel import WorkerPool
from caravan.media.pictures import read_pictures
from caravan.reading import drawings, evidence
from caravan.reading.article import ArticleBody, ParseResult, cache_key_of
from caravan.reading.library import Library, Picture, group_results
from caravan.reading.paths import ContentPath, SiteLanguages, read_limited, scan, stat_signature
from caravan.reading.problems import ContentError, Fault, Problem, format_message, site_mistake

# Starting a worker takes about as long as parsing this many articles.
MIN_ITEMS_PER_WORKER = 120
MIN_PICTURES_PER_WORKER = 30  # reading one takes about 10 ms

SourceItem = tuple[ContentPath, Path]


def load_articles(files: dict[ContentPath, Path], cache: Cache, pool: WorkerPool | None = None) -> dict[ContentPath, ParseResult]:
    """The result of every file, sorted by content path. `pool`: workers for many changed files."""
    results = from_cache(files, cache)
    missing = [item for item in sorted(files.items()) if item[0] not in results]
    if pool and pool.share_count(missing, MIN_ITEMS_PER_WORKER) > 1:
        parsed = pool.map_shares(parse_batch, missing, MIN_ITEMS_PER_WORKER, True)
    else:
        parsed = parse_batch(missing, serialize=cache.folder is not None)
    for content_path, result in parsed:
        if isinstance(result, CachedArticle):
            cache.added[result.key] = result
            result = make_result(cache, content_path, files[content_path], result.key, result.metadata)
        results[content_path] = result
    return dict(sorted(results.items()))


def from_cache(files: dict[ContentPath, Path], cache: Cache) -> dict[ContentPath, ParseResult]:
    """The cached results of those files that have not changed since they were cached."""
    keys = {}
    for content_path, file in files.items() if cache.folder else ():
        signature = stat_signature(file)
        key = cache.stats.lookup(file, signature)
        if key is None:
            try:
                key = cache_key_of(content_path, read_limited(file))
            except (OSError, Fault):
                continue
            cache.stats.remember(file, signature, key)
        keys[content_path] = key
    cached = cache.metadata_of(list(keys.values()))
    results = {}
    for content_path, key in keys.items():
        with contextlib.suppress(CacheFormatError, KeyError):
            results[content_path] = make_result(cache, content_path, files[content_path], key, cached[key])
    return results


def make_result(cache: Cache, content_path: ContentPath, file: Path, key: str, metadata: bytes) -> ParseResult:
    """The result of cached metadata. Raises CacheFormatError."""
    return result_from_cache(content_path, file, key, metadata, functools.partial(load_body, cache, content_path, file, key))


def load_body(cache: Cache, content_path: ContentPath, file: Path, key: str) -> ArticleBody:
    """The body of an article from the cache; if it is not there any more, the file is parsed again.

    Raises ContentError if the file has changed since the article was loaded.
    """
    with contextlib.suppress(CacheFormatError):
        return cache.body(key)
    from caravan.reading.parser import BodyParser, parse_file

    result = parse_file(file, content_path, BodyParser())
    if result.article is None or result.article.cache_key != key:
        raise ContentError([Problem(content_path.source_path, 1, format_message("file-changed"))])
    cache.added[key] = serialize_article(result)
    return result.article.body


def parse_batch(items: list[SourceItem], serialize: bool) -> list[tuple[ContentPath, ParseResult | CachedArticle]]:
    """Parse files. `serialize`: return articles in the form of the cache, which can cross process boundaries.

    Markdown, sanitizer and typography are imported here, because most builds find every article in the cache.
    """
    from caravan.reading.parser import BodyParser, parse_file

    parser, parsed = BodyParser(), []
    for content_path, file in items:
        try:
            result = parse_file(file, content_path, parser)
            if serialize and result.article:
                result = serialize_article(result)
        except Exception as error:  # noqa: BLE001 - an error in one article must not stop the others
            parser = BodyParser()  # the old one may be in an undefined state
            result = ParseResult(None, [site_mistake(content_path.source_path, error, failing_line(file, content_path))])
        parsed.append((content_path, result))
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


def load_pictures(files: dict[str, Path], cache: Cache, pool: WorkerPool | None) -> tuple[dict[str, Picture], list[Problem]]:
    """The pictures among `files` (by path below content/), and a problem for each other file. Unchanged ones are not opened."""
    pictures, changed, problems = {}, {}, []
    for path, file in files.items():
        signature = stat_signature(file)
        known = cache.stats.lookup(file, signature)
        if known:
            sha256, width, height = known.split()
            pictures[path] = Picture(file, sha256, int(width), int(height))
        else:
            changed[path] = signature
    items = sorted((path, files[path]) for path in changed)
    for path, result in pool.map_shares(read_pictures, items, MIN_PICTURES_PER_WORKER) if pool else read_pictures(items):
        if isinstance(result, Picture):
            pictures[path] = result
            cache.stats.remember(result.file, changed[path], f"{result.sha256} {result.width} {result.height}")
        else:
            problems.append(result)
    return pictures, problems


def load_library(
    content: Path, languages: SiteLanguages, day: datetime.date, cache: Cache | None = None, pool: WorkerPool | None = None
) -> Library:
    """Load everything below `content`. Never raises for mistakes of authors; they are problems of the library.

    `cache`: of a build, or of loads before. `pool`: workers for many changed articles.
    """
    tree = scan(content, languages)
    cache = cache or Cache(None)
    for path, signature in (*tree.stat_signatures.items(), *((file, stat_signature(file)) for file in tree.data_files.values())):
        cache.stats.remember(path, signature, "")
    sources, source_problems = evidence.load_sources(content, languages.languages, day)
    results = load_articles(tree.article_files, cache, pool)
    pictures, picture_problems = load_pictures(tree.asset_files, cache, pool)
    groups = {key: group for key, (group, _) in group_results(results).items() if group}
    svg_by_name, drawing_problems = drawings.load_drawings(tree.drawing_files)
    front_page = evidence.load_data_file(content, evidence.FRONT_PAGE_PATH, evidence.FrontPageData)
    notice_paths = {lang: evidence.notice_path(lang) for lang in sorted(languages.languages)}
    notices = {lang: evidence.load_data_file(content, path, evidence.Notice) for lang, path in notice_paths.items() if path in tree.data_files}
    data_problems = (problem for file in (front_page, *notices.values()) for problem in file.problems)
    problems = (*source_problems, *drawing_problems, *picture_problems, *data_problems)
    return Library(groups, results, tree, sources, languages, day, problems, svg_by_name, pictures, front_page, notices)
