"""Shared fixtures and helpers: built sites, copies of the fixture site and of the project, a browser.

Tests use the fixture site in tests/fixture_site/, so that no change of the texts in content/ can fail them. With `-m live`,
the tests marked `any_content` run on the texts in content/, and no others.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import unquote

import pytest
from jinja2 import FileSystemBytecodeCache

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

# Settings of this machine must not matter: those of git, and a proxy for requests to local servers.
os.environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
# As in tasks.py. Copies of the project share the compiled packages; what they compile is removed at the end.
COMPILED = os.environ.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / ".venv" / "pycache"))
os.environ |= {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}

import font_sets
from publish_sandbox import Sandbox

from caravan.build import command
from caravan.build.cache import Cache
from caravan.build.loader import load_library
from caravan.reading.library import find_problems
from caravan.reading.paths import SiteLanguages
from caravan.site.settings import today
from tools import browser as browser_finder
from tools import node_tools, styleguide
from tools.local_server import serve_folder  # noqa: F401 - tests import it from here

ADDRESS = "https://example.org"
# A picture of one pixel.
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
FIXTURE_CONTENT = ROOT / "tests" / "fixture_site" / "content"
# The day of all builds, 17 March 2030: one call of the fixture site is over, one is now, one is coming.
FIXTURE_EPOCH = "1900000000"
# Settings that the fixture site needs, whatever languages the project has.
FIXTURE_SETTINGS = {"LANGUAGES": ("en", "es", "fil"), "DEFAULT_LANG": "en", "FALLBACK_PAGES": True}


def pytest_addoption(parser):
    parser.addoption(
        "--all-fonts", action="store_true", help="Test every page with every font set, not one page of each kind."
    )


def is_live(config: pytest.Config) -> bool:
    """Whether this run tests the texts in content/ instead of the fixture site."""
    return config.getoption("markexpr") == "live"


def pytest_configure(config):
    # Sites that are built before and after midnight are compared, so all builds of a test run have one day.
    if is_live(config):
        os.environ.setdefault("SOURCE_DATE_EPOCH", str(int(time.time())))
    else:
        os.environ["SOURCE_DATE_EPOCH"] = FIXTURE_EPOCH


@pytest.fixture(scope="session", autouse=True)
def remove_compiled_copies(tmp_path_factory):
    yield
    shutil.rmtree(COMPILED + str(tmp_path_factory.getbasetemp()), ignore_errors=True)


def build(
    target: Path, content: Path = FIXTURE_CONTENT, address: str = ADDRESS, conf: str = "publishconf.py", **overrides: object
) -> Path:
    """Build `content` into `target` with the project's settings, FIXTURE_SETTINGS and `overrides`; returns `target`."""
    settings = command.load_settings(ROOT / conf, target)
    options = {**settings["JINJA_ENVIRONMENT"], "bytecode_cache": compiled_templates()}
    fixed = {"PATH": str(content), "SITEURL": address, "STORE_PATH": None, "JINJA_ENVIRONMENT": options, **FIXTURE_SETTINGS}
    settings.update({**fixed, **overrides})
    command.run_build(settings, quiet=True)
    return target


@functools.cache  # one object, since it is part of the settings that builds compare
def compiled_templates() -> FileSystemBytecodeCache:
    """Compiled templates, which builds of all tests share: compiling them takes half of a build."""
    folder = Path(COMPILED) / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


def build_site(target: Path, config: pytest.Config, address: str = ADDRESS) -> Path:
    """Build the fixture site, or with `-m live` the texts in content/ with the project's own settings."""
    if not is_live(config):
        return build(target, address=address)
    settings = command.load_settings(ROOT / "publishconf.py", target)
    return build(target, ROOT / "content", address, **{name: settings[name] for name in FIXTURE_SETTINGS})


@pytest.fixture(scope="session")
def site(tmp_path_factory, pytestconfig) -> Path:
    """The fixture site, built once for the root of a domain."""
    return build_site(tmp_path_factory.mktemp("site") / "output", pytestconfig)


@pytest.fixture(scope="session")
def site_below_path(tmp_path_factory, pytestconfig) -> Path:
    """The fixture site, built once for a project path: https://example.org/name/."""
    return build_site(tmp_path_factory.mktemp("below") / "name", pytestconfig, f"{ADDRESS}/name")


@pytest.fixture(scope="session")
def rare_site(tmp_path_factory) -> Path:
    """A site with rare kinds of pages: untranslated, outdated, unpublished, redirects, lists with several pages or no entry;
    a notice, in one language.

    Its texts have links without other text, and elements that are wider than a phone.
    """
    folder = tmp_path_factory.mktemp("rare")
    template = "---\ntitle: {title}\nsummary: A text of a test, with a summary of the length that a summary must have.\n{fields}---\n\nWords.\n"
    body = """
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
    date_fields = "date: 2024-05-06\nauthors: [A. Author]\n"
    for path, fields in {
        "background/one/en.md": f"{date_fields}updated: 2024-06-07\nformerly: [background/old]\n",
        "background/one/es.md": "translated_from: en\nmade_from: abcdef\ntranslated_by: B. Other\n",
        "background/two/en.md": date_fields,
        "background/draft/en.md": f"{date_fields}status: draft\n",
        "background/later/en.md": date_fields.replace("2024", "2199"),
        "pages/about/fil.md": "",
    }.items():
        file = folder / "content" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(template.format(title=f"A text at {path}", fields=fields) + body, encoding="utf-8")
    (folder / "content" / "notice").mkdir()
    notice = "---\nuntil: 2199-12-31\nlink: ../background/one/en.md\n---\n\nToday the march starts at 11:00, at the other gate.\n"
    (folder / "content" / "notice" / "en.md").write_text(notice, encoding="utf-8")
    return build(folder / "site", folder / "content", conf="pelicanconf.py", DEFAULT_PAGINATION=1)


@pytest.fixture(scope="session")
def guide(tmp_path_factory) -> Path:
    """The style guide: every component in every state, in both directions and both colour schemes."""
    folder = tmp_path_factory.mktemp("guide") / "pages"
    styleguide.styleguide(ROOT, folder)
    return folder


@contextlib.contextmanager
def odd_files():
    """Skip the test if this system cannot create a file: a pipe, a symbolic link, an unusual name."""
    try:
        yield
    except (OSError, AttributeError, UnicodeError) as error:
        pytest.skip(f"this system cannot create such a file: {error}")


@pytest.fixture
def content(tmp_path) -> Path:
    """A copy of the fixture site's content that a test can change."""
    return Path(shutil.copytree(FIXTURE_CONTENT, tmp_path / "content"))


