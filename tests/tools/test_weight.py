"""The size limits of pages, and how sizes are measured."""

from __future__ import annotations

import gzip
import hashlib

import pytest
from conftest import build, script

from tools import corpus, weight
from tools.weight import LIMITS, allowed

HOMES = {"", "es/", "fil/"}
TEMPLATE = """<!doctype html><html lang="en"><head><meta property="og:type" content="{og_type}"><title>x</title><style>a{{}}</style>{head}</head>
<body><main>{main}</main></body></html>"""


def test_every_page_is_within_its_limits(site):
    measured = list(weight.weights(site, HOMES))
    assert [line for page in measured for line in weight.breaches(page)] == []
    kinds = {page.kind for page in measured}
    assert {"article", "home", "list"} <= kinds
    assert {page.address for page in measured if page.kind == "home"} == HOMES


@pytest.fixture(scope="module")
def long_texts(tmp_path_factory):
    """The weights of articles of 700 to 1,200 words with many sources, to which the limits apply without an allowance."""
    folder = tmp_path_factory.mktemp("long")
    corpus.write(folder / "content", 8)
    measured = weight.weights(build(folder / "site", folder / "content"), HOMES)
    return [page for page in measured if page.kind == "article" and page.words > 700]


def test_a_long_article_is_within_its_limits(long_texts):
    assert len(long_texts) == 9
    assert [line for page in long_texts for line in weight.breaches(page)] == []


def test_an_article_is_also_measured_without_its_sources(long_texts):
    for page in long_texts:
        assert 300 < page.whole - page.without_sources < page.whole / 2, page.address


def test_pictures_are_no_requests(tmp_path):
    """A text with pictures is measured by their bytes, so that it cannot exceed the limit of requests."""
    (tmp_path / "a.avif").write_bytes(b"x" * 100)
    page = one_page(tmp_path, main='<img src="a.avif"><img src="b.avif"><img src="c.avif"><img src="d.avif">')
    assert page.requests == 1 and page.pictures == 100
    assert list(weight.breaches(page)) == []


def one_page(folder, head="", main="words", og_type="article"):
    """The weight of a page with this content."""
    (folder / "index.html").write_text(TEMPLATE.format(head=head, main=main, og_type=og_type))
    return next(weight.weights(folder, set()))


def noise(number):
    """Text that can hardly be compressed."""
    return "".join(hashlib.sha256(str(index).encode()).hexdigest() for index in range(number // 32))


@pytest.mark.parametrize(
    ("head", "main", "message"),
    [
        ("", f"<p>{noise(20_000)}</p>", "HTML and CSS without the list of sources: "),
        ("", f"<p>{noise(20_000)}</p>", "HTML and CSS: "),
        ("", f"<section><h2 id='sources'>S</h2>{noise(20_000)}</section>", "HTML and CSS: "),
        (f"<style>{noise(7_000)}</style>", "", "the head with its style: "),
        ('<style>@font-face{src:url(f.woff2)}</style>', "", "the headline font: 9,000, at most 8,000"),
        ('<script src="s.js" defer></script>', "", "the script: "),
        ('<script src="t.js"></script>', "", "styles and scripts that block the page: 1, at most 0"),
        ('<link rel="stylesheet" href="a.css">', "", "styles and scripts that block the page: 1, at most 0"),
        ("", '<img src="https://elsewhere.example/a.png">', "requests to other hosts: 1, at most 0"),
        ('<script src="s.js" defer></script><script src="t.js"></script><script src="u.js"></script>', "", "requests: 4, at most 3"),
        ("", '<img src="a.avif">', "all bytes with one picture: "),
        ("", '<img src="a.avif" loading="lazy">', "all bytes with one picture: "),
    ],
)
def test_the_message_names_page_measure_and_limit(tmp_path, head, main, message):
    (tmp_path / "f.woff2").write_bytes(b"x" * 9_000)
    (tmp_path / "s.js").write_text(noise(5_000))
    (tmp_path / "t.js").write_text("x")
    (tmp_path / "a.avif").write_bytes(b"x" * 36_000)
    messages = list(weight.breaches(one_page(tmp_path, head, main)))
    assert any(line.startswith(f"/: {message}") for line in messages), messages


def test_one_limit_does_not_count_the_list_of_sources(tmp_path):
    page = one_page(tmp_path, main=f"<p>a</p><section aria-labelledby='sources'><h2 id='sources'>S</h2>{noise(12_000)}</section>")
    assert page.whole > 12_500 > page.without_sources
    assert list(weight.breaches(page)) == []


def test_sizes_are_of_compressed_text(tmp_path):
    page = one_page(tmp_path)
    assert page.whole == len(gzip.compress((tmp_path / "index.html").read_bytes(), 9))
    assert page.total == page.whole and page.requests == 1


def test_a_longer_article_may_have_the_bytes_of_its_words_more():
    short, long = (allowed(LIMITS[0], words) for words in (300, 2200))
    assert (short, long) == (LIMITS[0].maximum, LIMITS[0].maximum + 2_600)
    assert allowed(LIMITS[0], 300, use_goal=True) == LIMITS[0].goal == 10_000
    assert all(allowed(limit, 5000) == limit.maximum for limit in LIMITS if limit.kind in ("home", "list", "every"))


def test_the_script_prints_a_table_and_fails_with_messages(project):
    result = script(project, "weight.py")
    assert result.returncode == 0, result.stderr
    rows = result.stdout.split("\n")
    assert rows[0].split() == ["page", "HTML", "CSS", "font", "script", "pictures", "manifest", "total", "requests"]
    assert any(row.startswith("/es/calls/harbor-walk/ ") for row in rows)
    css = project / "theme" / "static" / "css" / "base.css"
    css.write_text(css.read_text() + f"\nbody{{content:'{noise(7_000)}'}}")
    result = script(project, "weight.py")
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert "/: the head with its style: " in result.stderr and "at most 6,200" in result.stderr
    result = script(project, "weight.py", "--folder", "nowhere")
    assert result.returncode == 1 and "nowhere holds no built site" in result.stderr
