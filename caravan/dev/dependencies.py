"""`lock` and `update`: every package of the site and of its tests pinned with its hashes.

`licences`: under which licence each pinned package comes, and whether this project may use it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from importlib import metadata
from pathlib import Path

from caravan.dev import node_tools
from caravan.dev.setup import OLDEST_PYTHON

# Wheels only, no index addresses, the same file for every system and Python.
OPTIONS = ("--universal", "--generate-hashes", "--only-binary", ":all:", "--no-emit-index-url", "--no-annotate",
           "--no-header", "--quiet", "--python-version", ".".join(map(str, OLDEST_PYTHON)))  # fmt: skip


TARGETS = {"requirements.txt": ("site",), "requirements-test.txt": ("site", "test")}
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", re.MULTILINE)


def lock(root: Path, *more: str) -> None:
    """Compile requirements.txt and requirements-test.txt from pyproject.toml; the test pins agree with the site's.

    Then package-lock.json from package.json. `more`: further words for uv. Pins that still fit stay as they are.
    """
    for target, groups in TARGETS.items():
        chosen = [word for group in groups for word in ("--group", group)]
        agreed = ["--constraint", "requirements.txt"] if target != "requirements.txt" else []
        command = [sys.executable, "-m", "uv", "pip", "compile", *OPTIONS, *chosen, *agreed, *more, "--output-file", target]
        subprocess.run(command, cwd=root, check=True)
    node_tools.lock_node(root)


def update(root: Path) -> list[str]:
    """Take the newest versions that pyproject.toml and package.json allow; returns what changed, a line a package."""
    files = (*TARGETS, node_tools.PINS[1])
    before = {name: pins(root / name) for name in files}
    lock(root, "--upgrade")
    node_tools.update_node(root)
    return [line for name in files for line in changes(name, before[name], pins(root / name))]


def pins(lock_file: Path) -> dict[str, str]:
    """The pinned version of each package, in a lock file of pip or npm; none where there is no such file."""
    if not lock_file.exists():
        return {}
    text = lock_file.read_text(encoding="utf-8")
    if lock_file.suffix != ".json":
        return dict(PIN.findall(text))
    return {name: about["version"] for name, about in json.loads(text)["packages"].items() if name}


def changes(target: str, before: dict[str, str], after: dict[str, str]) -> list[str]:
    """What is different in a lock file, in words."""
    lines = []
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old != new:
            what = f"{name} {new} is new" if old is None else f"{name} {old} is gone" if new is None else f"{name} {old} → {new}"
            lines.append(f"{target}: {what}")
    return lines


# May be combined with code under AGPL-3.0-or-later. Names as in SPDX.
FITTING = {
    "0BSD", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-2.0", "Bitstream-Vera", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0",
    "GPL-3.0-only", "GPL-3.0-or-later", "GPL-2.0-or-later", "HPND", "ISC", "LGPL-2.1-or-later", "LGPL-3.0-only",
    "LGPL-3.0-or-later", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "OFL-1.1", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib",
    "Unicode-3.0", "public domain",
}  # fmt: skip
# What older packages write instead, in classifiers or in a field of free words.
WRITTEN = {
    "agpl-3.0": "AGPL-3.0-or-later", "gnu affero general public license v3": "AGPL-3.0-only",
    "gnu affero general public license v3 or later (agplv3+)": "AGPL-3.0-or-later",
    "apache license 2.0": "Apache-2.0", "apache license, version 2.0": "Apache-2.0", "apache software license": "Apache-2.0",
    "apache 2.0": "Apache-2.0", "apache-2.0": "Apache-2.0", "apache": "Apache-2.0",
    "bsd license": "BSD-3-Clause", "bsd": "BSD-3-Clause", "bsd 3-clause": "BSD-3-Clause", "bsd-3-clause license": "BSD-3-Clause",
    "new bsd license": "BSD-3-Clause", "bsd 2-clause": "BSD-2-Clause", "mit license": "MIT", "mit": "MIT", "the mit license": "MIT",
    "isc license (iscl)": "ISC", "isc": "ISC", "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0", "psf": "PSF-2.0", "gnu general public license v3 (gplv3)": "GPL-3.0-only",
    "gnu general public license v3 or later (gplv3+)": "GPL-3.0-or-later", "gpl-3.0+": "GPL-3.0-or-later",
    "gnu general public license v2 or later (gplv2+)": "GPL-2.0-or-later",
    "gnu lesser general public license v3 (lgplv3)": "LGPL-3.0-only", "the unlicense (unlicense)": "Unlicense",
    "public domain": "public domain", "zlib/libpng license": "Zlib",
    "gnu general public license (gpl)": "GPL, version not said",
}  # fmt: skip
# Read in a package's own files, where what it declares is not enough.
READ = {
    # COPYING in the package: public domain, single files under the others.
    "docutils": "public domain AND BSD-2-Clause AND BSD-3-Clause AND GPL-3.0-or-later",
    # LICENSE in the package: that of Bitstream Vera (and of Arev, equal to it); what DejaVu changed is in the public domain.
    "dejavu-fonts-ttf": "Bitstream-Vera AND public domain",
}


@dataclass(frozen=True)
class Licence:
    """A package, its version here, its licence as an SPDX expression, and why it may not be used, or an empty string."""

    package: str
    version: str
    expression: str
    problem: str


def licences(lock: Path) -> list[Licence]:
    """Every package that `lock` pins and that is installed here, by name. Others are pinned for other systems."""
    found = []
    for name in sorted(pins(lock)):
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        expression = READ.get(name) or declared(about)
        found.append(Licence(name, about["Version"], expression or "not said", problem(expression)))
    return found


def of_checkers(lock: Path) -> list[Licence]:
    """Every package of npm that `lock` pins: there the lock file itself names the licences."""
    every = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    found = []
    for path, about in sorted(every.items()):
        if path:
            name = path.rpartition("node_modules/")[2]
            expression = READ.get(name) or about.get("license", "")
            found.append(Licence(name, about["version"], expression or "not said", problem(expression)))
    return found


def declared(about: Message) -> str:
    """The licence that a package's metadata declares: an SPDX expression, else classifiers, else words; or nothing."""
    if about.get("License-Expression"):
        return about["License-Expression"]
    classifiers = [line.split(" :: ")[-1] for line in about.get_all("Classifier") or () if line.startswith("License :: ")]
    known = [WRITTEN[name.lower()] for name in classifiers if name.lower() in WRITTEN]
    if known:
        return " AND ".join(dict.fromkeys(known))  # a choice between them is nowhere said, so all must fit
    words = " ".join((about.get("License") or "").split())
    return WRITTEN.get(words.lower()) or (words if words in FITTING else "")


