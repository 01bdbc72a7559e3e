"""The command `photos`: cleans pictures in place, and tells what it removed."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

from caravan.dev.command_line import typed_path
from caravan.media import gate
from caravan.media.pictures import decode, encode, good_name, read_picture, write_whole
from caravan.reading.limits import PHOTO_BYTES, is_left_over
from caravan.reading.paths import TEXT_EXTENSIONS, read_limited
from caravan.reading.problems import Fault, printable
from caravan.reading.schema import KINDS

MAX_SIZE = (2000, 3000)  # pixels: readers get at most 1,200 of the width; the rest is for better copies in later years
QUALITY = {"jpg": {"quality": 88, "optimize": True}, "webp": {"quality": 88}, "avif": {"quality": 75, "max_threads": 1}}


def clean_all(root: Path, names: list[str]) -> int:
    """Clean the pictures of the given names, and those below given folders; returns the exit code, 1 if one cannot be cleaned."""
    files = [file for name in names for file in find_files(typed_path(root, name))]
    for kind in () if names else KINDS:
        files += find_files(root / "content" / kind)
    code = 0
    for file in files:
        shown = printable(os.path.relpath(file, root).replace(os.sep, "/"))
        try:
            print(f"{shown}: {clean(file, shown)}")
        except (Fault, OSError) as error:
            print(f"{shown}: {error.message if isinstance(error, Fault) else error.strerror}")
            code = 1
    if not files:
        print("There are no pictures.")
    return code


def find_files(path: Path) -> list[Path]:
    """The file `path` itself, or all files below it that are no texts. Links are not followed."""
    if not path.is_dir() or path.is_symlink():
        return [path]
    files = (Path(folder, name) for folder, _, names in os.walk(path) for name in names)
    return sorted(file for file in files if not file.name.lower().endswith(TEXT_EXTENSIONS) and not is_left_over(file.name))


def clean(file: Path, shown: str) -> str:
    """Clean one picture; returns what was done. Raises Fault for what cannot become a picture, OSError."""
    try:
        read_picture(shown, file)
        return "is clean"
    except Fault:
        pass  # says what to do, which is done here
    data = read_limited(file, PHOTO_BYTES)
    ending = gate.picture_format(data)
    try:
        removed = gate.read_parts(data).reveals
    except Fault:
        removed = ("what does not belong to a picture",)
    image = decode(data, max(MAX_SIZE))
    image.thumbnail(MAX_SIZE)
    cleaned = encode(image.convert("RGB") if ending == "jpg" else image, f".{ending}", **QUALITY.get(ending, {}))
    target = file.with_name(good_name(file.name, ending))
    if target.name.lower() != file.name.lower() and os.path.lexists(target):
        digest = hashlib.sha256(data).hexdigest()[:6]
        target = file.with_name(good_name(f"{target.stem[:70]}-{digest}", ending))
    if gate.read_parts(cleaned).reveals:
        raise AssertionError("the encoder wrote more than a picture needs")
    file.unlink()  # first, since some systems take img.jpg and IMG.JPG for one file
    write_whole(target, cleaned)
    renamed = f"; it is now {target.name}, write: ![What it shows]({target.name})" if target.name != file.name else ""
    what = f"; removed: {'; '.join(removed)}" if removed else ""
    return f"cleaned ({image.width} × {image.height} pixels, {len(data):,} → {len(cleaned):,} bytes){what}{renamed}"


def check_staged(root: Path) -> int:
    """Print what the pictures in git's index give away; returns the exit code, 1 if one does."""

    def git(*args: str) -> bytes:  # with the environment of the hook, which may name another index
        return subprocess.run(["git", *args], cwd=root, capture_output=True, check=True).stdout

    code = 0
    for path in filter(None, git("diff", "--cached", "--name-only", "--diff-filter=d", "-z", "--", "content").split(b"\0")):
        name = os.fsdecode(path)
        if name.split("/")[1] in KINDS and not name.lower().endswith(TEXT_EXTENSIONS):
            try:
                reveals = gate.read_parts(git("cat-file", "blob", f":{name}")).reveals
            except Fault as fault:
                reveals = (fault.message,)
            if reveals:
                print(f"{printable(name)}: {'; '.join(reveals)}. Nothing is committed. Run `python3 tasks.py photos`, then `git add` again.")
                code = 1
    return code
