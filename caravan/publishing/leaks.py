"""Files and bytes that are nobody's business: sources, keys, passwords, folders of this computer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from .pictures import picture_metadata

# What editors, systems, tools and this project's own rooms leave lying about.
KEPT = re.compile(
    r"(\.(md|markdown|po|pot|mo|py|pyc|yaml|yml|toml|lock|log|bak|orig|rej|sw[op]|tmp|new|part|env|sqlite3?|db|kdbx|ppk|pem|key|"
    r"p12|pfx|jks|gpg|psd|xcf|heic|docx?|odt|xlsx?|ods|dng|cr2|nef)|~)$|(^|/)(thumbs\.db|desktop\.ini|id_(rsa|dsa|ecdsa|ed25519)"
    r"|passwords?\.txt|htpasswd|node_modules|__pycache__|__macosx)(/|$)",
    re.IGNORECASE,
)
# What a secret is called, a part that all of its kind hold (looked for first: it is fast), and the whole pattern.
SECRETS = (
    ("a private key", (b"PRIVATE KEY",), rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    ("a token of GitHub", (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_", b"github_pat_"),
     rb"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60})"),
    ("a token of GitLab", (b"glpat-",), rb"\bglpat-[A-Za-z0-9_-]{20}"),
    ("a key of Amazon", (b"AKIA", b"ASIA"), rb"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    ("a key of Google", (b"AIza",), rb"\bAIza[A-Za-z0-9_-]{35}"),
    ("a token of Slack", (b"xox",), rb"\bxox[abprs]-[A-Za-z0-9-]{10,}"),
    ("a key of Stripe", (b"k_live_",), rb"\b[rs]k_live_[A-Za-z0-9]{16,}"),
    ("a token of npm or PyPI", (b"npm_", b"pypi-"), rb"\b(?:npm_[A-Za-z0-9]{36}|pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{20,})"),
    ("an address with a password", (b"@",), rb"://[^\s/:@\"'<>]{1,64}:[^\s/:@\"'<>]{1,64}@[A-Za-z0-9]"),
)  # fmt: skip
TEXT = (".html", ".xml", ".txt", ".css", ".js", ".json", ".svg", ".ics", ".webmanifest", ".csv")


def leaks(path: str, data: bytes, root: Path) -> Iterator[str]:
    """Sentences about what must not leave in one file. `root`: the project's folder, whose path is nobody's business."""
    if KEPT.search(path):
        yield f"{path} is not a file for readers but one that a person or program works with. Take it away."
    if path.endswith(TEXT):
        for name, parts, pattern in SECRETS:
            found = any(part in data for part in parts) and re.search(pattern, data)
            if found:
                line = data.count(b"\n", 0, found.start()) + 1
                yield (
                    f"{path}:{line} holds {name}. Take it out of the text, and have it revoked: it counts as known to others "
                    "once it was in git."
                )
        if str(root).encode() in data and len(root.parts) > 2:
            yield f"{path} names a folder of this computer ({root}). Take that out of the text."
    kind = picture_metadata(data)
    if kind:
        yield (
            f"{path} holds {kind}, which can tell place, time, device or name. Save the picture without it, or as a new "
            "picture (a screenshot will do), and build again."
        )
