"""Which files the site consists of, which of them are outdated, and how they are rendered, in this and other processes.

Documents are rendered into a staging folder beside the output (see builder.build), so that an error in a template, or a
killed build, leaves the output as it was.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from pathlib import Path

from jinja2 import TemplateError

from caravan import tracking
from caravan.build.cache import RenderedFile, wait_for_mtime_tick
from caravan.build.parallel import WorkerPool
from caravan.media.pictures import ENCODERS, copies_of, make_copies, store_name
from caravan.reading.library import Library
from caravan.reading.problems import ContentError, Problem, site_mistake
from caravan.reading.translations import TranslationGroup
from caravan.site import pages
from caravan.site.css_prune import StyleError
from caravan.site.document import Document
from caravan.site.settings import SETTINGS, SettingsError
from caravan.site.site import Site
from caravan.site.templates import Theme
from caravan.site.urls import theme_assets

# Starting a worker and loading the site in it takes about as long as rendering this many pages.
MIN_PAGES_PER_WORKER = 400
MIN_PICTURES_PER_WORKER = 2


def collect_documents(site: Site) -> dict[str, Document]:
    """Every document of the site, by path below the output. Raises SettingsError for two documents at one path."""
    collected: dict[str, Document] = {}
    for document in pages.documents(site):
        if document.save_as in collected and document.view_function is pages.redirect:
            continue  # `formerly` names a URL in use: a problem that stops builds, but not the preview
        if document.save_as in collected:
            other = collected[document.save_as]
            names = " or ".join(sorted(filter(None, {url_setting(site, document), url_setting(site, other)})))
            raise SettingsError(
                f"{describe(document)} and {describe(other)} both have the address /{document.save_as}; change {names or 'one of them'}."
            )
        collected[document.save_as] = document
    return collected


def url_setting(site: Site, document: Document) -> str:
    """The name of the setting that gives the document its URL, or ""."""
    name = document.view_function.__name__
    if name in ("article_page", "untranslated_page"):
        return f"{'PAGE' if document.args[0] == 'pages' else 'ARTICLE'}_{'' if document.lang == site.urls.home else 'LANG_'}URL"
    if name == "feed" and document.args == ("all",):
        return "FEED_ATOM" if document.lang == site.urls.home else "TRANSLATION_FEED_ATOM"
    lists = {"listing_page": "CATEGORY_URL", "archive_page": "ARCHIVES_URL", "status_page": "TRANSLATIONS_URL"}
    return {**lists, "feed": "CATEGORY_FEED_ATOM"}.get(name, "")


def describe(document: Document) -> str:
    """A document in the words of an error message, such as `article calls march (es)`."""
    noun = document.view_function.__name__.removesuffix("_page").replace("_", " ")
    return " ".join([noun, *map(str, document.args), f"({document.lang})"])


def static_files(site: Site) -> dict[str, Path]:
    """The files that are copied unchanged, by path below the output: assets of the theme, content/extra/."""
    copied = {asset.url: asset.file for asset in theme_assets(site.catalog_folder.parent / "static").values()}
    return copied | site.extra_files


def picture_files(site: Site, path: str, folder: Path) -> dict[str, Path]:
    """The file in `folder` of each copy of the picture at `path` (below content/), by path below the output."""
    copies = copies_of(site.urls.file(path), site.pictures.untracked[path])
    return {f"{copy.stem}{ending}": folder / store_name(copy, ending) for copy in copies for ending in ENCODERS}


def copy_pictures(site: Site, paths: Iterable[str], folder: Path, pool: WorkerPool) -> dict[str, Path]:
    """The copies of the pictures at `paths` (below content/), by path below the output; makes those that `folder` lacks.

    Raises ContentError for a picture that changed since it was read.
    """
    files, wanted = {}, []
    for path in paths:
        own = picture_files(site, path, folder)
        files |= own
        if not all(file.is_file() for file in own.values()):
            picture = site.pictures.untracked[path]
            wanted.append((path, picture, copies_of(site.urls.file(path), picture)))
    if wanted:
        folder.mkdir(parents=True, exist_ok=True)
        problems = pool.map_shares(make_copies, wanted, MIN_PICTURES_PER_WORKER, folder)
        if problems:
            raise ContentError(problems)
        wait_for_mtime_tick()
    return files


def current_files(site: Site, documents: dict[str, Document], log: dict[str, RenderedFile]) -> dict[str, RenderedFile]:
    """What `log` has of documents none of whose dependencies has changed since they were rendered, by path."""
    dependencies = {dependency for file in log.values() for dependency in file.dependencies}
    changed = {(name, logged_hash) for name, logged_hash in dependencies if logged_hash != tracking.current_hash(site, name)}
    return {
        save_as: log[save_as]
        for save_as, document in documents.items()
        if save_as in log and log[save_as].identity == document.identity and changed.isdisjoint(log[save_as].dependencies)
    }


def render_document(site: Site, theme: Theme, document: Document) -> tuple[bytes, dict[str, str]]:
    """The bytes of a document, and its dependencies (hash by name).

    Raises TemplateError and StyleError for an error in the theme, ContentError if our code fails on an article.
    """
    with tracking.collect_dependencies() as dependencies:
        try:
            return theme.render(document.template, document.lang, document.view(site)).encode(), dependencies
        except (TemplateError, StyleError):
            raise
        except Exception as error:  # noqa: BLE001 - an error in one article must not stop the others
            group = text_of(site, document, dependencies)
            if not group:
                raise  # no text caused it
            path = group.articles.get(document.lang, group.original).content_path.source_path
            raise ContentError([site_mistake(path, error)]) from error


def text_of(site: Site, document: Document, dependencies: Iterable[str]) -> TranslationGroup | None:
    """The text that a document shows, or that a list or feed has used last; None if there is none."""
    names = (name.partition(" ")[2] for name in reversed(dependencies) if name.startswith(("group ", "article ")))
    keys = (document.args[-2:], *(tuple(name.removeprefix("content/").split("/")[:2]) for name in names))  # kind and slug
    return next((site.groups.untracked[key] for key in keys if key in site.groups.untracked), None)


def render_batch(
    site: Site, theme: Theme, documents: dict[str, Document], paths: Iterable[str], folder: Path
) -> list[tuple[str, RenderedFile] | Problem]:
    """Render the documents at `paths` into `folder`. A document on which our code fails becomes a problem."""
    results = []
    for save_as in paths:
        try:
            data, dependencies = render_document(site, theme, documents[save_as])
        except ContentError as error:
            results += error.problems
            continue
        (folder / save_as).parent.mkdir(parents=True, exist_ok=True)
        (folder / save_as).write_bytes(data)
        sha256 = hashlib.sha256(data).hexdigest()
        results.append((save_as, RenderedFile(documents[save_as].identity, tuple(dependencies.items()), sha256)))
    return results


def render_outdated(
    library: Library, site: Site, settings: dict, documents: dict[str, Document], paths: list[str], folder: Path, pool: WorkerPool
) -> dict[str, RenderedFile]:
    """Render the documents at `paths` into `folder`, on as many workers of `pool` as are worth starting.

    Raises ContentError if our code fails on an article.
    """
    site_settings = {name: settings[name] for name in (*SETTINGS, "THEME")}
    theme = Theme(Path(settings["THEME"]), settings["JINJA_ENVIRONMENT"])
    # Without a cache, articles are not in a form that can be sent to workers.
    min_share = MIN_PAGES_PER_WORKER if settings["STORE_PATH"] else len(paths) + 1
    results = pool.map_shares(
        render_share, paths, min_share, library, site_settings, site.today, folder,
        local=lambda share: render_batch(site, theme, documents, share, folder),
    )  # fmt: skip
    problems = [result for result in results if isinstance(result, Problem)]
    if problems:
        raise ContentError(problems)
    return dict(results)


def render_share(
    paths: list[str], library: Library, settings: dict, day: datetime.date, folder: Path
) -> list[tuple[str, RenderedFile] | Problem]:
    """Render the documents at `paths` into `folder`, in a worker."""
    site = Site(library, settings, day)
    return render_batch(site, Theme(Path(settings["THEME"]), settings["JINJA_ENVIRONMENT"]), collect_documents(site), paths, folder)
