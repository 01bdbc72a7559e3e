"""What the site's pages are measured beside: plain pages of the same words, and pages that something else built.

`lighthouse`: how fast pages come to a cheap phone, beside plain pages of the same words, written into the benchmarks.
"""

from __future__ import annotations

import contextlib
import gzip
import html
import json
import os
import statistics
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import lxml.html
from invoke import Exit

from caravan.build.command import load_settings, run_build
from caravan.dev import browser, node_tools, schema_docs, temp_site


class Packed(temp_site.QuietHandler):
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


PAGE = "docs/benchmarks.md"
# Home and one article of each kind; the peers carry the words of the analysis.
OURS = {"home": "", "call": "calls/caravan-to-apec/", "analysis": "analysis/second-caravan/", "background": "background/nafta/"}
SAME_WORDS = "analysis"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PROFILES = {
    "default": [],  # Lighthouse's own phone: 1,600 kbps, 150 ms, processor four times slower
    "slow": ["--throttling.rttMs=400", "--throttling.throughputKbps=400", "--throttling.cpuSlowdownMultiplier=6"],
    # The two above are computed from a fast load, and count a font that came in time as if words had waited for it.
    # Here the browser itself is held back, and what is measured is when the words were on the screen.
    "held back": [
        "--throttling-method=devtools", "--throttling.requestLatencyMs=400", "--throttling.downloadThroughputKbps=400",
        "--throttling.uploadThroughputKbps=400", "--throttling.cpuSlowdownMultiplier=6",
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """Medians of one page on one profile: scores from 0 to 100, seconds, milliseconds, kilobytes that travelled."""

    scores: tuple[int, ...]
    lcp: float
    shift: float
    blocking: int
    kilobytes: float


def measure(root: Path, runs: int, others: Iterable[str] = ()) -> list[str]:
    """Measure all pages `runs` times on each profile; writes the table and returns its lines. Raises Exit.

    `others`: pages of sites that something else built, as `elsewhere` reads them.
    """
    foreign = [elsewhere(other) for other in others]
    modules = node_tools.ensure_node_packages(root, everything=True)
    program = browser.find_browser()
    with tempfile.TemporaryDirectory(prefix="lighthouse-") as place, contextlib.ExitStack() as servers:
        folder = Path(place) / "site"
        folder.mkdir()
        with temp_site.serve_folder(folder, Packed) as at:
            settings = load_settings(root / "publishconf.py", folder)
            run_build({**settings, "SITEURL": at, "STORE_PATH": None}, quiet=True)
            sheet = modules / "sakura.css" / "css" / "sakura.css"
            pages = {**OURS, **peers(folder / OURS[SAME_WORDS] / "index.html", sheet, folder)}
            pages = {name: f"{at}/{address}" for name, address in pages.items()}
            for name, other, address in foreign:
                pages[name] = f"{servers.enter_context(temp_site.serve_folder(other, Packed))}/{address}"
            found = {}
            for name, address in pages.items():
                for profile, words in PROFILES.items():
                    print(f"{name}, {profile} …", flush=True)
                    reports = [report(modules, program, address, words, Path(place) / "report.json") for _ in range(runs)]
                    found[name, profile] = median(reports)
    lines = table(list(pages), found, runs)
    schema_docs.write(root / PAGE, "lighthouse", "lighthouse", "\n".join(lines))
    return lines


def report(modules: Path, program: str, address: str, words: list[str], target: Path) -> dict:
    """One run of Lighthouse. Raises Exit with what it said where it fails."""
    flags = "--headless=new --disable-gpu" + (" --no-sandbox" if hasattr(os, "geteuid") and os.geteuid() == 0 else "")
    command = [
        str(node_tools.node()), str(modules / "lighthouse" / "cli" / "index.js"), address, "--quiet", "--output=json",
        f"--output-path={target}", f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={flags}", *words,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "CHROME_PATH": program})
    if done.returncode or not target.is_file():
        raise Exit(f"Lighthouse could not measure {address}:\n{(done.stderr or done.stdout).strip()[-1500:]}")
    said = json.loads(target.read_text(encoding="utf-8"))
    target.unlink()
    if said.get("runtimeError"):
        raise Exit(f"Lighthouse could not measure {address}: {said['runtimeError']['message']}")
    return said


def median(reports: list[dict]) -> Measured:
    def value(audit: str) -> float:
        return statistics.median(report["audits"][audit]["numericValue"] for report in reports)

    scores = (
        round(100 * statistics.median(report["categories"][name]["score"] or 0 for report in reports)) for name in CATEGORIES
    )
    return Measured(
        tuple(scores), value("largest-contentful-paint") / 1000, value("cumulative-layout-shift"),
        round(value("total-blocking-time")), value("total-byte-weight") / 1000,
    )  # fmt: skip


def table(names: list[str], found: dict[tuple[str, str], Measured], runs: int) -> list[str]:
    """The measurements as a Markdown part."""
    lines = [
        "## Pages on a cheap phone",
        "",
        f"Lighthouse mobile, pages compressed as hosts do. Medians of {runs} runs. LCP in seconds, CLS, TBT in milliseconds;"
        " slow: 400 kbps, 400 ms, processor six times slower, computed from a fast load; held back: the same, but the browser"
        " itself waits.",
        "",
        "| page | performance, accessibility, best practices, SEO | kB | LCP | CLS | TBT | slow: LCP | CLS | TBT | held back: LCP | CLS | TBT |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name in names:
        usual = found[name, "default"]
        cells = [name, " · ".join(map(str, usual.scores)), f"{usual.kilobytes:.1f}"]
        for one in (found[name, profile] for profile in PROFILES):
            cells += [f"{one.lcp:.2f}", f"{one.shift:.3f}".rstrip("0").rstrip("."), str(one.blocking)]
        lines.append(f"| {' | '.join(cells)} |")
    return lines
