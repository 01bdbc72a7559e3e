"""Drawings and the data of the front page: every error is reported with file and line, and valid ones reach the pages."""

from __future__ import annotations

import datetime
import re
import shutil

import pytest
from conftest import build
from reach import dead_links, pages

from caravan.build import loader
from caravan.reading import drawings, library
from caravan.reading.paths import SiteLanguages

RULES = SiteLanguages(("en", "es", "fil"), "en")
WHOLE = '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="A road" viewBox="0 0 9 9">\n{}\n</svg>\n'


def load(content):
    return loader.load_library(content, RULES, datetime.date(2030, 3, 17))


def problems(content) -> list[tuple[str, int, str]]:
    found = library.find_problems(load(content))
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


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (WHOLE.replace("A road", "A \u202eroad"), 1, "U+202E"),
        (WHOLE.replace("{}", "<text>\x1b[31m</text>"), 2, "U+001B"),
        (WHOLE.replace("{}", "<text>&#x202e;daor</text>"), 2, "U+202E"),
        (WHOLE.replace("{}", "<g>x</g>&#xe000;"), 2, "U+E000"),
        (WHOLE.replace("A road", "A&#13;road"), 1, "U+000D"),
        (WHOLE.replace("A road", "A &#x200b;road"), 1, "U+200B"),
        (WHOLE.replace("{}", "<g/>\n<<<<<<< HEAD"), 3, "conflict marker"),
        (WHOLE.replace("A road", "A ro\xe4d").encode("latin-1"), 1, "0xE4"),
        (b"<?xml version='1.0' encoding='ISO-8859-1'?>" + WHOLE.replace("A road", "A ro\xe4d").encode("latin-1"), 1, "0xE4"),
        (f'<?xml version="1.0" encoding="ISO-8859-1"?>\n{WHOLE}', 1, "is not allowed in a drawing"),
        (f'\n<?xml version="1.0"\nencoding = "utf-7"?>\n{WHOLE}', 2, "is not allowed in a drawing"),
        (f'<?xml version="1.0" encoding="UTF-16"?>{WHOLE}'.encode("utf-16"), 1, "encoding UTF-16"),
        (f'<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/x.dtd">\n{WHOLE}', 2, "<!DOCTYPE is not allowed"),
        (f'<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>{WHOLE.replace("A road", "&b;")}', 1, "<!DOCTYPE is not allowed"),
        (WHOLE.replace("{}", "<g>" * 1000 + "</g>" * 1000), 2, "not complete XML"),
        ("", 1, "the file is empty"),
    ],
)
def test_a_drawing_has_the_rules_of_a_text(tmp_path, data, line, words):
    (tmp_path / "en.svg").write_bytes(data if isinstance(data, bytes) else data.encode())
    loaded, [problem] = drawings.load_drawings({("x", "en"): tmp_path / "en.svg"})
    assert (problem.path, problem.line) == ("content/drawings/x/en.svg", line) and words in problem.message
    assert loaded == {"x/en": ""}


@pytest.mark.parametrize("start", ["\ufeff", '<?xml version="1.0"?>\n', '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\r\n', "<!-- A map -->"])
def test_the_usual_start_of_a_drawing_is_accepted(tmp_path, start):
    (tmp_path / "en.svg").write_text(start + WHOLE.replace("{}", "<text>Ca\u00f1\u00f3n</text>"), encoding="utf-8", newline="")
    loaded, found = drawings.load_drawings({("x", "en"): tmp_path / "en.svg"})
    assert found == [] and "Ca\u00f1\u00f3n" in loaded["x/en"]


