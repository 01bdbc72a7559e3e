"""Copies of the built site as a folder and a zip, for another web host or, offline, for a USB stick.

A web server answers a request for a folder with its index.html; a browser that opens local files does not. So the offline
copy links to files, and its pages contain their font. Everything else in a page is as on the public site.
"""

from __future__ import annotations

import base64
import datetime
import posixpath
import shutil
import tempfile
import zipfile
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote, urljoin, urlsplit

import lxml.html
from markupsafe import Markup

from caravan.build import manifest, output, verify
from caravan.publishing import guard
from caravan.publishing.site_files import walk_files
from caravan.site.i18n import Language
from caravan.site.templates import Theme, content_security_policy

ROOT = Path(__file__).resolve().parents[2]
START_PAGE = "START-HERE.html"
VERIFIER = "verify.py"
FONT_SUFFIX = ".woff2"


def write_mirror(site: Path, target: Path, settings: dict, offline: bool) -> tuple[Path, Path]:
    """Write the built public site in `site` as a folder and a zip below `target`, in place of the old ones; returns both paths.

    `settings`: those of the site. `offline`: links lead to files, and a start page and the verifier are added. Raises
    PublishError if the site fails the checks of `guard`, OutputError if `target` contains other files.
    """
    _files, site_manifest = guard.check_site(site, ROOT)
    kind, name = "offline" if offline else "site", f"{settings['SITENAME'].lower()}-{site_manifest['day']}"
    folder, archive = target / kind, target / f"{name}-{kind}.zip"
    previous = output.owned_files(folder)
    if archive.exists() and not is_mirror_archive(archive):
        raise output.OutputError(f"{archive} is not a copy of this site, so nothing was written. Move it, or name another folder.")
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".mirror-", dir=target) as temporary:
        copy = Path(temporary) / "fresh"
        shutil.copytree(site, copy)
        if offline:
            make_offline(copy, site_manifest, settings)
        inputs = {name: site_manifest[name] for name in manifest.INPUTS}
        manifest.write_manifest(copy, inputs)
        new_archive = Path(temporary) / "packed.zip"
        write_zip(copy, new_archive, name, site_manifest["day"])
        (copy / manifest.NAME).unlink()  # `sync` writes it
        output.sync(copy, folder, inputs, manifest.hashes(copy), previous)
        new_archive.replace(archive)
    return folder, archive


def is_mirror_archive(path: Path) -> bool:
    """Whether the file is a zip that contains a copy of a site."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.count("/") == 1 and name.endswith(f"/{manifest.NAME}") for name in archive.namelist())
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


def make_offline(folder: Path, site_manifest: dict, settings: dict) -> None:
    """Change the copy of a site in `folder` so that it works without a host. Its manifest has to be written anew."""
    names = set(walk_files(folder))
    root = urlsplit(site_manifest["address"]).path.rstrip("/") + "/"
    (folder / START_PAGE).write_bytes(start_page(site_manifest, settings).encode())
    for name in (START_PAGE, *names):
        if name.endswith(".html"):
            page = (folder / name).read_bytes().decode()
            (folder / name).write_bytes(offline_page(page, name, names, folder, root).encode())
    for name in manifest.HOST_FILES:
        (folder / name).unlink(missing_ok=True)
    shutil.copyfile(verify.__file__, folder / VERIFIER)


def start_page(site_manifest: dict, settings: dict) -> str:
    """The page with instructions for using the copy, in every language of the site."""
    theme, day = Theme(Path(settings["THEME"])), datetime.date.fromisoformat(site_manifest["day"])
    first, name, notes = Language(settings["DEFAULT_LANG"]), settings["SITENAME"], []
    for language in (first, *(Language(code) for code in settings["LANGUAGES"] if code != first.code)):
        home = "index.html" if language == first else f"{language.code}/index.html"
        view = {"name": name, "day": language.date(day), "address": site_manifest["address"], "verifier": VERIFIER, "home": home}
        body = Markup(theme.render("offline_note.html", language.code, view))  # noqa: S704 - from our template
        notes.append({"lang": language.code, "direction": language.direction, "body": body})
    view = {"page_lang": first.code, "direction": first.direction, "title": name, "notes": notes}
    return theme.render("offline.html", first.code, view)


def offline_page(page: str, path: str, files: Collection[str], folder: Path, root: str) -> str:
    """The HTML `page` at `path` with links to files instead of folders, and its font as a data: URL.

    Browsers treat another local file as another origin: Chromium refuses to preload it, Firefox refuses it as a font. `files`: the paths
    of all files below `folder`. `root`: the URL path of the site on its host, with which the links in 404.html start.
    """

    def new_link(link: str) -> str:
        if link.endswith(FONT_SUFFIX):
            font = (folder / "theme" / PurePosixPath(link).name).read_bytes()
            return f"data:font/woff2;base64,{base64.b64encode(font).decode()}"
        return file_link(link, path, files, root)

    tree = lxml.html.document_fromstring(page)
    for preload in tree.xpath("//link[@rel='preload']"):
        preload.drop_tree()
    public_policy = content_security_policy(tree.xpath("string(//style)"))
    tree.rewrite_links(new_link, resolve_base_href=False)  # also url() in the style sheet
    policy = content_security_policy(tree.xpath("string(//style)")).replace("font-src 'self'", "font-src data:")
    for meta in tree.xpath("//meta[@http-equiv='Content-Security-Policy']"):
        meta.set("content", meta.get("content").replace(public_policy, policy))
    return lxml.html.tostring(tree, doctype="<!doctype html>", encoding="unicode")


def file_link(link: str, path: str, files: Collection[str], root: str) -> str:
    """`link` on the page at `path`, changed to the file that a host would serve; other links stay unchanged."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return link
    target = urljoin(root + path, parts.path)
    if parts.scheme or parts.netloc or not parts.path or not target.startswith(root):
        return link
    name = unquote(target.removeprefix(root))
    if name not in files:
        name = posixpath.join(name, "index.html")
    if name not in files:
        return link
    relative = posixpath.relpath(name, posixpath.dirname(path) or ".")
    return parts._replace(path=quote(relative)).geturl()
