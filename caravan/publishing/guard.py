"""Files and bytes that are nobody's business: sources, keys, passwords, folders of this computer.

What must not leave: an output that is not a whole site, and files that are nobody's business.

Every check yields sentences that name the file and what to do; `refuse` raises all of them at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from caravan.build.verify import HOST_FILES, NAME
from caravan.git import PublishError
from caravan.publishing.picture_metadata import picture_metadata
from caravan.publishing.site_files import SiteDiff, SiteFile, count_pages, hash_files, is_page, page_address, walk_files

# What editors, systems, tools and this project's own rooms leave lying about.
PRIVATE_NAMES = re.compile(
    r"(\.(md|markdown|po|pot|mo|py|pyc|yaml|yml|toml|lock|log|bak|orig|rej|sw[op]|tmp|new|part|env|sqlite3?|db|kdbx|ppk|pem|key|"
    r"p12|pfx|jks|gpg|psd|xcf|heic|docx?|odt|xlsx?|ods|dng|cr2|nef)|~)$|(^|/)(thumbs\.db|desktop\.ini|id_(rsa|dsa|ecdsa|ed25519)"
    r"|passwords?\.txt|htpasswd|node_modules|__pycache__|__macosx)(/|$)",
    re.IGNORECASE,
)
# What a secret is called, a part that all of its kind hold (looked for first: it is fast), and the whole pattern.
SECRETS = (
    ("a private key", (b"PRIVATE KEY",), rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    ("a token of GitHub", (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_", b"github_pat_"),
     rb"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60})"),
    ("a token of GitLab", (b"glpat-",), rb"\bglpat-[A-Za-z0-9_-]{20}"),
    ("a key of Amazon", (b"AKIA", b"ASIA"), rb"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    ("a key of Google", (b"AIza",), rb"\bAIza[A-Za-z0-9_-]{35}"),
    ("a token of Slack", (b"xox",), rb"\bxox[abprs]-[A-Za-z0-9-]{10,}"),
    ("a key of Stripe", (b"k_live_",), rb"\b[rs]k_live_[A-Za-z0-9]{16,}"),
    ("a token of npm or PyPI", (b"npm_", b"pypi-"), rb"\b(?:npm_[A-Za-z0-9]{36}|pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{20,})"),
    ("an address with a password", (b"@",), rb"://[^\s/:@\"'<>]{1,64}:[^\s/:@\"'<>]{1,64}@[A-Za-z0-9]"),
)  # fmt: skip
TEXT = (".html", ".xml", ".txt", ".css", ".js", ".json", ".svg", ".ics", ".webmanifest", ".csv")


def find_leaks(path: str, data: bytes, root: Path) -> Iterator[str]:
    """Sentences about what must not leave in one file. `root`: the project's folder, whose path is nobody's business."""
    if PRIVATE_NAMES.search(path):
        yield f"{path} is not a file for readers but one that a person or program works with. Take it away."
    if path.endswith(TEXT):
        for name, parts, pattern in SECRETS:
            found = any(part in data for part in parts) and re.search(pattern, data)
            if found:
                line = data.count(b"\n", 0, found.start()) + 1
                yield (
                    f"{path}:{line} holds {name}. Take it out of the text, and have it revoked: it counts as known to others "
                    "once it was in git."
                )
        if str(root).encode() in data and len(root.parts) > 2:
            yield f"{path} names a folder of this computer ({root}). Take that out of the text."
    kind = picture_metadata(data)
    if kind:
        yield (
            f"{path} holds {kind}, which can tell place, time, device or name. Save the picture without it, or as a new "
            "picture (a screenshot will do), and build again."
        )


NEEDED = ("index.html", "404.html", "feeds/all.atom.xml", "sitemap.xml", "robots.txt")
LARGEST_SITE = 1_000_000_000  # bytes; GitHub Pages serves no more
LARGEST_FILE = 100_000_000  # bytes; GitHub takes no larger file
MAY_LOSE = 0.1  # of the published pages, without being named
MAY_LOSE_ALWAYS = 3  # pages; a small site may lose so many
LONGEST_NAME, LONGEST_PATH = 255, 1000  # bytes
RESERVED = {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))}
UNSAFE = set('<>:"|?*\\')


def check_site(folder: Path, object_format: str, root: Path, kept_back: Iterable[str] = ()) -> dict[str, SiteFile]:
    """The files of the built site in `folder`, after every check that needs no published site.

    `kept_back`: addresses of drafts and texts of a later day, such as `calls/march/`. Raises PublishError.
    """
    if not folder.is_dir():
        raise PublishError(f"{folder} is no folder with a built site. Build it first: `python3 tasks.py build`.")
    refuse([*bad_names(folder), *missing_files(folder)])
    found: list[str] = []
    files = hash_files(folder, object_format, lambda path, data: found.extend(find_leaks(path, data, root)))
    refuse([*found, *too_large(files), *drafts(files, kept_back)])
    return files


def refuse(sentences: list[str], most: int = 10) -> None:
    """Raise PublishError with the first of `sentences`, if there are any."""
    if sentences:
        rest = [f"… and {len(sentences) - most} more of this kind."] if len(sentences) > most else []
        raise PublishError("\n".join(["Nothing was published:", *sentences[:most], *rest]))


def missing_files(folder: Path) -> Iterator[str]:
    """What every whole site has."""
    for name in NEEDED:
        path = folder / name
        if not path.is_file() or not path.stat().st_size:
            yield f"{folder.name}/{name} is missing or empty, so this is not the whole site. Build it again."


def bad_names(folder: Path) -> Iterator[str]:
    """Links, dotfiles and names that git, a host or another system cannot take."""
    seen: dict[str, str] = {}
    for path in walk_files(folder):
        shown = f"{folder.name}/{path.encode(errors='backslashreplace').decode()}"
        why = name_problem(path)
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


def name_problem(path: str) -> str:
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


def too_large(files: Mapping[str, SiteFile]) -> Iterator[str]:
    for file in files.values():
        if file.size > LARGEST_FILE:
            yield f"{file.path} has {file.size:,} bytes, and the host takes no file above {LARGEST_FILE:,}. Make it smaller."
    total = sum(file.size for file in files.values())
    if total > LARGEST_SITE:
        yield f"The site has {total:,} bytes, and the host serves at most {LARGEST_SITE:,}. Make pictures smaller."


def drafts(files: Mapping[str, SiteFile], kept_back: Iterable[str]) -> Iterator[str]:
    for address in kept_back:
        for path in files:
            if f"/{path}".find(f"/{address}") >= 0:
                yield f"{path} belongs to a draft or to a text of a later day. Build with `publishconf.py`, as `publish` does."


def check_losses(change: SiteDiff, published: Iterable[str], removed: Iterable[str], allowed: bool) -> None:
    """Refuse a site that lost too many pages, or a feed. `removed`: addresses taken away on purpose, with all below."""
    named = tuple(f"/{address.strip('/')}/" for address in removed)
    unnamed = [path for path in change.removed if not f"{page_address(path)}/".startswith(named)] if named else change.removed
    gone = sorted(page_address(path) for path in unnamed if is_page(path))
    feeds = [path for path in unnamed if path.endswith(".atom.xml")]
    pages = sum(map(is_page, published))
    if allowed or not feeds and len(gone) <= max(MAY_LOSE_ALWAYS, MAY_LOSE * pages):
        return
    what = f"{count_pages(len(gone))} of {pages} would go, such as {', '.join(gone[:3])}"
    if len(gone) <= max(MAY_LOSE_ALWAYS, MAY_LOSE * pages):
        what = f"the feed {feeds[0]} would go, and its readers would hear nothing more"
    raise PublishError(
        f"Nothing was published: {what}. If a folder of texts is missing by mistake, bring it back. If they should go, name "
        "them (--removed ADDRESS) or allow it with --allow-loss."
    )


def manifest_differences(files: Mapping[str, SiteFile], listed: Mapping) -> list[str]:
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
