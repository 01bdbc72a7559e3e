"""When and where a call takes place, whether it does, and what is known about it."""

from __future__ import annotations

from caravan.reading.schema import Access, Event
from caravan.reading.translations import TranslationGroup
from caravan.site.i18n import Gettext, Language
from caravan.site.site import Site


def event_view(site: Site, language: Language, group: TranslationGroup) -> dict | None:
    """The fields of the event of a call (reading/schema.py), and what follows from them; None for other texts.

    `state`: "coming", "now", "over", "canceled" or "postponed" (to days that are not known yet). `is_open`: people can still come.
    `former`: the days and the place that were announced before it was postponed or moved, else ""; `former_start`: the first of
    these days. `reason`, `bring` and the second of each pair in `program`: see `call_words`. `has_facts`: there is more to say
    than the poster does: for an open call also what is not known about access.
    """
    event: Event | None = getattr(group.shared, "event", None)
    if event is None:
        return None
    state, former, bring = event.state_on(site.build_day), event.former, call_words(language, group, "bring")
    is_open = state in ("coming", "now")
    former_parts = [former.start and language.date_range(former.start, former.end), former.place] if former else []
    return {
        **dict(event),
        "state": state,
        "is_open": is_open,
        "has_facts": bool(is_open or event.starts_at or event.meeting_point or bring or event.program),
        "former": ", ".join(filter(None, former_parts)),
        "former_start": former.start if former else None,
        "reason": next(iter(call_words(language, group, "reason")), None),
        "bring": bring,
        "program": tuple(zip(event.program, call_words(language, group, "program"), strict=True)),
        "access": event.access or Access(),
    }


def call_words(language: Language, group: TranslationGroup, name: str) -> tuple[dict, ...]:
    """The lines of a field of CallFields: of the translation, or of the original where the translation has none.

    `lang`: the language of the line, if it is not that of the page because it is not translated, else "".
    """
    article, original = group.articles.get(language.code, group.original), getattr(group.shared, name) or ()
    lines = getattr(article.front, name) or ()
    if not lines or name == "program" and len(lines) != len(original):  # lines for times that the original does not have any more
        article, lines = group.original, original
    lang = article.content_path.lang
    return tuple({"text": line, "lang": lang if lang != language.code else ""} for line in ((lines,) if isinstance(lines, str) else lines))


def title_with_state(event: dict | None, title: str, _: Gettext) -> str:
    """The title of a call where it stands without its poster: in chats, search results and feeds."""
    formats = {"over": _("Over: {title}"), "canceled": _("Canceled: {title}"), "postponed": _("Postponed: {title}")}
    return formats[event["state"]].format(title=title) if event and event["state"] in formats else title


def summary_with_days(language: Language, event: dict | None, summary: str) -> str:
    """The summary of a call after its days, for chats and search results."""
    return f"{language.date_range(event['start'], event['end'], short=True)} · {summary}" if event and event["start"] else summary
