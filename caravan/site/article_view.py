"""The values that templates show of articles and undated pages."""

from __future__ import annotations

import datetime
import html
import itertools
import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

from markupsafe import Markup

from caravan.media.pictures import copies_of
from caravan.reading import drawings
from caravan.reading.article import DRAWINGS, BodyHtml, BodyPicture, LinkTarget
from caravan.reading.evidence import REMOVAL, Contact
from caravan.reading.links import text_path
from caravan.reading.paths import ContentPath
from caravan.reading.schema import TextFields
from caravan.reading.translations import TranslationGroup
from caravan.site.document import Link
from caravan.site.edit_links import edit_links
from caravan.site.event_view import event_view
from caravan.site.i18n import Language, localize_authors
from caravan.site.site import Site
from caravan.site.urls import relative_url

# A title with at most this many characters, and no longer word than that, is shown in capitals.
MAX_UPPERCASE_TITLE, MAX_UPPERCASE_WORD = 40, 10
FOLLOW_UP_ID = "since"  # the id of the section of a call that says what happened afterwards
PRIVATE_WAY_PAGES = {("pages", "privacy"), ("pages", "take-part")}
MAX_SECTIONS_WITHOUT_CONTENTS = 3
WORDS_PER_MINUTE = 200  # a slow pace, for texts with figures on a small screen


def has_short_title(title: str) -> bool:
    """Whether a title and its words are so short that it is set in capitals; another one is set a step smaller."""
    longest_word = max(map(len, re.findall(r"\w+", title)), default=0)
    return len(title) <= MAX_UPPERCASE_TITLE and longest_word <= MAX_UPPERCASE_WORD


def unpublished(site: Site, group: TranslationGroup) -> str | datetime.date:
    """Return "draft", the day from which the text will be public, or "" for a public one."""
    if group.shared.status == "draft":
        return "draft"
    return "" if site.is_public(group) else group.shared.date


def card_view(site: Site, language: Language, group: TranslationGroup, page_url: str) -> dict:
    """A text in a list on the page at `page_url`.

    `lang` and `direction` are those of title and summary. `foreign`: the name of that language, if it is not the language
    of the page because the translation is missing, else "". `date` and `event`: None for texts without.
    """
    article = group.articles.get(language.code, group.original)
    article_language = Language(article.content_path.lang)
    return {
        "href": relative_url(page_url, site.urls.article(site.path_for(group, language.code))),
        "title": article.front.title,
        "has_short_title": has_short_title(article.front.title),
        "summary": article.front.summary,
        "kind": group.kind,
        "called_by": getattr(group.shared, "called_by", None),
        "lang": article_language.code,
        "direction": article_language.direction,
        "foreign": language.name_of(article_language.code) if article_language != language else "",
        "date": getattr(group.shared, "date", None),
        "event": event_view(site, language, group),
        "unpublished": unpublished(site, group),
    }


def link_url(site: Site, content_path: ContentPath, target: LinkTarget) -> str:
    """The URL of the target of a link in the article at `content_path`.

    The preview shows articles with links to targets that do not exist: the URL is the one that they would have.
    """
    if not target.path:
        return f"{site.urls.article(content_path)}#{target.fragment}"
    if target.path in site.pictures:
        return f"{copies_of(site.urls.file(target.path), site.pictures[target.path])[-1].stem}.jpg"
    linked_path = text_path(target.path)
    if not linked_path:
        return site.urls.file(target.path)
    group = site.groups.get(linked_path.group_key)
    url = site.urls.article(site.path_for(group, linked_path.lang) if group else linked_path)
    return f"{url}#{target.fragment}" if target.fragment else url


Piece = Markup | dict  # HTML, or a picture


