"""A subset of YAML: mappings, lists and strings, with the line of each value.

Scalars stay the text that was typed (`title: No` is a string, not a boolean); the schemas convert them. Anchors, aliases and
tags are refused, since they allow exponential expansion and arbitrary objects.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml

from caravan.reading.limits import FORBIDDEN_CHARACTERS, MAX_FIELDS, YAML_DEPTH
from caravan.reading.problems import Fault, format_message

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NULL_TAG = "tag:yaml.org,2002:null"


@dataclass
class YamlDocument:
    """A parsed document. `value` is a dict, list, str or None; `lines` maps each path of keys and list indexes to its line.

    `faults` are what could not be read, and `unreadable` the names of the fields that are not in `value` for that.
    """

    value: object
    lines: dict[tuple, int] = field(default_factory=dict)
    empty_paths: list[tuple] = field(default_factory=list)  # of all fields and list entries without a value
    faults: list[Fault] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)

    def line(self, path: tuple) -> int:
        """The line of `path`, or of the nearest enclosing value that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def parse_yaml(text: str, first_line: int = 1) -> YamlDocument:
    """Parse one YAML document that starts at line `first_line` of its file.

    Raises Fault, with the line in the file, for invalid YAML and for everything outside the subset.
    """
    try:
        check_events(text, first_line)
        root = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as error:
        # The parser notices an unclosed quote or bracket at the end of the text; the author needs the line where it opens.
        at_end = "end of stream" in (error.problem or "")
        mark = (error.context_mark if at_end else None) or error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        raise Fault(line, format_message("yaml-broken", why=error.problem or error.context or "")) from None
    except yaml.YAMLError as error:
        raise Fault(first_line, format_message("yaml-broken", why=str(error).splitlines()[0])) from None
    document = YamlDocument(None)
    if root:
        document.value = add_node(document, root, (), first_line)
    return document


def parse_fields(text: str, first_line: int) -> YamlDocument:
    """Parse a mapping of fields like `parse_yaml`; of one with a fault, each field alone, so that no fault hides those in others."""
    try:
        return parse_yaml(text, first_line)
    except Fault as fault:
        first_fault = fault
    document, line = YamlDocument({}), first_line
    entries = re.split(r"(?m)^(?=[^ \n#\-\]}])", text)
    if len(entries) > MAX_FIELDS:
        raise first_fault
    for entry in entries:
        name = re.match(r"\w*", entry)[0]
        try:
            part = parse_yaml(entry, line)
            if isinstance(part.value, dict):
                if part.value.keys() & document.value.keys():
                    raise Fault(line, format_message("yaml-twice", key=name))
                document.value.update(part.value)
                document.lines.update(part.lines)
                document.empty_paths += part.empty_paths
            elif part.value is not None:
                raise Fault(line, format_message("front-not-mapping"))
        except Fault as fault:
            document.faults.append(fault)
            document.unreadable |= {name} - document.value.keys()
        line += entry.count("\n")
    document.faults = document.faults or [first_fault]
    return document


def check_events(text: str, first_line: int) -> None:
    """Raise Fault for what `yaml.compose` must not see: deep nesting, on which it recurses without a limit, and aliases."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=Loader):
        line = first_line + event.start_mark.line
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise Fault(line, format_message("yaml-two-documents"))
        elif isinstance(event, yaml.NodeEvent):
            if event.anchor:  # also of an alias
                raise Fault(line, format_message("yaml-anchor"))
            if event.tag and event.tag != "!":
                raise Fault(line, format_message("yaml-tag", tag=event.tag))
            if depth >= YAML_DEPTH:
                raise Fault(line, format_message("yaml-deep", limit=YAML_DEPTH))
            depth += isinstance(event, yaml.CollectionStartEvent)


def add_node(document: YamlDocument, node: yaml.Node, path: tuple, first_line: int) -> object:
    """The plain value of `node`; adds the lines of everything in it to `document`. Raises Fault for a bad or repeated key."""
    document.lines.setdefault(path, first_line + node.start_mark.line)
    if isinstance(node, yaml.SequenceNode):
        return [add_node(document, item, (*path, index), first_line) for index, item in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode):
        if forbidden := FORBIDDEN_CHARACTERS.search(node.value):  # written as an escape
            raise Fault(first_line + node.start_mark.line, format_message("file-character", code=f"U+{ord(forbidden[0]):04X}"))
        if node.tag != NULL_TAG:
            return node.value
        if path:
            document.empty_paths.append(path)
        return None
    mapping = {}
    for key, value in node.value:
        line = first_line + key.start_mark.line
        if not isinstance(key, yaml.ScalarNode) or not key.value or FORBIDDEN_CHARACTERS.search(key.value):
            raise Fault(line, format_message("yaml-key"))
        if key.value in mapping:
            raise Fault(line, format_message("yaml-twice", key=key.value))
        document.lines[*path, key.value] = line
        mapping[key.value] = add_node(document, value, (*path, key.value), first_line)
    return mapping
