"""Whose each file of the source is, and what changed between two commits: code, texts, the pages of deleted texts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Literal

from pydantic_core import PydanticCustomError

from caravan.git import Repository
from caravan.reading.front_matter import split_source
from caravan.reading.limits import decode
from caravan.reading.paths import ContentPath, SiteLanguages, parse_path
from caravan.reading.problems import Fault
from caravan.reading.schema import parse_date
from caravan.site.settings import language_settings
from caravan.site.urls import Urls, url_patterns

CONTENT = "content/"


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


def text_path(path: str, languages: SiteLanguages) -> ContentPath | None:
    """The ContentPath of a file of the repository, or None if it is not a text."""
    result = parse_path(PurePosixPath(path), languages) if path.startswith(CONTENT) else None
    return result if isinstance(result, ContentPath) else None


def deleted_urls(repository: Repository, old: str, new: str, settings: dict) -> Iterator[str]:
    """The URL paths, in every language, of texts that `new` has no longer, and their former addresses. Raises GitError.

    `settings`: those of the site.
    """
    languages = language_settings(settings)
    for path in source_changes(repository, old, new).deleted:
        content_path = text_path(path, languages)
        if content_path:
            front = front_matter_in(repository, old, path)
            urls = Urls(languages.home, url_patterns(settings), {content_path.group_key: front.get("date")})
            former = front.get("formerly")
            for lang in languages.languages:
                with contextlib.suppress(ValueError, TypeError):  # its pattern needs a date that the file does not have
                    yield urls.article(ContentPath(content_path.kind, content_path.slug, lang))
                for address in former if isinstance(former, list) else ():
                    yield f"{urls.prefix(lang)}{str(address).strip('/')}/"


def front_matter_in(repository: Repository, commit: str, path: str) -> dict:
    """The front matter of a text in `commit`, its date as a date; empty if the text cannot be read."""
    source = repository.run("cat-file", "blob", f"{commit}:{path}").stdout
    try:
        front = dict(split_source(decode(source.encode(errors="surrogateescape"))).document.value)
    except Fault:
        return {}
    with contextlib.suppress(PydanticCustomError):
        return {**front, "date": parse_date(front.get("date"))}
    return front
