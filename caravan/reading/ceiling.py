"""A limit on how long one text may keep the reader busy."""

from __future__ import annotations

import contextlib
import signal
import threading

from .messages import say
from .problems import Fault


@contextlib.contextmanager
def ceiling(seconds: float):
    """Give up on a text that takes longer than `seconds`, by raising Fault.

    Uses the interval timer, which Python has on POSIX and in the main thread only; elsewhere there is no ceiling.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(number, frame):
        raise Fault(1, say("file-slow", limit=seconds))

    before = signal.signal(signal.SIGALRM, ring)
    # Again every second: libraries may catch what is raised in the middle of them.
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
