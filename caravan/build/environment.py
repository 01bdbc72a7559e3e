"""The hash of what every page depends on: code, theme, settings, packages. If it changes, all pages are rendered again.

The dependencies of single pages are tracked by caravan.tracking.
"""

from __future__ import annotations

import hashlib
from importlib import metadata
from pathlib import Path

from caravan import tracking
from caravan.build.cache import parser_version
from caravan.site.settings import SETTINGS

PACKAGES = ("pelican", "jinja2", "markupsafe", "babel", "tinycss2")  # in addition to those of cache.py
CODE = Path(__file__).resolve().parent.parent


def environment_hash(settings: dict) -> str:
    """`settings`: those of the configuration file, or Pelican's, which include them."""
    digest = hashlib.blake2b(digest_size=16)
    for name in PACKAGES:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    digest.update(parser_version().encode())
    theme = Path(settings["THEME"])
    for root, paths in ((CODE, CODE.rglob("*.py")), (theme, theme.rglob("*"))):
        for path in sorted(paths):
            if path.is_file() and not path.is_symlink():
                digest.update(f"{path.relative_to(root).as_posix()} {path.stat().st_size}\n".encode())
                digest.update(path.read_bytes())
    digest.update(tracking.content_hash([settings[name] for name in SETTINGS]).encode())
    return digest.hexdigest()
