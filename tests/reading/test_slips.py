"""An error in one file is a problem of this file only: all other files are parsed, checked and shown in the preview."""

from __future__ import annotations

import os
import random
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import judge
import pytest
import test_cases_body
from conftest import ADDRESS, FIXTURE_SETTINGS, PNG, ROOT, build, listed_problems, task, write_fixture_settings

from caravan.build import command, loader
from caravan.build.cache import Cache, body_from_cache, result_from_cache, serialize_article
from caravan.build.parallel import WorkerPool
from caravan.preview.state import PreviewState
from caravan.reading import drawings, evidence, library, parser
from caravan.reading.parser import BodyParser
from caravan.reading.paths import ContentPath, SiteLanguages
from caravan.reading.problems import ContentError, Fault
from caravan.site import article_view, i18n
from caravan.site.settings import today

FRONT = """---
title: A text of a test
summary: A text that is here for a test, with a summary of the length that is wanted.
date: 2024-05-06
authors: [A]
---

"""
FIRST = FRONT.count("\n") + 1  # the line where a body starts
FIXTURES = ROOT / "tests" / "fixture_site" / "content"
RULES = SiteLanguages(("en", "es", "fil"), "en")
MARK, BRACES, NOTE = "is not a valid id; use small letters, digits and hyphens, such as {#", "to show braces to readers, write \\{", "valid footnote name"
TABLE = "| what | count |\n|---|---|\n"
IN_PLACES = {  # places where braces with words can follow an element
    "a heading": "## Ana {%s}", "a deep heading": "## A\n\n### Ana {%s}", "a heading with emphasis": "## *Ana*{%s}",
    "a heading underlined": "Ana {%s}\n---", "strong": "**Ana**{%s} said", "emphasis": "*Ana*{%s} said", "code": "`Ana`{%s} said",
    "a link": "[Ana](https://example.org){%s}", "a link with a title": '[Ana](https://example.org "A"){%s}',
    "a link by reference": "[Ana][a]{%s}\n\n[a]: https://example.org", "an address": "<https://example.org>{%s}",
    "a picture": "![Ana](dot.png){%s}", "a citation": "See [@one]{%s}", "a footnote": "Ana[^1]{%s}\n\n[^1]: A note",
    "a cell": TABLE + "| Ana {%s} | 1 |", "emphasis in a cell": TABLE + "| *Ana*{%s} | 1 |",
    "a cell of the head": "| Ana {%s} | count |\n|---|---|\n| 1 | 2 |", "below a list": "- Ana\n{%s}", "below a paragraph": "Ana\n{%s}",
    "below a paragraph, with a colon": "Ana\n{: %s}", "below a quote": "> Ana\n> {%s}", "a term": "Ana {%s}\n:   a person",
    "a caption": TABLE + "| Ana | 1 |\n\n/// caption\n\n*Ana*{%s}\n\n///", "a note in the margin": "/// note | Ana\n\n**Ana**{%s}\n\n///",
}  # fmt: skip
WORDS = ["sic", "est.", "note", "5 %", "a:b", "x=", '"', "é", "My Mark", "style", "a=b c"]
MARKS = ["#My Mark", "#a b c", "#", "# x"]
SLIPS = {
    **{f"{word} behind {place}": (body % word, BRACES, f"{word}}}") for place, body in IN_PLACES.items() for word in WORDS},
    **{f"{mark} behind {place}": (body % mark, MARK, f"{mark}}}") for place, body in IN_PLACES.items() for mark in MARKS},
    "a mark in capitals": ("## Ana {#Ana}", MARK + "ana}", "Ana"),
    "a mark with an accent": ("## Ana {#señal}", MARK + "senal}", "señal"),
    "a mark with a quote": ('## Ana {#a"b}', MARK, "Ana"),
    "a mark with a tag": ("## Ana {#a<b}", MARK, "Ana"),
    "a mark with blanks": ('## Ana {id="a b"}', MARK + "a-b}", "## Ana"),
    "a mark in capitals on a block": ("/// note | Ana\n    attrs: {id: Ana}\n\nx\n\n///", MARK + "ana}", "Ana"),
    "a style on a block": ("/// note | Ana\n    attrs: {style: 'color:red'}\n\nx\n\n///", "`style` is not allowed here", "attrs:"),
    "braces twice": ("**Ana**{#a} said {b}", BRACES, "{#a}"),
    "braces in braces": ("**Ana**{{ name }}", "it is of another program", "{{"),
    "braces around a tag": ("**Ana**{<b>}", BRACES, "{<b>}"),
    "braces around a reference": ("**Ana**{&lt;}", BRACES, "{&lt;}"),
    "a footnote with a blank": ("Ana[^a b]\n\n[^a b]: x", NOTE, "[^a b]"),
    "a footnote with a quote": ('Ana[^"]\n\n[^"]: x', NOTE, '[^"]'),
    "a footnote with a tag": ("Ana[^<]\n\n[^<]: x", NOTE, "[^<]"),
    **{f"{code} in a link": (f"[Ana](a{code}b.md)", f'"a{code}b.md" points to ', "[Ana]") for code in ("%0A", "%0D", "%09", "%00", "%23", "%1F", "%85", "%E2%80%A8", "%C3", "%EE%80%80", "%zz", "%")},
    "two bad ones in one link": ("[Ana](%0A%09.md)", '"%0A%09.md" points to', "[Ana]"),
    "%0A in a picture": ("![Ana](a%0A.png)", '"a%0A.png" points to', "![Ana]"),
    "%09 in a picture": ("![Ana](a%09.png)", '"a%09.png" points to', "![Ana]"),
    "%0A in a mark": ("[Ana](#a%0Ab)", "there is no #a b on this page", "[Ana]"),
    "%09 in a far mark": ("[Ana](../good/en.md#a%09b)", "there is no #a b in", "[Ana]"),
    "%0A in a link by reference": ("[Ana][a]\n\n[a]: a%0Ab.md", "points to", "[a]: "),
    "%0A in a citation": ("See [@a%0Ab]", "[@a%0Ab] is not in content/evidence/sources.yaml", "See"),
    "a quote in a citation": ('See [@"]', "is not in content/evidence/sources.yaml", "See"),
    "braces in a citation": ("See [@{one}]", "is not in content/evidence/sources.yaml", "See"),
    "a link to a file named like a source": ("[Ana](../../@one)", "which does not exist", "[Ana]"),
    "a link to a file named like a text and a mark": ("[Ana](../good/en.md%23there)", "which does not exist", "[Ana]"),
    "%0A in a drawing": ("/// drawing | a%0Ab\n\nx\n\n///", "there is no drawing content/drawings/a%0Ab/en.svg", "///"),
    "a tab in a drawing": ("/// drawing | a\tb\n\nx\n\n///", "there is no drawing", "///"),
    "braces in a drawing": ("/// drawing | {x}\n\nx\n\n///", "there is no drawing content/drawings/{x}/en.svg", "///"),
    "a slash in a drawing": ("/// drawing | ../x\n\nx\n\n///", "there is no drawing", "///"),
    "words behind a fence": ("``` {note}\nx\n```", "`note` is not allowed here", "```"),
    "a mark with a slip behind a fence": ("``` {#My Mark}\nx\n```", MARK, "```"),
    "an attribute that is none": ("**Ana**{onclick=x}", "`onclick` is not allowed here", "**Ana**"),
    "a former address in the archive": ("", "archive/2024 is the address of", "formerly"),
}  # fmt: skip
FINE = {  # similar to the errors above, but valid
    **{f"escaped braces behind {place}": (body % "sic").replace("{", "\\{").replace("sic}", "sic\\}") for place, body in IN_PLACES.items() if "{: " not in body},
    "braces": "He said {sic} so",
    "braces alone": "{sic}", "a cell of braces": TABLE + "| {est.} | 1 |", "a mark": "## Ana {#ana-2}", "a class": "Ana\n{: .note #ana}",
    "a footnote with an accent": "Ana[^año]\n\n[^año]: x", "words of a heading": "## Año_1 & 2 {x} < y",
}  # fmt: skip


