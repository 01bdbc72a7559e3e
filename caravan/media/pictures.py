"""Pictures beside texts: which are published, and the copies that readers get of them.

A copy is made of the pixels alone, in fixed widths, as AVIF and JPEG; the original is not published. The name of a copy holds
a hash of the original, the settings and the encoder, so a copy is made once and may be kept for ever.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import shlex
import tempfile
import warnings
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from markdown.extensions.toc import slugify

from caravan.media import gate
from caravan.reading.library import Picture
from caravan.reading.limits import FILE_BYTES, PHOTO_PIXELS, PIXELS, READ_SECONDS, time_limit
from caravan.reading.paths import WINDOWS_DEVICE_NAMES, read_limited
from caravan.reading.problems import Fault, Problem, format_message, printable, problem_of

if TYPE_CHECKING:
    from PIL import Image

# AVIF with one thread: with several, the bytes depend on their number.
ENCODERS = {
    ".avif": ("AVIF", {"quality": 45, "speed": 6, "subsampling": "4:2:0", "max_threads": 1}),
    ".jpg": ("JPEG", {"quality": 70, "optimize": True, "progressive": True}),
}
WIDTHS = (480, 800, 1200)  # pixels: phones of one and two pixels to a CSS pixel, and screens of two
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}\.(?:jpe?g|png|webp|avif)")
DECODERS = ("JPEG", "PNG", "WEBP", "AVIF")


@dataclass(frozen=True)
class PictureCopy:
    """A copy: its path below the output without its ending, and its size in pixels."""

    stem: str
    width: int
    height: int


def copies_of(url: str, picture: Picture) -> tuple[PictureCopy, ...]:
    """The copies of a picture, from small to large. `url`: where the original would be in the output."""
    versions = f"{picture.sha256} {ENCODERS} pillow {metadata.version('pillow')}"
    digest = hashlib.sha256(versions.encode()).hexdigest()[:12]
    widths = [*(width for width in WIDTHS if width < picture.width), *([picture.width] if picture.width <= WIDTHS[-1] else [])]
    stem = str(PurePosixPath(url).with_suffix(""))
    return tuple(PictureCopy(f"{stem}-{w}-{digest}", w, max(1, round(picture.height * w / picture.width))) for w in widths)


def good_name(name: str, ending: str) -> str:
    """The name that a picture called `name` should have."""
    stem = slugify(PurePosixPath(name).stem, "-")[:80].strip("-_") or "picture"
    return f"{f'{stem}-1' if stem in WINDOWS_DEVICE_NAMES else stem}.{ending}"


def read_pictures(files: list[tuple[str, Path]]) -> list[tuple[str, Picture | Problem]]:
    """Read pictures, given with their paths below content/; those that must not be published become problems."""
    results = []
    for path, file in files:
        try:
            with time_limit(READ_SECONDS):
                results.append((path, read_picture(f"content/{path}", file)))
        except (OSError, Fault) as error:
            results.append((path, problem_of(f"content/{path}", error)))
    return results


def read_picture(path: str, file: Path) -> Picture:
    """Read a picture. Raises Fault for one that must not be published, OSError."""
    data = read_limited(file, FILE_BYTES)
    ending = gate.picture_format(data)
    names = {"file": shlex.quote(printable(path)), "better": good_name(file.name, ending)}
    if len(data) > FILE_BYTES:
        raise Fault(1, format_message("picture-large", size=f"{file.stat().st_size:,} bytes", limit=f"{FILE_BYTES:,}", **names))
    parts = gate.read_parts(data)
    if parts.reveals:
        raise Fault(1, format_message("picture-reveals", what="; ".join(parts.reveals[:3]), **names))
    if not NAME.fullmatch(file.name) or file.suffix.replace("jpeg", "jpg") != f".{ending}" or file.stem in WINDOWS_DEVICE_NAMES:
        raise Fault(1, format_message("picture-name", **names))
    if parts.width * parts.height > PIXELS:
        size = f"{parts.width:,} × {parts.height:,} pixels"
        raise Fault(1, format_message("picture-large", size=size, limit=f"{PIXELS:,} in all", **names))
    decode(data, side=64)  # so that a damaged picture is found here, not by the build
    return Picture(file, hashlib.sha256(data).hexdigest(), parts.width, parts.height)


def decode(data: bytes, side: int = 0) -> Image.Image:
    """The pixels of a picture as it is shown: turned upright, in the colours of sRGB; the mode is L, RGB or RGBA.

    `side`: a length in pixels below which the picture need not be exact, which saves time. Raises Fault.
    """
    from PIL import AvifImagePlugin, Image, ImageCms, ImageOps, WebPImagePlugin  # noqa: F401 - the plugins register themselves

    Image.MAX_IMAGE_PIXELS = PHOTO_PIXELS  # Pillow refuses twice as many before it decodes them
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data), formats=DECODERS) as source:
            if source.width * source.height > PHOTO_PIXELS:
                raise ValueError("too many pixels")
            source.draft(None, (side, side) if side else source.size)
            profile = source.info.get("icc_profile")
            image = ImageOps.exif_transpose(source)
        alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
        if image.mode.startswith("I"):  # 16 bits
            image = image.convert("I").point(lambda value: value / 256).convert("L")
        if image.mode not in ("L", "RGB", "CMYK"):
            image = image.convert("RGB")
        if profile:
            with contextlib.suppress(ImageCms.PyCMSError, OSError):  # a broken profile changes no colours
                image = ImageCms.profileToProfile(image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB")
        image = image if image.mode == "L" else image.convert("RGB")
        if alpha:
            image = image.convert("RGB")
            image.putalpha(alpha)
    except Exception:  # noqa: BLE001 - Pillow raises many kinds for damaged pictures
        raise Fault(1, format_message("picture-broken")) from None
    image.info.clear()
    return image


def encode(image: Image.Image, ending: str, **options: object) -> bytes:
    """The file of a picture without metadata. `options`: other than those of ENCODERS."""
    buffer = io.BytesIO()
    name, defaults = ENCODERS.get(ending, (ending[1:].upper(), {}))
    image.save(buffer, name, **{**defaults, **options})
    return buffer.getvalue()


def make_copies(wanted: list[tuple[str, Picture, tuple[PictureCopy, ...]]], folder: Path) -> list[Problem]:
    """Write the copies of pictures, given with their paths below content/, into `folder`, which `store_name` names.

    A picture that changed since it was read becomes a problem.
    """
    from PIL import Image

    problems = []
    for path, picture, copies in wanted:
        data = read_limited(picture.file, FILE_BYTES)
        if hashlib.sha256(data).hexdigest() != picture.sha256:
            problems.append(Problem(f"content/{path}", 1, format_message("file-changed")))
            continue
        image = decode(data)
        if image.mode == "RGBA":
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
        for copy in copies:
            resized = image.convert("RGB").resize((copy.width, copy.height), Image.Resampling.LANCZOS)
            for ending in ENCODERS:
                write_whole(folder / store_name(copy, ending), encode(resized, ending))
    return problems


def store_name(copy: PictureCopy, ending: str) -> str:
    """The name of a copy where copies are kept: equal pictures share it."""
    return "-".join(copy.stem.rsplit("-", 2)[1:]) + ending


def write_whole(file: Path, data: bytes) -> None:
    """Write a file that others see either whole or not at all."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".")
    with open(descriptor, "wb") as stream:
        stream.write(data)
    os.chmod(name, 0o644)
    os.replace(name, file)
