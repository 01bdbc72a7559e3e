"""What people write in a body: it comes out as the git host shows it, or its line is named with what to write instead."""

from __future__ import annotations

import re

import cmarkgfm
import judge
import pytest
from cmarkgfm.cmark import Options
from pydantic_core import PydanticCustomError

from caravan.reading import markdown, sanitize, schema
from caravan.reading.parser import BodyParser

FIRST = 8  # the line where a body starts, as in a text with four fields
WORDS = {"back": "Back to the text", "note": "Note", "warning": "Warning"}
PARSER = BodyParser()


def read(body: str, lang: str = "en") -> tuple[str, list[tuple[int, str]]]:
    """The HTML of a body, with plain blanks and without line ends, and its faults."""
    parsed, _, faults = PARSER.parse(body, "background/t", lang, FIRST)
    markup = judge.render(parsed, lambda target: target.as_written, words=WORDS)
    return re.sub(r"\s*\n\s*|&nbsp;|[\u00a0\u202f]", " ", markup), [(fault.line, fault.message) for fault in faults]


# --- Told: the body, the line, and a part of what is said -----------------------------------------------------------
TOLD = {
    # marks of the site, slightly wrong
    "a mark with a blank in it": ("## Heading {#My Mark}\n\nWords.", 8, "such as {#my-mark}"),
    "braces in a cell": ("| A | B |\n|---|---|\n| total {est.} | 2 |", 10, r"write \{est.\}"),
    "a mark without a blank before it": ("## Heading{#mark}\n\nWords.", 8, "## Heading {#id}"),
    "a mark with a full stop": ("## Heading {#mark}.\n\nWords.", 8, "## Heading {#id}"),
    "a mark in a paragraph": ("Words.\n\nSome {#mark} words.", 10, "{#mark} is shown to readers"),
    "a mark with its # outside": ("## Heading #{mark}\n\nWords.", 8, "#{mark} is shown to readers"),
    "a citation with blanks": ("See [ @known ].", 8, "[ @known ] is not a citation"),
    "a citation with a minus": ("See [-@known].", 8, "[-@known] is not a citation"),
    "a citation without its comma": ("See [@known p. 3].", 8, "[@known p. 3] is not a citation"),
    "a citation by commas": ("See [@known, @other].", 8, "[@known, @other] is not a citation"),
    "a citation in round brackets": ("Words.\n\nA claim (@known).", 10, "(@known) is shown to readers as it is; for a source, write [@id]"),
    "a citation in round brackets with its place": ("A claim (@ima-usa-2023, p. 3).", 8, "(@ima-usa-2023, p. 3) is shown to readers"),
    "a citation in braces with blanks": ("A claim { @known }.", 8, "{ @known } is not a citation"),
    "a citation in pointed brackets": ("A claim <@known>.", 8, "<@known> is not a citation"),
    "a citation with a blank behind @": ("A claim [@ known].", 8, "[@ known] is not a citation"),
    "a number of a note": ("Words.\n\n- A claim [1].", 10, "[1] is shown to readers as it is; for a note, write [^1]"),
    "numbers of notes": ("A claim [1, 2] and [3-5].", 8, "[1, 2] is shown to readers"),
    "a number of a note with a word": ("A claim [Nota 2].", 8, "[Nota 2] is shown to readers"),
    "a raised number of a note": ("A claim.²", 8, "² is shown to readers"),
    "a character that nobody knows": ("Words.\n\nFive&nbps;km.", 10, "&nbps; is not the name of a character"),
    "a character with more behind its name": ("Five&nbspx;km.", 8, "&nbspx; is not the name of a character"),
    "a character without its semicolon": ("Caf&eacute and 5&#160 km.", 8, "&eacute is shown to readers as it is"),
    "a citation of an editor with buttons": (r"See \[@known\].", 8, r"\[@known\] is not a citation"),
    "a block of an unknown name": ("/// nota | Corregido\n\nTexto.\n\n///", 8, "the blocks are note, drawing, caption, details"),
    "a block with a colon": ("/// note: Corrected\n\nText.\n\n///", 8, "`note:` is not a block"),
    "a block without its |": ("/// note Corrected\n\nText.\n\n///", 8, "write it like /// note | Corrected"),
    "a drawing without a name": ("/// drawing\n\nText.\n\n///", 8, "write it like /// drawing | …"),
    "a block with two slashes": ("// note | Corrected\n\nText.\n\n//", 8, "// note | Corrected is shown to readers"),
    "an end without a block": ("Text.\n\n///", 10, "none is open here"),
    # blocks without an end
    "a block that is not closed": ("/// note | Corrected\n\nText.\n\n## Next {#next}\n\nMore.", 8, "does not end"),
    "an open block in a quote": ("> /// note | Doubt\n> Text\n/// note | X\n///", 8, "does not end"),
    "an open block in a list": ("- a\n\n  /// note | X\n  b\n- c", 10, "does not end"),
    "an open block before another": ("/// note | A\n\nText.\n\n/// note | B\n\nText.\n\n///", 8, "does not end"),
    "open code": ("Words.\n\n```\ncode\n\n## Next", 10, "the code that starts with ``` does not end"),
    "open code in a list": ("- a\n  ~~~\n  b\n- c", 9, "the code that starts with ~~~ does not end"),
    # lost parts
    "more cells than heads": ("| A | B |\n|---|---|\n| one | two | three |", 10, "this row has 3 cells, but the head of the table has 2"),
    "more cells without outer bars": ("A | B\n--|--\none | two | three", 10, "this row has 3 cells"),
    "fewer lines than heads": ("| A | B |\n|---|\n| one | two |", 9, "this line has 1 columns, but the line above has 2"),
    "an address that nothing refers to": ("Words.\n\n[Source]: https://example.org", 10, "nothing refers to [source]"),
    "a note that nothing refers to": ("Words.\n\n[^1]: A note.", 10, "nothing refers to the note [^1]"),
    "a note that is not written": ("A claim.[^9]", 8, "the note [^9] is not written"),
    "a note without its colon": ("A claim.[^1]\n\n[^1] A note.", 8, "the note [^1] is not written"),
    "a note without words": ("A claim.[^1]\n\n[^1]:\n", 10, "the note [^1] has no words"),
    "a heading without words": ("Words.\n\n##\n\nWords.", 10, "this heading has no words"),
    # indents
    "a paragraph behind a tab": ("\tThe march begins at nine.\n\nMore.", 8, "make program code of it"),
    "a paragraph behind four blanks": ("Dear all,\n\n    we march.", 10, "four blanks or a tab"),
    "a list behind a tab": ("\t- a\n\t- b", 8, "four blanks or a tab"),
    "an indent in a quote": ("> a\n>\n>     b", 10, "four blanks or a tab"),
    "an indent in a list": ("- a\n\n      b", 10, "four blanks or a tab"),
    # raw signs
    "a blank before an address": ("See [the call] (https://example.org).", 8, "delete the blank between ] and ("),
    "a blank before a path": ("See [the call] (../x/en.md).", 8, "delete the blank between ] and ("),
    "brackets turned round": ("See (the call)[https://example.org].", 8, "write [words](address)"),
    "an open address": ("See [the call](https://example.org", 8, "this link is not complete"),
    "a reference to nothing": ("See [the call][nowhere].", 8, "[the call][nowhere] is shown to readers"),
    "bold with a blank at its end": ("**Requisito: **español.", 8, "write no blank inside of **"),
    "bold with a blank at its start": ("Words ** bold** here.", 8, "write no blank inside of **"),
    "bold without an end": ("Words\n**bold here.", 9, "**bold here. is shown to readers"),
    "underscores with a blank": ("__Bold __ text.", 8, "__Bold __ text. is shown to readers"),
    "emphasis without an end": ("*Important: come early.", 8, "*Important: come early. is shown to readers"),
    "struck without an end": ("It is ~~on the 9th.", 8, "~~on the 9th. is shown to readers"),
    "code without an end": ("Write `status here.", 8, "`status here. is shown to readers"),
    "a wiki link": ("See [[Other page]].", 8, "[[Other page]] is shown to readers"),
    "a template": ("See {{ page.title }}.", 8, "{{ page.title }} is shown to readers"),
    "a template as an address": ("See [it]({% link x.md %}).", 8, "{% link x.md %} is shown to readers"),
    "a template behind a word": ("## Heading {% endfor %}\n\nWords.", 8, "{% endfor %} is shown to readers"),
    "a shortcode": ("{{< youtube abc >}}", 8, "{{< youtube abc >}} is shown to readers"),
    "BBCode": ("[b]Bold[/b] words.", 8, "[b]Bold[/b] is shown to readers"),
    "an admonition": ("!!! note\n    Words.", 8, "!!! note is shown to readers"),
    "a fenced block": ("::: warning\nWords.\n:::", 8, "::: warning is shown to readers"),
    "a table of contents": ("[TOC]\n\nWords.", 8, "[TOC] is shown to readers"),
    "a note in the line": ("A claim.^[A note.]", 8, "^[A note.] is shown to readers"),
    "a named emoji": (":tada: We won!", 8, ":tada: is shown to readers"),
    "bullets of a word processor": ("Bring:\n• water\n• a hat", 9, "for a list, write - or 1. and a blank"),
    "entries without a blank": ("Bring:\n-water\n-a hat", 9, "for a list, write - or 1. and a blank"),
    "numbers without a blank": ("1.First\n2.Second", 8, "for a list, write - or 1. and a blank"),
    "a table without its line": ("| A | B |\n| 1 | 2 |", 8, "a table needs a line such as |---|---|"),
    "a heading without a blank": ("##Section\n\nWords.", 8, "a heading needs one plain blank behind ##"),
    "a line below two lines": ("Words\nmore words\n---\nWords.", 10, "makes a heading of them"),
    "a backslash at the end": ("Words.\\\n\nMore.", 8, "a backslash makes a line break only before another line"),
    "a diagram": ("```mermaid\ngraph TD\n```", 8, "mermaid is drawn by the git host only"),
    "another sign in a list": ("- a\n- b\n* c", 10, "is another list on the git host; write - here too"),
    "details as HTML": ("<details>\n<summary>Más</summary>\n\nTexto **negrita**\n\n</details>", 8, "write /// details | A label"),
    # signs of other programs
    "a comment of Obsidian": ("Words %% a comment %% more.", 8, "%% a comment %% is shown"),
    "a comment of several lines": ("%%\nA comment\n%%\n\nWords.", 8, "%% is shown"),
    "a name of a block": ("Words. ^37066d", 8, "^37066d is shown"),
    "an emoji of a sign": (":+1: We won", 8, ":+1: is shown"),
    "a heading of a wiki": ("== Heading ==\n\nWords.", 8, "== Heading == is shown"),
    "bold of a wiki": ("'''Bold''' words.", 8, "'''Bold''' words. is shown"),
    "a directive": (".. note:: Words", 8, ".. note:: Words is shown"),
    "a raised sign": ("The 2^nd^ time.", 8, "^nd^ is shown"),
    "an underline": ("++Underlined++ words", 8, "++Underlined++ is shown"),
    "a shortcode in brackets": ('[gallery ids="1,2"]\n\nWords.', 8, '[gallery ids="1,2"] is shown'),
    "a shortcode around an address": ("[embed]https://example.org/x[/embed]", 8, "[embed]https://example.org/x[/embed] is shown"),
    "a template of a server": ("<% x %>", 8, "<% x %> is shown"),
    "a class of another program": ("[words]{.underline} more.", 8, "{.underline} is shown"),
    "a box of Notion": ("<aside>\nWords\n\n</aside>", 8, "write /// note | A label"),
    "a shortcode with a number": ('[contact-form-7 id="12"]', 8, '[contact-form-7 id="12"] is shown'),
    "an abbreviation of an editor with buttons": (r"\*\[APEC]: A forum", 8, r"\*\[APEC]: A forum is shown"),
    "lines of a verse": ('| "Open,\n| close."', 8, '| "Open, | close." is shown'),
    "a heading of Textile": ("h2. Title\n\nWords", 8, "h2. Title is shown"),
    "a colour of Jira": ("{color:red}Words{color}", 8, "{color:red}Words{color} is shown"),
    "a command of LaTeX": (r"Words \footnote{A note}.", 8, r"\footnote{A note} is shown"),
    "emphasis of a wiki": ("//Words// more", 8, "//Words// is shown"),
    # lists, headings and links with other signs
    "paragraph signs for a list": ("§ water\n§ a hat", 8, "for a list, write - or 1."),
    "numbers with a dash": ("1 - water\n2 - a hat", 8, "for a list, write - or 1."),
    "numbers with a ring": ("1° agua\n2° sombrero", 8, "for a list, write - or 1."),
    "numbers of Rome": ("i. water\nii. a hat", 8, "for a list, write - or 1."),
    "bold that begins at the end": ("**Title:** text **", 8, "** is shown"),
    "a link of an editor with buttons": (r"\[Join\](https://example.org)", 8, "this link is not complete"),
    "a picture with turned brackets": ("!(A square)[pic.png]", 8, "the brackets of this link are turned"),
    "an address with a blank": ("Visit http:// example.org/x", 8, "http:// is shown"),
    "one sign more at an end": ("*Bold** words.", 8, "Bold* is shown"),
    "one sign less at an end": ("**Bold* words.", 8, "*Bold words. is shown"),
    "dashes for a list": ("Bring:\n– water\n– a hat", 9, "for a list, write - or 1."),
    "dashes in a list": ("- a\n– b\n– c", 9, "for a list, write - or 1."),
    "ticks for a list": ("✓ water\n✓ a hat", 8, "for a list, write - or 1."),
    "letters for a list": ("a) water\nb) a hat", 8, "for a list, write - or 1."),
    "a no-break space behind a bullet": ("-\u00a0water\n-\u00a0a hat", 8, "for a list, write - or 1."),
    "a no-break space before a bullet": ("\u00a0- water\n\u00a0- a hat", 8, "for a list, write - or 1."),
    "a no-break space behind ##": ("##\u00a0Heading\n\nWords.", 8, "needs one plain blank behind ##"),
    "a no-break space before ##": ("Words.\n\n\u00a0## Heading", 10, "## Heading is shown"),
    "braces for a link": ("See {the call}(https://example.org).", 8, "the brackets of this link are turned"),
    "a colon in a link": ("See [the call]:(https://example.org).", 8, "[the call]:(: the brackets of this link are turned"),
    "an angle for a link": ("See [the call]<https://example.org>.", 8, "the brackets of this link are turned"),
    "an address without its colon": ("Join: https//example.org/x", 8, "https//example.org/x is shown"),
    "an address with one slash": ("Join: https:/example.org/x", 8, "https:/example.org/x is shown"),
    "an address with a lost letter": ("Join: htps://example.org/x", 8, "htps://example.org/x is shown"),
    # more marks of the site, slightly wrong
    "a citation with words before it": ("A claim [see @known, p. 3].", 8, "is not a citation"),
    "a citation that does not end": ("A claim [@known.", 8, "is not a citation"),
    "a citation that does not start": ("A claim @known].", 8, "is not a citation"),
    "a citation with its @ before it": ("A claim @[known].", 8, "is not a citation"),
    "a citation with its @ at the end": ("A claim [known@].", 8, "is not a citation"),
    "a language that does not end": ("**Bold**{lang=es\n\nWords.", 8, "write *palabras*{lang=es}"),
    "a citation in braces": ("A claim {@known}.", 8, "{@known} is not a citation"),
    "a mark behind backslashes": ("## Heading \\{#mark\\}\n\nWords.", 8, "## Heading {#id}"),
    "a mark that does not end": ("## Heading {#mark\n\nWords.", 8, "## Heading {#id}"),
    "a language behind a blank": ("*palabras* {lang=es} b", 8, "write *palabras*{lang=es}"),
    "a language behind plain words": ("palabras{lang=es} b", 8, "write *palabras*{lang=es}"),
    "the name of a language": ("*palabras*{lang=spanish} b", 8, '"spanish" is not the code of a language'),
    # ways out
    "a link without https": ("[Join](example.org/join)", 8, "write https://example.org/join"),
    "a link that starts with www": ("[Join](www.example.org)", 8, "write https://www.example.org"),
    "a link without its colon": ("[Join](http//example.org)", 8, "write https://example.org"),
    "a link to an e-mail address": ("[Write](info@example.org)", 8, "write mailto:info@example.org"),
    "a link to a telephone": ("[Call](+1 202 555 0100)", 8, "write tel:+12025550100"),
    "a link in typographic quotes": ("[x](“https://example.org”)", 8, "write https://example.org"),
    "a link in brackets twice": ("See [text](( https://example.org )).", 8, "write https://example.org"),
    "a link to a mark without a name": ("[x](#)", 8, "this link has no address"),
    "a link with a question mark": ("[x](instagram.com/x?y=1)", 8, "write https://instagram.com/x?y=1"),
    "a link with a blank": ("[x](https://example.org/Screen Shot.png)", 8, "write %20"),
    "a link to nothing": ("[x]()", 8, "this link has no address"),
    # for those who listen
    "a picture without words": ("Words. ![](pic.png)", 8, "![What it shows](pic.png)"),
    "a picture named by its file": ("![IMG_1234.jpg](img-1234.jpg)", 8, "![What it shows](img-1234.jpg)"),
    "a picture of an editor": ("![image](img-1234.jpg)", 8, "![What it shows](img-1234.jpg)"),
    "a picture of an export": ("![A map][image1]\n\n[image1]: <data:image/png;base64,iVBOR>", 10, "save it as a file beside the text"),
    "quotes of two angles": ("<<Hola>> dijo.", 8, "for << and >> write « and »"),
    "a picture named by its camera": ("![IMG_1234](img-1234.jpg)", 8, "![What it shows](img-1234.jpg)"),
    "a picture named by a chat": ("![IMG-20240506-WA0012](a.jpg)", 8, "![What it shows](a.jpg)"),
    "a picture named by a download": ("![unnamed](a.jpg)", 8, "![What it shows](a.jpg)"),
    "a picture with a number": ("![Figure 1](a.jpg)", 8, "![What it shows](a.jpg)"),
    "a picture named by its kind": ("![Foto](img-1234.jpg)", 8, "![What it shows](img-1234.jpg)"),
    "a picture named by a screen": ("![Captura de pantalla 2024-05-06 a las 10.00.00](a.png)", 8, "![What it shows](a.png)"),
    "a picture named by a phone": ("![WhatsApp Image 2024-05-06 at 10.00 AM](a.jpg)", 8, "![What it shows](a.jpg)"),
    "a link on a picture without words": ("[![](pic.png)](https://example.org)", 8, "![What it shows](pic.png)"),
    "a link without words": ("Words [](https://example.org).", 8, "this link has no words"),
    "a link on a blank": ("Words [ ](https://example.org).", 8, "this link has no words"),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_a_slip_is_told_in_its_line(name):
    body, line, words = TOLD[name]
    _, faults = read(f"{body}\n")
    assert [fault for fault in faults if fault[0] == line and words in fault[1]], faults


@pytest.mark.parametrize(
    "value",
    ["A **bold** title", "An *important* title", "A _new_ title", "A __new__ title", "A `code` title", "A ~~struck~~ title", "[A](b.md) title",
     "A title [@known]", "A title[^1]", "See [[this]]", "## A title", "A<br>title"],
)  # fmt: skip
def test_a_field_holds_no_markup(value):
    with pytest.raises(PydanticCustomError, match="must be words only"):
        schema.plain_text(value)


@pytest.mark.parametrize("value", ["Snake_case and l@s", "2 * 3 * 4", "5 * and C#", "#NoToAPEC", "Trabajador*s", "[sic] (and) more", "A_b_c"])
def test_a_field_may_hold_signs(value):
    assert schema.plain_text(value) == value


# --- Shown: the body, and a part of its HTML ------------------------------------------------------------------------
SHOWN = {
    "a citation with a page": ("A claim. [@known, p. 3]", '<a class="ref" role="doc-noteref" href="#s1" id="r1">1, p. 3</a>'),
    "several citations": ("A claim. [@known; @other, p. 3]", 'id="r1">1</a> <a class="ref" role="doc-noteref" href="#s2" id="r2">2, p. 3</a>'),
    "several citations with blanks": ("A claim. [@known ; @other]", 'id="r1">1</a> <a class="ref" role="doc-noteref" href="#s2" id="r2">2</a>'),
    "a handle as a link": ("Thanks to [@MigranteUSA](https://example.org/x).", '<a href="https://example.org/x">@MigranteUSA</a>'),
    "a block in capitals": ("/// Note | Corrected\nText.\n///", '<p class="label">Corrected</p> <p>Text.</p>'),
    "an alert of the host": ("> [!NOTE]\n> Bring water.", '<aside class="note"> <p class="label">Note</p> <p>Bring water.</p>'),
    "an alert with a list": ("Words.\n> [!Warning]\n> - a\n> - b", '<p class="label">Warning</p> <ul> <li>a</li>'),
    "a task": ("- [ ] march\n- [x] sign", "<li>☐ march</li> <li>☑ sign</li>"),
    "the way back from a note": ("A claim.[^1]\n\n[^1]: A note.", '<a aria-label="Back to the text" class="footnote-backref" href="#fnref-1">↩</a>'),
    "a heading that ends with a sign": ("## Docs for C#\n\nWords.", ">Docs for C#</h2>"),
    "hashtags": ("Join us!\n\n#NoToAPEC #Migrants", "<p>#NoToAPEC #Migrants</p>"),
    "backslashes of an editor with buttons": (r"About \~100 \= 5 \< 6.", "<p>About ~100 = 5 &lt; 6.</p>"),
    "a line that is a backslash": ("One\\\n\\\nTwo\n\n\\\n\nThree", "<p>One</p> <p>Two</p> <p>Three</p>"),
    "an address that is shown": ("See https://example.org/a--b.", '<a href="https://example.org/a--b">'),
    "signs that mean themselves": ("a_b_c, trabajador*s, [sic], [...], l@s, 10:30:00, C:\\dir\n\n5€* 3 * 4", "<p>a_b_c, trabajador*s, [sic], […], l@s, 10:30:00, C:\\dir</p> <p>5€* 3 * 4</p>"),
    "brackets that mean themselves": ("In [2016] (@MigranteUSA) wrote \\[1], [see [2]](https://x.org) on 5 km²", "<p>In [2016] (@MigranteUSA) wrote [1], "),
    "signs & that mean themselves": ("AT&T; Q&A; https://x.org/?a=1&copy=2 `&nbps;` &eacute;", "<p>AT&amp;T; Q&amp;A; "),
    "escaped signs": (r"\*a \_b \[@c \`d \~~e \{\{ f", "*a _b [@c `d ~~e {{ f"),
    "dialogue": ("—No es cierto.\n—Sí lo es.\n—Ya.", "<p>—No es cierto. —Sí lo es. —Ya.</p>"),
    "signs of prices and sums": ("C++ and D++, 2^10, (a) one and (b) two, 50 %% off, =) and a/b", "2^10, (a) one and (b) two"),
    "faces, sums and handles": ("^_^ y :) y <3 [@ima] @ima, 5-4, a//b, https://example.org/a//b", "^_^ y :) y &lt;3"),
    "brackets of words": ("¿Sí/no? [risas] {nota} (sic), Juan 3:16, 2:1:3, 1) uno, 2) dos.", "[risas] {nota} (sic), Juan 3:16, 2:1:3, 1) uno"),
    "signs in code": ("`**a [^1] {#b} [[c]] {{ d }}`", "<code>**a [^1] {#b} [[c]] {{ d }}</code>"),
}  # fmt: skip


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_meant_is_shown(name):
    body, markup = SHOWN[name]
    shown, faults = read(f"{body}\n")
    assert markup in shown and faults == []


def test_a_year_that_starts_a_line_of_an_entry_starts_no_list():
    assert "<ol" not in read("- born in\n  1985. It was cold.\n")[0]


# --- The git host: the same structure -------------------------------------------------------------------------------
SAME = [
    "We demand:\n- papers\n- work", "a\n* b\n* c", "a\n+ b", "a\n1. b\n2. c", "born in\n1985. It was", "- a\n  - b\n- c", "- a\n   - b", "1. a\n   - b\n2. c",
    "1. a\n  - b", "1. a\n    - b\n    - c\n2. d", "- a\n  - b\n    - c\n      - d", "- a\n\n  second\n- b", "- a\n\n  second\n\n- b", "1) a\n2) b",
    "3. a\n4. b", "- a\nlazy\n- b", "- a\n\nb", "- a\n- b\n\n\n- c", "* a\n\n  > q\n\n* b", "- a\n  ```\n  code\n  ```\n- b", "1. a\n\n   ```py\n   x = 1\n\n   y\n   ```\n\n2. b",
    "- [ ] a\n- [x] b\n- [X] c", "- [ ] a\n  - [x] b", "* a\n    * b\n        * c\n    * d\n* e", "- a\n - b\n  - c\n   - d", "  - a\n  - b", "- a\n\n\t- b", "-\ta\n-\tb", "1.\ta\n\n\tb",
    "- a\n-\n- b", "10. a\n11. b", "* a\n* b\n\n1. c\n2. d", "* a\n1. b", "1. a\n- b\n2. c", "- a\n- b\n## H\n- c", "- a\n\n```\nc\n```\n\n- b", "text\n- a\n---\nb",
    "Figures:\n| A | B |\n|---|---|\n| 1 | 2 |", "A | B\n--|--\n1 | 2", "| A |\n|---|\n| 1 |", "| A | B |\n|:--|--:|\n| 1 |\n| 3 | 4 |\n\nx", "| A | B |\n|---|---|\n| 1 | 2 |\n> q",
    "| A | B |\n|---|---|\n| 1 | 2 |\n- x", "| a \\| b | c |\n|---|---|\n| `x` | **y** |", "| a | b |\n|---|---|\n| `x \\| y` | z |", "| https://x.org | a@b.org |\n|---|---|\n| www.x.org | z |",
    "Calle 5\\\nMadrid", "Calle 5  \nMadrid", "~~struck~~ and ~single~ and a ~ b", "~~a **b** c~~", "a~b~c", "`~~x~~`", "https://example.org/a_b_c", "See https://example.org/a?b=1&c=2.",
    "(see https://example.org/x)", "https://en.wikipedia.org/wiki/A_(b)", "www.example.org/x, and", "mail info@example.org.", "**https://example.org** and _www.x.org_", "<https://example.org/a--b>",
    '"https://example.org"', "a b.com", "[https://x.org](https://x.org)", "About \\~100 \\= 5 \\< 6 \\> \\$ \\% \\, \\. \\/ \\: \\; \\? \\@ \\^ \\' \\\"",
    "> a\n> b\n\n> c", "> a\nlazy", "> - a\n> - b\n>\n> c", "> > a\n> b", "a\n> b", "text\n> quote\ntext2\n\ntext3", "> 1. a\n>    - b\n> 2. c", "> ```\n> code\n> ```\n> after", "> - a\n>\n> ```\n> b\n> ```",
    "text\n## head\ntext", "## A | B\n|--|--|\n| 1 | 2 |", "#hashtag", "## C#", "## a ##", "  ## a", "Head\n---\ntext", "***\na\n\n* * *\n\n___", "a\n***\nb", "**bold**text", "a**b**c", "a_b_c", "*a **b** c*", "**a *b* c**", "***a** b*",
    "_a __b__ c_", "5 * 3 * 2", "**a\nb**", "¿*a*?", "¡**a**!", "**¡a!**", "(**a**)", "\\*x\\*", "``a`b``", "`a\nb`", "~~~\na\n~~~", "```python title=x\na\n```", "  ```\n  a\n  ```", "````\n```\n````",
    "text\n```\na\n```\ntext", "[a](https://x.org/(y))", '[a](https://x.org "t")', "[a][b]\n\n[b]: https://x.org", "[x]: https://x.org\n[y]: https://y.org\n\n[x] [y]",
    "&amp; &copy; &eacute; &#8212;", "a[^x] b[^y]\n\n[^y]: n\n[^x]: m", "- a[^1]\n\n[^1]: n", "para\n    indented", "- a\\\n  b", "0. a\n1. b", "5\\. a", "\\- a", "1986\\. A year",
]  # fmt: skip
# The host shows it otherwise: why, and the line in which that is told (None: here it is what the author meant).
OTHERWISE = {
    "- a\n* b": ("Python-Markdown knows no lists that differ only by their sign", 9),
    "1. a\n1) b": ("Python-Markdown knows no lists that differ only by their sign", 9),
    "a\nb\n---": ("a heading of two lines is a mistake in a text", 10),
    "[a](<b c.md>)": ("no file of the site has a blank in its name", 8),
    "**Note:**text": ("the host shows the signs, since a sign before ** needs a blank behind it", None),
    "*(a)*b": ("the host shows the signs, since a bracket before * needs a blank behind it", None),
    "***x***": ("emphasis in bold, not bold in emphasis: they look the same", None),
    "| a | b |\n|---|---|\n| `x|y` | z |": ("code holds its bar; the host splits it", None),
    "Term\n:   its meaning": ("terms are a feature of this site", None),
    "> [!NOTE]\n> Words.": ("alerts are notes here", None),
}  # fmt: skip


def structure(markup: str) -> list:
    """The elements and texts of HTML that both give: without footnotes, ids and the spacing of lists."""
    found: list = []

    def add(text: str | None) -> None:
        if text and text.strip():
            found.append(" ".join(text.split()))

    def walk(element, parent: str) -> None:
        tag = judge.name(element.tag)
        if tag == "section" or element.get("class") == "footnote":
            return
        skipped = tag in ("thead", "tbody") or (tag, parent) == ("p", "li")
        if tag == "sup":
            found.append("sup")
        elif tag == "input":
            found.append("☑" if "checked" in element.attrib else "☐")
        else:
            if not skipped:
                found.append((tag, *(element.get(key) for key in ("href", "src", "alt", "start") if element.get(key))))
            add(element.text)
            for child in element:
                walk(child, parent if skipped else tag)
                add(child.tail)
            if not skipped:
                found.append(f"/{tag}")

    for child in judge.fragment(markup):
        walk(child, "body")
        add(child.tail)
    joined: list = []
    for item in found:
        if isinstance(item, str) and item[0] != "/" and joined and isinstance(joined[-1], str) and joined[-1][0] != "/":
            joined[-1] += f" {item}"
        else:
            joined.append(item)
    return joined


def here(source: str) -> list:
    markup = markdown.convert(PARSER.converter, source).html.replace(markdown.BLOCK_ID_PLACEHOLDER, "")
    return structure(sanitize.PLACEHOLDER.sub("", markup))


def at_the_host(source: str) -> list:
    return structure(cmarkgfm.github_flavored_markdown_to_html(source, Options.CMARK_OPT_FOOTNOTES | Options.CMARK_OPT_UNSAFE))


@pytest.mark.parametrize("source", SAME)
def test_the_host_shows_the_same(source):
    assert here(source) == at_the_host(source)


@pytest.mark.parametrize("source", OTHERWISE)
def test_what_the_host_shows_otherwise_is_told_or_better_here(source):
    reason, line = OTHERWISE[source]
    assert here(source) != at_the_host(source), f"no longer true: {reason}"
    assert line in [None, *(found for found, _ in read(source)[1])]


def test_sources_are_numbered_as_readers_meet_them():
    body = (
        "One. [@a]\n\n| A |\n|---|\n| x [@b] |\n\n/// caption\nTwo. [@c]\n///\n\n- Three. [@d]\n\n/// note | Doubt\nFour. [@e]\n///\n\n"
        "Five. [@f] [@b]\n"
    )
    assert markdown.convert(markdown.create_converter(), body).cited == {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6}


def test_the_reading_time_counts_words_and_no_numbers_of_sources():
    parsed, *_ = BodyParser().parse("Five words\u00a0stand here now. [@one] [@two]", "analysis/x", "en", 1)
    assert parsed.word_count == 5
