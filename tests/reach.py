"""Helpers to read a built site: its pages, their addresses and links."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import lxml.html


@dataclass
class Page:
    address: str  # relative to the root of the site
    tree: lxml.html.HtmlElement

    @property
    def ids(self) -> set[str]:
        return set(self.tree.xpath("//@id"))

    def links(self) -> list[str]:
        return [*self.tree.xpath("//a/@href"), *self.tree.xpath("//img/@src")]


def pages(site: Path) -> dict[str, Page]:
    """All web pages by address, such as `analysis/two-counts/`."""
    by_address = {}
    for path in sorted(site.rglob("*.html")):
        address = path.relative_to(site).as_posix().removesuffix("index.html")
        by_address[address] = Page(address, lxml.html.fromstring(path.read_bytes()))
    return by_address


def without_redirects(site: Path) -> dict[str, Page]:
    """All web pages by address that a browser stays on."""
    return {address: page for address, page in pages(site).items() if not page.tree.xpath("//meta[@http-equiv='refresh']")}


def dead_links(site: Path, base: str = "/") -> list[str]:
    """Every broken link inside the site, if the site is served below the path `base` of a host."""
    all_pages = pages(site)
    dead = []
    for page in all_pages.values():
        for link in page.links():
            target = urlsplit(urljoin(f"http://site{base}{page.address}", link))
            if target.scheme not in ("http", "https") or target.netloc != "site":
                continue
            path = unquote(target.path)
            if not path.startswith(base):
                dead.append(f"{page.address}: {link} leaves {base}")
                continue
            address = path.removeprefix(base)
            file = site / address / "index.html" if address == "" or address.endswith("/") else site / address
            if not file.is_file():
                dead.append(f"{page.address}: {link} has no file")
            elif target.fragment and unquote(target.fragment) not in all_pages[address].ids:
                dead.append(f"{page.address}: {link} has no such id")
    return dead
