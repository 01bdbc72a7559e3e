"""Pictures with something hidden in them: each place where a position, a name, a thumbnail or a second picture can be.

PLANTED has, by name, the bytes and a part of what the gate says about them; CLEAN has pictures that it accepts, WRONG files
of other types, which cannot be cleaned. All are made here from bytes.
"""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, ImageCms

SECRET = b"34.0522N118.2437W Maria Perez"


def encoded(image: Image.Image, name: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, name, **options)
    return buffer.getvalue()


ARROW = Image.linear_gradient("L").resize((60, 40)).convert("RGB")  # dark above, light below: shows how it is turned
ALPHA = ARROW.convert("RGBA")
ALPHA.putalpha(ARROW.getchannel("R"))
JPEG, PROGRESSIVE = encoded(ARROW, "JPEG"), encoded(ARROW, "JPEG", progressive=True)
PNG, WEBP = encoded(ARROW, "PNG"), encoded(ARROW, "WEBP")
AVIF, AVIF_ALPHA = encoded(ARROW, "AVIF", max_threads=1), encoded(ALPHA, "AVIF", max_threads=1)


def exif(orientation: int = 6) -> bytes:
    """Exif data with an orientation, a device, a time and a position."""
    data = Image.Exif()
    data[0x0112], data[0x010F], data[0x0132] = orientation, SECRET.decode(), "2026:01:02 03:04:05"
    data.get_ifd(0x8825).update({1: "N", 2: (34.0, 3.0, 7.92), 3: "W", 4: (118.0, 14.0, 37.3)})
    return data.tobytes()


EXIF = exif()
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF>" + SECRET + b"</rdf:RDF></x:xmpmeta>"
MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x25mdat" + SECRET
ICC = struct.pack(">I4s", 140, b"lcms") + SECRET + bytes(103)
C2PA = struct.pack(">I4s", 8 + len(SECRET), b"jumb") + SECRET


# --- JPEG ----------------------------------------------------------------------------------------------------------------


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def first(*parts: bytes, of: bytes = JPEG) -> bytes:
    """A JPEG with `parts` right behind its start."""
    return of[:2] + b"".join(parts) + of[2:]


def last(*parts: bytes, of: bytes = JPEG) -> bytes:
    """A JPEG with `parts` right before its end."""
    return of[:-2] + b"".join(parts) + of[-2:]


def before(marker: int, part: bytes, of: bytes = JPEG, number: int = 0) -> bytes:
    """A JPEG with `part` before a segment."""
    at = -1
    for _ in range(number + 1):
        at = of.index(bytes([0xFF, marker]), at + 1)
    return of[:at] + part + of[at:]


def multi_picture() -> bytes:
    buffer = io.BytesIO()
    ARROW.save(buffer, "MPO", save_all=True, append_images=[ARROW.transpose(Image.Transpose.ROTATE_180)])
    return buffer.getvalue()


# Exif data as encoders of phones write it: unit and resolution, both numbers.
NUMBERS = b"Exif\0\0MM\0*\0\0\0\x08\0\x03" + b"\x01\x12\0\x03\0\0\0\x01\0\x01\0\0" + (
    b"\x01\x1a\0\x05\0\0\0\x01\0\0\0\x32" + b"\x01\x28\0\x03\0\0\0\x01\0\x02\0\0" + b"\0\0\0\0" + b"\0\0\0\x48\0\0\0\x01"
)


