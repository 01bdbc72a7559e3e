"""The command `test`: runs lint, then the test suite with the browser and the Node packages that it needs."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from caravan.dev import browser, lint, node_tools

# worksteal: an idle process takes over tests of another. Each process builds the sites and starts the browser for its own
# tests, which costs less than an idle core.
PARALLEL = ("-n", "auto", "--dist", "worksteal")


def run_tests(root: Path, pytest_args: str, with_browser: bool = True) -> int:
    """Run lint, and if it finds nothing, pytest on all cores; returns the exit code.

    `with_browser` False leaves out the tests that need a browser or Node (tests/conftest.py marks them).
    """
    lint_code = lint.run(root)
    if lint_code:
        return lint_code
    environment, selection = {**os.environ, "PYTHONUTF8": "1"}, ["-m", "not browser"]
    if with_browser:
        node_tools.ensure_node_packages(root)
        environment[browser.VARIABLE], selection = browser.find_browser(), []
    command = [sys.executable, "-m", "pytest", *PARALLEL, *selection, *shlex.split(pytest_args)]
    return subprocess.run(command, cwd=root, env=environment).returncode
