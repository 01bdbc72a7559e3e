"""What is wrong with a file, in the form in which people and machines are told."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .messages import say


@dataclass(frozen=True, order=True)
class Problem:
    """One complaint. `path` is relative to the project, with forward slashes; `line` counts from 1."""

    path: str
    line: int
    message: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {'warning: ' if self.severity == 'warning' else ''}{self.message}"


def count(number: int, noun: str) -> str:
    """A number of things in words: 1 error, 2 errors."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class ContentError(Exception):
    """The content cannot become a site; `problems` says why. Never carries a traceback to an author."""

    def __init__(self, problems: list[Problem]):
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self):
        return ContentError, (self.problems,)  # on its way from one process to another


class Fault(Exception):
    """One thing wrong at one line of the file being read; the caller knows which file it is."""

    def __init__(self, line: int, message: str):
        self.line, self.message = line, message
        super().__init__(f"line {line}: {message}")

    def __reduce__(self):
        return Fault, (self.line, self.message)


def site_mistake(path: str, error: Exception, line: int = 1) -> Problem:
    """What our own code failed with while it worked on the file `path`, as a problem of that file."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f", {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return Problem(path, line, say("site-mistake", error=f"{type(error).__name__}: {error}{where}"))


def told(path: str, check: Callable[..., Iterable[Problem]], *values: object) -> list[Problem]:
    """The problems that `check(*values)` finds in the file `path`; where it fails itself, that one."""
    try:
        return list(check(*values))
    except Exception as error:  # noqa: BLE001 - one file must not stop all others
        return [site_mistake(path, error)]
