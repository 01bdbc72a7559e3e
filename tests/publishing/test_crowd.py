"""Concurrent and killed publishers: no text is lost, and the published site is always complete."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time

import publish_sandbox
import pytest
from publish_sandbox import Sandbox, git, publish_clone, start_publisher

PUBLISHERS = 8
# A person who commits a text, pulls what others wrote, and publishes again after a refusal that asks for `git pull`.
PERSON = """
import subprocess, sys
sys.path.insert(0, sys.argv[3])
from pathlib import Path
from publish_sandbox import AUTHOR, PublishError, git, publish_clone
clone, number = Path(sys.argv[1]), sys.argv[2]
(clone / "content" / f"text-{number}.txt").write_text(f"The text of {number}\\n")
git(clone, "add", "--all")
git(clone, *AUTHOR, "commit", "--quiet", "-m", f"Text {number}")
for attempt in range(60):
    git(clone, *AUTHOR, "pull", "--quiet", "--rebase")
    if subprocess.run(["git", "-C", clone, "push", "--quiet", "origin", "main"], capture_output=True).returncode:
        continue
    try:
        publish_clone(clone)
        break
    except PublishError as error:
        if "git pull" not in str(error):
            raise
else:
    sys.exit("never published")
"""


@pytest.fixture
def sandbox(tmp_path) -> Sandbox:
    sandbox = Sandbox(tmp_path / "sandbox", pages=2)
    publish_clone(sandbox.clone)
    return sandbox


def test_eight_clones_of_one_history_at_once(sandbox):
    """Each clone has another commit of one history checked out: the newest must be published, whoever finishes last."""
    for number in range(PUBLISHERS):
        sandbox.edit(f"The text of {number}", name=f"text-{number}")
    git(sandbox.clone, "push", "--quiet", "origin", "main")
    clones = [sandbox.new_clone(f"clone-{number}") for number in range(PUBLISHERS)]
    for number, clone in enumerate(clones):
        git(clone, "checkout", "--quiet", "--detach", f"HEAD~{number}")
    processes = [start_publisher(clone) for clone in clones]
    outputs = [process.communicate(timeout=1200)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * PUBLISHERS, outputs
    for number in range(PUBLISHERS):
        assert f"The text of {number}" in sandbox.page(f"text-{number}")
    assert sandbox.is_complete() and 2 <= sandbox.commit_count() <= 1 + PUBLISHERS
    pages = [git(sandbox.host, "ls-tree", "--name-only", commit).count("text-") for commit in history(sandbox)]
    assert pages == sorted(pages), "an older source was published after a newer one"


def history(sandbox):
    return git(sandbox.host, "rev-list", "--reverse", "gh-pages").splitlines()


def test_eight_people_who_write_and_publish_at_once(sandbox):
    """Diverged clones: each person is told to pull what the others wrote, and every text is published in the end."""
    clones = [sandbox.new_clone(f"person-{number}") for number in range(PUBLISHERS)]
    sandbox_folder = os.path.dirname(publish_sandbox.__file__)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PERSON, str(clone), str(number), sandbox_folder], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for number, clone in enumerate(clones)
    ]
    outputs = [process.communicate(timeout=1200)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * PUBLISHERS, outputs
    for number in range(PUBLISHERS):
        assert f"The text of {number}" in sandbox.page(f"text-{number}")
    assert sandbox.is_complete()
    pages = [git(sandbox.host, "ls-tree", "--name-only", commit).count("text-") for commit in history(sandbox)]
    assert pages == sorted(pages)


def test_eight_publishers_in_one_clone(sandbox):
    sandbox.edit("The same for everyone")
    processes = [start_publisher(sandbox.clone) for _number in range(PUBLISHERS)]
    outputs = [process.communicate(timeout=1200)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * PUBLISHERS, outputs
    assert sandbox.commit_count() == 2 and "The same for everyone" in sandbox.page() and sandbox.is_complete()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no process groups")
def test_killed_at_any_moment(sandbox):
    """SIGKILL for the publisher with all its children, at random moments.

    CARAVAN_KILLS sets the number of kills, CARAVAN_SEED the seed. The site must be complete after each.
    """
    kills, seed = int(os.environ.get("CARAVAN_KILLS", "10")), int(os.environ.get("CARAVAN_SEED", "0"))
    rng = random.Random(seed)
    sandbox.edit("Before")
    start = time.monotonic()
    process = start_publisher(sandbox.clone)
    assert process.communicate(timeout=1200) and process.returncode == 0
    duration = time.monotonic() - start
    states = {"old": 0, "new": 0}
    for number in range(kills):
        text = f"Text {number}"
        sandbox.edit(text)
        previous_tip = sandbox.tip
        process = start_publisher(sandbox.clone)
        time.sleep(rng.uniform(0.02, duration * 1.3))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert sandbox.is_complete()
        new = sandbox.tip != previous_tip
        assert new == (text in sandbox.page())
        states["new" if new else "old"] += 1
        if number % 5 == 4 or number == kills - 1:
            publish_clone(sandbox.clone)  # works in spite of what the killed publisher left behind
            assert text in sandbox.page() and sandbox.is_complete()
    print(f"{kills} kills: {states['old']} left the old site, {states['new']} the new one; all were complete, and publishing worked again")


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to all processes of a console")
def test_stopped_with_ctrl_c(sandbox):
    """The publisher prints a message without a traceback."""
    sandbox.edit("Stopped")
    hook = sandbox.host / "hooks" / "pre-receive"
    ready = sandbox.folder / "ready"
    hook.write_text(f'#!/bin/sh\n: > "{ready}"\nsleep 20\n', newline="\n")
    hook.chmod(0o755)
    tip = sandbox.tip
    process = start_publisher(sandbox.clone)
    while not ready.exists():
        assert process.poll() is None
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=1200)
    assert process.returncode == 1 and "Stopped. The published site is complete" in output and "Traceback" not in output
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # the hook on the host, which still sleeps
    hook.unlink()
    assert sandbox.tip == tip
    publish_clone(sandbox.clone)
    assert "Stopped" in sandbox.page() and sandbox.is_complete()

