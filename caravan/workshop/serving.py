"""The preview's web server: files of the built site, an event on every rebuild, problems in place of pages."""

from __future__ import annotations

import html
import re
import threading
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

from caravan.reading.problems import Problem

EVENTS = "/_preview/events"
# Only the preview adds this line to a page; the built files stay as they are.
SCRIPT = f"""<script>
addEventListener('pagehide', () => sessionStorage.setItem('at:' + location.pathname, scrollY));
addEventListener('pageshow', () => {{ const at = sessionStorage.getItem('at:' + location.pathname);
  if (at && !location.hash) scrollTo(0, +at) }});
let build; const events = new EventSource('{EVENTS}');
events.onmessage = event => {{ if (build && event.data !== build) location.reload(); build = event.data }};
</script>"""


# The page's own policy forbids every script, the preview's too; tests look at it in the built files.
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


class State:
    """What the builder tells the server.

    `problems` stand in place of the pages that they are about; other pages stay as they were last built.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.problems: tuple[Problem, ...] = ()
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
        problems = self.state.problems
        file = Path(self.translate_path(path))
        if file.is_dir() and path.endswith("/"):
            file = file / "index.html"
        asked_for_page = path.endswith(("/", ".html"))
        if problems and asked_for_page and (is_broken(path, problems) or not file.is_file()):
            return self.page(HTTPStatus.OK, problem_page(problems))
        if file.suffix == ".html" and file.is_file():
            return self.page(HTTPStatus.OK, file.read_text(encoding="utf-8") + banner(problems))
        if not file.exists():
            missing = self.state.folder / "site" / "404.html"
            text = missing.read_text(encoding="utf-8") if missing.exists() else "Not found."
            return self.page(HTTPStatus.NOT_FOUND, text)
        return super().do_GET()

    def page(self, status: HTTPStatus, text: str) -> None:
        body = (POLICY.sub("", text, count=1) + SCRIPT).encode()
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


def is_broken(path: str, problems: tuple[Problem, ...]) -> bool:
    """Whether the page at `path` is the one of a text with a problem, or of one that is not about a text at all."""
    for problem in problems:
        parts = problem.path.removesuffix(".md").split("/")
        if len(parts) != 4:
            return True
        slug = f"/{parts[2]}/" if parts[1] == "pages" else f"/{parts[1]}/{parts[2]}/"
        if path.endswith(slug):
            return True
    return False


def listed(problems: tuple[Problem, ...]) -> str:
    lines = (str(problem) if problem.line else problem.message for problem in problems)
    return "".join(f"<li><code>{html.escape(line)}</code></li>" for line in lines)


def banner(problems: tuple[Problem, ...]) -> str:
    """What stands at the foot of pages that are still as they were, while something else is broken."""
    if not problems:
        return ""
    style = "position:fixed;inset:auto 0 0;background:#fff;color:#000;border-top:4px solid;padding:1rem;z-index:9"
    return f'<aside style="{style}">Last good state of this page. To mend:<ul>{listed(problems)}</ul></aside>'


def problem_page(problems: tuple[Problem, ...]) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>Something to mend</title><style>body{font:1.1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto;"
        "padding:0 1rem;color-scheme:light dark}li{margin:.7rem 0}code{overflow-wrap:anywhere}</style>"
        f"<h1>Something to mend</h1><p>The site is shown again as soon as this is right:</p>"
        f"<ul>{listed(problems)}</ul></html>"
    )
