"""A local server that serves a folder like a static host, for the scripts and the tests."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without logging, with the media type of web app manifests."""

    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".webmanifest": "application/manifest+json"}

    def log_message(self, *args) -> None:
        pass


@contextlib.contextmanager
def running(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    """Answer requests with `handler` on a free port that only this machine can reach; yields the URL without a slash at the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def serve_folder(
    folder: Path, handler: type[SimpleHTTPRequestHandler] = QuietHandler
) -> contextlib.AbstractContextManager[str]:
    """Serve `folder` like a static host, as `running` does."""
    return running(functools.partial(handler, directory=str(folder)))
