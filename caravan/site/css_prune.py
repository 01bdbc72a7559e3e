"""Parses style sheets with tinycss2, and removes the rules that cannot match in a page.

A name is a tag, a class or an attribute, written as `tag`, `.class` or `[attribute]`. A selector is kept unless it needs a
name that the page lacks; what is in functions such as `:not()` and `:is()` is not considered.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

import tinycss2
from tinycss2.ast import Node

END = "@end;"  # added to each file: it is the last rule unless a block, a string or a comment is not closed
# White space beside these is insignificant, in selectors and elsewhere.
COMBINATORS, SEPARATORS = (",", ">", "+", "~"), (",", ":")


class StyleError(ValueError):
    """A style sheet cannot be parsed; the message starts with file and line."""


@dataclass(frozen=True)
class Rule:
    """A style rule, which has `selectors` (each with the names that it needs), or an at-rule, which has a `prelude`.

    `content`: declarations and nested rules, or None if there is no block.
    """

    prelude: str
    selectors: tuple[tuple[str, frozenset[str]], ...]
    content: tuple[str | Rule, ...] | None


def read_stylesheet(path: Path) -> tuple[Rule, ...]:
    """The rules of a file. Raises StyleError, with the path and the line in its message."""
    css = f"{path.read_text(encoding='utf-8')}\n{END}"
    nodes = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    try:
        rules = tuple(map(parse_node, nodes))
        if nodes[-1].serialize() != END:
            raise StyleError(f"{nodes[-1].source_line}: this rule does not end; close its braces, quotes and comments")
    except StyleError as error:
        raise StyleError(f"{path}:{error}") from None
    return rules[:-1]


def parse_node(node: Node) -> str | Rule:
    if node.type == "error":
        raise StyleError(f"{node.source_line}: {node.message}")
    if node.type == "declaration":
        return f"{node.name}:{minify(node.value, SEPARATORS)}{'!important' * node.important}"
    content = None
    if node.content is not None:
        content = tuple(map(parse_node, tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)))
    if node.type == "at-rule":
        return Rule(f"@{node.at_keyword} {minify(node.prelude, SEPARATORS)}".rstrip(), (), content)
    selectors = [list(tokens) for is_comma, tokens in groupby(node.prelude, lambda token: token == ",") if not is_comma]
    return Rule("", tuple((minify(tokens, COMBINATORS), names_in_selector(tokens)) for tokens in selectors), content)


def names_in_selector(tokens: list[Node]) -> frozenset[str]:
    names = set()
    for previous, token in pairwise([None, *tokens]):
        if token.type == "ident" and previous != ":":
            names.add(f".{token.value}" if previous == "." else token.value)
        elif token.type == "[] block":
            names.add(f"[{token.content[0].value}]")
    return frozenset(names)


def minify(tokens: list[Node], separators: tuple[str, ...]) -> str:
    """The tokens as CSS, without white space at the ends and beside `separators`. Raises StyleError."""
    return tinycss2.serialize(significant(tokens, separators))


def significant(tokens: list[Node], separators: tuple[str, ...]) -> list[Node]:
    """The tokens without insignificant white space, which is also removed from functions and blocks among them."""
    kept = []
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None]):
        if token.type == "error":
            raise StyleError(f"{token.source_line}: {token.message}")
        if token.type == "whitespace":
            if not before or not after or before in separators or after in separators:
                continue
            token.value = " "
        nested = getattr(token, "arguments", None) or getattr(token, "content", None) or []
        nested[:] = significant(nested, separators)
        kept.append(token)
    return kept


def styled_names(content: tuple[str | Rule, ...]) -> frozenset[str]:
    """The names in the selectors of rules."""
    rules = [rule for rule in content if isinstance(rule, Rule)]
    own = (names for rule in rules for _, names in rule.selectors)
    return frozenset().union(*own, *(styled_names(rule.content or ()) for rule in rules))


def serialize(content: tuple[str | Rule, ...], names: frozenset[str] | None = None) -> str:
    """Rules and declarations as CSS; with `names`, without the rules that cannot match in a page that has these."""
    css = ""
    for item in content:
        if isinstance(item, str):
            css += f"{item};"
        elif item.content is None:
            css += f"{item.prelude};"
        else:
            selectors = [selector for selector, needed in item.selectors if names is None or needed <= names]
            block = serialize(item.content, names) if selectors or item.prelude else ""
            if block or names is None:
                css += f"{item.prelude or ','.join(selectors)}{{{block}}}"
    return css.removesuffix(";")
