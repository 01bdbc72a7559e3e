"""Worker processes under the programs that start builds, and what crosses process boundaries."""

from __future__ import annotations

import importlib
import inspect
import os
import pickle
import pkgutil
import signal
import subprocess
import sys
import time

import pytest
from conftest import ADDRESS, task

import caravan
from caravan.reading.problems import ContentError, Problem

TRACE = "\nimport os\nfrom pathlib import Path\nwith open(Path(__file__).with_name('imports.txt'), 'a') as file:\n    file.write(f'{os.getpid()}\\n')\n"
SMALL_SHARES = "\nfrom caravan.build import loader, render\nloader.MIN_ITEMS_PER_WORKER = render.MIN_PAGES_PER_WORKER = 5\n"
SAMPLES = {
    "Severity": "error","str": "some text", "int": 7, "list[Problem]": [Problem("content/x.md", 2, "wrong")],
           "ContentError": ContentError([Problem("content/x.md", 2, "wrong")])}  # fmt: skip


def exception_classes():
    for module in pkgutil.walk_packages(caravan.__path__, "caravan."):
        for value in vars(importlib.import_module(module.name)).values():
            if inspect.isclass(value) and issubclass(value, BaseException) and value.__module__ == module.name:
                yield value


CLASSES = sorted(set(exception_classes()), key=lambda value: value.__name__)


def test_all_exception_classes_are_found():
    assert {"ContentError", "GitError", "BuildError", "Unverifiable"} <= {value.__name__ for value in CLASSES}


@pytest.mark.parametrize("error_class", CLASSES, ids=lambda value: value.__name__)
def test_exceptions_survive_pickling(error_class):
    own = error_class.__init__ if inspect.isfunction(error_class.__init__) else None
    parameters = list(inspect.signature(own).parameters.values())[1:] if own else []
    args = [SAMPLES[parameter.annotation] for parameter in parameters] or ["some text"]
    error = error_class(*args)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is error_class and str(again) == str(error) and "\n".join(map(repr, vars(again).items())) == "\n".join(map(repr, vars(error).items()))


@pytest.mark.parametrize("program", ["invoke", "pelican"])
def test_workers_do_not_import_the_main_program_again(project, program):
    """tasks.py and the settings are read once, by the process that was started, and one site is built."""
    file = project / ("tasks.py" if program == "invoke" else "pelicanconf.py")
    file.write_text(file.read_text() + TRACE)
    conf = project / "pelicanconf.py"
    conf.write_text(conf.read_text() + SMALL_SHARES)
    if program == "invoke":
        result = task(project, "build", SITEURL=ADDRESS, CARAVAN_CORES="2")
    else:
        command = [sys.executable, "-m", "pelican", "content", "-s", "pelicanconf.py", "-o", "output"]
        result = subprocess.run(command, cwd=project, capture_output=True, text=True, env={**os.environ, "CARAVAN_CORES": "2"})
    assert result.returncode == 0 and (project / "output" / "index.html").is_file(), result.stdout + result.stderr
    assert len(set((project / "imports.txt").read_text().split())) == 1


def test_junk_in_cores_ends_in_one_sentence(project):
    result = task(project, "build", SITEURL=ADDRESS, CARAVAN_CORES="many")
    assert result.returncode and (result.stdout + result.stderr).strip() == (
        'CARAVAN_CORES is "many"; write the number of processor cores to use, such as 2, or remove the variable.'
    )


@pytest.mark.skipif(os.name == "nt", reason="signals to a process group")
def test_ctrl_c_prints_no_traceback_of_workers(tmp_path):
    """As at a keyboard: all processes of the group get the signal, at whatever moment the worker is."""
    script = tmp_path / "main.py"
    script.write_text(
        "import sys, time\nfrom caravan.build.parallel import WorkerPool\n"
        "if __name__ == '__main__':\n"
        "    try:\n"
        "        with WorkerPool() as pool:\n"
        "            pool.submit(time.sleep, 60)\n            print('started', flush=True)\n            time.sleep(60)\n"
        "    except KeyboardInterrupt:\n        sys.exit('stopped')\n"
    )
    for seconds in (0, 0.05, 0.4):
        with subprocess.Popen(
            [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
            env={**os.environ, "CARAVAN_CORES": "2", "PYTHONPATH": os.pathsep.join(sys.path)},
        ) as process:  # fmt: skip
            process.stdout.readline()
            time.sleep(seconds)
            os.killpg(process.pid, signal.SIGINT)
            assert process.communicate(timeout=30)[1] == "stopped\n"
