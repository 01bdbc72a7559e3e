"""When an original changes, its translations show that to readers, and `check` and `translations` report it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest
from conftest import PNG, build, git, task
from reach import dead_links, pages

ORIGINAL = """---
title: The road north
summary: A summary that is long enough to be the summary of a text about a road.
date: 2024-05-06
authors: [A. Writer]
---

## Where it starts {#start}

The road starts in the south.

It is long, and people walk it.

/// note | Doubt
Some say it starts further east.
///

## Where it ends {#end}

It ends at the river. [@one]
"""
WORDS = {
    "The road north": "El camino al norte",
    "A summary that is long enough to be the summary of a text about a road.":
        "Un resumen bastante largo para ser el resumen de un texto sobre un camino.",
    "Where it starts": "Dónde empieza",
    "The road starts in the south.": "El camino empieza en el sur.",
    "It is long, and people walk it.": "Es largo, y la gente lo camina.",
    "Doubt": "Duda",
    "Some say it starts further east.": "Hay quien dice que empieza más al este.",
    "Where it ends": "Dónde acaba",
    "It ends at the river.": "Acaba en el río.",
}  # fmt: skip
SOURCE = "sources:\n- {id: one, type: report, title: A report, read_as: full text}\n- {id: two, type: report, title: B, read_as: full text}\n"


@pytest.fixture
def road(project):
    """A project with one text, translated into Spanish with the project's own commands."""
    content = project / "content"
    for name in ("calls", "analysis", "background", "pages"):
        shutil.rmtree(content / name, ignore_errors=True)
    (content / "evidence" / "sources.yaml").write_text(SOURCE)
    (content / "evidence" / "almanac.yaml").unlink()
    folder = content / "analysis" / "road"
    folder.mkdir(parents=True)
    (folder / "en.md").write_text(ORIGINAL)
    done = task(project, "translate", "road", "es")
    assert done.returncode == 0, done.stderr
    translate(folder)
    return project


def translate(folder):
    text = (folder / "es.md").read_text()
    assert "status: draft\n" in text and "translated_from: en\n" in text and "date:" not in text
    for english, spanish in sorted(WORDS.items(), key=lambda pair: -len(pair[0])):
        assert english in text
        text = text.replace(english, spanish)
    (folder / "es.md").write_text(text.replace("status: draft\n", ""))


def change(road, *pairs):
    path = road / "content" / "analysis" / "road" / "en.md"
    text = path.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)


