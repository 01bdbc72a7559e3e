"""`icons`: the PNG icons of the theme, drawn from its one SVG by the tests' browser."""

from __future__ import annotations

from pathlib import Path

from caravan.dev import browser

SIZES = (180, 512)  # what iOS puts on a home screen; what manifests and cards want at least

GROUND = "#f8f0e0"  # paper: these icons stand on any ground, so they bring their own


def draw(root: Path) -> list[str]:
    """Write theme/static/icons/icon-<size>.png; returns the paths."""
    folder = root / "theme" / "static" / "icons"
    svg = (folder / "icon.svg").read_text(encoding="utf-8")
    written = []
    with browser.open_browser() as chromium:
        for size in SIZES:
            page = chromium.new_page(viewport={"width": size, "height": size})
            page.set_content(f"<style>*{{margin:0}}svg{{display:block;width:{size}px;background:{GROUND}}}</style>{svg}")
            path = folder / f"icon-{size}.png"
            page.screenshot(path=path)
            page.close()
            written.append(str(path.relative_to(root)))
    return written
