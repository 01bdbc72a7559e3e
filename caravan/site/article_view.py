"""View models of texts: everything that a template prints of them, ready to print.

The view model of a whole text: everything that its page prints.
"""

from __future__ import annotations

import datetime
import html
import re
from dataclasses import dataclass

from markupsafe import Markup

from caravan.reading.article import DRAWINGS, LinkTarget
from caravan.reading.evidence import Source
from caravan.reading.links import target_path
from caravan.reading.markdown import Heading
from caravan.reading.paths import ContentPath
from caravan.reading.schema import ARTICLE_KINDS
from caravan.reading.translations import TranslationGroup
from caravan.site.i18n import Language, author_names, byline_kind
from caravan.site.site import Site
from caravan.site.urls import relative_url

LOUD, LOUD_WORD = 40, 10  # characters of a title, and of its longest word, that capitals can carry


@dataclass(frozen=True)
class DayView:
    iso: str
    text: str


@dataclass(frozen=True)
class EventView:
    start: DayView
    end: DayView
    days: str
    place: str
    state: str  # "coming", "now" or "over"


@dataclass(frozen=True)
class CardView:
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
    date: DayView | None
    event: EventView | None
    waiting: str  # "", "draft" or the day from which the text is public


def day_view(language: Language, value: datetime.date) -> DayView:
    return DayView(value.isoformat(), language.date(value))


def event_view(site: Site, language: Language, work: TranslationGroup) -> EventView | None:
    facts = getattr(work.shared, "event", None)
    if facts is None:
        return None
    state = "coming" if site.build_day < facts.start else "over" if site.build_day > facts.end else "now"
    days = language.days(facts.start, facts.end)
    return EventView(day_view(language, facts.start), day_view(language, facts.end), days, facts.place, state)


def title_class(title: str) -> str:
    """How a title is set: "loud" in capitals where it and its words are short, "long" a step smaller with its small letters."""
    short = len(title) <= LOUD and max(map(len, re.findall(r"\w+", title)), default=0) <= LOUD_WORD
    return "loud" if short else "long"


def byline_kind_of(site: Site, language: Language, work: TranslationGroup) -> str:
    """The line that says which voice speaks; "" for undated pages."""
    if work.kind not in ARTICLE_KINDS:
        return ""
    return byline_kind(work.kind, getattr(work.shared, "called_by", None), site.gettext(language.code))


def unpublished_label(site: Site, language: Language, work: TranslationGroup) -> str:
    if work.shared.status == "draft":
        return "draft"
    return "" if site.is_public(work) else language.date(work.shared.date)


def card_view(site: Site, language: Language, work: TranslationGroup, here: str) -> CardView:
    """The card of `work` on the page at address `here`."""
    text = work.articles.get(language.code, work.original)
    its = Language(text.content_path.lang)
    return CardView(
        href=relative_url(here, site.urls.article(site.path_for(work, language.code))),
        title=text.front.title,
        title_class=title_class(text.front.title),
        summary=text.front.summary,
        kind=work.kind,
        voice=byline_kind_of(site, language, work),
        lang=its.code,
        direction=its.direction,
        foreign=language.name_of(its.code) if its.code != language.code else "",
        date=day_view(language, work.shared.date) if hasattr(work.shared, "date") else None,
        event=event_view(site, language, work),
        waiting=unpublished_label(site, language, work),
    )


def link_url(site: Site, place: ContentPath, target: LinkTarget) -> str:
    """The address that a link in the text at `place` leads to."""
    if not target.path:
        return f"{site.urls.article(place)}#{target.fragment}"
    if target.path in site.asset_files:
        return site.urls.file(target.path)
    there = target_path(target)
    address = site.urls.article(site.path_for(site.groups[there.group_key], there.lang))
    return f"{address}#{target.fragment}" if target.fragment else address


def article_html(site: Site, place: ContentPath, work: TranslationGroup, here: str | None) -> Markup:
    """The HTML of a text, with links for the page at `here`, or absolute ones (feeds) where `here` is None.

    The paragraphs of an original that a translation lacks get a mark, so that the translation can lead to them.
    """

    def address(target: LinkTarget) -> str:
        there = link_url(site, place, target)
        return site.absolute_url(there) if here is None else relative_url(here, there)

    text = work.articles[place.lang]
    marks = linked_block_ids(work) if text.is_original and here is not None else frozenset()
    # Relative to the page, so that it can be copied; no feed can lead back to a part of itself.
    label = html.escape(site.gettext(place.lang)("Link to this section"))
    anchor = "" if here is None else f' <a class="anchor" href="#{{}}" data-copy aria-label="{label}">#</a>'

    def drawing(target: LinkTarget) -> str:
        if here is None:
            return ""  # without the style of a page it would be a black shape; the caption says what it shows
        return site.drawings[f"{target.path.removeprefix(f'{DRAWINGS}/')}/{place.lang}"]

    return Markup(text.body_html.render(address, marks, anchor, drawing))


def linked_block_ids(work: TranslationGroup) -> frozenset[str]:
    return frozenset(piece.anchor_id for lang in work.articles for piece in work.diff(lang).changed)


