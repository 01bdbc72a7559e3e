"""Links that work without a host: where a host shows a folder's page, a USB stick needs the name `index.html`.

Only the values inside tags are changed, at their places in the page; every other byte stays as it was published.

`mirror`: the public site as a folder and a zip, for another web host or, with links that need no host, for a USB stick.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime
import html
import json
import posixpath
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Collection
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from markupsafe import Markup

from caravan.build import manifest, output, verify
from caravan.publishing import guard
from caravan.publishing.site_files import walk_files
from caravan.site.i18n import Language
from caravan.site.templates import Theme, content_security_policy

VALUE = r"""\s{name}\s*=\s*("[^"]*"|'[^']*')"""
ATTRIBUTES = {name: re.compile(VALUE.format(name=name), re.IGNORECASE) for name in ("href", "src", "content")}
REFRESH = re.compile(r"(\s*\d+\s*;\s*url=)(.*)", re.IGNORECASE | re.DOTALL)


def offline_html(page: str, path: str, files: Collection[str], root: str = "/") -> str:
    """The text of the page at `path`, with links that lead to files. `files`: all paths of the site; `root`: the path of
    the site on its host, with which a page for every address (404) starts its links."""

    def mended(link: str) -> str:
        return file_link(link, path, files, root)

    finder = LinkFinder(mended)
    finder.feed(page)
    finder.close()
    lines = [0]
    for line in page.split("\n"):
        lines.append(lines[-1] + len(line) + 1)
    for (line, column), before, after in reversed(finder.changes):
        start = lines[line - 1] + column
        page = page[:start] + after + page[start + len(before) :]
    return page


