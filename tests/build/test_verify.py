"""`verify` finds every difference between a copy and its manifest."""

from __future__ import annotations

import json
import shutil

import pytest
from conftest import ADDRESS, odd_files, serve_folder

from caravan.build import manifest, verify

INPUTS = manifest.build_inputs(None, ADDRESS, "2026-11-24", "")
FILES = {
    "index.html": "<h1>Home</h1>",
    "page-1/index.html": "<h1>Page 1</h1>",
    "page-2/index.html": "<h1>Page 2</h1>",
    "page-3/index.html": "<h1>Page 3</h1>",
    "404.html": "<h1>Not found</h1>",
    "robots.txt": "User-agent: *",
}


@pytest.fixture
def copy(tmp_path):
    """A small site with its manifest."""
    folder = tmp_path / "copy"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    manifest.write_manifest(folder, INPUTS)
    return folder


FAULTS = {
    "one changed byte": (
        lambda copy: (copy / "page-1" / "index.html").write_bytes((copy / "page-1" / "index.html").read_bytes()[:-1] + b"!"),
        "changed: page-1/index.html (same size, other bytes)",
    ),
    "one byte more": (
        lambda copy: (copy / "robots.txt").write_bytes((copy / "robots.txt").read_bytes() + b" "), "changed: robots.txt (14 bytes instead of 13)",
    ),
    "a missing file": (lambda copy: (copy / "404.html").unlink(), "missing: 404.html"),
    "an added file": (lambda copy: (copy / "page-1" / "more.html").write_text("x"), "added: page-1/more.html"),
    "an added hidden file": (lambda copy: (copy / ".x").write_text("x"), "added: .x"),
    "an added link to a folder": (lambda copy: (copy / "etc").symlink_to("/etc"), "added: etc"),
    "a link in place of a file": (
        lambda copy: ((copy / "404.html").rename(copy.parent / "404.html"), (copy / "404.html").symlink_to(copy.parent / "404.html")),
        "missing: 404.html (it is a symbolic link)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_of_a_folder_are_named(copy, fault):
    assert verify.verify(str(copy))[1] == []
    change, line = FAULTS[fault]
    with odd_files():
        change(copy)
    complaints = verify.verify(str(copy))[1]
    assert len(complaints) == 1 and complaints[0].startswith(line)
    assert verify.report(str(copy)) == 1


def test_faults_of_a_live_site_are_named(copy, capsys):
    with serve_folder(copy) as address:
        assert verify.report(address) == 0
        (copy / "page-2" / "index.html").write_text("Other words")
        shutil.rmtree(copy / "page-3")
        assert verify.report(address) == 1
    printed = capsys.readouterr().out
    assert "changed: page-2/index.html" in printed and "missing: page-3/index.html (the host answers 404" in printed


def test_names_in_a_hostile_manifest_reach_the_terminal_as_text(copy, capsys):
    """Also without the site's commands: verify.py lies in every offline copy."""
    path = copy / manifest.NAME
    value = json.loads(path.read_text())
    value["files"]["x\x1b[2J\n\u202e\x9b.html"] = {"sha256": "0" * 64, "size": 1}
    value |= {"address": "https://\x1b[31m\r", "fingerprint": verify.fingerprint(value["files"]), "source": {"commit": "\x1b\u202e"}}
    path.write_text(json.dumps(value))
    assert verify.report(str(copy)) == 1 and verify.report(f"{copy}/\x1b[2J") == 2
    said = "".join(capsys.readouterr()).replace("\n", "")
    assert said.isprintable() and r"x\x1b[2J\n\u202e\x9b.html" in said


def test_a_forged_copy_differs_from_a_trusted_one(copy, tmp_path):
    """Whoever changes a page can change the manifest, too. Only the manifest of another copy shows it."""
    trusted = tmp_path / "trusted"
    shutil.copytree(copy, trusted)
    (copy / "page-1" / "index.html").write_text("Forged")
    manifest.write_manifest(copy, INPUTS)
    assert verify.report(str(copy)) == 0
    assert verify.report(str(copy), str(trusted)) == 1
    with serve_folder(trusted) as address:
        assert verify.report(str(copy), address) == 1


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"files": []}', '{"files": {"a": 1}}', '{"files": {"../a": {"sha256": "%s", "size": 1}}}' % ("0" * 64),
     '{"files": {}, "fingerprint": "x"}'],
)  # fmt: skip
def test_an_invalid_manifest_gets_a_message(copy, text, capsys):
    (copy / verify.NAME).write_text(text)
    assert verify.report(str(copy)) == 2
    assert verify.NAME in capsys.readouterr().err


@pytest.mark.parametrize("place", ["/nowhere", "http://127.0.0.1:1", "https://"])
def test_a_place_without_a_site_gets_a_message(place, capsys):
    assert verify.report(place) == 2
    assert "Check that it is a copy of this site" in capsys.readouterr().err


def test_the_manifest_depends_only_on_files_and_inputs(copy, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(copy, other)
    inputs = INPUTS | {"packages": {"pelican": "4.12.0"}}
    data = manifest.manifest_bytes(inputs, manifest.hashes(copy))
    assert data == manifest.manifest_bytes(inputs, manifest.hashes(other))
    value = json.loads(data)
    assert value["address"] == ADDRESS and value["day"] == "2026-11-24" and value["packages"] == {"pelican": "4.12.0"}
    assert verify.NAME not in value["files"] and "index.html" in value["files"]
