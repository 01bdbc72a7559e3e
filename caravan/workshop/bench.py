"""`bench`: how long building takes here, beside stock Pelican on the same texts in the same run.

In turn A B A B; medians and ratios count, since machines differ and are shared.
"""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
from importlib import metadata
from pathlib import Path

from . import marks
from .race import WORK, Race, Run, saves

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
    marks.write(root / PAGE, "bench", "bench", written(results, extra))


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