def problem(expression: str) -> str:
    """Why a licence does not fit, or an empty string. In `A OR B` one must fit, in `A AND B` both."""
    if not expression:
        return "says no licence that is known here"
    choices = re.split(r"\s+OR\s+", expression.replace("(", " ").replace(")", " ").strip())
    if any(all(fits(part) for part in re.split(r"\s+AND\s+", choice)) for choice in choices):
        return ""
    return "is not known to fit AGPL-3.0-or-later"


def fits(part: str) -> bool:
    return re.split(r"\s+WITH\s+", part.strip())[0] in FITTING


def report(root: Path) -> int:
    """Print every package with its licence; returns 1 where one does not fit."""
    found = [*licences(root / "requirements-test.txt"), *of_checkers(root / node_tools.PINS[1])]
    lines = [f"{one.package:28} {one.version:14} {one.expression}" for one in found]
    print("\n".join(lines))
    wrong = list(complaints(found))
    print("\n".join(wrong) if wrong else f"{len(found)} packages, all under licences that fit AGPL-3.0-or-later")
    return 1 if wrong else 0


def complaints(found: list[Licence]) -> Iterator[str]:
    for one in found:
        if one.problem:
            yield (
                f"{one.package} {one.version} {one.problem} ({one.expression}). Read its licence; if it fits, write it into "
                "caravan/dev/dependencies.py, else take the package out of pyproject.toml."
            )
