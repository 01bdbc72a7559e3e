"""The theme: renders templates with translated phrases, and gives each page a <style> with only the CSS it needs.

A component has a macro, a style sheet and examples of the same name. The imports of a template determine which component
style sheets its pages may need; the tags, classes and attributes of the rendered page, which of their rules (css_prune).
Pages of one template with the same names share a style sheet.

The name of the site is an SVG path, made from the glyphs of the display font: it looks the same before the font loads.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import re
import threading
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from jinja2 import Environment, FileSystemLoader, StrictUndefined, meta
from jinja2.runtime import Macro
from markupsafe import Markup

from caravan.site.css_prune import (
    CssRule,
    StyleError,
    names_in_html,
    parse_css,
    prune,
    selector_names,
    serialize,
    serialize_rule,
)
from caravan.site.i18n import load_catalog
from caravan.site.page_context import PageContext
from caravan.site.urls import theme_assets

# The cascade layers in order. Each is a file or a folder in static/css/.
LAYERS = ("reset", "tokens", "base", "layout", "body", "components", "utilities", "print")
# Stand for the style sheet of a page and its policy until the page is rendered. No article can contain the control
# characters, which are not allowed in XML.
CSS_PLACEHOLDER, POLICY_PLACEHOLDER = "\x02css\x03", "\x02policy\x03"


@dataclass(frozen=True)
class Stylesheet:
    """The content of a <style>, and the Content-Security-Policy that allows it."""

    css: str
    policy: str


class StyleSheets:
    """The style sheets in `folder`/static/css/. `font_url` is relative to the root of the site."""

    def __init__(self, folder: Path, environment: Environment, font_url: str):
        self.folder = folder / "static" / "css"
        self.environment, self.font_url = environment, font_url
        self.stylesheet = functools.cache(self._stylesheet)
        self.rules = functools.cache(self._rules)
        self.referenced_templates = functools.cache(self._referenced_templates)
        self.layer = functools.cache(lambda layer: [(path.stem, read_stylesheet(path)) for path in self.files(layer)])

    def inline_css(self, template: str, html: str, root: str) -> str:
        """`html`, rendered from `template`, with its style sheet and policy in place of the placeholders.

        `root`: the link from the page to the root of the site.
        """
        if CSS_PLACEHOLDER not in html:
            return html
        _, known_names = self.rules(template)
        stylesheet = self.stylesheet(template, names_in_html(html, known_names), root)
        return html.replace(POLICY_PLACEHOLDER, stylesheet.policy, 1).replace(CSS_PLACEHOLDER, stylesheet.css, 1)

    def _stylesheet(self, template: str, names: frozenset[str], root: str) -> Stylesheet:
        """The style sheet for pages of `template` with the tags, classes and attributes `names`."""
        rules, _ = self.rules(template)
        css = serialize(prune(rules, names)).replace("url(poster)", f"url({root}{self.font_url})")
        return Stylesheet(css, content_security_policy(css))

    def _rules(self, template: str) -> tuple[tuple[CssRule, ...], frozenset[str]]:
        """The rules that pages of `template` may need, and the names in their selectors. Raises StyleError."""
        names = {PurePosixPath(name).stem for name in self.template_dependencies(template) if name.startswith("components/")}
        rules = self.layered_rules({"tokens": {"tokens", *names}, "components": names})
        return rules, selector_names(rules)

    def layered_rules(self, file_names: dict[str, set[str]]) -> tuple[CssRule, ...]:
        """An @layer rule for each layer; `file_names` restricts a layer to files with these stems. Raises StyleError."""
        layers = []  # every page contains all layers in this order, which is that of the cascade
        for layer in LAYERS:
            files = [rules for stem, rules in self.layer(layer) if layer not in file_names or stem in file_names[layer]]
            layers.append(CssRule(f"@layer {layer}", rules=tuple(rule for rules in files for rule in rules)))
        return tuple(layers)

    def all_rules(self) -> str:
        """The CSS of all components, for the style guide."""
        return "".join(map(serialize_rule, self.layered_rules({}))).replace("url(poster)", f"url({self.font_url})")

    def files(self, layer: str) -> list[Path]:
        return sorted([*self.folder.glob(f"{layer}.css"), *self.folder.glob(f"{layer}/*.css")])

    def template_dependencies(self, template: str) -> set[str]:
        """The templates that `template` extends or imports, directly or indirectly."""
        dependencies, pending = set(), [template]
        while pending:
            new = self.referenced_templates(pending.pop()) - dependencies
            dependencies |= new
            pending += new
        return dependencies

    def _referenced_templates(self, template: str) -> set[str]:
        source = self.environment.loader.get_source(self.environment, template)[0]
        return set(filter(None, meta.find_referenced_templates(self.environment.parse(source))))


def content_security_policy(css: str) -> str:
    """A Content-Security-Policy (level 3) that allows only this <style> and the images and fonts of the site.

    It limits the damage of an error in the sanitizer. `frame-ancestors` and `sandbox` have no effect in a <meta>.
    """
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' data:; font-src 'self'; "
        "base-uri 'none'; form-action 'none'"
    )


def read_stylesheet(path: Path) -> tuple[CssRule, ...]:
    """The minified rules of a file. Raises StyleError, with the path in its message."""
    try:
        return parse_css(minify(path.read_text(encoding="utf-8")))
    except StyleError as error:
        raise StyleError(f"{path}:1: {error}") from None


def minify(css: str) -> str:
    """CSS without comments and insignificant white space. Strings stay as they are."""
    parts = re.split(r"""("[^"]*"|'[^']*')""", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    for index in range(0, len(parts), 2):  # the odd ones are strings
        text = re.sub(r"\s+", " ", parts[index])
        text = re.sub(r" ?([{};,>]) ?", r"\1", text)
        text = re.sub(r" ([+~]) (?=[^(){}]*\{)", r"\1", text)  # combinators only: calc() needs the spaces
        parts[index] = re.sub(r": (?=\S|$)", ":", text).replace(";}", "}").replace("@media (", "@media(")
    return "".join(parts).strip()


