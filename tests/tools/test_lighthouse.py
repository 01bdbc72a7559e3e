"""What the measuring on a cheap phone is made from; the measuring itself is a task."""

from __future__ import annotations

import gzip
import json
import urllib.request
from pathlib import Path

import lxml.html
import pytest
from conftest import ROOT
from invoke import Exit

from caravan.dev import node_tools, temp_site
from tools import lighthouse


def words(page):
    tree = lxml.html.fromstring(page.read_bytes())
    for unseen in tree.xpath("//main//script|//main//style|//main//svg|//main//button"):
        unseen.drop_tree()
    return " ".join(tree.xpath("//main")[0].text_content().split())


def test_peers_have_the_same_words_and_nothing_of_our_style(site, tmp_path):
    sheet = tmp_path / "sheet.css"
    sheet.write_text("body{color:red}")
    ours = site / "analysis" / "second-caravan" / "index.html"
    found = lighthouse.peers(ours, sheet, tmp_path)
    assert len(found) == 2
    for address in found.values():
        page = tmp_path / address / "index.html"
        assert words(page) == words(ours) and len(words(page)) > 5000
        tree = lxml.html.fromstring(page.read_bytes())
        assert not tree.xpath("//style|//script|//@class|//@style")
    assert [link for address in found.values()
            for link in lxml.html.fromstring((tmp_path / address / "index.html").read_bytes()).xpath("//link/@href")] == ["sakura.css"]  # fmt: skip


def test_every_measured_page_exists(site):
    for address in lighthouse.OURS.values():
        assert (site / address / "index.html").is_file()
    assert lighthouse.SAME_WORDS in lighthouse.OURS


def test_pages_travel_packed(site):
    with temp_site.serve_folder(site, lighthouse.Packed) as at, urllib.request.urlopen(f"{at}/about/") as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.read()) == (site / "about" / "index.html").read_bytes()


def measured(score, milliseconds):
    audits = {name: {"numericValue": milliseconds} for name in
              ("largest-contentful-paint", "cumulative-layout-shift", "total-blocking-time", "total-byte-weight")}  # fmt: skip
    return {"audits": audits, "categories": {name: {"score": score} for name in lighthouse.CATEGORIES}}


def test_the_middle_run_counts_and_the_table_says_it():
    middle = lighthouse.median([measured(0.9, 900), measured(1, 700), measured(0.4, 2000)])
    assert middle == lighthouse.Measured((90, 90, 90, 90), 0.9, 900, 900, 0.9)
    lines = lighthouse.table(["home"], dict.fromkeys([("home", profile) for profile in lighthouse.PROFILES], middle), 3)
    assert lines[-1] == "| home | 90 · 90 · 90 · 90 | 0.9 |" + " 0.90 | 900 | 900 |" * 3
    assert lines[-1].count("|") == lines[-3].count("|") == lines[-2].count("|")


def test_a_page_of_another_site_is_named_with_its_folder(tmp_path):
    (tmp_path / "blog").mkdir()
    (tmp_path / "blog" / "index.html").write_text("x")
    assert lighthouse.elsewhere(f"other={tmp_path}:blog/") == ("other", tmp_path, "blog/")
    for wrong in ("other", f"other={tmp_path}:nowhere/", f"={tmp_path}:blog/", "other=blog"):
        with pytest.raises(Exit, match="write name=folder:address"):
            lighthouse.elsewhere(wrong)


def test_a_run_that_fails_gets_a_sentence(tmp_path, node):
    with pytest.raises(Exit, match="Lighthouse could not measure http://127.0.0.1:9/"):
        lighthouse.report(tmp_path, "chromium", "http://127.0.0.1:9/", [], tmp_path / "report.json")


def test_what_comes_from_npm_is_pinned_with_hashes_and_names_no_registry():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert len(packages) > 50
    assert all(entry["integrity"].startswith("sha512-") and "resolved" not in entry for entry in packages.values())
    assert not any(entry.get("hasInstallScript") and not entry.get("dev") for entry in packages.values())


def test_without_npm_there_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(node_tools, "node_folder", lambda: Path(tmp_path))
    with pytest.raises(Exit, match="need Node, and its wheel is not whole here. Delete .venv"):
        node_tools.npm(tmp_path, "ci")
