"""After any edits, builds and killed builds, the output is the same as that of a clean build."""

from __future__ import annotations

import pytest
from random_edits import run


@pytest.mark.parametrize("seed", [1])  # more with tools/edits.py
def test_incremental_builds_equal_a_clean_build(tmp_path, seed):
    run(tmp_path / "project", seed, 6)
