"""Prove that a copy of this site is whole: every file that the manifest lists, byte for byte, and none besides.

    python3 verify.py FOLDER                   a folder, such as one on a USB stick
    python3 verify.py https://example.org      a site on the web
    python3 verify.py FOLDER --against WHERE   by the manifest of another copy: a file, a folder or an address

This file needs nothing but Python 3.8 or newer, so that anyone can run it anywhere. It ends with 0 for a whole copy, 1
for one that is not, 2 where it could not look.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

#!/usr/bin/env python3



NAME = "site-manifest.json"
# They tell one host how to serve, not readers what to read: two whole copies may differ in them.
HOST_FILES = (".nojekyll", "CNAME")
NOT_SITE = (".git",)  # of a clone of the published branch
SECONDS = 30  # for one answer of a host
LARGEST_MANIFEST = 64 * 1024 * 1024
AT_ONCE = 8


class Unverifiable(Exception):
    """The copy could not be looked at; the message says why and what to do."""


def fingerprint(files):
    """One SHA-256 for all files of a manifest (path: {"sha256": …, "size": …}), short enough to read out on the phone."""
    lines = ("{} {} {}\n".format(files[name]["sha256"], files[name]["size"], name) for name in sorted(files))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def verify(place, against=""):
    """Compare the copy at `place` (folder or address) with its manifest, or with the one at `against`.

    Returns the manifest as a dictionary and the list of complaints, in words. Raises Unverifiable.
    """
    manifest = read_manifest(against or place)
    files = manifest["files"]
    if is_address(place):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = pool.map(lambda name: fetched(place, name, files[name]["size"]), sorted(files))
            found = dict(zip(sorted(files), answers))
        added = []
    else:
        found = {name: in_folder(place, name) for name in sorted(files)}
        added = sorted(set(names(place)) - set(files))
    complaints = [complaint(name, files[name], found[name]) for name in sorted(files)]
    return manifest, [line for line in complaints if line] + ["added: " + name for name in added]


def complaint(name, wanted, got):
    """What is wrong with one file, or None. `got` is its bytes' digest and size, or a sentence why it is not there."""
    if isinstance(got, str):
        return f"missing: {name} ({got})"
    if got != (wanted["sha256"], wanted["size"]):
        size = "{} bytes instead of {}".format(got[1], wanted["size"])
        return "changed: {} ({})".format(name, "same size, other bytes" if got[1] == wanted["size"] else size)
    return None


def is_address(place):
    return place.startswith(("http://", "https://"))


def read_manifest(place):
    """The manifest at `place`: an address, a folder, or the file itself. Raises Unverifiable."""
    try:
        if is_address(place):
            address = place if place.endswith(".json") else place.rstrip("/") + "/" + NAME
            with urllib.request.urlopen(asked(address), timeout=SECONDS) as answer:
                data = answer.read(LARGEST_MANIFEST)
        else:
            with open(os.path.join(place, NAME) if os.path.isdir(place) else place, "rb") as file:
                data = file.read(LARGEST_MANIFEST)
        manifest = json.loads(data.decode())
        entries = manifest["files"].items()
        good = all(len(entry["sha256"]) == 64 and entry["size"] >= 0 and is_inside(name) for name, entry in entries)
    except (OSError, ValueError) as error:
        raise Unverifiable(
            "{} has no {} that can be read ({}). Is it a copy of this site, and the address or folder its top?".format(
                place, NAME, getattr(error, "reason", None) or getattr(error, "strerror", None) or error)
        ) from None
    except (AttributeError, KeyError, TypeError):
        good = False
    if not good or manifest.get("fingerprint") != fingerprint(manifest["files"]):
        raise Unverifiable(f"The {NAME} of {place} is not whole itself; take it from another copy with --against.")
    return manifest


def is_inside(name):
    """Whether a path of a manifest stays below the site's folder."""
    parts = name.split("/")
    return not {"", ".", ".."} & set(parts) and "\\" not in name and ":" not in parts[0]


def in_folder(folder, name):
    """Digest and size of a file, or why it cannot be read."""
    path = os.path.join(folder, *name.split("/"))
    if os.path.islink(path):
        return "a link stands in its place"
    try:
        with open(path, "rb") as file:
            digest, size = hashlib.sha256(), 0
            for piece in iter(lambda: file.read(1 << 20), b""):
                digest.update(piece)
                size += len(piece)
        return digest.hexdigest(), size
    except OSError as error:
        return error.strerror or "cannot be read"


def names(folder):
    """Every file of a copy, by its path with forward slashes, without what belongs to its host."""
    for where, folders, files in os.walk(folder):
        here = os.path.relpath(where, folder).replace(os.sep, "/")
        if here == ".":
            folders[:] = [name for name in folders if name not in NOT_SITE]
        links = [name for name in folders if os.path.islink(os.path.join(where, name))]
        for name in files + links:
            path = name if here == "." else here + "/" + name
            if path not in (NAME, *HOST_FILES, *NOT_SITE):
                yield path


def fetched(address, name, size):
    """Digest and size of what a host answers, or why it does not. A folder's page is asked for as readers do."""
    page = name[: -len("index.html")] if name == "index.html" or name.endswith("/index.html") else name
    url = address.rstrip("/") + "/" + urllib.parse.quote(page)
    for _attempt in (1, 2):
        try:
            with urllib.request.urlopen(asked(url), timeout=SECONDS) as answer:
                data = answer.read(size + 1)
                more = answer.read(1 << 20) if len(data) > size else b""
            return hashlib.sha256(data + more).hexdigest(), len(data) + len(more)
        except urllib.error.HTTPError as error:
            return f"the host answers {error.code} {error.reason}"
        except (OSError, ValueError) as error:
            why = "no answer: {}".format(getattr(error, "reason", error))
    return why


def asked(url):
    return urllib.request.Request(url, headers={"User-Agent": "verify.py", "Cache-Control": "no-cache"})


def report(place, against=""):
    """Print what is wrong with the copy at `place`; returns the exit code."""
    try:
        manifest, complaints = verify(place, against)
    except Unverifiable as error:
        print(error, file=sys.stderr)
        return 2
    for line in complaints:
        print(line)
    source = manifest.get("source", {}).get("commit", "")[:12] or "no commit"
    about = "{} files of {}, day {}, source {}".format(
        len(manifest["files"]), manifest.get("address"), manifest.get("day"), source
    )
    if complaints:
        print(f"NOT whole: {len(complaints)} of {about}. Take the site again from where you trust it.")
        return 1
    print("Whole: {}.\nFingerprint: {}".format(about, manifest["fingerprint"]))
    if is_address(place):
        print("An address cannot show files that nothing names; check a folder to find added ones.")
    if not against:
        print("This compares the copy with its own list; --against compares it with the list of a copy that you trust.")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("place", help="a folder or an address, such as https://example.org")
    parser.add_argument("--against", default="", help="the manifest to trust: a file, a folder or an address")
    words = parser.parse_args()
    return report(words.place, words.against)


if __name__ == "__main__":
    sys.exit(main())
