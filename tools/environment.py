"""What each script imports first, so that `python3 tools/NAME.py` works in a fresh clone.

The import continues the script in `.venv`, which it creates and fills where needed.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
# As in tasks.py: only compiled code that was made here is run.
sys.pycache_prefix = os.environ.get("PYTHONPYCACHEPREFIX") or str(ROOT / ".venv" / "pycache")
os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
sys.dont_write_bytecode = not (ROOT / ".venv").exists()

from caravan.dev.setup import python_or_exit, replace_process  # noqa: E402

python = python_or_exit(ROOT, "test")
if not os.path.samefile(sys.prefix, ROOT / ".venv"):
    replace_process([python, *sys.argv])


def run(main: Callable[[], object], description: str = "") -> None:
    """Run the script; an expected error ends it with its message. `description`: of a script without options."""
    if description:
        argparse.ArgumentParser(description=description).parse_args()
    from invoke import Exit

    from caravan.build.command import BuildError
    from caravan.build.output import OutputError
    from caravan.site.settings import SettingsError

    try:
        main()
    except (Exit, BuildError, OutputError, SettingsError) as error:
        sys.exit(str(error))
