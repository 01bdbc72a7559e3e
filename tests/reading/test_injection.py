"""Texts cannot bring code, styles, external resources or imitated parts of the page to readers.

There are two defences: everything that the sanitizer removes is an error, so that nothing is built; and the sanitized HTML
is safe anyway. To test the second, a real site is built with all vectors in it and the problems ignored.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import itertools
import json
import shutil
from pathlib import Path

import judge
import lxml.etree
import more_vectors
import pytest
import vectors
from babel.messages.pofile import read_po, write_po
from conftest import ADDRESS, PNG, ROOT, build, serve_folder
from markdown import Markdown

from caravan.build import builder, command, loader
from caravan.build.command import BuildError
from caravan.publishing import mirror
from caravan.reading import article, drawings, evidence, library, limits, typography
from caravan.reading.article import BodyHtml
from caravan.reading.parser import BodyParser, parse_file, typeset_fields
from caravan.reading.paths import ContentPath, SiteLanguages
from caravan.reading.problems import Fault
from caravan.reading.yaml_subset import YamlDocument
from caravan.site import i18n
from caravan.site.urls import theme_assets
from tools import change_summary

SUMMARY = "A text that is here for a test, with a summary of the length that is wanted."
SOURCES = "sources:\n- {id: one, type: report, title: A report, read_as: full text}\n"
RULES = SiteLanguages(("en", "es"), "en")
DAY = datetime.date(2025, 1, 1)
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="A road" viewBox="0 0 9 9">{}</svg>'


def listed(table: dict[str, tuple[str, ...]]) -> list:
    """Each vector with an id such as `script-3`."""
    return [
        pytest.param(vector, id=f"{kind.replace(' ', '-')}-{number}")
        for kind, found in table.items()
        for number, vector in enumerate(found, 1)
    ]


def front(**fields: object) -> str:
    """Front matter of an analysis, or of what `fields` make of it."""
    fields = {"title": "A title", "summary": SUMMARY, "date": "2024-05-06", "authors": ["A"], **fields}
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items() if value is not None]
    return "\n".join(["---", *lines, "---", "", ""])


def put(content: Path, place: str, words: str, lang: str = "en") -> Path:
    folder = content / place
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dot.png").write_bytes(PNG)
    (folder / f"{lang}.md").write_bytes(words.encode())
    return folder / f"{lang}.md"


def start(content: Path) -> Path:
    (content / "evidence").mkdir(parents=True)
    (content / "evidence" / "sources.yaml").write_text(SOURCES)
    return content


# --- The first defence: what is removed is reported, what is harmless is not --------------------------------------------


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict:
    """Of each vector in a body: the problems, the text (or None) and the number of lines of its file."""
    content = start(tmp_path_factory.mktemp("bodies") / "content")
    every = [*itertools.chain(*vectors.REFUSED.values(), *vectors.HARMLESS.values())]
    for number, vector in enumerate(every):
        put(content, f"analysis/v{number}", f"{front()}Words before.\n\n{vector}\n\nWords after.\n")
    loaded = loader.load_library(content, SiteLanguages(("en",), "en"), DAY)
    problems: dict[str, list] = {}
    for problem in library.find_problems(loaded, warnings=False):
        problems.setdefault(problem.path.split("/")[2], []).append(problem)
    seen = {}
    for number, vector in enumerate(every):
        work = loaded.groups.get(("analysis", f"v{number}"))
        lines = (content / "analysis" / f"v{number}" / "en.md").read_bytes().count(b"\n")
        seen[vector] = problems.get(f"v{number}", []), work and work.original, lines
    return seen


def test_there_are_enough_vectors():
    assert len({*itertools.chain(*vectors.REFUSED.values())}) >= 690
    assert len({*itertools.chain(*vectors.HARMLESS.values())}) >= 300


@pytest.mark.parametrize("vector", listed(vectors.REFUSED))
def test_what_would_be_removed_is_reported(found, vector):
    problems, read, lines = found[vector]
    assert [problem for problem in problems if problem.severity == "error"]
    assert all(1 <= problem.line <= lines and len(problem.message) < 400 for problem in problems)
    if read:
        assert list(judge.violations(judge.fragment(html(read.body_html)))) == []


@pytest.mark.parametrize("vector", listed(vectors.HARMLESS))
def test_harmless_vectors_stay_unchanged(found, vector):
    """Nothing is removed. What readers would see of it as raw signs may be told."""
    problems, read, _ = found[vector]
    assert [str(problem) for problem in problems if "not allowed" in problem.message] == []
    assert list(judge.violations(judge.fragment(html(read.body_html)))) == []
    before, after = judge.before_and_after_sanitizing(vector)
    assert before == after


def test_judge_detects_what_the_sanitizer_removes():
    """In Markdown that keeps raw HTML, most vectors are dangerous: `judge` detects them, and the vectors are real."""
    converter, seen = Markdown(extensions=["attr_list", "tables", "footnotes"]), 0
    for vector in itertools.chain(*vectors.REFUSED.values()):
        if "9" * 5000 not in vector:
            seen += any(judge.violations(judge.fragment(converter.reset().convert(vector))))
    assert seen > 200


def test_a_build_stops_at_every_vector(tmp_path):
    content = start(tmp_path / "content")
    chosen = [kind[0] for kind in vectors.REFUSED.values()]
    for number, vector in enumerate(chosen):
        put(content, f"analysis/v{number}", f"{front()}Words before.\n\n{vector}\n")
    with pytest.raises(BuildError) as caught:
        build(tmp_path / "site", content)
    paths = {problem.path for problem in caught.value.problems}
    assert paths == {f"content/analysis/v{number}/en.md" for number in range(len(chosen))}
    assert not (tmp_path / "site").exists()


# --- Front matter and sources ---------------------------------------------------------------------------------------


def filled(value: str) -> dict[str, dict]:
    """Front matter with `value` in every text field, by kind."""
    long = {"title": value, "summary": f"{value} {SUMMARY}"}
    argument = {"question": value, "answer": [value, value]}
    certainty = {"documented": value, "differing": value, "single_voice": value}
    made = {"date": None, "authors": None, "translated_from": "en", "translated_by": value, "reviewed_by": value}
    event = {"start": "2024-05-06", "end": "2024-05-07", "place": value}
    return {
        "analysis": {**long, **argument, "certainty": certainty, "authors": [value]},
        "background": {**long, **argument, "authors": ["A", value]},
        "calls": {**long, "called_by": value, "event": event, "authors": [value]},
        "pages": {**long, "date": None, "authors": None},
        "translation": {**long, **argument, "certainty": certainty, **made},
    }


def read(tmp_path: Path, words: str, kind: str = "analysis") -> tuple:
    place = ContentPath("analysis", "x", "es") if kind == "translation" else ContentPath(kind, "x", "en")
    path = tmp_path / "text.md"
    path.write_bytes(words.encode())
    read = parse_file(path, place, BodyParser())
    return read.article, read.problems


def in_fields(value: str) -> set[str]:
    """How problems name the fields that `filled` fills."""
    return {
        f"{name}.{part}" if isinstance(inner, dict) and part else name
        for fields in filled(value).values()
        for name, inner in fields.items()
        if inner and name not in ("date", "translated_from")
        for part in (("place",) if name == "event" else inner if isinstance(inner, dict) else ("",))
    }


@pytest.mark.parametrize("value", (*vectors.REFUSED_VALUES, *vectors.MARKDOWN_VALUES))
def test_each_field_refuses_markup_and_hidden_characters(tmp_path, value):
    named = set()
    for kind, fields in filled(value).items():
        made, problems = read(tmp_path, front(**fields) + "Words.\n", kind)
        assert made is None
        named |= {problem.message.split(":")[0] for problem in problems}
    hidden = all(name.startswith("the invisible character") for name in named)
    assert named == in_fields(value) or (hidden and named)


@pytest.mark.parametrize("value", vectors.BROKEN_VALUES)
def test_a_forbidden_character_stops_parsing(tmp_path, value):
    made, problems = read(tmp_path, front(title="x").replace('"x"', f"'{value}'") + "Words.\n")
    assert made is None and [problem.line for problem in problems] == [2]


@pytest.mark.parametrize("value", vectors.SHOWN_VALUES)
def test_each_field_shows_other_characters_as_text(tmp_path, value):
    for kind, fields in filled(value).items():
        made, problems = read(tmp_path, front(**fields) + "Words.\n", kind)
        assert problems == []
        assert made.front.title == typography.typeset_text(value, made.content_path.lang)


@pytest.mark.parametrize("lines", vectors.REFUSED_FRONTS)
def test_yaml_with_more_than_plain_values_is_refused(tmp_path, lines):
    made, problems = read(tmp_path, f"---\n{lines}\nsummary: {SUMMARY}\ndate: 2024-05-06\nauthors: [A]\n---\n\nWords.\n")
    assert made is None and problems


@pytest.mark.parametrize("address", vectors.REFUSED_ADDRESSES)
def test_former_addresses_stay_inside_the_site(tmp_path, address):
    made, problems = read(tmp_path, front(formerly=[address]) + "Words.\n")
    assert made is None and [problem.message.split(":")[0] for problem in problems] == ["formerly"]


def source(**fields: str) -> str:
    fields = {"id": "one", "type": "report", "title": "A report", "read_as": "full text", **fields}
    return "sources:\n- " + "\n  ".join(f"{name}: {json.dumps(value)}" for name, value in fields.items()) + "\n"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *itertools.product(("title", "author", "publisher", "container-title", "type"), vectors.REFUSED_VALUES),
        *itertools.product(("URL",), vectors.REFUSED_URLS),
        *itertools.product(("id", "issued", "read_as"), vectors.REFUSED_VALUES[:3]),
    ],
)
def test_sources_refuse_them_too(tmp_path, field, value):
    content = start(tmp_path / "content")
    (content / "evidence" / "sources.yaml").write_text(source(**{field: value}))
    sources, [problem] = evidence.load_sources(content)
    assert sources is None and problem.path == "content/evidence/sources.yaml"
    assert field in problem.message or "in quotes" in problem.message or "write it twice" in problem.message or "invisible character" in problem.message


# A drawing, a heading and an option: with what pages put in the place of marks, the text after a mark would be attributes.
BLOCKS = """## A heading

