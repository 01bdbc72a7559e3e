"""Worker processes for parsing and rendering.

A worker is `python -m caravan.build.parallel`; it receives functions with their arguments, and sends results, as pickles
over its own pipes. `multiprocessing` is not used: with `spawn` it imports the program's main module again, here the task
runner, and `fork` is unsafe beside the threads of the preview.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORES = "CARAVAN_CORES"  # environment variable: the largest number of processes, this one included


class Worker:
    """One process that runs functions of our modules, one after the other. It starts with the first `submit`."""

    def __init__(self):
        self.process: subprocess.Popen | None = None
        self.pending = 0  # results to discard

    def prepare(self, function: Callable, *args: object) -> None:
        """Start running `function(*args)` to warm the worker up; the result is discarded."""
        self.submit(function, *args)
        self.pending += 1

    def submit(self, function: Callable, *args: object) -> None:
        """Start running `function(*args)`; function and arguments must be picklable."""
        if self.process is None:
            paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
            command = [sys.executable, "-m", "caravan.build.parallel"]
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        with contextlib.suppress(OSError):  # the process died; `result` raises WorkerDied
            pickle.dump((function, args), self.process.stdin)
            self.process.stdin.flush()

    def result(self) -> object:
        """Wait for the result of `submit`. Raises WorkerDied, or the exception that the function raised."""
        try:
            while self.pending:
                self.pending -= 1
                pickle.load(self.process.stdout)
            raised, value = pickle.load(self.process.stdout)
        except (EOFError, pickle.UnpicklingError, OSError):
            self.close()
            raise WorkerDied from None
        if raised:
            raise value
        return value

    def close(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process, self.pending = None, 0


class WorkerDied(Exception):
    """The process ended before it sent a result: it was killed, or ran out of memory."""


@contextlib.contextmanager
def worker_pool() -> Iterator[list[Worker]]:
    """Workers for all cores but the one of this process. They are killed at the end."""
    cores = int(os.environ.get(CORES) or 0) or os.cpu_count() or 1
    pool = [Worker() for _ in range(cores - 1)]
    try:
        yield pool
    finally:
        for worker in pool:
            worker.close()


def map_shares(pool: list[Worker], function: Callable[..., list], items: Sequence, *args: object) -> list:
    """The results of `function(share, *args)` for shares of `items`: one for each worker, and one for this process.

    The results of the shares are joined. If a worker died, this process runs its share.
    """
    count = len(pool) + 1
    # Neighbouring items take about as long: with every n-th item, all shares take about as long, too.
    shares = [items[number::count] for number in range(count)]
    for worker, share in zip(pool, shares[1:]):
        worker.submit(function, share, *args)
    results = function(shares[0], *args)
    for worker, share in zip(pool, shares[1:]):
        try:
            results += worker.result()
        except WorkerDied:
            results += function(share, *args)
    return results


def worker_main() -> None:
    """Run the submitted functions until the pipe is closed. Workers are short-lived, so garbage collection is disabled."""
    gc.disable()
    requests, responses = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints goes to stderr, not between the results
    while True:
        try:
            function, args = pickle.load(requests)
        except EOFError:
            return
        try:
            response = (False, function(*args))
        except Exception as error:  # noqa: BLE001 - Worker.result raises it again
            response = (True, error)
        pickle.dump(response, responses)
        responses.flush()


if __name__ == "__main__":
    worker_main()
