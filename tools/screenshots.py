"""Contact sheets of pages in several widths, colour schemes and languages."""

from __future__ import annotations

if __name__ == "__main__":  # first of all, since the rest needs the packages of .venv
    import environment

import argparse
import base64
import html
from dataclasses import dataclass
from pathlib import Path

from invoke import Exit
from playwright.sync_api import Browser, Page

from caravan.build.output import replaced_folder
from caravan.reading.schema import ARTICLE_KINDS
from caravan.site.urls import Urls, output_path
from tools import browser, local_server, weight

WIDTHS = (320, 390, 768, 1280, 1920)
SCHEMES = ("light", "dark")
MAX_HEIGHT = 1600  # CSS px of each page, unless --whole
MIN_IMAGE_WIDTH = 240  # px on a sheet; wider pages are shown at half their width
MIN_WIDTH, MAX_WIDTH = 200, 4000


@dataclass(frozen=True)
class ShotOptions:
    """What to photograph. `pages`: addresses without the prefix of a language; `widths`: in CSS px."""

    pages: tuple[str, ...]
    widths: tuple[int, ...]
    schemes: tuple[str, ...]
    languages: tuple[str, ...]
    whole: bool = False


def longest_articles(site: Path) -> dict[str, str]:
    """The address of the longest article of each kind in a built site, in the language whose URLs have no prefix.

    A kind without articles is left out.
    """
    longest = {}
    for kind in ARTICLE_KINDS:
        pages = sorted((site / kind).glob("*/index.html"), key=lambda path: (-path.stat().st_size, path))
        if pages:
            longest[kind] = f"{kind}/{pages[0].parent.name}/"
    return longest


def default_pages(site: Path) -> tuple[str, ...]:
    """One page of each template."""
    about = ("about/",) if (site / "about" / "index.html").is_file() else ()
    return ("", *longest_articles(site).values(), "analysis/", "archive/", *about, "404.html")


def parse_options(site: Path, home: str, languages: tuple[str, ...], options: dict[str, str], whole: bool) -> ShotOptions:
    """The typed options, each a list with commas, checked against the built site. Raises Exit for an invalid value.

    `home`: the language without a prefix in URLs; `languages`: those of the site.
    """
    values = {name: tuple(filter(None, (item.strip() for item in value.split(",")))) for name, value in options.items()}
    for code in values["languages"]:
        if code not in languages:
            raise Exit(f"{code} is not a language of this site; write one or more of {','.join(languages)}.")
    for scheme in values["schemes"]:
        if scheme not in SCHEMES:
            raise Exit(f"{scheme} is not a colour scheme; write one or more of {','.join(SCHEMES)}.")
    for width in values["widths"]:
        if not width.isdecimal() or not MIN_WIDTH <= int(width) <= MAX_WIDTH:
            raise Exit(f"{width} is not a width; write pixels from {MIN_WIDTH} to {MAX_WIDTH}, such as 320,1280.")
    pages = tuple(normalize_address(page) for page in values["pages"]) or default_pages(site)
    for page in pages:
        if not any((site / file_of(home, code, page)).is_file() for code in languages):
            raise Exit(f"There is no page /{page}; write addresses without the host, such as calls/,about/.")
    return ShotOptions(
        pages, tuple(map(int, values["widths"])) or WIDTHS, values["schemes"] or SCHEMES, values["languages"] or languages, whole
    )  # fmt: skip


def normalize_address(page: str) -> str:
    """The address of a page that was typed with or without slashes around it, or as "home"."""
    page = page.strip("/")
    return "" if page in ("", "home") else page if page.endswith(".html") else f"{page}/"


def file_of(home: str, code: str, page: str) -> str:
    """The path of `page` in a language below the output; 404.html is the same in all languages."""
    return output_path(page if page == "404.html" else Urls(home).prefix(code) + page)