def check(road):
    done = subprocess.run(
        [sys.executable, "-m", "invoke", "check", "--file", "content/analysis/road/es.md"],
        cwd=road, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def shown(road, tmp_path):
    site = build(tmp_path / "site", road / "content")
    assert dead_links(site) == []
    links = pages(site)["es/analysis/road/"].tree.xpath("//aside[@class='translation-note']//li/a")
    return [(link.text_content(), link.get("href")) for link in links], site


def test_a_new_translation_is_fresh(road, tmp_path):
    assert "0 errors, 0 warnings" in check(road)
    behind, site = shown(road, tmp_path)
    assert behind == []
    words = pages(site)["es/analysis/road/"].tree.xpath("//aside[@class='translation-note']")[0].text_content()
    assert "hecha por este sitio" in words and "usted" in words
    assert ' id="p' not in (site / "analysis/road/index.html").read_text(), "blocks have ids only if a translation links to them"


@pytest.mark.parametrize(
    "harmless",
    [
        [("It is long, and people walk it.\n", ""), ("## Where it ends {#end}\n", "## Where it ends {#end}\n\nIt is long, and people walk it.\n")],
        [("It is long, and people walk it.", "It is long,\nand   people walk it.")],
        [("It ends at the river. [@one]", "It ends at the river. [@two] [@one]")],
        [("date: 2024-05-06", "date: 2024-05-07\nupdated: 2024-06-01")],
        [("{#end}", "{#finish}")],
    ],
    ids=["a paragraph moved", "lines wrapped", "a source added", "shared facts", "a mark renamed"],
)  # fmt: skip
def test_small_changes_are_not_reported(road, tmp_path, harmless):
    change(road, *harmless)
    assert "0 errors, 0 warnings" in check(road)
    assert shown(road, tmp_path)[0] == []


def test_readers_see_what_is_behind_and_since_when(road, tmp_path):
    change(road, ("The road starts in the south.", "The road starts in the west."), ("date: 2024-05-06\n", "date: 2024-05-06\nupdated: 2024-07-08\n"),
           ("Some say it starts further east.", "Some say it starts further north."), ("title: The road north", "title: The road"))  # fmt: skip
    behind, site = shown(road, tmp_path)
    assert [href for _, href in behind] == ["../../../analysis/road/", "../../../analysis/road/#p2", "../../../analysis/road/#p4"]
    words = pages(site)["es/analysis/road/"].tree.xpath("//aside[@class='translation-note']")[0].text_content()
    assert "8 de julio de 2024" in words.replace("\u00a0", " ")
    original = pages(site)["analysis/road/"].tree
    assert "west" in original.xpath("//*[@id='p2']")[0].text_content()
    said = check(road)
    assert "content/analysis/road/es.md:5: warning: the original has changed" in said
    assert "1 paragraph" not in said


def test_a_changed_picture_or_alternative_text_is_reported(road):
    """A paragraph that holds only a picture has no words, but a translation has to follow its alternative text."""
    folder = road / "content" / "analysis" / "road"
    for name in ("dot.png", "map.png"):
        (folder / name).write_bytes(PNG)
    for lang in ("en", "es"):
        text = (folder / f"{lang}.md").read_text()
        (folder / f"{lang}.md").write_text(text + "\n![A dot](dot.png)\n\n[![A map](map.png)](map.png)\n")
    assert task(road, "translate", "analysis/road", "es", "--done").returncode == 0
    assert "the original has changed" not in check(road)
    change(road, ("![A dot]", "![A dot on a road]"))
    assert "the original has changed since this was translated: \u201cA dot on a road\u201d" in check(road)
    change(road, ("![A dot on a road]", "![A dot]"), ("(map.png)](", "(dot.png)]("))
    assert "the original has changed since this was translated: \u201cA map\u201d" in check(road)


def test_the_task_lists_what_is_behind_and_marks_it_only_when_told(road, tmp_path):
    change(road, ("It ends at the river.", "It ends at the sea."), ("It is long, and people walk it.\n\n", ""))
    assert "the original has changed since" in task(road, "translations").stdout
    [warning] = [line for line in check(road).splitlines() if "es.md" in line]
    assert "run: python3 tasks.py translate analysis/road es" in warning and not re.search(r"\b[0-9a-f]{6}\b", warning)
    said = task(road, "translate", "analysis/road", "es").stdout
    source = (road / "content" / "analysis" / "road" / "en.md").read_text().split("\n")
    line = next(number for number, text in enumerate(source, 1) if "at the sea" in text)
    assert f"content/analysis/road/en.md:{line}: \u201c" in said and "translate analysis/road es --done" in said
    assert "the original has changed" in check(road)
    assert task(road, "translate", "analysis/road", "es", "--done").returncode == 0
    assert "0 errors, 0 warnings" in check(road)
    assert task(road, "translate", "analysis/road", "es").stdout.startswith("Nothing has changed")
    assert "content/analysis/road/es.md: not reviewed" in task(road, "translations").stdout
    assert shown(road, tmp_path)[0] == []


def test_the_task_shows_old_and_new_words_where_the_history_has_them(road):
    def translated():
        done = task(road, "translate", "analysis/road", "es")
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    source, spanish = ((road / "content" / "analysis" / "road" / f"{lang}.md").read_text().split("\n") for lang in ("en", "es"))
    path, other = "content/analysis/road/en.md", "content/analysis/road/es.md"
    change(road, ("It ends at the river.", "It ends at the sea."))
    assert not any("the river" in line for line in translated())  # the original was never committed
    change(road, ("It ends at the sea.", "It ends at the river."))
    git(road, "add", "--all")
    commit = ("-c", "user.name=Test", "-c", "user.email=test@test.invalid", "commit", "--quiet", "-m", "A text")
    git(road, *commit)
    change(road, ("title: The road north", "title: The road"), ("It ends at the river.", "It ends\nat the sea."), ("It is long, and people walk it.\n\n", ""),
           ("It ends\n", "A new one.\n\nIt ends\n"))  # fmt: skip
    git(road, *commit[:-3], "--all", "-m", "A change")
    change(road, ("Some say it starts further east.", "Some say so."))
    lines = translated()
    for old, new, place in (
        ("title: The road north", "title: The road", f"{path}:2, {other}:2: has changed"),
        ("It is long, and people walk it.", "", f"{path}, {other}:{spanish.index('Es largo, y la gente lo camina.') + 1}: is gone"),
        ("", "A new one.", f"{path}:{source.index('It ends at the river. [@one]') - 1}: is new"),
        ("It ends at the river. [@one]", "It ends at the sea. [@one]", ": has changed"),
    ):
        assert (f"  - {old}" if old else f"  + {new}") in lines, lines
        at = lines.index(f"  - {old}" if old else f"  + {new}")
        assert lines[at - 1].endswith(place), lines
        assert not (old and new) or lines[at + 1] == f"  + {new}", lines
    assert any("Some say so." in line for line in lines) and not any("The road starts in the south" in line for line in lines)
    assert lines[-1].endswith("translate analysis/road es --done")


def test_an_untranslated_paragraph_is_named(road):
    path = road / "content" / "analysis" / "road" / "es.md"
    path.write_text(path.read_text().replace("Es largo, y la gente lo camina.", "It is long, and people walk it."))
    line = path.read_text().split("\n").index("It is long, and people walk it.") + 1
    assert f"content/analysis/road/es.md:{line}: warning: this paragraph is still in" in check(road)


def test_a_draft_translation_is_shown_as_missing(road, tmp_path):
    path = road / "content" / "analysis" / "road" / "es.md"
    path.write_text(path.read_text().replace("translated_from: en\n", "translated_from: en\nstatus: draft\n"))
    site = build(tmp_path / "site", road / "content")
    assert "camino" not in (site / "es/analysis/road/index.html").read_text()
    assert "draft" in task(road, "translations").stdout
