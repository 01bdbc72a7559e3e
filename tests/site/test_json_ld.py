"""What pages say to machines: JSON-LD, held to the rules of schema.org and of the search engines that read it."""

from __future__ import annotations

import dataclasses
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


def words(value):
    """Text for people: no tags, no entities, nothing around it."""
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


def exactly(*values):
    return lambda value: value in values


def node(*kinds):
    return lambda value: isinstance(value, dict) and value.get("@type") in kinds


def many(check):
    return lambda value: isinstance(value, list) and len(value) > 0 and all(check(one) for one in value)


# Each type's properties: what they hold, and whether they must or should be there. From the pages of schema.org and
# from what search engines document for the types that they show.
MUST, SHOULD, MAY = "must", "should", "may"
PAGE = {"url": (url, MUST), "description": (words, SHOULD), "inLanguage": (language, SHOULD), "name": (words, MUST)}
ARTICLE = {
    "headline": (lambda value: words(value) and len(value) <= 110, MUST),
    "author": (many(node("Person", "Organization")), MUST),
    "datePublished": (day, MUST),
    "dateModified": (day, SHOULD),
    "image": (url, SHOULD),
    "publisher": (node("Organization"), SHOULD),
    "description": (words, SHOULD),
    "inLanguage": (language, MUST),
    "url": (url, MUST),
    "articleSection": (words, MAY),
    "about": (node("Event"), MAY),
    "translationOfWork": (node("Article", "NewsArticle"), MAY),
    "translator": (node("Person"), MAY),
}
RULES = {
    "Article": ARTICLE,
    "NewsArticle": ARTICLE,
    "Event": {
        "name": (words, MUST),
        "startDate": (day, MUST),
        "location": (node("Place"), MUST),
        "endDate": (day, SHOULD),
        "eventStatus": (exactly(*(f"https://schema.org/Event{state}" for state in (
            "Scheduled", "Cancelled", "MovedOnline", "Postponed", "Rescheduled"))), SHOULD),
        "eventAttendanceMode": (exactly("https://schema.org/OfflineEventAttendanceMode"), SHOULD),
        "description": (words, SHOULD),
        "organizer": (node("Organization", "Person"), SHOULD),
        "image": (url, SHOULD),
        "offers": (node("Offer"), SHOULD),
        "performer": (node("Person", "PerformingGroup"), SHOULD),
        "url": (url, MAY),
    },
    "Place": {"name": (words, SHOULD), "address": (words, MUST)},
    "Organization": {"name": (words, MUST), "url": (url, SHOULD), "logo": (url, MAY)},
    "Person": {"name": (words, MUST), "url": (url, SHOULD)},
    "WebSite": {**PAGE, "publisher": (node("Organization"), SHOULD)},
    "WebPage": {**PAGE, "isPartOf": (node("WebSite"), SHOULD)},
    "CollectionPage": {**PAGE, "isPartOf": (node("WebSite"), SHOULD)},
    "BreadcrumbList": {"itemListElement": (many(node("ListItem")), MUST)},
    "ListItem": {"position": (number, MUST), "name": (words, MUST), "item": (url, MUST)},
}  # fmt: skip
# What should be there and cannot: said here once, with the reason.
WITHOUT = {
    ("Article", "image"): "no text has a picture of its own yet",
    ("NewsArticle", "image"): "no text has a picture of its own yet",
    ("Event", "image"): "no text has a picture of its own yet",
    ("Event", "offers"): "nothing is sold",
    ("Event", "performer"): "nobody performs",
    ("Person", "url"): "people's pages are theirs, and this site knows none",
    ("Organization", "url"): "of organizations that call, the site knows the name",
}
# A work or a site that is only named points to where it is told in full.
NAMED = {"translationOfWork": {"url", "inLanguage"}, "isPartOf": {"name", "url"}}


def faults(value, name=""):
    """Every breach of the rules in a node and what it holds."""
    kind = value.get("@type")
    if kind not in RULES:
        yield f"{kind} is no type of ours"
        return
    rules = RULES[kind]
    for key, inner in value.items():
        if key != "@type":
            if key not in rules:
                yield f"{kind} has no property {key}"
            elif not rules[key][0](inner):
                yield f"{kind}.{key} is {inner!r}"
            for one in inner if isinstance(inner, list) else [inner]:
                if isinstance(one, dict):
                    yield from faults(one, key)
    wanted = NAMED.get(name) or {key for key, (_, need) in rules.items() if need is not MAY}
    for key in wanted - set(value):
        if (kind, key) not in WITHOUT:
            yield f"{kind} lacks {key}"


