"""The token that CI publishes with, tested against an HTTP git server that requires it for pushes."""

from __future__ import annotations

import base64
import contextlib
import os
import subprocess
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

import pytest
from publish_sandbox import Sandbox, build, git, publish_clone

from caravan.git import PublishError
from tools.local_server import running

TOKEN = "a-token-of-this-test"
EXPECTED_HEADER = "Basic " + base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()


@contextlib.contextmanager
def git_host(folder):
    """Serve the repositories below `folder` over HTTP with `git http-backend`; a push needs the token."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            parts = urlsplit(self.path)
            allowed = self.headers.get_all("Authorization") == [EXPECTED_HEADER]
            if "git-receive-pack" in self.path and not allowed:
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="git"')
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            variables = {
                "GIT_PROJECT_ROOT": str(folder), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": parts.path, "QUERY_STRING": parts.query,
                "REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""), "REMOTE_USER": "ci" if allowed else "",
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            }  # fmt: skip
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            result = subprocess.run(["git", "http-backend"], input=body, capture_output=True, env={**os.environ, **variables})
            head, _, content = result.stdout.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            self.send_response(int(headers.pop("Status", "200 OK").split()[0]))
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = answer

        def log_message(self, *args):
            pass

    with running(Handler) as address:
        yield address


def test_the_token_allows_the_push_and_is_stored_nowhere(tmp_path, monkeypatch):
    sandbox = Sandbox(tmp_path / "sandbox")
    with git_host(sandbox.folder) as address:
        git(sandbox.clone, "remote", "set-url", "origin", f"{address}/host.git")
        monkeypatch.setenv("GITHUB_SERVER_URL", address)
        with pytest.raises(PublishError, match="You have no write access"):
            publish_clone(sandbox.clone)
        assert sandbox.tip == ""
        monkeypatch.setenv("PUBLISH_TOKEN", "a wrong token")
        with pytest.raises(PublishError, match="You have no write access"):
            publish_clone(sandbox.clone)
        monkeypatch.setenv("PUBLISH_TOKEN", TOKEN)

        def without_token(root, folder):
            assert TOKEN not in os.environ.values()  # the theme, plugins and packages run during a build
            build(root, folder)

        pushed, messages = publish_clone(sandbox.clone, build_site=without_token)
    assert pushed and sandbox.is_complete()
    assert TOKEN not in messages
    files_with_token = [path for path in (sandbox.clone / ".git").rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]
    assert files_with_token == []


def test_the_token_is_sent_to_its_own_host_only(tmp_path, monkeypatch):
    """A remote on another server does not receive the token."""
    sandbox = Sandbox(tmp_path / "sandbox")
    with git_host(sandbox.folder) as address:
        git(sandbox.clone, "remote", "set-url", "origin", f"{address}/host.git")
        monkeypatch.setenv("PUBLISH_TOKEN", TOKEN)  # for the server in GITHUB_SERVER_URL, which is another one
        with pytest.raises(PublishError, match="You have no write access"):
            publish_clone(sandbox.clone)
    assert sandbox.tip == ""
