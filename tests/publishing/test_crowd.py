"""Many publishers at once, and publishers that are killed: nothing is lost, and the site is whole at every moment."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from ground import Ground, git, publisher, send

CROWD = 8
# A person who publishes: brings in what others wrote, and tries again when told to.
PERSON = """
import subprocess, sys
sys.path.insert(0, sys.argv[3])
from pathlib import Path
from ground import AUTHOR, PublishError, git, send
clone, number = Path(sys.argv[1]), sys.argv[2]
(clone / "content" / f"text-{number}.txt").write_text(f"The text of {number}\\n")
git(clone, "add", "--all")
git(clone, *AUTHOR, "commit", "--quiet", "-m", f"Text {number}")
for attempt in range(60):
    git(clone, *AUTHOR, "pull", "--quiet", "--rebase")
    if subprocess.run(["git", "-C", clone, "push", "--quiet", "origin", "main"], capture_output=True).returncode:
        continue
    try:
        send(clone)
        break
    except PublishError as error:
        if "git pull" not in str(error):
            raise
else:
    sys.exit("never published")
"""


@pytest.fixture
def ground(tmp_path) -> Ground:
    ground = Ground(tmp_path / "ground", pages=2)
    send(ground.clone)
    return ground


def test_eight_clones_of_one_history_at_once(ground):
    """Each stands at another commit of one line: the newest must be what is published, whoever comes last."""
    for number in range(CROWD):
        ground.edit(f"The text of {number}", name=f"text-{number}")
    git(ground.clone, "push", "--quiet", "origin", "main")
    clones = [ground.another(f"clone-{number}") for number in range(CROWD)]
    for number, clone in enumerate(clones):
        git(clone, "checkout", "--quiet", "--detach", f"HEAD~{number}")
    processes = [publisher(clone) for clone in clones]
    said = [process.communicate(timeout=1200)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * CROWD, said
    for number in range(CROWD):
        assert f"The text of {number}" in ground.page(f"text-{number}")
    assert ground.is_whole() and 2 <= ground.commits() <= 1 + CROWD
    pages = [git(ground.host, "ls-tree", "--name-only", commit).count("text-") for commit in history(ground)]
    assert pages == sorted(pages), "an older source was published after a newer one"


def history(ground):
    return git(ground.host, "rev-list", "--reverse", "gh-pages").splitlines()


def test_eight_people_who_write_and_publish_at_once(ground):
    """Clones that go apart: each person is told to bring in what the others wrote, and every text arrives."""
    clones = [ground.another(f"person-{number}") for number in range(CROWD)]
    here = os.path.dirname(__file__)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PERSON, str(clone), str(number), here], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for number, clone in enumerate(clones)
    ]
    said = [process.communicate(timeout=1200)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * CROWD, said
    for number in range(CROWD):
        assert f"The text of {number}" in ground.page(f"text-{number}")
    assert ground.is_whole()
    pages = [git(ground.host, "ls-tree", "--name-only", commit).count("text-") for commit in history(ground)]
    assert pages == sorted(pages)


def test_eight_publishers_in_one_clone(ground):
    ground.edit("The same for all")
    processes = [publisher(ground.clone) for _number in range(CROWD)]
    said = [process.communicate(timeout=1200)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * CROWD, said
    assert ground.commits() == 2 and "The same for all" in ground.page() and ground.is_whole()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no group of processes to kill at once")
def test_killed_at_any_moment(ground):
    """`kill -9` of the publisher with all its children. CARAVAN_KILLS sets how many; the site is whole after each."""
    kills, seed = int(os.environ.get("CARAVAN_KILLS", "10")), int(os.environ.get("CARAVAN_SEED", "0"))
    chance = random.Random(seed)
    ground.edit("Before")
    start = time.monotonic()
    done = publisher(ground.clone)
    assert done.communicate(timeout=1200) and done.returncode == 0
    usual = time.monotonic() - start
    states = {"old": 0, "new": 0}
    for number in range(kills):
        words = f"Text {number}"
        ground.edit(words)
        before = ground.tip
        process = publisher(ground.clone)
        time.sleep(chance.uniform(0.02, usual * 1.3))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert ground.is_whole()
        new = ground.tip != before
        assert new == (words in ground.page())
        states["new" if new else "old"] += 1
        if number % 5 == 4 or number == kills - 1:
            _outcome, _said = send(ground.clone)  # the next publishing works, over whatever was left behind
            assert words in ground.page() and ground.is_whole()
    print(f"{kills} kills: {states['old']} left the old site, {states['new']} the new one; all whole, every next publishing worked")


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a whole console")
def test_stopped_with_ctrl_c(ground):
    """A sentence, no traceback; whether it was published is told by the list."""
    ground.edit("Stopped")
    hook = ground.host / "hooks" / "pre-receive"
    ready = ground.folder / "ready"
    hook.write_text(f'#!/bin/sh\n: > "{ready}"\nsleep 20\n', newline="\n")
    hook.chmod(0o755)
    tip = ground.tip
    process = publisher(ground.clone)
    while not ready.exists():
        assert process.poll() is None
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=1200)
    assert process.returncode == 1 and "Stopped. The published site is whole" in said and "Traceback" not in said
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # the host's hook, which still sleeps
    hook.unlink()
    assert ground.tip == tip
    send(ground.clone)
    assert "Stopped" in ground.page() and ground.is_whole()

