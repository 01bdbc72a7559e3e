"""The almanac's devices on the front page, ready to print: figures weighed, and the month of the last call."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from caravan.reading.evidence import DatedEntry
from caravan.reading.translations import TranslationGroup
from caravan.site.i18n import Language
from caravan.site.site import Site
from caravan.site.urls import relative_url


@dataclass(frozen=True)
class WeighedFigure:
    href: str
    what: str
    said: str
    found: str


@dataclass(frozen=True)
class CalendarDay:
    """A day of the month's page: whether it is one of the call's, one of the summit's."""

    number: int
    called: bool
    summit: bool


@dataclass(frozen=True)
class CalendarEntry:
    days: str
    iso: str
    words: str
    summit: bool


@dataclass(frozen=True)
class CalendarMonth:
    """`heads`: short and full names of the weekdays; `weeks`: those of the month in which something was."""

    name: str
    heads: tuple[tuple[str, str], ...]
    weeks: tuple[tuple[CalendarDay | None, ...], ...]
    called: str
    happenings: tuple[CalendarEntry, ...]


def weighed_figures(site: Site, language: Language, here: str) -> tuple[WeighedFigure, ...]:
    """The figures weighed in texts that readers see, with the way to where."""
    found = []
    for figure in site.front_page().figures:
        work = site.groups.get(tuple(figure.text.split("/")))
        if work and site.has_page(work, language.code):
            there = f"{site.urls.article(site.path_for(work, language.code))}#{figure.mark}"
            words = figure.words[language.code]
            found.append(WeighedFigure(relative_url(here, there), words.what, words.said, words.found))
    return tuple(found)


def calendar_month(site: Site, language: Language, call: TranslationGroup | None) -> CalendarMonth | None:
    """The page of the month in which a call began; None without a call, or where nothing else is known of the month."""
    if call is None:
        return None
    event = call.shared.event
    first = event.start.replace(day=1)
    noted = [entry for entry in site.front_page().days if (entry.start.year, entry.start.month) == (first.year, first.month)]
    if not noted:
        return None
    start = language.locale.first_week_day
    heads = tuple((language.weekday(day % 7, "abbreviated"), language.weekday(day % 7, "wide")) for day in range(start, start + 7))
    return CalendarMonth(
        name=language.partial_date(first.year, first.month),
        heads=heads,
        weeks=tuple(weeks(first, start, event, noted)),
        called=language.days(event.start, event.end),
        happenings=tuple(calendar_entry(language, entry) for entry in noted),
    )


def weeks(first: datetime.date, start: int, event, noted: list[DatedEntry]) -> Iterator[tuple[CalendarDay | None, ...]]:
    """The weeks from the first to the last in which something was; None stands for days of other months."""
    days = [first.replace(day=number) for number in range(1, calendar.monthrange(first.year, first.month)[1] + 1)]
    lead: list[CalendarDay | None] = [None] * ((first.weekday() - start) % 7)
    cells = lead + [CalendarDay(day.day, event.start <= day <= event.end, any(in_summit(entry, day) for entry in noted)) for day in days]
    cells += [None] * (-len(cells) % 7)
    rows = [tuple(cells[place : place + 7]) for place in range(0, len(cells), 7)]
    busy = {day.day for day in days if event.start <= day <= event.end or any(covers(entry, day) for entry in noted)}
    for row in rows:
        if any(cell and cell.number in busy for cell in row):
            yield row


def covers(entry: DatedEntry, day: datetime.date) -> bool:
    return entry.start <= day <= (entry.end or entry.start)


def in_summit(entry: DatedEntry, day: datetime.date) -> bool:
    return entry.summit and covers(entry, day)


def calendar_entry(language: Language, entry: DatedEntry) -> CalendarEntry:
    end = entry.end or entry.start
    iso = entry.start.isoformat() if end == entry.start else f"{entry.start.isoformat()}/{end.isoformat()}"
    return CalendarEntry(language.days(entry.start, end), iso, entry.words[language.code], entry.summit)
