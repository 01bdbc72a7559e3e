"""The URL of the site, and where it comes from."""

from __future__ import annotations

import os

import pytest
from conftest import git

from caravan.build.site_url import LOCAL, from_remote, public_address
from caravan.site.settings import SettingsError


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    monkeypatch.delenv("SITEURL", raising=False)


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/Some-Group/caravan.git", "https://some-group.github.io/caravan"),
        ("https://token@github.com/group/caravan", "https://group.github.io/caravan"),
        ("git@github.com:group/caravan.git", "https://group.github.io/caravan"),
        ("ssh://git@github.com/group/caravan.git", "https://group.github.io/caravan"),
        ("https://github.com/Group/group.github.io.git", "https://group.github.io"),
        ("https://gitlab.com/group/caravan.git", None),
        ("https://github.com.evil.example/group/caravan", None),
        ("/some/folder", None),
    ],
)
def test_the_url_of_github_pages(remote, address):
    assert from_remote(remote) == address


def test_environment_cname_remote_localhost_in_this_order(tmp_path, monkeypatch):
    assert public_address(tmp_path) == LOCAL
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "remote", "add", "origin", "git@github.com:group/caravan.git")
    assert public_address(tmp_path) == "https://group.github.io/caravan"
    (tmp_path / "content" / "extra").mkdir(parents=True)
    (tmp_path / "content" / "extra" / "CNAME").write_text("caravan.example.org\n")
    assert public_address(tmp_path) == "https://caravan.example.org"
    monkeypatch.setenv("SITEURL", "https://example.net/name/")
    assert public_address(tmp_path) == "https://example.net/name"


@pytest.mark.skipif(os.name == "nt", reason="git is replaced by a shell script")
def test_git_may_print_messages_in_another_encoding(tmp_path, monkeypatch):
    program = tmp_path / "git"
    program.write_bytes(b"#!/bin/sh\nprintf 'onulmaz: \\374\\360\\n' >&2\nexit 2\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert public_address(tmp_path) == LOCAL


@pytest.mark.parametrize("wrong", [
    "example.org", "ftp://example.org", "https://", "https://example.org/?q=1", "https://example.org/#a", "https://me@example.org",
    "https://me:secret@example.org", "https://example.org//evil.example", "https://example.org/a//b", "https://example.org//",
    "https://example.org/../a", "https://example.org/a/..", "https://example.org/./a", "https://example.org/a%2Fb", "https://example.org/%2e%2e",
    "https://example.org/'", 'https://example.org/"', "https://example.org/<b>", "https://example.org\n", "\nhttps://example.org",
    "https://example.org/a\tb", "https://example.org/\x1b[2J", "https://example.org\\@evil.example", "https://example.org:0", "https://example.org:70000",
    "https://a%40b.example", "https:///a", "https://\u0430p.example", "https://example.org/\u202e", "mailto:a@example.org", "//evil.example",
])  # fmt: skip
def test_an_invalid_siteurl_is_an_error(tmp_path, monkeypatch, wrong):
    monkeypatch.setenv("SITEURL", wrong)
    with pytest.raises(SettingsError, match="SITEURL") as caught:
        public_address(tmp_path)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("right", ["http://localhost:8000", "https://xn--ap-kmc.example/a/b", "http://[::1]:80/~me/v1.0", " https://example.org/a/ "])
def test_a_valid_siteurl(tmp_path, monkeypatch, right):
    monkeypatch.setenv("SITEURL", right)
    assert public_address(tmp_path) == right.strip().removesuffix("/")


@pytest.mark.parametrize("wrong", ["https://example.org", "two.example.org\nthree.example.org", "localhost", ""])
def test_an_invalid_cname_is_an_error(tmp_path, wrong):
    (tmp_path / "content" / "extra").mkdir(parents=True)
    (tmp_path / "content" / "extra" / "CNAME").write_text(wrong)
    with pytest.raises(SettingsError, match="content/extra/CNAME:1"):
        public_address(tmp_path)
