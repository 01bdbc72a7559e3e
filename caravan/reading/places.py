"""What the path of a text says: its kind, its slug and its language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .files import DEVICES
from .limits import SLUG_LENGTH
from .messages import say
from .model import KINDS

SLUG = re.compile(rf"[a-z0-9-]{{1,{SLUG_LENGTH}}}")
# Folder names below content/ that hold no texts.
NOT_TEXTS = ("evidence", "extra", "drawings")


@dataclass(frozen=True, order=True)
class Place:
    """Where a text stands: `content/<kind>/<slug>/<lang>.md`."""

    kind: str
    slug: str
    lang: str

    @property
    def folder(self) -> str:
        return f"content/{self.kind}/{self.slug}"

    @property
    def path(self) -> str:
        return f"{self.folder}/{self.lang}.md"

    @property
    def address(self) -> str:
        """Where the text is read, without its language's prefix and without slashes around it."""
        return self.slug if self.kind == "pages" else f"{self.kind}/{self.slug}"

    @property
    def work(self) -> tuple[str, str]:
        """Kind and slug: what all languages of one text share."""
        return self.kind, self.slug


@dataclass(frozen=True)
class Rules:
    """The settings that decide which places exist.

    `languages`: codes in the order of the switcher; `home`: the one without prefix in addresses.
    """

    languages: tuple[str, ...]
    home: str

    def reserved_pages(self) -> set[str]:
        """Slugs that a page cannot have, because their address is taken by something else."""
        return {*KINDS, *self.languages, "archive", "feeds", "page", "theme", "404", "index", "translations"}


def place_of_file(file: Path, content: Path, rules: Rules) -> Place | None:
    """The place of a file below `content`, or None where no text can stand."""
    try:
        place = place_of("content" / PurePosixPath(file.relative_to(content).as_posix()), rules)
    except ValueError:
        return None
    return place if isinstance(place, Place) else None


def place_of(path: PurePosixPath, rules: Rules) -> Place | str:
    """The place that `path` (relative to the project) names, or a sentence that says what is wrong with it."""
    parts = path.parts[1:]
    if len(parts) != 3:
        return say("path-shape", kinds=", ".join(KINDS))
    kind, slug, name = parts
    if kind not in KINDS:
        return say("path-kind", kind=kind, kinds=", ".join(KINDS))
    if not SLUG.fullmatch(slug):
        return say("path-slug", slug=slug, limit=SLUG_LENGTH)
    if slug in DEVICES:
        return say("path-device", slug=slug)
    if slug in (rules.reserved_pages() if kind == "pages" else {"page"}):
        return say("path-reserved", slug=slug)
    lang, dot, ending = name.partition(".")
    if dot + ending != ".md":
        return say("path-ending", name=name, languages=", ".join(f"{code}.md" for code in rules.languages))
    if lang not in rules.languages:
        return say("path-language", lang=lang, languages=", ".join(rules.languages))
    return Place(kind, slug, lang)