def article_html(
    site: Site, content_path: ContentPath, group: TranslationGroup, page_url: str | None
) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """The pieces of an article for the page at `page_url`, or with absolute links for a feed if `page_url` is None.

    Those of the drawing that it begins with (none if it begins with something else), and the rest. In an original, the blocks
    that translations link to get an id. Of a picture, `attributes` are those that the author wrote, such as `alt`; `avif` and
    `jpeg` are for `srcset`, empty in a feed; `lazy`: it is loaded when the reader comes near it.
    """

    def address(url: str) -> str:
        return site.absolute_url(url) if page_url is None else relative_url(page_url, url)

    def href(target: LinkTarget) -> str:
        return address(link_url(site, content_path, target))

    def picture(shown: BodyPicture) -> Piece:
        path = article.body_html.targets[shown.target].path if shown.target >= 0 else ""
        if path not in site.pictures:
            return Markup()  # only in the preview, which shows the error
        copies = copies_of(site.urls.file(path), site.pictures[path])
        avif, jpeg = (
            ", ".join(f"{address(copy.stem)}{ending} {copy.width}w" for copy in copies) if page_url is not None else ""
            for ending in (".avif", ".jpg")
        )
        src = f"{address(copies[min(1, len(copies) - 1)].stem)}.jpg"
        return {
            "src": src, "jpeg": jpeg, "avif": avif, "width": copies[-1].width, "height": copies[-1].height,
            "attributes": shown.attributes, "lazy": shown is not article.body_html.pictures[0],
        }  # fmt: skip

    article = group.articles[content_path.lang]
    block_ids = frozenset()
    if article.is_original and page_url is not None:  # those of the blocks that have changed since a translation was made
        block_ids = frozenset(block.anchor_id for lang in group.articles for block in group.diff(lang).changed)
    # Links to headings have no use in a feed, which has no page of its own.
    _ = site.gettext(content_path.lang)
    words = {
        # Translators: the label of the arrow behind a footnote, for screen readers
        "back": _("Back to the text"),
        # Translators: the labels of the git host's notes in a text (> [!NOTE] and others)
        "note": _("Note"),
        "tip": _("Tip"),
        "important": _("Important"),
        "warning": _("Warning"),
        "caution": _("Caution"),
    }
    # Not for screen readers, so that a heading is named by its own words alone; the contents have the same links.
    anchor = "" if page_url is None else ' <a class="anchor" href="#{}" data-copy aria-hidden="true" tabindex="-1">#</a>'

    def drawing(target: LinkTarget) -> str:
        name, original = target.path.removeprefix(f"{DRAWINGS}/"), group.original.content_path.lang
        own = site.drawings.get(f"{name}/{content_path.lang}", "")
        svg = own or site.drawings.get(f"{name}/{original}", "")
        if svg and page_url is None:  # without the CSS of the site a drawing is a black shape
            svg = html.escape(ElementTree.fromstring(svg).get("aria-label"))
        if own or original == content_path.lang:
            return svg
        return Markup('<span lang="{}">{}</span>').format(original, Markup(svg))

    return tuple(
        tuple(join_text(body.fill(href, block_ids, anchor, drawing, picture, words))) if body else ()
        for body in article.body_html.split_opening_drawing()
    )


def join_text(pieces: Iterable[str | dict]) -> Iterator[Piece]:
    """The pieces, with neighbouring strings joined and marked as HTML."""
    for is_text, group in itertools.groupby(pieces, lambda piece: isinstance(piece, str)):
        run = list(group)
        yield from [Markup("".join(run))] if is_text else run


def names_in_body(body: BodyHtml) -> frozenset[str]:
    """The names (see BodyHtml) in the HTML that `article_html` makes of a body for a page."""
    drawing_names = {*drawings.TAGS, *(f".{name}" for name in drawings.CLASSES)} if ".drawing" in body.names else set()
    return body.names.union({".anchor", "[data-copy]"} if body.headings else (), drawing_names)


def translation_notice(site: Site, language: Language, group: TranslationGroup, page_url: str) -> dict | None:
    """The state of a translation; None for the original. `href`, `lang` and `language` (its name) are those of the original.

    `outdated_blocks`: those of the original that the translation lacks, each with its first words or the name of its field.
    `removed_blocks`: how many blocks of the translation the original no longer has. `outdated_since`: the day of the last
    change of the original, if the translation is outdated and the day is known.
    """
    article = group.articles[language.code]
    if article.is_original:
        return None
    original_lang, original_url = group.original.content_path.lang, site.urls.article(group.original.content_path)
    diff = group.diff(language.code)
    return {
        "href": relative_url(page_url, original_url),
        "lang": original_lang,
        "language": language.name_of(original_lang),
        "translated_by": article.front.translated_by,
        "reviewed_by": article.front.reviewed_by,
        "outdated_blocks": tuple(
            Link(relative_url(page_url, f"{original_url}#{block.anchor_id}" if block.anchor_id else original_url), block.name)
            for block in diff.changed
        ),
        "removed_blocks": diff.removed,
        "outdated_since": getattr(group.shared, "updated", None) if diff else None,
    }


