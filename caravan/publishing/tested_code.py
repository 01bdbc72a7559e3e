"""Which code the published site was tested with, so that a change of texts alone is published without the code's tests.

The commit of a published site names a hash of the code as `Code-tested:`. `publish` writes it if the tests passed for
exactly this code (CODE_TESTED), or if the published commit already names it. Every other commit names none, and the next
change is tested.
"""

from __future__ import annotations

import hashlib
import os

from caravan.build import manifest
from caravan.git import PublishError, Repository
from caravan.publishing.ancestry import is_code, source_changes
from caravan.publishing.branch import PublishedState, PublishTarget, fetch

CODE_TESTED = "CODE_TESTED"  # environment variable: the hash of the code that the tests passed for


def code_hash(repository: Repository, commit: str) -> str:
    """32 hexadecimal digits over path, mode and content of every file of code in `commit`. Raises GitError."""
    entries = repository.run("ls-tree", "-r", "-z", "--full-tree", commit).stdout.split("\0")
    code = [entry for entry in entries if entry and is_code(entry.partition("\t")[2])]
    return hashlib.sha256("\0".join(code).encode(errors="surrogateescape")).hexdigest()[:32]


def code_tested(repository: Repository, commit: str, published: PublishedState) -> str:
    """The hash of the code of `commit` if its tests have passed, else an empty string."""
    current = code_hash(repository, commit)
    return current if current in (os.environ.get(CODE_TESTED), published.code_tested) else ""


def why_to_test(repository: Repository, target: PublishTarget) -> str:
    """Why the code's tests must run before the commit that is checked out is published; empty if they need not run."""
    uncommitted = list(filter(is_code, manifest.uncommitted_changes(repository)))
    if uncommitted:
        return f"{uncommitted[0]} is code and has changed since the last commit"
    try:
        published = fetch(repository, target)
    except PublishError as error:
        return f"what is published is not known ({error})"
    if not published.tip:
        return f"nothing is published on {target} yet"
    if not published.code_tested:
        return f"the site on {target} does not say which code it was tested with"
    if published.code_tested == code_hash(repository, "HEAD"):
        return ""
    changed = source_changes(repository, published.source, "HEAD").code if repository.commit(published.source) else ()
    more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
    return f"{changed[0]}{more} changed since the site on {target}" if changed else f"the code is not that of the site on {target}"