/// drawing | x
Words.
///

/// note | Label
    attrs: {title: "%s onmouseover=window.pwned++ x="}

Words.
///
"""


@pytest.mark.parametrize(
    "escape",
    [
        r"\uE000p1\uE001", r"\uE000p3\uE001", r"\uE000hx\uE001", r"\uE000d0\uE001", r"\uE0000\uE001", r"\uE000e\uE001", r"\U0000E000p1\uE001",
        r"\uE0021", r"\x02amp\x03", r"\u202E", r"\u200b", r"\e[31m", r"\L", r"\uD800", r"\uFFFE", r"\U0010FFFF",
    ],
)  # fmt: skip
def test_an_escape_in_an_option_makes_no_mark(escape):
    body, _, _ = BodyParser().parse(BLOCKS % escape, "analysis/x", "en", 1)
    markup = judge.render(body, lambda target: "/x", {f"p{number}" for number in range(9)}, '<a class="anchor" href="#{}">#</a>', lambda target: "<svg/>")
    assert not limits.FORBIDDEN_CHARACTERS.search(markup)
    assert list(judge.violations(judge.fragment(markup))) == ["<foreign:svg>"]


# 9 to the power of 30 merged values.
MERGES = "\n    ".join(["a0: &a0 {x: y}", *(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 31))])


@pytest.mark.parametrize(
    "options",
    ["attrs: {a: &a [x], b: *a}", "a: &a {x: y}\n    b: &b {<<: [*a, *a]}", "attrs: &a {x: *a}", "attrs: !!set {a}", "attrs: !!binary YQ==",
     "attrs: " + "[" * 200, "attrs: " + "{a: " * 50 + "x" + "}" * 50, "attrs: 2024-99-99", "attrs: !!python/name:os.system", MERGES],
)  # fmt: skip
def test_an_option_with_more_than_words_stays_text(options):
    body, _, faults = BodyParser().parse(f"/// note | Label\n    {options}\n\nwords\n///", "analysis/x", "en", 1)
    assert "/// note | Label" in html(body) and "shown to readers" in faults[0].message


@pytest.mark.parametrize(
    "source",
    ['[x](https://a.b="c"d(e\\*', '[x](https://a.b="c"d(e `f`', '![x](a "b" (c\\*', 'a[^1]\n\n[^1]: [x](https://a.b "c" (e', "a[^1]\n\n[^1]: ![x](a 'b' (",
     '| a |\n|---|\n| [x](a "b" (\\* |'],
)  # fmt: skip
def test_no_mark_of_markdown_is_left_in_a_body(source):
    body, _, faults = BodyParser().parse(source, "analysis/x", "en", 1)
    assert not limits.FORBIDDEN_CHARACTERS.search(html(body))


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> dict[str, tuple[str, list]]:
    """Of each drawing that is not allowed: its HTML and its problems."""
    folder, files = tmp_path_factory.mktemp("drawings"), {}
    wholes = [whole.replace("{}", DRAWING) for whole in more_vectors.WHOLE_DRAWINGS]
    for number, whole in enumerate([*map(DRAWING.replace, itertools.repeat("{}"), more_vectors.DRAWINGS), *wholes]):
        files[f"d{number}", "en"] = folder / f"{number}.svg"
        files[f"d{number}", "en"].write_text(whole)
    markup, problems = drawings.load_drawings(files)
    return {name: (html, [problem for problem in problems if name in problem.path]) for name, html in markup.items()}


def test_what_a_drawing_may_not_hold_is_reported_and_never_shown(drawn):
    assert len(drawn) >= 95
    assert [name for name, (html, problems) in drawn.items() if html or not problems] == []
    assert all("mistake" not in problem.message for _, problems in drawn.values() for problem in problems)


# --- The second defence: a site that is built in spite of the problems ---------------------------------


def html(body: BodyHtml) -> str:
    return judge.render(body, lambda target: "#" + target.fragment if not target.path else target.path, picture=judge.picture)


def with_value(read_text: article.Article, value: str) -> article.Article:
    """The article with `value` in all its text fields."""
    kind = "translation" if not read_text.is_original else read_text.content_path.kind
    fields = {**filled(value)[kind]}
    update = {name: new for name, new in fields.items() if isinstance(new, str) and name != "translated_from"}
    update |= {name: tuple(new) for name, new in fields.items() if isinstance(new, list)}
    for name in ("certainty", "event"):
        if name in fields:
            inner = {part: new for part, new in fields[name].items() if part not in ("start", "end")}
            update[name] = getattr(read_text.front, name).model_copy(update=inner)
    new = typeset_fields(read_text.front.model_copy(update=update), read_text.content_path.lang)
    return dataclasses.replace(read_text, front=new)


def with_bodies(read_text: article.Article, others: list[article.Article]) -> article.Article:
    """The article with the bodies of all `others`, one after the other, with their headings, citations and blocks."""
    bodies = [other.body_html for other in others]
    body = BodyHtml(
        segments=("\n".join(map(html, bodies)),),
        targets=(),
        headings=tuple(itertools.chain(*(body.headings for body in bodies))),
        citations={source_id: 1 for body in bodies for source_id in body.citations},
        ids=frozenset(),
        word_count=100,
    )
    pieces = tuple(itertools.chain(read_text.body.blocks, *(other.body.blocks for other in others)))
    inside = dataclasses.replace(read_text.body, html=body, blocks=pieces)
    return dataclasses.replace(read_text, requires=frozenset(), load_body=lambda: inside)


class AnySource(dict):
    def __missing__(self, name: str) -> evidence.Source:
        fields = ("type", "author", "publisher", "container_title")
        words = {field: VALUES[(len(name) + number) % len(VALUES)] for number, field in enumerate(fields)}
        words["title"] = f'{name}"><b {VALUES[len(name) % len(VALUES)]}'
        url = "https://example.org/\" onmouseover='window.pwned++' x=\""
        return evidence.Source.model_construct(**words, id=name, url=url, issued="2024", read_as="full text")


# The theme's own drawings are hidden from screen readers, and its buttons stand outside texts.
ACTIVE = judge.ACTIVE - {"button"} | {"foreign:svg"}
# Many on one page: several values in each field, several kinds of bodies in each text.
EVERY_VALUE = (*vectors.REFUSED_VALUES, *vectors.SHOWN_VALUES, *vectors.MARKDOWN_VALUES)
VALUES = tuple(" \u00b7 ".join(EVERY_VALUE[start : start + 7]) for start in range(0, len(EVERY_VALUE), 7))
KINDS = [*(vectors.REFUSED | vectors.HARMLESS).values()]
BODIES = [tuple(itertools.chain(*KINDS[start : start + 6])) for start in range(0, len(KINDS), 6)]
# Each line in each place where a body may have words.
LINES = [
    line for line in dict.fromkeys([*itertools.chain(*KINDS), *EVERY_VALUE])
    if "\n" not in line and len(line) < 500 and not limits.FORBIDDEN_CHARACTERS.search(line) and "<!--" not in line and "]:" not in line
]  # fmt: skip
PLACES = {
    "paragraph": "{}",
    "heading": "## {}",
    "alternative text": "![{}](dot.png)",
    "title of a picture": "![x](dot.png '{}')",
    "words of a link": "[{}](https://example.org)",
    "title of a link": '[x](https://example.org "{}")',
    "address of a link": "[x](<https://example.org/{}>)",
    "caption": "words\n\n/// caption\n{}\n///",
    "caption of a drawing": "/// drawing | none\n{}\n///",
    "name of a drawing": "/// drawing | {}\nwords\n///",
    "note": "/// note | Label\n{}\n///",
    "label of a note": "/// note | {}\nwords\n///",
    "option of a block": "/// note | Label\n    attrs: {title: '{}'}\n\nwords\n///",
    "label of details": "/// details | {}\nwords\n///",
    "cell": "| a |\n|---|\n| {} |",
    "cell of the first row": "| {} |\n|---|\n| x |",
    "list": "- {}",
    "quote": "> {}",
    "term": "{}\n:   words",
    "definition": "Term\n:   {}",
    "footnote": "words[^n#]\n\n[^n#]: {}",
    "abbreviation": "*[w#]: {}\n\nw#",
    "attribute list": "*words*{title='{}'}",
    "citation": "[@{}]",
    "code": "`` {} ``",
    "code block": "```\n{}\n```",
}


def placed() -> dict[str, list[str]]:
    """For each place, bodies that hold all LINES in it. `#` in a place is a number."""
    found = {}
    for place, pattern in PLACES.items():
        lines = [pattern.replace("#", str(number)).replace("{}", line) for number, line in enumerate(LINES)]
        found[place] = ["\n\n".join(lines[start : start + 50]) for start in range(0, len(lines), 50)]
    return found


def parsed(sources: list[str]) -> list[article.Article]:
    """The articles with these bodies, whatever is wrong with them; without those that cannot be parsed at all."""
    bodies, made, place = BodyParser(), [], ContentPath("analysis", "x", "en")
    for source in sources:
        with contextlib.suppress(Fault):
            markup, blocks, _ = bodies.parse(source, "analysis/x", "en", 1)
            inside = article.ArticleBody(markup, blocks, YamlDocument(None))
            made.append(article.Article(place, None, None, "", "", frozenset(), lambda inside=inside: inside))
    return made


def hostile_theme(folder: Path) -> Path:
    """The theme with a Spanish catalogue in which each translation is a vector, with the phrase's placeholders."""
    theme = Path(shutil.copytree(ROOT / "theme", folder / "theme"))
    with open(theme / "translations" / "es.po", "rb") as stream:
        catalogue = read_po(stream, locale="es")
    for number, message in enumerate(catalogue):
        if message.id:
            names = "".join(f"{{{name}}}" for name in i18n.PLACEHOLDER.findall(i18n.singular(message)))
            words = more_vectors.CATALOGUES[number % len(more_vectors.CATALOGUES)] + names
            message.string = words if isinstance(message.id, str) else (words, words)
    with open(theme / "translations" / "es.po", "wb") as stream:
        write_po(stream, catalogue)
    return theme


