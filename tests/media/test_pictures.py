"""What readers get of a picture: copies in fixed widths, made of the pixels alone, the same bytes on every machine."""

from __future__ import annotations

import os
import shutil
import subprocess

import lxml.html
import pytest
from conftest import build
from PIL import Image
from planted import ALPHA, EXIF_SEGMENT, encoded, first

from caravan.build.loader import load_library
from caravan.dev import photos
from caravan.media import gate, pictures
from caravan.reading.library import Picture, find_problems
from caravan.reading.paths import SiteLanguages
from caravan.site.settings import today

FRONT = "---\ntitle: A text\nsummary: A text of a test, with a summary of the length that a summary must have.\ndate: 2029-05-06\nauthors: [A]\n---\n\n"


def write(content, name: str, body: str, files: dict[str, bytes], front: str = FRONT) -> None:
    folder = content / "background" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "en.md").write_text(front + body, encoding="utf-8")
    for file, data in files.items():
        (folder / file).write_bytes(data)


def photo(width: int = 2000, height: int = 1500) -> bytes:
    """A picture with the detail of a photo: hills of several sizes, and a little noise."""
    image = Image.new("L", (width, height))
    for size, share in ((4, 1.0), (16, 0.5), (64, 0.25), (256, 0.1)):
        layer = Image.frombytes("L", (size, size), bytes((n * n * 7919 + n * 104729) % 251 for n in range(size * size)))
        image = Image.blend(image, layer.resize((width, height), Image.Resampling.BICUBIC), share / (1 + share))
    return encoded(Image.merge("RGB", (image, image.transpose(Image.Transpose.FLIP_LEFT_RIGHT), image.point(lambda v: 255 - v))), "JPEG", quality=88)


@pytest.fixture(scope="module")
def pictured(tmp_path_factory):
    """A built site with a text of pictures, and a draft with one."""
    content = tmp_path_factory.mktemp("pictured") / "content"
    body = "![A hill](hill.jpg)\n\n/// caption\nA hill. Photo: A, CC0.\n///\n\nWords ![a dot](dot.png) and [the hill](hill.jpg).\n"
    write(content, "hills", body, {"hill.jpg": photo(), "dot.png": encoded(ALPHA, "PNG"), "unused.jpg": photo(500, 400)})
    write(content, "later", "Words.\n\n![A hill](hill.jpg)\n", {"hill.jpg": photo(600, 400)}, FRONT.replace("date:", "status: draft\ndate:"))
    return build(content.parent / "site", content)


def test_a_page_offers_each_width_and_format(pictured):
    tree = lxml.html.parse(pictured / "background/hills/index.html")
    [first_picture, second] = tree.xpath("//div[@class='prose']//picture")
    [source], [image] = first_picture.xpath(".//source"), first_picture.xpath(".//img")
    assert [part.split()[1] for part in source.get("srcset").split(", ")] == ["480w", "800w", "1200w"]
    assert source.get("type") == "image/avif" and source.get("sizes") == image.get("sizes")
    assert (image.get("width"), image.get("height"), image.get("alt")) == ("1200", "900", "A hill")
    assert image.get("loading") is None and second.xpath(".//img/@loading") == ["lazy"]
    assert second.xpath(".//source/@srcset")[0].endswith(" 60w")
    feed = (pictured / "feeds" / "all.atom.xml").read_text()
    assert "&lt;img src=&#34;https://example.org/background/hills/hill-800-" in feed and "&lt;picture" not in feed


def test_only_copies_are_published_and_nothing_is_in_them(pictured):
    files = sorted(path for path in pictured.rglob("*") if path.suffix in (".avif", ".jpg", ".jpeg", ".png", ".webp") and "theme" not in path.parts)
    names = {path.name.rsplit("-", 1)[0] for path in files}
    assert names == {"hill-480", "hill-800", "hill-1200", "dot-60"} and len(files) == 8
    for file in files:
        assert gate.read_parts(file.read_bytes()).reveals == ()
        with Image.open(file) as picture:
            assert picture.mode == "RGB" and not picture.getexif() and not {"icc_profile", "comment", "xmp"} & picture.info.keys()
    if shutil.which("exiftool"):
        told = subprocess.run(["exiftool", "-a", "-G1", "-s", *map(str, files)], capture_output=True, text=True, check=True).stdout
        groups = {line.split("]")[0].strip("[") for line in told.splitlines() if line.startswith("[")}
        assert groups <= {"ExifTool", "System", "File", "JFIF", "Composite", "QuickTime", "Meta"}, told


def test_transparent_pictures_stand_on_white(pictured):
    with Image.open(next((pictured / "background/hills").glob("dot-60-*.jpg"))) as picture:
        assert min(picture.getpixel((30, 1))) > 240


