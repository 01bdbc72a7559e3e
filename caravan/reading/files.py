"""Files that may stand beside a text, judged by what is in them and not by their name."""

from __future__ import annotations

import re
from pathlib import Path

from .limits import FILE_BYTES
from .messages import say

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}\.[a-z]{3,4}")
ENDINGS = {"jpg": ("jpg", "jpeg"), "png": ("png",), "webp": ("webp",), "avif": ("avif",), "pdf": ("pdf",)}
KNOWN = {ending for endings in ENDINGS.values() for ending in endings}
# Windows cannot check these names out, whatever their ending.
DEVICES = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))}


def kind_of(head: bytes) -> str | None:
    """The kind of a file by its first bytes: jpg, png, webp, avif, pdf, or None."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp" and head[8:12] in (b"avif", b"avis"):
        return "avif"
    if head.startswith(b"%PDF-"):
        return "pdf"
    return None


def what_is_wrong(file: Path) -> str | None:
    """A sentence if `file` cannot be published beside a text, else None."""
    with open(file, "rb") as stream:
        kind = kind_of(stream.read(16))
    ending = file.suffix[1:]
    if kind is None and ending in KNOWN:
        return say("file-false", name=file.name, kind=ending)
    if kind is None:
        return say("file-kind", name=file.name)
    if ending not in ENDINGS[kind]:
        return say("file-ending", name=file.name, kind=kind)
    if not NAME.fullmatch(file.name):
        return say("file-name", name=file.name)
    if file.stem in DEVICES:
        return say("path-name")
    size = file.stat().st_size
    if size > FILE_BYTES:
        return say("file-heavy", name=file.name, size=f"{size:,}", limit=f"{FILE_BYTES:,}")
    return None
