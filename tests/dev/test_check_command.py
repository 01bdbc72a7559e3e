"""The doors of the checker: people, pull requests, programs, and the descriptions made from its model."""

from __future__ import annotations

import http.server
import json
import threading

import pytest
from conftest import ROOT, task

from caravan.dev import external_links, schema_docs
from caravan.reading.schema import FIELD_ORDER, KINDS, TRANSLATION_SCHEMAS


@pytest.fixture
def wrong(project):
    """A project with two mistakes in one text and a text that waits."""
    path = project / "content" / "pages" / "about" / "en.md"
    path.write_text(path.read_text().replace("summary:", "sumary: 'x, y: 100%'\nsummary:", 1) + "\n\n[@nobody]\n")
    folder = project / "content" / "background" / "later"
    folder.mkdir()
    (folder / "en.md").write_text(
        "---\ntitle: Later\nsummary: A text that waits for its day, which is a long time from now.\ndate: 2199-01-01\n"
        "authors: [A]\n---\n\nWords.\n"
    )
    return project


def test_people_get_file_line_reason_and_a_count(wrong):
    done = task(wrong, "check")
    assert done.returncode == 1
    lines = done.stdout.split("\n")
    errors = [line for line in lines if "warning" not in line and line.startswith("content/")]
    assert len(errors) == 2 and errors == sorted(errors)
    assert "content/pages/about/en.md:3: `sumary`: did you mean `summary`?" in lines
    assert any("[@nobody] is not in content/evidence/sources.yaml" in line for line in errors)
    assert "waiting: content/background/later/en.md: public from 2199-01-01" in lines


def test_files_and_folders_can_be_named(wrong):
    assert task(wrong, "check", "--file", "content/pages/privacy/en.md").returncode == 0
    done = task(wrong, "check", "--file", "content/pages")
    assert done.returncode == 1 and "content/background" not in done.stdout
    for missing in ("content/nowhere.md", "README.md"):
        done = task(wrong, "check", "--file", missing)
        assert done.returncode != 0 and missing in done.stderr and "Traceback" not in done.stderr


def test_a_pull_request_gets_annotations(wrong):
    done = task(wrong, "check", "--format", "github")
    assert done.returncode == 1
    assert "::error file=content/pages/about/en.md,line=3::`sumary`: did you mean `summary`?" in done.stdout.split("\n")
    assert all(line.startswith("::") or "annotations" in line for line in done.stdout.strip().split("\n"))


def test_programs_get_json(wrong):
    listed = json.loads(task(wrong, "check", "--format", "json").stdout)
    assert {"path", "line", "message", "severity"} == set(listed["problems"][0])
    assert listed["waiting"] == ["content/background/later/en.md: public from 2199-01-01"]


def test_build_stops_at_the_same_problems_and_keeps_the_last_output(wrong):
    page = wrong / "content" / "pages" / "about" / "en.md"
    broken = page.read_text()
    page.write_text((ROOT / "content" / "pages" / "about" / "en.md").read_text())
    assert task(wrong, "build").returncode == 0
    before = (wrong / "output" / "about" / "index.html").read_bytes()
    page.write_text(broken)
    done = task(wrong, "build")
    assert done.returncode != 0
    assert "content/pages/about/en.md:3: `sumary`" in done.stderr and "Traceback" not in done.stderr
    assert (wrong / "output" / "about" / "index.html").read_bytes() == before


def test_build_replaces_no_folder_that_is_not_a_site(project):
    (project / "mine").mkdir()
    (project / "mine" / "letter.txt").write_text("dear")
    done = task(project, "build", "--folder", str(project / "mine"))
    assert done.returncode != 0 and "nothing was written" in done.stderr
    assert (project / "mine" / "letter.txt").read_text() == "dear"


def test_a_mistake_of_ours_says_so(project):
    path = project / "caravan" / "site" / "pages.py"
    path.write_text(path.read_text().replace("def home(site: Site, language: Language) -> dict:", "def home(site, language):\n    1 / 0"))
    done = task(project, "build")
    assert done.returncode != 0
    assert "not of yours" in done.stderr and "ZeroDivisionError" in done.stderr


def test_schema_and_table_are_those_of_the_model():
    assert (ROOT / schema_docs.SCHEMA).read_text() == schema_docs.schema()
    page = (ROOT / schema_docs.TABLE).read_text()
    assert schema_docs.described(page) == page
    fields = {name for model in [*KINDS.values(), *TRANSLATION_SCHEMAS.values()] for name in model.model_fields}
    assert fields == set(FIELD_ORDER)
    for name in fields:
        assert f"| `{name}` |" in page


def test_links_to_other_hosts_are_asked_on_demand(monkeypatch):
    class Host(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self):
            self.send_response({"/ok": 200, "/gone": 404}.get(self.path, 405))
            self.end_headers()

        def do_GET(self):
            self.send_response(200 if self.path == "/head-refused" else 500)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Host)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setattr(external_links, "PAUSE", 0)
    links = [f"{base}/{name}" for name in ("ok", "gone", "head-refused", "broken")] + ["http://127.0.0.1:1/"]
    wrong = dict(external_links.ask_host(links))
    server.shutdown()
    server.server_close()
    assert set(wrong) == {f"{base}/gone", f"{base}/broken", "http://127.0.0.1:1/"}
    assert "404" in wrong[f"{base}/gone"] and "does not answer" in wrong["http://127.0.0.1:1/"]
    assert any("ima-usa.org" in link for link in external_links.outside_links(ROOT))
