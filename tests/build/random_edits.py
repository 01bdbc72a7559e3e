"""Random edits of a small project, as people make them: the law of building is that no way there matters.

After every edit the site that was built again and again is compared, byte for byte, with one that was never built
before. A seed repeats a run: `python3 tasks.py edits --seed 7 --steps 500`.
"""

from __future__ import annotations

import datetime
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
KINDS = ("calls", "analysis", "background", "pages")
LANGS = ("en", "es", "fil")
MANIFEST, FOREIGN = "site-manifest.json", "foreign.html"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(20)
BUILD = """
import sys
from pathlib import Path
from caravan.build import command
settings = command.load_settings(Path("publishconf.py"), sys.argv[1])
settings["STORE_PATH"] = Path(sys.argv[2]) if sys.argv[2] else None
settings["PER_PAGE"], settings["PER_ARCHIVE_PAGE"] = 3, 5
try:
    command.run_build(settings, quiet=True)
except command.Problems as error:
    sys.exit(str(error))
"""


class Project:
    """A project in `folder` that is edited at random and built after each edit, with a memory and without."""

    def __init__(self, folder: Path, seed: int, start: int = 12):
        self.folder, self.chance = folder, random.Random(seed)
        self.content = folder / "content"
        self.output, self.store = folder / "output", folder / ".store"
        self.day = datetime.date(2026, 11, 24)
        self.number = 0
        for name in ("caravan", "theme"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pelicanconf.py", "publishconf.py"):
            shutil.copy(ROOT / name, folder / name)
        (self.content / "extra").mkdir(parents=True)
        (self.content / "evidence").mkdir()
        self.write_sources()
        self.drawing()
        for _ in range(start):
            self.add()

    # --- texts ---------------------------------------------------------------------------------------------------

    def works(self) -> list[Path]:
        return sorted(path.parent for path in self.content.glob("*/*/*.md") if "translated_from" not in path.read_text())

    def some(self) -> Path:
        return self.chance.choice(self.works())

    def original(self, work: Path) -> Path:
        return next(path for path in sorted(work.glob("*.md")) if "translated_from" not in path.read_text())

    def words(self, number: int = 6) -> str:
        stock = 'border "march" wage -- town <b>treaty</b> road it\'s ñandú 1.4 million 9 November & river'.split()
        return " ".join(self.chance.choice(stock) for _ in range(number))

    def title(self) -> str:
        self.number += 1
        return f"Text {self.number} of the border & 'road'"

    def body(self, kind: str) -> str:
        parts = [f"## Part one {{#one-{self.number}}}", self.words(20) + " [@first] and more [@second]."]
        for work in self.chance.sample(self.works(), min(2, len(self.works()))):
            lang = self.chance.choice([path.stem for path in work.glob("*.md")])
            parts.append(f"See [that]({'../../'}{work.parent.name}/{work.name}/{lang}.md).")
        parts.append("/// note | Doubt\n\n" + self.words(5) + "\n\n///")
        if self.chance.random() < 0.3:
            parts.append("/// drawing | road\n\nA road.\n\n///")
        return "\n\n".join(self.chance.sample(parts, len(parts)))

    def add(self) -> None:
        kind = self.chance.choice(KINDS)
        title = self.title()
        work = self.content / kind / f"text-{self.number}"
        fields = [f'title: "{title}"', f"summary: {'A summary that says enough to be one, and a little more. ' * 2}"]
        if kind != "pages":
            day = self.day - datetime.timedelta(days=self.chance.randint(-3, 900))
            fields += [f"date: {day}", "authors: [The editors of this site]"]
        if kind == "calls":
            start = self.day + datetime.timedelta(days=self.chance.randint(-3, 3))
            fields.append(f"event: {{start: {start}, end: {start + datetime.timedelta(days=1)}, place: By the sea}}")
        body = self.body(kind)
        work.mkdir(parents=True)
        lang = self.chance.choice(LANGS)
        (work / f"{lang}.md").write_text("\n".join(["---", *fields, "---", "", body, ""]))

    def change(self) -> None:
        path = self.original(self.some())
        path.write_text(path.read_text() + f"\n{self.words(9)}\n")

    def change_field(self) -> None:
        path = self.original(self.some())
        lines = path.read_text().split("\n")
        index = self.chance.choice([number for number, line in enumerate(lines[:8]) if line.startswith(("title", "date", "summary"))])
        day = self.day - datetime.timedelta(days=self.chance.randint(-2, 500))
        value = {"t": f'title: "{self.title()}"', "d": f"date: {day}", "s": "summary: " + "Other words for the same text. " * 3}
        lines[index] = value[lines[index][0]]
        path.write_text("\n".join(lines))

    def draft(self) -> None:
        path = self.original(self.some())
        text = path.read_text()
        path.write_text(text.replace("\nstatus: draft", "", 1) if "status: draft" in text else text.replace("\n---", "\nstatus: draft\n---", 1))

    def delete(self) -> None:
        shutil.rmtree(self.some())

    def move(self) -> None:
        """To another kind or slug; sometimes the old address leads on."""
        work = self.some()
        kind = "pages" if work.parent.name == "pages" else self.chance.choice(("analysis", "background"))
        if work.parent.name == "calls":
            kind = "calls"
        self.number += 1
        target = self.content / kind / f"moved-{self.number}"
        target.parent.mkdir(exist_ok=True)
        work.rename(target)
        if self.chance.random() < 0.5:
            path = self.original(target)
            text = path.read_text()
            if "formerly" not in text:
                old = work.name if kind == "pages" else f"{work.parent.name}/{work.name}"
                path.write_text(text.replace("\n---", f"\nformerly: [{old}]\n---", 1))

    def translate(self) -> None:
        work = self.some()
        original = self.original(work)
        lang = self.chance.choice([code for code in LANGS if code != original.stem])
        fields = [f'title: "{self.title()}"', "summary: " + "Palabras que dicen bastante de este texto, y algo más. " * 2,
                  f"translated_from: {original.stem}", "made_from: " + " ".join(self.chance.choices(["aaaaaa", "bbbbbb", "123456"], k=2))]  # fmt: skip
        (work / f"{lang}.md").write_text("\n".join(["---", *fields, "---", "", self.words(30), ""]))

    def untranslate(self) -> None:
        paths = [path for path in self.content.glob("*/*/*.md") if "translated_from" in path.read_text()]
        if paths:
            self.chance.choice(sorted(paths)).unlink()

    def mend(self) -> None:
        """Take out the links that lead nowhere, or to what is not public yet."""
        for path in self.content.glob("*/*/*.md"):
            lines = path.read_text().split("\n")
            kept = [line for line in lines if not line.startswith("See [that](") or self.leads(path, line[11:-2])]
            if kept != lines:
                path.write_text("\n".join(kept))

    def leads(self, path: Path, link: str) -> bool:
        target = (path.parent / link).resolve()
        if not target.exists():
            return False
        text = self.original(target.parent).read_text()
        day = re.search(r"^date: (.*)$", text, re.MULTILINE)
        return "status: draft" not in text and not (day and day[1] > self.day.isoformat())

    # --- everything else -------------------------------------------------------------------------------------------

    def write_sources(self) -> None:
        one = "  - id: {id}\n    type: report\n    title: Report of {n}\n    read_as: full text\n"
        sources = "".join(one.format(id=name, n=self.chance.randrange(1000)) for name in ("first", "second"))
        (self.content / "evidence" / "sources.yaml").write_text("sources:\n" + sources)

    def drawing(self) -> None:
        """A drawing that stands in some texts, in every language."""
        folder = self.content / "drawings" / "road"
        folder.mkdir(parents=True, exist_ok=True)
        for lang in LANGS:
            line = f'<path d="M0 0L{self.chance.randrange(99)} 9"/>'
            drawn = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="A road" viewBox="0 0 99 9">{line}</svg>'
            (folder / f"{lang}.svg").write_text(drawn)

    def almanac(self) -> None:
        """What the front page tells of the days around the last call."""
        day = self.day + datetime.timedelta(days=self.chance.randint(-2, 2))
        words = "\n".join(f"      {lang}: {self.chance.randrange(999)} came" for lang in LANGS)
        (self.content / "evidence" / "almanac.yaml").write_text(
            f"days:\n  - start: {day}\n    sources: [first]\n    words:\n{words}\n"
        )

    def picture(self) -> None:
        path = self.some() / "picture.png"
        if path.exists() and self.chance.random() < 0.5:
            path.unlink()
        else:
            path.write_bytes(PICTURE + str(self.chance.random()).encode())

    def extra(self) -> None:
        path = self.content / "extra" / "humans.txt"
        if path.exists() and self.chance.random() < 0.5:
            path.unlink()
        else:
            path.write_text(self.words())

    def template(self) -> None:
        path = self.folder / "theme" / "templates" / self.chance.choice(["components/site_footer.html", "listing.html", "feed.xml"])
        path.write_text(path.read_text() + "\n")

    def style(self) -> None:
        path = self.folder / "theme" / "static" / "css" / "base.css"
        path.write_text(path.read_text() + f".x{self.chance.randrange(99)}{{color:red}}\n")

    def phrase(self) -> None:
        path = self.folder / "theme" / "translations" / "es.po"
        path.write_text(path.read_text().replace('msgstr "Archivo', 'msgstr "El archivo', 1))

    def setting(self) -> None:
        path = self.folder / "pelicanconf.py"
        path.write_text(path.read_text() + f'\nSITENAME = "Caravan {self.chance.randrange(9)}"\n')

    def tomorrow(self) -> None:
        self.day += datetime.timedelta(days=1)

    def checkout(self) -> None:
        """As git leaves it: the same bytes in new files with new times."""
        for path in sorted(self.content.rglob("*")):
            if path.is_file():
                data = path.read_bytes()
                path.unlink()
                path.write_bytes(data)

    def same_times(self) -> None:
        """A change that leaves size and times as they were."""
        path = self.original(self.some())
        before = path.stat()
        path.write_text(path.read_text().replace("Part one", "Part two"))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    def meddle(self) -> None:
        """Somebody touches the output. (Without its manifest nothing is built there any more: tests/site/test_placing.py)"""
        files = sorted(path for path in self.output.rglob("*") if path.is_file() and path.name not in (MANIFEST, FOREIGN))
        if not files:
            return
        path = self.chance.choice(files)
        way = self.chance.randrange(4)
        if way == 0:
            path.unlink()
        elif way == 1:
            path.write_bytes(path.read_bytes()[:-1] + b"~")
        elif way == 2:
            (path.parent / FOREIGN).write_text("not of this site")
        else:
            path.unlink()
            path.mkdir()

    def forget(self) -> None:
        shutil.rmtree(self.chance.choice([self.store, self.output]), ignore_errors=True)

    def damage(self) -> None:
        files = sorted(self.store.glob("*")) if self.store.exists() else []
        for path in files:
            if path.stat().st_size and self.chance.random() < 0.5:
                data = bytearray(path.read_bytes())
                data[self.chance.randrange(len(data))] ^= 0xFF
                path.write_bytes(data)

    def kill(self) -> None:
        """A build that is killed somewhere in the middle."""
        self.change()
        process = self.start(self.output, self.store)
        time.sleep(self.chance.uniform(0.2, 1.6))
        process.kill()
        process.communicate()

    # --- building ---------------------------------------------------------------------------------------------------

    def start(self, output: Path, store: Path | str) -> subprocess.Popen:
        noon = datetime.datetime.combine(self.day, datetime.time(12), datetime.UTC)
        environment = {**os.environ, "SITEURL": "https://example.org", "SOURCE_DATE_EPOCH": str(int(noon.timestamp())),
                       "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"}  # fmt: skip
        return subprocess.Popen(
            [sys.executable, "-c", BUILD, str(output), str(store)], cwd=self.folder, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def compare(self) -> str:
        """What differs between the site of many builds and the site of one; an empty string where all is well."""
        clean = self.folder / "clean"
        shutil.rmtree(clean, ignore_errors=True)
        before = contents(self.output)
        again, anew = self.start(self.output, self.store), self.start(clean, "")
        said = again.communicate()[0], anew.communicate()[0]
        if said[0] != said[1] or again.returncode != anew.returncode:
            return f"one said\n{said[0]}\nthe other said\n{said[1]}"
        if again.returncode:  # the content cannot be built: the output stays as it was
            return "" if contents(self.output) == before else "a failed build changed the output"
        one, other = contents(self.output), contents(clean)
        return ", ".join(sorted(name for name in {*one, *other} if one.get(name) != other.get(name)))[:2000]

    def edits(self) -> list[Callable[[], None]]:
        often = [self.add, self.change, self.change_field, self.delete, self.move, self.translate, self.untranslate]
        once = [self.draft, self.write_sources, self.drawing, self.almanac, self.picture, self.extra, self.template, self.style, self.phrase, self.setting,
                self.tomorrow, self.checkout, self.same_times, self.meddle, self.forget, self.damage, self.kill]  # fmt: skip
        if os.name == "nt":  # Windows keeps no time of a file's last change of any kind
            once.remove(self.same_times)
        return often * 3 + once

    def step(self) -> str:
        """Make one edit (sometimes several) and compare; returns what was done, and raises AssertionError with it."""
        done = []
        for _ in range(self.chance.choice((1, 1, 1, 2, 5))):
            edit = self.chance.choice([edit for edit in self.edits() if len(self.works()) > 4 or edit != self.delete])
            edit()
            done.append(edit.__name__)
        if self.chance.random() < 0.85:
            self.mend()
        wrong = self.compare()
        assert not wrong, f"after {', '.join(done)}: {wrong}"
        return ", ".join(done)


def contents(folder: Path) -> dict[str, bytes | None]:
    """Every file, but what others left in the output, which stays; and empty folders."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
        if (path.is_file() and path.name != FOREIGN) or (path.is_dir() and not any(path.iterdir()))
    }


def run(folder: Path, seed: int, steps: int, say: Callable[[str], None] = lambda words: None) -> None:
    """Raises AssertionError after the first edit after which the two sites differ."""
    project = Project(folder, seed)
    assert not project.compare()
    for number in range(1, steps + 1):
        say(f"{number}: {project.step()}")


if __name__ == "__main__":
    import argparse
    import tempfile

    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=500)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        run(Path(place) / "project", words.seed, words.steps, lambda line: print(line, flush=True))
    print(f"{words.steps} steps of seed {words.seed}: after each, both sites were the same to the byte")
