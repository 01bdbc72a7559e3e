"""How heavy a page may be: every limit of the site, once, with its reason.

Bytes are those that travel: gzip -9 for text, as they are for fonts and pictures. 1 kB is 1,000 bytes.

`weight`: what each page of a built site costs its reader, held to the limits of budgets.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import lxml.html
from invoke import Exit

LONG = 1200  # words of the article that the limits are about
# What a further word costs: the slope of HTML and CSS over the words of the site's articles in three languages.
BYTES_A_WORD = 2.6


@dataclass(frozen=True)
class Limit:
    """`measure` is a field of weight.Weight, `of` the pages it holds for: article, pictured, home, list or every.

    `goal` is what we want where `most` is more: a page over it is named, and does not fail. The way there, and what
    stands in it, is in docs/design.md.
    """

    measure: str
    of: str
    most: int
    name: str
    reason: str
    goal: int = 0


LIMITS = (
    Limit("without_sources", "article", 12_200, "HTML and CSS without the list of sources",
          "the lightest peer needs 6.9 kB for the same words with far fewer features", goal=10_000),
    Limit("whole", "article", 15_700, "HTML and CSS", "one round trip: the first packets of a connection hold about 14 kB",
          goal=13_500),
    Limit("whole", "list", 20_000, "HTML and CSS", "a list grows with the texts; over this it must be paged"),
    Limit("total", "article", 23_600, "all bytes", "two seconds on the slowest line that is measured", goal=20_000),
    Limit("total", "pictured", 36_000, "all bytes with one picture", "the best peer with a picture needs 48.1 kB"),
    Limit("total", "home", 16_000, "all bytes", "the door must open first on a bad line"),
    Limit("head", "every", 6_000, "the head with its style", "the first screen must come with the first packets"),
    Limit("font", "every", 8_000, "the headline font", "League Gothic has three languages in mixed case in 5.4 kB"),
    Limit("script", "every", 2_000, "the script", "it is never needed, so it must cost next to nothing"),
    Limit("requests", "every", 3, "requests", "each one waits for the line: page, font, script"),
    Limit("elsewhere", "every", 0, "requests to other hosts", "they would learn who reads what"),
    Limit("blocking", "every", 0, "styles and scripts that block the page", "words come first"),
)  # fmt: skip


def allowed(limit: Limit, words: int, wanted: bool = False) -> int:
    """The limit (or the goal that is `wanted`) for a page of `words` words: a longer article may have their bytes more."""
    most = limit.goal if wanted and limit.goal else limit.most
    if limit.of in ("article", "pictured") and limit.measure in ("without_sources", "whole", "total"):
        return most + round(max(0, words - LONG) * BYTES_A_WORD)
    return most


STYLE = re.compile(r"(<style>).*?(?=</style>)", re.DOTALL)
FONT = re.compile(r"url\(([^)]+\.woff2)\)")
PHONE = 800  # dots: the width of a picture on a phone of 400 px with two dots a pixel
TEXTS = {".html", ".css", ".js", ".svg", ".webmanifest"}
HERE = "http://site/"


@dataclass(frozen=True)
class Weight:
    """One page: bytes that travel, and numbers of requests. `kind` is article, pictured, home or list.

    `words` are those of the page's own part, without the list of sources.
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
    elsewhere: int
    blocking: int

    @property
    def total(self) -> int:
        return self.whole + self.font + self.script + self.pictures + self.manifest


def travels(data: bytes, ending: str = ".html") -> int:
    """How many bytes of `data` travel: text is compressed on its way."""
    return len(gzip.compress(data, 9, mtime=0)) if ending in TEXTS else len(data)


def weights(site: Path, homes: set[str]) -> Iterator[Weight]:
    """The weight of each page of the built site; `homes` are the addresses of its home pages."""
    for path in sorted(site.rglob("*.html")):
        address = str(path.relative_to(site).as_posix()).removesuffix("index.html")
        yield weigh(site, address, path.read_text(encoding="utf-8"), homes)


