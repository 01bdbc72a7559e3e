"""Texts with wrong fields or bodies, and the problem that each must get (see `bad_files`)."""

from __future__ import annotations

import re

from bad_files import BODY, FRONT, GOOD, JPG, SUMMARY, Table

CASES = Table()
text = CASES.text

# The fields of each kind, on the lines from 2 on; a case changes one of them or adds one below the last.
EVENT = "event:\n  start: 2026-02-01\n  end: 2026-02-02\n  place: A town\n"
FIELDS = {
    "analysis": FRONT,  # 2 title, 3 summary, 4 date, 5 authors, 6 what a case adds
    "background": FRONT,
    "calls": FRONT + EVENT,  # 6 event, 7 start, 8 end, 9 place, 10 what a case adds
    "pages": f"title: A plain title\n{SUMMARY}\n",  # 4 what a case adds
    "translation": f"title: A plain title\n{SUMMARY}\ntranslated_from: en\n",  # 5 what a case adds
}
LONG = "word " * 200


def field(kind: str, yaml: str, line: int, words: str, stock: str = "published") -> None:
    """A text of `kind` with `yaml`, one line or more, in the place of the field of that name."""
    what = f"{kind}: {yaml[:60]!r}"
    entries = re.split(r"(?m)^(?=\S)", FIELDS[kind])[1:]
    names = [entry.partition(":")[0] for entry in entries]
    name = yaml.partition(":")[0]
    place = names.index(name) if name in names else len(entries)
    entries[place : place + 1] = [yaml + "\n"]
    source = f"---\n{''.join(entries)}---\n{BODY}"
    if kind != "translation":
        text(what, source, line, words, stock, kind)
        return
    folder = CASES.folder("analysis", what)
    CASES.add(what, {f"{folder}/en.md": GOOD, f"{folder}/es.md": source}, (f"{folder}/es.md", line, words), stock=stock)


# --- Fields of every text ----------------------------------------------------------------------------------------
for kind in ("analysis", "background", "calls", "pages", "translation"):
    field(kind, "title: ~", 2, "title: is empty")
    field(kind, 'title: " "', 2, "title: is empty")
    field(kind, "summary: [a, b]", 3, "summary: must be one line of text")
    field(kind, "status:", {"calls": 10, "pages": 4, "translation": 5}.get(kind, 6), "status: is empty")
field("translation", "title: Ab", 2, "title: has 2 characters; write 3 to 120")
field("translation", f"title: {LONG}", 2, "title: has 999 characters; write 3 to 120")
field("translation", "title: {en: A title}", 2, "title: must be one line of text")
field("translation", "summary: Too short.", 3, "summary: has 10 characters; write 50 to 300")
field("translation", f"summary: {LONG}", 3, "summary: has 999 characters; write 50 to 300")
field("analysis", "title: |\n  Two\n\n  paragraphs", 2, "title: must be one line of text", stock="lost")
field("analysis", 'title: "A\\ttab"', 2, "U+0009")
field("analysis", "tags: [a, b]", 6, "`tags` is not possible")
field("analysis", "template: admin", 6, "`template` is not possible", stock="crashed")
field("analysis", "save_as: ../../out.html", 6, "`save_as` is not possible", stock="lost")
field("analysis", "url: //evil.example", 6, "`url` is not possible")
field("analysis", "1: one", 6, "`1` is not possible")
field("analysis", '"": nothing', 6, "a field's name must be a plain word")
field("analysis", "colour:", 6, "`colour` is not possible")
field("background", "certainty: {documented: x}", 6, "`certainty` is not possible in this kind of text")
field("calls", "question: Why?", 10, "`question` is not possible in this kind of text")
field("analysis", "called_by: Somebody", 6, "`called_by` is not possible in this kind of text")

# --- Days --------------------------------------------------------------------------------------------------------
for value in ("26-02-03", "2026-02", "2026-02-03-04", "-2026-02-03"):
    field("analysis", f"date: {value}", 4, "is not a date")
for value in ("2026-W05-2", "[2026-01-02]", "{year: 2026}"):
    field("analysis", f"date: {value}", 4, "is not a date", stock="lost")
