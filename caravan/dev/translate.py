"""The commands `translations` and `translate`: list open translations, start one, list what is behind, mark it as up to date."""

from __future__ import annotations

import contextlib
import itertools
import re
import tempfile
import textwrap
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from invoke import Exit

from caravan.dev.check_command import load_project
from caravan.git import PublishError, Repository
from caravan.reading.article import Article, TextBlock
from caravan.reading.front_matter import split_source
from caravan.reading.limits import decode
from caravan.reading.problems import count
from caravan.reading.translations import TranslationGroup, check_translations, describe_block, source_fingerprints

LINE_WIDTH = 96  # of the field made_from
SIMILAR = 0.4  # from 0 to 1: a paragraph with less in common is another one
MAX_VERSIONS = 200  # of the original that are searched for the one that a translation was made from; each takes some milliseconds
# The fields that a translation starts with: a line that begins with their name, and those that belong to it.
TRANSLATED = re.compile(r"^(?:title|summary|question|answer|certainty):.*\n(?:(?![^\s#-]).*\n)*", re.MULTILINE)
MADE_FROM = re.compile(r"^made_from:.*\n(?:[ \t]+\S.*\n)*", re.MULTILINE)


def print_open_translations(root: Path) -> None:
    """Print what `check` says about translations, and each one that no native speaker has read over."""
    library, todo = load_project(root), []
    for group in library.groups.values():
        todo += check_translations(group, library.languages, library.results)
        for article in group.articles.values():
            if not article.is_original and not article.front.reviewed_by:
                todo.append(f"{article.content_path.source_path}: not reviewed by a native speaker")
    print(*todo, f"{len(todo)} to do" if todo else "Nothing to do.", sep="\n")


def translate(root: Path, slug: str, lang: str, done: bool = False) -> str:
    """Create the file of a new translation, or list what is behind in an existing one; returns what to print.

    `slug`: with or without the kind. `done`: mark an existing one as made from the present original. Raises Exit for an
    unknown article or language.
    """
    library = load_project(root)
    languages = library.languages.languages
    if lang not in languages:
        raise Exit(f"{lang} is not a language of this site; write one of {', '.join(languages)}.")
    groups = {f"{kind}/{slug}": group for (kind, slug), group in library.groups.items()}
    matches = [name for name in groups if slug in (name, name.split("/")[1])]
    if len(matches) != 1:
        raise Exit(f"{slug} is not a text of this site that can be read; write one of: {', '.join(sorted(groups))}.")
    group = groups[matches[0]]
    path = root / group.original.content_path.folder / f"{lang}.md"
    if group.original.content_path.lang == lang:
        raise Exit(f"{path.relative_to(root).as_posix()} is the original.")
    if path.exists():
        return mark_current(root, path, group) if done else describe_changes(root, group, lang)
    path.write_text(new_translation(root, group), encoding="utf-8")
    return f"{path.relative_to(root).as_posix()} was created: translate each paragraph, then delete the line `status: draft`."


def describe_changes(root: Path, group: TranslationGroup, lang: str) -> str:
    """What has changed in the original since it was translated into `lang`: each paragraph with its line, before and now."""
    article, lines = group.articles.get(lang), []
    if article and article.front.made_from:
        diff, source = group.diff(lang), group.original.content_path.source_path
        if not diff:
            return "Nothing has changed in the original since this was translated."
        before = recorded_blocks(root, group.original, set(article.front.made_from))
        if before:
            lines = compare(before, group.original, article)
        else:
            lines = [f"{source}:{block.line or 1}: {describe_block(block)} is new or has changed" for block in diff.changed]
            if diff.removed:
                lines.append(f"{count(diff.removed, 'paragraph')} of the translation may have to go or to change: the original has other ones")
    last = f"Once the translation follows the original, run: python3 tasks.py translate {group.kind}/{group.slug} {lang} --done"
    return "\n".join([*lines, last])


Block = tuple[TextBlock, str]  # with its words in the file


