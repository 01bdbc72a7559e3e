"""Links to the editor of the git host: they open the right file, or a new one that can be sent as it is."""

from __future__ import annotations

import gzip
import re
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


def new_file(site, url):
    """Address and label of the link on a page that opens a new file."""
    tree = lxml.html.document_fromstring((site / url / "index.html").read_text(encoding="utf-8"))
    [link] = tree.xpath("//main//a[contains(@href, '/new/main/')]")
    return link.get("href"), link.text_content()


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
    assert links(site, "background/alone")["Translate into Spanish"] == "../../es/background/alone/"
    address = urlsplit(new_file(site, "es/background/alone")[0])
    query = parse_qs(address.query)
    assert address.path == "/example/caravan/new/main/content/background/alone" and query["filename"] == ["es.md"]
    source = query["value"][0].replace("title: ", "title: Un texto").replace("summary: ", "summary: " + "Un texto de prueba. " * 4)
    front, faults = validate(TRANSLATION_SCHEMAS["background"], split_source(source + "Palabras.\n").document)
    assert front.translated_from == "en" and not faults
    without = build(tmp_path / "without", content, REPOSITORY=REPOSITORY, FALLBACK_PAGES=False)
    assert links(without, "background/alone")["Translate into Spanish"] == address.geturl()


VALUES = {
    "title": "A text", "summary": "A text of a test, with a summary of the length that a summary must have.", "date": "2030-03-17",
    "authors": "[A. Author]", "start": "2030-03-20", "end": "2030-03-21", "place": "Port Alder",
}  # fmt: skip


@pytest.mark.parametrize("kind", ["calls", "analysis", "background"])
@pytest.mark.parametrize("lang", ["en", "es", "fil"])
def test_the_list_of_a_kind_opens_a_new_text_with_the_fields_that_it_needs(linked, kind, lang):
    href, label = new_file(linked, kind if lang == "en" else f"{lang}/{kind}")
    query = parse_qs(urlsplit(href).query)
    assert urlsplit(href).path == f"/example/caravan/new/main/content/{kind}" and query["filename"] == [f"my-text/{lang}.md"]
    assert lang != "en" or label.startswith("Write a new ")
    filled = re.sub(r"(?m)(\w+): $", lambda field: f"{field[1]}: {VALUES[field[1]]}", query["value"][0])
    front, faults = validate(KINDS[kind], split_source(filled).document)
    assert not faults and front.status == "draft"
    _, faults = validate(KINDS[kind], split_source(query["value"][0]).document)
    assert faults and all("is empty" in fault.message for fault in faults)


def test_the_links_of_a_page_cost_at_most_120_bytes(linked):
    """Compressed, with their style."""
    costs = {}
    for path in linked.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        bare = re.sub(r'<p class="edit-links">.*?</p>|\.edit-links\{[^}]*\}', "", page)
        bare = re.sub(r'<p><a href="[^"]*/new/main/.*?</p>', "", bare)
        bare = re.sub(r'<a href="[^"]*/new/main/[^>]*>(.*?)</a>', r"\1", bare)
        costs[path.relative_to(linked).as_posix()] = len(gzip.compress(page.encode(), 9)) - len(gzip.compress(bare.encode(), 9))
    assert sum(cost > 0 for cost in costs.values()) > 30 and 0 < costs["take-part/index.html"]
    assert {name: cost for name, cost in costs.items() if cost > 120} == {}


def test_without_a_repository_there_are_none(site):
    assert "edit-links" not in (site / "take-part" / "index.html").read_text(encoding="utf-8")
