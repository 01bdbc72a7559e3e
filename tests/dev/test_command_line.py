"""The commands as a person types them: wrong words, and machines that refuse something."""

from __future__ import annotations

import errno
import io
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import FIXTURE_CONTENT, ROOT, odd_files
from invoke import Exit

from caravan.build import output
from caravan.dev import command_line, setup

START = setup.START.format("caravan.dev.command_line")

PLAIN = ("Traceback", "site's code", "invoke", "inv ", "Error:")


def typed(*args: str, cwd: Path = ROOT, **environment: str) -> tuple[int, str]:
    """Exit code and output of a command line, in the environment in which the tests run."""
    result = subprocess.run(
        [sys.executable, "-P", "-c", START, str(ROOT), *args],
        cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", timeout=600,
        env={**os.environ, "SITEURL": "https://example.org", **environment},
    )  # fmt: skip
    assert not any(word in result.stdout for word in PLAIN), result.stdout
    return result.returncode, result.stdout


@pytest.mark.parametrize("args, environment, message", [
    (["buld"], {}, "did you mean build?"),
    (["pubish", "--dry-run"], {}, "did you mean publish"),
    (["build", "--foldr", "x"], {}, "did you mean --folder"),
    (["check", "--formt=github"], {}, "did you mean --format"),
    (["check", "--format", "--x"], {}, '"--x" is not a format'),  # the value of an option may start with a dash
    (["serve", "--port", "abc"], {}, '"abc" is not a port'),
    (["serve", "--port", "99999"], {}, '"99999" is not a port'),
    (["serve", "--port", "0"], {}, '"0" is not a port'),
    (["check"], {"SOURCE_DATE_EPOCH": "yesterday"}, 'SOURCE_DATE_EPOCH is "yesterday"'),
    (["serve"], {"SOURCE_DATE_EPOCH": "9" * 30}, "SOURCE_DATE_EPOCH is "),
    (["build"], {"SOURCE_DATE_EPOCH": "1.5"}, 'SOURCE_DATE_EPOCH is "1.5"'),
    (["build"], {"SITEURL": "http://["}, 'SITEURL is "http://["'),
    (["mirror"], {"SITEURL": "https://a b/"}, "SITEURL is "),
    (["build"], {"SITEURL": "https://x\x1b[2J.org"}, "SITEURL is "),
    (["build", "--folder", "README.md"], {}, "is not a folder"),
    (["build", "--folder", "README.md/site"], {}, "cannot be written ("),
    (["mirror", "--folder", "README.md/site"], {}, "a part of this path is a file, not a folder"),
    (["check", "nothing.md"], {}, "nothing.md does not exist"),
])  # fmt: skip
def test_what_is_typed_wrong_gets_one_sentence(args, environment, message):
    code, said = typed(*args, **environment)
    assert code == 1 and message in said
    assert len(said.strip().splitlines()) == 1
    assert "\x1b" not in said


def test_usage_lines_name_the_command_that_people_type():
    for args in (["build", "--help"], ["--help", "check"]):
        code, said = typed(*args)
        assert code == 0 and "Usage: python3 tasks.py" in said
    code, said = typed("--help")
    assert code == 0 and "serve" in said and "build" in said


def test_every_folder_of_the_project_gives_the_same_results(project):
    folder = project / "content" / "calls"

    def run(*args: str, cwd: Path = folder) -> str:
        result = subprocess.run(
            [sys.executable, "-P", "-c", START, str(project), *args], cwd=cwd, capture_output=True, text=True,
            env={**os.environ, "SITEURL": "https://example.org"},
        )  # fmt: skip
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    slug = next(path.name for path in folder.iterdir() if path.is_dir())
    assert f" in {project / 'output'}" in run("build")
    assert (project / "output" / "index.html").is_file()
    docs = project / "docs"
    assert f" in {docs / 'mine'}" in run("build", "--folder", "mine", cwd=docs), "a typed folder is relative to the current one"
    run("translations")
    assert "0 errors" in run("check", f"{slug}/en.md", f"content/calls/{slug}/en.md", str(folder))
    assert "0 errors" in run("check", "en.md", cwd=folder / slug)
    run("mirror")
    assert (project / "mirror").is_dir()
    found = {path.name for path in folder.iterdir()}
    assert found == {path.name for path in (FIXTURE_CONTENT / "calls").iterdir()}


