"""Bad inputs with the exact problems that each must get: files, front matter, paths, sources.

`bad_words` has those with wrong fields or bodies; `bad_inputs` is another table, with parts of messages only. Each case is
written into the content/ of a small sample and checked by the real command (`test_bad_files`). `stock` is what Pelican 4.12 does with the
same file without our code, measured with its own settings: "published" it (exit code 0), "lost" it (no page, exit
code 0), "crashed" (an error and exit code 1), "hung" (for more than 40 seconds), "" where it was not measured.
"""

from __future__ import annotations

import functools
import io
import re
from dataclasses import dataclass, field

from PIL import Image

FIFO = object()  # a pipe
FOLDER = object()


@dataclass(frozen=True)
class Link:
    """A symbolic link to `to`."""

    to: str


@dataclass(frozen=True)
class Bad:
    """`files`: content by path below content/. `expected`: path below content/, line and part of the message of every problem.
    An `alone` case affects the problems of other cases, so it has its own run."""

    what: str
    files: dict
    expected: tuple[tuple[str, int, str], ...]
    stock: str = ""
    alone: bool = False


@dataclass
class Table:
    cases: list[Bad] = field(default_factory=list)

    def add(self, what: str, files: dict, *expected: tuple[str, int, str], stock: str = "published", alone: bool = False):
        self.cases.append(Bad(what, files, expected, stock, alone))

    def folder(self, kind: str, what: str) -> str:
        """A folder for this case alone."""
        slug = re.sub("[^a-z0-9]+", "-", what.lower()).strip("-")[:60].strip("-")
        return f"{kind}/{slug or 'x'}-{len(self.cases)}"

    def text(self, what: str, source: str | bytes, line: int, words: str, stock: str = "published", kind: str = "analysis"):
        """A case of one file in its own folder."""
        path = f"{self.folder(kind, what)}/en.md"
        self.add(what, {path: source}, (path, line, words), stock=stock)

    def at(self, what: str, path: str, words: str, source: object = None, stock: str = "published", shown: str = ""):
        """One file at a given path; `shown` is the path in the problem if that escapes some characters."""
        self.add(what, {path: GOOD if source is None else source}, (shown or path, 1, words), stock=stock)

    def beside(self, name: str, data: object, words: str, stock: str = "lost", shown: str = "") -> None:
        """A file next to a valid text."""
        folder = self.folder("analysis", name)
        files = {f"{folder}/en.md": GOOD, f"{folder}/{name}": data}
        self.add(f"beside a text: {name}", files, (f"{folder}/{shown or name}", 1, words), stock=stock)

    def sources(self, what: str, source: object, line: int, words: str, stock: str = "lost") -> None:
        """A list of sources, which affects all citations."""
        self.add(f"sources: {what}", {SOURCES: source}, (SOURCES, line, words), stock=stock, alone=True)


SOURCES = "evidence/sources.yaml"
SUMMARY = "summary: A summary that is as long as it has to be, fifty characters and more."
FRONT = f"title: A plain title\n{SUMMARY}\ndate: 2026-01-02\nauthors: [Somebody]\n"
BODY = "\n## First {#first}\n\nWords that say something.\n"
GOOD = f"---\n{FRONT}---\n{BODY}"
ENTRY = "sources:\n- id: known\n  type: book\n  title: A book\n  read_as: full text\n"

# The valid content that all cases are added to.
SAMPLE = {
    "background/ground/en.md": GOOD,
    "background/ground/es.md": f"---\ntitle: Un título\n{SUMMARY}\ntranslated_from: en\n---\n\n## Hola {{#first}}\n\nMás.\n",
    "background/asleep/en.md": GOOD.replace("date:", "status: draft\ndate:"),
    "background/ahead/en.md": GOOD.replace("2026-01-02", "2199-01-01"),
    SOURCES: ENTRY,
}

def picture(name: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (2, 2)).save(buffer, name)
    return buffer.getvalue()


PNG, JPG = picture("PNG"), picture("JPEG")

