"""The examples of each component in the styleguide: every state that can occur on a page.

The keys of `arguments` are the parameters of the macro. `title` describes the state; `inside` is the element that the
component needs as its parent. The styleguide adds `assets`.
"""

import datetime

from markupsafe import Markup

DAY, LATER = datetime.date(2026, 11, 23), datetime.date(2026, 12, 1)
START, END = datetime.date(2023, 11, 9), datetime.date(2023, 11, 14)
LONG = "Pinaka­mahabang salita sa isang napaka­habang pamagat: internasyonalisasyon ng pakikipag­kapwa-tao"


def link(label, href="#main", **fields):
    return {"href": href, "label": label, "current": False, "lang": "", "kind": "", **fields}


def event(state, **fields):
    return {
        "start": START, "end": END, "starts_at": None, "ends_at": None, "place": "San Francisco, California", "state": state,
        "is_open": state in ("coming", "now"), "former": "", "reason": None,
        "meeting_point": None, "join": None, "bring": (), "program": (), "access": ACCESS, **fields,
    }  # fmt: skip


def picture(jpeg, avif, lazy=False):
    attributes = {"alt": "A \"board\" above a gate", "title": "The board"}
    return {"src": "a.jpg", "jpeg": jpeg, "avif": avif, "width": 1200, "height": 800, "attributes": attributes, "lazy": lazy}


def words(text, lang=""):
    return {"text": text, "lang": lang}


ACCESS = {"step_free": True, "seats": False, "interpretation": ("es", "tl"), "child_care": None}
UNKNOWN_DAYS = {"start": None, "end": None, "former": "9–14 November 2023"}
FULL_EVENT = {
    "starts_at": "18:30", "ends_at": "20:00", "meeting_point": "Harry Bridges Plaza, 1 The Embarcadero", "join": "https://example.org/join-the-march",
    "bring": (words("Water"), words("Un letrero", "es")), "former": "2–3 November 2023, Oakland",
    "reason": words("The city closed the square."),
    "program": (
        ({"day": START, "at": "18:30", "where": None, "languages": ("en", "es")}, words("Opening, with music")),
        ({"day": END, "at": None, "where": "Civic Center", "languages": ()}, words("La marcha", "es")),
    ),
}  # fmt: skip
EVENTS = {
    **{state: event(state) for state in ("coming", "now", "over", "canceled")},
    "postponed": event("postponed", **UNKNOWN_DAYS), "moved": event("coming", **FULL_EVENT),
}  # fmt: skip


def card(**fields):
    return {
        "href": "#main", "title": "NAFTA: sold as a cure for migration", "has_short_title": True, "kind": "background", "lang": "en",
        "direction": "ltr", "called_by": None, "foreign": "", "date": DAY, "event": None, "unpublished": "",
        "summary": "A treaty that promised fewer migrants, and what the figures say thirty years later.", **fields,
    }  # fmt: skip


SPANISH = {"lang": "es", "direction": "ltr", "foreign": "Spanish", "title": "El tratado", "summary": "Lo que dicen las cifras."}
ARABIC = {"lang": "ar", "direction": "rtl", "foreign": "Arabic", "title": "قافلة المهاجرين", "summary": "ما تقوله الأرقام."}


def translation(**fields):
    return {
        "href": "#main", "lang": "es", "language": "Spanish", "translated_by": "", "reviewed_by": "", "outdated_blocks": (),
        "removed_blocks": 0, "outdated_since": None,
        **fields,
    }  # fmt: skip


def source(number, title="A report on wages", lang="", **fields):
    entry = {
        "id": f"s{number}", "type": "report", "described": None,
        "reposted_by": None, "archived": None, "archived_on": fields.get("archived") and datetime.date(2024, 5, 1),
        "author": "A. Author", "publisher": "A publisher", "container_title": None, "issued": "2023-11",
        "url": "https://example.org/report", "read_as": "full text", **fields,
    }  # fmt: skip
    return {"number": number, "source": entry, "title": title, "lang": lang}


