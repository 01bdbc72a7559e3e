"""One build, from the files below content/ to the files of the output."""

from __future__ import annotations

import datetime
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from caravan.build.cache import BuildCache, BuildLog, build_state, wait_for_mtime_tick
from caravan.build.environment import environment_hash
from caravan.build.loader import MIN_ITEMS_PER_WORKER, Loader, load_library, warm_up
from caravan.build.manifest import BuildInputs, build_inputs
from caravan.build.output import FileHashes, output_lock, owned_files, parent_folders, sync, unchanged_files
from caravan.build.parallel import Worker, worker_pool
from caravan.build.render import RenderedFile, collect_documents, create_job, outdated, render_outdated, static_files
from caravan.build.verify import NAME as MANIFEST
from caravan.reading.library import Library, find_problems
from caravan.reading.paths import stat_signature
from caravan.reading.problems import ContentError, Problem
from caravan.site import i18n
from caravan.site.document import Document
from caravan.site.settings import language_settings, store_folder, today
from caravan.site.site import Site, assemble
from caravan.site.templates import Theme


@dataclass(frozen=True)
class BuildResult:
    """`files`: paths of all files of the site below the output. `foreign_files`: other files there, which were left alone."""

    library: Library
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
    output cannot be written without touching foreign files, RenderError for two pages at one URL, TemplateError and
    StyleError for errors in the theme.
    """
    output, day = Path(settings["OUTPUT_PATH"]), today()
    owned_files(output)  # raises OutputError before the slow part
    with BuildCache(store_folder(settings), output) as cache, worker_pool() as pool:
        log = cache.load_log(environment_hash(settings))
        library = read(settings, day, cache, pool, first_build=not log.files)
        check(library, settings, check_catalogs=not log.files)
        site = assemble(library, settings, day)
        with output_lock(output), staging_folder(output) as staging:
            owned = owned_files(output)
            plan = plan_output(site, output, cache, log)
            rendered = render(library, site, settings, day, cache, pool, plan, staging)
            changed, hashes = stage(plan, rendered, output, staging)
            inputs = manifest_inputs(settings, day)
            foreign_files, manifest = sync(staging, output, inputs, hashes, owned, changed)
            if changed:
                wait_for_mtime_tick()
            state = None if foreign_files else build_state(log.environment, day, inputs)
            save(cache, log, library, output, plan, rendered, hashlib.sha256(manifest).hexdigest(), state)
    return BuildResult(library, site, [*hashes, MANIFEST], foreign_files)


def read(
    settings: dict, day: datetime.date, cache: BuildCache, pool: list[Worker] = (), first_build: bool = False
) -> Library:
    """Load everything below PATH, unchanged articles from the cache. Never raises for mistakes of authors."""
    if first_build and cache.articles and not cache.articles.has_at_least(MIN_ITEMS_PER_WORKER):
        for worker in pool:  # probably many articles to parse: let the workers import their modules during the scan
            worker.prepare(warm_up)
    loader = Loader(cache.articles, cache.stat_cache)
    return load_library(Path(settings["PATH"]), language_settings(settings), day, loader, pool)


def check(library: Library, settings: dict, check_catalogs: bool) -> None:
    """Raise ContentError with every error in the content.

    `check_catalogs`: also check the translations of the interface. They are part of the environment hash, so they need no
    second check while the log of an earlier build is valid.
    """
    problems = find_problems(library, warnings=False)
    if check_catalogs:
        theme = Path(settings["THEME"])
        problems += i18n.catalog_problems(theme, i18n.CODE, tuple(settings["LANGUAGES"]), theme.parent)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise ContentError(errors)


def plan_output(site: Site, output: Path, cache: BuildCache, log: BuildLog) -> OutputPlan:
    """List the files of the site, and compare them with the output. Raises ContentError for a file that overwrites a page."""
    documents = collect_documents(site)
    static, problems = static_files(site, documents)
    if problems:
        raise ContentError(problems)
    static_hashes = {name: cache.file_hash(file) for name, file in static.items()}
    logged_hashes = {name: record.sha256 for name, record in log.files.items() if name in documents}
    unchanged = unchanged_files(output, {**logged_hashes, **static_hashes}, cache.stat_cache)
    stale = set(outdated(site, documents, log))
    to_render = [name for name in documents if name in stale or name not in unchanged]
    return OutputPlan(documents, static, static_hashes, logged_hashes, unchanged, to_render)


@contextmanager
def staging_folder(output: Path) -> Iterator[Path]:
    """A temporary folder beside the output: on the same file system, so that moving a file is atomic."""
    with tempfile.TemporaryDirectory(prefix=f".{output.name}-", dir=output.parent) as folder:
        staging = Path(folder) / "new"
        staging.mkdir()
        yield staging


def render(
    library: Library, site: Site, settings: dict, day: datetime.date, cache: BuildCache, pool: list[Worker], plan: OutputPlan,
    staging: Path,
) -> list[RenderedFile]:  # fmt: skip
    """Render the outdated documents into `staging`. Raises ContentError if our code fails on an article."""
    theme, articles = Theme(Path(settings["THEME"])), cache.articles
    job = create_job(library, settings, day, articles.path) if articles and articles.connection else None
    results = render_outdated(site, theme, plan.documents, plan.outdated, staging, pool, job)
    problems = [result for result in results if isinstance(result, Problem)]
    if problems:
        raise ContentError(problems)
    return results


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
    return to_move, {
        name: (sha256, stat_signature((staging if name in to_move else output) / name)[0]) for name, sha256 in hashes.items()
    }


def save(
    cache: BuildCache, log: BuildLog, library: Library, output: Path, plan: OutputPlan, rendered: list[RenderedFile],
    manifest_hash: str, state: list | None,
) -> None:  # fmt: skip
    """Save the log, and the stat signature of every input and output, for the next build.

    `state`: see cache.build_state. None if there are foreign files: the next build has to run and name them again.
    """
    dependency_names = list(log.dependencies)
    rendered_files = {file.save_as: file for file in rendered}
    records = {
        name: (document.identity, rendered_files[name].dependencies, rendered_files[name].sha256)
        if name in rendered_files
        else (document.identity, log.dependencies_of(name, dependency_names), log.files[name].sha256)
        for name, document in plan.documents.items()
    }
    other_hashes = {**plan.static_hashes, MANIFEST: manifest_hash}
    for name, sha256 in {**{name: file.sha256 for name, file in rendered_files.items()}, **other_hashes}.items():
        path = f"{output}/{name}"  # the cache has forward slashes in paths, on Windows too
        cache.stat_cache.remember(path, stat_signature(path), sha256)
    groups = library.groups.values()
    articles = (article for group in groups for article in [*group.articles.values(), *group.drafts.values()])
    input_files = [*(article.file for article in articles), *library.asset_files.values(), *library.extra_files.values()]
    output_names = [*records, *other_hashes]
    output_files = [f"{output}/{name}" for name in output_names]
    folders = [str(output), *(f"{output}/{path}" for path in parent_folders(output_names))]
    signatures = {**library.stat_signatures, **{folder: stat_signature(folder) for folder in folders}}
    cache.save(log.with_files(records), signatures, [*input_files, *output_files], state)


def manifest_inputs(settings: dict, day: datetime.date) -> BuildInputs:
    """The inputs that the manifest names. A build for the preview names no commit, since it is not published."""
    if settings["INCLUDE_UNPUBLISHED"]:
        return BuildInputs(settings["SITEURL"], day.isoformat())
    return build_inputs(Path(settings["ROOT"]), settings["SITEURL"], day.isoformat(), settings["REPOSITORY"])
