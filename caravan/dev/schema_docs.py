"""Parts of a page that a task writes: they stand between two marks, and everything around them belongs to people.

The model of front matter, described for editors' programs (JSON Schema) and for people (a table).
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel

from caravan.reading.schema import FIELD_ORDER, KINDS, TRANSLATION_SCHEMAS


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


SCHEMA = "docs/front-matter.schema.json"
TABLE = "CONTRIBUTING.md"


def schema() -> str:
    """One JSON Schema (2020-12) for the front matter of every text: an original of any kind, or a translation."""
    definitions: dict[str, dict] = {}
    choices = []
    for name, model in {**KINDS, **{f"{kind} translation": made for kind, made in TRANSLATION_SCHEMAS.items()}}.items():
        made = model.model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
        definitions.update(made.pop("$defs", {}))
        made["title"] = name
        definitions[model.__name__] = made
        choices.append({"$ref": f"#/$defs/{model.__name__}"})
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Front matter of a text",
        "anyOf": [choice for index, choice in enumerate(choices) if choice not in choices[:index]],
        "$defs": definitions,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def table() -> str:
    """The fields of all kinds as a Markdown table."""
    rows = ["| field | where | what it says | example |", "|---|---|---|---|"]
    models: dict[str, type[BaseModel]] = {**KINDS, "translations": TRANSLATION_SCHEMAS["analysis"]}
    for field in FIELD_ORDER:
        having = {name: model for name, model in models.items() if field in model.model_fields}
        info = next(iter(having.values())).model_fields[field]
        needed = [name for name, model in having.items() if model.model_fields[field].is_required()]
        where = ", ".join(f"**{name}**" if name in needed else name for name in having)
        rows.append(f"| `{field}` | {where} | {info.description or ''} | {example(info.examples)} |")
    return "\n".join([*rows, "", "In **bold** where the field must stand."])


def example(examples: list | None) -> str:
    if not examples:
        return ""
    value = examples[0]
    return f"`[{', '.join(value)}]`" if isinstance(value, list) else f"`{value}`"


def described(text: str) -> str:
    """CONTRIBUTING with the table of today between its two marks."""
    return written(text, "fields", "describe", table())


def describe(root: Path) -> list[str]:
    """Write both descriptions; returns the paths."""
    (root / SCHEMA).write_text(schema(), encoding="utf-8")
    page = root / TABLE
    page.write_text(described(page.read_text(encoding="utf-8")), encoding="utf-8")
    return [SCHEMA, TABLE]
