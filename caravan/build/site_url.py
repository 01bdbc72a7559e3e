"""The public address of the site."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from caravan.git import git_environment

LOCAL = "http://localhost:8000"
GITHUB = re.compile(r"(?:https://(?:[^@/]+@)?github\.com/|git@github\.com:|ssh://git@github\.com/)([^/]+)/(.+?)(?:\.git)?/?")
GIVEN = re.compile(r"https://([a-z0-9-]+)\.github\.io(?:/([^/]+))?/?")
DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")


class AddressError(Exception):
    """The address of the site is not one; the message says where it stands and what to write."""


def public_address(root: Path) -> str:
    """The address where the site is read, without a slash at its end.

    From the environment variable SITEURL, else content/extra/CNAME, else the github.com remote `origin`, else
    localhost (which `publish` refuses). Raises AddressError for a SITEURL or CNAME that cannot be an address.
    """
    given = os.environ.get("SITEURL", "").strip()
    if given:
        return check_address(given)
    cname = root / "content" / "extra" / "CNAME"
    if cname.is_file():
        domain = cname.read_text(encoding="utf-8").strip().lower()
        if not DOMAIN.fullmatch(domain):
            raise AddressError(f'content/extra/CNAME:1: "{domain}" is not a domain; write one name such as www.example.org')
        return f"https://{domain}"
    return from_remote(origin_url(root)) or LOCAL


def check_address(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise AddressError(f'SITEURL is "{address}", which is not the address of a site; write it as https://host/path')
    return address.rstrip("/")


def from_remote(remote: str) -> str | None:
    """The address that GitHub Pages gives to the repository `remote`, or None for another host."""
    found = GITHUB.fullmatch(remote)
    if not found:
        return None
    owner, name = found[1].lower(), found[2]
    return f"https://{owner}.github.io" if name.lower() == f"{owner}.github.io" else f"https://{owner}.github.io/{name}"


def repository(root: Path, address: str = "") -> str:
    """The web address of the repository, where people can edit the texts, or an empty string if it is not known.

    An address that GitHub gave names its repository; that comes before the remote, so that every clone says the same.
    """
    given = GIVEN.fullmatch(address)
    if given:
        return f"https://github.com/{given[1]}/{given[2] or f'{given[1]}.github.io'}"
    found = GITHUB.fullmatch(origin_url(root))
    return f"https://github.com/{found[1]}/{found[2]}" if found else ""


def origin_url(root: Path) -> str:
    """The address of the remote `origin`, or an empty string."""
    try:
        command = ["git", "-C", str(root), "remote", "get-url", "origin"]
        # In English: other languages come in the encoding of the locale, which need not be ours.
        done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=True, env=git_environment())
        return done.stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
