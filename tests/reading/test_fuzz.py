"""Fuzzing: any input is parsed into an article or problems in finite time, and the resulting HTML is safe."""

from __future__ import annotations

import datetime
import functools
import itertools
import json
import re
import string
from pathlib import Path

import judge
import pytest
import vectors
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from caravan.reading import drawings, evidence, parser, typography
from caravan.reading.limits import FORBIDDEN_CHARACTERS
from caravan.reading.parser import BodyParser
from caravan.reading.paths import ContentPath
from caravan.reading.personal_data import personal_data
from caravan.reading.problems import run_check
from caravan.site import i18n

FRONT = """---
title: A title
summary: A text that is here for a test, with a summary of the length that is wanted.
date: 2024-05-06
authors: [A]
---

Words before.

"""
# Deterministic: the same cases in every run and on every machine, so that the suite does not fail at random.
CALM = settings(
    derandomize=True, deadline=None, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)  # fmt: skip

TAGS = "a abbr b br code details div i img ins li ol p pre q rt ruby span strong sub summary table td tr ul".split()
FOREIGN = "script style svg math template noscript textarea title iframe form input select body h1 x plaintext".split()
NAMES = ["id", "class", "title", "href", "src", "lang", "role", "onclick", "style", "x", "ID", "on&#99;lick"]
VALUES = ["x", "a b", '"', "'", "<", ">", "&quot;", "`", "=", "main", "note", "#x", "javascript:x", "https://a.b/", "//x", "dot.png"]
PIECES = [
    *"<>&\"'`*_[](){}!#|\\/:;=-+~^%@$.,? \n\t", "\n\n", "    ", "  \n", "\n> ", "\n- ", "\n1. ", "\n    - ", "\n## ", "\n# ",
    "\n---\n", "\n```\n", "\n~~~ python\n", "``", "**", "__", "](", "![", "[^1]", "\n\n[^1]: ", "[x]", "\n\n[x]: ", "\n*[x]: ",
    "[@one]", "[@", "\n: ", "\n|a|b|\n|-|:-:|\n|", "| ", "\n/// note | ", "\n/// note\n", "\n/// caption\n", "\n/// details | ",
    "\n///\n", "\n////", "\n    open: true\n", "\n    type: x\n", "\n    attrs: {id: x, class: y, onclick: z}\n", "{: ", "{#x}", "{.note}",
    " }", "{: onclick=x }", "{:#x .y z='w'}", "<!--", "-->", "--!>", "<![CDATA[", "]]>", "<?", "?>", "<!", "</", "/>", "<a@b.c>",
    "<https://a.b/>", "&#x", "&#57344;", "&#xE000;0&#xE001;", "&\\#xE000;", "&lt;", "&amp;", "&copy", "&Tab;", "\\<", "\\\\",
    "javascript:", "data:text/html,", "https://", "(dot.png)", "(#x)", "(../y/en.md#z)", "[TOC]", "{{ 7*7 }}", "{% x %}", "{0}", "%s",
    "wzxhzdk:0", "klzzwxh:0000", "words", "x", "0", "99999", "é", "漢", "😀", "\u200d", "\u00a0", "\u00ad", "\u202f", "İ",
]  # fmt: skip