def hostile_front_page() -> evidence.DataFile:
    """Figures and days with all values, in both languages."""
    figures, days = [], []
    for value in VALUES:
        words = evidence.FigureText.model_construct(what=value, said=value, found=value)
        figures.append(evidence.FigureEntry.model_construct(text="calls/c0", mark=value, sources=(), words={"en": words, "es": words}))
        days.append(evidence.DatedEntry.model_construct(start=CALL, end=None, sources=(), words={"en": value, "es": value}))
    value = evidence.FrontPageData.model_construct(figures=tuple(figures), days=tuple(days))
    return evidence.DataFile(True, value, YamlDocument(None))


CALL = datetime.date(2030, 3, 16)  # the day before that of the build


@pytest.fixture(scope="module")
def infested_site(found, tmp_path_factory) -> Path:
    """A site in two languages with every vector in it, built by the real generator with real templates."""
    content = start(tmp_path_factory.mktemp("infested_site") / "content")
    made = {"date": None, "authors": None, "translated_from": "en", "made_from": "000000"}
    certainty = {"documented": "x", "differing": "x", "single_voice": "x"}
    places = placed()
    inside = [[found[vector][1] for vector in body if found[vector][1]] for body in BODIES] + [*map(parsed, places.values())]
    for number in range(len(VALUES) + len(inside)):
        put(content, f"analysis/v{number}", front(question="x", answer=["x"], certainty=certainty) + "Words. [@one]\n")
        if number < len(VALUES) + len(BODIES):
            put(content, f"analysis/v{number}", front(question="x", answer=["x"], certainty=certainty, **made) + "Palabras.\n", "es")
    for number, _ in enumerate(VALUES):
        event = {"start": CALL.isoformat(), "end": CALL.isoformat(), "place": "x"}
        put(content, f"calls/c{number}", front(event=event, called_by="x") + "Words.\n")
        put(content, f"pages/p{number}", front(date=None, authors=None) + "Words.\n")
    put(content, "background/d0", front() + "Words.\n\n/// drawing | shown\nWords.\n///\n")
    for lang in ("en", "es"):
        (content / "drawings" / "shown").mkdir(parents=True, exist_ok=True)
        (content / "drawings" / "shown" / f"{lang}.svg").write_text(DRAWING.replace("{}", "\n".join(more_vectors.SHOWN_DRAWINGS)))
    real = builder.load_library

    def load(*arguments, **more):
        loaded = real(*arguments, **more)
        assert library.find_problems(loaded, warnings=False) == []
        for (_, slug), work in loaded.groups.items():
            number = int(slug[1:])
            for lang, read_text in work.articles.items() if slug != "d0" else ():
                if number < len(VALUES):
                    work.articles[lang] = with_value(read_text, VALUES[number])
                else:
                    work.articles[lang] = with_bodies(read_text, inside[number - len(VALUES)])
            work.original = work.articles["en"]
        return dataclasses.replace(loaded, sources=AnySource(loaded.sources), front_page=hostile_front_page())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(builder, "load_library", load)
        theme = hostile_theme(content.parent)
        return build(
            content.parent / "site", content, LANGUAGES=("en", "es"), FEED_MAX_ITEMS=1000, DEFAULT_PAGINATION=1000, THEME=str(theme)
        )


