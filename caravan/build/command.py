"""Building the site, with errors that an organizer understands."""

from __future__ import annotations

import contextlib
import gc
import io
import logging
import os
import runpy
from collections.abc import Iterator
from pathlib import Path

from invoke import Exit

from caravan.build.builder import manifest_inputs
from caravan.build.cache import build_lock, build_state, unchanged_output
from caravan.build.environment import environment_hash
from caravan.build.output import OutputError
from caravan.build.site_url import AddressError
from caravan.reading.problems import ContentError, count
from caravan.site.settings import store_folder, today


class Problems(Exception):
    """The content has problems; they are not printed yet."""

    def __init__(self, error: ContentError):
        self.problems = error.problems
        super().__init__("\n".join([*map(str, self.problems), f"{count(len(self.problems), 'problem')}; nothing was built."]))


def build_public(root: Path, site_url: str, folder: Path) -> str:
    """Build the public site into `folder`; returns what was done, in one line."""
    if site_url:
        os.environ["SITEURL"] = site_url
    settings = load_settings(root / "publishconf.py", folder)
    pages = run_build(settings)
    return f"Built {pages} pages for {settings['SITEURL']} in {settings['OUTPUT_PATH']}"




def load_settings(path: Path, folder: Path) -> dict:
    """The settings of the file `path`, writing into `folder`."""
    try:
        names = runpy.run_path(str(path))
    except AddressError as error:
        raise Exit(str(error)) from None
    settings = {name: value for name, value in names.items() if name.isupper()}
    return {**settings, "OUTPUT_PATH": str(Path(folder).absolute())}


def run_build(settings: dict, quiet: bool = False) -> int:
    """One build. Returns the number of web pages.

    The old output stays as it was until every page is printed. Raises Problems for what is wrong with the content, Exit
    for everything that Pelican only warns of.
    """
    target, store = Path(settings["OUTPUT_PATH"]), store_folder(settings)
    with build_lock(store, target) if store else contextlib.nullcontext(), gc_disabled():
        files = store and unchanged_output(store, target, build_state(environment_hash(settings), today(), manifest_inputs(settings, today())))
        if not files:
            files = run_pelican(settings, quiet)
    return sum(name.endswith(".html") for name in files)


@contextlib.contextmanager
def gc_disabled() -> Iterator[None]:
    """A build makes many values and no circles worth the name: looking for these would take a tenth of its time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def run_pelican(settings: dict, quiet: bool) -> list[str]:
    """A run of Pelican, with our generator in it. Returns every file of the output."""
    from pelican import Pelican, signals
    from pelican.settings import read_settings

    from caravan.build.pelican_generator import SiteGenerator

    ours = []

    def look(generators: list) -> None:
        ours.extend(generator for generator in generators if isinstance(generator, SiteGenerator))

    signals.all_generators_finalized.connect(look)
    with capture_warnings() as heard, contextlib.redirect_stdout(io.StringIO()) if quiet else contextlib.nullcontext():
        try:
            Pelican(read_settings(None, dict(settings))).run()
        except ContentError as error:
            raise Problems(error) from None
        except OutputError as error:
            raise Exit(str(error)) from None
        finally:
            signals.all_generators_finalized.disconnect(look)
    if heard:
        raise Exit("Pelican warned, so what it built is not to be used:\n" + "\n".join(heard))
    if not ours:
        raise Exit("Nothing was built: the plugin `caravan` did not run. PLUGINS must be ['caravan'].")
    return ours[0].result.files


@contextlib.contextmanager
def capture_warnings() -> Iterator[list[str]]:
    """Collect Pelican's warnings and errors: it goes on after most of them, we do not."""
    heard: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    ear, logger = Ear(logging.WARNING), logging.getLogger("pelican")
    logger.addHandler(ear)
    try:
        yield heard
    finally:
        logger.removeHandler(ear)


def explain_error(error: Exception) -> tuple[str, ...]:
    """What a failed build says to the person at the keyboard, in a few lines."""
    from jinja2 import TemplateError

    from caravan.site.css_prune import StyleError

    if isinstance(error, TemplateError):
        where = getattr(error, "filename", None) or getattr(error, "name", None) or "a template"
        return (f"{where}:{getattr(error, 'lineno', 1)}: {error}",)
    if isinstance(error, StyleError):
        return (str(error),)
    if isinstance(error, Exit):
        return tuple(str(error.message or error).splitlines())
    return (f"{type(error).__name__}: {error}", "This is a mistake of the site's code; please report it.")