STYLE_PLACEHOLDER = Stylesheet(Markup(CSS_PLACEHOLDER), Markup(POLICY_PLACEHOLDER))


class Theme:
    """The templates, style sheets and catalogs in `folder`."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.translations = threading.local()  # the catalog of the document that this thread renders
        self.assets = theme_assets(folder / "static")
        self.catalog = functools.cache(lambda lang: load_catalog(folder / "translations", lang))
        self.environment = self.create_environment()
        self.styles = StyleSheets(folder, self.environment, self.assets["fonts/poster.woff2"].url)

    def create_environment(self) -> Environment:
        """Escapes values in every template, whatever its extension; an undefined variable is an error."""
        environment = Environment(
            loader=FileSystemLoader(self.folder / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
            auto_reload=False,  # the preview creates a new Theme after a change
        )
        environment.install_gettext_callables(
            lambda message: self.translations.gettext(message),
            lambda singular, plural, number: self.translations.ngettext(singular, plural, number),
            newstyle=False,
        )
        environment.globals["assets"] = self.assets
        outlines = GlyphOutlines(self.folder / "static" / "fonts" / "outlines.json")
        environment.globals["wordmark"] = functools.cache(outlines.wordmark)
        # The filter `tojson`: no escapes for letters, no white space, keys in the given order.
        environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
        return environment

    def render(self, template: str, lang: str, view: dict) -> str:
        """Render a template in `lang` with the values of `view`. Raises TemplateError and StyleError."""
        self.activate_language(lang)
        html = self.environment.get_template(template).render(view, style=STYLE_PLACEHOLDER)
        page = view.get("page")
        # A styled document without a PageContext (offline.html) is at the root of the site.
        return self.styles.inline_css(template, html, page.root if isinstance(page, PageContext) else "")

    def component(self, name: str, lang: str) -> Macro:
        """The macro of a component; its phrases are in `lang` until the theme renders something else."""
        self.activate_language(lang)
        return getattr(self.environment.get_template(f"components/{name}.html").module, name)

    def activate_language(self, lang: str) -> None:
        """Use the catalog of `lang` in this thread."""
        catalog = self.catalog(lang)
        self.translations.gettext, self.translations.ngettext = catalog.gettext, catalog.ngettext


@dataclass(frozen=True)
class Wordmark:
    """The attributes of an <svg> and of its <path>."""

    view_box: str
    path: str


class GlyphOutlines:
    """The glyph outlines and kerning in `file`, which tools/subset_font.py writes."""

    def __init__(self, file: Path):
        data = json.loads(file.read_text(encoding="utf-8"))
        self.glyphs, self.kerning = data["letters"], data["kerning"]

    def wordmark(self, name: str) -> Wordmark | None:
        """`name` in capitals; None if it is empty or the font lacks one of its letters."""
        letters = name.upper().strip()
        if not letters or not set(letters) <= self.glyphs.keys():
            return None
        path, boxes, position, previous = "", [], 0, ""
        for letter in letters:
            advance, (left, top, right, bottom), contours = self.glyphs[letter]
            position += self.kerning.get(previous + letter, 0)
            path += "".join(f"M{x + position} {y}{rest}z" for x, y, rest in contours)
            boxes.append((left + position, top, right + position, bottom))
            position, previous = position + advance, letter
        lefts, tops, rights, bottoms = zip(*boxes)
        left, top = min(lefts), min(tops)
        return Wordmark(f"{left} {top} {max(rights) - left} {max(bottoms) - top}", path)
