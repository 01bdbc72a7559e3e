"""Words that give people away, and the contacts that are meant to be public."""

from __future__ import annotations

import datetime
import itertools
import json
import re
import shutil
import textwrap

import pytest
import vectors
from conftest import ROOT, build

from caravan.build.loader import load_library
from caravan.reading import evidence
from caravan.reading.library import find_problems
from caravan.reading.paths import SiteLanguages
from caravan.reading.personal_data import personal_data

LANGUAGES, DAY = SiteLanguages(("en", "es", "fil"), "en"), datetime.date(2030, 3, 17)

FOUND = {
    "a phone number": """
        (415) 555-0132|415-555-0132|415.555.0132|4155550132|+1 415 555 0132|1-415-555-0132|(415)555-0132|415‑555‑0132|415–555–0132
        415\u00a0555\u00a00132|**415-555-0132**|Tel.415-555-0132|tel:+14155550132|[call](tel:+14155550132)|４１５-555-0132
        55 1234 5678|(55) 1234 5678|55-1234-5678|+52 55 1234 5678|+52 (55) 1234 5678|+52 1 55 1234 5678|+5215512345678|5512345678
        0917 123 4567|0917-123-4567|09171234567|+63 917 123 4567|(02) 8123 4567|+502 2345 6789
        https://wa.me/5215512345678|https://api.whatsapp.com/send?phone=14155550132""",
    "an e-mail address": r"""
        marta@example.org|mailto:marta@example.org|marta\@example.org|marta&#64;example.org|m.l+x@sub.example.mx|ｍarta＠example.org
        niño@ejemplo.mx|<marta@example.org>|[write](mailto:marta@example.org)""",
    "coordinates of a place": """
        19.4326, -99.1332|19.432, -99.133|19.4326° N|19°25'57"N 99°07'59"W|19°25′57″ N, 99°7′59″ O|19° 25.95' N|14.5995 120.9842
        geo:19.4326,-99.1332|https://maps.example/?q=19.4326,-99.1332|@19.4326,-99.1332,15z|lat: 19.4326|latitud 19.4326
        19,4326; -99,1332""",
    "an A-number (of a person in US immigration files)": """
        A123456789|A12345678|A-123-456-789|A 123 456 789|A#123456789|A# 123-456-789|A-Number: 123456789|A-12-345-678|a123456789
        A123 456 789|A-No. 123-456-789|A‑123‑456‑789|(A12345678)|número A: 123 456 789""",
}
HARMLESS = """
    2026-11-27|9–14 November 2023|10,000,000|2023 2024 2025|10,000, 20,000|10.000, 12.000|1994–2024|between 3.2 and 4.15|[@ap-2021-11-08]
    a 12 345 678 personas|https://news.example/a-long-walk-4155550132/|978-0-691-12345-6|@name|1.2345, 3|10:30, 11:45|30° N
    USD 1,234,567,890|54a57c f2cefb f75953|A 100|A4 paper|in 1994, 2,000,000 people|2021-11-08 2022-06-10|1 234 567 890|at @ two"""


def cases(lines):
    return [text for text in re.split(r"[|\n]\s*", lines) if text]


@pytest.mark.parametrize("what", FOUND)
def test_every_form_is_found_with_its_line(what):
    missed = [text for text in cases(FOUND[what]) if (what, 3) not in personal_data(f"One.\n\n{text} and more.\n")]
    assert not missed
    assert (what, 2) in personal_data("One\ntwo, " + cases(FOUND[what])[0].replace(" ", "\n", 1))


def test_other_numbers_are_not():
    assert not list(personal_data("&#" + "9" * 5000 + ";"))
    assert not [(text, found) for text in cases(HARMLESS) if (found := list(personal_data(text)))]


def problems_of(content, day=DAY):
    return [(problem.path, problem.line, problem.severity, problem.message) for problem in find_problems(load_library(content, LANGUAGES, day))]


