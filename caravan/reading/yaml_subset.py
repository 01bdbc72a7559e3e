"""A subset of YAML: mappings, lists and strings, with the line of each value.

Scalars stay the text that was typed (`title: No` is a string, not a boolean); the schemas convert them. Anchors, aliases and
tags are refused, since they allow exponential expansion and arbitrary objects.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

from caravan.reading.limits import YAML_DEPTH
from caravan.reading.problems import Fault, format_message

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NULLS = {"", "~", "null", "Null", "NULL"}


@dataclass
class YamlDocument:
    """A parsed document. `value` is a dict, list, str or None; `lines` maps each path of keys and list indexes to its line."""

    value: object
    lines: dict[tuple, int] = field(default_factory=dict)

    def line(self, path: tuple) -> int:
        """The line of `path`, or of the nearest enclosing value that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def empty_paths(self) -> list[tuple]:
        """The paths of all fields and list entries without a value."""
        paths, pending = [], [((), self.value)]
        while pending:
            path, value = pending.pop()
            if path and value is None:
                paths.append(path)
            children = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
            pending += [((*path, key), child) for key, child in children]
        return paths


def parse_yaml(text: str, first_line: int = 1) -> YamlDocument:
    """Parse one YAML document that starts at line `first_line` of its file.

    Raises Fault, with the line in the file, for invalid YAML and for everything outside the subset.
    """
    builder = _TreeBuilder(first_line)
    try:
        for event in yaml.parse(text, Loader=Loader):
            builder.handle_event(event)
    except yaml.MarkedYAMLError as error:
        # The parser notices an unclosed quote or bracket at the end of the text; the author needs the line where it opens.
        at_end = "end of stream" in (error.problem or "")
        mark = (error.context_mark if at_end else None) or error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        raise Fault(line, format_message("yaml-broken", why=error.problem or error.context or "")) from None
    except yaml.YAMLError as error:
        raise Fault(first_line, format_message("yaml-broken", why=str(error).splitlines()[0])) from None
    return YamlDocument(builder.result, builder.lines)


class _TreeBuilder:
    """Builds plain values from the parser's events, with a stack instead of recursion, so that deep input cannot overflow."""

    def __init__(self, first_line: int):
        self.first_line = first_line
        self.result = None
        self.lines: dict[tuple, int] = {}
        self.stack: list[list] = []  # [container, path, key whose value comes next]
        self.documents = 0

    def handle_event(self, event: yaml.Event) -> None:
        line = self.first_line + event.start_mark.line
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise Fault(line, format_message("yaml-two-documents"))
        elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Fault(line, format_message("yaml-anchor"))
        elif isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)):
            if event.tag and event.tag != "!":
                raise Fault(line, format_message("yaml-tag", tag=event.tag))
            self.add_value(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()

    def add_value(self, event: yaml.Event, line: int) -> None:
        if len(self.stack) >= YAML_DEPTH:
            raise Fault(line, format_message("yaml-deep", limit=YAML_DEPTH))
        if self.stack and isinstance(self.stack[-1][0], dict) and self.stack[-1][2] is None:
            self.add_key(event, line)
            return
        if isinstance(event, yaml.ScalarEvent):
            value = None if event.implicit[0] and event.value in NULLS else event.value
        else:
            value = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self.attach(value)
        self.lines.setdefault(path, line)
        if isinstance(value, (dict, list)):
            self.stack.append([value, path, None])

    def attach(self, value: object) -> tuple:
        """Add a value to the innermost open container; returns the value's path."""
        if not self.stack:
            self.result = value
            return ()
        container, path, key = self.stack[-1]
        if isinstance(container, list):
            container.append(value)
            return (*path, len(container) - 1)
        container[key] = value
        self.stack[-1][2] = None
        return (*path, key)

    def add_key(self, event: yaml.Event, line: int) -> None:
        container, path, _ = self.stack[-1]
        if not isinstance(event, yaml.ScalarEvent) or not event.value:
            raise Fault(line, format_message("yaml-key"))
        if event.value in container:
            raise Fault(line, format_message("yaml-twice", key=event.value))
        self.stack[-1][2] = event.value
        self.lines[(*path, event.value)] = line
