"""The file of a new text to start from: it passes the check, and stays a draft until its author says otherwise."""

from __future__ import annotations

EVENT = """event:
  start: {start}
  end: {end}
  place: {place}
"""
FRONT_MATTER = {
    "calls": "# called_by: the organization that calls, if it is not you\n{event}",
    "analysis": "question: What is the question?\nanswer:\n  - One to three short lines.\n",
    "background": "question: What is the question?\nanswer:\n  - One to three short lines.\n",
    "pages": "",
}
DATED = "date: {day}\nauthors:\n  - The editors of this site\n"
SUMMARY = "One or two sentences for lists and search engines, 50 to 300 characters long."
BODY = "Write here. Put the source behind each claim: CONTRIBUTING.md shows how.\n"


def skeleton(
    kind: str, day: str, title: str = "A short title", summary: str = SUMMARY, place: str = "Town, region", start: str = "", end: str = ""
) -> str:
    """The source of a new text. `day`: its date; `start`, `end`, `place`: of a call. Days: YYYY-MM-DD, `day` by default."""
    event = EVENT.format(start=start or day, end=end or start or day, place=quoted(place))
    own = FRONT_MATTER[kind].replace("{event}", event)
    head = f"title: {quoted(title)}\nsummary: {quoted(summary)}\n{'' if kind == 'pages' else DATED.format(day=day)}{own}"
    return f"---\n{head}status: draft  # delete this line when the text is ready\n---\n\n{BODY}"


def quoted(text: str) -> str:
    """A value as YAML reads it back, whatever signs it has."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
