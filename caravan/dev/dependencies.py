"""The commands `lock`, `update` and `licences`: pins all packages with hashes, and checks their licences."""

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

# Wheels only, without the address of an index, one lock file for every system and Python version.
OPTIONS = ("--universal", "--generate-hashes", "--only-binary", ":all:", "--no-emit-index-url", "--no-annotate",
           "--no-header", "--quiet", "--python-version", ".".join(map(str, OLDEST_PYTHON)))  # fmt: skip

TARGETS = {"requirements.txt": ("site",), "requirements-test.txt": ("site", "test")}
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", re.MULTILINE)


def lock(root: Path, *uv_options: str) -> None:
    """Compile requirements.txt and requirements-test.txt from pyproject.toml, and package-lock.json from package.json.

    Pins that still match stay. The pins of the tests are those of the site where both use a package.
    """
    for target, groups in TARGETS.items():
        group_options = [option for group in groups for option in ("--group", group)]
        constraints = ["--constraint", "requirements.txt"] if target != "requirements.txt" else []
        command = [
            sys.executable, "-m", "uv", "pip", "compile", *OPTIONS, *group_options, *constraints, *uv_options, "--output-file", target,
        ]  # fmt: skip
        subprocess.run(command, cwd=root, check=True)
    node_tools.lock_node(root)


def update(root: Path) -> list[str]:
    """Pin the newest versions that pyproject.toml and package.json allow; returns one line for each changed package."""
    files = (*TARGETS, node_tools.PINS[1])
    before = {name: pins(root / name) for name in files}
    lock(root, "--upgrade")
    node_tools.update_node(root)
    return [line for name in files for line in changes(name, before[name], pins(root / name))]


def pins(lock_file: Path) -> dict[str, str]:
    """The pinned version of each package in a lock file of pip or npm; none if the file does not exist."""
    if not lock_file.exists():
        return {}
    text = lock_file.read_text(encoding="utf-8")
    if lock_file.suffix != ".json":
        return dict(PIN.findall(text))
    return {name: entry["version"] for name, entry in json.loads(text)["packages"].items() if name}


def changes(target: str, before: dict[str, str], after: dict[str, str]) -> list[str]:
    """One line for each difference in the lock file `target`."""
    lines = []
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old != new:
            change = f"{name} {new} added" if old is None else f"{name} {old} removed" if new is None else f"{name} {old} → {new}"
            lines.append(f"{target}: {change}")
    return lines


# Licences that may be combined with code under AGPL-3.0-or-later, by their SPDX identifiers.
COMPATIBLE = {
    "0BSD", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-2.0", "Bitstream-Vera", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0",
    "GPL-3.0-only", "GPL-3.0-or-later", "GPL-2.0-or-later", "HPND", "ISC", "LGPL-2.1-or-later", "LGPL-3.0-only",
    "LGPL-3.0-or-later", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "OFL-1.1", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib",
    "Unicode-3.0", "public domain",
}  # fmt: skip
# What packages without an SPDX expression write, in classifiers or in the field License.
SPDX_NAMES = {
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
    "gnu general public license (gpl)": "GPL, version unknown",
}  # fmt: skip
# Licences that people have read in the files of a package whose metadata does not tell enough.
REVIEWED = {
    # COPYING in the package: public domain, with single files under the other licences.
    "docutils": "public domain AND BSD-2-Clause AND BSD-3-Clause AND GPL-3.0-or-later",
    # LICENSE in the package: those of Bitstream Vera and of Arev (the same text); the changes by DejaVu are public domain.
    "dejavu-fonts-ttf": "Bitstream-Vera AND public domain",
}


@dataclass(frozen=True)
class Licence:
    """The licence of an installed package, as an SPDX expression. `problem`: why it may not be used, or ""."""

    package: str
    version: str
    expression: str
    problem: str


def python_licences(lock_file: Path) -> list[Licence]:
    """The licence of every package that `lock_file` pins and that is installed. Others are for other systems."""
    licences = []
    for name in sorted(pins(lock_file)):
        try:
            package = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        expression = REVIEWED.get(name) or declared_licence(package)
        licences.append(Licence(name, package["Version"], expression or "unknown", licence_problem(expression)))
    return licences


def node_licences(lock_file: Path) -> list[Licence]:
    """The licence of every package that `lock_file` of npm pins, as the lock file itself names it."""
    licences = []
    for path, entry in sorted(json.loads(lock_file.read_text(encoding="utf-8"))["packages"].items()):
        if path:
            name = path.rpartition("node_modules/")[2]
            expression = REVIEWED.get(name) or entry.get("license", "")
            licences.append(Licence(name, entry["version"], expression or "unknown", licence_problem(expression)))
    return licences


def declared_licence(package: Message) -> str:
    """The licence in a package's metadata, as an SPDX expression: from this field, classifiers, or License; or ""."""
    if package.get("License-Expression"):
        return package["License-Expression"]
    classifiers = [line.split(" :: ")[-1] for line in package.get_all("Classifier") or () if line.startswith("License :: ")]
    names = [SPDX_NAMES[name.lower()] for name in classifiers if name.lower() in SPDX_NAMES]
    if names:
        return " AND ".join(dict.fromkeys(names))  # classifiers do not say that one may choose, so all must be compatible
    text = " ".join((package.get("License") or "").split())
    return SPDX_NAMES.get(text.lower()) or (text if text in COMPATIBLE else "")


def licence_problem(expression: str) -> str:
    """Why a package may not be used, or "". Of `A OR B` one licence must be compatible, of `A AND B` both."""
    if not expression:
        return "declares no known licence"
    choices = re.split(r"\s+OR\s+", expression.replace("(", " ").replace(")", " ").strip())
    if any(all(is_compatible(part) for part in re.split(r"\s+AND\s+", choice)) for choice in choices):
        return ""
    return "is not known to be compatible with AGPL-3.0-or-later"


def is_compatible(licence: str) -> bool:
    return re.split(r"\s+WITH\s+", licence.strip())[0] in COMPATIBLE


def report(root: Path) -> int:
    """Print every package with its licence; returns the exit code (1 if one is not compatible)."""
    licences = [*python_licences(root / "requirements-test.txt"), *node_licences(root / node_tools.PINS[1])]
    print("\n".join(f"{licence.package:28} {licence.version:14} {licence.expression}" for licence in licences))
    problems = list(licence_problems(licences))
    print("\n".join(problems) if problems else f"{len(licences)} packages, all with licences compatible with AGPL-3.0-or-later")
    return 1 if problems else 0


def licence_problems(licences: list[Licence]) -> Iterator[str]:
    for licence in licences:
        if licence.problem:
            yield (
                f"{licence.package} {licence.version} {licence.problem} ({licence.expression}). Read its licence; if it is "
                "compatible, add it to caravan/dev/dependencies.py, else remove the package from pyproject.toml."
            )
