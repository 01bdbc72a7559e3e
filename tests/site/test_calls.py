"""States and facts of a call: as readers, chats, feeds and search engines see them, in each language."""

from __future__ import annotations

import datetime
import json
import re

import lxml.etree
import lxml.html
import pytest
from conftest import FIXTURE_SETTINGS, ROOT, build

from caravan.build.command import BuildError, load_settings
from caravan.build.loader import load_library
from caravan.preview.state import PreviewState
from caravan.reading.library import find_problems
from caravan.reading.paths import SiteLanguages

FACTS = """  starts_at: 18:30
  ends_at: "20:00"
  time_zone: America/Los_Angeles
  meeting_point: Harry Bridges Plaza
  join: https://example.org/join
  access: {step_free: yes, interpretation: [es, yua]}
  program:
    - {day: 2030-03-20, at: "18:30", languages: [en, es]}
    - {day: 2030-03-21, where: The pier}
"""
PLANNED = "  start: 2030-03-20\n  end: 2030-03-21\n"
FORMER = "  former: {start: 2030-03-09, end: 2030-03-10, place: Old Town}\n"
STATES = {
    "coming": PLANNED,
    "now": "  start: 2030-03-16\n  end: 2030-03-18\n",
    "over": "  start: 2029-03-16\n  end: 2029-03-18\n",
    "canceled": PLANNED + "  state: canceled\n",
    "postponed": FORMER + "  state: postponed\n",
    "moved": PLANNED + FORMER + "  state: moved\n",
}
NAMES = {  # as readers see them
    "en": {"coming": "Coming", "now": "Now", "over": "Over", "canceled": "Canceled", "postponed": "Postponed", "moved": "Coming"},
    "es": {"canceled": "Cancelada", "postponed": "Aplazada"},
    "fil": {"canceled": "Kanselado", "postponed": "Ipinagpaliban"},
}
CALL = """---
title: A march to the pier
summary: People march to the pier in the evening, and everybody who lives at the water is invited.
date: 2030-03-01
updated: 2030-03-02
authors: [Harbor Union, Ana Reyes]
{more}event:
  place: Port Alder
{event}---

Words about the march.
"""
SPANISH = """---
title: Una marcha al muelle
summary: La gente marcha al muelle por la noche, y están invitadas todas las personas que viven junto al agua.
translated_from: en
{more}---

Palabras sobre la marcha.
"""


def write_call(content, event: str, more: str = "", spanish: str | None = None) -> None:
    folder = content / "calls" / "a-march"
    folder.mkdir(exist_ok=True)
    (folder / "en.md").write_text(CALL.format(event=event, more=more), encoding="utf-8")
    if spanish is not None:
        (folder / "es.md").write_text(SPANISH.format(more=spanish), encoding="utf-8")


def page(site, lang="en"):
    prefix = "" if lang == "en" else f"{lang}/"
    return lxml.html.document_fromstring((site / f"{prefix}calls/a-march/index.html").read_text(encoding="utf-8"))


def text_of(element) -> str:
    return " ".join(" ".join(element.itertext()).replace("\u2060", "").split())


def text(tree, name: str) -> str:
    [element] = tree.find_class(name)
    return text_of(element)


def event_of(tree) -> dict:
    [script] = tree.xpath("//script[@type='application/ld+json']")
    return json.loads(script.text)["@graph"][0]["about"]