def test_a_phone_loads_little(pictured):
    assert next((pictured / "background/hills").glob("hill-800-*.avif")).stat().st_size <= 24_000


def test_the_bytes_do_not_depend_on_the_cores(tmp_path):
    file = tmp_path / "hill.jpg"
    file.write_bytes(photo(900, 700))
    picture = pictures.read_picture("content/calls/x/hill.jpg", file)
    made, allowed = [], os.sched_getaffinity(0) if hasattr(os, "sched_setaffinity") else None
    for cores in ({min(allowed)}, allowed) if allowed else (None, None):
        if cores:
            os.sched_setaffinity(0, cores)
        target = tmp_path / f"copies-{len(made)}"
        target.mkdir()
        assert pictures.make_copies([("calls/x/hill.jpg", picture, pictures.copies_of("x/hill.jpg", picture))], target) == []
        made.append({path.name: path.read_bytes() for path in target.iterdir()})
    assert made[0] == made[1] and len(made[0]) == 6


def test_names_depend_on_the_picture_and_the_encoder(monkeypatch):
    one = pictures.copies_of("a/b.jpg", Picture(None, "1" * 64, 700, 350))
    assert [(copy.width, copy.height) for copy in one] == [(480, 240), (700, 350)]
    assert one != pictures.copies_of("a/b.jpg", Picture(None, "2" * 64, 700, 350))
    monkeypatch.setitem(pictures.ENCODERS, ".avif", ("AVIF", {"quality": 46}))
    assert one != pictures.copies_of("a/b.jpg", Picture(None, "1" * 64, 700, 350))


def test_a_second_build_makes_no_copy_again(tmp_path):
    write(tmp_path / "content", "hills", "Words.\n\n![A hill](hill.jpg)\n", {"hill.jpg": photo(400, 300)})
    times = []
    for name in ("one", "two"):
        build(tmp_path / name, tmp_path / "content", STORE_PATH=str(tmp_path / "store"))
        times.append({path.name: path.stat().st_mtime_ns for path in (tmp_path / "store" / "pictures").iterdir()})
    assert len(times[0]) == 2 and times[0] == times[1]


def problems(content) -> list[str]:
    library = load_library(content, SiteLanguages(("en", "es", "fil"), "en"), today())
    return [str(problem) for problem in find_problems(library) if "background/" in problem.path and "translation yet" not in problem.message]


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("![](hill.jpg)", 8, "error: say what the picture \"hill.jpg\" shows"),
        ("![ ](hill.jpg)", 8, "error: say what the picture \"hill.jpg\" shows"),
        ("![A hill](hill.jpg)", 8, "warning: write below it"),
        ("![A hill](hill.jpg)\n\n/// caption\nA hill.\n///", 8, "warning: write below it"),
        ("![A hill](en.md)", 8, "error: is not a picture"),
        ("![A hill](Hill.jpg)", 8, "error: did you mean hill.jpg?"),
        ("![A hill](../asleep/hill.jpg)", 8, "error: is not public yet"),
        ("![A hill](hill.jpg){width=20}", 8, "error: `width` is not allowed here"),
        ("![A hill](hill.jpg)\n\n/// caption\nA hill. Foto: A, licencia CC BY.\n///", 0, ""),
    ],
)
def test_a_picture_needs_words_and_a_credit(tmp_path, body, line, words):
    hill = encoded(ALPHA.convert("RGB"), "JPEG")
    write(tmp_path, "hills", f"{body}\n\nWords.\n", {"hill.jpg": hill})
    write(tmp_path, "asleep", "Words.\n", {"hill.jpg": hill}, FRONT.replace("date:", "status: draft\ndate:"))
    found = problems(tmp_path)
    severity, _, said = words.partition(": ")
    assert bool(found) == bool(words) and not words or any(f"hills/en.md:{line}: {'warning: ' if severity == 'warning' else ''}" in one and said in one for one in found), found


def test_a_photo_from_a_phone_takes_one_command(tmp_path):
    """An organizer's way: refused with the command, cleaned by it, then built."""
    content = tmp_path / "content"
    write(content, "hills", "Words.\n\n![A hill](hill.jpg)\n", {"hill.jpg": first(EXIF_SEGMENT, of=photo(900, 600))})
    [refused] = [one for one in problems(content) if "warning" not in one]
    assert "run: python3 tasks.py photos content/background/hills/hill.jpg" in refused
    assert photos.clean_all(tmp_path, ["content/background/hills/hill.jpg"]) == 0
    assert all("warning" in one for one in problems(content))
    site = build(tmp_path / "site", content)
    tree = lxml.html.parse(site / "background/hills/index.html")
    assert (tree.xpath("//img/@width"), tree.xpath("//img/@height")) == (["600"], ["900"])
