"""Build the last commit twice, as `publish` does, under different conditions; compare every byte."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

if __name__ == "__main__":  # first of all, since the rest needs the packages of .venv
    import environment

from caravan.git import PublishError, Repository
from caravan.publishing.site_build import build_clone
from caravan.publishing.site_files import walk_files

# The environments of the two builds: their folders differ too.
CONDITIONS = {
    "one": {"TZ": "America/Los_Angeles", "LC_ALL": "C", "PYTHONHASHSEED": "1", "CARAVAN_CORES": "1"},
    "another place, mañana": {"TZ": "Asia/Manila", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2", "CARAVAN_CORES": "4"},
}


def reproduce(root: Path) -> list[str]:
    """Build the last commit of `root` under both CONDITIONS and return the paths whose bytes differ.

    Raises PublishError if nothing is committed or a build fails.
    """
    source = Repository(root)
    commit = source.commit("HEAD")
    if not commit:
        raise PublishError("Nothing is committed yet, and this builds the last commit. Commit first.")
    os.environ.setdefault("SOURCE_DATE_EPOCH", str(int(time.time())))  # one day, around midnight too
    sites = []
    with tempfile.TemporaryDirectory(prefix="reproduce-") as folder:
        for name, conditions in CONDITIONS.items():
            site = Path(folder) / f"{name} site"
            build_clone(source.clone(commit, Path(folder) / name).folder, site, "", **conditions)
            sites.append({path: (site / path).read_bytes() for path in walk_files(site)})
    first, second = sites
    different = sorted(path for path in first.keys() | second.keys() if first.get(path) != second.get(path))
    print(f"{commit[:12]} built twice, {len(first)} files of {sum(map(len, first.values())):,} bytes: {len(different)} differ")
    return different


def main() -> None:
    try:
        different = reproduce(environment.ROOT)
    except PublishError as error:
        sys.exit(str(error))
    print("\n".join(different), end="\n" if different else "")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    environment.run(main, __doc__)