def recorded_blocks(root: Path, original: Article, recorded: set[str]) -> list[Block]:
    """The blocks of the newest version of the original in git's history that has all `recorded` ones; empty without one."""
    from caravan.reading.parser import BodyParser, parse_file

    path = original.content_path.source_path
    with contextlib.suppress(PublishError), tempfile.TemporaryDirectory() as folder:
        repository, file, parser = Repository(root), Path(folder) / "old.md", BodyParser()
        for commit in repository.output("log", f"-{MAX_VERSIONS}", "--format=%H", "--", path).split():
            old_source = repository.run("show", f"{commit}:./{path}", check=False).stdout
            file.write_text(old_source, encoding="utf-8", errors="surrogateescape")
            old = parse_file(file, original.content_path, parser).article
            if old and recorded <= {block.fingerprint for block in old.body.blocks}:
                return blocks_with_words(old)
    return []


def blocks_with_words(article: Article) -> list[Block]:
    """The blocks of an article, those of fields with their line too, and what its file says there."""
    lines, fields = decode(article.file.read_bytes()).split("\n"), article.field_lines
    blocks = [replace(block, line=block.line or fields.line((block.name,))) for block in article.body.blocks]
    ends = sorted({block.line for block in blocks} | {line for path, line in fields.lines.items() if len(path) == 1})
    ends = [*ends, *(number for number, line in enumerate(lines, 1) if line == "---"), len(lines) + 1]
    return [(block, " ".join(" ".join(lines[block.line - 1 : min(end for end in ends if end > block.line) - 1]).split())) for block in blocks]


def compare(old: list[Block], original: Article, translation: Article) -> list[str]:
    """For each block of the original that has changed: where it is, in the translation too, its old words (-) and its new ones (+)."""
    path, new, translated = original.content_path.source_path, blocks_with_words(original), blocks_with_words(translation)
    places = [f", {translation.content_path.source_path}:{block.line}" for block, _ in translated if len(translated) == len(old)]
    names = {block.fingerprint for block, _ in new}
    gone = {words: place for (block, words), place in itertools.zip_longest(old, places, fillvalue="") if block.fingerprint not in names}
    lines = []
    for block, words in new:
        if block.fingerprint not in {block.fingerprint for block, _ in old}:
            [before] = get_close_matches(words, gone, 1, SIMILAR) or [None]
            lines.append(f"{path}:{block.line}{gone.pop(before, '')}: {'has changed' if before else 'is new'}")
            lines += [f"  - {before}"] * bool(before) + [f"  + {words}"]
    for words, place in gone.items():
        lines += [f"{path}{place}: is gone", f"  - {words}"]
    return lines


def new_translation(root: Path, group: TranslationGroup) -> str:
    """The source of a new translation: the text of the original, marked as a draft, with the field made_from."""
    original = decode((root / group.original.content_path.source_path).read_bytes())
    parts = split_source(original)
    front = "\n".join([*original.split("\n")[1 : parts.body_line - 2], ""])
    state = f"translated_from: {group.original.content_path.lang}\nstatus: draft\n"
    return f"---\n{''.join(TRANSLATED.findall(front))}{state}{made_from_field(group)}---\n{parts.body}"


def mark_current(root: Path, path: Path, group: TranslationGroup) -> str:
    """Write the field made_from for the current original into an existing translation."""
    text = decode(path.read_bytes())
    parts = split_source(text)
    lines = text.split("\n")
    front = "\n".join(lines[: parts.body_line - 2]) + "\n"
    front = MADE_FROM.sub("", front) + made_from_field(group)
    path.write_text("\n".join([front.rstrip("\n"), *lines[parts.body_line - 2 :]]), encoding="utf-8")
    return f"{path.relative_to(root).as_posix()} is marked as made from the current original."


def made_from_field(group: TranslationGroup) -> str:
    """The field `made_from`, wrapped at LINE_WIDTH."""
    field = f"made_from: {source_fingerprints(group.original.body.blocks)}"
    return textwrap.fill(field, LINE_WIDTH, subsequent_indent="  ") + "\n"
