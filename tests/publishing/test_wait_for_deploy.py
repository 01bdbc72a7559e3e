"""Waiting for the live site, with a limit."""

from __future__ import annotations

import shutil

import pytest
from conftest import serve_folder
from ground import GOAL, Ground, git, send

from caravan.git import PublishError
from caravan.publishing import publish
from caravan.publishing.publish_lock import publish_lock


class Clock:
    """Time that passes only while somebody waits; `then` happens during the next waits, one after the other."""

    def __init__(self):
        self.now, self.then, self.pauses = 0.0, [], []

    def monotonic(self) -> float:
        return self.now

    time = monotonic

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.pauses.append(seconds)
        if self.then:
            self.then.pop(0)()


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(publish, "time", clock)
    return clock


@pytest.fixture
def ground(tmp_path) -> Ground:
    return Ground(tmp_path / "ground")


def deploy(ground, place):
    """What a host does after a push."""
    shutil.rmtree(place, ignore_errors=True)
    git(ground.folder, "clone", "--quiet", "--branch=gh-pages", ground.host.as_uri(), str(place))


def test_the_live_site_is_waited_for(ground, tmp_path, clock):
    place = tmp_path / "live"
    place.mkdir()
    clock.then = [lambda: None, lambda: deploy(ground, place)]
    with serve_folder(place) as address:
        outcome, said = send(ground.clone, wait=600, address=address)
        assert outcome.pushed and "Waiting until" in said and f"{address}/ shows the new site." in said
        assert len(clock.pauses) == 2
        _outcome, said = send(ground.clone, wait=600, address=address)
        assert "up to date" in said and "shows the new site" in said and len(clock.pauses) == 2


def test_a_host_that_does_not_deploy_is_told_within_the_limit(ground, tmp_path, clock):
    place = tmp_path / "live"
    place.mkdir()
    with serve_folder(place) as address:
        with pytest.raises(PublishError, match=r"is pushed, but .* after 10 minutes: it answers 404 .*Settings → Pages"):
            send(ground.clone, wait=600, address=address)
        assert clock.now == 600 and clock.pauses[0] < clock.pauses[-2] == publish.LONGEST_PAUSE and len(clock.pauses) < 40
        deploy(ground, place)
        ground.edit("Newer")
        with pytest.raises(PublishError, match="it still shows another site"):
            send(ground.clone, wait=60, address=address)
    assert "Newer" in ground.page()
    with pytest.raises(PublishError, match="it does not answer"):
        send(ground.clone, wait=60, address=address)


def test_a_faster_publisher_with_a_newer_source_ends_the_waiting_too(ground, tmp_path, clock):
    """Our site is never seen live, because a newer one took its place; that is no fault."""
    place = tmp_path / "live"
    other = ground.another()
    with serve_folder(tmp_path) as top:
        address = f"{top}/live"
        send(ground.clone, address=address)
        deploy(ground, place)
        ground.edit("Ours")
        git(ground.clone, "push", "--quiet", "origin", "main")

        def overtaken():
            git(other, "pull", "--quiet")
            ground.edit("Newer", clone=other)
            send(other, address=address)
            deploy(ground, place)

        clock.then = [overtaken]
        _outcome, said = send(ground.clone, wait=600, address=address)
    assert "shows the new site" in said


def test_one_publisher_at_a_time_in_one_clone(ground):
    said: list[str] = []
    with publish_lock(ground.clone / ".git"):
        with pytest.raises(PublishError, match=r"Another publisher \(process \d+\) is still at work"):
            with publish_lock(ground.clone / ".git", said.append, patience=0.2):
                pass
        assert "waiting until it has ended" in said[0]
    with publish_lock(ground.clone / ".git", said.append):
        pass
    assert len(said) == 1 and send(ground.clone, GOAL)[0].pushed
