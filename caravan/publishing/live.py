"""After the push: does the live site show the new manifest yet?"""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from urllib.parse import urlsplit

from .verify import NAME

LIMIT = 900.0  # seconds; a host that needs longer has a fault that a person must look at
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds between two questions
ANSWER = 20.0  # seconds for one answer


def wait(address: str, newest: Callable[[], bytes], limit: float = LIMIT, tell: Callable[[str], None] = print) -> str:
    """Ask the site at `address` until its manifest is the newest one; returns an empty string, or why it is not after
    `limit` seconds. `newest` is asked again when the site shows something new that we did not expect: another
    publisher may have been faster."""
    start, pause, number, wanted, seen = time.monotonic(), FIRST_PAUSE, 0, newest(), None
    while True:
        number += 1
        left = limit - (time.monotonic() - start)
        found = ask(f"{address}/{NAME}?{time.time():.0f}-{number}", len(wanted) * 2, min(ANSWER, max(1.0, left)))
        if found != wanted and isinstance(found, bytes) and seen not in (None, found):
            wanted = newest()
        seen = found if isinstance(found, bytes) else seen
        if found == wanted:
            tell(f"{address}/ shows the new site.")
            return ""
        left = limit - (time.monotonic() - start)
        if left <= 0:
            return late(address, found, limit)
        if number == 1:
            tell(f"Waiting until {address}/ shows the new site, at most {limit / 60:.0f} minutes …")
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, LONGEST_PAUSE)


def ask(url: str, size: int, seconds: float) -> bytes | str:
    """What the site answers, or why it does not. The query is a new one each time, so that no cache answers."""
    request = urllib.request.Request(url, headers={"User-Agent": "publish", "Cache-Control": "no-cache"})
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            return answer.read(size + 1)
    except urllib.error.HTTPError as error:
        return f"it answers {error.code} {error.reason}"
    except (OSError, ValueError) as error:
        return f"it does not answer: {getattr(error, 'reason', error)}"


def late(address: str, found: bytes | str, limit: float) -> str:
    state = "it still shows another site" if isinstance(found, bytes) else found
    host = urlsplit(address).hostname
    return (
        f"The site is pushed, but {address}/ does not show it after {limit / 60:.0f} minutes: {state}. Look at the settings of "
        f"the host (on GitHub: Settings → Pages → branch gh-pages) and whether {host} leads there; nothing needs to be "
        "published again."
    )
