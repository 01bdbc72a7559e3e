"""The URLs of pages, and of the theme files that pages fetch.

URLs are relative to the root of the site. The name of a theme file contains a hash of its bytes, so that browsers may cache it forever.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from caravan.reading.paths import ContentPath
from caravan.site.settings import URL_PATTERNS


@dataclass(frozen=True)
class Urls:
    """The URLs of a site, from the patterns of its settings (see URL_PATTERNS in settings.py).

    `home`: the language whose URLs have no prefix.
    """

    home: str
    patterns: Mapping[str, str] = field(default_factory=dict)

    def prefix(self, lang: str) -> str:
        return "" if lang == self.home else f"{lang}/"

    def home_page(self, lang: str) -> str:
        return self.prefix(lang)

    def article(self, content_path: ContentPath) -> str:
        kind, slug, lang = content_path.kind, content_path.slug, content_path.lang
        name = f"{'PAGE' if kind == 'pages' else 'ARTICLE'}_{'' if lang == self.home else 'LANG_'}URL"
        return self.patterns[name].format(category=kind, slug=slug, lang=lang)

    def listing(self, name: str, lang: str, number: int = 1) -> str:
        """The URL of page `number` of a list: of a kind, of "all" articles, or of the state of all "translations"."""
        pattern = self.patterns[{"all": "ARCHIVES_URL", "translations": "TRANSLATIONS_URL"}.get(name, "CATEGORY_URL")]
        return f"{self.prefix(lang)}{pattern.format(slug=name)}{f'page/{number}/' if number > 1 else ''}"

    def manifest(self, lang: str) -> str:
        return f"{self.prefix(lang)}manifest.webmanifest"

    def feed(self, lang: str, kind: str = "all") -> str:
        if kind != "all":
            return self.prefix(lang) + self.patterns["CATEGORY_FEED_ATOM"].format(slug=kind)
        return self.patterns["FEED_ATOM" if lang == self.home else "TRANSLATION_FEED_ATOM"].format(lang=lang)

    def file(self, path: str) -> str:
        """The URL of a file next to an article, the same in all languages. `path` is relative to content/."""
        return path.removeprefix("pages/")


def site_urls(settings: dict) -> Urls:
    """The URLs of the site with these settings."""
    return Urls(settings["DEFAULT_LANG"], {name: settings[name] for name in URL_PATTERNS})


def output_path(url: str) -> str:
    """The path of the page at `url`, relative to output/."""
    return f"{url}index.html" if url == "" or url.endswith("/") else url


def relative_url(page_url: str, target_url: str) -> str:
    """The link from one URL of the site to another, which may have a #fragment.

    The link works at the root of a domain, below a path and on any other host.
    """
    if target_url.startswith(f"{page_url}#"):
        return target_url.removeprefix(page_url)
    up = "../" * page_url.count("/")
    return f"{up}{target_url}" if up + target_url else "./"


ASSET_FOLDERS = ("fonts", "icons", "js")
ASSET_EXTENSIONS = {".js", ".png", ".svg", ".woff2"}


def integrity(data: bytes) -> str:
    """The hash of a file as in the `integrity` attribute and in a Content-Security-Policy."""
    return f"sha256-{base64.b64encode(hashlib.sha256(data).digest()).decode()}"


@dataclass(frozen=True)
class Asset:
    """A theme file that pages fetch; `url` is relative to the root of the site."""

    url: str
    file: Path
    data: bytes

    @property
    def integrity(self) -> str:
        return integrity(self.data)

    @property
    def inline(self) -> Markup:
        """An SVG as a data: URL, for files so small that a request would cost more."""
        # quote() escapes every character that has a meaning in an HTML attribute in double quotes.
        return Markup("data:image/svg+xml," + quote(self.data.decode(), safe=" =:/'(),;"))


def theme_assets(static: Path) -> dict[str, Asset]:
    """The files in `static` that pages fetch, by their path in it, such as `js/share.js`."""
    assets = {}
    for folder in ASSET_FOLDERS:
        for path in sorted((static / folder).glob("*")):
            if path.suffix in ASSET_EXTENSIONS:
                data = path.read_bytes()
                name = f"{path.stem}-{hashlib.sha256(data).hexdigest()[:8]}{path.suffix}"
                assets[f"{folder}/{path.name}"] = Asset(f"theme/{name}", path, data)
    return assets