def data(page):
    """The parsed data of a page; each data block must be whole JSON."""
    return [json.loads(block) for block in page.tree.xpath("//script[@type='application/ld+json']/text()")]


def nodes(page):
    return [one for block in data(page) for one in block["@graph"]]


@pytest.mark.parametrize("below_path", [False, True])
def test_each_indexed_page_speaks_by_the_rules_and_no_other_page_speaks(site, site_below_path, below_path):
    for address, page in pages(site_below_path if below_path else site).items():
        blocks = data(page)
        if page.tree.xpath("//meta[@name='robots']"):
            assert blocks == [], address
            continue
        assert [block["@context"] for block in blocks] == ["https://schema.org"], address
        assert [fault for one in nodes(page) for fault in faults(one)] == [], address


def test_the_rules_would_tell():
    wrong = {
        "@type": "Event", "name": "<b>A</b>", "startDate": "9 November", "location": "B", "eventStatus": "over",
        "href": "x", "url": "/calls/",
    }  # fmt: skip
    told = list(faults(wrong))
    assert told == [
        "Event.name is '<b>A</b>'", "Event.startDate is '9 November'", "Event.location is 'B'", "Event.eventStatus is 'over'",
        "Event has no property href", "Event.url is '/calls/'", *(line for line in told if "lacks" in line),
    ]  # fmt: skip
    assert "Event lacks endDate" in told


@pytest.mark.parametrize("lang", ["en", "es", "fil"])
def test_a_call_tells_its_event_and_a_translation_its_original(site, lang):
    prefix = {"en": "", "es": "es/", "fil": "fil/"}[lang]
    page = pages(site)[f"{prefix}calls/caravan-to-apec/"]
    told = {one["@type"]: one for one in nodes(page)}
    told["Event"] = told["Article"]["about"]
    assert told["Article"]["headline"] == page.tree.findtext(".//h1")
    assert told["Article"]["inLanguage"] == lang
    assert (told["Event"]["startDate"], told["Event"]["endDate"]) == ("2023-11-09", "2023-11-14")
    assert told["Event"]["organizer"]["name"] == "IMA-USA"
    assert told["Event"]["location"]["address"] == "San Francisco, California"
    original = told["Article"].get("translationOfWork")
    assert (original and original["url"]) == (None if lang == "en" else f"{ADDRESS}/calls/caravan-to-apec/")
    steps = [(step["position"], step["item"]) for step in told["BreadcrumbList"]["itemListElement"]]
    assert steps == [(1, f"{ADDRESS}/{prefix}"), (2, f"{ADDRESS}/{prefix}calls/"), (3, f"{ADDRESS}/{prefix}calls/caravan-to-apec/")]


def test_no_text_breaks_out_of_the_data(content, tmp_path, browser, monkeypatch):
    """A title made to end the element, and authors' names with signs of every kind."""
    folder = content / "analysis" / "hostile"
    folder.mkdir()
    # Front matter refuses tags; the theme must hold all the same, as if it did not.
    (folder / "en.md").write_text(TEXT.format(title="A hostile title"), encoding="utf-8")
    whole = article_view.article_view

    def hostile(*args):
        made = whole(*args)
        return dataclasses.replace(made, title=HOSTILE) if made.title == "A hostile title" else made

    monkeypatch.setattr(article_view, "article_view", hostile)
    site = build(tmp_path / "site", content)
    page = pages(site)["analysis/hostile/"]
    told = nodes(page)[0]
    assert told["headline"] == HOSTILE
    assert (told["datePublished"], told["dateModified"]) == ("2024-05-06", "2024-06-07")
    assert [(one["@type"], one["name"]) for one in told["author"]] == [
        ("Person", "Ana María Ñ."), ("Organization", "The editors of this site")
    ]  # fmt: skip
    complaints = []
    with serve_folder(site) as address:
        tab = browser.new_page()
        tab.on("console", lambda message: complaints.append(message.text))
        tab.goto(f"{address}/analysis/hostile/")
        assert tab.title() == "A hostile title · Caravan"
        assert tab.evaluate("JSON.parse(document.querySelector('script[type$=json]').textContent)['@graph'][0].headline") == HOSTILE
        tab.close()
    assert complaints == []
