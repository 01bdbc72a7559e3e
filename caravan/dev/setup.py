"""Creates `.venv` with the pinned packages, and runs a command in it.

This module and what it imports need only the standard library, since they run before any package is installed.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from caravan.git import PublishError, refuse_generated_files

OLDEST_PYTHON = (3, 11)
SITE_LOCK = "requirements.txt"
LOCKS = {"site": (SITE_LOCK,), "test": (SITE_LOCK, "requirements-test.txt"), "publish": ("requirements-publish.txt",)}
# Tasks that need the packages of the group `test`.
NEEDS_TEST_PACKAGES = {"lint", "test"}
# For messages about a failed download.
CONNECTION = "the internet connection (and HTTPS_PROXY, where your network has a proxy)"
HELP_FLAGS = {"--help", "-h"}
INTERRUPTED = 130  # the exit code that shells use after Ctrl-C
# Runs the command line in the environment. `-c` and not a file: processes that this one spawns would import the file again.
START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from caravan.dev import setup; setup.leave_on_interrupt(); "
    "from {} import main; main(sys.argv[2:])"
)


class SetUpError(Exception):
    """Setup failed; the message says what to do."""


def run_inside(root: Path, args: list[str]) -> None:
    """Run the command line in the project's environment, in place of this process. Installs the environment first if needed.

    `root`: the project's folder. `args`: the command line after `tasks.py`. Does not return.
    """
    hide_token(args)
    positional = [arg for arg in args if not arg.startswith("-")]
    group = "test" if NEEDS_TEST_PACKAGES & set(positional[:1]) and not {*HELP_FLAGS, "--if-code-changed"} & set(args) else "site"
    if args[:2] == ["publish", "--prepared"] and len(args) > 2 and args[3:] in ([], ["--wait"]):  # others need Invoke
        group = "publish"
    python = python_or_exit(root, group)
    if not positional and not {"--list", "-l"} & set(args):
        args = ["--list"]
    module = "caravan.publishing.publish" if group == "publish" else "caravan.dev.command_line"
    replace_process([python, "-P", "-c", START.format(module), str(root), *args])


def hide_token(args: list[str]) -> None:
    """Move the token into a pipe that no child inherits, and start this program again: /proc shows the environment that a
    process started with to every program of the same user. Windows has no /proc."""
    token = os.name != "nt" and os.environ.pop("PUBLISH_TOKEN", "")
    if token:
        reader, writer = os.pipe()
        os.write(writer, token.encode())
        os.close(writer)
        os.set_inheritable(reader, True)
        passed = {"PUBLISH_TOKEN_PIPE": str(reader)} if {"publish", "rollback", "published"} & set(args) else {}
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, **passed})


def python_or_exit(root: Path, group: str) -> str:
    """The Python that `ensure_environment` returns; ends the program with a message if there is none."""
    os.environ["PYTHONUTF8"] = "1"  # files and output of the next process are UTF-8 in every locale
    try:
        if sys.version_info < OLDEST_PYTHON:
            raise SetUpError(
                f"This project needs Python {'.'.join(map(str, OLDEST_PYTHON))} or newer; this is "
                f"{sys.version.split()[0]}. Install a newer Python and run the command again with it."
            )
        signal.signal(signal.SIGINT, signal.default_int_handler)
        refuse_generated_files(root)
        python = str(ensure_environment(root, group))
    except (SetUpError, PublishError) as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"The Python environment could not be set up: {error.strerror}: {error.filename or '.venv'}.")
    except KeyboardInterrupt:
        print("\nStopped before the setup was complete. Run the same command again to continue.", file=sys.stderr)
        os._exit(INTERRUPTED)
    leave_on_interrupt()
    return python


def leave_on_interrupt() -> None:
    """Let Ctrl-C end the process at once, with nothing to clean up; unless it is ignored, as in background processes."""
    if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:
        with contextlib.suppress(ValueError):  # another thread than the main one
            signal.signal(signal.SIGINT, exit_at_once)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])


def exit_at_once(*args: object) -> None:
    os._exit(INTERRUPTED)


def replace_process(command: list[str]) -> None:
    """Run `command` in place of this process. Does not return."""
    if os.name != "nt":
        # Python prints a traceback if Ctrl-C comes while it starts; `leave_on_interrupt` takes the signal up again.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        os.execv(command[0], command)
    with subprocess.Popen(command) as process:  # with execv on Windows, the shell would not wait for the program
        while True:
            try:
                sys.exit(process.wait())
            except KeyboardInterrupt:  # the program received it, too; wait until it ends
                continue


def ensure_environment(root: Path, group: str) -> Path:
    """The Python of `root/.venv`, after installing the lock files of `group`, unless they are installed already.

    installed.json in `.venv` holds the hashes of the installed lock files. Raises SetUpError if the installation fails.
    """
    folder = root / ".venv"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    record = folder / "installed.json"
    required = {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in LOCKS[group]}
    try:
        installed = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        installed = {}
    if python.exists() and required.items() <= installed.items():
        return python
    if not python.exists():
        create_environment(folder)
    pip = [str(python), "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True).returncode:
        pip = system_pip(python)
    install(pip, root / LOCKS[group][-1])
    record.write_text(json.dumps({**installed, **required}, indent=1), encoding="utf-8")
    return python


def create_environment(folder: Path) -> None:
    """Create the virtual environment, without pip where the system has none to put into it. Raises SetUpError."""
    if folder.is_symlink() or (folder.exists() and not (folder / "pyvenv.cfg").is_file() and any(folder.iterdir())):
        raise SetUpError(f"{folder} is not a Python environment, so it was left alone. Move it away and run the command again.")
    print(f"One-time setup: a Python environment in {folder.name}/ …", file=sys.stderr, flush=True)
    # Some distributions ship Python without ensurepip, or ensurepip without the wheels that it installs.
    for options in ([], ["--without-pip"]):
        command = [sys.executable, "-m", "venv", "--clear", *options, str(folder)]
        result = subprocess.run(command, capture_output=True, text=True)
        if not result.returncode:
            return
    raise SetUpError("\n".join([
        f"Python could not create an environment in {folder}: check that you may write there and that the disk is not "
        "full, and run the command again. Message of Python:", *(result.stderr or result.stdout).strip().splitlines()[-3:],
    ]))  # fmt: skip


def system_pip(python: Path) -> list[str]:
    """The command of the system's pip that installs into our environment (pip 22.3 or newer)."""
    if importlib.util.find_spec("pip") is None:
        raise SetUpError(
            "Python is installed without pip. Install it (on Debian or Ubuntu: `sudo apt install python3-venv`) and run the command again."
        )
    return [sys.executable, "-m", "pip", "--python", str(python)]