def write(content: Path, place: str, words: str) -> Path:
    path = content / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words, encoding="utf-8")
    return path


def small(folder: Path) -> Path:
    """A content folder with good texts that cite, link and place drawings, and the data files that they need."""
    content = folder / "content"
    write(content, "background/good/en.md", FRONT + "Words. [@one]\n")
    write(content, "background/other/en.md", FRONT + "See [that](../good/en.md).\n\n/// drawing | road\n\nA road.\n\n///\n")
    write(content, "evidence/sources.yaml", "sources:\n  - id: one\n    type: report\n    title: One\n    read_as: full text\n")
    for lang in RULES.languages:
        drawn = '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="A road" viewBox="0 0 9 9"><path d="M0 0"/></svg>'
        write(content, f"drawings/road/{lang}.svg", drawn)
    return content


@dataclass
class Checked:
    """The problems of all slips from one run of `check`, by the number of the slip, and the sources."""

    project: Path
    problems: dict[int, list[dict]]
    bodies: list[str]


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slips") / "project"
    for name in ("caravan", "theme"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("tasks.py", "pelicanconf.py", "publishconf.py"):
        shutil.copy(ROOT / name, folder / name)
    write_fixture_settings(folder / "pelicanconf.py")
    content, bodies = small(folder), []
    for number, (name, (body, _, _)) in enumerate(SLIPS.items()):
        front = FRONT.replace("authors", "formerly: [archive/2024]\nauthors") if name.endswith("archive") else FRONT
        bodies.append(f"{front}Words before.\n\n{body}\n\nWords after.\n")
        path = write(content, f"background/slip-{number:03}/en.md", bodies[-1])
        (path.parent / "dot.png").write_bytes(PNG)
    done = task(folder, "check", "--format", "github")
    assert done.returncode == 1 and "Traceback" not in done.stdout + done.stderr, done.stderr[-1500:]
    found: dict[int, list[dict]] = {}
    for problem in listed_problems(done.stdout):
        if problem["severity"] == "error":
            assert problem["path"].startswith("content/background/slip-"), problem
            found.setdefault(int(problem["path"].split("/")[2].removeprefix("slip-")), []).append(problem)
    return Checked(folder, found, bodies)


def test_there_are_many():
    assert len(SLIPS) > 300


@pytest.mark.parametrize("number", range(len(SLIPS)), ids=[name.encode("ascii", "replace").decode() for name in SLIPS])
def test_a_slip_is_named_with_its_line_and_what_to_write(checked, number):
    _, sentence, line = list(SLIPS.values())[number]
    said = checked.problems.get(number, [])
    assert not any("the site's code failed" in problem["message"] for problem in said), said
    named = [problem for problem in said if sentence in problem["message"]]
    assert named, said or "nothing was said"
    lines = checked.bodies[number].split("\n")
    wanted = [n for n, words in enumerate(lines, 1) if line in words]
    assert {problem["line"] for problem in named} & set(wanted), (named, wanted)


def test_build_names_them_and_the_preview_shows_all_other_texts(checked):
    done = task(checked.project, "build", SITEURL=ADDRESS)
    said = done.stdout + done.stderr
    assert done.returncode and "Traceback" not in said and "the site's code failed" not in said
    assert all(f"content/background/slip-{number:03}/en.md:" in said for number in range(len(SLIPS)))
    live = PreviewState({**command.load_settings(checked.project / "pelicanconf.py", checked.project / "output"), "STORE_PATH": None})
    live.load()
    assert {int(problem.path.split("/")[2].removeprefix("slip-")) for problem in live.problems} == set(range(len(SLIPS)))
    for page in ("", "background/good/", "background/other/", "background/", "archive/", "es/background/good/"):
        assert b"<h1" in live.view.file(page)[0], page


@pytest.mark.parametrize("name", FINE, ids=[name.encode("ascii", "replace").decode() for name in FINE])
def test_what_looks_like_a_slip_and_is_none_stays_as_it_is(name):
    body, _, faults = BodyParser().parse(f"{FINE[name]}\n", "background/x", "en", 1)
    assert [fault for fault in faults if "sources.yaml" not in fault.message] == []
    markup = judge.render(body, lambda target: "x", picture=judge.picture)
    if "escaped" in name:
        assert "{sic}" in markup.replace("\u00a0", " ") and "\\" not in markup
    assert list(judge.violations(judge.fragment(markup))) == []


# --- Unexpected exceptions ---------------------------------------------------------------------------------------


class Unforeseen(Exception):
    """Simulates an unexpected exception in the site's code."""


def fails_on(word: str, real):
    """The function `real`, but raising Unforeseen if the text of one of its arguments contains `word`."""

    def function(*values, **more):
        if any(word in str(value) for value in values):
            raise Unforeseen("no idea")
        return real(*values, **more)

    return function


def of_the_site(problems, path):
    """The problems from simulated exceptions; all of them must be about `path`."""
    found = [problem for problem in problems if "Unforeseen: no idea" in problem.message]
    assert found and {problem.path for problem in found} == {path} and all("mistake of the site, perhaps not of yours" in p.message for p in found)
    return found


def load(content):
    return loader.load_library(content, RULES, today())


def test_a_text_on_which_reading_fails_is_named_with_its_line(tmp_path, monkeypatch):
    content = small(tmp_path)
    write(content, "background/bad/en.md", f"{FRONT}Words.\n\nMore words,\nin two lines.\n\nHere is BOOM.\n")
    monkeypatch.setattr(parser.markdown, "convert", fails_on("BOOM", parser.markdown.convert))
    found = load(content)
    [problem] = of_the_site(library.find_problems(found), "content/background/bad/en.md")
    assert problem.line == FIRST + 5
    assert ("background", "good") in found.groups and len(library.find_problems(found, warnings=False)) == 1


def test_a_text_that_cannot_be_kept_is_named(tmp_path, monkeypatch):
    content = small(tmp_path)
    write(content, "background/bad/en.md", f"{FRONT}Words.\n")
    monkeypatch.setattr(loader, "serialize_article", fails_on("background/bad", lambda text: serialize_article(text)))
    found = loader.load_library(content, RULES, today(), Cache(tmp_path / "store"))
    of_the_site(library.find_problems(found), "content/background/bad/en.md")


def test_a_text_on_which_another_process_fails_is_named(tmp_path, monkeypatch):
    content = small(tmp_path)
    bad = write(content, "background/bad/en.md", f"{FRONT}BOOM\n")
    write(tmp_path, "sitecustomize.py", "import caravan.reading.markdown as m\nreal = m.convert\n"
          "def convert(converter, source, first_line=1):\n    if 'BOOM' in source: raise RuntimeError('no idea')\n    return real(converter, source, first_line)\nm.convert = convert\n")  # fmt: skip
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(tmp_path)]))
    monkeypatch.setenv("CARAVAN_CORES", "2")
    good = content / "background" / "good" / "en.md"
    items = [(ContentPath("background", "good", "en"), good), (ContentPath("background", "bad", "en"), bad)]
    with WorkerPool() as pool:
        results = dict(pool.map_shares(loader.parse_batch, items, 1, True))
    [problem] = results[items[1][0]].problems
    assert (problem.path, problem.line) == ("content/background/bad/en.md", FIRST)
    assert "RuntimeError: no idea" in problem.message and results[items[0][0]].key


