"""Runs functions on several processes.

The processes are started with `spawn`: `fork` is unsafe beside the threads of the preview. `spawn` does not import the
main module again if it is the `__main__` of a package, as those of Invoke and Pelican are.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import pickle
import signal
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path

from invoke import Exit

CORES = "CARAVAN_CORES"  # environment variable: the largest number of processes, this one included
MAX_WORKERS = 61  # Windows cannot wait for more processes at once


def core_count() -> int:
    """The number of processes to use. Raises Exit if CARAVAN_CORES is not a number from 1 on."""
    value = os.environ.get(CORES, "").strip()
    if not value:
        return os.cpu_count() or 1
    if not (value.isascii() and value.isdigit() and int(value)):
        raise Exit(f'{CORES} is "{value}"; write the number of processor cores to use, such as 2, or remove the variable.')
    return int(value)


class WorkerPool(contextlib.AbstractContextManager):
    """Worker processes for all cores but one, which is for this process. They start when there is enough work for them."""

    def __init__(self):
        self.size = min(core_count() - 1, MAX_WORKERS)
        self.executor: Executor | None = None
        self.folder: tempfile.TemporaryDirectory | None = None

    def __exit__(self, exception_type: type | None, *exception: object) -> None:
        if self.executor:
            for process in multiprocessing.active_children() if exception_type else ():
                process.terminate()  # nobody needs the results
            self.executor.shutdown(cancel_futures=True)
            self.folder.cleanup()

    def share_count(self, items: Sequence, min_share: int) -> int:
        """Into how many shares `map_shares` divides `items`."""
        return max(1, min(self.size + 1, len(items) // min_share))

    def map_shares(self, function: Callable[..., list], items: Sequence, min_share: int, *args: object, local=None) -> list:
        """The joined results of `function(share, *args)` for shares of at least `min_share` of `items`.

        Function, arguments and results must be picklable. This process runs one share, with `local(share)` if it is given,
        and all shares whose worker died: it was killed, or the memory was full. An exception is raised here, too.
        """
        # Neighbouring items take about as long: with every n-th item, all shares take about as long, too.
        count = self.share_count(items, min_share)
        shares = [items[number::count] for number in range(count)]
        local = local or (lambda share: function(share, *args))
        try:
            tasks = [self.submit(function, share, *args) for share in shares[1:]]
        except (OSError, ImportError, RuntimeError):  # idle workers were killed, or the system cannot start any
            self.size = 0
            return local(items)
        results = local(shares[0])
        for share, (future, file) in zip(shares[1:], tasks):
            try:
                future.result()
                results += pickle.loads(file.read_bytes())
            except (BrokenExecutor, OSError):
                self.size = 0
                results += local(share)
        return results

    def submit(self, function: Callable, *args: object) -> tuple[Future, Path]:
        """Start running `function(*args)` in a worker. Returns its future, and the file that will hold the pickled result.

        Arguments and result are passed in a file: a pipe can block forever if a worker is killed while it is written to.
        """
        if not self.executor:
            from concurrent.futures import ProcessPoolExecutor  # most builds start no worker

            self.folder = tempfile.TemporaryDirectory(prefix="caravan-")
            self.executor = ProcessPoolExecutor(self.size, multiprocessing.get_context("spawn"), initializer)
        descriptor, name = tempfile.mkstemp(dir=self.folder.name)
        with open(descriptor, "wb") as file:
            pickle.dump((function, args), file)
        # Ctrl-C is blocked, also in a process that this starts, which would print a traceback. Windows has no such masks.
        blocked = {signal.SIGINT} if hasattr(signal, "pthread_sigmask") else None
        if blocked:
            signal.pthread_sigmask(signal.SIG_BLOCK, blocked)
        try:
            return self.executor.submit(run_file, Path(name)), Path(name)
        finally:
            if blocked:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, blocked)


def initializer() -> None:
    """Prepare a worker. It is short-lived, so garbage collection is disabled."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()


def run_file(file: Path) -> None:
    """Call the function that is pickled in `file` with its arguments, and replace them in the file by the result."""
    function, args = pickle.loads(file.read_bytes())
    file.write_bytes(pickle.dumps(function(*args)))
