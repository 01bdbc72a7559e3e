"""One build, from the files below content/ to the files of the output."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import multiprocessing
import shutil
from dataclasses import dataclass
from pathlib import Path

from caravan import tracking
from caravan.build import manifest
from caravan.build.cache import BuildLog, Cache, StatCache, build_log, environment_hash, is_not_racy, wait_for_mtime_tick
from caravan.build.loader import Loader, load_library
from caravan.build.output import FileHashes, output_lock, owned_files, parent_folders, staging_folder, sync, unchanged_files
from caravan.build.parallel import WorkerPool
from caravan.build.render import RenderedFile, collect_documents, copy_pictures, outdated, render_outdated, static_files
from caravan.reading.library import Library, find_problems
from caravan.reading.paths import stat_signature
from caravan.reading.problems import ContentError
from caravan.site import i18n
from caravan.site.document import Document
from caravan.site.settings import check_settings, language_settings, store_folder, today
from caravan.site.site import Site


@dataclass(frozen=True)
class BuildResult:
    """`files`: paths of all files of the site below the output. `foreign_files`: other files there, which were left alone."""

    site: Site
    files: list[str]
    foreign_files: list[str]


@dataclass(frozen=True)
class OutputPlan:
    """The files of the site, and what has to be done to bring the output up to date.

    `static_hashes`, `logged_hashes`: SHA-256 by path, of the static files and of what earlier builds rendered.
    `unchanged`: paths of both that the output holds with these bytes. `outdated`: paths of the documents to render.
    """

    documents: dict[str, Document]
    static_files: dict[str, Path]
    static_hashes: dict[str, str]
    logged_hashes: dict[str, str]
    unchanged: set[str]
    outdated: list[str]


def build(settings: dict) -> BuildResult:
    """Build the site into `settings["OUTPUT_PATH"]`. `settings`: Pelican's, with ours.

    A build that fails changes no file of the output. Raises ContentError for problems in the content, OutputError if the
    output cannot be written without touching foreign files, SettingsError for a setting that cannot work, such as one that
    makes two pages at one URL, TemplateError and StyleError for errors in the theme.
    """
    if multiprocessing.parent_process():  # a script without `if __name__ == "__main__"` started it
        raise RuntimeError("a worker process must not start a build")
    check_settings(settings)
    output, day = Path(settings["OUTPUT_PATH"]), today()
    with output_lock(output), Cache(store_folder(settings)) as cache, WorkerPool() as pool:
        owned = owned_files(output)
        environment = environment_hash(settings)
        log, stat_cache = cache.load_log(output, environment), cache.load_stats(output)
        library = load_library(Path(settings["PATH"]), language_settings(settings), day, Loader(cache, stat_cache), pool)
        check(library, settings, check_catalogs=not log.files)
        site = Site(library, settings, day)
        with staging_folder(output) as staging:
            copies = copy_pictures(site, site.used_pictures, (store_folder(settings) or staging.parent) / "pictures", pool)
            plan = plan_output(site, copies, output, stat_cache, log)
            rendered = render_outdated(library, site, settings, plan.documents, plan.outdated, staging, pool)
            changed, hashes = stage(plan, rendered, output, staging)
            inputs = manifest_inputs(settings, day)
            foreign_files, manifest_data = sync(staging, output, inputs, hashes, owned, changed)
            if changed:
                wait_for_mtime_tick()
        hashes[manifest.NAME] = (hashlib.sha256(manifest_data).hexdigest(), len(manifest_data))
        for name in {*changed, manifest.NAME}:
            path = f"{output}/{name}"  # the cache has forward slashes in paths, on Windows too
            stat_cache.remember(path, stat_signature(path), hashes[name][0])
        # With foreign files, the next build has to run and name them again.
        state = "" if foreign_files else build_state(environment, day, inputs)
        new_stats = input_and_output_stats(stat_cache, library, output, [*hashes], [*copies.values()], state)
        cache.save_output(output, environment, new_stats, new_log(log, plan, rendered))
    return BuildResult(site, list(hashes), foreign_files)


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


def plan_output(site: Site, copies: dict[str, Path], output: Path, stat_cache: StatCache, log: BuildLog) -> OutputPlan:
    """List the files of the site, among them `copies` of pictures, and compare them with the output."""
    documents, static = collect_documents(site), static_files(site) | copies
    static_hashes = {name: stat_cache.file_hash(file, stat_signature(file)) for name, file in static.items()}
    logged_hashes = {name: record.sha256 for name, record in log.files.items() if name in documents}
    unchanged = unchanged_files(output, {**logged_hashes, **static_hashes}, stat_cache)
    stale = set(outdated(site, documents, log))
    to_render = [name for name in documents if name in stale or name not in unchanged]
    return OutputPlan(documents, static, static_hashes, logged_hashes, unchanged, to_render)


def stage(plan: OutputPlan, rendered: list[RenderedFile], output: Path, staging: Path) -> tuple[set[str], FileHashes]:
    """Copy changed static files into `staging`. Returns the paths to move into the output, and hash and size of all files.

    A document that was rendered to the same bytes as before is not moved, so that its mtime stays.
    """
    changed = [
        file.save_as for file in rendered
        if file.save_as not in plan.unchanged or plan.logged_hashes.get(file.save_as) != file.sha256
    ]  # fmt: skip
    changed += [name for name in plan.static_files if name not in plan.unchanged]
    for name in changed:
        if name in plan.static_files:
            (staging / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(plan.static_files[name], staging / name, follow_symlinks=False)
    to_move = set(changed)
    hashes = {**plan.logged_hashes, **{file.save_as: file.sha256 for file in rendered}, **plan.static_hashes}
    return to_move, {name: (sha256, stat_signature((staging if name in to_move else output) / name)[0]) for name, sha256 in hashes.items()}


def new_log(log: BuildLog, plan: OutputPlan, rendered: list[RenderedFile]) -> BuildLog:
    """The log of this build. `log`: that of the last one."""
    files = {file.save_as: file for file in rendered}
    kept = {name: (log.dependencies_of(name), log.files[name].sha256) for name in plan.documents if name not in files}
    return build_log({
        name: (document.identity, files[name].dependencies, files[name].sha256) if name in files else (document.identity, *kept[name])
        for name, document in plan.documents.items()
    })  # fmt: skip


def build_state(environment: str, day: datetime.date, inputs: manifest.BuildInputs) -> str:
    """A hash of everything but files that decides whether the output is up to date."""
    return tracking.content_hash([environment, day.isoformat(), inputs])


def input_and_output_stats(
    stat_cache: StatCache, library: Library, output: Path, names: list[str], copies: list[Path], state: str
) -> StatCache:
    """The stat signature of every input, copy of a picture and output. Without `state` if one of them may change without a change of it."""
    groups = library.groups.values()
    articles = (article for group in groups for article in [*group.articles.values(), *group.drafts.values()])
    files = [*(article.file for article in articles), *library.tree.asset_files.values(), *library.tree.extra_files.values(), *copies]
    files += [f"{output}/{name}" for name in names]
    folders = [str(output), *(f"{output}/{path}" for path in parent_folders(names))]
    signatures = {**library.stat_signatures, **{folder: stat_signature(folder) for folder in folders}}
    known = {str(path): stat_cache.entries[str(path)] for path in files if str(path) in stat_cache.entries}
    is_complete = len(known) == len({*map(str, files)}) and all(map(is_not_racy, signatures.values()))
    return StatCache(state if is_complete else "", {**{path: (value, "") for path, value in signatures.items() if value}, **known})


def up_to_date_files(settings: dict) -> list[str] | None:
    """The paths of all files of the output if a build would change none of them, else None."""
    output, day = Path(settings["OUTPUT_PATH"]), today()
    with contextlib.closing(Cache(store_folder(settings))) as cache:
        stat_cache = cache.load_stats(output)
    if not stat_cache.is_current(build_state(environment_hash(settings), day, manifest_inputs(settings, day))):
        return None
    return [path for path in stat_cache.entries if path.startswith(f"{output}/")]


def manifest_inputs(settings: dict, day: datetime.date) -> manifest.BuildInputs:
    """The inputs that the manifest names. A build for the preview names no commit, since it is not published."""
    if settings["WITH_FUTURE_DATES"] or settings["WITH_DRAFTS"]:
        return manifest.BuildInputs(settings["SITEURL"], day.isoformat())
    return manifest.build_inputs(Path(settings["ROOT"]), settings["SITEURL"], day.isoformat(), settings["REPOSITORY"])
