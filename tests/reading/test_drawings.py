"""Drawings and the data of the front page: every error is reported with file and line, and valid ones reach the pages."""

from __future__ import annotations

import datetime

import pytest
from conftest import build
from reach import pages

from caravan.build import loader
from caravan.reading import library
from caravan.reading.paths import SiteLanguages

RULES = SiteLanguages(("en", "es", "fil"), "en")
WHOLE = '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="A road" viewBox="0 0 9 9">\n{}\n</svg>\n'


def problems(content) -> list[tuple[str, int, str]]:
    found = library.find_problems(loader.load_library(content, RULES, datetime.date(2026, 11, 24)))
    return [(problem.path, problem.line, problem.message) for problem in found if problem.severity == "error"]


def drawing(content, inside: str, whole: str = WHOLE, name: str = "x/en.svg"):
    path = content / "drawings" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(whole.replace("{}", inside))


@pytest.mark.parametrize(
    ("inside", "line", "words"),
    [
        ("<script>alert(1)</script>", 2, "<script> is not allowed in a drawing"),
        ('<path d="M0 0" onclick="x()"/>', 2, "`onclick` is not allowed in <path>"),
        ('<path d="M0 0" style="fill:red"/>', 2, "`style` is not allowed in <path>"),
        ('<path d="M0 0" fill="#f00"/>', 2, "`fill` is not allowed in <path>"),
        ('<path class="masthead"/>', 2, "`masthead` is not a class of drawings"),
        ('<a href="https://example.org"/>', 2, "<a> is not allowed in a drawing"),
        ('<image href="x.png"/>', 2, "<image> is not allowed in a drawing"),
        ("<g>", 3, "not complete XML"),
        ('<b xmlns="http://www.w3.org/1999/xhtml">x</b>', 2, "is not allowed in a drawing"),
    ],
)
def test_forbidden_parts_of_a_drawing_are_reported(content, inside, line, words):
    drawing(content, inside)
    [(path, at, message)] = problems(content)
    assert (path, at) == ("content/drawings/x/en.svg", line) and words in message


def test_entities_cannot_include_other_files(content, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    drawing(content, "<text>&x;</text>", f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{secret}">]>' + WHOLE)
    [(path, _, message)] = problems(content)
    assert path == "content/drawings/x/en.svg" and "secret" not in message


@pytest.mark.parametrize(
    ("name", "whole", "words"),
    [
        ("x/en.svg", WHOLE.replace(' aria-label="A road"', ""), "no description for people who cannot see it"),
        ("x/de.svg", WHOLE, "one file for each language"),
        ("en.svg", WHOLE, "one file for each language"),
        ("x/en.svg", WHOLE.replace("{}", "<path d='" + "M0 0" * 4000 + "'/>"), "remove detail"),
    ],
)
def test_invalid_drawings_are_reported(content, name, whole, words):
    drawing(content, "", whole, name)
    assert [words in message for _, _, message in problems(content)] == [True]


def test_a_missing_drawing_is_reported_with_a_suggestion(content):
    path = content / "background" / "ipef" / "en.md"
    path.write_text(path.read_text() + "\n/// drawing | nafta-cuont\nA caption.\n///\n")
    [(where, line, message)] = problems(content)
    assert where == "content/background/ipef/en.md"
    assert path.read_text().split("\n")[line - 1] == "/// drawing | nafta-cuont"
    assert "did you mean nafta-count" in message


def test_a_drawing_is_in_the_page_in_its_language_and_feeds_keep_its_caption(site):
    every = pages(site)
    for lang, word in (("", "Sonora, on the border"), ("es/", "frontera de Arizona"), ("fil/", "hangganan ng Arizona")):
        [drawn] = every[f"{lang}analysis/second-caravan/"].tree.xpath("//figure[@class='drawing']//svg")
        assert word in drawn.get("aria-label") and drawn.get("role") == "img"
        assert drawn.xpath("ancestor::div[@class='figure-board']"), "it opens the text, so it stands beside the answer"
        assert every[f"{lang}background/nafta/"].tree.xpath("//div[@class='prose']//figure[@class='drawing']//svg")
    feed = (site / "feeds" / "analysis.atom.xml").read_text()
    assert "&lt;svg" not in feed and "Broken line:" in feed


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("mark: count", "mark: nowhere", "no section #nowhere in analysis/second-caravan"),
        ("text: background/ipef", "text: background/ipfe", "no section #size in background/ipfe"),
        ("psa-sof-2022]", "psa-sof-2222]", "psa-sof-2222"),
        ('fil: "Linggo ng mga Lider ng APEC"', 'de: "x"', "no entry for `fil`"),
        ("start: 2023-11-11", "start: 2023-11-31", "2023-11-31"),
        ("end: 2023-11-17\n  summit", "end: 2023-11-07\n  summit", "is before"),
        ("summit: true", "summit: yes", "true or false"),
        ("days:", "dayz:", "did you mean `days`"),
    ],
)
def test_an_error_in_the_almanac_is_reported_with_its_line(content, before, after, words):
    path = content / "evidence" / "almanac.yaml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))
    [(where, line, message)] = problems(content)
    assert where == "content/evidence/almanac.yaml" and line > 1 and words in message


def test_the_front_page_weighs_figures_and_shows_days_that_do_not_match(site):
    for lang, found in (("", "2,500 to 3,000"), ("es/", "2500 a 3000"), ("fil/", "2,500 hanggang 3,000")):
        tree = pages(site)[lang].tree
        assert found in tree.xpath("string(//section[@class='figures-weighed'])")
        called = tree.xpath("//td[contains(@class, 'calendar-month__call')]/text()")
        summit = tree.xpath("//td[contains(@class, 'calendar-month__summit')]/text()")
        assert called == [str(day) for day in range(9, 15)] and summit == [str(day) for day in range(11, 18)]


def test_without_an_almanac_the_front_page_has_no_such_sections(content, tmp_path):
    (content / "evidence" / "almanac.yaml").unlink()
    site = build(tmp_path / "site", content)
    assert not pages(site)[""].tree.xpath("//section[@class='figures-weighed' or @class='calendar-month']")


@pytest.mark.parametrize("kind", ["analysis", "background"])
def test_an_opening_drawing_with_a_figure_in_its_caption_stays_whole(content, tmp_path, kind):
    drawing(content, "<path d='M0 0'/>")
    for lang in ("es", "fil"):
        drawing(content, "<path d='M0 0'/>", name=f"x/{lang}.svg")
    table = "| a | b |\n|---|---|\n| 1 | 2 |\n\n/// caption\nThe caption of the table.\n///"
    folder = content / kind / "drawn"
    folder.mkdir(parents=True)
    summary = "A text of a test, with a summary of the length that a summary must have."
    fields = f"title: Drawn\nsummary: {summary}\ndate: 2024-05-06\nauthors: [A]\n"
    (folder / "en.md").write_text(f"---\n{fields}---\n\n//// drawing | x\nBefore.\n\n{table}\n\nAfter.\n////\n\nThe text.\n")
    page = pages(build(tmp_path / "site", content))[f"{kind}/drawn/"].tree
    [figure] = page.xpath("//header//figure[@class='drawing']")
    assert [element.tag for element in figure] == ["div", "figcaption"] and figure.xpath(".//figure//table")
    assert "After." in figure.xpath("string(figcaption)")
    [prose] = page.xpath("//div[@class='prose']")
    assert prose.text_content().split() == ["The", "text."]