@pytest.mark.parametrize("cores", ["1", "2"])
def test_a_text_whose_page_cannot_be_made_is_named_and_all_others_are_shown(tmp_path, monkeypatch, cores):
    monkeypatch.setenv("CARAVAN_CORES", cores)
    content = small(tmp_path)
    write(content, "background/bad/en.md", f"{FRONT}BOOM\n")
    before = build(tmp_path / "output", content)
    files = {path: path.read_bytes() for path in before.rglob("*") if path.is_file()}
    write(content, "background/more/en.md", f"{FRONT}Words.\n")
    monkeypatch.setattr(article_view, "names_in_body", fails_on("BOOM", article_view.names_in_body))
    with pytest.raises(command.BuildError) as told:
        build(tmp_path / "output", content)
    of_the_site(told.value.problems, "content/background/bad/en.md")
    assert {path: path.read_bytes() for path in before.rglob("*") if path.is_file()} == files
    settings = command.load_settings(ROOT / "pelicanconf.py", tmp_path / "output")
    live = PreviewState({**settings, **FIXTURE_SETTINGS, "PATH": str(content), "STORE_PATH": None})
    live.load()
    assert all(b"<h1" in live.view.file(page)[0] for page in ("", "background/good/", "background/", "es/background/bad/"))
    with pytest.raises(ContentError) as shown:
        live.view.file("background/bad/")
    of_the_site(shown.value.problems, "content/background/bad/en.md")


