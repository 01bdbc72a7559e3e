"""What stands below content/: texts, files beside them, and everything that should not be there.

Nothing outside content/ is ever opened: symbolic links, pipes and devices are named as problems and left alone.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from .files import what_is_wrong
from .messages import say
from .places import NOT_TEXTS, Place, Rules, place_of
from .problems import Problem

# Left behind by desktops and editors; nobody wrote them as content.
JUNK = {".DS_Store", "Thumbs.db", "desktop.ini"}
TEXT_ENDINGS = (".md", ".markdown", ".mdown", ".mkd", ".rst", ".txt", ".html", ".htm", ".org", ".adoc")


@dataclass
class Folder:
    """`texts`: place and file of each text; `files`: path below content/ and file of what stands beside them.

    `languages`: those of the site; `extra`: the files for the root of the site, by name.
    """

    languages: tuple[str, ...]
    texts: dict[Place, Path] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    extra: dict[str, Path] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def look(content: Path, rules: Rules) -> Folder:
    """List everything below `content`. Reads only the first bytes of files beside texts."""
    folder = Folder(rules.languages)
    seen: dict[str, str] = {}
    for path, entry in walk(content, PurePosixPath("content")):
        name = str(path)
        twin = seen.setdefault(name.casefold(), name)
        if twin != name:
            folder.problems.append(Problem(name, 1, say("path-case", other=twin)))
        elif entry.is_symlink():
            folder.problems.append(Problem(name, 1, say("file-link", name=path.name)))
        elif entry.is_dir(follow_symlinks=False):
            continue
        elif not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
            folder.problems.append(Problem(name, 1, say("file-special", name=path.name)))
        elif path.parts[1] not in NOT_TEXTS:
            sort(folder, path, Path(entry.path), rules)
        else:
            shelve(folder, path, Path(entry.path))
    return folder


def shelve(folder: Folder, path: PurePosixPath, file: Path) -> None:
    """Evidence and the files for the root of the site."""
    if is_junk(path.name) or path.name == ".gitkeep":
        return
    if path.parts[1] == "evidence":
        if len(path.parts) != 3 or path.suffix != ".yaml":
            folder.problems.append(Problem(str(path), 1, say("evidence-kind")))
    elif len(path.parts) != 3:
        folder.problems.append(Problem(str(path), 1, say("extra-nested")))
    elif path.name.startswith("."):
        folder.problems.append(Problem(str(path), 1, say("file-kind", name=path.name)))
    else:
        folder.extra[path.name] = file


def is_junk(name: str) -> bool:
    return name in JUNK or name.endswith(("~", ".swp", ".part", ".crdownload"))


def sort(folder: Folder, path: PurePosixPath, file: Path, rules: Rules) -> None:
    """Put one regular file where it belongs, or name what is wrong with it."""
    if is_junk(path.name):
        return
    if path.name.lower().endswith(TEXT_ENDINGS):
        place = place_of(path, rules)
        if isinstance(place, Place):
            folder.texts[place] = file
        else:
            folder.problems.append(Problem(str(path), 1, place))
        return
    beside = place_of(path.with_name(f"{rules.home}.md"), rules)
    wrong = what_is_wrong(file) if isinstance(beside, Place) else beside
    if wrong:
        folder.problems.append(Problem(str(path), 1, wrong))
    else:
        folder.files[str(path.relative_to("content"))] = file


def walk(folder: Path, name: PurePosixPath) -> Iterator[tuple[PurePosixPath, os.DirEntry]]:
    """Everything below `folder`, sorted, without following a link."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            yield name / printable(entry.name), entry
            if entry.is_dir(follow_symlinks=False):
                yield from walk(Path(entry.path), name / printable(entry.name))


def printable(name: str) -> str:
    """A name that can be printed on one line, whatever bytes it is made of."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in name)
