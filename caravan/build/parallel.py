"""Runs functions on several processes.

The processes are started with `spawn`: `fork` is unsafe beside the threads of the preview. `spawn` does not import the
main module again if it is the `__main__` of a package, as those of Invoke and Pelican are.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

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


class WorkerPool:
    """Worker processes for all cores but one, which is for this process. They start when there is enough work for them."""

    def __init__(self):
        self.size = min(core_count() - 1, MAX_WORKERS)
        self.executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, exception_type: type | None, *exception: object) -> None:
        if self.executor:
            for process in multiprocessing.active_children() if exception_type else ():
                process.terminate()  # nobody needs the results
            self.executor.shutdown(wait=False, cancel_futures=True)

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
            futures = self.submit(function, shares[1:], *args)
        except (OSError, ImportError, RuntimeError):  # idle workers were killed, or the system cannot start any
            self.size = 0
            return local(items)
        results = local(shares[0])
        for share, future in zip(shares[1:], futures):
            try:
                results += future.result()
            except BrokenProcessPool:
                self.size = 0
                results += local(share)
        return results

    def submit(self, function: Callable, shares: list, *args: object) -> list:
        if shares and not self.executor:
            self.executor = ProcessPoolExecutor(self.size, multiprocessing.get_context("spawn"), initializer)
        with sigint_blocked():
            return [self.executor.submit(function, share, *args) for share in shares]


@contextlib.contextmanager
def sigint_blocked() -> Iterator[None]:
    """Block Ctrl-C, also in processes that are started meanwhile: they would print a traceback. Without effect on Windows."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def initializer() -> None:
    """Prepare a worker. It is short-lived, so garbage collection is disabled."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
