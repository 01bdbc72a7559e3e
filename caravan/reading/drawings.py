"""Drawings: maps and charts as SVG in `content/drawings/<name>/<lang>.svg`, which become part of a page's HTML.

Only a few elements and attributes are allowed. Colours and line styles come from classes, so that drawings follow the colour
scheme, print styles and forced colours.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from caravan.reading.limits import DRAWING_BYTES, FORBIDDEN_CHARACTERS, READ_SECONDS, decode, time_limit
from caravan.reading.paths import read_limited
from caravan.reading.problems import Fault, Problem, format_message, problem_of

TAGS = ("svg", "g", "path", "text", "tspan", "circle", "rect", "line", "polyline", "polygon")
ATTRIBUTES = {
    "class", "viewBox", "role", "aria-label", "d", "x", "y", "dx", "dy", "cx", "cy", "r", "x1", "y1", "x2", "y2", "width",
    "height", "points", "text-anchor", "transform",
}  # fmt: skip
# Their style is in theme/static/css/body/drawing.css. Solid lines are documented routes, dashed ones were announced.
CLASSES = {"land", "near", "frame", "walked", "plan", "stop", "open", "figure", "small", "axis", "grid"}
SVG_NAMESPACE = "{http://www.w3.org/2000/svg}"
# Security: no entities, no external files, no network; lxml's own limits on size stay on.
PARSER_OPTIONS = {"resolve_entities": False, "no_network": True, "load_dtd": False, "remove_comments": True, "remove_pis": True}
REFUSED_START = re.compile(r"""<!(?:DOCTYPE|ENTITY)|<\?xml[^>]*?encoding\s*=\s*["'](?!utf-8["'])""", re.IGNORECASE)


def load_drawings(files: dict[tuple[str, str], Path]) -> tuple[dict[str, str], list[Problem]]:
    """The drawings as HTML, by `name/language` ("" for an invalid one), and their problems."""
    drawings: dict[str, str] = {}
    problems: list[Problem] = []
    for (name, lang), file in sorted(files.items()):
        path = f"content/drawings/{name}/{lang}.svg"
        try:
            markup, faults = load_drawing(file)
        except Exception as error:  # noqa: BLE001 - an error in one file must not stop the others
            markup, faults = "", [error]
        problems += [problem_of(path, fault) for fault in faults]
        drawings[f"{name}/{lang}"] = markup
    return drawings, problems


def load_drawing(file: Path) -> tuple[str, list[Fault]]:
    """One drawing as HTML ("" if it is invalid), and its faults. Raises Fault, OSError."""
    data = read_limited(file, DRAWING_BYTES)
    if len(data) > DRAWING_BYTES:
        raise Fault(1, format_message("drawing-heavy", size=f"more than {DRAWING_BYTES:,}", limit=f"{DRAWING_BYTES:,}"))
    text = decode(data)
    refused = REFUSED_START.search(text)
    if refused:
        raise Fault(text.count("\n", 0, refused.start()) + 1, format_message("drawing-start", found=refused[0]))
    try:
        with time_limit(READ_SECONDS):
            root = etree.fromstring(text.encode(), etree.XMLParser(encoding="utf-8", **PARSER_OPTIONS))
            faults = list(svg_faults(root))
            return ("", faults) if faults else (serialize_svg(root), [])
    except etree.XMLSyntaxError as error:
        raise Fault(error.lineno or 1, format_message("drawing-broken", why=error.msg)) from None


def svg_faults(root: etree._Element) -> Iterator[Fault]:
    """Everything that is not allowed in a drawing."""
    is_labelled = root.get("role") == "img" and root.get("aria-label") and root.get("viewBox")
    if root.tag != f"{SVG_NAMESPACE}svg" or not is_labelled:
        yield Fault(root.sourceline or 1, format_message("drawing-unnamed"))
    for element in root.iter():
        tag, line = local_name(element), element.sourceline or 1
        if tag not in TAGS or (tag == "svg" and element is not root):
            yield Fault(line, format_message("drawing-tag", tag=tag, tags=", ".join(TAGS[1:])))
            continue
        hidden = FORBIDDEN_CHARACTERS.search("".join([element.text or "", element.tail or "", *element.attrib.values()]))
        if hidden:
            yield Fault(line, format_message("file-character", code=f"U+{ord(hidden[0]):04X}"))
        for name, value in element.attrib.items():
            if name not in ATTRIBUTES:
                yield Fault(line, format_message("drawing-attribute", name=name, tag=tag))
            for class_name in value.split() if name == "class" else ():
                if class_name not in CLASSES:
                    yield Fault(line, format_message("drawing-class", name=class_name, classes=", ".join(sorted(CLASSES))))


def local_name(element: etree._Element) -> str:
    """The tag without the SVG namespace; other namespaces are kept, and `&` stands for an entity reference."""
    return element.tag.removeprefix(SVG_NAMESPACE) if isinstance(element.tag, str) else "&"


def serialize_svg(element: etree._Element) -> str:
    """An element as HTML, without the white space between elements."""
    tag = local_name(element)
    attributes = "".join(f' {name}="{html.escape(" ".join(value.split()))}"' for name, value in element.attrib.items())
    inner = escape_text(element.text) + "".join(serialize_svg(child) + escape_text(child.tail) for child in element)
    return f"<{tag}{attributes}>{inner}</{tag}>" if inner or tag == "svg" else f"<{tag}{attributes}/>"


def escape_text(text: str | None) -> str:
    return html.escape(text, quote=False) if text and text.strip() else ""