words = some.text(some.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
attribute = some.builds("{} {}={}{}{}".format, some.just(""), some.sampled_from(NAMES), *[some.sampled_from(["", '"', "'"])] * 1,
                        some.sampled_from(VALUES), some.sampled_from(["", '"', "'"]))  # fmt: skip
opening = some.builds(
    lambda tag, attributes, end: f"<{tag}{''.join(attributes)}{end}",
    some.sampled_from(TAGS * 2 + FOREIGN), some.lists(attribute, max_size=2), some.sampled_from([">", ">", ">", "/>", " >", "\n>", ""]),
)  # fmt: skip
closing = some.builds("</{}>".format, some.sampled_from(TAGS * 2 + FOREIGN))
vector = some.sampled_from([
    vector for vector in itertools.chain(*(vectors.REFUSED | vectors.HARMLESS).values()) if not FORBIDDEN_CHARACTERS.search(vector)
])  # fmt: skip
piece = some.sampled_from(PIECES)
plain_markdown = some.lists(some.one_of(piece, piece, piece, words), max_size=30).map("".join)
with_html = some.lists(some.one_of(piece, piece, opening, closing), max_size=25).map("".join)
with_vectors = some.lists(some.one_of(piece, opening, closing, vector), max_size=12).map("".join)
body = some.one_of(plain_markdown, with_html, with_vectors)

value = some.one_of(
    words, some.sampled_from([*vectors.SHOWN_VALUES, *vectors.MARKDOWN_VALUES, *vectors.REFUSED_VALUES]), some.none(), some.booleans(), some.integers(),
    some.sampled_from(["2024-02-30", "2024-05-06", "draft", "en", "es", "[", "{", "- x", "a: b", "|", ">", "&a", "*a", "!!x", "#"]),
    some.lists(words, max_size=3), some.dictionaries(words, words, max_size=2),
)  # fmt: skip
FIELDS = [
    "title", "summary", "date", "authors", "event", "called_by", "question", "answer", "certainty", "updated", "status",
    "formerly", "translated_from", "made_from", "translated_by", "reviewed_by", "slug", "lang", "", "<b>", "titel", "x" * 200,
]  # fmt: skip


@some.composite
def front_matter(draw) -> str:
    """Lines of front matter: mostly fields with values that do not fit, as JSON (which is YAML) or as they come."""
    lines = []
    for name in draw(some.lists(some.sampled_from(FIELDS), max_size=6)):
        what = draw(value)
        raw = draw(some.booleans())
        lines.append(f"{name}: {what}" if raw else f"{json.dumps(name)}: {json.dumps(what, ensure_ascii=draw(some.booleans()))}")
    if draw(some.booleans()):
        lines += FRONT.split("\n")[1:5]
    if draw(some.booleans()):
        lines.insert(draw(some.integers(0, len(lines))), draw(words))
    return "\n".join(draw(some.permutations(lines)))


BODIES = BodyParser()


def read_text(folder: Path, data: bytes, kind: str = "analysis") -> tuple:
    """Parse `data` as a file in `folder`, and check the result. Returns the article, or None, and the problems."""
    (folder / "en.md").write_bytes(data)
    read = parser.parse_file(folder / "en.md", ContentPath(kind, "x", "en"), BODIES)
    made, problems = read.article, read.problems
    assert made or problems
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
    for problem in problems:
        assert problem.path == f"content/{kind}/x/en.md"
        assert 1 <= problem.line <= lines
        assert problem.message and problem.message.isprintable() and len(problem.message) < 1000
    if made:
        markup = judge.render(made.body_html, lambda target: "x", frozenset(piece.anchor_id for piece in made.body.blocks), picture=judge.picture)
        assert not FORBIDDEN_CHARACTERS.search(re.sub("[\u2060\ufffd]", "", markup))  # which typography and the sanitizer set
        assert list(judge.violations(judge.fragment(markup))) == []
    return made, problems


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    return functools.partial(read_text, tmp_path_factory.mktemp("fuzz"))


@settings(CALM, max_examples=700)
@given(body)
def test_any_body(read, source):
    made, problems = read((FRONT + source).encode())
    errors = [problem for problem in problems if problem.severity == "error"]
    if made and not errors:
        before, after = judge.before_and_after_sanitizing("Words before.\n\n" + source)
        assert before == after, "the sanitizer removed something without a problem"


@settings(CALM, max_examples=500)
@given(front_matter(), some.sampled_from(["calls", "analysis", "background", "pages"]))
def test_any_front_matter(read, lines, kind):
    read(f"---\n{lines}\n---\n\nWords.\n".encode(errors="surrogatepass"), kind)


@settings(CALM, max_examples=300)
@given(some.one_of(
    some.binary(max_size=200),
    some.text(max_size=200).map(lambda words: words.encode(errors="surrogatepass")),
    some.text(alphabet=string.punctuation + " \n\tab01", max_size=200).map(lambda words: f"---\n{words}".encode()),
    some.tuples(some.just(FRONT.encode()), some.binary(max_size=100)).map(b"".join),
    some.tuples(some.integers(0, len(FRONT)), some.binary(min_size=1, max_size=4)).map(
        lambda at: FRONT.encode()[: at[0]] + at[1] + FRONT.encode()[at[0] :]
    ),
))  # fmt: skip
def test_any_bytes(read, data):
    read(data)


@settings(CALM, max_examples=200)
@given(some.sampled_from(FRONT.split("\n")), some.sampled_from(FRONT.split("\n")), some.integers(0, len(FRONT)))
def test_any_half_of_a_file(read, gone, twice, end):
    """Lines lost or doubled, and a truncated file, as editors and merges produce them."""
    read(FRONT.replace(f"{gone}\n", "", 1).replace(f"{twice}\n", f"{twice}\n{twice}\n", 1)[:end].encode() or b"\n")


def strings(start: str, pieces: list[str]):
    """A file that is mostly right: pieces of it, of other files and of attacks, in any order, after `start`."""
    piece = some.one_of(some.sampled_from(pieces), some.sampled_from(pieces), some.sampled_from(PIECES), words)
    return some.lists(piece, max_size=25).map(lambda found: (start + "".join(found)).encode(errors="surrogatepass"))


SIGNS = [*"\"'`.,;:!?()[]/-–—“”«»‘’′\\ \n", "''", "--", "...", " a", "b ", "1", "20", " de ", "mayo", "EE. UU.", "p. 3", "@x", "https://a.b/", "'di", "<b>"]


def read_words(data: bytes) -> None:
    """Typography changes signs and blanks, but no letters and digits, in any language."""
    source = FORBIDDEN_CHARACTERS.sub("", data.decode(errors="ignore"))
    for lang in ("en", "es", "fil"):
        shown = typography.typeset_text(source, lang)
        assert list(filter(str.isalnum, shown)) == list(filter(str.isalnum, source)), lang


@settings(CALM, max_examples=300)
@given(some.lists(some.one_of(some.sampled_from(SIGNS), words), max_size=25).map(lambda found: "".join(found).encode()))
def test_any_words(data):
    read_words(data)


DATA = [
    "sources:\n", "figures:\n", "days:\n", "- ", "  ", "\n", ": ", "id: one\n", "type: report\n", "title: A title\n", "read_as: full text\n",
    "URL: https://example.org\n", "issued: 2024-02-30\n", "text: analysis/x\n", "mark: x\n", "sources: [one]\n", "words:\n", "en: {what: x, said: x, found: x}\n",
    "contacts:\n", "what: +1 415 555 0132\n", "whom: {en: x, es: x}\n", "source: https://example.org\n", "checked_on: 2030-01-01\n", "ends_on: 2030-02-01\n",
    "start: 2030-03-18\n", "end: 2030-03-16\n", "summit: true\n", "&a ", "*a", "<<: ", "!!str ", "? ", "{", "}", "[", "]", '"\\uE000"', '"\\ud800"', "|\n", "%YAML 1.2\n",
]  # fmt: skip
WHOLE_DATA = ["", "contacts:\n- {id: one, what: x, whom: {en: x}, source: 'https://example.org', checked_on: 2030-01-01, ends_on: 2030-02-01}\n- ", "sources:\n- {id: one, type: report, title: x, read_as: full text}\n- ", "days:\n- start: 2030-03-18\n  sources: []\n  words: "]


def read_data(folder: Path, data: bytes) -> None:
    """Read `data` as each of the data files, in `folder`."""
    (folder / "evidence").mkdir(parents=True, exist_ok=True)
    list(personal_data(data.decode(errors="replace")))
    for name in ("sources.yaml", "contacts.yaml", "almanac.yaml"):
        (folder / "evidence" / name).write_bytes(data)
    front_page = evidence.load_data_file(folder, evidence.FRONT_PAGE_PATH, evidence.FrontPageData)
    unknown = evidence.check_front_page(front_page, ("en", "es"), {}, (), {}, datetime.date(2030, 3, 17))
    check_problems([*front_page.problems, *evidence.load_sources(folder, ("en", "es"), datetime.date(2030, 3, 17))[1], *unknown], data)


@settings(CALM, max_examples=250)
@given(some.sampled_from(WHOLE_DATA).flatmap(lambda start: strings(start, DATA)))
def test_any_data_file(tmp_path_factory, data):
    read_data(tmp_path_factory.getbasetemp() / "data", data)


def check_problems(problems: list, data: bytes) -> None:
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 2  # YAML may miss something at the end
    for problem in problems:
        assert "mistake of the site" not in problem.message and len(problem.message) < 1000 and problem.message.isprintable()
        assert 1 <= problem.line <= lines


DRAWING = [
    "<g>", "</g>", "<path d='M0 0'/>", "<text>", "</text>", "<text class='land'>x</text>", "<script>", "</script>", "<style>", "</svg>", "<svg>", "<a href='javascript:x'/>",
    "<g onload='x'/>", "<g xmlns='http://www.w3.org/1999/xhtml'>", "<x:g xmlns:x='urn:x'/>", "<![CDATA[", "]]>", "<!--", "-->", "<?x?>", "<!DOCTYPE x [", "]>",
    "&x;", "&lt;", "&#60;", "&#0;", "<", ">", "'", '"', "/>", " class='land'", " x='1'",
]  # fmt: skip
OPENING = '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="A road" viewBox="0 0 9 9">'


def read_drawing(folder: Path, data: bytes) -> None:
    (folder / "en.svg").write_bytes(data)
    markup, problems = drawings.load_drawings({("x", "en"): folder / "en.svg"})
    assert bool(markup["x/en"]) != bool(problems)
    check_problems(problems, data)
    for element in judge.fragment(markup["x/en"]).iter():
        assert judge.name(element.tag) in {"body", *(f"foreign:{tag}" for tag in drawings.TAGS)}
        assert set(element.keys()) <= drawings.ATTRIBUTES


@settings(CALM, max_examples=300)
@given(some.sampled_from(["", OPENING, OPENING]).flatmap(lambda start: strings(start, DRAWING)), some.booleans())
def test_any_drawing(tmp_path_factory, data, closed):
    read_drawing(tmp_path_factory.getbasetemp(), data + b"</svg>" * closed)



CATALOGUE = [
    'msgid ""\n', 'msgstr ""\n', '"Language: es\\n"\n', '"Content-Type: text/plain; charset=utf-7\\n"\n', '"Plural-Forms: nplurals=9; plural=n**n**n;\\n"\n', "#, fuzzy\n",
    "#~ ", "#| ", "#: x:1\n", "#. x\n", "msgctxt ", "msgid_plural ", "msgstr[0] ", "msgstr[99999999999] ", '"x"\n', '"{"\n', '"}"\n', '"{x:>400000000}"\n', '"{x!r}"\n', '"\\\\"\n',
    '"\\x"\n', '"', "\n\n", *(f'msgid "{phrase}"\nmsgstr "{phrase}' for phrase in ("Call by {caller}, retold", "Sources", "Read on")), '<script>"\n', '\\n"\n', '"\n',
]  # fmt: skip
HEADER = 'msgid ""\nmsgstr ""\n"Language: es\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


@functools.cache
def phrases():
    return i18n.extract_messages(ROOT / "theme", i18n.CODE)


def read_catalogue(folder: Path, data: bytes) -> None:
    """Whatever is in a catalogue, each phrase can be formatted and stays short."""
    (folder / "es.po").write_bytes(data)
    check_problems(run_check("es.po", i18n.problems_of, folder / "es.po", "es.po", "es", phrases()), data)
    i18n._load_catalog.cache_clear()
    loaded = i18n.load_catalog(folder, "es")
    for phrase in filter(None, map(i18n.singular, phrases())):
        shown = loaded.gettext(phrase).format(**dict.fromkeys(i18n.PLACEHOLDER.findall(phrase), "x"))
        assert len(shown) < 1000 and not FORBIDDEN_CHARACTERS.search(shown)


@settings(CALM, max_examples=100)
@given(some.sampled_from(["", HEADER, HEADER]).flatmap(lambda start: strings(start, CATALOGUE)))
def test_any_catalogue(tmp_path_factory, data):
    read_catalogue(tmp_path_factory.getbasetemp(), data)