class LinkFinder(HTMLParser):
    """Finds the tags whose links change: where, what stands there, and what should."""

    def __init__(self, mended: Callable[[str], str]):
        super().__init__(convert_charrefs=True)
        self.mended = mended
        self.changes: list[tuple[tuple[int, int], str, str]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        names = ["content"] if tag == "meta" and dict(attributes).get("http-equiv", "").lower() == "refresh" else ["href", "src"]
        before = after = self.get_starttag_text()
        for name in names:
            after = ATTRIBUTES[name].sub(self.value, after, count=1)
        if after != before:
            self.changes.append((self.getpos(), before, after))

    def value(self, found: re.Match) -> str:
        old = html.unescape(found[1][1:-1])
        refresh = REFRESH.fullmatch(old)
        new = refresh[1] + self.mended(refresh[2]) if refresh else self.mended(old)
        return found[0] if new == old else found[0].replace(found[1], f'"{html.escape(new)}"')


def file_link(link: str, path: str, files: Collection[str], root: str) -> str:
    """`link` of the page at `path`, led to the file that a host would answer with; foreign links stay as they are."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return link
    if parts.scheme or parts.netloc or not parts.path:
        return link
    here = posixpath.dirname(path)
    if parts.path.startswith("/"):
        if not parts.path.startswith(root):
            return link
        target, shown = unquote(parts.path.removeprefix(root)), ""
    else:
        target, shown = posixpath.normpath(posixpath.join(here, unquote(parts.path))), parts.path
        target = "" if target == "." else target
    page = posixpath.join(target, "index.html")
    rest = f"#{parts.fragment}" if parts.fragment else ""
    if target not in files and page in files:
        return (posixpath.join(shown, "index.html") if shown else posixpath.relpath(page, here or ".")) + rest
    if target in files and not shown:
        return posixpath.relpath(target, here or ".") + rest
    return link


START = "START-HERE.html"
VERIFIER = "verify.py"
STYLE, FONT = re.compile(r"(?<=<style>).*?(?=</style>)", re.DOTALL), re.compile(r"(?<=url\()[^)]*\.woff2(?=\))")
PRELOAD = re.compile(r'<link rel="preload"[^>]*>')


@dataclasses.dataclass(frozen=True)
class MirrorInfo:
    """What the page of instructions says. `languages`: codes, the home language first."""

    name: str
    languages: tuple[str, ...]
    theme: Path


def write_mirror(site: Path, target: Path, about: MirrorInfo, without_host: bool) -> tuple[Path, Path]:
    """Write the built public site in `site` as a folder and a zip below `target`; returns both paths.

    `without_host`: links end in index.html, and a page of instructions and the verifier lie beside. Raises PublishError
    for a site that must not leave, OutputError for a target that holds something else.
    """
    files = guard.check_site(site, "sha1", Path(manifest.__file__).resolve().parents[2])
    listed = json.loads((site / verify.NAME).read_bytes())
    guard.refuse(guard.manifest_differences(files, listed))
    kind = "offline" if without_host else "site"
    folder, archive = target / kind, target / f"{about.name.lower()}-{listed['day']}-{kind}.zip"
    before = output.owned_files(folder)
    if archive.exists() and not is_copy(archive):
        raise output.OutputError(f"{archive} is no copy of this site, so nothing was written. Move it, or name another folder.")
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".mirror-", dir=target) as place:
        fresh = Path(place) / "fresh"
        shutil.copytree(site, fresh)
        if without_host:
            make_offline(fresh, listed, about)
        packed = Path(place) / "packed.zip"
        write_zip(fresh, packed, f"{about.name.lower()}-{listed['day']}", listed["day"])
        output.sync(fresh, folder, inputs_of(listed), manifest.hashes(fresh), before)
        packed.replace(archive)
    return folder, archive


def make_offline(folder: Path, listed: dict, about: MirrorInfo) -> None:
    """Turn the copy of a site into one that needs no host, with a manifest of its own."""
    names = set(walk_files(folder))
    root = urlsplit(listed["address"]).path.rstrip("/") + "/"
    for name in sorted(names):
        if name.endswith(".html"):
            path = folder / name
            page = path.read_bytes().decode()
            path.write_bytes(with_font(offline_html(page, name, names, root), folder).encode())
    for name in verify.HOST_FILES:
        (folder / name).unlink(missing_ok=True)
    shutil.copyfile(verify.__file__, folder / VERIFIER)
    (folder / START).write_bytes(with_font(instructions(listed, about), folder).encode())
    manifest.write_manifest(folder, inputs_of(listed))


def inputs_of(listed: dict) -> manifest.BuildInputs:
    """What the manifest `listed` says that its site was made from."""
    source = listed["source"]
    return manifest.BuildInputs(
        listed["address"], listed["day"], source["commit"], source["changed"], source["repository"],
        tuple(listed["packages"].items()),
    )  # fmt: skip


def is_copy(archive: Path) -> bool:
    """Whether `archive` is a zip of a copy of the site."""
    try:
        with zipfile.ZipFile(archive) as packed:
            return any(name.count("/") == 1 and name.endswith(f"/{verify.NAME}") for name in packed.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def with_font(page: str, folder: Path) -> str:
    """A page of the copy in `folder`, with its font inside: a browser lets no page of a folder fetch fonts.

    The request of another file counts as one to another origin, which Chromium refuses to a preload and Firefox to any font.
    """
    style = STYLE.search(page)
    font = style and FONT.search(style[0])
    if not font:
        return page
    data = base64.b64encode((folder / "theme" / PurePosixPath(font[0]).name).read_bytes()).decode()
    css = style[0].replace(font[0], f"data:font/woff2;base64,{data}")
    policy = content_security_policy(css).replace("font-src 'self'", "font-src data:")
    return PRELOAD.sub("", page.replace(content_security_policy(style[0]), policy).replace(style[0], css))


def instructions(listed: dict, about: MirrorInfo) -> str:
    """The page that says how to use the copy, in every language of the site."""
    theme, day = Theme(about.theme), datetime.date.fromisoformat(listed["day"])
    notes = []
    for code in about.languages:
        language = Language(code)
        home = "index.html" if code == about.languages[0] else f"{code}/index.html"
        view = {"name": about.name, "day": language.date(day), "address": listed["address"], "verifier": VERIFIER, "home": home}
        body = theme.render("offline_note.html", code, view)
        notes.append({"lang": code, "direction": language.direction, "body": Markup(body)})  # noqa: S704 - printed by our own template
    first = Language(about.languages[0])
    view = {"page_lang": first.code, "direction": first.direction, "title": about.name, "notes": notes}
    return theme.render("offline.html", first.code, view)


def write_zip(folder: Path, archive: Path, name: str, day: str) -> None:
    """A zip with everything below one folder `name`; the same files make the same zip."""
    moment = (*datetime.date.fromisoformat(max(day, "1980-01-01")).timetuple()[:3], 0, 0, 0)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path in walk_files(folder):
            about = zipfile.ZipInfo(f"{name}/{path}", moment)
            about.external_attr, about.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
            packed.writestr(about, (folder / path).read_bytes())
