"""What changed in the source between two commits: code and texts."""

from __future__ import annotations

from dataclasses import dataclass

from caravan.git import Repository

# The only folder that is not code, and its parts that organizers do not write.
CONTENT, CODE_IN_CONTENT = "content/", ("content/extra/", "content/drawings/")


def is_code(path: str) -> bool:
    """Whether a file of the repository is code: everything but texts, the files beside them, and data."""
    return not path.startswith(CONTENT) or path.startswith(CODE_IN_CONTENT)


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
