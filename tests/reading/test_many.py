"""Reading with helpers gives what reading alone gives, also when a helper dies."""

from __future__ import annotations

import pytest
from conftest import ROOT

from caravan.reading import evidence, many
from caravan.reading.folder import look
from caravan.reading.places import Rules


@pytest.fixture(scope="module")
def texts():
    return look(ROOT / "content", Rules(("en", "es", "fil"), "en")).texts


@pytest.fixture(scope="module")
def sources():
    return frozenset(evidence.sources(ROOT / "content"))


def test_helpers_change_nothing(texts, sources, monkeypatch):
    alone = many.read_all(texts, sources)
    assert len(alone) == 24
    monkeypatch.setattr(many, "ENOUGH", 5)
    monkeypatch.setattr(many.os, "cpu_count", lambda: 3)
    started = []
    real = many.start
    monkeypatch.setattr(many, "start", lambda *share: started.append(share) or real(*share))
    assert many.read_all(texts, sources) == alone
    assert len(started) == 2


def test_a_helper_that_is_killed_loses_no_text(texts, sources, monkeypatch):
    alone = many.read_all(texts, sources)
    monkeypatch.setattr(many, "ENOUGH", 10)
    monkeypatch.setattr(many.os, "cpu_count", lambda: 2)
    real = many.start

    def doomed(*share):
        helper = real(*share)
        helper[0].kill()
        return helper

    monkeypatch.setattr(many, "start", doomed)
    assert many.read_all(texts, sources) == alone