FOLLOW_UP_ID = "when"  # the mark of the section of a call that tells what happened since
FEW_SECTIONS = 3  # a text with no more has no list of contents
DRAWING = '<figure class="drawing"'
WORDS_A_MINUTE = 200  # a calm pace for text with figures on a small screen


@dataclass(frozen=True)
class CitedSource:
    number: int
    source: Source
    issued: DayView | None


@dataclass(frozen=True)
class OutdatedBlock:
    """A paragraph of the original that a translation lacks: where it is and how it begins (or "title", …)."""

    href: str
    name: str


@dataclass(frozen=True)
class TranslationNotice:
    """`language` is the original's, named in the reader's; `since` is the day of the original's last change."""

    href: str
    lang: str
    language: str
    by: str
    reviewed_by: str
    behind: tuple[OutdatedBlock, ...]
    gone: int
    since: DayView | None


@dataclass(frozen=True)
class ArticleView:
    """`authors` is the line that readers see; `writers` are the names as the front matter has them.

    `drawing`: the figure that opened the body, drawn apart from it.
    `afterwards`: the heading of what happened since a call. `take_part`: the way to that page, or "".
    """

    title: str
    title_class: str
    summary: str
    kind: str
    voice: str
    date: DayView
    updated: DayView | None
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
    translation: TranslationNotice | None
    drawing: Markup
    afterwards: Heading | None
    take_part: str


def translation_notice(site: Site, language: Language, work: TranslationGroup, here: str) -> TranslationNotice | None:
    """What readers of a translation should know of it; None for the original."""
    text = work.articles[language.code]
    if text.is_original:
        return None
    original = site.urls.article(work.original.content_path)
    distance = work.diff(language.code)
    updated = getattr(work.shared, "updated", None)
    return TranslationNotice(
        href=relative_url(here, original),
        lang=work.original.content_path.lang,
        language=language.name_of(work.original.content_path.lang),
        by=text.front.translated_by or "",
        reviewed_by=text.front.reviewed_by or "",
        behind=tuple(
            OutdatedBlock(relative_url(here, f"{original}#{piece.anchor_id}" if piece.anchor_id else original), piece.name)
            for piece in distance.changed
        ),
        gone=distance.removed,
        since=day_view(language, updated) if updated and distance else None,
    )


def issued_view(language: Language, value: str | None) -> DayView | None:
    """When a source appeared: a day, a month or a year, as exactly as it is known."""
    if value is None:
        return None
    parts = [int(part) for part in value.split("-")]
    return DayView(value, language.partial_date(*parts))


def cited_sources(site: Site, language: Language, work: TranslationGroup) -> tuple[CitedSource, ...]:
    names = (cited.id for cited in work.articles[language.code].citations)
    return tuple(
        CitedSource(number, site.sources[name], issued_view(language, site.sources[name].issued))
        for number, name in enumerate(names, 1)
    )


def article_view(site: Site, language: Language, work: TranslationGroup, here: str) -> ArticleView:
    """Everything that the page of an article, or an undated page, prints."""
    text, facts = work.articles[language.code], work.shared
    words = text.front
    published = getattr(facts, "date", None)
    updated = getattr(facts, "updated", None)
    certainty = getattr(words, "certainty", None)
    headings = tuple(heading for heading in text.body_html.headings if heading.level == 2)
    drawing, rest = opening_drawing(article_html(site, text.content_path, work, here))
    dated = work.kind != "pages"
    return ArticleView(
        title=words.title,
        title_class=title_class(words.title),
        summary=words.summary,
        kind=work.kind,
        voice=byline_kind_of(site, language, work),
        date=published and day_view(language, published),
        updated=updated and day_view(language, updated),
        authors=language.names(author_names(facts.authors, site.gettext(language.code))) if dated else "",
        writers=facts.authors if dated else (),
        called_by=getattr(facts, "called_by", None) or "",
        event=event_view(site, language, work),
        question=getattr(words, "question", None) or "",
        answer=getattr(words, "answer", None) or (),
        certainty=tuple((name, line) for name, line in certainty if line) if certainty else (),
        minutes=max(1, round(text.body_html.words / WORDS_A_MINUTE)),
        headings=headings,
        has_contents=len(headings) > FEW_SECTIONS,
        body=rest,
        sources=cited_sources(site, language, work),
        waiting=unpublished_label(site, language, work),
        translation=translation_notice(site, language, work, here),
        drawing=drawing,
        afterwards=next((heading for heading in headings if heading.id == FOLLOW_UP_ID), None),
        take_part=take_part_url(site, language, here),
    )


def opening_drawing(html: Markup) -> tuple[Markup, Markup]:
    """The figure that a body begins with, and the rest; "" where it begins with something else."""
    if not html.startswith(DRAWING):
        return Markup(""), html
    end = html.index("</figure>") + len("</figure>")
    return html[:end], html[end:]


def take_part_url(site: Site, language: Language, here: str) -> str:
    work = site.groups.get(("pages", "take-part"))
    return relative_url(here, site.urls.article(site.path_for(work, language.code))) if work else ""
