"""What a language brings to a page: its phrases, its dates and lists, its direction."""

from __future__ import annotations

import datetime
import functools
import re
from dataclasses import dataclass
from pathlib import Path

from babel import Locale
from babel.core import get_global, parse_locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

# The same days, names and numbers stand on many pages, and Babel works each out from scratch.
said_once = functools.lru_cache(maxsize=10_000)


@dataclass(frozen=True)
class Language:
    """One language of the site, known by its code (BCP 47), such as `fil`."""

    code: str

    @property
    def locale(self) -> Locale:
        return locale_of(self.code)

    @property
    @said_once
    def name(self) -> str:
        """Its own name for itself, as a switcher shows it."""
        name = self.name_of(self.code)
        return name[:1].upper() + name[1:]

    @said_once
    def name_of(self, code: str) -> str:
        """The name of the language `code` in this one, as it stands inside a sentence."""
        return Locale.parse(code, sep="-").get_language_name(self.locale) or code

    @property
    @said_once
    def with_territory(self) -> str:
        """Language and territory as Open Graph writes them: en_GB, es_ES, fil_PH."""
        likely = parse_locale(get_global("likely_subtags").get(self.locale.language, self.locale.language))
        return f"{self.locale.language}_{self.locale.territory or likely[1] or 'ZZ'}"

    @property
    def direction(self) -> str:
        return self.locale.text_direction

    @said_once
    def date(self, day: datetime.date) -> str:
        """A day written out: 9 November 2023, 9 de noviembre de 2023, Nobyembre 9, 2023."""
        return spaced(format_date(day, "long", locale=self.locale))

    @said_once
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

    @said_once
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

    @said_once
    def number(self, value: int | float) -> str:
        return format_decimal(value, locale=self.locale)

    @said_once
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
def _catalogue(path: str, changed: int) -> NullTranslations:
    with open(path, "rb") as stream:
        catalogue = read_po(stream)
    from io import BytesIO

    from babel.messages.mofile import write_mo

    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def phrases(folder: Path, lang: str) -> NullTranslations:
    """The catalogue `folder/<lang>.po`, compiled in memory; English phrases need none."""
    path = folder / f"{lang}.po"
    if not path.exists():
        return NullTranslations()
    return _catalogue(str(path), path.stat().st_mtime_ns)
