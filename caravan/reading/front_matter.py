"""The YAML between `---` lines at the top of a text: cut out, read, checked against the model of its kind."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from caravan.reading.problems import Fault, format_message
from caravan.reading.schema import KINDS, PATH_FIELDS, TranslationFields
from caravan.reading.yaml_subset import YamlDocument, parse_yaml

FENCE = "---"


@dataclass(frozen=True)
class SplitSource:
    """A file cut in two. `body_line` is the line of the file where the body starts."""

    document: YamlDocument
    body: str
    body_line: int


def split_source(source: str) -> SplitSource:
    """Cut `source` (line ends already `\\n`) into front matter and body.

    Raises Fault when there is no front matter, when it does not end, or when it is not a mapping.
    """
    lines = source.split("\n")
    if lines[0].rstrip() != FENCE:
        raise Fault(1, missing_fence_message(lines))
    for number, line in enumerate(lines[1:], 2):
        if line.rstrip() == FENCE:
            break
        if line.startswith("## "):
            raise Fault(number, format_message("front-unclosed-heading"))
    else:
        raise Fault(1, format_message("front-unclosed"))
    body_line = number + 1
    document = parse_yaml("\n".join(lines[1 : number - 1]), first_line=2)
    if not isinstance(document.value, dict):
        raise Fault(2, format_message("front-not-mapping"))
    if body_line <= len(lines) and lines[body_line - 1].strip():
        raise Fault(body_line, format_message("front-no-blank-line"))
    return SplitSource(document, "\n".join(lines[body_line - 1 :]), body_line)


def missing_fence_message(lines: list[str]) -> str:
    """Why the first line is not the start of front matter."""
    first = lines[0].strip()
    if not any(line.strip() for line in lines):
        return format_message("file-empty")
    if first == "+++":
        return format_message("front-toml")
    if any(line.rstrip() == FENCE for line in lines[:20]):
        return format_message("front-not-first")
    return format_message("front-missing")


def validate(model: type[BaseModel], document: YamlDocument) -> tuple[BaseModel | None, list[Fault]]:
    """Check a document against `model`; returns the model's instance, or None and one Fault for each mistake."""
    faults = []
    try:
        value = model.model_validate(document.value)
    except ValidationError as error:
        value, details = None, error.errors()
        faults = [to_fault(model, document, detail) for detail in details if not is_empty_value_error(detail)]
        refused = {detail["loc"] for detail in details if detail["type"] == "extra_forbidden"}
    else:
        refused = set()
    for path in document.empty_paths():
        if path not in refused:
            faults.append(Fault(document.line(path), f"{dotted_name(path)}: {format_message('field-empty')}"))
    return (None if faults else value), faults


def is_empty_value_error(detail: dict) -> bool:
    """Whether one of pydantic's errors is about a field without a value, which `validate` names for every field."""
    return detail["input"] is None and detail["loc"] and detail["type"] not in ("missing", "extra_forbidden")


def dotted_name(path: tuple) -> str:
    return ".".join(str(part) for part in path if not isinstance(part, int)) or "front matter"


def to_fault(model: type[BaseModel], document: YamlDocument, detail: dict) -> Fault:
    """One of pydantic's errors in our words."""
    path = tuple(detail["loc"])
    if detail["type"] == "ours" and detail["ctx"]["at"]:
        path = (*path, detail["ctx"]["at"])
    name = dotted_name(path)
    match detail["type"]:
        case "ours":
            words = detail["ctx"]["sentence"]
        case "missing":
            return Fault(document.line(path[:-1]) if len(path) > 1 else 1, f"{name}: {format_message('field-missing', name=path[-1])}")
        case "extra_forbidden":
            return Fault(document.line(path), unknown_field_message(model, path, name))
        case "literal_error":
            words = format_message("field-choice", value=detail["input"], choices=detail["ctx"]["expected"])
        case "string_type":
            words = format_message("field-text")
        case "tuple_type" | "list_type":
            words = format_message("list-wanted", value=detail["input"])
        case "model_type" | "model_attributes_type" | "dict_type":
            words = format_message("field-group", names=", ".join(f"`{key}`" for key in known_fields(model, path)))
        case _:
            words = format_message("field-form")
    return Fault(document.line(path), f"{name}: {words}")


def known_fields(model: type[BaseModel], path: tuple) -> list[str]:
    """The fields allowed inside `path`."""
    for part in path:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        inner = field and [a for a in (field.annotation, *getattr(field.annotation, "__args__", ())) if isinstance(a, type)]
        model = next((a for a in inner or () if issubclass(a, BaseModel)), model)
    return [field.alias or name for name, field in model.model_fields.items()]


def unknown_field_message(model: type[BaseModel], path: tuple, name: str) -> str:
    if path[-1] in PATH_FIELDS and len(path) == 1:
        return format_message("field-from-path", name=name)
    if issubclass(model, TranslationFields) and len(path) == 1 and any(name in kind.model_fields for kind in KINDS.values()):
        return format_message("field-shared", name=name)
    names = {field.lower(): field for field in known_fields(model, path[:-1])}
    near = difflib.get_close_matches(str(path[-1]).lower(), names, n=1, cutoff=0.65)
    if near:
        return format_message("field-near", name=name, near=names[near[0]])
    return format_message("field-unknown", name=name, names=", ".join(names.values()))