def test_relative_paths_in_the_settings_are_relative_to_their_file(project, tmp_path, monkeypatch):
    from caravan.build.command import load_settings

    conf = project / "pelicanconf.py"
    conf.write_text(conf.read_text() + '\nOUTPUT_PATH = "public"\nSTORE_PATH = ".store"\nPATH = "content"\n')
    monkeypatch.chdir(tmp_path)
    settings = load_settings(conf)
    assert settings["OUTPUT_PATH"] == str(project / "public")
    assert settings["STORE_PATH"] == str(project / ".store") and settings["PATH"] == str(project / "content")


def test_an_error_in_the_settings_is_named_with_its_line(project):
    conf = project / "pelicanconf.py"
    conf.write_text(conf.read_text().replace("DEFAULT_PAGINATION = 20", "DEFAULT_PAGINATION = 20 +"))
    line = conf.read_text().split("DEFAULT_PAGINATION = 20 +")[0].count("\n") + 1
    for command in ("check", "build", "translations"):
        result = subprocess.run(
            [sys.executable, "-P", "-c", START, str(project), command], capture_output=True, text=True,
            env={**os.environ, "SITEURL": "https://example.org"},
        )  # fmt: skip
        assert result.returncode == 1 and result.stderr.startswith(f"pelicanconf.py:{line}: the settings cannot be read"), result.stderr
        assert "Traceback" not in result.stderr


# --- Text of authors ----------------------------------------------------------------------------------------------------

HOSTILE = "x\x1b[2J\r::warning::y\n  ::error::\x9b1m\u202e##[error]z\x07"


@pytest.mark.parametrize("on_github", [True, False])
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_no_terminal_and_no_log_obeys_what_is_printed(monkeypatch, on_github, stream):
    monkeypatch.setenv("GITHUB_ACTIONS", "true" if on_github else "")
    written = io.StringIO()
    monkeypatch.setattr(sys, "stdout", sys.stdout)  # so that both are put back
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    monkeypatch.setattr(sys, stream, written)

    @command_line.with_error_messages
    def show():
        print(HOSTILE, "::notice::", "##[group]", file=getattr(sys, stream))
        print("\u3000::debug::", "año, 漢, soft\u00adhyphen and \t tab", file=getattr(sys, stream))

    show()
    said = written.getvalue()
    assert all(sign in "\n\t\u3000\u00ad" or sign.isprintable() for sign in said)
    assert r"x\x1b[2J\r" in said and r"\x9b1m\u202e" in said and "año, 漢, soft\u00adhyphen and \t tab" in said
    assert obeyed(said) == ([] if on_github else ["::error::", "##[error]", "##[group]", "::debug::"])


def obeyed(said: str) -> list[str]:
    """The workflow commands that the runner of GitHub Actions finds in a log."""
    found = []
    for line in said.split("\n"):
        found += re.findall(r"^\s*(::\w+::)", line) + re.findall(r"##\[\w+\]", line)
    return found


@pytest.fixture
def hostile_project(project):
    """A project with hostile text in the names of files, titles, fields, ids, the settings and the subject of a commit."""
    folder = project / "content" / "background" / "bad"
    folder.mkdir()
    with odd_files():
        (folder / "x\x1b[2J\n::error::name\u202e.md").write_text("x")
    fields = "title: '##[error]title'\nsummary: '::warning::summary'\n'\u061c::error::field ##[error]': 1\n"
    (folder / "en.md").write_text(f"---\n{fields}---\n\n[x](##[error]y) [@::error::z]\n\n## ##[group]\n", encoding="utf-8")
    return project


def on_github(project: Path, *args: str, **environment: str) -> str:
    """What a command prints in GitHub Actions."""
    result = subprocess.run(
        [sys.executable, "-P", "-c", START, str(project), *args], capture_output=True, encoding="utf-8",
        env={**os.environ, "SITEURL": "https://example.org", "GITHUB_ACTIONS": "true", **environment},
    )  # fmt: skip
    said = result.stdout + result.stderr
    assert "Traceback" not in said and all(sign in "\n\u00a0\u061c" or sign.isprintable() for sign in said), said
    return said


