"""Measure builds and the preview of a generated corpus, and stock Pelican on the same texts.

Each build runs in a process of its own. The kinds of work take turns, and medians and ratios are reported, because
machines differ and may be shared. The results are written to docs/benchmarks.md and docs/benchmarks.svg.
"""

from __future__ import annotations

if __name__ == "__main__":  # first of all, since the rest needs the packages of .venv
    import environment

import argparse
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

from tools import corpus, schema_docs

BUILD_SCRIPT = """
import sys
from pathlib import Path
from caravan.build import command
settings = command.load_settings(Path("publishconf.py"), Path(sys.argv[2]))
settings.update(PATH=sys.argv[1], STORE_PATH=Path(sys.argv[3]), FALLBACK_PAGES=sys.argv[4] == "fallback")
settings.update(LANGUAGES=("en", "es", "fil"), DEFAULT_LANG="en")  # the corpus is in English and Spanish
command.run_build(settings, quiet=True)
"""
STOCK_SCRIPT = """
import sys
from pelican import Pelican
from pelican.settings import read_settings
from tools.bench_pelican import settings
Pelican(read_settings(None, settings(sys.argv[1], sys.argv[2]))).run()
"""
IMPORT_SCRIPT = "import caravan.build.command"
# RUSAGE_CHILDREN reports the peak memory of all children so far, so each measured process gets a parent of its own.
MEMORY_SCRIPT = """
import resource, subprocess, sys
result = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(result.returncode)
"""


@dataclass(frozen=True)
class Run:
    """One measured process with its children: wall clock and CPU in seconds, peak memory of the largest process in MB."""

    wall: float
    cpu: float
    memory: float


def measure(root: Path, script: str, *args: object) -> Run:
    """Run a Python script with `args`. Raises RuntimeError with its error output if it fails."""
    environment = {**os.environ, "SITEURL": "https://example.org", "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", MEMORY_SCRIPT, sys.executable, "-c", script, *map(str, args)]
    usage_before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    result = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    wall, usage_after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if result.returncode:
        raise RuntimeError(result.stderr[-2000:])
    cpu = usage_after.ru_utime + usage_after.ru_stime - usage_before.ru_utime - usage_before.ru_stime
    return Run(wall, cpu, int(result.stdout.split()[-1]) / 1024)


