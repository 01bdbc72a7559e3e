"""Building and previewing one corpus, measured: ours and stock Pelican's, each in processes of their own.

`bench`: how long building takes here, beside stock Pelican on the same texts in the same run.

In turn A B A B; medians and ratios count, since machines differ and are shared.
"""

from __future__ import annotations

import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from caravan.dev import schema_docs
from tools import corpus

OURS = """
import sys
from pathlib import Path
from caravan.build import command
settings = command.load_settings(Path("publishconf.py"), Path(sys.argv[2]))
settings.update(PATH=sys.argv[1], STORE_PATH=Path(sys.argv[3]), FALLBACK_PAGES=sys.argv[4] == "fallback")
command.run_build(settings, quiet=True)
"""
STOCK = """
import sys
from pelican import Pelican
from pelican.settings import read_settings
from tools.bench_pelican import settings
Pelican(read_settings(None, settings(sys.argv[1], sys.argv[2]))).run()
"""
START = "import caravan.build.command"
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
    serve = "from pathlib import Path; from caravan.preview import watcher; watcher.serve(Path.cwd(), 8400)"
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


PAGE = "docs/benchmarks.md"
PICTURE = "docs/benchmarks.svg"
ROUNDS = {100: 5, 1_000: 3, 10_000: 3}
PACKAGES = ("pelican", "markdown", "typogrify", "jinja2", "nh3", "pydantic")
Found = dict[str, list[Run]]


def bench(root: Path, sizes: list[int], rounds: int = 0) -> None:
    """Measure each size and write table and picture. `rounds` of each kind of work; 0 for the usual number."""
    results: dict[int, Found] = {}
    extra: dict[int, list[str]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            race = Race(root, Path(folder), size)
            results[size] = run(race, rounds or ROUNDS.get(size, 3))
            pages = f"{race.pages('ours'):,} pages, stock {race.pages('theirs'):,}"
            work, seen = saves(root, race)
            fallback = race.with_fallback()
            extra[size] = [
                pages,
                f"a save in the running preview: {work:.0f} ms of work, {seen:.0f} ms until the page is fetched again",
                f"cold with pages for missing translations ({race.pages('ours'):,} pages): {fallback.wall:.2f} s, "
                f"{fallback.cpu:.2f} s of CPU",
            ]
    (root / PICTURE).write_text(picture(results), encoding="utf-8")
    schema_docs.write(root / PAGE, "bench", "bench", written(results, extra))


def run(race: Race, rounds: int) -> Found:
    found: Found = {name: [] for name in WORK}
    for number in range(1, rounds + 1):
        for name, work in WORK.items():
            found[name].append(work(race))
            print(f"{race.size:>6} articles, round {number}: {name}: {found[name][-1].wall:.2f} s", flush=True)
    return found


def middle(runs: list[Run]) -> Run:
    return Run(*(statistics.median(getattr(each, part) for each in runs) for part in ("wall", "cpu", "memory")))


def written(results: dict[int, Found], extra: dict[int, list[str]]) -> str:
    """The section of the page: what was measured, on what, and the ratios that count."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    lines = [f"Measured with `python3 tasks.py bench` on {machine}; {versions}.", ""]
    for size, found in results.items():
        stock, start = middle(found["stock, cold"]), middle(found["start and imports"])
        lines += [f"### {size:,} articles", "", *(f"{line}." for line in extra[size]), ""]
        lines += ["| work | wall | CPU | memory | to stock, wall | to stock, memory |", "|---|---:|---:|---:|---:|---:|"]
        for name, runs in found.items():
            each = middle(runs)
            ratios = f"{each.wall / stock.wall:.3f} | {each.memory / stock.memory:.2f}"
            lines.append(f"| {name} | {each.wall:.2f} s | {each.cpu:.2f} s | {each.memory:.0f} MB | {ratios} |")
        more = middle(found["nothing changed"]).wall - start.wall
        lines += ["", f"Nothing changed: {more:.2f} s more than starting Python and importing what is needed.", ""]
    sizes = sorted(results)
    for small, large in zip(sizes, sizes[1:]):
        ratio = middle(results[large]["cold"]).wall / middle(results[small]["cold"]).wall
        lines.append(f"Cold, {large:,} against {small:,}: {ratio:.1f} times.")
    return "\n".join([*lines, "", "![Seconds of each kind of work beside stock Pelican](benchmarks.svg)"])


def picture(results: dict[int, Found]) -> str:
    """Bars of the wall clock of each kind of work as a share of stock Pelican's, one row each (SVG)."""
    rows, y = [], 24
    for size, found in sorted(results.items()):
        stock = middle(found["stock, cold"]).wall
        rows.append(f'<text x="8" y="{y}" font-weight="bold">{size:,} articles</text>')
        for name, runs in found.items():
            y += 22
            wall = middle(runs).wall
            width = max(1.0, 400 * wall / max(stock, wall))
            rows.append(f'<text x="8" y="{y}">{name}</text>')
            rows.append(f'<rect x="250" y="{y - 12}" width="{width:.1f}" height="14" fill="#{"999" if "stock" in name else "d43d0e"}"/>')
            rows.append(f'<text x="{256 + width:.0f}" y="{y}">{wall:.2f} s</text>')
        y += 34
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="760" height="{y}" font-family="sans-serif" font-size="13">'
    return "\n".join([head, '<rect width="100%" height="100%" fill="#fff"/>', *rows, "</svg>", ""])
