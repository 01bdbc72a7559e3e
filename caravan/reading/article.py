"""The body of a text: safe HTML with holes where addresses go, since these differ from page to page.

A text as it was read: its words, where it leads, and what it holds.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from caravan import tracking
from caravan.reading.limits import TEXT_BYTES
from caravan.reading.paths import ContentPath
from caravan.reading.problems import Problem
from caravan.reading.schema import TextFields, TranslationFields
from caravan.reading.yaml_subset import YamlDocument

DRAWINGS = "drawings"  # the folder below content/ of what `/// drawing | name` places


@dataclass(frozen=True)
class LinkTarget:
    """A file below content/ (`path`, such as `analysis/second-caravan/en.md`) and a place in it.

    An empty `path` is the text itself. `written` is the link as the author wrote it; `line` is where.
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
class BodyHtml:
    """`parts` alternate: HTML, what belongs into the hole after it, HTML, …

    A hole holds the index of a link's target, `d2` that of a drawing, `p3` for the id of block 3, or `hx` for the link to
    the heading with the id x. `ids`: every id that a link can point to.
    """

    segments: tuple[str, ...]
    targets: tuple[LinkTarget, ...]
    headings: tuple[Heading, ...]
    cited_ids: tuple[str, ...]
    ids: frozenset[str]
    words: int

    def render(
        self,
        address: Callable[[LinkTarget], str],
        block_ids: frozenset[str] = frozenset(),
        anchor_template: str = "",
        drawing: Callable[[LinkTarget], str] = lambda target: "",
    ) -> str:
        """The finished HTML, with `address(target)` in the holes of links, and the ids of the blocks in `marks`.

        `anchor`: the HTML of the link to a heading, with {} for its id; `drawing(target)`: that of a drawing.
        """
        whole = list(self.segments)
        for index in range(1, len(whole), 2):
            hole = whole[index]
            if hole[0] == "h":
                whole[index] = anchor_template.replace("{}", html.escape(hole[1:]), 1)
            elif hole[0] == "d":
                whole[index] = drawing(self.targets[int(hole[1:])])
            elif hole[0] == "p":
                whole[index] = f' id="{hole}"' if hole in block_ids else ""
            else:
                whole[index] = html.escape(address(self.targets[int(hole)]))
        return "".join(whole)


Ask = tuple[str, ...]  # what must be there: ("source", id), or ("file", path below content/, mark or "")


@dataclass(frozen=True)
class TextBlock:
    """One piece of a text that can be behind.

    `mark` is its id on the page, "" at the top; `name` says what it is; `line` is 0 in front matter.
    """

    fingerprint: str
    anchor_id: str
    name: str
    line: int = 0


@dataclass(frozen=True)
class Citation:
    """A source that a text cites, and the line where it does so first."""

    id: str
    line: int


@dataclass(frozen=True)
class References:
    """Where a text leads: to files and marks, and to sources."""

    targets: tuple[LinkTarget, ...]
    citations: tuple[Citation, ...]

    @property
    def requires(self) -> frozenset[Ask]:
        files = (("file", target.path, target.fragment) for target in self.targets if target.path)
        return frozenset([*files, *(("source", each.id) for each in self.citations)])


@dataclass(frozen=True)
class ArticleBody:
    """What only the text's own page and its translations need.

    `pieces` is its state, which translations are compared with. `lines` are those of the front matter's fields.
    """

    html: BodyHtml
    blocks: tuple[TextBlock, ...]
    field_lines: YamlDocument


@dataclass(frozen=True)
class Article:
    """A text as it was read: `front` is an instance of its kind's model, with typeset words.

    `key` names its bytes and its place, `print` what its front matter says. `asks` holds what must be there.
    `linked` and `opened` bring the rest, which may have to be fetched.
    """

    content_path: ContentPath
    file: Path
    front: TextFields
    cache_key: str
    fingerprint: str
    requires: frozenset[Ask]
    load_references: Callable[[], References] = field(repr=False, compare=False)
    load_body: Callable[[], ArticleBody] = field(repr=False, compare=False)

    @property
    def link_targets(self) -> tuple[LinkTarget, ...]:
        tracking.track(f"inside {self.content_path.source_path}", self.cache_key)
        return self.load_references().targets

    @property
    def citations(self) -> tuple[Citation, ...]:
        tracking.track(f"inside {self.content_path.source_path}", self.cache_key)
        return self.load_references().citations

    @property
    def body(self) -> ArticleBody:
        tracking.track(f"inside {self.content_path.source_path}", self.cache_key)
        return self.load_body()

    @property
    def body_html(self) -> BodyHtml:
        return self.body.html

    @property
    def blocks(self) -> tuple[TextBlock, ...]:
        return self.body.blocks

    @property
    def field_lines(self) -> YamlDocument:
        return self.body.field_lines

    @property
    def is_original(self) -> bool:
        return not isinstance(self.front, TranslationFields)


@dataclass(frozen=True)
class ParseResult:
    """What reading a file gave: the text, or None if there is none to show, and then what it would cite; its problems."""

    article: Article | None
    problems: list[Problem]
    citations: tuple[Citation, ...] = ()


def read_limited(file: Path) -> bytes:
    """The bytes of a file, and of one that is too large a little more than it may have. Raises OSError."""
    with open(file, "rb") as stream:
        return stream.read(TEXT_BYTES + 1)


def cache_key_of(place: ContentPath, data: bytes) -> str:
    """What decides how a text is read, but for our own code: its bytes and its place."""
    return tracking.content_hash(b"%s\0%s" % (place.source_path.encode(), data))
