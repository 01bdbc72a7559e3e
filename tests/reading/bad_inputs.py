"""A table of bad inputs: description, file, the line that must be reported, and a part of the message.

`line` is a number, or a string that is in this line first. `stock` says what stock Pelican 4.12 with its
Markdown reader does with such a file, where known: "published" (exit code 0), "lost" (logged, exit code 0), "crashed".
"""

from __future__ import annotations

from dataclasses import dataclass

from conftest import PNG

SUMMARY = "A summary that is long enough to be the summary of a small text."
ARTICLE = {"title": "A title", "summary": SUMMARY, "date": "2024-05-06", "authors": "[A. Writer]"}
CALL = {**ARTICLE, "event": "{start: 2023-11-09, end: 2023-11-14, place: By the sea}"}
ANALYSIS = {**ARTICLE, "question": "Is it?", "answer": "[Yes.]", "certainty": "{documented: This.}"}
PAGE = {"title": "A title", "summary": SUMMARY}
KINDS = {"calls": CALL, "analysis": ANALYSIS, "background": ARTICLE, "pages": PAGE}
TRANSLATION = {"title": "A title", "summary": SUMMARY, "translated_from": "en"}


@dataclass(frozen=True)
class Case:
    what: str
    data: bytes
    line: int | str
    reason: str
    stock: str = "published"
    kind: str = "background"
    name: str = "en.md"
    beside: tuple[tuple[str, bytes], ...] = ()


def text(fields: dict, body: str = "Words.") -> bytes:
    rows = "".join(f"{name}: {value}\n" for name, value in fields.items() if value is not None)
    return f"---\n{rows}---\n\n{body}\n".encode()


def field(what, name, value, reason, kind="background", line=None, stock="published"):
    """A text of `kind` in which one field is wrong."""
    fields = {**KINDS[kind], name: value}
    found = line if line is not None else f"{name}:"
    return Case(f"{kind}: {what}", text(fields), found, reason, stock, kind)


def body(what, words, line, reason, stock="published", **more):
    return Case(f"body: {what}", text(ARTICLE, words), line, reason, stock, **more)


def raw(what, data, line, reason, stock="published", **more):
    return Case(what, data if isinstance(data, bytes) else data.encode(), line, reason, stock, **more)


GOOD = text(ARTICLE).decode()
FRONT = GOOD.split("---\n")[1]

