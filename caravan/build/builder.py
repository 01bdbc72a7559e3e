"""One build, from the files below content/ to the files of the output."""

from __future__ import annotations

import datetime
import multiprocessing
import shutil
from pathlib import Path

from caravan import tracking
from caravan.build import manifest
from caravan.build.cache import Cache, environment_hash, wait_for_mtime_tick
from caravan.build.loader import load_library
from caravan.build.output import output_lock, owned_files, parent_folders, present_files, staging_folder, sync
from caravan.build.parallel import WorkerPool
from caravan.build.render import collect_documents, copy_pictures, current_files, render_outdated, static_files
from caravan.reading.library import Library, find_problems
from caravan.reading.paths import stat_signature
from caravan.reading.problems import ContentError
from caravan.site import i18n
from caravan.site.settings import check_settings, language_settings, store_folder, today
from caravan.site.site import Site


def build(settings: dict) -> tuple[Site, list[str]]:
    """Build the site into `settings["OUTPUT_PATH"]`. `settings`: Pelican's, with ours.

    Returns the site, and the paths of other files in the output, which were left alone. A build that fails changes no file
    of the output. Raises ContentError for problems in the content, OutputError if the output cannot be written without
    touching foreign files, SettingsError for a setting that cannot work, such as one that makes two pages at one URL,
    TemplateError and StyleError for errors in the theme.
    """
    if multiprocessing.parent_process():  # a script without `if __name__ == "__main__"` started it
        raise RuntimeError("a worker process must not start a build")
    check_settings(settings)
    output, day = Path(settings["OUTPUT_PATH"]), today()
    with output_lock(output), Cache(store_folder(settings)) as cache, WorkerPool() as pool:
        owned = owned_files(output)
        environment = environment_hash(settings)
        log, stat_cache = cache.load_log(output, environment), cache.load_stats(output)
        library = load_library(Path(settings["PATH"]), language_settings(settings), day, cache, pool)
        check(library, settings, check_catalogs=not log)
        site = Site(library, settings, day)
        documents = collect_documents(site)
        with staging_folder(output) as staging:
            picture_folder = (store_folder(settings) or staging.parent) / "pictures"
            copied = static_files(site) | copy_pictures(site, site.used_pictures, picture_folder, pool)
            present, current = present_files(output, [*documents, *copied], stat_cache), current_files(site, documents, log)
            outdated = [name for name in documents if name not in current or current[name].sha256 != present.get(name)]
            log = current | render_outdated(library, site, settings, documents, outdated, staging, pool)
            hashes = {name: file.sha256 for name, file in log.items()}
            hashes |= {name: stat_cache.file_hash(file, stat_signature(file)) for name, file in copied.items()}
            # A document that was rendered to the same bytes as before is not moved, so that its mtime stays.
            changed = {name for name, sha256 in hashes.items() if sha256 != present.get(name)}
            for name in changed & copied.keys():
                (staging / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(copied[name], staging / name, follow_symlinks=False)
            folders = {name: staging if name in changed else output for name in hashes}
            listed = {name: (sha256, stat_signature(folders[name] / name)[0]) for name, sha256 in hashes.items()}
            inputs = manifest_inputs(settings, day)
            foreign_files = sync(staging, output, inputs, listed, owned, changed)
            if changed:
                wait_for_mtime_tick()
        # The next build need not run if it finds these as they are now; its paths have forward slashes, on Windows too.
        written = {name: hashes[name] for name in changed} | dict.fromkeys([".", manifest.NAME, *parent_folders(hashes)], "")
        for name, sha256 in written.items():
            path = f"{output}/{name}"
            stat_cache.remember(path, stat_signature(path), sha256)
        # With foreign files, the next build has to run and name them again.
        state = "" if foreign_files else build_state(environment, day, inputs)
        cache.save_output(output, environment, state, log)
    return site, foreign_files


def check(library: Library, settings: dict, check_catalogs: bool) -> None:
    """Raise ContentError with every error in the content.

    `check_catalogs`: also check the translations of the interface. They are part of the environment hash, so they need no
    second check while the log of an earlier build is valid.
    """
    problems = find_problems(library, warnings=False)
    if check_catalogs:
        problems += i18n.catalog_problems(Path(settings["THEME"]), settings["LANGUAGES"])
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise ContentError(errors)


def build_state(environment: str, day: datetime.date, inputs: dict) -> str:
    """A hash of everything but files that decides whether the output is up to date."""
    return tracking.content_hash([environment, day.isoformat(), inputs])


def is_up_to_date(settings: dict) -> bool:
    """Whether a build would change no file of the output."""
    day = today()
    with Cache(store_folder(settings)) as cache:
        stat_cache = cache.load_stats(Path(settings["OUTPUT_PATH"]))
    return stat_cache.is_current(build_state(environment_hash(settings), day, manifest_inputs(settings, day)))


def manifest_inputs(settings: dict, day: datetime.date) -> dict:
    """The inputs that the manifest names. A build for the preview names no commit, since it is not published."""
    root = None if settings["WITH_FUTURE_DATES"] or settings["WITH_DRAFTS"] else Path(settings["ROOT"])
    return manifest.build_inputs(root, settings["SITEURL"], day.isoformat(), settings["REPOSITORY"])
