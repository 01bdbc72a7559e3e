"""The theme's templates, ready to print documents: one strict, escaping environment that speaks every language."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
import threading
from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.runtime import Macro

from .assets import assets
from .languages import phrases

LAYERS = ("reset", "tokens", "base", "layout", "components", "utilities", "print")


class Theme:
    """The templates, style sheets and catalogues below `folder`."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.css = stylesheet(folder / "static" / "css")
        self.csp = content_security_policy(self.css)
        self.spoken = threading.local()  # the catalogue of the document that this thread prints just now
        self.assets = assets(folder / "static")
        self.catalogue = functools.cache(lambda lang: phrases(folder / "translations", lang))
        self.environment = self.made_environment()

    def made_environment(self) -> Environment:
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
            lambda phrase: self.spoken.gettext(phrase),
            lambda one, many, number: self.spoken.ngettext(one, many, number),
            newstyle=False,
        )
        environment.globals.update(css=self.css, csp=self.csp)
        environment.globals["assets"] = self.assets
        # JSON inside pages: in the reader's letters, without idle white space, keys in the order of the values.
        environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
        return environment

    def print(self, template: str, lang: str, view: dict) -> str:
        """A document in `lang` with the values of `view`. Raises jinja2.TemplateError."""
        self.speak(lang)
        return self.environment.get_template(template).render(view)

    def component(self, name: str, lang: str) -> Macro:
        """The macro of a component, speaking `lang` until something else is printed."""
        self.speak(lang)
        return getattr(self.environment.get_template(f"components/{name}.html").module, name)

    def speak(self, lang: str) -> None:
        catalogue = self.catalogue(lang)
        self.spoken.gettext, self.spoken.ngettext = catalogue.gettext, catalogue.ngettext


def content_security_policy(css: str) -> str:
    """The second wall behind the sanitizer (CSP level 3): our own style by its hash, our own pictures, nothing else.

    `frame-ancestors` and `sandbox` mean nothing in a <meta>, so they are not here.
    """
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' data:; base-uri 'none'; form-action 'none'"


def stylesheet(folder: Path, read: Callable[[Path], str] = Path.read_text) -> str:
    """The one style sheet of the site, in the order of its layers, without comments and idle white space."""
    parts = [f"@layer {','.join(LAYERS)};"]
    for layer in LAYERS:
        for path in sorted([*folder.glob(f"{layer}.css"), *folder.glob(f"{layer}/*.css")]):
            parts.append(f"@layer {layer}{{{path.read_text(encoding='utf-8')}}}")
    return squeeze("".join(parts))


def squeeze(css: str) -> str:
    """CSS without comments and without white space that means nothing. Strings are left alone."""
    pieces = re.split(r"""("[^"]*"|'[^']*')""", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    for index in range(0, len(pieces), 2):
        text = re.sub(r"\s+", " ", pieces[index])
        text = re.sub(r" ?([{};,>]) ?", r"\1", text)
        pieces[index] = re.sub(r": (?=\S)", ":", text).replace(";}", "}")
    return "".join(pieces).strip()