@pytest.mark.parametrize("module, name, argument, path", [
    (evidence, "decode", "sources:", "content/evidence/sources.yaml"), (evidence, "decode", "days:", "content/evidence/almanac.yaml"),
    (drawings, "load_drawing", "road/en.svg", "content/drawings/road/en.svg"),
])  # fmt: skip
def test_a_data_file_on_which_reading_fails_is_named(tmp_path, monkeypatch, module, name, argument, path):
    content = small(tmp_path)
    write(content, "evidence/almanac.yaml", "days: []\n")
    monkeypatch.setattr(module, name, fails_on(argument, getattr(module, name)))
    evidence.parse_data_file.cache_clear()
    found = load(content)
    of_the_site(library.find_problems(found), path)
    assert set(found.groups) == {("background", "good"), ("background", "other")}
    assert {problem.path for problem in library.find_problems(found, warnings=False)} == {path}


def test_a_link_in_place_of_the_data_folder_is_reported_and_not_followed(tmp_path):
    content = small(tmp_path)
    shutil.rmtree(content / "evidence", ignore_errors=True)
    write(tmp_path, "elsewhere/almanac.yaml", "secret: 1\n")
    (content / "evidence").symlink_to(tmp_path / "elsewhere")
    [problem] = library.find_problems(load(content), warnings=False)
    assert (problem.path, problem.line) == ("content/evidence", 1) and "is a symbolic link" in problem.message


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no interval timer on this system")
@pytest.mark.parametrize("name", ["sources", "almanac"])
def test_a_data_file_is_read_within_the_time_limit(tmp_path, monkeypatch, name):
    content = small(tmp_path)
    write(content, f"evidence/{name}.yaml", "days: []\n# busy\n")

    def busy(text):
        while True:
            pass

    monkeypatch.setattr(evidence, "READ_SECONDS", 0.05)
    monkeypatch.setattr(evidence, "parse_yaml", busy)
    problems = library.find_problems(load(content), warnings=False)
    assert f"content/evidence/{name}.yaml" in {problem.path for problem in problems if "took longer" in problem.message}