CASES = Table()
add, text, at, beside, sources = CASES.add, CASES.text, CASES.at, CASES.beside, CASES.sources
lost = functools.partial(text, stock="lost")

# --- Bytes and characters ----------------------------------------------------------------------------------------
lost("Windows-1252 with old Mac line ends", GOOD.replace("Words", "\x80").replace("\n", "\r").encode("latin-1"), 10, "0x80")
lost("a character cut short at the end", GOOD.encode() + b"\xe2\x82", 11, "0xE2")
lost("UTF-16 without a mark", GOOD.encode("utf-16-le"), 1, "not a text file")
text("NUL far below", GOOD + "Words. " * 40 + "\x00", 11, "U+0000", stock="crashed")
text("escape sequence of a terminal", GOOD.replace("say", "\x1b[31m"), 10, "U+001B", stock="crashed")
text("byte order mark in the middle", GOOD.replace("say", "\ufeff"), 10, "U+FEFF")
lost("two byte order marks", "\ufeff\ufeff" + GOOD, 1, "U+FEFF")
text("zero width space", GOOD.replace("say", "s\u200bay"), 10, "U+200B")
text("word joiner", GOOD.replace("say", "s\u2060ay"), 10, "U+2060")
text("Hangul filler", GOOD.replace("say", "s\u3164ay"), 10, "U+3164")
text("a title of fillers", GOOD.replace("A plain title", "\u3164\u3164\u3164"), 2, "U+3164")
text(
    "words in hidden tag characters",
    GOOD.replace("say", "".join(chr(0xE0000 + ord(sign)) for sign in "obey")),
    10,
    "U+E006F",
)
text("data in variation selectors", GOOD.replace("say", "say\U000e0121\U000e0155"), 10, "U+E0121")
text("an annotation", GOOD.replace("say", "\ufff9say\ufffa"), 10, "U+FFF9")
text("noncharacter of plane 16", GOOD.replace("say", "\U0010ffff"), 10, "U+10FFFF")
text("private use character of plane 15", GOOD.replace("say", "\U000f0001"), 10, "U+F0001")
text("private use character as a number", GOOD.replace("say", "&#xe000;"), 10, "&#xe000; is an invisible character")
lost("conflict in front matter", GOOD.replace("date", "<<<<<<< HEAD\ndate: 2026-01-01\n=======\ndate"), 4, "conflict mark")
text("conflict mark between", GOOD.replace("Words", "=======\nWords"), 10, "conflict mark")
text("conflict mark of the base", GOOD + "||||||| 1a2b3c4\n", 11, "conflict mark")

# --- Front matter ------------------------------------------------------------------------------------------------
lost("front matter of one fence", "---\n", 1, "do not end")
lost("front matter that is JSON", '{"title": "A title"}\n\nWords.\n', 1, "the lines with title and summary are missing")
lost("a comment first", "<!-- mine -->\n" + GOOD, 1, "must start with the line ---")
text("four dashes", "-" + GOOD, 1, "must be three hyphens")
lost("front matter of a comment", "---\n# title\n---\n\nWords.\n", 2, "lines of a name, a colon and a value")
lost("a second document", GOOD.replace("date", "--- # more\ndate"), 4, "is here once more")
lost("words without a field", GOOD.replace("date:", "date"), 4, "this line cannot be read")
lost("a directive of YAML", GOOD.replace("---\ntitle", "---\n%YAML 1.2\ntitle", 1), 2, "this line cannot be read")
lost("a timestamp by a tag", GOOD.replace("2026-01-02", "!!timestamp 2026-01-02"), 4, "must not start with !")
text(
    "a field twice inside another",
    GOOD.replace("date:", "certainty: {documented: a, documented: b}\ndate:"),
    4,
    "second time",
)
text("100,000 brackets in front matter", GOOD.replace("A plain title", "[" * 100_000), 2, "too many nested")
text("100,000 braces in front matter", GOOD.replace("A plain title", "{" * 100_000), 2, "too many nested")
text(
    "50,000 anchors", GOOD.replace("authors:", "\n".join(f"a{n}: &a" for n in range(50_000)) + "\nauthors:"), 5, "must not start with & or *"
)
text("hidden character by an escape of YAML", GOOD.replace("A plain title", r'"A \u202e title"'), 2, "U+202E")
text("private use by an escape of YAML", GOOD.replace("A plain title", r'"A \ue0000\ue001 title"'), 2, "U+E000")
text("NUL by an escape of YAML", GOOD.replace("A plain title", r'"A \0 title"'), 2, "U+0000")
text("surrogate by an escape of YAML", GOOD.replace("A plain title", r'"A \ud800 title"'), 2, "this line cannot be read")
lost(
    "a terminal's escape as a field",
    GOOD.replace("date:", '"\\u202e\\e[31m": x\ndate:'),
    4,
    "a field's name must be a plain word",
)
lost(
    "a terminal's escape in a value", GOOD.replace("date:", 'status: "\\e[31m\\u202e"\ndate:'), 4, "the invisible character U+001B"
)

