"""Prints the documents whose inputs changed, and leaves all others as they are.

Everything is printed into a folder beside the output first: a mistake in a template, or a kill, leaves the output as
it was. Then the files are put into their places one by one; what a kill leaves half done there, the next build sees.

Printing in another process: an order from which it makes the same site and prints its share.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import TemplateError

from caravan import tracking
from caravan.build.article_cache import ArticleCache
from caravan.build.cache import BuildLog
from caravan.build.loader import Loader
from caravan.build.parallel import Worker, WorkerDied, map_shares
from caravan.reading.article import ParseResult
from caravan.reading.evidence import FrontPageData, Source
from caravan.reading.library import Library, group_results
from caravan.reading.paths import ContentPath, ContentTree, SiteLanguages
from caravan.reading.problems import ContentError, Problem, format_message, site_mistake
from caravan.site.css_prune import StyleError
from caravan.site.document import Document
from caravan.site.pages import documents, redirect
from caravan.site.settings import SETTINGS
from caravan.site.site import Site, assemble
from caravan.site.templates import Theme
from caravan.site.urls import theme_assets
from caravan.tracking import current_hash


@dataclass(frozen=True)
class RenderedFile:
    """A file that was printed: what it looked at, and the SHA-256 of its bytes."""

    save_as: str
    dependencies: dict[str, str]
    sha256: str


class RenderError(Exception):
    """Two documents want one address, or a document wants one outside the site: a mistake of ours."""


def collect_documents(site: Site) -> dict[str, Document]:
    """Every document by its file. Raises PrintError where that is not possible."""
    planned: dict[str, Document] = {}
    for document in documents(site):
        if document.save_as in planned and document.view_function is redirect:
            continue  # a former address that is in use: a problem of its text, which no build has and the preview shows
        if document.save_as in planned:
            raise RenderError(f"{document.identity} and {planned[document.save_as].identity} both want /{document.save_as}")
        if document.save_as.startswith("/") or ".." in document.save_as.split("/") or "\\" in document.save_as:
            raise RenderError(f"{document.identity} wants {document.save_as}, which is outside the site")
        planned[document.save_as] = document
    return planned


def static_files(site: Site, planned: dict[str, Document]) -> tuple[dict[str, Path], list[Problem]]:
    """The files that are published as they are: the theme's, pictures beside texts, and what stands in content/extra/;
    and a problem for each that would cover a page.
    """
    found = {asset.url: asset.file for asset in theme_assets(site.catalog_folder.parent / "static").values()}
    found |= {site.urls.file(path): file for path, file in site.asset_files.untracked.items()}
    taken, problems = {*planned, *found}, []
    for name, file in site.extra_files.items():
        if name in taken or any(other.startswith(f"{name}/") for other in taken):
            problems.append(Problem(f"content/extra/{name}", 1, format_message("extra-covers", other=f"/{name}")))
        else:
            found[name] = file
    return found, problems


def outdated(site: Site, planned: dict[str, Document], prints: BuildLog) -> list[str]:
    """The files whose record does not say that today's inputs made them."""
    fits = [kept == current_hash(site, name) for name, kept in prints.dependencies.items()]
    found = []
    for save_as, document in planned.items():
        known = prints.files.get(save_as)
        if not known or known.identity != document.identity or not all(fits[number] for number in known.dependencies):
            found.append(save_as)
    return found


def render_document(site: Site, theme: Theme, document: Document) -> tuple[bytes, dict[str, str]]:
    """The bytes of one document, and what it looked at.

    Raises TemplateError and StyleError for a mistake in the theme, ContentError where our code fails on a text.
    """
    with tracking.collect_dependencies() as notes:
        try:
            return theme.render(document.template, document.lang, document.view(site)).encode(), notes
        except (TemplateError, StyleError):
            raise
        except Exception as error:  # noqa: BLE001 - one text must not stop all others
            path = article_path_of(site, document) or last_article_read(site, notes)
            if not path:
                raise  # it is about no text
            raise ContentError([site_mistake(path, error)]) from error


