"""The form in which a parsed article is kept in the cache, and sent from one process to another: JSON.

What is read is checked, so that no code from a cache can run.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from caravan.reading import schema
from caravan.reading.article import Article, ArticleBody, ParseResult, References
from caravan.reading.paths import ContentPath
from caravan.reading.problems import Problem
from caravan.reading.schema import FrontMatter


class CacheFormatError(ValueError):
    """A cache entry does not have the format of this version."""


@dataclass(frozen=True)
class CachedArticle:
    """A serialized article: `metadata` is what checks and other pages need, `body` what only its own page needs."""

    key: str
    metadata: bytes
    body: bytes


@functools.cache
def type_adapter(kind: type) -> TypeAdapter:
    """Converts dataclasses of one type to and from JSON."""
    return TypeAdapter(kind)


def serialize_article(result: ParseResult) -> CachedArticle:
    """The article of a result and its problems; `result_from_cache` and `body_from_cache` are the inverse."""
    article = result.article
    references = References(article.link_targets, article.citations)
    problems = [dataclasses.astuple(problem) for problem in result.problems]
    lines = [
        json_line(article.front),
        json_line([article.fingerprint, sorted(article.requires), problems]),
        type_adapter(References).dump_json(references),
    ]
    return CachedArticle(article.cache_key, b"\n".join(lines), type_adapter(ArticleBody).dump_json(article.body))


def result_from_cache(
    content_path: ContentPath, file: Path, key: str, metadata: bytes, load_body: Callable[[], ArticleBody]
) -> ParseResult:
    """The result of cached metadata; `load_body` is called when the body is first needed. Raises CacheFormatError."""
    try:
        front, details, references = metadata.split(b"\n")
        fingerprint, requires, problems = json.loads(details)
        article = Article(
            content_path, file, json.loads(front, object_hook=decode), key, fingerprint,
            frozenset(map(tuple, requires)), functools.partial(references_from_json, references), load_body,
        )  # fmt: skip
        return ParseResult(article, [Problem(*problem) for problem in problems])
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise CacheFormatError(str(error)) from None


def references_from_json(data: bytes) -> References:
    return type_adapter(References).validate_json(data)


def body_from_cache(data: bytes) -> ArticleBody:
    """The body of an article from its cached bytes. Raises CacheFormatError."""
    try:
        return type_adapter(ArticleBody).validate_json(data)
    except ValueError as error:
        raise CacheFormatError(str(error)) from None


def json_line(value: object) -> bytes:
    """`value` as one line of JSON."""
    return json.dumps(value, default=encode, ensure_ascii=False, separators=(",", ":")).encode()


def encode(value: object) -> dict:
    """A date or a model of front matter as a dict, with its class. Raises TypeError for other values."""
    if isinstance(value, datetime.date):
        return {"class": "date", "day": value.isoformat()}
    if isinstance(value, FrontMatter):
        return {"class": type(value).__name__, **{name: getattr(value, name) for name in type(value).model_fields}}
    raise TypeError(f"{type(value).__name__} cannot be cached")


def decode(value: dict) -> object:
    """The inverse of `encode`. Models are not validated again. Raises CacheFormatError for other fields or classes."""
    name = value.pop("class", "")
    if name == "date":
        return datetime.date.fromisoformat(value["day"])
    model = getattr(schema, name)
    if not issubclass(model, FrontMatter) or set(value) != set(model.model_fields):
        raise CacheFormatError(name)
    return model.model_construct(**{field: tuple(item) if isinstance(item, list) else item for field, item in value.items()})
