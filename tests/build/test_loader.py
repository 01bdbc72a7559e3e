"""Reading with workers and a store gives what reading alone gives, whatever happens to either."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading

import pytest
from conftest import ROOT

from caravan.build import article_cache, loader
from caravan.build.article_cache import ArticleCache
from caravan.build.cache import StatCache
from caravan.build.loader import Loader
from caravan.build.parallel import Worker, worker_pool
from caravan.reading.paths import SiteLanguages, scan

DAY = 738_000


def all_of(content):
    return scan(content, SiteLanguages(("en", "es", "fil"), "en")).article_files


@contextlib.contextmanager
def kept(path):
    """A reading with the store at `path`, which is closed at the end."""
    with contextlib.closing(ArticleCache(path)) as shelf:
        yield Loader(shelf)


def told(results):
    """Everything that reading said, the inside of each text too."""
    return [(place, read, read.article.body, read.article.front.model_dump()) for place, read in results]


@pytest.fixture(scope="module")
def texts():
    return all_of(ROOT / "content")


@pytest.fixture(scope="module")
def output_lock(texts):
    return told(Loader().read_all(texts))


@pytest.fixture
def work(monkeypatch):
    """What was really read, and not taken from the store."""
    seen = []
    real = loader.parse_batch
    monkeypatch.setattr(loader, "parse_batch", lambda items: seen.extend(items) or real(items))
    return seen


def test_workers_change_nothing(texts, alone, monkeypatch):
    monkeypatch.setattr(loader, "MIN_ITEMS_PER_WORKER", 5)
    staff = [Worker(), Worker()]
    assert told(Loader().read_all(texts, staff)) == alone
    assert all(worker.process for worker in staff)
    for worker in staff:
        worker.close()


def test_a_worker_that_is_killed_loses_no_text(texts, alone, monkeypatch):
    monkeypatch.setattr(loader, "MIN_ITEMS_PER_WORKER", 10)
    doomed = Worker()
    ask = doomed.submit
    monkeypatch.setattr(doomed, "submit", lambda *words: (ask(*words), doomed.process.kill()))
    assert told(Loader().read_all(texts, [doomed])) == alone


def test_a_worker_passes_on_what_went_wrong():
    with worker_pool() as staff:
        worker = Worker()
        worker.submit(int, "no number")
        with pytest.raises(ValueError):
            worker.result()
        worker.close()
    assert all(each.process is None for each in staff)


def test_what_was_read_once_is_not_read_again(texts, alone, tmp_path, work):
    for _ in range(3):
        with kept(tmp_path / "texts.sqlite") as reading:
            assert told(reading.read_all(texts, day=DAY)) == alone
    assert len(work) == len(texts)


def test_another_version_of_the_reader_reads_again(texts, tmp_path, work, monkeypatch):
    with kept(tmp_path / "texts.sqlite") as reading:
        reading.read_all(texts, day=DAY)
    monkeypatch.setattr(article_cache, "parser_version", lambda: "another")
    with kept(tmp_path / "texts.sqlite") as reading:
        reading.read_all(texts, day=DAY)
    assert len(work) == 2 * len(texts)


def broken_file(path):
    path.write_bytes(b"no database at all" * 500)


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
        with contextlib.closing(ArticleCache(path)) as shelf:
            shelf.connection.execute(f"update texts set {column} = {value}")

    change.__name__ = f"{column} = {value}"
    return change


def dropped_table(path):
    with contextlib.closing(ArticleCache(path)) as shelf:
        shelf.connection.execute("drop table texts")


HARM = [
    broken_file, cut_file, flipped_bytes, lambda path: path.unlink(), changed("metadata", "x'00'"), changed("body", "'text'"),
    # entries of other texts, and forged ones
    changed("metadata", "(select metadata from texts order by key desc limit 1)"),
    changed("body", "(select body from texts order by key limit 1)"),
    changed("body", "substr(body, 1, 12) || cast('[[\"<script>\"],[],[],1,[],[]]' as blob)"),
    dropped_table,
]  # fmt: skip


@pytest.mark.parametrize("harm", HARM, ids=lambda harm: harm.__name__)
def test_a_store_that_was_damaged_changes_nothing(texts, alone, tmp_path, harm):
    path = tmp_path / "texts.sqlite"
    with kept(path) as reading:
        reading.read_all(texts, day=DAY)
    harm(path)
    for _ in range(2):
        with kept(path) as reading:
            assert told(reading.read_all(texts, day=DAY)) == alone


def test_a_store_that_is_deleted_in_between_changes_nothing(texts, alone, tmp_path):
    with kept(tmp_path / "here" / "texts.sqlite") as reading:
        results = reading.read_all(texts, day=DAY)
        if os.name == "nt":  # Windows keeps a file that is open
            reading.cache.close()
        shutil.rmtree(tmp_path / "here")
        assert told(results) == alone


def test_a_place_where_nothing_can_be_kept_changes_nothing(texts, alone, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with kept(tmp_path / "file" / "texts.sqlite") as reading:
        assert told(reading.read_all(texts, day=DAY)) == alone


def test_the_store_keeps_what_is_in_use_and_is_bounded(texts, tmp_path, monkeypatch):
    monkeypatch.setattr(article_cache, "STORED_AT_LEAST", 10)
    monkeypatch.setattr(article_cache, "STORED_TIMES", 1)
    few = dict(sorted(texts.items())[:10])
    with kept(tmp_path / "texts.sqlite") as reading:
        reading.read_all(texts, day=DAY)
        reading.read_all(few, day=DAY + 1)
        assert reading.cache.query("select count(*), min(used) from texts") == [(10, DAY + 1)]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no time of a file's last change of any kind")
def test_a_file_that_kept_its_size_and_its_time_is_seen_to_have_changed(content, tmp_path, work):
    """As after a checkout that sets times: only a file of the same inode and the same times is taken for unchanged."""
    stamps, path = StatCache(), content / "pages" / "about" / "en.md"
    os.utime(path, (1_000_000_000, 1_000_000_000))
    with contextlib.closing(ArticleCache(tmp_path / "texts.sqlite")) as shelf:
        Loader(shelf, stamps).read_all(all_of(content), day=DAY)
        path.write_text(path.read_text().replace("title: About", "title: Abuot"))
        os.utime(path, (1_000_000_000, 1_000_000_000))
        again = dict(Loader(shelf, stamps).read_all(all_of(content), day=DAY))
    assert [read.article.front.title for place, read in again.items() if place.source_path == "content/pages/about/en.md"][0].startswith("Abuot")


def test_two_builds_at_once_can_use_one_store(texts, alone, tmp_path):
    answers = []

    def build():
        with kept(tmp_path / "texts.sqlite") as reading:
            answers.append(told(reading.read_all(texts, day=DAY)))

    threads = [threading.Thread(target=build) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [alone] * 4
