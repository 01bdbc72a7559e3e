"""What a fresh machine needs before the first command can run: a `.venv` with the pinned packages.

Standard library only, and no other module of ours: it runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

OLDEST_PYTHON = (3, 11)
LOCKS = {"site": ("requirements.txt",), "test": ("requirements.txt", "requirements-test.txt")}
# Tasks that need more than the site's own packages.
NEEDS_TEST_PACKAGES = {"drawings", "font", "icons", "licences", "lighthouse", "lock", "shots", "test", "update"}
# What a download needs, for sentences about one that failed.
CONNECTION = "the internet connection (and HTTPS_PROXY, where your network has a proxy)"
# Invoke has no "any number of words after the task": for these tasks a bare word becomes this option.
BARE_WORD_OPTION = {"check": "--file", "rollback": "--to"}
# Options without a value: the word after them is a word of its own.
FLAGS = {"--external", "-e", "--dry-run", "-d"}
HELP = {"--help", "-h"}


class SetUpError(Exception):
    """Set-up cannot go on; the message says what the person can do."""


def run_inside(root: Path, arguments: list[str]) -> None:
    """Replace this process by Invoke inside the project's environment, set up first where needed.

    `root` is the project's folder, `arguments` the words after `tasks.py`. Does not return.
    """
    try:
        if sys.version_info < OLDEST_PYTHON:
            raise SetUpError(
                f"This project needs Python {'.'.join(map(str, OLDEST_PYTHON))} or newer; this is "
                f"{sys.version.split()[0]}. Install a newer Python and run the command again with it."
            )
        words = [word for word in arguments if not word.startswith("-")]
        group = "test" if NEEDS_TEST_PACKAGES & set(words[:1]) and not HELP & set(arguments) else "site"
        python = ensure_environment(root, group)
    except SetUpError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("\nStopped before set-up was complete. The same command goes on where it stopped.")
    if not words and not {"--list", "-l"} & set(arguments):
        arguments = ["--list"]
    os.environ["PYTHONUTF8"] = "1"  # files and output are UTF-8, whatever the locale of this machine says
    command = [str(python), "-m", "invoke", "--search-root", str(root), *options_for_bare_words(arguments)]
    become(command)


def become(command: list[str]) -> None:
    """Run `command` in place of this process. Does not return."""
    if os.name != "nt":
        os.execv(command[0], command)
    with subprocess.Popen(command) as process:  # execv on Windows returns to the shell before the program ends
        while True:
            try:
                sys.exit(process.wait())
            except KeyboardInterrupt:  # the program got it too, and says when it has ended
                continue


def options_for_bare_words(arguments: list[str]) -> list[str]:
    """`check a.md b.md` as Invoke wants it: `check --file a.md --file b.md`.

    A word right after an option with no `=` belongs to that option and stays as it is. `verify --help` becomes
    `--help verify`, since Invoke would take `--help` for the word that the task wants.
    """
    task = next((word for word in arguments if not word.startswith("-")), None)
    if task and HELP & set(arguments):
        return ["--help", task]
    option = BARE_WORD_OPTION.get(task)
    if option is None:
        return arguments
    start = arguments.index(task) + 1
    result, previous = arguments[:start], ""
    for word in arguments[start:]:
        belongs = previous.startswith("-") and "=" not in previous and previous not in FLAGS
        result += [word] if word.startswith("-") or belongs else [option, word]
        previous = word
    return result


def ensure_environment(root: Path, group: str) -> Path:
    """Return the Python of `root/.venv`, after installing what the lock files of `group` name.

    A stamp with the hashes of the installed lock files makes every later start free of set-up.
    Raises SetUpError when the environment cannot be made.
    """
    folder = root / ".venv"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / "installed.json"
    wanted = {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in LOCKS[group]}
    try:
        installed = json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        installed = {}
    if python.exists() and wanted.items() <= installed.items():
        return python
    pip = [str(python), "-m", "pip"]
    if not python.exists():
        pip = make_environment(folder, python)
    elif subprocess.run([*pip, "--version"], capture_output=True).returncode:
        pip = system_pip(python)
    install(pip, root / LOCKS[group][-1])
    stamp.write_text(json.dumps({**installed, **wanted}, indent=1), encoding="utf-8")
    return python


def make_environment(folder: Path, python: Path) -> list[str]:
    """Create the virtual environment and return the pip command that fills it."""
    if folder.is_symlink() or (folder.exists() and not (folder / "pyvenv.cfg").is_file() and any(folder.iterdir())):
        raise SetUpError(f"{folder} is no Python environment, so nothing in it was touched. Move it away and run this again.")
    print(f"Setting up once: a Python environment in {folder.name}/ …", file=sys.stderr, flush=True)
    own_pip = importlib.util.find_spec("ensurepip") is not None
    command = [sys.executable, "-m", "venv", "--clear", str(folder)]
    made = subprocess.run(command if own_pip else [*command, "--without-pip"], capture_output=True, text=True)
    if made.returncode and own_pip:
        # Some distributions ship ensurepip without the wheels that it unpacks.
        own_pip = False
        made = subprocess.run([*command, "--without-pip"], capture_output=True, text=True)
    if made.returncode:
        said = (made.stderr or made.stdout).strip().splitlines()[-3:]
        raise SetUpError("\n".join([
            f"Python could not make an environment in {folder}: check that you may write there and that the disk has room, and "
            "run the command again. Python said:", *said,
        ]))  # fmt: skip
    return [str(python), "-m", "pip"] if own_pip else system_pip(python)


def system_pip(python: Path) -> list[str]:
    """The system's pip, told to install into our environment (needs pip 22.3 or newer)."""
    if importlib.util.find_spec("pip") is None:
        raise SetUpError(
            "Python here comes without its package installer. Install it once (on Debian or Ubuntu: "
            "`sudo apt install python3-venv`) and run the command again."
        )
    return [sys.executable, "-m", "pip", "--python", str(python)]


