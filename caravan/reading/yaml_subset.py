"""A subset of YAML: mappings, lists and strings, with the line of each value.

Scalars stay the text that was typed (`title: No` is a string, not a boolean); the schemas convert them. Anchors, aliases and
tags are refused, since they allow exponential expansion and arbitrary objects.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

import yaml

from caravan.reading.limits import FORBIDDEN_CHARACTERS, MAX_FIELDS, MISPLACED_CHARACTERS, YAML_DEPTH
from caravan.reading.problems import Fault, format_message

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NULL_TAG = "tag:yaml.org,2002:null"
# A value and a comment that is meant as one: two blanks before, and one behind; one blank is enough behind a day or a word such as draft.
COMMENT = re.compile(r"(?:.*  |[a-z\d:-]+ +)# ")
START = r"\s*(?:- +)*+(?:[\w-]+ *:(?: +|$))?+"  # of a line, up to its value
# What a line has that YAML does not read, and the key of the message, whose {sign} is the group.
SLIPS = tuple((re.compile(pattern), key) for pattern, key in (
    (r"\s*(?:- +)*+([\w-]+:)(?=[^ \t/])", "yaml-no-blank"),
    (r"\s*(-)(?=[^\s-])", "yaml-no-blank"),
    (r"(?=[^\s#-])(?![\w-]+ *:(?:\s|$)).*", "yaml-no-colon"),
    (START + r"""(?=(["']))(?:"(?:[^"\\]|\\.)*|'[^']*)$""", "yaml-open-quote"),
    (r" *\t", "yaml-tab"),
    (START + r"(?=.*(?::(?: |$)| #))([“”„«‘’])", "yaml-curly"),
    (START + r"""(["'])(?:(?!\1).)*\1\s*[^\s#]""", "yaml-quotes"),
    (START + r'".*\\', "yaml-backslash"),
    (r"\s*([*+]) ", "yaml-bullet"),
    (START + "(-) ", "yaml-dash"),
    (r".*\s(#)", "yaml-comment"),
    (START + r"([\[{])[^\]}]*$", "yaml-open-bracket"),
    (START + r"([\[{](?=[^\]}]*[\]}] *[^\s#])|[-\]}@`%>|&*!?,])", "yaml-sign"),
    (START + r"\S.*:(?:\s|$)", "yaml-colon"),
    (r".*[\[{,] *(,)", "yaml-commas"),
    (r'(?:[^"]*"[^"]*")*[^"]*(")[^"]*$', "yaml-open-quote"),
))  # fmt: skip
INDENT = ((re.compile(r" +(?:- |[\w-]+:)"), "yaml-indent"),)  # if there is nothing else
EARLIER = 4  # the first ones, which the parser may notice in a later line


@dataclass
class YamlDocument:
    """A parsed document. `value` is a dict, list, str or None; `lines` maps each path of keys and list indexes to its line.

    `empty_paths`: of all fields and list entries without a value. `faults` are what could not be read, or is in part a comment, and
    `unreadable` the names of the fields that are not in `value` for that.
    """

    value: object
    lines: dict[tuple, int] = field(default_factory=dict)
    empty_paths: list[tuple] = field(default_factory=list)
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
        raise yaml_fault(error, text.split("\n"), first_line) from None
    except yaml.YAMLError as error:
        raise Fault(first_line, format_message("yaml-broken", why=str(error).splitlines()[0])) from None
    document = YamlDocument(None)
    if root:
        document.value = add_node(document, root, (), first_line, text.split("\n"))
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
        name = re.match(r"\s*(\w*)", entry)[1]
        try:
            part = parse_yaml(entry, line)
            if isinstance(part.value, dict):
                if part.value.keys() & document.value.keys():
                    raise Fault(line, format_message("yaml-twice", key=name))
                document.value.update(part.value)
                document.lines.update(part.lines)
                document.empty_paths += part.empty_paths
                document.faults += part.faults
            elif part.value is not None:
                raise find_slip(entry.split("\n"), 0, line) or Fault(line, format_message("front-not-mapping"))
        except Fault as fault:
            document.faults.append(fault)
            document.unreadable |= {name, *re.findall(r"(?m)^ +(\w+):", entry)} - document.value.keys()
        line += entry.count("\n")
    document.faults = document.faults or [first_fault]
    return document


def yaml_fault(error: yaml.MarkedYAMLError, lines: list[str], first_line: int) -> Fault:
    """The fault for invalid YAML, with the line and the cause as the author sees them, where SLIPS has it."""
    # The parser notices an open bracket and a line without a colon below it; the author needs the line itself.
    opened = re.search("flow|quoted|simple key", error.context or "") and error.context_mark
    mark = opened or error.problem_mark or error.context_mark
    number = min(mark.line, len(lines) - 1) if mark else 0
    broken = Fault(first_line + number, format_message("yaml-broken", why=error.problem or error.context or ""))
    return find_slip(lines, number, first_line) or broken


def find_slip(lines: list[str], number: int, first_line: int) -> Fault | None:
    """The fault for the first of SLIPS in line `number` (from 0), or one in a line above that the parser notices late."""
    earlier = [(line, SLIPS[:EARLIER]) for line in range(number - 1, -1, -1)]
    for line, slips in [(number, SLIPS), *earlier, (number, INDENT)]:
        for pattern, key in slips:
            if match := pattern.match(lines[line]):
                return Fault(first_line + line, format_message(key, sign=match[match.lastindex or 0].strip()))
    return None


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
                raise Fault(line, format_message("yaml-sign", sign="& or *"))
            if event.tag:
                raise Fault(line, format_message("yaml-sign", sign=event.tag.replace("tag:yaml.org,2002:", "!!")))
            if depth >= YAML_DEPTH:
                raise Fault(line, format_message("file-deep"))
            depth += isinstance(event, yaml.CollectionStartEvent)


def add_node(document: YamlDocument, node: yaml.Node, path: tuple, first_line: int, source: list[str]) -> object:
    """The plain value of `node`; adds the lines and faults of everything in it to `document`. `source`: the lines of the text.

    Raises Fault for a bad or repeated key.
    """
    document.lines.setdefault(path, first_line + node.start_mark.line)
    if isinstance(node, yaml.SequenceNode):
        return [add_node(document, item, (*path, index), first_line, source) for index, item in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode):
        hidden = FORBIDDEN_CHARACTERS.search(node.value) or MISPLACED_CHARACTERS.search(node.value)  # written as an escape
        if hidden:
            raise Fault(first_line + node.start_mark.line, format_message("file-character", code=f"U+{ord(hidden[0]):04X}"))
        line, rest = first_line + node.end_mark.line, source[node.end_mark.line][node.end_mark.column :]
        if not node.style and rest.lstrip().startswith("#") and not COMMENT.match(node.value + rest):
            document.faults.append(Fault(line, format_message("yaml-comment")))
            return node.value or None
        if node.value and node.tag == NULL_TAG:
            name = ".".join(part for part in path if isinstance(part, str))
            document.faults.append(Fault(line, format_message("yaml-null", name=name, word=node.value)))
            return None
        if node.tag != NULL_TAG:
            return unicodedata.normalize("NFC", node.value)  # what an escape wrote
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
        if value.start_mark.index == key.end_mark.index and mapping:  # no colon: a comma of the value before
            before = [*mapping][-1]
            document.faults.append(Fault(line, format_message("yaml-comma", name=before, value=mapping[before], word=key.value)))
            continue
        document.lines[*path, key.value] = line
        mapping[key.value] = add_node(document, value, (*path, key.value), first_line, source)
    return mapping
