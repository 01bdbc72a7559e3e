"""Nothing but a picture is in a picture: `check` refuses what is planted, `photos` removes it, `publish` looks again."""

from __future__ import annotations

import io
import shutil
import subprocess

import pytest
from conftest import ROOT, task
from PIL import Image
from planted import AVIF, CLEAN, EXIF_SEGMENT, JPEG, JPEGS, PLANTED, SECRET, UNREADABLE, WRONG, first

from caravan.dev import photos
from caravan.media import gate, pictures
from caravan.publishing.guard import find_leaks
from caravan.reading.library import Picture
from caravan.reading.problems import Fault, Problem


@pytest.fixture
def folder(tmp_path):
    for name, data in {**{name: data for name, (data, _) in {**PLANTED, **WRONG}.items()}, **CLEAN}.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_check_refuses_what_is_planted_and_accepts_plain_pictures(folder):
    """With the message that names what is given away, and the command that cures it."""
    assert len(PLANTED) > 80 and not PLANTED.keys() & WRONG.keys()
    results = dict(pictures.read_pictures([(f"calls/x/{path.name}", path) for path in sorted(folder.iterdir())]))
    said = {path.removeprefix("calls/x/"): result.message for path, result in results.items() if isinstance(result, Problem)}
    missed = {name: said.get(name) for name, (_, words) in {**PLANTED, **WRONG}.items() if words not in said.get(name, "")}
    assert missed == {} and not said.keys() & CLEAN.keys()
    assert all(f"python3 tasks.py photos content/calls/x/{name}" in said[name] for name in PLANTED)
    assert all(isinstance(results[f"calls/x/{name}"], Picture) for name in CLEAN)


def test_photos_cleans_what_is_planted_and_leaves_the_rest(folder, capsys):
    before = {name: (folder / name).read_bytes() for name in {**CLEAN, **WRONG}}
    assert photos.clean_all(ROOT, [str(folder)]) == 1
    printed = capsys.readouterr().out
    cleanable = PLANTED.keys() - UNREADABLE
    for name in cleanable:
        cleaned = (folder / name).read_bytes()
        assert gate.read_parts(cleaned).reveals == () and SECRET not in cleaned, name
        assert f"{name}: cleaned" in printed and PLANTED[name][1] in printed, name
    for name, data in before.items():  # what is no picture stays; a cut picture may be repaired
        after = (folder / name).read_bytes()
        assert after == data or (name not in CLEAN and gate.read_parts(after).reveals == ()), name
    assert photos.clean_all(ROOT, [str(folder / name) for name in cleanable]) == 0
    assert capsys.readouterr().out.count(": is clean") == len(cleanable)


def test_photos_turns_shrinks_and_renames(tmp_path, capsys):
    """A photo as a phone makes it: turned by its Exif data, large, with a name of capitals and spaces."""
    large = Image.linear_gradient("L").resize((4000, 3000)).convert("RGB")  # the camera was turned: dark is left when upright
    buffer = io.BytesIO()
    large.save(buffer, "JPEG", exif=EXIF_SEGMENT[4:])
    (tmp_path / "IMG 2030 Ñ.JPG").write_bytes(buffer.getvalue())
    assert photos.clean_all(ROOT, [str(tmp_path)]) == 0
    [file] = tmp_path.iterdir()
    with Image.open(file) as picture:
        assert file.name == "img-2030-n.jpg" and picture.size == (2000, 2667)
        assert picture.getpixel((1900, 1300))[0] < 60 < 200 < picture.getpixel((100, 1300))[0]
    printed = capsys.readouterr().out
    assert "removed: the place, time and device" in printed and "write: ![What it shows](img-2030-n.jpg)" in printed


def test_a_new_name_replaces_no_other_picture(tmp_path):
    (tmp_path / "map.jpg").write_bytes(JPEG)
    (tmp_path / "Map 1.jpeg").write_bytes(first(EXIF_SEGMENT))
    (tmp_path / "map-1.jpg").write_bytes(JPEG)
    photos.clean_all(ROOT, [str(tmp_path)])
    assert len(list(tmp_path.iterdir())) == 3 and (tmp_path / "map-1.jpg").read_bytes() == JPEG


def test_the_guard_refuses_every_planted_file_under_any_name():
    for name, (data, _) in {**PLANTED, **WRONG}.items():
        if name not in ("heavy.jpg", "bomb.png", "app.js", "page.jpg", "list.csv", ".env", "empty.png", "map.svg", "map.png"):
            for path in (f"calls/x/{name}", "calls/x/index.html", "theme/a.js"):
                assert name.endswith((".woff2", ".sh")) or list(find_leaks(path, data, ())), (name, path)
    assert [list(find_leaks(f"calls/x/{name}", data, ())) for name, data in CLEAN.items()] == [[]] * len(CLEAN)


def test_no_cut_and_no_changed_byte_makes_the_gate_fail():
    """It answers for every file, with a Fault or with what the file gives away."""
    for data in CLEAN.values():
        for at in {*range(0, min(len(data), 700), 3), *range(0, len(data), 97)}:
            for hostile in (data[:at], data[:at] + b"\xff" + data[at + 1 :], data[:at] + data[at + 1 :], data[:at] + b"\0\0\0\x08free" + data[at:]):
                try:
                    gate.read_parts(hostile)
                except Fault as fault:
                    assert fault.message


def test_many_parts_and_nested_boxes_take_no_long_time():
    nested = b"".join((12 * (50_000 - level)).to_bytes(4, "big") + b"meta\0\0\0\0" for level in range(50_000))
    for data in (JPEG[:2] + b"\xff\xfe\0\x02" * 2_000_000 + JPEG[2:], JPEG[:2] + b"\xff" * 9_000_000 + JPEG[2:], AVIF[:32] + nested):
        try:
            assert gate.read_parts(data).reveals
        except Fault as fault:
            assert "damaged" in fault.message


def test_the_hook_looks_at_what_is_staged(tmp_path):
    """Not at the file in the folder, which may be clean already."""
    for name in ("caravan", "tasks.py"):
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile)(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    photo = tmp_path / "content" / "calls" / "x" / "photo.jpg"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(JPEGS["exif"][0])
    subprocess.run(["git", "add", "content"], cwd=tmp_path, check=True)
    photo.write_bytes(JPEG)
    refused = task(tmp_path, "photos", "--staged")
    assert refused.returncode == 1 and "content/calls/x/photo.jpg: the place, time and device" in refused.stdout
    subprocess.run(["git", "add", "content"], cwd=tmp_path, check=True)
    assert task(tmp_path, "photos", "--staged").returncode == 0
