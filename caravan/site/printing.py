"""The theme's templates, ready to print documents: one strict, escaping environment that speaks every language."""

from __future__ import annotations

import functools
import threading
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.runtime import Macro
from markupsafe import Markup

from .assets import assets
from .frame import Frame
from .languages import phrases
from .styles import CSS, POLICY, Sheet, Styles
from .wordmark import Outlines

UNDRESSED = Sheet(Markup(CSS), Markup(POLICY))


class Theme:
    """The templates, style sheets and catalogues below `folder`."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.spoken = threading.local()  # the catalogue of the document that this thread prints just now
        self.assets = assets(folder / "static")
        self.catalogue = functools.cache(lambda lang: phrases(folder / "translations", lang))
        self.environment = self.made_environment()
        self.styles = Styles(folder, self.environment, self.assets["fonts/poster.woff2"].address)

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
        environment.globals["assets"] = self.assets
        environment.globals["drawn"] = functools.cache(Outlines(self.folder / "static" / "fonts" / "outlines.json").drawing)
        # JSON inside pages: in the reader's letters, without idle white space, keys in the order of the values.
        environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
        return environment

    def print(self, template: str, lang: str, view: dict) -> str:
        """A document in `lang` with the values of `view`. Raises jinja2.TemplateError."""
        self.speak(lang)
        html = self.environment.get_template(template).render(view, style=UNDRESSED)
        page = view.get("page")
        # One without a frame stands at the root of the site.
        return self.styles.dress(template, html, page.root if isinstance(page, Frame) else "")

    def component(self, name: str, lang: str) -> Macro:
        """The macro of a component, speaking `lang` until something else is printed."""
        self.speak(lang)
        return getattr(self.environment.get_template(f"components/{name}.html").module, name)

    def speak(self, lang: str) -> None:
        catalogue = self.catalogue(lang)
        self.spoken.gettext, self.spoken.ngettext = catalogue.gettext, catalogue.ngettext
