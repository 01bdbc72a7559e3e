"""Copies of the built site as a folder and a zip, for another web host or, offline, for a USB stick.

A web server answers a request for a folder with its index.html; a browser that opens local files does not. So the offline
copy links to files. Only attribute values and the font change there, so every other byte of a page equals the public site.
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
START_PAGE = "START-HERE.html"
VERIFIER = "verify.py"
STYLE, FONT = re.compile(r"(?<=<style>).*?(?=</style>)", re.DOTALL), re.compile(r"(?<=url\()[^)]*\.woff2(?=\))")
PRELOAD = re.compile(r'<link rel="preload"[^>]*>')


@dataclasses.dataclass(frozen=True)
class MirrorInfo:
    """What the copy says about itself: the site's name, its language codes (the home language first), the theme's folder."""

    name: str
    languages: tuple[str, ...]
    theme: Path


def write_mirror(site: Path, target: Path, info: MirrorInfo, offline: bool) -> tuple[Path, Path]:
    """Write the built public site in `site` as a folder and a zip below `target`; returns both paths.

    `offline`: links lead to files, and a start page and the verifier are added. Raises PublishError if the site fails the
    checks of `guard`, OutputError if `target` contains other files.
    """
    files = guard.check_site(site, "sha1", Path(manifest.__file__).resolve().parents[2])
    site_manifest = json.loads((site / verify.NAME).read_bytes())
    guard.refuse(guard.manifest_differences(files, site_manifest))
    kind, name = "offline" if offline else "site", f"{info.name.lower()}-{site_manifest['day']}"
    folder, archive = target / kind, target / f"{name}-{kind}.zip"
    previous = output.owned_files(folder)
    if archive.exists() and not is_mirror_archive(archive):
        raise output.OutputError(
            f"{archive} is not a copy of this site, so nothing was written. Move it, or name another folder."
        )
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".mirror-", dir=target) as temporary:
        copy = Path(temporary) / "fresh"
        shutil.copytree(site, copy)
        if offline:
            make_offline(copy, site_manifest, info)
        new_archive = Path(temporary) / "packed.zip"
        write_zip(copy, new_archive, name, site_manifest["day"])
        output.sync(copy, folder, inputs_from_manifest(site_manifest), manifest.hashes(copy), previous)
        new_archive.replace(archive)
    return folder, archive


def inputs_from_manifest(site_manifest: dict) -> manifest.BuildInputs:
    """The inputs of the build that wrote `site_manifest`."""
    source = site_manifest["source"]
    return manifest.BuildInputs(
        site_manifest["address"], site_manifest["day"], source["commit"], source["changed"], source["repository"],
        tuple(site_manifest["packages"].items()),
    )  # fmt: skip


def is_mirror_archive(path: Path) -> bool:
    """Whether the file is a zip that contains a copy of a site."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.count("/") == 1 and name.endswith(f"/{verify.NAME}") for name in archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def write_zip(folder: Path, path: Path, name: str, day: str) -> None:
    """Write the files of `folder` to a zip, below one folder `name`. The same files and day give the same bytes."""
    time = (*datetime.date.fromisoformat(max(day, "1980-01-01")).timetuple()[:3], 0, 0, 0)  # zip has no earlier year
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in walk_files(folder):
            entry = zipfile.ZipInfo(f"{name}/{file}", time)
            entry.external_attr, entry.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(entry, (folder / file).read_bytes())


def make_offline(folder: Path, site_manifest: dict, info: MirrorInfo) -> None:
    """Change the copy of a site in `folder` so that it works without a host, and write a manifest for it."""
    names = set(walk_files(folder))
    root = urlsplit(site_manifest["address"]).path.rstrip("/") + "/"
    for name in sorted(names):
        if name.endswith(".html"):
            path = folder / name
            page = path.read_bytes().decode()
            path.write_bytes(embed_font(offline_html(page, name, names, root), folder).encode())
    for name in verify.HOST_FILES:
        (folder / name).unlink(missing_ok=True)
    shutil.copyfile(verify.__file__, folder / VERIFIER)
    (folder / START_PAGE).write_bytes(embed_font(start_page(site_manifest, info), folder).encode())
    manifest.write_manifest(folder, inputs_from_manifest(site_manifest))


