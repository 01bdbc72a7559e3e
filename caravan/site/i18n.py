"""Languages: locale data for dates and lists, the gettext catalogs of the interface, and the names of the kinds."""

from __future__ import annotations

import datetime
import functools
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel import Locale
from babel.core import get_global, parse_locale
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileParser
from babel.support import NullTranslations, Translations

from caravan.reading.limits import READ_SECONDS, TRANSLATION, decode, time_limit
from caravan.reading.paths import read_limited
from caravan.reading.problems import Fault, Problem, format_message, run_check

# Babel formats a value anew on every call, and the same dates, names and numbers are on many pages.
memoize = functools.lru_cache(maxsize=10_000)


@dataclass(frozen=True)
class Language:
    """A language of the site. `code`: a BCP 47 tag, such as `fil`."""

    code: str

    @property
    @memoize
    def locale(self) -> Locale:
        return Locale.parse(REGIONS.get(self.code, self.code), sep="-")

    @property
    @memoize
    def name(self) -> str:
        """The name of the language in itself, capitalized for the language switcher."""
        name = self.name_of(self.code)
        return name[:1].upper() + name[1:]

    @memoize
    def name_of(self, code: str) -> str:
        """The name of the language `code` in this one, in the form used within a sentence; the code if the locale data has none."""
        return self.locale.languages.get(code.partition("-")[0], code)

    @property
    @memoize
    def with_territory(self) -> str:
        """Language and territory in the format of Open Graph: en_US, es_MX, fil_PH."""
        likely_locale = parse_locale(get_global("likely_subtags").get(self.locale.language, self.locale.language))
        return OPEN_GRAPH.get(self.code, f"{self.locale.language}_{self.locale.territory or likely_locale[1] or 'ZZ'}")

    @property
    def direction(self) -> str:
        return self.locale.text_direction

    @memoize
    def date(self, day: datetime.date) -> str:
        """A date in the long format: 9 November 2023, 9 de noviembre de 2023, Nobyembre 9, 2023."""
        return with_breakable_spaces(format_date(day, "long", locale=self.locale))

    @memoize
    def date_range(self, first: datetime.date, last: datetime.date, short: bool = False) -> str:
        """A range of dates; parts that both have in common appear once: 9–14 November 2023, or `short` 9–14 Nov 2023."""
        if first == last:
            return with_breakable_spaces(format_date(first, "medium" if short else "long", locale=self.locale))
        formats = self.locale.interval_formats
        largest_difference = "y" if first.year != last.year else "M" if first.month != last.month else "d"
        # For most languages CLDR has only an interval format with the short month name.
        patterns = formats.get("yMMMd" if short else "yMMMMd", formats["yMMMd"])[largest_difference]
        if not short:
            patterns = [re.sub(r"(?<!M)MMM(?!M)", "MMMM", pattern) for pattern in patterns]
        parts = (format_date(day, pattern, self.locale) for day, pattern in zip((first, last), patterns))
        return with_breakable_spaces("".join(parts))

    def clock(self, time: str) -> str:
        """An hour of the day: 14:30, 2:30 PM."""
        return format_time(datetime.time.fromisoformat(time), "short", locale=self.locale).replace("\u202f", "\u00a0")

    @memoize
    def partial_date(self, date: str) -> str:
        """A year, a month of a year or a day, given in ISO 8601."""
        year, month, day = (*map(int, date.split("-")), 0, 0)[:3]
        if day:
            return self.date(datetime.date(year, month, day))
        if month:
            return with_breakable_spaces(format_skeleton("yMMMM", datetime.date(year, month, 1), locale=self.locale))
        return date

    def language_names(self, codes: tuple[str, ...]) -> str:
        """The names of languages, joined."""
        return self.names(tuple(map(self.name_of, codes)))

    @memoize
    def names(self, names: tuple[str, ...]) -> str:
        """A list of names, joined with the word for "and"."""
        names = format_list(list(names), style="standard", locale=self.locale)
        return SPANISH_E.sub(" e ", names) if self.locale.language == "es" else names


# British formats for English: "9 November 2023", and no comma before "and". Spanish is that of Mexico and the US: 10,000.
REGIONS = {"en": "en-GB", "es": "es-MX"}
OPEN_GRAPH = {"en": "en_US"}  # the spelling of the texts is American
SPANISH_E = re.compile(r" y (?=h?i(?![aeou]))", re.IGNORECASE)  # "y" before the sound i: padres e hijos


def with_breakable_spaces(date: str) -> str:
    """A formatted date that can wrap at its spaces, but not after the dash of a range such as 9–14.

    Replaces non-breaking spaces with plain ones; the CSS keeps a <time> on one line where it fits.
    """
    date = date.replace("\u2009", "").replace("\u202f", " ").replace("\u00a0", " ")
    return re.sub(r"(?<=\d)\u2013(?=\d)", "\u2013\u2060", date)


class CheckedCatalog(Catalog):
    """A catalog whose header must be that of its language: babel evaluates the plural forms and uses any encoding."""

    def check_header(self, headers: Iterable[tuple[str, str]]) -> None:
        """Called by babel's parser for each entry with an empty id. Raises Fault."""
        expected = {"content-type": "text/plain; charset=utf-8", "plural-forms": self.plural_forms, "language": str(self.locale)}
        for name, value in headers:
            right = expected.get(name.lower(), value)
            if "".join(value.lower().split()).rstrip(";") != "".join(right.lower().split()).rstrip(";"):
                raise Fault(1, format_message("catalogue-header", header=f"{name}: {right}"))

    mime_headers = property(Catalog.mime_headers.fget, check_header)


