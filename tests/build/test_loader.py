"""Loading with workers and a cache gives the same articles as without, whatever happens to either."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading

import pytest
from conftest import FIXTURE_CONTENT

from caravan.build import article_cache, loader
from caravan.build.article_cache import ArticleCache
from caravan.build.cache import StatCache
from caravan.build.loader import Loader
from caravan.build.parallel import Worker, worker_pool
from caravan.reading.paths import ContentPath, SiteLanguages, scan

DAY = 738_000


def article_files(content):
    return scan(content, SiteLanguages(("en", "es", "fil"), "en")).article_files


@contextlib.contextmanager
def cached_loader(path):
    """A loader with the cache at `path`, which is closed at the end."""
    with contextlib.closing(ArticleCache(path)) as cache:
        yield Loader(cache)


def everything(results):
    """All values of the results, also the lazily loaded bodies."""
    return [(content_path, result, result.article.body, result.article.front.model_dump()) for content_path, result in results]


@pytest.fixture(scope="module")
def files():
    return article_files(FIXTURE_CONTENT)


@pytest.fixture(scope="module")
def expected(files):
    """The results without workers and cache."""
    return everything(Loader().read_all(files))


@pytest.fixture
def parsed(monkeypatch):
    """The items that were parsed, and not loaded from the cache."""
    items = []
    parse_batch = loader.parse_batch
    monkeypatch.setattr(loader, "parse_batch", lambda batch: items.extend(batch) or parse_batch(batch))
    return items


def test_workers_change_nothing(files, expected, monkeypatch):
    monkeypatch.setattr(loader, "MIN_ITEMS_PER_WORKER", 5)
    pool = [Worker(), Worker()]
    assert everything(Loader().read_all(files, pool)) == expected
    assert all(worker.process for worker in pool)
    for worker in pool:
        worker.close()


def test_a_killed_worker_loses_no_article(files, expected, monkeypatch):
    monkeypatch.setattr(loader, "MIN_ITEMS_PER_WORKER", 10)
    worker = Worker()
    submit = worker.submit
    monkeypatch.setattr(worker, "submit", lambda *args: (submit(*args), worker.process.kill()))
    assert everything(Loader().read_all(files, [worker])) == expected


def test_a_worker_passes_on_exceptions():
    with worker_pool() as pool:
        worker = Worker()
        worker.submit(int, "not a number")
        with pytest.raises(ValueError):
            worker.result()
        worker.close()
    assert all(worker.process is None for worker in pool)


def test_a_cached_article_is_not_parsed_again(files, expected, tmp_path, parsed):
    for _ in range(3):
        with cached_loader(tmp_path / "texts.sqlite") as cached:
            assert everything(cached.read_all(files, day=DAY)) == expected
    assert len(parsed) == len(files)


def test_another_version_of_the_parser_parses_again(files, tmp_path, parsed, monkeypatch):
    with cached_loader(tmp_path / "texts.sqlite") as cached:
        cached.read_all(files, day=DAY)
    monkeypatch.setattr(article_cache, "parser_version", lambda: "another")
    with cached_loader(tmp_path / "texts.sqlite") as cached:
        cached.read_all(files, day=DAY)
    assert len(parsed) == 2 * len(files)


def broken_file(path):
    path.write_bytes(b"not a database" * 500)


def cut_file(path):
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def flipped_bytes(path):
    data = bytearray(path.read_bytes())
    for position in range(5000, len(data), 97):
        data[position] ^= 0x55
    path.write_bytes(data)


def changed(column, value):
    def change(path):
        with contextlib.closing(ArticleCache(path)) as cache:
            cache.connection.execute(f"update texts set {column} = {value}")

    change.__name__ = f"{column} = {value}"
    return change


def dropped_table(path):
    with contextlib.closing(ArticleCache(path)) as cache:
        cache.connection.execute("drop table texts")


DAMAGES = [
    broken_file, cut_file, flipped_bytes, lambda path: path.unlink(), changed("metadata", "x'00'"), changed("body", "'text'"),
    # entries of other articles, and forged ones
    changed("metadata", "(select metadata from texts order by key desc limit 1)"),
    changed("body", "(select body from texts order by key limit 1)"),
    changed("body", "substr(body, 1, 12) || cast('[[\"<script>\"],[],[],1,[],[]]' as blob)"),
    dropped_table,
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_cache_changes_nothing(files, expected, tmp_path, damage):
    path = tmp_path / "texts.sqlite"
    with cached_loader(path) as cached:
        cached.read_all(files, day=DAY)
    damage(path)
    for _ in range(2):
        with cached_loader(path) as cached:
            assert everything(cached.read_all(files, day=DAY)) == expected


def test_a_cache_that_is_deleted_during_use_changes_nothing(files, expected, tmp_path):
    with cached_loader(tmp_path / "cache" / "texts.sqlite") as cached:
        results = cached.read_all(files, day=DAY)
        if os.name == "nt":  # Windows does not delete open files
            cached.cache.close()
        shutil.rmtree(tmp_path / "cache")
        assert everything(results) == expected


def test_a_cache_that_cannot_be_written_changes_nothing(files, expected, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with cached_loader(tmp_path / "file" / "texts.sqlite") as cached:
        assert everything(cached.read_all(files, day=DAY)) == expected


def test_the_cache_keeps_used_articles_and_is_limited(files, tmp_path, monkeypatch):
    monkeypatch.setattr(article_cache, "MIN_CACHED_ARTICLES", 10)
    monkeypatch.setattr(article_cache, "CACHED_VERSIONS", 1)
    few = dict(sorted(files.items())[:10])
    with cached_loader(tmp_path / "texts.sqlite") as cached:
        cached.read_all(files, day=DAY)
        cached.read_all(few, day=DAY + 1)
        assert cached.cache.query("select count(*), min(used) from texts") == [(10, DAY + 1)]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no ctime of changes")
def test_a_changed_file_of_the_same_size_and_mtime_is_parsed_again(content, tmp_path):
    """As after a checkout that sets mtimes: inode and ctime differ."""
    stat_cache, path = StatCache(), content / "pages" / "about" / "en.md"
    os.utime(path, (1_000_000_000, 1_000_000_000))
    with contextlib.closing(ArticleCache(tmp_path / "texts.sqlite")) as cache:
        Loader(cache, stat_cache).read_all(article_files(content), day=DAY)
        path.write_text(path.read_text().replace("title: About", "title: Abuot"))
        os.utime(path, (1_000_000_000, 1_000_000_000))
        again = dict(Loader(cache, stat_cache).read_all(article_files(content), day=DAY))
    assert again[ContentPath("pages", "about", "en")].article.front.title.startswith("Abuot")


def test_several_builds_can_use_one_cache_at_once(files, expected, tmp_path):
    results = []

    def load():
        with cached_loader(tmp_path / "texts.sqlite") as cached:
            results.append(everything(cached.read_all(files, day=DAY)))

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 4
