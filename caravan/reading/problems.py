"""Problems in content files, and all messages about them.

Each message says in plain words what is wrong, then what to write instead. `format_message` is the only access to the
messages, so that they can be translated in one place.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Problem:
    """One error or warning. `path` is relative to the project, with forward slashes; `line` counts from 1."""

    path: str
    line: int
    message: str
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {'warning: ' if self.severity == 'warning' else ''}{self.message}"


def count(number: int, noun: str) -> str:
    """A number with its noun in singular or plural: 1 error, 2 errors."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class ContentError(Exception):
    """The content has errors, so the site cannot be built. `problems` lists them, sorted and without duplicates."""

    def __init__(self, problems: list[Problem]):
        self.problems = sorted(set(problems))
        super().__init__(self.problems)

    def __str__(self):
        return "\n".join(map(str, self.problems))


class Fault(Exception):
    """One error or warning at one line of the file being parsed. The caller knows the file and turns it into a Problem."""

    def __init__(self, line: int, message: str, severity: Severity = "error"):
        self.line, self.message, self.severity = line, message, severity
        super().__init__(line, message, severity)

    def __str__(self):
        return f"line {self.line}: {self.message}"


def site_mistake(path: str, error: Exception, line: int = 1) -> Problem:
    """An unexpected exception of the site's code, as a problem of the file `path` that was being processed."""
    frames = traceback.extract_tb(error.__traceback__)
    location = f", {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return Problem(path, line, format_message("site-mistake", error=f"{type(error).__name__}: {error}{location}"))


def problem(path: str, line: int, key: str, severity: Severity = "error", /, **values: object) -> Problem:
    """A problem with the message `key`."""
    return Problem(path, line, format_message(key, **values), severity)


def problem_of(path: str, error: Exception) -> Problem:
    """What an exception says about the file `path` that was being read."""
    if isinstance(error, Fault):
        return Problem(path, error.line, error.message, error.severity)
    if isinstance(error, OSError):
        return Problem(path, 1, format_message("file-unreadable", why=error.strerror))
    if isinstance(error, RecursionError | MemoryError):
        return Problem(path, 1, format_message("file-deep"))
    return site_mistake(path, error)


def run_check(path: str, check: Callable[..., Iterable[Problem]], *args: object) -> list[Problem]:
    """The problems that `check(*args)` finds in the file `path`; if the check raises, that exception as the only problem."""
    try:
        return list(check(*args))
    except Exception as error:  # noqa: BLE001 - an error in one file must not stop the others
        return [problem_of(path, error)]