@pytest.mark.parametrize("path, words", [
    ("evidence/sources.yaml", "sources: [{id: ONE}]\n"), ("evidence/sources.yaml", "{"), ("evidence/almanac.yaml", "days: 3\n"),
    ("drawings/road/en.svg", "<svg"), ("extra/about", "x"), ("extra/robots.txt", "x"),
])  # fmt: skip
def test_a_bad_data_file_leaves_the_preview_of_all_texts(tmp_path, path, words):
    """The preview keeps using the last valid state of the file."""
    content = small(tmp_path)
    write(content, "pages/about/en.md", FRONT.replace("date: 2024-05-06\nauthors: [A]\n", "") + "Words.\n")
    settings = command.load_settings(ROOT / "pelicanconf.py", tmp_path / "output")
    live = PreviewState({**settings, **FIXTURE_SETTINGS, "PATH": str(content), "STORE_PATH": None})
    live.load()
    assert not live.problems
    write(content, path, words)
    live.load()
    assert {problem.path for problem in live.problems} == {f"content/{path}"}
    assert all(b"<h1" in live.view.file(page)[0] for page in ("", "background/good/", "background/other/", "background/", "about/"))


@pytest.mark.parametrize("good, bad, what", [
    ('charset=utf-8', 'charset=nonsense', "write \"Content-Type: text/plain; charset=utf-8"), ("{title}, página {number}", "{title}, página {number} {", "must contain the same placeholders"),
    ("{title}, página {number}", "{title}, página {number}}", "must contain the same placeholders"),
    ("nplurals=2", "nplurals=x", ""), ('msgid ""', 'msgid "', ""),
])  # fmt: skip
def test_a_bad_catalogue_is_a_problem_of_that_file(tmp_path, good, bad, what):
    theme = Path(shutil.copytree(ROOT / "theme", tmp_path / "theme"))
    path = theme / "translations" / "es.po"
    text = path.read_text(encoding="utf-8")
    assert good in text
    path.write_text(text.replace(good, bad, 1), encoding="utf-8")
    found = list(i18n.catalog_problems(theme, RULES.languages))
    assert all(problem.path == "theme/translations/es.po" for problem in found)
    assert not what or any(what in problem.message for problem in found)
    assert i18n.load_catalog(theme / "translations", "fil").gettext("Archive") != "Archive"


# --- Texts that were changed at random --------------------------------------------------------------------------------

