"""The library: everything below content/, parsed, with translations grouped, and the checks between files."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from caravan.reading import evidence
from caravan.reading.article import DRAWINGS, Article, ParseResult
from caravan.reading.evidence import Contact, DataFile, Source
from caravan.reading.links import check_addresses, check_citations, check_links, check_notices
from caravan.reading.paths import ContentPath, ContentTree, SiteLanguages
from caravan.reading.personal_data import check_personal_data
from caravan.reading.problems import Problem, problem, run_check, site_mistake
from caravan.reading.translations import TranslationGroup, check_translations, group_articles

GroupKey = tuple[str, str]  # kind and slug
# What names a licence or a permission, in the languages of the site.
CREDIT = re.compile(r"©|\b(?:CC|copyright|licen[cs]|lisens|public domain|dominio público|permi[st]|pahintulot)", re.IGNORECASE)
# The undated pages that other pages link to, by slug, and from where.
LINKED_PAGES = {
    "about": "the foot of every page and the names of the editors",
    "privacy": "the foot of every page",
    "take-part": "the navigation and the pages of calls",
}


@dataclass(frozen=True)
class Picture:
    """A picture that may be published: its file, the SHA-256 of it, and its size in pixels."""

    file: Path
    sha256: str
    width: int
    height: int


@dataclass(frozen=True)
class Library:
    """Everything below content/, parsed. A site must not be built from a library with errors.

    `results` has the result of every text, also of invalid ones; `groups` has the groups with a valid original. `sources`
    (and contacts) is None if a list of them is invalid. `scan_problems` are those of data files, drawings and pictures.
    `pictures` are those beside texts, by path below content/.
    """

    groups: dict[GroupKey, TranslationGroup]
    results: dict[ContentPath, ParseResult]
    tree: ContentTree
    sources: dict[str, Source | Contact] | None
    languages: SiteLanguages
    day: datetime.date
    scan_problems: tuple[Problem, ...]
    drawings: dict[str, str]
    pictures: dict[str, Picture]
    front_page: DataFile
    notices: dict[str, DataFile]


def group_results(
    results: dict[ContentPath, ParseResult], unlisted: frozenset[str] = frozenset()
) -> dict[GroupKey, tuple[TranslationGroup | None, list[Problem]]]:
    """Group the articles of each folder. Returns each group (None without exactly one original) and its problems.

    `unlisted`: languages whose files are not read.
    """
    by_key: dict[GroupKey, dict[str, Article | None]] = {}
    for content_path, result in results.items():
        by_key.setdefault(content_path.group_key, {})[content_path.lang] = result.article
    groups = {}
    for key, articles in sorted(by_key.items()):
        try:
            groups[key] = group_articles(articles, unlisted)
        except Exception as error:  # noqa: BLE001 - an error in one file must not stop the others
            groups[key] = None, [site_mistake(ContentPath(*key, min(articles)).source_path, error)]
    return groups


def with_result(library: Library, content_path: ContentPath, result: ParseResult) -> Library:
    """The library with a new result for a text that it has."""
    results = {**library.results, content_path: result}
    same_group = {path: results[path] for path in results if path.group_key == content_path.group_key}
    [(key, (group, _))] = group_results(same_group).items()
    if group:
        groups = {**library.groups, key: group}
    else:
        groups = {other_key: other for other_key, other in library.groups.items() if other_key != key}
    return replace(library, results=results, groups=groups)


def find_problems(library: Library, warnings: bool = True) -> list[Problem]:
    """All problems, sorted; without `warnings` only the errors, which prevent a build."""
    problems = {*library.scan_problems, *library.tree.problems, *text_problems(library, library.results)}
    problems.update(broken_references(library))
    problems.update(check_addresses(library.groups, library.languages))
    front_page = (library.front_page, library.languages.languages, library.groups, library.results, library.sources, library.day)
    problems.update(run_check(evidence.FRONT_PAGE_PATH, evidence.check_front_page, *front_page))
    notices = (library.notices, library.groups, library.tree, library.day)
    problems.update(run_check("content/notice", check_notices, *notices))
    if warnings:
        problems.update(missing_pages(library))
        problems.update(missing_credits(library))
        problems.update(run_check("content", check_personal_data, library.tree))
    for group in library.groups.values() if warnings else ():
        problems.update(run_check(group.original.content_path.source_path, check_translations, group, library.languages, library.results))
    return sorted(problem for problem in problems if warnings or problem.severity == "error")


def missing_pages(library: Library) -> Iterator[Problem]:
    """Warn about pages that other pages would link to; an invalid page has problems of its own."""
    for slug, places in LINKED_PAGES.items():
        key = ("pages", slug)
        group = library.groups.get(key)
        if group and group.is_unpublished(library.day):
            yield problem(group.original.content_path.source_path, 1, "page-draft", "warning", places=places)
        elif not any(content_path.group_key == key for content_path in library.results):
            yield problem(ContentPath(*key, library.languages.home).source_path, 1, "page-missing", "warning", places=places)


def missing_credits(library: Library) -> Iterator[Problem]:
    """Warn about pictures whose caption does not say who made them and under which licence."""
    for group in library.groups.values():
        for article in [*group.articles.values(), *group.drafts.values()]:
            if any(requirement[1] in library.pictures for requirement in article.requires):
                for picture in article.body_html.pictures:
                    target = article.body_html.targets[picture.target]
                    if not CREDIT.search(picture.caption):
                        yield problem(article.content_path.source_path, target.line, "picture-credit", "warning", link=target.as_written)


def group_errors(library: Library, key: GroupKey) -> list[Problem]:
    """The errors in the files of one text: a part of what `find_problems` finds, in the time that one text takes."""
    problems = {*text_problems(library, {path: result for path, result in library.results.items() if path.group_key == key})}
    if key in library.groups:
        problems.update(reference_problems(library, library.groups[key]))
    return sorted(problem for problem in problems if problem.severity == "error")


def text_problems(library: Library, results: dict[ContentPath, ParseResult]) -> Iterator[Problem]:
    """The problems of files and of groups of them, without those of links. `results`: all those of the groups to check."""
    for content_path, result in results.items():
        yield from result.problems
        yield from run_check(content_path.source_path, check_citations, content_path, result.citations, library.sources)
    for _, group_problems in group_results(results, library.languages.unlisted).values():
        yield from group_problems


def broken_references(library: Library) -> Iterator[Problem]:
    """Report links and citations whose target does not exist or is not public.

    Only articles that require something outside the set of existing targets are checked in detail, which loads their links.
    """
    drawings = library.tree.drawing_files
    complete = [name for name in {name for name, _ in drawings} if all((name, lang) in drawings for lang in library.languages.languages)]
    hidden = {key for key, group in library.groups.items() if group.is_unpublished(library.day)}
    files = [path for path in library.tree.asset_files if tuple(path.split("/")[:2]) not in hidden]
    files += (f"{DRAWINGS}/{name}" for name in complete)
    for key, group in library.groups.items():
        if key not in hidden:
            files += [f"{'/'.join(key)}/{lang}.md" for lang in group.articles]
    existing = {*(("file", path, "") for path in files), *(("source", source_id) for source_id in library.sources or ())}
    for group in library.groups.values():
        if not all(article.requires <= existing for article in [*group.articles.values(), *group.drafts.values()]):
            yield from reference_problems(library, group)


def reference_problems(library: Library, group: TranslationGroup) -> Iterator[Problem]:
    """Report links and citations of one text, in all its languages, whose target does not exist or is not public."""
    is_unpublished = group.is_unpublished(library.day)
    for article in [*group.articles.values(), *group.drafts.values()]:
        path = article.content_path.source_path
        yield from run_check(path, check_citations, article.content_path, article.body_html.citations, library.sources)
        yield from run_check(path, check_links, article, is_unpublished, library.groups, library.tree, library.day)
