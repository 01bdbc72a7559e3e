"""The web server of the preview: renders pages on request, sends an event after each change, shows problems on pages."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

from jinja2 import Environment, FileSystemLoader

from caravan.preview.state import SiteView, problems_of
from caravan.reading.problems import Problem

EVENTS = "/_preview/events"
HOSTS = ("localhost", "127.0.0.1", "[::1]")
# Loaded now, since a git switch may remove the file.
MACROS = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True).get_template("preview.html").module


@dataclass(frozen=True)
class Snapshot:
    """What browsers see at one time. `number` differs for each snapshot, also for those of a restarted preview.

    `view`: None until the site could be loaded once.
    """

    number: int
    view: SiteView | None = None
    problems: tuple[Problem, ...] = ()

    def response(self, address: str) -> tuple[HTTPStatus, bytes, str]:
        """Status, body and media type for the path `address`, without a leading slash."""
        is_page = address == "" or address.endswith(("/", ".html"))
        problems = self.problems
        try:
            file = self.view.file(address, self.template("additions", problems)) if self.view else None
            if file:
                return HTTPStatus.OK, *file
            if is_page and self.view and not problems:
                return HTTPStatus.NOT_FOUND, *self.view.file("404.html", self.template("additions", ()))
        except Exception as error:  # noqa: BLE001 - the page shows what is wrong with it
            problems = tuple(dict.fromkeys((*problems_of(error), *problems)))
        if is_page:
            return HTTPStatus.OK, self.template("problem_page", problems).encode(), "text/html"
        return HTTPStatus.NOT_FOUND, b"Not found.", "text/plain"

    def template(self, name: str, problems: Iterable[Problem]) -> str:
        """The macro `name` of preview.html."""
        lines = [str(problem) if problem.path else problem.message for problem in problems]
        return getattr(MACROS, name)(lines, self.number)


class ServerState:
    """What the watcher passes to the server. `snapshot`: the newest; `loading` until the site could be loaded once."""

    def __init__(self):
        self.loading = Snapshot(time.time_ns() // 1_000_000, problems=(Problem("", 0, "The site is still being loaded."),))
        self.snapshot = self.loading
        self.closed = False
        self.changed = threading.Condition()
        self.served = threading.Event()  # a page was sent since the last change

    def show(self, view: SiteView | None, problems: Iterable[Problem]) -> None:
        """Publish a new snapshot to all browsers, unless nothing has changed."""
        with self.changed:
            new = Snapshot(self.snapshot.number + 1, view, tuple(problems))
            if new != replace(self.snapshot, number=new.number):
                self.snapshot = new
                self.served.clear()
                self.changed.notify_all()

    def close(self) -> None:
        with self.changed:
            self.closed = True
            self.changed.notify_all()

    def wait(self, seen: Snapshot, seconds: float) -> Snapshot:
        """Wait for a snapshot other than `seen`, at most `seconds`; returns the newest one."""
        with self.changed:
            self.changed.wait_for(lambda: self.snapshot is not seen or self.closed, timeout=seconds)
            return self.snapshot


class PreviewServer(ThreadingHTTPServer):
    """A server that only this machine can reach, on `port`."""

    daemon_threads = True
    allow_reuse_address = os.name != "nt"  # on Windows, it would allow two servers on one port

    def __init__(self, port: int, state: ServerState):
        super().__init__(("127.0.0.1", port), PreviewHandler)
        self.state = state

    def handle_error(self, request, client_address) -> None:
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):  # a browser that hangs up is no error
            super().handle_error(request, client_address)


class PreviewHandler(BaseHTTPRequestHandler):
    """Serves the newest snapshot."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = unquote(self.path.partition("?")[0])
        if self.headers.get("Host", "").lower() not in [f"{host}:{self.server.server_port}" for host in HOSTS]:
            # A page of another site can resolve its own name to this machine, to read drafts (DNS rebinding).
            self.send(HTTPStatus.MISDIRECTED_REQUEST, b"The preview only answers at its own address.", "text/plain")
        elif path == EVENTS:
            self.send_events()
        else:
            state = self.server.state
            self.send(*state.wait(state.loading, seconds=60).response(path.removeprefix("/")))
            state.served.set()

    do_HEAD = do_GET

    def send(self, status: HTTPStatus, body: bytes, media_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_events(self) -> None:
        """Server-sent events: the number of the snapshot, at once, after each change, and every 15 seconds."""
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        snapshot = self.server.state.snapshot
        while not self.server.state.closed and self.command != "HEAD":
            self.wfile.write(f"data: {snapshot.number}\n\n".encode())
            self.wfile.flush()
            snapshot = self.server.state.wait(snapshot, seconds=15)

    def log_message(self, *args) -> None:
        pass
