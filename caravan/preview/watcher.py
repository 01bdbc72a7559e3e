"""The command `serve`: serves the site on this machine, follows every saved change, and reloads the browser."""

from __future__ import annotations

import errno
import signal
import sys
import threading
import time
from http.server import ThreadingHTTPServer
from pathlib import Path

import watchfiles

from caravan.build import command
from caravan.dev.setup import replace_process
from caravan.preview.server import PreviewHandler, ServerState
from caravan.preview.state import PreviewState
from caravan.reading.problems import Problem, count

WATCHED = ("content", "theme", "caravan", "pelicanconf.py")
PAGE_LOAD_SECONDS = 0.3  # how long the check of the whole content waits for browsers to fetch the new page
CODE_SUFFIXES = (".py",)  # a change of our own code needs a new process


def serve(root: Path, port: int) -> None:
    """Serve and watch until Ctrl-C. Prints the address. If `port` is in use, another one is used."""
    # Shells let background processes ignore SIGINT; it must stop this one, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    state = ServerState()
    server = listen(port, state)
    try:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        watch(root, state, f"http://localhost:{server.server_address[1]}")
        code_changed = True
    except KeyboardInterrupt:
        code_changed = False
    finally:
        state.close()
        server.shutdown()
        server.server_close()
    if code_changed:  # imported modules cannot be reloaded reliably; the port is free again by now
        replace_process([sys.executable, *sys.orig_argv[1:]])
    print("\nStopped.")


def listen(port: int, state: ServerState) -> ThreadingHTTPServer:
    """A server on `port`, or the next free port, that only this machine can reach."""
    for candidate in range(port, port + 50):
        try:
            server = ThreadingHTTPServer(("127.0.0.1", candidate), lambda *args: PreviewHandler(*args, state=state))
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
                raise
            if candidate == port:
                print(f"Port {port} is in use by another program, so this preview uses another port.", flush=True)
            continue
        server.daemon_threads = True
        return server
    raise command.Exit(f"None of the ports {port} to {port + 49} is free. Name another port with --port.")


def watch(root: Path, state: ServerState, address: str) -> None:
    """Load the site, and load it again after every change. Returns when our own code changes.

    The site is first loaded when watching has started, so that no change is missed.
    """
    preview = None
    paths = [root / name for name in WATCHED if (root / name).exists()]
    for changes in watchfiles.watch(
        *paths, debounce=60, step=10, rust_timeout=200, yield_on_timeout=True, raise_interrupt=True, watch_filter=is_watched
    ):
        if changes and any(path.endswith(CODE_SUFFIXES) for _, path in changes):
            print("The code changed: restarting …", flush=True)
            return
        if preview is None:
            preview = PreviewState(command.load_settings(root / "pelicanconf.py", root / "output"))
            preview.settings["SITEURL"] = address
            handle_changes(preview, state, {root / "content"}, "everything")
            print(f"The site is at {address}/ and follows every change. Stop with Ctrl-C.", flush=True)
        elif changes:
            changed = {Path(path) for _, path in changes}
            handle_changes(preview, state, changed, ", ".join(sorted(path.relative_to(root).as_posix() for path in changed)[:3]))


def is_watched(change: watchfiles.Change, path: str) -> bool:
    return "__pycache__" not in path and not path.endswith(("~", ".swp", ".tmp"))


def handle_changes(preview: PreviewState, state: ServerState, changed: set[Path], name: str) -> None:
    """Load the `changed` files, publish the new view, then check the whole content. `name`: what changed, to print."""
    start = time.perf_counter()
    theme = Path(preview.settings["THEME"])
    in_theme = [theme in path.parents for path in changed]
    try:
        if preview.view and all(in_theme):
            preview.reload_theme()
        elif not preview.view or any(in_theme) or not preview.reload_articles(changed):
            preview.load()
        milliseconds = (time.perf_counter() - start) * 1000
        state.show(preview.view, preview.problems)
        state.served.wait(PAGE_LOAD_SECONDS)
        preview.check_all()
        problems = f"; {count(len(preview.problems), 'problem')}, which the pages show" if preview.problems else ""
        print(f"{time.strftime('%H:%M:%S')}  {name}: read in {milliseconds:.0f} ms{problems}", flush=True)
        state.show(preview.view, preview.problems)
    except command.ContentError as error:
        state.show(preview.view, tuple(error.problems))
        print(f"{time.strftime('%H:%M:%S')}  {count(len(error.problems), 'problem')}; the page shows them", flush=True)
    except Exception as error:  # noqa: BLE001 - an incomplete template must not stop the preview
        lines = command.explain_error(error)
        state.show(preview.view, tuple(Problem("", 0, line) for line in lines))
        print(f"{time.strftime('%H:%M:%S')}  {lines[0]}", flush=True)
