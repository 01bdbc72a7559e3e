"""The seam to Pelican: our texts become pages inside one of Pelican's runs.

Pelican's own article and page generators find nothing to do (their paths are empty); see
docs/decisions/own-generator.md for why.
"""

from __future__ import annotations

from pelican import signals
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator

from caravan.build.builder import BuildResult, build
from caravan.build.output import OutputError
from caravan.reading.schema import ARTICLE_KINDS


class SiteGenerator(Generator):
    """Reads everything below PATH and writes every page below OUTPUT_PATH."""

    result: BuildResult

    def generate_output(self, writer):
        """Build the site. Raises what `build` raises."""
        self.result = build(self.settings)
        others = self.result.foreign_files
        if others:
            more = f" and {len(others) - 1} more" if len(others) > 1 else ""
            print(f"{self.output_path} holds {others[0]}{more}, which this site did not make; nothing of it was touched.")


def count_for_closing_line(generators: list[Generator]) -> None:
    """Pelican ends with "Processed N articles": let that count ours, which its own generators never saw."""
    ours = next(generator for generator in generators if isinstance(generator, SiteGenerator))

    def late(pelican):
        works = list(ours.result.site.groups.untracked.values())
        for generator in generators:
            if isinstance(generator, ArticlesGenerator):
                generator.articles = [work for work in works if work.kind in ARTICLE_KINDS]
            elif isinstance(generator, PagesGenerator):
                generator.pages = [work for work in works if work.kind not in ARTICLE_KINDS]
        signals.finalized.disconnect(late)

    signals.finalized.connect(late, weak=False)


def add_generator(pelican):
    """Raises OutputError where Pelican was told to delete the output, which it does without a look at what is in it."""
    if pelican.delete_outputdir:
        raise OutputError(
            "Nothing was deleted or written: this site takes away by itself what it made before. Leave out "
            "--delete-output-directory, and DELETE_OUTPUT_DIRECTORY in the settings."
        )
    return SiteGenerator


def register() -> None:
    signals.get_generators.connect(add_generator)
    signals.all_generators_finalized.connect(count_for_closing_line)
