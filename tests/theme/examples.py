"""What each component shows in the styleguide: every state that a page can bring it into.

Plain values; the names of a component's arguments are those of its macro. `inside` is the element that a component
needs around it, `title` says the state. `assets` are given by the styleguide.
"""

DAY = {"iso": "2026-11-23", "text": "23 November 2026"}
LATER = {"iso": "2026-12-01", "text": "1 December 2026"}
LONG = "Pinaka­mahabang salita sa isang napaka­habang pamagat: internasyonalisasyon ng pakikipag­kapwa-tao"


def link(label, href="#main", **more):
    return {"href": href, "label": label, "current": False, "lang": "", **more}


def event(state):
    return {
        "start": {"iso": "2023-11-09", "text": "9 November 2023"}, "end": {"iso": "2023-11-14", "text": "14 November 2023"},
        "days": "9–14 November 2023", "place": "San Francisco, California", "state": state,
    }  # fmt: skip


def card(**more):
    return {
        "href": "#main", "title": "NAFTA: sold as a cure for migration", "kind": "background", "lang": "en", "direction": "ltr",
        "summary": "A treaty that promised fewer migrants, and what the figures say thirty years later.", "foreign": "",
        "date": DAY, "event": None, "waiting": "", **more,
    }  # fmt: skip


SPANISH = {"lang": "es", "direction": "ltr", "foreign": "Spanish", "title": "El tratado", "summary": "Lo que dicen las cifras."}
ARABIC = {"lang": "ar", "direction": "rtl", "foreign": "Arabic", "title": "قافلة المهاجرين", "summary": "ما تقوله الأرقام."}


def translation(**more):
    return {
        "href": "#main", "lang": "es", "language": "Spanish", "by": "", "reviewed_by": "", "behind": (), "gone": 0, "since": None,
        **more,
    }  # fmt: skip


def source(number, **more):
    entry = {
        "id": f"s{number}", "type": "report", "title": "A report on wages", "language": "en", "title_given": True,
        "author": "A. Author", "publisher": "A publisher", "container_title": None, "issued": "2023-11",
        "url": "https://example.org/report", "read_as": "full text", **more,
    }  # fmt: skip
    return {"number": number, "source": entry, "issued": {"iso": "2023-11", "text": "November 2023"}}


def article(**more):
    return {
        "question": "Was it NAFTA?", "answer": ("Partly.", "Research is divided.", "Wages fell before it."),
        "certainty": (("documented", "The treaty’s text."), ("differing", "How many jobs."), ("single_voice", "One plan.")), **more,
    }  # fmt: skip


def page(**more):
    return {
        "site_name": "Caravan", "root": "../", "host": "https://example.org/", "lang": "en", "direction": "ltr", "name": "A text",
        "title": "A text · Caravan", "description": "What it says.", "canonical": "https://example.org/a/", "kind": "analysis",
        "feeds": (link("All articles", "../feeds/all.atom.xml"),), "alternates": (link("es", "https://example.org/es/a/", lang="es"),),
        "indexed": True, "home": link("Caravan", "../"), "manifest": "../manifest.webmanifest", "territory": "en_GB", "elsewhere": ("es_ES",), "published": "",
        "changed": "", "section": "", "shares": False, **more,
    }  # fmt: skip


SECTIONS = tuple(link(name) for name in ("Calls", "Analysis", "Background", "Archive", "Take part"))
LANGUAGES = (link("English", lang="en", current=True), link("Español", lang="es"), link("Filipino", lang="fil"))

