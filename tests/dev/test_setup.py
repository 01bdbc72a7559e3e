"""Set-up on machines that lack one thing or another."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from conftest import ROOT
from invoke import Exit

from caravan.dev import node_tools, setup


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A folder with lock files that pin one tiny wheel, found in a folder instead of an index."""
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
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name in names else real(name, *rest))


def value(python):
    return subprocess.run([str(python), "-c", "import tiny; print(tiny.VALUE)"], capture_output=True, text=True).stdout


def test_a_fresh_machine_and_a_second_start(machine, monkeypatch):
    python = setup.ensure_environment(machine, "site")
    assert value(python) == "1\n"
    monkeypatch.setattr(subprocess, "Popen", None)  # any set-up work would fail now
    assert setup.ensure_environment(machine, "site") == python


def test_without_ensurepip_the_systems_pip_fills_the_environment(machine, monkeypatch):
    hide(monkeypatch, "ensurepip")
    assert value(setup.ensure_environment(machine, "site")) == "1\n"


def test_without_ensurepip_and_pip_one_sentence_names_the_package(machine, monkeypatch):
    hide(monkeypatch, "ensurepip", "pip")
    with pytest.raises(setup.SetUpError, match="python3-venv") as caught:
        setup.ensure_environment(machine, "site")
    assert "\n" not in str(caught.value)


def test_a_changed_lock_file_installs_again(machine):
    python = setup.ensure_environment(machine, "site")
    lock = machine / "requirements.txt"
    lock.write_text(lock.read_text() + "# newer\n")
    subprocess.run([str(python), "-m", "pip", "uninstall", "-y", "-q", "tiny"], check=True)
    assert value(setup.ensure_environment(machine, "site")) == "1\n"


@pytest.mark.parametrize("what", ["files", "a link"])
def test_what_is_no_environment_is_left_alone(machine, what):
    folder = machine / ".venv"
    other = folder if what == "files" else machine / "other"
    other.mkdir()
    (other / "letter.txt").write_text("dear")
    if what == "a link":
        folder.symlink_to(other)
    with pytest.raises(setup.SetUpError, match="is no Python environment"):
        setup.ensure_environment(machine, "site")
    assert (other / "letter.txt").read_text() == "dear"


def test_a_wrong_hash_is_refused(machine):
    (machine / "requirements.txt").write_text(f"tiny==1.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(setup.SetUpError, match="(?i)hash"):
        setup.ensure_environment(machine, "site")
    with pytest.raises(setup.SetUpError):  # and it is not taken for done the next time
        setup.ensure_environment(machine, "site")


class Busy(BaseHTTPRequestHandler):
    """A host that never has an answer."""

    def do_GET(self):
        self.server.asked.append(self.path)
        self.send_error(503)

    do_POST = do_GET

    def log_message(self, *words):
        pass


@pytest.fixture
def busy():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Busy)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_without_an_answer_pip_ends_soon_with_one_sentence_first(machine, monkeypatch, busy):
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{busy.server_address[1]}/simple")
    with pytest.raises(setup.SetUpError) as caught:
        setup.ensure_environment(machine, "site")
    sentence, *details = str(caught.value).splitlines()
    assert "check the internet connection" in sentence and "run the same command again" in sentence
    assert len(details) < 4
    assert len(busy.asked) <= 3


def test_without_an_answer_npm_ends_soon_with_one_sentence_first(tmp_path, monkeypatch, busy, node):
    (tmp_path / "package.json").write_text('{"dependencies": {"nothing-of-ours": "1.0.0"}}')
    monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{busy.server_address[1]}/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(Exit) as caught:
        node_tools.npm(tmp_path, "install")
    sentence, *details = caught.value.message.splitlines()
    assert "check the internet connection" in sentence and "run the same command again" in sentence
    assert len(details) < 5
    assert len(busy.asked) <= 2


