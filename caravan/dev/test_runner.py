"""`test`: the whole test suite, with the browser that it needs."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from caravan.dev import browser, node_tools

# A core that is free takes over waiting tests of another. Each process builds the sites and starts the browser that
# its own tests ask for, which costs less than one core that idles.
SPREAD = ("-n", "auto", "--dist", "worksteal")


def run_tests(root: Path, words: str, with_browser: bool = True) -> int:
    """Run pytest in `root` on all cores; returns its exit code. `words`: further words for pytest.

    Without a browser, tests that need one or Node are left out (tests/conftest.py marks them), and neither is looked for.
    """
    environment, chosen = {**os.environ, "PYTHONUTF8": "1"}, ["-m", "not browser"]
    if with_browser:
        node_tools.ensure_node_packages(root)
        environment[browser.VARIABLE], chosen = browser.find_browser(), []
    command = [sys.executable, "-m", "pytest", *SPREAD, *chosen, *shlex.split(words)]
    return subprocess.run(command, cwd=root, env=environment).returncode
