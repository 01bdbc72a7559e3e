"""The faster replacements for parts of Python-Markdown and html.parser give the same result."""

from __future__ import annotations

import pytest
from conftest import ROOT
from markdown.treeprocessors import InlineProcessor
from vectors import HARMLESS, REFUSED

from caravan.reading import markdown
from caravan.reading.sanitize import LONG_NUMBER
from caravan.reading.sanitize_report import HtmlInventory

BODIES = [path.read_text().split("\n---\n", 1)[1] for path in sorted((ROOT / "content").glob("*/*/*.md"))]
EVERY = [body for kinds in (REFUSED, HARMLESS) for bodies in kinds.values() for body in bodies]
VECTORS = [body for body in EVERY if not LONG_NUMBER.search(body)]  # such numbers are refused before Markdown runs
SIGNS = ["Term\n: what it says\n\nWords\n=====\n\nA | b\n--|--\nc | d\n\n/// note | A\n\nWords\nof it\n\n- a\n\n///\n\nMore\nwords",
         "- a\n\n    inside\n\n- b\nlazy\n\n> quoted\nlazy\n\n/// details | D\n\nWords\n\n///\n\n1. x\n\n   y", "a `b` \\* [c](d) ![e](f.jpg) <https://g.org> <h@i.org> j  \nk <b>l</b> &amp; *m* __n__ [^o] [@p] [q]\n\n[^o]: r",
         "[a *b `c` d*](e \"f\") **g _h_ i**  \n[j][k]\n\n[k]: l.md"]  # fmt: skip


def test_fast_converter_gives_the_same_html_as_markdown():
    fast, plain = markdown.create_converter(), markdown.create_converter()
    plain.treeprocessors.register(InlineProcessor(plain), "inline", 20)
    del plain.parser.parseBlocks  # uncovers the parser's own method
    for body in [*BODIES, *SIGNS, *VECTORS]:
        expected, made = markdown.convert(plain, body), markdown.convert(fast, body)
        assert (made.html, made.headings, made.cited_ids, made.blocks) == (
            expected.html, expected.headings, expected.cited_ids, expected.blocks,
        ), body  # fmt: skip


@pytest.mark.parametrize("body", [*BODIES, *SIGNS])
def test_inventory_from_the_tree_equals_inventory_from_html(body):
    made = markdown.convert(markdown.create_converter(), body.replace("<", "").replace("&", ""))
    tree, text = HtmlInventory.from_tree(made.tree), HtmlInventory(made.html)
    assert (tree.tags, sorted(tree.attributes), tree.max_depth, tree.findings) == (
        text.tags, sorted(text.attributes), text.max_depth, text.findings,
    )  # fmt: skip