# --- Where a file stands -----------------------------------------------------------------------------------------
at("an underscore in an address", "analysis/under_score/en.md", "cannot be part of an address")
at("a dot in an address", "analysis/v1.2/en.md", "cannot be part of an address")
at("a hidden folder", "analysis/.hidden/en.md", "cannot be part of an address")
at("a hidden character in an address", "analysis/z\u200bw/en.md", r'"z\u200bw" cannot', shown=r"analysis/z\u200bw/en.md")
at("a line end in an address", "analysis/a\nb/en.md", r'"a\nb" cannot', shown=r"analysis/a\nb/en.md")
at("a page at the address of an index", "pages/index/en.md", '"index" is the address of another part')
for device in ("lpt9", "aux", "prn"):
    at(f"the device {device}", f"analysis/{device}/en.md", f'"{device}" is a name that Windows reserves')
for number, (name, stock) in enumerate(
    {"en.mkd": "published", "en.htm": "lost", "en.md.txt": "lost", "en.Md": "lost"}.items()
):
    at(f"a text named {name}", f"analysis/ending-{number}/{name}", f'"{name}" is not the file name of a text', stock=stock)
for number, name in enumerate(("en-US", "en ", "eng")):
    at(
        f"a text named {name}.md",
        f"analysis/language-{number}/{name}.md",
        f'"{name.strip()}" is not a language of this site',
    )
at(
    "a kind with a capital",
    "Analysis/capital/en.md",
    "differs from content/analysis only in upper and lower case",
    shown="Analysis",
)
for what, small, capital in (("two folders", "twins/en.md", "Twins"), ("two files", "twin-files/en.md", "twin-files/En.md")):
    files = {f"analysis/{small}": GOOD, f"analysis/{capital}{'' if '.md' in capital else '/en.md'}": GOOD}
    other = small if ".md" in capital else "twins"
    add(
        f"{what} that differ by capitals",
        files,
        (f"analysis/{capital}", 1, f"differs from content/analysis/{other} only in"),
        stock="",
    )

# --- Links and pipes ---------------------------------------------------------------------------------------------
at(
    "a text that is a link to a password file",
    "analysis/link-out/en.md",
    "en.md is a symbolic link",
    Link("/etc/passwd"),
    stock="lost",
)
at(
    "a text that is a link to another text",
    "analysis/link-in/en.md",
    "en.md is a symbolic link",
    Link("../../background/ground/en.md"),
)
at("a link to itself", "analysis/link-loop/en.md", "en.md is a symbolic link", Link("en.md"), stock="lost")
at("a folder that is a link to its parent", "analysis/link-parent", "link-parent is a symbolic link", Link(".."), stock="lost")
at("a kind that is a link", "stories", "stories is a symbolic link", Link("analysis"), stock="")
at("a pipe beside the kinds", "pipe", "neither a file nor a folder", FIFO, stock="lost")
beside("link.jpg", Link("/etc/passwd"), "link.jpg is a symbolic link")
beside("pipe.jpg", FIFO, "neither a file nor a folder")

