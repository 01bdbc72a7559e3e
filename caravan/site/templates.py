"""The theme: renders templates with translated phrases, and gives each page a <style> with only the CSS it needs.

A component has a macro, a style sheet and examples of the same name. The imports of a template determine which component
style sheets its pages may need; the tags, classes and attributes in its source, in those of the templates that it uses, and
in the body of the article (BodyHtml.names), which of their rules (css_prune). Nothing is read from finished HTML.

The name of the site is an SVG path, made from the glyphs of the display font: it looks the same before the font loads.
"""

from __future__ import annotations

import functools
import json
import re
import threading
from collections.abc import Callable
from fnmatch import fnmatchcase
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.runtime import Macro
from markupsafe import Markup

from caravan.reading.schema import RIGHT_TO_LEFT
from caravan.site.css_prune import Rule, read_stylesheet, serialize, styled_names
from caravan.site.i18n import Language, load_catalog
from caravan.site.urls import integrity, theme_assets

# The cascade layers in order. Each is a file or a folder in static/css/.
LAYERS = ("reset", "tokens", "base", "layout", "body", "components", "utilities", "print")


class StyleSheets:
    """The style sheets in `folder`/static/css/. `font_url` is relative to the root of the site."""

    def __init__(self, folder: Path, environment: Environment, font_url: str):
        self.folder = folder / "static" / "css"
        self.environment, self.font_url = environment, font_url
        self.names_and_references = functools.cache(self._names_and_references)
        self.template_rules = functools.cache(self._template_rules)
        self.stylesheet = functools.lru_cache(maxsize=500)(self._stylesheet)  # few texts differ in the names in their bodies

    def _stylesheet(self, template: str, unused: frozenset[str], body_names: frozenset[str], root: str) -> dict[str, Markup]:
        """The content of the <style> of a page of `template` whose article has `body_names`, and the Content-Security-Policy
        that allows it. Raises StyleError.

        `unused`: the components that the page does not show. `root`: the link from the page to the root of the site.
        """
        rules, template_names = self.template_rules(template, unused)
        css = serialize(rules, template_names | body_names).replace("url(poster)", f"url({root}{self.font_url})")
        return {"css": Markup(css), "policy": Markup(content_security_policy(css))}  # noqa: S704 - from our style sheets

    def _names_and_references(self, template: str) -> tuple[set[str], set[str]]:
        return names_and_references(self.environment, self.environment.loader.get_source(self.environment, template)[0])

    def _template_rules(self, template: str, unused: frozenset[str]) -> tuple[tuple[Rule, ...], frozenset[str]]:
        """The rules that pages of `template` may need, and the names in its templates."""
        templates, pending, names = {template}, [template], set()
        while pending:
            own_names, referenced = self.names_and_references(pending.pop())
            names |= own_names
            pending += referenced - templates - {f"components/{name}.html" for name in unused}
            templates.update(pending)
        rules = self.layered_rules({"tokens", *(PurePosixPath(name).stem for name in templates)})
        patterns = [name for name in names if "*" in name]
        matched = (name for name in styled_names(rules) if any(fnmatchcase(name, pattern) for pattern in patterns))
        return rules, frozenset([*names, *matched])

    def layered_rules(self, components: set[str] | None = None) -> tuple[Rule, ...]:
        """An @layer rule for each layer, with the tokens and style sheets of `components` only. Raises StyleError."""
        layers = []  # every page contains all layers in this order, which is that of the cascade
        for layer in LAYERS:
            selectable = layer in ("tokens", "components") and components is not None
            files = [rules for stem, rules in self.files[layer] if not selectable or stem in components]
            layers.append(Rule(f"@layer {layer}", (), tuple(rule for rules in files for rule in rules)))
        return tuple(layers)

    @functools.cached_property
    def files(self) -> dict[str, list[tuple[str, tuple[Rule, ...]]]]:
        """The names (without .css) and rules of the files of each layer. Raises StyleError."""
        paths = {layer: [*self.folder.glob(f"{layer}.css"), *self.folder.glob(f"{layer}/*.css")] for layer in LAYERS}
        return {layer: [(path.stem, read_stylesheet(path)) for path in sorted(paths[layer])] for layer in LAYERS}

    def all_rules(self) -> str:
        """The CSS of all components, for the style guide."""
        return serialize(self.layered_rules()).replace("url(poster)", f"url({self.font_url})")


def names_and_references(environment: Environment, source: str) -> tuple[set[str], set[str]]:
    """The tags, classes and attributes in the HTML of a template (`*` stands for an expression in a name), and the templates
    that it uses. Both from its tokens, so that it is not parsed a second time.
    """
    replacements = {"variable_begin": "*", "block_begin": " "}
    parser, references, last_name = StartTagParser(), set(), ""
    for _, token, text in environment.lex(source):
        parser.feed(text if token == "data" else replacements.get(token, ""))
        if token == "string" and last_name in ("extends", "from", "import", "include"):
            references.add(text[1:-1])
        last_name = text if token == "name" else last_name if token == "whitespace" else ""
    return parser.names, references


class StartTagParser(HTMLParser):
    """Collects the names in start tags, in the form of css_prune."""

    def __init__(self):
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        classes = (name for attribute, value in attributes if attribute == "class" for name in (value or "").split())
        self.names |= {tag, *(f"[{name}]" for name, _ in attributes), *(f".{name}" for name in classes if name != "*")}


