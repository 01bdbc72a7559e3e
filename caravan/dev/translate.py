"""For translators: what waits, a new file to write over, and the mark that a translation is up to date."""

from __future__ import annotations

import re
from pathlib import Path

from invoke import Exit

import pelicanconf
from caravan.dev.check_command import load_project
from caravan.reading import translations
from caravan.reading.front_matter import split_source
from caravan.reading.limits import decode
from caravan.reading.translations import TranslationGroup

WIDTH = 96  # of the lines of a record
RECORD = re.compile(r"^made_from:.*\n(?:[ \t]+\S.*\n)*", re.MULTILINE)


def groups_by_name(root: Path) -> dict[str, TranslationGroup]:
    return {f"{kind}/{slug}": work for (kind, slug), work in load_project(root).groups.items()}


def print_open_translations(root: Path) -> None:
    """Print each text and language that somebody could work on."""
    waiting = 0
    for name, work in groups_by_name(root).items():
        for lang in pelicanconf.LANGUAGES:
            state = translation_todo(work, lang)
            if state:
                waiting += 1
                print(f"{name} {lang}: {state}")
    print(f"{waiting} to do" if waiting else "Nothing to do.")


def translation_todo(work: TranslationGroup, lang: str) -> str:
    """What is to be done for `work` in `lang`, or an empty string."""
    if lang in work.drafts:
        return "draft"
    if lang not in work.articles:
        return "missing"
    text = work.articles[lang]
    if text.is_original:
        return ""
    distance = work.diff(lang)
    if distance:
        names = "; ".join(f"{piece.name} (line {piece.line})" if piece.line else piece.name for piece in distance.changed)
        return f"behind: {names}" + (f"; {distance.removed} gone" if distance.removed else "")
    if not text.front.made_from:
        return "nobody knows from which state it was made"
    return "" if text.front.reviewed_by else "not read over by a native speaker"


def translate(root: Path, slug: str, lang: str) -> str:
    """Lay the file of a new translation, or mark an existing one as made from today's original."""
    if lang not in pelicanconf.LANGUAGES:
        raise Exit(f"{lang} is not a language of this site; write one of {', '.join(pelicanconf.LANGUAGES)}.")
    known = groups_by_name(root)
    matches = [name for name in known if slug in (name, name.split("/")[1])]
    if len(matches) != 1:
        raise Exit(f"{slug} is not a text that can be read here; write one of: {', '.join(sorted(known))}.")
    work = known[matches[0]]
    path = root / work.original.content_path.folder / f"{lang}.md"
    if work.original.content_path.lang == lang:
        raise Exit(f"{path.relative_to(root).as_posix()} is the original.")
    if path.exists():
        return mark_current(root, path, work)
    path.write_text(new_translation(root, work), encoding="utf-8")
    return f"{path.relative_to(root).as_posix()} is laid: replace each paragraph, then delete the line `status: draft`."


def new_translation(root: Path, work: TranslationGroup) -> str:
    """A new translation: the original's own words, marked as a draft, and the record of what it is made from."""
    original = decode((root / work.original.content_path.source_path).read_bytes())
    parts = split_source(original)
    words = {"title", "summary", "question", "answer", "certainty"}
    lines, keep = [], False
    for line in original.split("\n")[1 : parts.body_line - 2]:
        if line[:1].strip() and not line.startswith(("-", "#")):
            keep = line.partition(":")[0] in words
        if keep:
            lines.append(line)
    made = [f"translated_from: {work.original.content_path.lang}", "status: draft", made_from_field(work).rstrip("\n")]
    return "\n".join(["---", *lines, *made, "---", parts.body])


def mark_current(root: Path, path: Path, work: TranslationGroup) -> str:
    """Write the record of today's original into an existing translation."""
    text = decode(path.read_bytes())
    parts = split_source(text)
    lines = text.split("\n")
    front = "\n".join(lines[: parts.body_line - 2]) + "\n"
    front = RECORD.sub("", front) + made_from_field(work)
    path.write_text("\n".join([front.rstrip("\n"), *lines[parts.body_line - 2 :]]), encoding="utf-8")
    return f"{path.relative_to(root).as_posix()} is marked as made from today's original."


def made_from_field(work: TranslationGroup) -> str:
    """The field `made_from`, folded to lines of a readable length."""
    prints = translations.source_fingerprints(work.original.blocks).split()
    rows, row = [], "made_from:"
    for fingerprint in prints:
        if len(row) + 7 > WIDTH:
            rows.append(row)
            row = " "
        row += f" {fingerprint}"
    return "\n".join([*rows, row]) + "\n"
