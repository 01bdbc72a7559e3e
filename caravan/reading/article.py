"""The data of one parsed article: front matter, body, links, citations and text blocks.

The HTML of a body has placeholders for everything that differs from page to page, such as relative URLs.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from caravan import tracking
from caravan.reading.paths import ContentPath
from caravan.reading.problems import Problem
from caravan.reading.schema import TextFields, TranslationFields
from caravan.reading.yaml_subset import YamlDocument

DRAWINGS = "drawings"  # the folder below content/ with the files of `/// drawing | name` blocks

# Ids that pages have around a body: those of the templates, and those of blocks, citations, sources and years.
RESERVED_IDS = re.compile(
    "call|contacts|contents|crowd-(?:back|feet|front)|call-facts|figures|how-sure|in-brief|lost-[a-z-]+|main|month|original|private-way|promised|read-on|share|sources|"
    r"status|to-do|top|[prsy]\d+"
)


Requirement = tuple[str, ...]  # what must exist: ("source", id), or ("file", path below content/, id in it or "")


@dataclass(frozen=True)
class LinkTarget:
    """The target of a link: a file below content/ (`path`, such as `analysis/second-caravan/en.md`) and an id in it.

    An empty `path` means the article itself. `as_written` is the link in the source, `line` the line of it (0 if unknown).
    """

    path: str
    fragment: str
    as_written: str
    line: int


@dataclass(frozen=True)
class Heading:
    level: int
    id: str
    text: str


@dataclass(frozen=True)
class BodyPicture:
    """A picture in a body: the index of its file in the targets, its attributes such as `alt`, and the text of its caption."""

    target: int
    attributes: dict[str, str]
    caption: str


@dataclass(frozen=True)
class BodyHtml:
    """The sanitized HTML of a body, split at its placeholders.

    `segments` alternates between HTML and the content of a placeholder: `7` is the URL of the link `targets[7]`, `d2` the
    drawing `targets[2]`, `i1` the picture `pictures[1]`, `p3` the id attribute of block 3, `hx` the link to the heading with
    the id x, `wback` a phrase of the interface, and `e` the end of a drawing that the body begins with. `citations`: the line of
    the first citation of each source, by id. `ids` are all ids that a link can point to. `names` are the tags, classes and
    attributes of the HTML, as `tag`, `.class` and `[attribute]`.
    """

    segments: tuple[str, ...]
    targets: tuple[LinkTarget, ...]
    headings: tuple[Heading, ...]
    citations: dict[str, int]
    ids: frozenset[str]
    word_count: int
    names: frozenset[str] = frozenset()
    pictures: tuple[BodyPicture, ...] = ()

    @property
    def requires(self) -> frozenset[Requirement]:
        files = (("file", target.path, target.fragment) for target in self.targets if target.path)
        return frozenset([*files, *(("source", source_id) for source_id in self.citations)])

    def split_opening_drawing(self) -> tuple[BodyHtml | None, BodyHtml]:
        """The drawing that the body begins with (None if it begins with something else), and the rest."""
        if "e" not in self.segments[1::2]:
            return None, self
        end = 2 * self.segments[1::2].index("e") + 1
        return replace(self, segments=self.segments[:end]), replace(self, segments=self.segments[end + 1 :])

    def fill(
        self, url_for: Callable[[LinkTarget], str], block_ids: frozenset[str] = frozenset(), anchor_template: str = "",
        drawing: Callable[[LinkTarget], str] = lambda target: "", picture: Callable[[BodyPicture], object] = lambda picture: "",
        words: Mapping[str, str] = MappingProxyType({}),
    ) -> list:  # fmt: skip
        """Fill in the placeholders and return the finished HTML in pieces, among them what `picture` returns.

        `url_for(target)` and `drawing(target)` return the URL of a link and the HTML of a drawing. Only the blocks in
        `block_ids` get their id. `anchor_template` is the HTML of the link to a heading, with {} for the heading's id.
        `words` are phrases of the interface, by name.
        """
        parts = list(self.segments)
        for index in range(1, len(parts), 2):
            placeholder = parts[index]
            if placeholder[0] == "h":
                parts[index] = anchor_template.replace("{}", html.escape(placeholder[1:]), 1)
            elif placeholder[0] == "d":
                parts[index] = drawing(self.targets[int(placeholder[1:])])
            elif placeholder[0] == "i":
                parts[index] = picture(self.pictures[int(placeholder[1:])])
            elif placeholder[0] == "p":
                parts[index] = f' id="{placeholder}"' if placeholder in block_ids else ""
            elif placeholder[0] == "w":
                parts[index] = html.escape(words.get(placeholder[1:], ""))
            elif placeholder == "e":
                parts[index] = ""
            else:
                parts[index] = html.escape(url_for(self.targets[int(placeholder)]))
        return parts


@dataclass(frozen=True)
class TextBlock:
    """A paragraph or other top-level block of a body, or a field of front matter, that a translation has to follow.

    `anchor_id` is its id on the page ("" for the top of the page). `name` identifies it to people: its first words, or the
    name of the field. `line` is 0 for a field.
    """

    fingerprint: str
    anchor_id: str
    name: str
    line: int = 0


@dataclass(frozen=True)
class ArticleBody:
    """The part of an article that only its own page, its translations and messages about its links need, loaded on demand.

    `blocks` is what translations are compared with. `field_lines` are pairs of a front-matter field's path and line.
    """

    html: BodyHtml
    blocks: tuple[TextBlock, ...]
    field_lines: tuple[tuple[tuple[str | int, ...], int], ...]


@dataclass(frozen=True)
class Article:
    """A parsed article. `front` is the validated front matter, with typographic quotes and dashes.

    `cache_key` is the hash of its path and source, `fingerprint` the hash of its front matter. `requires` lists the
    sources and files that must exist. `load_body` reads the rest from the cache on demand.
    """

    content_path: ContentPath
    file: Path
    front: TextFields
    cache_key: str
    fingerprint: str
    requires: frozenset[Requirement]
    load_body: Callable[[], ArticleBody] = field(repr=False, compare=False)

    @property
    def body(self) -> ArticleBody:
        tracking.track(f"article {self.content_path.source_path}", self.cache_key)
        return self.load_body()

    @property
    def body_html(self) -> BodyHtml:
        return self.body.html

    @property
    def field_lines(self) -> YamlDocument:
        return YamlDocument(None, dict(self.body.field_lines))

    @property
    def is_original(self) -> bool:
        return not isinstance(self.front, TranslationFields)


@dataclass(frozen=True)
class ParseResult:
    """The result of parsing a file: the article, or None if it has fatal errors (then with its citations), and the problems."""

    article: Article | None
    problems: list[Problem]
    citations: dict[str, int] = field(default_factory=dict)


def cache_key_of(content_path: ContentPath, data: bytes) -> str:
    """The hash of an article's path and source; with the version of the parser, they determine the result of parsing."""
    return tracking.content_hash(b"%s\0%s" % (content_path.source_path.encode(), data))
