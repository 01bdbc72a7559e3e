"""The preview as a person uses it: start it, save a file, read the page, stop it."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from conftest import ROOT, build, git

from caravan.build import command
from caravan.preview.server import PreviewServer, ServerState
from caravan.preview.state import PreviewState
from caravan.reading.library import find_problems
from caravan.reading.problems import Problem

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a whole console")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Preview:
    """A process that runs `serve`. `lines`: what it has printed."""

    def __init__(self, project, port):
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "invoke", "--search-root", str(project), "serve", "--port", str(port)],
            cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        self.lines = []
        for line in self.process.stdout:
            self.lines.append(line)
            if line.startswith("The site is at "):
                self.address = line.split()[4].rstrip("/")
                return
        raise AssertionError("".join(self.lines))

    def stop(self) -> str:
        os.killpg(self.process.pid, signal.SIGINT)
        rest, _ = self.process.communicate(timeout=300)
        return "".join(self.lines) + rest


@pytest.fixture
def preview(project):
    running = Preview(project, free_port())
    yield running
    if running.process.poll() is None:
        running.stop()


def get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=300) as answer:
        return answer.read().decode()


def get_if(address: str, text: str) -> str:
    """The page at `address` if it contains `text`, else "", also while the preview restarts."""
    page = get_or_nothing(address)
    return page if text in page else ""


def wait_for(condition, seconds=300):
    """Call `condition` until it returns a true value; returns this value."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"the condition was false for {seconds} seconds")


def test_a_change_is_shown_and_ctrl_c_stops_the_preview(preview, project):
    page = project / "content" / "pages" / "about" / "en.md"
    before = get(f"{preview.address}/about/")
    assert "A brand new name" not in before
    files = re.findall(r'(?:src|href)="\.\./(theme/[^"]+)"', before)
    assert len(files) > 1 and all(urllib.request.urlopen(f"{preview.address}/{name}").status == 200 for name in files)
    page.write_text(re.sub("(?m)^title: .*", "title: A brand new name", page.read_text(), count=1))
    wait_for(lambda: "A brand new name" in get(f"{preview.address}/about/"))
    printed = preview.stop()
    assert preview.process.returncode == 0, printed
    assert "Stopped." in printed and "Traceback" not in printed


def test_a_problem_is_shown_on_the_page_and_the_preview_continues(preview, project):
    page = project / "content" / "pages" / "about" / "en.md"
    valid_text = page.read_text()
    page.write_text(valid_text.replace("title:", "titel:", 1))
    shown = wait_for(lambda: get_if(f"{preview.address}/about/", "did you mean"))
    assert "content/pages/about/en.md:2: `titel`: did you mean `title`?" in shown
    template = project / "theme" / "templates" / "page.html"
    valid_template = template.read_text()
    page.write_text(valid_text)
    wait_for(lambda: "did you mean" not in get(f"{preview.address}/about/"))
    template.write_text("{% extends 'layouts/base.html' %}{% if %}")
    wait_for(lambda: get_if(f"{preview.address}/about/", "page.html:1"))
    template.write_text(valid_template)
    wait_for(lambda: "<h1" in get(f"{preview.address}/about/") and "Problems to fix" not in get(f"{preview.address}/about/"))


def test_with_a_port_in_use_another_port_is_used(project):
    with socket.socket() as used:
        used.bind(("127.0.0.1", 0))
        used.listen()
        port = used.getsockname()[1]
        running = Preview(project, port)
        assert any(f"Port {port} is in use" in line for line in running.lines)
        assert not running.address.endswith(f":{port}")
        assert "<h1" in get(f"{running.address}/")
        running.stop()


