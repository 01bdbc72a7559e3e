"""Which style rules each page carries: those of its template's components that can match in what the page holds.

A component is one name with three homes, so the templates that a page's template names say which files it may need;
the names in the finished page say which of their rules. Pages of the same template and names share one sheet.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from jinja2 import Environment, meta

from .rules import Rule, StyleError, needed, parse, vocabulary, words, write, written

# The order of the cascade. Each layer is one file or one folder below static/css/.
LAYERS = ("reset", "tokens", "base", "layout", "body", "components", "utilities", "print")
# What a page is printed with until its own sheet is known. No text can hold these signs: they are not characters of XML.
CSS, POLICY = "\x02css\x03", "\x02policy\x03"


@dataclass(frozen=True)
class Sheet:
    """What the <style> of a page holds, and the policy that allows it and nothing else."""

    css: str
    policy: str


class Styles:
    """The style sheets below `folder`/static/css/.

    `environment` finds the templates that name each other; `font` is the address of the font from the site's root.
    """

    def __init__(self, folder: Path, environment: Environment, font: str):
        self.folder = folder / "static" / "css"
        self.environment, self.font = environment, font
        self.sheet = functools.cache(self._sheet)
        self.rules = functools.cache(self._rules)
        self.names_in = functools.cache(self._names_in)
        self.layer = functools.cache(lambda layer: [(path.stem, read(path)) for path in self.files(layer)])

    def dress(self, template: str, html: str, root: str) -> str:
        """The page `html`, printed from `template` with CSS and POLICY, with its own sheet in their places."""
        if CSS not in html:
            return html
        rules, vocabulary = self.rules(template)
        sheet = self.sheet(template, words(html, vocabulary), root)
        return html.replace(POLICY, sheet.policy, 1).replace(CSS, sheet.css, 1)

    def _sheet(self, template: str, there: frozenset[str], root: str) -> Sheet:
        """The sheet for pages of `template` that hold the names `there`; `root` leads from them to the root of the site."""
        css = written(needed(self.rules(template)[0], there)).replace("url(poster)", f"url({root}{self.font})")
        return Sheet(css, content_security_policy(css))

    def _rules(self, template: str) -> tuple[tuple[Rule, ...], frozenset[str]]:
        """The rules that pages of `template` may need, and the names that these ask for. Raises StyleError."""
        names = {PurePosixPath(name).stem for name in self.named(template) if name.startswith("components/")}
        found = self.layered({"tokens": {"tokens", *names}, "components": names})
        return found, vocabulary(found)

    def layered(self, wanted: dict[str, set[str]]) -> tuple[Rule, ...]:
        """The rules in the order of the cascade; of a layer in `wanted`, only those of the files named there. Raises StyleError."""
        layers = []  # each page names them in this order, which makes it that of the cascade
        for layer in LAYERS:
            files = [rules for stem, rules in self.layer(layer) if layer not in wanted or stem in wanted[layer]]
            layers.append(Rule(f"@layer {layer}", inside=tuple(rule for rules in files for rule in rules)))
        return tuple(layers)

    def every(self) -> str:
        """All rules, of all components and parts, as the styleguide shows them."""
        return "".join(map(write, self.layered({}))).replace("url(poster)", f"url({self.font})")

    def files(self, layer: str) -> list[Path]:
        return sorted([*self.folder.glob(f"{layer}.css"), *self.folder.glob(f"{layer}/*.css")])

    def named(self, template: str) -> set[str]:
        """The templates that `template` extends and imports, and those that these name."""
        found, waiting = set(), [template]
        while waiting:
            new = self.names_in(waiting.pop()) - found
            found |= new
            waiting += new
        return found

    def _names_in(self, template: str) -> set[str]:
        """The templates that the source of `template` names."""
        source = self.environment.loader.get_source(self.environment, template)[0]
        return set(filter(None, meta.find_referenced_templates(self.environment.parse(source))))


def content_security_policy(css: str) -> str:
    """The second wall behind the sanitizer (CSP level 3): our own style by its hash, our own pictures and font.

    `frame-ancestors` and `sandbox` mean nothing in a <meta>, so they are not here.
    """
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' data:; font-src 'self'; "
        "base-uri 'none'; form-action 'none'"
    )


def read(path: Path) -> tuple[Rule, ...]:
    """The rules of a style sheet, squeezed. Raises StyleError with its path."""
    try:
        return parse(squeeze(path.read_text(encoding="utf-8")))
    except StyleError as error:
        raise StyleError(f"{path}:1: {error}") from None


def squeeze(css: str) -> str:
    """CSS without comments and without white space that means nothing. Strings are left alone."""
    pieces = re.split(r"""("[^"]*"|'[^']*')""", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    for index in range(0, len(pieces), 2):
        text = re.sub(r"\s+", " ", pieces[index])
        text = re.sub(r" ?([{};,>]) ?", r"\1", text)
        text = re.sub(r" ([+~]) (?=[^(){}]*\{)", r"\1", text)  # between selectors; in calc() it needs its spaces
        pieces[index] = re.sub(r": (?=\S|$)", ":", text).replace(";}", "}").replace("@media (", "@media(")
    return "".join(pieces).strip()
