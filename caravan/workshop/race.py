"""Building and previewing one corpus, measured: ours and stock Pelican's, each in processes of their own."""

from __future__ import annotations

import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import corpus

OURS = """
import sys
from pathlib import Path
from caravan.workshop import building
settings = building.configured(Path("publishconf.py"), Path(sys.argv[2]))
settings.update(PATH=sys.argv[1], STORE_PATH=Path(sys.argv[3]), FALLBACK_PAGES=sys.argv[4] == "fallback")
building.run(settings, quiet=True)
"""
STOCK = """
import sys
from pelican import Pelican
from pelican.settings import read_settings
from caravan.workshop.stock import settings
Pelican(read_settings(None, settings(sys.argv[1], sys.argv[2]))).run()
"""
START = "import caravan.workshop.building"
# What the kernel says of children is the peak of all there ever were: each measured process has a parent of its own.
WATCH = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.returncode)
"""


@dataclass(frozen=True)
class Run:
    """One process: seconds of wall clock and of CPU (its children's too), peak memory of the largest process in MB."""

    wall: float
    cpu: float
    memory: float


def measured(root: Path, script: str, *words: object) -> Run:
    """Run `script` with Python. Raises RuntimeError with what it said where it failed."""
    environment = {**os.environ, "SITEURL": "https://example.org", "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", WATCH, sys.executable, "-c", script, *map(str, words)]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(wall, cpu, int(done.stdout.split()[-1]) / 1024)


class Race:
    """One corpus of `size` articles in `folder`, and the kinds of work on it."""

    def __init__(self, root: Path, folder: Path, size: int):
        self.root, self.folder, self.size = root, folder, size
        self.edits = 0
        corpus.write(folder / "content", size)
        corpus.write(folder / "stock", size, whole=True)

    def ours(self, fallback: str = "texts alone") -> Run:
        return measured(self.root, OURS, self.folder / "content", self.folder / "ours", self.folder / "store", fallback)

    def forget(self) -> None:
        for name in ("ours", "store"):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def edit(self, content: str) -> None:
        """What an organizer does: one more sentence in one text."""
        self.edits += 1
        path = next((self.folder / content).glob(f"*/text-{self.edits % self.size}/en.md"))
        path.write_text(path.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")

    def start(self) -> Run:
        return measured(self.root, START)

    def cold(self) -> Run:
        self.forget()
        return self.ours()

    def stock(self) -> Run:
        """Stock Pelican, cold; it does all of that again after any edit."""
        shutil.rmtree(self.folder / "theirs", ignore_errors=True)
        return measured(self.root, STOCK, self.folder / "stock", self.folder / "theirs")

    def one_edit(self) -> Run:
        self.edit("content")
        return self.ours()

    def no_change(self) -> Run:
        self.ours()
        return self.ours()

    def every_page_again(self) -> Run:
        """As after a change of the theme: every text is known, every page is printed."""
        shutil.rmtree(self.folder / "ours")
        for path in (self.folder / "store").glob("*.json"):
            path.unlink()
        return self.ours()

    def with_fallback(self) -> Run:
        self.forget()
        return self.ours("fallback")

    def pages(self, name: str) -> int:
        return sum(1 for _ in (self.folder / name).rglob("*.html"))


# In the order in which they are run, so that each finds what it needs.
WORK: dict[str, Callable[[Race], Run]] = {
    "start and imports": Race.start,
    "stock, cold": Race.stock,
    "cold": Race.cold,
    "one text edited": Race.one_edit,
    "nothing changed": Race.no_change,
    "every page printed, no text read": Race.every_page_again,
}


def saves(root: Path, race: Race, number: int = 9) -> tuple[float, float]:
    """Medians, in ms, of the work of a save in the running preview, and of the time until a browser has the new page."""
    project = race.folder / "project"
    for name in ("caravan", "theme"):
        shutil.copytree(root / name, project / name, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    for name in ("pelicanconf.py", "publishconf.py"):
        shutil.copy(root / name, project / name)
    (race.folder / "content").rename(project / "content")
    serve = "from pathlib import Path; from caravan.workshop import preview; preview.serve(Path.cwd(), 8400)"
    command = [sys.executable, "-u", "-c", serve]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True) as process:
        try:
            address = next(line.split()[4] for line in process.stdout if line.startswith("The site is at"))
            spent, seen = [], []
            for count in range(number):
                seen.append(one_save(address, project / "content", count) * 1000)
                spent += [float(found[1]) for found in [re.search(r"read in (\d+) ms", process.stdout.readline())] if found]
            return statistics.median(spent), statistics.median(seen)
        finally:
            process.terminate()
            process.communicate()
            (project / "content").rename(race.folder / "content")


def one_save(address: str, content: Path, count: int) -> float:
    """Seconds from a save until the page that somebody looks at has been fetched with the new words."""
    path = next(content.glob(f"*/text-{count}/en.md"))
    page = f"{address}{path.parent.parent.name}/{path.parent.name}/"
    urllib.request.urlopen(page).read()
    with urllib.request.urlopen(f"{address}_preview/events") as events:
        events.readline(), events.readline()
        start = time.perf_counter()
        path.write_text(path.read_text(encoding="utf-8") + f"\nSaved-{count}-now\n", encoding="utf-8")
        events.readline()
        words = urllib.request.urlopen(page).read().decode()
        spent = time.perf_counter() - start
    if f"Saved-{count}-now" not in words:
        raise RuntimeError(f"the preview told of a save before it could show it: {page}")
    return spent
