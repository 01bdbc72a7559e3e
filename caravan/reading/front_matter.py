"""The YAML between `---` lines at the top of a text: cut out, read, checked against the model of its kind."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from .messages import say
from .model import FROM_PATH, KINDS, Made
from .plain_yaml import Document, parse
from .problems import Fault

FENCE = "---"


@dataclass(frozen=True)
class Parts:
    """A file cut in two. `body_line` is the line of the file where the body starts."""

    document: Document
    body: str
    body_line: int


def split(source: str) -> Parts:
    """Cut `source` (line ends already `\\n`) into front matter and body.

    Raises Fault when there is no front matter, when it does not end, or when it is not a mapping.
    """
    lines = source.split("\n")
    if lines[0].rstrip() != FENCE:
        raise Fault(1, no_fence(lines))
    for number, line in enumerate(lines[1:], 2):
        if line.rstrip() == FENCE:
            break
        if line.startswith("## "):
            raise Fault(number, say("front-unclosed-heading"))
    else:
        raise Fault(1, say("front-unclosed"))
    body_line = number + 1
    document = parse("\n".join(lines[1 : number - 1]), first_line=2)
    if not isinstance(document.value, dict):
        raise Fault(2, say("front-not-mapping"))
    if body_line <= len(lines) and lines[body_line - 1].strip():
        raise Fault(body_line, say("front-no-blank-line"))
    return Parts(document, "\n".join(lines[body_line - 1 :]), body_line)


def no_fence(lines: list[str]) -> str:
    """Why the first line is not the start of front matter."""
    first = lines[0].strip()
    if not any(line.strip() for line in lines):
        return say("file-empty")
    if first == "+++":
        return say("front-toml")
    if any(line.rstrip() == FENCE for line in lines[:20]):
        return say("front-not-first")
    return say("front-missing")


def validate(model: type[BaseModel], document: Document) -> tuple[BaseModel | None, list[Fault]]:
    """Check a document against `model`; returns the model's instance, or None and one Fault for each mistake."""
    faults = []
    try:
        value = model.model_validate(document.value)
    except ValidationError as error:
        value, details = None, error.errors()
        faults = [fault(model, document, detail) for detail in details if not says_empty(detail)]
        refused = {detail["loc"] for detail in details if detail["type"] == "extra_forbidden"}
    else:
        refused = set()
    for path in document.empty():
        if path not in refused:
            faults.append(Fault(document.line(path), f"{dotted(path)}: {say('field-empty')}"))
    return (None if faults else value), faults


def says_empty(detail: dict) -> bool:
    """Whether one of pydantic's errors is about a field without a value, which `validate` names for every field."""
    return detail["input"] is None and detail["loc"] and detail["type"] not in ("missing", "extra_forbidden")


def dotted(path: tuple) -> str:
    return ".".join(str(part) for part in path if not isinstance(part, int)) or "front matter"


def fault(model: type[BaseModel], document: Document, detail: dict) -> Fault:
    """One of pydantic's errors in our words."""
    path = tuple(detail["loc"])
    if detail["type"] == "ours" and detail["ctx"]["at"]:
        path = (*path, detail["ctx"]["at"])
    name = dotted(path)
    match detail["type"]:
        case "ours":
            words = detail["ctx"]["sentence"]
        case "missing":
            return Fault(document.line(path[:-1]) if len(path) > 1 else 1, f"{name}: {say('field-missing', name=path[-1])}")
        case "extra_forbidden":
            return Fault(document.line(path), unknown(model, path, name))
        case "literal_error":
            words = say("field-choice", value=detail["input"], choices=detail["ctx"]["expected"])
        case "string_type":
            words = say("field-text")
        case "tuple_type" | "list_type":
            words = say("list-wanted", value=detail["input"])
        case "model_type" | "model_attributes_type" | "dict_type":
            words = say("field-group", names=", ".join(f"`{key}`" for key in known(model, path)))
        case _:
            words = say("field-form")
    return Fault(document.line(path), f"{name}: {words}")


def known(model: type[BaseModel], path: tuple) -> list[str]:
    """The fields allowed inside `path`."""
    for part in path:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        inner = field and [a for a in (field.annotation, *getattr(field.annotation, "__args__", ())) if isinstance(a, type)]
        model = next((a for a in inner or () if issubclass(a, BaseModel)), model)
    return [field.alias or name for name, field in model.model_fields.items()]


def unknown(model: type[BaseModel], path: tuple, name: str) -> str:
    if path[-1] in FROM_PATH and len(path) == 1:
        return say("field-from-path", name=name)
    if issubclass(model, Made) and len(path) == 1 and any(name in kind.model_fields for kind in KINDS.values()):
        return say("field-shared", name=name)
    names = {field.lower(): field for field in known(model, path[:-1])}
    near = difflib.get_close_matches(str(path[-1]).lower(), names, n=1, cutoff=0.65)
    if near:
        return say("field-near", name=name, near=names[near[0]])
    return say("field-unknown", name=name, names=", ".join(names.values()))
