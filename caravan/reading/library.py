"""All texts together: read, grouped into works, and checked against each other."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from caravan.reading import evidence
from caravan.reading.article import DRAWINGS, Article, ParseResult
from caravan.reading.evidence import FrontPageData, Source
from caravan.reading.links import check_addresses, check_citations, check_links
from caravan.reading.paths import ContentPath, ContentTree, SiteLanguages, StatSignature
from caravan.reading.problems import Problem, site_mistake, told
from caravan.reading.translations import TranslationGroup, check_translations, group_articles

GroupKey = tuple[str, str]  # kind and slug


@dataclass(frozen=True)
class Library:
    """Everything below content/, read. A library with errors must not become a site.

    `found` are the problems that were seen before texts are compared with each other. `stamps`: how each folder, and
    the list of sources, stood before it was read. `sources` is None where the list cannot be read.
    """

    groups: dict[GroupKey, TranslationGroup]
    results: dict[ContentPath, ParseResult]
    tree: ContentTree
    sources: dict[str, Source] | None
    languages: SiteLanguages
    day: datetime.date
    scan_problems: tuple[Problem, ...]
    stat_signatures: dict[str, StatSignature | None]
    drawings: dict[str, str] = field(default_factory=dict)
    front_page: FrontPageData = field(default_factory=FrontPageData)

    @property
    def asset_files(self) -> dict[str, Path]:
        return self.tree.asset_files

    @property
    def extra_files(self) -> dict[str, Path]:
        return self.tree.extra_files


def group_results(reads: dict[ContentPath, ParseResult]) -> dict[GroupKey, tuple[TranslationGroup | None, list[Problem]]]:
    """The work of each folder, and what is wrong with it as a whole."""
    groups: dict[GroupKey, list[ParseResult]] = {}
    languages: dict[GroupKey, set[str]] = {}
    for place, read in reads.items():
        groups.setdefault(place.group_key, []).append(read)
        languages.setdefault(place.group_key, set()).add(place.lang)
    return {key: one_work(key, [read.article for read in group if read.article], languages[key]) for key, group in sorted(groups.items())}


def one_work(key: GroupKey, texts: list[Article], languages: set[str]) -> tuple[TranslationGroup | None, list[Problem]]:
    try:
        return group_articles(texts, languages)
    except Exception as error:  # noqa: BLE001 - one text must not stop all others
        return None, [site_mistake(ContentPath(*key, min(languages)).source_path, error)]


def with_result(library: Library, place: ContentPath, read: ParseResult) -> Library:
    """The library after the text at `place`, which it has, was read again; a broken one stays as it was."""
    read = replace(read, article=read.article or library.results[place].article)
    reads = {**library.results, place: read}
    [(key, (work, _))] = group_results({other: reads[other] for other in reads if other.group_key == place.group_key}).items()
    works = {**library.groups, key: work} if work else {name: each for name, each in library.groups.items() if name != key}
    return replace(library, results=reads, groups=works)


def find_problems(library: Library, warnings: bool = True) -> list[Problem]:
    """Everything that is wrong, sorted; what a build can do without, only where `warnings` are wanted."""
    every = {*library.scan_problems, *library.tree.problems}
    for place, read in library.results.items():
        every.update(read.problems)
        every.update(told(place.source_path, check_citations, place, read.citations, library.sources))
    for _, wrong in group_results(library.results).values():
        every.update(wrong)
    every.update(broken_references(library))
    every.update(check_addresses(library.groups, library.languages))
    every.update(told(evidence.FRONT_PAGE_PATH, evidence.check_front_page, library.front_page, library.languages.languages, library.groups, library.sources))
    for work in library.groups.values() if warnings else ():
        every.update(told(work.original.content_path.source_path, check_translations, work, library.languages))
    return sorted(problem for problem in every if warnings or problem.severity == "error")


def broken_references(library: Library) -> Iterator[Problem]:
    """Links and citations that lead nowhere. Most texts ask for nothing that is not there, which is seen at once."""
    names = {name for name, _ in library.tree.drawing_files}
    drawn = [name for name in names if all((name, lang) in library.tree.drawing_files for lang in library.languages.languages)]
    files = [*library.asset_files, *(f"{DRAWINGS}/{name}" for name in drawn)]
    for key, work in library.groups.items():
        if not work.is_unpublished(library.day):
            files += [f"{'/'.join(key)}/{lang}.md" for lang in work.articles]
    there = {*(("file", path, "") for path in files), *(("source", name) for name in library.sources or ())}
    for work in library.groups.values():
        for text in [*work.articles.values(), *work.drafts.values()]:
            if not text.requires <= there:
                yield from told(text.content_path.source_path, check_citations, text.content_path, text.citations, library.sources)
                yield from told(text.content_path.source_path, check_links, text, work.is_unpublished(library.day), library.groups, library.tree, library.day)
