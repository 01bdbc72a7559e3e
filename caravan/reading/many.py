"""Reading many texts: spread over the cores where there are enough of them.

The helpers are processes of our own (`python -m caravan.reading.many`) and not a pool of `multiprocessing`: a pool
starts the program's main module again, which here would be the task runner, and forking is unsafe beside the threads of
the preview. They speak pickle over their own pipes, with nobody else.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

from .body import BodyReader
from .places import Place
from .problems import Problem
from .text import Text, read

ROOT = Path(__file__).resolve().parent.parent.parent
# A helper needs about as long to start as 60 texts need to be read.
ENOUGH = 120

Item = tuple[Place, Path]
Result = tuple[Place, Text | None, list[Problem]]


def read_all(texts: dict[Place, Path], sources: frozenset[str] | None) -> list[Result]:
    """Read every text; results are in the order of the places, whoever read them."""
    items = sorted(texts.items())
    shares = max(1, min(os.cpu_count() or 1, len(items) // ENOUGH))
    # Every n-th text each: neighbours are alike, so the shares end at about the same time.
    helpers = [start(items[share::shares], sources) for share in range(1, shares)]
    results = read_share(items[::shares], sources)
    for helper in helpers:
        results += finish(helper)
    return sorted(results, key=lambda result: result[0])


def read_share(items: list[Item], sources: frozenset[str] | None) -> list[Result]:
    bodies = BodyReader(sources)
    return [(place, *read(file, place, bodies)) for place, file in items]


def start(items: list[Item], sources: frozenset[str] | None) -> tuple[subprocess.Popen, list[Item], frozenset[str] | None]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-m", "caravan.reading.many"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
    try:
        process.stdin.write(pickle.dumps((items, sources)))
        process.stdin.close()
    except BrokenPipeError:
        pass  # it died; its share is read here instead
    return process, items, sources


def finish(helper: tuple[subprocess.Popen, list[Item], frozenset[str] | None]) -> list[Result]:
    """What a helper has read; a helper that died or was killed costs time, not texts."""
    process, items, sources = helper
    with process:
        answer = process.stdout.read()
    if process.returncode:
        return read_share(items, sources)
    return pickle.loads(answer)


if __name__ == "__main__":
    sys.stdout.buffer.write(pickle.dumps(read_share(*pickle.load(sys.stdin.buffer))))
