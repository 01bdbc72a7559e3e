"""The files below content/: their paths, their types, and problems with either.

Nothing outside content/ is ever opened: symbolic links, pipes and devices are reported and not followed. Files for the root
of the site are published only under a few names, each with a form that its whole content must have.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from caravan.reading.limits import EXTRA_BYTES, FOLDER_DEPTH, SLUG_LENGTH, TEXT_BYTES, is_left_over
from caravan.reading.problems import Fault, Problem, Severity, format_message, printable, problem
from caravan.reading.schema import KINDS

PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".avif")
# Windows cannot create files with these names, with any extension.
WINDOWS_DEVICE_NAMES = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))}

LFS_POINTER = b"version https://git-lfs.github.com/spec/"
SLUG = re.compile(rf"[a-z0-9-]{{1,{SLUG_LENGTH}}}")
# Folders below content/ that contain no texts.
NON_ARTICLE_FOLDERS = ("evidence", "extra", "drawings", "notice")


@dataclass(frozen=True, order=True)
class ContentPath:
    """The path of an article's source: `content/<kind>/<slug>/<lang>.md`."""

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
        """The path of the article's URL, without the prefix of the language and without slashes around it."""
        return self.slug if self.kind == "pages" else f"{self.kind}/{self.slug}"

    @property
    def group_key(self) -> tuple[str, str]:
        """Kind and slug, which all languages of an article share."""
        return self.kind, self.slug


@dataclass(frozen=True)
class SiteLanguages:
    """The languages of the site: codes in the order of the language menu. `home` is the one without a prefix in URLs.

    `unlisted`: languages that the site could have, but that were taken out of its settings. Their files are not published.
    """

    languages: tuple[str, ...]
    home: str
    unlisted: frozenset[str] = frozenset()

    def reserved_slugs(self) -> set[str]:
        """Slugs that a page cannot have, because the site uses their URLs."""
        return {*KINDS, *self.languages, "archive", "feeds", "page", "theme", "404", "index", "translations"}


def parse_path(path: PurePosixPath, site_languages: SiteLanguages) -> ContentPath | str:
    """Parse `path` (relative to the project) as the path of a text. Returns an error message if it is not one."""
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
    if slug in (site_languages.reserved_slugs() if kind == "pages" else {"page"}):
        return format_message("path-reserved", slug=slug)
    lang, dot, extension = name.partition(".")
    if dot + extension != ".md":
        return format_message("path-ending", name=name, languages=", ".join(f"{code}.md" for code in site_languages.languages))
    if lang not in site_languages.languages:
        return format_message("path-language", lang=lang, languages=", ".join(site_languages.languages))
    return ContentPath(kind, slug, lang)


StatSignature = tuple[int, int, int, int]  # size, mtime and ctime in nanoseconds, inode


