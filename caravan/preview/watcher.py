"""The command `serve`: serves the site on this machine, follows every saved change, and reloads the browser."""

from __future__ import annotations

import errno
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import watchfiles

from caravan.build import command
from caravan.dev.setup import replace_process
from caravan.preview.server import PreviewServer, ServerState
from caravan.preview.state import PreviewState, problems_of
from caravan.reading.limits import is_left_over
from caravan.reading.problems import Problem, count
from caravan.site.settings import today

CONTENT, THEME, CODE, SETTINGS = WATCHED = ("content", "theme", "caravan", "pelicanconf.py")
PAGE_LOAD_SECONDS = 0.3  # how long the check of the whole content waits for browsers to fetch the new page


def serve(root: Path, port: int | str) -> None:
    """Serve and watch until Ctrl-C. Prints the address. If `port` is in use, another one is used."""
    number = int(port) if str(port).isascii() and str(port).isdigit() else 0
    if not 1 <= number <= 65535:
        raise command.Exit(f'"{port}" is not a port; write a number from 1 to 65535, such as --port 8000.')
    today()  # raises SettingsError for a wrong SOURCE_DATE_EPOCH, which only a new start can mend
    # Shells let background processes ignore SIGINT; it must stop this one, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    state = ServerState()
    server = listen(number, state)
    try:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        watch(root, state, f"http://localhost:{server.server_port}")
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


def listen(port: int, state: ServerState) -> PreviewServer:
    """A server on `port`, or on the next free port."""
    last = min(port + 49, 65535)
    for candidate in range(port, last + 1):
        try:
            return PreviewServer(candidate, state)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
                raise
            if candidate == port:
                why = "may not be used by you" if error.errno == errno.EACCES else "is in use by another program"
                print(f"Port {port} {why}, so this preview uses another port.", flush=True)
    raise command.Exit(f"None of the ports {port} to {last} is free. Name another port with --port.")


def watch(root: Path, state: ServerState, address: str) -> None:
    """Load the site, and load it again after every change. Returns when our own code changes and can be started."""
    preview, code_problems = None, []
    for changed in follow(root):
        if any(root / CODE in (path, *path.parents) for path in changed) and preview:
            code_problems = find_code_problems(root)
            if not code_problems:
                print("The code changed: restarting …", flush=True)
                return
        is_first, preview = preview is None, preview or PreviewState({})
        handle_changes(preview, state, root, changed, address, code_problems)
        if is_first:
            print(f"The site is at {address}/ and follows every change. Stop with Ctrl-C.", flush=True)


def follow(root: Path) -> Iterator[set[Path]]:
    """The paths that have changed, again and again; at first, all that are watched.

    The system watches the files and folders that were there when it began. So it begins anew when one of WATCHED comes, goes
    or is replaced, as editors and git do.
    """
    changed = {root / name for name in WATCHED}
    while True:
        try:
            watched = identities(root)
            for changes in watchfiles.watch(
                *watched, debounce=60, step=10, rust_timeout=200, yield_on_timeout=True, raise_interrupt=True, watch_filter=is_watched
            ):
                changed |= {Path(path) for _, path in changes}
                if changed:  # the first ones when watching has started, so that no change is missed
                    yield changed
                now, deleted = identities(root), {Path(path) for change, path in changes if change == watchfiles.Change.deleted}
                changed = {path for path in {*watched, *now} if watched.get(path) != now.get(path) or path in deleted}
                if changed:
                    break
        except FileNotFoundError:  # one went before it was watched
            changed = {root / name for name in WATCHED}
            time.sleep(0.1)


def identities(root: Path) -> dict[Path, int]:
    """The inodes of those of WATCHED that exist. Raises FileNotFoundError for one that vanishes meanwhile."""
    return {root / name: (root / name).stat().st_ino for name in WATCHED if (root / name).exists()}


def is_watched(change: watchfiles.Change, path: str) -> bool:
    return "__pycache__" not in path and not is_left_over(Path(path).name)


def find_code_problems(root: Path) -> list[Problem]:
    """Why the changed code of the site cannot be started; empty if it can."""
    result = subprocess.run(
        [sys.executable, "-c", "import tasks, caravan.preview.watcher"], cwd=root, capture_output=True, encoding="utf-8", errors="replace"
    )
    if result.returncode == 0:
        return []
    frames = re.findall(r'File "(.+?)", line (\d+)', result.stderr) or [("caravan", 1)]
    path = Path(frames[-1][0])
    reason = result.stderr.strip().splitlines()[-1:]
    message = f"the code of the site has an error, so the preview goes on with the code from before: {''.join(reason)}"
    return [Problem(path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path), int(frames[-1][1]), message)]


def handle_changes(
    preview: PreviewState, state: ServerState, root: Path, changed: set[Path], address: str, more_problems: Iterable[Problem] = ()
) -> None:
    """Load the `changed` paths, publish the new view, then check the whole content. `more_problems`: to show as well."""
    start, time_of_day = time.perf_counter(), time.strftime("%H:%M:%S")
    names = sorted(path.relative_to(root).as_posix() for path in changed if path.is_relative_to(root))
    name = ", ".join(names[:3] if len(names) < len(WATCHED) or preview.view else ["everything"])
    try:
        if not preview.settings or root / SETTINGS in changed:
            preview.library, preview.settings = None, {}
            preview.settings = {**command.load_settings(root / SETTINGS, root / "output"), "SITEURL": address}
        in_theme = [root / THEME in (path, *path.parents) for path in changed]
        if preview.library and all(in_theme):
            preview.update_view()
            preview.check_catalogs()
        elif any(in_theme) or not preview.reload_articles(changed):
            preview.load()
        milliseconds = (time.perf_counter() - start) * 1000
        state.show(preview.view, (*more_problems, *preview.problems))
        state.served.wait(PAGE_LOAD_SECONDS)
        preview.check_all()
        problems = (*more_problems, *preview.problems)
        ending = f"; {count(len(problems), 'problem')}, which the pages show" if problems else ""
        print(f"{time_of_day}  {name}: read in {milliseconds:.0f} ms{ending}", flush=True)
    except Exception as error:  # noqa: BLE001 - what is wrong with the site must not stop the preview
        preview.library = None  # the next change loads everything
        problems = (*problems_of(error), *more_problems)
        print(f"{time_of_day}  {problems[0] if problems[0].path else problems[0].message}", flush=True)
    state.show(preview.view, problems)