def test_a_drawing_is_read_within_the_time_limit(tmp_path, monkeypatch):
    def busy(root):
        while True:
            pass

    monkeypatch.setattr(drawings, "READ_SECONDS", 0.05)
    monkeypatch.setattr(drawings, "svg_faults", busy)
    (tmp_path / "en.svg").write_text(WHOLE)
    _, [problem] = drawings.load_drawings({("x", "en"): tmp_path / "en.svg"})
    assert "took longer than 0.05 seconds" in problem.message


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
    path = content / "background" / "ferry-fare" / "en.md"
    path.write_text(path.read_text() + "\n/// drawing | walk-mpa\nA caption.\n///\n")
    [(where, line, message)] = problems(content)
    assert where == "content/background/ferry-fare/en.md"
    assert path.read_text().split("\n")[line - 1] == "/// drawing | walk-mpa"
    assert "did you mean walk-map" in message


def test_a_drawing_is_in_the_page_in_its_language_and_feeds_keep_its_caption(site):
    every = pages(site)
    for lang, word in (("", "Map of Port Alder"), ("es/", "Mapa de Port Alder"), ("fil/", "Mapa ng Port Alder")):
        [drawn] = every[f"{lang}analysis/two-counts/"].tree.xpath("//figure[@class='drawing']//svg")
        assert word in drawn.get("aria-label") and drawn.get("role") == "img"
        assert drawn.xpath("ancestor::div[@class='figure-board']"), "it opens the text, so it stands beside the answer"
        assert every[f"{lang}background/harbor-rules/"].tree.xpath("//div[@class='prose']//figure[@class='drawing']//svg")
    feed = (site / "feeds" / "analysis.atom.xml").read_text()
    assert "&lt;svg" not in feed and "Broken line:" in feed


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("ferry-report-2030]", "ferry-report-2222]", "ferry-report-2222"),
        ("start: 2030-03-18", "start: 2030-03-32", "2030-03-32"),
        ("end: 2030-03-22\n  summit", "end: 2030-03-07\n  summit", "is before"),
        ("summit: yes", "summit: true", "yes or no"),
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


@pytest.mark.parametrize(
    ("before", "after", "words", "href"),
    [
        ("mark: count", "mark: nowhere", "no section #nowhere in analysis/two-counts", "analysis/two-counts/"),
        ("text: analysis/two-counts", "text: analysis/two-ruonts", "no public text analysis/two-ruonts", None),
        ("text: analysis/two-counts", "text: background/draft-text", "no public text background/draft-text", None),
        ("text: analysis/two-counts", "text: background/later-text", "no public text background/later-text", None),
        ("text: analysis/two-counts", "text: about", "no public text about", None),
        ("text: analysis/two-counts", "text: analysis/two-counts", "", "analysis/two-counts/#count"),
    ],
)
def test_a_figure_whose_text_is_gone_is_a_warning_and_has_no_link(content, tmp_path, before, after, words, href):
    path = content / "evidence" / "almanac.yaml"
    text = path.read_text()
    path.write_text(text.replace(before, after, 1))
    found = [problem for problem in library.find_problems(load(content)) if problem.path == "content/evidence/almanac.yaml"]
    assert [(problem.severity, words in problem.message) for problem in found] == ([("warning", True)] if words else [])
    assert not words or after in path.read_text().split("\n")[found[0].line - 1]
    tree = pages(build(tmp_path / "site", content))[""].tree
    [cell] = [cell for cell in tree.xpath("//section[@class='figures-weighed']//td") if "Harbor Walk" in cell.text_content()]
    assert [link.get("href") for link in cell.xpath(".//a")] == ([href] if href else [])