def test_the_browser_reloads_at_the_same_scroll_position(preview, project, browser):
    page = browser.new_page(viewport={"width": 390, "height": 600})
    page.goto(f"{preview.address}/analysis/two-counts/")
    page.evaluate("scrollTo(0, 1500)")
    text = project / "content" / "analysis" / "two-counts" / "en.md"
    text.write_text(text.read_text().replace("## The announcement", "## The new announcement"))
    page.wait_for_function("document.body.textContent.includes('The new announcement')", timeout=300_000)
    page.wait_for_function("scrollY > 1000", timeout=300_000)
    page.close()


def test_changed_code_is_used_at_the_same_address(preview, project):
    code = project / "caravan" / "site" / "page_context.py"
    code.write_text(code.read_text() + "\n# changed\n")
    assert any("The code changed" in line for line in iter(preview.process.stdout.readline, ""))
    restarted = next(line for line in iter(preview.process.stdout.readline, "") if line.startswith("The site is at "))
    assert restarted.split()[4].rstrip("/") == preview.address
    assert "<h1" in get(f"{preview.address}/about/")


def test_other_machines_cannot_reach_the_preview(preview):
    port = int(preview.address.rsplit(":", 1)[1])
    with socket.socket() as probe, pytest.raises(OSError):
        probe.settimeout(2)
        address = socket.gethostbyname(socket.gethostname())
        if address.startswith("127."):
            raise OSError("this machine has no other address")
        probe.connect((address, port))


# --- The preview stays alive ----------------------------------------------------------------------------------------


def test_an_error_in_the_settings_is_shown_with_its_line_and_mended_without_a_restart(preview, project):
    conf = project / "pelicanconf.py"
    valid = conf.read_text()
    for broken, line in ((valid + "DEFAULT_PAGINATION = (\n", valid.count("\n") + 1), (valid + "\nDEFAULT_PAGINATION = 1 / 0\n", valid.count("\n") + 2)):
        conf.write_text(broken)
        wait_for(lambda line=line: get_if(f"{preview.address}/about/", f"pelicanconf.py:{line}: the settings cannot be read"))
        assert "<h1" in get(f"{preview.address}/about/")
    replacement = project / "pelicanconf.new"  # as editors save: a new file takes the place of the old one
    replacement.write_text(valid.replace('SITENAME = "Caravan"', 'SITENAME = "Mended"'))
    replacement.replace(conf)
    wait_for(lambda: "Mended</title>" in get(f"{preview.address}/about/"))
    conf.write_text(valid.replace('SITENAME = "Caravan"', 'SITENAME = "Once more"'))
    page = wait_for(lambda: get_if(f"{preview.address}/about/", "Once more</title>"))
    assert "to fix" not in page
    assert preview.process.poll() is None
    assert "restarting" not in preview.stop()


def test_a_preview_that_starts_with_broken_settings_shows_them_and_recovers(project):
    conf = project / "pelicanconf.py"
    valid = conf.read_text()
    conf.write_text("LANGUAGES = (\n")
    running = Preview(project, free_port())
    assert "pelicanconf.py:1: " in get(f"{running.address}/")
    conf.write_text(valid)
    wait_for(lambda: "to fix" not in get(f"{running.address}/about/"))
    assert "Traceback" not in running.stop()


def test_content_may_go_away_and_come_back(preview, project):
    content = project / "content"
    content.rename(project / "content-away")
    wait_for(lambda: get_if(f"{preview.address}/about/", "content"))
    wait_for(lambda: get_if(f"{preview.address}/", "content:1: this cannot be opened"))
    (project / "content-away").rename(content)
    wait_for(lambda: "to fix" not in get(f"{preview.address}/about/"))
    shutil.rmtree(content)
    wait_for(lambda: get_if(f"{preview.address}/", "content:1: this cannot be opened"))
    shutil.copytree(ROOT / "content", content)
    page = content / "pages" / "about" / "en.md"
    wait_for(lambda: "to fix" not in get(f"{preview.address}/about/"))
    page.write_text(re.sub("(?m)^title: .*", "title: A name after the return", page.read_text(), count=1))
    wait_for(lambda: "A name after the return" in get(f"{preview.address}/about/"))
    assert "Traceback" not in preview.stop()


