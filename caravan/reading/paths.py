"""Files that may stand beside a text, judged by what is in them and not by their name.

What the path of a text says: its kind, its slug and its language.

Whether a file is still the one that was read, told without opening it, as git tells it.

A file whose size, times and inode are those of last time is taken for unchanged, except where it was changed so
shortly before it was looked at that a further change could have left the same times.

What stands below content/: texts, files beside them, and everything that should not be there.

Nothing outside content/ is ever opened: symbolic links, pipes and devices are named as problems and left alone.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from caravan.reading.limits import FILE_BYTES, FOLDER_DEPTH, SLUG_LENGTH
from caravan.reading.problems import Problem, format_message, printable
from caravan.reading.schema import KINDS

ASSET_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}\.[a-z]{3,4}")
EXTENSIONS = {"jpg": ("jpg", "jpeg"), "png": ("png",), "webp": ("webp",), "avif": ("avif",), "pdf": ("pdf",)}
KNOWN_EXTENSIONS = {ending for endings in EXTENSIONS.values() for ending in endings}
# Windows cannot check these names out, whatever their ending.
WINDOWS_DEVICE_NAMES = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))}


def file_type(head: bytes) -> str | None:
    """The kind of a file by its first bytes: jpg, png, webp, avif, pdf, or None."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp" and head[8:12] in (b"avif", b"avis"):
        return "avif"
    if head.startswith(b"%PDF-"):
        return "pdf"
    return None


def asset_problem(file: Path) -> str | None:
    """A sentence if `file` cannot be published beside a text, else None."""
    with open(file, "rb") as stream:
        kind = file_type(stream.read(16))
    ending = file.suffix[1:]
    if kind is None and ending in KNOWN_EXTENSIONS:
        return format_message("file-false", name=file.name, kind=ending)
    if kind is None:
        return format_message("file-kind", name=file.name)
    if ending not in EXTENSIONS[kind]:
        return format_message("file-ending", name=file.name, kind=kind)
    if not ASSET_NAME.fullmatch(file.name):
        return format_message("file-name", name=file.name)
    if file.stem in WINDOWS_DEVICE_NAMES:
        return format_message("path-name")
    size = file.stat().st_size
    if size > FILE_BYTES:
        return format_message("file-heavy", name=file.name, size=f"{size:,}", limit=f"{FILE_BYTES:,}")
    return None


SLUG = re.compile(rf"[a-z0-9-]{{1,{SLUG_LENGTH}}}")
# Folder names below content/ that hold no texts.
NON_ARTICLE_FOLDERS = ("evidence", "extra", "drawings")


@dataclass(frozen=True, order=True)
class ContentPath:
    """Where a text stands: `content/<kind>/<slug>/<lang>.md`."""

    kind: str
    slug: str
    lang: str

    @property
    def folder(self) -> str:
        return f"content/{self.kind}/{self.slug}"

    @property
    def source_path(self) -> str:
        return f"{self.folder}/{self.lang}.md"

    @property
    def url_path(self) -> str:
        """Where the text is read, without its language's prefix and without slashes around it."""
        return self.slug if self.kind == "pages" else f"{self.kind}/{self.slug}"

    @property
    def group_key(self) -> tuple[str, str]:
        """Kind and slug: what all languages of one text share."""
        return self.kind, self.slug


@dataclass(frozen=True)
class SiteLanguages:
    """The settings that decide which places exist.

    `languages`: codes in the order of the switcher; `home`: the one without prefix in addresses.
    """

    languages: tuple[str, ...]
    home: str

    def reserved_slugs(self) -> set[str]:
        """Slugs that a page cannot have, because their address is taken by something else."""
        return {*KINDS, *self.languages, "archive", "feeds", "page", "theme", "404", "index", "translations"}


def content_path_of_file(file: Path, content: Path, rules: SiteLanguages) -> ContentPath | None:
    """The place of a file below `content`, or None where no text can stand."""
    try:
        place = parse_path("content" / PurePosixPath(file.relative_to(content).as_posix()), rules)
    except ValueError:
        return None
    return place if isinstance(place, ContentPath) else None


def parse_path(path: PurePosixPath, rules: SiteLanguages) -> ContentPath | str:
    """The place that `path` (relative to the project) names, or a sentence that says what is wrong with it."""
    parts = path.parts[1:]
    if len(parts) != 3:
        return format_message("path-shape", kinds=", ".join(KINDS))
    kind, slug, name = parts
    if kind not in KINDS:
        return format_message("path-kind", kind=kind, kinds=", ".join(KINDS))
    if not SLUG.fullmatch(slug):
        return format_message("path-slug", slug=slug, limit=SLUG_LENGTH)
    if slug in WINDOWS_DEVICE_NAMES:
        return format_message("path-device", slug=slug)
    if slug in (rules.reserved_slugs() if kind == "pages" else {"page"}):
        return format_message("path-reserved", slug=slug)
    lang, dot, ending = name.partition(".")
    if dot + ending != ".md":
        return format_message("path-ending", name=name, languages=", ".join(f"{code}.md" for code in rules.languages))
    if lang not in rules.languages:
        return format_message("path-language", lang=lang, languages=", ".join(rules.languages))
    return ContentPath(kind, slug, lang)


