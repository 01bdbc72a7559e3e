"""The notice above every page: who sees it, until when, and what its author is told."""

from __future__ import annotations

import re

import lxml.html
import pytest
from conftest import FIXTURE_CONTENT, FIXTURE_SETTINGS, ROOT, build

from caravan.build import command
from caravan.preview.state import PreviewState
from caravan.publishing.source_changes import place_of

WORDS = "Today the march starts at 11:00, at the other gate."


def write(content, source, name="en.md"):
    (content / "notice").mkdir(exist_ok=True)
    (content / "notice" / name).write_text(source, encoding="utf-8")


def notice(until="2030-03-17", words=WORDS, more=""):
    return f"---\nuntil: {until}\n{more}---\n\n{words}\n"


def shown(page):
    """Words, address and language of the notice on a page, and whether it is the first landmark; None without one."""
    tree = lxml.html.document_fromstring(page.read_text(encoding="utf-8"))
    found = tree.find_class("notice-bar")
    if not found:
        return None
    first = tree.body.xpath("./*[not(@class='skip-link')]")[0]
    [words] = found[0]
    return words.text_content(), next(iter(words.xpath("a/@href")), ""), words.get("lang", ""), first is found[0]


def test_every_page_starts_with_the_notice_in_its_language(content, tmp_path):
    write(content, notice(more="link: ../calls/harbor-walk/en.md\n"))
    write(content, notice(words="Hoy la marcha sale a las 11:00.", more="link: https://example.org/a\n"), "es.md")
    site = build(tmp_path / "site", content)
    pages = [path for path in site.rglob("*.html") if "<main" in (text := path.read_text()) and "http-equiv=\"refresh\"" not in text]
    assert len(pages) > 40 and all(shown(path) and shown(path)[3] for path in pages)
    assert shown(site / "index.html") == (WORDS, "calls/harbor-walk/", "", True)
    assert shown(site / "es" / "about" / "index.html") == ("Hoy la marcha sale a las 11:00.", "https://example.org/a", "", True)
    # Without a file of their own, readers get the words of the first language of the site, marked as such.
    assert shown(site / "fil" / "index.html") == (WORDS, "../calls/harbor-walk/", "en", True)
    assert shown(site / "404.html")[1] == "/calls/harbor-walk/"


def test_it_goes_by_itself_and_each_save_is_seen(content, tmp_path, monkeypatch):
    def page(lang=""):
        return shown(build(tmp_path / "site", content, STORE_PATH=tmp_path / "store") / lang / "index.html")

    assert page() is None
    write(content, notice("2030-03-18"))
    assert page()[0] == WORDS
    write(content, notice("2030-03-18", "Changed."))
    assert page()[0] == page("es")[0] == "Changed."
    write(content, notice("2030-03-18", "Cambiado."), "es.md")
    assert page("es")[0] == "Cambiado."
    for day, is_shown in ((18, True), (19, False)):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(1900000000 + (day - 17) * 86400))
        assert bool(page()) == is_shown
    monkeypatch.undo()
    (content / "notice" / "es.md").unlink()
    assert page("es")[0] == "Changed."
    (content / "notice" / "en.md").unlink()
    assert page() is page("es") is None


def test_the_preview_follows_it(content, tmp_path):
    settings = command.load_settings(ROOT / "pelicanconf.py", tmp_path / "output")
    live = PreviewState({**settings, **FIXTURE_SETTINGS, "PATH": str(content), "STORE_PATH": None})
    live.load()
    for words in ("First.", "Second."):
        write(content, notice(words=words))
        assert not live.reload_articles([content / "notice" / "en.md"])  # the watcher then loads everything
        live.load()
        assert words in live.view.file("archive/")[0].decode() and not live.problems
    write(content, "---\nuntil: soon\n---\n\nThird.\n")
    live.load()
    assert [problem.path for problem in live.problems] == ["content/notice/en.md"] and b"<main" in live.view.file("")[0]


@pytest.mark.parametrize(("source", "line", "words"), [
    (notice().replace("until: 2030-03-17\n", "link: https://example.org\n"), 1, "until: is missing"),
    (notice("tomorrow"), 2, 'until: "tomorrow" is not a date'),
    (notice("2030-02-30"), 2, "is not a day in the calendar"),
    (notice(words="One.\n\nTwo."), 5, "the line below the second ---: must be one line of text"),
    (notice(words="One.\nTwo."), 5, "must be one line of text"),
    (notice(words=""), 4, "is empty"),
    (notice(words="\n\n" + "word " * 60), 7, "has 299 characters; write 1 to 240"),
    (notice(words="Come <b>now</b>"), 5, "delete each tag from < to >, such as `<b"),
    (notice(more="from: 2030-03-01\n"), 3, "`from` is not possible"),
    (notice(more="link:\n"), 3, "link: is empty"),
    (notice(more="link: http://example.org\n"), 3, "with https://"),
    (notice(more="link: javascript:alert(1)\n"), 3, "scheme that is not allowed"),
    (notice(more="link: https://www.ap.org@evil.example/\n"), 3, "leads to the host after the @"),
    (notice(more="link: ../calls/harbor-wal/en.md\n"), 3, "did you mean ../calls/harbor-walk/en.md?"),
    (notice(more="link: ../calls/harbor-walk/en.md#nowhere\n"), 3, "there is no #nowhere"),
    (notice(more="link: ../background/draft-text/en.md\n"), 3, "is not public yet"),
    (notice(more="link: '#main'\n"), 3, "is not a path from this file"),
    (notice(more="link: /calls/harbor-walk/\n"), 3, "is not a path from this file"),
    ("Words alone.\n", 1, "write first: `---`"),
])  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(content, problems, source, line, words):
    write(content, source)
    found = [str(problem) for problem in problems(content)]
    assert any(problem.startswith(f"content/notice/en.md:{line}: ") and words in problem for problem in found), found
    assert all(problem.startswith("content/notice/en.md:") for problem in found)


@pytest.mark.parametrize("name", ["de.md", "en.txt", "sub/en.md", "EN.md"])
def test_a_file_in_the_wrong_place_is_named(content, problems, name):
    (content / "notice" / "sub").mkdir(parents=True)
    write(content, notice(), name)
    [problem] = problems(content)
    assert problem.path == f"content/notice/{name}" and "one file for each language: en.md, es.md, fil.md" in problem.message


def test_a_notice_that_nobody_sees_and_a_missing_language_are_warnings(content, problems):
    before = set(problems(content, warnings=True))
    write(content, notice("2030-03-16"))
    found = sorted(map(str, set(problems(content, warnings=True)) - before))
    assert [problem.partition(" warning: ")[0] for problem in found] == ["content/notice/en.md:2:", "content/notice/es.md:1:", "content/notice/fil.md:1:"]
    assert "2030-03-16 is past" in found[0] and "there is no es notice" in found[1]


def test_the_sample_of_the_guide_is_a_notice(content, problems):
    assert problems(content) == []
    [sample] = re.findall(r"(?m)^    ---\n    until: (?:.*\n)+?    ---\n\n    .*\n", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    write(content, re.sub("(?m)^    ", "", sample))
    assert [problem.message.partition(" ")[0] for problem in problems(content, True) if "/notice/en" in problem.path] == ["until:"]
    assert problems(content) == []  # only its day is past for the tests


def test_organizers_may_write_it_and_no_code_is_tested():
    assert place_of("content/notice/en.md").owner == "organizers" and not place_of("content/notice/en.md").is_code
    assert not (FIXTURE_CONTENT / "notice").exists()
