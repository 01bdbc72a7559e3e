"""The command `summary`: what a change does, in Markdown, for the people who review it and for those who sent it."""

from __future__ import annotations

import datetime
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from caravan.build import command
from caravan.dev.check_command import load_problems
from caravan.git import PublishError, Repository
from caravan.publishing.branch import fetch
from caravan.publishing.site_build import deleted_urls, text_path
from caravan.publishing.source_changes import PLACES, SourceChanges, place_of, source_changes
from caravan.reading.library import Library
from caravan.reading.problems import Problem, count, printable
from caravan.site.settings import today
from caravan.site.templates import Theme
from caravan.site.urls import output_path, site_urls

# GitHub switches the daily run off after 60 days without a change of the repository
# (https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule).
QUIET_DAYS, WARNING_DAYS = 60, 7


@dataclass(frozen=True)
class ChangedText:
    """A text that was written or changed. `url`: relative to the root of the site; `title`: "" if it has errors."""

    source_path: str
    url: str
    title: str


def write_summary(root: Path, base: str, pages_file: str) -> None:
    """Append the summary to the file of the job's summary in GitHub Actions, else print it.

    `base`: the commit to compare with; by default the branch that a pull request is for, else the published source.
    `pages_file`: where to write the changed texts as one HTML file, "" for nowhere. Raises PublishError.
    """
    repository = Repository(root)
    base = find_base(repository, base)
    changes = source_changes(repository, base, "HEAD")
    library, problems = load_problems(root)
    settings = command.load_settings(root / "pelicanconf.py")
    texts = changed_texts(changes, library, settings)
    errors = any(problem.severity == "error" for problem in problems)
    if pages_file and texts and not errors:
        write_pages(settings, texts, Path(pages_file))
    gone = sorted(set(deleted_urls(repository, base, "HEAD", settings)))
    lines = [*scope_lines(changes), *problem_lines(problems), *reader_lines(texts, gone, bool(pages_file), errors)]
    text = "\n".join([*lines, *quiet_lines(repository)]) + "\n"
    summary_file = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary_file:
        with open(summary_file, "a", encoding="utf-8") as stream:
            stream.write(text)
    else:
        print(text, end="")


def find_base(repository: Repository, base: str) -> str:
    """The commit to compare with. Without one, the empty tree, so that every file counts as new. Raises PublishError."""
    branch = os.environ.get("GITHUB_BASE_REF")
    name = base or (f"origin/{branch}" if branch else "")
    if name:
        if not repository.commit(name):
            raise PublishError(f"{name} is not a commit of this clone. Run `git fetch`, or name another one with --base.")
        return repository.output_or_empty("merge-base", name, "HEAD") or name
    try:
        source = fetch(repository).source
    except PublishError:
        source = ""
    return repository.commit(source) if source else repository.output("hash-object", "-t", "tree", os.devnull)


def changed_texts(changes: SourceChanges, library: Library, settings: dict) -> list[ChangedText]:
    urls = site_urls(settings)
    texts = []
    for path in changes.written:
        content_path = text_path(path, library.languages)
        if content_path:
            result = library.results.get(content_path)
            title = result.article.front.title if result and result.article else ""
            texts.append(ChangedText(path, urls.article(content_path), title))
    return texts


def scope_lines(changes: SourceChanges) -> Iterator[str]:
    """Whether code changed: the first line of the summary."""
    if not changes.code:
        yield "Only texts and data change."
        return
    names = {place_of(path).name for path in changes.code}
    kinds = dict.fromkeys(place.name for place in PLACES[1:] if place.name in names)
    yield f"**This changes code{f', also {join_names(kinds)}' if kinds else ''}. A maintainer has to review it.**"
    yield ""
    yield from (f"- {code(path)}" for path in changes.code[:20])
    if len(changes.code) > 20:
        yield f"- … and {len(changes.code) - 20} more files"


def join_names(names: dict[str, None]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def problem_lines(problems: list[Problem]) -> Iterator[str]:
    errors = [problem for problem in problems if problem.severity == "error"]
    warnings = [problem for problem in problems if problem.severity == "warning"]
    yield ""
    if errors:
        yield f"## {count(len(errors), 'error')}: correct these, nothing is published before"
    else:
        yield "## No errors"
    for title, shown in (("", errors), (f"{count(len(warnings), 'warning')}, which stop nothing", warnings)):
        if title and shown:
            yield from ("", f"### {title}")
        if shown:
            yield ""
        yield from (f"- {code(f'{problem.path}:{problem.line}')} {code(problem.message)}" for problem in shown)


def reader_lines(texts: list[ChangedText], gone: list[str], with_pages: bool, errors: bool) -> Iterator[str]:
    """What changes for readers, and where to look at it."""
    yield from ("", "## What changes for readers", "")
    if not texts and not gone:
        yield "No text is new, changed or deleted."
    yield from (f"- {code(text.title or text.source_path)} at {code(f'/{text.url}')}" for text in texts)
    if gone:
        yield from ("", "**These pages go** when this is merged:", "", *(f"- {code(f'/{url}')}" for url in gone))
    if with_pages and texts:
        yield ""
        if errors:
            yield "The texts can be looked at once the errors are corrected."
        else:
            yield "To look at the texts, on a phone too: open `changed-texts.html` below, under Artifacts."


def quiet_lines(repository: Repository) -> Iterator[str]:
    """A warning before the host stops the daily run, which lets scheduled texts appear and past calls read as past."""
    last = datetime.date.fromisoformat(repository.output("log", "-1", "--format=%cs"))
    left = QUIET_DAYS - (today() - last).days
    if left <= WARNING_DAYS:
        yield from (
            "",
            f"**The daily run stops in {max(left, 0)} days**, because nothing was committed for {QUIET_DAYS - left}. To keep it: commit "
            "any change, or once it has stopped, open Actions, choose *Publish*, then *Enable workflow*.",
        )


def code(text: str) -> str:
    """Text of an author as a Markdown code span, in which nothing is interpreted."""
    return f"`` {printable(' '.join(text.replace('`', chr(0x2CB)).split()))} ``"


def write_pages(settings: dict, texts: list[ChangedText], file: Path) -> None:
    """Write the pages of `texts` as one HTML file that needs no other file. Drafts are shown as well."""
    with tempfile.TemporaryDirectory(prefix="changed-texts-") as folder:
        site = Path(folder) / "site"
        command.run_build({**settings, "OUTPUT_PATH": str(site), "STORE_PATH": None}, quiet=True)
        pages = [
            {"url": text.url, "title": text.title, "html": path.read_text(encoding="utf-8")}
            for text in texts
            if (path := site / output_path(text.url)).is_file()
        ]
    theme = Theme(Path(settings["THEME"]), settings["JINJA_ENVIRONMENT"])
    file.write_text(theme.render("changed_texts.html", settings["DEFAULT_LANG"], {"pages": pages}), encoding="utf-8")