field("analysis", "date: null", 4, "date: is empty", stock="lost")
field("analysis", "updated:", 6, "updated: is empty")

# --- Authors, status, former addresses ---------------------------------------------------------------------------
field("analysis", "authors:", 5, "authors: is empty")
field("analysis", f"authors: [{', '.join('abcdefghijklmnopqrstu')}]", 5, "authors: has 21 names; write 1 to 20")
field("analysis", "authors: {name: Somebody}", 5, "authors: must be a list")
field("analysis", "authors:\n  - Somebody\n  -", 7, "authors: is empty")
field("analysis", f"authors:\n  - Somebody\n  - {LONG}", 7, "authors: has 999 characters; write 1 to 600")
field("analysis", "status: {a: b}", 6, "is not allowed here; write published or draft", stock="lost")
field("pages", "status: Draft", 4, '"Draft" is not allowed here', stock="lost")
field("analysis", "formerly:", 6, "formerly: is empty")
field("analysis", "formerly: [analysis/old.html]", 6, "is not an old address")
field("analysis", 'formerly: [""]', 6, "is not an old address")
field("analysis", "formerly: [[a]]", 6, "must be one line of text")
field("analysis", f"formerly: [analysis/{'a' * 300}]", 6, "is not an old address")
field("analysis", f"formerly: [{'a/' * 50}a]", 6, "is not an old address")
field("analysis", f"formerly: [{', '.join(f'old/o{number}' for number in range(30))}]", 6, "has 30 addresses")
field("analysis", "formerly: [background/ground]", 6, "is the address of content/background/ground/en.md")
field("analysis", "formerly:\n  - old/a\n  - calls", 8, "calls is the address of /calls/")
field("analysis", "formerly: [archive]", 6, "archive is the address of /archive/")
field("analysis", "formerly: [es]", 6, "es is the address of")
field("analysis", "formerly: [old/twice, old/twice]", 6, "old/twice is the address of")
field("pages", "formerly: [analysis]", 4, "analysis is the address of /analysis/")
CASES.add(
    "two texts that claim one former address",
    {f"analysis/claim-{name}/en.md": GOOD.replace("date", "formerly: [old/claimed]\ndate") for name in "ab"},
    ("analysis/claim-b/en.md", 4, "old/claimed is the address of content/analysis/claim-a/en.md"),
    stock="",
)

# --- Fields of some kinds ----------------------------------------------------------------------------------------
field("analysis", "question: [Why?]", 6, "question: must be one line of text")
field("analysis", "question:", 6, "question: is empty")
field("analysis", f"question: {LONG}", 6, "question: has 999 characters; write 1 to 600")
field("analysis", "answer: []", 6, "answer: has 0 lines; write 1 to 3")
field("background", "answer:", 6, "answer: is empty")
field("background", "answer:\n  - {a: b}", 7, "must be one line of text")
field("analysis", "certainty: [a]", 6, "certainty: must be a group of lines")
field("analysis", "certainty:", 6, "certainty: is empty")
field("analysis", "certainty:\n  documented: x\n  differring: y", 8, "`certainty.differring`: did you mean `differing`?")
field("analysis", "certainty:\n  documented:", 7, "certainty.documented: is empty")
field("analysis", "certainty:\n  documented: [x]", 7, "certainty.documented: must be one line of text")
field(
    "calls",
    "event: [2026-02-01]",
    6,
    "event: must be a group of lines below it, indented by two spaces: `state`, `start`, `end`, `place`",
)
field("calls", "event:", 6, "event: is empty")
field("calls", "called_by: [A, B]", 10, "called_by: must be one line of text")
field("calls", "called_by:", 10, "called_by: is empty")
for old, new, line, words in (
    ("end: 2026-02-02", "end: 2026-01-31", 8, "`end` (2026-01-31) is before `start`"),
    ("start: 2026-02-01", "start: 10", 7, 'event.start: "10" is not a date'),
    ("start: 2026-02-01", "start:", 7, "event.start: is empty"),
    ("start: 2026-02-01", "start: 2026-02-01 18:00", 7, "is not a date"),
    ("  place: A town\n", "", 6, "event.place: is missing"),
    ("place: A town", "place:", 9, "event.place: is empty"),
    ("place: A town", f"place: {LONG}", 9, "event.place: has 999 characters"),
):
    text(f"event: {new[:30] or 'no place'}", f"---\n{FRONT}{EVENT}---\n{BODY}".replace(old, new), line, words, kind="calls")

