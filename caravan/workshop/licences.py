"""`licences`: under which licence each pinned package comes, and whether this project may use it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from importlib import metadata
from pathlib import Path

from . import checkers
from .locking import pins

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
    found = [*licences(root / "requirements-test.txt"), *of_checkers(root / checkers.PINS[1])]
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
                "caravan/workshop/licences.py, else take the package out of pyproject.toml."
            )
