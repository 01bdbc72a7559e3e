"""`check --external`: do the links to other hosts still work? Asked on demand only; never blocks publishing."""

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

SECONDS = 15  # for one answer
PAUSE = 1.0  # between two questions to one host
AGENT = "Mozilla/5.0 (compatible; link check of a small site)"
HREF = re.compile(r'href="(https?://[^"]+)"')


def report(root: Path) -> int:
    """Ask for every outside link once, politely; prints what did not answer. Returns 0: links die, texts stay."""
    hosts: dict[str, list[str]] = defaultdict(list)
    links = sorted(outside_links(root))
    for link in links:
        hosts[urlsplit(link).netloc].append(link)
    with ThreadPoolExecutor(8) as pool:
        answers = [answer for group in pool.map(ask_host, hosts.values()) for answer in group]
    for link, why in sorted(answers):
        print(f"{link}: {why}")
    print(f"{len(links)} links asked, {len(answers)} without an answer as it should be")
    return 0


def outside_links(root: Path) -> set[str]:
    found = load_project(root)
    links = {source.url for source in found.sources.values() if source.url}
    for work in found.groups.values():
        for text in work.articles.values():
            links.update(HREF.findall("".join(text.body_html.segments)))
    return links


def ask_host(links: list[str]) -> list[tuple[str, str]]:
    """What is wrong with the links to one host, asked one after the other."""
    wrong = []
    for index, link in enumerate(links):
        time.sleep(PAUSE if index else 0)
        why = ask(link)
        if why:
            wrong.append((link, why))
    return wrong


def ask(link: str) -> str | None:
    """Why `link` does not work, or None. A host that refuses HEAD is asked with GET."""
    for method in ("HEAD", "GET"):
        request = urllib.request.Request(link, method=method, headers={"User-Agent": AGENT})
        try:
            with urllib.request.urlopen(request, timeout=SECONDS):
                return None
        except urllib.error.HTTPError as error:
            if method == "GET" or error.code in (404, 410):
                return f"answers {error.code} {error.reason}"
        except (urllib.error.URLError, OSError, ValueError) as error:
            return f"does not answer ({getattr(error, 'reason', error)})"
    return None
