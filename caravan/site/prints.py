"""What each file of the output was made from, kept from one build to the next.

A record that is damaged, or that another version wrote, counts as none: then everything is printed.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

FORM = "1"  # of the record; goes up when its shape changes


@dataclass(frozen=True)
class Print:
    """A file of the output: what it is (see Document), what it asked (positions in `questions`), its SHA-256."""

    identity: str
    questions: tuple[int, ...]
    sha256: str


@dataclass
class Prints:
    """`base` stands for settings, theme, code and packages: where it differs, nothing here is of use."""

    base: str
    questions: dict[str, str] = field(default_factory=dict)
    files: dict[str, Print] = field(default_factory=dict)

    def with_files(self, files: dict[str, tuple[str, dict[str, str], str]]) -> Prints:
        """A record of `files` alone: for each its identity, what it noted, and its SHA-256."""
        made = Prints(self.base)
        numbers: dict[str, int] = {}
        for save_as, (identity, notes, sha256) in files.items():
            made.questions.update(notes)
            asked = tuple(numbers.setdefault(name, len(numbers)) for name in notes)
            made.files[save_as] = Print(identity, asked, sha256)
        made.questions = {name: made.questions[name] for name in numbers}
        return made

    def notes(self, save_as: str, names: list[str]) -> dict[str, str]:
        """What a file noted; `names` are those of all questions."""
        return {names[number]: self.questions[names[number]] for number in self.files[save_as].questions}


def load(path: Path, base: str) -> Prints:
    """The record at `path`, or an empty one where there is none for `base`."""
    try:
        value = unsealed(path)
        if value[0] != base:
            return Prints(base)
        files = {name: Print(identity, tuple(asked), sha256) for name, (identity, asked, sha256) in value[2].items()}
        return Prints(base, dict(value[1]), files)
    except (OSError, ValueError, TypeError, LookupError):
        return Prints(base)


def save(path: Path, prints: Prints) -> None:
    files = {name: [each.identity, each.questions, each.sha256] for name, each in prints.files.items()}
    seal(path, [prints.base, list(prints.questions.items()), files])


def seal(path: Path, value: object) -> None:
    """Write a plain value with its checksum; a kill in the middle leaves what was there. Failing is no harm."""
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    head = f"{FORM} {hashlib.blake2b(data, digest_size=16).hexdigest()}\n".encode()
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(head + data)
        os.replace(fresh, path)
    except OSError:
        fresh.unlink(missing_ok=True)


def unsealed(path: Path) -> list:
    """What `seal` has written. Raises OSError or ValueError."""
    head, _, data = path.read_bytes().partition(b"\n")
    if head.decode() != f"{FORM} {hashlib.blake2b(data, digest_size=16).hexdigest()}":
        raise ValueError(f"{path} is damaged")
    return json.loads(data)
