"""The benchmark builds the same texts with both generators, and reports medians and ratios."""

from __future__ import annotations

import datetime

import pytest
from conftest import ROOT

pytest.importorskip("resource", reason="the benchmark uses the module `resource` of POSIX systems")

from caravan.build import loader  # noqa: E402
from caravan.reading import library  # noqa: E402
from caravan.reading.paths import SiteLanguages  # noqa: E402
from tools import bench, corpus  # noqa: E402
from tools.bench import WORK, Benchmark, Run  # noqa: E402

DAY = datetime.date(2030, 1, 1)


@pytest.fixture(scope="module")
def benchmark(tmp_path_factory):
    return Benchmark(ROOT, tmp_path_factory.mktemp("benchmark"), 20)


def test_the_corpus_resembles_real_texts(tmp_path):
    corpus.write(tmp_path / "content", 30)
    texts = loader.load_library(tmp_path / "content", SiteLanguages(("en", "es"), "en"), DAY)
    assert library.find_problems(texts, warnings=False) == []
    lengths = [result.article.body_html.word_count for result in texts.results.values()]
    assert len(texts.groups) == 30 and len(lengths) == 33 and 650 <= min(lengths) and max(lengths) < 1_500
    html = "".join(segment for result in texts.results.values() for segment in result.article.body_html.segments)
    assert all(tag in html for tag in ('class="note"', 'class="ref"', "<table", "<blockquote"))
    assert all(result.article.body_html.targets for result in texts.results.values())


def test_the_same_size_makes_the_same_texts(tmp_path):
    for name in ("first", "second"):
        corpus.write(tmp_path / name, 5)
    first, second = ({path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.md")} for name in ("first", "second"))
    assert first == second


def test_both_generators_write_a_page_for_every_text(benchmark):
    benchmark.stock(), benchmark.cold()
    texts = {path.parent.relative_to(benchmark.folder / "content") for path in (benchmark.folder / "content").glob("*/*/en.md")}
    for name in ("ours", "theirs"):
        assert all((benchmark.folder / name / text / "index.html").is_file() for text in texts), name
        assert len(list((benchmark.folder / name / "es").glob("*/text-*/index.html"))) == 2, name


def test_an_edit_changes_few_pages_and_is_measured(benchmark):
    benchmark.cold()
    previous = {path: path.read_bytes() for path in (benchmark.folder / "ours").rglob("*.html")}
    run = benchmark.one_edit()
    changed = [path for path, data in previous.items() if path.read_bytes() != data]
    assert any("One more&nbsp;sentence." in path.read_text() for path in changed) and len(changed) < len(previous) / 4
    assert run.wall > 0 and run.cpu > 0 and run.memory > 10


def test_the_report_has_medians_and_ratios():
    runs = {name: [Run(1.0, 1.0, 50.0), Run(2.0, 2.0, 60.0), Run(9.0, 9.0, 70.0)] for name in WORK}
    runs["stock, cold"] = [Run(20.0, 20.0, 120.0)]
    report = bench.format_report({1_000: runs, 10_000: runs}, {1_000: ["a"], 10_000: ["b"]})
    assert "| cold | 2.00 s | 2.00 s | 60 MB | 0.100 | 0.50 |" in report
    assert "Cold, 10,000 against 1,000: 1.0 times." in report
    assert bench.draw_chart({1_000: runs}).count("<rect") == 1 + len(WORK)
