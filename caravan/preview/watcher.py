"""The preview: the site on this machine, up to date with every save, with the browser reloading by itself."""

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
from caravan.dev.setup import become
from caravan.preview.server import PreviewHandler, ServerState
from caravan.preview.state import PreviewState
from caravan.reading.problems import Problem, count

WATCHED = ("content", "theme", "caravan", "pelicanconf.py")
PAGE_LOAD_SECONDS = 0.3  # seconds that a browser has to fetch the new page before this process looks for what is wrong elsewhere
CODE = (".py",)  # a change of our own code needs a new process


def serve(root: Path, port: int) -> None:
    """Serve and watch until Ctrl-C. Prints the address; a taken port gets a plain sentence and another."""
    # A shell that starts this in the background leaves Ctrl-C ignored; asking to end must work there too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    state = ServerState()
    server = listen(port, state)
    try:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        watch(root, state, f"http://localhost:{server.server_address[1]}")
        again = True
    except KeyboardInterrupt:
        again = False
    finally:
        state.close()
        server.shutdown()
        server.server_close()
    if again:  # with the port free: Python cannot forget modules that it has imported
        become([sys.executable, *sys.orig_argv[1:]])
    print("\nStopped.")


def listen(port: int, state: ServerState) -> ThreadingHTTPServer:
    """A server on `port` of this machine only, or on the next free one."""
    for candidate in range(port, port + 50):
        try:
            server = ThreadingHTTPServer(("127.0.0.1", candidate), lambda *args: PreviewHandler(*args, state=state))
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
                raise
            if candidate == port:
                print(f"Port {port} is taken by another program, so this preview takes another one.", flush=True)
            continue
        server.daemon_threads = True
        return server
    raise command.Exit(f"None of the ports {port} to {port + 49} is free; name another with --port.")


def watch(root: Path, state: ServerState, address: str) -> None:
    """Read now, and after every save, until our own code changes.

    The first reading starts when the watch is on, so that no save is missed.
    """
    live = None
    paths = [root / name for name in WATCHED if (root / name).exists()]
    for changes in watchfiles.watch(
        *paths, debounce=60, step=10, rust_timeout=200, yield_on_timeout=True, raise_interrupt=True, watch_filter=is_watched
    ):
        if changes and any(path.endswith(CODE) for _, path in changes):
            print("The code changed: starting again …", flush=True)
            return
        if live is None:
            live = PreviewState(command.load_settings(root / "pelicanconf.py", root / "output"))
            live.settings["SITEURL"] = address
            handle_changes(live, state, {root / "content"}, "everything")
            print(f"The site is at {address}/ and follows every save. Stop with Ctrl-C.", flush=True)
        elif changes:
            changed = {Path(path) for _, path in changes}
            handle_changes(live, state, changed, ", ".join(sorted(path.relative_to(root).as_posix() for path in changed)[:3]))


def is_watched(change: watchfiles.Change, path: str) -> bool:
    return "__pycache__" not in path and not path.endswith(("~", ".swp", ".tmp"))


def handle_changes(live: PreviewState, state: ServerState, changed: set[Path], name: str) -> None:
    """Bring the view up to date with what `changed`, show it, then look for what is wrong elsewhere."""
    start = time.perf_counter()
    try:
        if live.view and not any(Path(live.settings["THEME"]) in path.parents for path in changed) and live.save(changed):
            pass
        elif live.view and all(Path(live.settings["THEME"]) in path.parents for path in changed):
            live.reload_theme()
        else:
            live.load()
        spent = (time.perf_counter() - start) * 1000
        state.show(live.view, live.problems)
        state.served.wait(PAGE_LOAD_SECONDS)
        live.check_all()
        found = f"; {count(len(live.problems), 'problem')}, which the pages show" if live.problems else ""
        print(f"{time.strftime('%H:%M:%S')}  {name}: read in {spent:.0f} ms{found}", flush=True)
        state.show(live.view, live.problems)
    except command.ContentError as error:
        state.show(live.view, tuple(error.problems))
        print(f"{time.strftime('%H:%M:%S')}  {count(len(error.problems), 'problem')}; the page shows them", flush=True)
    except Exception as error:  # noqa: BLE001 - a half-saved template must not end the preview
        lines = command.explain_error(error)
        state.show(live.view, tuple(Problem("", 0, line) for line in lines))
        print(f"{time.strftime('%H:%M:%S')}  {lines[0]}", flush=True)
