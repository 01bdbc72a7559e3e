"""What a build does again, and what it leaves alone."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, build
from jinja2 import TemplateError

from caravan.build import builder, command, render
from caravan.build.cache import BuildCache
from caravan.build.environment import environment_hash
from caravan.build.parallel import Worker
from caravan.tracking import MISSING, TrackedMapping, current_hash


@pytest.fixture
def again(content, tmp_path):
    """Builds the content with a memory; returns which files were written."""
    stamps = {}

    def run(**more) -> set[str]:
        output = build(tmp_path / "output", content, STORE_PATH=tmp_path / "store", **more)
        now = {path.relative_to(output).as_posix(): path.stat().st_mtime_ns for path in output.rglob("*") if path.is_file()}
        written = {name for name in now if stamps.get(name) != now[name]} - {"site-manifest.json"}
        stamps.clear()
        stamps.update(now)
        return written

    assert len(run()) > 60
    return run


def test_nothing_changed_writes_nothing_and_wakes_nobody(again, monkeypatch):
    monkeypatch.setattr(command, "run_pelican", None)
    assert again() == set()


def test_a_changed_paragraph_is_written_where_it_is_read(again, content):
    path = content / "background" / "nafta" / "en.md"
    path.write_text(path.read_text() + "\nOne more sentence.\n")
    assert again() == {
        "background/nafta/index.html", "feeds/all.atom.xml", "feeds/background.atom.xml",
        # both are behind now, and say so; so does the overview
        "es/background/nafta/index.html", "fil/background/nafta/index.html",
        "translations/index.html", "es/translations/index.html", "fil/translations/index.html",
    }  # fmt: skip


def test_a_changed_title_is_written_wherever_it_stands(again, content):
    path = content / "background" / "nafta" / "es.md"
    path.write_text(re.sub("(?m)^title:.*", "title: Otra vez el maíz", path.read_text()))
    written = again()
    assert {"es/index.html", "es/background/nafta/index.html", "es/background/index.html", "es/archive/index.html"} <= written
    assert all(name.startswith("es/") for name in written)


def test_a_source_is_written_where_it_is_cited(again, content):
    path = content / "evidence" / "sources.yaml"
    before = path.read_text()
    path.write_text(before.replace("publisher: ", "publisher: The new ", 1))
    written = again()
    assert written and all(name.endswith("/index.html") and name.count("/") >= 2 for name in written)
    path.write_text(before)
    assert again() == written


def test_a_change_of_day_is_written_where_days_are_told(again, content, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(4_000_000_000))
    assert again() == set()  # the call is over already, and nothing waits


def test_what_a_text_leaves_behind_is_taken_away(again, content, tmp_path):
    folder = Path(shutil.copytree(content / "background" / "ipef", content / "background" / "short-lived"))
    again()
    assert (tmp_path / "output" / "es" / "background" / "short-lived" / "index.html").is_file()
    shutil.rmtree(folder)
    again()
    assert [path for path in (tmp_path / "output").rglob("*") if "short-lived" in str(path)] == []


def test_a_mistake_in_a_template_leaves_the_output_as_it_was(again, content, tmp_path):
    theme = Path(shutil.copytree(ROOT / "theme", tmp_path / "theme"))
    page = theme / "templates" / "page.html"
    page.write_text(page.read_text().replace("article.title", "article.titel"))
    output = tmp_path / "output"
    before = {path: path.read_bytes() for path in output.rglob("*") if path.is_file()}
    with pytest.raises(TemplateError):
        again(THEME=str(theme))
    assert {path: path.read_bytes() for path in output.rglob("*") if path.is_file()} == before
    assert again() == set()


def test_two_documents_at_one_address_are_a_mistake_of_ours(content, tmp_path, monkeypatch):
    real = render.documents
    monkeypatch.setattr(render, "documents", lambda site: [*real(site), next(iter(real(site)))])
    with pytest.raises(render.RenderError, match="both want /index.html"):
        build(tmp_path / "output", content)


def test_printing_with_workers_changes_nothing(site, tmp_path, monkeypatch):
    monkeypatch.setattr(render, "MIN_PAGES_PER_WORKER", 5)
    asked = []
    real = Worker.submit
    monkeypatch.setattr(Worker, "submit", lambda self, *words: asked.append(words[0]) or real(self, *words))
    monkeypatch.setenv("CARAVAN_CORES", "2")
    output = build(tmp_path / "output", STORE_PATH=tmp_path / "store")
    assert render.render_job in asked
    assert {path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()} == {
        path.relative_to(output): path.read_bytes() for path in output.rglob("*") if path.is_file()
    }


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a file that is open")
def test_a_worker_whose_store_is_gone_passes_its_share_back(site, tmp_path, monkeypatch):
    monkeypatch.setattr(render, "MIN_PAGES_PER_WORKER", 5)
    monkeypatch.setenv("CARAVAN_CORES", "2")
    real = Worker.submit

    def ask(self, function, *words):
        if function is render.render_job:
            shutil.rmtree(tmp_path / "store")
        return real(self, function, *words)

    monkeypatch.setattr(Worker, "submit", ask)
    output = build(tmp_path / "output", STORE_PATH=tmp_path / "store")
    assert {path.relative_to(site) for path in site.rglob("*")} == {path.relative_to(output) for path in output.rglob("*")}


def test_a_build_leaves_no_connection_open(content, tmp_path):
    """SQLite takes the file of its log away with the last connection; Python 3.13 warns of one that nobody ended."""
    build(tmp_path / "output", content, STORE_PATH=tmp_path / "store")
    (content / "pages" / "about" / "en.md").write_text("---\ntitle: No summary\n---\n\nWords.\n")
    with pytest.raises(command.Problems):
        build(tmp_path / "output", content, STORE_PATH=tmp_path / "store")
    assert sorted(path.name for path in (tmp_path / "store").glob("texts*")) == ["texts.sqlite"]


def test_what_pages_ask_is_noted_and_can_be_asked_again(content, tmp_path):
    settings = command.load_settings(ROOT / "publishconf.py", tmp_path / "output")
    settings.update({"PATH": str(content), "STORE_PATH": tmp_path / "store"})
    site = builder.build(settings).site
    with BuildCache(tmp_path / "store", tmp_path / "output") as cache:
        dependencies = cache.load_log(environment_hash(settings)).dependencies
    assert len(dependencies) > 50
    assert {name for name, kept in dependencies.items() if current_hash(site, name) != kept} == set()
    assert current_hash(site, "ask tracked_results") == current_hash(site, "nonsense here") == "unknown"
    assert current_hash(site, "ask neighbours background gone en") == current_hash(site, "work background/gone") == MISSING


def test_a_page_cannot_walk_through_everything():
    with pytest.raises(TypeError, match="ask a question"):
        list(TrackedMapping("work", {"a": 1}, str))