EXAMPLES = {
    "answer_brief": [
        {"title": "question, answer, certainty", "arguments": {"article": article()}},
        {"title": "answer alone", "arguments": {"article": article(question="", certainty=())}},
        {"title": "certainty alone", "arguments": {"article": article(question="", answer=())}},
    ],
    "article_card": [
        {"title": "in its own list", "inside": "ul", "arguments": {"card": card(), "kind": "", "level": 2}},
        {"title": "where kinds mix", "inside": "ul", "arguments": {"card": card(), "kind": "Background", "level": 2}},
        {"title": "in another language", "inside": "ul", "arguments": {"card": card(**SPANISH), "level": 2}},
        {"title": "in another direction", "inside": "ul", "arguments": {"card": card(**ARABIC), "level": 2}},
        {"title": "long words", "inside": "ul", "arguments": {"card": card(title=LONG), "level": 2}},
        {"title": "a draft", "inside": "ul", "arguments": {"card": card(waiting="draft"), "level": 2}},
        {"title": "not yet public", "inside": "ul", "arguments": {"card": card(waiting="1 December 2026"), "level": 2}},
        *(
            {"title": f"a call that is {state}", "inside": "ul",
             "arguments": {"card": card(kind="calls", event=event(state)), "kind": "Call", "level": 2}}
            for state in ("coming", "now", "over")
        ),
    ],
    "colophon": [
        {"title": "every page", "arguments": {"about": (link("About this site"), link("Privacy", current=True)), "feed": link("Feed")}},
    ],
    "contents": [
        {"title": "with sources", "arguments": {"headings": [{"id": "a", "text": "First"}, {"id": "b", "text": LONG}], "sources": True}},
        {"title": "without", "arguments": {"headings": [{"id": "a", "text": "First"}], "sources": False}},
    ],
    "event_banner": [{"title": state, "arguments": {"event": event(state)}} for state in ("coming", "now", "over")],
    "kind_name": [{"title": kind, "arguments": {"kind": kind}} for kind in ("calls", "analysis", "background")],
    "masthead": [
        {"title": "on the home page", "arguments": {"home": link("Caravan", current=True), "languages": LANGUAGES}},
        {"title": "elsewhere", "arguments": {"home": link("Caravan"), "languages": LANGUAGES}},
        {"title": "in one language", "arguments": {"home": link("Caravan"), "languages": LANGUAGES[:1]}},
    ],
    "next_stops": [
        {"title": "three, one of them in another language", "arguments": {"cards": (card(), card(title=LONG), card(**SPANISH))}},
    ],
    "page_head": [
        {"title": "a text", "arguments": {"policy": "default-src 'none'", "page": page(
            published="2026-11-23", changed="2026-12-01", section="Analysis", shares=True)}},
        {"title": "a list", "arguments": {"policy": "default-src 'none'", "page": page()}},
        {"title": "a home page", "arguments": {"policy": "default-src 'none'", "page": page(home=link("Caravan", "./", current=True))}},
        {"title": "not for search engines", "arguments": {"policy": "default-src 'none'", "page": page(indexed=False)}},
    ],
    "page_turner": [
        {"title": "first page", "arguments": {"turn": {"newer": "", "older": "#main", "number": 1, "last": 3}}},
        {"title": "in the middle", "arguments": {"turn": {"newer": "#main", "older": "#main", "number": 2, "last": 3}}},
        {"title": "last page", "arguments": {"turn": {"newer": "#main", "older": "", "number": 3, "last": 3}}},
        {"title": "the only page: nothing", "arguments": {"turn": {"newer": "", "older": "", "number": 1, "last": 1}}},
    ],
    "section_line": [
        {"title": "none is current", "arguments": {"sections": SECTIONS}},
        {"title": "the second is current", "arguments": {"sections": (SECTIONS[0], link("Analysis", current=True), *SECTIONS[2:])}},
    ],
    "source_list": [
        {"title": "every kind of source", "arguments": {"lang": "en", "sources": [
            source(1), source(2, url=None), source(3, language="es", title="Un informe"), source(4, title_given=False),
            source(5, read_as="excerpt only"), source(6, author=None, publisher="A publisher"), source(7, author=None, publisher=None),
            source(8, title=LONG, author="A publisher", publisher="A publisher"), {**source(9), "issued": None},
        ]}},
    ],
    "structured_data": [
        {"title": "a page with data", "arguments": {"data": {"@context": "https://schema.org", "@graph": []}}},
        {"title": "a page without: nothing", "arguments": {"data": None}},
    ],
    "translation_note": [
        {"title": "by this site, unreviewed", "arguments": {"translation": translation()}},
        {"title": "by a person, reviewed", "arguments": {"translation": translation(by="Ana Ñ.", reviewed_by="Bea O.")}},
        {"title": "behind the original", "arguments": {"translation": translation(
            since=LATER, gone=2, behind=({"href": "#main", "name": "Lo que dicen las cifras"}, {"href": "#main", "name": LONG}))}},
        {"title": "behind, without a day", "arguments": {"translation": translation(gone=1)}},
    ],
    "waiting_banner": [
        {"title": "a draft", "arguments": {"waiting": "draft"}},
        {"title": "not yet public", "arguments": {"waiting": "1 December 2026"}},
        {"title": "public: nothing", "arguments": {"waiting": ""}},
    ],
}  # fmt: skip
