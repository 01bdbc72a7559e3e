"""Sanitizing with nh3: tags, attributes and values that are not on the lists below are removed.

Links to other files of the site become placeholders, since their URLs differ from page to page. Everything that is
removed is reported to the author. Raw HTML does not come here: Markdown leaves it in the text, escaped.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import nh3
from markdown.util import AMP_SUBSTITUTE

from caravan.reading.article import DRAWINGS, BodyPicture, LinkTarget
from caravan.reading.limits import FORBIDDEN_CHARACTERS
from caravan.reading.links import resolve
from caravan.reading.markdown import BLOCK_ID_PLACEHOLDER, STASH_MARKER, RenderedMarkdown
from caravan.reading.paths import PICTURE_ENDINGS
from caravan.reading.problems import format_message
from caravan.reading.schema import LANGUAGE_CODE

# What Markdown and the site's blocks produce.
TAGS = set(
    "a abbr aside blockquote br code dd del details div dl dt em figcaption figure h2 h3 h4 h5 h6 hr li ol p pre strong "
    "summary sup table tbody td th thead tr ul".split()
)
GLOBAL_ATTRIBUTES = {"id", "class", "lang", "dir", "title"}
ATTRIBUTES = {
    "*": GLOBAL_ATTRIBUTES,
    "a": {"href", "role", "hreflang", "aria-label"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "details": {"open"},
    "pre": {"tabindex"},
    "figure": {"tabindex"},
}
# The only values that these attributes may have.
ALLOWED_VALUES = {"role": {"doc-noteref"}, "tabindex": {"0"}, "aria-label": {"\ue000wback\ue001"}}
# The classes that the site's Markdown produces. With others, a text could imitate parts of the page.
CLASSES = {"note", "drawing", "label", "ref", "start", "center", "end", "footnote", "footnote-ref", "footnote-backref"}
CODE_CLASS = re.compile(r"language-[\w+#.-]+")
OWN_VALUE = re.compile(rf"{BLOCK_ID_PLACEHOLDER}\d+|\ue000wback\ue001")
LINK_ATTRIBUTES = {("a", "href"), ("img", "src")}
URL_NAMES = ("href", "src", "ping")  # the ends of the names of attributes that nh3 removes itself, because of their scheme
SCHEMES = {"https", "http", "mailto", "tel"}

Finding = tuple  # strings that locate it in the source, the most exact first; the message; its severity if it is no error


REFERENCE = re.compile(r"&(?:#(?:[xX][0-9a-fA-F]+|[0-9]+);?|[a-zA-Z][a-zA-Z0-9]*;)")
REPLACEMENT = "\ufffd"  # replaces a reference to a forbidden character


def replace_forbidden_char_refs(markup: str) -> tuple[str, list[Finding]]:
    """Replace references such as `&#xE000;` to forbidden characters by U+FFFD.

    Returns the HTML and one finding for each, and for each name of three letters or more that is none of a character.
    """
    forbidden, unknown = [], []

    def replace(match: re.Match) -> str:
        character = html.unescape(match[0])
        if character and character < "\U000e0000" and not FORBIDDEN_CHARACTERS.search(character):
            if len(match[0]) > 4 and character[1:].endswith(";"):
                unknown.append(match[0])
            return match[0]
        forbidden.append(match[0])
        return REPLACEMENT

    safe = REFERENCE.sub(replace, markup)
    findings: list[Finding] = [((written,), format_message("character-unknown", written=written), "warning") for written in dict.fromkeys(unknown)]
    return safe, findings + [((written,), format_message("character-reference", written=written)) for written in dict.fromkeys(forbidden)]


# Placeholders are between private-use characters. Authors cannot write them: `limits.decode` and
# `replace_forbidden_char_refs` refuse these characters.
PLACEHOLDER = re.compile("\ue000([pdi]?\\d+|h[^\ue001]+|w[a-z]+|e)\ue001")
DRAWING_PLACEHOLDER = re.compile("\ue000d([^\ue001]*)\ue001")


class Sanitizer:
    """Sanitizes the HTML of one body at a time, and holds what it found in the last one. Not safe for threads.

    `targets`: of the links (without lines); `anchor_ids`: all ids; `names`: the classes and attributes that the filter let through, as
    `.class` and `[attribute]`; `pictures`; `findings`.

    Two nh3 cleaners: the first is for Markdown's HTML and passes every attribute to `filter_attribute`, which may change or
    drop it, and reports that. The second has the list of attributes, and is for the result after typography.
    """

    def __init__(self):
        options = {"tags": TAGS, "url_schemes": SCHEMES, "link_rel": None, "strip_comments": True}
        self.first = nh3.Cleaner(**options, generic_attribute_prefixes={""}, attribute_filter=self.filter_attribute)
        self.clean_again = nh3.Cleaner(**options, attributes=ATTRIBUTES).clean

    def sanitize(self, rendered: RenderedMarkdown, folder: str) -> str:
        """The sanitized HTML of a file in `folder` (below content/), with placeholders; what that removes is in `findings`."""
        self.folder, self.seen_links, self.anchor_ids, self.names = folder, [], [], set()
        self.targets: list[LinkTarget] = []
        self.pictures: list[BodyPicture] = []
        markup, self.findings = replace_forbidden_char_refs(rendered.html)
        # Markdown leaves pieces of its own marks where emphasis is nested badly, or a link without its bracket swallows a mark.
        cleaned = self.first.clean(markup).replace("\x02", "").replace("\x03", "")
        for picture, caption in rendered.pictures:
            self.pictures.append(BodyPicture(*self.picture_attributes(picture), caption))
        self.findings += self.dropped_links(rendered.tree)
        return DRAWING_PLACEHOLDER.sub(self.drawing_placeholder, cleaned)

    def picture_attributes(self, picture: Element) -> tuple[int, dict[str, str]]:
        """The index of a picture's file in the targets (-1 if it is invalid), and the attributes that it may have."""
        attributes, count = {}, len(self.targets)
        for name in sorted(picture.keys()):
            written, findings = replace_forbidden_char_refs(picture.get(name).replace(AMP_SUBSTITUTE, "&"))
            self.findings += findings
            attributes[name] = self.filter_attribute("img", name, STASH_MARKER.sub("", html.unescape(written)))
        targets, link = self.targets[count:], picture.get("src", "")
        if targets and not targets[0].path.lower().endswith(PICTURE_ENDINGS):
            self.findings.append(((link,), format_message("picture-form", link=link)))
        attributes.pop("src", None)
        return (count if targets else -1), {name: value for name, value in attributes.items() if value is not None}

    def dropped_links(self, tree: Element) -> Iterator[Finding]:
        """Report links that nh3 removed before it called the attribute filter, because of their scheme or form."""
        written = [value for element in tree.iter() for name, value in element.items() if name.lower().endswith(URL_NAMES)]
        if len(written) > len(self.seen_links):
            for link in {html.unescape(link.replace(AMP_SUBSTITUTE, "&")): None for link in written}:
                problem = resolve(link, self.folder)
                if link not in self.seen_links and not isinstance(problem, LinkTarget):
                    yield (link,), problem or format_message("link-broken", link=link)

    def filter_attribute(self, tag: str, name: str, value: str) -> str | None:
        """The new value of an attribute, or None to remove it, with a finding: an attribute list such as `{.x y=z}` may have set it.

        Called by nh3. Must not raise: nh3 swallows the exception and removes the attribute.
        """
        if name.endswith(URL_NAMES) and tag != "img":
            self.seen_links.append(value)
        allowed = name in GLOBAL_ATTRIBUTES or name in ATTRIBUTES.get(tag, ())
        if not allowed or value not in ALLOWED_VALUES.get(name, {value}):
            self.findings.append(((f"{name}=", name), format_message("html-attribute", name=name, tag=tag)))
            return None
        self.names.add(f"[{name}]")
        if FORBIDDEN_CHARACTERS.search(value) and not OWN_VALUE.fullmatch(value):
            return None  # it could be taken for a placeholder
        if name == "class":
            classes = value.split()
            allowed_classes = [name for name in classes if name in CLASSES or CODE_CLASS.fullmatch(name)]
            self.findings += [((other,), format_message("html-class", name=other)) for other in classes if other not in allowed_classes]
            self.names.update(f".{allowed}" for allowed in allowed_classes)
            return " ".join(allowed_classes) or None
        if name == "lang" and not LANGUAGE_CODE.fullmatch(value):
            self.findings.append(((f"{name}={value}", value), format_message("language-code", value=value)))
        if name == "id" and not value.startswith(BLOCK_ID_PLACEHOLDER):
            self.anchor_ids.append(value)
        return self.link_value(name, value) if (tag, name) in LINK_ATTRIBUTES else value

    def link_value(self, name: str, value: str) -> str | None:
        """The URL itself if it is external, a placeholder for a file of the site, None if it is invalid (with a finding)."""
        target = resolve(value, self.folder)
        if target is None and name == "src":
            target = format_message("picture-outside", link=value)
        elif name == "src" and value.startswith("data:"):
            target = format_message("picture-data")
        if isinstance(target, str):
            self.findings.append(((value or "]()",), target))
            return None
        if target is None:
            return value
        self.targets.append(target)
        return f"\ue000{len(self.targets) - 1}\ue001"

    def drawing_placeholder(self, match: re.Match) -> str:
        """The placeholder of a drawing by index; adds the drawing to the targets."""
        name = html.unescape(match[1])
        self.targets.append(LinkTarget(f"{DRAWINGS}/{name}", "", f"drawing | {name}", 0))
        return f"\ue000d{len(self.targets) - 1}\ue001"