# --- Translations ------------------------------------------------------------------------------------------------
field("translation", "translated_from: English", 4, "the original is en, not English")
field("translation", "translated_from: [en]", 4, "translated_from: must be one line of text")
for yaml in ("updated: 2026-02-03", "called_by: A"):
    field("translation", yaml, 5, f"`{yaml.partition(':')[0]}` applies to all languages and belongs only in the original")
field("translation", "made_from: 12345", 5, "this line is not right")
field("translation", "made_from: {a: b}", 5, "this line is not right")
field("translation", "made_from:", 5, "made_from: is empty")
field("translation", "translated_by: [Somebody]", 5, "translated_by: must be one line of text")
field("translation", "reviewed_by:", 5, "reviewed_by: is empty")
field("translation", "status: ready", 5, '"ready" is not allowed here')
field("translation", "slug: x", 5, "`slug` comes from the folder and file name")
MADE = f"---\n{FIELDS['translation']}---\n{BODY}"
NONE = "no file in content/analysis/no-original is the original; delete `translated_from`"
CASES.add(
    "two translations and no original",
    {"analysis/no-original/es.md": MADE, "analysis/no-original/fil.md": MADE},
    ("analysis/no-original/es.md", 4, NONE),
    ("analysis/no-original/fil.md", 4, NONE),
    stock="lost",
)
text("a translation of itself", MADE, 4, "is the original; delete `translated_from`", stock="lost")

# --- Bodies: from line 8 on --------------------------------------------------------------------------------------


def body(what: str, words: str, line: int, said: str, stock: str = "published", files: dict | None = None) -> None:
    folder = CASES.folder("analysis", what)
    beside = {f"{folder}/{name}": data for name, data in (files or {}).items()}
    source = f"---\n{FRONT}---\n\nWords.\n\n{words}\n"  # `words` start at line 10
    CASES.add(f"body: {what}", {f"{folder}/en.md": source, **beside}, (f"{folder}/en.md", line, said), stock=stock)


EMPTY = "there is no text after the second ---"
text("body: signs alone", f"---\n{FRONT}---\n\n...\n\n***\n", 7, EMPTY)
text("body: nothing and no line end", f"---\n{FRONT}---", 6, EMPTY)
body("a first heading too low", "### Third", 10, "write ## before it")
body(
    "a level left out far below",
    "## Second\n\nWords.\n\n#### Fourth",
    14,
    '"Fourth" skips a level of headings; write ### before it',
)
body("a footnote in the quote of another", "More.[^1]\n\n[^1]: > [^2]: x\n\n[^3]: y", 12, "[^2] is written inside another footnote")
body("a footnote in the list of another", "More.[^1]\n\n[^1]: - x\n\n        [^b]: y\n\n[^3]: z", 14, "[^b] is written inside another footnote")
body("an invisible character with a name", "Of 5&NoBreak; to 9.", 10, "&NoBreak; is an invisible character")
body("a source with a capital", "More. [@Known]", 10, "[@Known] is not in")
for mark in ("sources", "p2", "contents"):
    body(f"the mark {mark}", f"## First {{#{mark}}}\n\nWords.", 10, f"the page itself uses {{#{mark}}}")
