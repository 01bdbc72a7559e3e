"""The seam to Pelican: our texts become pages inside one of Pelican's runs.

Pelican's own article and page generators find nothing to do (their paths are empty); see
docs/decisions/own-generator.md for why.
"""

from __future__ import annotations

from pelican import signals
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator

from caravan.reading.model import ARTICLES

from .edition import Edition


class SiteGenerator(Generator):
    """Reads everything below PATH and writes every page below OUTPUT_PATH."""

    edition: Edition

    def generate_context(self):
        """Read and check all texts. Raises ContentError when one of them cannot be published."""
        self.edition = Edition(self.settings)
        self.edition.read()

    def generate_output(self, writer):
        self.edition.print()


def count_for_closing_line(generators: list[Generator]) -> None:
    """Pelican ends with "Processed N articles": let that count ours, which its own generators never saw."""
    ours = next(generator for generator in generators if isinstance(generator, SiteGenerator))
    works = list(ours.edition.site.works.every.values())

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
