"""The site as it is just now, for the preview: a save is read alone, a page is printed when somebody looks at it."""

from __future__ import annotations

import dataclasses
import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from caravan.build.article_cache import ArticleCache
from caravan.build.loader import Loader, load_library
from caravan.build.parallel import worker_pool
from caravan.build.render import collect_documents, page, static_files
from caravan.reading import library
from caravan.reading.evidence import Source
from caravan.reading.library import Library
from caravan.reading.paths import ContentPath, content_path_of_file
from caravan.reading.problems import Problem
from caravan.site import i18n
from caravan.site.document import Document
from caravan.site.settings import language_settings, store_folder, today
from caravan.site.site import Site, assemble, with_changed_group
from caravan.site.templates import Theme
from caravan.site.urls import output_path

# What Python's own table lacks.
mimetypes.add_type("image/avif", ".avif")
mimetypes.add_type("font/woff2", ".woff2")


@dataclass(frozen=True)
class SiteView:
    """One state of the site. It never changes: a save makes another one."""

    site: Site
    theme: Theme
    documents: dict[str, Document]
    static_files: dict[str, Path]

    def file(self, address: str) -> tuple[bytes, str] | None:
        """What stands at `address` (without a slash at its start), and its media type. Raises what `press.page` raises."""
        name = output_path(address)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        document = self.documents.get(name)
        if document:
            return page(self.site, self.theme, document)[0], kind
        return (self.static_files[name].read_bytes(), kind) if name in self.static_files else None


@dataclass
class PreviewState:
    """Keeps the site up to date with the files that `settings` name. One thread uses it; any may use its views.

    `sources`: the last ones that could be read; `covering`: what is wrong with files that are published as they are.
    """

    settings: dict
    view: SiteView | None = None
    problems: tuple[Problem, ...] = ()
    catalog_problems: tuple[Problem, ...] = ()
    covering: list[Problem] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict, repr=False)
    library: Library | None = field(default=None, repr=False)
    loader: Loader | None = field(default=None, repr=False)

    def load(self) -> None:
        """Read everything there is, as far as it can be read."""
        store = store_folder(self.settings)
        self.loader = self.loader or Loader(ArticleCache(store / "texts.sqlite") if store else None)
        content = Path(self.settings["PATH"])
        with worker_pool() as staff:
            self.library = load_library(content, language_settings(self.settings), today(), self.loader, staff)
        self.show()
        self.check_catalogs()
        self.check_all()

    def show(self) -> None:
        """Make a view of the library that is there now."""
        if self.library.sources is not None:
            self.sources = self.library.sources
        site = assemble(dataclasses.replace(self.library, sources=self.sources), self.settings, today())
        planned = collect_documents(site)
        copied, self.covering = static_files(site, planned)
        self.view = SiteView(site, Theme(Path(self.settings["THEME"])), planned, copied)

    def check_catalogs(self) -> None:
        theme = Path(self.settings["THEME"])
        self.catalog_problems = tuple(i18n.catalog_problems(theme, i18n.CODE, tuple(self.settings["LANGUAGES"]), theme.parent))

    def reload_theme(self) -> None:
        """After a change of the theme: the same texts in new clothes, with the phrases of today."""
        site = dataclasses.replace(self.view.site, gettext_functions={})
        theme, (files, self.covering) = Theme(Path(self.settings["THEME"])), static_files(site, self.view.documents)
        self.view = dataclasses.replace(self.view, site=site, theme=theme, static_files=files)
        self.check_catalogs()

    def check_all(self) -> None:
        """What is wrong anywhere: the slow part, for which no page has to wait."""
        self.problems = tuple(sorted({*library.find_problems(self.library, warnings=False), *self.catalog_problems, *self.covering}))

    def save(self, paths: Iterable[Path]) -> bool:
        """Read these files again, if they are texts that are known; False where more than their words changed."""
        places = [content_path_of_file(path, Path(self.settings["PATH"]), language_settings(self.settings)) for path in paths]
        if not self.library or not all(place in self.library.results and path.is_file() for place, path in zip(places, paths)):
            return False
        for place in places:
            self.read(place)
        return True

    def read(self, place: ContentPath) -> None:
        """Read one text again. One that cannot be read any more stays as it was, and a problem says why."""
        read = dict(self.loader.read_all({place: self.library.tree.article_files[place]}, day=today().toordinal()))[place]
        before = self.library.groups.get(place.group_key)
        self.library = library.with_result(self.library, place, read)
        after = self.library.groups.get(place.group_key)
        site = with_changed_group(self.view.site, before, after) if before and after else None
        if site:
            self.view = dataclasses.replace(self.view, site=site)
        else:
            self.show()
        others = (problem for problem in self.problems if problem.path != place.source_path)
        self.problems = tuple(sorted({*others, *read.problems}))