body("a text of a slightly other name", "[x](../../background/grounds/en.md)", 10, "did you mean ../../background/ground/en.md?")
body("a text in a language that is unknown", "[x](../../background/ground/de.md)", 10, "which does not exist")
body("a folder", "[x](../../background/ground/)", 10, "which does not exist")
body("a picture with capitals", "![x](Photo.jpg)", 10, "Photo.jpg, which does not exist", files={"photo.jpg": JPG})
body("a source's place that does not exist", "[x](#s9)", 10, "there is no #s9 on this page")
body("a draft", "[x](../../background/asleep/en.md)", 10, "which is not public yet")
body("a text of the future", "[x](../../background/ahead/en.md)", 10, "which is not public yet")
body("a path of the disk", "[x](/etc/passwd)", 10, "is not a path from this file")
body("a way out in disguise", "[x](..%2f..%2f..%2fREADME.md)", 10, "leads out of content/")
for number, (address, said) in enumerate((
    ("https://www.ap.org@evil.example", "leads to the host after the @"), ("https://me:secret@example.org/x", "contains a URL with a password"),
    ("http://@example.org", "leads to the host after the @"), ("https://www.ap.org%40evil.example/", "is not a complete address"),
    ("https://www.ap.org%2Fevil.example/", "is not a complete address"), ("https://", "is not a complete address"),
    ("https:///x", "is not a complete address"), ("https:example.org", "is not a complete address"), ("https:/example.org", "is not a complete address"),
    ("https://example.org:x/", "is not a complete address"), ("https://example.org:0/", "is not a complete address"),
    ("https://example.org:65536/", "is not a complete address"), ("https://example.org:/", "is not a complete address"),
    ("https://a..example.org", "is not a complete address"), ("https://*.example.org", "is not a complete address"),
    ("<https://example.org/a b>", "a blank cannot stand in an address"), ("https://\u0430\u0440\u0440\u04cf\u0435.example/", "has a host with letters that can look like others"),
    ("https://a\u00f1o.example/", "has a host with letters that can look like others"), ("https://example.org/z\u00adz", "is not a complete address"),
    ("https://example.org/z\u200ez", "is not a complete address"), ("https://example.org/&#x200d;", "is not a complete address"),
    ("mailto:a@example.org?bcc=b@example.org", "one address without ?"), ("mailto:", "is not a complete address"),
    ("mailto:a@example.org,b@example.org", "is not a complete address"), ("tel:javascript", "is not a complete address"),
)):  # fmt: skip
    body(f"an address {number} {address}", f"[x]({address})", 10, said)
body("a picture at an address with a user", "![x](https://www.ap.org@evil.example/x.jpg)", 10, "leads to the host after the @")
body("an address with a user in a reference", "[x][1]\n\n[1]: https://www.ap.org@evil.example", 12, "leads to the host after the @")
body("a scheme that is unknown", "[x](gopher://example.org/)", 10, "uses a scheme that is not allowed")
body("a drive of Windows", "[x](C:/photo.jpg)", 10, "uses a scheme that is not allowed")
body("a reference", "[x][1]\n\n[1]: ../../background/nothing/en.md", 12, "which does not exist")
body("a picture that is data", "![x](data:image/png;base64,AAAA)", 10, "is written into the text")
body("the old form of {static}", "[x](|static|/images/x.jpg)", 10, "is of another program")
body("{category}", "[x]({category}news)", 10, "is of another program")

# --- Deep and endless --------------------------------------------------------------------------------------------
DEEP = "too many nested"
body("20,000 open brackets", "[" * 20_000, 10, DEEP, stock="hung")
body("20,000 pictures begun", "![" * 20_000, 10, DEEP, stock="hung")
body("20,000 links begun", "[a](" * 20_000, 10, DEEP, stock="hung")
body("20,000 sources begun", "[@" * 20_000, 10, DEEP, stock="hung")
body("open brackets over many lines", "[a\n" * 200, 50, DEEP)
body("quotes in quotes", "> " * 300 + "x", 10, DEEP)
body("20,000 quotes in quotes", ">" * 20_000 + "x", 10, DEEP)
body("lists in lists", "\n".join("    " * depth + "- x" for depth in range(100)), 50, DEEP)
body("lists in lists on one line", "1. " * 300 + "x", 10, DEEP)
body("emphasis in emphasis", "\\" * 3 + "*_" * 2_000 + "x [@nobody]", 10, "[@nobody] is not in")
