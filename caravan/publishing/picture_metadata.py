"""Find metadata in pictures that can reveal place, time, device or name, without decoding pixels."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

ORIENTATION = 0x0112  # the one Exif tag that a picture may keep: it only rotates the picture
EXIF = "Exif data"
# By the name of a chunk of PNG or WebP, or the marker of a segment of JPEG.
KINDS = {
    b"eXIf": EXIF, b"EXIF": EXIF, b"XMP ": "XMP data", b"\xed": "IPTC data", b"\xfe": "a comment",
    **dict.fromkeys((b"tEXt", b"zTXt", b"iTXt", b"tIME"), "text or a time"),
}  # fmt: skip


def picture_metadata(data: bytes) -> str:
    """The kind of metadata that a JPEG, PNG, WebP or AVIF file contains, such as "Exif data", or an empty string."""
    for name, body in parts(data):
        kind = KINDS.get(name, "")
        if kind and not (kind == EXIF and only_orientation(body.removeprefix(b"Exif\0\0"))):
            return kind
    return ""


def parts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and body of each part of a picture that may be metadata."""
    if data.startswith(b"\xff\xd8"):
        yield from jpeg_segments(data)
    elif data.startswith(b"\x89PNG\r\n\x1a\n"):
        yield from chunks(data, 8, png=True)
    elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        yield from chunks(data, 12, png=False)
    elif data[4:8] == b"ftyp":  # AVIF: the box `meta` lists the items of the file before the image data
        start = data.find(b"meta")
        head = data[start : start + 4096] if start > 0 else b""
        if re.search(rb"infe.{8}Exif", head, re.DOTALL):
            yield b"EXIF", b""
        if b"application/rdf+xml" in head:
            yield b"XMP ", b""


def jpeg_segments(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The segments before the image data. APP1 is named after what it holds: Exif or XMP."""
    offset = 2
    while offset + 4 <= len(data) and data[offset] == 0xFF and data[offset + 1] != 0xDA:
        size = int.from_bytes(data[offset + 2 : offset + 4], "big")
        marker, body = data[offset + 1 : offset + 2], data[offset + 4 : offset + 2 + size]
        yield (b"EXIF" if body.startswith(b"Exif\0\0") else b"XMP ") if marker == b"\xe1" else marker, body
        offset += 2 + size


def chunks(data: bytes, offset: int, png: bool) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG or WebP file from `offset` on."""
    while offset + 8 <= len(data):
        first, second = data[offset : offset + 4], data[offset + 4 : offset + 8]
        name, size = (second, int.from_bytes(first, "big")) if png else (first, int.from_bytes(second, "little"))
        yield name, data[offset + 8 : offset + 8 + size]
        offset += 8 + size + (4 if png else size % 2)  # PNG has a checksum; WebP pads to even sizes


def only_orientation(tiff: bytes) -> bool:
    """Whether an Exif block contains the orientation tag and nothing else."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2], "<")
    try:
        start = struct.unpack_from(f"{order}I", tiff, 4)[0]
        count, tag = struct.unpack_from(f"{order}HH", tiff, start)
    except struct.error:
        return False
    return (count, tag) == (1, ORIENTATION) and 14 <= len(tiff) <= start + 18
