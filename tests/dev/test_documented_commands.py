"""What is documented works: each command line in the documents, in messages and in help is one that the tasks take."""

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
from caravan.dev.setup import options_for_bare_words

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob(".github/**/*.yml"))]
SENTENCES = [ROOT / "tasks.py", *sorted((ROOT / "caravan").rglob("*.py")), *sorted((ROOT / "theme" / "templates").rglob("*.html"))]
COMMAND = re.compile(r"python3? tasks\.py((?: (?!#)[^\s`#|();,]*[^\s`#|();,.:…]| \"[^\"\n]*\"| '[^'\n]*')*)")
COLLECTION = Collection.from_module(tasks)
NAMES = sorted(context.name for context in COLLECTION.to_contexts())


def commands() -> list[tuple[str, str]]:
    """Every command line, with the file where it stands; `{name}` in a message stands for any word."""
    found = []
    for path in [*DOCUMENTS, *SENTENCES]:
        for line in COMMAND.findall(path.read_text(encoding="utf-8")):
            words = re.sub(r"\{[^}]*\}|\$\{\{.*?\}\}", "word", line.strip().rstrip("'\"")) if path in SENTENCES else line.strip()
            found.append((path.relative_to(ROOT).as_posix(), words))
    return sorted(set(found))


def typed(words: str) -> list[str]:
    """The words as a person types them: NAME is any task."""
    return ["verify" if word == "NAME" else word for word in shlex.split(words)]


def test_there_are_many():
    assert len({words for _, words in commands()}) > 25
    assert {"serve", "rollback", "verify ADDRESS", "translate background/nafta es", "NAME --help"} <= {words for _, words in commands()}


@pytest.mark.parametrize("where, words", commands(), ids=lambda value: value)
def test_a_documented_command_is_known_with_all_its_words(where, words):
    given = options_for_bare_words(typed(words))
    if not given or given == ["word"]:
        return  # lists the tasks, or names any of them
    if given[0] == "--help":
        assert given[1] in NAMES
        return
    program = Program(namespace=COLLECTION)
    parsed = Parser(contexts=COLLECTION.to_contexts(), initial=program.initial_context).parse_argv(given)
    assert [context.name for context in parsed[1:]] == [given[0]] and not parsed.unparsed


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("asked", ["--help", "-h"])
def test_each_task_explains_itself(name, asked, capsys):
    Program(namespace=COLLECTION, binary="tasks.py").run(["tasks.py", *options_for_bare_words([name, asked])], exit=False)
    said = capsys.readouterr().out
    assert COLLECTION[name].__doc__.strip().split("\n")[0].rstrip(".") in said and "none" not in said.split("Docstring:")[1].split("Options:")[0]


def run(project: Path, *words: str) -> str:
    """`python3 tasks.py …` in a copy of the project, in the environment of this run."""
    if not (Path(sys.prefix) / "installed.json").exists():
        pytest.skip("the tests do not run in the project's own environment")
    if not (project / ".venv").exists():
        (project / ".venv").symlink_to(sys.prefix)
    done = subprocess.run([sys.executable, "tasks.py", *words], cwd=project, capture_output=True, text=True)
    said = done.stdout + done.stderr
    assert "No idea" not in said and "did not receive" not in said and "Traceback" not in said, said
    return said


def test_help_and_steps_back_reach_their_tasks(project):
    assert "The manifest to trust" in run(project, "verify", "--help")
    assert "The text, such as background/nafta." in run(project, "translate", "--help")
    git(project, "remote", "add", "origin", f"file://{project.parent / 'host.git'}")
    git(project.parent, "init", "--quiet", "--bare", str(project.parent / "host.git"))
    for words in (["2"], ["--dry-run", "2"], [git(project, "rev-parse", "HEAD"), "--dry-run"]):
        assert "Nothing was published to origin/gh-pages yet" in run(project, "rollback", *words)


def test_without_a_store_everything_works_and_nothing_is_left(project):
    conf = project / "pelicanconf.py"
    conf.write_text(re.sub("(?m)^STORE_PATH = .*", "STORE_PATH = None", conf.read_text()))
    for words in (["check"], ["translations"], ["build"], ["build"]):
        done = task(project, *words, SITEURL=ADDRESS)
        assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    done = task(project, "translate", "background/nafta", "es", SITEURL=ADDRESS)
    assert "is marked as made from" in done.stdout, done.stderr
    assert not (project / ".store").exists() and (project / "output" / "index.html").is_file()