def stat_signature(path: Path | str) -> StatSignature | None:
    """What identifies the state of a file or folder without opening it (as in git's index), or None if it does not exist."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


# A file that a sync program has not fetched yet, and second versions that one made because two people changed a file.
COPIES = re.compile(
    r"(\.icloud)$|(?:conflicted copy|sync-conflict|copia en conflicto| \(?\d+\)?| - cop(?:y|ia)| copy|_(?:LOCAL|REMOTE|BASE|BACKUP)_\d+).*\.md$"
    r"|^(?:copy of|copia de|kopya ng) |\.md~HEAD$",
    re.IGNORECASE,
)
EVIDENCE_FILES = {("sources.yaml",), ("almanac.yaml",), ("contacts.yaml",)}
TEXT_EXTENSIONS = (".md", ".markdown", ".mdown", ".mkd", ".rst", ".txt", ".html", ".htm", ".org", ".adoc")


@dataclass
class ContentTree:
    """The files below content/, by role.

    `article_files`: the texts. `asset_files`: files next to texts, by path below content/. `extra_files`: files for the
    root of the site, by path below it. `drawing_files`: by name and language; `data_files`: those of evidence/, drawings/ and
    notice/, by path in the project. `stat_signatures`: of each folder, taken before it was listed. `languages`: those of the site.
    """

    languages: tuple[str, ...]
    article_files: dict[ContentPath, Path] = field(default_factory=dict)
    asset_files: dict[str, Path] = field(default_factory=dict)
    extra_files: dict[str, Path] = field(default_factory=dict)
    drawing_files: dict[tuple[str, str], Path] = field(default_factory=dict)
    data_files: dict[str, Path] = field(default_factory=dict)
    stat_signatures: dict[str, StatSignature] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add_problem(self, path: PurePosixPath, key: str, severity: Severity = "error", **values: object) -> None:
        self.problems.append(problem(str(path), 1, key, severity, **values))


def is_link(path: Path | os.DirEntry) -> bool:
    """Whether `path` is a symbolic link or, with Python 3.12 or later on Windows, a junction."""
    return path.is_symlink() or getattr(path, "is_junction", bool)()


def read_limited(file: Path, limit: int = TEXT_BYTES) -> bytes:
    """The bytes of a file, at most one more than `limit`, which shows that it is too large.

    Raises OSError, and Fault for a link, a pipe or a device, none of which is opened.
    """
    if is_link(file) or not stat.S_ISREG(file.lstat().st_mode):
        raise Fault(1, format_message("file-link" if is_link(file) else "file-special", name=file.name))
    with open(file, "rb") as stream:
        return stream.read(limit + 1)


def is_below_link(file: Path, content: Path) -> bool:
    """Whether `content`, or a file or folder on the way from there to `file`, is a link, which `scan` reports."""
    return any(map(is_link, [file, *file.parents[: len(file.relative_to(content).parts)]]))


LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
SECURITY_FIELD = (  # of RFC 9116, without `Expires`
    r"(?:Contact: *(?:https://|mailto:|tel:)[!-~]+|(?:Encryption|Acknowledgments|Canonical|Policy|Hiring): *https://[!-~]+"
    r"|Preferred-Languages: *[A-Za-z, -]+|#[ -~]*)?"
)
# The files for the root of the site: name, whole content without the last line end, and this content in words.
EXTRA_FILES = {
    "CNAME": (re.compile(rf"(?=.{{1,253}}\Z)(?:{LABEL}\.)+(?=[a-z]){LABEL}"), "one domain in small letters, such as www.example.org"),
    ".well-known/security.txt": (
        re.compile(
            rf"(?=(?:.*\n)*?Contact:)(?:{SECURITY_FIELD}\r?\n)*Expires: *\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)(?:\r?\n{SECURITY_FIELD})*"
        ),
        "fields of RFC 9116, with Contact: mailto:a@example.org and Expires: 2030-01-31T00:00:00Z",
    ),
}


def read_extra(content: Path, name: str) -> str:
    """The content of the file `name` of `content`/extra/, which is published as it is.

    Raises Fault if this name or this content is not allowed, OSError. Opens no link or device, and reads no more than the limit.
    """
    file = content / "extra" / name
    if is_below_link(file, content):
        raise Fault(1, format_message("file-link", name=name))
    if name not in EXTRA_FILES:
        raise Fault(1, format_message("extra-name", name=name))
    pattern, form = EXTRA_FILES[name]
    data = read_limited(file, EXTRA_BYTES)
    text = data.decode("utf-8", "replace").removesuffix("\n").removesuffix("\r")
    if len(data) > EXTRA_BYTES or not pattern.fullmatch(text):
        strange = re.search(r"[^\t\r\n -~]", text)
        found = f" (it holds U+{ord(strange[0]):04X})" if strange else ""
        raise Fault(1, format_message("extra-content", name=name, form=form + found))
    return text


def scan(content: Path, site_languages: SiteLanguages) -> ContentTree:
    """List and classify everything below `content`. Of small files it reads the first bytes."""
    tree = ContentTree(site_languages.languages)
    seen: dict[str, str] = {}
    if is_link(content):
        tree.add_problem(PurePosixPath("content"), "file-link", name="content")
        return tree
    pending = [(str(content), "content")]
    while pending:
        folder, path = pending.pop()
        for entry in list_entries(tree, folder, path):
            name = f"{path}/{printable(entry.name)}"
            if is_left_over(entry.name) and not (entry.name[0] == "." and not is_link(entry) and any(Path(entry.path).glob("*.md"))):
                continue  # but for a hidden folder with a text in it
            same_in_lower_case = seen.setdefault(name.casefold(), name)
            if same_in_lower_case != name:
                tree.add_problem(PurePosixPath(name), "path-case", other=same_in_lower_case)
            elif entry.is_dir(follow_symlinks=False) and not is_link(entry):
                pending.append((entry.path, name))
            else:
                classify_entry(tree, PurePosixPath(name), entry, site_languages)
    return tree


def list_entries(tree: ContentTree, folder: str, path: str) -> list[os.DirEntry]:
    """The sorted entries of `folder`, which problems call `path`; lower case before upper case, so that it wins in `scan`."""
    if path.count("/") >= FOLDER_DEPTH:
        tree.add_problem(PurePosixPath(path), "path-shape", kinds=", ".join(KINDS))
        return []
    tree.stat_signatures[folder] = stat_signature(folder)
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: (entry.name.casefold(), entry.name.swapcase()))
    except OSError as error:
        tree.add_problem(PurePosixPath(path), "file-unreadable", why=error.strerror)
        return []


def classify_entry(tree: ContentTree, path: PurePosixPath, entry: os.DirEntry, site_languages: SiteLanguages) -> None:
    """Add an entry that is not a folder to the tree by its role, or report it."""
    try:
        if is_link(entry):
            tree.add_problem(path, "file-link", name=path.name)
        elif not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
            tree.add_problem(path, "file-special", name=path.name)
        elif entry.stat().st_size < 1024 and Path(entry.path).read_bytes().startswith(LFS_POINTER):
            tree.add_problem(path, "file-lfs", name=path.name)
        elif copy := COPIES.search(path.name):
            tree.add_problem(path, "file-cloud" if copy[1] else "file-copy", name=path.name)
        elif path.parts[1] != "extra" and path.suffix in (".md", ".svg") and path.stem in site_languages.unlisted:
            tree.add_problem(path, "path-unlisted", "warning", lang=path.stem)
        elif path.parts[1] in NON_ARTICLE_FOLDERS:
            classify_other(tree, path, Path(entry.path))
        else:
            classify_text_or_asset(tree, path, Path(entry.path), site_languages)
    except OSError as error:
        tree.add_problem(path, "file-unreadable", why=error.strerror)


def classify_other(tree: ContentTree, path: PurePosixPath, file: Path) -> None:
    """Add or report a file of evidence/, drawings/, notice/ or extra/."""
    folder, *names = path.parts[1:]
    ending = ".svg" if folder == "drawings" else ".md"
    if folder == "extra":
        extra = file.parents[len(names) - 1]
        name = file.relative_to(extra).as_posix()
        try:
            read_extra(extra.parent, name)
            tree.extra_files[name] = file
        except Fault as fault:
            tree.problems.append(Problem(str(path), fault.line, fault.message))
        return
    if folder == "evidence":
        if tuple(names) not in EVIDENCE_FILES:
            tree.add_problem(path, "evidence-kind")
    elif len(names) != (2 if folder == "drawings" else 1) or path.suffix != ending or path.stem not in tree.languages:
        tree.add_problem(path, f"place-{folder}", languages=", ".join(f"{code}{ending}" for code in tree.languages))
        return
    elif folder == "drawings":
        if not SLUG.fullmatch(names[0]):
            tree.add_problem(path, "path-slug", slug=names[0], limit=SLUG_LENGTH)
            return
        tree.drawing_files[names[0], path.stem] = file
    tree.data_files[str(path)] = file


def classify_text_or_asset(tree: ContentTree, path: PurePosixPath, file: Path, site_languages: SiteLanguages) -> None:
    """Add or report a file in the folder of a kind: a text, or a file next to one."""
    is_text = path.name.lower().endswith(TEXT_EXTENSIONS)
    text = parse_path(path if is_text else path.with_name(f"{site_languages.home}.md"), site_languages)
    if isinstance(text, str):
        tree.problems.append(Problem(str(path), 1, text))
    elif is_text:
        tree.article_files[text] = file
    else:
        tree.asset_files[str(path.relative_to("content"))] = file  # whether it is a picture, the gate checks
