"""The command `check --external`: requests every link to another host. Only run by hand; it never blocks publishing."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.request
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from caravan.dev.check_command import load_project

TIMEOUT = 15  # seconds for one response
PAUSE = 1.0  # seconds between two requests to one host
USER_AGENT = "Mozilla/5.0 (compatible; link check of a small site)"
HREF = re.compile(r'href="(https?://[^"]+)"')


def report(root: Path) -> int:
    """Request every external link once and print the broken ones. Returns 0: a broken link is no error of the site."""
    hosts: dict[str, list[str]] = defaultdict(list)
    links = sorted(external_links(root))
    for link in links:
        hosts[urlsplit(link).netloc].append(link)
    with ThreadPoolExecutor(8) as pool:
        broken = [link for broken_links in pool.map(check_host, hosts.values()) for link in broken_links]
    for link, reason in sorted(broken):
        print(f"{link}: {reason}")
    print(f"{len(links)} links checked, {len(broken)} broken")
    return 0


def external_links(root: Path) -> set[str]:
    library = load_project(root)
    links = {source.url for source in library.sources.values() if source.url}
    for group in library.groups.values():
        for article in group.articles.values():
            links.update(HREF.findall("".join(article.body_html.segments)))
    return links


def check_host(links: list[str]) -> list[tuple[str, str]]:
    """The broken ones of `links` to one host, with the reason. The links are requested one after the other."""
    broken = []
    for index, link in enumerate(links):
        time.sleep(PAUSE if index else 0)
        reason = check_link(link)
        if reason:
            broken.append((link, reason))
    return broken


def check_link(link: str) -> str | None:
    """Why `link` does not work, or None. If the host refuses HEAD, GET is tried."""
    for method in ("HEAD", "GET"):
        request = urllib.request.Request(link, method=method, headers={"User-Agent": USER_AGENT})
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT):
                return None
        except urllib.error.HTTPError as error:
            if method == "GET" or error.code in (404, 410):
                return f"answers {error.code} {error.reason}"
        except (urllib.error.URLError, OSError, ValueError) as error:
            return f"does not answer ({getattr(error, 'reason', error)})"
    return None