def test_they_are_named_wherever_they_stand_but_not_repeated(content):
    before = problems_of(content)
    places = [
        ("pages/about/en.md", "\n\nCall 415-555-0199.\n"), ("pages/about/es.md", "\n\n![Marta, marta@example.org](x.png)\n"),
        ("evidence/almanac.yaml", "\n# ask marta@example.org\n"), ("evidence/sources.yaml", "\n# A123-456-789\n"),
    ]  # fmt: skip
    for path, added in places:
        file = content / path
        file.write_text(file.read_text(encoding="utf-8") + added, encoding="utf-8")
    drawing = content / "drawings" / "walk-map" / "en.svg"
    drawing.write_text(drawing.read_text(encoding="utf-8").replace('aria-label="', 'aria-label="19.4326, -99.1332 ', 1), encoding="utf-8")
    (content / "pages" / "about" / "marta_415-555-0199.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (content / "pages" / "a123456789").mkdir()
    (content / "pages" / "a123456789" / "en.md").write_text((content / "pages" / "about" / "en.md").read_text(encoding="utf-8"), encoding="utf-8")
    new = [problem for problem in problems_of(content) if problem not in before]
    named = {(path, message.split("looks like ")[1].split(" ")[1]) for path, _, severity, message in new if severity == "warning" and "looks like" in message}
    assert {
        ("content/pages/about/en.md", "phone"), ("content/pages/about/es.md", "e-mail"), ("content/evidence/almanac.yaml", "e-mail"),
        ("content/evidence/sources.yaml", "A-number"), ("content/pages/about/marta_415-555-0199.png", "phone"),
        ("content/pages/a123456789/en.md", "A-number"), ("content/drawings/walk-map/en.svg", "of"),
    } <= named  # fmt: skip
    assert not any(secret in message for *_, message in new if "looks like" in message for secret in ("0199", "marta@", "A123"))
    line = (content / "pages" / "about" / "en.md").read_text(encoding="utf-8").split("\n").index("Call 415-555-0199.") + 1
    assert any(path == "content/pages/about/en.md" and found == line for path, found, _, message in new if "phone" in message)


CONTACT = "contacts:\n- id: {id}\n  what: {what}\n  whom: {{en: A, es: A, fil: A}}\n  source: https://example.org/c\n  checked_on: 2030-01-01\n  ends_on: {ends_on}\n"


@pytest.mark.parametrize(("changed", "message"), [
    ({"ends_on": "2030-03-16"}, "this contact ended on 2030-03-16"), ({"ends_on": "2029-12-31"}, "is before `checked_on`"),
    ({"id": "walk-call-2029"}, "already used in line"), ({"what": "a@b@c@"}, None), ({"what": "https://x@y.example/"}, "leads to the host after the @"),
    ({"ends_on": "2030-03-17"}, None),
])  # fmt: skip
def test_a_contact_is_checked(content, changed, message):
    values = {"id": "line", "what": "+1 415 555 0132", "ends_on": "2030-12-31", **changed}
    (content / "evidence" / "contacts.yaml").write_text(CONTACT.format(**values))
    found = [problem for problem in problems_of(content) if problem[0] == evidence.CONTACTS_PATH]
    assert (len(found) == 1 and message in found[0][3] and found[0][2] == "error") if message else not found, found


def test_a_contact_needs_words_in_every_language_and_a_field_for_each_fact(content):
    file = content / "evidence" / "contacts.yaml"
    file.write_text(CONTACT.format(id="line", what="x", ends_on="2030-12-31").replace(", es: A", ""))
    assert any(severity == "warning" and "`whom` has no entry for `es`" in message for *_, severity, message in problems_of(content))
    file.write_text(re.sub("whom: .*", "whom: {}", CONTACT.format(id="line", what="x", ends_on="2030-12-31")))
    assert any("whom" in message for *_, severity, message in problems_of(content) if severity == "error")
    for field in ("what", "whom", "source", "checked_on", "ends_on"):
        file.write_text(re.sub(rf"(?m)^  {field}: .*\n", "", CONTACT.format(id="line", what="x", ends_on="2030-12-31")))
        assert any(path == evidence.CONTACTS_PATH and field in message for path, _, _, message in problems_of(content)), field


@pytest.mark.parametrize(("field", "value"), [
    *itertools.product(("what", "id"), vectors.REFUSED_VALUES), *itertools.product(("source",), vectors.REFUSED_URLS),
])  # fmt: skip
def test_a_contact_refuses_what_sources_refuse(tmp_path, field, value):
    entry = {"id": "line", "what": "x", "whom": {"en": "A"}, "source": "https://example.org/c", "checked_on": "2030-01-01", "ends_on": "2030-12-31"}
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "contacts.yaml").write_text(f"contacts:\n- {json.dumps({**entry, field: value}, ensure_ascii=False)}\n", encoding="utf-8")
    sources, [problem] = evidence.load_sources(tmp_path)
    assert sources is None and problem.path == evidence.CONTACTS_PATH


@pytest.mark.parametrize(("what", "href"), [
    ("+1 (415) 555-0132", "tel:+14155550132"), ("a.b@example.org", "mailto:a.b@example.org"), ("https://example.org/x", "https://example.org/x"),
    ("1 Pier Road", ""), ("415 555 0132", ""),
])  # fmt: skip
def test_what_has_an_address_is_a_link(content, what, href):
    (content / "evidence" / "contacts.yaml").write_text(CONTACT.format(id="line", what=what, ends_on="2030-12-31"))
    assert evidence.load_sources(content)[0]["line"].href == href


def test_the_sample_of_contributing_is_valid(content):
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    sample = textwrap.dedent(re.search(r"(?m)^    - id: legal-line\n(?:    .*\n)+", text)[0])
    (content / "evidence" / "contacts.yaml").write_text("contacts:\n" + sample, encoding="utf-8")
    sources, problems = evidence.load_sources(content, LANGUAGES.languages, datetime.date(2026, 11, 27))
    assert not problems and sources["legal-line"].href.startswith("tel:")


def test_pages_show_contacts(site):
    read = {name: (site / name / "index.html").read_text(encoding="utf-8") for name in ("privacy", "take-part", "es/privacy", "about")}
    assert 'href="tel:+14155550132"' in read["privacy"] and "The harbor office." in read["privacy"] and "Checked on 1 March 2030." in read["privacy"]
    assert "La oficina del puerto." in read["es/privacy"]
    assert [name for name in read if "mailto:names@harbor.example" in read[name]] == ["privacy", "take-part", "es/privacy"]


def test_without_a_private_contact_pages_say_what_exists_instead(content, tmp_path):
    pages = ("privacy", "take-part", "about")
    for name in pages:
        shutil.copytree(content / "pages" / name, tmp_path / "small" / "pages" / name)
    for file in (tmp_path / "small").rglob("*.md"):
        file.write_text(re.sub(r"\[@.*?\]|\]\(.*?\)", "]", file.read_text(encoding="utf-8")), encoding="utf-8")
    build(tmp_path / "site", tmp_path / "small", REPOSITORY="https://github.com/somebody/site")
    read = {name: (tmp_path / "site" / name / "index.html").read_text(encoding="utf-8") for name in pages}
    assert [name for name in pages if "https://github.com/somebody/site/security/advisories/new" in read[name]] == ["privacy", "take-part"]