def test_a_git_switch_that_changes_everything_does_not_end_the_preview(preview, project):
    git(project, "switch", "--quiet", "--orphan", "empty")
    wait_for(lambda: get_if(f"{preview.address}/", "to fix"))
    git(project, "switch", "--quiet", "main")
    wait_for(lambda: is_whole(get_or_nothing(f"{preview.address}/about/")))
    page = project / "content" / "pages" / "about" / "en.md"
    page.write_text(re.sub("(?m)^title: .*", "title: After the switch", page.read_text(), count=1))
    wait_for(lambda: "After the switch" in get_or_nothing(f"{preview.address}/about/"))
    assert preview.process.poll() is None
    assert "Traceback" not in preview.stop()


def get_or_nothing(address: str) -> str:
    """The page at `address`, or "" while the preview restarts."""
    try:
        return get(address)
    except OSError:
        return ""


def is_whole(page: str) -> bool:
    """Whether this is a page of the site, without a list of problems."""
    return "<h1" in page and "to fix" not in page


def test_an_error_in_the_code_is_shown_and_mended(preview, project):
    code = project / "caravan" / "site" / "urls.py"
    valid = code.read_text()
    code.write_text(valid + "\ndef broken(:\n")
    shown = wait_for(lambda: get_if(f"{preview.address}/about/", "the code of the site has an error"))
    assert f"caravan/site/urls.py:{valid.count(chr(10)) + 2}: " in shown
    code.write_text(valid)
    wait_for(lambda: is_whole(get_or_nothing(f"{preview.address}/about/")))
    assert "Traceback" not in preview.stop()


# --- What pages show --------------------------------------------------------------------------------------------------

FRONT = "---\ntitle: A text\nsummary: A text of a test, with a summary of the length that a summary must have.\n{fields}---\n\n"
DATED = FRONT.format(fields="date: 2024-05-06\nauthors: [A. Author]\n")


@pytest.fixture
def folder(tmp_path) -> Path:
    """A content folder with two texts."""
    for name, text in {
        "background/one/en.md": f"{DATED}Thefirst\n",
        "background/two/en.md": f"{DATED}[Back](../one/en.md).\n",
        "evidence/sources.yaml": "sources: []\n",
    }.items():
        write(tmp_path / "content" / name, text)
    return tmp_path / "content"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


class Served:
    """A preview of a content folder in this process."""

    def __init__(self, content: Path):
        self.content, self.state = content, ServerState()
        settings = command.load_settings(ROOT / "pelicanconf.py", content.parent / "output")
        self.preview = PreviewState({**settings, "PATH": str(content), "STORE_PATH": None})
        self.preview.load()
        self.show()
        self.server = PreviewServer(free_port(), self.state)
        self.host = f"localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def show(self):
        self.state.show(self.preview.view, self.preview.problems)

    def save(self, name: str, text: str) -> str:
        """Save a text, as the watcher does before it checks everything; returns its page."""
        write(self.content / name, text)
        assert self.preview.reload_articles([self.content / name])
        self.show()
        return self.get(f"/{name.removesuffix('en.md')}")[1]

    def get(self, path: str, method: str = "GET", host: str | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=60)
        connection.putrequest(method, path, skip_host=True)
        if host != "":
            connection.putheader("Host", host or self.host)
        connection.endheaders()
        with contextlib.closing(connection), connection.getresponse() as answer:
            is_stream = answer.headers["Content-Type"] == "text/event-stream" and method == "GET"
            return answer.status, "" if is_stream else answer.read().decode()


@pytest.fixture
def served(folder):
    running = Served(folder)
    yield running
    running.state.close()
    running.server.shutdown()
    running.server.server_close()


