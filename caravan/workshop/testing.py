"""`test`: the whole test suite, with the browser that it needs."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from . import browser, checkers

# A core that is free takes over waiting tests of another. Each process builds the sites and starts the browser that
# its own tests ask for, which costs less than one core that idles.
SPREAD = ("-n", "auto", "--dist", "worksteal")


def run(root: Path, words: str) -> int:
    """Run pytest in `root` on all cores; returns its exit code. `words`: further words for pytest."""
    checkers.ready(root)
    environment = {**os.environ, browser.VARIABLE: browser.find(), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "pytest", *SPREAD, *shlex.split(words)]
    return subprocess.run(command, cwd=root, env=environment).returncode
