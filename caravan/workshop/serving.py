"""The preview's web server: files of the built site, an event on every rebuild, problems in place of pages."""

from __future__ import annotations

import html
import threading
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

EVENTS = "/_preview/events"
# Only the preview adds this line to a page; the built files stay as they are.
SCRIPT = f"""<script>
addEventListener('pagehide', () => sessionStorage.setItem('at:' + location.pathname, scrollY));
addEventListener('pageshow', () => {{ const at = sessionStorage.getItem('at:' + location.pathname);
  if (at && !location.hash) scrollTo(0, +at) }});
let build; const events = new EventSource('{EVENTS}');
events.onmessage = event => {{ if (build && event.data !== build) location.reload(); build = event.data }};
</script>"""


class State:
    """What the builder tells the server. `problems` stand in place of every page while there are any."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.problems: tuple[str, ...] = ()
        self.build = 0
        self.closed = False
        self.news = threading.Condition()

    def changed(self) -> None:
        with self.news:
            self.build += 1
            self.news.notify_all()

    def close(self) -> None:
        with self.news:
            self.closed = True
            self.news.notify_all()

    def wait(self, known: int, seconds: float) -> int:
        """The number of the newest build, after waiting for one newer than `known`."""
        with self.news:
            self.news.wait_for(lambda: self.build != known or self.closed, timeout=seconds)
            return self.build


class Handler(SimpleHTTPRequestHandler):
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".xml": "application/xml", ".avif": "image/avif"}
    protocol_version = "HTTP/1.1"

    def __init__(self, *args, state: State):
        self.state = state
        super().__init__(*args, directory=str(state.folder / "site"))

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path == EVENTS:
            return self.events()
        if self.state.problems and (path.endswith("/") or path.endswith(".html")):
            return self.page(HTTPStatus.OK, problem_page(self.state.problems))
        file = Path(self.translate_path(path))
        if file.is_dir() and path.endswith("/"):
            file = file / "index.html"
        if file.suffix == ".html" and file.is_file():
            return self.page(HTTPStatus.OK, file.read_text(encoding="utf-8"))
        if not file.exists():
            missing = self.state.folder / "site" / "404.html"
            text = missing.read_text(encoding="utf-8") if missing.exists() else "Not found."
            return self.page(HTTPStatus.NOT_FOUND, text)
        return super().do_GET()

    def page(self, status: HTTPStatus, text: str) -> None:
        body = (text + SCRIPT).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def events(self) -> None:
        """Server-sent events: the number of the build, at once and whenever it changes."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        known = self.state.build
        try:
            while not self.state.closed:
                self.wfile.write(f"data: {known}\n\n".encode())
                self.wfile.flush()
                known = self.state.wait(known, seconds=15)
        except (BrokenPipeError, ConnectionResetError):
            pass
        self.close_connection = True

    def log_message(self, *args) -> None:
        pass


def problem_page(problems: tuple[str, ...]) -> str:
    lines = "".join(f"<li><code>{html.escape(problem)}</code></li>" for problem in problems)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>Something to mend</title><style>body{font:1.1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto;"
        "padding:0 1rem;color-scheme:light dark}li{margin:.7rem 0}code{overflow-wrap:anywhere}</style>"
        f"<h1>Something to mend</h1><p>The site is shown again as soon as this is right:</p><ul>{lines}</ul></html>"
    )