@pytest.mark.parametrize("link, message", [
    ("[Gone](../gone/en.md)", "points to content/background/gone/en.md, which does not exist"),
    ("[Gone](gone.pdf)", "points to content/background/one/gone.pdf, which does not exist"),
    ("[Gone](../../pages/gone/es.md#part)", "points to content/pages/gone/es.md, which does not exist"),
    ("Said somewhere [@nobody].", "[@nobody] is not in content/evidence/sources.yaml"),
    ("![Map](../../drawings/gone)", "content/drawings/gone/en.svg"),
])  # fmt: skip
def test_a_dead_link_or_unknown_source_is_a_problem_on_the_page_at_once(served, link, message):
    page = served.save("background/one/en.md", f"{DATED}Newwords.\n\n{link}\n").replace("&#34;", '"')
    assert "Newwords" in page
    line = DATED.count("\n") + 3
    assert f"content/background/one/en.md:{line}: " in page and message in page
    assert "KeyError" not in page
    others = {path: served.get(path)[1] for path in ("/", "/background/", "/background/two/", "/archive/", "/feeds/all.atom.xml")}
    assert all("KeyError" not in page and "Problems to fix" not in page for page in others.values())
    assert served.preview.problems == tuple(find_problems(served.preview.library, warnings=False))


def test_one_broken_text_keeps_no_other_page_hostage(served):
    page = served.save("background/one/en.md", DATED.replace("title:", "titel:"))
    assert "Thefirst" in page and "content/background/one/en.md:2: " in page
    write(served.content / "background" / "new" / "en.md", f"{DATED}[A broken text](../worse/en.md), [first](../one/en.md)\n")
    write(served.content / "background" / "worse" / "en.md", "No front matter.\n")
    served.preview.load()
    served.show()
    assert "Thefirst" in served.get("/background/one/")[1], "the last version without errors is kept"
    for path in ("/", "/background/", "/background/two/", "/background/new/", "/archive/", "/translations/"):
        status, page = served.get(path)
        assert status == 200 and 'id="main"' in page and "content/background/worse/en.md:1: " in page, path
    assert "Problems to fix" in served.get("/background/worse/")[1]
    found = command_problems(served.content)
    assert set(served.preview.problems) == found


def command_problems(content: Path) -> set[Problem]:
    """The problems for which a build fails."""
    with pytest.raises(command.BuildError) as caught:
        build(content.parent / "output", content)
    return set(caught.value.problems)


@pytest.mark.parametrize("text", [
    f"{DATED}## One\n\n#### Two\n\n[x](../gone/en.md)\n", f"{DATED}<b>x</b>\n\n[x](y.pdf)\n", DATED.replace("date:", "day:"),
    f"{DATED}[x](../two/es.md)\n", "", f"{DATED}One {{sic}} and [@x] and <3\n", DATED.replace("authors", "status: draft\nauthors"),
])  # fmt: skip
def test_preview_and_build_name_the_same_problems_after_a_save(served, text):
    served.save("background/one/en.md", f"{DATED}Once there was a [dead link](../gone/en.md).\n")
    served.save("background/one/en.md", text)
    first = set(served.preview.problems)
    served.preview.check_all()
    assert first <= set(served.preview.problems)
    assert all(problem.severity == "error" for problem in first)
    if served.preview.problems:
        assert set(served.preview.problems) == command_problems(served.content)


def test_pages_are_those_of_a_build_without_policy_and_with_a_script(served, tmp_path):
    site = build(tmp_path / "site", served.content, address="http://localhost:8000", conf="pelicanconf.py")
    for path in ("index.html", "background/one/index.html", "404.html"):
        built = (site / path).read_text(encoding="utf-8")
        page = served.get(f"/{path.removesuffix('index.html')}")[1]
        assert "Content-Security-Policy" in built and "preview" not in built
        assert "Content-Security-Policy" not in page
        script = re.search(r"\n*<script>\nnew EventSource.*?</script>\n", page, re.DOTALL)[0]
        assert page.count(script) == 1
        policy = re.search("<meta http-equiv=.Content-Security-Policy.*\n", built)[0]
        assert without_styles(page.replace(script, "")) == without_styles(built.replace(policy, ""))


