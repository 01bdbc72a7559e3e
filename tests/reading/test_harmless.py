"""The sanitizer changes nothing and reports nothing in any feature that the site offers to authors."""

from __future__ import annotations

import judge
import pytest

from caravan.reading.parser import BodyParser

# What an author writes, and what it must become: tags, or `tag attribute=value`.
FEATURES: dict[str, tuple[str, ...]] = {
    # CommonMark
    "One line\nof a paragraph.\n\nAnother paragraph.": ("p",),
    "## Section {#section}\n\n### Part {#part-1}\n\nText, see [above](#section).": ("h2 id=section", "h3 id=part-1"),
    "## Sección con acentos\n\nText": ("h2 id=seccion-con-acentos",),
    "Setext\n------\n\nText": ("h2 id=setext",),
    "## One\n\n### Two\n\n#### Three\n\n##### Four\n\n###### Five": ("h2", "h3", "h4", "h5", "h6"),
    "## One *two* `three` [four](https://example.org)\n\nText": ("h2", "em", "code", "a"),
    "## One\n\n## One\n\nText": ("h2 id=one", "h2 id=one_1"),
    "*one* _two_ **three** __four__ ***five*** *a **b** c* in_the_middle": ("em", "strong"),
    "- one\n- two\n    - three\n        - four\n- five": ("ul", "li"),
    "* one\n\n* two\n\n    A second paragraph.\n\n* three": ("ul", "li", "p"),
    "1. one\n2. two\n    - a\n    - b\n3. three": ("ol", "ul"),
    "7. seven\n8. eight": ("ol start=7",),
    "- one\n\n    > A quote.\n\n- two\n\n    ```\n    code\n    ```": ("blockquote", "pre"),
    "`code` ``co`de`` `<b>` `&amp;` `\"quoted\"`": ("code",),
    "```\nplain code <b> & \"quotes\"\n\n# no heading\n```": ("pre tabindex=0", "code"),
    "```python\nprint('<b>')\n```": ("code class=language-python",),
    "~~~ c++\nint x;\n~~~": ("code class=language-c++",),
    "``` { .html #sample }\n<p class=\"x\">\n```": ("code class=language-html",),
    "> A quote\n> in two lines\n>\n> > and one inside": ("blockquote",),
    "> - a list\n> - in a quote\n>\n> ```\n> code\n> ```": ("blockquote", "ul", "code"),
    "before\n\n---\n\nbetween\n\n* * *\n\nafter": ("hr",),
    "a hard  \nbreak": ("br",),
    "&copy; &amp; &lt;b&gt; &nbsp; &eacute; &#8217; &#x2014; &hellip; AT&T a&b 1 < 2 > 0 &": ("p",),
    "\\*not emphasis\\* \\# \\[x\\] \\\\ 1\\. x \\{x\\}": ("p",),
    "[outside](https://example.org/a?b=1&c=2#d) [plain](http://example.org) [titled](https://example.org \"A title\")":
        ("a title=A title",),
    "[text](../other/en.md) [mark](../other/en.md#mark) [other kind](../../background/x/es.md)": ("a",),
    "[mail](mailto:a@example.org) [call](tel:+12025550100) <https://example.org/?a=1&b=2> <a@example.org>": ("a",),
    "[reference][one], [one], [One][]\n\n[one]: https://example.org 'A title'": ("a title=A title",),
    "[with `code` and *emphasis*](https://example.org) and [brackets \\[x\\]](<https://example.org/a>)":
        ("a", "code"),
    "[![A boat](boat.jpg)](https://example.org)": ("a", "img alt=A boat"),
    "![A boat](boat.jpg) ![Titled](boat.png \"The boat\") ![Reference][b]\n\n[b]: boat.webp": ("img title=The boat",),
    "![A \"quoted\" <b> & alternative](boat.jpg)": ("img",),
    # Python-Markdown
    "| a | b | c | d |\n|---|:--|:-:|--:|\n| 1 | 2 | 3 | 4 |\n| `a` | **b** | [c](https://example.org) | \\| |":
        ("table", "th class=start", "td class=center", "td class=end"),
    "| a |\n|---|\n| one[^1] [@one] |\n\n[^1]: A note.": ("table", "sup", "a class=ref"),
    "Words[^1] and more[^note].\n\n[^1]: A note with *emphasis*.\n[^note]: Two paragraphs.\n\n    The second. [x](https://example.org)":
        ("div class=footnote", "sup id=fnref-1", "li id=fn-note", "a class=footnote-backref"),
    "The same[^1] note twice[^1].\n\n[^1]: A note.": ("sup id=fnref2-1", "li id=fn-1"),
    "The HTML and the CSS.\n\n*[HTML]: Hyper \"Text\" <Markup> & more\n*[CSS]: Styles": ("abbr title=Styles",),
    "Apple\n:   A fruit.\n\n    Another paragraph.\n:   A company.\n\nPear\n:   Another fruit.": ("dl", "dt", "dd"),
    "A paragraph.\n{: #mark }\n\nText with a [link](#mark), *marked*{: #there } and [there](#there).": ("p id=mark", "em id=there"),
    "- an item\n{: #list }\n\n[x](#list)": ("li id=list",),
    "A paragraph in Spanish.\n{: lang=es }\n\n*otra*{: lang=es title=\"x\" }": ("p lang=es", "em lang=es"),
    # The site's own features
    "A claim. [@one] Another. [@two] The first again. [@one] [See it](#s2).": ("a class=ref", "a id=r2", "a role=doc-noteref"),
    "Text.\n\n/// note | Corrected\nThe number was **wrong**. [@one]\n\n- a list\n///\n\nMore.": ("aside class=note", "p class=label"),
    "/// note\nWithout a label.\n///": ("aside class=note",),
    "/// note | 5 > 3 & \"quotes\" *here*\nText.\n///": ("p class=label", "em"),
    "| a | b |\n|---|---|\n| 1 | 2 |\n\n/// caption\nWhat the table *shows*. [@one]\n///": ("figure tabindex=0", "figcaption", "table"),
    "![A boat](boat.jpg)\n\n/// caption | #boat\nThe boat.\n///\n\n[The boat](#boat)": ("figure id=boat", "img", "figcaption"),
    "/// caption | <\nAbove.\n///": ("figcaption",),
    "/// details | More about it\nHidden until it is wanted.\n\n```\ncode\n```\n///": ("details", "summary", "code"),
    "/// details | Open\n    open: true\n\nText.\n///": ("details open=",),
    "//// note | Outer\n/// details | Inner\nText.\n///\n////": ("aside class=note", "details"),
    # Instead of HTML
    "a backslash\\\nbreaks": ("br",),
    "The *migración*{lang=es} and *مرحبا*{lang=ar dir=rtl}, m², CO₂": ("em lang=es", "em dir=rtl"),
    "A [link](https://example.org){hreflang=es} and ![a boat](boat.jpg){title=x}": ("a hreflang=es", "img title=x"),
    # Words that look like something else
    "5 < 6 > 4, <3, a<b, x <- y, <- and ->, R&D, {x}, {: x, [x], [ ], (c), :), ^, ~, $5, 100%": ("p",),
    "Quotes \"double\" and 'single', it's, the '80s, 5'11\", --- and -- and ...": ("p",),
    "C:\\path\\to, a_b_c, 2*3*4, #hash, @name, http://not.linked, mail@example.org": ("p",),
    "[ ] [x] [sic] [...] *[x]* 5:30, @one, l@s, a*b, trabajador*s, /path/, «a»": ("p",),
    "Ελληνικά, русский, 日本語, العربية, עברית, हिन्दी, 👩‍👩‍👧, e\u0301, a\u00adb, zero\u200dwidth": ("p",),
    "&zwj; &zwnj; &lrm; &rlm; &shy; &ensp; &#160; &#x200D;": ("p",),
}  # fmt: skip


