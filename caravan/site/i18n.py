"""What a language brings to a page: its phrases, its dates and lists, its direction.

The phrases of the interface: found in templates and code, kept in gettext catalogues, checked for gaps.

The words for the kinds of text.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel import Locale
from babel.core import get_global, parse_locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import PoFileError, read_po, write_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

from caravan.reading.problems import Problem, format_message, told

# The same days, names and numbers stand on many pages, and Babel works each out from scratch.
memoize = functools.lru_cache(maxsize=10_000)


@dataclass(frozen=True)
class Language:
    """One language of the site, known by its code (BCP 47), such as `fil`."""

    code: str

    @property
    def locale(self) -> Locale:
        return locale_of(self.code)

    @property
    @memoize
    def name(self) -> str:
        """Its own name for itself, as a switcher shows it."""
        name = self.name_of(self.code)
        return name[:1].upper() + name[1:]

    @memoize
    def name_of(self, code: str) -> str:
        """The name of the language `code` in this one, as it stands inside a sentence."""
        return Locale.parse(code, sep="-").get_language_name(self.locale) or code

    @property
    @memoize
    def with_territory(self) -> str:
        """Language and territory as Open Graph writes them: en_GB, es_ES, fil_PH."""
        likely = parse_locale(get_global("likely_subtags").get(self.locale.language, self.locale.language))
        return f"{self.locale.language}_{self.locale.territory or likely[1] or 'ZZ'}"

    @property
    def direction(self) -> str:
        return self.locale.text_direction

    @memoize
    def date(self, day: datetime.date) -> str:
        """A day written out: 9 November 2023, 9 de noviembre de 2023, Nobyembre 9, 2023."""
        return spaced(format_date(day, "long", locale=self.locale))

    @memoize
    def days(self, first: datetime.date, last: datetime.date) -> str:
        """A range of days, with what both share written once: 9–14 November 2023."""
        if first == last:
            return self.date(first)
        formats = self.locale.interval_formats
        differs = "y" if first.year != last.year else "M" if first.month != last.month else "d"
        # CLDR has the range with the month's full name for few languages; the short form gives the order.
        patterns = formats.get("yMMMMd", formats["yMMMd"])[differs]
        long = [re.sub(r"(?<!M)MMM(?!M)", "MMMM", pattern) for pattern in patterns]
        return spaced("".join(format_date(day, part, self.locale) for day, part in zip((first, last), long)))

    @memoize
    def partial_date(self, year: int, month: int = 0, day: int = 0) -> str:
        """A date as exactly as it is known: a year, a month of a year, or a day."""
        if day:
            return self.date(datetime.date(year, month, day))
        if month:
            return spaced(format_skeleton("yMMMM", datetime.date(year, month, 1), locale=self.locale))
        return str(year)

    def weekday(self, number: int, width: str) -> str:
        """The name of a day of the week, 0 for Monday; `width` is "wide" or "abbreviated"."""
        return self.locale.days["stand-alone"][width][number]

    @memoize
    def number(self, value: int | float) -> str:
        return format_decimal(value, locale=self.locale)

    @memoize
    def names(self, names: tuple[str, ...]) -> str:
        """A list of names, with the language's own word for "and"."""
        return format_list(list(names), style="standard", locale=self.locale)


# The texts write English dates day first ("9 November 2023") and lists without a comma before "and".
REGIONS = {"en": "en-GB"}


@functools.cache
def locale_of(code: str) -> Locale:
    return Locale.parse(REGIONS.get(code, code), sep="-")


def spaced(date: str) -> str:
    """A date that may end a line at its spaces, which are plain ones, and nowhere else: not behind the dash of 9–14.

    The style keeps a <time> on one line where there is room for it.
    """
    return re.sub(r"(?<=\d)\u2013(?=\d)", "\u2013\u2060", date.replace("\u2009", "").replace("\u202f", " ").replace("\u00a0", " "))


@functools.lru_cache(maxsize=32)
def _load_catalog(path: str, changed: int) -> NullTranslations:
    with open(path, "rb") as stream:
        catalogue = read_po(stream)
    from io import BytesIO

    from babel.messages.mofile import write_mo

    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def load_catalog(folder: Path, lang: str) -> NullTranslations:
    """The catalogue `folder/<lang>.po`, compiled in memory; English phrases need none."""
    path = folder / f"{lang}.po"
    if not path.exists():
        return NullTranslations()
    return _load_catalog(str(path), path.stat().st_mtime_ns)


