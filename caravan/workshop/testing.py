"""`test`: the whole test suite, with the browser that it needs."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from . import browser


def run(root: Path, words: str) -> int:
    """Run pytest in `root`; returns its exit code. `words`: further words for pytest."""
    environment = {**os.environ, browser.VARIABLE: browser.find(), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "pytest", *shlex.split(words)]
    return subprocess.run(command, cwd=root, env=environment).returncode
