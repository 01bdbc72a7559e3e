"""Links to the editor of the git host, where a text can be corrected, translated or begun without a terminal.

They have the form of GitHub's addresses, on the branch that is published. Nobody needs rights: the host makes a copy of the
repository for a person without them, and a pull request from it.
"""

from __future__ import annotations

from urllib.parse import quote

from caravan.reading.paths import ContentPath
from caravan.reading.translations import TranslationGroup
from caravan.site.document import Link
from caravan.site.i18n import Language
from caravan.site.site import Site
from caravan.site.urls import relative_url

BRANCH = "main"
# The fields of new files, to fill in. They are part of a page, so they are short: all links of a page cost at most 120 bytes.
TRANSLATION = "---\ntranslated_from: {lang}\ntitle: \nsummary: \n---\n\n"
NEW_TEXT = "---\ntitle: \nsummary: \ndate: \nauthors: \n{event}status: draft\n---\n\n"
EVENT = "event:\n  start: \n  end: \n  place: \n"


def edit_links(site: Site, language: Language, group: TranslationGroup) -> tuple[Link, ...]:
    """The links of the page of a text; none if the site does not know its repository."""
    if not site.repository:
        return ()
    _ = site.gettext(language.code)
    own_path = group.articles[language.code].content_path
    path = own_path.source_path
    links = [Link(f"{site.repository}/edit/{BRANCH}/{path}", _("Edit this text"))]
    links += [
        Link(
            # The page in that language has the link to the editor; the address of this page is in the language menu, too.
            relative_url(site.urls.article(own_path), site.urls.article(ContentPath(group.kind, group.slug, other.code)))
            if site.fallback_pages
            else translate_url(site, group, other.code),
            _("Translate into {language}").format(language=language.name_of(other.code)),
        )
        for other in site.languages
        if other.code not in group.articles
    ]
    return (*links, Link(f"{site.repository}/issues/new?title={path}", _("Report a mistake")))


def translate_url(site: Site, group: TranslationGroup, lang: str) -> str:
    """Where the translation of a text into `lang` can be written; "" without a repository."""
    if not site.repository:
        return ""
    path = ContentPath(group.kind, group.slug, lang)
    return new_file_url(site, path.folder, f"{lang}.md", TRANSLATION.format(lang=group.original.content_path.lang))


def new_text_link(site: Site, language: Language, kind: str) -> Link | None:
    """The link on a list of texts to where another one of its kind can be written; None without a repository."""
    if not site.repository:
        return None
    _ = site.gettext(language.code)
    labels = {"calls": _("Write a new call"), "analysis": _("Write a new analysis"), "background": _("Write a new background text")}
    start = NEW_TEXT.format(event=EVENT if kind == "calls" else "")
    return Link(new_file_url(site, f"content/{kind}", f"my-text/{language.code}.md", start), labels[kind])


def new_file_url(site: Site, folder: str, name: str, start: str) -> str:
    """Where a file with the text `start` can be added to a folder of the repository."""
    return f"{site.repository}/new/{BRANCH}/{folder}?filename={name}&value={quote(start, safe=': ').replace(' ', '+')}"