@pytest.mark.parametrize("state", STATES)
def test_a_state_shows_wherever_the_call_does(content, tmp_path, state):
    write_call(content, STATES[state], spanish="")
    site = build(tmp_path / "site", content)
    for lang, names in NAMES.items():
        if state not in names or lang == "fil":
            continue
        tree, word = page(site, lang), names[state]
        assert text(tree, "event-banner").startswith(word)
        is_closed = state in ("over", "canceled", "postponed")
        assert bool(tree.find_class("poster--closed")) == is_closed
        title, description = (tree.xpath(f"//meta[@property='og:{name}']/@content")[0] for name in ("title", "description"))
        assert title.startswith(f"{word}: ") == is_closed
        assert bool(re.match(r"\d.* 20(29|30) · ", description)) == (state != "postponed")
        prefix = "" if lang == "en" else f"{lang}/"
        for path in (f"{prefix}index.html", f"{prefix}calls/index.html"):
            assert word in text_of(lxml.html.document_fromstring((site / path).read_text(encoding="utf-8")).body)
        feed = lxml.etree.parse(site / f"{prefix}feeds/calls.atom.xml").getroot()
        [entry] = (entry for entry in feed.iter("{*}entry") if "a-march" in entry.find("{*}link").get("href"))
        assert entry.findtext("{*}title") == title
        assert word in entry.findtext("{*}content") and "Port Alder" in entry.findtext("{*}content")


def test_search_engines_are_told_the_state(content, tmp_path):
    expected = {
        "coming": {"eventStatus": "EventScheduled", "startDate": "2030-03-20", "endDate": "2030-03-21"},
        "canceled": {"eventStatus": "EventCancelled", "startDate": "2030-03-20"},
        "postponed": {"eventStatus": "EventPostponed", "startDate": "2030-03-09"},
        "moved": {"eventStatus": "EventRescheduled", "startDate": "2030-03-20", "previousStartDate": "2030-03-09"},
    }
    for state, values in expected.items():
        write_call(content, STATES[state])
        event = event_of(page(build(tmp_path / state, content)))
        values = {**values, "eventStatus": f"https://schema.org/{values['eventStatus']}"}
        assert {name: event[name] for name in values} == values
        assert ("previousStartDate" in event) == (state == "moved") and ("endDate" in event) == (state != "postponed")


def test_facts_are_printed_once_for_all_languages_and_words_in_each(content, tmp_path):
    english = "reason: The city closed the square.\nbring: [Water, A sign]\nprogram: [Opening, March]\n"
    write_call(content, STATES["moved"] + FACTS, english, "bring: [Agua, Un cartel]\nprogram: [Apertura, Marcha]\n")
    site = build(tmp_path / "site", content)
    facts = text(page(site), "call-facts")
    for words in ("20–21 March 2030, 18:30", "20:00", "Harry Bridges Plaza", "example.org/join", "Water · A sign", "Step-free yes", "Seats not stated",
                  "Interpretation Spanish and yua", "Child care not stated", "20 March 2030, 18:30 Opening · English and Spanish",
                  "21 March 2030 March · The pier"):  # fmt: skip
        assert words in facts
    spanish = page(site, "es")
    facts = text(spanish, "call-facts")
    for words in ("Agua · Un cartel", "Sin escalones sí", "20 de marzo de 2030, 6:30 p.m. Apertura · inglés y español", "Harry Bridges Plaza"):
        assert words in facts
    # What is not translated yet is in the words of the original, and says so.
    [reason] = spanish.xpath("//*[@class='event-banner']//span[@lang='en']")
    assert text_of(reason) == "The city closed the square." and "9–10 de marzo de 2030, Old Town" in text(spanish, "event-banner")
    event = event_of(spanish)
    assert event["startDate"] == "2030-03-20T18:30-07:00" and event["location"]["name"] == "Harry Bridges Plaza"


def test_a_program_that_a_translation_does_not_follow_is_that_of_the_original_with_a_warning(content, tmp_path):
    write_call(content, PLANNED + FACTS, "program: [Opening, March]\n", "made_from: abcdef\nprogram: [Apertura]\n")
    library = load_library(content, SiteLanguages(("en", "es", "fil"), "en"), datetime.date(2030, 3, 17))
    assert any("a-march/es.md:6: warning: program: has 1 lines" in str(problem) for problem in find_problems(library))
    facts = page(build(tmp_path / "site", content), "es").find_class("call-facts")[0]
    assert [text_of(span) for span in facts.xpath(".//li/span[@lang='en']")] == ["Opening", "March"]