class Benchmark:
    """A corpus of `size` articles in `folder`, and the kinds of work that are measured on it."""

    def __init__(self, root: Path, folder: Path, size: int):
        self.root, self.folder, self.size = root, folder, size
        self.edits = 0
        corpus.write(folder / "content", size)
        corpus.write(folder / "stock", size, for_stock=True)

    def build(self, fallback: str = "no fallback") -> Run:
        return measure(self.root, BUILD_SCRIPT, self.folder / "content", self.folder / "ours", self.folder / "store", fallback)

    def delete_output(self) -> None:
        for name in ("ours", "store"):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def edit(self, content: str) -> None:
        """Add a sentence to one text, a different one at each call."""
        self.edits += 1
        path = next((self.folder / content).glob(f"*/text-{self.edits % self.size}/en.md"))
        path.write_text(path.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")

    def start(self) -> Run:
        return measure(self.root, IMPORT_SCRIPT)

    def cold(self) -> Run:
        self.delete_output()
        return self.build()

    def stock(self) -> Run:
        """A build with stock Pelican, which is always cold: it builds everything again after any edit."""
        shutil.rmtree(self.folder / "theirs", ignore_errors=True)
        return measure(self.root, STOCK_SCRIPT, self.folder / "stock", self.folder / "theirs")

    def one_edit(self) -> Run:
        self.edit("content")
        return self.build()

    def no_change(self) -> Run:
        self.build()
        return self.build()

    def every_page(self) -> Run:
        """Every text comes from the cache, every page is rendered, as after a change of the theme."""
        shutil.rmtree(self.folder / "ours")
        return self.build()

    def with_fallback(self) -> Run:
        self.delete_output()
        return self.build("fallback")

    def page_count(self, name: str) -> int:
        return sum(1 for _ in (self.folder / name).rglob("*.html"))


# In order: each kind of work uses the output and cache of those before it.
WORK: dict[str, Callable[[Benchmark], Run]] = {
    "start and imports": Benchmark.start,
    "stock, cold": Benchmark.stock,
    "cold": Benchmark.cold,
    "one text edited": Benchmark.one_edit,
    "nothing changed": Benchmark.no_change,
    "every page printed, no text read": Benchmark.every_page,
}


def measure_saves(root: Path, benchmark: Benchmark, count: int = 9) -> tuple[float, float]:
    """Medians in ms for a saved text in the running preview: time of reading it, and time until the new page is fetched."""
    project = benchmark.folder / "project"
    for name in ("caravan", "theme"):
        shutil.copytree(root / name, project / name, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    for name in ("pelicanconf.py", "publishconf.py"):
        shutil.copy(root / name, project / name)
    (benchmark.folder / "content").rename(project / "content")
    serve = "from pathlib import Path; from caravan.preview import watcher; watcher.serve(Path.cwd(), 8400)"
    command = [sys.executable, "-u", "-c", serve]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True) as process:
        try:
            address = next(line.split()[4] for line in process.stdout if line.startswith("The site is at"))
            read_times, fetch_times = [], []
            for number in range(count):
                fetch_times.append(measure_save(address, project / "content", number) * 1000)
                match = re.search(r"read in (\d+) ms", process.stdout.readline())
                read_times += [float(match[1])] if match else []
            return statistics.median(read_times), statistics.median(fetch_times)
        finally:
            process.terminate()
            process.communicate()
            (project / "content").rename(benchmark.folder / "content")


def measure_save(address: str, content: Path, number: int) -> float:
    """Seconds from saving a text until its page has been fetched with the new content, as an open browser does."""
    path = next(content.glob(f"*/text-{number}/en.md"))
    page = f"{address}{path.parent.parent.name}/{path.parent.name}/"
    urllib.request.urlopen(page).read()
    with urllib.request.urlopen(f"{address}_preview/events") as events:
        events.readline(), events.readline()
        start = time.perf_counter()
        path.write_text(path.read_text(encoding="utf-8") + f"\nSaved-{number}-now\n", encoding="utf-8")
        events.readline()
        html = urllib.request.urlopen(page).read().decode()
        seconds = time.perf_counter() - start
    if f"Saved-{number}-now" not in html:
        raise RuntimeError(f"the preview announced a change before it served the new page: {page}")
    return seconds


REPORT = "docs/benchmarks.md"
CHART = "docs/benchmarks.svg"
ROUNDS = {100: 5, 1_000: 3, 10_000: 3}
PACKAGES = ("pelican", "markdown", "typogrify", "jinja2", "nh3", "pydantic")
Runs = dict[str, list[Run]]  # by kind of work


def bench(root: Path, sizes: list[int], rounds: int = 0) -> None:
    """Measure a corpus of each size, and write the report and the chart. `rounds`: runs of each kind of work, 0 for the default."""
    results: dict[int, Runs] = {}
    notes: dict[int, list[str]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            benchmark = Benchmark(root, Path(folder), size)
            results[size] = run(benchmark, rounds or ROUNDS.get(size, 3))
            pages = f"{benchmark.page_count('ours'):,} pages, stock {benchmark.page_count('theirs'):,}"
            read_time, fetch_time = measure_saves(root, benchmark)
            fallback = benchmark.with_fallback()
            notes[size] = [
                pages,
                f"a save in the running preview: {read_time:.0f} ms of work, {fetch_time:.0f} ms until the page is fetched again",
                f"cold with pages for missing translations ({benchmark.page_count('ours'):,} pages): {fallback.wall:.2f} s, "
                f"{fallback.cpu:.2f} s of CPU",
            ]
    (root / CHART).write_text(draw_chart(results), encoding="utf-8")
    schema_docs.write(root / REPORT, "bench", "python3 tools/bench.py", format_report(results, notes))


def run(benchmark: Benchmark, rounds: int) -> Runs:
    """Run every kind of work `rounds` times, in turn."""
    runs: Runs = {name: [] for name in WORK}
    for number in range(1, rounds + 1):
        for name, work in WORK.items():
            runs[name].append(work(benchmark))
            print(f"{benchmark.size:>6} articles, round {number}: {name}: {runs[name][-1].wall:.2f} s", flush=True)
    return runs


def median(runs: list[Run]) -> Run:
    return Run(*(statistics.median(getattr(run, field) for run in runs) for field in ("wall", "cpu", "memory")))


def format_report(results: dict[int, Runs], notes: dict[int, list[str]]) -> str:
    """The generated section of docs/benchmarks.md: the machine, and a table of medians and ratios for each size."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    lines = [f"Measured with `python3 tools/bench.py` on {machine}; {versions}.", ""]
    for size, runs_by_work in results.items():
        stock, start = median(runs_by_work["stock, cold"]), median(runs_by_work["start and imports"])
        lines += [f"### {size:,} articles", "", *(f"{line}." for line in notes[size]), ""]
        lines += ["| work | wall | CPU | memory | to stock, wall | to stock, memory |", "|---|---:|---:|---:|---:|---:|"]
        for name, runs in runs_by_work.items():
            result = median(runs)
            ratios = f"{result.wall / stock.wall:.3f} | {result.memory / stock.memory:.2f}"
            lines.append(f"| {name} | {result.wall:.2f} s | {result.cpu:.2f} s | {result.memory:.0f} MB | {ratios} |")
        difference = median(runs_by_work["nothing changed"]).wall - start.wall
        lines += ["", f"Nothing changed: {difference:.2f} s more than starting Python and importing what is needed.", ""]
    sizes = sorted(results)
    for small, large in zip(sizes, sizes[1:]):
        ratio = median(results[large]["cold"]).wall / median(results[small]["cold"]).wall
        lines.append(f"Cold, {large:,} against {small:,}: {ratio:.1f} times.")
    return "\n".join([*lines, "", "![Seconds of each kind of work beside stock Pelican](benchmarks.svg)"])


def draw_chart(results: dict[int, Runs]) -> str:
    """A bar chart (SVG) of the wall clock of each kind of work relative to stock Pelican."""
    rows, y = [], 24
    for size, runs_by_work in sorted(results.items()):
        stock = median(runs_by_work["stock, cold"]).wall
        rows.append(f'<text x="8" y="{y}" font-weight="bold">{size:,} articles</text>')
        for name, runs in runs_by_work.items():
            y += 22
            wall = median(runs).wall
            width = max(1.0, 400 * wall / max(stock, wall))
            rows.append(f'<text x="8" y="{y}">{name}</text>')
            rows.append(f'<rect x="250" y="{y - 12}" width="{width:.1f}" height="14" fill="#{"999" if "stock" in name else "d43d0e"}"/>')
            rows.append(f'<text x="{256 + width:.0f}" y="{y}">{wall:.2f} s</text>')
        y += 34
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="760" height="{y}" font-family="sans-serif" font-size="13">'
    return "\n".join([head, '<rect width="100%" height="100%" fill="#fff"/>', *rows, "</svg>", ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, action="append", help="number of articles; can be repeated (default: 100, 1000, 10000)")
    parser.add_argument("--rounds", type=int, default=0, help="how often each build is measured (default: 3 to 5 times)")
    args = parser.parse_args()
    bench(environment.ROOT, args.size or [100, 1_000, 10_000], args.rounds)


if __name__ == "__main__":
    environment.run(main)