def install(pip: list[str], lock: Path) -> None:
    """Install the packages of a lock file: wheels only, each checked against its hash."""
    total = sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())
    command = [*pip, "install", "--require-hashes", "--only-binary", ":all:", "--disable-pip-version-check"]
    command += ["--progress-bar", "off", "--no-input", "-r", str(lock)]
    environment = {"PIP_RETRIES": "2", **os.environ, "PYTHONUTF8": "1"}  # pip's own 5 retries keep a person waiting
    done, said = 0, []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", env=environment
    ) as process:
        for line in process.stdout:
            said.append(line.strip())
            if "Retrying (" in line:
                show_progress("Setting up once: no answer yet, trying again …")
            elif line.startswith(("Collecting ", "Requirement already")):
                done += 1
                show_progress(f"Setting up once: package {done} of {total}")
            elif line.startswith("Installing"):
                show_progress(f"Setting up once: installing {done} packages …")
    if process.returncode:
        # Without an answer pip goes on to say that there is no such package, which is not what is wrong.
        details = [line for line in said if "Retrying (" in line][-1:] or [line for line in said if line.startswith("ERROR: ")][-3:]
        raise SetUpError("\n".join([advice("\n".join(said)), *(f"pip: {line[:400]}" for line in details)]))
    show_progress("Setting up once: done\n")


def advice(said: str) -> str:
    """What a person can do when pip printed `said` and failed: a sentence for the first cause that is found in it."""
    if "Retrying (" in said or "ReadTimeoutError" in said or "ConnectionError" in said:
        return f"The packages could not be fetched: check {CONNECTION}, and run the same command again."
    if "No space left" in said or "Errno 28" in said:
        return "The packages could not be installed: make room on the disk, and run the same command again."
    if "DO NOT MATCH THE HASHES" in said:
        return (
            "A package is not the one whose hash the lock file names, so it was not installed: run the same command again on "
            "another network, and report it if that does not help."
        )
    if "No matching distribution" in said:
        return (
            f"A package was not found: check {CONNECTION}, and run the same command again; if that does not help, run it with "
            f"Python 3.11, 3.12 or 3.13 (this is {sys.version.split()[0]})."
        )
    return "The packages could not be installed: remove the cause that pip names, and run the same command again."


def show_progress(message: str) -> None:
    """One progress line: rewritten on a terminal, kept to its last state elsewhere."""
    if sys.stderr.isatty():
        print(f"\r\033[K{message}", end="", file=sys.stderr, flush=True)
    elif message.endswith("\n"):
        print(message, end="", file=sys.stderr, flush=True)
