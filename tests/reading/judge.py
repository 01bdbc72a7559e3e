"""Checks HTML, parsed as browsers parse it (html5lib), for everything that must not reach readers."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.etree import ElementTree

import html5lib

from caravan.reading import markdown, sanitize
from caravan.reading.article import BodyHtml, BodyPicture

ACTIVE = set(
    "script style svg math iframe frame frameset object embed applet form input button select option textarea meta base "
    "link template noscript video audio track portal fencedframe dialog marquee title".split()
)
# Parts of a page, which a text must not contain.
PARTS = set("html head body main header nav footer article h1".split())
LOADS = set(
    "src srcset poster data background ping action formaction cite longdesc manifest codebase archive classid dynsrc "
    "lowsrc profile icon xlink:href".split()
)
SCHEMES = {"", "https", "http", "mailto", "tel"}
IGNORED = re.compile("[\t\n\r]")  # browsers remove these from URLs


def name(tag: object) -> str:
    """`{namespace}name` without its namespace; elements that are not HTML get the prefix `foreign:`, comments are `!`."""
    if not isinstance(tag, str):
        return "!"
    space, _, local = tag.rpartition("}")
    return local if space in ("", "{http://www.w3.org/1999/xhtml") else f"foreign:{local}"


def page(markup: str) -> ElementTree.Element:
    return html5lib.parse(markup, treebuilder="etree")


def fragment(markup: str) -> ElementTree.Element:
    """The body of a page with nothing but `markup` in it."""
    return page(f"<!doctype html><body>{markup}")[1]


def violations(tree: ElementTree.Element, never: set[str] = ACTIVE | PARTS, home: str = "") -> Iterator[str]:
    """Everything in `tree` that must not reach readers. `home`: the URL of the site, for HTML with absolute links."""
    for element in tree.iter():
        tag = name(element.tag)
        if element is not tree and (tag in never or tag.startswith("foreign:") or tag == "!"):
            yield f"<{tag}>"
        for key, value in element.items():
            key = name(key).lower().removeprefix("foreign:")
            if key.startswith("on") or key in ("style", "srcdoc"):
                yield f"<{tag} {key}={value}>"
            if key in LOADS or (key == "href" and (tag, value) != ("link", "data:,")):
                yield from url_violations(tag, key, value, home)


def url_violations(tag: str, key: str, value: str, home: str) -> Iterator[str]:
    value = IGNORED.sub("", value).strip("".join(map(chr, range(33))))
    try:
        parts = urlsplit(value)
    except ValueError:
        yield f"<{tag} {key}={value}> is no address"
        return
    if parts.scheme not in SCHEMES:
        yield f"<{tag} {key}={value}>"
    elsewhere = parts.netloc or parts.scheme or value.replace("\\", "/").startswith("//")
    if key != "href" and elsewhere and not (home and value.startswith(f"{home}/")):
        yield f"<{tag} {key}={value}> loads from elsewhere"
    if not parts.scheme and (parts.netloc or value.replace("\\", "/").startswith("//")):
        yield f"<{tag} {key}={value}> takes its scheme from the page"


def render(body: BodyHtml, *args: object, **values: object) -> str:
    """The HTML of a body with its placeholders filled in, as `BodyHtml.fill`."""
    return "".join(body.fill(*args, **values))


def picture(shown: BodyPicture) -> str:
    """The HTML of a picture in a body, for `render`."""
    return "<img" + "".join(f' {name}="{html.escape(value)}"' for name, value in shown.attributes.items()) + ">"


def shape(tree: ElementTree.Element) -> list:
    """A tree as a list that can be compared: tags, attributes and text; without URLs and block ids, which become placeholders."""
    found: list = []

    def walk(element: ElementTree.Element) -> None:
        tag = name(element.tag)
        attributes = {name(key): value for key, value in element.items()}
        for key in attributes.keys() & {"href", "src"}:
            attributes[key] = "…"
        if attributes.get("id", "").startswith(markdown.BLOCK_ID_PLACEHOLDER):
            del attributes["id"]
        if "class" in attributes:
            attributes["class"] = " ".join(attributes["class"].split())
        found.append((tag, tuple(sorted(attributes.items()))) if tag != "!" else ("!", element.text or ""))
        if tag != "!":
            words(element.text)
        for child in element:
            walk(child)
            words(child.tail)
        found.append(f"/{tag}")

    def words(text: str | None) -> None:
        text = " ".join((text or "").split())
        if text:
            found.append(text)

    walk(tree)
    return found


def before_and_after_sanitizing(source: str) -> tuple[list, list]:
    """The shapes of a body's HTML before and after the sanitizer, without typography."""
    rendered = markdown.convert(markdown.create_converter(), source)
    markup, _ = sanitize.replace_forbidden_char_refs(rendered.html)
    return shape(fragment(markup)), shape(fragment(sanitize.Sanitizer().sanitize(rendered, "analysis/x")))


def text_classes() -> set[str]:
    """The only classes that a text may have: those that Markdown produces."""
    return {"note", "drawing", "label", "ref", "start", "center", "end", "footnote", "footnote-ref", "footnote-backref"}
