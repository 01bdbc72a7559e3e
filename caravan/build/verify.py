#!/usr/bin/env python3
"""Check that a copy of this site is complete and unchanged, by the hashes in its manifest.

    python3 verify.py FOLDER                   a folder, such as one on a USB stick
    python3 verify.py https://example.org      a site on the web
    python3 verify.py FOLDER --against PLACE   with the manifest of another copy: a file, a folder or an address

This file needs only Python 3.8 or newer, so that anyone can run it anywhere. Exit codes: 0 for a complete copy, 1 for a
changed or incomplete one, 2 if the copy cannot be checked.
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

NAME = "site-manifest.json"
# These only configure a host: complete copies may differ in them.
HOST_FILES = (".nojekyll", "CNAME")
NOT_SITE = (".git",)  # in a clone of the published branch
TIMEOUT = 30  # seconds for one response
LARGEST_MANIFEST = 64 * 1024 * 1024  # bytes
CONNECTIONS = 8


class Unverifiable(Exception):
    """The copy cannot be checked; the message says why and what to do."""


def fingerprint(files):
    """One SHA-256 for all files of a manifest (path: {"sha256": …, "size": …}), short enough to read out on the phone."""
    lines = ("{} {} {}\n".format(files[name]["sha256"], files[name]["size"], name) for name in sorted(files))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def verify(place, against=""):
    """Compare the copy at `place` (folder or address) with its manifest, or with the manifest at `against`.

    Returns the manifest as a dictionary, and a list of sentences that say what differs. Raises Unverifiable.
    """
    manifest = read_manifest(against or place)
    files = manifest["files"]
    if is_address(place):
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            results = pool.map(lambda name: hash_url(place, name, files[name]["size"]), sorted(files))
            actual = dict(zip(sorted(files), results))
        added = []
    else:
        actual = {name: hash_file(place, name) for name in sorted(files)}
        added = sorted(set(list_files(place)) - set(files))
    complaints = [complaint(name, files[name], actual[name]) for name in sorted(files)]
    return manifest, [line for line in complaints if line] + ["added: " + name for name in added]


def complaint(name, expected, actual):
    """What is wrong with one file, or None. `actual`: SHA-256 and size, or a string that says why it cannot be read."""
    if isinstance(actual, str):
        return f"missing: {name} ({actual})"
    if actual != (expected["sha256"], expected["size"]):
        sizes = "{} bytes instead of {}".format(actual[1], expected["size"])
        return "changed: {} ({})".format(name, "same size, other bytes" if actual[1] == expected["size"] else sizes)
    return None


def is_address(place):
    return place.startswith(("http://", "https://"))


def read_manifest(place):
    """The manifest at `place`: an address, a folder, or the file itself. Raises Unverifiable."""
    try:
        if is_address(place):
            address = place if place.endswith(".json") else place.rstrip("/") + "/" + NAME
            with urllib.request.urlopen(request_for(address), timeout=TIMEOUT) as response:
                data = response.read(LARGEST_MANIFEST)
        else:
            with open(os.path.join(place, NAME) if os.path.isdir(place) else place, "rb") as file:
                data = file.read(LARGEST_MANIFEST)
        manifest = json.loads(data.decode())
        entries = manifest["files"].items()
        valid = all(len(entry["sha256"]) == 64 and entry["size"] >= 0 and is_inside(name) for name, entry in entries)
    except (OSError, ValueError) as error:
        raise Unverifiable(
            "{} has no {} that can be read ({}). Check that it is a copy of this site, and name its top folder or address.".format(
                place, NAME, getattr(error, "reason", None) or getattr(error, "strerror", None) or error)
        ) from None
    except (AttributeError, KeyError, TypeError):
        valid = False
    if not valid or manifest.get("fingerprint") != fingerprint(manifest["files"]):
        raise Unverifiable(f"The {NAME} of {place} is damaged; name the manifest of another copy with --against.")
    return manifest


def is_inside(name):
    """Whether a path of a manifest leads to a file inside the site's folder."""
    parts = name.split("/")
    return not {"", ".", ".."} & set(parts) and "\\" not in name and ":" not in parts[0]


def hash_file(folder, name):
    """SHA-256 and size of a file, or a string that says why it cannot be read."""
    path = os.path.join(folder, *name.split("/"))
    if os.path.islink(path):
        return "it is a symbolic link"
    try:
        with open(path, "rb") as file:
            digest, size = hashlib.sha256(), 0
            for chunk in iter(lambda: file.read(1 << 20), b""):
                digest.update(chunk)
                size += len(chunk)
        return digest.hexdigest(), size
    except OSError as error:
        return error.strerror or "cannot be read"


def list_files(folder):
    """The paths of all files of a copy, with forward slashes, without those that belong to its host."""
    for folder_path, folders, files in os.walk(folder):
        relative = os.path.relpath(folder_path, folder).replace(os.sep, "/")
        if relative == ".":
            folders[:] = [name for name in folders if name not in NOT_SITE]
        links = [name for name in folders if os.path.islink(os.path.join(folder_path, name))]
        for name in files + links:
            path = name if relative == "." else relative + "/" + name
            if path not in (NAME, *HOST_FILES, *NOT_SITE):
                yield path


def hash_url(address, name, size):
    """SHA-256 and size of what a host sends, or a string that says why it fails.

    A page is requested by the address of its folder, as browsers do. `size`: that of the manifest, to limit the download.
    """
    page = name[: -len("index.html")] if name == "index.html" or name.endswith("/index.html") else name
    url = address.rstrip("/") + "/" + urllib.parse.quote(page)
    for _attempt in (1, 2):
        try:
            with urllib.request.urlopen(request_for(url), timeout=TIMEOUT) as response:
                data = response.read(size + 1)
                surplus = response.read(1 << 20) if len(data) > size else b""
            return hashlib.sha256(data + surplus).hexdigest(), len(data) + len(surplus)
        except urllib.error.HTTPError as error:
            return f"the host answers {error.code} {error.reason}"
        except (OSError, ValueError) as error:
            reason = "no answer: {}".format(getattr(error, "reason", error))
    return reason


def request_for(url):
    return urllib.request.Request(url, headers={"User-Agent": "verify.py", "Cache-Control": "no-cache"})


def printable(value):
    """A value from a copy, with escapes for what a terminal would obey."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in str(value))


def report(place, against=""):
    """Print what is wrong with the copy at `place`; returns the exit code."""
    try:
        manifest, complaints = verify(place, against)
    except Unverifiable as error:
        print(printable(error), file=sys.stderr)
        return 2
    for line in complaints:
        print(printable(line))
    source = manifest.get("source", {}).get("commit", "")[:12] or "no commit"
    summary = "{} files of {}, day {}, source {}".format(
        len(manifest["files"]), printable(manifest.get("address")), printable(manifest.get("day")), printable(source)
    )
    if complaints:
        print(f"NOT whole: {len(complaints)} of {summary}. Get the site again from a place that you trust.")
        return 1
    print("Whole: {}.\nFingerprint: {}".format(summary, manifest["fingerprint"]))
    if is_address(place):
        print("Files that the manifest does not list cannot be found at an address; check a folder to find them.")
    if not against:
        print("The copy was compared with its own manifest; use --against with the manifest of a copy that you trust.")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("place", help="a folder or an address, such as https://example.org")
    parser.add_argument("--against", default="", help="the manifest to trust: a file, a folder or an address")
    args = parser.parse_args()
    return report(args.place, args.against)


if __name__ == "__main__":
    sys.exit(main())