def test_commands_print_hostile_text_as_text(hostile_project):
    for command in ("check", "build", "summary"):
        said = on_github(hostile_project, command, *(["--base", "HEAD"] if command == "summary" else []))
        assert "error" in said and obeyed(said) == [], said
    said = on_github(hostile_project, "check", "--format", "github")
    lines = said.strip().split("\n")
    assert len(lines) > 3 and all(line.startswith(("::error file=content/", "::warning file=content/")) for line in lines[:-1])
    conf = hostile_project / "pelicanconf.py"
    conf.write_text(conf.read_text() + "\nDEFAULT_LANG = 'e\\x1b[2J\\n::error::##[error]'\n")
    for command in ("check", "build"):
        assert obeyed(on_github(hostile_project, command)) == []
    conf.write_text(conf.read_text() + "\nraise ValueError('\\x1b[2J\\n::error::##[error]')\n")
    assert obeyed(on_github(hostile_project, "check")) == []
    assert obeyed(on_github(hostile_project, "chec\x1b[2J\n::error::k")) == []


# --- Output that cannot be written ------------------------------------------------------------------------------------


def test_letters_that_a_terminal_cannot_print_are_escaped():
    code, said = typed("check", "zażółć.md", PYTHONIOENCODING="ascii")
    assert code == 1 and "za\\u017c\\xf3\\u0142\\u0107.md does not exist" in said
    code, said = typed("--list", PYTHONIOENCODING="ascii")
    assert code == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
@pytest.mark.parametrize("args", [["check"], ["--list"], ["translations"]])
def test_a_closed_pipe_ends_without_a_word(args):
    reading, writing = os.pipe()
    os.close(reading)
    result = subprocess.run([sys.executable, "-P", "-c", START, str(ROOT), *args], stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (result.returncode, result.stderr) == (command_line.CLOSED_PIPE, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_output_to_a_full_disk():
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-P", "-c", START, str(ROOT), "check"]
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert result.returncode == 1 and "the disk is full" in result.stderr and len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("number, words", [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "only be read"), (errno.EACCES, "may not")])
def test_a_build_that_cannot_write_ends_in_one_sentence(tmp_path, monkeypatch, number, words):
    """The system refuses to move files into the output: simulated, since root may write anywhere."""
    from caravan.build import command

    monkeypatch.setenv("SITEURL", "https://example.org")
    monkeypatch.setattr(output.os, "replace", refuse(number))

    @command_line.with_error_messages
    def build():
        command.build_public(ROOT, "", str(tmp_path / "site"))

    with pytest.raises(Exit) as caught:
        build()
    assert words in caught.value.message and "Traceback" not in caught.value.message
    assert len(caught.value.message.splitlines()) == 1 and caught.value.code == 1


def refuse(number: int):
    def replace(source, target):
        raise OSError(number, os.strerror(number), str(target))

    return replace


def test_other_exceptions_are_reported_with_a_traceback():
    @command_line.with_error_messages
    def broken():
        raise KeyError("x")

    with pytest.raises(Exit, match="Traceback"):
        broken()


# --- Ctrl-C ---------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a whole console")
@pytest.mark.parametrize("milliseconds", [80, 250, 700])
@pytest.mark.parametrize("command", ["check", "build"])
def test_ctrl_c_at_any_moment_prints_no_traceback(command, milliseconds, tmp_path):
    """The signal goes to all processes, as a terminal sends it, at moments from the start of Python to the end."""
    args = ["--folder", str(tmp_path / "site")] if command == "build" else []
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "tasks.py"), command, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, env={**os.environ, "SITEURL": "https://example.org"},
    )  # fmt: skip
    time.sleep(milliseconds / 1000)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=120)
    if process.poll() in (0, -signal.SIGINT):
        return  # it was done already, or Python had not read the first line
    if "Traceback" in said and "run_inside" not in said and "command_line" not in said:
        return  # Python was starting, before any code that can take the signal
    assert process.returncode == setup.INTERRUPTED, said
    assert "Traceback" not in said and len(said.strip().splitlines()) <= 1, said
