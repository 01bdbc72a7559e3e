"""What is wrong with a file, in the form in which people and machines are told.

Every sentence that an author can be told about a text, in one place.

Short, kind, without jargon: what is wrong; what to write instead. `say` is the only way to them, so that a
catalogue of translated messages can be put in front of it without ever blocking a build.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, order=True)
class Problem:
    """One complaint. `path` is relative to the project, with forward slashes; `line` counts from 1."""

    path: str
    line: int
    message: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {'warning: ' if self.severity == 'warning' else ''}{self.message}"


def count(number: int, noun: str) -> str:
    """A number of things in words: 1 error, 2 errors."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class ContentError(Exception):
    """The content cannot become a site; `problems` says why. Never carries a traceback to an author."""

    def __init__(self, problems: list[Problem]):
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self):
        return ContentError, (self.problems,)  # on its way from one process to another


class Fault(Exception):
    """One thing wrong at one line of the file being read; the caller knows which file it is."""

    def __init__(self, line: int, message: str):
        self.line, self.message = line, message
        super().__init__(f"line {line}: {message}")

    def __reduce__(self):
        return Fault, (self.line, self.message)


def site_mistake(path: str, error: Exception, line: int = 1) -> Problem:
    """What our own code failed with while it worked on the file `path`, as a problem of that file."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f", {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return Problem(path, line, format_message("site-mistake", error=f"{type(error).__name__}: {error}{where}"))


def told(path: str, check: Callable[..., Iterable[Problem]], *values: object) -> list[Problem]:
    """The problems that `check(*values)` finds in the file `path`; where it fails itself, that one."""
    try:
        return list(check(*values))
    except Exception as error:  # noqa: BLE001 - one file must not stop all others
        return [site_mistake(path, error)]


MESSAGES = {
    # the file as a whole
    "file-empty": "the file is empty; start it with front matter between two lines of ---",
    "file-large": "the file is larger than {limit} bytes, the most that a text may have; split it",
    "file-utf16": "the file is saved as UTF-16; save it as UTF-8",
    "file-binary": "this is not a text file; save it as plain text in UTF-8",
    "file-encoding": "the byte {byte} is not UTF-8; save the file as UTF-8",
    "file-character": "a character that nobody can see ({code}) stands here; delete it and type the words again",
    "file-conflict": "git left a conflict mark here; keep the right version and delete the marks",
    "file-kind": "{name} cannot stand here; beside a text only pictures (jpg, png, webp, avif) and pdf are published",
    "file-ending": "{name} is a {kind} file by its content; give it the ending .{kind}",
    "file-false": "{name} cannot stand here: by its content it is no {kind} file; save it again in the program that made it",
    "file-name": "{name}: name files with small letters a to z, digits, - and _, and a short ending",
    "file-heavy": "{name} has {size} bytes; a file may have {limit}; make it smaller",
    "file-deep": "quotes, lists or brackets stand too deep inside each other; write the text flatter",
    "file-link": "{name} is a link to another place; put the real file here",
    "file-special": "{name} is neither a file nor a folder; delete it",
    "file-changed": "this file changed while the site was being built; run the command again",
    "site-mistake": "the site's code failed on this ({error}). This is a mistake of the site, perhaps not of yours: report this line in the project's repository, and until it is mended take back what was changed here last",
    "file-slow": "reading this text took longer than {limit} seconds; something in it never ends: shorten it or undo the last change",
    # languages
    "work-no-original": "no file in {folder} is the original; delete `translated_from` in the one that was written first",
    "work-two-originals": "{other} is an original too; add `translated_from: {lang}` to the one that is a translation",
    "translation-of-nothing": "translated_from: the original is {right}, not {wrong}; write {right}",
    "translation-unrecorded": "nobody knows yet what this was translated from; add this line: made_from: {record}",
    "translation-behind": "the original has changed here since this was made: {changes}; when it is mended: made_from: {record}",
    "translation-same": "this paragraph still stands in the language of the original; translate it",
    "translation-missing": "there is no {lang} translation yet; start one with: python3 tasks.py translate {slug} {lang}",
    "translation-draft": "this translation is a draft, so readers are sent to the original",
    # its path
    "path-shape": "a text stands at content/<kind>/<slug>/<language>.md, with one of the kinds {kinds}; move the file there",
    "path-kind": '"{kind}" is not a kind of text; move the folder into one of {kinds}',
    "path-slug": '"{slug}" cannot be an address; name the folder with small letters a to z, digits and -, at most {limit}',
    "path-device": '"{slug}" is a name that Windows keeps for itself; choose another name for the folder',
    "path-reserved": '"{slug}" is the address of another part of this site; choose another name for the folder',
    "path-case": "differs from {other} only by capital letters, which some systems cannot tell apart; rename one of them",
    "path-ending": '"{name}" is not a text of this site; a text is named after its language: {languages}',
    "path-language": '"{lang}" is not a language of this site; name the file after one of {languages}',
    # catalogues of phrases
    "catalogue-missing": "the phrases of the interface have no {lang} translation; make the file with: python3 tasks.py phrases",
    "catalogue-broken": "this catalogue cannot be read ({why}); open it in Poedit or undo the last change",
    "phrase-missing": '"{phrase}" is not translated; write its msgstr',
    "phrase-fuzzy": '"{phrase}" is marked fuzzy, so nobody has confirmed it; correct the msgstr and delete the mark',
    "phrase-holes": '"{phrase}" must keep its places for values: {holes}',
    # front matter
    "front-missing": "front matter is missing; start the file with a line ---, then title and summary, then a line ---",
    "front-toml": "front matter between +++ is TOML; write it as YAML between two lines of ---",
    "front-not-first": "front matter must start in the first line; delete what stands above the first ---",
    "front-unclosed": "front matter does not end; add a line --- after its last field",
    "front-unclosed-heading": "front matter has not ended before this heading; add a line --- above it",
    "front-not-mapping": "front matter must be lines of `field: value`, such as `title: My headline`",
    "front-no-blank-line": "leave one empty line between front matter and text",
    "yaml-broken": "front matter cannot be read here ({why}); if a value holds `: ` or starts with a sign, put it in quotes",
    "yaml-two-documents": "a second --- starts another document here; keep one block of front matter",
    "yaml-anchor": "`&` and `*` at the start of a value are shortcuts that this site does not read; put the value in quotes",
    "yaml-tag": "`{tag}` is a tag that this site does not read; write the plain value",
    "yaml-deep": "values stand more than {limit} levels inside each other; write them flatter",
    "yaml-key": "a field's name must be a plain word, such as `title`",
    "yaml-twice": "`{key}` stands here a second time; delete one of the two",
    # fields
    "field-missing": "is missing; add a line `{name}: …`",
    "field-near": "`{name}`: did you mean `{near}`?",
    "field-unknown": "`{name}` is not a field of this kind of text; delete the line, or use one of {names}",
    "field-from-path": "`{name}` comes from the folder and file name; delete this line",
    "field-shared": "`{name}` holds in every language and stands in the original only; delete this line",
    "record-form": "is not a record of the original; delete the line, and `check` prints the right one",
    "field-choice": '"{value}" is not possible here; write {choices}',
    "field-text": "must be one line of text",
    "field-empty": "is empty; write something after the colon, or delete the line",
    "field-form": "is not written as this field has to be; compare it with the fields in CONTRIBUTING.md",
    "field-group": "must be a group of lines below it, indented by two spaces: {names}",
    "list-wanted": 'must be a list; write each entry on a line of its own that starts with "- "',
    "day-form": '"{value}" is not a date; write year-month-day, such as 2026-02-28',
    "day-unreal": '"{value}" is not a day that exists; write a real day as {example}',
    "day-year": '"{value}" has a year that cannot be meant; write a year between 1900 and 2200',
    "day-order": "`{last}` ({value}) is before `{first}`; one of the two days is wrong",
    "plain-markup": "is plain text and cannot hold `{found}`; write the words alone",
    "plain-invisible": "holds a character that nobody can see ({code}); delete it and type the words again",
    "plain-empty": "is empty; write something after the colon, or delete the line",
    "too-short": "has {has} {unit}; write {least} to {most}",
    "too-long": "has {has} {unit}; shorten it to {least} to {most}",
    # the body
    "body-empty": "there is no text after the front matter; write it, or mark the file with `status: draft`",
    "heading-one": '"{text}" is a heading with one #; the title is that already, so write ## here',
    "heading-gap": '"{text}" leaves out a level of heading; write {mark} here',
    "mark-taken": "the page itself uses the mark #{id}; choose another one, such as {{#{id}-1}}",
    "mark-form": '"#{id}" cannot be a mark; a mark is small letters, digits and hyphens, such as {{#{better}}}',
    "braces": "words in braces are taken for attributes here; for braces that readers see, write \\{{{words}\\}}",
    "footnote-form": "[^{name}] cannot be the name of a footnote; write letters, digits and hyphens, such as [^1]",
    "mark-twice": "the mark #{id} stands twice on this page; change one of them",
    "html-tag": "<{tag}> cannot stand in a text; write it in Markdown, or leave it out",
    "html-attribute": "`{name}` cannot stand in <{tag}>; leave it out",
    "html-class": "`{name}` is not a class for texts; leave it out",
    "html-comment": "a comment would be taken out; delete it",
    "html-broken": "<{tag}> is not closed, or stands where it cannot; mend it, or write it in Markdown",
    "html-unclear": 'a tag, quote or comment near "{words}" is not closed; mend it, or write it in Markdown',
    "character-reference": "{written} is a character that nobody can see; delete it",
    "number-long": "a number of more than {limit} digits stands here; nobody can read it: shorten it",
    "source-unknown": "[@{name}] is not in content/evidence/sources.yaml; correct the id, or add the source there",
    # drawings
    "drawing-place": "a drawing is content/drawings/<name>/ with one file for each language: {languages}",
    "drawing-broken": "this is not whole XML ({why}); save it again as plain SVG",
    "drawing-tag": "<{tag}> cannot stand in a drawing; draw it with {tags}",
    "drawing-attribute": "`{name}` cannot stand in <{tag}> of a drawing; leave it out (colours come from classes)",
    "drawing-class": "`{name}` is not a class of drawings; use {classes}",
    "drawing-unnamed": 'the drawing says nothing to those who cannot see it; write <svg role="img" aria-label="…" viewBox="…">',
    "drawing-heavy": "the drawing has {size} bytes, more than {limit}; leave out detail",
    "drawing-missing": "there is no drawing {path}{near}",
    # addresses
    "address-taken": "{address} is the address of {other}; delete it here",
    "extra-nested": "only files directly in content/extra/ are published; move this one up",
    "extra-covers": "this file would cover {other}, which the site makes itself; rename or delete it",
    "evidence-kind": "sources are kept in the file content/evidence/sources.yaml alone; write yours there and delete this",
    "file-unreadable": "this cannot be opened ({why}); see that it is there and that you may read it",
    "path-name": "this name cannot be written on every system; use small letters, digits and -",
    # evidence
    "source-id": '"{value}" is not an id; use small letters, digits and single - between them',
    "source-issued": '"{value}" is not a day; write a year, year-month or year-month-day, such as 2023-11',
    "source-language": '"{value}" is not the code of a language; write two or three small letters, such as es',
    "source-url": '"{value}" is not an address; write it with https://, or leave the field out',
    "source-twice": "the id {id} stands at line {line} already; ids are unique",
    # the almanac
    "almanac-words": "this has no words in `{lang}`; the front page shows it in every language",
    "almanac-text": "there is no section #{mark} in {text}; write the text as kind/slug, and the mark of its heading",
    # links
    "link-no-scheme": '"{link}" does not say how to get there; write the whole address with https://',
    "link-scheme": '"{link}" is a kind of link that this site does not use; write https://, mailto: or tel:, or a path to a file',
    "link-broken": '"{link}" is not a whole address; correct it, or take it out',
    "link-form": '"{link}" is not a path to a file of this site; write it like ../../background/ipef/en.md#size',
    "link-absolute": '"{link}" starts with a slash; write the path from this file, like ../../background/ipef/en.md',
    "link-outside": '"{link}" leads out of content/; only files below content/ can be linked',
    "link-missing": '"{link}" leads to {path}, which does not exist{near}',
    "link-untranslated": '"{link}" is not translated yet; readers are sent on to the original',
    "link-fragment": "there is no #{fragment} on this page; the marks stand in {{#…}} behind headings",
    "link-far-fragment": '"{link}": there is no #{fragment} in {path}; the marks stand in {{#…}} behind headings',
    "link-draft": '"{link}" leads to {path}, which is not public yet; link to it when it is',
    "picture-outside": '"{link}" would load a picture from another host; put the picture beside the text and link it by its name',
    "old-address": '"{value}" is not an address of this site; write it as kind/slug, such as analysis/old-name',
}


# Values to paste, never cut.
WHOLE = {"record"}


def format_message(key: str, /, **values: object) -> str:
    """The sentence `key` with its values filled in. Values are data: braces inside them stay as they are."""
    return MESSAGES[key].format_map({name: value if name in WHOLE else shorten(value) for name, value in values.items()})


def shorten(value: object, most: int = 120) -> str:
    """One line of a value, cut where it would fill the screen, with nothing in it that a screen would obey."""
    text = printable(" ".join(str(value)[: 10 * most].split()))
    return text if len(text) <= most else text[: most - 1] + "…"


def printable(text: str) -> str:
    """`text` on one line, whatever it is made of: what cannot be seen is shown as its escape, such as \\u202e."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