FILE = [
    raw("empty", b"", 1, "is empty", "lost"),
    raw("blank lines only", b"\n\n\n", 1, "is empty", "lost"),
    raw("spaces only", b"   \t \n ", 1, "is empty", "lost"),
    raw("no front matter", "Just words.\n", 1, "the lines with title and summary are missing", "lost"),
    raw("a heading and no front matter", "# Title\n\nWords.\n", 1, "the lines with title and summary are missing", "lost"),
    raw("fields without fences", FRONT + "\nWords.\n", 1, "the two lines of --- are missing"),
    raw("front matter that does not end", f"---\n{FRONT}\nWords.\n", 1, "do not end"),
    raw("front matter that runs into a heading", f"---\n{FRONT}\n## Heading\n\nWords.\n", "## Heading", "not ended before this heading"),
    raw("TOML", '+++\ntitle = "x"\n+++\n\nWords.\n', 1, "of another program", "lost"),
    raw("a blank line first", "\n" + GOOD, 1, "must start with the line ---"),
    raw("words first", "Hello\n" + GOOD, 1, "must start with the line ---", "lost"),
    raw("a space before the fence", " " + GOOD, 1, "must start with the line ---", "lost"),
    raw("no blank line after front matter", f"---\n{FRONT}---\nWords.\n", "Words.", "empty line"),
    raw("front matter that is a list", "---\n- title\n- summary\n---\n\nWords.\n", 2, "must be lines of"),
    raw("front matter that is one word", "---\ntitle\n---\n\nWords.\n", 2, "must be lines of"),
    raw("empty front matter", "---\n---\n\nWords.\n", 2, "must be lines of", "lost"),
    raw("front matter and nothing else", f"---\n{FRONT}---\n", 7, "no text after the second ---"),
    raw("Latin-1", GOOD.replace("Words", "Señor").encode("latin-1"), 8, "encoding UTF-8", "lost"),
    raw("Latin-1 in the title", GOOD.replace("A title", "El niño").encode("latin-1"), 2, "encoding UTF-8", "lost"),
    raw("UTF-16 little endian", GOOD.encode("utf-16"), 1, "UTF-16", "lost"),
    raw("UTF-16 big endian", b"\xfe\xff" + GOOD.encode("utf-16-be"), 1, "UTF-16", "lost"),
    raw("UTF-32", GOOD.encode("utf-32"), 1, "", "lost"),
    raw("a broken UTF-8 sequence", GOOD.encode() + b"\n\xc3(\n", 10, "encoding UTF-8", "lost"),
    raw("an encoded surrogate", GOOD.encode() + b"\n\xed\xa0\x80\n", 10, "encoding UTF-8", "lost"),
    raw("a picture with the ending .md", b"\x89PNG\r\n\x1a\n" + bytes(300), 1, "", "lost"),
    raw("NUL", GOOD.replace("Words", "W\0rds"), 1, "not a text file", "lost"),
    raw("a program with the ending .md", b"\x7fELF" + bytes(300), 1, "not a text file", "lost"),
    raw("more than a megabyte", GOOD + "word " * 210_000, 1, "larger than"),
    raw("conflict mark", GOOD + "\n<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> other\n", "<<<<<<<", "conflict mark"),
    raw("end of a conflict alone", GOOD + "\n>>>>>>> other\n", ">>>>>>>", "conflict mark"),
]
CHARACTERS = [
    raw(f"U+{code:04X} ({name}) in the body", text(ARTICLE, f"Words.\n\nHere {chr(code)} it is."), "Here", f"U+{code:04X}")
    for code, name in (
        (0x01, "control"), (0x08, "backspace"), (0x0B, "vertical tab"), (0x0C, "form feed"),
        (0x1B, "escape"), (0x7F, "delete"), (0x85, "next line"), (0x9F, "control"), (0x202A, "bidi embedding"),
        (0x202E, "bidi override"), (0x2066, "bidi isolate"), (0x2069, "end of isolate"), (0x2028, "line separator"),
        (0x2029, "paragraph separator"), (0xE000, "private use"), (0xE001, "private use"), (0xF8FF, "private use"),
        (0xFDD0, "noncharacter"), (0xFFFE, "noncharacter"), (0xFFFF, "noncharacter"), (0x1FFFE, "noncharacter"),
        (0xFEFF, "mark inside"), (0x10FFFD, "private use"),
    )
] + [
    field(f"{name} in the title", "title", f"A {chr(code)}title", "invisible character")
    for code, name in ((0x200B, "zero width space"), (0x200D, "joiner"), (0x00AD, "soft hyphen"), (0x2060, "word joiner"),
                       (0x200F, "direction mark"), (0x180E, "vowel separator"))
] + [field("bidi override in the title", "title", "A \u202eeltit", "invisible character", line=2)]  # fmt: skip
YAML = [
    raw("YAML: a colon in a value", GOOD.replace("A title", "Caravan: the road"), "Caravan: the road", "this line cannot be read"),
    raw("YAML: an open quote", GOOD.replace("A title", '"A title'), 2, "this line cannot be read"),
    raw("YAML: an open bracket", GOOD.replace("[A. Writer]", "[A. Writer"), 5, "this line cannot be read"),
    raw("YAML: a tab as indent", GOOD.replace("[A. Writer]", "\n\t- A. Writer"), 6, "this line cannot be read"),
    raw("YAML: a percent sign first", GOOD.replace("A title", "%title"), 2, "this line cannot be read"),
    raw("YAML: an at sign first", GOOD.replace("A title", "@title"), 2, "this line cannot be read"),
    raw("YAML: a backtick first", GOOD.replace("A title", "`title`"), 2, "this line cannot be read"),
    raw("YAML: wrong indent", GOOD.replace("date:", "  date:"), 4, "this line cannot be read"),
    raw("YAML: an anchor", GOOD.replace("A title", "&a A title"), 2, "must not start with & or *"),
    raw("YAML: an alias", GOOD.replace("A title", "*a"), 2, "must not start with & or *"),
    raw("YAML: a bomb of aliases", GOOD.replace("title: A title", 'a: &a ["x","x"]\nb: &b [*a,*a]\nc: [*b,*b]'), 2, "must not start with & or *"),
    raw("YAML: a tag that builds an object", GOOD.replace("A title", "!!python/object/apply:os.system [id]"), 2, "must not start with !"),
    raw("YAML: a tag of its own", GOOD.replace("A title", "!secret A title"), 2, "must not start with !"),
    raw("YAML: binary", GOOD.replace("A title", "!!binary aGVsbG8="), 2, "must not start with !"),
    raw("YAML: a key twice", GOOD.replace("date:", "title: Another\ndate:"), "title: Another", "second time"),
    raw("YAML: a merge key", GOOD.replace("A title", "A title\n<<: {x: 1}"), "<<", "is not possible in this kind of text"),
    raw("YAML: a list as key", GOOD.replace("title: A title", "[a, b]: c"), 2, "plain word"),
    raw("YAML: deep nesting", GOOD.replace("[A. Writer]", "[" * 40 + "]" * 40), "authors", "too many nested"),
    raw("YAML: very deep nesting", GOOD.replace("[A. Writer]", "[" * 3000 + "]" * 3000), "authors", ""),
]
FIELDS = [
    case
    for kind, fields in KINDS.items()
    for case in [
        *[field(f"{name} is missing", name, None, "is missing", kind, line=1)
          for name in fields if name in ("title", "summary", "date", "authors", "event")],
        *[field(f"{name} is empty", name, "", "is empty", kind) for name in ("title", "summary")],
        field("title is a list", "title", "[a, b]", "must be one line of text", kind),
        field("title is a group", "title", "{a: b}", "must be one line of text", kind),
        field("title is one letter", "title", "A", "has 1 characters", kind),
        field("title is far too long", "title", "word " * 40, "has 199 characters", kind),
        field("title holds a tag", "title", "A <b>title</b>", "must be words only", kind),
        field("title holds a script", "title", "<script>alert(1)</script>", "must be words only", kind),
        field("title holds an entity", "title", "Fish &amp; chips", "must be words only", kind),
        field("summary is short", "summary", "Too short.", "has 10 characters", kind),
        field("summary is long", "summary", "word " * 80, "has 399 characters", kind),
        field("summary holds HTML", "summary", f"{SUMMARY} <img src=x>", "must be words only", kind),
        field("status is nonsense", "status", "publish", "is not allowed here", kind),
        field("status is a list", "status", "[draft]", "is not allowed here", kind),
        field("an unknown field", "colour", "red", "is not possible in this kind of text", kind),
        field("a field with a slip", "satus", "draft", "did you mean `status`?", kind),
        field("a field in capitals", "Title", "A", "did you mean `title`?", kind),
        *[field(f"{name} in front matter", name, "x", "comes from the folder", kind)
          for name in ("slug", "lang", "category", "kind", "language")],
        field("formerly is text", "formerly", "old", "must be a list", kind),
        field("formerly leaves the site", "formerly", "[../etc]", "is not an old address", kind),
        field("formerly is a whole address", "formerly", '["https://example.org/x"]', "is not an old address", kind),
        field("formerly has capitals", "formerly", "[Old/Name]", "is not an old address", kind),
    ]
]  # fmt: skip
DATES = [
    field(f"date is {value!r}", "date", value, reason, "background", stock=stock)
    for value, reason, stock in (
        ("10", "is not a date", "published"), ("Tuesday", "is not a date", "published"), ("03/04/2026", "is not a date", "published"),
        ("2026-02-30", "write an existing day, such as 2026-02-28", "lost"), ("2026-13-01", "is not a day in the calendar", "lost"),
        ("2026-04-31", "write an existing day, such as 2026-04-30", "lost"), ("2026-00-10", "is not a day in the calendar", "lost"),
        ("2026-01-00", "is not a day in the calendar", "lost"), ("2023-02-29", "write an existing day, such as 2023-02-28", "lost"),
        ("2026-2-3", "is not a date", "published"), ("20260203", "is not a date", "published"), ("0000-01-01", "impossible year", "lost"),
        ("9999-01-01", "impossible year", "published"), ("2026-02-03 10:00", "is not a date", "published"), ("2026-02-03T10:00:00Z", "is not a date", "published"),
        ("2026/02/03", "is not a date", "published"), ("3 February 2026", "is not a date", "published"), ("2026-W06", "is not a date", "published"),
        ("yesterday", "is not a date", "lost"), ("", "is empty", "lost"), ("[2026-02-03]", "is not a date", "lost"), ("true", "is not a date", "lost"),
        ("٢٠٢٦-٠٢-٠٣", "", "published"),
    )
] + [
    field("authors is text", "authors", "A. Writer", "must be a list"),
    field("authors is an empty list", "authors", "[]", "has 0 names"),
    field("authors holds a list", "authors", "[[A]]", "must be one line of text"),
    field("authors holds nothing", "authors", "[A, ]\nupdated: x", "is not a date", line="updated"),
    field("an author with a tag", "authors", '["<a href=x>A</a>"]', "must be words only"),
    field("updated before date", "updated", "2020-01-01", "is before `date`"),
    field("updated is nonsense", "updated", "soon", "is not a date"),
    field("event is text", "event", "tomorrow", "group of lines", "calls"),
    field("event without end", "event", "{start: 2023-11-09, place: X}", "is missing", "calls"),
    field("event ends before it starts", "event", "{start: 2023-11-09, end: 2023-11-08, place: X}", "is before `start`", "calls"),
    field("event with a slip", "event", "{start: 2023-11-09, end: 2023-11-10, plaice: X}", "did you mean `place`?", "calls"),
    field("event on a day that is none", "event", "{start: 2023-11-31, end: 2023-12-01, place: X}", "2023-11-30", "calls"),
    field("event place is a list", "event", "{start: 2023-11-09, end: 2023-11-10, place: [X]}", "must be one line of text", "calls"),
    field("event in a background", "event", "{start: 2023-11-09}", "is not possible in this kind of text"),
    field("answer of four lines", "answer", "[a, b, c, d]", "has 4 lines", "analysis"),
    field("answer is text", "answer", "Yes.", "must be a list", "analysis"),
    field("certainty is text", "certainty", "sure", "group of lines", "analysis"),
    field("certainty of another kind", "certainty", "{sure: yes}", "is not possible in this kind of text", "analysis"),
    field("question holds HTML", "question", "Is <b>it</b>?", "must be words only", "analysis"),
    field("date on a page", "date", "2024-01-01", "is not possible in this kind of text", "pages"),
    field("authors on a page", "authors", "[A]", "is not possible in this kind of text", "pages"),
]  # fmt: skip
BODY = [
    body("an h1", "# Title again\n\nWords.", "# Title again", "has one # before it"),
    body("an h1 underlined", "Title again\n===========\n\nWords.", "Title again", "has one # before it"),
    body("a level left out", "## One\n\n#### Three\n\nWords.", "#### Three", "skips a level of headings"),
    body("starts with h3", "### Deep\n\nWords.", "### Deep", "skips a level of headings"),
    body("an unknown source", "Words. [@nobody]", "[@nobody]", "sources.yaml"),
    body("an empty citation", "Words. [@]", "[@]", "sources.yaml"),
    body("a mark twice", "## One {#a}\n\nWords.\n\n## Two {#a}\n\nWords.", "{#a}", "stands twice"),
    body("a mark of the page", "## One {#main}\n\nWords.", "{#main}", "the page itself uses"),
    body("a mark like a source's", "## One {#s1}\n\nWords.", "{#s1}", "the page itself uses"),
    body("a link to nothing", "See [it](../../background/nowhere/en.md).", "nowhere", "does not exist"),
    body("a link with a slip", "See [it](../../pages/abuot/en.md).", "abuot", "did you mean ../../pages/about/en.md?"),
    body("a link to a missing mark there", "See [it](../../pages/about/en.md#nowhere).", "nowhere", "there is no #nowhere"),
    body("a link to a missing mark here", "See [it](#nowhere).", "nowhere", "there is no #nowhere"),
    body("a link from the root", "See [it](/background/x/).", "/background/x/", "is not a path from this file"),
    body("a link out of content", "See [it](../../../README.md).", "README", "leads out of content/"),
    body("a link to the system", "See [it](../../../../../etc/passwd).", "passwd", "leads out of content/"),
    body("an encoded way out", "See [it](%2e%2e/%2e%2e/%2e%2e/README.md).", "%2e", "leads out of content/"),
    body("a link without scheme", "See [it](//example.org/x).", "example", "https://"),
    body("javascript", "See [it](javascript:alert(1)).", "javascript", "uses a scheme that is not allowed"),
    body("data", "See [it](data:text/html,x).", "data:", "uses a scheme that is not allowed"),
    body("ftp", "See [it](ftp://example.org/x).", "ftp", "uses a scheme that is not allowed"),
    body("a file address", "See [it](file:///etc/passwd).", "file:", "uses a scheme that is not allowed"),
    body("a backslash", "See [it](..\\\\x\\\\en.md).", 7, "not a path from this file"),
    body("a question mark", "See [it](../x/en.md?y=1).", "y=1", "not a path from this file"),
    body("an empty link", "See [it]().", 8, "this link has no address"),
    body("{static} out of content", "See [it]({static}/../secret.txt).", "secret", "is of another program"),
    body("{attach} out of content", "See [it]({attach}../../../secret.txt).", "secret", "is of another program"),
    body("{filename} to nothing", "See [it]({filename}/background/no/en.md).", "background/no", "is of another program"),
    body("a picture from another host", "![x](https://example.org/x.png)", "example", "another host"),
    body("a picture that is not there", "![x](x.png)", "x.png", "does not exist"),
    body("a picture without scheme", "![x](//example.org/x.png)", "example", "https://"),
    body("a script", "Words <script>alert(1)</script> here.", "<script>", "<script> is HTML"),
    body("a style sheet", "<style>p{color:red}</style>\n\nWords.", "<style>", "<style> is HTML"),
    body("a form", "<form action='x'><input></form>\n\nWords.", "<form", "is not allowed"),
    body("a frame", '<iframe src="https://example.org"></iframe>\n\nWords.', "<iframe", "<iframe> is HTML"),
    body("an event handler", 'Words <b onclick="x()">here</b>.', "<b", "<b> is HTML"),
    body("a style attribute", 'Words <span style="color:red">here</span>.', "<span", "<span> is HTML"),
    body("an attribute list with a handler", "Words *here*{onclick=x}.", "onclick", "`onclick` is not allowed"),
    body("an attribute list with style", "Words *here*{style=color:red}.", "style", "`style` is not allowed"),
    body("a class of the page", "Words *here*{.skip-link}.", "skip-link", "is not possible here"),
    body("a comment", "Words.\n\n<!-- to do -->", "<!--", "comment"),
    body("SVG", "<svg onload='x'></svg>\n\nWords.", "<svg", "<svg> is HTML"),
    body("a base", "<base href='https://example.org/'>\n\nWords.", "<base", "<base> is HTML"),
    body("a remote picture as HTML", '<img src="https://example.org/x.png" alt="">', "<img", "<img> is HTML"),
    body("20,000 brackets", "[" * 20_000, "[[[", "too many nested", "hung"),
]
BESIDE = [
    raw(f"beside a text: {what}", GOOD, 1, reason, stock, beside=((name, data),))
    for what, name, data, reason, stock in (
        ("SVG", "x.svg", b"<svg/>", "this is an SVG", "published"), ("a web page", "x.htm", b"<html>", "is not the file name of a text", "published"),
        ("GIF", "x.gif", b"GIF89a", "this is a GIF", "published"), ("a program", "x.exe", b"MZ", "this is a program", "published"),
        ("an archive", "x.zip", b"PK\x03\x04", "this is an archive", "published"), ("a script", "x.sh", b"#!/bin/sh", "this is a program", "published"),
        ("JavaScript", "x.js", b"alert(1)", "this is neither a text nor a picture", "published"), ("a spreadsheet", "x.csv", b"a,b", "this is neither", "published"),
        ("an empty picture", "x.png", b"", "this is neither", "published"), ("HTML called png", "x.png", b"<html>", "this is neither", "published"),
        ("a PNG called jpg", "x.jpg", PNG, "rename this one to x.png", "published"), ("a PDF called png", "x.png", b"%PDF-1.7", "this is a PDF", "published"),
        ("a name with a space", "my photo.png", PNG, "rename this one to my-photo.png", "published"),
        ("a name with capitals", "Photo.png", PNG, "rename this one to photo.png", "published"),
        ("a hidden file", ".htaccess", b"x", "this is neither", ""), ("a secret", ".env", b"KEY=1", "this is neither", ""),
    )
]  # fmt: skip
NAMES = [
    raw(f"file name: {name}", GOOD, 1, reason, stock, name=name)
    for name, reason, stock in (
        ("en.MD", "named after its language", "lost"), ("en.markdown", "named after its language", "published"), ("en.rst", "named after its language", "published"),
        ("en.html", "named after its language", "published"), ("en.txt", "named after its language", "lost"), ("de.md", "not a language", "published"),
        ("EN.md", "not a language", "published"), ("english.md", "not a language", "published"), ("en.es.md", "named after its language", "published"),
        ("index.md", "not a language", "published"), ("README.md", "not a language", "published"), (".md", "not a language", "published"),
    )
]  # fmt: skip
TRANSLATIONS = [
    raw(f"translation: {what}", text({**TRANSLATION, **fields}), line, reason, name="es.md", beside=(("en.md", GOOD.encode()),))
    for what, fields, line, reason in (
        ("a date", {"date": "2024-01-01"}, "date:", "belongs only in the original"), ("authors", {"authors": "[B]"}, "authors:", "belongs only in the original"),
        ("an event", {"event": "{start: x}"}, "event:", "belongs only in the original"), ("formerly", {"formerly": "[x]"}, "formerly:", "belongs only in the original"),
        ("from another original", {"translated_from": "fil"}, "translated_from:", "the original is en"),
        ("from nothing", {"translated_from": ""}, "translated_from:", "is empty"), ("a broken record", {"made_from": "yesterday"}, "made_from:", "this line is not right"),
        ("a record that is a list", {"made_from": "[abcdef]"}, "made_from:", "this line is not right"), ("an empty reviewer", {"reviewed_by": '" "'}, "reviewed_by:", "is empty"),
        ("HTML in the translator's name", {"translated_by": "<b>A</b>"}, "translated_by:", "must be words only"), ("a slip", {"sumary": "x"}, "sumary", "did you mean `summary`?"),
    )
] + [
    raw("two originals", GOOD, 1, "is an original too", name="es.md", beside=(("en.md", GOOD.encode()),)),
    raw("no original", text(TRANSLATION), "translated_from", "is the original", name="es.md"),
]  # fmt: skip
CASES = [*FILE, *CHARACTERS, *YAML, *FIELDS, *DATES, *BODY, *BESIDE, *NAMES, *TRANSLATIONS]
