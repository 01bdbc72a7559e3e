"""The gate for pictures: an allow-list of the parts that JPEG, PNG, WebP and AVIF files need.

Anything else in a file can hold a place, a name, a thumbnail or a second picture, and is refused: other parts, bytes between
the parts, and everything behind the end. The gate needs only the standard library, since the job that publishes has nothing
else. It does not decode pixels, which `pictures.py` does.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from caravan.reading.limits import PIXELS
from caravan.reading.problems import Fault, format_message

MAX_SCANS = 40  # of a progressive JPEG; encoders make 10, and each costs a decoder a pass over the whole picture
MAX_SIDE = 16_384  # pixels
MAX_PARTS = 10_000  # of a file; a PNG of 10 MB has 2,500
FILLER, TWICE, BEHIND = "bytes between its parts", "a second picture", "data behind its end, such as a film or a second picture"
EXIF, XMP = "the place, time and device it was taken with (Exif)", "names, places and edits (XMP)"
AUTHOR, NOTES, PROFILE = "who made it and with what (C2PA)", "comments or names", "the device it was made with (colour profile)"
# What a part gives away, by the beginning of its name and content; the name of a part is the chunk's or box's, APP1 or COM.
REVEALS = {
    b"APP1Exif": EXIF, b"eXIf": EXIF, b"EXIF": EXIF, b"Exif": EXIF, b"APP1http://ns.adobe.com/x": XMP, b"XMP ": XMP, b"mime": XMP,
    b"iTXtXML:com.adobe.xmp": XMP, b"APP2MPF": TWICE, b"APP2ICC_PROFILE": PROFILE, b"iCCP": PROFILE, b"ICCP": PROFILE,
    b"prof": PROFILE, b"rICC": PROFILE, b"APP11JP": AUTHOR, b"caBX": AUTHOR, b"C2PA": AUTHOR, b"APP13": "names, captions and places (IPTC)",
    b"APP0": "a small copy of the picture (JFIF)", b"COM": NOTES, b"tEXt": NOTES, b"zTXt": NOTES, b"iTXt": NOTES, b"tIME": "a time",
    b"acTL": TWICE, b"fcTL": TWICE, b"fdAT": TWICE, b"ANIM": TWICE, b"ANMF": TWICE, b"moov": "a film", b"grid": TWICE,
    b"thmb": TWICE, b"irot": "that it was turned", b"imir": "that it was turned",
}  # fmt: skip
# Types by how a file begins, and what to do instead; the last one matches every file.
OTHER_TYPES = tuple((re.compile(start, re.DOTALL), name, instead) for start, name, instead in (
    (rb"GIF8", "a GIF", "picture"), (rb"II\*\0|MM\0\*|BM.{8}|\xff\x0a|\0\0\0\x0cJXL ", "a TIFF, BMP, JPEG XL or raw picture", "picture"),
    (rb"....ftyp(?:hei|hev|mif1|msf1)", "a HEIC picture", "picture"), (rb"%PDF-|.{1,1019}%PDF-", "a PDF", "document"),
    (rb"\s*(?:<\?xml.*?)?<svg|\s*<\?xml", "an SVG or XML file", "drawing"),
    (rb"....(?:ftyp|moov|mdat)|\x1aE\xdf\xa3|RIFF....AVI |FLV\x01|\0\0\x01[\xba\xb3]", "a film", "film"),
    (rb"ID3|OggS|fLaC|RIFF....WAVE|\xff[\xf1-\xfb]", "a sound", "film"),
    (rb"PK\x03\x04|7z\xbc\xaf|Rar!|\x1f\x8b|BZh|\xfd7zXZ|.{257}ustar", "an archive or office file", "document"),
    (rb"wOF[F2]|OTTO|\0\x01\0\0\0", "a font", "else"), (rb"MZ|\x7fELF|\xca\xfe\xba\xbe|\xfe\xed\xfa|#!", "a program", "else"),
    (rb"", "neither a text nor a picture", "else"),
))  # fmt: skip


@dataclass(frozen=True)
class PictureParts:
    """What the gate read: the size in pixels, and what the file can give away, in plain words."""

    width: int
    height: int
    reveals: tuple[str, ...]


def picture_format(data: bytes) -> str:
    """The format of a picture as a file ending, by its first bytes. Raises Fault for another type of file."""
    for ending, (signature, _) in FORMATS.items():
        if signature.match(data):
            return ending
    name, instead = next((name, instead) for start, name, instead in OTHER_TYPES if start.match(data))
    raise Fault(1, format_message(f"file-{instead}", kind=name))


def read_parts(data: bytes) -> PictureParts:
    """Read the parts of a picture. Raises Fault for another type of file, and for one that is damaged or not complete."""
    found: list[str | tuple[int, int]] = []
    try:
        for item in FORMATS[picture_format(data)][1](data):
            found.append(item)  # noqa: PERF402 - what was found before an error counts
    except (ValueError, IndexError, zlib.error):
        found.append((0, 0))
    given_away = tuple(dict.fromkeys(item for item in found if isinstance(item, str)))
    sizes = {item for item in found if isinstance(item, tuple)}
    if not given_away and (len(sizes) != 1 or not all(0 < side <= MAX_SIDE for side in next(iter(sizes)))):
        raise Fault(1, format_message("picture-broken"))
    return PictureParts(*max(sizes, default=(0, 0)), given_away)


def reveals(name: bytes, content: bytes = b"") -> str:
    """What a part that is not allowed can give away."""
    known = next((words for start, words in REVEALS.items() if (name + content[:40]).startswith(start)), "")
    return known or f"data of a program ({name.decode('ascii', 'backslashreplace')})"


def number(data: bytes, offset: int, size: int = 4) -> int:
    """The big-endian number of `size` bytes at `offset`. Raises ValueError behind the end."""
    if offset + size > len(data):
        raise ValueError
    return int.from_bytes(data[offset : offset + size], "big")


# --- JPEG: ITU-T T.81, annex B -------------------------------------------------------------------------------------------

EOI, SOS, FRAMES, EXIF_START, ICC_START = 0xD9, 0xDA, (0xC0, 0xC1, 0xC2), b"Exif\0\0", b"ICC_PROFILE\0\x01\x01"
# What phones write into every picture that they encode, such as Signal's: Exif tags for numbers about the pixels (resolution, colour
# space, size, version), and the profiles of the two common colour spaces.
EXIF_NUMBERS = {0x011A, 0x011B, 0x0128, 0x0213, 0x9000, 0x9101, 0xA000, 0xA001, 0xA002, 0xA003, 0xA406}
ICC_NUMBERS = {b"wtpt", b"bkpt", b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"chad", b"cicp", b"lumi"}
ICC_WORDS = re.compile(
    r"(?:(?:sRGB|Display P3)(?: Gamut with sRGB Transfer| IEC61966-2\.1)?|c2|uRGB|Copyright Apple Inc\., 20\d\d|Google Inc\. 20\d\d|FB|CC0"
    r"|Copyright \(c\) 1998 Hewlett-Packard Company|No copyright, use freely|Public Domain)?"
)
# The whole content of each segment that is allowed.
FRAME = rb"\x08.{4}(?:\x01.{3}|\x03.{9}|\x04.{12})"
SEGMENTS = {marker: re.compile(content, re.DOTALL) for marker, content in {
    0xE0: rb"JFIF\0\x01.[\0-\x02].{4}\0\0", 0xEE: rb"Adobe\0.{5}[\0-\x02]", 0xDB: rb"(?:[\0-\x03].{64}|[\x10-\x13].{128}){1,4}",
    0xC4: rb".{17,}", 0xDD: rb"..", SOS: rb"(?:\x01.{2}|\x02.{4}|\x03.{6}|\x04.{8}).{3}", **dict.fromkeys(FRAMES, FRAME),
}.items()}  # fmt: skip
FILLERS = re.compile(rb"\xff+")
SCAN_END = re.compile(rb"\xff[^\0\xd0-\xd7]")


def read_jpeg(data: bytes) -> Iterator[str | tuple[int, int]]:
    """What a JPEG gives away, and its size."""
    offset, seen = 2, []
    while True:
        if number(data, offset, 1) != 0xFF:
            raise ValueError
        marker = number(data, offset + 1, 1)
        if marker == 0xFF:  # filler bytes, which are legal
            yield FILLER
            offset = FILLERS.match(data, offset).end() - 1
            continue
        if marker == EOI:
            break
        length = number(data, offset + 2, 2)
        content = data[offset + 4 : offset + 2 + length]
        name = b"APP%d" % (marker - 0xE0) if 0xE0 <= marker < 0xF0 else b"COM" if marker == 0xFE else b"%02X" % marker
        if length < 2 or len(content) != length - 2 or len(seen) > MAX_PARTS:
            raise ValueError
        is_allowed = marker in SEGMENTS and SEGMENTS[marker].fullmatch(content) and (marker != 0xC4 or is_huffman(content))
        is_allowed = is_allowed or (marker == 0xE1 and is_numbers(content)) or (marker == 0xE2 and is_common_profile(content))
        if not is_allowed or (marker >= 0xE0 and marker in seen):
            yield reveals(name, content)
        elif marker in FRAMES:
            yield from [TWICE] if {*FRAMES} & {*seen} else [(number(content, 3, 2), number(content, 1, 2))]
        seen.append(marker)
        offset += 2 + length
        if marker == SOS:
            end = SCAN_END.search(data, offset)
            if not end or seen.count(SOS) > MAX_SCANS:
                raise ValueError
            offset = end.start()
    if SOS not in seen:
        raise ValueError
    if data[offset + 2 :]:
        yield BEHIND


def is_huffman(content: bytes) -> bool:
    """Whether a segment holds Huffman tables and nothing behind them."""
    end = 0
    while end < len(content):
        end += 17 + sum(content[end + 1 : end + 17])
    return end == len(content)


def is_numbers(content: bytes) -> bool:
    """Whether a segment is Exif data with nothing but numbers about the pixels, of a picture that is upright."""
    tiff, order = content.removeprefix(EXIF_START), "little" if content[6:8] == b"II" else "big"
    used, starts = 8, [int.from_bytes(tiff[4:8], order)]
    for start in starts:
        entries = int.from_bytes(tiff[start : start + 2], order)
        for at in range(start + 2, start + 2 + 12 * entries, 12):
            tag, kind, count = (int.from_bytes(tiff[at + part : at + part + size], order) for part, size in ((0, 2), (2, 2), (4, 4)))
            if tag == 0x8769 and len(starts) == 1:
                starts.append(int.from_bytes(tiff[at + 8 : at + 12], order))
            elif tag == 0x0112 and int.from_bytes(tiff[at + 8 : at + 10], order) == 1:
                pass
            elif tag not in EXIF_NUMBERS or (kind, count) not in ((3, 1), (4, 1), (5, 1), (7, 4)):
                return False
            used += 8 if kind == 5 else 0
        end = start + 2 + 12 * entries
        if any(tiff[end : end + 4]):  # a second directory, which describes a thumbnail
            return False
        used += 6 + 12 * entries
    return content.startswith(EXIF_START) and used == len(tiff)


def is_common_profile(content: bytes) -> bool:
    """Whether a segment is a colour profile that names no device."""
    profile = content.removeprefix(ICC_START)
    if not content.startswith(ICC_START) or len(profile) < 132 or any(profile[52:56]) or int.from_bytes(profile[:4], "big") != len(profile):
        return False
    used = 132
    for at in range(132, 132 + 12 * min(number(profile, 128), 30), 12):
        name, start, size = profile[at : at + 4], number(profile, at + 4), number(profile, at + 8)
        body = profile[start : start + size]
        if name in (b"desc", b"cprt"):
            words = [body[8:].replace(b"\0", b"").strip(bytes(range(32))).decode("latin-1")]
            if body.startswith(b"mluc"):  # in several languages, each with length and start
                spans = [(number(body, entry + 4), number(body, entry + 8)) for entry in range(16, 16 + 12 * number(body, 8), 12)]
                words = [body[offset : offset + length].decode("utf-16-be").strip("\0") for length, offset in spans]
                words += ["more"] * (len(body) > max((length + offset for length, offset in spans), default=0) + 4)
            if not all(map(ICC_WORDS.fullmatch, words)):
                return False
        elif name not in ICC_NUMBERS:
            return False
        used = max(used, start + size)
    return len(profile) - used < 4


# --- PNG: https://www.w3.org/TR/png-3/ ----------------------------------------------------------------------------------

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
# The parts that are allowed, with the most bytes: screenshots have some of those with numbers about colours and resolution.
PNG_PARTS = {b"IHDR": 13, b"PLTE": 768, b"tRNS": 256, b"IEND": 0, b"sRGB": 1, b"gAMA": 4, b"cHRM": 32, b"sBIT": 4, b"pHYs": 9, b"bKGD": 6}
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def read_png(data: bytes) -> Iterator[str | tuple[int, int]]:
    """What a PNG gives away, and its size."""
    offset, names, pixels = 8, [], []
    while names[-1:] != [b"IEND"]:
        length, name = number(data, offset), data[offset + 4 : offset + 8]
        content = data[offset + 8 : offset + 8 + length]
        if number(data, offset + 8 + length) != zlib.crc32(name + content) or (name == b"IHDR") != (not names) or len(names) > MAX_PARTS:
            raise ValueError
        if name == b"IDAT":
            pixels.append(content)
        elif name in names or len(content) > PNG_PARTS.get(name, -1):
            yield reveals(name, content)
        if name == b"IHDR":
            header = content
            yield number(content, 0), number(content, 4)
        names.append(name)
        offset += 12 + length
    if data[offset:]:
        yield BEHIND
    yield from png_pixels(header, pixels)


def png_pixels(header: bytes, pixels: list[bytes]) -> Iterator[str]:
    """Report what is in the pixel data behind the pixels. Raises ValueError for too few of them."""
    width, height, depth = number(header, 0), number(header, 4), header[8] * CHANNELS.get(header[9], 0)
    if max(width, height) > MAX_SIDE or not depth or len(header) != 13:
        raise ValueError
    if width * height > PIXELS:
        return  # too large for other reasons; inflating it takes long
    passes = ADAM7 if header[12] else ((0, 0, 1, 1),)
    sizes = ((-(-(width - left) // right), -(-(height - top) // down)) for left, top, right, down in passes)
    expected = sum(rows * (1 + -(-columns * depth // 8)) for columns, rows in sizes if columns > 0 and rows > 0)
    stream, size = zlib.decompressobj(), 0
    for chunk in pixels:
        while chunk and size <= expected:
            size += len(stream.decompress(chunk, 1_000_000))
            chunk = stream.unconsumed_tail
    if size < expected:
        raise ValueError
    if size > expected or stream.unused_data or not stream.eof:
        yield BEHIND


# --- WebP: RFC 9649 -----------------------------------------------------------------------------------------------------


def read_webp(data: bytes) -> Iterator[str | tuple[int, int]]:
    """What a WebP gives away, and its size."""
    end, offset, names = 8 + int.from_bytes(data[4:8], "little"), 12, []
    if len(data) < end:
        raise ValueError
    while offset < end:
        name, length = data[offset : offset + 4], int.from_bytes(data[offset + 4 : offset + 8], "little")
        content = data[offset + 8 : offset + 8 + length]
        if len(content) != length or not content or len(names) > MAX_PARTS:
            raise ValueError
        if name in names or name not in (b"VP8X", b"ALPH", b"VP8 ", b"VP8L"):
            yield reveals(name, content)
        elif name == b"VP8X":  # flags of features, whose chunks are reported, and 24 bits for each side
            if length != 10 or content[0] & 0xC1 or any(content[1:4]):
                yield reveals(b"VP8X")
            yield tuple(1 + int.from_bytes(content[start : start + 3], "little") for start in (4, 7))
        elif name == b"VP8 ":
            if content[3:6] != b"\x9d\x01\x2a":
                raise ValueError
            yield tuple(int.from_bytes(content[start : start + 2], "little") & 0x3FFF for start in (6, 8))
        elif name == b"VP8L":
            bits = int.from_bytes(content[1:5], "little")
            yield 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        if length % 2 and data[offset + 8 + length : offset + 9 + length] != b"\0":
            yield FILLER
        names.append(name)
        offset += 8 + length + length % 2
    if len({*names} & {b"VP8 ", b"VP8L"}) != 1 or offset != end:
        raise ValueError
    if data[end:]:
        yield BEHIND


# --- AVIF: ISO/IEC 14496-12 and 23008-12, https://aomediacodec.github.io/av1-avif/ ---------------------------------------

# Everything before the image data, as libavif writes it: one picture, and perhaps its transparency.
AVIF_HEAD = re.compile(
    rb"....ftypavif\0{4}(?:avif|mif1|miaf|MA1[AB]){1,5}....meta\0{4}....hdlr\0{8}pict\0{13}....pitm\0{4}.."
    rb"....iloc\0{4}\x44\0\0[\x01\x02]((?:..\0\0\0\x01.{8}){1,2})....iinf\0{4}..(?:....infe\x02\0\0[\0\x01]..\0\0av01(?:Color|Alpha)?\0){1,2}"
    rb"(?:....iref\0{4}....auxl..\0\x01..)?....iprp....ipco(?:....(?:ispe\0{4}(.{8})|pixi\0{4}(?:\x01.|\x03...|\x04....)|av1C\x81..."
    rb"|colrnclx.{6}[\0\x80]|auxC\0{4}urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0|pasp\0\0\0\x01\0\0\0\x01)){3,9}"
    rb"....ipma\0{7}[\x01\x02](?:..(?:\x01.|\x02..|\x03...|\x04.{4}|\x05.{5}|\x06.{6})){1,2}(....)mdat", re.DOTALL,
)  # fmt: skip
AVIF_NAMES = (b"Exif", b"mime", b"prof", b"rICC", b"C2PA", b"moov", b"grid", b"thmb", b"irot", b"imir")
OBU_TYPES = {1, 2, 3, 4, 6}  # sequence header, temporal delimiter, frame header, tile group, frame; not metadata and padding


def read_avif(data: bytes) -> Iterator[str | tuple[int, int]]:
    """What an AVIF gives away, and its size."""
    head = AVIF_HEAD.match(data)
    if not head:
        if b"mdat" not in data:
            raise ValueError
        yield from map(reveals, [name for name in AVIF_NAMES if name in data[: max(data.index(b"mdat"), 4096)]] or [b"AVIF"])
        return
    start, end = head.end(), head.end() - 8 + number(head[3], 0)
    extents = sorted((number(head[1], at + 6), number(head[1], at + 10)) for at in range(0, len(head[1]), 14))
    if end > len(data):
        raise ValueError
    if data[end:] or extents[0][0] != start or sum(length for _, length in extents) != end - start:
        yield BEHIND
    for at, length in extents:
        yield from walk_obus(data[at : at + length])
    yield number(head[2], 0), number(head[2], 4)


def walk_obus(data: bytes) -> Iterator[str]:
    """Report units of an AV1 stream that no picture needs. Raises ValueError."""
    offset = 0
    while offset < len(data):
        header, length, shift = data[offset], 0, 0
        offset += 2 if header & 4 else 1
        while header & 2:
            length |= (data[offset] & 127) << shift
            shift, offset = shift + 7, offset + 1
            if data[offset - 1] < 128 or shift > 28:
                break
        if not header & 2 or offset + length > len(data):
            raise ValueError
        if header >> 3 & 15 not in OBU_TYPES or header & 0x81:
            yield NOTES
        offset += length


FORMATS = {
    "jpg": (re.compile(rb"\xff\xd8\xff"), read_jpeg), "png": (re.compile(rb"\x89PNG\r\n\x1a\n"), read_png),
    "webp": (re.compile(rb"RIFF....WEBP", re.DOTALL), read_webp), "avif": (re.compile(rb"....ftypavi[fs]", re.DOTALL), read_avif),
}  # fmt: skip
