"""The web server of the preview: renders pages on request, sends an event after each change, shows problems on pages."""

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
# Reloads the page after a change, at the same scroll position. Added to pages when they are served, not to built files.
SCRIPT = f"""<script>
addEventListener('pagehide', () => sessionStorage.setItem('at:' + location.pathname, scrollY));
addEventListener('pageshow', () => {{ const at = sessionStorage.getItem('at:' + location.pathname);
  if (at && !location.hash) scrollTo(0, +at) }});
let build; const events = new EventSource('{EVENTS}');
events.onmessage = event => {{ if (build && event.data !== build) location.reload(); build = event.data }};
</script>"""
# The policy of the pages forbids this script, so it is removed when they are served.
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


class ServerState:
    """What the watcher passes to the server. `build`: number of the newest state, 0 before the first."""

    def __init__(self):
        self.view: SiteView | None = None
        self.problems: tuple[Problem, ...] = ()
        self.build = 0
        self.closed = False
        self.changed = threading.Condition()
        self.served = threading.Event()  # a page was sent since the last change

    def show(self, view: SiteView | None, problems: tuple[Problem, ...]) -> None:
        """Publish a new state to all browsers, unless nothing has changed."""
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

    def wait(self, seen: int, seconds: float) -> int:
        """Wait for a state other than number `seen`, at most `seconds`; returns the number of the newest state."""
        with self.changed:
            self.changed.wait_for(lambda: self.build != seen or self.closed, timeout=seconds)
            return self.build


class PreviewHandler(BaseHTTPRequestHandler):
    """Serves the current view. A page of an article with a problem is replaced by the list of problems."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args, state: ServerState):
        self.state = state
        super().__init__(*args)

    def do_GET(self):
        path = unquote(self.path.partition("?")[0])
        if path == EVENTS:
            self.send_events()
            return
        if not self.state.build:
            self.state.wait(0, seconds=60)  # the site is being loaded
        view, problems = self.state.view, self.state.problems
        is_page = path.endswith(("/", ".html"))
        if is_page and problems and (view is None or is_broken(path, problems)):
            self.send_page(HTTPStatus.OK, problem_page(problems))
            return
        try:
            file = view.file(path.removeprefix("/"))
            missing_page = file is None and is_page and problems  # it may be missing because of a problem
            not_found = view.file("404.html") if file is None and not missing_page else None
        except ContentError as error:
            self.send_page(HTTPStatus.OK, problem_page((*problems, *error.problems)))
        except Exception as error:  # noqa: BLE001 - an error in a template is shown on its pages
            template_problems = tuple(Problem("", 0, line) for line in explain_error(error))
            self.send_page(HTTPStatus.OK, problem_page((*template_problems, *problems)))
        else:
            if missing_page:
                self.send_page(HTTPStatus.OK, problem_page(problems))
            elif file is None:
                self.send_page(HTTPStatus.NOT_FOUND, not_found[0].decode() if not_found else "Not found.")
            elif file[1] == "text/html":
                self.send_page(HTTPStatus.OK, file[0].decode() + banner(problems))
            else:
                self.send(HTTPStatus.OK, *file)

    def send_page(self, status: HTTPStatus, text: str) -> None:
        """Send a web page, with the script of the preview and without the policy that forbids it."""
        self.send(status, (POLICY.sub("", text, count=1) + SCRIPT).encode(), "text/html; charset=utf-8")

    def send(self, status: HTTPStatus, body: bytes, media_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)
        self.state.served.set()

    def send_events(self) -> None:
        """Server-sent events: the number of the state, at once, after each change, and every 15 seconds."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        number = self.state.build
        try:
            while not self.state.closed:
                self.wfile.write(f"data: {number}\n\n".encode())
                self.wfile.flush()
                number = self.state.wait(number, seconds=15)
        except (BrokenPipeError, ConnectionResetError):
            pass
        self.close_connection = True

    def log_message(self, *args) -> None:
        pass


def is_broken(path: str, problems: tuple[Problem, ...]) -> bool:
    """Whether `path` is the page of an article with a problem. A problem without a file breaks every page."""
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


def problem_items(problems: tuple[Problem, ...]) -> str:
    lines = (str(problem) if problem.line else problem.message for problem in problems)
    return "".join(f"<li><code>{html.escape(line)}</code></li>" for line in lines)


def banner(problems: tuple[Problem, ...]) -> str:
    """The list of problems at the bottom of pages that have none themselves."""
    if not problems:
        return ""
    style = "position:fixed;inset:auto 0 0;background:#fff;color:#000;border-top:4px solid;padding:1rem;z-index:9"
    return f'<aside style="{style}">This is the last version of this page without errors. Problems to fix:<ul>{problem_items(problems)}</ul></aside>'


def problem_page(problems: tuple[Problem, ...]) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>Problems to fix</title><style>body{font:1.1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto;"
        "padding:0 1rem;color-scheme:light dark}li{margin:.7rem 0}code{overflow-wrap:anywhere}</style>"
        "<h1>Problems to fix</h1><p>The page is shown again when these are fixed:</p>"
        f"<ul>{problem_items(problems)}</ul></html>"
    )
