"""`styleguide`: pages that show every component in every state, direction and scheme. They are never published."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

from markupsafe import Markup, escape

from caravan.build.output import replaced_folder
from caravan.reading.parser import BodyParser
from caravan.site.templates import Theme

DIRECTIONS, SCHEMES = ("ltr", "rtl"), ("light", "dark")
SCHEME = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)")
# Attributes that hold marks of the same page, which several examples of one component would share.
MARKS = re.compile(r'(\s(?:id|for|headers|aria-labelledby|aria-describedby|aria-controls|aria-owns)="|\shref="#)([^"]+)"')
# Components that print nothing to see: shown as they are written.
UNSEEN = frozenset({"page_head", "structured_data"})
FRAME = (
    "body{padding:1rem}.example{margin-block:3rem;border-block-start:1px dashed}"
    ".example>code{display:block;font-size:1rem}.example>pre{white-space:pre-wrap;overflow-wrap:anywhere}"
)


def styleguide(root: Path, folder: Path) -> Path:
    """Write the pages into `folder`, in place of the last ones; returns the page to open. Raises OutputError."""
    with replaced_folder(folder) as fresh:
        write(root, fresh)
    return folder / "index.html"


def write(root: Path, folder: Path) -> None:
    theme = Theme(root / "theme")
    for asset in theme.assets.values():
        place = folder / asset.url
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(asset.data)
    shown = [*components(root, theme), ("text", "everything that a text may hold", text(root, theme))]
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
    """The components of the theme: one macro a file, of the file's name."""
    return sorted(path.stem for path in (root / "theme" / "templates" / "components").glob("*.html"))


def components(root: Path, theme: Theme) -> Iterator[tuple[str, str, Markup]]:
    """Each example: its component, its title and its HTML, with marks of its own."""
    for component, states in sorted(examples(root).items()):
        macro = theme.component(component, "en")
        for number, state in enumerate(states):
            given = {"assets": theme.assets} if "assets" in macro.arguments else {}
            html = str(macro(**given, **state["arguments"]))
            html, inside = own_marks(html, f"{component}-{number}"), state.get("inside")
            yield component, state["title"], Markup(f"<{inside}>{html}</{inside}>" if inside else html)


def text(root: Path, theme: Theme) -> Markup:
    """The body of a text with every element that authors use, as articles hold it."""
    source = (root / "tests" / "theme" / "text.md").read_text(encoding="utf-8")
    body, _, faults = BodyParser().parse(source, "background/text", "en", 1)
    if faults:
        raise ValueError(f"tests/theme/text.md: {faults}")
    picture = theme.assets["icons/icon-180.png"].url
    html = body.render(lambda target: picture if target.path.endswith(".png") else "#")
    return Markup(f'<div class="prose">{own_marks(html, "text")}</div>')


def own_marks(html: str, suffix: str) -> str:
    """The same HTML with every mark renamed, so that two examples do not share one."""

    def renamed(match: re.Match) -> str:
        marks = " ".join(f"{mark}-{suffix}" for mark in match[2].split())
        return f'{match[1]}{marks}"'

    return MARKS.sub(renamed, html)


def page(theme: Theme, shown: list[tuple[str, str, Markup]], direction: str, scheme: str) -> str:
    """One page with all examples, in a scheme of its own whatever the reader's device prefers."""
    parts = []
    for component, title, html in shown:
        body = f"<pre>{escape(str(html))}</pre>" if component in UNSEEN else html
        parts.append(f'<section class="example"><code>{component}: {escape(title)}</code>{body}</section>')
    css = SCHEME.sub(lambda match: "all" if match[1] == scheme else "not all", every_rule(theme))
    return (
        f'<!doctype html><html lang="en" dir="{direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Components, {direction}, {scheme}</title><style>{css}:root{{color-scheme:{scheme}}}{FRAME}</style></head>"
        f"<body><main><h1>Components, {direction}, {scheme}</h1>{''.join(parts)}</main></body></html>\n"
    )


def every_rule(theme: Theme) -> str:
    """All rules of the theme, of every layer."""
    return theme.styles.all_rules()
