"""The files of the theme that pages fetch: their addresses change with their bytes, so browsers keep them for good."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

FOLDERS = ("fonts", "icons", "js")
ENDINGS = {".js", ".png", ".svg", ".woff2"}


@dataclass(frozen=True)
class Asset:
    """One file: `address` is relative to the root of the site, `integrity` as HTML and policies write it."""

    address: str
    file: Path
    data: bytes

    @property
    def integrity(self) -> str:
        return f"sha256-{base64.b64encode(hashlib.sha256(self.data).digest()).decode()}"

    @property
    def inline(self) -> Markup:
        """A picture as a data: address, for one that is smaller than a request."""
        # Percent signs stand for every sign that would mean something to HTML between double quotes.
        return Markup("data:image/svg+xml," + quote(self.data.decode(), safe=" =:/'(),;"))


def assets(static: Path) -> dict[str, Asset]:
    """The files below theme/static that pages fetch, by their name there, such as `js/share.js`."""
    found = {}
    for folder in FOLDERS:
        for path in sorted((static / folder).glob("*")):
            if path.suffix in ENDINGS:
                data = path.read_bytes()
                name = f"{path.stem}-{hashlib.sha256(data).hexdigest()[:8]}{path.suffix}"
                found[f"{folder}/{path.name}"] = Asset(f"theme/{name}", path, data)
    return found