def cited_sources(site: Site, language: Language, group: TranslationGroup) -> tuple[list[dict], list[dict]]:
    """The sources and the contacts that an article cites. The preview shows articles with unknown ones, which are left out.

    `lang` of a source is that of its title, "" if it is that of the page.
    """
    cited, contacts = [], []
    for number, source_id in enumerate(group.articles[language.code].body_html.citations, 1):
        source = site.sources.get(source_id)
        if isinstance(source, Contact):
            contacts.append(contact_view(site, language, source, number))
        elif source:
            own = source.title, "" if source.language == language.code else source.language
            title, lang = site.words_in(source.described, language.code) if source.described else own
            cited.append({"number": number, "source": source, "title": title, "lang": lang})
    return cited, contacts


def contact_view(site: Site, language: Language, contact: Contact, number: int = 0) -> dict:
    """A contact. `number`: that of its citation, 0 where no text cites it. `lang`: that of `whom`, if not that of the page."""
    whom, lang = site.words_in(contact.whom, language.code)
    return {"number": number, "contact": contact, "whom": whom, "lang": lang}


def private_way(site: Site, language: Language, group: TranslationGroup) -> dict | None:
    """How to ask for a correction or removal without an account of the git host, on PRIVATE_WAY_PAGES; None for other texts.

    `form`: the URL of the host's private form, which needs one; "" if the repository is unknown.
    """
    if (group.kind, group.slug) not in PRIVATE_WAY_PAGES:
        return None
    contact = site.sources.get(REMOVAL)
    form = f"{site.repository}/security/advisories/new" if site.repository else ""
    return {"contact": contact_view(site, language, contact) if isinstance(contact, Contact) else None, "form": form}


def article_view(site: Site, language: Language, group: TranslationGroup, page_url: str) -> dict:
    """The text of a page: what a card has (`card_view`), the fields that all languages share (`shared`), and the rest.

    `author_line`: the authors as readers see them. `body` and `opening_drawing`, the figure that it begins with, are pieces
    of HTML and pictures; `body_names`: the names in both (BodyHtml). `minutes`: the reading time. `follow_up`: the heading of
    the section that says what happened after a call. `take_part_href`: the link to that page, or "".
    """
    article, shared = group.articles[language.code], group.shared
    question, answer, certainty = answer_of(article.front)
    headings = tuple(heading for heading in article.body_html.headings if heading.level == 2)
    opening_drawing, body = article_html(site, article.content_path, group, page_url)
    sources, contacts = cited_sources(site, language, group)
    authors, take_part_url = getattr(shared, "authors", ()), site.page_url("take-part", language.code)
    view = {
        **card_view(site, language, group, page_url),
        "shared": shared,
        "updated": getattr(shared, "updated", None),
        "author_line": language.names(localize_authors(authors, site.gettext(language.code))),
        "question": question,
        "answer": answer,
        "certainty": certainty,
        "minutes": max(1, round(article.body_html.word_count / WORDS_PER_MINUTE)),
        "headings": headings,
        "has_contents": len(headings) > MAX_SECTIONS_WITHOUT_CONTENTS,
        "body": body,
        "body_names": names_in_body(article.body_html),
        "sources": sources,
        "contacts": contacts,
        "private_way": private_way(site, language, group),
        "translation": translation_notice(site, language, group, page_url),
        "opening_drawing": opening_drawing,
        "follow_up": next((heading for heading in headings if heading.id == FOLLOW_UP_ID), None),
        "take_part_href": take_part_url and relative_url(page_url, take_part_url),
        "edit_links": edit_links(site, language, group),
    }
    return {**view, "unused_components": unused_components(view)}


def unused_components(article: dict) -> frozenset[str]:
    """The components of the theme that do not show because an article has nothing for them."""
    content = {
        "contents": article["has_contents"], "figure_board": article["opening_drawing"],
        "source_list": article["sources"] or article["contacts"], "translation_note": article["translation"],
        "unpublished_banner": article["unpublished"], "edit_links": article["edit_links"],
        "call_facts": article["event"] and article["event"]["has_facts"],
    }  # fmt: skip
    return frozenset(name for name, value in content.items() if not value)


def answer_of(front: TextFields) -> tuple[str, tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Question, answer and certainty (pairs of a grade and a line) of a text; each is empty if it has none."""
    certainty = getattr(front, "certainty", None)
    lines = tuple((grade, line) for grade, line in certainty if line) if certainty else ()
    return getattr(front, "question", None) or "", getattr(front, "answer", None) or (), lines