def profile(name: str, serial: bytes = b"\0\0\0\0", more: bytes = b"") -> bytes:
    """A segment with a colour profile, as Pillow makes it for sRGB, with another name."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    tags = {data[at : at + 4]: struct.unpack(">II", data[at + 4 : at + 12]) for at in range(132, 132 + 12 * data[131], 12)}
    start = 132 + 12 * 2
    text = b"desc\0\0\0\0" + name.encode() + b"\0"
    white = data[tags[b"wtpt"][0] :][:20]
    table = b"\0\0\0\2desc" + struct.pack(">II", start, len(text)) + b"wtpt" + struct.pack(">II", start + len(text), 20)
    body = data[4:52] + serial + data[56:128] + table + text + white + more
    return b"ICC_PROFILE\0\1\1" + struct.pack(">I", len(body) + 4) + body


EXIF_SEGMENT = segment(0xE1, EXIF)
HUFFMAN = JPEG.index(b"\xff\xc4")
HUFFMAN_LENGTH = int.from_bytes(JPEG[HUFFMAN + 2 : HUFFMAN + 4], "big")
SAID_EXIF, SAID_BEHIND, SAID_TWICE, SAID_NOTES = "place, time and device", "behind its end", "a second picture", "comments or names"
JPEGS = {
    "exif": (first(EXIF_SEGMENT), SAID_EXIF),
    "exif-turned-only": (first(segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0")), SAID_EXIF),
    "exif-behind-filler": (first(b"\xff", EXIF_SEGMENT), SAID_EXIF),
    "exif-behind-fillers": (first(b"\xff" * 9, EXIF_SEGMENT), "bytes between its parts"),
    "exif-behind-jfif": (before(0xDB, EXIF_SEGMENT), SAID_EXIF),
    "exif-behind-frame": (before(0xDA, EXIF_SEGMENT), SAID_EXIF),
    "exif-behind-scan": (last(EXIF_SEGMENT), SAID_EXIF),
    "exif-between-scans": (before(0xDA, EXIF_SEGMENT, PROGRESSIVE, 3), SAID_EXIF),
    "exif-of-pillow": (encoded(ARROW, "JPEG", exif=EXIF), SAID_EXIF),
    "filler": (first(b"\xff"), "bytes between its parts"),
    "filler-at-the-end": (last(b"\xff"), "bytes between its parts"),
    "exif-slack": (first(segment(0xE1, NUMBERS + SECRET)), SAID_EXIF),
    "exif-numbers-and-more": (first(segment(0xE1, NUMBERS.replace(b"\x01\x28", b"\x01\x31"))), SAID_EXIF),
    "exif-thumbnail": (first(segment(0xE1, NUMBERS[:-12] + b"\0\0\0\x08" + NUMBERS[-8:])), SAID_EXIF),
    "profile-of-a-screen": (first(segment(0xE2, profile("Display of Maria"))), "colour profile"),
    "profile-with-a-serial": (first(segment(0xE2, profile("sRGB", serial=b"1234"))), "colour profile"),
    "profile-with-more": (first(segment(0xE2, profile("sRGB", more=SECRET))), "colour profile"),
    "xmp": (first(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)), "names, places and edits"),
    "xmp-extended": (first(segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + bytes(40) + XMP)), "names, places and edits"),
    "profile": (first(segment(0xE2, b"ICC_PROFILE\0\x01\x01" + ICC)), "colour profile"),
    "mpf": (first(segment(0xE2, b"MPF\0" + SECRET)), SAID_TWICE),
    "flashpix": (first(segment(0xE2, b"FPXR\0" + SECRET)), "data of a program (APP2)"),
    "meta": (first(segment(0xE3, b"Meta\0" + SECRET)), "data of a program (APP3)"),
    "iptc": (first(segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0" + SECRET)), "IPTC"),
    "c2pa": (first(segment(0xEB, b"JP\0\x01\0\0\0\x01" + C2PA)), "C2PA"),
    "ducky": (first(segment(0xEC, b"Ducky\0" + SECRET)), "data of a program (APP12)"),
    "app15": (first(segment(0xEF, SECRET)), "data of a program (APP15)"),
    "adobe-with-words": (first(segment(0xEE, b"Adobe\0" + SECRET)), "data of a program (APP14)"),
    "comment": (first(segment(0xFE, SECRET)), SAID_NOTES),
    "comment-behind-scan": (last(segment(0xFE, SECRET)), SAID_NOTES),
    "comment-between-scans": (before(0xDA, segment(0xFE, SECRET), PROGRESSIVE, 2), SAID_NOTES),
    "thumbnail": (first(segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x02\x02" + bytes(12)), of=JPEG[:2] + JPEG[20:]), "a small copy"),
    "thumbnail-jfxx": (before(0xDB, segment(0xE0, b"JFXX\0\x10" + JPEG[:200])), "a small copy"),
    "second-jfif": (before(0xDB, JPEG[2:20]), "a small copy"),
    "unknown-segment": (first(segment(0xDC, SECRET)), "data of a program (DC)"),
    "quantization-with-more": (before(0xDB, segment(0xDB, b"\0" + bytes(range(64)) + SECRET)), "data of a program (DB)"),
    "huffman-with-more": (
        JPEG[:HUFFMAN] + segment(0xC4, JPEG[HUFFMAN + 4 : HUFFMAN + 2 + HUFFMAN_LENGTH] + SECRET) + JPEG[HUFFMAN + 2 + HUFFMAN_LENGTH :],
        "data of a program (C4)",
    ),
    "restart-with-more": (before(0xDA, segment(0xDD, b"\0\0" + SECRET)), "data of a program (DD)"),
    "second-frame": (before(0xDA, JPEG[JPEG.index(b"\xff\xc0") :][:19]), SAID_TWICE),
    "film": (JPEG + MP4, SAID_BEHIND),
    "motion-photo": (first(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)) + MP4, SAID_BEHIND),
    "second-picture": (JPEG + first(EXIF_SEGMENT), SAID_BEHIND),
    "archive-behind": (JPEG + b"PK\x03\x04" + SECRET, SAID_BEHIND),
    "words-behind": (JPEG + SECRET, SAID_BEHIND),
    "samsung-trailer": (JPEG + b"\0\0\x01\x0aImage_UTC_Data" + SECRET + b"SEFT", SAID_BEHIND),
    "one-byte-behind": (JPEG + b"\0", SAID_BEHIND),
    "multi-picture": (multi_picture(), SAID_TWICE),
}  # fmt: skip


# --- PNG -----------------------------------------------------------------------------------------------------------------


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def in_png(*parts: bytes, at: int = 33) -> bytes:
    """A PNG with `parts` behind its header, or at another place."""
    return PNG[:at] + b"".join(parts) + PNG[at:]


def animation() -> bytes:
    buffer = io.BytesIO()
    ARROW.save(buffer, "PNG", save_all=True, append_images=[ALPHA.convert("RGB").rotate(90)])
    return buffer.getvalue()


ROWS = zlib.decompress(PNG[PNG.index(b"IDAT") + 4 : -16])
HEADER, END = PNG[:33], chunk(b"IEND", b"")
PNGS = {
    "text": (in_png(chunk(b"tEXt", b"Author\0" + SECRET)), SAID_NOTES),
    "text-packed": (in_png(chunk(b"zTXt", b"Author\0\0" + zlib.compress(SECRET))), SAID_NOTES),
    "text-international": (in_png(chunk(b"iTXt", b"Author\0\0\0\0\0" + SECRET)), SAID_NOTES),
    "xmp": (in_png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)), "names, places and edits"),
    "text-behind-pixels": (in_png(chunk(b"tEXt", b"Author\0" + SECRET), at=-12), SAID_NOTES),
    "exif": (in_png(chunk(b"eXIf", EXIF[6:])), SAID_EXIF),
    "exif-behind-pixels": (in_png(chunk(b"eXIf", EXIF[6:]), at=-12), SAID_EXIF),
    "time": (in_png(chunk(b"tIME", b"\x07\xea\1\2\3\4\5")), "a time"),
    "profile": (in_png(chunk(b"iCCP", SECRET + b"\0\0" + zlib.compress(ICC))), "colour profile"),
    "c2pa": (in_png(chunk(b"caBX", C2PA)), "C2PA"),
    "resolution-with-words": (in_png(chunk(b"pHYs", SECRET)), "data of a program (pHYs)"),
    "gamma-with-words": (in_png(chunk(b"gAMA", SECRET)), "data of a program (gAMA)"),
    "private": (in_png(chunk(b"prVt", SECRET)), "data of a program (prVt)"),
    "animation": (animation(), SAID_TWICE),
    "behind": (PNG + SECRET, SAID_BEHIND),
    "behind-a-png": (PNG + PNG, SAID_BEHIND),
    "words-in-the-end": (PNG[:-12] + chunk(b"IEND", SECRET), "data of a program (IEND)"),
    "behind-the-pixels": (HEADER + chunk(b"IDAT", zlib.compress(ROWS) + SECRET) + END, SAID_BEHIND),
    "more-rows": (HEADER + chunk(b"IDAT", zlib.compress(ROWS + SECRET)) + END, SAID_BEHIND),
    "an-empty-second-stream": (HEADER + chunk(b"IDAT", zlib.compress(ROWS)) + chunk(b"IDAT", zlib.compress(SECRET)) + END, SAID_BEHIND),
}  # fmt: skip


# --- WebP ----------------------------------------------------------------------------------------------------------------


def riff(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webp_chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def extended(flags: int, *parts: bytes) -> bytes:
    """A WebP with features and their chunks."""
    return riff(webp_chunk(b"VP8X", bytes([flags, 0, 0, 0, 59, 0, 0, 39, 0, 0])), *parts)


PIXELS = WEBP[12:]
WEBPS = {
    "exif": (extended(8, PIXELS, webp_chunk(b"EXIF", EXIF)), SAID_EXIF),
    "exif-unflagged": (riff(PIXELS, webp_chunk(b"EXIF", EXIF)), SAID_EXIF),
    "xmp": (extended(4, PIXELS, webp_chunk(b"XMP ", XMP)), "names, places and edits"),
    "profile": (extended(32, webp_chunk(b"ICCP", ICC), PIXELS), "colour profile"),
    "animation": (encoded(ARROW, "WEBP", save_all=True, append_images=[ARROW.rotate(180)]), SAID_TWICE),
    "c2pa": (extended(0, PIXELS, webp_chunk(b"C2PA", C2PA)), "C2PA"),
    "private": (riff(PIXELS, webp_chunk(b"junk", SECRET)), "data of a program (junk)"),
    "reserved": (extended(0, PIXELS).replace(b"\0\0\0\x3b", b"Ana\x3b"), "data of a program (VP8X)"),
    "behind": (WEBP + SECRET, SAID_BEHIND),
    "film": (WEBP + MP4, SAID_BEHIND),
    "second": (riff(PIXELS, PIXELS), "data of a program (VP8 )"),
}  # fmt: skip


# --- AVIF ----------------------------------------------------------------------------------------------------------------


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + name + body


def moved(data: bytes, old: bytes, new: bytes) -> bytes:
    """An AVIF with `new` in place of `old` in its box `meta`, and with the lengths and offsets that follow from that."""
    meta, more = data.index(b"meta") - 4, len(new) - len(old)
    start = data.index(old, meta)
    for name in (b"meta", b"iinf", b"iprp", b"ipco"):
        at = data.index(name) - 4
        if at < start < at + int.from_bytes(data[at : at + 4], "big"):
            data = data[:at] + struct.pack(">I", int.from_bytes(data[at : at + 4], "big") + more) + data[at + 4 :]
    extent = data.index(b"iloc") + 18
    data = data[:extent] + struct.pack(">I", int.from_bytes(data[extent : extent + 4], "big") + more) + data[extent + 4 :]
    return data.replace(old, new, 1)


def in_stream(unit: bytes) -> bytes:
    """An AVIF with a unit behind those of its image data."""
    lengths = (AVIF.index(b"iloc") + 22, AVIF.index(b"mdat") - 4)
    data = AVIF + unit
    for at in lengths:
        data = data[:at] + struct.pack(">I", int.from_bytes(data[at : at + 4], "big") + len(unit)) + data[at + 4 :]
    return data


INFO = AVIF[AVIF.index(b"infe") - 4 :][:26]
COLOR = AVIF[AVIF.index(b"colr") - 4 :][:19]
AVIFS = {
    "exif": (encoded(ARROW, "AVIF", exif=EXIF), SAID_EXIF),
    "xmp": (encoded(ARROW, "AVIF", xmp=XMP), "names, places and edits"),
    "profile": (moved(AVIF, COLOR, box(b"colr", b"prof" + ICC)), "colour profile"),
    "name": (moved(AVIF, INFO, box(b"infe", INFO[8:20] + SECRET + b"\0")), "data of a program"),
    "handler": (AVIF.replace(b"pict" + bytes(8), b"pictJuanAna "), "data of a program"),
    "behind": (AVIF + SECRET, SAID_BEHIND),
    "box-behind": (AVIF + box(b"free", SECRET), SAID_BEHIND),
    "film": (AVIF + box(b"moov", SECRET), SAID_BEHIND),
    "c2pa": (AVIF + box(b"uuid", C2PA), SAID_BEHIND),
    "jumbf": (AVIF + box(b"jumb", C2PA), SAID_BEHIND),
    "user-data": (moved(AVIF, COLOR, COLOR + box(b"udta", SECRET)), "data of a program"),
    "words-in-the-stream": (in_stream(b"\x2a" + bytes([len(SECRET)]) + SECRET), SAID_NOTES),
    "padding-in-the-stream": (in_stream(b"\x7a" + bytes([len(SECRET)]) + SECRET), SAID_NOTES),
    "turned": (moved(AVIF, COLOR, COLOR + box(b"irot", b"\1")), "that it was turned"),
    "uncovered": (AVIF[: AVIF.index(b"mdat") - 4] + box(b"mdat", AVIF[AVIF.index(b"mdat") + 4 :] + SECRET), SAID_BEHIND),
    "sequence": (encoded(ARROW, "AVIF", save_all=True, append_images=[ARROW.rotate(180)]), ""),
}  # fmt: skip

PLANTED = {
    f"{name}.{ending}": case
    for ending, cases in (("jpg", JPEGS), ("png", PNGS), ("webp", WEBPS), ("avif", AVIFS)) for name, case in cases.items()
}  # fmt: skip
# No decoder opens these, so they cannot be cleaned and stay refused.
UNREADABLE = {"quantization-with-more.jpg", "huffman-with-more.jpg", "restart-with-more.jpg", "second-frame.jpg"}
CLEAN = {
    "plain.jpg": JPEG, "progressive.jpg": PROGRESSIVE, "gray.jpeg": encoded(ARROW.convert("L"), "JPEG"), "plain.png": PNG,
    "print.jpg": encoded(ARROW.convert("CMYK"), "JPEG"), "clear.png": encoded(ALPHA, "PNG"), "palette.png": encoded(ARROW.convert("P"), "PNG"),
    "phone.jpg": first(segment(0xE1, NUMBERS), segment(0xE2, profile("Display P3"))), "screenshot.png": in_png(chunk(b"sRGB", b"\0"), chunk(b"pHYs", bytes(9))),
    "signal.jpg": encoded(ARROW, "JPEG", icc_profile=profile("sRGB")[14:]), "deep.png": encoded(ARROW.convert("L").convert("I").convert("I;16"), "PNG"), "plain.webp": WEBP, "clear.webp": encoded(ALPHA, "WEBP"),
    "lossless.webp": encoded(ALPHA, "WEBP", lossless=True), "plain.avif": AVIF, "clear.avif": AVIF_ALPHA,
}  # fmt: skip


def bomb() -> bytes:
    """A PNG of 256 megapixels in 31 kB."""
    rows = zlib.compressobj(9)
    data = b"".join([*(rows.compress(bytes(2001)) for _ in range(16_000)), rows.flush()])
    header = struct.pack(">IIBBBBB", 16_000, 16_000, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + END


WRONG = {
    "anim.gif": (b"GIF89a" + bytes(20), "this is a GIF"), "gif.jpg": (b"GIF89a/*" + JPEG, "this is a GIF"),
    "scan.tiff": (encoded(ARROW, "TIFF"), "TIFF"), "old.bmp": (encoded(ARROW, "BMP"), "BMP"),
    "phone.heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC picture"), "live.jpg": (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "a HEIC"),
    "map.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG"), "map.png": (b"<?xml version='1.0'?>\n<svg/>", "an SVG"),
    "call.pdf": (b"%PDF-1.7\n/Author (Maria)", "this is a PDF"), "call.jpg": (b"%PDF-1.7\n", "this is a PDF"),
    "late.png": (b"\n" * 200 + b"%PDF-1.7\n", "this is a PDF"), "film.mp4": (MP4, "a film"), "clip.jpg": (MP4, "a film"),
    "film.webm": (b"\x1aE\xdf\xa3" + bytes(9), "a film"), "film.avi": (b"RIFF\0\0\0\0AVI LIST", "a film"), "voice.mp3": (b"ID3\x03" + bytes(9), "a sound"),
    "voice.ogg": (b"OggS" + bytes(9), "a sound"), "voice.wav": (b"RIFF\0\0\0\0WAVEfmt ", "a sound"), "all.zip": (b"PK\x03\x04", "an archive"),
    "list.docx": (b"PK\x03\x04[Content_Types]", "an archive or office file"), "all.tgz": (b"\x1f\x8b\x08", "an archive"),
    "face.woff2": (b"wOF2" + bytes(9), "a font"), "face.ttf": (b"\0\x01\0\0\0", "a font"), "run.exe": (b"MZ\x90", "a program"),
    "run.png": (b"\x7fELF\2\1\1\0", "a program"), "run.sh": (b"#!/bin/sh\n", "a program"), "app.js": (b"alert(1)", "neither"),
    "empty.png": (b"", "neither"), "page.jpg": (b"<html><script>", "neither"), "list.csv": (b"a,b", "neither"), ".env": (b"K=1", "neither"),
    **{f"cut-{at}-{name}": (data[:at], "damaged") for name, data in CLEAN.items() if name.startswith("plain") for at in (30, len(data) // 2, len(data) - 1)},
    "lie.png": (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 4000, 4000, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(ROWS)) + END, "damaged"),
    "crc.png": (PNG[:-5] + b"\0" + PNG[-4:], "damaged"), "scans.jpg": (last(*[JPEG[JPEG.index(b"\xff\xda") : -2]] * 60), "damaged"),
    "bomb.png": (bomb(), "16,000 × 16,000 pixels"), "heavy.jpg": (JPEG[:2] + b"\xff" * 10_000_000 + JPEG[2:], "10,000,"),
}  # fmt: skip
