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

from . import building


@contextlib.contextmanager
def site(root: Path, folder: str = "") -> Iterator[Path]:
    """The built public site in `folder`; without one it is built for the time of use."""
    if folder:
        if not (Path(folder) / "index.html").is_file():
            raise Exit(f"{folder} holds no built site; `python3 tasks.py build --folder {folder}` makes one.")
        yield Path(folder)
        return
    with tempfile.TemporaryDirectory(prefix="site-") as place:
        settings = building.configured(root / "publishconf.py", Path(place) / "site")
        settings["STORE_PATH"] = None  # a look leaves no trace in what builds remember
        building.run(settings, quiet=True)
        yield Path(place) / "site"


def languages(root: Path) -> tuple[str, tuple[str, ...]]:
    """The language whose addresses have no prefix, and all languages of the site."""
    settings = building.configured(root / "publishconf.py", root / "output")
    return settings["HOME_LANGUAGE"], tuple(settings["LANGUAGES"])


class Quiet(SimpleHTTPRequestHandler):
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".webmanifest": "application/manifest+json"}

    def log_message(self, *args) -> None:
        pass


@contextlib.contextmanager
def served(folder: Path, handler: type[SimpleHTTPRequestHandler] = Quiet) -> Iterator[str]:
    """Serve `folder` on a free port of this machine alone; yields the address without a slash."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder)))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
