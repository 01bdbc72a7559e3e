"""One build from texts to files: read what changed, print what that changes, put it into its place."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import shutil
import tempfile
from pathlib import Path

from caravan.build import loader, manifest
from caravan.build.cache import BuildCache, build_state, wait_for_mtime_tick
from caravan.build.environment import environment_hash
from caravan.build.loader import MIN_ITEMS_PER_WORKER, Loader, warm_up
from caravan.build.manifest import BuildInputs
from caravan.build.output import alone, owned, parent_folders, sync, unchanged_files
from caravan.build.parallel import worker_pool
from caravan.build.render import RenderedFile, collect_documents, create_job, outdated, render_outdated, static_files
from caravan.build.verify import NAME as MANIFEST
from caravan.reading import library
from caravan.reading.paths import stat_signature
from caravan.reading.problems import ContentError, Problem
from caravan.site import i18n
from caravan.site.document import Document
from caravan.site.settings import rules, store_folder, today
from caravan.site.site import Site, assemble
from caravan.site.templates import Theme


class Builder:
    """`settings` are those of the configuration file. STORE_PATH is the folder of the store, or None for no memory."""

    site: Site
    library: library.Library
    files: list[str]  # every file of the output, once it is printed
    foreign: list[str]  # what others left in the folder of the output; it stays there

    def __init__(self, settings: dict):
        self.settings = settings
        self.output = Path(settings["OUTPUT_PATH"])
        self.cache = BuildCache(store_folder(settings), self.output)
        self.log = self.cache.load_log(environment_hash(settings))
        self.day = today()
        self.exit_stack = contextlib.ExitStack()
        if self.cache.articles:
            self.exit_stack.callback(self.cache.articles.close)
        self.pool = self.exit_stack.enter_context(worker_pool())

    def read(self) -> None:
        """Raises ContentError when the content cannot become a site, OutputError for an output that is not ours."""
        try:
            owned(self.output)
            self.library = self.read_and_check()
            self.site = assemble(self.library, self.settings, self.day)
        except BaseException:
            self.exit_stack.close()
            raise

    def read_and_check(self) -> library.Library:
        content, theme = Path(self.settings["PATH"]), Path(self.settings["THEME"])
        if not self.log.files and self.cache.articles and not self.cache.articles.has_at_least(MIN_ITEMS_PER_WORKER):
            for worker in self.pool:  # there is much to read: they load while we look what
                worker.prepare(warm_up)
        reading = Loader(self.cache.articles, self.cache.stat_cache)
        found = loader.load_library(content, rules(self.settings), self.day, reading, self.pool)
        problems = library.find_problems(found, warnings=False)
        if not self.log.files:  # else these catalogues were looked through when the last pages were printed
            problems += i18n.catalog_problems(theme, i18n.CODE, tuple(self.settings["LANGUAGES"]), theme.parent)
        errors = [problem for problem in problems if problem.severity == "error"]
        if errors:
            raise ContentError(errors)
        return found

    def write(self) -> None:
        """Raises PrintError for two pages at one address, ContentError for texts whose pages cannot be made, and whatever a
        template raises; then no file has changed."""
        with self.exit_stack, alone(self.output):
            self.write_files()

    def write_files(self) -> None:
        before = owned(self.output)
        planned = collect_documents(self.site)
        copied, problems = static_files(self.site, planned)
        if problems:
            raise ContentError(problems)
        sums = {name: self.cache.file_hash(file) for name, file in copied.items()}
        known = {name: each.sha256 for name, each in self.log.files.items() if name in planned}
        whole = unchanged_files(self.output, {**known, **sums}, self.cache.stat_cache)
        fresh = set(outdated(self.site, planned, self.log))
        wanted = [name for name in planned if name in fresh or name not in whole]
        with tempfile.TemporaryDirectory(prefix=f".{self.output.name}-", dir=self.output.parent) as folder:
            staged = Path(folder) / "new"
            staged.mkdir()
            printed = self.render(planned, wanted, staged)
            moving = [each.save_as for each in printed if each.save_as not in whole or known.get(each.save_as) != each.sha256]
            moving += [name for name in copied if name not in whole]
            for name in moving:
                if name in copied:
                    (staged / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(copied[name], staged / name, follow_symlinks=False)
            every = {**known, **{each.save_as: each.sha256 for each in printed}, **sums}
            new, inputs = set(moving), inputs_of(self.settings, self.day)
            listed = {name: (sha256, stat_signature((staged if name in new else self.output) / name)[0]) for name, sha256 in every.items()}
            self.foreign, written = sync(staged, self.output, inputs, listed, before, new)
        self.files = [*every, MANIFEST]
        if moving:
            wait_for_mtime_tick()
        self.save_cache(planned, printed, {**sums, MANIFEST: hashlib.sha256(written).hexdigest()}, inputs)

    def render(self, planned: dict[str, Document], wanted: list[str], staged: Path) -> list[RenderedFile]:
        theme, store = Theme(Path(self.settings["THEME"])), self.cache.articles
        order = create_job(self.library, self.settings, self.day, store.path) if store and store.connection else None
        made = render_outdated(self.site, theme, planned, wanted, staged, self.pool, order)
        problems = [each for each in made if isinstance(each, Problem)]
        if problems:
            raise ContentError(problems)
        return made

    def save_cache(self, planned: dict[str, Document], printed: list[RenderedFile], sums: dict[str, str], inputs: BuildInputs) -> None:
        """Leave for the next build what each file was made from, and how every input and output stood.

        `sums`: SHA-256 of the files that were not printed. Where the output holds files of others, the next build looks
        again, to name them.
        """
        names = list(self.log.dependencies)
        new = {each.save_as: each for each in printed}
        files = {
            name: (document.identity, new[name].dependencies, new[name].sha256)
            if name in new
            else (document.identity, self.log.dependencies_of(name, names), self.log.files[name].sha256)
            for name, document in planned.items()
        }
        for name, sha256 in [*((name, each[2]) for name, each in files.items() if name in new), *sums.items()]:
            path = f"{self.output}/{name}"  # spelled as everywhere in the memory, on Windows too
            self.cache.stat_cache.remember(path, stat_signature(path), sha256)
        texts = (text for work in self.library.groups.values() for text in [*work.articles.values(), *work.drafts.values()])
        read = [*(text.file for text in texts), *self.library.asset_files.values(), *self.library.extra_files.values()]
        outputs = [f"{self.output}/{name}" for name in [*files, *sums]]
        folders = ["", *(f"/{path}" for path in parent_folders([*files, *sums]))]
        stamps = {**self.library.stat_signatures, **{f"{self.output}{path}": stat_signature(f"{self.output}{path}") for path in folders}}
        now = None if self.foreign else build_state(self.log.environment, self.day, inputs)
        self.cache.save(self.log.with_files(files), stamps, [*read, *outputs], now)


def inputs_of(settings: dict, day: datetime.date) -> BuildInputs:
    """What the manifest says that the site was made from: of a public one the commit too, of a preview no more than
    address and day."""
    if settings["SHOW_WAITING"]:
        return BuildInputs(settings["SITEURL"], day.isoformat())
    return manifest.build_inputs(Path(settings["ROOT"]), settings["SITEURL"], day.isoformat(), settings["REPOSITORY"])
