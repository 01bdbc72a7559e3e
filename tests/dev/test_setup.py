"""Setup on machines that lack something, and the command line of tasks.py."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import py_compile
import re
import subprocess
import sys
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from conftest import ROOT, git, odd_files
from invoke import Exit

from caravan.dev import command_line, setup
from caravan.git import PublishError
from tools import node_tools


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A folder with lock files that pin one small wheel, which pip finds in a folder instead of an index."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    wheel = wheels / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", "VALUE = 1\n")
        archive.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("tiny-1.0.dist-info/RECORD", "")
    for name in list(os.environ):
        if name.startswith("PIP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (tmp_path / "requirements.txt").write_text(f"tiny==1.0 --hash=sha256:{digest}\n")
    (tmp_path / "requirements-test.txt").write_text(f"tiny==1.0 --hash=sha256:{digest}\n")
    return tmp_path


def hide(monkeypatch, *names):
    """Make modules look as if they were not installed."""
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name in names else find_spec(name, *rest))


def break_ensurepip(monkeypatch):
    """Make `python -m venv` fail as where Python came without ensurepip, or without its wheels."""
    run = subprocess.run

    def run_without(command, **options):
        if "venv" in command and "--without-pip" not in command:
            return subprocess.CompletedProcess(command, 1, "", "ensurepip is not available")
        return run(command, **options)

    monkeypatch.setattr(subprocess, "run", run_without)


def value(python):
    return subprocess.run([str(python), "-c", "import tiny; print(tiny.VALUE)"], capture_output=True, text=True).stdout


def test_a_fresh_machine_and_a_second_start(machine, monkeypatch):
    python = setup.ensure_environment(machine, "site")
    assert value(python) == "1\n"
    monkeypatch.setattr(subprocess, "Popen", None)  # so that any installation would fail
    assert setup.ensure_environment(machine, "site") == python


def test_without_ensurepip_the_systems_pip_is_used(machine, monkeypatch):
    break_ensurepip(monkeypatch)
    assert value(setup.ensure_environment(machine, "site")) == "1\n"


def test_without_ensurepip_and_pip_the_message_names_a_package(machine, monkeypatch):
    break_ensurepip(monkeypatch)
    hide(monkeypatch, "pip")
    with pytest.raises(setup.SetUpError, match="python3-venv") as caught:
        setup.ensure_environment(machine, "site")
    assert "\n" not in str(caught.value)


def test_a_changed_lock_file_installs_again(machine):
    python = setup.ensure_environment(machine, "site")
    lock = machine / "requirements.txt"
    lock.write_text(lock.read_text() + "# newer\n")
    subprocess.run([str(python), "-m", "pip", "uninstall", "-y", "-q", "tiny"], check=True)
    assert value(setup.ensure_environment(machine, "site")) == "1\n"


@pytest.mark.parametrize("kind", ["files", "a link"])
def test_a_folder_that_is_not_an_environment_is_left_alone(machine, kind):
    folder = machine / ".venv"
    other = folder if kind == "files" else machine / "other"
    other.mkdir()
    (other / "letter.txt").write_text("dear")
    if kind == "a link":
        folder.symlink_to(other)
    with pytest.raises(setup.SetUpError, match="is not a Python environment"):
        setup.ensure_environment(machine, "site")
    assert (other / "letter.txt").read_text() == "dear"


def test_a_wrong_hash_is_refused(machine):
    (machine / "requirements.txt").write_text(f"tiny==1.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(setup.SetUpError, match="(?i)hash"):
        setup.ensure_environment(machine, "site")
    with pytest.raises(setup.SetUpError):  # the failed installation does not count as done
        setup.ensure_environment(machine, "site")


class UnavailableHandler(BaseHTTPRequestHandler):
    """Answers every request with 503, and records it."""

    def do_GET(self):
        self.server.requests.append(self.path)
        self.send_error(503)

    do_POST = do_GET

    def log_message(self, *args):
        pass


@pytest.fixture
def unavailable_host():
    server = ThreadingHTTPServer(("127.0.0.1", 0), UnavailableHandler)
    server.requests = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_without_a_connection_pip_fails_soon_with_a_message(machine, monkeypatch, unavailable_host):
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{unavailable_host.server_address[1]}/simple")
    with pytest.raises(setup.SetUpError) as caught:
        setup.ensure_environment(machine, "site")
    sentence, *details = str(caught.value).splitlines()
    assert "check the internet connection" in sentence and "run the same command again" in sentence
    assert len(details) < 4
    assert len(unavailable_host.requests) <= 3


def test_without_a_connection_npm_fails_soon_with_a_message(tmp_path, monkeypatch, unavailable_host, node):
    (tmp_path / "package.json").write_text('{"dependencies": {"nothing-of-ours": "1.0.0"}}')
    monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{unavailable_host.server_address[1]}/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(Exit) as caught:
        node_tools.npm(tmp_path, "install")
    sentence, *details = caught.value.message.splitlines()
    assert "check the internet connection" in sentence and "run the same command again" in sentence
    assert len(details) < 5
    assert len(unavailable_host.requests) <= 2


def test_npm_works_without_a_writable_home_folder(tmp_path, monkeypatch, node):
    """Its cache is in .venv then."""
    (tmp_path / "package.json").write_text("{}")
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "nowhere"))
    monkeypatch.delenv("npm_config_cache", raising=False)
    environments = []
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *args, env, **kwargs: environments.append(env) or run(*args, env=env, **kwargs))
    node_tools.npm(tmp_path, "install")
    assert environments[0]["npm_config_cache"].startswith(sys.prefix)


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "Free some space"),
        ("ERROR: No matching distribution found for tiny==1.0", "run it with Python 3.11, 3.12 or 3.13"),
        ("ERROR: Something new", "fix what pip names"),
    ],
)
def test_known_errors_of_pip_have_advice(output, message):
    assert message in setup.advice(output)


def test_files_and_output_are_utf8_in_every_locale():
    """tasks.py sets UTF-8 mode for every process that it starts."""
    script = (
        "import os, runpy, sys\nsys.path.insert(0, '')\nfrom caravan.dev import setup\n"
        "setup.replace_process = lambda command: sys.exit(print(os.environ['PYTHONUTF8']))\n"
        "sys.argv = ['tasks.py', 'check']\nrunpy.run_path('tasks.py', run_name='__main__')"
    )
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUTF8"}
    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, env=environment)
    assert result.stdout.startswith("1\n"), result.stdout + result.stderr


def test_the_lock_files_pin_everything_and_name_no_index():
    for name, least in (("requirements.txt", 30), ("requirements-test.txt", 30), ("requirements-publish.txt", 1)):
        text = (ROOT / name).read_text()
        assert text.count("==") >= least
        assert "--hash=sha256:" in text
        assert "://" not in text


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["check", "a.md", "b.md"], ["check", "--file", "a.md", "--file", "b.md"]),
        (["check", "--format", "github", "a.md"], ["check", "--format", "github", "--file", "a.md"]),
        (["check", "--format=github", "a.md"], ["check", "--format=github", "--file", "a.md"]),
        (["check"], ["check"]),
        (["build", "--folder", "x"], ["build", "--folder", "x"]),
        (["rollback", "2"], ["rollback", "--to", "2"]),
        (["rollback", "--dry-run", "abc123"], ["rollback", "--dry-run", "--to", "abc123"]),
        (["rollback", "-r", "other", "2", "-d"], ["rollback", "-r", "other", "--to", "2", "-d"]),
        (["rollback", "--to", "2"], ["rollback", "--to", "2"]),
        (["verify", "--help"], ["--help", "verify"]),
        (["translate", "-h"], ["--help", "translate"]),
        (["--help"], ["--list"]),
    ],
)
def test_the_command_line_is_translated_for_invoke(typed, expected):
    assert command_line.invoke_args(typed) == expected


def test_invoke_lists_the_tasks_with_one_line_each():
    result = subprocess.run([sys.executable, "-m", "invoke", "--list"], cwd=ROOT, capture_output=True, text=True)
    lines = result.stdout.strip().split("\n")[2:]
    tasks = {line.split()[0] for line in lines if line.strip() and not line.startswith("   ")}
    assert {"serve", "build", "check", "test", "publish"} <= tasks
    assert len(tasks) == len([line for line in lines if line.strip()]), "the help of a task is longer than one line"


def test_an_old_python_gets_a_message():
    """A Python too old for the site must be able to compile the files that say so."""
    for path in (ROOT / "tasks.py", ROOT / "caravan" / "__init__.py", ROOT / "caravan" / "dev" / "setup.py"):
        compile(path.read_text(), str(path), "exec")
        assert "match " not in path.read_text().replace("match =", "")


def test_the_second_start_installs_nothing():
    result = subprocess.run([sys.executable, "tasks.py"], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0 and "serve" in result.stdout
    assert "One-time setup" not in result.stderr


def git_project(project, *files):
    """Add files to the repository of a project, as a pull request can, whatever .gitignore says."""
    for name, content in files:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_bytes(content)
    git(project, "add", "--force", *(name for name, _content in files))


def run_tasks(project, *args):
    """Run tasks.py as a person does, in an environment that the project already has."""
    if not (project / ".venv").exists():
        (project / ".venv").symlink_to(sys.prefix)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPYCACHEPREFIX"}
    return subprocess.run([sys.executable, "tasks.py", *args], cwd=project, capture_output=True, text=True, env=environment)


@pytest.mark.parametrize(
    "name",
    [
        ".store/texts.sqlite", ".Store/cache.sqlite", "caravan/reading/__pycache__/limits.cpython-311.pyc", "caravan/other.pyc",
        "__pycache__/tasks.cpython-313.pyc", "output/index.html", "mirror/site/index.html", "theme/translations/es.mo",
        ".venv/bin/python", "content/a.pyc", "shots/a.png",
    ],
)  # fmt: skip
@pytest.mark.parametrize("ignored", ["shots/\n", "!*\nshots/\n"])
def test_files_that_commands_make_must_not_come_with_the_repository(tmp_path, name, ignored):
    git(tmp_path, "init", "--quiet")
    git_project(tmp_path, (".gitignore", ignored.encode()), ("content/pages/about/en.md", b"x"))
    setup.refuse_generated_files(tmp_path)
    with odd_files():
        git_project(tmp_path, (name, b"x"))
    with pytest.raises(PublishError, match=re.escape(name)):
        setup.refuse_generated_files(tmp_path)


def test_every_command_refuses_files_that_commands_make(project):
    git_project(project, (".store/texts.sqlite", b"x"))
    for args in (["check"], ["publish"], ["--list"]):
        result = run_tasks(project, *args)
        assert result.returncode == 1 and "git rm -r --cached -- .store/texts.sqlite" in result.stderr, (args, result.stderr)
    pelican = [sys.executable, "-m", "pelican", "content", "-s", "pelicanconf.py", "-o", "site"]
    result = subprocess.run(pelican, cwd=project, capture_output=True, text=True)
    assert result.returncode and ".store/texts.sqlite" in result.stdout and not (project / "site").exists()


def test_compiled_code_beside_a_source_is_not_run(project, tmp_path):
    """A file of compiled code that says that it need not be compared with its source."""
    source = project / "caravan" / "reading" / "limits.py"
    hostile = tmp_path / "limits.py"
    hostile.write_text("raise SystemExit('compiled code was run')")
    compiled = importlib.util.cache_from_source(str(source.relative_to(project))).removeprefix(sys.pycache_prefix or "")
    target = project / source.parent.relative_to(project) / "__pycache__" / os.path.basename(compiled)
    target.parent.mkdir(exist_ok=True)
    py_compile.compile(str(hostile), str(target), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    assert run_tasks(project, "check").returncode == 0
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPYCACHEPREFIX"}
    command = [sys.executable, "-c", "import caravan.reading.limits"]
    unprotected = subprocess.run(command, cwd=project, capture_output=True, text=True, env=plain)
    assert "compiled code was run" in unprotected.stderr  # so the test would see it
