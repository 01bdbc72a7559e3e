"""One build from texts to files: read what changed, print what that changes, put it into its place."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import shutil
import tempfile
from pathlib import Path

from caravan.publishing import manifest
from caravan.publishing.manifest import Inputs
from caravan.publishing.verify import NAME as MANIFEST
from caravan.reading import library
from caravan.reading.many import ENOUGH, Reading, get_ready
from caravan.reading.problems import ContentError, Problem
from caravan.reading.stamps import look
from caravan.workers import workers

from . import phrases
from .apprentice import order_of, print_all
from .base import base
from .document import Document
from .kept import Kept, settle, state
from .placing import alone, intact, owned, parents, put
from .press import Printed, copies, plan, stale
from .printing import Theme
from .settings import rules, store_folder, today
from .site import Site, assemble


class Edition:
    """`settings` are those of the configuration file. STORE_PATH is the folder of the store, or None for no memory."""

    site: Site
    library: library.Library
    files: list[str]  # every file of the output, once it is printed
    foreign: list[str]  # what others left in the folder of the output; it stays there

    def __init__(self, settings: dict):
        self.settings = settings
        self.output = Path(settings["OUTPUT_PATH"])
        self.kept = Kept(store_folder(settings), self.output)
        self.prints = self.kept.prints(base(settings))
        self.day = today()
        self.hired = contextlib.ExitStack()
        if self.kept.store:
            self.hired.callback(self.kept.store.close)
        self.staff = self.hired.enter_context(workers())

    def read(self) -> None:
        """Raises ContentError when the content cannot become a site, OutputError for an output that is not ours."""
        try:
            owned(self.output)
            self.library = self.checked()
            self.site = assemble(self.library, self.settings, self.day)
        except BaseException:
            self.hired.close()
            raise

    def checked(self) -> library.Library:
        content, theme = Path(self.settings["PATH"]), Path(self.settings["THEME"])
        if not self.prints.files and self.kept.store and not self.kept.store.holds(ENOUGH):
            for worker in self.staff:  # there is much to read: they load while we look what
                worker.prepare(get_ready)
        reading = Reading(self.kept.store, self.kept.stamps)
        found = library.load(content, rules(self.settings), self.day, reading, self.staff)
        problems = library.problems(found, warnings=False)
        if not self.prints.files:  # else these catalogues were looked through when the last pages were printed
            problems += phrases.problems(theme, Path(__file__).parent, tuple(self.settings["LANGUAGES"]), theme.parent)
        errors = [problem for problem in problems if problem.severity == "error"]
        if errors:
            raise ContentError(errors)
        return found

    def print(self) -> None:
        """Raises PrintError for two pages at one address, ContentError for texts whose pages cannot be made, and whatever a
        template raises; then no file has changed."""
        with self.hired, alone(self.output):
            self.print_all()

    def print_all(self) -> None:
        before = owned(self.output)
        planned = plan(self.site)
        copied, problems = copies(self.site, planned)
        if problems:
            raise ContentError(problems)
        sums = {name: self.kept.sum(file) for name, file in copied.items()}
        known = {name: each.sha256 for name, each in self.prints.files.items() if name in planned}
        whole = intact(self.output, {**known, **sums}, self.kept.stamps)
        fresh = set(stale(self.site, planned, self.prints))
        wanted = [name for name in planned if name in fresh or name not in whole]
        with tempfile.TemporaryDirectory(prefix=f".{self.output.name}-", dir=self.output.parent) as folder:
            staged = Path(folder) / "new"
            staged.mkdir()
            printed = self.printed(planned, wanted, staged)
            moving = [each.save_as for each in printed if each.save_as not in whole or known.get(each.save_as) != each.sha256]
            moving += [name for name in copied if name not in whole]
            for name in moving:
                if name in copied:
                    (staged / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(copied[name], staged / name, follow_symlinks=False)
            every = {**known, **{each.save_as: each.sha256 for each in printed}, **sums}
            new, inputs = set(moving), inputs_of(self.settings, self.day)
            listed = {name: (sha256, look((staged if name in new else self.output) / name)[0]) for name, sha256 in every.items()}
            self.foreign, written = put(staged, self.output, inputs, listed, before, new)
        self.files = [*every, MANIFEST]
        if moving:
            settle()
        self.keep(planned, printed, {**sums, MANIFEST: hashlib.sha256(written).hexdigest()}, inputs)

    def printed(self, planned: dict[str, Document], wanted: list[str], staged: Path) -> list[Printed]:
        theme, store = Theme(Path(self.settings["THEME"])), self.kept.store
        order = order_of(self.library, self.settings, self.day, store.path) if store and store.connection else None
        made = print_all(self.site, theme, planned, wanted, staged, self.staff, order)
        problems = [each for each in made if isinstance(each, Problem)]
        if problems:
            raise ContentError(problems)
        return made

    def keep(self, planned: dict[str, Document], printed: list[Printed], sums: dict[str, str], inputs: Inputs) -> None:
        """Leave for the next build what each file was made from, and how every input and output stood.

        `sums`: SHA-256 of the files that were not printed. Where the output holds files of others, the next build looks
        again, to name them.
        """
        names = list(self.prints.questions)
        new = {each.save_as: each for each in printed}
        files = {
            name: (document.identity, new[name].notes, new[name].sha256)
            if name in new
            else (document.identity, self.prints.notes(name, names), self.prints.files[name].sha256)
            for name, document in planned.items()
        }
        for name, sha256 in [*((name, each[2]) for name, each in files.items() if name in new), *sums.items()]:
            path = f"{self.output}/{name}"  # spelled as everywhere in the memory, on Windows too
            self.kept.stamps.keep(path, look(path), sha256)
        texts = (text for work in self.library.works.values() for text in [*work.texts.values(), *work.drafts.values()])
        read = [*(text.file for text in texts), *self.library.files.values(), *self.library.extra.values()]
        outputs = [f"{self.output}/{name}" for name in [*files, *sums]]
        folders = ["", *(f"/{path}" for path in parents([*files, *sums]))]
        stamps = {**self.library.stamps, **{f"{self.output}{path}": look(f"{self.output}{path}") for path in folders}}
        now = None if self.foreign else state(self.prints.base, self.day, inputs)
        self.kept.keep(self.prints.with_files(files), stamps, [*read, *outputs], now)


def inputs_of(settings: dict, day: datetime.date) -> Inputs:
    """What the manifest says that the site was made from: of a public one the commit too, of a preview no more than
    address and day."""
    if settings["SHOW_WAITING"]:
        return Inputs(settings["SITEURL"], day.isoformat())
    return manifest.inputs(Path(settings["ROOT"]), settings["SITEURL"], day.isoformat(), settings["REPOSITORY"])
