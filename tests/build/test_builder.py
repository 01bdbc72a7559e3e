"""Incremental builds: what is rendered rebuild, and what is left alone."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from conftest import FIXTURE_SETTINGS, ROOT, build
from jinja2 import TemplateError

from caravan.build import builder, command, render
from caravan.build.cache import Cache, environment_hash
from caravan.build.parallel import WorkerPool
from caravan.site import pages
from caravan.site.settings import SettingsError
from caravan.tracking import MISSING, TrackedMapping, current_hash


@pytest.fixture
def rebuild(content, tmp_path):
    """A function that builds the content with a cache and returns the paths of the written files."""
    previous = {}

    def run(**overrides) -> set[str]:
        output = build(tmp_path / "output", content, STORE_PATH=tmp_path / "store", **overrides)
        mtimes = {path.relative_to(output).as_posix(): path.stat().st_mtime_ns for path in output.rglob("*") if path.is_file()}
        written = {name for name in mtimes if previous.get(name) != mtimes[name]} - {"site-manifest.json"}
        previous.clear()
        previous.update(mtimes)
        return written

    assert len(run()) > 60
    return run


def test_without_changes_nothing_is_written_and_pelican_does_not_run(rebuild, monkeypatch):
    monkeypatch.setattr(command, "run_pelican", None)
    assert rebuild() == set()


def test_a_changed_paragraph_updates_the_pages_that_show_it(rebuild, content):
    path = content / "background" / "harbor-rules" / "en.md"
    path.write_text(path.read_text() + "\nOne more sentence.\n")
    assert rebuild() == {
        "background/harbor-rules/index.html", "feeds/all.atom.xml", "feeds/background.atom.xml",
        # the translations are outdated now and say so, and the overview lists them
        "es/background/harbor-rules/index.html", "fil/background/harbor-rules/index.html",
        "translations/index.html", "es/translations/index.html", "fil/translations/index.html",
    }  # fmt: skip


def test_a_changed_title_updates_the_pages_that_show_it(rebuild, content):
    path = content / "background" / "harbor-rules" / "es.md"
    path.write_text(re.sub("(?m)^title:.*", "title: Otra vez el maíz", path.read_text()))
    written = rebuild()
    assert {"es/index.html", "es/background/harbor-rules/index.html", "es/background/index.html", "es/archive/index.html"} <= written
    assert all(name.startswith("es/") for name in written)


def test_a_changed_source_updates_the_pages_that_cite_it(rebuild, content):
    path = content / "evidence" / "sources.yaml"
    before = path.read_text()
    path.write_text(before.replace("publisher: ", "publisher: The new ", 1))
    written = rebuild()
    assert written and all(name.endswith("/index.html") and name.count("/") >= 2 for name in written)
    path.write_text(before)
    assert rebuild() == written


def test_a_renamed_section_updates_the_front_page_that_leads_to_it(rebuild, content, tmp_path):
    for path in content.glob("*/*/*.md"):
        path.write_text(path.read_text().replace("{#count}", "{#counted}").replace(".md#count)", ".md#counted)"))
    assert {"index.html", "es/index.html", "fil/index.html"} <= rebuild()
    for home in ("", "es", "fil"):
        assert "two-counts/#count" not in (tmp_path / "output" / home / "index.html").read_text()


def test_the_front_page_is_updated_when_a_text_that_it_leads_to_is_deleted(rebuild, content, tmp_path):
    shutil.rmtree(content / "analysis" / "two-counts")
    for path in content.glob("*/*/*.md"):
        path.write_text(re.sub(r"\[([^]]*)\]\(../../analysis/two-counts/[^)]*\)", r"\1", path.read_text()))
    assert {"index.html", "es/index.html", "fil/index.html"} <= rebuild()
    for home in ("", "es", "fil"):
        assert "two-counts" not in (tmp_path / "output" / home / "index.html").read_text()


def test_a_change_of_day_updates_the_pages_that_depend_on_it(rebuild, content, monkeypatch):
    """One call of the fixture site was now and one was coming: both are over then. No text becomes public."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(4_000_000_000))
    lists = {f"{lang}{name}" for lang in ("", "es/", "fil/") for name in (
        "index.html", "calls/index.html", "calls/bridge-walk/index.html", "feeds/all.atom.xml", "feeds/calls.atom.xml",
    )}  # fmt: skip
    assert rebuild() == lists | {"calls/night-walk/index.html"}