MESSAGES = {
    # the file as a whole
    "file-empty": "the file is empty; write these lines: `---`, `title: My headline`, `summary: 50 to 300 characters`, `date: 2026-02-28`, `authors: [My name]`, `---`, an empty line, then the text",
    "file-large": "the file is larger than {limit} bytes, the limit for a text; split it",
    "file-utf16": "the file is saved with the encoding UTF-16; save it again with UTF-8, which the dialog \"Save as\" of an editor offers",
    "file-binary": "this is not a text file; save it as plain text with the encoding UTF-8",
    "file-encoding": 'a sign here is not saved with the encoding UTF-8 (byte {byte}); save the file again with UTF-8, which the dialog "Save as" of an editor offers',
    "file-character": "the invisible character {code} is not allowed; delete the words around it, or the whole line, and type them again",
    "file-secret": "this line contains {name}; remove it, and revoke it: once it was committed, others may know it",
    "file-lost": "{code} stands for a sign or a picture that was lost when the text was saved or copied; write the word again, or delete it",
    "file-letters": "“{found}” is a letter that a program read with the wrong encoding; write the words of this line again, or paste them from the source",
    "file-conflict": "two people changed this place (a conflict marker of git); keep the words that are right, and delete the lines that start with <<<<<<<, ======= and >>>>>>>",
    # files beside texts
    "file-picture": "this is {kind}, which is not published; send it to yourself in Signal and save it from there, or take a screenshot, and add that",
    "file-document": "this is {kind}, which can hold names and is not published; write what readers need into the text, or link to where it is published",
    "file-drawing": "this is {kind}, which is not published here; a drawing belongs at content/drawings/<name>/, a picture is saved as PNG",
    "file-film": "this is {kind}, which is not published; link to where it is published, or add a still picture",
    "file-else": "this is {kind}; next to a text only pictures (jpg, png, webp, avif) may be; delete it",
    "picture-broken": "this picture is damaged or not complete; copy it here again, or take a screenshot of it and add that",
    "picture-reveals": "this picture can give away {what}; run: python3 tasks.py photos {file} (without a terminal, send it to yourself in Signal, save it from there, and add that one)",
    "picture-name": "a picture's name has small letters a to z, digits, - and _, and the ending of its format; rename this one to {better}, or run: python3 tasks.py photos {file}",
    "picture-large": "this picture has {size}, and the limit is {limit}; run: python3 tasks.py photos {file} (without a terminal, send it to yourself in Signal, save it from there, and add that one)",
    "file-deep": "too many nested quotes, lists or brackets; use fewer levels",
    "file-link": "{name} is a symbolic link, which is not followed; put the real file or folder here",
    "file-special": "{name} is neither a file nor a folder; delete it",
    "file-cloud": "{name} stands for a file that is not on this computer yet; open the folder in the sync program, let it fetch the file, and delete this one",
    "file-copy": "{name} is a second version of a file, as sync programs and file managers make them; bring over what is new in it, and delete it",
    "file-lfs": "git LFS stores {name} elsewhere, so it cannot be published; run `git lfs untrack {name}` here, and add the file again",
    "file-submodule": "{name} is another repository (a submodule), whose files are not published; put the files themselves here",
    "file-compiled": "{name} is compiled code, which nobody can review; delete it",
    "file-changed": "this file changed while the site was being built; run the command again",
    "site-mistake": "the site's code failed on this file ({error}). This is a mistake of the site, perhaps not of yours: report this line in the project's repository; until it is fixed, undo your last change here",
    "file-slow": "reading this text took longer than {limit} seconds; shorten it or undo the last change",
    # languages
    "group-no-original": "no file in {folder} is the original; delete `translated_from` in the one that was written first",
    "group-two-originals": "{other} is an original too; add `translated_from: {lang}` to the one that is a translation",
    "translation-of-nothing": "translated_from: the original is {right}, not {wrong}; write {right}",
    "translation-unlisted": "the original is in {lang}, which is not in LANGUAGES of pelicanconf.py, so this translation is not published",
    "translation-unrecorded": "it is not known which state of the original this was translated from; once it follows the original, run: python3 tasks.py translate {slug} {lang} --done",
    "translation-behind": "the original has changed since this was translated: {changes}; for the lines, run: python3 tasks.py translate {slug} {lang}",
    "translation-same": "this paragraph is still in the language of the original; translate it",
    "translation-missing": "there is no {lang} translation yet; start one with: python3 tasks.py translate {slug} {lang}",
    "translation-draft": "this translation is a draft, so readers are sent to the original",
    # pages that other pages link to
    "page-missing": "this page does not exist, so {places} cannot link to it; write it, as a text with title and summary",
    "page-draft": "this page is a draft, so {places} cannot link to it; delete `status: draft` when it is ready",
    # the path of a file
    "path-shape": "a text belongs at content/<kind>/<slug>/<language>.md, with one of the kinds {kinds}; move the file there",
    "path-kind": '"{kind}" is not a kind of text; move the folder into one of {kinds}',
    "path-slug": '"{slug}" cannot be part of an address; name the folder with small letters a to z, digits and -, at most {limit} characters',
    "path-device": '"{slug}" is a name that Windows reserves; choose another name for the folder',
    "path-reserved": '"{slug}" is the address of another part of this site; choose another name for the folder',
    "path-case": "differs from {other} only in upper and lower case, which some systems do not distinguish; rename one of them",
    "path-ending": '"{name}" is not the file name of a text; a text is named after its language: {languages}',
    "path-language": '"{lang}" is not a language of this site; name the file after one of {languages}',
    "settings-broken": "the settings cannot be read ({why}); correct this line, or undo the last change",
    "path-unlisted": '"{lang}" is not in LANGUAGES of pelicanconf.py, so this file is not published; add it there, or delete the file',
    # translation catalogues of the interface
    "catalogue-missing": "the interface has no {lang} translation; create the catalogue with: python3 tools/phrases.py",
    "catalogue-broken": "this catalogue cannot be read ({why}); open it in Poedit or undo the last change",
    "catalogue-header": 'the header of the catalogue is not that of this language and UTF-8; write "{header}\\n"',
    "phrase-long": '"{phrase}" has a translation with a line end, or one of more than {most} characters; write one line, and shorten it',
    "phrase-missing": '"{phrase}" is not translated; write the translation into the line msgstr below it',
    "phrase-fuzzy": '"{phrase}" is marked as uncertain (fuzzy); correct the translation in the line msgstr, then delete the word fuzzy above it',
    "phrase-placeholders": '"{phrase}" must contain the same placeholders as the original: {placeholders}',
    # front matter
    "front-missing": "the lines with title and summary are missing; write first: `---`, `title: My headline`, `summary: 50 to 300 characters`, `date: 2026-02-28`, `authors: [My name]`, `---`, then an empty line, and no title below",
    "front-fence": "this line must be three hyphens, ---, and nothing else; type them again (a phone may make other signs of them)",
    "front-bare": "the two lines of --- are missing; write one above this line, and one below the last line such as `title: My headline`, then an empty line",
    "front-toml": "the lines between +++ are of another program; replace both lines +++ by ---, and write each line between them with a colon, such as `title: My headline`",
    "front-no-first": "the line --- is missing above this one; a file starts with it",
    "front-not-first": "a file must start with the line --- above its title; delete everything before the ---, blanks too",
    "front-unclosed": "the lines at the top do not end; add a line --- after the last of them, and an empty line",
    "front-unclosed-heading": "the lines at the top have not ended before this heading; add a line --- and an empty line above it",
    "front-not-mapping": "between the two lines of --- there must be lines of a name, a colon and a value, such as `title: My headline`",
    "front-no-blank-line": "leave one empty line between the second --- and the text",
    "yaml-broken": "this line cannot be read ({why}); put what is behind the colon in straight quotes",
    "yaml-no-blank": "this line cannot be read: leave one plain blank behind `{sign}`",
    "yaml-no-colon": "this line cannot be read: it has no name and colon; if it goes on with the line above, indent it by two blanks, else write `name: value`",
    "yaml-open-quote": "this line cannot be read: the quote {sign} is opened, but not closed; add one at the end of the line",
    "yaml-tab": "this line cannot be read: it starts with a tab; indent it with blanks",
    "yaml-curly": 'this line cannot be read: {sign} is a letter for YAML, and no quote; write straight quotes around the value, "…"',
    "yaml-quotes": "this line cannot be read: the value ends at the second {sign}, but more follows; put the whole value in quotes of the other kind, \"…\" or '…'",
    "yaml-backslash": 'this line cannot be read: \\ has a meaning between " and "; write it twice, \\\\',
    "yaml-open-bracket": "this line cannot be read: {sign} is opened, but not closed; close it at the end of the line, or put straight quotes around all that is after the colon",
    "yaml-sign": 'this line cannot be read: what is after the colon must not start with {sign}; put straight quotes around it: "…"',
    "yaml-colon": "this line cannot be read: a colon and a blank inside a value have a meaning in YAML; put the value in straight quotes (in '…' if there is a \" in it)",
    "yaml-comma": "a comma between {{ and }} begins another field; put straight quotes around the whole value before it: `{name}: \"{value}, {word}\"`",
    "yaml-commas": "this line cannot be read: a comma follows a comma; delete one",
    "yaml-indent": "this line cannot be read: it begins at another place than the lines around it; delete the blanks before it, or begin it where they begin",
    "yaml-bullet": "this line cannot be read: {sign} does not start an entry of a list; write - and a blank instead",
    "yaml-dash": "this line cannot be read: - starts a list; write its entries on lines of their own below the name, or put the value in straight quotes",
    "yaml-comment": "# behind a blank starts a comment, which readers do not get; put the value in straight quotes (for a comment, leave two blanks before # and one behind it)",
    "yaml-null": "{name}: is empty, since `{word}` means nothing in YAML; put it in straight quotes, or delete the line",
    "yaml-two-documents": "a line --- is here once more; only two may stand at the top of a file, around its title and summary",
    "yaml-key": "a field's name must be a plain word, such as `title`; if {{ or [ belongs to a value, put the value in straight quotes",
    "yaml-twice": "`{key}` is here a second time; delete one of the two",
    # fields of front matter
    "field-missing": "is missing; add this line between the two lines of ---, with your own words: `{line}`",
    "field-missing-inside": "is missing; add this line, with your own words and as many blanks before it as the other lines of this group have: `{line}`",
    "field-or-translation": " (in a translation, add only `translated_from:` and the language of the original, such as `translated_from: en`)",
    "field-near": "`{name}`: did you mean `{near}`? Write that, or delete this line if there is one of that name already",
    "field-unknown": "`{name}` is not possible in this kind of text; delete the line (possible are {names})",
    "field-indent": "`{name}` belongs below the line `event:`; put two blanks before it",
    "field-sources": "`sources` is not possible here; write the id of each source behind the words it is for, like [@id], and delete this line",
    "field-from-path": "`{name}` comes from the folder and file name; delete this line",
    "field-shared": "`{name}` applies to all languages and belongs only in the original; delete this line",
    "record-form": "this line is not right; delete it: the next check says which line belongs here",
    "field-choice": '"{value}" is not allowed here; write {choices}',
    "field-text": "must be one line of text",
    "field-text-list": 'must be one line of text, and [ or - at its start makes a list of it; put straight quotes around all of it: "…"',
    "field-text-group": 'must be one line of text, and {{ or a colon with a blank makes more of it; put straight quotes around all of it: "…"',
    "field-empty": "is empty; write it after the colon (a line that is not needed can be deleted)",
    "field-form": "has the wrong form; compare it with the fields in CONTRIBUTING.md",
    "field-group": "must be a group of lines below it, indented by two spaces: {names}",
    "list-wanted": "must be a list; write it in brackets, with commas between the entries: [{value}]",
    "clock-form": '"{value}" is not an hour; write hour and minute, such as 14:30',
    "zone-unknown": '"{value}" is not a time zone; write continent and city, such as America/Los_Angeles or Asia/Manila',
    "language-code": '"{value}" is not the code of a language; write its two or three letters, such as es or yua',
    "event-days": "is missing; write both the first and the last day, `start` and `end`, such as 2026-02-28",
    "event-former": "this call is {state}, so write what was announced before: add `former:` with `start`, `end` and `place` as they were",
    "event-hours": "needs `starts_at` as well; write the hour at which it starts, such as 14:30",
    "event-zone": "hours need a time zone; add a line such as `time_zone: America/Los_Angeles`",
    "event-program": "{value} is not one of the days from {first} to {last}; correct it, or `start` and `end`",
    "event-updated": "this call is {state}; add a line `updated:` with the day on which you write that, so that readers and feeds see the change",
    "organization-unknown": '"{value}" is not one of the authors; write it as it is written in `authors`',
    "former-empty": "write `start` and `end`, or `place`, as they were announced before",
    "program-lines": "has {has} lines, but event.program has {wanted} times; write one line for each, in the same order",
    "program-behind": "has {has} lines, but the original has {wanted}, so readers see the original's program; translate each line",
    "day-form": '"{value}" is not a date; write only year-month-day, such as {example}, without an hour',
    "day-unreal": '"{value}" is not a day in the calendar; write an existing day, such as {example}',
    "day-year": '"{value}" has an impossible year; write a year between 1900 and 2200',
    "day-order": "`{last}` ({value}) is before `{first}`; correct one of the two days",
    "plain-markup": "must be words only, without signs such as `{found}`; delete the signs, and keep the words",
    "plain-html": "must be words only; delete each tag from < to >, such as `{found}…`, and keep the words",
    "plain-entity": "must be words only; write the sign itself, such as &, in place of `{found}`",
    "length": "has {has} {unit}; write {least} to {most}",
    # the body
    "body-empty": "there is no text after the second ---; write it, or mark the file with `status: draft`",
    "heading-one": '"{text}" has one # before it or a line of = below it, which is reserved for the title; write ## before it, and nothing below',
    "heading-gap": '"{text}" skips a level of headings; write {mark} before it, in place of its # signs',
    "heading-glued": "a heading needs one plain blank behind {mark}; without it, the signs are shown to readers",
    "heading-underlined": "{mark} right below words makes a heading of them; leave an empty line above it, or write ## before the heading",
    "indent-code": "four blanks or a tab at the start of a line make program code of it; delete them (for code, write ``` in a line before it and in a line after it)",
    "fence-open": "the code that starts with {fence} does not end; write {fence} in a line of its own after it",
    "fence-diagram": "{name} is drawn by the git host only; here its code is shown; put a picture beside the text instead",
    "block-open": "the block that starts with {mark} does not end; write {mark} in a line of its own after it",
    "block-end": "{mark} ends a block, but none is open here; delete it, or write the first line of the block, such as {mark} note | A label",
    "block-name": "`{name}` is not a block; the blocks are {names}",
    "block-form": "this is not the first line of a block; write it like {example}",
    "list-mark": "a list that goes on with another sign is another list on the git host; write {before} here too (as in the entry above), or words between the two lists",
    "table-cells": "this row has {has} cells, but the head of the table has {wanted}; delete the others, add a column, or write \\| for the sign itself",
    "table-delimiters": "this line has {has} columns, but the line above has {wanted}; write --- once for each, or it is no table",
    "sign-note": "the note {found} is not written; add a line `{found}: …`",
    "sign-note_empty": "the note [^{found}] has no words; write them behind [^{found}]: in the same line",
    "sign-citation": "{found} is not a citation; write [@id], [@id, p. 3] or [@id; @other-id] without other words, blanks or backslashes inside of the brackets",
    "sign-mark": "{found} is shown to readers here; an id stands at the end of a heading, with a blank before it: ## Heading {{#id}}",
    "sign-link_gap": "{found}: delete the blank between ] and (, or it is no link",
    "sign-link_turned": "{found}: the brackets of this link are turned; write [words](address)",
    "sign-link_open": "{found}: this link is not complete; write [words](address)",
    "sign-slashes": "{found} is shown to readers; a block starts with a line like /// note | A label, and ends with ///",
    "sign-picture_words": 'say what the picture "{found}" shows, for people who cannot see it: ![What it shows]({found})',
    "sign-link_words": "this link has no words; write [words]({found})",
    "sign-raw": "{found} is shown to readers as it is; {instead}",
    "note-unused": "nothing refers to the note [^{name}]; write [^{name}] behind the words that it belongs to, or delete it",
    "reference-unused": "nothing refers to [{name}], so readers do not see it; write [words][{name}], or [words](address) in the text",
    "heading-empty": "this heading has no words; write them, or delete it",
    "id-taken": "the page itself uses {{#{id}}}; write another name, such as {{#{id}-1}}",
    "id-form": '"#{id}" is not a valid id; use small letters, digits and hyphens, such as {{#{better}}}',
    "braces": "text in braces is read as attributes here; to show braces to readers, write \\{{{words}\\}}",
    "footnote-inside": "[^{name}] is written inside another footnote; write it on a line of its own, without spaces before it",
    "footnote-form": "[^{name}] is not a valid footnote name; use letters, digits and hyphens, such as [^1]",
    "id-twice": "{{#{id}}} stands twice on this page; change one of the two, such as to {{#{id}-2}}",
    "html-tag": "<{tag}> is HTML, which is not allowed in a text; {instead}",
    "html-attribute": "`{name}` is not allowed here; delete the braces {{…}} and what is in them",
    "html-class": "`{name}` is not possible here; delete .{name}, and the braces {{…}} if nothing else is in them",
    "html-comment": "<!-- starts a comment, which is not allowed in a text; delete it",
    "character-unknown": "{written} is not the name of a character, so readers see it as it is; write the character itself, or \\& for the sign &",
    "character-reference": "{written} is an invisible character; delete it",
    "number-long": "this number has more than {limit} digits; shorten it",
    "source-unknown": "[@{name}] is not in content/evidence/sources.yaml; correct the id, or add the source there (a contact: in contacts.yaml)",
    # drawings
    "place-drawings": "a drawing is content/drawings/<name>/ with one file for each language: {languages}",
    "drawing-broken": "this is not complete XML ({why}); save it again as plain SVG",
    "drawing-start": "{found} is not allowed in a drawing; write letters instead of signs such as &copy;, and save it again as plain SVG with the encoding UTF-8",
    "drawing-tag": "<{tag}> is not allowed in a drawing; use {tags}",
    "drawing-attribute": "`{name}` is not allowed in <{tag}> of a drawing; delete it (colours come from classes)",
    "drawing-class": "`{name}` is not a class of drawings; use {classes}",
    "drawing-unnamed": 'the drawing has no description for people who cannot see it; write <svg role="img" aria-label="…" viewBox="…">',
    "drawing-heavy": "the drawing has {size} bytes; the limit is {limit}; remove detail",
    "drawing-untranslated": "there is no drawing {path}, so readers see that of the original; draw it in this language",
    "drawing-missing": "there is no drawing {path}{near}",
    # the notice above every page
    "place-notice": "the notice above every page is content/notice/ with one file for each language: {languages}",
    "notice-fields": "the lines around its last day are missing; write first: `---`, `until: 2026-02-28`, `---`, then an empty line",
    "notice-over": "{value} is past, so no page shows this notice any more; write a later day, or delete the file",
    "notice-missing": "there is no {lang} notice, so its readers see the words of another language; write this file",
    # addresses and other files
    "address-taken": "{address} is the address of {other}; delete it here",
    "extra-name": "{name} is not published from here, where only CNAME and .well-known/security.txt may be, since the site makes its other files itself; delete it",
    "extra-content": "{name} does not contain what it must, and nothing else; write {form}",
    "evidence-kind": "sources belong in the file content/evidence/sources.yaml, contacts in contacts.yaml; move yours there and delete this file",
    "evidence-folder": "this is a folder; delete it, and put the data into a file of this name",
    "file-unreadable": "this cannot be opened ({why}); check that it exists and that you may read it",
    # evidence
    "source-id": '"{value}" is not an id; use small letters, digits and single - between them',
    "source-issued": '"{value}" is not a date; write a year, year-month or year-month-day, such as 2023-11',
    "source-url": '"{value}" is not a web address; write the whole address with https://, such as https://example.org/join, or delete the field',
    "source-title": "write either `title`, as the source has it, or `described`, with your words for it in each language, such as {example}",
    "source-twice": "the id {id} is already used in line {line} of {path}; choose another one",
    "words-language": "`{field}` has no entry for `{lang}`, so its readers see the words of another language; add one",
    "contact-form": "the site makes the link itself; write {value}",
    "contact-ended": "this contact ended on {day}; ask whether it still holds and write new days (`checked_on`, `ends_on`), or delete it here and where it is used",
    # words that give people away
    "private-way": "Nobody can ask for a removal without an account of the git host yet: once maintainers read an address, write it into {path}, with the id {id}.",
    "personal-data": "this looks like {what}: if it harms nobody that everybody can read it, write it into content/evidence/contacts.yaml and its id here, like [@id]; else delete it",
    "personal-name": "the name of this file or folder looks like {what}; choose another one",
    # the front page's data (almanac.yaml)
    "almanac-text": "there is no public text {text}, so this entry has no link; write `text` as its folder, such as background/nafta, or delete the entry",
    "almanac-mark": "there is no section #{mark} in {text}, so this entry leads to its first line; write the id of a heading as `mark`",
    # links
    "link-better": '"{link}" is not a file of this site; write {better}',
    "link-blank": '"{link}": a blank cannot stand in an address; write %20 instead',
    "link-empty": "this link has no address; write one between the round brackets, or delete [ ] ( ) and keep the words",
    "link-scheme": '"{link}" uses a scheme that is not allowed; write an address with https://, or the path to another text, such as ../../background/ipef/en.md',
    "link-broken": '"{link}" is not a complete address; write it like https://www.example.org/page, or mailto: and one address without ?',
    "link-user": '"{link}" leads to the host after the @, which readers do not expect; write the address without @ and what is before it',
    "link-letters": '"{link}" has a host with letters that can look like others; write its form that starts with xn--, which browsers show',
    "link-form": '"{link}" is not a path from this file to another one of this site; write it like ../../background/ipef/en.md#size',
    "link-outside": '"{link}" leads out of content/, where the texts are; link to another text, such as ../../background/ipef/en.md, or to an address with https://',
    "link-missing": '"{link}" points to {path}, which does not exist{near}',
    "link-untranslated": '"{link}" is not translated yet; readers get a page that leads to the original',
    "link-fragment": "there is no #{fragment} on this page; write {{#{fragment}}} after the heading it leads to, or delete the link and keep its words",
    "link-far-fragment": '"{link}": there is no #{fragment} in {path}; ids are set with {{#…}} after headings',
    "link-draft": '"{link}" points to {path}, which is not public yet; add the link when it is',
    "picture-form": '"{link}" is not a picture; write the name of a jpg, png, webp or avif file beside the text',
    "picture-credit": '"{link}" says not who made it and under which licence; write below it, with an empty line around each: /// caption, then: What it shows. Photo: Name, CC BY 4.0, then ///',
    "picture-data": "this picture is written into the text; save it as a file beside the text, write ![What it shows](name.jpg), and delete this line",
    "picture-outside": '"{link}" would load a picture from another host; put the picture next to the text and link it by its name',
    "old-address": '"{value}" is not an old address of this text; write what stands behind the name of the site, such as analysis/old-name, or delete the line',
}


