"""Loading with workers and a cache gives the same articles as without, whatever happens to either."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import sqlite3
import threading

import pytest
from conftest import FIXTURE_CONTENT
from invoke import Exit

from caravan.build import cache as cache_module
from caravan.build import loader
from caravan.build.cache import FILE_NAME, Cache
from caravan.build.loader import load_articles
from caravan.build.parallel import CORES, WorkerPool
from caravan.reading.article import cache_key_of
from caravan.reading.paths import ContentPath, SiteLanguages, scan


def article_files(content):
    return scan(content, SiteLanguages(("en", "es", "fil"), "en")).article_files


@contextlib.contextmanager
def database(folder):
    with contextlib.closing(sqlite3.connect(folder / FILE_NAME)) as connection, connection:
        yield connection


def everything(results):
    """All values of the results, also the lazily loaded bodies."""
    return [(content_path, result, result.article.body, result.article.front.model_dump()) for content_path, result in results.items()]


@pytest.fixture(scope="module")
def files():
    return article_files(FIXTURE_CONTENT)


@pytest.fixture(scope="module")
def expected(files):
    """The results without workers and cache."""
    return everything(load_articles(files, Cache(None)))


@pytest.fixture
def parsed(monkeypatch):
    """The items that were parsed, and not loaded from the cache."""
    items = []
    parse_batch = loader.parse_batch
    monkeypatch.setattr(loader, "parse_batch", lambda batch, serialize: items.extend(batch) or parse_batch(batch, serialize))
    return items


@pytest.fixture
def pool(monkeypatch):
    monkeypatch.setattr(loader, "MIN_ITEMS_PER_WORKER", 5)
    monkeypatch.setenv(CORES, "3")
    with WorkerPool() as workers:
        yield workers


def test_workers_change_nothing(files, expected, pool):
    assert everything(load_articles(files, Cache(None), pool)) == expected
    assert pool.executor


def test_little_work_starts_no_worker(files, expected, pool, monkeypatch):
    monkeypatch.setattr(loader, "MIN_ITEMS_PER_WORKER", len(files))
    assert everything(load_articles(files, Cache(None), pool)) == expected
    assert pool.executor is None


def die(*args):
    if multiprocessing.parent_process():
        os._exit(1)  # as a process that is killed
    return [args]


@pytest.mark.parametrize("when", ["now", "before"])
def test_the_work_of_a_killed_worker_is_done_here(pool, when):
    if when == "before":
        assert sorted(pool.map_shares(list, range(3), 1)) == [0, 1, 2]
        for process in multiprocessing.active_children():
            process.kill()
            process.join()
        assert sorted(pool.map_shares(list, range(3), 1)) == [0, 1, 2]
    assert sum(len(items) for items, *_ in pool.map_shares(die, range(30), 1, "more")) == 30
    assert pool.size == 0 and sorted(pool.map_shares(list, range(3), 1)) == [0, 1, 2]


def test_a_worker_passes_on_exceptions(pool):
    with pytest.raises(ValueError):
        pool.map_shares(fail_in_worker, range(3), 1)


def fail_in_worker(share):
    return list(map(int, "x" if multiprocessing.parent_process() else ""))


@pytest.mark.parametrize("value", ["none", "0", "-1", "2.5", "²", "1 2"])
def test_cores_that_are_no_number_are_named(monkeypatch, value):
    monkeypatch.setenv(CORES, value)
    with pytest.raises(Exit) as error:
        WorkerPool()
    assert error.value.message == f'CARAVAN_CORES is "{value}"; write the number of processor cores to use, such as 2, or remove the variable.'


@pytest.mark.parametrize("value, size", [("1", 0), (" 3 ", 2), ("500", 61)])
def test_the_number_of_workers_is_limited(monkeypatch, value, size):
    monkeypatch.setenv(CORES, value)
    assert WorkerPool().size == size


def test_a_cached_article_is_not_parsed_again(files, expected, tmp_path, parsed):
    for _ in range(3):
        with Cache(tmp_path / "store") as cache:
            assert everything(load_articles(files, cache)) == expected
    assert len(parsed) == len(files)


def test_another_version_of_the_parser_parses_again(files, tmp_path, parsed, monkeypatch):
    with Cache(tmp_path / "store") as cache:
        load_articles(files, cache)
    monkeypatch.setattr(cache_module, "code_version", lambda: "another")
    with Cache(tmp_path / "store") as cache:
        load_articles(files, cache)
    assert len(parsed) == 2 * len(files)


def broken_file(folder):
    (folder / FILE_NAME).write_bytes(b"not a database" * 500)


def cut_file(folder):
    path = folder / FILE_NAME
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def flipped_bytes(folder):
    path = folder / FILE_NAME
    data = bytearray(path.read_bytes())
    for position in range(5000, len(data), 97):
        data[position] ^= 0x55
    path.write_bytes(data)


def changed(column, value):
    def change(folder):
        with database(folder) as connection:
            connection.execute(f"update articles set {column} = {value}")

    change.__name__ = f"{column} = {value}"
    return change


def dropped_table(folder):
    with database(folder) as connection:
        connection.execute("drop table articles")


def other_columns(folder):
    with database(folder) as connection:
        connection.executescript("drop table articles; create table articles (id integer)")


def deleted_file(folder):
    (folder / FILE_NAME).unlink()


DAMAGES = [
    broken_file, cut_file, flipped_bytes, deleted_file, changed("metadata", "x'00'"), changed("body", "'text'"),
    # entries of other articles, and forged ones
    changed("metadata", "(select metadata from articles order by key desc limit 1)"),
    changed("body", "(select body from articles order by key limit 1)"),
    changed("body", "substr(body, 1, 12) || cast('[[\"<script>\"],[],[],1,[],[]]' as blob)"),
    dropped_table, other_columns,
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_cache_changes_nothing_and_is_made_again(files, expected, tmp_path, damage, parsed, capsys):
    folder = tmp_path / "store"
    with Cache(folder) as cache:
        load_articles(files, cache)
    damage(folder)
    for _ in range(2):
        with Cache(folder) as cache:
            assert everything(load_articles(files, cache)) == expected
    parsed.clear()
    with Cache(folder) as cache:
        load_articles(files, cache)
    assert parsed == [] and capsys.readouterr().err == ""


def test_an_article_with_problems_is_cached_with_them(content, tmp_path, parsed):
    path = content / "pages" / "about" / "en.md"
    path.write_text(path.read_text() + "\n[text](#no-such-id)\n")
    for _ in range(2):
        with Cache(tmp_path / "store") as cache:
            results = load_articles({ContentPath("pages", "about", "en"): path}, cache)
            assert "no-such-id" in str(results[ContentPath("pages", "about", "en")].problems)
    assert len(parsed) == 1


def test_a_cache_that_is_deleted_during_use_changes_nothing(files, expected, tmp_path):
    with Cache(tmp_path / "store") as cache:
        load_articles(files, cache)
    with Cache(tmp_path / "store") as cache:
        results = load_articles(files, cache)
        if os.name == "nt":  # Windows does not delete open files
            cache.close()
        shutil.rmtree(tmp_path / "store")
        assert everything(results) == expected


def file_in_the_way(folder):
    folder.write_text("not a folder")


def read_only_folder(folder):
    with Cache(folder) as cache:
        cache.save_output(folder, "", "", {})
    folder.chmod(0o500)
    (folder / FILE_NAME).chmod(0o400)


def full_disk(folder):
    """As if the disk was full: SQLite refuses to grow the file."""
    with Cache(folder) as cache:
        cache.save_output(folder, "", "", {})


@pytest.mark.parametrize("obstacle", [file_in_the_way, read_only_folder, full_disk], ids=lambda obstacle: obstacle.__name__)
def test_a_cache_that_cannot_be_written_is_named_once(files, expected, tmp_path, obstacle, capsys, monkeypatch):
    folder = tmp_path / "store"
    obstacle(folder)
    if obstacle is read_only_folder and os.access(folder, os.W_OK):
        folder.chmod(0o700)
        pytest.skip("this user can write everywhere")
    if obstacle is full_disk:
        connect = Cache.connect

        def small(self, mode):
            connection = connect(self, mode)
            connection.execute("pragma max_page_count = 1")
            return connection

        monkeypatch.setattr(Cache, "connect", small)
    with Cache(folder) as cache:
        for _ in range(2):
            assert everything(load_articles(files, cache)) == expected
            cache.commit()
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1 and printed.startswith(f"The build cache {folder} cannot be written (")


def test_the_cache_keeps_used_articles_and_is_limited(files, tmp_path, monkeypatch):
    monkeypatch.setattr(cache_module, "MIN_CACHED_ARTICLES", 10)
    monkeypatch.setattr(cache_module, "CACHED_VERSIONS", 1)
    few = dict(sorted(files.items())[:10])
    with Cache(tmp_path / "store") as cache:
        load_articles(files, cache)
    with Cache(tmp_path / "store") as cache:
        load_articles(few, cache)
        cache.save_output(tmp_path / "output", "", "", {})
    with database(tmp_path / "store") as connection:
        kept = {key for (key,) in connection.execute("select key from articles")}
    assert len(kept) == 10 and kept == {cache_key_of(path, file.read_bytes()) for path, file in few.items()}


def test_an_undone_edit_is_still_in_the_cache(content, tmp_path, parsed):
    file = content / "pages" / "about" / "en.md"
    before = file.read_text(encoding="utf-8")
    for text in (before, before + "More.\n", before):
        file.write_text(text, encoding="utf-8")
        with Cache(tmp_path / "store") as cache:
            load_articles(article_files(content), cache)
    assert len(parsed) == len(article_files(content)) + 1


def test_a_cache_of_an_older_version_is_replaced(files, tmp_path, parsed):
    """Its table had another column."""
    (tmp_path / "store").mkdir()
    with database(tmp_path / "store") as connection:
        connection.execute("create table articles (key text primary key, used integer, metadata blob, body blob)")
    for _ in range(2):
        with Cache(tmp_path / "store") as cache:
            load_articles(files, cache)
    assert len(parsed) == len(files)


def test_the_cache_forgets_old_outputs(tmp_path, monkeypatch):
    monkeypatch.setattr(cache_module, "MAX_OUTPUTS", 2)
    for number in range(4):
        monkeypatch.setattr(cache_module.time, "time", lambda number=number: 1_800_000_000 + number)
        with Cache(tmp_path / "store") as cache:
            cache.save_output(tmp_path / str(number), "", f"state {number}", {})
    states = [Cache(tmp_path / "store").load_stats(tmp_path / str(number)).state for number in range(4)]
    assert states == ["", "", "state 2", "state 3"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no ctime of changes")
def test_a_changed_file_of_the_same_size_and_mtime_is_parsed_again(content, tmp_path):
    """As after a checkout that sets mtimes: inode and ctime differ."""
    path = content / "pages" / "about" / "en.md"
    os.utime(path, (1_000_000_000, 1_000_000_000))
    with Cache(tmp_path / "store") as cache:
        load_articles(article_files(content), cache)
        path.write_text(path.read_text().replace("title: About", "title: Abuot"))
        os.utime(path, (1_000_000_000, 1_000_000_000))
        again = load_articles(article_files(content), cache)
    assert again[ContentPath("pages", "about", "en")].article.front.title.startswith("Abuot")


def test_several_builds_can_use_one_cache_at_once(files, expected, tmp_path):
    results = []

    def load():
        with Cache(tmp_path / "store") as cache:
            results.append(everything(load_articles(files, cache)))

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 4
