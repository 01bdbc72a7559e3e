"""The preview as a person uses it: start it, save a file, read the page, stop it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

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
    """The page at `address` if it contains `text`, else ""."""
    page = get(address)
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
    page.goto(f"{preview.address}/analysis/second-caravan/")
    page.wait_for_function("window.build !== undefined || typeof build !== 'undefined'")
    page.evaluate("scrollTo(0, 1500)")
    text = project / "content" / "analysis" / "second-caravan" / "en.md"
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