# --- Files beside a text -----------------------------------------------------------------------------------------
beside("style.css", "body{}\n", "next to a text only pictures")
beside("noending", "words", "next to a text only pictures")
beside("photo.png", JPG, "rename this one to photo.jpg")
beside("fake.jpg", "<html><script>alert(1)</script></html>", "this is neither a text nor a picture")
beside("PHOTO.JPG", JPG, "rename this one to photo.jpg")
beside("año.jpg", JPG, "rename this one to ano.jpg")
beside("two.dots.jpg", JPG, "rename this one to twodots.jpg")
beside("-rf.jpg", JPG, "rename this one to rf.jpg")
beside("z\u200bw.jpg", JPG, "rename this one to zw.jpg", shown=r"z\u200bw.jpg")
beside("line\nend.jpg", JPG, "rename this one to line-end.jpg", shown=r"line\nend.jpg")
beside("con.jpg", JPG, "rename this one to con-1.jpg")
beside("heavy.jpg", JPG + bytes(10_000_000), f"this picture has {len(JPG) + 10_000_000:,} bytes")
beside(f"{'long-' * 20}.jpg", JPG, f"rename this one to {('long-' * 16)[:-1]}.jpg")
add(
    "a name that is no UTF-8",
    {b"analysis/bytes/\xff.jpg": JPG},
    (r"analysis/bytes/\udcff.jpg", 1, "rename this one to picture.jpg"),
    stock="lost",
)
at("a picture of no kind", "images/photo.jpg", "belongs at content/<kind>/", JPG)
at("a file in a folder beside a text", "background/ground/more/photo.jpg", "belongs at content/<kind>/", JPG, stock="lost")

# --- Files for the root of the site, and sources -----------------------------------------------------------------
def extra(name: str, source: object, words: str, what: str = "") -> None:
    at(f"extra: {name} {what}", f"extra/{name}", words, source, stock="")


SCRIPT = "<script>navigator.serviceWorker.register('sw.js')</script>"
for name in ("con.txt", "a:b.txt", "a b.txt", "a.txt.", "año.txt", "-rf", "join.html", "index.html", "404.html", "robots.txt", "sitemap.xml",
             "sw.js", "_redirects", "_headers", ".htaccess", ".nojekyll", "run.exe", "id_rsa", "drawing.svg", "passwords.txt", "deep/more.txt",
             "google0123456789abcdef.html", "BingSiteAuth.xml", "about", "theme", ".well-known/assetlinks.json",
             "site-manifest.json", "en.md", "cname.txt", "CNAME/CNAME"):  # fmt: skip
    extra(name, f"{SCRIPT}{name}", "is not published from here")
for name, to in (("passwd.txt", "/etc/passwd"), ("sitemap.html", "../pages"), ("more", "../pages")):
    extra(name, Link(to), "is a symbolic link")
