"""The command `weight`: measures the transfer size of each page of a built site, and compares it with the limits.

Sizes are in bytes as transferred: text with gzip -9, fonts and pictures as they are. 1 kB is 1,000 bytes.
"""

from __future__ import annotations

if __name__ == "__main__":  # first of all, since the rest needs the packages of .venv
    import environment

import argparse
import contextlib
import gzip
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import lxml.html
from invoke import Exit

from caravan.build import command
from caravan.site.urls import Urls

REFERENCE_WORDS = 1200  # length of the article that the limits are for
# Cost of each word beyond that: the slope of HTML and CSS over words, for the site's articles in three languages.
BYTES_PER_WORD = 2.6


@dataclass(frozen=True)
class Limit:
    """The largest value of one measure, for one kind of page.

    `measure`: a field of Weight. `kind`: article, pictured (an article with a picture), home, list, or every. `goal`: a
    lower value that is aimed at, see docs/design.md; a page above it is named, but does not fail.
    """

    measure: str
    kind: str
    maximum: int
    name: str
    reason: str
    goal: int = 0


LIMITS = (
    Limit("without_sources", "article", 12_200, "HTML and CSS without the list of sources",
          "the lightest peer needs 6.9 kB for the same words with far fewer features", goal=10_000),
    Limit("whole", "article", 15_950, "HTML and CSS", "one round trip: the first packets of a connection hold about 14 kB",
          goal=13_500),
    Limit("whole", "list", 20_000, "HTML and CSS", "a list grows with the number of texts; above this it must be split into pages"),
    Limit("total", "article", 23_600, "all bytes", "two seconds on the slowest line that is measured", goal=20_000),
    Limit("total", "pictured", 36_000, "all bytes with one picture", "the best peer with a picture needs 48.1 kB"),
    Limit("total", "home", 16_450, "all bytes", "it is the first page that most people load, often over a slow connection"),
    Limit("head", "every", 6_200, "the head with its style", "the first screen must come with the first packets"),
    Limit("font", "every", 8_000, "the headline font", "League Gothic has three languages in mixed case in 5.4 kB"),
    Limit("script", "every", 2_000, "the script", "it is never needed, so it must cost next to nothing"),
    Limit("requests", "every", 3, "requests", "each one adds a round trip: page, font, script; pictures count by their bytes"),
    Limit("external", "every", 0, "requests to other hosts", "they would learn who reads what"),
    Limit("blocking", "every", 0, "styles and scripts that block the page", "the text must show first"),
)  # fmt: skip


def allowed(limit: Limit, words: int, use_goal: bool = False) -> int:
    """The limit, or its goal, for a page of `words` words: a longer article may have the bytes of its words more."""
    maximum = limit.goal if use_goal and limit.goal else limit.maximum
    if limit.kind in ("article", "pictured") and limit.measure in ("without_sources", "whole", "total"):
        return maximum + round(max(0, words - REFERENCE_WORDS) * BYTES_PER_WORD)
    return maximum


PHONE_PICTURE = 648  # pixels: 90 % of the width of a phone, see body_text.html
STYLE = re.compile(r"(<style>).*?(?=</style>)", re.DOTALL)
FONT = re.compile(r"url\(([^)]+\.woff2)\)")
TEXT_SUFFIXES = {".html", ".css", ".js", ".svg", ".webmanifest"}
SITE_URL = "http://site/"


@dataclass(frozen=True)
class Weight:
    """The measures of one page, in bytes as transferred, and its numbers of requests.

    `kind`: as in Limit. `words`: of <main>, without the list of sources. `whole`: HTML with its CSS. `requests`: without
    those for pictures, whose number a text decides.
    """

    address: str
    kind: str
    words: int
    whole: int
    css: int
    head: int
    without_sources: int
    font: int
    script: int
    pictures: int
    manifest: int
    requests: int
    external: int
    blocking: int

    @property
    def total(self) -> int:
        return self.whole + self.font + self.script + self.pictures + self.manifest


def transfer_size(data: bytes, suffix: str = ".html") -> int:
    """The number of bytes to transfer: text is compressed."""
    return len(gzip.compress(data, 9, mtime=0)) if suffix in TEXT_SUFFIXES else len(data)


@contextlib.contextmanager
def built_site(root: Path, folder: str = "") -> Iterator[Path]:
    """The folder of a built public site: `folder`, or a temporary build. Raises Exit if `folder` holds no site."""
    if folder:
        if not (Path(folder) / "index.html").is_file():
            raise Exit(f"{folder} holds no built site. Build one with `python3 tasks.py build --folder {folder}`.")
        yield Path(folder)
        return
    with tempfile.TemporaryDirectory(prefix="site-") as temporary:
        settings = command.load_settings(root / "publishconf.py", Path(temporary) / "site")
        settings["STORE_PATH"] = None  # leave the cache of real builds alone
        command.run_build(settings, quiet=True)
        yield Path(temporary) / "site"


def site_languages(root: Path) -> tuple[str, tuple[str, ...]]:
    """The language without a prefix in URLs, and all languages of the site."""
    settings = command.load_settings(root / "publishconf.py", root / "output")
    return settings["DEFAULT_LANG"], tuple(settings["LANGUAGES"])


def weights(site: Path, homes: set[str]) -> Iterator[Weight]:
    """The weight of each page of a built site. `homes`: the addresses of its home pages."""
    for path in sorted(site.rglob("*.html")):
        address = str(path.relative_to(site).as_posix()).removesuffix("index.html")
        yield weigh(site, address, path.read_text(encoding="utf-8"), homes)