def content_security_policy(css: str) -> str:
    """A Content-Security-Policy (level 3) that allows only this <style> and the images and fonts of the site.

    It limits the damage of an error in the sanitizer. `frame-ancestors` and `sandbox` have no effect in a <meta>.
    """
    return f"default-src 'none'; style-src '{integrity(css.encode())}'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'"


JINJA_ENVIRONMENT = {"trim_blocks": True, "lstrip_blocks": True}  # Pelican's default of the setting


class Theme:
    """The templates, style sheets and catalogs in `folder`."""

    def __init__(self, folder: Path, options: dict | None = None):
        """`options`: the setting JINJA_ENVIRONMENT."""
        self.folder = folder
        self.translations = threading.local()  # language and catalog of the document that this thread renders
        self.assets = theme_assets(folder / "static")
        self.catalog = functools.cache(lambda lang: load_catalog(folder / "translations", lang))
        self.environment = self.create_environment(options or JINJA_ENVIRONMENT)
        self.styles = StyleSheets(folder, self.environment, self.assets["fonts/poster.woff2"].url)

    def create_environment(self, options: dict) -> Environment:
        """Escapes values in every template, whatever its extension; an undefined variable is an error."""
        environment = Environment(
            loader=FileSystemLoader(self.folder / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,  # the preview creates a new Theme after a change
            **{**options, "extensions": [*dict.fromkeys(["jinja2.ext.i18n", *options.get("extensions", ())])]},
        )
        environment.install_gettext_callables(
            lambda message: self.translations.gettext(message),
            lambda singular, plural, number: self.translations.ngettext(singular, plural, number),
            newstyle=False,
        )
        environment.filters["isolate"] = lambda text: isolate(text, self.translations.language.direction)
        for name in ("clock", "date", "date_range", "language_names", "partial_date"):
            environment.filters[name] = functools.partial(self.localize, getattr(Language, name))
        environment.globals["assets"] = self.assets
        environment.globals["preview"] = ""  # the preview passes its own value: caravan/preview/preview.html
        outlines = json.loads((self.folder / "static" / "fonts" / "outlines.json").read_text(encoding="utf-8"))
        environment.globals["wordmark"] = functools.cache(functools.partial(wordmark, outlines))
        # The filter `tojson`: no escapes for letters, no white space, keys in the given order.
        environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
        return environment

    def render(self, template: str, lang: str, view: dict) -> str:
        """Render a template in `lang` with the values of `view`. Raises TemplateError and StyleError."""
        self.activate_language(lang)
        article, page = view.get("article"), view.get("page")
        unused, body_names = (article["unused_components"], article["body_names"]) if article else (frozenset(), frozenset())
        if not (page and page["notice"]):
            unused |= {"notice_bar"}
        # A styled document without `page` (offline.html) is at the root of the site.
        stylesheet = functools.partial(self.styles.stylesheet, template, unused, body_names, page["root"] if page else "")
        return self.environment.get_template(template).render(view, stylesheet=stylesheet)

    def component(self, name: str, lang: str) -> Macro:
        """The macro of a component; its phrases are in `lang` until the theme renders something else."""
        self.activate_language(lang)
        return getattr(self.environment.get_template(f"components/{name}.html").module, name)

    def localize(self, method: Callable, *values: object) -> str:
        """The result of a method of Language in the language of the document."""
        return method(self.translations.language, *values)

    def activate_language(self, lang: str) -> None:
        """Use the catalog of `lang` in this thread."""
        catalog = self.catalog(lang)
        self.translations.gettext, self.translations.ngettext = catalog.gettext, catalog.ngettext
        self.translations.language = Language(lang)


# Letters of the other direction than that of the page, and words of them.
OTHER_LETTERS = {"ltr": RIGHT_TO_LEFT.pattern, "rtl": f"(?!{RIGHT_TO_LEFT.pattern})[^\\W\\d_]"}
OTHER_WORDS = {direction: re.compile(f"((?:{letter})+(?:[\\s.'’-]*(?:{letter})+)*)") for direction, letter in OTHER_LETTERS.items()}


def isolate(text: str, direction: str) -> str:
    """`text` with <bdi> around words against the `direction` of the page, so that dates and signs beside them stay in place."""
    words = OTHER_WORDS[direction].split(text)
    if len(words) == 1 or isinstance(text, Markup):
        return text
    own = OTHER_WORDS["rtl" if direction == "ltr" else "ltr"]
    pieces = ["", text] if not own.search(text) else words  # signs at the ends belong to a text of one direction
    return Markup("").join(Markup("<bdi>{}</bdi>").format(piece) if index % 2 else piece for index, piece in enumerate(pieces))


def wordmark(font: dict, name: str) -> tuple[str, str] | None:
    """The viewBox of an <svg> and the path that draws `name` in capitals; None if it is empty or the font lacks a letter.

    `font`: glyph outlines and kerning, which tools/subset_font.py writes.
    """
    letters = name.upper().strip()
    if not letters or not set(letters) <= font["letters"].keys():
        return None
    path, boxes, position, previous = "", [], 0, ""
    for letter in letters:
        advance, (left, top, right, bottom), contours = font["letters"][letter]
        position += font["kerning"].get(previous + letter, 0)
        path += "".join(f"M{x + position} {y}{rest}z" for x, y, rest in contours)
        boxes.append((left + position, top, right + position, bottom))
        position, previous = position + advance, letter
    lefts, tops, rights, bottoms = zip(*boxes)
    left, top = min(lefts), min(tops)
    return f"{left} {top} {max(rights) - left} {max(bottoms) - top}", path
