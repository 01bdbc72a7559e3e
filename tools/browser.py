"""Find or install a Chromium for tests and screenshots; as a script, also the npm packages of the tests."""

from __future__ import annotations

if __name__ == "__main__":  # first of all, since the rest needs the packages of .venv
    import environment

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from invoke import Exit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

VARIABLE = "CARAVAN_BROWSER"  # environment variable: path of a Chromium in another place
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)


def find_browser() -> str:
    """The path of a Chromium that starts. Raises Exit with what to install if there is none."""
    for find in (from_variable, installed, from_playwright, from_debian):
        path = find()
        if path and starts(path):
            return path
    raise Exit(
        "The tests need a browser. Install Chromium or Google Chrome (on Debian or Ubuntu: `sudo apt install "
        f"chromium`), or set {VARIABLE} to the path of one, and run the command again."
    )


@contextlib.contextmanager
def open_browser(environment: Mapping[str, str] = {}, playwright: Playwright | None = None) -> Iterator[Browser]:
    """A headless Chromium, closed at the end. Raises Exit if there is none.

    `environment`: additional variables for it. `playwright`: a running one, since a process can run only one.
    """
    from playwright.sync_api import sync_playwright

    path = find_browser()
    arguments = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses to start as root with its sandbox
    with contextlib.nullcontext(playwright) if playwright else sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=path, args=arguments, env={**os.environ, **environment})
        try:
            yield chromium
        finally:
            chromium.close()


def from_variable() -> str | None:
    path = os.environ.get(VARIABLE)
    if path and not starts(path):
        raise Exit(f"{VARIABLE} is {path}, which is not a browser that starts. Correct or unset it.")
    return path


def installed() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None) or next(
        (path for path in PLACES if Path(path).exists()), None
    )


def from_playwright() -> str | None:
    """The browser that Playwright downloads into its cache."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not starts(path):
        print("No browser found: downloading one for the tests …", flush=True)
        # --no-shell: without the second, headless-only program, which is not used.
        command = [sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"]
        environment = {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000", **os.environ}  # milliseconds; without a connection, fail soon
        subprocess.run(command, capture_output=True, env=environment)
    return path


def from_debian() -> str | None:
    """The package of Debian or Ubuntu, if this user may install it."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    print("Installing the package chromium …", flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-qq"], **quiet)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], **quiet)
    return installed()


def starts(path: str) -> bool:
    if os.name == "nt":  # on Windows, browsers ignore --version and open a window
        return Path(path).is_file()
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def prepare_tests() -> None:
    """Install what the tests need, before several processes need it at once."""
    from tools import node_tools

    node_tools.ensure_node_packages(environment.ROOT)
    find_browser()


if __name__ == "__main__":
    environment.run(prepare_tests, __doc__)