@pytest.fixture(scope="module")
def trees(infested_site) -> dict:
    found = {path.relative_to(infested_site).as_posix(): judge.page(path.read_text()) for path in sorted(infested_site.rglob("*.html"))}
    for tree in found.values():
        remove_own_parts(tree)
    return found


def remove_own_parts(tree) -> None:
    """Remove the icon, script and JSON-LD of the page itself, if they are exactly what the theme made."""
    own = theme_assets(ROOT / "theme" / "static")
    for parent in list(tree.iter()):
        for child in list(parent):
            tag = judge.name(child.tag)
            if tag == "link" and child.get("href") == own["icons/icon.svg"].inline:
                parent.remove(child)
            elif tag == "script" and child.get("integrity") == own["js/share.js"].integrity:
                assert not child.text and child.get("src").endswith(own["js/share.js"].url)
                parent.remove(child)
            elif tag == "script" and dict(child.items()) == {"type": "application/ld+json"}:
                assert isinstance(json.loads(child.text), dict)
                parent.remove(child)


def children(element) -> list[str]:
    return [judge.name(child.tag) for child in element]


def all_of(tree, tag: str) -> list:
    return [element for element in tree.iter() if judge.name(element.tag) == tag]


def test_no_page_holds_anything_but_words(trees):
    assert len(trees) > 3 * len(VALUES)
    for path, tree in trees.items():
        head, body = tree
        drawn = {id(inner) for outer in body.iter() if outer.get("aria-hidden") or is_drawing(outer) for inner in outer.iter()}
        assert [element.tag for element in body.iter() if id(element) not in drawn and judge.name(element.tag) in ACTIVE] == [], path
        assert [wrong for wrong in judge.violations(tree, set()) if not wrong.startswith("<foreign:")] == [], path
        assert set(children(head)) <= {"meta", "title", "style", "link"} and children(head).count("style") == 1, path
        assert children(body) == ["a", "header", "div", "footer"] and len(all_of(tree, "main")) == 1, path
        assert len(all_of(tree, "h1")) == 1, path
        for element in body.iter():
            if element.get("class") == "prose":
                assert [wrong for wrong in judge.violations(element) if not (path in DRAWN and wrong in SHAPES)] == [], path