CODE = Path(__file__).parent  # the Python files that hold phrases
SOURCE_LANGUAGE = "en"  # the language in which templates and code hold the phrases: it needs no catalogue
FIELD = re.compile(r"\{(\w+)\}")
# One moment for all catalogues, so that updating them changes nothing but phrases.
CREATED = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def extract_messages(theme: Path, code: Path) -> Catalog:
    """Every phrase of the templates in `theme` and of the Python files in `code`, in the order of the files."""
    catalogue = Catalog(project="Caravan", creation_date=CREATED, fuzzy=False)
    for folder, method in ((theme / "templates", [("**", "jinja2")]), (code, [("**.py", "python")])):
        for name, line, phrase, comments, context in extract_from_dir(folder, method):
            catalogue.add(phrase, locations=[(name, line)], auto_comments=comments, context=context)
    return catalogue


def update_catalogs(theme: Path, code: Path, languages: tuple[str, ...]) -> list[str]:
    """Bring every catalogue up to date with the phrases; new ones are empty, nothing is guessed. Returns the paths."""
    template = extract_messages(theme, code)
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


def catalog_problems(theme: Path, code: Path, languages: tuple[str, ...], root: Path) -> Iterator[Problem]:
    """What is missing or wrong in the catalogues of the public languages."""
    template = extract_messages(theme, code)
    for lang in languages:
        path = theme / "translations" / f"{lang}.po"
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
        if lang != SOURCE_LANGUAGE:
            yield from told(name, problems_of, path, name, lang, template)


def problems_of(path: Path, name: str, lang: str, template: Catalog) -> Iterator[Problem]:
    """What is missing or wrong in one catalogue, which problems call `name`."""
    if not path.exists():
        yield Problem(name, 1, format_message("catalogue-missing", lang=lang))
        return
    try:
        with path.open("rb") as stream:
            catalogue = read_po(stream, locale=Locale.parse(lang, sep="-"), abort_invalid=True)
    except (PoFileError, ValueError, LookupError, OSError) as error:
        yield Problem(name, getattr(error, "lineno", None) or 1, format_message("catalogue-broken", why=error))
        return
    for phrase in template:
        if phrase.id:
            message = translation_problem(phrase, catalogue.get(phrase.id, phrase.context))
            if message:
                yield Problem(name, line_of(path, phrase), message)


def translation_problem(phrase: Message, translated: Message | None) -> str | None:
    """What is wrong with the translation of one phrase, or None."""
    words = phrase.id[0] if isinstance(phrase.id, (tuple, list)) else phrase.id
    strings = [] if translated is None else translated.string
    strings = [strings] if isinstance(strings, str) else list(strings)
    if translated is None or not strings or not all(strings):
        return format_message("phrase-missing", phrase=words)
    if translated.fuzzy:
        return format_message("phrase-fuzzy", phrase=words)
    wanted = set(FIELD.findall(words))
    for string in strings:
        if set(FIELD.findall(string)) != wanted or (wanted and set("{}") & set(FIELD.sub("", string))):
            return format_message("phrase-holes", phrase=words, holes=", ".join(f"{{{hole}}}" for hole in sorted(wanted)) or "none")
    return None


def line_of(path: Path, phrase: Message) -> int:
    """The line of the catalogue where the phrase stands."""
    words = phrase.id[0] if isinstance(phrase.id, (tuple, list)) else phrase.id
    start = words.replace("\\", "\\\\").replace('"', '\\"')[:60]
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.startswith(("msgid ", '"')) and start[:40] in line:
            return number
    return 1


Gettext = Callable[[str], str]


EDITORS = "The editors of this site"


def author_names(names: tuple[str, ...], _: Gettext) -> tuple[str, ...]:
    """Authors as readers see them: names stay, the editors of this site are said in the reader's language."""
    return tuple(_("The editors of this site") if name == EDITORS else name for name in names)


def kind_name(kind: str, _: Gettext) -> str:
    """The name of a kind's list."""
    return {"calls": _("Calls"), "analysis": _("Analysis"), "background": _("Background")}[kind]


def kind_description(kind: str, _: Gettext) -> str:
    """One sentence about a kind's list."""
    return {
        "calls": _("Calls of organizations, retold: who called, to what, when and where, and whether it is over."),
        "analysis": _("What happened, and how sure we are: questions answered from sources that stand beside each claim."),
        "background": _("What lies beneath: treaties, law and figures, explained and weighed."),
    }[kind]


def byline_kind(kind: str, called_by: str | None, _: Gettext) -> str:
    """The line under the title that says which voice speaks."""
    if kind == "calls":
        return _("Call by {caller}, retold").format(caller=called_by) if called_by else _("Call, retold")
    return {
        "analysis": _("Analysis: what happened, from the sources named"),
        "background": _("Background: what lies beneath, from the sources named"),
    }[kind]
