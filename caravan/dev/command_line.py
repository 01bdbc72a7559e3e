"""The command line: runs the tasks of tasks.py, with plain messages for what is wrong with the machine or the typed words."""

from __future__ import annotations

import difflib
import errno
import functools
import importlib
import os
import re
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from invoke import Collection, Exit, Program
from invoke import task as invoke_task

from caravan.dev.setup import HELP_FLAGS, INTERRUPTED, exit_at_once, leave_on_interrupt
from caravan.reading.limits import FORBIDDEN_CHARACTERS

BINARY = "python3 tasks.py"
INTERNAL_ERROR = "This is an error in the site's code, not in your text. Please report it in the project's repository, with these lines:"
# What the machine refused, by error number. Others are errors in our code.
REFUSALS = {
    errno.EACCES: "you may not read or write it",
    errno.EPERM: "you may not change it",
    errno.EROFS: "it is on a disk that can only be read",
    errno.ENOSPC: "the disk is full; free some space and run the command again",
    errno.EDQUOT: "your part of the disk is full; free some space and run the command again",
    errno.ENOTDIR: "a part of this path is a file, not a folder",
    errno.EISDIR: "it is a folder, not a file",
    errno.ENAMETOOLONG: "the name is too long",
    errno.EIO: "the disk does not answer as it should",
    errno.EMFILE: "too many files are open; close other programs and run the command again",
}
CLOSED_PIPE = 141  # the exit code that a shell reports for a program that writes to a closed pipe
# Invoke does not support any number of positional arguments: for these tasks, each becomes a value of this option.
POSITIONAL_OPTION = {"check": "--file", "photos": "--file", "rollback": "--to"}
# Options of these tasks that take no value.
FLAGS = {"--dry-run", "-d", "--staged", "-s"}


def main(args: list[str]) -> None:
    """Run the task that `args` names, in the environment of the project. Does not return."""
    escape_unprintable()
    tasks = importlib.import_module("tasks")
    program = Program(name="tasks.py", binary=BINARY, namespace=Collection.from_module(tasks))
    names = sorted(program.namespace.task_names)
    typed = next((arg for arg in args if not arg.startswith("-")), None)
    if typed and typed not in names:
        sys.exit(f'There is no command "{typed}"{did_you_mean(typed, names)} `{BINARY}` lists all.')
    if typed and not HELP_FLAGS & set(args):  # to_contexts takes the help away from the tasks
        check_options(program, typed, args)
    try:
        program.run(["tasks.py", *invoke_args(args)])
    except BrokenPipeError:
        close_output()
        os._exit(CLOSED_PIPE)


def check_options(program: Program, task: str, args: list[str]) -> None:
    """Exit with the nearest names if an option of `args` does not exist."""
    [context] = [context for context in program.namespace.to_contexts() if context.name == task]
    known = [*context.flags, *context.inverse_flags, *HELP_FLAGS]
    typed = args[args.index(task) + 1 :]
    for option, previous in zip((arg.partition("=")[0] for arg in typed), ["", *typed]):
        is_value = previous in context.flags and context.flags[previous].takes_value
        if option.startswith("--") and option not in known and not is_value:
            advice = did_you_mean(option, known)
            sys.exit(f'`{task}` has no option "{option}"{advice} `{BINARY} {task} --help` lists all.')


def did_you_mean(typed: str, known: list[str]) -> str:
    near = difflib.get_close_matches(typed, known, n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(near)}?" if near else "."


def invoke_args(args: list[str]) -> list[str]:
    """Translate a command line for Invoke: `check a.md b.md` becomes `check --file a.md --file b.md`.

    The argument after an option without `=` is the value of this option. `verify --help` becomes `--help verify`, since
    Invoke would use `--help` as the value of the task's positional argument.
    """
    task = next((arg for arg in args if not arg.startswith("-")), None)
    if HELP_FLAGS & set(args):
        return ["--help", task] if task else ["--list"]
    option = POSITIONAL_OPTION.get(task)
    if option is None:
        return args
    start = args.index(task) + 1
    translated, previous = args[:start], ""
    for arg in args[start:]:
        is_value = previous.startswith("-") and "=" not in previous and previous not in FLAGS
        translated += [arg] if arg.startswith("-") or is_value else [option, arg]
        previous = arg
    return translated


def typed_path(root: Path, name: str) -> Path:
    """The file or folder of a typed name: seen from the current folder, or from that of the project. Raises Exit."""
    for path in (Path(os.path.abspath(name)), root / name):
        if os.path.lexists(path):
            return path
    raise Exit(f"{name} does not exist; check the spelling.")


def task(*args, **options):
    """Like Invoke's `task`, but exceptions become error messages."""
    if args:
        return invoke_task(with_error_messages(args[0]))
    return lambda function: invoke_task(with_error_messages(function), **options)


def with_error_messages(function: Callable) -> Callable:
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        escape_unprintable()
        leave_on_interrupt()
        if signal.getsignal(signal.SIGINT) is exit_at_once:
            signal.signal(signal.SIGINT, signal.default_int_handler)  # so that temporary files are removed
        try:
            try:
                return function(*args, **kwargs)
            finally:
                sys.stdout.flush()  # here, where an error has a message
        except Exit:
            raise
        except KeyboardInterrupt:
            raise Exit("\nStopped.", code=INTERRUPTED) from None
        except BrokenPipeError:
            close_output()
            raise Exit(code=CLOSED_PIPE) from None
        except Exception as error:  # noqa: BLE001 - the only place that reports unexpected exceptions
            raise Exit(error_message(error)) from None
        finally:
            leave_on_interrupt()

    return wrapper


def error_message(error: Exception) -> str:
    """One sentence for what is wrong with the content, the settings or the machine; for other errors, a traceback."""
    from caravan.build.output import OutputError
    from caravan.git import PublishError
    from caravan.reading.problems import ContentError
    from caravan.site.settings import SettingsError

    if isinstance(error, (OutputError, ContentError, PublishError, SettingsError)):
        return str(error)
    if isinstance(error, OSError) and error.errno in REFUSALS:
        if error.errno == errno.ENOSPC and not error.filename:
            close_output()  # what was printed cannot be written
        return f"{error.filename or 'A file'} could not be read or written: {REFUSALS[error.errno]}."
    return f"{INTERNAL_ERROR}\n{''.join(traceback.format_exception(error))}"


class SafeOutput:
    """A stream to a terminal or log that shows control characters and overrides of direction as escapes, such as \\u202e.

    In GitHub Actions, none of its lines is a workflow command. Those of `check` are written to `original`, the stream itself.
    """

    def __init__(self, original):
        self.original = original

    def write(self, text: str) -> int:
        text = FORBIDDEN_CHARACTERS.sub(lambda found: ascii(found[0])[1:-1], text)
        if os.environ.get("GITHUB_ACTIONS"):
            text = re.sub(r"(?m)^\s*:(?=:)|##(?=\[)", lambda found: f"{found[0]} ", text)
        return self.original.write(text)

    def isatty(self) -> bool:
        return False  # so that no library writes colours, which would be shown as escapes

    def __getattr__(self, name):
        return getattr(self.original, name)


def escape_unprintable() -> None:
    """Let a terminal show an escape such as \\u0142 for a letter that it cannot print, and for what it would obey."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
        setattr(sys, name, SafeOutput(getattr(stream, "original", stream)))


def close_output() -> None:
    """Discard what is not printed yet, since Python would try again at its end, with a traceback."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
