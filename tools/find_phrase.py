"""The command `find`: every place of a name or phrase in files, commits and the published branch, and what remains to be done.

The phrase is asked and never an argument, and no other program receives it, so it is in no list of processes and no history of a
shell. Only places are printed.
"""

from __future__ import annotations

import html
import os
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from invoke import Exit

from caravan.git import PublishError, Repository, git_environment
from caravan.publishing import branch
from caravan.reading.personal_data import HUGE_ENTITY

SEPARATOR = r"(?:<[^>]*>|[^\w<]|_)*"  # between two words: a tag, or signs that are neither letters nor digits
SHORT_PHRASE = 6  # characters; a phrase below this is found as whole words only
JSON_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
MARKS = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f]")  # accents, and characters without width
MADE = {"output", "mirror", "prepared", "shots", "styleguide", ".store"}  # folders that commands make
SKIPPED = {".git", ".venv", "node_modules"}

# The kinds of places, in the order of the answer, and what remains to be done for each.
STEPS = {
    "in the files": "Replace it in these files, in one change. The name of a folder is an address: rename the folder, and do not write "
    "the old address into `formerly`. Then run `python3 tasks.py check`, commit, and publish.",
    "in what commands made": "Delete these folders once the files are right; `python3 tasks.py build` makes them again.",
    "on the published branch, as readers see it now": "Publish the corrected texts: `python3 tasks.py publish`.",
    "in the history of the published branch": "The branch holds only built sites, so begin it anew: delete it at the host, then publish. "
    "docs/publishing.md, \"Remove a name from the history\", has the commands.",
    "in the history of the source": "A maintainer has to rewrite it: docs/publishing.md, \"Remove a name from the history\", has the commands.",
    "in commits that no branch of this clone has": "They are on this computer only. Delete them: "
    "`git reflog expire --expire=now --all` and `git gc --prune=now`.",
}
ELSEWHERE = """Whatever was found, this command cannot see:
- the host: pull requests, reports, their comments, the logs and files of the checks. Delete what can be deleted, and ask the support
  of the host to remove the rest, its caches and old commits, which stay readable by their number;
- forks and other clones: ask each owner to delete theirs and clone again (`git clone`), or the name comes back with their next change;
- copies of the site (`python3 tasks.py mirror`, USB sticks, paper): give their owners a new copy;
- web archives and search engines: ask each to remove the page, by its address;
- readers of feeds, chats and saved pages keep what they received. Nobody can take that back.
Look for other spellings too: a nickname, initials, the parts of the name alone."""


def fold(text: str) -> str:
    """`text` in small letters, without accents, with all escapes of HTML, JSON and addresses replaced. Keeps the lines."""
    text = HUGE_ENTITY.sub("", JSON_ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), unquote(text)))
    text = HUGE_ENTITY.sub("", html.unescape(text))
    return MARKS.sub("", unicodedata.normalize("NFKD", html.unescape(text))).casefold()


def phrase_pattern(phrase: str) -> re.Pattern | None:
    """Finds `phrase` in folded text, whatever stands between its words, and between the digits of a number. None for no words."""
    words = re.findall(r"[^\W_]+", fold(phrase))
    pattern = SEPARATOR.join(SEPARATOR.join(word) if word.isdigit() else re.escape(word) for word in words)
    if sum(map(len, words)) < SHORT_PHRASE:
        pattern = rf"(?<![^\W_]){pattern}(?![^\W_])"
    return re.compile(pattern) if words else None


def ask_phrase() -> str:
    """The phrase that a person types. Raises Exit if there is nobody to ask."""
    try:
        return input("The name, number or words to look for: ")
    except EOFError:
        raise Exit("\nThe name is typed when the command asks for it; run it in a terminal.") from None


