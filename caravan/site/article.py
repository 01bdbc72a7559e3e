"""The view model of a whole text: everything that its page prints."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from caravan.reading.evidence import Source
from caravan.reading.markdown import Heading
from caravan.reading.works import Work

from .addresses import relative
from .kinds import authors
from .languages import Language
from .site import Site
from .views import Day, EventView, body, day, event, title_class, voice_of, waiting

AFTERWARDS = "when"  # the mark of the section of a call that tells what happened since
FEW_SECTIONS = 3  # a text with no more has no list of contents
DRAWING = '<figure class="drawing"'
WORDS_A_MINUTE = 200  # a calm pace for text with figures on a small screen


@dataclass(frozen=True)
class CitedSource:
    number: int
    source: Source
    issued: Day | None


@dataclass(frozen=True)
class Behind:
    """A paragraph of the original that a translation lacks: where it is and how it begins (or "title", …)."""

    href: str
    name: str


@dataclass(frozen=True)
class Translation:
    """`language` is the original's, named in the reader's; `since` is the day of the original's last change."""

    href: str
    lang: str
    language: str
    by: str
    reviewed_by: str
    behind: tuple[Behind, ...]
    gone: int
    since: Day | None


@dataclass(frozen=True)
class Article:
    """`authors` is the line that readers see; `writers` are the names as the front matter has them.

    `drawing`: the figure that opened the body, drawn apart from it.
    `afterwards`: the heading of what happened since a call. `take_part`: the way to that page, or "".
    """

    title: str
    title_class: str
    summary: str
    kind: str
    voice: str
    date: Day
    updated: Day | None
    authors: str
    writers: tuple[str, ...]
    called_by: str
    event: EventView | None
    question: str
    answer: tuple[str, ...]
    certainty: tuple[tuple[str, str], ...]
    minutes: int
    headings: tuple[Heading, ...]
    has_contents: bool
    body: Markup
    sources: tuple[CitedSource, ...]
    waiting: str
    translation: Translation | None
    drawing: Markup
    afterwards: Heading | None
    take_part: str


def translation(site: Site, language: Language, work: Work, here: str) -> Translation | None:
    """What readers of a translation should know of it; None for the original."""
    text = work.texts[language.code]
    if text.is_original:
        return None
    original = site.addresses.text(work.original.place)
    distance = work.distance(language.code)
    updated = getattr(work.facts, "updated", None)
    return Translation(
        href=relative(here, original),
        lang=work.original.place.lang,
        language=language.name_of(work.original.place.lang),
        by=text.front.translated_by or "",
        reviewed_by=text.front.reviewed_by or "",
        behind=tuple(
            Behind(relative(here, f"{original}#{piece.mark}" if piece.mark else original), piece.name)
            for piece in distance.changed
        ),
        gone=distance.gone,
        since=day(language, updated) if updated and distance else None,
    )


def issued(language: Language, value: str | None) -> Day | None:
    """When a source appeared: a day, a month or a year, as exactly as it is known."""
    if value is None:
        return None
    parts = [int(part) for part in value.split("-")]
    return Day(value, language.partial_date(*parts))


def cited(site: Site, language: Language, work: Work) -> tuple[CitedSource, ...]:
    names = (cited.id for cited in work.texts[language.code].cited)
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
    headings = tuple(heading for heading in text.body.headings if heading.level == 2)
    drawing, rest = opening_drawing(body(site, text.place, work, here))
    dated = work.kind != "pages"
    return Article(
        title=words.title,
        title_class=title_class(words.title),
        summary=words.summary,
        kind=work.kind,
        voice=voice_of(site, language, work),
        date=published and day(language, published),
        updated=updated and day(language, updated),
        authors=language.names(authors(facts.authors, site.gettext(language.code))) if dated else "",
        writers=facts.authors if dated else (),
        called_by=getattr(facts, "called_by", None) or "",
        event=event(site, language, work),
        question=getattr(words, "question", None) or "",
        answer=getattr(words, "answer", None) or (),
        certainty=tuple((name, line) for name, line in certainty if line) if certainty else (),
        minutes=max(1, round(text.body.words / WORDS_A_MINUTE)),
        headings=headings,
        has_contents=len(headings) > FEW_SECTIONS,
        body=rest,
        sources=cited(site, language, work),
        waiting=waiting(site, language, work),
        translation=translation(site, language, work, here),
        drawing=drawing,
        afterwards=next((heading for heading in headings if heading.id == AFTERWARDS), None),
        take_part=take_part(site, language, here),
    )


def opening_drawing(html: Markup) -> tuple[Markup, Markup]:
    """The figure that a body begins with, and the rest; "" where it begins with something else."""
    if not html.startswith(DRAWING):
        return Markup(""), html
    end = html.index("</figure>") + len("</figure>")
    return html[:end], html[end:]


def take_part(site: Site, language: Language, here: str) -> str:
    work = site.works.get(("pages", "take-part"))
    return relative(here, site.addresses.text(site.place(work, language.code))) if work else ""