def start_page(site_manifest: dict, info: MirrorInfo) -> str:
    """The page with instructions for using the copy, in every language of the site."""
    theme, day = Theme(info.theme), datetime.date.fromisoformat(site_manifest["day"])
    notes = []
    for code in info.languages:
        language = Language(code)
        home = "index.html" if code == info.languages[0] else f"{code}/index.html"
        view = {
            "name": info.name, "day": language.date(day), "address": site_manifest["address"], "verifier": VERIFIER, "home": home,
        }  # fmt: skip
        body = theme.render("offline_note.html", code, view)
        notes.append({"lang": code, "direction": language.direction, "body": Markup(body)})  # noqa: S704 - from our template
    first = Language(info.languages[0])
    view = {"page_lang": first.code, "direction": first.direction, "title": info.name, "notes": notes}
    return theme.render("offline.html", first.code, view)


def embed_font(page: str, folder: Path) -> str:
    """The HTML of a page of the copy in `folder`, with its font as a data: URL in the style sheet.

    Browsers treat another local file as another origin: Chromium refuses to preload it, Firefox refuses it as a font.
    """
    style = STYLE.search(page)
    font = style and FONT.search(style[0])
    if not font:
        return page
    data = base64.b64encode((folder / "theme" / PurePosixPath(font[0]).name).read_bytes()).decode()
    css = style[0].replace(font[0], f"data:font/woff2;base64,{data}")
    policy = content_security_policy(css).replace("font-src 'self'", "font-src data:")
    return PRELOAD.sub("", page.replace(content_security_policy(style[0]), policy).replace(style[0], css))


def offline_html(page: str, path: str, files: Collection[str], root: str = "/") -> str:
    """The HTML `page` at `path` with links to files instead of folders.

    `files`: all paths of the site. `root`: the URL path of the site on its host; links in 404.html start with it.
    """

    def replace_link(link: str) -> str:
        return file_link(link, path, files, root)

    finder = LinkFinder(replace_link)
    finder.feed(page)
    finder.close()
    line_starts = [0]
    for line in page.split("\n"):
        line_starts.append(line_starts[-1] + len(line) + 1)
    for (line, column), old, new in reversed(finder.changes):
        start = line_starts[line - 1] + column
        page = page[:start] + new + page[start + len(old) :]
    return page


class LinkFinder(HTMLParser):
    """Collects the start tags whose links change: position (line, column), old text, new text."""

    def __init__(self, replace_link: Callable[[str], str]):
        super().__init__(convert_charrefs=True)
        self.replace_link = replace_link
        self.changes: list[tuple[tuple[int, int], str, str]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        names = (
            ["content"] if tag == "meta" and dict(attributes).get("http-equiv", "").lower() == "refresh" else ["href", "src"]
        )
        old = new = self.get_starttag_text()
        for name in names:
            new = ATTRIBUTES[name].sub(self.replace_attribute, new, count=1)
        if new != old:
            self.changes.append((self.getpos(), old, new))

    def replace_attribute(self, match: re.Match) -> str:
        old = html.unescape(match[1][1:-1])
        refresh = REFRESH.fullmatch(old)
        new = refresh[1] + self.replace_link(refresh[2]) if refresh else self.replace_link(old)
        return match[0] if new == old else match[0].replace(match[1], f'"{html.escape(new)}"')


def file_link(link: str, path: str, files: Collection[str], root: str) -> str:
    """`link` on the page at `path`, changed to the file that a host would serve; links to other sites stay unchanged."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return link
    if parts.scheme or parts.netloc or not parts.path:
        return link
    folder = posixpath.dirname(path)
    if parts.path.startswith("/"):
        if not parts.path.startswith(root):
            return link
        target, relative = unquote(parts.path.removeprefix(root)), ""
    else:
        target, relative = posixpath.normpath(posixpath.join(folder, unquote(parts.path))), parts.path
        target = "" if target == "." else target
    page = posixpath.join(target, "index.html")
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    if target not in files and page in files:
        return (posixpath.join(relative, "index.html") if relative else posixpath.relpath(page, folder or ".")) + fragment
    if target in files and not relative:
        return posixpath.relpath(target, folder or ".") + fragment
    return link
