"""The JSON-LD of every page, checked against schema.org and the documentation of search engines."""

from __future__ import annotations

import datetime
import json
import re

import pytest
from conftest import ADDRESS, build, serve_folder
from reach import pages

from caravan.site import article_view

HOSTILE = "</script><script>document.title='owned'</script><!-- <script> \u2028 & \"x\" 'y' ]]>"
TEXT = """---
title: '{title}'
summary: A text that is here for a test, with a summary of the length that is wanted.
date: 2024-05-06
updated: 2024-06-07
authors: [Ana María Ñ., The editors of this site]
---

Words.
"""


def plain_text(value):
    """Text without tags, entities and surrounding white space."""
    return isinstance(value, str) and value == value.strip() != "" and not re.search(r"<|&\w+;|&#", value)


def url(value):
    return isinstance(value, str) and re.fullmatch(re.escape(ADDRESS) + r"/[\w/.-]*(#[\w-]+)?", value) is not None


def day(value):
    try:
        return datetime.date.fromisoformat(value).isoformat() == value
    except (TypeError, ValueError):
        return False


def language(value):
    return value in ("en", "es", "fil")


def number(value):
    return type(value) is int and value > 0


def one_of(*values):
    return lambda value: value in values


def node(*kinds):
    return lambda value: isinstance(value, dict) and value.get("@type") in kinds


def list_of(check):
    return lambda value: isinstance(value, list) and len(value) > 0 and all(check(item) for item in value)


# For each type: the check of each property, and whether it is required or recommended. From schema.org, and from the
# documentation of search engines for the types that they display.
MUST, SHOULD, MAY = "must", "should", "may"
PAGE = {
    "url": (url, MUST),
    "description": (plain_text, SHOULD),
    "inLanguage": (language, SHOULD),
    "name": (plain_text, MUST),
}
ARTICLE = {
    "headline": (lambda value: plain_text(value) and len(value) <= 110, MUST),
    "author": (list_of(node("Person", "Organization")), MUST),
    "datePublished": (day, MUST),
    "dateModified": (day, SHOULD),
    "image": (url, SHOULD),
    "publisher": (node("Organization"), SHOULD),
    "description": (plain_text, SHOULD),
    "inLanguage": (language, MUST),
    "url": (url, MUST),
    "articleSection": (plain_text, MAY),
    "about": (node("Event"), MAY),
    "translationOfWork": (node("Article", "NewsArticle"), MAY),
    "translator": (node("Person"), MAY),
}
RULES = {
    "Article": ARTICLE,
    "NewsArticle": ARTICLE,
    "Event": {
        "name": (plain_text, MUST),
        "startDate": (day, MUST),
        "location": (node("Place"), MUST),
        "endDate": (day, SHOULD),
        "eventStatus": (one_of(*(f"https://schema.org/Event{state}" for state in (
            "Scheduled", "Cancelled", "MovedOnline", "Postponed", "Rescheduled"))), SHOULD),
        "eventAttendanceMode": (one_of("https://schema.org/OfflineEventAttendanceMode"), SHOULD),
        "description": (plain_text, SHOULD),
        "organizer": (node("Organization", "Person"), SHOULD),
        "image": (url, SHOULD),
        "offers": (node("Offer"), SHOULD),
        "performer": (node("Person", "PerformingGroup"), SHOULD),
        "url": (url, MAY),
    },
    "Place": {"name": (plain_text, SHOULD), "address": (plain_text, MUST)},
    "Organization": {"name": (plain_text, MUST), "url": (url, SHOULD), "logo": (url, MAY)},
    "Person": {"name": (plain_text, MUST), "url": (url, SHOULD)},
    "WebSite": {**PAGE, "publisher": (node("Organization"), SHOULD)},
    "WebPage": {**PAGE, "isPartOf": (node("WebSite"), SHOULD)},
    "CollectionPage": {**PAGE, "isPartOf": (node("WebSite"), SHOULD)},
    "BreadcrumbList": {"itemListElement": (list_of(node("ListItem")), MUST)},
    "ListItem": {"position": (number, MUST), "name": (plain_text, MUST), "item": (url, MUST)},
}  # fmt: skip
# Recommended properties that the site cannot provide, with the reason.
EXCEPTIONS = {
    ("Article", "image"): "articles have no pictures yet",
    ("NewsArticle", "image"): "articles have no pictures yet",
    ("Event", "image"): "articles have no pictures yet",
    ("Event", "offers"): "nothing is sold",
    ("Event", "performer"): "there are no performers",
    ("Event", "organizer"): "a call need not name who called",
    ("Person", "url"): "the site has no pages of its authors",
    ("Organization", "url"): "only the name of the organization is known",
}
# A node in these properties is a reference, and needs only these properties.
REFERENCES = {"translationOfWork": {"url", "inLanguage"}, "isPartOf": {"name", "url"}}


