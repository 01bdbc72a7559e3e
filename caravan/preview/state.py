"""The site in memory, for the preview: only changed files are loaded again, and pages are rendered on request."""

from __future__ import annotations

import functools
import mimetypes
import tempfile
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from jinja2 import TemplateError

from caravan.build.cache import Cache
from caravan.build.command import Exit
from caravan.build.loader import load_articles, load_library
from caravan.build.parallel import WorkerPool
from caravan.build.render import collect_documents, copy_pictures, picture_files, render_document, static_files
from caravan.reading import library
from caravan.reading.library import Library
from caravan.reading.paths import ContentPath
from caravan.reading.problems import ContentError, Problem
from caravan.site import i18n
from caravan.site.css_prune import StyleError
from caravan.site.document import Document
from caravan.site.settings import language_settings, store_folder, today
from caravan.site.site import Site, with_changed_group
from caravan.site.templates import Theme
from caravan.site.urls import output_path

ROOT = Path(__file__).resolve().parents[2]
# Not in the table of Python 3.11.
mimetypes.add_type("image/avif", ".avif")
mimetypes.add_type("font/woff2", ".woff2")


@dataclass(frozen=True)
class SiteView:
    """One immutable state of the site; each change makes a new one."""

    site: Site
    theme: Theme
    documents: dict[str, Document]
    static_files: dict[str, Path]
    picture_folder: Path
    picture_lock: threading.Lock = field(default_factory=threading.Lock, compare=False)

    @functools.cached_property
    def picture_paths(self) -> dict[str, str]:
        """The path of the picture (below content/) by the path of each copy of it."""
        return {name: path for path in self.site.pictures.untracked for name in picture_files(self.site, path, self.picture_folder)}

    def file(self, address: str, additions: str = "") -> tuple[bytes, str] | None:
        """The file at `address` (without a leading slash) and its media type, or None.

        `additions`: HTML for the end of pages, which then go without a Content-Security-Policy. Raises what
        render_document raises, and OSError.
        """
        name = output_path(address)
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        document = self.documents.get(name)
        if document:
            shown = replace(document, view_function=lambda *args: {**document.view_function(*args), "preview": additions})
            return render_document(self.site, self.theme, shown)[0], media_type
        files = self.static_files
        if name in self.picture_paths:  # copies are made when a browser first asks for one
            with self.picture_lock, WorkerPool() as pool:
                files = copy_pictures(self.site, [self.picture_paths[name]], self.picture_folder, pool)
        return (files[name].read_bytes(), media_type) if name in files else None


@dataclass
class PreviewState:
    """Loads the site, and loads changed files again. Not thread-safe, but its views can be used in any thread.

    `library`: the content as it is, or None after an error. `shown`: the same, but texts and lists of sources that cannot be
    read are as they were last without errors.
    """

    settings: dict
    view: SiteView | None = None
    problems: tuple[Problem, ...] = ()
    catalog_problems: tuple[Problem, ...] = ()
    library: Library | None = field(default=None, repr=False)
    shown: Library | None = field(default=None, repr=False)
    cache: Cache | None = field(default=None, repr=False)

    @functools.cached_property
    def picture_folder(self) -> Path:
        """Where copies of pictures are kept: with the cache, or without one in a folder of this process."""
        return (store_folder(self.settings) or Path(tempfile.mkdtemp())) / "pictures"

    def load(self) -> None:
        """Load everything; articles that cannot be read become problems."""
        self.cache = self.cache or Cache(store_folder(self.settings))
        content = Path(self.settings["PATH"])
        with WorkerPool() as pool:
            loaded = load_library(content, language_settings(self.settings), today(), self.cache, pool)
        last, self.library, self.shown = self.shown or loaded, loaded, loaded
        if loaded.sources is None:
            self.shown = replace(loaded, sources=last.sources)
        for content_path, result in loaded.results.items():
            if content_path in last.results and not result.article:
                self.shown = library.with_result(self.shown, content_path, last.results[content_path])
        self.cache.commit()
        self.update_view()
        self.check_catalogs()
        self.check_all()

    def update_view(self) -> None:
        """Make a new view from the library, with the templates, CSS and catalogs of now."""
        site = Site(self.shown, self.settings, today())
        theme = Theme(Path(self.settings["THEME"]), self.settings["JINJA_ENVIRONMENT"])
        self.view = SiteView(site, theme, collect_documents(site), static_files(site), self.picture_folder)

    def check_catalogs(self) -> None:
        self.catalog_problems = tuple(i18n.catalog_problems(Path(self.settings["THEME"]), self.settings["LANGUAGES"]))

    def check_all(self) -> None:
        """Check the whole content. This is slow, so pages are shown before."""
        content_problems = library.find_problems(self.library, warnings=False)
        self.problems = tuple(sorted({*content_problems, *self.catalog_problems}))

    def reload_articles(self, files: Iterable[Path]) -> bool:
        """Load these files again. Returns False if one of them is not a known article, so that everything must be loaded."""
        known = {file: path for path, file in self.library.tree.article_files.items()} if self.library else {}
        if not self.library or not all(file in known and file.is_file() for file in files):
            return False
        for file in files:
            self.reload_article(known[file])
        return True

    def reload_article(self, content_path: ContentPath) -> None:
        """Load one article again. If it cannot be read any more, the old one stays in the view, with a problem."""
        files, key = {content_path: self.library.tree.article_files[content_path]}, content_path.group_key
        result = load_articles(files, self.cache)[content_path]
        before = self.shown.groups.get(key)
        self.cache.commit()
        self.library = library.with_result(self.library, content_path, result)
        self.shown = library.with_result(self.shown, content_path, result if result.article else self.shown.results[content_path])
        after = self.shown.groups.get(key)
        site = with_changed_group(self.view.site, before, after) if before and after else None
        if site:
            self.view = replace(self.view, site=site)
        else:
            self.update_view()
        others = (problem for problem in self.problems if not problem.path.startswith(f"{content_path.folder}/"))
        self.problems = tuple(sorted({*others, *library.group_errors(self.library, key)}))


def problems_of(error: Exception) -> tuple[Problem, ...]:
    """The problems that an exception stands for."""
    if isinstance(error, ContentError):
        return tuple(error.problems)
    if isinstance(error, TemplateError):
        template = Path(getattr(error, "filename", None) or getattr(error, "name", None) or "a template")
        path = template.relative_to(ROOT) if template.is_relative_to(ROOT) else template
        return (Problem(path.as_posix(), getattr(error, "lineno", 1), str(error)),)
    if isinstance(error, (StyleError, Exit)):
        return tuple(Problem("", 0, line) for line in str(getattr(error, "message", None) or error).splitlines())
    return (Problem("", 0, f"{type(error).__name__}: {error}. This is an error in the site's code. Please report it."),)