def install(pip: list[str], lock: Path) -> None:
    """Install the packages of a lock file: wheels only, each checked against its hash."""
    total = sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())
    command = [*pip, "install", "--require-hashes", "--only-binary", ":all:", "--disable-pip-version-check"]
    command += ["--progress-bar", "off", "--no-input", "--no-compile", "-r", str(lock)]  # Python compiles what is used
    environment = {"PIP_RETRIES": "2", **os.environ, "PYTHONUTF8": "1"}  # pip's default of 5 takes minutes
    collected, output = 0, []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", env=environment) as process:
        for line in process.stdout:
            output.append(line.strip())
            if "Retrying (" in line:
                show_progress("One-time setup: no answer, trying again …")
            elif line.startswith(("Collecting ", "Requirement already")):
                collected += 1
                show_progress(f"One-time setup: package {collected} of {total}")
            elif line.startswith("Installing"):
                show_progress(f"One-time setup: installing {collected} packages …")
    if process.returncode:
        # Without a connection, pip's last error says that the package does not exist.
        details = [line for line in output if "Retrying (" in line][-1:] or [line for line in output if line.startswith("ERROR: ")][-3:]
        raise SetUpError("\n".join([advice("\n".join(output)), *(f"pip: {line[:400]}" for line in details)]))
    show_progress("One-time setup: done\n")


def advice(output: str) -> str:
    """What to do after pip failed with `output`, by the first known cause in it."""
    if "Retrying (" in output or "ReadTimeoutError" in output or "ConnectionError" in output:
        return f"The packages could not be downloaded: check {CONNECTION}, and run the same command again."
    if "No space left" in output or "Errno 28" in output:
        return "The packages could not be installed: the disk is full. Free some space and run the same command again."
    if "DO NOT MATCH THE HASHES" in output:
        return (
            "A package does not have the hash in the lock file, so it was not installed: run the same command again on another "
            "network, and report it if that does not help."
        )
    if "No matching distribution" in output:
        return (
            f"A package was not found: check {CONNECTION}, and run the same command again; if that does not help, run it with "
            f"Python 3.11, 3.12 or 3.13 (this is {sys.version.split()[0]})."
        )
    return "The packages could not be installed: fix what pip names, and run the same command again."


def show_progress(message: str) -> None:
    """Show a progress line: overwritten on a terminal, elsewhere only the last one is printed."""
    if sys.stderr.isatty():
        print(f"\r\033[K{message}", end="", file=sys.stderr, flush=True)
    elif message.endswith("\n"):
        print(message, end="", file=sys.stderr, flush=True)