def schema_errors(node, name=""):
    """The errors in a node and in the nodes that it contains. `name`: the property that holds the node."""
    kind = node.get("@type")
    if kind not in RULES:
        yield f"{kind} is an unknown type"
        return
    rules = RULES[kind]
    for key, value in node.items():
        if key != "@type":
            if key not in rules:
                yield f"{kind} has no property {key}"
            elif not rules[key][0](value):
                yield f"{kind}.{key} is {value!r}"
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, dict):
                    yield from schema_errors(child, key)
    expected = REFERENCES.get(name) or {key for key, (_, need) in rules.items() if need is not MAY}
    for key in expected - set(node):
        if (kind, key) not in EXCEPTIONS:
            yield f"{kind} lacks {key}"


def json_ld_blocks(page):
    return [json.loads(block) for block in page.tree.xpath("//script[@type='application/ld+json']/text()")]


def nodes(page):
    return [node for block in json_ld_blocks(page) for node in block["@graph"]]


@pytest.mark.any_content
@pytest.mark.parametrize("below_path", [False, True])
def test_every_indexed_page_has_valid_json_ld_and_no_other_page_has_any(site, site_below_path, below_path):
    for address, page in pages(site_below_path if below_path else site).items():
        blocks = json_ld_blocks(page)
        if page.tree.xpath("//meta[@name='robots']"):
            assert blocks == [], address
            continue
        assert [block["@context"] for block in blocks] == ["https://schema.org"], address
        assert [error for node in nodes(page) for error in schema_errors(node)] == [], address


def test_the_checks_find_errors():
    invalid = {
        "@type": "Event", "name": "<b>A</b>", "startDate": "9 November", "location": "B", "eventStatus": "over",
        "href": "x", "url": "/calls/",
    }  # fmt: skip
    errors = list(schema_errors(invalid))
    assert errors == [
        "Event.name is '<b>A</b>'", "Event.startDate is '9 November'", "Event.location is 'B'", "Event.eventStatus is 'over'",
        "Event has no property href", "Event.url is '/calls/'", *(error for error in errors if "lacks" in error),
    ]  # fmt: skip
    assert "Event lacks endDate" in errors


@pytest.mark.parametrize("lang", ["en", "es", "fil"])
def test_a_call_has_its_event_and_a_translation_its_original(site, lang):
    prefix = {"en": "", "es": "es/", "fil": "fil/"}[lang]
    page = pages(site)[f"{prefix}calls/harbor-walk/"]
    by_type = {node["@type"]: node for node in nodes(page)}
    by_type["Event"] = by_type["Article"]["about"]
    assert by_type["Article"]["headline"] == page.tree.findtext(".//h1")
    assert by_type["Article"]["inLanguage"] == lang
    assert (by_type["Event"]["startDate"], by_type["Event"]["endDate"]) == ("2029-10-09", "2029-10-14")
    assert by_type["Event"]["organizer"]["name"] == "Harbor Walk committee"
    assert by_type["Event"]["location"]["address"] == "Port Alder, Mirror Bay"
    original = by_type["Article"].get("translationOfWork")
    assert (original and original["url"]) == (None if lang == "en" else f"{ADDRESS}/calls/harbor-walk/")
    steps = [(step["position"], step["item"]) for step in by_type["BreadcrumbList"]["itemListElement"]]
    assert steps == [
        (1, f"{ADDRESS}/{prefix}"),
        (2, f"{ADDRESS}/{prefix}calls/"),
        (3, f"{ADDRESS}/{prefix}calls/harbor-walk/"),
    ]


def test_no_text_breaks_out_of_the_data(content, tmp_path, browser, monkeypatch):
    """A title that tries to close the <script>, and authors with special characters in their names."""
    folder = content / "analysis" / "hostile"
    folder.mkdir()
    # The front matter refuses tags, so the title is replaced after the check: the theme must escape it too.
    (folder / "en.md").write_text(TEXT.format(title="A hostile title"), encoding="utf-8")
    original = article_view.article_view

    def hostile(*args):
        view = original(*args)
        return {**view, "title": HOSTILE} if view["title"] == "A hostile title" else view

    monkeypatch.setattr("caravan.site.pages.article_view", hostile)
    site = build(tmp_path / "site", content)
    page = pages(site)["analysis/hostile/"]
    article = nodes(page)[0]
    assert article["headline"] == HOSTILE
    assert (article["datePublished"], article["dateModified"]) == ("2024-05-06", "2024-06-07")
    assert [(node["@type"], node["name"]) for node in article["author"]] == [
        ("Person", "Ana María Ñ."), ("Organization", "The editors of this site")
    ]  # fmt: skip
    console_messages = []
    with serve_folder(site) as address:
        tab = browser.new_page()
        tab.on("console", lambda message: console_messages.append(message.text))
        tab.goto(f"{address}/analysis/hostile/")
        assert tab.title().split() == f"{HOSTILE} · Caravan".split()
        assert (
            tab.evaluate("JSON.parse(document.querySelector('script[type$=json]').textContent)['@graph'][0].headline")
            == HOSTILE
        )
        tab.close()
    assert console_messages == []
