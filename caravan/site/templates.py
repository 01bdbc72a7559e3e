"""Which style rules each page carries: those of its template's components that can match in what the page holds.

A component is one name with three homes, so the templates that a page's template names say which files it may need;
the names in the finished page say which of their rules. Pages of the same template and names share one sheet.

The theme's templates, ready to print documents: one strict, escaping environment that speaks every language.
"""

from __future__ import annotations

import base64
import functools
import hashlib
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
from caravan.site.wordmark import Outlines

# The order of the cascade. Each layer is one file or one folder below static/css/.
LAYERS = ("reset", "tokens", "base", "layout", "body", "components", "utilities", "print")
# What a page is printed with until its own sheet is known. No text can hold these signs: they are not characters of XML.
CSS_PLACEHOLDER, POLICY_PLACEHOLDER = "\x02css\x03", "\x02policy\x03"


@dataclass(frozen=True)
class Stylesheet:
    """What the <style> of a page holds, and the policy that allows it and nothing else."""

    css: str
    policy: str


class StyleSheets:
    """The style sheets below `folder`/static/css/.

    `environment` finds the templates that name each other; `font` is the address of the font from the site's root.
    """

    def __init__(self, folder: Path, environment: Environment, font: str):
        self.folder = folder / "static" / "css"
        self.environment, self.font = environment, font
        self.stylesheet = functools.cache(self._stylesheet)
        self.rules = functools.cache(self._rules)
        self.names_in = functools.cache(self._names_in)
        self.layer = functools.cache(lambda layer: [(path.stem, read_stylesheet(path)) for path in self.files(layer)])

    def inline_css(self, template: str, html: str, root: str) -> str:
        """The page `html`, printed from `template` with CSS and POLICY, with its own sheet in their places."""
        if CSS_PLACEHOLDER not in html:
            return html
        rules, vocabulary = self.rules(template)
        sheet = self.stylesheet(template, names_in_html(html, vocabulary), root)
        return html.replace(POLICY_PLACEHOLDER, sheet.policy, 1).replace(CSS_PLACEHOLDER, sheet.css, 1)

    def _stylesheet(self, template: str, there: frozenset[str], root: str) -> Stylesheet:
        """The sheet for pages of `template` that hold the names `there`; `root` leads from them to the root of the site."""
        css = serialize(prune(self.rules(template)[0], there)).replace("url(poster)", f"url({root}{self.font})")
        return Stylesheet(css, content_security_policy(css))

    def _rules(self, template: str) -> tuple[tuple[CssRule, ...], frozenset[str]]:
        """The rules that pages of `template` may need, and the names that these ask for. Raises StyleError."""
        names = {PurePosixPath(name).stem for name in self.template_dependencies(template) if name.startswith("components/")}
        found = self.layered_rules({"tokens": {"tokens", *names}, "components": names})
        return found, selector_names(found)

    def layered_rules(self, wanted: dict[str, set[str]]) -> tuple[CssRule, ...]:
        """The rules in the order of the cascade; of a layer in `wanted`, only those of the files named there. Raises StyleError."""
        layers = []  # each page names them in this order, which makes it that of the cascade
        for layer in LAYERS:
            files = [rules for stem, rules in self.layer(layer) if layer not in wanted or stem in wanted[layer]]
            layers.append(CssRule(f"@layer {layer}", rules=tuple(rule for rules in files for rule in rules)))
        return tuple(layers)

    def all_rules(self) -> str:
        """All rules, of all components and parts, as the styleguide shows them."""
        return "".join(map(serialize_rule, self.layered_rules({}))).replace("url(poster)", f"url({self.font})")

    def files(self, layer: str) -> list[Path]:
        return sorted([*self.folder.glob(f"{layer}.css"), *self.folder.glob(f"{layer}/*.css")])

    def template_dependencies(self, template: str) -> set[str]:
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


def read_stylesheet(path: Path) -> tuple[CssRule, ...]:
    """The rules of a style sheet, squeezed. Raises StyleError with its path."""
    try:
        return parse_css(minify(path.read_text(encoding="utf-8")))
    except StyleError as error:
        raise StyleError(f"{path}:1: {error}") from None


def minify(css: str) -> str:
    """CSS without comments and without white space that means nothing. Strings are left alone."""
    pieces = re.split(r"""("[^"]*"|'[^']*')""", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    for index in range(0, len(pieces), 2):
        text = re.sub(r"\s+", " ", pieces[index])
        text = re.sub(r" ?([{};,>]) ?", r"\1", text)
        text = re.sub(r" ([+~]) (?=[^(){}]*\{)", r"\1", text)  # between selectors; in calc() it needs its spaces
        pieces[index] = re.sub(r": (?=\S|$)", ":", text).replace(";}", "}").replace("@media (", "@media(")
    return "".join(pieces).strip()


STYLE_PLACEHOLDER = Stylesheet(Markup(CSS_PLACEHOLDER), Markup(POLICY_PLACEHOLDER))


class Theme:
    """The templates, style sheets and catalogues below `folder`."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.translations = threading.local()  # the catalogue of the document that this thread prints just now
        self.assets = theme_assets(folder / "static")
        self.catalogue = functools.cache(lambda lang: load_catalog(folder / "translations", lang))
        self.environment = self.create_environment()
        self.styles = StyleSheets(folder, self.environment, self.assets["fonts/poster.woff2"].address)

    def create_environment(self) -> Environment:
        """Autoescape is on for every template, whatever its name; an unknown name in a template is an error."""
        environment = Environment(
            loader=FileSystemLoader(self.folder / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
            auto_reload=False,  # after a change of the theme there is another Theme
        )
        environment.install_gettext_callables(
            lambda phrase: self.translations.gettext(phrase),
            lambda one, many, number: self.translations.ngettext(one, many, number),
            newstyle=False,
        )
        environment.globals["assets"] = self.assets
        environment.globals["drawn"] = functools.cache(Outlines(self.folder / "static" / "fonts" / "outlines.json").drawing)
        # JSON inside pages: in the reader's letters, without idle white space, keys in the order of the values.
        environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
        return environment

    def render(self, template: str, lang: str, view: dict) -> str:
        """A document in `lang` with the values of `view`. Raises jinja2.TemplateError."""
        self.activate_language(lang)
        html = self.environment.get_template(template).render(view, style=STYLE_PLACEHOLDER)
        page = view.get("page")
        # One without a frame stands at the root of the site.
        return self.styles.inline_css(template, html, page.root if isinstance(page, PageContext) else "")

    def component(self, name: str, lang: str) -> Macro:
        """The macro of a component, speaking `lang` until something else is printed."""
        self.activate_language(lang)
        return getattr(self.environment.get_template(f"components/{name}.html").module, name)

    def activate_language(self, lang: str) -> None:
        catalogue = self.catalogue(lang)
        self.translations.gettext, self.translations.ngettext = catalogue.gettext, catalogue.ngettext
