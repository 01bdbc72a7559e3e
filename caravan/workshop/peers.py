"""What the site's pages are measured beside: plain pages of the same words, and pages that something else built."""

from __future__ import annotations

import gzip
import html
from pathlib import Path

import lxml.html
from invoke import Exit

from . import built


class Packed(built.Quiet):
    """Serves as hosts do: text is compressed, and connections stay open."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        file = path / "index.html" if path.is_dir() else path
        if not file.is_file():
            return self.send_error(404)
        kind = self.guess_type(str(file))
        text = kind.startswith("text/") or kind.endswith(("javascript", "json", "xml"))
        data = gzip.compress(file.read_bytes(), 9) if text else file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if text else kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "max-age=600")
        if text:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(data)


def peers(page: Path, sheet: Path, folder: Path) -> dict[str, str]:
    """Write the words of `page` as plain pages into `folder`: without any style, and with a light sheet. Returns them."""
    tree = lxml.html.fromstring(page.read_bytes())
    main = tree.xpath("//main")[0]
    for unseen in main.xpath(".//script|.//style|.//svg|.//button"):
        unseen.drop_tree()
    for element in main.iter():
        for name in ("class", "style"):
            element.attrib.pop(name, None)
    words = lxml.html.tostring(main, encoding="unicode")
    head = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<title>{html.escape(tree.findtext(".//title"))}</title><meta name="description" content="The same words, plain.">'
    )
    found = {}
    for name, style in {"plain": "", "sakura": '<link rel="stylesheet" href="sakura.css">'}.items():
        place = folder / "peers" / name
        place.mkdir(parents=True)
        (place / "index.html").write_text(f"{head}{style}</head><body>{words}</body></html>", encoding="utf-8")
        found[name] = f"peers/{name}/"
    (folder / "peers" / "sakura" / "sakura.css").write_bytes(sheet.read_bytes())
    return {"the same words without any style": found["plain"], "the same words with sakura.css": found["sakura"]}


def elsewhere(peer: str) -> tuple[str, Path, str]:
    """`name=folder:address` in three parts: a site that something else built. Raises Exit."""
    name, _, rest = peer.partition("=")
    folder, _, address = rest.rpartition(":")
    if not name or not (Path(folder) / address / "index.html").is_file():
        raise Exit(f"--peer {peer}: write name=folder:address, such as other=_site:blog/words/, of a page that is there.")
    return name, Path(folder), address
