"""What stands below content/: texts, files beside them, and everything that should not be there.

Nothing outside content/ is ever opened: symbolic links, pipes and devices are named as problems and left alone.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from .files import DEVICES, what_is_wrong
from .limits import FOLDER_DEPTH, SLUG_LENGTH
from .messages import printable, say
from .model import KINDS
from .places import NOT_TEXTS, SLUG, Place, Rules, place_of
from .problems import Problem
from .stamps import Stamp
from .stamps import look as look_at

# Left behind by desktops and editors; nobody wrote them as content.
JUNK = {".DS_Store", "Thumbs.db", "desktop.ini", ".gitkeep"}
# Names in content/extra/ that every system can write.
EXTRA = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(?<!\.)")
EVIDENCE = {("sources.yaml",), ("almanac.yaml",)}
TEXT_ENDINGS = (".md", ".markdown", ".mdown", ".mkd", ".rst", ".txt", ".html", ".htm", ".org", ".adoc")


@dataclass
class Folder:
    """`texts`: place and file of each text; `files`: path below content/ and file of what stands beside them.

    `languages`: those of the site; `extra`: the files for the root of the site, by name; `drawings`: by name and
    language; `stamps`: how each folder stood before it was listed.
    """

    languages: tuple[str, ...]
    texts: dict[Place, Path] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    extra: dict[str, Path] = field(default_factory=dict)
    drawings: dict[tuple[str, str], Path] = field(default_factory=dict)
    stamps: dict[str, Stamp] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def complain(self, path: PurePosixPath, key: str, **values: object) -> None:
        self.problems.append(Problem(str(path), 1, say(key, **values)))


def look(content: Path, rules: Rules) -> Folder:
    """List everything below `content`. Reads only the first bytes of files beside texts."""
    folder = Folder(rules.languages)
    seen: dict[str, str] = {}
    waiting = [(str(content), "content")]
    while waiting:
        place, path = waiting.pop()
        for entry in listed(folder, place, path):
            name = f"{path}/{printable(entry.name)}"
            twin = seen.setdefault(name.casefold(), name)
            if twin != name:
                folder.complain(PurePosixPath(name), "path-case", other=twin)
            elif entry.is_dir(follow_symlinks=False):
                waiting.append((entry.path, name))
            elif not is_junk(entry.name):
                take(folder, PurePosixPath(name), entry, rules)
    return folder


def listed(folder: Folder, place: str, path: str) -> list[os.DirEntry]:
    """What stands in the folder `place`; of two names that differ by capitals, the smaller letters come first."""
    if path.count("/") >= FOLDER_DEPTH:
        folder.complain(PurePosixPath(path), "path-shape", kinds=", ".join(KINDS))
        return []
    folder.stamps[place] = look_at(place)
    try:
        with os.scandir(place) as entries:
            return sorted(entries, key=lambda entry: (entry.name.casefold(), entry.name.swapcase()))
    except OSError as error:
        folder.complain(PurePosixPath(path), "file-unreadable", why=error.strerror)
        return []


def take(folder: Folder, path: PurePosixPath, entry: os.DirEntry, rules: Rules) -> None:
    """Put what is no folder where it belongs, or name what is wrong with it."""
    try:
        if entry.is_symlink():
            folder.complain(path, "file-link", name=path.name)
        elif not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
            folder.complain(path, "file-special", name=path.name)
        elif path.parts[1] in NOT_TEXTS:
            shelve(folder, path, Path(entry.path))
        else:
            sort(folder, path, Path(entry.path), rules)
    except OSError as error:
        folder.complain(path, "file-unreadable", why=error.strerror)


def shelve(folder: Folder, path: PurePosixPath, file: Path) -> None:
    """Evidence, drawings and the files for the root of the site."""
    if path.parts[1] == "drawings":
        if len(path.parts) != 4 or path.suffix != ".svg" or path.stem not in folder.languages:
            folder.complain(path, "drawing-place", languages=", ".join(f"{code}.svg" for code in folder.languages))
        elif not SLUG.fullmatch(path.parts[2]):
            folder.complain(path, "path-slug", slug=path.parts[2], limit=SLUG_LENGTH)
        else:
            folder.drawings[path.parts[2], path.stem] = file
    elif path.parts[1] == "evidence":
        if path.parts[2:] not in EVIDENCE:
            folder.complain(path, "evidence-kind")
    elif len(path.parts) != 3:
        folder.complain(path, "extra-nested")
    elif path.name.startswith("."):
        folder.complain(path, "file-kind", name=path.name)
    elif not EXTRA.fullmatch(path.name) or path.stem.lower() in DEVICES:
        folder.complain(path, "path-name")
    else:
        folder.extra[path.name] = file


def is_junk(name: str) -> bool:
    return name in JUNK or name.startswith(".#") or name.endswith(("~", ".swp", ".part", ".crdownload"))


def sort(folder: Folder, path: PurePosixPath, file: Path, rules: Rules) -> None:
    """Put one regular file where texts stand, or name what is wrong with it."""
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
