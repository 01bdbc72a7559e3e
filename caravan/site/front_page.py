"""The two devices of the home page: figures compared with their sources, and a calendar of the month of the last call."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator

from caravan.reading.evidence import DatedEntry
from caravan.reading.schema import Event
from caravan.reading.translations import TranslationGroup
from caravan.site.i18n import Language
from caravan.site.site import Site
from caravan.site.urls import relative_url


def weighed_figures(site: Site, language: Language, page_url: str, section: str) -> tuple[dict, ...]:
    """The figures in a section of the front page's data (figures or promises), as they were said and as they were found to be.

    `href` leads to the text that compares them, "" if it is gone. `lang`: the language of the words, if it is not that of the page.
    """
    figures = []
    for figure, url in zip(getattr(site.front_page(), section), site.figure_urls(section, language.code), strict=True):
        words, lang = site.words_in(figure.words, language.code)
        href = url and relative_url(page_url, url)
        figures.append({"href": href, "lang": lang, "what": words.what, "said": words.said, "found": words.found})
    return tuple(figures)


def calendar_month(site: Site, language: Language, call: TranslationGroup | None) -> dict | None:
    """The month in which a call began; None without a call, its days, or entries for that month.

    `weekdays`: short and full names. `weeks`: those with the call or an entry; None stands for days of other months.
    """
    if call is None or not call.shared.event.start:
        return None
    event = call.shared.event
    first = event.start.replace(day=1)
    entries = [entry for entry in site.front_page().days if (entry.start.year, entry.start.month) == (first.year, first.month)]
    if not entries:
        return None
    week_start, names = language.locale.first_week_day, language.locale.days["stand-alone"]
    weekdays = tuple((names["abbreviated"][day], names["wide"][day]) for day in calendar.Calendar(week_start).iterweekdays())
    return {
        "name": language.partial_date(f"{first:%Y-%m}"),
        "weekdays": weekdays,
        "weeks": tuple(calendar_weeks(first, week_start, event, entries)),
        "call": event,
        "entries": tuple(calendar_entry(site, language, entry) for entry in entries),
    }


def calendar_weeks(
    first: datetime.date, week_start: int, event: Event, entries: list[DatedEntry]
) -> Iterator[tuple[dict | None, ...]]:
    """The weeks of the month from `first` on that have days of the event or of an entry.

    `week_start`: the first day of a week, 0 for Monday.
    """

    def calendar_day(day: datetime.date) -> dict:
        in_summit = any(entry.summit and covers(entry, day) for entry in entries)
        return {"number": day.day, "in_call": event.start <= day <= event.end, "in_summit": in_summit}

    for week in calendar.Calendar(week_start).monthdatescalendar(first.year, first.month):
        days = [day if day.month == first.month else None for day in week]
        if any(day and (event.start <= day <= event.end or any(covers(entry, day) for entry in entries)) for day in days):
            yield tuple(day and calendar_day(day) for day in days)


def covers(entry: DatedEntry, day: datetime.date) -> bool:
    return entry.start <= day <= (entry.end or entry.start)


def calendar_entry(site: Site, language: Language, entry: DatedEntry) -> dict:
    """An entry of the list below the calendar; `lang`: as in `weighed_figures`."""
    text, lang = site.words_in(entry.words, language.code)
    return {"start": entry.start, "end": entry.end or entry.start, "text": text, "lang": lang, "is_summit": entry.summit}
