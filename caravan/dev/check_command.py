"""`check`: every problem of the texts, for people and for machines."""

from __future__ import annotations

import json
import os
from pathlib import Path

from invoke import Exit

import pelicanconf
from caravan.build import loader
from caravan.build.article_cache import ArticleCache
from caravan.build.loader import Loader
from caravan.build.parallel import worker_pool
from caravan.reading import library
from caravan.reading.library import Library
from caravan.reading.problems import Problem, count
from caravan.site.settings import language_settings, store_folder, today

FORMATS = ("text", "github", "json")


def run_check(root: Path, files: list[str], form: str = "text") -> int:
    """Print the problems of the whole content, or of `files` alone; returns the exit code (1 for errors)."""
    if form not in FORMATS:
        raise Exit(f'"{form}" is not a format; write one of {", ".join(FORMATS)}.')
    wanted = [relative(root, file) for file in files]
    found = load_project(root)
    problems = library.find_problems(found)
    if not wanted:
        from caravan.site import i18n

        problems += i18n.catalog_problems(root / "theme", root / "caravan" / "site", pelicanconf.LANGUAGES, root)
    shown = sorted(problem for problem in set(problems) if not wanted or asked_for(problem.path, wanted))
    printer = {"text": print_text, "github": print_annotations, "json": print_json}[form]
    printer(shown, unpublished_lines(found) if not wanted else [])
    return 1 if any(problem.severity == "error" for problem in shown) else 0


def load_project(root: Path) -> Library:
    """All texts of the project, read as a build of today reads them."""
    store = store_folder(vars(pelicanconf))
    reading = Loader(ArticleCache(store / "texts.sqlite") if store else None)
    with worker_pool() as staff:
        return loader.load_library(root / "content", language_settings(vars(pelicanconf)), today(), reading, staff)


def relative(root: Path, file: str) -> str:
    """The path of a file that a person typed, as problems name it. Raises Exit where there is no such thing."""
    if not os.path.lexists(file) and not os.path.lexists(root / file):
        raise Exit(f"{file} does not exist; check the spelling.")
    whole = Path(os.path.abspath(file) if os.path.lexists(file) else root / file)
    whole = whole.parent.resolve() / whole.name  # a link in the way to the project is none in its texts
    name = whole.relative_to(root).as_posix() if whole.is_relative_to(root) else ""
    if name.partition("/")[0] != "content":
        raise Exit(f"{file} is not below content/, where the texts are.")
    return name


def asked_for(path: str, wanted: list[str]) -> bool:
    return any(path == name or path.startswith(f"{name}/") for name in wanted)


def unpublished_lines(found: Library) -> list[str]:
    """One line for each text that is not public yet."""
    day = today()
    lines = []
    for work in found.groups.values():
        if work.is_unpublished(day):
            why = "draft" if work.shared.status == "draft" else f"public from {work.shared.date}"
            lines.append(f"{work.original.content_path.source_path}: {why}")
    return lines


def print_text(problems: list[Problem], scheduled: list[str]) -> None:
    for problem in problems:
        print(problem)
    for line in scheduled:
        print(f"waiting: {line}")
    errors = sum(problem.severity == "error" for problem in problems)
    print(f"{count(errors, 'error')}, {count(len(problems) - errors, 'warning')}")


def print_annotations(problems: list[Problem], scheduled: list[str]) -> None:
    """Workflow commands, which GitHub shows beside the changed lines of a pull request."""
    for problem in problems:
        place = f"file={escaped(problem.path, ',:')},line={problem.line}"
        print(f"::{problem.severity} {place}::{escaped(problem.message)}")
    print_text([], scheduled) if not problems else print(f"{len(problems)} annotations")


def escaped(text: str, more: str = "") -> str:
    """A value of a workflow command, where %, line ends and (in properties) , and : have meaning."""
    for sign in "%\r\n" + more:
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text


def print_json(problems: list[Problem], scheduled: list[str]) -> None:
    listed = [vars(problem) for problem in problems]
    print(json.dumps({"problems": listed, "waiting": scheduled}, ensure_ascii=False, indent=1))
