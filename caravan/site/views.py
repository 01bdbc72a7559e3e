"""View models of texts: everything that a template prints of them, ready to print."""

from __future__ import annotations

import datetime
import html
import re
from dataclasses import dataclass

from markupsafe import Markup

from caravan.reading.checks import place_of_target
from caravan.reading.links import DRAWINGS, Target
from caravan.reading.model import ARTICLES
from caravan.reading.places import Place
from caravan.reading.works import Work

from .addresses import relative
from .kinds import voice
from .languages import Language
from .site import Site

LOUD, LOUD_WORD = 40, 10  # characters of a title, and of its longest word, that capitals can carry


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
    title_class: str
    summary: str
    kind: str
    voice: str
    lang: str  # of title and summary; another one than the page's where the text is not translated yet
    direction: str
    foreign: str  # the name of that other language, or ""
    date: Day | None
    event: EventView | None
    waiting: str  # "", "draft" or the day from which the text is public


def day(language: Language, value: datetime.date) -> Day:
    return Day(value.isoformat(), language.date(value))


def event(site: Site, language: Language, work: Work) -> EventView | None:
    facts = getattr(work.facts, "event", None)
    if facts is None:
        return None
    state = "coming" if site.day < facts.start else "over" if site.day > facts.end else "now"
    days = language.days(facts.start, facts.end)
    return EventView(day(language, facts.start), day(language, facts.end), days, facts.place, state)


def title_class(title: str) -> str:
    """How a title is set: "loud" in capitals where it and its words are short, "long" a step smaller with its small letters."""
    short = len(title) <= LOUD and max(map(len, re.findall(r"\w+", title)), default=0) <= LOUD_WORD
    return "loud" if short else "long"


def voice_of(site: Site, language: Language, work: Work) -> str:
    """The line that says which voice speaks; "" for undated pages."""
    if work.kind not in ARTICLES:
        return ""
    return voice(work.kind, getattr(work.facts, "called_by", None), site.gettext(language.code))


def waiting(site: Site, language: Language, work: Work) -> str:
    if work.facts.status == "draft":
        return "draft"
    return "" if site.is_public(work) else language.date(work.facts.date)


def card(site: Site, language: Language, work: Work, here: str) -> Card:
    """The card of `work` on the page at address `here`."""
    text = work.texts.get(language.code, work.original)
    its = Language(text.place.lang)
    return Card(
        href=relative(here, site.addresses.text(site.place(work, language.code))),
        title=text.front.title,
        title_class=title_class(text.front.title),
        summary=text.front.summary,
        kind=work.kind,
        voice=voice_of(site, language, work),
        lang=its.code,
        direction=its.direction,
        foreign=language.name_of(its.code) if its.code != language.code else "",
        date=day(language, work.facts.date) if hasattr(work.facts, "date") else None,
        event=event(site, language, work),
        waiting=waiting(site, language, work),
    )


def target_address(site: Site, place: Place, target: Target) -> str:
    """The address that a link in the text at `place` leads to."""
    if not target.path:
        return f"{site.addresses.text(place)}#{target.fragment}"
    if target.path in site.files:
        return site.addresses.file(target.path)
    there = place_of_target(target)
    address = site.addresses.text(site.place(site.works[there.work], there.lang))
    return f"{address}#{target.fragment}" if target.fragment else address


def body(site: Site, place: Place, work: Work, here: str | None) -> Markup:
    """The HTML of a text, with links for the page at `here`, or absolute ones (feeds) where `here` is None.

    The paragraphs of an original that a translation lacks get a mark, so that the translation can lead to them.
    """

    def address(target: Target) -> str:
        there = target_address(site, place, target)
        return site.absolute(there) if here is None else relative(here, there)

    text = work.texts[place.lang]
    marks = wanted_marks(work) if text.is_original and here is not None else frozenset()
    # Relative to the page, so that it can be copied; no feed can lead back to a part of itself.
    label = html.escape(site.gettext(place.lang)("Link to this section"))
    anchor = "" if here is None else f' <a class="anchor" href="#{{}}" data-copy aria-label="{label}">#</a>'

    def drawing(target: Target) -> str:
        if here is None:
            return ""  # without the style of a page it would be a black shape; the caption says what it shows
        return site.drawings[f"{target.path.removeprefix(f'{DRAWINGS}/')}/{place.lang}"]

    return Markup(text.body.html(address, marks, anchor, drawing))


def wanted_marks(work: Work) -> frozenset[str]:
    return frozenset(piece.mark for lang in work.texts for piece in work.distance(lang).changed)
