"""Links: what a link in a text points to, and checks that links, citations, former addresses and the notice are valid."""

from __future__ import annotations

import datetime
import difflib
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from urllib.parse import unquote

from caravan.reading.article import DRAWINGS, Article, LinkTarget
from caravan.reading.evidence import DataFile, notice_path
from caravan.reading.limits import MAX_SUGGESTIONS
from caravan.reading.paths import ContentPath, ContentTree, SiteLanguages
from caravan.reading.problems import Problem, format_message, problem
from caravan.reading.schema import address_fault
from caravan.reading.translations import Groups, TranslationGroup

EXTERNAL = re.compile("(https?|mailto|tel):", re.IGNORECASE)
IGNORED = re.compile("[\t\n\r]")  # browsers remove these from URLs
SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
HOST = re.compile(r"(?://+|https?[:/]+|www\.|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|info|edu|gov|int|coop|news|(?!md\b)[a-z]{2})(?:[/?#:]|$))", re.IGNORECASE)
TEMPLATE = re.compile(r"\{\{.*|\{%.*|^(?:\{\w+\}|\|\w+\|).*")
ADDRESS_INSIDE = re.compile(r"""https?://[^\s()<>"'“”‘’«»]+""")  # in quotes or brackets
MAIL = re.compile(r"[^\s@/:]+@[\w-]+\.[\w.-]+")
PHONE = re.compile(r"\+?\d[\d ().-]{5,}")


def resolve(written: str, folder: str) -> LinkTarget | str | None:
    """Resolve a link in a file of `folder` (such as `calls/caravan-to-apec`).

    Returns a LinkTarget without line for a file or id of this site, None for an external link, or an error message.
    """
    address = IGNORED.sub("", written).strip()
    if not address.strip("#"):
        return format_message("link-empty")
    if MAIL.fullmatch(address):
        return format_message("link-better", link=written, better=f"mailto:{address}")
    if PHONE.fullmatch(address):
        return format_message("link-better", link=written, better="tel:" + re.sub(r"[ ().]", "", address))
    if template := TEMPLATE.search(address):
        return format_message("sign-raw", found=template[0], instead="it is of another program; write the address itself")
    if not EXTERNAL.match(address) and (inside := ADDRESS_INSIDE.search(address)):
        return format_message("link-better", link=written, better=inside[0])
    if " " in address and not address.lower().startswith(("mailto:", "tel:")):
        return format_message("link-blank", link=written)
    if EXTERNAL.match(address):
        fault = address_fault(written.strip(" "))
        return format_message(fault, link=written) if fault else None
    if address.startswith("#"):
        return LinkTarget("", unquote(address[1:]), written, 0)
    if SCHEME.match(address):
        return format_message("link-scheme", link=written)
    if HOST.match(address):
        return format_message("link-better", link=written, better="https://" + re.sub("^(?:https?[:/]+|/+)", "", address))
    path, _, fragment = address.partition("#")
    if "\\" in address or "?" in address or unquote(path).startswith("/"):
        return format_message("link-form", link=written)
    full_path = posixpath.normpath(posixpath.join(folder, unquote(path)))
    if not path or full_path.startswith("../") or full_path == "..":
        return format_message("link-outside", link=written)
    return LinkTarget(full_path, unquote(fragment), written, 0)


def check_citations(content_path: ContentPath, citations: Mapping[str, int], sources: dict | None) -> Iterator[Problem]:
    """Report citations of unknown sources and contacts; none if a list of them is invalid (None), which is reported itself."""
    for source_id, line in citations.items():
        if sources is not None and source_id not in sources:
            yield problem(content_path.source_path, line, "source-unknown", name=source_id)


def check_links(article: Article, is_unpublished: bool, groups: Groups, tree: ContentTree, day: datetime.date) -> list[Problem]:
    """Report links of `article` to texts, ids, files and drawings that do not exist or are not public on `day`.

    An article that is unpublished itself may link to other unpublished ones.
    """
    problems = []
    source_path = article.content_path.source_path
    for target in article.body_html.targets:
        if target.path.startswith(f"{DRAWINGS}/"):
            problems += missing_drawing(target, article.content_path, groups, tree)
            continue
        suggest = len(problems) < MAX_SUGGESTIONS
        message = link_error(target, article.content_path.folder.removeprefix("content/"), is_unpublished, groups, tree, day, suggest)
        if message:
            problems.append(Problem(source_path, target.line, message))
        else:
            group, lang = find_group(target.path, groups)
            if group and lang not in group.articles:
                problems.append(problem(source_path, target.line, "link-untranslated", "warning", link=target.as_written))
    return problems


def missing_drawing(target: LinkTarget, content_path: ContentPath, groups: Groups, tree: ContentTree) -> Iterator[Problem]:
    """Report a drawing that does not exist in the language of the article that uses it; warn if that of the original is shown."""
    name, lang = target.path.removeprefix(f"{DRAWINGS}/"), content_path.lang
    if (name, lang) in tree.drawing_files:
        return
    if (name, groups[content_path.group_key].original.content_path.lang) in tree.drawing_files:
        yield problem(content_path.source_path, target.line, "drawing-untranslated", "warning", path=f"content/{target.path}/{lang}.svg")
    else:
        candidates = [other for other, other_lang in tree.drawing_files if other_lang == lang]
        near = difflib.get_close_matches(name, candidates, n=1)
        advice = f"; did you mean {near[0]}?" if near else "; correct the name, or draw it"
        yield problem(content_path.source_path, target.line, "drawing-missing", path=f"content/{target.path}/{lang}.svg", near=advice)


