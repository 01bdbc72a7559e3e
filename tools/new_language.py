"""The command `language`: what a new language of the site needs."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from babel.core import Locale, UnknownLocaleError
from invoke import Exit

from caravan.dev.check_command import load_project
from caravan.reading.evidence import FRONT_PAGE_PATH, FrontPageData
from caravan.reading.library import Library
from caravan.reading.problems import count
from caravan.site import i18n

FOREIGN = 1  # a letter that the names of all languages and months have no more often belongs to another language, as in Bokmål


def language_needs(root: Path, code: str) -> str:
    """One line for each thing that is missing in the language `code`. Raises Exit for a code without dates and names."""
    try:
        Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        raise Exit(f"{code} is not the code of a language whose dates and names are known; write two or three letters, such as fr or ht.") from None
    library = load_project(root)
    lines = [*phrase_lines(root, code), *word_lines(library, code), *letter_lines(root, library, code)]
    if code not in library.languages.languages:
        lines.append(f"pelicanconf.py: once its phrases are complete, add {code!r} to LANGUAGES; what else is missing is shown in other words")
    return "\n".join([*lines, "Texts: `python3 tasks.py translations` lists those that are not translated."])


def phrase_lines(root: Path, code: str) -> Iterator[str]:
    """Whether the catalog is missing or incomplete."""
    problems = list(i18n.catalog_problems(root / "theme", (code,)))
    if problems and not (root / problems[0].path).exists():
        yield f"{problems[0].path}: is missing; make it with: python3 tools/phrases.py {code}"
    elif problems:
        yield f"{problems[0].path}: {count(len(problems), 'phrase')} to translate, the first in line {problems[0].line}"


def word_lines(library: Library, code: str) -> Iterator[str]:
    """The words of the front page and the drawings that are missing."""
    for section, entries in library.front_page.value or FrontPageData():
        for index, entry in enumerate(entries):
            if code not in entry.words:
                yield f"{FRONT_PAGE_PATH}:{library.front_page.document.line((section, index, 'words'))}: add a line `{code}: …`"
    for name in sorted({name for name, lang in library.tree.drawing_files if (name, code) not in library.tree.drawing_files}):
        yield f"content/drawings/{name}/{code}.svg: draw it, with the words of this language"


def letter_lines(root: Path, library: Library, code: str) -> Iterator[str]:
    """The letters of the language that the headline font lacks: of names, phrases and titles."""
    locale = i18n.Language(code).locale
    letters = Counter("".join([*locale.languages.values(), *locale.months["format"]["wide"].values()]).upper())
    used = {letter for letter, number in letters.items() if number > FOREIGN}
    translated = i18n.load_catalog(root / "theme" / "translations", code)
    texts = [group.articles[code] for group in library.groups.values() if code in group.articles]
    phrases = (translated.gettext(phrase.id) for phrase in i18n.extract_messages(root / "theme", i18n.CODE) if isinstance(phrase.id, str))
    used.update("".join([*phrases, *(text.front.title for text in texts)]).upper())
    font = json.loads((root / "theme" / "static" / "fonts" / "outlines.json").read_text(encoding="utf-8"))["letters"]
    missing = "".join(sorted(letter for letter in used - font.keys() if unicodedata.category(letter) in ("Lu", "Lo")))
    if missing:
        yield f"tools/subset_font.py: the headline font lacks the letters {missing}; add them to CHARACTERS and run it, or other fonts show them"