StatSignature = tuple[int, int, int, int]
def stat_signature(path: Path | str) -> StatSignature | None:
    """The stamp of a file or folder, or None where there is none."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


# Left behind by desktops and editors; nobody wrote them as content.
IGNORED_NAMES = {".DS_Store", "Thumbs.db", "desktop.ini", ".gitkeep"}
# Names in content/extra/ that every system can write.
EXTRA_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(?<!\.)")
EVIDENCE_FILES = {("sources.yaml",), ("almanac.yaml",)}
TEXT_EXTENSIONS = (".md", ".markdown", ".mdown", ".mkd", ".rst", ".txt", ".html", ".htm", ".org", ".adoc")


@dataclass
class ContentTree:
    """`texts`: place and file of each text; `files`: path below content/ and file of what stands beside them.

    `languages`: those of the site; `extra`: the files for the root of the site, by name; `drawings`: by name and
    language; `stamps`: how each folder stood before it was listed.
    """

    languages: tuple[str, ...]
    article_files: dict[ContentPath, Path] = field(default_factory=dict)
    asset_files: dict[str, Path] = field(default_factory=dict)
    extra_files: dict[str, Path] = field(default_factory=dict)
    drawing_files: dict[tuple[str, str], Path] = field(default_factory=dict)
    stat_signatures: dict[str, StatSignature] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add_problem(self, path: PurePosixPath, key: str, **values: object) -> None:
        self.problems.append(Problem(str(path), 1, format_message(key, **values)))


def scan(content: Path, rules: SiteLanguages) -> ContentTree:
    """List everything below `content`. Reads only the first bytes of files beside texts."""
    folder = ContentTree(rules.languages)
    seen: dict[str, str] = {}
    waiting = [(str(content), "content")]
    while waiting:
        place, path = waiting.pop()
        for entry in list_entries(folder, place, path):
            name = f"{path}/{printable(entry.name)}"
            twin = seen.setdefault(name.casefold(), name)
            if twin != name:
                folder.add_problem(PurePosixPath(name), "path-case", other=twin)
            elif entry.is_dir(follow_symlinks=False):
                waiting.append((entry.path, name))
            elif not is_ignored(entry.name):
                classify_entry(folder, PurePosixPath(name), entry, rules)
    return folder


def list_entries(folder: ContentTree, place: str, path: str) -> list[os.DirEntry]:
    """What stands in the folder `place`; of two names that differ by capitals, the smaller letters come first."""
    if path.count("/") >= FOLDER_DEPTH:
        folder.add_problem(PurePosixPath(path), "path-shape", kinds=", ".join(KINDS))
        return []
    folder.stat_signatures[place] = stat_signature(place)
    try:
        with os.scandir(place) as entries:
            return sorted(entries, key=lambda entry: (entry.name.casefold(), entry.name.swapcase()))
    except OSError as error:
        folder.add_problem(PurePosixPath(path), "file-unreadable", why=error.strerror)
        return []


def classify_entry(folder: ContentTree, path: PurePosixPath, entry: os.DirEntry, rules: SiteLanguages) -> None:
    """Put what is no folder where it belongs, or name what is wrong with it."""
    try:
        if entry.is_symlink():
            folder.add_problem(path, "file-link", name=path.name)
        elif not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
            folder.add_problem(path, "file-special", name=path.name)
        elif path.parts[1] in NON_ARTICLE_FOLDERS:
            classify_asset(folder, path, Path(entry.path))
        else:
            classify_text(folder, path, Path(entry.path), rules)
    except OSError as error:
        folder.add_problem(path, "file-unreadable", why=error.strerror)


def classify_asset(folder: ContentTree, path: PurePosixPath, file: Path) -> None:
    """Evidence, drawings and the files for the root of the site."""
    if path.parts[1] == "drawings":
        if len(path.parts) != 4 or path.suffix != ".svg" or path.stem not in folder.languages:
            folder.add_problem(path, "drawing-place", languages=", ".join(f"{code}.svg" for code in folder.languages))
        elif not SLUG.fullmatch(path.parts[2]):
            folder.add_problem(path, "path-slug", slug=path.parts[2], limit=SLUG_LENGTH)
        else:
            folder.drawing_files[path.parts[2], path.stem] = file
    elif path.parts[1] == "evidence":
        if path.parts[2:] not in EVIDENCE_FILES:
            folder.add_problem(path, "evidence-kind")
    elif len(path.parts) != 3:
        folder.add_problem(path, "extra-nested")
    elif path.name.startswith("."):
        folder.add_problem(path, "file-kind", name=path.name)
    elif not EXTRA_NAME.fullmatch(path.name) or path.stem.lower() in WINDOWS_DEVICE_NAMES:
        folder.add_problem(path, "path-name")
    else:
        folder.extra_files[path.name] = file


def is_ignored(name: str) -> bool:
    return name in IGNORED_NAMES or name.startswith(".#") or name.endswith(("~", ".swp", ".part", ".crdownload"))


def classify_text(folder: ContentTree, path: PurePosixPath, file: Path, rules: SiteLanguages) -> None:
    """Put one regular file where texts stand, or name what is wrong with it."""
    if path.name.lower().endswith(TEXT_EXTENSIONS):
        place = parse_path(path, rules)
        if isinstance(place, ContentPath):
            folder.article_files[place] = file
        else:
            folder.problems.append(Problem(str(path), 1, place))
        return
    beside = parse_path(path.with_name(f"{rules.home}.md"), rules)
    wrong = asset_problem(file) if isinstance(beside, ContentPath) else beside
    if wrong:
        folder.problems.append(Problem(str(path), 1, wrong))
    else:
        folder.asset_files[str(path.relative_to("content"))] = file
