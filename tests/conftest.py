"""What many tests need: sites that are really built, folders to change, and a browser."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

# What the person's own machine is set to must not matter: git's settings, and a proxy in the way to our own servers.
os.environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
os.environ |= {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}

import font_sets  # noqa: E402

from caravan.build import command
from caravan.dev import browser as finder  # noqa: E402
from caravan.dev import styleguide  # noqa: E402
from caravan.dev.temp_site import serve_folder  # noqa: E402, F401

ADDRESS = "https://example.org"


def pytest_addoption(parser):
    parser.addoption(
        "--all-fonts", action="store_true", help="Ask every page under every font set, not one page of each kind."
    )


def build(target: Path, content: Path = ROOT / "content", address: str = ADDRESS, conf: str = "publishconf.py", **more):
    """Build `content` into `target` with the project's settings, changed by `more`; returns `target`."""
    settings = command.load_settings(ROOT / conf, target)
    settings.update({"PATH": str(content), "SITEURL": address, "STORE_PATH": None, **more})
    command.run_build(settings, quiet=True)
    return target


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """The real content, built once for the root of a domain."""
    return build(tmp_path_factory.mktemp("site") / "output")


@pytest.fixture(scope="session")
def site_below_path(tmp_path_factory) -> Path:
    """The real content, built once for a project path: https://example.org/name/."""
    return build(tmp_path_factory.mktemp("below") / "name", address=f"{ADDRESS}/name")


@pytest.fixture(scope="session")
def rare_site(tmp_path_factory) -> Path:
    """Pages that today's texts do not bring: not translated yet, behind, waiting, moved, lists of many pages and of none,
    links alone, and what is wider than a phone."""
    folder = tmp_path_factory.mktemp("rare")
    head = "---\ntitle: {title}\nsummary: A text of a test, with a summary of the length that a summary must have.\n{more}---\n\nWords.\n"
    alone = """
[A link alone](https://example.org/)

- [In a list](https://example.org/)

| Table | Of |
|---|---|
| [In a cell](https://example.org/) | links |

| Responsibilities | Responsibilities | Responsibilities | Responsibilities | Responsibilities |
|---|---|---|---|---|
| Internationalization | Internationalization | Internationalization | Internationalization | Internationalization |

/// caption
A table that is wider than a phone.
///

```
A line of code that is wider than a phone, and that does not turn into two lines since spaces count in it.
```
"""
    dated = "date: 2024-05-06\nauthors: [A. Author]\n"
    for path, more in {
        "background/one/en.md": f"{dated}updated: 2024-06-07\nformerly: [background/old]\n",
        "background/one/es.md": "translated_from: en\nmade_from: abcdef\ntranslated_by: B. Other\n",
        "background/two/en.md": dated,
        "background/draft/en.md": f"{dated}status: draft\n",
        "background/later/en.md": dated.replace("2024", "2199"),
        "pages/about/fil.md": "",
    }.items():
        file = folder / "content" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(head.format(title=f"A text at {path}", more=more) + alone, encoding="utf-8")
    return build(folder / "site", folder / "content", conf="pelicanconf.py", PER_PAGE=1)


@pytest.fixture(scope="session")
def guide(tmp_path_factory) -> Path:
    """Every component in every state, in both directions and both schemes."""
    folder = tmp_path_factory.mktemp("guide") / "pages"
    styleguide.styleguide(ROOT, folder)
    return folder


@contextlib.contextmanager
def odd_files():
    """Skips a test whose files this system cannot hold: a pipe, a link, a name."""
    try:
        yield
    except (OSError, AttributeError, UnicodeError) as error:
        pytest.skip(f"this system cannot hold such a file: {error}")


@pytest.fixture
def content(tmp_path) -> Path:
    """A copy of the real content, to change."""
    return Path(shutil.copytree(ROOT / "content", tmp_path / "content"))


@pytest.fixture
def project(tmp_path) -> Path:
    """A copy of the project as git knows it, with a repository of its own, to run tasks in."""
    folder = tmp_path / "project"
    names = subprocess.run(
        ["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", "-z"], capture_output=True, check=True
    ).stdout.decode().split("\0")  # fmt: skip
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=Test", "-c", "user.email=test@test.invalid", "commit", "--quiet", "-m", "Start")
    return folder


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, encoding="utf-8", errors="replace")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def task(project: Path, *words: str, **environment: str) -> subprocess.CompletedProcess:
    """Run a task in `project` as `invoke` does inside the environment."""
    return subprocess.run(
        [sys.executable, "-m", "invoke", "--search-root", str(project), *words],
        cwd=project, capture_output=True, text=True, env={**os.environ, "SITEURL": "", **environment}, timeout=1200,
    )  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if {"browser", "node"} & set(item.fixturenames):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def node() -> Path:
    """The folder of the programs that check pages; they run on Node."""
    from caravan.dev import node_tools

    return node_tools.ensure_node_packages(ROOT)


@pytest.fixture(scope="session")
def playwright():
    """What starts browsers: one for each process. `tasks.py test` finds a Chromium and says what to install if there is none."""
    from playwright.sync_api import sync_playwright

    os.environ[finder.VARIABLE] = finder.find_browser()
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright):
    """A headless Chromium that has the fonts of one set, and none of the machine's where that can be had."""
    with font_sets.browser_with_fonts(playwright=playwright) as chromium:
        yield chromium


@pytest.fixture(scope="session", params=font_sets.SETS)
def browser_of_each_set(request, playwright):
    """A headless Chromium with the fonts of each set in turn."""
    if not font_sets.SUPPORTED:
        pytest.skip(font_sets.WHY_NOT)
    with font_sets.browser_with_fonts(request.param, playwright) as chromium:
        yield chromium
