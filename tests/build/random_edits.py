"""Random edits of a small project. After each, an incremental build must make the same bytes as a clean build.

A seed repeats a run: `python3 tools/edits.py --seed 7 --steps 500`.
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

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent.parent
KINDS = ("calls", "analysis", "background", "pages")
LANGS = ("en", "es", "fil")
MANIFEST, FOREIGN = "site-manifest.json", "foreign.html"
BUILD = """
import sys
from pathlib import Path

from caravan.build import command
settings = command.load_settings(Path("publishconf.py"), sys.argv[1])
settings["STORE_PATH"] = Path(sys.argv[2]) if sys.argv[2] else None
settings["DEFAULT_PAGINATION"], settings["PAGINATED_TEMPLATES"] = 3, {"archive": 5, "translations": 5}
settings["LANGUAGES"], settings["DEFAULT_LANG"], settings["FALLBACK_PAGES"] = ("en", "es", "fil"), "en", True
try:
    command.run_build(settings, quiet=True)
except command.BuildError as error:
    sys.exit(str(error))
"""


class Project:
    """A project in `folder` to edit at random and to build, with a cache and without."""

    def __init__(self, folder: Path, seed: int, start: int = 12):
        self.folder, self.random = folder, random.Random(seed)
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

    # --- articles ---------------------------------------------------------------------------------------------------

    def groups(self) -> list[Path]:
        return sorted(path.parent for path in self.content.glob("*/*/*.md") if "translated_from" not in path.read_text())

    def random_group(self) -> Path:
        return self.random.choice(self.groups())

    def original(self, group: Path) -> Path:
        return next(path for path in sorted(group.glob("*.md")) if "translated_from" not in path.read_text())

    def words(self, number: int = 6) -> str:
        vocabulary = 'border "march" wage -- town **treaty** road it\'s ñandú 1.4 million 9 November & river'.split()
        return " ".join(self.random.choice(vocabulary) for _ in range(number))

    def title(self) -> str:
        self.number += 1
        return f"Text {self.number} of the border & 'road'"

    def body(self, kind: str) -> str:
        parts = [f"## Part one {{#one-{self.number}}}", self.words(20) + " [@first] and more [@second]."]
        for group in self.random.sample(self.groups(), min(2, len(self.groups()))):
            lang = self.random.choice([path.stem for path in group.glob("*.md")])
            parts.append(f"See [that]({'../../'}{group.parent.name}/{group.name}/{lang}.md).")
        parts.append("/// note | Doubt\n\n" + self.words(5) + "\n\n///")
        if self.random.random() < 0.3:
            parts.append("/// drawing | road\n\nA road.\n\n///")
        return "\n\n".join(self.random.sample(parts, len(parts)))

    def add(self) -> None:
        kind = self.random.choice(KINDS)
        title = self.title()
        group = self.content / kind / f"text-{self.number}"
        fields = [f'title: "{title}"', f"summary: {'A summary that says enough to be one, and a little more. ' * 2}"]
        if kind != "pages":
            day = self.day - datetime.timedelta(days=self.random.randint(-3, 900))
            fields += [f"date: {day}", "authors: [The editors of this site]"]
        if kind == "calls":
            start = self.day + datetime.timedelta(days=self.random.randint(-3, 3))
            fields.append(f"event: {{start: {start}, end: {start + datetime.timedelta(days=1)}, place: By the sea}}")
        body = self.body(kind)
        group.mkdir(parents=True)
        lang = self.random.choice(LANGS)
        (group / f"{lang}.md").write_text("\n".join(["---", *fields, "---", "", body, ""]))

    def change_text(self) -> None:
        path = self.original(self.random_group())
        path.write_text(path.read_text() + f"\n{self.words(9)}\n")

    def change_field(self) -> None:
        path = self.original(self.random_group())
        lines = path.read_text().split("\n")
        index = self.random.choice([number for number, line in enumerate(lines[:8]) if line.startswith(("title", "date", "summary"))])
        day = self.day - datetime.timedelta(days=self.random.randint(-2, 500))
        value = {"t": f'title: "{self.title()}"', "d": f"date: {day}", "s": "summary: " + "Other words for the same text. " * 3}
        lines[index] = value[lines[index][0]]
        path.write_text("\n".join(lines))

    def toggle_draft(self) -> None:
        path = self.original(self.random_group())
        text = path.read_text()
        path.write_text(text.replace("\nstatus: draft", "", 1) if "status: draft" in text else text.replace("\n---", "\nstatus: draft\n---", 1))

    def delete(self) -> None:
        shutil.rmtree(self.random_group())

    def move(self) -> None:
        """Move an article to another kind or slug, sometimes with a redirect from the old URL."""
        group = self.random_group()
        kind = "pages" if group.parent.name == "pages" else self.random.choice(("analysis", "background"))
        if group.parent.name == "calls":
            kind = "calls"
        self.number += 1
        target = self.content / kind / f"moved-{self.number}"
        target.parent.mkdir(exist_ok=True)
        group.rename(target)
        if self.random.random() < 0.5:
            path = self.original(target)
            text = path.read_text()
            if "formerly" not in text:
                old = group.name if kind == "pages" else f"{group.parent.name}/{group.name}"
                path.write_text(text.replace("\n---", f"\nformerly: [{old}]\n---", 1))

    def translate(self) -> None:
        group = self.random_group()
        original = self.original(group)
        lang = self.random.choice([code for code in LANGS if code != original.stem])
        fields = [f'title: "{self.title()}"', "summary: " + "Palabras que dicen bastante de este texto, y algo más. " * 2,
                  f"translated_from: {original.stem}", "made_from: " + " ".join(self.random.choices(["aaaaaa", "bbbbbb", "123456"], k=2))]  # fmt: skip
        (group / f"{lang}.md").write_text("\n".join(["---", *fields, "---", "", self.words(30), ""]))

    def untranslate(self) -> None:
        paths = [path for path in self.content.glob("*/*/*.md") if "translated_from" in path.read_text()]
        if paths:
            self.random.choice(sorted(paths)).unlink()

    def remove_broken_links(self) -> None:
        """Remove links to files that do not exist or are not public."""
        for path in self.content.glob("*/*/*.md"):
            lines = path.read_text().split("\n")
            valid = [line for line in lines if not line.startswith("See [that](") or self.is_public(path, line[11:-2])]
            if valid != lines:
                path.write_text("\n".join(valid))

    def is_public(self, path: Path, link: str) -> bool:
        target = (path.parent / link).resolve()
        if not target.exists():
            return False
        text = self.original(target.parent).read_text()
        day = re.search(r"^date: (.*)$", text, re.MULTILINE)
        return "status: draft" not in text and not (day and day[1] > self.day.isoformat())

    # --- everything else -------------------------------------------------------------------------------------------

    def write_sources(self) -> None:
        one = "  - id: {id}\n    type: report\n    title: Report of {n}\n    read_as: full text\n"
        sources = "".join(one.format(id=name, n=self.random.randrange(1000)) for name in ("first", "second"))
        (self.content / "evidence" / "sources.yaml").write_text("sources:\n" + sources)

    def drawing(self) -> None:
        """A drawing that some texts show, in every language."""
        folder = self.content / "drawings" / "road"
        folder.mkdir(parents=True, exist_ok=True)
        for lang in LANGS:
            line = f'<path d="M0 0L{self.random.randrange(99)} 9"/>'
            svg = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="A road" viewBox="0 0 99 9">{line}</svg>'
            (folder / f"{lang}.svg").write_text(svg)

    def almanac(self) -> None:
        """The days around an event, and a figure that leads to a text which may be gone later, for the front page."""
        group = self.random_group()
        day = self.day + datetime.timedelta(days=self.random.randint(-2, 2))
        lines = "\n".join(f"      {lang}: {self.random.randrange(999)} came" for lang in LANGS)
        figure = ", ".join(f"{lang}: {{what: People, said: 9, found: {self.random.randrange(9)}}}" for lang in LANGS)
        (self.content / "evidence" / "almanac.yaml").write_text(
            f"days:\n  - start: {day}\n    sources: [first]\n    words:\n{lines}\n"
            f"figures:\n  - text: {group.parent.name}/{group.name}\n    mark: one-{self.random.randrange(self.number + 1)}\n"
            f"    sources: [first]\n    words: {{{figure}}}\n"
        )

    def picture(self) -> None:
        path = self.random_group() / "picture.png"
        if path.exists() and self.random.random() < 0.5:
            path.unlink()
        else:
            Image.new("RGB", (2, 2), self.random.randrange(1 << 24)).save(path)

    def extra(self) -> None:
        path = self.content / "extra" / "humans.txt"
        if path.exists() and self.random.random() < 0.5:
            path.unlink()
        else:
            path.write_text(self.words())

    def template(self) -> None:
        path = self.folder / "theme" / "templates" / self.random.choice(["components/site_footer.html", "listing.html", "feed.xml"])
        path.write_text(path.read_text() + "\n")

    def style(self) -> None:
        path = self.folder / "theme" / "static" / "css" / "base.css"
        path.write_text(path.read_text() + f".x{self.random.randrange(99)}{{color:red}}\n")

    def phrase(self) -> None:
        path = self.folder / "theme" / "translations" / "es.po"
        path.write_text(path.read_text().replace('msgstr "Archivo', 'msgstr "El archivo', 1))

    def setting(self) -> None:
        path = self.folder / "pelicanconf.py"
        path.write_text(path.read_text() + f'\nSITENAME = "Caravan {self.random.randrange(9)}"\n')

    def tomorrow(self) -> None:
        self.day += datetime.timedelta(days=1)

    def checkout(self) -> None:
        """As after a checkout: the same bytes in new files with new times."""
        for path in sorted(self.content.rglob("*")):
            if path.is_file():
                data = path.read_bytes()
                path.unlink()
                path.write_bytes(data)

    def same_times(self) -> None:
        """A change with the same size and the same mtime."""
        path = self.original(self.random_group())
        before = path.stat()
        path.write_text(path.read_text().replace("Part one", "Part two"))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    def change_output(self) -> None:
        """Change, delete or add a file in the output; not its manifest, without which no build writes there."""
        files = sorted(path for path in self.output.rglob("*") if path.is_file() and path.name not in (MANIFEST, FOREIGN))
        if not files:
            return
        path = self.random.choice(files)
        kind = self.random.randrange(4)
        if kind == 0:
            path.unlink()
        elif kind == 1:
            path.write_bytes(path.read_bytes()[:-1] + b"~")
        elif kind == 2:
            (path.parent / FOREIGN).write_text("not of this site")
        else:
            path.unlink()
            path.mkdir()

    def delete_cache_or_output(self) -> None:
        shutil.rmtree(self.random.choice([self.store, self.output]), ignore_errors=True)

    def damage_cache(self) -> None:
        files = sorted(self.store.glob("*")) if self.store.exists() else []
        for path in files:
            if path.stat().st_size and self.random.random() < 0.5:
                data = bytearray(path.read_bytes())
                data[self.random.randrange(len(data))] ^= 0xFF
                path.write_bytes(data)

    def kill_build(self) -> None:
        """Start a build and kill it at a random time."""
        self.change_text()
        process = self.start(self.output, self.store)
        time.sleep(self.random.uniform(0.2, 1.6))
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
        """What differs between an incremental and a clean build, or ""."""
        clean = self.folder / "clean"
        shutil.rmtree(clean, ignore_errors=True)
        before = contents(self.output)
        incremental_build, clean_build = self.start(self.output, self.store), self.start(clean, "")
        printed = incremental_build.communicate()[0], clean_build.communicate()[0]
        if printed[0] != printed[1] or incremental_build.returncode != clean_build.returncode:
            return f"the incremental build printed\n{printed[0]}\nthe clean build printed\n{printed[1]}"
        if incremental_build.returncode:  # the content has problems: the output must be unchanged
            return "" if contents(self.output) == before else "a failed build changed the output"
        actual, expected = contents(self.output), contents(clean)
        return ", ".join(sorted(name for name in {*actual, *expected} if actual.get(name) != expected.get(name)))[:2000]

    def edits(self) -> list[Callable[[], None]]:
        frequent = [self.add, self.change_text, self.change_field, self.delete, self.move, self.translate, self.untranslate]
        rare = [self.toggle_draft, self.write_sources, self.drawing, self.almanac, self.picture, self.extra, self.template, self.style, self.phrase, self.setting,
                self.tomorrow, self.checkout, self.same_times, self.change_output, self.delete_cache_or_output, self.damage_cache, self.kill_build]  # fmt: skip
        if os.name == "nt":  # Windows has no ctime of changes
            rare.remove(self.same_times)
        return frequent * 3 + rare

    def step(self) -> str:
        """Make one or several edits and compare the builds; returns the names of the edits. Raises AssertionError."""
        edits = []
        for _ in range(self.random.choice((1, 1, 1, 2, 5))):
            edit = self.random.choice([edit for edit in self.edits() if len(self.groups()) > 4 or edit != self.delete])
            edit()
            edits.append(edit.__name__)
        if self.random.random() < 0.85:
            self.remove_broken_links()
        difference = self.compare()
        assert not difference, f"after {', '.join(edits)}: {difference}"
        return ", ".join(edits)


def contents(folder: Path) -> dict[str, bytes | None]:
    """All files with their bytes, without the foreign ones, and empty folders."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
        if (path.is_file() and path.name != FOREIGN) or (path.is_dir() and not any(path.iterdir()))
    }


def run(folder: Path, seed: int, steps: int, echo: Callable[[str], None] = lambda line: None) -> None:
    """Make `steps` edits. Raises AssertionError when the two builds differ."""
    project = Project(folder, seed)
    assert not project.compare()
    for number in range(1, steps + 1):
        echo(f"{number}: {project.step()}")


if __name__ == "__main__":
    import argparse
    import tempfile

    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=500)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        run(Path(temporary) / "project", args.seed, args.steps, lambda line: print(line, flush=True))
    print(f"{args.steps} steps of seed {args.seed}: after each, both builds made the same bytes")
