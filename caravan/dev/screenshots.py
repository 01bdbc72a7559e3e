"""`shots`: contact sheets of any pages, at any widths, in any schemes and languages."""

from __future__ import annotations

import base64
import html
from dataclasses import dataclass
from pathlib import Path

from invoke import Exit
from playwright.sync_api import Browser, Page

from caravan.build.output import replaced_folder
from caravan.dev import browser
from caravan.site.urls import Urls, output_path

WIDTHS = (320, 390, 768, 1280, 1920)
SCHEMES = ("light", "dark")
# One page of each template: what a look at the whole site must show.
PAGES = ("", "calls/caravan-to-apec/", "analysis/second-caravan/", "background/nafta/", "analysis/", "archive/", "about/", "404.html")
TALL = 1600  # CSS px of a page that a sheet shows; --whole shows all
SMALLEST = 240  # px of a picture on a sheet, which shows others at half their size
NARROWEST, WIDEST = 200, 4000


@dataclass(frozen=True)
class Wanted:
    """What to photograph: addresses without the prefix of a language, CSS px, schemes, languages."""

    pages: tuple[str, ...]
    widths: tuple[int, ...]
    schemes: tuple[str, ...]
    languages: tuple[str, ...]
    whole: bool = False


def wanted(site: Path, home: str, languages: tuple[str, ...], words: dict[str, str], whole: bool) -> Wanted:
    """The wishes that a person typed, checked against the built site. Raises Exit with what to write instead."""
    asked = {name: tuple(filter(None, (word.strip() for word in value.split(",")))) for name, value in words.items()}
    for code in asked["languages"]:
        if code not in languages:
            raise Exit(f"{code} is not a language of this site; write some of {','.join(languages)}.")
    for scheme in asked["schemes"]:
        if scheme not in SCHEMES:
            raise Exit(f"{scheme} is not a scheme; write some of {','.join(SCHEMES)}.")
    for width in asked["widths"]:
        if not width.isdecimal() or not NARROWEST <= int(width) <= WIDEST:
            raise Exit(f"{width} is not a width; write pixels from {NARROWEST} to {WIDEST}, such as 320,1280.")
    pages = tuple(address(page) for page in asked["pages"]) or PAGES
    for page in pages:
        if not any((site / place(home, code, page)).is_file() for code in languages):
            raise Exit(f"There is no page /{page}; write addresses as they stand behind the host, such as calls/,about/.")
    return Wanted(
        pages, tuple(map(int, asked["widths"])) or WIDTHS, asked["schemes"] or SCHEMES, asked["languages"] or languages, whole
    )  # fmt: skip


def address(page: str) -> str:
    """An address as people type it: with or without slashes around it; "home" is the home page."""
    page = page.strip("/")
    return "" if page in ("", "home") else page if page.endswith(".html") else f"{page}/"


def place(home: str, code: str, page: str) -> str:
    """The file of `page` in a language; one page answers for all languages where nothing is found."""
    return output_path(page if page == "404.html" else Urls(home).prefix(code) + page)


def take(site: Path, at: str, home: str, wish: Wanted, folder: Path) -> list[Path]:
    """Photograph the built site that is served at `at`; one sheet for each page and scheme, in `folder` in place of the
    last ones. Returns the sheets. Raises OutputError."""
    with replaced_folder(folder) as fresh:
        sheets = photographed(site, at, home, wish, fresh)
    return [folder / sheet.name for sheet in sheets]


def photographed(site: Path, at: str, home: str, wish: Wanted, folder: Path) -> list[Path]:
    sheets = []
    with browser.open_browser() as chromium:
        for scheme in wish.schemes:
            tab = chromium.new_page(color_scheme=scheme, reduced_motion="reduce")
            for page in wish.pages:
                pictures = []
                for code in wish.languages:
                    file = place(home, code, page)
                    if (site / file).is_file():
                        link = f"{at}/{file.removesuffix('index.html')}"
                        pictures += [(f"{code} {width} px", width, one(tab, link, width, wish.whole)) for width in wish.widths]
                name = page.strip("/").replace("/", "-").removesuffix(".html") or "home"
                sheets.append(folder / f"{name}-{scheme}.png")
                sheet(chromium, f"/{page}, {scheme}", pictures, len(wish.widths), sheets[-1])
            tab.close()
    return sheets


def one(tab: Page, link: str, width: int, whole: bool) -> bytes:
    """A picture of one page."""
    tab.set_viewport_size({"width": width, "height": 800})
    tab.goto(link, wait_until="load")
    tab.evaluate("document.fonts.ready.then(() => 0)")
    tall = tab.evaluate("document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": width, "height": tall if whole else min(tall, TALL)}
    return tab.screenshot(full_page=True, clip=clip)


def sheet(chromium: Browser, title: str, pictures: list[tuple[str, int, bytes]], columns: int, target: Path) -> None:
    """One PNG with the pictures side by side, a row for each language, each named."""
    cells = "".join(
        f"<figure><figcaption>{html.escape(name)}</figcaption>"
        f'<img width="{max(SMALLEST, width // 2)}" src="data:image/png;base64,{base64.b64encode(data).decode()}"></figure>'
        for name, width, data in pictures
    )
    style = (
        f"body{{font:14px sans-serif;background:#777;color:#fff;margin:16px;display:grid;gap:16px;grid-template-columns:repeat({columns},max-content)}}"
        "h1{grid-column:1/-1;margin:0;font-size:18px}figure{margin:0}img{display:block}"
    )
    wide = sum(max(SMALLEST, width // 2) + 16 for _, width, _ in pictures[:columns]) + 16
    page = chromium.new_page(viewport={"width": wide, "height": 400})
    page.set_content(f"<style>{style}</style><h1>{html.escape(title)}</h1>{cells}", wait_until="load")
    page.screenshot(path=target, full_page=True)
    page.close()
