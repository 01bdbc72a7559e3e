"""Changes of texts, data and languages that organizers make. None of them may fail the tests of the code.

Run as a script, it makes each change to a copy of this repository and runs `check`, `build` and optionally `test` there, and
prints a line for each with its seconds: `.venv/bin/python tests/content_changes.py --test="--no-browser"`.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"(?<!!)\[([^]]*)\]\(([^)#\s]+\.md)(#[^)]*)?\)")
PARAGRAPH = re.compile(r"(?m)^[A-Z][^|\n]*[a-z]\. ")
SOURCE = "- {{id: {}, type: report, title: A report, read_as: full text}}\n"


@dataclass(frozen=True)
class Change:
    """`make` changes the files of a project. `errors`: whether the texts then have links to a text that is gone."""

    make: Callable[[Path], None]
    errors: bool = False


def originals(project: Path) -> Iterator[Path]:
    """The files of all texts that are no translations and no drafts."""
    for path in sorted((project / "content").glob("*/*/*.md")):
        front = path.read_text(encoding="utf-8").split("\n---\n")[0]
        if "translated_from:" not in front and "status: draft" not in front:
            yield path


def linked_folders(project: Path) -> set[Path]:
    """The folders of texts that other texts link to."""
    texts = (project / "content").glob("*/*/*.md")
    targets = {(path.parent, (path.parent / link[1]).resolve().parent) for path in texts for link in LINK.findall(path.read_text("utf-8"))}
    return {target for folder, target in targets if target != folder.resolve()}


def replace_in(path: Path, pattern: str, replacement: str | Callable[[re.Match], str]) -> None:
    """Replace the first match of `pattern` in a file. Raises AssertionError if there is none."""
    text, count = re.subn(pattern, replacement, path.read_text(encoding="utf-8"), count=1)
    assert count, f"{path}: nothing matches {pattern}"
    path.write_text(text, encoding="utf-8")


def add_sample(project: Path) -> None:
    """The sample of CONTRIBUTING.md as it stands there; a source that it cites and the project lacks is added."""
    contributing = (project / "CONTRIBUTING.md").read_text(encoding="utf-8")
    indented = re.search(r"(?m)^    ---\n(?:    .*\n|\n)+", contributing)[0]
    sample = re.sub(r"(?m)^    ", "", indented).strip() + "\n"
    folder = project / "content" / "analysis" / "a-sample"
    folder.mkdir(parents=True)
    (folder / "en.md").write_text(sample, encoding="utf-8")
    sources = project / "content" / "evidence" / "sources.yaml"
    known = sources.read_text(encoding="utf-8")
    missing = [name for name in set(re.findall(r"\[@([a-z0-9-]+)\]", sample)) if f"id: {name}\n" not in known]
    sources.write_text(known + "".join(SOURCE.format(name) for name in missing), encoding="utf-8")


def change_sentence(project: Path) -> None:
    path = next(path for path in originals(project) if path.name == "en.md" and PARAGRAPH.search(path.read_text("utf-8")))
    replace_in(path, PARAGRAPH.pattern, lambda match: f"{match[0][:-2]}, as we know now. ")


def correct_dates(project: Path) -> None:
    """The last day of a call and the day of an analysis."""
    call = next(path for path in originals(project) if path.parent.parent.name == "calls")
    replace_in(call, r"\bend: (\d{4})-\d\d-\d\d", r"end: \g<1>-12-30")
    text = next(path for path in originals(project) if path.parent.parent.name == "analysis")
    replace_in(text, r"(?m)^date: (\d{4})-\d\d-\d\d", r"date: \g<1>-01-02")


def delete_unlinked_text(project: Path) -> None:
    """The first text that no other text links to, in all languages, with nothing else touched."""
    linked = linked_folders(project)
    shutil.rmtree(next(path.parent for path in originals(project) if path.parent.resolve() not in linked))


def delete_linked_text(project: Path) -> None:
    """A text that others link to: `check` must name each link."""
    linked = linked_folders(project)
    shutil.rmtree(next(path.parent for path in originals(project) if path.parent.resolve() in linked))


def delete_kind(kind: str) -> Callable[[Path], None]:
    """All texts of a kind; links to them in other texts become plain words."""

    def make(project: Path) -> None:
        folder = (project / "content" / kind).resolve()
        for path in (project / "content").glob("*/*/*.md"):

            def words(match: re.Match, path: Path = path) -> str:
                return match[1] if (path.parent / match[2]).resolve().parent.parent == folder else match[0]

            path.write_text(LINK.sub(words, path.read_text(encoding="utf-8")), encoding="utf-8")
        shutil.rmtree(folder)

    return make


def remove_language(lang: str) -> Callable[[Path], None]:
    def make(project: Path) -> None:
        replace_in(project / "pelicanconf.py", rf'(?m)^(LANGUAGES = .*?), ["\']{lang}["\']', r"\1")

    return make


def empty_front_page(project: Path) -> None:
    (project / "content" / "evidence" / "almanac.yaml").write_text("figures:\ndays:\n", encoding="utf-8")


def delete_front_page(project: Path) -> None:
    (project / "content" / "evidence" / "almanac.yaml").unlink()


def delete_everything(project: Path) -> None:
    """All texts and data; only the folder stays."""
    shutil.rmtree(project / "content")
    (project / "content").mkdir()


CHANGES = {
    "nothing": Change(lambda project: None),
    "the sample of CONTRIBUTING.md is added": Change(add_sample),
    "one sentence is changed": Change(change_sentence),
    "dates are corrected": Change(correct_dates),
    "a text is deleted in all languages": Change(delete_unlinked_text),
    "a text that others link to is deleted": Change(delete_linked_text, errors=True),
    **{f"all texts in {kind} are deleted": Change(delete_kind(kind)) for kind in ("calls", "analysis", "background", "pages")},
    **{f"{lang} is taken out of the settings": Change(remove_language(lang)) for lang in ("es", "fil")},
    "the data of the front page is emptied": Change(empty_front_page),
    "the data of the front page is deleted": Change(delete_front_page),
    "everything is deleted": Change(delete_everything),
}


def copy_project(folder: Path) -> None:
    """Copy this repository's files as they are, with a git repository of their own and the same environment."""
    listed = ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", "-z"]
    for name in filter(None, subprocess.run(listed, capture_output=True, check=True).stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    identity = ("-c", "user.name=Test", "-c", "user.email=test@test.invalid", "-c", "core.autocrlf=false")
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--no-gpg-sign", "-m", "Start"]):
        subprocess.run(["git", *identity, *words], cwd=folder, check=True)


def try_change(name: str, test: str | None) -> bool:
    """Make a change to a copy and run the commands there; prints what they answer and returns whether all is as it must be."""
    change, ok = CHANGES[name], True
    with tempfile.TemporaryDirectory(prefix="changes-") as temporary:
        project = Path(temporary) / "project"
        copy_project(project)
        change.make(project)
        commands = [("check", change.errors), ("build", change.errors)] + ([(f"test {test}".strip(), False)] if test is not None else [])
        for command, fails in commands:
            start = time.monotonic()
            result = subprocess.run(
                [sys.executable, "-m", "invoke", "--search-root", str(project), *command.split()],
                cwd=project, capture_output=True, text=True, env={**os.environ, "SITEURL": "https://example.org"},
            )  # fmt: skip
            said = (result.stdout + result.stderr).strip()
            right = bool(result.returncode) == fails and "Traceback" not in said
            ok &= right
            last = said.splitlines()[-1] if said else "(nothing)"
            print(f"{name}: {command}: {'' if right else 'WRONG: '}{last} ({time.monotonic() - start:.0f} s)", flush=True)
            if not right:
                print(said[-6000:], flush=True)
    return ok


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--test", help="options of `test`, such as --no-browser; without this, `test` does not run")
    parser.add_argument("--only", default="", help="make only the changes whose name contains this")
    options = parser.parse_args()
    chosen = [name for name in CHANGES if options.only in name]
    answers = [try_change(name, options.test) for name in chosen]
    sys.exit(0 if all(answers) else 1)
