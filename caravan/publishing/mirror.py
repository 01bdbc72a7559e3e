"""`mirror`: the public site as a folder and a zip, for another web host or, with links that need no host, for a USB stick."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import json
import re
import shutil
import tempfile
import zipfile
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from markupsafe import Markup

from caravan.site import placing
from caravan.site.languages import Language
from caravan.site.printing import Theme
from caravan.site.styles import content_security_policy

from . import guard, manifest, verify
from .files import walk
from .links import offline

START = "START-HERE.html"
VERIFIER = "verify.py"
STYLE, FONT = re.compile(r"(?<=<style>).*?(?=</style>)", re.DOTALL), re.compile(r"(?<=url\()[^)]*\.woff2(?=\))")
PRELOAD = re.compile(r'<link rel="preload"[^>]*>')


@dataclasses.dataclass(frozen=True)
class About:
    """What the page of instructions says. `languages`: codes, the home language first."""

    name: str
    languages: tuple[str, ...]
    theme: Path


def mirror(site: Path, target: Path, about: About, without_host: bool) -> tuple[Path, Path]:
    """Write the built public site in `site` as a folder and a zip below `target`; returns both paths.

    `without_host`: links end in index.html, and a page of instructions and the verifier lie beside. Raises PublishError
    for a site that must not leave, OutputError for a target that holds something else.
    """
    files = guard.checked(site, "sha1", Path(manifest.__file__).resolve().parents[2])
    listed = json.loads((site / verify.NAME).read_bytes())
    guard.refuse(guard.matches(files, listed))
    kind = "offline" if without_host else "site"
    folder, archive = target / kind, target / f"{about.name.lower()}-{listed['day']}-{kind}.zip"
    before = placing.owned(folder)
    if archive.exists() and not is_copy(archive):
        raise placing.OutputError(f"{archive} is no copy of this site, so nothing was written. Move it, or name another folder.")
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".mirror-", dir=target) as place:
        fresh = Path(place) / "fresh"
        shutil.copytree(site, fresh)
        if without_host:
            take_along(fresh, listed, about)
        packed = Path(place) / "packed.zip"
        pack(fresh, packed, f"{about.name.lower()}-{listed['day']}", listed["day"])
        placing.put(fresh, folder, inputs_of(listed), manifest.hashes(fresh), before)
        packed.replace(archive)
    return folder, archive


def take_along(folder: Path, listed: dict, about: About) -> None:
    """Turn the copy of a site into one that needs no host, with a manifest of its own."""
    names = set(walk(folder))
    root = urlsplit(listed["address"]).path.rstrip("/") + "/"
    for name in sorted(names):
        if name.endswith(".html"):
            path = folder / name
            page = path.read_bytes().decode()
            path.write_bytes(with_font(offline(page, name, names, root), folder).encode())
    for name in verify.HOST_FILES:
        (folder / name).unlink(missing_ok=True)
    shutil.copyfile(verify.__file__, folder / VERIFIER)
    (folder / START).write_bytes(with_font(instructions(listed, about), folder).encode())
    manifest.write(folder, inputs_of(listed))


def inputs_of(listed: dict) -> manifest.Inputs:
    """What the manifest `listed` says that its site was made from."""
    source = listed["source"]
    return manifest.Inputs(
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


def instructions(listed: dict, about: About) -> str:
    """The page that says how to use the copy, in every language of the site."""
    theme, day = Theme(about.theme), datetime.date.fromisoformat(listed["day"])
    notes = []
    for code in about.languages:
        language = Language(code)
        home = "index.html" if code == about.languages[0] else f"{code}/index.html"
        view = {"name": about.name, "day": language.date(day), "address": listed["address"], "verifier": VERIFIER, "home": home}
        body = theme.print("offline_note.html", code, view)
        notes.append({"lang": code, "direction": language.direction, "body": Markup(body)})  # noqa: S704 - printed by our own template
    first = Language(about.languages[0])
    view = {"page_lang": first.code, "direction": first.direction, "title": about.name, "notes": notes}
    return theme.print("offline.html", first.code, view)


def pack(folder: Path, archive: Path, name: str, day: str) -> None:
    """A zip with everything below one folder `name`; the same files make the same zip."""
    moment = (*datetime.date.fromisoformat(max(day, "1980-01-01")).timetuple()[:3], 0, 0, 0)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path in walk(folder):
            about = zipfile.ZipInfo(f"{name}/{path}", moment)
            about.external_attr, about.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
            packed.writestr(about, (folder / path).read_bytes())