# What to write instead of tags of raw HTML; "" is for all others.
_ADVICE = {
    "a": "write [words](address)",
    "abbr": "write *[NAFTA]: North American Free Trade Agreement in a line of its own",
    "aside": "write /// note | A label, then the text, then ///",
    "b strong": "write **words**",
    "blockquote": "write > before each line",
    "br": "write a backslash (\\) at the end of the line before",
    "code kbd": "write `words`",
    "details summary": "write /// details | A label, then the text, then ///",
    "em i": "write *words*",
    "h1 h2 h3 h4 h5 h6": "write ## before the heading",
    "hr": "write --- in a line of its own",
    "img": "write ![what the picture shows](file.jpg)",
    "li ol ul": "write - or 1. before each entry",
    "p": "leave an empty line between paragraphs",
    "pre": "write ``` in a line before the code and in a line after it",
    "span": "for words in another language write *words*{lang=es}",
    "sub": "write the sign itself, such as CO₂",
    "sup": "write the sign itself, such as m²",
    "table tbody td th thead tr": "write | between the cells of each line",
    "u": "delete it",
}
MARKDOWN_FOR = {tag: advice for tags, advice in _ADVICE.items() for tag in tags.split()}
MARKDOWN_FOR[""] = "delete all of it, to its end tag if it has one; for the sign < itself write &lt;, for << and >> write « and »"

# Values that authors copy into their file, so they are never shortened.
UNSHORTENED_VALUES = {"record", "header", "file"}


def format_message(key: str, /, **values: object) -> str:
    """The message `key` with its values filled in. Braces inside values are not interpreted."""
    return MESSAGES[key].format_map({name: value if name in UNSHORTENED_VALUES else shorten(value) for name, value in values.items()})


def shorten(value: object, max_length: int = 120) -> str:
    """`value` as one printable line of at most `max_length` characters."""
    text = printable(" ".join(str(value)[: 10 * max_length].split()))
    return text if len(text) <= max_length else text[: max_length - 1] + "…"


def printable(text: str) -> str:
    """`text` with every unprintable character replaced by its escape, such as \\u202e, so that terminals do not obey it."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
