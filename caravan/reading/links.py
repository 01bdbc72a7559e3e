"""What a link in a text points to: another text, a file beside it, a place on the page, or the outside.

What texts must find in each other: sources, files, marks, free addresses.
"""

from __future__ import annotations

import datetime
import difflib
import posixpath
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote

from caravan.reading.article import DRAWINGS, Article, Citation, LinkTarget
from caravan.reading.evidence import Source
from caravan.reading.limits import HINTS
from caravan.reading.paths import ContentPath, ContentTree, SiteLanguages
from caravan.reading.problems import Problem, format_message
from caravan.reading.translations import TranslationGroup

EXTERNAL = re.compile(r"(https?://|mailto:|tel:)[^\s\\]+", re.IGNORECASE)
IGNORED = re.compile("[\t\n\r]")  # browsers leave these out of addresses
SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
PELICAN_PREFIX = re.compile(r"\{(filename|static|attach)\}|\|(filename|static|attach)\|")


def resolve(written: str, folder: str) -> LinkTarget | str | None:
    """Where a link written in a file of `folder` (such as `calls/caravan-to-apec`) leads.

    Returns a Target without line for a place on this site, None for a link to the outside, or a sentence that
    says what is wrong with it.
    """
    address = IGNORED.sub("", written).strip()
    if EXTERNAL.fullmatch(address):
        return None
    if address.startswith(("//", "\\")):
        return format_message("link-no-scheme", link=written)
    if address.startswith("#"):
        return LinkTarget("", unquote(address[1:]), written, 0)
    indicated = PELICAN_PREFIX.match(address)
    if indicated:
        address = address[indicated.end() :]
        folder, address = ("", address[1:]) if address.startswith("/") else (folder, address)
    elif SCHEME.match(address):
        return format_message("link-scheme", link=written)
    if "\\" in address or "?" in address:
        return format_message("link-form", link=written)
    path, _, fragment = address.partition("#")
    if path.startswith("/"):
        return format_message("link-absolute", link=written)
    whole = posixpath.normpath(posixpath.join(folder, unquote(path)))
    if not path or whole.startswith("../") or whole == "..":
        return format_message("link-outside", link=written)
    return LinkTarget(whole, unquote(fragment), written, 0)


def check_citations(place: ContentPath, cited: tuple[Citation, ...], sources: dict[str, Source] | None) -> Iterator[Problem]:
    """Every source that a text cites must be in the list.

    With a broken list (None) every citation would be called unknown: the list is the one thing to mend.
    """
    for each in cited:
        if sources is not None and each.id not in sources:
            yield Problem(place.source_path, each.line, format_message("source-unknown", name=each.id))


def check_links(text: Article, waits: bool, works: dict, folder: ContentTree, day: datetime.date) -> list[Problem]:
    """Every link of a text, which `waits` or is public, must lead to a text that exists, to a mark in it, or to a file."""
    found = []
    for target in text.link_targets:
        if target.path.startswith(f"{DRAWINGS}/"):
            found += missing_drawing(target, text.content_path, folder)
            continue
        message = link_problem(target, waits, works, folder, day, hint=len(found) < HINTS)
        if message:
            found.append(Problem(text.content_path.source_path, target.line, message))
        elif is_untranslated(target, works):
            message = format_message("link-untranslated", link=target.as_written)
            found.append(Problem(text.content_path.source_path, target.line, message, "warning"))
    return found


def missing_drawing(target: LinkTarget, place: ContentPath, folder: ContentTree) -> Iterator[Problem]:
    """A drawing must be there in the language of the text that places it."""
    name = target.path.removeprefix(f"{DRAWINGS}/")
    if (name, place.lang) not in folder.drawing_files:
        near = difflib.get_close_matches(name, [name for name, lang in folder.drawing_files if lang == place.lang], n=1)
        words = f"; did you mean {near[0]}?" if near else "; correct the name, or draw it"
        yield Problem(place.source_path, target.line, format_message("drawing-missing", path=f"content/{target.path}/{place.lang}.svg", near=words))


def check_addresses(works: dict[tuple[str, str], TranslationGroup], rules: SiteLanguages) -> Iterator[Problem]:
    """No former address may be in use, and no two texts may claim the same one."""
    taken = {name: f"/{name}/" for name in rules.reserved_slugs()}
    for work in works.values():
        taken[work.original.content_path.url_path] = work.original.content_path.source_path
    for work in works.values():
        for index, old in enumerate(work.shared.formerly):
            if old in taken or old.split("/")[0] in (*rules.languages, "archive") or "page" in old.split("/"):
                line = work.original.field_lines.line(("formerly", index))
                other = taken.get(old, "a part of the site")
                yield Problem(work.original.content_path.source_path, line, format_message("address-taken", address=old, other=other))
            taken.setdefault(old, work.original.content_path.source_path)


def is_untranslated(target: LinkTarget, works: dict) -> bool:
    """Whether a link leads to a language that its work does not have; readers find the way to the original there."""
    work, lang = find_group(target.path, works)
    return work is not None and lang not in work.articles


def link_problem(target: LinkTarget, from_waiting: bool, works: dict, folder: ContentTree, day: datetime.date, hint: bool) -> str | None:
    if target.path in folder.asset_files or not target.path:
        return None  # a mark on the same page is checked where the body is read
    work, lang = find_group(target.path, works)
    if work is None or lang not in {*work.articles, *folder.languages}:
        if any(place.source_path == f"content/{target.path}" for place in folder.article_files):
            return None  # the text is there but has faults of its own, which are named already
        near = suggest_path(target.path, folder) if hint else None
        words = f"; did you mean {near}?" if near else "; correct the link"
        return format_message("link-missing", link=target.as_written, path=f"content/{target.path}", near=words)
    if target.fragment and target.fragment not in work.articles.get(lang, work.original).body_html.ids:
        return format_message("link-far-fragment", link=target.as_written, fragment=target.fragment, path=f"content/{target.path}")
    if work.is_unpublished(day) and not from_waiting:
        return format_message("link-draft", link=target.as_written, path=f"content/{target.path}")
    return None


def suggest_path(path: str, folder: ContentTree) -> str | None:
    """The text or file that a link to `path`, where nothing is, may have meant; one of the same ending."""
    names = [place.source_path.removeprefix("content/") for place in folder.article_files] + list(folder.asset_files)
    ending = PurePosixPath(path).suffix.lower()
    near = difflib.get_close_matches(path, [name for name in names if name.endswith(ending)], n=1)
    return near[0] if near else None


def find_group(path: str, works: dict[tuple[str, str], TranslationGroup]) -> tuple[TranslationGroup | None, str]:
    """The work and language that a path below content/ names."""
    parts = path.removesuffix(".md").split("/")
    if len(parts) != 3 or not path.endswith(".md"):
        return None, ""
    return works.get((parts[0], parts[1])), parts[2]


def target_path(target: LinkTarget) -> ContentPath:
    kind, slug, name = target.path.split("/")
    return ContentPath(kind, slug, name.removesuffix(".md"))
