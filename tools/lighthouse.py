"""Measure how fast pages load on a slow phone, and write the results to docs/benchmarks.md.

For comparison, plain pages with the same text are measured too, and pages of other sites that are named with `--peer`.
"""

from __future__ import annotations

if __name__ == "__main__":  # first of all, since the rest needs the packages of .venv
    import environment

import argparse
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
from tools import browser, local_server, node_tools, schema_docs
from tools.screenshots import longest_articles


class CompressedHandler(local_server.QuietHandler):
    """Serves files as hosts do: text is compressed, and connections are kept alive."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        file = path / "index.html" if path.is_dir() else path
        if not file.is_file():
            self.send_error(404)
            return
        media_type = self.guess_type(str(file))
        is_text = media_type.startswith("text/") or media_type.endswith(("javascript", "json", "xml"))
        data = gzip.compress(file.read_bytes(), 9) if is_text else file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", f"{media_type}; charset=utf-8" if is_text else media_type)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "max-age=600")
        if is_text:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(data)


def write_baselines(page: Path, stylesheet: Path, folder: Path) -> dict[str, str]:
    """Write the text of `page` as plain pages into `folder`: one without any style, one with `stylesheet`.

    Returns their addresses in `folder`, by description.
    """
    tree = lxml.html.fromstring(page.read_bytes())
    main = tree.xpath("//main")[0]
    for element in main.xpath(".//script|.//style|.//svg|.//button"):
        element.drop_tree()
    for element in main.iter():
        for name in ("class", "style"):
            element.attrib.pop(name, None)
    body = lxml.html.tostring(main, encoding="unicode")
    head = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<title>{html.escape(tree.findtext(".//title"))}</title><meta name="description" content="The same words, plain.">'
    )
    addresses = {}
    for name, style in {"plain": "", "sakura": '<link rel="stylesheet" href="sakura.css">'}.items():
        page_folder = folder / "peers" / name
        page_folder.mkdir(parents=True)
        (page_folder / "index.html").write_text(f"{head}{style}</head><body>{body}</body></html>", encoding="utf-8")
        addresses[name] = f"peers/{name}/"
    (folder / "peers" / "sakura" / "sakura.css").write_bytes(stylesheet.read_bytes())
    return {"the same words without any style": addresses["plain"], "the same words with sakura.css": addresses["sakura"]}


def parse_peer(peer: str) -> tuple[str, Path, str]:
    """Split `name=folder:address`, a page of another site, into its three parts. Raises Exit if it is wrong or missing."""
    name, _, rest = peer.partition("=")
    folder, _, address = rest.rpartition(":")
    if not name or not (Path(folder) / address / "index.html").is_file():
        raise Exit(f"--peer {peer}: write name=folder:address of an existing page, such as other=_site:blog/first-post/.")
    return name, Path(folder), address


REPORT = "docs/benchmarks.md"
KIND_NAMES = {"calls": "call", "analysis": "analysis", "background": "background"}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PROFILES = {
    "default": [],  # Lighthouse's mobile profile: 1,600 kbps, 150 ms, processor four times slower
    "slow": ["--throttling.rttMs=400", "--throttling.throughputKbps=400", "--throttling.cpuSlowdownMultiplier=6"],
    # The two profiles above simulate throttling: Lighthouse computes the times from a fast load, and assumes that text
    # waited for the font. Here the browser really is throttled, so the time when the text was painted is measured.
    "held back": [
        "--throttling-method=devtools", "--throttling.requestLatencyMs=400", "--throttling.downloadThroughputKbps=400",
        "--throttling.uploadThroughputKbps=400", "--throttling.cpuSlowdownMultiplier=6",
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Measurement:
    """Medians for one page and profile: scores from 0 to 100, LCP in seconds, CLS, TBT in milliseconds, transferred kB."""

    scores: tuple[int, ...]
    lcp: float
    shift: float
    blocking: int
    kilobytes: float


def measured_pages(site: Path) -> dict[str, str]:
    """The address of the home page and of one article of each kind. The baselines have the text of the analysis."""
    longest = longest_articles(site)
    return {"home": "", **{KIND_NAMES[kind]: address for kind, address in longest.items()}}


def measure(root: Path, runs: int, peers: Iterable[str] = ()) -> list[str]:
    """Measure all pages `runs` times with each profile; writes the table to the report and returns its lines. Raises Exit.

    `peers`: pages of other sites, as `name=folder:address`.
    """
    parsed_peers = [parse_peer(peer) for peer in peers]
    modules = node_tools.ensure_node_packages(root, everything=True)
    browser_path = browser.find_browser()
    with tempfile.TemporaryDirectory(prefix="lighthouse-") as temporary, contextlib.ExitStack() as servers:
        folder = Path(temporary) / "site"
        folder.mkdir()
        with local_server.serve_folder(folder, CompressedHandler) as site_url:
            settings = load_settings(root / "publishconf.py", folder)
            run_build({**settings, "SITEURL": site_url, "STORE_PATH": None}, quiet=True)
            stylesheet = modules / "sakura.css" / "css" / "sakura.css"
            pages = measured_pages(folder)
            pages |= write_baselines(folder / pages.get("analysis", "") / "index.html", stylesheet, folder)
            pages = {name: f"{site_url}/{address}" for name, address in pages.items()}
            for name, peer_folder, address in parsed_peers:
                pages[name] = f"{servers.enter_context(local_server.serve_folder(peer_folder, CompressedHandler))}/{address}"
            measurements = {}
            for name, address in pages.items():
                for profile, options in PROFILES.items():
                    print(f"{name}, {profile} …", flush=True)
                    target = Path(temporary) / "report.json"
                    reports = [run_lighthouse(modules, browser_path, address, options, target) for _ in range(runs)]
                    measurements[name, profile] = median(reports)
    lines = format_table(list(pages), measurements, runs)
    schema_docs.write(root / REPORT, "lighthouse", "python3 tools/lighthouse.py", "\n".join(lines))
    return lines


def run_lighthouse(modules: Path, browser_path: str, address: str, options: list[str], target: Path) -> dict:
    """Run Lighthouse once with the temporary file `target`; returns its report. Raises Exit with its output if it fails."""
    flags = "--headless=new --disable-gpu" + (" --no-sandbox" if hasattr(os, "geteuid") and os.geteuid() == 0 else "")
    command = [
        str(node_tools.node()), str(modules / "lighthouse" / "cli" / "index.js"), address, "--quiet", "--output=json",
        f"--output-path={target}", f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={flags}", *options,
    ]  # fmt: skip
    result = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "CHROME_PATH": browser_path})
    if result.returncode or not target.is_file():
        raise Exit(f"Lighthouse could not measure {address}:\n{(result.stderr or result.stdout).strip()[-1500:]}")
    report = json.loads(target.read_text(encoding="utf-8"))
    target.unlink()
    if report.get("runtimeError"):
        raise Exit(f"Lighthouse could not measure {address}: {report['runtimeError']['message']}")
    return report


def median(reports: list[dict]) -> Measurement:
    """The median of every value of several Lighthouse reports."""

    def value(audit: str) -> float:
        return statistics.median(report["audits"][audit]["numericValue"] for report in reports)

    scores = (
        round(100 * statistics.median(report["categories"][name]["score"] or 0 for report in reports)) for name in CATEGORIES
    )
    return Measurement(
        tuple(scores), value("largest-contentful-paint") / 1000, value("cumulative-layout-shift"),
        round(value("total-blocking-time")), value("total-byte-weight") / 1000,
    )  # fmt: skip


def format_table(names: list[str], measurements: dict[tuple[str, str], Measurement], runs: int) -> list[str]:
    """The lines of the generated section of docs/benchmarks.md. `measurements`: by name of the page and profile."""
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
        default = measurements[name, "default"]
        cells = [name, " · ".join(map(str, default.scores)), f"{default.kilobytes:.1f}"]
        for measurement in (measurements[name, profile] for profile in PROFILES):
            shift = f"{measurement.shift:.3f}".rstrip("0").rstrip(".")
            cells += [f"{measurement.lcp:.2f}", shift, str(measurement.blocking)]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="how often each page is measured; the median counts (default 3)")
    parser.add_argument("--peer", action="append", default=[], help="a page of another site, as name=folder:address; can be repeated")
    args = parser.parse_args()
    print("\n".join(measure(environment.ROOT, args.runs, args.peer)))


if __name__ == "__main__":
    environment.run(main)
