"""The two devices of the home page: figures compared with their sources, and a calendar of the month of the last call."""

from __future__ import annotations

import calendar
import datetime

from caravan.reading.translations import TranslationGroup
from caravan.site.i18n import Language
from caravan.site.site import Site
from caravan.site.urls import relative_url


def weighed_figures(site: Site, language: Language, page_url: str, section: str) -> tuple[dict, ...]:
    """The figures in a section of the front page's data (figures or promises), as they were said and as they were found to be.

    `href` leads to the section of the text that compares them, to its page if that has no such section, "" if the text is gone.
    `lang`: the language of the words, if it is not that of the page.
    """
    figures = []
    for figure in getattr(site.front_page(), section):
        words, lang = site.words_in(figure.words, language.code)
        href, group = "", site.groups.get(figure.group_key)
        if group:
            path = site.path_for(group, language.code)
            has_section = path.lang in group.articles and figure.mark in group.articles[path.lang].body_html.ids
            href = relative_url(page_url, site.urls.article(path)) + (f"#{figure.mark}" if has_section else "")
        figures.append({"href": href, "lang": lang, "what": words.what, "said": words.said, "found": words.found})
    return tuple(figures)


def calendar_month(site: Site, language: Language, call: TranslationGroup | None) -> dict | None:
    """The month in which a call began; None without a call, its days, or entries for that month.

    `weekdays`: short and full names. `weeks`: those with the call or an entry; None stands for days of other months. `call`: its
    event. `lang` of an entry: as in `weighed_figures`.
    """
    if call is None or not call.shared.event.start:
        return None
    event = call.shared.event
    first = event.start.replace(day=1)
    days = [entry for entry in site.front_page().days if (entry.start.year, entry.start.month) == (first.year, first.month)]
    if not days:
        return None

    def calendar_day(day: datetime.date) -> dict:
        in_call, covering = event.start <= day <= event.end, [entry for entry in days if entry.start <= day <= (entry.end or entry.start)]
        in_summit = any(entry.summit for entry in covering)
        return {"number": day.day, "in_call": in_call, "in_summit": in_summit, "is_marked": in_call or bool(covering)}

    week_start, names = language.locale.first_week_day, language.locale.days["stand-alone"]
    weeks = [
        [calendar_day(day) if day.month == first.month else None for day in week]
        for week in calendar.Calendar(week_start).monthdatescalendar(first.year, first.month)
    ]
    entries = []
    for entry in days:
        text, lang = site.words_in(entry.words, language.code)
        entries.append({"start": entry.start, "end": entry.end or entry.start, "text": text, "lang": lang, "is_summit": entry.summit})
    return {
        "name": language.partial_date(f"{first:%Y-%m}"),
        "weekdays": [(names["abbreviated"][day], names["wide"][day]) for day in calendar.Calendar(week_start).iterweekdays()],
        "weeks": [week for week in weeks if any(day and day["is_marked"] for day in week)],
        "call": event,
        "entries": entries,
    }