def weigh(site: Path, address: str, html: str, homes: set[str]) -> Weight:
    tree = lxml.html.document_fromstring(html)
    whole = transfer_size(html.encode())
    files = {
        "font": set(FONT.findall(html)),
        "script": set(tree.xpath("//script/@src")),
        "pictures": set(tree.xpath("//img[not(@loading='lazy')]/@src")),
        "style": set(tree.xpath("//link[@rel='stylesheet']/@href")),
        "manifest": set(tree.xpath("//link[@rel='manifest']/@href")),
    }
    sizes = {kind: sum(file_size(site, address, url) for url in urls) for kind, urls in files.items()}
    requests = {
        kind: {urljoin(SITE_URL + address, url) for url in urls if not url.startswith("data:")} for kind, urls in files.items()
    }
    all_requests = set().union(*requests.values())
    is_article = tree.xpath("//meta[@property='og:type']/@content") == ["article"]
    picture_bytes = sum(file_size(site, address, picture_of_phone(image)) for image in tree.iter("img"))
    kind = ("pictured" if picture_bytes else "article") if is_article else "home" if address in homes else "list"
    source_bytes = remove_sources(tree)
    return Weight(
        address, kind, len(" ".join(tree.xpath("//main//text()[not(ancestor::script)]")).split()), whole,
        css=whole - transfer_size(STYLE.sub(r"\1", html).encode()) + sizes["style"],
        head=transfer_size(html.partition("</head>")[0].encode()),
        without_sources=whole - source_bytes,
        font=sizes["font"], script=sizes["script"], pictures=picture_bytes, manifest=sizes["manifest"],
        requests=1 + len(all_requests - requests["pictures"]),
        external=sum(not url.startswith(SITE_URL) for url in all_requests),
        blocking=len(files["style"]) + len(tree.xpath("//script[@src][not(@defer or @async or @type='module')]")),
    )  # fmt: skip


def picture_of_phone(image: lxml.html.HtmlElement) -> str:
    """The URL that a phone of 360 pixels with two to each CSS pixel loads for an <img>, which may be in a <picture>."""
    [srcset] = [*image.xpath("ancestor::picture//source/@srcset"), image.get("srcset", "")][:1]
    candidates = [candidate.split() for candidate in srcset.split(",") if candidate]
    large_enough = [url for url, width in candidates if int(width.removesuffix("w")) >= PHONE_PICTURE]
    return next(iter(large_enough), candidates[-1][0] if candidates else image.get("src"))


def remove_sources(tree: lxml.html.HtmlElement) -> int:
    """Remove the list of sources from the page; returns by how many bytes the page got smaller."""
    sections = tree.xpath("//*[@id='sources']/ancestor-or-self::section[1]")
    before = transfer_size(lxml.html.tostring(tree, encoding="utf-8"))
    for section in sections:
        section.drop_tree()
    return before - transfer_size(lxml.html.tostring(tree, encoding="utf-8"))


def file_size(site: Path, address: str, url: str) -> int:
    """The transfer size of a file of the site that the page at `address` loads; 0 for other hosts."""
    target = urlsplit(urljoin(SITE_URL + address, url))
    path = site / unquote(target.path).lstrip("/")
    return transfer_size(path.read_bytes(), path.suffix) if target.netloc == "site" and path.is_file() else 0


def breaches(weight: Weight, use_goals: bool = False) -> Iterator[str]:
    """A sentence for each limit (or goal) that a page exceeds."""
    for limit in LIMITS:
        # The total of an article with a picture has its own limit; all other limits of articles apply to it.
        is_pictured_article = limit.kind == "article" and weight.kind == "pictured" and limit.measure != "total"
        applies = limit.kind in ("every", weight.kind) or is_pictured_article
        value, maximum = getattr(weight, limit.measure), allowed(limit, weight.words, use_goals)
        if applies and value > maximum:
            yield f"/{weight.address}: {limit.name}: {value:,}, at most {maximum:,} ({limit.reason})."


COLUMNS = ("HTML", "CSS", "font", "script", "pictures", "manifest", "total", "requests")


def table(measured: list[Weight]) -> str:
    """The weights as aligned columns, the heaviest page first."""
    rows = [("page", *COLUMNS)]
    for weight in sorted(measured, key=lambda weight: -weight.total):
        values = (weight.whole - weight.css, weight.css, weight.font, weight.script, weight.pictures, weight.manifest, weight.total,
                  weight.requests)  # fmt: skip
        rows.append((f"/{weight.address}", *(f"{value:,}" for value in values)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows)


def report(site: Path, homes: set[str]) -> None:
    """Print the table. Raises Exit with a sentence for each exceeded limit."""
    measured = list(weights(site, homes))
    print(table(measured))
    for line in (line for weight in measured for line in breaches(weight, use_goals=True)):
        print(f"warning: above its goal: {line}")
    exceeded = [line for weight in measured for line in breaches(weight)]
    if exceeded:
        raise Exit("\n".join(["Too heavy:", *exceeded]))
    print("Every page is within its limits.")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure every page, and fail if one is too large.")
    parser.add_argument("--folder", default="", help="a built site to measure (default: a new build)")
    folder = parser.parse_args().folder
    with built_site(environment.ROOT, folder) as site:
        home, languages = site_languages(environment.ROOT)
        report(site, {Urls(home).home_page(code) for code in languages})


if __name__ == "__main__":
    environment.run(main)
