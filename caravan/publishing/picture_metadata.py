"""What a picture says beyond what is seen: place, time, device, name. Read without decoding a pixel."""

from __future__ import annotations

import re
import struct

ORIENTATION = 0x0112  # the one tag that a picture may keep: readers see it


def picture_metadata(data: bytes) -> str:
    """What a picture says beyond what is seen, in words, or an empty string."""
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
    """Segments before the picture itself: APP1 is Exif or XMP, APP13 is IPTC, COM a comment."""
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF and data[place + 1] != 0xDA:
        marker, size = data[place + 1], struct.unpack(">H", data[place + 2 : place + 4])[0]
        body = data[place + 4 : place + 2 + size]
        if marker == 0xE1 and body.startswith(b"Exif\0\0") and not only_orientation(body[6:]):
            return "Exif data"
        if marker == 0xE1 and not body.startswith(b"Exif\0\0"):
            return "XMP data"
        if marker == 0xED:
            return "IPTC data"
        if marker == 0xFE:
            return "a comment"
        place += 2 + size
    return ""


def png(data: bytes) -> str:
    place = 8
    while place + 8 <= len(data):
        size, kind = struct.unpack(">I4s", data[place : place + 8])
        if kind == b"eXIf" and not only_orientation(data[place + 8 : place + 8 + size]):
            return "Exif data"
        if kind in (b"tEXt", b"zTXt", b"iTXt", b"tIME"):
            return "text or a time"
        place += 12 + size
    return ""


def webp(data: bytes) -> str:
    place = 12
    while place + 8 <= len(data):
        kind, size = struct.unpack("<4sI", data[place : place + 8])
        if kind == b"EXIF" and not only_orientation(data[place + 8 : place + 8 + size].removeprefix(b"Exif\0\0")):
            return "Exif data"
        if kind == b"XMP ":
            return "XMP data"
        place += 8 + size + size % 2
    return ""


def avif(data: bytes) -> str:
    """The items of an AVIF are named in its head (the box `meta`), before the picture."""
    start = data.find(b"meta")
    head = data[start : start + 4096] if start > 0 else b""
    if re.search(rb"infe.{8}Exif", head, re.DOTALL):
        return "Exif data"
    if b"application/rdf+xml" in head:
        return "XMP data"
    return ""


def only_orientation(tiff: bytes) -> bool:
    """Whether an Exif block holds nothing but which side of the picture is up."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 14:
        return False
    start = struct.unpack(order + "I", tiff[4:8])[0]
    count = struct.unpack(order + "H", tiff[start : start + 2])[0] if start + 2 <= len(tiff) else 2
    tags = [struct.unpack(order + "H", tiff[start + 2 + 12 * n : start + 4 + 12 * n])[0] for n in range(min(count, 1))]
    return count == 1 and tags == [ORIENTATION] and len(tiff) <= start + 2 + 12 + 4
