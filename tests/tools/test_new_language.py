"""The command `language` lists what a language lacks, until it lacks nothing."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT
from invoke import Exit

from caravan.site.i18n import CODE
from tools import phrases
from tools.new_language import language_needs


def test_a_new_language_gets_one_list_with_files_and_lines(project):
    lines = language_needs(project, "fr").splitlines()
    almanac = (project / "content" / "evidence" / "almanac.yaml").read_text(encoding="utf-8")
    found = [int(re.search(r"almanac.yaml:(\d+): add a line `fr: …`", line)[1]) for line in lines if "almanac" in line]
    assert len(found) == almanac.count("fil:") and all("words:" in almanac.split("\n")[number - 1] for number in found)
    drawings = {path.name for path in (project / "content" / "drawings").iterdir()}
    assert {line.split("/")[2] for line in lines if "/fr.svg: draw it" in line} == drawings
    assert any(line.startswith("theme/translations/fr.po: is missing; make it with: python3 tools/phrases.py fr") for line in lines)
    assert any("add 'fr' to LANGUAGES" in line for line in lines) and not any("headline font" in line for line in lines)


def test_phrases_are_counted(project):
    phrases.update_catalogs(project / "theme", CODE, ("fr",))
    [line] = [line for line in language_needs(project, "fr").splitlines() if "fr.po" in line]
    assert int(re.search(r": (\d+) phrases to translate, the first in line \d+$", line)[1]) > 100


def test_letters_that_the_headline_font_lacks_are_named(project):
    [line] = [line for line in language_needs(project, "vi").splitlines() if "headline font" in line]
    assert "Đ" in line and "É" not in line


def test_a_language_that_the_site_has_lacks_nothing(project):
    assert len(language_needs(project, "es").splitlines()) == 1


@pytest.mark.parametrize("code", ["xx", "../en", "french"])
def test_an_unknown_code_is_refused(code):
    with pytest.raises(Exit, match="is not the code of a language"):
        language_needs(ROOT, code)