def contact(number=0, lang="", **fields):
    entry = {"what": "help@example.org", "href": "mailto:help@example.org", "source": "https://example.org/contact", "checked_on": DAY, **fields}
    return {"number": number, "contact": entry, "whom": "The editors, for whoever is named here", "lang": lang}


def answer_board(**fields):
    return {
        "question": "Was it NAFTA?", "answer": ("Partly.", "Research is divided.", "Wages fell before it."),
        "certainty": (("documented", "The treaty’s text."), ("differing", "How many jobs."), ("single_voice", "One plan.")),
        "summary": "What was promised, and what the counts show.", **fields,
    }  # fmt: skip


def poster(**fields):
    return {
        "title": "Migrants’ demands for three presidents", "has_short_title": True, "event": event("over"), "href": "",
        "called_by": "IMA-USA", "level": 2,
        "summary": "The call to the summit, retold with notes: what was asked for, when and where.", "lang": "", "direction": "", **fields,
    }  # fmt: skip


def month():
    summit = datetime.date(2023, 11, 11)
    days = [{"number": number, "in_call": 9 <= number <= 14, "in_summit": 11 <= number <= 17} for number in range(6, 20)]
    return {
        "name": "November 2023", "weekdays": tuple((name[:3], name) for name in WEEKDAYS), "call": event("over"),
        "weeks": (tuple(days[:7]), (*days[7:13], None)),
        "entries": (
            {"start": summit, "end": summit.replace(day=17), "text": "APEC Leaders’ Week", "lang": "", "is_summit": True},
            {"start": END, "end": END, "text": "Una marcha", "lang": "es", "is_summit": False},
        ),
    }  # fmt: skip


def page(**fields):
    return {
        "site_name": "Caravan", "root": "../", "site_url": "https://example.org/", "lang": "en", "direction": "ltr", "page_title": "A text",
        "title": "A text · Caravan", "description": "What it says.", "canonical": "https://example.org/a/", "kind": "analysis",
        "feeds": (link("All articles", "../feeds/all.atom.xml"),), "alternates": (("es", "https://example.org/es/a/"),),
        "indexed": True, "home": link("Caravan", "../"), "manifest": "../manifest.webmanifest", "locale": "en_US", "alternate_locales": ("es_MX",), "published": None,
        "modified": None, "section": None, "shareable": False, **fields,
    }  # fmt: skip


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NAMES = (("Calls", "calls"), ("Analysis", "analysis"), ("Background", "background"), ("Archive", ""), ("Take part", ""))
SECTIONS = tuple(link(name, kind=kind) for name, kind in NAMES)
LANGUAGES = (link("English", lang="en", current=True), link("Español", lang="es"), link("Filipino", lang="fil"))
KINDS = ("calls", "analysis", "background")
HEADINGS = [{"id": "a", "text": "First"}, {"id": "b", "text": LONG}]
DRAWING = Markup(
    '<figure class="drawing"><div><svg role="img" aria-label="A road" viewBox="0 0 60 20"><path class="walked" d="M5 10h50"/></svg>'
    "</div><figcaption>A road.</figcaption></figure>"
)
STATES = [{"name": name, "outdated_count": number} for name, number in
          (("original", 0), ("missing", 0), ("behind", 2), ("behind", 1), ("reviewed", 0), ("unreviewed", 0))]  # fmt: skip

