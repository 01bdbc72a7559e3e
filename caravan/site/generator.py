"""The seam to Pelican: our texts become pages inside one of Pelican's runs.

Pelican's own article and page generators find nothing to do (their paths are empty); see
docs/decisions/own-generator.md for why.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from pelican import signals
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator

from caravan.reading import library
from caravan.reading.messages import say
from caravan.reading.model import ARTICLES
from caravan.reading.problems import ContentError, Problem

from . import phrases
from .pages import documents
from .printing import Theme
from .site import Site, assemble, rules, today


class SiteGenerator(Generator):
    """Reads everything below PATH and writes every page below OUTPUT_PATH."""

    site: Site

    def generate_context(self):
        """Read and check all texts. Raises ContentError when one of them cannot be published."""
        day = today()
        found = library.load(Path(self.path), rules(self.settings), day)
        theme, code = Path(self.theme), Path(__file__).parent
        gaps = phrases.problems(theme, code, tuple(self.settings["LANGUAGES"]), theme.parent)
        errors = [problem for problem in [*found.problems, *gaps] if problem.severity == "error"]
        if errors:
            raise ContentError(errors)
        self.site = assemble(found, self.settings, day)

    def generate_output(self, writer):
        theme = Theme(Path(self.theme))
        for document in documents(self.site):
            template = theme.template(document.template, document.lang)
            # Pelican's writer refuses paths outside the output and a second text at one address.
            writer.write_file(document.save_as, template, {"localsiteurl": None}, **document.view)
        output = Path(self.output_path)
        for path, file in self.site.files.items():
            copy(file, output / self.site.addresses.file(path))
        for name, file in self.site.extra.items():
            if (output / name).exists():
                raise ContentError([Problem(f"content/extra/{name}", 1, say("extra-covers", other=f"/{name}"))])
            copy(file, output / name)


def copy(source: Path, target: Path) -> None:
    """Copy the bytes alone: no rights, no times, no link."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target, follow_symlinks=False)


def count_for_closing_line(generators: list[Generator]) -> None:
    """Pelican ends with "Processed N articles": let that count ours, which its own generators never saw."""
    ours = next(generator for generator in generators if isinstance(generator, SiteGenerator))
    works = list(ours.site.works.values())

    def late(pelican):
        for generator in generators:
            if isinstance(generator, ArticlesGenerator):
                generator.articles = [work for work in works if work.kind in ARTICLES]
            elif isinstance(generator, PagesGenerator):
                generator.pages = [work for work in works if work.kind not in ARTICLES]
        signals.finalized.disconnect(late)

    signals.finalized.connect(late, weak=False)


def add_generator(pelican):
    return SiteGenerator


def register() -> None:
    signals.get_generators.connect(add_generator)
    signals.all_generators_finalized.connect(count_for_closing_line)
