"""`lock`: every package of the site pinned with its hashes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .environment import OLDEST_PYTHON

# Wheels only, no index addresses, the same file for every system and Python.
OPTIONS = ("--universal", "--generate-hashes", "--only-binary", ":all:", "--no-emit-index-url", "--no-annotate",
           "--no-header", "--quiet", "--python-version", ".".join(map(str, OLDEST_PYTHON)))  # fmt: skip


def lock(root: Path) -> None:
    """Compile requirements.txt and requirements-test.txt from pyproject.toml; the test pins agree with the site's."""
    for groups, target, more in (
        (("site",), "requirements.txt", ()),
        (("site", "test"), "requirements-test.txt", ("--constraint", "requirements.txt")),
    ):
        chosen = [word for group in groups for word in ("--group", group)]
        command = [sys.executable, "-m", "uv", "pip", "compile", *OPTIONS, *chosen, *more, "--output-file", target]
        subprocess.run(command, cwd=root, check=True)
