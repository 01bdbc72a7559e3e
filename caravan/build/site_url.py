"""The public URL of the site, and the web address of its repository."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

from caravan.git import PublishError, Repository
from caravan.reading.paths import read_extra
from caravan.reading.problems import Fault, printable
from caravan.reading.schema import address_fault
from caravan.site.settings import SettingsError

LOCAL = "http://localhost:8000"
GITHUB_REMOTE = re.compile(r"(?:https://(?:[^@/]+@)?github\.com/|git@github\.com:|ssh://git@github\.com/)([^/]+)/(.+?)(?:\.git)?/?")
GITHUB_PAGES_URL = re.compile(r"https://([a-z0-9-]+)\.github\.io(?:/([^/]+))?/?")
SITE_ADDRESS = re.compile(r"https?://[^/]+(/(?!\.\.?(/|$))[\w.~-]+)*/?", re.ASCII | re.IGNORECASE)


def public_address(root: Path) -> str:
    """The URL of the site, without a slash at the end.

    From the environment variable SITEURL, else content/extra/CNAME, else the github.com remote `origin`, else LOCAL
    (which `publish` refuses). Raises SettingsError for an invalid SITEURL or CNAME.
    """
    site_url = os.environ.get("SITEURL", "").strip(" ")
    if site_url:
        if address_fault(site_url) or not SITE_ADDRESS.fullmatch(site_url):
            raise SettingsError(f'SITEURL is "{printable(site_url)}", which is not a web address; write it as https://host/path')
        return site_url.rstrip("/")
    cname = root / "content" / "extra" / "CNAME"
    if os.path.lexists(cname) and not cname.is_dir():
        try:
            return f"https://{read_extra(root / 'content', 'CNAME')}"
        except Fault as fault:
            raise SettingsError(f"content/extra/CNAME:{fault.line}: {fault.message}") from None
    return from_remote(origin_url(root)) or LOCAL


def from_remote(remote: str) -> str | None:
    """The URL of GitHub Pages for the repository at `remote`, or None for another host."""
    match = GITHUB_REMOTE.fullmatch(remote)
    if not match:
        return None
    owner, name = match[1].lower(), match[2]
    return f"https://{owner}.github.io" if name.lower() == f"{owner}.github.io" else f"https://{owner}.github.io/{name}"


def repository(root: Path, address: str = "") -> str:
    """The web address of the repository, where people can edit the texts, or "" if it is not known.

    `address`: the URL of the site. One at github.io names the repository; it takes precedence over the remote, so that
    every clone and fork gives the same result.
    """
    match = GITHUB_PAGES_URL.fullmatch(address)
    if match:
        return f"https://github.com/{match[1]}/{match[2] or f'{match[1]}.github.io'}"
    match = GITHUB_REMOTE.fullmatch(origin_url(root))
    return f"https://github.com/{match[1]}/{match[2]}" if match else ""


def origin_url(root: Path) -> str:
    """The URL of the remote `origin`, or ""."""
    with contextlib.suppress(PublishError):  # no repository, or no git
        return Repository(root).output_or_empty("remote", "get-url", "origin")
    return ""