@pytest.fixture(scope="module")
def problems(tmp_path_factory):
    """A function that lists the problems of a folder of texts on the day of all builds; unchanged files are read once."""
    with Cache(tmp_path_factory.mktemp("store")) as cache:
        languages = SiteLanguages(FIXTURE_SETTINGS["LANGUAGES"], FIXTURE_SETTINGS["DEFAULT_LANG"])
        yield lambda content, warnings=False: find_problems(load_library(content, languages, today(), cache), warnings)


@pytest.fixture
def project(tmp_path) -> Path:
    """A copy of the project's files with the fixture site's content, in a new git repository, to run tasks in."""
    folder = tmp_path / "project"
    names = subprocess.run(
        ["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", "-z"], capture_output=True, check=True
    ).stdout.decode().split("\0")  # fmt: skip
    for name in filter(None, names):
        if (ROOT / name).is_file() and not name.startswith("content/"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    shutil.copytree(FIXTURE_CONTENT, folder / "content")
    write_fixture_settings(folder / "pelicanconf.py")
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=Test", "-c", "user.email=test@test.invalid", "commit", "--quiet", "-m", "Start")
    return folder


@pytest.fixture(scope="session")
def template(tmp_path_factory) -> Sandbox:
    """A host and a clone, to copy: making them takes longer."""
    return Sandbox(tmp_path_factory.mktemp("template") / "sandbox")


@pytest.fixture
def sandbox(template, tmp_path) -> Sandbox:
    """A host and a clone that a test can publish from."""
    return template.copy(tmp_path / "sandbox")


def write_fixture_settings(conf: Path) -> None:
    """Set FIXTURE_SETTINGS in a copy of pelicanconf.py."""
    text = conf.read_text(encoding="utf-8")
    for name, value in FIXTURE_SETTINGS.items():
        text = re.sub(rf"(?m)^{name} = .*", f"{name} = {value!r}", text)
    conf.write_text(text, encoding="utf-8")


def git(folder: Path, *args: str) -> str:
    """Run git in `folder`; returns its output."""
    result = subprocess.run(["git", "-C", str(folder), *args], capture_output=True, encoding="utf-8", errors="replace")
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def task(project: Path, *args: str, **environment: str) -> subprocess.CompletedProcess:
    """Run a task in `project` with Invoke."""
    return subprocess.run(
        [sys.executable, "-m", "invoke", "--search-root", str(project), *args],
        cwd=project, capture_output=True, text=True, env={**os.environ, "SITEURL": "", **environment}, timeout=1200,
    )  # fmt: skip


def listed_problems(annotations: str) -> list[dict]:
    """The problems that `check --format github` printed."""
    lines = re.findall(r"^::(error|warning) file=(.*),line=(\d+)::(.*)$", annotations, re.MULTILINE)
    return [{"severity": kind, "path": unquote(path), "line": int(line), "message": unquote(message)} for kind, path, line, message in lines]


def script(project: Path, name: str, *args: str, **environment: str) -> subprocess.CompletedProcess:
    """Run a script of tools/ in `project`, with the packages of this environment."""
    with odd_files():
        if not (project / ".venv").exists():
            (project / ".venv").symlink_to(sys.prefix)
    return subprocess.run(
        [sys.executable, project / "tools" / name, *args], capture_output=True, text=True,
        env={**os.environ, "SITEURL": ADDRESS, **environment}, timeout=1200,
    )  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    for item in items:
        if {"playwright", "node"} & set(item.fixturenames):
            item.add_marker(pytest.mark.browser)
        if is_live(config) and item.get_closest_marker("any_content"):
            item.add_marker(pytest.mark.live)


@pytest.fixture(scope="session")
def node() -> Path:
    """The folder of the npm packages that check pages."""
    return node_tools.ensure_node_packages(ROOT)


@pytest.fixture(scope="session")
def playwright():
    """A running Playwright, one for each process, which starts browsers."""
    from playwright.sync_api import sync_playwright

    os.environ[browser_finder.VARIABLE] = browser_finder.find_browser()
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright):
    """A headless Chromium with the default font set."""
    with font_sets.browser_with_fonts(playwright=playwright) as chromium:
        yield chromium


@pytest.fixture(scope="session", params=font_sets.SETS)
def browser_of_each_set(request, playwright):
    """A headless Chromium with each font set in turn."""
    if not font_sets.SUPPORTED:
        pytest.skip(font_sets.WHY_NOT)
    with font_sets.browser_with_fonts(request.param, playwright) as chromium:
        yield chromium
