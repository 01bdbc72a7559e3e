"""Make random edits to a copy of the project; after each, an incremental build must equal a clean one.

The tests make a few of the same edits (tests/build/random_edits.py).
"""

from __future__ import annotations

import runpy

import environment

if __name__ == "__main__":
    environment.run(lambda: runpy.run_path(str(environment.ROOT / "tests" / "build" / "random_edits.py"), run_name="__main__"))
