"""`check`: every problem of the texts, for people and for machines."""

from __future__ import annotations

import os
from pathlib import Path

import pelicanconf
from caravan.reading import library
from caravan.site.site import rules, today


def report(root: Path, files: list[str]) -> int:
    """Print the problems of the whole content, or of `files` alone; returns the exit code (1 for errors)."""
    found = library.load(root / "content", rules(vars(pelicanconf)), today()).problems
    wanted = {os.path.relpath(os.path.abspath(file), root).replace(os.sep, "/") for file in files}
    shown = [problem for problem in found if not wanted or problem.path in wanted]
    for problem in shown:
        print(problem)
    errors = sum(problem.severity == "error" for problem in shown)
    print(f"{errors} errors, {len(shown) - errors} warnings")
    return 1 if errors else 0
