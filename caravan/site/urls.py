"""Where everything stands in the site. Addresses are relative to its root, carry no dates and end in a slash.

The files of the theme that pages fetch: their addresses change with their bytes, so browsers keep them for good.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from caravan.reading.paths import ContentPath


@dataclass(frozen=True)
class Urls:
    """Addresses for a site whose language `home` has no prefix; every other language has its code as one."""

    home: str

    def prefix(self, lang: str) -> str:
        return "" if lang == self.home else f"{lang}/"

    def home_page(self, lang: str) -> str:
        return self.prefix(lang)

    def article(self, place: ContentPath) -> str:
        return f"{self.prefix(place.lang)}{place.url_path}/"

    def listing(self, kind: str, lang: str, number: int = 1) -> str:
        return f"{self.prefix(lang)}{kind}/{page_suffix(number)}"

    def archive(self, lang: str, year: int = 0, number: int = 1) -> str:
        return f"{self.prefix(lang)}archive/{f'{year}/' if year else ''}{page_suffix(number)}"

    def translation_status(self, lang: str, number: int = 1) -> str:
        return f"{self.prefix(lang)}translations/{page_suffix(number)}"

    def manifest(self, lang: str) -> str:
        return f"{self.prefix(lang)}manifest.webmanifest"

    def feed(self, lang: str, kind: str = "all") -> str:
        return f"{self.prefix(lang)}feeds/{kind}.atom.xml"

    def file(self, path: str) -> str:
        """The address of a file beside a text; `path` is below content/. One address for all languages."""
        return path.removeprefix("pages/")


def page_suffix(number: int) -> str:
    """The end of the address of page `number` of a list."""
    return f"page/{number}/" if number > 1 else ""


def output_path(address: str) -> str:
    """The file below output/ that holds the page at `address`."""
    return f"{address}index.html" if address == "" or address.endswith("/") else address


def relative_url(here: str, there: str) -> str:
    """The link from the page at address `here` to the address `there` (with or without #fragment).

    The result works at a domain's root, below a path, and under any other host.
    """
    if there.startswith(f"{here}#"):
        return there.removeprefix(here)
    up = "../" * here.count("/")
    return f"{up}{there}" if up + there else "./"


ASSET_FOLDERS = ("fonts", "icons", "js")
ASSET_EXTENSIONS = {".js", ".png", ".svg", ".woff2"}


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


def theme_assets(static: Path) -> dict[str, Asset]:
    """The files below theme/static that pages fetch, by their name there, such as `js/share.js`."""
    found = {}
    for folder in ASSET_FOLDERS:
        for path in sorted((static / folder).glob("*")):
            if path.suffix in ASSET_EXTENSIONS:
                data = path.read_bytes()
                name = f"{path.stem}-{hashlib.sha256(data).hexdigest()[:8]}{path.suffix}"
                found[f"{folder}/{path.name}"] = Asset(f"theme/{name}", path, data)
    return found
