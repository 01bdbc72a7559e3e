"""Ids in a text never equal those of the page around it."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT, build
from reach import pages

from caravan.reading.article import RESERVED_IDS
from caravan.reading.parser import BodyParser

CALL = """---
title: A text of a test
summary: A text that is here for a test, with a summary of the length that is wanted.
date: 2024-05-06
authors: [A]
event:
  start: 2024-06-01
  end: 2024-06-02
  place: A town
---

"""
TEMPLATES = sorted((ROOT / "theme" / "templates").rglob("*.html"))
# Macros for lists of pages that have no text around them.
WITHOUT_TEXT = {"{{ entry.id }}"}


def parse(source: str):
    return BodyParser().parse(source, "analysis/x", "en", 1)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_every_id_of_a_template_is_reserved(path):
    for written in re.findall(r"""\bid=["']([^"']+)["']""", path.read_text(encoding="utf-8")):
        possible = [re.sub("{{.*?}}", value, written) for value in ("7", "es")]
        assert written in WITHOUT_TEXT or any(map(RESERVED_IDS.fullmatch, possible)), written


@pytest.mark.parametrize("heading", ["Share", "To do", "Sources", "Contents", "Main", "S1", "Original"])
def test_the_id_that_a_heading_gets_is_none_of_the_page(heading):
    body, _, faults = parse(f"## {heading}\n\nWords.\n\n## {heading}\n\nWords.\n")
    assert faults == [] and len(body.ids) == 2
    assert [heading.id for heading in body.headings][0] == heading.lower().replace(" ", "-") + "-1"
    assert not any(map(RESERVED_IDS.fullmatch, body.ids))


@pytest.mark.parametrize("reserved", ["share", "to-do", "original", "status", "figures", "month", "crowd-back", "p1", "y2024"])
def test_an_id_of_the_page_is_refused_with_what_to_write(reserved):
    _, _, faults = parse(f"Words.\n\n## Heading {{#{reserved}}}\n")
    assert [fault.line for fault in faults] == [3]
    assert f"write another name, such as {{#{reserved}-1}}" in faults[0].message


def test_no_page_has_an_id_twice(tmp_path):
    folder = tmp_path / "content" / "calls" / "x"
    folder.mkdir(parents=True)
    (folder / "en.md").write_text(CALL + "## Share\n\nWords.\n\n## To do\n\nWords.\n\n## Original\n\nWords.\n\n## Call\n\nWords.\n")
    tree = pages(build(tmp_path / "site", tmp_path / "content"))["calls/x/"].tree
    ids = tree.xpath("//@id")
    assert {"share", "share-1", "to-do-1"} <= set(ids) and len(ids) == len(set(ids))