def find(root: Path, phrase: str) -> tuple[str, bool]:
    """What to print about the places of `phrase`, and whether there are any."""
    pattern = phrase_pattern(phrase)
    if pattern is None:
        return "Type a name, a number or some words.", True
    places = {kind: set() for kind in STEPS}
    for path, line in places_in_files(root, pattern):
        kind = "in what commands made" if path.partition("/")[0] in MADE else "in the files"
        places[kind].add(f"{path}:{line}" if line else f"{path} (its name)")
    notes = []
    try:
        for kind, path in places_in_git(Repository(root), pattern, notes):
            places[kind].add(path)
    except PublishError as error:
        notes.append(f"The history was not searched: {error}")
    lines = []
    for kind, found in places.items():
        if found:
            lines += [f"{kind[0].upper()}{kind[1:]}:", *(f"  {place}" for place in sorted(found, key=in_order)), f"→ {STEPS[kind]}", ""]
    if not lines:
        lines = ["It is in no file, no commit and nothing published that can be seen from here.", ""]
    return "\n".join([*lines, *notes, ELSEWHERE]), any(places.values())


def in_order(place: str) -> list[str | int]:
    """A key that sorts line 9 before line 10."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", place)]


def places_in_files(root: Path, pattern: re.Pattern) -> Iterator[tuple[str, int]]:
    """Path and line of each place in the files of `root`, also of untracked ones; line 0 for a place in the path itself."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - SKIPPED)
        for name in sorted(names):
            file = Path(folder, name)
            path = file.relative_to(root).as_posix()
            if pattern.search(fold(path)):
                yield path, 0
            if file.is_file():
                text = fold(file.read_bytes().decode(errors="replace"))
                yield from ((path, text.count("\n", 0, found.start()) + 1) for found in pattern.finditer(text))


def places_in_git(repository: Repository, pattern: re.Pattern, notes: list[str]) -> Iterator[tuple[str, str]]:
    """Kind of place and path (or number of the commit) of each place in the objects of the repository: files, names, commits.

    Fetches the published branch first. Adds to `notes` what could not be searched.
    """
    published = branch.PublishedState()
    try:
        published = branch.fetch(repository)
    except PublishError as error:
        notes.append(f"What is published was not searched: {error}")
    if repository.shallow:
        notes.append("This clone has only the newest commits. Run `git fetch --unshallow`, then this command again.")
    now = {object_id: path for path, object_id in published.files.items()}
    of_site = paths_by_object(repository, published.tip) if published.tip else {}
    of_source = paths_by_object(repository, "--all", "HEAD")
    for object_id, kind, data in stored_objects(repository):
        if pattern.search(fold(data.decode(errors="replace"))):
            is_commit, about_folder = kind in ("commit", "tag"), "/ (a name in this folder)"
            if object_id in now:
                yield "on the published branch, as readers see it now", now[object_id]
            if object_id in of_site:
                place = "in the history of the published branch"
            elif object_id in of_source:
                place = "in the history of the source"
            else:
                place = "in commits that no branch of this clone has"
            path = of_site.get(object_id) or of_source.get(object_id) or object_id[:12]
            yield place, f"{kind} {object_id[:12]} (who wrote it, or its message)" if is_commit else path + about_folder * (kind == "tree")
    for name in repository.output("for-each-ref", "--format=%(refname)").splitlines():
        if pattern.search(fold(name)):
            yield "in the history of the source", f"{name} (the name of a branch or tag)"


def paths_by_object(repository: Repository, *commits: str) -> dict[str, str]:
    """The path of each object that `commits` and their ancestors have; "" for commits and the uppermost folder."""
    listed = repository.output("rev-list", "--objects", "--in-commit-order", *commits).splitlines()
    return {object_id: path for object_id, _, path in (line.partition(" ") for line in listed)}


def stored_objects(repository: Repository) -> Iterator[tuple[str, str, bytes]]:
    """Id, type and content of every object, also of those that no branch has."""
    command = ["git", "-C", str(repository.folder), "cat-file", "--batch-all-objects", "--unordered", "--batch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=git_environment()) as process:
        for header in process.stdout:
            object_id, kind, size = header.decode().split()
            yield object_id, kind, process.stdout.read(int(size) + 1)[:-1]