def test_a_new_language_falls_back_to_the_drawing_and_the_words_of_the_original(content, tmp_path):
    (content / "drawings" / "walk-map" / "fil.svg").unlink()
    path = content / "evidence" / "almanac.yaml"
    text = path.read_text()
    path.write_text(re.sub(r"(?m)^    fil:.*\n|, fil: [^}\n]*(?=\})", "", re.sub(r"(?m)^    fil: \{.*\}\n", "", text)))
    assert "fil" not in path.read_text() and text.count("fil:") > 3
    found = [problem for problem in library.find_problems(load(content)) if "of another language" in problem.message or "of the original;" in problem.message]
    assert problems(content) == [] and all(problem.severity == "warning" for problem in found)
    assert len(found) == text.count("fil:") + 1
    every = pages(build(tmp_path / "site", content))
    [drawn] = every["fil/analysis/two-counts/"].tree.xpath("//figure[@class='drawing']//span[@lang='en']/svg")
    assert "Map of Port Alder" in drawn.get("aria-label")
    home = every["fil/"].tree
    assert home.xpath("//section[@class='figures-weighed']//tr[@lang='en']") and home.xpath("//section[@class='calendar-month']//li/span[@lang='en']")
    assert not every["es/"].tree.xpath("//tr[@lang] | //section[@class='calendar-month']//span")


def test_a_figure_leads_to_no_section_that_a_translation_lacks(content, tmp_path):
    """Neither in a translation without the heading, nor where there is no translation."""
    path = content / "analysis" / "two-counts" / "es.md"
    path.write_text(path.read_text().replace("{#count}", "{#conteo}"))
    (content / "analysis" / "two-counts" / "fil.md").unlink()
    for calls in (content / "calls").glob("*/fil.md"):
        calls.write_text(re.sub(r"\[([^]]*)\]\(../../analysis/two-counts/fil.md[^)]*\)", r"\1", calls.read_text()))
    for calls in (content / "calls").glob("*/es.md"):
        calls.write_text(calls.read_text().replace("es.md#count", "es.md"))
    site = build(tmp_path / "site", content)
    assert dead_links(site) == []
    links = [pages(site)[lang].tree.xpath("//section[@class='figures-weighed']//a/@href")[0] for lang in ("", "es/", "fil/")]
    assert links == ["analysis/two-counts/#count", "../es/analysis/two-counts/", "../fil/analysis/two-counts/"]


@pytest.mark.parametrize("almanac", [None, "", "\n", "# nothing yet\n", "figures: []\ndays: []\n", "figures:\ndays:\n", "days: []\n"])
def test_a_site_without_texts_and_data_has_a_front_page(tmp_path, almanac):
    (tmp_path / "content" / "evidence").mkdir(parents=True)
    if almanac is not None:
        (tmp_path / "content" / "evidence" / "almanac.yaml").write_text(almanac)
    assert library.find_problems(load(tmp_path / "content"), warnings=False) == []
    site = build(tmp_path / "site", tmp_path / "content")
    assert dead_links(site) == []
    assert not pages(site)[""].tree.xpath("//section[@class='figures-weighed' or @class='calendar-month'] | //ul[@class='cards']")


@pytest.mark.parametrize("kinds", [("calls",), ("analysis",), ("background",), ("pages",), ("calls", "analysis")])
def test_a_site_without_texts_of_a_kind(content, tmp_path, kinds):
    for kind in kinds:
        shutil.rmtree(content / kind)
    for path in content.glob("*/*/*.md"):
        path.write_text(re.sub(rf"\[([^]]*)\]\(\.\./\.\./(?:{'|'.join(kinds)})/[^)]*\)", r"\1", path.read_text()))
    assert problems(content) == []
    site = build(tmp_path / "site", content)
    assert dead_links(site) == []
    assert all(pages(site)[f"{lang}{kind}/"] is not None for lang in ("", "es/", "fil/") for kind in ("calls", "analysis", "background"))


def test_the_front_page_weighs_figures_and_shows_days_that_do_not_match(site):
    for lang, found in (("", "1,200 to 1,500"), ("es/", "1200 a 1500"), ("fil/", "1,200 hanggang 1,500")):
        tree = pages(site)[lang].tree
        assert found in tree.xpath("string(//section[@class='figures-weighed'])")
        called = tree.xpath("//td[contains(@class, 'calendar-month__call')]/text()")
        summit = tree.xpath("//td[contains(@class, 'calendar-month__summit')]/text()")
        assert called == [str(day) for day in range(15, 21)] and summit == [str(day) for day in range(18, 23)]


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