def article_path_of(site: Site, document: Document) -> str:
    """The path of the text that a document is the page of, or ""."""
    work = site.groups.untracked.get(document.args[-2:])  # kind and slug
    return work.articles.get(document.lang, work.original).content_path.source_path if work else ""


def last_article_read(site: Site, notes: dict[str, str]) -> str:
    """The path of the text that a list or feed looked at last, or ""."""
    for kind, _, name in (note.partition(" ") for note in reversed(notes)):
        if kind == "inside":
            return name
        work = site.groups.untracked.get(tuple(name.split("/"))) if kind == "work" else None
        if work:
            return work.original.content_path.source_path
    return ""


def render_batch(
    site: Site, theme: Theme, planned: dict[str, Document], wanted: Iterable[str], folder: Path
) -> list[RenderedFile | Problem]:
    """Print `wanted` into `folder`; a problem stands for a document on which our code fails."""
    printed = []
    for save_as in wanted:
        try:
            data, notes = render_document(site, theme, planned[save_as])
        except ContentError as error:
            printed += error.problems
            continue
        target = folder / save_as
        try:
            target.write_bytes(data)
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        printed.append(RenderedFile(save_as, notes, hashlib.sha256(data).hexdigest()))
    return printed


# A worker needs about as long to start, and to make the site, as this many pages need to be printed.
MIN_PAGES_PER_WORKER = 400


@dataclass(frozen=True)
class RenderJob:
    """What a site is made from: texts are named by the keys under which the store holds them."""

    settings: dict
    day: datetime.date
    articles: list[tuple[ContentPath, Path, str]]
    tree: ContentTree
    sources: dict[str, Source]
    languages: SiteLanguages
    drawings: dict[str, str]
    front_page: FrontPageData
    cache_path: Path


@dataclass
class WorkerState:
    """The order that this process works on, and what it has made of it."""

    job: RenderJob | None = None
    loaded: tuple = field(default=())


_worker_state = WorkerState()


def create_job(library: Library, settings: dict, day: datetime.date, store: Path) -> RenderJob:
    texts = [
        (text.content_path, text.file, text.cache_key) for work in library.groups.values() for text in [*work.articles.values(), *work.drafts.values()]
    ]
    plain = {name: settings[name] for name in (*SETTINGS, "THEME")}
    return RenderJob(plain, day, texts, library.tree, library.sources, library.languages, library.drawings, library.front_page, store)


def render_outdated(
    site: Site, theme: Theme, planned: dict[str, Document], wanted: list[str], folder: Path, staff: list[Worker], order: RenderJob | None
) -> list[RenderedFile | Problem]:
    """Print `wanted` documents into `folder`, with as many of `staff` as are worth it; with none where there is no order."""
    shares = min(len(staff), len(wanted) // MIN_PAGES_PER_WORKER)
    if shares < 1 or order is None:
        return render_batch(site, theme, planned, wanted, folder)
    _worker_state.job, _worker_state.loaded = order, (site, theme, planned)  # our own share is printed from what is here already
    return map_shares(staff[:shares], render_job, wanted, order, folder)


def render_job(wanted: list[str], order: RenderJob, folder: Path) -> list[RenderedFile | Problem]:
    """Print `wanted` files of the site of `order` into `folder`. Raises WorkerDied where the store lacks a text."""
    if _worker_state.job is not order:
        _worker_state.job, _worker_state.loaded = order, load_site(order)
    return render_batch(*_worker_state.loaded, wanted, folder)


def load_site(order: RenderJob) -> tuple:
    reading = Loader(ArticleCache(order.cache_path))
    kept = reading.load_cached(order.articles)
    if len(kept) < len(order.articles):
        raise WorkerDied
    reads = {place: ParseResult(text, []) for place, text in sorted(kept.items())}
    works = {key: work for key, (work, _) in group_results(reads).items()}
    library = Library(works, reads, order.tree, order.sources, order.languages, order.day, (), {}, order.drawings, order.front_page)
    site = assemble(library, order.settings, order.day)
    return site, Theme(Path(order.settings["THEME"])), collect_documents(site)
