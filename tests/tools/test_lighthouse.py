"""The parts of the Lighthouse measurement, without running it on the site."""

from __future__ import annotations

import gzip
import json
import urllib.request
from pathlib import Path

import lxml.html
import pytest
from conftest import ROOT, build
from invoke import Exit

from tools import lighthouse, local_server, node_tools


def visible_text(page):
    tree = lxml.html.fromstring(page.read_bytes())
    for element in tree.xpath("//main//script|//main//style|//main//svg|//main//button"):
        element.drop_tree()
    return " ".join(tree.xpath("//main")[0].text_content().split())


def test_baselines_have_the_same_text_and_none_of_our_style(site, tmp_path):
    stylesheet = tmp_path / "sheet.css"
    stylesheet.write_text("body{color:red}")
    ours = site / "analysis" / "two-counts" / "index.html"
    baselines = lighthouse.write_baselines(ours, stylesheet, tmp_path)
    assert len(baselines) == 2
    for address in baselines.values():
        page = tmp_path / address / "index.html"
        assert visible_text(page) == visible_text(ours) and len(visible_text(page)) > 1500
        tree = lxml.html.fromstring(page.read_bytes())
        assert not tree.xpath("//style|//script|//@class|//@style")
    assert [link for address in baselines.values()
            for link in lxml.html.fromstring((tmp_path / address / "index.html").read_bytes()).xpath("//link/@href")] == ["sakura.css"]  # fmt: skip


def test_every_measured_page_exists(site):
    pages = lighthouse.measured_pages(site)
    assert list(pages) == ["home", "call", "analysis", "background"]
    assert all((site / address / "index.html").is_file() for address in pages.values())
    assert pages["analysis"] == "analysis/two-counts/"


def test_without_texts_the_home_page_is_measured(tmp_path):
    (tmp_path / "content").mkdir()
    assert lighthouse.measured_pages(build(tmp_path / "site", tmp_path / "content")) == {"home": ""}


def test_pages_are_served_compressed(site):
    with local_server.serve_folder(site, lighthouse.CompressedHandler) as address, urllib.request.urlopen(f"{address}/about/") as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(response.read()) == (site / "about" / "index.html").read_bytes()


def lighthouse_report(score, milliseconds):
    audits = {name: {"numericValue": milliseconds} for name in
              ("largest-contentful-paint", "cumulative-layout-shift", "total-blocking-time", "total-byte-weight")}  # fmt: skip
    return {"audits": audits, "categories": {name: {"score": score} for name in lighthouse.CATEGORIES}}


def test_the_table_has_medians():
    median = lighthouse.median([lighthouse_report(0.9, 900), lighthouse_report(1, 700), lighthouse_report(0.4, 2000)])
    assert median == lighthouse.Measurement((90, 90, 90, 90), 0.9, 900, 900, 0.9)
    lines = lighthouse.format_table(["home"], dict.fromkeys([("home", profile) for profile in lighthouse.PROFILES], median), 3)
    assert lines[-1] == "| home | 90 · 90 · 90 · 90 | 0.9 |" + " 0.90 | 900 | 900 |" * 3
    assert lines[-1].count("|") == lines[-3].count("|") == lines[-2].count("|")


def test_parse_peer(tmp_path):
    (tmp_path / "blog").mkdir()
    (tmp_path / "blog" / "index.html").write_text("x")
    assert lighthouse.parse_peer(f"other={tmp_path}:blog/") == ("other", tmp_path, "blog/")
    for wrong in ("other", f"other={tmp_path}:nowhere/", f"={tmp_path}:blog/", "other=blog"):
        with pytest.raises(Exit, match="write name=folder:address"):
            lighthouse.parse_peer(wrong)


def test_a_run_that_fails_has_a_message(tmp_path, node):
    with pytest.raises(Exit, match="Lighthouse could not measure http://127.0.0.1:9/"):
        lighthouse.run_lighthouse(tmp_path, "chromium", "http://127.0.0.1:9/", [], tmp_path / "report.json")


def test_npm_packages_are_pinned_with_hashes_and_without_a_registry():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert len(packages) > 50
    assert all(entry["integrity"].startswith("sha512-") and "resolved" not in entry for entry in packages.values())
    assert not any(entry.get("hasInstallScript") and not entry.get("dev") for entry in packages.values())


def test_without_npm_there_is_a_message(tmp_path, monkeypatch):
    monkeypatch.setattr(node_tools, "node_folder", lambda: Path(tmp_path))
    with pytest.raises(Exit, match="need Node, and its Python package is incomplete. Delete .venv"):
        node_tools.npm(tmp_path, "ci")
