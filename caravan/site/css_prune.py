"""Removes the rules of a style sheet that cannot match in a page. A rule is kept unless that is certain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

# A string, a delimiter, or a run of other characters.
TOKEN = re.compile(r'"[^"]*"|\'[^\']*\'|[{};]|[^{};"\']+')
NESTING_AT_RULES = ("@layer", "@media", "@container", "@supports")
# These match the HTML of our templates and of the sanitizer: lower-case names, values in double quotes.
CLASS_ATTRIBUTE, START_TAG = re.compile(r' class="([^"]+)"'), re.compile(r"<([a-z][a-z0-9]*)")
SIMPLE_SELECTOR = re.compile(
    r"\.(?P<class>[a-zA-Z][\w-]*)|\[(?P<attribute>[\w-]+)[^]]*\]|(?<![\w:.#-])(?P<tag>[a-z][a-z0-9]*)"
)
CUSTOM_PROPERTY, VAR_REFERENCE = re.compile(r"(?<=[{;])(--[\w-]+):[^;}]*;?"), re.compile(r"var\((--[\w-]+)")
EMPTY_RULE = re.compile(r"(?:(?<=[{};])|^)[^{};]+\{\}")


class StyleError(ValueError):
    """A style sheet cannot be parsed."""


@dataclass(frozen=True)
class CssRule:
    """A rule with a block of declarations or of nested rules; a statement such as `@layer a;` has neither."""

    prelude: str
    declarations: str | None = None
    rules: tuple[CssRule, ...] | None = None


def parse_css(css: str) -> tuple[CssRule, ...]:
    """The rules of a minified style sheet. Rules nested in a style rule stay part of its declarations.

    Raises StyleError for unbalanced braces.
    """
    stack: list[list[CssRule]] = [[]]
    preludes: list[str] = []
    text, depth = "", 0  # depth: of braces inside a style rule
    for token in TOKEN.findall(css):
        if depth:
            depth += (token == "{") - (token == "}")
            if not depth:
                stack[-1].append(CssRule(preludes.pop(), declarations=text))
            text = text + token if depth else ""
        elif token == "{":
            preludes.append(text.strip())
            text = ""
            if preludes[-1].startswith(NESTING_AT_RULES):
                stack.append([])
            else:
                depth = 1
        elif token == "}":
            if len(stack) == 1:
                raise StyleError("a brace is closed that was never opened")
            nested = tuple(stack.pop())
            stack[-1].append(CssRule(preludes.pop(), rules=nested))
        elif token == ";":
            stack[-1].append(CssRule(text.strip()))
            text = ""
        else:
            text += token
    if preludes or text.strip():
        raise StyleError("the file ends inside a rule; close its brace")
    return tuple(stack[0])


def selector_names(rules: tuple[CssRule, ...]) -> frozenset[str]:
    """The tags, classes and attributes in the selectors of `rules`, as `tag`, `.class` and `[attribute]`."""
    names: set[str] = set()
    for rule in rules:
        if rule.rules is not None:
            names |= selector_names(rule.rules)
        elif rule.declarations is not None and not rule.prelude.startswith("@"):
            names |= names_in_selector(rule.prelude)
    return frozenset(names)


def names_in_selector(selector: str) -> set[str]:
    """The names in one selector: `li.stop > a[aria-current]::before` has `li`, `.stop`, `a` and `[aria-current]`."""
    formats = {"class": ".{}", "attribute": "[{}]", "tag": "{}"}
    return {formats[match.lastgroup].format(match[match.lastgroup]) for match in SIMPLE_SELECTOR.finditer(selector)}


def names_in_html(html: str, known_names: frozenset[str]) -> frozenset[str]:
    """The names of `known_names` that occur in a page."""
    classes = {f".{name}" for value in set(CLASS_ATTRIBUTE.findall(html)) for name in value.split()}
    attributes = {name for name in known_names if name[0] == "[" and f" {name[1:-1]}" in html}
    return known_names & (classes | set(START_TAG.findall(html)) | attributes)


def prune(rules: tuple[CssRule, ...], names: frozenset[str]) -> tuple[CssRule, ...]:
    """The rules that can match in a page with the tags, classes and attributes `names`."""
    pruned = []
    for rule in rules:
        if rule.rules is not None:
            nested = prune(rule.rules, names)
            if nested:
                pruned.append(CssRule(rule.prelude, rules=nested))
        elif rule.declarations is None or rule.prelude.startswith("@"):
            pruned.append(rule)
        else:
            selectors = [selector for selector in split_selectors(rule.prelude) if can_match(selector, names)]
            if selectors:
                pruned.append(CssRule(",".join(selectors), declarations=rule.declarations))
    return tuple(pruned)


def can_match(selector: str, names: frozenset[str]) -> bool:
    """Whether a selector can match in a page with `names`; of the arguments of `:is()` and `:where()`, one must match."""
    plain, functions = split_functions(selector)
    alternatives = [split_selectors(arguments) for name, arguments in functions if name in ("is", "where")]
    return names_in_selector(plain) <= names and all(
        any(can_match(argument, names) for argument in arguments) for arguments in alternatives
    )


def split_functions(selector: str) -> tuple[str, list[tuple[str, str]]]:
    """A selector without its functional pseudo-classes, and the name and arguments of each of these."""
    plain, functions, name, depth, start = "", [], "", 0, 0
    for index, char in enumerate(selector):
        if char == "(":
            if not depth:
                plain, _, name = plain.rpartition(":")
                start = index + 1
            depth += 1
        elif char == ")":
            depth -= 1
            if not depth:
                functions.append((name, selector[start:index]))
        elif not depth:
            plain += char
    return plain, functions


def split_selectors(selector_list: str) -> list[str]:
    """The selectors of a list. Commas inside brackets do not separate."""
    selectors, depth = [""], 0
    for char in selector_list:
        depth += (char in "([") - (char in ")]")
        if char == "," and not depth:
            selectors.append("")
        else:
            selectors[-1] += char
    return [selector.strip() for selector in selectors]


def serialize(rules: tuple[CssRule, ...]) -> str:
    """The rules as CSS, without unused custom properties.

    Repeats until nothing changes, because a removed property may have been the only use of another one.
    """
    css, previous = "".join(map(serialize_rule, rules)), ""
    while css != previous:
        previous = css
        unused = {match[1] for match in CUSTOM_PROPERTY.finditer(css)} - set(VAR_REFERENCE.findall(css))
        css = EMPTY_RULE.sub("", CUSTOM_PROPERTY.sub(partial(remove_unused, unused), css))
    return css


def remove_unused(unused: set[str], match: re.Match) -> str:
    return "" if match[1] in unused else match[0]


def serialize_rule(rule: CssRule) -> str:
    if rule.rules is not None:
        return f"{rule.prelude}{{{''.join(map(serialize_rule, rule.rules))}}}"
    return f"{rule.prelude};" if rule.declarations is None else f"{rule.prelude}{{{rule.declarations}}}"
