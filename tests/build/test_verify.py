"""Proofs that a copy is whole, and what they find when it is not."""

from __future__ import annotations

import json
import shutil

import pytest
from conftest import odd_files, serve_folder
from ground import ADDRESS, Ground, build

from caravan.build import manifest, verify


@pytest.fixture
def copy(tmp_path):
    return build(Ground(tmp_path / "ground").clone)


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
        "missing: 404.html (a link stands in its place)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_with_a_folder_is_named(copy, fault):
    assert verify.verify(str(copy))[1] == []
    spoil, line = FAULTS[fault]
    with odd_files():
        spoil(copy)
    complaints = verify.verify(str(copy))[1]
    assert len(complaints) == 1 and complaints[0].startswith(line)
    assert verify.report(str(copy)) == 1


def test_what_is_wrong_with_a_live_site_is_named(copy, capsys):
    with serve_folder(copy) as address:
        assert verify.report(address) == 0
        (copy / "page-2" / "index.html").write_text("Other words")
        shutil.rmtree(copy / "page-3")
        assert verify.report(address) == 1
    said = capsys.readouterr().out
    assert "changed: page-2/index.html" in said and "missing: page-3/index.html (the host answers 404" in said


def test_a_forged_copy_does_not_pass_against_a_copy_that_is_trusted(copy, tmp_path):
    """Who changes a page can change its manifest, too; the manifest of another copy shows it."""
    trusted = tmp_path / "trusted"
    shutil.copytree(copy, trusted)
    (copy / "page-1" / "index.html").write_text("Forged")
    manifest.write_manifest(copy, manifest.BuildInputs(ADDRESS, "2026-11-24"))
    assert verify.report(str(copy)) == 0
    assert verify.report(str(copy), str(trusted)) == 1
    with serve_folder(trusted) as address:
        assert verify.report(str(copy), address) == 1


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"files": []}', '{"files": {"a": 1}}', '{"files": {"../a": {"sha256": "%s", "size": 1}}}' % ("0" * 64),
     '{"files": {}, "fingerprint": "x"}'],
)  # fmt: skip
def test_a_manifest_that_is_none_gets_a_sentence(copy, text, capsys):
    (copy / verify.NAME).write_text(text)
    assert verify.report(str(copy)) == 2
    assert verify.NAME in capsys.readouterr().err


@pytest.mark.parametrize("place", ["/nowhere", "http://127.0.0.1:1", "https://"])
def test_a_place_without_a_site_gets_a_sentence(place, capsys):
    assert verify.report(place) == 2
    assert "Is it a copy of this site" in capsys.readouterr().err


def test_the_manifest_depends_on_files_and_inputs_alone(copy, tmp_path):
    other = tmp_path / "elsewhere"
    shutil.copytree(copy, other)
    inputs = manifest.BuildInputs(ADDRESS, "2026-11-24", "0" * 40, False, "", (("pelican", "4.12.0"),))
    read, known = manifest.manifest_bytes(copy, inputs), manifest.manifest_bytes(other, inputs, manifest.hashes(copy))
    assert read == known
    value = json.loads(read)
    assert value["address"] == ADDRESS and value["day"] == "2026-11-24" and value["packages"] == {"pelican": "4.12.0"}
    assert verify.NAME not in value["files"] and "index.html" in value["files"]
