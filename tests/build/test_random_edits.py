"""The law of building: whatever was edited, built and killed before, the site is the one that a first build makes."""

from __future__ import annotations

import pytest
from random_edits import run


@pytest.mark.parametrize("seed", [1, 2])
def test_many_edits_and_builds_make_the_site_that_one_build_makes(tmp_path, seed):
    run(tmp_path / "project", seed, 8)
