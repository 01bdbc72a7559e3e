"""The Pelican generator that builds the site.

Pelican's own article and page generators have no paths to read; docs/decisions/own-generator.md says why.
"""

from __future__ import annotations

from pelican import signals
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator

from caravan.build.builder import build
from caravan.build.output import OutputError
from caravan.git import refuse_generated_files
from caravan.reading.schema import ARTICLE_KINDS


class SiteGenerator(Generator):
    """Reads everything below PATH and writes the site to OUTPUT_PATH."""

    generators: list[Generator] = []  # all of this run

    def generate_output(self, writer):
        """Build the site, and give Pelican's generators our texts, which its last line "Processed N articles" counts.

        Pelican's generators have had their turn by then. Raises what `build` raises.
        """
        site, foreign_files = build(self.settings)
        if foreign_files:
            more = f" and {len(foreign_files) - 1} more" if len(foreign_files) > 1 else ""
            print(f"{self.output_path} contains {foreign_files[0]}{more}, which this site did not make and did not touch.")
        groups = list(site.groups.untracked.values())
        for generator in SiteGenerator.generators:
            if isinstance(generator, ArticlesGenerator):
                generator.articles = [group for group in groups if group.kind in ARTICLE_KINDS]
            elif isinstance(generator, PagesGenerator):
                generator.pages = [group for group in groups if group.kind not in ARTICLE_KINDS]


def remember_generators(generators: list[Generator]) -> None:
    SiteGenerator.generators = generators


def add_generator(pelican):
    """Raise OutputError if Pelican is to delete the output: it would delete foreign files, too. Raises PublishError for files
    in the repository that commands make.
    """
    refuse_generated_files(pelican.settings["ROOT"])
    if pelican.delete_outputdir:
        raise OutputError(
            "Nothing was deleted or written. Remove --delete-output-directory, and DELETE_OUTPUT_DIRECTORY in the settings: "
            "a build of this site deletes its own old files."
        )
    return SiteGenerator


def disable_feeds(generator: ArticlesGenerator) -> None:
    """Pelican's own generator has no articles, and would write an empty feed over ours."""
    generator.settings = {**generator.settings, "FEED_ATOM": None, "TRANSLATION_FEED_ATOM": None, "CATEGORY_FEED_ATOM": None}


def register() -> None:
    signals.article_generator_init.connect(disable_feeds)
    signals.get_generators.connect(add_generator)
    signals.all_generators_finalized.connect(remember_generators)
