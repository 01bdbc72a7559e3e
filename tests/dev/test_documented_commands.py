"""Every command line in the documents, in messages and in help is valid."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ADDRESS, ROOT, git, task
from invoke import Collection, Program
from invoke.parser import Parser

import tasks
from caravan.dev.command_line import invoke_args

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob(".github/**/*.yml"))]
SOURCES = [ROOT / "tasks.py", *sorted((ROOT / "caravan").rglob("*.py")), *sorted((ROOT / "theme" / "templates").rglob("*.html"))]
COMMAND = re.compile(r"python3? tasks\.py((?: (?!#)[^\s`#|();,]*[^\s`#|();,.:…]| \"[^\"\n]*\"| '[^'\n]*')*)")
COLLECTION = Collection.from_module(tasks)
NAMES = sorted(context.name for context in COLLECTION.to_contexts())


def commands() -> list[tuple[str, str]]:
    """Every command line, with the file that contains it. In code, `{name}` is replaced by a word."""
    found = set()
    for path in [*DOCUMENTS, *SOURCES]:
        for line in COMMAND.findall(path.read_text(encoding="utf-8")):
            command = re.sub(r"\{[^}]*\}|\$\{\{.*?\}\}", "word", line.strip().rstrip("'\"")) if path in SOURCES else line.strip()
            found.add((path.relative_to(ROOT).as_posix(), command))
    return sorted(found)


def split(command: str) -> list[str]:
    """The arguments of a command line; NAME is replaced by a task."""
    return ["verify" if argument == "NAME" else argument for argument in shlex.split(command)]


def test_many_commands_are_documented():
    assert len({command for _, command in commands()}) > 25
    assert {"serve", "rollback", "verify ADDRESS", "NAME --help"} <= {command for _, command in commands()}


@pytest.mark.parametrize("path, command", commands(), ids=lambda value: value)
def test_a_documented_command_is_valid(path, command):
    args = invoke_args(split(command))
    if not args or args == ["word"]:
        return  # the list of tasks, or a task named by a variable
    if args[0] == "--help":
        assert args[1] in NAMES
        return
    program = Program(namespace=COLLECTION)
    parsed = Parser(contexts=COLLECTION.to_contexts(), initial=program.initial_context).parse_argv(args)
    assert [context.name for context in parsed[1:]] == [args[0]] and not parsed.unparsed


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_each_task_has_help(name, flag, capsys):
    Program(namespace=COLLECTION, binary="tasks.py").run(["tasks.py", *invoke_args([name, flag])], exit=False)
    printed = capsys.readouterr().out
    assert COLLECTION[name].__doc__.strip().split("\n")[0].rstrip(".") in printed and "none" not in printed.split("Docstring:")[1].split("Options:")[0]


def scripts() -> list[tuple[str, str]]:
    """Each script of tools/ that a document names, with the options after it."""
    found = {}
    for path in [*DOCUMENTS, ROOT / "tools" / "README.md"]:
        for name, options in re.findall(r"python3 tools/(\w+)\.py((?: [^\s`#][^\s`]*)*)", path.read_text(encoding="utf-8")):
            found.setdefault(name, set()).update(re.findall(r"--[\w-]+", options))
    return sorted(found.items())


@pytest.mark.parametrize(("name", "options"), scripts())
def test_a_documented_script_exists_and_has_its_options(name, options, tmp_path):
    """Run from another folder."""
    skip_without_environment()
    if name == "draw_map":  # has no options, and would download its packages
        assert (ROOT / "tools" / "draw_map.py").is_file() and not options
        return
    result = subprocess.run([sys.executable, str(ROOT / "tools" / f"{name}.py"), "--help"], capture_output=True, text=True, cwd=tmp_path)
    assert result.returncode == 0 and all(option in result.stdout for option in options), result.stderr


def test_a_script_continues_in_the_environment_of_the_project(tmp_path):
    """Any Python may start it; an expected error is a message."""
    skip_without_environment()
    system_python = getattr(sys, "_base_executable", sys.executable)
    command = [system_python, str(ROOT / "tools" / "screenshots.py"), "--folder", "nowhere"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert result.returncode == 1 and result.stderr.startswith("nowhere holds no built site"), result.stderr


def skip_without_environment() -> None:
    if not (Path(sys.prefix) / "installed.json").exists():
        pytest.skip("the tests do not run in the project's own environment")


def run(project: Path, *args: str) -> str:
    """The output of `python3 tasks.py …` in a copy of the project, with the environment of this run."""
    skip_without_environment()
    if not (project / ".venv").exists():
        (project / ".venv").symlink_to(sys.prefix)
    result = subprocess.run([sys.executable, "tasks.py", *args], cwd=project, capture_output=True, text=True)
    printed = result.stdout + result.stderr
    assert "No idea" not in printed and "did not receive" not in printed and "Traceback" not in printed, printed
    return printed


def test_help_and_rollback_reach_their_tasks(project):
    assert "The manifest to trust" in run(project, "verify", "--help")
    assert "The text, such as background/" in run(project, "translate", "--help")
    git(project, "remote", "add", "origin", f"file://{project.parent / 'host.git'}")
    git(project.parent, "init", "--quiet", "--bare", str(project.parent / "host.git"))
    for args in (["2"], ["--dry-run", "2"], [git(project, "rev-parse", "HEAD"), "--dry-run"]):
        assert "Nothing was published to origin/gh-pages yet" in run(project, "rollback", *args)


def test_without_a_cache_all_commands_work(project):
    conf = project / "pelicanconf.py"
    conf.write_text(re.sub("(?m)^STORE_PATH = .*", "STORE_PATH = None", conf.read_text()))
    for args in (["check"], ["translations"], ["build"], ["build"]):
        result = task(project, *args, SITEURL=ADDRESS)
        assert result.returncode == 0 and "Traceback" not in result.stderr, result.stderr
    result = task(project, "translate", "background/harbor-rules", "es", "--done", SITEURL=ADDRESS)
    assert "is marked as made from" in result.stdout, result.stderr
    assert not (project / ".store").exists() and (project / "output" / "index.html").is_file()
