"""Font sets for browser tests, so that the layout of a page does not depend on the fonts of the machine.

Usage in a script:

    with browser_with_fonts("windows-mac") as chromium:
        page = chromium.new_page()
        block_poster(page)  # as on a first visit over a slow connection: the headline font does not load
        page.goto(address)

Tests use the fixture `browser`, which has the set DEFAULT; `browser_of_each_set`, which runs a test once with each set; or
`browser_with_fonts(name, playwright)` with the fixture `playwright`.

The fonts come from npm packages under open licences, pinned in package-lock.json. Some are renamed, so that `local()`
and `font-family` find them under the names of other systems. The renamed files are only made in `.venv/`, for
tests, and are never distributed.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from tools import browser, node_tools

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

ROOT = Path(__file__).resolve().parent.parent
SUPPORTED = sys.platform.startswith("linux")
WHY_NOT = "Font sets need fontconfig, which Chromium only uses on Linux."
STYLES = {"Regular": "400Regular", "Bold": "700Bold", "Italic": "400Regular_Italic", "Bold Italic": "700Bold_Italic"}


@dataclass(frozen=True)
class Font:
    """A font file of a package. `family`: its new name, or "" to keep its own; `style`: one of STYLES."""

    file: str  # below node_modules
    family: str = ""
    style: str = "Regular"
    postscript: str = ""


def expo(package: str, family: str = "", styles: tuple[str, ...] = tuple(STYLES), postscript: str = "{}-{}") -> list[Font]:
    """The static fonts of a package of Expo. `postscript`: template of the PostScript names, with family and style."""
    prefix = package.title().replace("-", "")
    return [
        Font(
            f"@expo-google-fonts/{package}/{STYLES[style]}/{prefix}_{STYLES[style]}.ttf", family, style,
            postscript.format(family.replace(" ", ""), style.replace(" ", "")).replace("-Regular", ""),
        )
        for style in styles
    ]  # fmt: skip


def dejavu(*names: str) -> list[Font]:
    return [Font(f"dejavu-fonts-ttf/ttf/DejaVu{name}.ttf") for name in names]


HELVETICA = expo("arimo", "Helvetica Neue")
GEORGIA = expo("gelasio", "Georgia")  # Gelasio has the metrics of Georgia, Arimo those of Arial


@dataclass(frozen=True)
class FontSet:
    """Fonts, and the families to use as sans-serif, serif and monospace."""

    fonts: list[Font]
    sans: str
    serif: str
    mono: str


SETS = {
    "android": FontSet(expo("noto-serif") + expo("roboto"), "Roboto", "Noto Serif", "Roboto"),
    "new-android": FontSet(
        expo("noto-serif") + [Font("@fontsource-variable/roboto/files/roboto-latin-standard-normal.woff2")],
        "Roboto", "Noto Serif", "Roboto",
    ),
    "windows-mac": FontSet(
        expo("arimo", "Arial", postscript="{}-{}MT") + HELVETICA + GEORGIA + expo("gelasio", "Times New Roman"),
        "Arial", "Times New Roman", "Arial",
    ),
    "helvetica": FontSet(HELVETICA + GEORGIA, "Helvetica Neue", "Georgia", "Helvetica Neue"),
    # The package fonts-dejavu-core of Debian has the same files.
    "bare-linux": FontSet(
        dejavu("Sans", "Sans-Bold", "SansMono", "SansMono-Bold", "Serif", "Serif-Bold"),
        "DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono",
    ),
}  # fmt: skip
DEFAULT = "android"


@contextlib.contextmanager
def browser_with_fonts(name: str = DEFAULT, playwright: Playwright | None = None) -> Iterator[Browser]:
    """A headless Chromium that has only the fonts of the set `name`, closed at the end.

    Fontconfig reads its configuration when a browser starts, so each set needs its own browser. If not SUPPORTED, the
    browser has the fonts of the machine. `playwright`: a running one, since a process can run only one.
    """
    with browser.open_browser({"FONTCONFIG_FILE": str(font_config(name))} if SUPPORTED else {}, playwright) as chromium:
        yield chromium


def block_poster(target: Page | BrowserContext) -> None:
    """Abort all requests of `target` for the headline font."""
    target.route("**/poster*.woff2", lambda route: route.abort())


def font_config(name: str) -> Path:
    """The `fonts.conf` of the set `name`, made once in `.venv/` for each state of the packages and of this file."""
    packages = node_tools.ensure_node_packages(ROOT)
    state = hashlib.sha256(packages.parent.name.encode() + Path(__file__).read_bytes()).hexdigest()[:16]
    target = ROOT / ".venv" / f"fonts-{state}" / name
    if not target.is_dir():
        target.parent.mkdir(exist_ok=True)
        # Made in a temporary folder and then moved, so that no other process sees an incomplete folder.
        with tempfile.TemporaryDirectory(prefix="fonts-", dir=target.parent) as folder:
            staging = Path(folder) / "new"
            staging.mkdir()
            for number, font in enumerate(SETS[name].fonts):
                write_font(font, packages / font.file, staging / f"{number}.ttf")
            (staging / "fonts.conf").write_text(fontconfig_xml(SETS[name], target), encoding="utf-8")
            try:
                staging.rename(target)
            except OSError:
                if not target.is_dir():  # otherwise another process was first
                    raise
    return target / "fonts.conf"


def write_font(font: Font, source: Path, target: Path) -> None:
    """Write `source` as TrueType to `target`, renamed to the names of `font`."""
    if source.suffix == ".ttf" and not font.family:
        shutil.copyfile(source, target)
        return
    from fontTools.ttLib import TTFont

    with TTFont(source) as opened:
        opened.flavor = None
        if "fvar" in opened:
            # Fontconfig would show each instance as a font with a full name; Android shows the one file.
            opened["fvar"].instances = []
        if font.family:
            names = opened["name"]
            for record in (16, 17, 21, 22, 25):  # typographic and WWS names, which take precedence
                names.removeNames(nameID=record)
            full = font.family if font.style == "Regular" else f"{font.family} {font.style}"
            for record, text in {1: font.family, 2: font.style, 3: full, 4: full, 6: font.postscript}.items():
                names.removeNames(nameID=record)
                names.setName(text, record, 3, 1, 0x409)  # Windows, Unicode, English of the USA
        opened.save(target)


def fontconfig_xml(fonts: FontSet, folder: Path) -> str:
    """A `fonts.conf` with only the fonts in `folder`, a cache there, and the generic families."""
    aliases = "\n".join(
        f'<alias binding="same"><family>{generic}</family><prefer><family>{family}</family></prefer></alias>'
        for generic, family in (("sans-serif", fonts.sans), ("serif", fonts.serif), ("monospace", fonts.mono))
    )
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n<fontconfig>\n'
        f"<dir>{escape(str(folder))}</dir>\n<cachedir>{escape(str(folder / 'cache'))}</cachedir>\n{aliases}\n</fontconfig>\n"
    )
