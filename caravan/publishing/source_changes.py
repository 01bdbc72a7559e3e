"""Whose each file of the source is, which files changed between two commits, and whether the code was tested.

The commit of a published site names a hash of the code as `Code-tested:`, so that a change of texts alone is published without
the code's tests. `publish` writes it if the tests passed for exactly this code (CODE_TESTED), or if the published commit already
names it. Every other commit names none, and the next change is tested. This module needs only the standard library.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from caravan.git import Repository
from caravan.publishing.branch import PublishedState

CODE_TESTED = "CODE_TESTED"  # environment variable: the hash of the code that the tests passed for


@dataclass(frozen=True)
class Place:
    """Who may change the files of `pattern` (as in CODEOWNERS), and how a change is checked.

    `is_code`: whether a change of them has to pass the tests of the code before it is published.
    """

    pattern: str
    name: str
    owner: Literal["organizers", "translators", "maintainers"]
    checked_by: str
    is_code: bool = True


# Every file of the repository: the last pattern that matches decides. docs/security.md shows this table.
PLACES = (
    Place("*", "code", "maintainers", "review, `lint`, `test`"),
    Place("/.github/", "workflows", "maintainers", "review, `test` (schema, zizmor, pinned actions)"),
    Place("/requirements*.txt", "dependencies", "maintainers", "review; installed by hash only"),
    Place("/pyproject.toml", "dependencies", "maintainers", "review, `test`"),
    Place("/package*.json", "dependencies", "maintainers", "review; for tests only, installed by hash only"),
    Place("/pelicanconf.py", "the settings", "maintainers", "review, every build (`check_settings`)"),
    Place("/publishconf.py", "the settings", "maintainers", "review, every build (`check_settings`)"),
    Place("/theme/translations/", "interface translations", "translators", "`check`, `test`"),
    Place("/content/", "texts and pictures", "organizers", "`check`", is_code=False),
    Place("/content/evidence/", "data", "organizers", "`check`", is_code=False),
    Place("/content/drawings/", "drawings", "maintainers", "review, `check`"),
    Place("/content/extra/", "the site's address or files of its host", "maintainers", "review, `check`"),
)


def place_of(path: str) -> Place:
    """The place of a file of the repository. `path`: relative to its root, with forward slashes."""
    for place in reversed(PLACES):
        if fnmatchcase(f"/{path}", f"{place.pattern}*" if place.pattern.endswith("/") else place.pattern):
            return place
    raise AssertionError("the first place matches every path")


def is_code(path: str) -> bool:
    """Whether a file of the repository is code: everything but texts, the files beside them, and data."""
    return place_of(path).is_code


@dataclass(frozen=True)
class SourceChanges:
    """Paths that differ between two commits. `code`: of any change; `written`: new or changed content; `deleted`: content."""

    code: tuple[str, ...]
    written: tuple[str, ...]
    deleted: tuple[str, ...]


def source_changes(repository: Repository, old: str, new: str) -> SourceChanges:
    """The files that differ between the commits `old` and `new`. Raises GitError."""
    fields = repository.run("diff", "--name-status", "--no-renames", "-z", old, new).stdout.split("\0")
    status = dict(zip(fields[1::2], fields[::2]))
    content = [path for path in status if not is_code(path)]
    return SourceChanges(
        tuple(filter(is_code, status)),
        tuple(path for path in content if status[path] != "D"),
        tuple(path for path in content if status[path] == "D"),
    )


def code_hash(repository: Repository, commit: str) -> str:
    """32 hexadecimal digits over path, mode and content of every file of code in `commit`. Raises GitError."""
    entries = repository.run("ls-tree", "-r", "-z", "--full-tree", commit).stdout.split("\0")
    code = [entry for entry in entries if entry and is_code(entry.partition("\t")[2])]
    return hashlib.sha256("\0".join(code).encode(errors="surrogateescape")).hexdigest()[:32]


def code_tested(repository: Repository, commit: str, published: PublishedState) -> str:
    """The hash of the code of `commit` if its tests have passed, else an empty string."""
    current = code_hash(repository, commit)
    return current if current in (os.environ.get(CODE_TESTED), published.code_tested) else ""
