"""Which rules of a style sheet can match in a page. What cannot be decided is kept: a page never lacks a rule."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

# A string, a sign that opens or closes, or a run of anything else.
PIECES = re.compile(r'"[^"]*"|\'[^\']*\'|[{};]|[^{};"\']+')
GROUPS = ("@layer", "@media", "@container", "@supports")
# Markup as our templates and the sanitizer write it: names in small letters, values in double quotes.
CLASSES, TAGS = re.compile(r' class="([^"]+)"'), re.compile(r"<([a-z][a-z0-9]*)")
NAMES = re.compile(r"\.(?P<class>[a-zA-Z][\w-]*)|\[(?P<attribute>[\w-]+)[^]]*\]|(?<![\w:.#-])(?P<tag>[a-z][a-z0-9]*)")
MADE, USED = re.compile(r"(?<=[{;])(--[\w-]+):[^;}]*;?"), re.compile(r"var\((--[\w-]+)")
# What is left of a rule whose last property nothing used.
EMPTY = re.compile(r"(?:(?<=[{};])|^)[^{};]+\{\}")


class StyleError(ValueError):
    """A style sheet is not what it should be; says where and why."""


@dataclass(frozen=True)
class CssRule:
    """`head` with a block: of declarations (`body`) or of other rules (`inside`); a statement has neither."""

    prelude: str
    declarations: str | None = None
    rules: tuple[CssRule, ...] | None = None


def parse_css(css: str) -> tuple[CssRule, ...]:
    """The rules of a style sheet without comments. Rules nested in rules of style are kept with these, unread.

    Raises StyleError where a brace has no partner.
    """
    stack: list[list[CssRule]] = [[]]
    heads: list[str] = []
    text, depth = "", 0  # depth: of braces inside a rule of style
    for piece in PIECES.findall(css):
        if depth:
            depth += (piece == "{") - (piece == "}")
            if not depth:
                stack[-1].append(CssRule(heads.pop(), declarations=text))
            text = text + piece if depth else ""
        elif piece == "{":
            heads.append(text.strip())
            text = ""
            if heads[-1].startswith(GROUPS):
                stack.append([])
            else:
                depth = 1
        elif piece == "}":
            if len(stack) == 1:
                raise StyleError("a brace is closed that was never opened")
            inside = tuple(stack.pop())
            stack[-1].append(CssRule(heads.pop(), rules=inside))
        elif piece == ";":
            stack[-1].append(CssRule(text.strip()))
            text = ""
        else:
            text += piece
    if heads or text.strip():
        raise StyleError("the file ends inside a rule; close its brace")
    return tuple(stack[0])


def selector_names(rules: tuple[CssRule, ...]) -> frozenset[str]:
    """The names that selectors of `rules` ask for: `.class`, `[attribute]`, `tag`."""
    found: set[str] = set()
    for rule in rules:
        if rule.rules is not None:
            found |= selector_names(rule.rules)
        elif rule.declarations is not None and not rule.prelude.startswith("@"):
            found |= names_in_selector(rule.prelude)
    return frozenset(found)


def names_in_selector(selector: str) -> set[str]:
    """`li.stop > a[aria-current]::before` asks for `li`, `.stop`, `a` and `[aria-current]`."""
    signs = {"class": ".{}", "attribute": "[{}]", "tag": "{}"}
    return {signs[match.lastgroup].format(match[match.lastgroup]) for match in NAMES.finditer(selector)}


def names_in_html(html: str, known: frozenset[str]) -> frozenset[str]:
    """The names of `known` that occur in a page."""
    classes = {f".{name}" for value in set(CLASSES.findall(html)) for name in value.split()}
    attributes = {name for name in known if name[0] == "[" and f" {name[1:-1]}" in html}
    return known & (classes | set(TAGS.findall(html)) | attributes)


def prune(rules: tuple[CssRule, ...], there: frozenset[str]) -> tuple[CssRule, ...]:
    """The rules that can match where only the names `there` occur."""
    found = []
    for rule in rules:
        if rule.rules is not None:
            inside = prune(rule.rules, there)
            if inside:
                found.append(CssRule(rule.prelude, rules=inside))
        elif rule.declarations is None or rule.prelude.startswith("@"):
            found.append(rule)
        else:
            kept = [one for one in split_selectors(rule.prelude) if can_match(one, there)]
            if kept:
                found.append(CssRule(",".join(kept), declarations=rule.declarations))
    return tuple(found)


def can_match(selector: str, there: frozenset[str]) -> bool:
    """Whether everything that `selector` asks for is there; of the choices of `:is()`, one is enough."""
    plain, functions = split_functions(selector)
    choices = [split_selectors(inner) for name, inner in functions if name in ("is", "where")]
    return names_in_selector(plain) <= there and all(any(can_match(one, there) for one in choice) for choice in choices)


def split_functions(selector: str) -> tuple[str, list[tuple[str, str]]]:
    """A selector without its functions, and these: their names and what their brackets hold."""
    plain, found, name, depth, start = "", [], "", 0, 0
    for index, sign in enumerate(selector):
        if sign == "(":
            if not depth:
                plain, _, name = plain.rpartition(":")
                start = index + 1
            depth += 1
        elif sign == ")":
            depth -= 1
            if not depth:
                found.append((name, selector[start:index]))
        elif not depth:
            plain += sign
    return plain, found


def split_selectors(selectors: str) -> list[str]:
    """The selectors of a list, which brackets keep together."""
    parts, depth = [""], 0
    for sign in selectors:
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def serialize(rules: tuple[CssRule, ...]) -> str:
    """The rules as CSS, without custom properties that nothing uses."""
    css, longer = "".join(map(serialize_rule, rules)), ""
    while css != longer:
        longer = css
        idle = {match[1] for match in MADE.finditer(css)} - set(USED.findall(css))
        css = EMPTY.sub("", MADE.sub(partial(dropped, idle), css))
    return css


def dropped(idle: set[str], match: re.Match) -> str:
    return "" if match[1] in idle else match[0]


def serialize_rule(rule: CssRule) -> str:
    if rule.rules is not None:
        return f"{rule.prelude}{{{''.join(map(serialize_rule, rule.rules))}}}"
    return f"{rule.prelude};" if rule.declarations is None else f"{rule.prelude}{{{rule.declarations}}}"