PIECES = [
    *"{}[]()<>#*_`|!&\\\"'%:;=~^/@-+.$? \t\n", "{sic}", "{#My Mark}", "{: note}", "{#x}", "{.note}", "{%", "%}", "{{", "}}", "%0A", "%09", "%00", "%",
    "%C3", "[@", "[^", "](", "![", "**", "``", "\n\n", "\n- ", "\n> ", "\n## ", "\n| ", " |\n", "|---|", "\n/// ", "\n///\n", "\n    attrs: ", "&#", "&lt",
    "<b ", "</", "<!--", "-->", "https://", "[^1]", "\n[^1]: ", "\n[x]: ", "\n: ", "é", "漢", "😀", "\u00a0", "\u200d", "x", "1", "\n```\n", "```{", "\n~~~ {",
]  # fmt: skip


def changed(chance: random.Random, text: str) -> str:
    """`text` after a few random edits: parts inserted, deleted, doubled or moved, mostly next to markup characters."""
    for _ in range(chance.randint(1, 4)):
        signs = [number for number, sign in enumerate(text) if sign in "{}[]()#*_`|!%@^/\n"]
        at = min(len(text), chance.choice(signs or [0]) + chance.randint(0, 2)) if chance.random() < 0.8 else chance.randint(0, len(text))
        end = min(len(text), at + chance.randint(1, 12))
        way = chance.random()
        if way < 0.6:
            text = text[:at] + chance.choice(PIECES) + text[at:]
        elif way < 0.75:
            text = text[:at] + text[end:]
        elif way < 0.9:
            text = text[:end] + text[at:end] + text[end:]
        else:
            to = chance.randint(0, len(text))
            text = text[:to] + text[at:end] + text[to:]
    return text


def mutated(seed: int, number: int) -> list[str]:
    chance = random.Random(seed)
    text = (ROOT / "tests" / "theme" / "text.md").read_text(encoding="utf-8")
    texts = [file.read_text(encoding="utf-8").split("---\n", 2)[2] for file in sorted(FIXTURES.rglob("*.md"))]
    written = [*(body for body, *_ in (test_cases_body.TOLD | test_cases_body.SHOWN).values()), *test_cases_body.SAME, *test_cases_body.OTHERWISE]
    blocks = [*text.split("\n\n"), *"".join(texts).split("\n\n"), *written, *(body % "#x" for body in IN_PLACES.values()), *FINE.values(), "Words [@one] and [that](../good/en.md#x)."]
    return [changed(chance, "\n\n".join(chance.sample(blocks, chance.randint(1, 6)))) for _ in range(number)]


@pytest.mark.parametrize("seed", range(1, 6))
def test_texts_changed_at_random_are_read_and_kept_or_refused(tmp_path, seed):
    bodies, place = BodyParser(), ContentPath("background", "x", "en")
    path = tmp_path / "en.md"
    for number, source in enumerate(mutated(seed, 200)):
        path.write_text(FRONT + source, encoding="utf-8", errors="replace")
        try:
            read = parser.parse_file(path, place, bodies)
            if read.article:
                kept = serialize_article(read)
                again = result_from_cache(place, path, kept.key, kept.metadata, lambda: None).article
                assert (again.front, again.requires) == (read.article.front, read.article.requires)
                assert body_from_cache(kept.body).html == read.article.body_html
                assert list(judge.violations(judge.fragment(judge.render(read.article.body_html, lambda target: "x", picture=judge.picture)))) == []
        except Exception as error:
            raise AssertionError(f"text {number} of seed {seed}: {source!r}") from error
        assert read.article or read.problems, source


def test_a_site_of_texts_changed_at_random_names_the_bad_and_builds_the_good(tmp_path):
    content = small(tmp_path)
    for number, source in enumerate(mutated(99, 150)):
        write(content, f"background/text-{number}/en.md", FRONT + source)
    found = library.find_problems(load(content), warnings=False)
    assert not [problem for problem in found if "the site's code failed" in problem.message]
    for slug in {problem.path.split("/")[2] for problem in found}:
        shutil.rmtree(content / "background" / slug)
    assert len(list((content / "background").iterdir())) > 20
    for path in sorted((content / "background").glob("text-*/en.md")):  # texts that link to deleted ones are deleted too
        if "(../text-" in path.read_text():
            shutil.rmtree(path.parent)
    build(tmp_path / "output", content)


def test_a_fault_and_a_mistake_come_whole_out_of_another_process():
    import pickle

    error = pickle.loads(pickle.dumps(ContentError(library.find_problems(load(ROOT / "tests" / "broken" / "content")))))
    assert error.problems and all(problem.path for problem in error.problems)
    fault = pickle.loads(pickle.dumps(Fault(3, "words")))
    assert (fault.line, fault.message) == (3, "words")