@pytest.mark.parametrize(("called_by", "label"), [("called_by: Harbor Union\n", "Called by Harbor Union. Retold by"), ("", "Our call")])
def test_only_a_call_of_others_is_retold(content, tmp_path, called_by, label):
    write_call(content, PLANNED, called_by)
    tree = page(build(tmp_path / "site", content))
    assert text(tree, "byline-kind__label").startswith(label) and ("etold" in text_of(tree.body)) == bool(called_by)
    [script] = tree.xpath("//script[@type='application/ld+json']")
    authors = {author["name"]: author["@type"] for author in json.loads(script.text)["@graph"][0]["author"]}
    assert authors == {"Harbor Union": "Organization" if called_by else "Person", "Ana Reyes": "Person"}


def test_authors_that_are_organizations_are_that_to_search_engines(content, tmp_path):
    write_call(content, PLANNED, "organizations: [Harbor Union]\n", spanish="")
    site = build(tmp_path / "site", content)
    for lang in ("en", "es"):
        [script] = page(site, lang).xpath("//script[@type='application/ld+json']")
        authors = {author["name"]: author["@type"] for author in json.loads(script.text)["@graph"][0]["author"]}
        assert authors == {"Harbor Union": "Organization", "Ana Reyes": "Person"}


@pytest.mark.parametrize(("event", "more", "line", "message"), [
    (PLANNED + "  state: cancelled\n", "", 11, "event.state: "),
    ("", "", 7, "event.start: is missing"),
    ("  start: 2030-03-20\n", "", 7, "event.end: is missing"),
    ("  state: postponed\n", "", 7, "add `former:`"),
    (PLANNED + "  state: moved\n", "", 7, "add `former:`"),
    ("  state: postponed\n  former: {place: Old Town}\n", "", 7, "add `former:`"),
    (PLANNED + "  former: {start: 2030-03-09}\n", "", 11, "event.former.end: is missing"),
    (PLANNED + "  starts_at: \"18:30\"\n", "", 7, "hours need a time zone"),
    (PLANNED + "  starts_at: 6 pm\n  time_zone: Asia/Manila\n", "", 11, "is not an hour"),
    (PLANNED + "  starts_at: \"24:00\"\n  time_zone: Asia/Manila\n", "", 11, "is not an hour"),
    (PLANNED + "  ends_at: \"20:00\"\n  time_zone: Asia/Manila\n", "", 11, "needs `starts_at`"),
    (PLANNED + "  time_zone: PST\n", "", 11, "is not a time zone"),
    (PLANNED + "  join: example.org/join\n", "", 11, "with https://"),
    (PLANNED + "  join: https://www.ap.org@evil.example/\n", "", 11, "leads to the host after the @"),
    (PLANNED + "  access: {seats: maybe}\n", "", 11, "event.access.seats: "),
    (PLANNED + "  access: {interpretation: Spanish}\n", "", 11, "must be a list"),
    (PLANNED + "  access: {interpretation: [Spanish]}\n", "", 11, "code of a language"),
    (PLANNED + "  program: [{day: 2030-03-25}]\n", "program: [March]\n", 12, "is not one of the days"),
    (PLANNED + "  program: [{day: 2030-03-20}]\n", "", 2, "program: has 0 lines, but event.program has 1"),
    (PLANNED, "program: [March]\n", 7, "program: has 1 lines, but event.program has 0"),
    (PLANNED, "organizations: [Harbor Union, Harbour Union]\n", 7, '"Harbour Union" is not one of the authors'),
    (PLANNED + "  state: canceled\n", "updated: \n", 7, "is empty"),
])  # fmt: skip
def test_what_is_wrong_in_the_facts_is_named_with_its_line(content, tmp_path, event, more, line, message):
    write_call(content, event, more)
    if "updated" in more:
        file = content / "calls" / "a-march" / "en.md"
        file.write_text(file.read_text().replace("updated: 2030-03-02\n", "", 1))
        line -= 1
    with pytest.raises(BuildError) as stopped:
        build(tmp_path / "site", content)
    problems = [str(problem) for problem in stopped.value.problems]
    assert any(f"a-march/en.md:{line}: " in problem and message in problem for problem in problems), problems