def is_drawing(element) -> bool:
    return judge.name(element.tag) == "foreign:svg" and element.get("role") == "img"


DRAWN = ("background/d0/index.html",)
SHAPES = {f"<foreign:{tag}>" for tag in drawings.TAGS}


def test_no_text_names_a_class_or_an_id_of_the_page(trees):
    """A text uses only the classes of texts, no class of a component."""
    allowed = judge.text_classes()
    for path, tree in trees.items():
        for element in tree[1].iter():
            if element.get("class") == "prose":
                names = {name for inner in element.iter() for name in inner.get("class", "").split()} - {"prose", "anchor"}
                assert {name for name in names if not name.startswith("language-")} <= allowed, path


def test_values_come_out_as_they_were_typed(trees):
    """Templates, formats and markup in a title are words: in the page, in its head and in lists."""
    for number, value in enumerate(VALUES):
        shown = typography.typeset_text(value, "en")
        tree = trees[f"analysis/v{number}/index.html"]
        assert "".join(all_of(tree, "h1")[0].itertext()) == shown
        assert "".join(all_of(tree, "title")[0].itertext()).startswith(shown)
        metas = {meta.get("property"): meta.get("content") for meta in all_of(tree, "meta")}
        assert metas["og:title"].startswith(shown)
        words = "".join(tree.itertext())
        assert words.count(shown) >= 8, value  # title, question, answers, certainty, authors
        for path in ("index.html", "analysis/index.html", "archive/index.html", "translations/index.html"):
            assert path == "index.html" or shown in "".join(trees[path].itertext()), path
        assert typography.typeset_text(value, "es") in "".join(trees[f"es/analysis/v{number}/index.html"].itertext())
        assert value in "".join(trees["index.html"].itertext())  # a figure of the front page, and a day
        call = "".join(trees[f"calls/c{number}/index.html"].itertext())
        assert f"Called by {shown}. Retold by the editors of this site." in call


