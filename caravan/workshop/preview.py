"""The preview: the site on this machine, built again on every save, with the browser reloading by itself."""

from __future__ import annotations

import errno
import os
import signal
import sys
import tempfile
import threading
import time
from http.server import ThreadingHTTPServer
from pathlib import Path

import watchfiles

from caravan.reading.problems import Problem, count

from . import building
from .serving import Handler, State

WATCHED = ("content", "theme", "caravan", "pelicanconf.py")
CODE = (".py",)  # a change of our own code needs a new process


def serve(root: Path, port: int) -> None:
    """Build, serve and watch until Ctrl-C. Prints the address; a taken port gets a plain sentence and another."""
    # A shell that starts this in the background leaves Ctrl-C ignored; asking to end must work there too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="preview-") as folder:
        state = State(Path(folder))
        server = listen(port, state)
        try:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            watch(root, state, f"http://localhost:{server.server_address[1]}")
        except KeyboardInterrupt:
            pass
        finally:
            state.close()
            server.shutdown()
            server.server_close()
    print("\nStopped.")


def listen(port: int, state: State) -> ThreadingHTTPServer:
    """A server on `port` of this machine only, or on the next free one."""
    for candidate in range(port, port + 50):
        try:
            server = ThreadingHTTPServer(("127.0.0.1", candidate), lambda *args: Handler(*args, state=state))
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
                raise
            if candidate == port:
                print(f"Port {port} is taken by another program, so this preview takes another one.", flush=True)
            continue
        server.daemon_threads = True
        return server
    raise building.Exit(f"None of the ports {port} to {port + 49} is free; name another with --port.")


def watch(root: Path, state: State, address: str) -> None:
    """Build now and after every save. The first build starts when the watch is on, so that no save is missed."""
    paths = [root / name for name in WATCHED if (root / name).exists()]
    for changes in watchfiles.watch(
        *paths, debounce=60, step=20, rust_timeout=200, yield_on_timeout=True, raise_interrupt=True, watch_filter=watched
    ):
        if changes and any(path.endswith(CODE) for _, path in changes):
            restart(state)
        if changes or not state.build:
            first = not state.build
            rebuild(root, state, address)
            if first:
                print(f"The site is at {address}/ and follows every save. Stop with Ctrl-C.", flush=True)


def watched(change: watchfiles.Change, path: str) -> bool:
    return "__pycache__" not in path and not path.endswith(("~", ".swp", ".tmp"))


def restart(state: State) -> None:
    """Start this very command again: Python cannot forget modules that it has imported."""
    print("The code changed: starting again …", flush=True)
    state.close()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def rebuild(root: Path, state: State, address: str) -> None:
    """Build once; what is wrong with the content stands on the page until it is mended."""
    start = time.perf_counter()
    try:
        settings = building.configured(root / "pelicanconf.py", state.folder / "site")
        settings["SITEURL"] = address
        pages = building.run(settings, quiet=True)
        state.problems = ()
        print(f"{time.strftime('%H:%M:%S')}  {pages} pages in {time.perf_counter() - start:.2f} s", flush=True)
    except building.Problems as error:
        state.problems = tuple(error.problems)
        print(f"{time.strftime('%H:%M:%S')}  {count(len(error.problems), 'problem')}; the page shows them", flush=True)
    except Exception as error:  # noqa: BLE001 - a half-saved template must not end the preview
        lines = building.explain(error)
        state.problems = tuple(Problem("", 0, line) for line in lines)
        print(f"{time.strftime('%H:%M:%S')}  {lines[0]}", flush=True)
    state.changed()
