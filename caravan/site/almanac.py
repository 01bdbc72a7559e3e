"""The almanac's devices on the front page, ready to print: figures weighed, and the month of the last call."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from caravan.reading.almanac import Noted
from caravan.reading.works import Work

from .addresses import relative
from .languages import Language
from .site import Site


@dataclass(frozen=True)
class WeighedFigure:
    href: str
    what: str
    said: str
    found: str


@dataclass(frozen=True)
class Cell:
    """A day of the month's page: whether it is one of the call's, one of the summit's."""

    number: int
    called: bool
    summit: bool


@dataclass(frozen=True)
class Happening:
    days: str
    iso: str
    words: str
    summit: bool


@dataclass(frozen=True)
class MonthPage:
    """`heads`: short and full names of the weekdays; `weeks`: those of the month in which something was."""

    name: str
    heads: tuple[tuple[str, str], ...]
    weeks: tuple[tuple[Cell | None, ...], ...]
    called: str
    happenings: tuple[Happening, ...]


def figures(site: Site, language: Language, here: str) -> tuple[WeighedFigure, ...]:
    """The figures weighed in texts that readers see, with the way to where."""
    found = []
    for figure in site.almanac().figures:
        work = site.works.get(tuple(figure.text.split("/")))
        if work and site.shows(work, language.code):
            there = f"{site.addresses.text(site.place(work, language.code))}#{figure.mark}"
            words = figure.words[language.code]
            found.append(WeighedFigure(relative(here, there), words.what, words.said, words.found))
    return tuple(found)


def month(site: Site, language: Language, call: Work | None) -> MonthPage | None:
    """The page of the month in which a call began; None without a call, or where nothing else is known of the month."""
    if call is None:
        return None
    event = call.facts.event
    first = event.start.replace(day=1)
    noted = [entry for entry in site.almanac().days if (entry.start.year, entry.start.month) == (first.year, first.month)]
    if not noted:
        return None
    start = language.locale.first_week_day
    heads = tuple((language.weekday(day % 7, "abbreviated"), language.weekday(day % 7, "wide")) for day in range(start, start + 7))
    return MonthPage(
        name=language.partial_date(first.year, first.month),
        heads=heads,
        weeks=tuple(weeks(first, start, event, noted)),
        called=language.days(event.start, event.end),
        happenings=tuple(happening(language, entry) for entry in noted),
    )


def weeks(first: datetime.date, start: int, event, noted: list[Noted]) -> Iterator[tuple[Cell | None, ...]]:
    """The weeks from the first to the last in which something was; None stands for days of other months."""
    days = [first.replace(day=number) for number in range(1, calendar.monthrange(first.year, first.month)[1] + 1)]
    lead: list[Cell | None] = [None] * ((first.weekday() - start) % 7)
    cells = lead + [Cell(day.day, event.start <= day <= event.end, any(in_summit(entry, day) for entry in noted)) for day in days]
    cells += [None] * (-len(cells) % 7)
    rows = [tuple(cells[place : place + 7]) for place in range(0, len(cells), 7)]
    busy = {day.day for day in days if event.start <= day <= event.end or any(covers(entry, day) for entry in noted)}
    for row in rows:
        if any(cell and cell.number in busy for cell in row):
            yield row


def covers(entry: Noted, day: datetime.date) -> bool:
    return entry.start <= day <= (entry.end or entry.start)


def in_summit(entry: Noted, day: datetime.date) -> bool:
    return entry.summit and covers(entry, day)


def happening(language: Language, entry: Noted) -> Happening:
    end = entry.end or entry.start
    iso = entry.start.isoformat() if end == entry.start else f"{entry.start.isoformat()}/{end.isoformat()}"
    return Happening(language.days(entry.start, end), iso, entry.words[language.code], entry.summit)
