"""Checks of a built site before it is published or copied.

An incomplete site, private files, secrets, unsafe file names, unpublished texts, files that the build did not write and large losses of
pages are refused. Each check returns messages that name the file and say what to do; `refuse` raises them together.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from caravan.build.verify import HOST_FILES, Unverifiable, verify
from caravan.git import PublishError
from caravan.media.gate import read_parts
from caravan.publishing.site_files import SiteDiff, is_page, page_address, walk_files
from caravan.reading.limits import find_secrets, is_left_over
from caravan.reading.problems import Fault, count

# Files of development tools, office programs and this project's source; `is_left_over` tells those of editors and systems.
PRIVATE_NAMES = re.compile(
    r"(\.(md|markdown|po|pot|mo|py|pyc|yaml|yml|toml|lock|log|env|sqlite3?|db|kdbx|ppk|pem|key|"
    r"p12|pfx|jks|gpg|psd|xcf|heic|docx?|odt|xlsx?|ods|dng|cr2|nef))$|(^|/)(id_(rsa|dsa|ecdsa|ed25519)"
    r"|passwords?\.txt|htpasswd|node_modules|__pycache__)(/|$)",
    re.IGNORECASE,
)
CONTROL_CHARACTER = re.compile(rb"[\0-\x08\x0e-\x1f]")
TEXT_EXTENSIONS = (".html", ".xml", ".txt", ".css", ".js", ".json", ".svg", ".ics", ".webmanifest", ".csv")


def find_leaks(path: str, data: bytes, roots: Iterable[Path]) -> Iterator[str]:
    """Messages about private content in one file. `roots`: folders of this computer whose paths must not be published."""
    if PRIVATE_NAMES.search(path) or is_left_over(path):
        yield f"{path} is a working file of a person or a program, not a file for readers. Remove it."
    if path.endswith(TEXT_EXTENSIONS):
        for line, name in find_secrets(data):
            yield f"{path}:{line} contains {name}. Remove it from the text and revoke it: once it was committed, others may know it."
        for root in roots:
            if str(root).encode() in data and len(root.parts) > 2:
                yield f"{path} contains the path of a folder on this computer ({root}). Remove it from the text."
    if not is_text(path, data) and not (path.startswith("theme/") and data.startswith(b"wOF2")):
        try:
            reveals = read_parts(data).reveals
        except Fault as fault:
            yield f"{path} cannot be published: {fault.message}."
        else:
            if reveals:
                yield f"{path} can give away {'; '.join(reveals)}. Delete the folder .store and build again."


def is_text(path: str, data: bytes) -> bool:
    """Whether a file has a name of text files, and is one."""
    if not path.endswith((*TEXT_EXTENSIONS, *HOST_FILES)) or CONTROL_CHARACTER.search(data) or b"%PDF-" in data[:1024]:
        return False
    with contextlib.suppress(UnicodeDecodeError):
        return isinstance(data.decode(), str)
    return False


REQUIRED_FILES = ("index.html", "404.html", "sitemap.xml", "robots.txt")
MAX_LISTED = 10  # messages
MAX_SITE_SIZE = 1_000_000_000  # bytes; the limit of GitHub Pages
MAX_FILE_SIZE = 100_000_000  # bytes; the limit of GitHub
MAX_LOST_SHARE = 0.1  # of the published pages
MAX_LOST_PAGES = 3  # allowed for small sites even if it is more than the share


def check_site(
    folder: Path, root: Path, object_format: str = "sha1", unpublished_urls: Iterable[str] = ()
) -> tuple[dict[str, str], dict]:
    """Run every check that does not need the published site; returns git's object ids of the files by path, and the manifest.

    `folder`: holds the built site. `root`: the project's folder. `object_format`: git's hash algorithm. `unpublished_urls`:
    URL paths of drafts and of texts with a future date, such as `calls/march/`. Raises PublishError.
    """
    if not folder.is_dir():
        raise PublishError(f"{folder} does not exist or is not a folder. Build the site first: `python3 tasks.py build`.")
    refuse(list(find_bad_names(folder)))
    files, sizes, leaks, roots = {}, {}, [], {root, folder.resolve().parent}
    for path in walk_files(folder):
        data = (folder / path).read_bytes()
        files[path] = hashlib.new(object_format, b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
        sizes[path] = len(data)
        leaks += find_leaks(path, data, roots)
    missing = [name for name in REQUIRED_FILES if not sizes.get(name)]
    refuse([f"{name} is missing or empty, so the site is not complete. Build it again." for name in missing])
    refuse([*leaks, *find_too_large(sizes), *find_unpublished(files, unpublished_urls)])
    try:
        manifest, differences = verify(str(folder))
    except Unverifiable as error:
        raise PublishError(f"The build did not finish. Build again.\n({error})") from None
    added = sorted(set(HOST_FILES) & files.keys() - set(manifest.get("host", HOST_FILES)))
    refuse([f"{line}; this is not what the build wrote. Build again." for line in (*differences, *(f"added: {name}" for name in added))])
    return files, manifest


def refuse(messages: list[str]) -> None:
    """Raise PublishError with the first of `messages`, if there are any."""
    if messages:
        rest = [f"… and {len(messages) - MAX_LISTED} more."] if len(messages) > MAX_LISTED else []
        raise PublishError("\n".join(["Nothing was published:", *messages[:MAX_LISTED], *rest]))


def find_bad_names(folder: Path) -> Iterator[str]:
    """Messages about links, special files, hidden files, and names that git or another system cannot store.

    The names of a build are possible everywhere (caravan/reading/paths.py), and no other file is published
    (`check_site`). Only together may two of them be one file.
    """
    seen: dict[str, str] = {}
    for path in walk_files(folder):
        shown = f"{folder.name}/{path.encode(errors='backslashreplace').decode()}"
        if (folder / path).is_symlink():
            yield f"{shown} is a symbolic link, and its target may be private. Replace it with the file itself."
        elif not (folder / path).is_file():
            yield f"{shown} is a device or pipe, not a file. Remove it."
        elif any(part.startswith(".") for part in path.split("/")) and path not in (*HOST_FILES, ".well-known/security.txt"):
            yield f"{shown} is hidden (a name in its path starts with a dot) and not for readers. Remove it."
        elif not path.isprintable():
            yield f"{shown} cannot be published: its name contains a character that cannot be printed. Rename it."
        folded = unicodedata.normalize("NFC", path).casefold()
        if folded in seen:
            yield f"{shown} and {folder.name}/{seen[folded]} are the same file on many systems. Rename one of them."
        seen[folded] = path


def find_too_large(sizes: Mapping[str, int]) -> Iterator[str]:
    for path, size in sizes.items():
        if size > MAX_FILE_SIZE:
            yield f"{path} has {size:,} bytes, and the host accepts no file above {MAX_FILE_SIZE:,}. Make it smaller."
    if sum(sizes.values()) > MAX_SITE_SIZE:
        yield f"The site has {sum(sizes.values()):,} bytes, and the host serves at most {MAX_SITE_SIZE:,}. Make pictures smaller."


def find_unpublished(paths: Iterable[str], unpublished_urls: Iterable[str]) -> Iterator[str]:
    urls = [f"/{url}" for url in unpublished_urls]
    for path in paths:
        if any(url in f"/{path}" for url in urls):  # anywhere in the path: translations have a language prefix
            yield f"{path} belongs to a draft or to a text with a future date. Build with `publishconf.py`, as `publish` does."


def check_losses(diff: SiteDiff, published: Iterable[str], removed: Iterable[str]) -> None:
    """Raise PublishError if too many pages or a feed would be removed.

    `published`: paths of the published files. `removed`: addresses that are removed on purpose, with everything below them;
    "/" is the whole site.
    """
    prefixes = tuple(f"/{address.strip('/')}/".replace("//", "/") for address in removed)
    unnamed = [path for path in diff.removed if not f"{page_address(path)}/".startswith(prefixes)]
    lost_pages = sorted(page_address(path) for path in unnamed if is_page(path))
    lost_feeds = [path for path in unnamed if path.endswith(".atom.xml")]
    total = sum(map(is_page, published))
    limit = max(MAX_LOST_PAGES, MAX_LOST_SHARE * total)
    if not lost_feeds and len(lost_pages) <= limit:
        return
    loss = f"{count(len(lost_pages), 'page')} of {total} would be removed, such as {', '.join(lost_pages[:3])}"
    if len(lost_pages) <= limit:
        loss = f"the feed {lost_feeds[0]} would be removed, and its subscribers would get no more updates"
    raise PublishError(
        f"Nothing was published: {loss}. If a folder of texts is missing by mistake, restore it. If the removal is intended, "
        "name the addresses, or / for all of them: --removed ADDRESS."
    )