extra("pipe.html", FIFO, "neither a file nor a folder")
# The names that a site has once; each content is tried alone.
WITH_CONTACT = "Contact: mailto:a@example.org\n"
WITH_BOTH = f"{WITH_CONTACT}Expires: 2030-01-31T00:00:00Z\n"
BAD_EXTRA = [
    *(("CNAME", source) for source in (
        "", "\n", "two.example.org\nthree.example.org\n", "https://example.org\n", "192.0.2.1\n", "evil.example/path\n", "example.org:80\n",
        "me@example.org", "WWW.example.org\n", "localhost\n", "exam\x00ple.org", "example.org\x1b[2J\n", "example.org\x85", "ex\u202eample.org",
        "аррӏе.example\n", "-a.example.org", "a..example.org", "*.example.org", f"{'a' * 64}.example.org", "example.org " + " " * 5000,
        "::warning::secret", Link("/etc/passwd"), FIFO,
    )),
    *((".well-known/security.txt", source) for source in (
        "", WITH_CONTACT, "Expires: 2030-01-31T00:00:00Z\n", f"{WITH_CONTACT}Expires: soon\n", f"{WITH_BOTH}{SCRIPT}\n", f"{WITH_BOTH}# café\n",
        WITH_BOTH.replace("mailto:", "javascript:"), f"{WITH_BOTH}Policy: http://example.org\n", f"{WITH_BOTH}Expires: 2031-01-31T00:00:00Z\n",
        f"{WITH_BOTH}Password: none\n", WITH_BOTH + "# more\n" * 1000, Link("/etc/passwd"), FIFO,
    )),
]  # fmt: skip
at(
    "sources: the ending .yml",
    "evidence/sources.yml",
    "belong in the file content/evidence/sources.yaml",
    ENTRY,
    stock="lost",
)
at(
    "sources: a second file",
    "evidence/more.yaml",
    "belong in the file content/evidence/sources.yaml",
    ENTRY,
    stock="lost",
)
FIRST = "  type: book\n  title: A book\n  read_as: full text\n"
MISTAKES = (  # what stands below the three lines of a good entry that begins with its id
    ("id: known", "publishr: A house", 5, "did you mean `publisher`?"),
    ("id: b", "url: https://example.org", 5, "did you mean `URL`?"),
    ("id: c", "URL: www.example.org", 5, '"www.example.org" is not a web address'),
    ("id: d", "issued: 2023-13", 5, '"2023-13" is not a date'),
    ("id: e", "issued: [2023]", 5, "sources.issued: must be one line of text"),
    ("id: f", "author:", 5, "sources.author: is empty"),
    ("id: g", "author: [A, B]", 5, "sources.author: must be one line of text"),
    ("id: h", f"publisher: {'word ' * 200}", 5, "sources.publisher: has 999 characters"),
    ("id: i", "described: {en: A report}", 3, "sources.title: write either `title`"),
    ("id: j", "described: A report", 5, "sources.described: "),
    ("id: k", "language: Spanish", 5, '"Spanish" is not the code of a language'),
    ("id: o", "URL: https://www.ap.org@evil.example", 5, "leads to the host after the @"),
    ("id: p", "URL: https:///x", 5, "is not a complete address"),
    ("id: q", "URL: https://example.org:99999/", 5, "is not a complete address"),
    ("id: r", "URL: https://www.ap.org%2f.evil.example", 5, "is not a complete address"),
    ("id: s", "URL: https://\u0430p.example/", 5, "has a host with letters that can look like others"),
    ("id: u", r'URL: "https://example.org\\@evil.example"', 5, "is not a complete address"),
    ("id: v", "URL: mailto:a@example.org", 5, "is not a web address"),
    ("id:", "language: es", 1, "sources.id: is empty"),
    ("id: [m]", "language: es", 1, "sources.id: must be one line of text"),
    ("language: es", "author: A", 1, "sources.id: is missing"),
)
add(
    "sources: one mistake in each entry",
    {SOURCES: "sources:\n" + "".join(f"- {start}\n{FIRST}  {end}\n" for start, end, _, _ in MISTAKES)},
    *((SOURCES, 1 + 5 * entry + line, words) for entry, (_, _, line, words) in enumerate(MISTAKES)),
    stock="lost",
    alone=True,
)
sources("broken YAML", ENTRY + "  author: A: B\n", 6, "this line cannot be read")
sources("no list", "sources: known\n", 1, "must be a list")
sources("UTF-16", b"\xff\xfe" + ENTRY.encode("utf-16-le"), 1, "with the encoding UTF-16")
sources("a link", Link("/etc/passwd"), 1, "is a symbolic link")
sources("a folder of that name", FOLDER, 1, "this is a folder")
sources("a pipe", FIFO, 1, "neither a file nor a folder")
ALMANAC = "evidence/almanac.yaml"
for what, source, words in (
    ("a link", Link("/etc/passwd"), "is a symbolic link"),
    ("a folder of that name", FOLDER, "this is a folder"),
    ("a pipe", FIFO, "neither a file nor a folder"),
    ("100,000 brackets", "days: " + "[" * 100_000, "too many nested"),
    ("an alias", "days: &a []\nfigures: *a\n", "must not start with & or *"),
):
    add(f"almanac: {what}", {ALMANAC: source}, (ALMANAC, 1, words), stock="published", alone=True)
