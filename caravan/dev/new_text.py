"""The command `new`: lays the folder of a new text, with a file to start from.

The file passes the check, and stays a draft until its author says otherwise.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from invoke import Exit

from caravan.build.command import load_settings
from caravan.reading.front_matter import split_source, validate
from caravan.reading.paths import parse_path
from caravan.reading.schema import KINDS
from caravan.site.settings import language_settings, today

# What is asked when it is not typed as an option, and an example of the answer.
QUESTIONS = {
    "kind": f"What is it ({', '.join(KINDS)})", "name": "Its name in the address, such as march-to-the-pier", "lang": "Its language",
    "title": "Its title", "summary": "One or two sentences about it", "place": "Where it takes place: town, region",
    "start": "Its first day, such as 2027-03-20", "end": "Its last day",
}  # fmt: skip
FOR_CALLS = ("place", "start", "end")
DATED = "date: {day}\nauthors:\n  - The editors of this site\n"
QUESTION = "question: What is the question?\nanswer:\n  - One to three short lines.\n"
CALL = "# called_by: the organization that calls, if it is not you\nevent:\n  start: {start}\n  end: {end}\n  place: {place}\n"
FRONT_MATTER = {"calls": DATED + CALL, "analysis": DATED + QUESTION, "background": DATED + QUESTION, "pages": ""}
SUMMARY = "One or two sentences for lists and search engines, 50 to 300 characters long."
BODY = "Write here. Put the source behind each claim: CONTRIBUTING.md shows how.\n"


def new_text(root: Path, answers: dict[str, str], ask: Callable[[str], str] = input) -> str:
    """Write the file of a new text; returns a sentence about it.

    `answers`: by the keys of QUESTIONS. What is missing is asked at a terminal. Raises Exit for a wrong answer.
    """
    languages = language_settings(load_settings(root / "pelicanconf.py"))
    answers = {**answers, "lang": answers["lang"] or languages.home}
    for name in QUESTIONS:
        if answers[name] or name in FOR_CALLS and answers["kind"] != "calls":
            continue
        if ask is not input or sys.stdin.isatty():
            answers[name] = ask(f"{QUESTIONS[name]}: ").strip()
        elif name != "summary":  # which can be written later
            raise Exit(f"Write --{name} as well: {QUESTIONS[name]}.")
    path = parse_path(PurePosixPath("content", answers["kind"], answers["name"], f"{answers['lang']}.md"), languages)
    if isinstance(path, str):
        raise Exit(path)
    file = root / path.source_path
    if file.parent.exists():
        raise Exit(f"{path.folder} exists already; choose another name, or write {path.source_path} yourself.")
    source = skeleton(answers)
    _, faults = validate(KINDS[answers["kind"]], split_source(source).document)
    if faults:
        raise Exit("\n".join(fault.message for fault in faults))
    file.parent.mkdir(parents=True)
    file.write_text(source, encoding="utf-8")
    return f"{path.source_path} was created: write the text there, then delete the line `status: draft`."


def skeleton(answers: dict[str, str]) -> str:
    """The source of a new text; an example stands in place of what was not answered."""
    day, place = today().isoformat(), quoted(answers["place"] or "Town, region")
    start = answers["start"] or day
    fields = FRONT_MATTER[answers["kind"]].format(day=day, start=start, end=answers["end"] or start, place=place)
    head = f"title: {quoted(answers['title'] or 'A short title')}\nsummary: {quoted(answers['summary'] or SUMMARY)}\n{fields}"
    return f"---\n{head}status: draft  # delete this line when the text is ready\n---\n\n{BODY}"


def quoted(text: str) -> str:
    """A value as YAML reads it back, whatever signs it has: YAML reads strings of JSON."""
    return json.dumps(text, ensure_ascii=False)