def read_catalog(path: Path, lang: str) -> CheckedCatalog:
    """The catalog in the file `path`. Raises Fault for a file that does not exist or is no catalog of `lang`."""
    catalog = CheckedCatalog(Locale.parse(lang, sep="-"))
    parser = PoFileParser(catalog, ignore_obsolete=True, abort_invalid=True)
    try:
        with time_limit(READ_SECONDS):
            parser.parse(decode(read_limited(path)).split("\n"))
    except Fault as fault:
        raise Fault(max(fault.line, parser.offset + 1), fault.message) from None
    except FileNotFoundError:
        raise Fault(1, format_message("catalogue-missing", lang=lang)) from None
    except Exception as error:  # noqa: BLE001 - babel raises many kinds for a broken file
        raise Fault(getattr(error, "lineno", parser.offset) + 1, format_message("catalogue-broken", why=error)) from None
    return catalog


@functools.lru_cache(maxsize=32)
def _load_catalog(path: Path, lang: str, mtime_ns: int) -> NullTranslations:
    """`mtime_ns` is part of the cache key, so that a changed file is loaded again."""
    try:
        catalog = read_catalog(path, lang)
    except Fault:
        return NullTranslations()
    for message in list(catalog):
        if message.id and translation_problem(message, message):
            catalog.delete(message.id, message.context)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


def load_catalog(folder: Path, lang: str) -> NullTranslations:
    """The translations in `folder/<lang>.po`. Without that file every phrase stays English, and so does a faulty translation."""
    path = folder / f"{lang}.po"
    return _load_catalog(path, lang, path.lstat().st_mtime_ns if path.exists() else 0)


CODE = Path(__file__).parent  # the folder of the Python files that contain phrases
SOURCE_LANGUAGE = "en"  # the language of the phrases in templates and code, which needs no catalog
COMMENT_TAGS = ("Translators:",)  # how a comment for translators starts, in the line above a phrase
PLACEHOLDER = re.compile(r"\{(\w+)\}")
# A fixed date for all catalogs, so that an update changes only phrases.
CREATED = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def extract_messages(theme: Path, code: Path) -> Catalog:
    """Every phrase of the templates in `theme` and of the Python files in `code`, in the order of the files."""
    catalog = Catalog(project="Caravan", creation_date=CREATED, fuzzy=False)
    for folder, method in ((theme / "templates", [("**", "jinja2")]), (code, [("**.py", "python")])):
        for name, line, phrase, comments, context in extract_from_dir(folder, method, comment_tags=COMMENT_TAGS, strip_comment_tags=True):
            catalog.add(phrase, locations=[(name, line)], auto_comments=comments, context=context)
    return catalog


def catalog_problems(theme: Path, languages: Iterable[str]) -> Iterator[Problem]:
    """Missing and faulty translations in the catalogs of `languages`. The paths of problems begin with the folder `theme`."""
    template = extract_messages(theme, CODE)
    for lang in languages:
        path = theme / "translations" / f"{lang}.po"
        name = path.relative_to(theme.parent).as_posix()
        if lang != SOURCE_LANGUAGE:
            yield from run_check(name, problems_of, path, name, lang, template)


def problems_of(path: Path, name: str, lang: str, template: Catalog) -> Iterator[Problem]:
    """The problems of one catalog; `name`: its path in them. Raises Fault."""
    catalog = read_catalog(path, lang)
    for phrase in template:
        if phrase.id:
            translated = catalog.get(phrase.id, phrase.context)
            message = translation_problem(phrase, translated)
            if message:
                yield Problem(name, translated.lineno if translated else 1, message)


def translation_problem(phrase: Message, translated: Message | None) -> str | None:
    """What is wrong with the translation of a phrase, or None."""
    source = singular(phrase)
    strings = [] if translated is None else translated.string
    strings = [strings] if isinstance(strings, str) else list(strings)
    if translated is None or not strings or not all(map(str.strip, strings)):
        return format_message("phrase-missing", phrase=source)
    if translated.fuzzy:
        return format_message("phrase-fuzzy", phrase=source)
    names, most = sorted(PLACEHOLDER.findall(source)), TRANSLATION[0] * len(source) + TRANSLATION[1]
    for string in strings:
        if sorted(PLACEHOLDER.findall(string)) != names or set("{}") & set(PLACEHOLDER.sub("", string)):
            placeholders = ", ".join(f"{{{name}}}" for name in names) or "none"
            return format_message("phrase-placeholders", phrase=source, placeholders=placeholders)
        if len(string) > most or set("\n\r\t") & set(string) - set(source):
            return format_message("phrase-long", phrase=source, most=most)
    return None


def singular(phrase: Message) -> str:
    """The id of a message; for one with plural forms, the singular."""
    return phrase.id[0] if isinstance(phrase.id, (tuple, list)) else phrase.id


Gettext = Callable[[str], str]
EDITORS = "The editors of this site"  # the author of texts without a personal author


def localize_authors(names: tuple[str, ...], _: Gettext) -> tuple[str, ...]:
    """The names of authors, with EDITORS translated."""
    return tuple(_("The editors of this site") if name == EDITORS else name for name in names)


def kind_name(kind: str, _: Gettext) -> str:
    """The title of the list of a kind."""
    # Translators: a section of the site: calls of migrant organizations, not phone calls
    return {"calls": _("Calls"), "analysis": _("Analysis"), "background": _("Background")}[kind]
