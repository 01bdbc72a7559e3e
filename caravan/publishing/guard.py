"""What must not leave: an output that is not a whole site, and files that are nobody's business.

Every check yields sentences that name the file and what to do; `refuse` raises all of them at once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from . import leaks
from .difference import Difference, is_page, page_address, pages_in_words
from .files import File, read, walk
from .git import PublishError
from .verify import HOST_FILES, NAME

NEEDED = ("index.html", "404.html", "feeds/all.atom.xml", "sitemap.xml", "robots.txt")
LARGEST_SITE = 1_000_000_000  # bytes; GitHub Pages serves no more
LARGEST_FILE = 100_000_000  # bytes; GitHub takes no larger file
MAY_LOSE = 0.1  # of the published pages, without being named
MAY_LOSE_ALWAYS = 3  # pages; a small site may lose so many
LONGEST_NAME, LONGEST_PATH = 255, 1000  # bytes
RESERVED = {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))}
UNSAFE = set('<>:"|?*\\')


def checked(folder: Path, object_format: str, root: Path, kept_back: Iterable[str] = ()) -> dict[str, File]:
    """The files of the built site in `folder`, after every check that needs no published site.

    `kept_back`: addresses of drafts and texts of a later day, such as `calls/march/`. Raises PublishError.
    """
    if not folder.is_dir():
        raise PublishError(f"{folder} is no folder with a built site. Build it first: `python3 tasks.py build`.")
    refuse([*names(folder), *lacking(folder)])
    found: list[str] = []
    files = read(folder, object_format, lambda path, data: found.extend(leaks.leaks(path, data, root)))
    refuse([*found, *too_large(files), *drafts(files, kept_back)])
    return files


def refuse(sentences: list[str], most: int = 10) -> None:
    """Raise PublishError with the first of `sentences`, if there are any."""
    if sentences:
        rest = [f"… and {len(sentences) - most} more of this kind."] if len(sentences) > most else []
        raise PublishError("\n".join(["Nothing was published:", *sentences[:most], *rest]))


def lacking(folder: Path) -> Iterator[str]:
    """What every whole site has."""
    for name in NEEDED:
        path = folder / name
        if not path.is_file() or not path.stat().st_size:
            yield f"{folder.name}/{name} is missing or empty, so this is not the whole site. Build it again."


def names(folder: Path) -> Iterator[str]:
    """Links, dotfiles and names that git, a host or another system cannot take."""
    seen: dict[str, str] = {}
    for path in walk(folder):
        shown = f"{folder.name}/{path.encode(errors='backslashreplace').decode()}"
        why = wrong_name(path)
        if (folder / path).is_symlink():
            yield f"{shown} is a link, and what it leads to may be private. Put the file itself there."
        elif not (folder / path).is_file():
            yield f"{shown} is not a file but a device or pipe. Take it away."
        elif any(part.startswith(".") for part in path.split("/")) and path not in HOST_FILES:
            yield f"{shown} is hidden (its name starts with a dot), so it is not for readers. Take it away."
        elif why:
            yield f"{shown} cannot be published: {why}. Rename it."
        folded = unicodedata.normalize("NFC", path).casefold()
        if folded in seen:
            yield f"{shown} and {folder.name}/{seen[folded]} are one file on many systems. Rename one of them."
        seen[folded] = path


def wrong_name(path: str) -> str:
    """Why no system may be given this name, or an empty string."""
    try:
        length = len(path.encode())
    except UnicodeEncodeError:
        return "its name is not UTF-8"
    for part in path.split("/"):
        if any(unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp") for sign in part):
            return "its name holds an invisible sign"
        if set(part) & UNSAFE:
            return f'its name holds a sign that some systems forbid ({" ".join(sorted(set(part) & UNSAFE))})'
        if part != part.strip(" ") or part.endswith("."):
            return "its name starts or ends with a blank, or ends with a dot"
        if part.split(".")[0].lower() in RESERVED:
            return "Windows keeps that name for a device"
        if len(part.encode()) > LONGEST_NAME or length > LONGEST_PATH:
            return "its name is too long"
        if unicodedata.normalize("NFC", part) != part:
            return "its accents are written as signs of their own (not Unicode NFC)"
    return ""


def too_large(files: Mapping[str, File]) -> Iterator[str]:
    for file in files.values():
        if file.size > LARGEST_FILE:
            yield f"{file.path} has {file.size:,} bytes, and the host takes no file above {LARGEST_FILE:,}. Make it smaller."
    total = sum(file.size for file in files.values())
    if total > LARGEST_SITE:
        yield f"The site has {total:,} bytes, and the host serves at most {LARGEST_SITE:,}. Make pictures smaller."


def drafts(files: Mapping[str, File], kept_back: Iterable[str]) -> Iterator[str]:
    for address in kept_back:
        for path in files:
            if f"/{path}".find(f"/{address}") >= 0:
                yield f"{path} belongs to a draft or to a text of a later day. Build with `publishconf.py`, as `publish` does."


def losses(change: Difference, published: Iterable[str], removed: Iterable[str], allowed: bool) -> None:
    """Refuse a site that lost too many pages, or a feed. `removed`: addresses taken away on purpose, with all below."""
    named = tuple(f"/{address.strip('/')}/" for address in removed)
    unnamed = [path for path in change.removed if not f"{page_address(path)}/".startswith(named)] if named else change.removed
    gone = sorted(page_address(path) for path in unnamed if is_page(path))
    feeds = [path for path in unnamed if path.endswith(".atom.xml")]
    pages = sum(map(is_page, published))
    if allowed or not feeds and len(gone) <= max(MAY_LOSE_ALWAYS, MAY_LOSE * pages):
        return
    what = f"{pages_in_words(len(gone))} of {pages} would go, such as {', '.join(gone[:3])}"
    if len(gone) <= max(MAY_LOSE_ALWAYS, MAY_LOSE * pages):
        what = f"the feed {feeds[0]} would go, and its readers would hear nothing more"
    raise PublishError(
        f"Nothing was published: {what}. If a folder of texts is missing by mistake, bring it back. If they should go, name "
        "them (--removed ADDRESS) or allow it with --allow-loss."
    )


def matches(files: Mapping[str, File], listed: Mapping) -> list[str]:
    """How the files differ from the build's own manifest, `listed`: somebody changed the output after it was checked, or
    left something there."""
    wanted = {path: (entry["sha256"], entry["size"]) for path, entry in listed["files"].items()}
    found = {path: (file.sha256, file.size) for path, file in files.items() if path not in (NAME, *HOST_FILES)}
    changed = [
        f"{path} is not as it was built. Leave the output alone, and publish again."
        for path in sorted(wanted)
        if wanted[path] != found.get(path)
    ]
    added = [*(found.keys() - wanted.keys()), *(set(HOST_FILES) & files.keys() - set(listed.get("host", HOST_FILES)))]
    return changed + [f"{path} was not made by this site. Move it out of the output, and publish again." for path in sorted(added)]
