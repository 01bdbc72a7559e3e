"""A built site to look at: made for the time of use, and served as a host would serve it."""

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


@contextlib.contextmanager
def built_site(root: Path, folder: str = "") -> Iterator[Path]:
    """The built public site in `folder`; without one it is built for the time of use."""
    if folder:
        if not (Path(folder) / "index.html").is_file():
            raise Exit(f"{folder} holds no built site; `python3 tasks.py build --folder {folder}` makes one.")
        yield Path(folder)
        return
    with tempfile.TemporaryDirectory(prefix="site-") as place:
        settings = command.load_settings(root / "publishconf.py", Path(place) / "site")
        settings["STORE_PATH"] = None  # a look leaves no trace in what builds remember
        command.run_build(settings, quiet=True)
        yield Path(place) / "site"


def site_languages(root: Path) -> tuple[str, tuple[str, ...]]:
    """The language whose addresses have no prefix, and all languages of the site."""
    settings = command.load_settings(root / "publishconf.py", root / "output")
    return settings["HOME_LANGUAGE"], tuple(settings["LANGUAGES"])


class QuietHandler(SimpleHTTPRequestHandler):
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".webmanifest": "application/manifest+json"}

    def log_message(self, *args) -> None:
        pass


@contextlib.contextmanager
def serve_folder(folder: Path, handler: type[SimpleHTTPRequestHandler] = QuietHandler) -> Iterator[str]:
    """Serve `folder` on a free port of this machine alone; yields the address without a slash."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder)))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
