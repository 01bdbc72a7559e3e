"""Render the theme's icon.svg to PNG files, with the browser that the tests use."""

from __future__ import annotations

if __name__ == "__main__":  # first of all, since the rest needs the packages of .venv
    import environment

import argparse
from pathlib import Path

from tools import browser

SIZES = (180, 512)  # pixels: the home screen of iOS; the minimum of web app manifests and social cards
BACKGROUND = "#f8f0e0"  # the paper colour, because the SVG is transparent


def draw(root: Path) -> list[str]:
    """Write theme/static/icons/icon-<size>.png; returns the paths."""
    folder = root / "theme" / "static" / "icons"
    svg = (folder / "icon.svg").read_text(encoding="utf-8")
    written = []
    with browser.open_browser() as chromium:
        for size in SIZES:
            page = chromium.new_page(viewport={"width": size, "height": size})
            page.set_content(f"<style>*{{margin:0}}svg{{display:block;width:{size}px;background:{BACKGROUND}}}</style>{svg}")
            path = folder / f"icon-{size}.png"
            page.screenshot(path=path)
            page.close()
            written.append(str(path.relative_to(root)))
    return written


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    print("\n".join(draw(environment.ROOT)))


if __name__ == "__main__":
    environment.run(main)