def test_a_change_of_a_call_needs_a_day_so_that_feeds_show_it(content, tmp_path):
    write_call(content, PLANNED + "  state: canceled\n")
    file = content / "calls" / "a-march" / "en.md"
    file.write_text(file.read_text().replace("updated: 2030-03-02\n", ""))
    with pytest.raises(BuildError, match="this call is canceled; add a line `updated:`"):
        build(tmp_path / "site", content)


def test_the_front_page_shows_an_open_call_before_a_newer_one_that_is_not(content, tmp_path):
    write_call(content, STATES["canceled"])
    front = lxml.html.document_fromstring((build(tmp_path / "open", content) / "index.html").read_text(encoding="utf-8"))
    assert "Walk with us over the bridge" in text(front, "poster") and "No call is open now." not in text_of(front.body)
    for folder in (content / "calls").iterdir():
        if folder.name not in ("a-march", "harbor-walk"):
            for file in folder.glob("*.md"):
                file.write_text(re.sub(r"(start|end): 2030", r"\1: 2029", file.read_text(encoding="utf-8")), encoding="utf-8")
    front = lxml.html.document_fromstring((build(tmp_path / "none", content) / "index.html").read_text(encoding="utf-8"))
    assert "A march to the pier" in text(front, "poster") and "No call is open now." in text_of(front.body)


def test_words_of_a_call_that_is_not_translated_say_their_language(content, tmp_path):
    write_call(content, "  start: 2030-03-10\n  end: 2030-03-18\n", "reason: The city closed the square.\n")
    front = lxml.html.document_fromstring((build(tmp_path / "site", content) / "es" / "index.html").read_text(encoding="utf-8"))
    [reason] = front.xpath("//*[@class='event-banner']//span[@lang='en']")
    assert text_of(reason) == "The city closed the square."


SAMPLES = re.findall(r"(?m)(?:^    .+\n)*^    event:\n(?:^    .+\n)+", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("sample", "state"), [*zip(SAMPLES, ("Over", "Canceled", "Postponed", "Over"), strict=True)])
def test_the_samples_of_the_guide_are_what_they_say(content, tmp_path, sample, state):
    """The fixture's day is later than those of the samples, so a call that takes place is over."""
    head = "---\ntitle: A march to the pier\nsummary: People march to the pier in the evening, and everybody is invited.\n"
    source = f"{head}date: 2027-03-01\nauthors: [A. Author]\n{re.sub('(?m)^    ', '', sample)}---\n\nWords.\n"
    (content / "calls" / "a-march").mkdir()
    (content / "calls" / "a-march" / "en.md").write_text(source, encoding="utf-8")
    assert text(page(build(tmp_path / "site", content)), "event-banner").startswith(state)


def test_a_save_of_new_days_chooses_the_call_of_the_front_page_again(content, tmp_path):
    settings = load_settings(ROOT / "pelicanconf.py", tmp_path / "output")
    live = PreviewState({**settings, **FIXTURE_SETTINGS, "PATH": str(content), "STORE_PATH": None})
    live.load()

    def front_call():
        return text_of(lxml.html.document_fromstring(live.view.file("")[0]).find_class("poster__title")[0])

    assert front_call() == "Walk with us over the bridge"
    path = content / "calls" / "bridge-walk" / "en.md"
    path.write_text(path.read_text(encoding="utf-8").replace("end: 2030-03-20", "end: 2030-03-16"), encoding="utf-8")
    assert live.reload_articles([path]) and front_call() == "A night walk to the lighthouse"
