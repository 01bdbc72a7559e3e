"""Other processes that take a share of the work.

They are processes of our own (`python -m caravan.build.parallel`) and not a pool of `multiprocessing`: a pool starts the
program's main module again, which here would be the task runner, and forking is unsafe beside the threads of the
preview. They speak pickle over their own pipes, with nobody else.
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
CORES = "CARAVAN_CORES"  # how many processes to use at most, for people who want to keep some


class Worker:
    """One process that runs functions of our modules. It is started when it is first asked."""

    def __init__(self):
        self.process: subprocess.Popen | None = None
        self.pending = 0  # answers that nobody waits for

    def prepare(self, function: Callable, *values: object) -> None:
        """Start on something whose answer nobody needs, such as loading what later questions want."""
        self.submit(function, *values)
        self.pending += 1

    def submit(self, function: Callable, *values: object) -> None:
        """Start working on `function(*values)`; all of it must be picklable."""
        if self.process is None:
            paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
            command = [sys.executable, "-m", "caravan.build.parallel"]
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        with contextlib.suppress(OSError):  # it died: whoever waits for the answer is told
            pickle.dump((function, values), self.process.stdin)
            self.process.stdin.flush()

    def result(self) -> object:
        """What came out. Raises WorkerDied, or what the function raised."""
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
    """The process ended before it had an answer: killed, or out of memory."""


@contextlib.contextmanager
def worker_pool() -> Iterator[list[Worker]]:
    """One worker for each core but the one that we run on."""
    cores = int(os.environ.get(CORES) or 0) or os.cpu_count() or 1
    staff = [Worker() for _ in range(cores - 1)]
    try:
        yield staff
    finally:
        for worker in staff:
            worker.close()


def map_shares(staff: list[Worker], function: Callable[..., list], items: Sequence, *more: object) -> list:
    """`function(items, *more)` in shares, one of them here. A worker that died costs time, not results."""
    count = len(staff) + 1
    # Every n-th item each: neighbours are alike, so the shares end at about the same time.
    shares = [items[number::count] for number in range(count)]
    for worker, share in zip(staff, shares[1:]):
        worker.submit(function, share, *more)
    results = function(shares[0], *more)
    for worker, share in zip(staff, shares[1:]):
        try:
            results += worker.result()
        except WorkerDied:
            results += function(share, *more)
    return results


def worker_main() -> None:
    """Answer questions until there are no more. A worker lives for minutes: it looks for no circles of dead values."""
    gc.disable()
    source, target = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints goes to the errors, not between our answers
    while True:
        try:
            function, values = pickle.load(source)
        except EOFError:
            return
        try:
            answer = (False, function(*values))
        except Exception as error:  # noqa: BLE001 - it is raised again where it was asked for
            answer = (True, error)
        pickle.dump(answer, target)
        target.flush()


if __name__ == "__main__":
    worker_main()
