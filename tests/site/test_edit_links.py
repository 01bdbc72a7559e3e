"""Links to the editor of the git host: they open the right file, or a new one that can be sent as it is."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest
from conftest import FIXTURE_CONTENT, build

from caravan.reading.front_matter import split_source, validate
from caravan.reading.schema import KINDS, TRANSLATION_SCHEMAS

REPOSITORY = "https://github.com/example/caravan"


@pytest.fixture(scope="module")
def linked(tmp_path_factory):
    return build(tmp_path_factory.mktemp("linked") / "site", REPOSITORY=REPOSITORY)


def links(site, url):
    tree = lxml.html.document_fromstring((site / url / "index.html").read_text(encoding="utf-8"))
    return {link.text_content(): link.get("href") for link in tree.find_class("edit-links")[0].iter("a")}


def test_every_text_can_be_corrected_and_reported(linked):
    for lang, prefix in (("en", ""), ("es", "es/")):
        for file in FIXTURE_CONTENT.glob(f"*/*/{lang}.md"):
            kind, slug = file.parts[-3:-1]
            url = f"{prefix}{slug if kind == 'pages' else f'{kind}/{slug}'}"
            page = linked / url / "index.html"
            if page.exists() and "<article" in page.read_text(encoding="utf-8"):  # drafts have another page, or none
                found = list(links(linked, url).values())
                path = f"content/{kind}/{slug}/{lang}.md"
                assert f"{REPOSITORY}/edit/main/{path}" in found and f"{REPOSITORY}/issues/new?title={path}" in found


def test_a_missing_translation_opens_a_file_that_says_what_it_is(tmp_path, content):
    (content / "background" / "alone").mkdir()
    head = "title: A text\nsummary: A text of a test, with a summary of the length that a summary must have.\n"
    (content / "background" / "alone" / "en.md").write_text(f"---\n{head}date: 2024-05-06\nauthors: [A]\n---\n\nWords.\n")
    site = build(tmp_path / "site", content, REPOSITORY=REPOSITORY)
    address = urlsplit(links(site, "background/alone")["Translate into Spanish"])
    query = parse_qs(address.query)
    assert address.path == "/example/caravan/new/main/content/background/alone" and query["filename"] == ["es.md"]
    source = query["value"][0].replace("title: ", "title: Un texto").replace("summary: ", "summary: " + "Un texto de prueba. " * 4)
    front, faults = validate(TRANSLATION_SCHEMAS["background"], split_source(source + "Palabras.\n").document)
    assert front.translated_from == "en" and not faults
    untranslated = (site / "es" / "background" / "alone" / "index.html").read_text(encoding="utf-8")
    assert "/new/main/content/background/alone?filename=es.md" in untranslated


@pytest.mark.parametrize("kind", ["calls", "analysis", "background"])
def test_the_page_for_people_who_take_part_opens_new_texts(linked, kind):
    [href] = [href for href in links(linked, "take-part").values() if f"/new/main/content/{kind}?" in href]
    query = parse_qs(urlsplit(href).query)
    assert query["filename"] == ["my-text/en.md"]
    source = query["value"][0].replace("YEAR-MONTH-DAY", "2030-03-17")
    front, faults = validate(KINDS[kind], split_source(source).document)
    assert not faults and front.status == "draft"


def test_without_a_repository_there_are_none(site):
    assert "edit-links" not in (site / "take-part" / "index.html").read_text(encoding="utf-8")