def test_translations_and_drawings_come_out_as_they_were_typed(trees):
    spanish = "".join("".join(tree.itertext()) for path, tree in trees.items() if path.startswith("es/"))
    assert sum(words in spanish for words in more_vectors.CATALOGUES) >= 25
    [picture] = [element for element in trees[DRAWN[0]].iter() if is_drawing(element)]
    assert "<script>window.pwned++</script>" in "".join(picture.itertext()) and "{{ 7*7 }} {0} %s ${x}" in "".join(picture.itertext())


def test_templates_and_formats_in_a_body_come_out_as_they_were_typed(found):
    for vector in ("{{ 7*7 }}", "{% for x in range(9) %}x{% endfor %}", "{# a comment #}", "%s %d %(name)s %% 100%"):
        assert vector in "".join(judge.fragment(html(found[vector][1].body_html)).itertext()).replace("\xa0", " ")


def test_feeds_are_whole_and_hold_nothing_but_words(infested_site):
    parser, judged = lxml.etree.XMLParser(resolve_entities=False, no_network=True), set()
    atom = "{http://www.w3.org/2005/Atom}"
    for path in sorted(infested_site.rglob("*.xml")):
        root = lxml.etree.fromstring(path.read_bytes(), parser)
        assert not root.getroottree().docinfo.doctype
        entries = root.findall(f"{atom}entry")
        if path.name == "analysis.atom.xml":
            titles = {entry.findtext(f"{atom}title") for entry in entries}
            lang = "es" if "es" in path.parts else "en"
            assert len(entries) == len(VALUES) + len(BODIES) + (len(PLACES) if lang == "en" else 0)
            assert titles >= {typography.typeset_text(value, lang) for value in VALUES}
        for entry in entries:
            assert {child.tag.removeprefix(atom) for child in entry} <= {
                "title", "id", "link", "published", "updated", "author", "category", "summary", "content",
            }  # fmt: skip
            for child in entry:
                assert len(child) == (1 if child.tag == f"{atom}author" else 0)
            content = entry.find(f"{atom}content")
            assert content.get("type") == "html" and content.get("src") is None
            if content.text not in judged:
                assert list(judge.violations(judge.fragment(content.text), home=ADDRESS)) == []
            judged.add(content.text)