def test_npm_keeps_what_it_fetched_where_it_may_write(tmp_path, monkeypatch, node):
    """A home folder that cannot be written to, or is not there, stops no set-up."""
    (tmp_path / "package.json").write_text("{}")
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "nowhere"))
    monkeypatch.delenv("npm_config_cache", raising=False)
    asked = []
    real = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *words, env, **more: asked.append(env) or real(*words, env=env, **more))
    node_tools.npm(tmp_path, "install")
    assert asked[0]["npm_config_cache"].startswith(sys.prefix)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "make room on the disk"),
        ("ERROR: No matching distribution found for tiny==1.0", "run it with Python 3.11, 3.12 or 3.13"),
        ("ERROR: Something new", "remove the cause that pip names"),
    ],
)
def test_what_pip_says_becomes_a_sentence(said, told):
    assert told in setup.advice(said)


def test_files_and_output_are_utf8_whatever_the_locale_says():
    """`tasks.py` sets it for all that it starts; the names of this site's languages are in no 8-bit encoding."""
    script = (
        "import os, runpy, sys\nsys.path.insert(0, '')\nfrom caravan.workshop import environment\n"
        "environment.become = lambda command: sys.exit(print(os.environ['PYTHONUTF8']))\n"
        "sys.argv = ['tasks.py', 'check']\nrunpy.run_path('tasks.py', run_name='__main__')"
    )
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONUTF8"}
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, env=clean)
    assert done.stdout.startswith("1\n"), done.stdout + done.stderr


def test_the_lock_files_pin_everything_and_name_no_index():
    for name in ("requirements.txt", "requirements-test.txt"):
        text = (ROOT / name).read_text()
        assert text.count("==") >= 30
        assert "--hash=sha256:" in text
        assert "://" not in text


@pytest.mark.parametrize(
    ("typed", "given"),
    [
        (["check", "a.md", "b.md"], ["check", "--file", "a.md", "--file", "b.md"]),
        (["check", "--format", "json", "a.md"], ["check", "--format", "json", "--file", "a.md"]),
        (["check", "--format=json", "a.md"], ["check", "--format=json", "--file", "a.md"]),
        (["check"], ["check"]),
        (["build", "--folder", "x"], ["build", "--folder", "x"]),
        (["rollback", "2"], ["rollback", "--to", "2"]),
        (["rollback", "--dry-run", "abc123"], ["rollback", "--dry-run", "--to", "abc123"]),
        (["rollback", "-r", "other", "2", "-d"], ["rollback", "-r", "other", "--to", "2", "-d"]),
        (["rollback", "--to", "2"], ["rollback", "--to", "2"]),
        (["verify", "--help"], ["--help", "verify"]),
        (["translate", "-h"], ["--help", "translate"]),
        (["--help"], ["--help"]),
    ],
)
def test_bare_words_become_options(typed, given):
    assert setup.options_for_bare_words(typed) == given


def test_invoke_lists_the_tasks_with_one_line_each():
    done = subprocess.run([sys.executable, "-m", "invoke", "--list"], cwd=ROOT, capture_output=True, text=True)
    lines = done.stdout.strip().split("\n")[2:]
    tasks = {line.split()[0] for line in lines if line.strip() and not line.startswith("   ")}
    assert {"serve", "build", "check", "test", "publish"} <= tasks
    assert len(tasks) == len([line for line in lines if line.strip()]), "a task's help is longer than its line"


def test_an_old_python_gets_a_sentence():
    """Even a Python that cannot run the site must be able to read the file that says so."""
    for path in (ROOT / "tasks.py", ROOT / "caravan" / "__init__.py", ROOT / "caravan" / "workshop" / "environment.py"):
        compile(path.read_text(), str(path), "exec")
        assert "match " not in path.read_text().replace("match =", "")


def test_the_second_start_is_quick(project):
    """No set-up work: the process reaches Invoke. (The time itself is measured in docs/benchmarks.md.)"""
    done = subprocess.run([sys.executable, "tasks.py"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0 and "serve" in done.stdout
    assert "Setting up" not in done.stderr
