"""Write the fields of front matter as JSON Schema and as a table, and generated sections in general.

A generated section of a Markdown page is the text between two HTML comments; the rest of the page is written by people.
"""

from __future__ import annotations

if __name__ == "__main__":  # first of all, since the rest needs the packages of .venv
    import environment

import json
from pathlib import Path

from pydantic import BaseModel

from caravan.reading.schema import KINDS, TRANSLATION_SCHEMAS


def write(page: Path, name: str, command: str, body: str) -> None:
    """Write the section `name` of `page`; a page without it gets it at the end. `command`: writes it."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    page.write_text(replace_section(text, name, command, body), encoding="utf-8")


def replace_section(text: str, name: str, command: str, body: str) -> str:
    """`text` with `body` in its section `name`. Raises ValueError if not exactly one start and one end comment exist."""
    start, end = f"<!-- {name}: made by `{command}` -->", f"<!-- end of {name} -->"
    section = f"{start}\n\n{body.strip()}\n\n{end}"
    if (text.count(start), text.count(end)) == (0, 0):
        return f"{text.rstrip()}\n\n{section}\n".lstrip()
    if (text.count(start), text.count(end)) != (1, 1) or text.index(start) > text.index(end):
        raise ValueError(f"The section {name} must have these two comments once, in this order: {start} … {end}")
    before, _, rest = text.partition(start)
    return f"{before}{section}{rest.partition(end)[2]}"


SCHEMA = "docs/front-matter.schema.json"
TABLE = "CONTRIBUTING.md"
DESCRIBE = "python3 tools/schema_docs.py"
# The order of fields. Has every field of every schema (a test checks that).
FIELD_ORDER = (
    "title", "summary", "date", "authors", "organizations", "event", "called_by", "reason", "bring", "program", "question", "answer",
    "certainty", "updated", "status", "formerly", "translated_from", "made_from", "translated_by", "reviewed_by",
)  # fmt: skip


def schema() -> str:
    """A JSON Schema (2020-12) for the front matter of every file: an original of any kind, or a translation."""
    definitions: dict[str, dict] = {}
    choices = []
    translation_models = {f"{kind} translation": model for kind, model in TRANSLATION_SCHEMAS.items()}
    for name, model in {**KINDS, **translation_models}.items():
        definition = model.model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
        definitions.update(definition.pop("$defs", {}))
        definition["title"] = name
        definitions[model.__name__] = definition
        choices.append({"$ref": f"#/$defs/{model.__name__}"})
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Front matter of a text",
        "anyOf": [choice for index, choice in enumerate(choices) if choice not in choices[:index]],
        "$defs": definitions,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def table() -> str:
    """A Markdown table with the fields of all kinds."""
    rows = ["| field | where | what it says | example |", "|---|---|---|---|"]
    models: dict[str, type[BaseModel]] = {**KINDS, "translations": TRANSLATION_SCHEMAS["analysis"]}
    for field in FIELD_ORDER:
        fields = {name: model.model_fields[field] for name, model in models.items() if field in model.model_fields}
        info = next(iter(fields.values()))
        kinds = ", ".join(f"**{name}**" if field_info.is_required() else name for name, field_info in fields.items())
        rows.append(f"| `{field}` | {kinds} | {info.description or ''} | {example(info.examples)} |")
    return "\n".join([*rows, "", "**Bold**: the field is required."])


def example(examples: list | None) -> str:
    if not examples:
        return ""
    value = examples[0]
    return f"`[{', '.join(value)}]`" if isinstance(value, list) else f"`{value}`"


def describe(root: Path) -> list[str]:
    """Write the schema and the table; returns the paths of both files."""
    (root / SCHEMA).write_text(schema(), encoding="utf-8")
    write(root / TABLE, "fields", DESCRIBE, table())
    return [SCHEMA, TABLE]


if __name__ == "__main__":
    environment.run(lambda: print("\n".join(describe(environment.ROOT))), __doc__)
