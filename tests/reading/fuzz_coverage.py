"""Coverage-guided fuzzing of what strangers can send. By hand: pip install atheris (a Python that it supports), then

    python tests/reading/fuzz_coverage.py TARGET SECONDS FOLDER

TARGET: bodies, words, fronts, data, catalogues or drawings. FOLDER keeps the inputs that reached new code, for the next run. The run
ends at an uncaught exception or an input over the time limit, and names the file with that input.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "reading")]
with atheris.instrument_imports(include=["caravan", "markdown", "pymdownx", "smartypants", "typogrify", "babel.messages"]):
    import caravan.reading.parser
    import caravan.site.i18n  # noqa: F401 - instrumented here, used by test_fuzz
import test_fuzz
import vectors

from caravan.reading.limits import READ_SECONDS

FIXTURES = ROOT / "tests" / "fixture_site" / "content"
KINDS = ("analysis", "calls", "background", "pages")


def read_body(folder: Path, data: bytes) -> None:
    """The last byte says how often the rest is repeated: running time that grows faster than the input becomes visible."""
    times = (1, 1, 1, 1, 1, 1, 30, 300)[data[-1] % 8] if data else 1
    test_fuzz.read_text(folder, test_fuzz.FRONT.encode() + data[:-1] * times)


def read_words(folder: Path, data: bytes) -> None:
    test_fuzz.read_words(data)


def read_front(folder: Path, data: bytes) -> None:
    test_fuzz.read_text(folder, b"---\n%s\n---\n\nWords.\n" % data, KINDS[len(data) % 4])


TARGETS = {
    "bodies": (read_body, [body.encode() for kind in (vectors.REFUSED | vectors.HARMLESS).values() for body in kind]),
    "words": (read_words, [file.read_bytes().split(b"---\n", 2)[2][:2000] for file in FIXTURES.rglob("*.md")]),
    "fronts": (read_front, [file.read_bytes().split(b"---\n")[1] for file in FIXTURES.rglob("*.md")]),
    "data": (test_fuzz.read_data, [file.read_bytes()[:2000] for file in FIXTURES.glob("evidence/*.yaml")]),
    "catalogues": (test_fuzz.read_catalogue, [(ROOT / "theme" / "translations" / "es.po").read_bytes()[:3000]]),
    "drawings": (test_fuzz.read_drawing, [file.read_bytes() for file in FIXTURES.glob("drawings/*/en.svg")]),
}


def main(name: str, seconds: str, folder: str) -> None:
    read, seeds = TARGETS[name]
    Path(folder).mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (Path(folder) / f"seed-{number}").write_bytes(seed)
    words = Path(folder).with_suffix(".words")
    pieces = [*test_fuzz.PIECES, *test_fuzz.SIGNS, *test_fuzz.FIELDS, *test_fuzz.DATA, *test_fuzz.DRAWING, *test_fuzz.CATALOGUE]
    escaped = {"".join(f"\\x{byte:02x}" for byte in piece.encode()) for piece in filter(None, pieces)}
    words.write_text("".join(f'"{piece}"\n' for piece in sorted(escaped)))
    with tempfile.TemporaryDirectory() as scratch:

        def once(data: bytes) -> None:
            start = time.process_time()
            read(Path(scratch), data)
            assert time.process_time() - start < READ_SECONDS + 2, "over the time limit"

        options = [f"-dict={words}", f"-max_total_time={seconds}", "-max_len=3000", "-timeout=60"]
        atheris.Setup([sys.argv[0], folder, *options], once)
        atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