# Fires events at all elements, and lists what has no place in a page as the browser reads it.
POKE = """() => {
    const wrong = [];
    for (const element of document.querySelectorAll("*")) {
        for (const event of ["focus", "mouseover", "pointerenter", "error", "load", "toggle", "animationstart"])
            element.dispatchEvent(new Event(event));
        if (element.matches("form, input, textarea, select, iframe:not([sandbox='']), object, embed, base, frame, [http-equiv=refresh],"
                            + "script:not([integrity], [type='application/ld+json']), :is(foreignObject, use, image):not([aria-hidden] *)"))
            wrong.push(element.outerHTML);
        for (const {name, value} of element.attributes)
            if (/^on|^formaction$|^style$/.test(name) || /href|^src$|^action$/.test(name) && /^\\W*(javascript|vbscript):/i.test(value))
                wrong.push(`${name}=${value}`);
    }
    for (const element of document.querySelectorAll("details"))
        element.open = true;
    if ("pwned" in window)
        wrong.push("script");
    return wrong.map(words => words.slice(0, 200));
}"""
# What a feed reader does with an entry: it puts the HTML into its own page.
INSERT = """words => {
    document.body.innerHTML = "";
    for (const html of words)
        document.body.appendChild(document.createElement("article")).innerHTML = html;
}"""


@contextlib.contextmanager
def poking(browser, address: str, **options):
    """Yields a function that opens a page of `address`, or puts words into an empty one; and lists that get what ran, what was asked."""
    ran, asked = [], []
    context = browser.new_context(**options)
    context.route(f"{ADDRESS}/**", lambda route: route.abort())
    context.on("request", lambda request: asked.append(request.url))
    tab = context.new_page()
    tab.on("dialog", lambda dialog: (ran.append("dialog"), dialog.dismiss()))
    tab.on("popup", lambda popup: ran.append(f"popup {popup.url}"))

    def poke(path: str, words: list[str] | None = None) -> None:
        tab.goto(f"{address}/{path}", wait_until="load")
        if words is not None:
            tab.evaluate(INSERT, words)
        ran.extend(f"{wrong} on {path}" for wrong in tab.evaluate(POKE))
        assert tab.url == f"{address}/{path}"

    yield poke, ran, asked
    context.close()
    own = (f"{address}/", f"{ADDRESS}/", "data:")
    asked[:] = [url for url in asked if not url.startswith(own)]


