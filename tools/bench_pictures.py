"""Measure the gate for 1,000 pictures, cold and cached, and the copies of ten of them; prints seconds and bytes."""

from __future__ import annotations

if __name__ == "__main__":  # first of all, since the rest needs the packages of .venv
    import environment

import shutil
import statistics
import tempfile
import time
from pathlib import Path

from caravan.build.cache import Cache
from caravan.build.loader import load_pictures
from caravan.build.parallel import WorkerPool
from caravan.media import gate
from caravan.media.pictures import ENCODERS, copies_of, encode, make_copies, store_name

COUNT, SIZE = 1000, (2000, 1500)


def photos(folder: Path) -> dict[str, Path]:
    """COUNT pictures of ten kinds, with clouds and noise instead of things."""
    from PIL import Image

    files = {}
    for kind in range(10):
        clouds = Image.effect_noise((24, 18), 90).resize(SIZE, Image.Resampling.BICUBIC)
        picture = Image.merge("RGB", [Image.blend(clouds, Image.effect_noise(SIZE, 30), 0.05 + kind / 50)] * 3)
        (folder / f"kind-{kind}.jpg").write_bytes(encode(picture, ".jpg", quality=88))
        for number in range(COUNT // 10):
            files[f"calls/x/photo-{kind}-{number}.jpg"] = folder / f"photo-{kind}-{number}.jpg"
            shutil.copyfile(folder / f"kind-{kind}.jpg", files[f"calls/x/photo-{kind}-{number}.jpg"])
    return files


def main() -> None:
    with tempfile.TemporaryDirectory() as name, WorkerPool() as pool:
        folder, cache = Path(name), Cache(None)
        files = photos(folder)
        size = statistics.mean(file.stat().st_size for file in files.values())
        print(f"{COUNT} pictures of {SIZE[0]} × {SIZE[1]} pixels and {size / 1000:,.0f} kB")
        started = time.perf_counter()
        for file in files.values():
            gate.read_parts(file.read_bytes())
        print(f"the parts alone, one process: {time.perf_counter() - started:.2f} s")
        for state in ("cold, decoded too", "cached"):
            started = time.perf_counter()
            pictures, problems = load_pictures(files, cache, pool)
            print(f"{state}: {time.perf_counter() - started:.2f} s, {len(pictures)} pictures, {len(problems)} problems")
        chosen = [(path, pictures[path], copies_of(path, pictures[path])) for path in list(pictures)[:: COUNT // 10]]
        started = time.process_time()
        make_copies(chosen, folder)
        print(f"copies of one: {(time.process_time() - started) / len(chosen):.2f} s of a core")
        for ending in ENCODERS:
            sizes = [(folder / store_name(copies[1], ending)).stat().st_size for _, _, copies in chosen]
            print(f"a copy of 800 pixels, {ending}: {min(sizes) / 1000:.0f} to {max(sizes) / 1000:.0f} kB")


if __name__ == "__main__":
    environment.run(main, __doc__)
