"""View models of texts: everything that a template prints of them, ready to print."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from caravan.reading.evidence import Source
from caravan.reading.library import Work, place_of_target
from caravan.reading.links import Target
from caravan.reading.markdown import Heading
from caravan.reading.places import Place
from markupsafe import Markup

from .addresses import relative
from .kinds import voice
from .languages import Language
from .site import Site


@dataclass(frozen=True)
class Day:
    iso: str
    text: str


@dataclass(frozen=True)
class EventView:
    start: Day
    end: Day
    days: str
    place: str
    state: str  # "coming", "now" or "over"


@dataclass(frozen=True)
class Card:
    """A text in a list."""

    href: str
    title: str
    summary: str
    kind: str
    lang: str
    date: Day
    event: EventView | None
    waiting: str  # "", "draft" or the day from which the text is public


@dataclass(frozen=True)
class CitedSource:
    number: int
    source: Source
    issued: Day | None


@dataclass(frozen=True)
class Article:
    title: str
    summary: str
    kind: str
    voice: str
    date: Day
    updated: Day | None
    authors: str
    event: EventView | None
    question: str
    answer: tuple[str, ...]
    certainty: tuple[tuple[str, str], ...]
    minutes: int
    headings: tuple[Heading, ...]
    body: Markup
    sources: tuple[CitedSource, ...]
    waiting: str


WORDS_A_MINUTE = 200  # a calm pace for text with figures on a small screen


def day(language: Language, value: datetime.date) -> Day:
    return Day(value.isoformat(), language.date(value))


def event(site: Site, language: Language, work: Work) -> EventView | None:
    facts = getattr(work.facts, "event", None)
    if facts is None:
        return None
    state = "coming" if site.day < facts.start else "over" if site.day > facts.end else "now"
    days = language.days(facts.start, facts.end)
    return EventView(day(language, facts.start), day(language, facts.end), days, facts.place, state)


def waiting(site: Site, language: Language, work: Work) -> str:
    if work.facts.status == "draft":
        return "draft"
    return language.date(work.facts.date) if (work.kind, work.slug) in site.waiting else ""


def card(site: Site, language: Language, work: Work, here: str) -> Card:
    """The card of `work` on the page at address `here`."""
    text = work.texts[language.code]
    return Card(
        href=relative(here, site.addresses.text(text.place)),
        title=text.front.title,
        summary=text.front.summary,
        kind=work.kind,
        lang=language.code,
        date=day(language, work.facts.date),
        event=event(site, language, work),
        waiting=waiting(site, language, work),
    )


def target_address(site: Site, place: Place, target: Target) -> str:
    """The address that a link in the text at `place` leads to."""
    if not target.path:
        return f"{site.addresses.text(place)}#{target.fragment}"
    if target.path in site.files:
        return site.addresses.file(target.path)
    address = site.addresses.text(place_of_target(target))
    return f"{address}#{target.fragment}" if target.fragment else address


def body(site: Site, place: Place, work: Work, here: str | None) -> Markup:
    """The HTML of a text, with links for the page at `here`, or absolute ones (feeds) where `here` is None."""

    def address(target: Target) -> str:
        there = target_address(site, place, target)
        return site.absolute(there) if here is None else relative(here, there)

    return Markup(work.texts[place.lang].body.html(address))


def issued(language: Language, value: str | None) -> Day | None:
    """When a source appeared: a day, a month or a year, as exactly as it is known."""
    if value is None:
        return None
    parts = [int(part) for part in value.split("-")]
    return Day(value, language.partial_date(*parts))


def cited(site: Site, language: Language, work: Work) -> tuple[CitedSource, ...]:
    names = work.texts[language.code].body.cited
    return tuple(
        CitedSource(number, site.sources[name], issued(language, site.sources[name].issued))
        for number, name in enumerate(names, 1)
    )


def article(site: Site, language: Language, work: Work, here: str) -> Article:
    """Everything that the page of an article, or an undated page, prints."""
    text, facts = work.texts[language.code], work.facts
    words = text.front
    published = getattr(facts, "date", None)
    updated = getattr(facts, "updated", None)
    certainty = getattr(words, "certainty", None)
    dated = work.kind != "pages"
    return Article(
        title=words.title,
        summary=words.summary,
        kind=work.kind,
        voice=voice(work.kind, getattr(facts, "called_by", None), site.gettext(language.code)) if dated else "",
        date=published and day(language, published),
        updated=updated and day(language, updated),
        authors=language.names(facts.authors) if dated else "",
        event=event(site, language, work),
        question=getattr(words, "question", None) or "",
        answer=getattr(words, "answer", None) or (),
        certainty=tuple((name, line) for name, line in certainty if line) if certainty else (),
        minutes=max(1, round(text.body.words / WORDS_A_MINUTE)),
        headings=tuple(heading for heading in text.body.headings if heading.level == 2),
        body=body(site, text.place, work, here),
        sources=cited(site, language, work),
        waiting=waiting(site, language, work),
    )