def worth_opening() -> list[str]:
    """All bodies, each value in one place, and the lists. The other pages are only checked by `judge`, since browsers are slow."""
    folders = ("analysis/v", "calls/c", "es/analysis/v", "pages/p")
    values = [f"{folders[number % 3]}{number}/index.html" for number in range(len(VALUES))]
    bodies = [f"analysis/v{len(VALUES) + number}/index.html" for number in range(len(BODIES) + len(PLACES))]
    lists = [f"{name}index.html" for name in ("", "analysis/", "calls/", "archive/", "translations/", "es/", "es/calls/")]
    return [*values, *bodies, *lists, f"es/{bodies[0]}", *DRAWN, "404.html"]


@pytest.mark.parametrize("bypass", [False, True], ids=["with-policy", "without-policy"])
def test_in_a_browser_nothing_runs_and_no_other_host_is_contacted(infested_site, browser, bypass):
    with serve_folder(infested_site) as address, poking(browser, address, bypass_csp=bypass) as (poke, ran, asked):
        for path in worth_opening()[:: 1 if bypass else 8]:  # all without the policy, which is the last defence
            poke(path)
    assert ran == [] and asked == []


def test_in_a_feed_reader_nothing_runs(infested_site, browser, tmp_path):
    (tmp_path / "reader.html").write_text("<!doctype html><title>x</title><body>")
    atom = "{http://www.w3.org/2005/Atom}"
    with serve_folder(infested_site) as address, poking(browser, address) as (poke, ran, asked):
        for path in ("feeds/all.atom.xml", "feeds/analysis.atom.xml", "es/feeds/all.atom.xml", "sitemap.xml"):
            poke(path)
    assert ran == [] and asked == []
    with poking(browser, tmp_path.as_uri()) as (poke, ran, asked):
        for path in ("feeds/all.atom.xml", "es/feeds/all.atom.xml"):
            entries = lxml.etree.parse(infested_site / path).findall(f"{atom}entry")
            poke("reader.html", [entry.findtext(f"{atom}content") for entry in entries])
    assert ran == [] and [url for url in asked if not url.startswith("file:")] == []


def test_in_the_offline_copy_nothing_runs(infested_site, browser, tmp_path):
    settings = {"SITENAME": "Caravan", "LANGUAGES": ("en", "es"), "DEFAULT_LANG": "en", "THEME": str(infested_site.parent / "theme")}
    copy = Path(shutil.copytree(infested_site, tmp_path / "copy"))
    mirror.make_offline(copy, json.loads((copy / "site-manifest.json").read_text()), settings)
    with poking(browser, copy.as_uri(), bypass_csp=True) as (poke, ran, asked):
        for path in [*worth_opening()[::2], "START-HERE.html"]:
            poke(path)
    assert ran == [] and asked == []


def test_in_the_file_of_changed_texts_nothing_runs(infested_site, browser, tmp_path, monkeypatch):
    settings = command.load_settings(ROOT / "publishconf.py", tmp_path / "none")
    monkeypatch.setattr(command, "run_build", lambda settings, quiet: shutil.copytree(infested_site, settings["OUTPUT_PATH"]))
    urls = [path.removesuffix("index.html") for path in worth_opening()[1::2] if path.endswith("index.html")]
    texts = [change_summary.ChangedText(url, url, VALUES[number % len(VALUES)]) for number, url in enumerate(urls)]
    change_summary.write_pages(settings, texts, tmp_path / "changed-texts.html")
    assert (tmp_path / "changed-texts.html").read_text().count("<iframe ") == len(urls)
    with poking(browser, tmp_path.as_uri(), bypass_csp=True) as (poke, ran, asked):
        poke("changed-texts.html")
    assert ran == [] and [url for url in asked if not url.startswith(("file:", "about:"))] == []


def test_the_browser_check_detects_attacks(browser, tmp_path):
    """The same check finds a script, a dialog, a form and another host in pages without either defence, and in a feed reader."""
    planted = (f"<img src=x onerror={vectors.OWN}>", "<script>alert(1)</script>", "<img src=http://127.0.0.1:9/>", "<form></form>")
    (tmp_path / "reader.html").write_text("<!doctype html><title>x</title><body>")
    for number, markup in enumerate(planted):
        (tmp_path / f"{number}.html").write_text(f"<!doctype html><title>x</title><p>x</p>{markup}")
    with serve_folder(tmp_path) as address, poking(browser, address) as (poke, ran, asked):
        for path in ("0.html", "1.html", "2.html", "3.html"):
            poke(path)
        poke("reader.html", [planted[0]])
    handler = f"onerror={vectors.OWN} on"
    assert ran == [
        f"{handler} 0.html", "script on 0.html", "dialog", f"{planted[1]} on 1.html", "<form></form> on 3.html", f"{handler} reader.html",
        "script on reader.html",
    ]  # fmt: skip
    assert asked == ["http://127.0.0.1:9/"]
