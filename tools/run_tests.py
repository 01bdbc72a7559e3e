"""The commands `lint` and `test`: ruff and the structure of the code, then the test suite with all that it needs."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from caravan.build.manifest import uncommitted_changes
from caravan.dev.setup import python_or_exit
from caravan.git import PAGES, PublishError, Repository
from caravan.publishing.branch import fetch
from caravan.publishing.source_changes import code_hash, is_code, source_changes

# worksteal: an idle process takes over tests of another. Each process builds the sites and starts the browser for its own
# tests, which costs less than an idle core. More processes than cores were measured: they save nothing.
PARALLEL = ("-n", "auto", "--dist", "worksteal")


def lint(root: Path) -> int:
    """Let ruff and tools/structure.py print every fault; returns the exit code (1 if there is one)."""
    commands = (["-m", "ruff", "check", "--quiet", str(root)], [str(root / "tools" / "structure.py")])
    codes = [subprocess.run([sys.executable, *command], cwd=root).returncode for command in commands]
    return 1 if any(codes) else 0


def run_tests(root: Path, pytest_args: str, markers: str = "") -> int:
    """Run lint, and if it finds nothing, pytest on all cores; returns the exit code.

    `markers`: which tests to run, as for `pytest -m`: tests/conftest.py marks those that need a browser or Node
    (`browser`), and those that look at the texts in content/ (`live`).
    """
    lint_code = lint(root)
    if lint_code:
        return lint_code
    selection = ["-m", markers] if markers else []
    commands = [["-m", "pytest", *PARALLEL, *selection, *shlex.split(pytest_args)]]
    if "not browser" not in markers:
        commands.insert(0, [str(root / "tools" / "browser.py")])
    for command in commands:
        code = subprocess.run([sys.executable, *command], cwd=root, env={**os.environ, "PYTHONUTF8": "1"}).returncode
        if code:
            return code
    return 0


def run_if_code_changed(root: Path) -> int:
    """Test the code and check the licences of packages, unless the code is that of the published site, which was tested with it;
    returns the exit code.

    The packages of the tests are installed only if they run. If all tests pass, GitHub Actions gets the hash of the tested code
    as the output `code-tested`, for `publish`.
    """
    repository = Repository(root)
    reason = why_to_test(repository)
    if not reason:
        print("The tests do not run: only texts and data changed since the code was tested.")
        return 0
    print(f"The tests run: {reason}.", flush=True)
    python_or_exit(root, "test")
    licences = [sys.executable, str(root / "tools" / "dependencies.py"), "licences"]
    code = run_tests(root, "") or subprocess.run(licences, cwd=root).returncode
    output_file = os.environ.get("GITHUB_OUTPUT")
    if not code and output_file:
        with open(output_file, "a", encoding="utf-8") as stream:
            stream.write(f"code-tested={code_hash(repository, 'HEAD')}\n")
    return code


def why_to_test(repository: Repository) -> str:
    """Why the code's tests must run before the commit that is checked out is published; empty if they need not run."""
    uncommitted = list(filter(is_code, uncommitted_changes(repository)))
    if uncommitted:
        return f"{uncommitted[0]} is code and has changed since the last commit"
    try:
        published = fetch(repository)
    except PublishError as error:
        return f"what is published is not known ({error})"
    if not published.tip:
        return f"nothing is published on {PAGES} yet"
    if not published.code_tested:
        return f"the site on {PAGES} does not say which code it was tested with"
    if published.code_tested == code_hash(repository, "HEAD"):
        return ""
    changed = source_changes(repository, published.source, "HEAD").code if repository.commit(published.source) else ()
    more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
    return f"{changed[0]}{more} changed since the site on {PAGES}" if changed else f"the code is not that of the site on {PAGES}"