def weigh(site: Path, address: str, html: str, homes: set[str]) -> Weight:
    tree = lxml.html.document_fromstring(html)
    whole = travels(html.encode())
    fetched = {
        "font": set(FONT.findall(html)),
        "script": set(tree.xpath("//script/@src")),
        "pictures": {chosen(picture) for picture in tree.xpath("//img[not(@loading='lazy')]")},
        "style": set(tree.xpath("//link[@rel='stylesheet']/@href")),
        "manifest": set(tree.xpath("//link[@rel='manifest']/@href")),
    }
    sizes = {part: sum(size(site, address, link) for link in links) for part, links in fetched.items()}
    asked = [urljoin(HERE + address, link) for links in fetched.values() for link in links if not link.startswith("data:")]
    article = tree.xpath("//meta[@property='og:type']/@content") == ["article"]
    pictured = sum(size(site, address, chosen(picture)) for picture in tree.xpath("//img"))
    kind = ("pictured" if pictured else "article") if article else "home" if address in homes else "list"
    listed = sources(tree)  # takes the list out of the tree
    return Weight(
        address, kind, len(" ".join(tree.xpath("//main//text()[not(ancestor::script)]")).split()), whole,
        css=whole - travels(STYLE.sub(r"\1", html).encode()) + sizes["style"],
        head=travels(html.partition("</head>")[0].encode()),
        without_sources=whole - listed,
        font=sizes["font"], script=sizes["script"], pictures=pictured, manifest=sizes["manifest"],
        requests=1 + len(set(asked)),
        elsewhere=sum(not link.startswith(HERE) for link in asked),
        blocking=len(fetched["style"]) + len(tree.xpath("//script[@src][not(@defer or @async or @type='module')]")),
    )  # fmt: skip


def sources(tree: lxml.html.HtmlElement) -> int:
    """Take the list of sources out of the page; returns what it cost."""
    found = tree.xpath("//*[@id='sources']/ancestor-or-self::section[1]")
    before = travels(lxml.html.tostring(tree, encoding="utf-8"))
    for section in found:
        section.drop_tree()
    return before - travels(lxml.html.tostring(tree, encoding="utf-8"))


def chosen(picture: lxml.html.HtmlElement) -> str:
    """The file of a picture that a phone takes, of those that it may choose from."""
    lists = [*picture.xpath("ancestor::picture//source/@srcset")[:1], *picture.xpath("@srcset")]
    widths = sorted((int(width), link) for link, width in re.findall(r"(\S+)\s+(\d+)w", lists[0])) if lists else []
    wide = [link for width, link in widths if width >= PHONE]
    return wide[0] if wide else widths[-1][1] if widths else picture.get("src", "")


def size(site: Path, address: str, link: str) -> int:
    """What a file of ours costs; files of other hosts are counted, not weighed."""
    target = urlsplit(urljoin(HERE + address, link))
    path = site / unquote(target.path).lstrip("/")
    return travels(path.read_bytes(), path.suffix) if target.netloc == "site" and path.is_file() else 0


def breaches(weight: Weight, wanted: bool = False) -> Iterator[str]:
    """One sentence for each limit that a page breaks, or each goal that it misses, where these are `wanted`."""
    for limit in LIMITS:
        ours = limit.of in ("every", weight.kind) or (limit.of == "article" and weight.kind == "pictured" and limit.measure != "total")
        value, most = getattr(weight, limit.measure), allowed(limit, weight.words, wanted)
        if ours and value > most:
            yield f"/{weight.address}: {limit.name}: {value:,}, at most {most:,} ({limit.reason})."


COLUMNS = ("HTML", "CSS", "font", "script", "pictures", "manifest", "total", "requests")


def table(measured: list[Weight]) -> str:
    """The weights as aligned columns, heaviest page first."""
    rows = [("page", *COLUMNS)]
    for one in sorted(measured, key=lambda one: -one.total):
        parts = (one.whole - one.css, one.css, one.font, one.script, one.pictures, one.manifest, one.total, one.requests)
        rows.append((f"/{one.address}", *(f"{part:,}" for part in parts)))
    wide = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join([row[0].ljust(wide[0]), *map(str.rjust, row[1:], wide[1:])]) for row in rows)


def report(site: Path, homes: set[str]) -> None:
    """Print the table. Raises Exit with a sentence for each limit that is broken."""
    measured = list(weights(site, homes))
    print(table(measured))
    for line in (line for weight in measured for line in breaches(weight, wanted=True)):
        print(f"not at its goal yet: {line}")
    broken = [line for weight in measured for line in breaches(weight)]
    if broken:
        raise Exit("\n".join(["Too heavy:", *broken]))
    print("Every page keeps to its limits.")