def take(site: Path, site_url: str, home: str, options: ShotOptions, folder: Path) -> list[Path]:
    """Photograph the built site, which is served at `site_url`. Returns the sheets, one for each page and scheme.

    They replace the old sheets in `folder`. Raises OutputError if `folder` holds foreign files.
    """
    with replaced_folder(folder) as staging:
        sheets = make_sheets(site, site_url, home, options, staging)
    return [folder / sheet.name for sheet in sheets]


def make_sheets(site: Path, site_url: str, home: str, options: ShotOptions, folder: Path) -> list[Path]:
    sheets = []
    with browser.open_browser() as chromium:
        for scheme in options.schemes:
            tab = chromium.new_page(color_scheme=scheme, reduced_motion="reduce")
            for page in options.pages:
                images = []
                for code in options.languages:
                    file = file_of(home, code, page)
                    if (site / file).is_file():
                        url = f"{site_url}/{file.removesuffix('index.html')}"
                        images += [(f"{code} {width} px", width, screenshot(tab, url, width, options.whole)) for width in options.widths]
                name = page.strip("/").replace("/", "-").removesuffix(".html") or "home"
                sheets.append(folder / f"{name}-{scheme}.png")
                make_sheet(chromium, f"/{page}, {scheme}", images, len(options.widths), sheets[-1])
            tab.close()
    return sheets


def screenshot(tab: Page, url: str, width: int, whole: bool) -> bytes:
    """A PNG of one page."""
    tab.set_viewport_size({"width": width, "height": 800})
    tab.goto(url, wait_until="load")
    tab.evaluate("document.fonts.ready.then(() => 0)")
    height = tab.evaluate("document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": width, "height": height if whole else min(height, MAX_HEIGHT)}
    return tab.screenshot(full_page=True, clip=clip)


def make_sheet(chromium: Browser, title: str, images: list[tuple[str, int, bytes]], columns: int, target: Path) -> None:
    """Write a PNG with the images (label, width of the page, PNG) side by side, a row for each language."""
    cells = "".join(
        f"<figure><figcaption>{html.escape(label)}</figcaption>"
        f'<img width="{max(MIN_IMAGE_WIDTH, width // 2)}" src="data:image/png;base64,{base64.b64encode(data).decode()}"></figure>'
        for label, width, data in images
    )
    style = (
        f"body{{font:14px sans-serif;background:#777;color:#fff;margin:16px;display:grid;gap:16px;grid-template-columns:repeat({columns},max-content)}}"
        "h1{grid-column:1/-1;margin:0;font-size:18px}figure{margin:0}img{display:block}"
    )
    sheet_width = sum(max(MIN_IMAGE_WIDTH, width // 2) + 16 for _, width, _ in images[:columns]) + 16
    page = chromium.new_page(viewport={"width": sheet_width, "height": 400})
    page.set_content(f"<style>{style}</style><h1>{html.escape(title)}</h1>{cells}", wait_until="load")
    page.screenshot(path=target, full_page=True)
    page.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", default="", help="addresses such as home,calls/,about/ (default: one page of each kind)")
    parser.add_argument("--widths", default="", help="CSS pixels, such as 320,1280 (default: 320,390,768,1280,1920)")
    parser.add_argument("--schemes", default="", help="light, dark or both (default)")
    parser.add_argument("--languages", default="", help="such as en,es (default: all)")
    parser.add_argument("--whole", action="store_true", help="whole pages, not only their first 1,600 pixels")
    parser.add_argument("--folder", default="", help="a built site to photograph (default: a new build)")
    options = vars(parser.parse_args())
    whole, root = options.pop("whole"), environment.ROOT
    with weight.built_site(root, options.pop("folder")) as site:
        home, languages = weight.site_languages(root)
        parsed = parse_options(site, home, languages, options, whole)
        with local_server.serve_folder(site) as url:
            print("\n".join(map(str, take(site, url, home, parsed, root / "shots"))))


if __name__ == "__main__":
    environment.run(main)
