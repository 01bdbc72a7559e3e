"""What changed in the source between two commits: code, texts, and the pages that go with deleted texts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from pydantic_core import PydanticCustomError

from caravan.git import Repository
from caravan.reading.front_matter import split_source
from caravan.reading.limits import decode
from caravan.reading.paths import ContentPath, SiteLanguages, parse_path
from caravan.reading.problems import Fault
from caravan.reading.schema import parse_date
from caravan.site.settings import language_settings
from caravan.site.urls import Urls, url_patterns

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
