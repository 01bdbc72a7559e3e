"""YAML as far as people need it: mappings, lists and plain text, each with the line where it stands.

Every scalar stays the text that was typed, so that `title: No` is a title and `date: 10` is not a date by
accident; the models decide what a text means. Anchors, aliases and tags are refused: they build bombs and objects.
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
    """`value`: dict, list, str or None. `lines`: the line of each path of keys and list positions."""

    value: object
    lines: dict[tuple, int] = field(default_factory=dict)

    def line(self, path: tuple) -> int:
        """The line of `path`, else of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def empty_paths(self) -> list[tuple]:
        """The paths of all fields and list entries that have a name or a dash and no value."""
        found, waiting = [], [((), self.value)]
        while waiting:
            path, value = waiting.pop()
            if path and value is None:
                found.append(path)
            inner = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
            waiting += [((*path, key), part) for key, part in inner]
        return found


def parse_yaml(text: str, first_line: int = 1) -> YamlDocument:
    """Read one YAML document that starts at line `first_line` of its file.

    Raises Fault, with the line in the file, for broken YAML and for everything this subset leaves out.
    """
    builder = _TreeBuilder(first_line)
    try:
        for event in yaml.parse(text, Loader=Loader):
            builder.handle_event(event)
    except yaml.MarkedYAMLError as error:
        # An open quote or bracket is found at the end of the text; it is to be mended where it was opened.
        ended = "end of stream" in (error.problem or "")
        mark = (error.context_mark if ended else None) or error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        raise Fault(line, format_message("yaml-broken", why=error.problem or error.context or "")) from None
    except yaml.YAMLError as error:
        raise Fault(first_line, format_message("yaml-broken", why=str(error).splitlines()[0])) from None
    return YamlDocument(builder.result, builder.lines)


class _TreeBuilder:
    """Builds plain values from the parser's events; a stack instead of recursion keeps depth harmless."""

    def __init__(self, first_line: int):
        self.first_line = first_line
        self.result = None
        self.lines: dict[tuple, int] = {}
        self.stack: list[list] = []  # [container, path, key waiting for its value]
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
            return self.add_key(event, line)
        if isinstance(event, yaml.ScalarEvent):
            made = None if event.implicit[0] and event.value in NULLS else event.value
        else:
            made = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self.attach(made)
        self.lines.setdefault(path, line)
        if isinstance(made, (dict, list)):
            self.stack.append([made, path, None])

    def attach(self, made: object) -> tuple:
        """Put a value where the document is just now; returns its path."""
        if not self.stack:
            self.result = made
            return ()
        container, path, key = self.stack[-1]
        if isinstance(container, list):
            container.append(made)
            return (*path, len(container) - 1)
        container[key] = made
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