def check_addresses(groups: Groups, site_languages: SiteLanguages) -> Iterator[Problem]:
    """Report former addresses that are in use, or that two articles claim."""
    taken = {slug: f"/{slug}/" for slug in site_languages.reserved_slugs()}
    for group in groups.values():
        taken[group.original.content_path.url_path] = group.original.content_path.source_path
    for group in groups.values():
        source_path = group.original.content_path.source_path
        for index, address in enumerate(group.shared.formerly):
            parts = address.split("/")
            if address in taken or parts[0] in (*site_languages.languages, "archive") or "page" in parts:
                line = group.original.field_lines.line(("formerly", index))
                yield problem(source_path, line, "address-taken", address=address, other=taken.get(address, "a part of the site"))
            taken.setdefault(address, source_path)


def link_error(
    target: LinkTarget, folder: str, from_unpublished: bool, groups: Groups, tree: ContentTree, day: datetime.date, suggest: bool = True
) -> str | None:
    """The error message for a link in a file of `folder` that is not valid, else None. `suggest`: search for the path that was meant."""
    if not target.path:
        return None  # ids on the same page are checked when the body is parsed
    if target.path in tree.asset_files:
        beside = groups.get(tuple(target.path.split("/")[:2]))
        is_hidden = beside and beside.is_unpublished(day) and not from_unpublished
        return format_message("link-draft", link=target.as_written, path=f"content/{target.path}") if is_hidden else None
    group, lang = find_group(target.path, groups)
    if group is None or lang not in {*group.articles, *tree.languages}:
        if lang in tree.languages and any(content_path.folder == f"content/{posixpath.dirname(target.path)}" for content_path in tree.article_files):
            return None  # the text exists but has errors, which are reported already
        near = suggest_path(target, folder, tree) if suggest else None
        advice = f"; did you mean {near}?" if near else "; correct the link"
        return format_message("link-missing", link=target.as_written, path=f"content/{target.path}", near=advice)
    if target.fragment and target.fragment not in group.articles.get(lang, group.original).body_html.ids:
        return format_message("link-far-fragment", link=target.as_written, fragment=target.fragment, path=f"content/{target.path}")
    if group.is_unpublished(day) and not from_unpublished:
        return format_message("link-draft", link=target.as_written, path=f"content/{target.path}")
    return None


def check_notices(files: dict[str, DataFile], groups: Groups, tree: ContentTree, day: datetime.date) -> Iterator[Problem]:
    """Report links to what does not exist or is not public. Warn of a notice that is over on `day`, and of missing languages."""
    for lang, file in files.items():
        if file.value:
            if file.value.link and (message := link_fault(file.value.link, groups, tree, day)):
                yield Problem(notice_path(lang), file.document.line(("link",)), f"link: {message}")
            if file.value.until < day:
                message = format_message("notice-over", value=file.value.until)
                yield Problem(notice_path(lang), file.document.line(("until",)), f"until: {message}", "warning")
    for lang in tree.languages if files else ():
        if lang not in files:
            yield Problem(notice_path(lang), 1, format_message("notice-missing", lang=lang), "warning")


def link_fault(link: str, groups: Groups, tree: ContentTree, day: datetime.date) -> str | None:
    """The error message for the link of a notice, else None."""
    target = resolve(link, "notice")
    if isinstance(target, str):
        return target
    if target is None:
        return None if link.startswith("https://") else format_message("source-url", value=link)
    return link_error(target, "notice", False, groups, tree, day) if target.path else format_message("link-form", link=link)


def suggest_path(target: LinkTarget, folder: str, tree: ContentTree) -> str | None:
    """A link from `folder` to another text, or to a file, with the same extension and the most similar path, if one is similar enough."""
    texts = (content_path.source_path.removeprefix("content/") for content_path in tree.article_files)
    names = [*(path for path in texts if posixpath.dirname(path) != folder), *tree.asset_files]
    extension = PurePosixPath(target.path).suffix.lower()
    near = difflib.get_close_matches(target.path, [name for name in names if name.endswith(extension)], n=1, cutoff=0.8)
    return posixpath.relpath(near[0], folder) + f"#{target.fragment}" * bool(target.fragment) if near else None


def find_group(path: str, groups: Groups) -> tuple[TranslationGroup | None, str]:
    """The translation group and the language of the text at `path` (below content/); None and "" if it is not a text."""
    text = text_path(path)
    return (groups.get(text.group_key), text.lang) if text else (None, "")


def text_path(path: str) -> ContentPath | None:
    """`path` (below content/) as the path of a text, which need not exist; None if it is not `kind/slug/language.md`."""
    return ContentPath(*path.removesuffix(".md").split("/")) if path.count("/") == 2 and path.endswith(".md") else None
