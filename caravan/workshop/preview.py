"""The preview: the site on this machine, built again on every save, with the browser reloading by itself."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import threading
import time
from http.server import ThreadingHTTPServer
from pathlib import Path

import watchfiles

from . import building
from .serving import Handler, State

WATCHED = ("content", "theme", "caravan", "pelicanconf.py")
CODE = (".py",)  # a change of our own code needs a new process


def serve(root: Path, port: int) -> None:
    """Build, serve and watch until Ctrl-C. Prints the address; a taken port gets a plain sentence and another."""
    with tempfile.TemporaryDirectory(prefix="preview-") as folder:
        state = State(Path(folder))
        server = listen(port, state)
        port = server.server_address[1]
        rebuild(root, state, f"http://localhost:{port}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"The site is at http://localhost:{port}/ and follows every save. Stop with Ctrl-C.", flush=True)
        try:
            watch(root, state, f"http://localhost:{port}")
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
    paths = [root / name for name in WATCHED if (root / name).exists()]
    for changes in watchfiles.watch(*paths, debounce=60, step=20, raise_interrupt=True, watch_filter=watched):
        if any(path.endswith(CODE) for _, path in changes):
            restart(state)
        rebuild(root, state, address)


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
        state.problems = tuple(map(str, error.problems))
        print(f"{time.strftime('%H:%M:%S')}  {len(error.problems)} problems; the page shows them", flush=True)
    except Exception as error:  # noqa: BLE001 - a half-saved template must not end the preview
        state.problems = building.explain(error)
        print(f"{time.strftime('%H:%M:%S')}  {state.problems[0]}", flush=True)
    state.changed()