@pytest.fixture(scope="module")
def body_parser() -> BodyParser:
    return BodyParser()


def tags_and_attributes(tree) -> set[str]:
    """Tags, and tags with each of their attributes, as FEATURES names them."""
    names = set()
    for element in tree.iter():
        tag = judge.name(element.tag)
        names |= {tag, *(f"{tag} {judge.name(key)}={value}" for key, value in element.items())}
    return names


@pytest.mark.parametrize("source", FEATURES)
def test_feature_passes_the_sanitizer_unchanged(body_parser, source):
    body, _blocks, faults = body_parser.parse(source, "analysis/x", "en", 1)
    assert [str(fault) for fault in faults] == []
    before, after = judge.before_and_after_sanitizing(source)
    assert before == after
    tree = judge.fragment(judge.render(body, lambda target: "x", picture=judge.picture))
    assert set(FEATURES[source]) - tags_and_attributes(tree) == set()
    assert list(judge.violations(tree)) == []


@pytest.mark.parametrize("lang", ["en", "es", "fil"])
def test_typography_changes_no_element(body_parser, lang):
    """The steps between the two passes of the sanitizer change only text, never tags or attributes."""
    for source in FEATURES:
        before, _ = judge.before_and_after_sanitizing(source)
        body, *_ = body_parser.parse(source, "analysis/x", lang, 1)
        after = judge.shape(judge.fragment(judge.render(body, lambda target: "x", words={"back": "\ue000wback\ue001"})))
        assert [part for part in before if part[0] == "/" or isinstance(part, tuple)] == [
            part for part in after if part[0] == "/" or isinstance(part, tuple)
        ], source


def test_links_can_point_to_each_block(body_parser):
    """A translation can point to every paragraph of its original, whatever the paragraph is made of."""
    for source in FEATURES:
        body, blocks, _ = body_parser.parse(source, "analysis/x", "en", 1)
        block_ids = frozenset(block.anchor_id for block in blocks if block.anchor_id)
        ids = {element.get("id") for element in judge.fragment(judge.render(body, lambda target: "x", block_ids)).iter()}
        assert block_ids <= ids, source


def test_no_paragraph_is_empty(body_parser):
    for source in FEATURES:
        body, *_ = body_parser.parse(source, "analysis/x", "en", 1)
        for element in judge.fragment(judge.render(body, lambda target: "x", picture=judge.picture)).iter():
            if judge.name(element.tag) == "p":
                assert "".join(element.itertext()).strip() or len(element), source


def test_names_of_blocks_are_plain_words(body_parser):
    """Readers of a translation see the first words of a changed paragraph, without Markdown's internal markers."""
    for source in FEATURES:
        _, blocks, _ = body_parser.parse(source, "analysis/x", "en", 1)
        for block in blocks:
            assert not any(ord(char) < 32 for char in block.name), source
            assert "wzxhzdk" not in block.name and "klzzwxh" not in block.name, source


def test_after_an_exception_the_next_text_is_parsed_correctly(body_parser, monkeypatch):
    source = "- a\n\n    > b\n\n1. c"
    expected = body_parser.parse(source, "analysis/x", "en", 1)
    parse = body_parser.converter.parser.parseBlocks
    monkeypatch.setattr(body_parser.converter.parser, "parseBlocks", lambda *words: parse(*words) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        body_parser.parse(source, "analysis/x", "en", 1)
    again = body_parser.parse(source, "analysis/x", "en", 1)
    assert again == expected
