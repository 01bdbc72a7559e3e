"""CI pushes with a token that only the one step has: over a real web server that lets nobody else write."""

from __future__ import annotations

import base64
import contextlib
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from ground import Ground, build, git, send

from caravan.git import PublishError

TOKEN = "a-token-of-this-test"
WANTED = "Basic " + base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()


@contextlib.contextmanager
def git_host(folder):
    """The repositories below `folder` over HTTP, as git's own program for web servers answers; pushing needs the token."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            parts = urlsplit(self.path)
            allowed = self.headers.get_all("Authorization") == [WANTED]
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
            done = subprocess.run(["git", "http-backend"], input=body, capture_output=True, env={**os.environ, **variables})
            head, _, content = done.stdout.partition(b"\r\n\r\n")
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

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def test_the_token_opens_the_host_and_shows_nowhere(tmp_path, monkeypatch):
    ground = Ground(tmp_path / "ground")
    with git_host(ground.folder) as address:
        git(ground.clone, "remote", "set-url", "origin", f"{address}/host.git")
        monkeypatch.setenv("GITHUB_SERVER_URL", address)
        with pytest.raises(PublishError, match="does not let you write"):
            send(ground.clone)
        assert ground.tip == ""
        monkeypatch.setenv("PUBLISH_TOKEN", "a wrong one")
        with pytest.raises(PublishError, match="does not let you write"):
            send(ground.clone)
        monkeypatch.setenv("PUBLISH_TOKEN", TOKEN)

        def without_token(root):
            assert TOKEN not in os.environ.values()  # themes, plugins and packages run here
            return build(root)

        outcome, said = send(ground.clone, built=without_token)
    assert outcome.pushed and ground.is_whole()
    assert TOKEN not in said
    kept = [path for path in (ground.clone / ".git").rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]
    assert kept == []


def test_the_token_goes_to_the_host_alone(tmp_path, monkeypatch):
    """Another server that a remote names is not told the token."""
    ground = Ground(tmp_path / "ground")
    with git_host(ground.folder) as address:
        git(ground.clone, "remote", "set-url", "origin", f"{address}/host.git")
        monkeypatch.setenv("PUBLISH_TOKEN", TOKEN)  # meant for the host of this environment, which is another one
        with pytest.raises(PublishError, match="does not let you write"):
            send(ground.clone)
    assert ground.tip == ""
