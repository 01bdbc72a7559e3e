"""A temporary build of the site, and a local server that serves it like a static host."""

from __future__ import annotations

import contextlib
import functools
import tempfile
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from invoke import Exit

from caravan.build import command
from caravan.reading.schema import ARTICLE_KINDS


@contextlib.contextmanager
def built_site(root: Path, folder: str = "") -> Iterator[Path]:
    """The folder of a built public site: `folder`, or a temporary build. Raises Exit if `folder` holds no site."""
    if folder:
        if not (Path(folder) / "index.html").is_file():
            raise Exit(f"{folder} holds no built site. Build one with `python3 tasks.py build --folder {folder}`.")
        yield Path(folder)
        return
    with tempfile.TemporaryDirectory(prefix="site-") as temporary:
        settings = command.load_settings(root / "publishconf.py", Path(temporary) / "site")
        settings["STORE_PATH"] = None  # leave the cache of real builds alone
        command.run_build(settings, quiet=True)
        yield Path(temporary) / "site"


def longest_articles(site: Path) -> dict[str, str]:
    """The address of the longest article of each kind in a built site, in the language whose URLs have no prefix.

    A kind without articles is left out.
    """
    longest = {}
    for kind in ARTICLE_KINDS:
        pages = sorted((site / kind).glob("*/index.html"), key=lambda path: (-path.stat().st_size, path))
        if pages:
            longest[kind] = f"{kind}/{pages[0].parent.name}/"
    return longest


def site_languages(root: Path) -> tuple[str, tuple[str, ...]]:
    """The language without a prefix in URLs, and all languages of the site."""
    settings = command.load_settings(root / "publishconf.py", root / "output")
    return settings["DEFAULT_LANG"], tuple(settings["LANGUAGES"])


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without logging, with the media type of web app manifests."""

    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".webmanifest": "application/manifest+json"}

    def log_message(self, *args) -> None:
        pass


@contextlib.contextmanager
def serve_folder(folder: Path, handler: type[SimpleHTTPRequestHandler] = QuietHandler) -> Iterator[str]:
    """Serve `folder` on a free port that only this machine can reach; yields the URL without a slash at the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder)))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
