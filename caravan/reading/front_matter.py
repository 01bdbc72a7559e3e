"""Front matter: the YAML between `---` lines at the top of a text, parsed and validated against the schema of its kind."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from caravan.reading.problems import Fault, format_message, printable
from caravan.reading.schema import KINDS, PATH_FIELDS, Call, Event, TranslationFields
from caravan.reading.yaml_subset import YamlDocument, parse_fields

FENCE = "---"
NEAR_TOP = 20  # a line of --- in the first lines of a file belongs to its front matter
FIELD = re.compile(r"\w+:")
FENCE_LIKE = re.compile(r"[-–—.*_=~+`]{1,9}\s*")  # what a phone or another program makes of ---
# What other programs call a field, and what to write here.
FOREIGN_FIELDS = {
    "título": "title", "titulo": "title", "resumen": "summary", "fecha": "date", "autor": "authors", "autores": "authors",
    "estado": "status", "traductor": "translated_by", "pamagat": "title", "buod": "summary", "petsa": "date",
    "description": "summary", "excerpt": "summary", "subtitle": "summary", "lastmod": "updated", "modified": "updated",
    "translator": "translated_by", "reviewer": "reviewed_by", "aliases": "formerly", "redirect_from": "formerly",
    "draft": "status: draft", "published": "status: draft",
    "event.date": "start", "event.when": "start", "event.location": "place", "event.where": "place",
}  # fmt: skip


@dataclass(frozen=True)
class SplitSource:
    """A source split into front matter and body. `body_line` is the line of the file where the body starts."""

    document: YamlDocument
    body: str
    body_line: int


def split_source(source: str) -> SplitSource:
    """Split `source` (with `\\n` line ends) into front matter and body.

    Mistakes in the lines around it are faults of the document. Raises Fault if there is no front matter, or no mapping in it.
    """
    lines, faults = source.split("\n"), []
    last = next((number for number, line in enumerate(lines) if not line.strip()), len(lines)) - 1  # before the first empty line
    for number in (0, last) if last > 0 and FIELD.match(lines[1]) else ():
        if FENCE_LIKE.fullmatch(lines[number]) and lines[number].rstrip() != FENCE:
            faults.append(Fault(number + 1, format_message("front-fence")))
            lines[number] = FENCE
    fences = [number for number, line in enumerate(lines, 1) if line.rstrip() == FENCE]
    start = 1
    if fences[:1] != [1]:
        faults.append(Fault(1, missing_fence_message(lines)))
        near_top = [number for number in fences if number <= NEAR_TOP]
        if not near_top:
            raise faults[0]
        start = 0 if FIELD.match(lines[0]) else near_top[0] if len(near_top) > 1 else 1
    heading = next((number for number, line in enumerate(lines, 1) if number > start and line.startswith("## ")), len(lines) + 1)
    end = next((number for number in fences if number > start), heading)
    if end >= heading:  # the second line of --- is missing: the fields end at the first empty line
        end = next((number for number in range(start + 1, heading) if not lines[number - 1].strip()), heading)
        is_heading = heading <= len(lines)
        faults.append(Fault(heading if is_heading else 1, format_message("front-unclosed-heading" if is_heading else "front-unclosed")))
        if end > len(lines):
            raise faults[0]
    elif end < len(lines) and lines[end].strip():
        faults.append(Fault(end + 1, format_message("front-no-blank-line")))
    document = parse_fields("\n".join(lines[start : end - 1]), first_line=start + 1)
    if not isinstance(document.value, dict):
        raise next(iter(faults), Fault(start + 1, format_message("front-not-mapping")))
    document.faults += faults
    return SplitSource(document, "\n".join(lines[end:]), end + 1)


def missing_fence_message(lines: list[str]) -> str:
    """The error message for a source whose first line is not `---`."""
    first = lines[0].strip()
    if first == "+++":
        return format_message("front-toml")
    if any(line.rstrip() == FENCE for line in lines[:NEAR_TOP]):
        return format_message("front-no-first" if FIELD.match(first) else "front-not-first")
    if FIELD.match(first):
        return format_message("front-bare")
    return format_message("front-missing")


def validate(model: type[BaseModel], document: YamlDocument) -> tuple[BaseModel | None, list[Fault]]:
    """Validate a document against `model`. Returns the instance, or None, and one Fault for each error."""
    faults = list(document.faults)
    try:
        value = model.model_validate(document.value)
    except ValidationError as error:
        found = [{**one, "ctx": ctx} for one in error.errors() for ctx in (one.get("ctx"), *(one.get("ctx") or {}).get("also", ()))]
        value, details = None, [detail for detail in found if not is_known_error(detail, document)]
        meant = {(*detail["loc"][:-1], near_field(model, detail["loc"])) for detail in details if detail["type"] == "extra_forbidden"}
        faults += [to_fault(model, document, detail) for detail in details if path_of(detail) not in meant - document.lines.keys()]
        # Refused as a whole, so that what is empty in it is not told too.
        refused = {"extra_forbidden": object, "string_type": (list, dict)}
        unknown = {detail["loc"] for detail in details if isinstance(detail["input"], refused.get(detail["type"], ()))}
        unknown |= {("event",) for detail in details if belongs_to_event(model, detail["loc"])}
    else:
        unknown = set()
    for path in document.empty_paths:
        if not unknown.intersection(path[:length] for length in range(1, len(path) + 1)):
            faults.append(Fault(document.line(path), f"{dotted_name(path)}: {format_message('field-empty')}"))
    return (None if faults else value), faults


def is_known_error(detail: dict, document: YamlDocument) -> bool:
    """Whether a pydantic error is about a field that cannot be read, or that has no value, which `validate` reports itself."""
    path = path_of(detail)
    if document.unreadable.intersection(path[:1]) or (detail["type"] == "message" and path in document.empty_paths):
        return True
    return detail["input"] is None and detail["loc"] and detail["type"] not in ("missing", "extra_forbidden")


def dotted_name(path: tuple) -> str:
    """The name of a field for messages, such as `event.start`; positions in lists are left out."""
    return printable(".".join(str(part) for part in path if not isinstance(part, int))) or "front matter"


def path_of(detail: dict) -> tuple:
    """The path of the field that a pydantic error is about (see `field_error`)."""
    at = detail["ctx"]["at"] if detail["type"] == "message" else ""
    return at if isinstance(at, tuple) else (*detail["loc"], at) if at else tuple(detail["loc"])


def to_fault(model: type[BaseModel], document: YamlDocument, detail: dict) -> Fault:
    """A pydantic error as a Fault with a message for authors."""
    path = path_of(detail)
    name = dotted_name(path)
    match detail["type"]:
        case "message":
            message = detail["ctx"]["message"]
        case "missing":
            key = "field-missing-inside" if len(path) > 1 else "field-missing"
            message = format_message(key, line=f"{path[-1]}: {example_of(model, path)}")
            message += format_message("field-or-translation") if path in (("date",), ("authors",)) else ""
            return Fault(document.line(path[:-1]) if len(path) > 1 else 1, f"{name}: {message}")
        case "extra_forbidden":
            return Fault(document.line(path), unknown_field_message(model, path, name))
        case "literal_error":
            message = format_message("field-choice", value=detail["input"], choices=detail["ctx"]["expected"].replace("'", ""))
        case "string_type":
            kinds = {list: "field-text-list", dict: "field-text-group"}
            message = format_message(kinds.get(type(detail["input"]), "field-text"))
        case "tuple_type" | "list_type":
            message = format_message("list-wanted", value=detail["input"])
        case "model_type" | "model_attributes_type" | "dict_type":
            message = format_message("field-group", names=", ".join(f"`{key}`" for key in fields_in(model, path)))
        case _:
            message = format_message("field-form")
    return Fault(document.line(path), f"{name}: {message}")


def example_of(model: type[BaseModel], path: tuple) -> str:
    """What an author can write as the value of the field at `path`."""
    examples = next((field.examples for name, field in fields_in(model, path[:-1]).items() if name == path[-1]), None)
    return "…" if not examples else examples[0] if isinstance(examples[0], str) else json.dumps(examples[0], ensure_ascii=False)


def fields_in(model: type[BaseModel], path: tuple) -> dict[str, FieldInfo]:
    """The fields that are allowed inside `path`, by the names that authors write."""
    for part in path:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        annotations = (field.annotation, *getattr(field.annotation, "__args__", ())) if field else ()
        types = [annotation for annotation in annotations if isinstance(annotation, type)]
        model = next((inner for inner in types if issubclass(inner, BaseModel)), model)
    return {field.alias or name: field for name, field in model.model_fields.items()}


def unknown_field_message(model: type[BaseModel], path: tuple, name: str) -> str:
    """The error message for a field that the schema does not have; suggests a similar name if there is one."""
    if path[-1] in PATH_FIELDS and len(path) == 1:
        return format_message("field-from-path", name=name)
    if issubclass(model, TranslationFields) and len(path) == 1 and any(name in kind.model_fields for kind in KINDS.values()):
        return format_message("field-shared", name=name)
    names = fields_in(model, path[:-1])
    if near := near_field(model, path):
        return format_message("field-near", name=name, near=near)
    if belongs_to_event(model, path):
        return format_message("field-indent", name=name)
    if path[-1] == "sources":
        return format_message("field-sources")
    return format_message("field-unknown", name=name, names=", ".join(names))


def belongs_to_event(model: type[BaseModel], path: tuple) -> bool:
    """Whether the field of a call at `path` is one of `event`, and not indented."""
    return issubclass(model, Call) and len(path) == 1 and path[0] in Event.model_fields and path[0] not in model.model_fields


def near_field(model: type[BaseModel], path: tuple) -> str:
    """What is probably meant by the unknown field at `path`, "" if nothing is near."""
    names = {field.lower(): field for field in fields_in(model, path[:-1])}
    name = str(path[-1]).lower()
    foreign = FOREIGN_FIELDS.get(dotted_name((*path[:-1], name)), "")
    if foreign.partition(":")[0] in names:
        return foreign
    near = () if belongs_to_event(model, path) else difflib.get_close_matches(name, names, n=1, cutoff=0.65)
    return names[near[0]] if near else ""
