"""Find metadata in pictures that can reveal place, time, device or name, without decoding pixels."""

from __future__ import annotations

import re
import struct

ORIENTATION = 0x0112  # the one Exif tag that a picture may keep: it only rotates the picture


def picture_metadata(data: bytes) -> str:
    """The kind of metadata that a JPEG, PNG, WebP or AVIF file contains, such as "Exif data", or an empty string."""
    if data.startswith(b"\xff\xd8"):
        return jpeg(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return png(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return webp(data)
    if data[4:8] == b"ftyp":
        return avif(data)
    return ""


def jpeg(data: bytes) -> str:
    """Check the segments before the image data: APP1 is Exif or XMP, APP13 is IPTC, COM is a comment."""
    offset = 2
    while offset + 4 <= len(data) and data[offset] == 0xFF and data[offset + 1] != 0xDA:
        marker, size = data[offset + 1], struct.unpack(">H", data[offset + 2 : offset + 4])[0]
        body = data[offset + 4 : offset + 2 + size]
        if marker == 0xE1 and body.startswith(b"Exif\0\0") and not only_orientation(body[6:]):
            return "Exif data"
        if marker == 0xE1 and not body.startswith(b"Exif\0\0"):
            return "XMP data"
        if marker == 0xED:
            return "IPTC data"
        if marker == 0xFE:
            return "a comment"
        offset += 2 + size
    return ""


def png(data: bytes) -> str:
    offset = 8
    while offset + 8 <= len(data):
        size, kind = struct.unpack(">I4s", data[offset : offset + 8])
        if kind == b"eXIf" and not only_orientation(data[offset + 8 : offset + 8 + size]):
            return "Exif data"
        if kind in (b"tEXt", b"zTXt", b"iTXt", b"tIME"):
            return "text or a time"
        offset += 12 + size
    return ""


def webp(data: bytes) -> str:
    offset = 12
    while offset + 8 <= len(data):
        kind, size = struct.unpack("<4sI", data[offset : offset + 8])
        if kind == b"EXIF" and not only_orientation(data[offset + 8 : offset + 8 + size].removeprefix(b"Exif\0\0")):
            return "Exif data"
        if kind == b"XMP ":
            return "XMP data"
        offset += 8 + size + size % 2
    return ""


def avif(data: bytes) -> str:
    """Check the `meta` box, which lists the items of the file before the image data."""
    start = data.find(b"meta")
    head = data[start : start + 4096] if start > 0 else b""
    if re.search(rb"infe.{8}Exif", head, re.DOTALL):
        return "Exif data"
    if b"application/rdf+xml" in head:
        return "XMP data"
    return ""


def only_orientation(tiff: bytes) -> bool:
    """Whether an Exif block contains the orientation tag and nothing else."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 14:
        return False
    start = struct.unpack(order + "I", tiff[4:8])[0]
    count = struct.unpack(order + "H", tiff[start : start + 2])[0] if start + 2 <= len(tiff) else 2
    tags = [struct.unpack(order + "H", tiff[start + 2 + 12 * n : start + 4 + 12 * n])[0] for n in range(min(count, 1))]
    return count == 1 and tags == [ORIENTATION] and len(tiff) <= start + 2 + 12 + 4
