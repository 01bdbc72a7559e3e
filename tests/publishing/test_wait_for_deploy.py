"""Waiting for the live site, and the lock of the publisher."""

from __future__ import annotations

import shutil

import pytest
from conftest import serve_folder
from publish_sandbox import Sandbox, git, publish_clone

from caravan.git import PublishError
from caravan.publishing import publish


class Clock:
    """A clock that advances only in `sleep`. Each call of `sleep` runs the next function of `on_sleep`."""

    def __init__(self):
        self.now, self.on_sleep, self.pauses = 0.0, [], []

    def monotonic(self) -> float:
        return self.now

    time = monotonic

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.pauses.append(seconds)
        if self.on_sleep:
            self.on_sleep.pop(0)()


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(publish, "time", clock)
    return clock


@pytest.fixture
def sandbox(tmp_path) -> Sandbox:
    return Sandbox(tmp_path / "sandbox")


def deploy(sandbox, folder):
    """Update the live site in `folder`, as a host does after a push."""
    shutil.rmtree(folder, ignore_errors=True)
    git(sandbox.folder, "clone", "--quiet", "--branch=gh-pages", sandbox.host.as_uri(), str(folder))


def test_publish_waits_for_the_live_site(sandbox, tmp_path, clock):
    live = tmp_path / "live"
    live.mkdir()
    clock.on_sleep = [lambda: None, lambda: deploy(sandbox, live)]
    with serve_folder(live) as address:
        pushed, messages = publish_clone(sandbox.clone, wait=600, address=address)
        assert pushed and "Waiting until" in messages and f"{address}/ shows the new site." in messages
        assert len(clock.pauses) == 2
        _pushed, messages = publish_clone(sandbox.clone, wait=600, address=address)
        assert "up to date" in messages and "shows the new site" in messages and len(clock.pauses) == 2


def test_a_host_that_does_not_deploy_is_reported_after_the_timeout(sandbox, tmp_path, clock):
    live = tmp_path / "live"
    live.mkdir()
    with serve_folder(live) as address:
        with pytest.raises(PublishError, match=r"is pushed, but .* after 10 minutes: .*File not found.*Settings → Pages"):
            publish_clone(sandbox.clone, wait=600, address=address)
        assert clock.now == 600 and clock.pauses[0] < clock.pauses[-2] == publish.MAX_PAUSE and len(clock.pauses) < 40
        deploy(sandbox, live)
        sandbox.edit("Newer")
        with pytest.raises(PublishError, match="it still shows another site"):
            publish_clone(sandbox.clone, wait=60, address=address)
    assert "Newer" in sandbox.page()
    with pytest.raises(PublishError, match="site-manifest.json that can be read .*refused"):
        publish_clone(sandbox.clone, wait=60, address=address)


def test_waiting_ends_when_another_publisher_was_faster(sandbox, tmp_path, clock):
    """Our site is never live, because a newer one replaced it; that is not an error."""
    live = tmp_path / "live"
    other = sandbox.new_clone()
    with serve_folder(tmp_path) as top:
        address = f"{top}/live"
        publish_clone(sandbox.clone, address=address)
        deploy(sandbox, live)
        sandbox.edit("Ours")
        git(sandbox.clone, "push", "--quiet", "origin", "main")

        def publish_newer():
            git(other, "pull", "--quiet")
            sandbox.edit("Newer", clone=other)
            publish_clone(other, address=address)
            deploy(sandbox, live)

        clock.on_sleep = [publish_newer]
        _pushed, messages = publish_clone(sandbox.clone, wait=600, address=address)
    assert "shows the new site" in messages


def test_one_publisher_at_a_time_in_one_clone(sandbox, capsys):
    folder = sandbox.clone / ".git"
    with publish.publish_lock(folder):
        with pytest.raises(PublishError, match="Another publisher is still running"):
            with publish.publish_lock(folder, timeout=0.2):
                pass
        assert capsys.readouterr().out.count("waiting for it to finish") == 1
    with publish.publish_lock(folder):
        pass
    assert capsys.readouterr().out == "" and publish_clone(sandbox.clone)[0]
