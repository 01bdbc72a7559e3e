"""The phrases of the interface: found in templates and code, kept in gettext catalogues, checked for gaps."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import PoFileError, read_po, write_po

from caravan.reading.messages import say
from caravan.reading.problems import Problem, told

SOURCE_LANGUAGE = "en"  # the language in which templates and code hold the phrases: it needs no catalogue
HOLE = re.compile(r"\{(\w+)\}")
# One moment for all catalogues, so that updating them changes nothing but phrases.
CREATED = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def extracted(theme: Path, code: Path) -> Catalog:
    """Every phrase of the templates in `theme` and of the Python files in `code`, in the order of the files."""
    catalogue = Catalog(project="Caravan", creation_date=CREATED, fuzzy=False)
    for folder, method in ((theme / "templates", [("**", "jinja2")]), (code, [("**.py", "python")])):
        for name, line, phrase, comments, context in extract_from_dir(folder, method):
            catalogue.add(phrase, locations=[(name, line)], auto_comments=comments, context=context)
    return catalogue


def update(theme: Path, code: Path, languages: tuple[str, ...]) -> list[str]:
    """Bring every catalogue up to date with the phrases; new ones are empty, nothing is guessed. Returns the paths."""
    template = extracted(theme, code)
    written = []
    for lang in languages:
        if lang == SOURCE_LANGUAGE:
            continue
        path = theme / "translations" / f"{lang}.po"
        locale = Locale.parse(lang, sep="-")
        catalogue = Catalog(locale=locale, project="Caravan", creation_date=CREATED, revision_date=CREATED, fuzzy=False)
        if path.exists():
            with path.open("rb") as stream:
                catalogue = read_po(stream, locale=locale)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        catalogue.creation_date = catalogue.revision_date = CREATED
        catalogue.header_comment = f"# The interface in {locale.english_name}. Licence: CC BY-SA 4.0."
        catalogue.last_translator, catalogue.language_team = "", ""
        catalogue.version, catalogue.msgid_bugs_address = "1", ""
        with path.open("wb") as stream:
            write_po(stream, catalogue, width=110, include_lineno=False, ignore_obsolete=True)
        written.append(str(path))
    return written


def problems(theme: Path, code: Path, languages: tuple[str, ...], root: Path) -> Iterator[Problem]:
    """What is missing or wrong in the catalogues of the public languages."""
    template = extracted(theme, code)
    for lang in languages:
        path = theme / "translations" / f"{lang}.po"
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
        if lang != SOURCE_LANGUAGE:
            yield from told(name, problems_of, path, name, lang, template)


def problems_of(path: Path, name: str, lang: str, template: Catalog) -> Iterator[Problem]:
    """What is missing or wrong in one catalogue, which problems call `name`."""
    if not path.exists():
        yield Problem(name, 1, say("catalogue-missing", lang=lang))
        return
    try:
        with path.open("rb") as stream:
            catalogue = read_po(stream, locale=Locale.parse(lang, sep="-"), abort_invalid=True)
    except (PoFileError, ValueError, LookupError, OSError) as error:
        yield Problem(name, getattr(error, "lineno", None) or 1, say("catalogue-broken", why=error))
        return
    for phrase in template:
        if phrase.id:
            message = gap(phrase, catalogue.get(phrase.id, phrase.context))
            if message:
                yield Problem(name, line_of(path, phrase), message)


def gap(phrase: Message, translated: Message | None) -> str | None:
    """What is wrong with the translation of one phrase, or None."""
    words = phrase.id[0] if isinstance(phrase.id, (tuple, list)) else phrase.id
    strings = [] if translated is None else translated.string
    strings = [strings] if isinstance(strings, str) else list(strings)
    if translated is None or not strings or not all(strings):
        return say("phrase-missing", phrase=words)
    if translated.fuzzy:
        return say("phrase-fuzzy", phrase=words)
    wanted = set(HOLE.findall(words))
    for string in strings:
        if set(HOLE.findall(string)) != wanted or (wanted and set("{}") & set(HOLE.sub("", string))):
            return say("phrase-holes", phrase=words, holes=", ".join(f"{{{hole}}}" for hole in sorted(wanted)) or "none")
    return None


def line_of(path: Path, phrase: Message) -> int:
    """The line of the catalogue where the phrase stands."""
    words = phrase.id[0] if isinstance(phrase.id, (tuple, list)) else phrase.id
    start = words.replace("\\", "\\\\").replace('"', '\\"')[:60]
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.startswith(("msgid ", '"')) and start[:40] in line:
            return number
    return 1