def test_the_pages_of_a_deleted_text_are_deleted(rebuild, content, tmp_path):
    folder = Path(shutil.copytree(content / "background" / "ferry-fare", content / "background" / "short-lived"))
    rebuild()
    assert (tmp_path / "output" / "es" / "background" / "short-lived" / "index.html").is_file()
    shutil.rmtree(folder)
    rebuild()
    assert [path for path in (tmp_path / "output").rglob("*") if "short-lived" in str(path)] == []


def test_an_error_in_a_template_leaves_the_output_unchanged(rebuild, content, tmp_path):
    theme = Path(shutil.copytree(ROOT / "theme", tmp_path / "theme"))
    page = theme / "templates" / "page.html"
    page.write_text(page.read_text().replace("article.title", "article.titel"))
    output = tmp_path / "output"
    before = {path: path.read_bytes() for path in output.rglob("*") if path.is_file()}
    with pytest.raises(TemplateError):
        rebuild(THEME=str(theme))
    assert {path: path.read_bytes() for path in output.rglob("*") if path.is_file()} == before
    assert rebuild() == set()


def test_two_documents_at_one_url_are_an_error(content, tmp_path, monkeypatch):
    documents = pages.documents
    monkeypatch.setattr(pages, "documents", lambda site: [*documents(site), next(iter(documents(site)))])
    with pytest.raises(SettingsError, match="both have the address /index.html"):
        build(tmp_path / "output", content)


@pytest.mark.parametrize("killed", [False, True])
def test_rendering_with_workers_changes_nothing(site, content, tmp_path, monkeypatch, killed):
    """Also if they die: one text holds a page that cannot be rendered in a worker."""
    monkeypatch.setattr(render, "MIN_PAGES_PER_WORKER", 5)
    monkeypatch.setenv("CARAVAN_CORES", "2")
    if killed:
        monkeypatch.setattr(render, "render_share", kill_worker)
    build(tmp_path / "output", STORE_PATH=tmp_path / "store")
    shutil.rmtree(tmp_path / "output")
    pools = []
    monkeypatch.setattr(builder, "WorkerPool", lambda: pools.append(WorkerPool()) or pools[-1])
    output = build(tmp_path / "output", STORE_PATH=tmp_path / "store")
    assert pools[0].executor and pools[0].size == (0 if killed else 1)
    assert {path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()} == {
        path.relative_to(output): path.read_bytes() for path in output.rglob("*") if path.is_file()
    }


def kill_worker(*args):
    os._exit(1)


def test_a_build_closes_its_database_connections(content, tmp_path):
    """SQLite deletes its journal when the last connection is closed; Python 3.13 warns of open ones."""
    build(tmp_path / "output", content, STORE_PATH=tmp_path / "store")
    (content / "pages" / "about" / "en.md").write_text("---\ntitle: No summary\n---\n\nWords.\n")
    with pytest.raises(command.BuildError):
        build(tmp_path / "output", content, STORE_PATH=tmp_path / "store")
    assert [path.name for path in (tmp_path / "store").glob("cache*")] == ["cache.sqlite"]


def test_the_pages_of_a_slug_of_digits_are_not_rendered_again(rebuild, content):
    """`2024` is a slug and not a number."""
    shutil.copytree(content / "background" / "ferry-fare", content / "background" / "2024")
    assert rebuild()
    path = content / "pages" / "about" / "en.md"
    path.write_text(path.read_text() + "\nOne more sentence.\n")
    rendered = []
    render_document = render.render_document
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(render, "render_document", lambda site, theme, document: rendered.append(document.save_as) or render_document(site, theme, document))
        rebuild()
    assert "about/index.html" in rendered and not [name for name in rendered if "2024" in name]


def test_the_dependencies_of_pages_are_logged_and_can_be_checked(content, tmp_path):
    settings = command.load_settings(ROOT / "publishconf.py", tmp_path / "output")
    settings.update({"PATH": str(content), "STORE_PATH": tmp_path / "store", **FIXTURE_SETTINGS})
    site, *_ = builder.build(settings)
    with Cache(tmp_path / "store") as cache:
        log = cache.load_log(tmp_path / "output", environment_hash(settings))
    dependencies = dict(dependency for file in log.values() for dependency in file.dependencies)
    assert len(dependencies) > 50
    assert {name for name, logged in dependencies.items() if current_hash(site, name) != logged} == set()
    assert current_hash(site, 'method ["tracked_results"]') == current_hash(site, "nonsense here") == "unknown"
    assert current_hash(site, 'method ["neighbours", "background", "gone", "en"]') == current_hash(site, "group background/gone") == MISSING


def test_a_page_cannot_iterate_over_a_tracked_mapping():
    with pytest.raises(TypeError, match="must not iterate"):
        list(TrackedMapping("group", {"a": 1}, str))
