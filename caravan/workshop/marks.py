"""Parts of a page that a task writes: they stand between two marks, and everything around them belongs to people."""

from __future__ import annotations

from pathlib import Path


def write(page: Path, name: str, task: str, body: str) -> None:
    """Put `body` between the marks of the part `name`, which `task` makes; a page without them gets them at its end."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    page.write_text(written(text, name, task, body), encoding="utf-8")


def written(text: str, name: str, task: str, body: str) -> str:
    """`text` with `body` between the marks. Raises ValueError where a mark stands alone or twice."""
    start, end = f"<!-- {name}: made by `python3 tasks.py {task}` -->", f"<!-- end of {name} -->"
    part = f"{start}\n\n{body.strip()}\n\n{end}"
    if (text.count(start), text.count(end)) == (0, 0):
        return f"{text.rstrip()}\n\n{part}\n".lstrip()
    before, found, rest = text.partition(start)
    inside, closed, after = rest.partition(end)
    if not (found and closed) or end in before or any(start in rest or end in rest for rest in (inside, after)):
        raise ValueError(f"The marks of {name} do not stand once each, in order: {start} … {end}")
    return f"{before}{part}{after}"
