"""When and where a call takes place, whether it does, and what is known about it, formatted for a language."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass

from caravan.reading.schema import Access, Event
from caravan.reading.translations import TranslationGroup
from caravan.site.i18n import Gettext, Language
from caravan.site.site import Site

zoneinfo.reset_tzpath(())  # the package tzdata, so that every machine writes the same offsets


@dataclass(frozen=True)
class DateView:
    """`iso`: a date, a month or a year in ISO 8601, or a time with its offset; `text`: in the language of the page."""

    iso: str
    text: str


@dataclass(frozen=True)
class Words:
    """Words of an author. `lang`: their language, if it is not that of the page because they are not translated, else ""."""

    text: str
    lang: str


@dataclass(frozen=True)
class EventView:
    """`state`: "coming", "now", "over", "canceled" or "postponed" (to days that are not known yet).

    `start`, `end`, `date_range` and `short_range` are those of the days that are valid now, None and "" if there are none.
    `former`: the days and the place that were announced before it was postponed or moved, else "". `access`: what is asked
    and the answer, for each question.
    """

    state: str
    start: DateView | None
    end: DateView | None
    date_range: str
    short_range: str
    place: str
    former: str
    former_start: str
    reason: Words | None
    hours: str
    meeting_point: str
    join: str
    bring: tuple[Words, ...]
    program: tuple[dict, ...]
    access: tuple[tuple[str, str], ...]

    @property
    def is_open(self) -> bool:
        """Whether people can still come."""
        return self.state in ("coming", "now")

    @property
    def has_facts(self) -> bool:
        """Whether there is more to say than the poster does: for an open call also what is not known about access."""
        return bool(self.is_open or self.hours or self.meeting_point or self.bring or self.program)


def date_view(language: Language, day: datetime.date) -> DateView:
    return DateView(day.isoformat(), language.date(day))


def moment_view(language: Language, event: Event, day: datetime.date, clock: str | None) -> DateView:
    """A day; with the hour and the offset of the place if the hour is known."""
    if not clock:
        return date_view(language, day)
    time = datetime.time.fromisoformat(clock)
    moment = datetime.datetime.combine(day, time, zoneinfo.ZoneInfo(event.time_zone))
    return DateView(moment.isoformat(timespec="minutes"), language.date(day))


def event_view(site: Site, language: Language, group: TranslationGroup) -> EventView | None:
    """The event of a call; None for other texts."""
    event: Event | None = getattr(group.shared, "event", None)
    if event is None:
        return None
    former = event.former
    former_parts = [former.start and language.date_range(former.start, former.end), former.place] if former else []
    return EventView(
        state=event.state_on(site.build_day),
        start=moment_view(language, event, event.start, event.starts_at) if event.start else None,
        end=moment_view(language, event, event.end, event.ends_at) if event.end else None,
        date_range=language.date_range(event.start, event.end) if event.start else "",
        short_range=language.date_range(event.start, event.end, short=True) if event.start else "",
        place=event.place,
        former=", ".join(filter(None, former_parts)),
        former_start=former.start.isoformat() if former and former.start else "",
        reason=next(iter(call_words(language, group, "reason")), None),
        hours="\u2009–\u2009".join(language.clock(clock) for clock in (event.starts_at, event.ends_at) if clock),
        meeting_point=event.meeting_point or "",
        join=event.join or "",
        bring=call_words(language, group, "bring"),
        program=tuple(program_rows(language, group, event)),
        access=access_rows(language, event.access, site.gettext(language.code)),
    )


def call_words(language: Language, group: TranslationGroup, name: str) -> tuple[Words, ...]:
    """The lines of a field of CallFields: of the translation, or of the original where the translation has none."""
    article, original = group.articles.get(language.code, group.original), getattr(group.shared, name) or ()
    lines = getattr(article.front, name) or ()
    if not lines or name == "program" and len(lines) != len(original):  # lines for times that the original does not have any more
        article, lines = group.original, original
    lang = article.content_path.lang
    return tuple(Words(line, lang if lang != language.code else "") for line in ((lines,) if isinstance(lines, str) else lines))


def program_rows(language: Language, group: TranslationGroup, event: Event) -> Iterator[dict]:
    """`when`: day and hour. `languages`: their names, joined."""
    for entry, what in zip(event.program, call_words(language, group, "program"), strict=True):
        when = ", ".join(filter(None, [language.date(entry.day), entry.at and language.clock(entry.at)]))
        languages = language.names(tuple(map(language.name_of, entry.languages)))
        yield {"when": when, "what": what, "where": entry.where or "", "languages": languages}


def access_rows(language: Language, access: Access | None, _: Gettext) -> tuple[tuple[str, str], ...]:
    """What is asked about access, and the answers."""
    access = access or Access()
    # Translators: the answer to "Step-free", "Seats" or "Child care" of an event
    answers = {True: _("yes"), False: _("no"), None: _("not stated")}
    spoken = access.interpretation
    names = answers[None if spoken is None else False] if not spoken else language.names(tuple(map(language.name_of, spoken)))
    return (
        (_("Step-free"), answers[access.step_free]),
        (_("Seats"), answers[access.seats]),
        (_("Interpretation"), names),
        (_("Child care"), answers[access.child_care]),
    )


def title_with_state(event: EventView | None, title: str, _: Gettext) -> str:
    """The title of a call where it stands without its poster: in chats, search results and feeds."""
    formats = {"over": _("Over: {title}"), "canceled": _("Canceled: {title}"), "postponed": _("Postponed: {title}")}
    return formats[event.state].format(title=title) if event and event.state in formats else title


def summary_with_days(event: EventView | None, summary: str) -> str:
    """The summary of a call after its days, for chats and search results."""
    return f"{event.short_range} · {summary}" if event and event.short_range else summary