def without_styles(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub("(?s)<style>.*?</style>", "", page))


def test_the_panel_is_bounded_scrolls_and_stays_closed_until_the_problems_change(served, browser):
    links = "".join(f"[x](gone-{number}.pdf)\n\n" for number in range(40))
    served.save("background/one/en.md", DATED + links)
    for scheme, background in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(18, 18, 18)")):
        page = browser.new_page(viewport={"width": 360, "height": 640}, color_scheme=scheme)
        page.goto(f"http://{served.host}/background/two/")
        panel = page.locator("#preview-problems details")
        assert panel.bounding_box()["height"] <= 0.36 * 640
        assert panel.evaluate("panel => panel.scrollHeight > panel.clientHeight")
        assert panel.evaluate("panel => getComputedStyle(panel).backgroundColor") == background
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.locator("#preview-problems summary").click()
        page.reload()
        page.wait_for_selector("#preview-problems details", state="attached")
        assert panel.get_attribute("open") is None and panel.bounding_box()["height"] < 60
        page.locator("#preview-problems summary").click()
        assert panel.get_attribute("open") == ""
        page.locator("#preview-problems summary").click()
        with page.expect_navigation():
            served.save("background/one/en.md", DATED + "One line more.\n\n" * len(scheme) + links)
        page.wait_for_function("document.querySelector('#preview-problems').shadowRoot.querySelector('details').open")
        page.close()


# --- The protocol -----------------------------------------------------------------------------------------------------


def test_only_names_of_this_machine_are_answered(served):
    port = served.server.server_port
    for host in (f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}", f"LOCALHOST:{port}"):
        assert served.get("/background/one/", host=host)[0] == 200
    for host in ("evil.example", f"evil.example:{port}", f"localhost.evil.example:{port}", "", f"127.0.0.1.nip.io:{port}", f"user@localhost:{port}"):
        for path in ("/background/one/", "/_preview/events", "/theme/x.js"):
            status, body = served.get(path, host=host)
            assert status == 421 and "Thefirst" not in body, (host, path)


def test_head_answers_without_a_body(served):
    for path in ("/", "/background/one/", "/_preview/events"):
        assert served.get(path, "HEAD") == (200, "")
    assert served.get("/gone.pdf", "HEAD") == (404, "")


def test_the_page_carries_the_number_of_its_state_so_that_no_save_is_missed(served):
    """The script reloads the page if the first event already has another number."""

    def number(path: str) -> str:
        return re.search(r'event.data !== "(\d+)"', served.get(path)[1])[1]

    before = number("/background/one/")
    served.save("background/one/en.md", f"{DATED}Changed.\n")
    with urllib.request.urlopen(f"http://{served.host}/_preview/events") as events:
        first = events.readline().decode().strip()
        assert first != f"data: {before}"
        assert first == f"data: {number('/background/one/')}"


def test_a_browser_that_hangs_up_prints_nothing(served, capfd):
    for path in ("/background/one/", "/_preview/events"):
        for _ in range(5):
            probe = socket.create_connection(("127.0.0.1", served.server.server_port))
            probe.sendall(f"GET {path} HTTP/1.1\r\nHost: {served.host}\r\n\r\n".encode())
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, not a polite end
            probe.close()
    served.save("background/one/en.md", f"{DATED}Changed.\n")
    assert "Changed" in served.get("/background/one/")[1]
    time.sleep(0.5)
    assert capfd.readouterr().err == ""


def test_errors_in_a_handler_are_still_printed(served, capfd):
    served.state.snapshot = "not a snapshot"
    with contextlib.suppress(http.client.RemoteDisconnected):
        served.get("/")
    wait_for(lambda: "AttributeError" in capfd.readouterr().err, seconds=30)
