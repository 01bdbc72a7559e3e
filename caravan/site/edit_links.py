"""Links to the editor of the git host, where a text can be corrected, translated or begun without a terminal.

They have the form of GitHub's addresses, on the branch that is published. Nobody needs rights: the host makes a copy of the
repository for a person without them, and a pull request from it.
"""

from __future__ import annotations

from urllib.parse import quote

from caravan.reading.paths import ContentPath
from caravan.reading.schema import ARTICLE_KINDS
from caravan.reading.skeleton import skeleton
from caravan.reading.translations import TranslationGroup
from caravan.site.document import Link
from caravan.site.i18n import Language
from caravan.site.site import Site

BRANCH = "main"
NEW_TEXTS = "take-part"  # the page that also has links for new texts
TRANSLATION = "---\ntranslated_from: {lang}\ntitle: \nsummary: \n---\n\n"


def edit_links(site: Site, language: Language, group: TranslationGroup) -> tuple[Link, ...]:
    """The links of the page of a text; none if the site does not know its repository."""
    if not site.repository:
        return ()
    _ = site.gettext(language.code)
    path = group.articles[language.code].content_path.source_path
    links = [Link(f"{site.repository}/edit/{BRANCH}/{path}", _("Edit this text"))]
    links += [
        Link(translate_url(site, group, other.code), _("Translate into {language}").format(language=language.name_of(other.code)))
        for other in site.languages
        if other.code not in group.articles
    ]
    links.append(Link(f"{site.repository}/issues/new?title={path}", _("Report a mistake")))
    if (group.kind, group.slug) == ("pages", NEW_TEXTS):
        labels = {"calls": _("Write a new call"), "analysis": _("Write a new analysis"), "background": _("Write a new background text")}
        links += [Link(new_url(site, language, kind), labels[kind]) for kind in ARTICLE_KINDS]
    return tuple(links)


def translate_url(site: Site, group: TranslationGroup, lang: str) -> str:
    """Where the translation of a text into `lang` can be written; "" without a repository."""
    if not site.repository:
        return ""
    path = ContentPath(group.kind, group.slug, lang)
    start = TRANSLATION.format(lang=group.original.content_path.lang)
    return f"{site.repository}/new/{BRANCH}/{path.folder}?filename={lang}.md&value={quote(start)}"


def new_url(site: Site, language: Language, kind: str) -> str:
    """Where a new text of a kind can be written. Its day is left to the author, or the page would change every day."""
    start = quote(skeleton(kind, "YEAR-MONTH-DAY"), safe="/: ").replace(" ", "+")
    return f"{site.repository}/new/{BRANCH}/content/{kind}?filename=my-text/{language.code}.md&value={start}"
