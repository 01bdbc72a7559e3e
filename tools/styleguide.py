"""Write pages with every component in every state, direction and colour scheme. They are never published."""

from __future__ import annotations

if __name__ == "__main__":  # first of all, since the rest needs the packages of .venv
    import environment

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

from markupsafe import Markup, escape

from caravan.build.output import replaced_folder
from caravan.reading.article import BodyPicture
from caravan.reading.parser import BodyParser
from caravan.site.article_view import join_text
from caravan.site.templates import Theme

DIRECTIONS, SCHEMES = ("ltr", "rtl"), ("light", "dark")
SCHEME = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)")
# Attributes with ids of the page, which would be the same in several examples of one component.
ID_ATTRIBUTES = re.compile(r'(\s(?:id|for|headers|aria-labelledby|aria-describedby|aria-controls|aria-owns)="|\shref="#)([^"]+)"')
# Components without visible output; their HTML is shown.
INVISIBLE = frozenset({"page_head", "structured_data"})
FRAME = (
    "body{padding:1rem}.example{margin-block:3rem;border-block-start:1px dashed}"
    ".example>code{display:block;font-size:1rem}.example>pre{white-space:pre-wrap;overflow-wrap:anywhere}"
)


def styleguide(root: Path, folder: Path) -> Path:
    """Write the pages into `folder`, in place of the old ones; returns the page to open.

    Raises OutputError if `folder` holds foreign files.
    """
    with replaced_folder(folder) as staging:
        write_pages(root, staging)
    return folder / "index.html"


def write_pages(root: Path, folder: Path) -> None:
    theme = Theme(root / "theme")
    for asset in theme.assets.values():
        target = folder / asset.url
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(asset.data)
    shown = [*rendered_examples(root, theme), ("text", "all Markdown that a text may use", article_body(root, theme))]
    names = []
    for direction in DIRECTIONS:
        for scheme in SCHEMES:
            names.append(f"{direction}-{scheme}.html")
            (folder / names[-1]).write_text(page(theme, shown, direction, scheme), encoding="utf-8")
    frames = "".join(f'<h2><a href="{name}">{name}</a></h2><iframe src="{name}" title="{name}"></iframe>' for name in names)
    style = "iframe{width:100%;height:40rem;border:1px solid}"
    index = f'<!doctype html><html lang="en"><title>Components</title><style>{style}</style><h1>Components</h1>{frames}</html>\n'
    (folder / "index.html").write_text(index, encoding="utf-8")


def examples(root: Path) -> dict[str, list[dict]]:
    """The examples of each component, from tests/theme/examples.py."""
    path = root / "tests" / "theme" / "examples.py"
    spec = importlib.util.spec_from_file_location("theme_examples", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.EXAMPLES


def names(root: Path) -> list[str]:
    """The components of the theme: one macro in each file, with the name of the file."""
    return sorted(path.stem for path in (root / "theme" / "templates" / "components").glob("*.html"))


def rendered_examples(root: Path, theme: Theme) -> Iterator[tuple[str, str, Markup]]:
    """Component, title and HTML of each example, with unique ids."""
    for component, states in sorted(examples(root).items()):
        macro = theme.component(component, "en")
        for number, state in enumerate(states):
            assets = {"assets": theme.assets} if "assets" in macro.arguments else {}
            html = unique_ids(str(macro(**assets, **state["arguments"])), f"{component}-{number}")
            parent = state.get("inside")
            yield component, state["title"], Markup(f"<{parent}>{html}</{parent}>" if parent else html)


def article_body(root: Path, theme: Theme) -> Markup:
    """The body of an article with every element that authors can use."""
    source = (root / "tests" / "theme" / "text.md").read_text(encoding="utf-8")
    body, _, faults = BodyParser().parse(source, "background/text", "en", 1)
    if faults:
        raise ValueError(f"tests/theme/text.md: {faults}")

    def picture(shown: BodyPicture) -> dict:
        src = theme.assets["icons/icon-180.png"].url
        return {"src": src, "jpeg": "", "avif": "", "width": 180, "height": 180, "attributes": shown.attributes, "lazy": False}

    html = theme.component("body_text", "en")(tuple(join_text(body.fill(lambda target: "#", picture=picture))))
    return Markup(f'<div class="prose">{unique_ids(str(html), "text")}</div>')


def unique_ids(html: str, suffix: str) -> str:
    """The HTML with `suffix` added to every id and every reference to one."""

    def rename(match: re.Match) -> str:
        ids = " ".join(f"{id_}-{suffix}" for id_ in match[2].split())
        return f'{match[1]}{ids}"'

    return ID_ATTRIBUTES.sub(rename, html)


def page(theme: Theme, shown: list[tuple[str, str, Markup]], direction: str, scheme: str) -> str:
    """A page with all examples (component, title, HTML), in `scheme` whatever the browser prefers."""
    parts = []
    for component, title, html in shown:
        body = f"<pre>{escape(str(html))}</pre>" if component in INVISIBLE else html
        parts.append(f'<section class="example"><code>{component}: {escape(title)}</code>{body}</section>')
    css = SCHEME.sub(lambda match: "all" if match[1] == scheme else "not all", every_rule(theme))
    return (
        f'<!doctype html><html lang="en" dir="{direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Components, {direction}, {scheme}</title><style>{css}:root{{color-scheme:{scheme}}}{FRAME}</style></head>"
        f"<body><main><h1>Components, {direction}, {scheme}</h1>{''.join(parts)}</main></body></html>\n"
    )


def every_rule(theme: Theme) -> str:
    """The CSS of the whole theme, with all layers."""
    return theme.styles.all_rules()


if __name__ == "__main__":
    environment.run(lambda: print(styleguide(environment.ROOT, environment.ROOT / "styleguide")), __doc__)
