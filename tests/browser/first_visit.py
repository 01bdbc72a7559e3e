"""A first visit, when the poster face is not there yet: does a word or a number break, does a page scroll sideways?

Run as a script it asks every page of a built site under every font set, at all widths, sizes and spacings, which takes
about half an hour: `.venv/bin/python tests/browser/first_visit.py FOLDER [SET …]`.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from font_sets import SETS, block_poster, browser_with_fonts  # noqa: E402
from page_audit import PAGE_CHECKS, TEXT_SPACING  # noqa: E402

from tools.local_server import serve_folder  # noqa: E402

WIDTHS = (320, 344, 360, 390, 412, 480, 600, 640, 720, 768, 900, 1024, 1216, 1260, 1304, 1440, 1600, 1920)  # CSS px
SIZES = (16, 24, 32)  # px: what a reader may set as the default of the browser


def faults(browser, addresses: Iterable[str], widths=WIDTHS, sizes=SIZES, face: bool = False) -> Iterator[str]:
    """One sentence for each word that breaks and each page that is too wide. `face`: the poster face is there."""
    context = browser.new_context(bypass_csp=True)
    if not face:
        block_poster(context)
    context.add_init_script(path=PAGE_CHECKS)
    page = context.new_page()
    settings = context.new_cdp_session(page)
    for size in sizes:
        settings.send("Page.setFontSizes", {"fontSizes": {"standard": size}})
        for address in addresses:
            page.goto(address)
            assert page.evaluate("getComputedStyle(document.documentElement).fontSize") in (f"{size}px", f"{size * 1.125:g}px")
            for spacing in ("", TEXT_SPACING):
                page.evaluate("css => { const own = new CSSStyleSheet(); own.replaceSync(css); document.adoptedStyleSheets = [own] }", spacing)
                for width in widths:
                    page.set_viewport_size({"width": width, "height": 800})
                    for line in page.evaluate("[...pageChecks.wordBreaks(), ...pageChecks.overflow()]"):
                        yield f"{address}: {line} ({width} px, letters of {size} px{', set apart' if spacing else ''})"
    context.close()


def main(folder: Path, names: list[str]) -> int:
    pages = sorted(path.relative_to(folder).as_posix().removesuffix("index.html") for path in folder.rglob("*.html"))
    checks = len(pages) * len(WIDTHS) * len(SIZES) * 2
    found: Counter[str] = Counter()
    with serve_folder(folder) as at:
        for name in names or [*SETS, "with the poster face"]:
            with browser_with_fonts(name if name in SETS else "android") as browser:
                lines = list(faults(browser, [f"{at}/{page}" for page in pages], face=name not in SETS))
            print(f"{name}: {checks} checks, {len(lines)} faults", *lines, sep="\n  ", flush=True)
            found[name] = len(lines)
    return min(1, sum(found.values()))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), sys.argv[2:]))
