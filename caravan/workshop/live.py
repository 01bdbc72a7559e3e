"""The site as it is just now, for the preview: a save is read alone, a page is printed when somebody looks at it."""

from __future__ import annotations

import dataclasses
import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from caravan.reading import library
from caravan.reading.evidence import Source
from caravan.reading.library import Library
from caravan.reading.many import Reading
from caravan.reading.places import Place, place_of_file
from caravan.reading.problems import Problem
from caravan.reading.store import Store
from caravan.site import phrases
from caravan.site.addresses import save_as
from caravan.site.document import Document
from caravan.site.press import copies, page, plan
from caravan.site.printing import Theme
from caravan.site.settings import rules, store_folder, today
from caravan.site.site import Site, assemble, renewed
from caravan.workers import workers

# What Python's own table lacks.
mimetypes.add_type("image/avif", ".avif")
mimetypes.add_type("font/woff2", ".woff2")


@dataclass(frozen=True)
class View:
    """One state of the site. It never changes: a save makes another one."""

    site: Site
    theme: Theme
    planned: dict[str, Document]
    copied: dict[str, Path]

    def file(self, address: str) -> tuple[bytes, str] | None:
        """What stands at `address` (without a slash at its start), and its media type. Raises what `press.page` raises."""
        name = save_as(address)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        document = self.planned.get(name)
        if document:
            return page(self.site, self.theme, document)[0], kind
        return (self.copied[name].read_bytes(), kind) if name in self.copied else None


@dataclass
class Live:
    """Keeps the site up to date with the files that `settings` name. One thread uses it; any may use its views.

    `sources`: the last ones that could be read; `covering`: what is wrong with files that are published as they are.
    """

    settings: dict
    view: View | None = None
    problems: tuple[Problem, ...] = ()
    gaps: tuple[Problem, ...] = ()
    covering: list[Problem] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict, repr=False)
    library: Library | None = field(default=None, repr=False)
    reading: Reading | None = field(default=None, repr=False)

    def load(self) -> None:
        """Read everything there is, as far as it can be read."""
        store = store_folder(self.settings)
        self.reading = self.reading or Reading(Store(store / "texts.sqlite") if store else None)
        content = Path(self.settings["PATH"])
        with workers() as staff:
            self.library = library.load(content, rules(self.settings), today(), self.reading, staff)
        self.show()
        self.look_at_phrases()
        self.look_through()

    def show(self) -> None:
        """Make a view of the library that is there now."""
        if self.library.sources is not None:
            self.sources = self.library.sources
        site = assemble(dataclasses.replace(self.library, sources=self.sources), self.settings, today())
        planned = plan(site)
        copied, self.covering = copies(site, planned)
        self.view = View(site, Theme(Path(self.settings["THEME"])), planned, copied)

    def look_at_phrases(self) -> None:
        theme = Path(self.settings["THEME"])
        code = Path(phrases.__file__).parent
        self.gaps = tuple(phrases.problems(theme, code, tuple(self.settings["LANGUAGES"]), theme.parent))

    def dress(self) -> None:
        """After a change of the theme: the same texts in new clothes, with the phrases of today."""
        site = dataclasses.replace(self.view.site, spoken={})
        theme, (files, self.covering) = Theme(Path(self.settings["THEME"])), copies(site, self.view.planned)
        self.view = dataclasses.replace(self.view, site=site, theme=theme, copied=files)
        self.look_at_phrases()

    def look_through(self) -> None:
        """What is wrong anywhere: the slow part, for which no page has to wait."""
        self.problems = tuple(sorted({*library.problems(self.library, warnings=False), *self.gaps, *self.covering}))

    def save(self, paths: Iterable[Path]) -> bool:
        """Read these files again, if they are texts that are known; False where more than their words changed."""
        places = [place_of_file(path, Path(self.settings["PATH"]), rules(self.settings)) for path in paths]
        if not self.library or not all(place in self.library.reads and path.is_file() for place, path in zip(places, paths)):
            return False
        for place in places:
            self.read(place)
        return True

    def read(self, place: Place) -> None:
        """Read one text again. One that cannot be read any more stays as it was, and a problem says why."""
        read = dict(self.reading.read_all({place: self.library.folder.texts[place]}, day=today().toordinal()))[place]
        before = self.library.works.get(place.work)
        self.library = library.with_read(self.library, place, read)
        after = self.library.works.get(place.work)
        site = renewed(self.view.site, before, after) if before and after else None
        if site:
            self.view = dataclasses.replace(self.view, site=site)
        else:
            self.show()
        others = (problem for problem in self.problems if problem.path != place.path)
        self.problems = tuple(sorted({*others, *read.problems}))