EXAMPLES = {
    "answer_board": [
        {"title": "question, answer, certainty", "arguments": answer_board()},
        {"title": "answer only", "arguments": answer_board(question="", certainty=())},
        {"title": "certainty only", "arguments": answer_board(question="", answer=())},
        {"title": "summary only", "arguments": answer_board(question="", answer=(), certainty=())},
    ],
    "article_card": [
        {"title": "in a list of one kind", "inside": "ul", "arguments": {"card": card(), "kind": "", "level": 2}},
        {"title": "in a list of several kinds", "inside": "ul", "arguments": {"card": card(), "kind": "Background", "level": 2}},
        {"title": "an analysis", "inside": "ul", "arguments": {"card": card(kind="analysis"), "kind": "Analysis", "level": 2}},
        {"title": "in another language", "inside": "ul", "arguments": {"card": card(**SPANISH), "level": 2}},
        {"title": "in another direction", "inside": "ul", "arguments": {"card": card(**ARABIC), "level": 2}},
        {"title": "long words", "inside": "ul", "arguments": {"card": card(title=LONG), "level": 2}},
        {"title": "a draft", "inside": "ul", "arguments": {"card": card(unpublished="draft"), "level": 2}},
        {"title": "not yet public", "inside": "ul", "arguments": {"card": card(unpublished=LATER), "level": 2}},
        *(
            {"title": f"a call that is {state}", "inside": "ul",
             "arguments": {"card": card(kind="calls", event=value), "kind": "Call", "level": 2}}
            for state, value in EVENTS.items()
        ),
    ],
    "body_text": [
        {
            "title": "a picture in a page, one far below, one in a feed",
            "arguments": {
                "pieces": (
                    Markup("<p>Words before.</p><p>"), picture("a.jpg 480w, b.jpg 800w", "a.avif 480w, b.avif 800w"), Markup("</p><p>"),
                    picture("a.jpg 480w", "a.avif 480w", lazy=True), Markup("</p><p>"), picture("", ""), Markup("</p>"),
                )
            },
        },
    ],
    "byline": [
        {"title": "new", "arguments": {"authors": "A. Author and B. Author", "date": DAY, "updated": None, "minutes": 1}},
        {"title": "changed", "arguments": {"authors": "A. Author", "date": DAY, "updated": LATER, "minutes": 7}},
    ],
    "byline_kind": [{"title": kind, "arguments": {"kind": kind, "called_by": "IMA-USA"}} for kind in KINDS],
    "calendar_month": [{"title": "days of the call and of the summit differ", "arguments": {"month": month()}}],
    "call_actions": [
        {"title": "a call that is over", "arguments": {
            "event": event("over"), "follow_up": {"id": "since", "text": "What happened since"}, "take_part_href": "#main"}},
        {"title": "a call to come", "arguments": {"event": event("coming"), "follow_up": None, "take_part_href": ""}},
    ],
    "contact": [
        {"title": title, "inside": "p", "arguments": {"view": contact(**fields)}}
        for title, fields in (("with a link", {}), ("without", {"what": "1 Pier Road", "href": "", "lang": "es"}))
    ],
    "contents": [
        {"title": "with sources", "arguments": {"headings": HEADINGS, "sources": True}},
        {"title": "without", "arguments": {"headings": HEADINGS[:1], "sources": False}},
        {"title": "numbered", "arguments": {"headings": HEADINGS, "sources": True, "numbered": True}},
    ],
    "call_facts": [{"title": state, "arguments": {"event": EVENTS[state]}} for state in ("coming", "postponed", "moved")],
    "crowd_illustration": [{"title": state, "arguments": {"event": EVENTS[state]}} for state in ("over", "postponed")],
    "edit_links": [{"title": "all", "arguments": {"links": (link("Edit this text"), link("Translate into Spanish"), link("Report a mistake"))}}],
    "event_banner": [{"title": state, "arguments": {"event": value}} for state, value in EVENTS.items()],
    "event_days": [{"title": state, "inside": "p", "arguments": {"event": EVENTS[state], "name": "days"}}
                   for state in ("over", "canceled", "postponed")],  # fmt: skip
    "event_state": [{"title": state, "inside": "p", "arguments": {"state": state}} for state in EVENTS if state != "moved"],
    "figure_board": [
        {"title": "with contents", "arguments": {"board": Markup("<p>Answer</p>"), "drawing": DRAWING, "contents": Markup("<p>Contents</p>")}},
        {"title": "without", "arguments": {"board": Markup("<p>Answer</p>"), "drawing": DRAWING, "contents": ""}},
    ],
    "figures_weighed": [
        {"title": "two", "arguments": {"figures": [
            {"href": "#main", "lang": "", "what": "Deaths in the fire", "said": "39", "found": "40"},
            {"href": "#main", "lang": "", "what": LONG, "said": "over 10 million", "found": "1.96 million"}]}},
        {"title": "one whose text is gone", "arguments": {"figures": [{"href": "", "lang": "es", "what": "Lanchas", "said": "60", "found": "20"}]}},
        {"title": "promises", "arguments": {"promises": True, "figures": [
            {"href": "#main", "lang": "", "what": "Refugees admitted in a year", "said": "20,000", "found": "6,000"}]}},
    ],
    "front_page": [
        {"title": "with a call", "arguments": {
            "call": Markup("<p>A call</p>"), "texts": Markup('<ul class="cards"><li>Texts</li></ul>'), "panels": Markup("<p>Figures</p>")}},
        {"title": "before the first call", "arguments": {"call": "", "texts": Markup("<p>Texts</p>"), "panels": ""}},
    ],
    "kind_icon": [{"title": kind, "arguments": {"kind": kind}} for kind in KINDS],
    "kind_name": [{"title": kind, "arguments": {"kind": kind}} for kind in KINDS],
    "language_links": [
        {"title": "three", "arguments": {"languages": LANGUAGES}},
        {"title": "one: nothing", "arguments": {"languages": LANGUAGES[:1]}},
    ],
    "link_list": [{"title": "two, one in another language", "arguments": {"links": [link("Calls"), link("Español", lang="es")]}}],
    "masthead": [
        {"title": "every page but home", "arguments": {"home": link("Caravan"), "languages": LANGUAGES}},
        {"title": "in one language", "arguments": {"home": link("Caravan"), "languages": LANGUAGES[:1]}},
    ],
    "nameplate": [{"title": "home", "arguments": {"name": "Caravan", "tagline": "A people’s almanac.", "languages": LANGUAGES}}],
    "notice_bar": [
        {"title": "words", "arguments": {"notice": link("Today the march starts at 11:00, at the other gate.", "")}},
        {"title": "with a link", "arguments": {"notice": link(LONG)}},
        {"title": "with a link to another site, in another direction", "arguments": {
            "notice": link(ARABIC["title"], "https://example.org/", lang="ar")}},
    ],
    "original_card": [
        {"title": "an article", "arguments": {"card": card(**SPANISH), "original": "#main"}},
        {"title": "an undated page", "arguments": {"card": card(**ARABIC, kind="pages"), "original": "#main"}},
    ],
    "page_head": [
        {"title": "a text", "arguments": {"policy": "default-src 'none'", "page": page(
            published=DAY, modified=LATER, section="Analysis", shareable=True)}},
        {"title": "a list", "arguments": {"policy": "default-src 'none'", "page": page()}},
        {"title": "a home page", "arguments": {"policy": "default-src 'none'", "page": page(home=link("Caravan", "./", current=True))}},
        {"title": "not for search engines", "arguments": {"policy": "default-src 'none'", "page": page(indexed=False)}},
    ],
    "page_header": [
        {"title": "short: uppercase", "arguments": {"heading": "Archive", "about": "By year."}},
        {"title": "with the icon of a kind", "arguments": {"heading": "Analysis", "about": "What happened.", "icon": Markup("<b>2</b>")}},
        {"title": "long, without a summary", "arguments": {"heading": LONG}},
    ],
    "pagination": [
        {"title": title, "arguments": {"pages": {"newer": newer, "older": older, "number": number, "last": last}}}
        for title, newer, older, number, last in (
            ("first page", "", "#main", 1, 3), ("in the middle", "#main", "#main", 2, 3), ("last page", "#main", "", 3, 3),
            ("the only page: nothing", "", "", 1, 1))
    ],
    "poster": [
        {"title": "the page of a call", "arguments": poster()},
        {"title": "on the front page, coming", "arguments": poster(event=event("coming"), href="#main")},
        {"title": "canceled", "arguments": poster(event=EVENTS["canceled"])},
        {"title": "postponed", "arguments": poster(event=EVENTS["postponed"])},
        {"title": "now, long, in another direction", "arguments": poster(
            event=event("now"), title=LONG, has_short_title=False, lang="ar", direction="rtl")},
        {"title": "without days", "arguments": poster(event=None)},
    ],
    "private_way": [
        {"title": title, "arguments": {"way": {"contact": way, "form": form}}}
        for title, way, form in (
            ("with a contact", contact(), ""), ("without", None, "https://example.org/form"), ("without a repository", None, ""),
        )
    ],
    "related_articles": [
        {"title": "three, one of them in another language", "arguments": {"cards": (card(), card(title=LONG), card(**SPANISH))}},
    ],
    "share": [{"title": "an article", "arguments": {"title": "A & B", "url": "https://example.org/a/"}}],
    "site_footer": [
        {"title": "every page", "arguments": {"links": (link("About this site"), link("Privacy", current=True)), "feed": link("Feed")}},
    ],
    "site_nav": [
        {"title": "none is current", "arguments": {"sections": SECTIONS}},
        {"title": "the second is current", "arguments": {
            "sections": (SECTIONS[0], link("Analysis", current=True, kind="analysis"), *SECTIONS[2:])}},
        {"title": "an article of the second is shown", "arguments": {"sections": SECTIONS, "kind": "analysis"}},
    ],
    "source_list": [
        {"title": "every kind of source", "arguments": {"contacts": [contact(12), contact(13, what="1 Pier Road", href="")], "sources": [
            source(1), source(2, url=None), source(3, lang="es", title="Un informe"), source(4, described={"en": "A report"}, reposted_by="A blog"),
            source(10, reposted_by="unnamed", archived="https://archive.example/1"), source(11, url=None, archived="https://archive.example/2"),
            source(5, read_as="excerpt only"), source(6, author=None, publisher="A publisher"), source(7, author=None, publisher=None),
            source(8, title=LONG, author="A publisher", publisher="A publisher"), source(9, issued=None),
        ]}},
    ],
    "status_table": [
        {"title": "every state", "arguments": {
            "languages": [{"code": "en", "name": "English"}, {"code": "es", "name": "Español"}, {"code": "fil", "name": "Filipino"}],
            "rows": [(card(), STATES[:3]), (card(**SPANISH), STATES[3:])]}},
    ],
    "structured_data": [
        {"title": "a page with data", "arguments": {"data": {"@context": "https://schema.org", "@graph": []}}},
        {"title": "a page without: nothing", "arguments": {"data": None}},
    ],
    "summary_panel": [
        {"title": "with contents", "arguments": {"summary": Markup("<p>In brief</p>"), "contents": Markup("<p>Contents</p>")}},
        {"title": "without", "arguments": {"summary": Markup("<p>In brief</p>"), "contents": ""}},
    ],
    "translation_note": [
        {"title": "by this site, unreviewed", "arguments": {"translation": translation()}},
        {"title": "by a person, reviewed", "arguments": {"translation": translation(translated_by="Ana Ñ.", reviewed_by="Bea O.")}},
        {"title": "behind the original", "arguments": {"translation": translation(
            outdated_since=LATER, removed_blocks=2, outdated_blocks=({"href": "#main", "label": "Lo que dicen las cifras"}, {"href": "#main", "label": LONG}))}},
        {"title": "behind, without a day", "arguments": {"translation": translation(removed_blocks=1)}},
    ],
    "unpublished_banner": [
        {"title": "a draft", "arguments": {"unpublished": "draft"}},
        {"title": "not yet public", "arguments": {"unpublished": LATER}},
        {"title": "public: nothing", "arguments": {"unpublished": ""}},
    ],
    "year_list": [
        {"title": "with its texts", "arguments": {"year": 2026, "cards": (card(), card(**ARABIC), card(kind="calls", event=event("over")))}},
    ],
}  # fmt: skip
