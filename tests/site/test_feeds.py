"""Feeds: entries keep their ids, and hold what their pages hold; names against the direction of a page are isolated."""

from __future__ import annotations

import shutil
import uuid

import lxml.etree
import pytest
from conftest import build

FRONT = "---\ntitle: مسيرة\nsummary: A text that is here for a test, with a summary of the length that is wanted.\n{fields}---\n\n{body}\n"
FIELDS = (
    "date: {day}\nauthors: [محمد, Ana]\nquestion: Was it so?\nanswer: [Partly.]\ncertainty: {{documented: This is.}}\n{formerly}"
)
BODY = "/// drawing | road\n\nThe road.\n\n///\n\nWords."
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="A road &amp; a river" viewBox="0 0 9 9"><path d="M0 0"/></svg>'
ATOM = "{http://www.w3.org/2005/Atom}"


def write(content, slug, day, formerly=""):
    folder = content / "analysis" / slug
    folder.mkdir(parents=True)
    (folder / "en.md").write_text(FRONT.format(fields=FIELDS.format(day=day, formerly=formerly), body=BODY), encoding="utf-8")
    (folder / "es.md").write_text(FRONT.format(fields="translated_from: en\n", body="Palabras."), encoding="utf-8")


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    """A site with one text, and the same after a move, a corrected date and with a new domain."""
    folder = tmp_path_factory.mktemp("feeds")
    content = folder / "content"
    for lang in ("en", "es", "fil"):
        drawing = content / "drawings" / "road" / f"{lang}.svg"
        drawing.parent.mkdir(parents=True, exist_ok=True)
        drawing.write_text(DRAWING, encoding="utf-8")
    write(content, "one", "2024-05-06")
    first = build(folder / "first", content)
    shutil.rmtree(content / "analysis")
    write(content, "three", "2024-06-07", "formerly: [analysis/one, analysis/two]\n")
    return first, build(folder / "second", content, address="https://example.net/path")


def feed(site, lang=""):
    return lxml.etree.fromstring((site / lang / "feeds" / "all.atom.xml").read_bytes())


def test_ids_stay_over_a_move_a_corrected_date_and_a_new_domain(sites):
    ids = set()
    for lang in ("", "es"):
        before, after = ([element.text for element in feed(site, lang).iter(f"{ATOM}id")] for site in sites)
        assert before == after and len(before) == 2
        ids.update(before)
    assert len(ids) == 4 and all(uuid.UUID(name).version == 5 and name.startswith("urn:uuid:") for name in ids)


def test_an_entry_holds_the_answer_and_the_words_of_drawings(sites):
    tree = feed(sites[0])
    content = tree.findtext(f"{ATOM}entry/{ATOM}content")
    for words in ("Was it so?", "Partly.", "This is.", "<div>A road &amp; a river</div>", "The&nbsp;road."):
        assert words in content
    icon = tree.findtext(f"{ATOM}icon").removeprefix("https://example.org/")
    assert (sites[0] / icon).is_file()


def test_names_against_the_direction_of_the_page_are_isolated(sites):
    page = (sites[0] / "analysis" / "one" / "index.html").read_text(encoding="utf-8")
    assert '<p class="byline"><bdi>محمد</bdi> and Ana, <time' in page
    assert ">مسيرة</bdi></h1>" in page and "<title>مسيرة" in page
