"""The command `check`: prints every problem of the content, for people or pull requests."""

from __future__ import annotations

import sys
from pathlib import Path

from invoke import Exit

from caravan.build import loader, manifest
from caravan.build.cache import Cache
from caravan.build.command import load_settings
from caravan.build.parallel import WorkerPool
from caravan.dev.command_line import typed_path
from caravan.reading import library
from caravan.reading.evidence import CONTACTS_PATH, REMOVAL
from caravan.reading.problems import Problem, count, format_message
from caravan.site.settings import language_settings, store_folder, today


def run_check(root: Path, files: list[str], output_format: str = "text") -> int:
    """Print the problems of the whole content, or only of `files`; returns the exit code (1 if there are errors)."""
    if output_format not in ("text", "github"):
        raise Exit(f'"{output_format}" is not a format; write text or github.')
    paths = [relative(root, file) for file in files]
    content, problems = load_problems(root)
    shown = [problem for problem in problems if not paths or any(f"{problem.path}/".startswith(f"{path}/") for path in paths)]
    if output_format == "github" and shown:
        print_annotations(shown)
    else:
        print_text(shown, [] if paths else unpublished_lines(content))
    if output_format == "text" and not paths and content.sources is not None and REMOVAL not in content.sources:
        print(format_message("private-way", path=CONTACTS_PATH, id=REMOVAL))
    return 1 if any(problem.severity == "error" for problem in shown) else 0


def load_problems(root: Path) -> tuple[library.Library, list[Problem]]:
    """The content of the project, and all problems of content, interface translations and git's index, sorted."""
    from caravan.site import i18n

    content = load_project(root)
    catalogs = i18n.catalog_problems(root / "theme", content.languages.languages)
    return content, sorted({*library.find_problems(content), *catalogs, *manifest.tree_problems(root)})


def load_project(root: Path) -> library.Library:
    """The content of the project, loaded as a build does."""
    settings = load_settings(root / "pelicanconf.py")
    with Cache(store_folder(settings)) as cache, WorkerPool() as pool:
        cache.load_stats(Path(settings["OUTPUT_PATH"]))  # what the last build has read and found good
        return loader.load_library(root / "content", language_settings(settings), today(), cache, pool)


def relative(root: Path, file: str) -> str:
    """The path of a typed file name relative to the project, as in problems. Raises Exit if it is not in content/."""
    path = typed_path(root, file)
    path = path.parent.resolve() / path.name  # the file itself may be a symbolic link, which is a problem to report
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else ""
    if name.partition("/")[0] != "content":
        raise Exit(f"{file} is not below content/, where the texts are.")
    return name


def unpublished_lines(content: library.Library) -> list[str]:
    """One line for each text that is not public yet."""
    day, lines = today(), []
    for group in content.groups.values():
        if group.is_unpublished(day):
            state = "draft" if group.shared.status == "draft" else f"public from {group.shared.date}"
            lines.append(f"{group.original.content_path.source_path}: {state}")
    return lines


def print_text(problems: list[Problem], unpublished: list[str]) -> None:
    errors = sum(problem.severity == "error" for problem in problems)
    total = f"{count(errors, 'error')}, {count(len(problems) - errors, 'warning')}"
    print(*problems, *(f"not published: {line}" for line in unpublished), total, sep="\n")


def print_annotations(problems: list[Problem]) -> None:
    """Print workflow commands, which GitHub shows beside the changed lines of a pull request."""
    for problem in problems:
        properties = f"file={escape(problem.path, ',:')},line={problem.line}"
        print(f"::{problem.severity} {properties}::{escape(problem.message)}", file=getattr(sys.stdout, "original", sys.stdout))
    print(f"{len(problems)} annotations")


def escape(text: str, more: str = "") -> str:
    """Escape a value of a workflow command: %, line ends, and the characters of `more` (in properties , and :)."""
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
