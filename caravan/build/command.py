"""The command `build`: runs a build with Pelican, and turns its errors into messages for people who are not programmers."""

from __future__ import annotations

import contextlib
import gc
import io
import logging
import os
import runpy
import sys
import traceback
from logging.handlers import BufferingHandler
from pathlib import Path

from invoke import Exit

from caravan.build.builder import is_up_to_date
from caravan.build.output import OutputError
from caravan.reading.problems import ContentError, Problem, count, format_message
from caravan.site.settings import SettingsError, check_names, check_settings


class BuildError(ContentError):
    """The content has problems, so nothing was built. The message lists them all."""

    def __str__(self):
        return f"{super().__str__()}\n{count(len(self.problems), 'problem')}; nothing was built."


def build_public(root: Path, site_url: str, folder: str) -> None:
    """Build the public site into `folder` ("": OUTPUT_PATH). Pelican prints what was built."""
    if site_url:
        os.environ["SITEURL"] = site_url
    settings = load_settings(root / "publishconf.py", folder)
    run_build(settings)
    print(f"The site for {settings['SITEURL']} is in {settings['OUTPUT_PATH']}")


def load_settings(path: Path, folder: Path | str = "") -> dict:
    """The settings of the file `path`, as Pelican reads them: relative paths are relative to the folder of the file.

    `folder`: the output, in place of OUTPUT_PATH. Raises BuildError for an error in the file, SettingsError for a wrong value.
    """
    try:
        variables = runpy.run_path(str(path))
    except SettingsError:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the file is Python that people edit
        raise BuildError([settings_problem(path, error)]) from None
    settings = {name: value for name, value in variables.items() if name.isupper()}
    try:
        check_names(settings)
        check_settings(settings)
    except SettingsError as error:
        raise SettingsError(f"{path.name}: {error}") from None
    for name in ("PATH", "THEME", "OUTPUT_PATH", "STORE_PATH"):
        if settings.get(name):
            settings[name] = str(path.absolute().parent / settings[name])
    return {**settings, "OUTPUT_PATH": str(Path(folder or settings["OUTPUT_PATH"]).absolute())}


def settings_problem(path: Path, error: BaseException) -> Problem:
    """The exception that ended the settings file `path`, at the last line of a settings file that ran."""
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError):
        frames.append((error.filename, error.lineno))
    in_settings = [(Path(file).name, line) for file, line in frames if Path(file or "").absolute().parent == path.absolute().parent]
    name, line = in_settings[-1] if in_settings else (path.name, 1)
    reason = error.msg if isinstance(error, SyntaxError) else f"{type(error).__name__}: {error}"
    return Problem(name, line or 1, format_message("settings-broken", why=reason))


def run_build(settings: dict, quiet: bool = False) -> None:
    """Build the site, unless the output is up to date.

    The old output stays until every page is rendered. Raises BuildError for problems in the content, Exit for other
    errors, also for those that Pelican only logs.
    """
    gc.disable()  # a build creates few reference cycles, and looking for them takes a tenth of its time
    try:
        if not is_up_to_date(settings):
            run_pelican(settings, quiet)
        elif not quiet:
            print("Done: nothing has changed since the last build.")
    finally:
        gc.enable()


def run_pelican(settings: dict, quiet: bool) -> None:
    """Run Pelican, which loads our generator as a plugin. Its warnings and errors, most of which do not stop it, raise Exit."""
    from pelican import Pelican
    from pelican.settings import read_settings

    if settings.get("PLUGINS") != ["caravan"]:
        raise Exit("Nothing was built: PLUGINS must be ['caravan'], the plugin that builds the site.")
    collector, logger = BufferingHandler(sys.maxsize), logging.getLogger("pelican")
    collector.setLevel(logging.WARNING)
    logger.addHandler(collector)
    try:
        with contextlib.redirect_stdout(io.StringIO()) if quiet else contextlib.nullcontext():
            Pelican(read_settings(None, dict(settings))).run()
    except ContentError as error:
        raise BuildError(error.problems) from None
    except OutputError as error:
        raise Exit(str(error)) from None
    finally:
        logger.removeHandler(collector)
    if collector.buffer:
        messages = "\n".join(record.getMessage() for record in collector.buffer)
        raise Exit(f"Pelican logged warnings, so do not use this output:\n{messages}")
