"""The preview's web server: pages printed when they are asked for, an event after each save, problems in place of pages."""

from __future__ import annotations

import html
import re
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from urllib.parse import unquote

from caravan.build.command import explain_error
from caravan.preview.state import SiteView
from caravan.reading.problems import ContentError, Problem

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


class ServerState:
    """What the watcher tells the server.

    `problems` stand in place of the pages that they are about; other pages are shown as they are.
    """

    def __init__(self):
        self.view: SiteView | None = None
        self.problems: tuple[Problem, ...] = ()
        self.build = 0
        self.closed = False
        self.changed = threading.Condition()
        self.served = threading.Event()  # a page was sent since the last news

    def show(self, view: SiteView | None, problems: tuple[Problem, ...]) -> None:
        """Tell every browser, unless it has seen just this."""
        with self.changed:
            if self.build and view is self.view and problems == self.problems:
                return
            self.view, self.problems = view, problems
            self.build += 1
            self.served.clear()
            self.changed.notify_all()

    def close(self) -> None:
        with self.changed:
            self.closed = True
            self.changed.notify_all()

    def wait(self, known: int, seconds: float) -> int:
        """The number of the newest state, after waiting for one newer than `known`."""
        with self.changed:
            self.changed.wait_for(lambda: self.build != known or self.closed, timeout=seconds)
            return self.build


class PreviewHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *args, state: ServerState):
        self.state = state
        super().__init__(*args)

    def do_GET(self):
        path = unquote(self.path.partition("?")[0])
        if path == EVENTS:
            return self.events()
        if not self.state.build:
            self.state.wait(0, seconds=60)  # the first reading is under way
        view, problems = self.state.view, self.state.problems
        page = path.endswith(("/", ".html"))
        if page and problems and (view is None or is_broken(path, problems)):
            return self.answer(HTTPStatus.OK, problem_page(problems))
        try:
            found = view.file(path.removeprefix("/"))
            if found is None and page and problems:
                return self.answer(HTTPStatus.OK, problem_page(problems))
            if found is None:
                lost = view.file("404.html")
                return self.answer(HTTPStatus.NOT_FOUND, lost[0].decode() if lost else "Not found.")
        except ContentError as error:
            return self.answer(HTTPStatus.OK, problem_page((*problems, *error.problems)))
        except Exception as error:  # noqa: BLE001 - what is wrong with a template stands in place of its pages
            told = tuple(Problem("", 0, line) for line in explain_error(error))
            return self.answer(HTTPStatus.OK, problem_page((*told, *problems)))
        data, kind = found
        if kind == "text/html":
            return self.answer(HTTPStatus.OK, data.decode() + banner(problems))
        self.send(HTTPStatus.OK, data, kind)

    def answer(self, status: HTTPStatus, text: str) -> None:
        """A web page, with the preview's own script instead of the policy that forbids it."""
        self.send(status, (POLICY.sub("", text, count=1) + SCRIPT).encode(), "text/html; charset=utf-8")

    def send(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)
        self.state.served.set()

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
    """Whether the page at `path` is that of a text with a problem, or nothing can be shown for a problem of no file."""
    for problem in problems:
        parts = problem.path.removesuffix(".md").split("/")
        if not problem.path:
            return True
        if len(parts) != 4 or parts[1] == "drawings":
            continue
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
