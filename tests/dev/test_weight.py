"""No page is heavier than its readers can bear; one that is fails, and says why."""

from __future__ import annotations

import gzip
import hashlib

import pytest
from conftest import task

from caravan.dev import weight
from caravan.dev.weight import LIMITS, allowed

HOMES = {"", "es/", "fil/"}
PLAIN = """<!doctype html><html lang="en"><head><meta property="og:type" content="{type}"><title>x</title><style>a{{}}</style>{head}</head>
<body><main>{main}</main></body></html>"""


def test_every_page_keeps_to_its_limits(site):
    measured = list(weight.weights(site, HOMES))
    assert [line for one in measured for line in weight.breaches(one)] == []
    kinds = {one.kind for one in measured}
    assert {"article", "home", "list"} <= kinds
    assert {one.address for one in measured if one.kind == "home"} == HOMES


def test_an_article_is_weighed_without_its_sources(site):
    for one in weight.weights(site, HOMES):
        cites = b'class="ref"' in (site / one.address / "index.html").read_bytes() if one.address.endswith("/") else False
        if one.kind == "article":
            assert cites and 500 < one.whole - one.without_sources < one.whole / 2, one.address
            assert 800 < one.words < 3000


def one_page(folder, head="", main="words", type="article"):
    (folder / "index.html").write_text(PLAIN.format(head=head, main=main, type=type))
    return next(weight.weights(folder, set()))


def noise(number):
    """Text that hardly packs."""
    return "".join(hashlib.sha256(str(index).encode()).hexdigest() for index in range(number // 32))


@pytest.mark.parametrize(
    ("head", "main", "said"),
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
        ("", '<img src="a.avif"><img src="b.avif"><img src="c.avif">', "requests: 4, at most 3"),
        ("", '<img src="a.avif">', "all bytes with one picture: "),
        ("", '<img src="a.avif" loading="lazy">', "all bytes with one picture: "),
    ],
)
def test_each_limit_is_told_with_page_measure_and_bound(tmp_path, head, main, said):
    (tmp_path / "f.woff2").write_bytes(b"x" * 9_000)
    (tmp_path / "s.js").write_text(noise(5_000))
    (tmp_path / "t.js").write_text("x")
    (tmp_path / "a.avif").write_bytes(b"x" * 36_000)
    told = list(weight.breaches(one_page(tmp_path, head, main)))
    assert any(line.startswith(f"/: {said}") for line in told), told


def test_the_list_of_sources_does_not_count_against_the_text(tmp_path):
    heavy = one_page(tmp_path, main=f"<p>a</p><section aria-labelledby='sources'><h2 id='sources'>S</h2>{noise(12_000)}</section>")
    assert heavy.whole > 12_500 > heavy.without_sources
    assert list(weight.breaches(heavy)) == []


def test_bytes_are_those_that_travel(tmp_path):
    measured = one_page(tmp_path)
    assert measured.whole == len(gzip.compress((tmp_path / "index.html").read_bytes(), 9))
    assert measured.total == measured.whole and measured.requests == 1


def test_a_phone_takes_the_picture_that_fits_it(tmp_path):
    for width, size in ((480, 10), (960, 20), (1600, 30)):
        (tmp_path / f"{width}.avif").write_bytes(b"x" * size)
    sets = "480.avif 480w, 960.avif 960w, 1600.avif 1600w"
    assert one_page(tmp_path, main=f'<img src="480.avif" srcset="{sets}">').pictures == 20
    assert one_page(tmp_path, main=f'<picture><source srcset="{sets}"><img src="1600.avif"></picture>').pictures == 20


def test_a_longer_article_has_the_bytes_of_its_words_alone():
    short, long = (allowed(LIMITS[0], words) for words in (300, 2200))
    assert (short, long) == (LIMITS[0].most, LIMITS[0].most + 2_600)
    assert allowed(LIMITS[0], 300, wanted=True) == LIMITS[0].goal == 10_000
    assert all(allowed(limit, 5000) == limit.most for limit in LIMITS if limit.of in ("home", "list", "every"))


def test_the_task_prints_a_table_and_fails_with_sentences(project):
    done = task(project, "weight")
    assert done.returncode == 0, done.stderr
    rows = done.stdout.split("\n")
    assert rows[0].split() == ["page", "HTML", "CSS", "font", "script", "pictures", "manifest", "total", "requests"]
    assert any(row.startswith("/es/calls/caravan-to-apec/ ") for row in rows)
    css = project / "theme" / "static" / "css" / "base.css"
    css.write_text(css.read_text() + f"\nbody{{content:'{noise(7_000)}'}}")
    done = task(project, "weight")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "/: the head with its style: " in done.stderr and "at most 6,000" in done.stderr
    done = task(project, "weight", "--folder", "nowhere")
    assert done.returncode == 1 and "nowhere holds no built site" in done.stderr
