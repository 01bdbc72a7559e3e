"""What each script imports first, so that `python3 tools/NAME.py` works in a fresh clone.

The import continues the script in `.venv`, which it creates and fills where needed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from caravan.dev.setup import continue_in_environment  # noqa: E402

continue_in_environment(ROOT)


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
