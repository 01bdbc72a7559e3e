"""The benchmark measures what it says: the same texts for both, and every page of them."""

from __future__ import annotations

import datetime

import pytest
from conftest import ROOT

pytest.importorskip("resource", reason="the benchmark measures with what POSIX systems count")

from caravan.build import loader  # noqa: E402
from caravan.reading import library  # noqa: E402
from caravan.reading.paths import SiteLanguages  # noqa: E402
from tools import (
    bench,
    corpus,  # noqa: E402
)
from tools.bench import (
    WORK,
    Race,
    Run,  # noqa: E402
)

DAY = datetime.date(2030, 1, 1)


@pytest.fixture(scope="module")
def race(tmp_path_factory):
    return Race(ROOT, tmp_path_factory.mktemp("race"), 20)


def test_the_corpus_is_what_people_write(tmp_path):
    corpus.write(tmp_path / "content", 30)
    found = loader.load_library(tmp_path / "content", SiteLanguages(("en", "es"), "en"), DAY)
    assert library.find_problems(found, warnings=False) == []
    lengths = [read.article.body_html.words for read in found.results.values()]
    assert len(found.groups) == 30 and len(lengths) == 33 and 650 <= min(lengths) and max(lengths) < 1_500
    held = "".join(part for read in found.results.values() for part in read.article.body_html.segments)
    assert all(mark in held for mark in ('class="note"', 'class="ref"', "<table", "<blockquote"))
    assert all(read.article.link_targets for read in found.results.values())


def test_the_same_size_makes_the_same_texts(tmp_path):
    for name in ("one", "two"):
        corpus.write(tmp_path / name, 5)
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.md")} for name in ("one", "two"))
    assert one == two


def test_both_builders_write_a_page_for_every_text(race):
    race.stock(), race.cold()
    texts = {path.parent.relative_to(race.folder / "content") for path in (race.folder / "content").glob("*/*/en.md")}
    for name in ("ours", "theirs"):
        assert all((race.folder / name / text / "index.html").is_file() for text in texts), name
        assert len(list((race.folder / name / "es").glob("*/text-*/index.html"))) == 2, name


def test_an_edit_reaches_the_output_and_the_measure(race):
    race.cold()
    before = {path: path.read_bytes() for path in (race.folder / "ours").rglob("*.html")}
    run = race.one_edit()
    changed = [path for path, data in before.items() if path.read_bytes() != data]
    assert any("One more&nbsp;sentence." in path.read_text() for path in changed) and len(changed) < len(before) / 4
    assert run.wall > 0 and run.cpu > 0 and run.memory > 10


def test_the_table_names_medians_and_ratios():
    found = {name: [Run(1.0, 1.0, 50.0), Run(2.0, 2.0, 60.0), Run(9.0, 9.0, 70.0)] for name in WORK}
    found["stock, cold"] = [Run(20.0, 20.0, 120.0)]
    words = bench.written({1_000: found, 10_000: found}, {1_000: ["a"], 10_000: ["b"]})
    assert "| cold | 2.00 s | 2.00 s | 60 MB | 0.100 | 0.50 |" in words
    assert "Cold, 10,000 against 1,000: 1.0 times." in words
    assert bench.picture({1_000: found}).count("<rect") == 1 + len(WORK)
