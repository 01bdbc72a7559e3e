"""Typography: quotes, dashes, ellipses and no-break spaces, by the rules of the language."""

from __future__ import annotations

import functools
import html
import re

import smartypants
from babel import Locale
from typogrify.filters import widont

# Quotes, `--` as en dash, `---` as em dash, `...`; as characters and not entities, since the text may not become HTML.
ATTRIBUTES = smartypants.Attr.q | smartypants.Attr.D | smartypants.Attr.e | smartypants.Attr.u
# Double quotes of languages that do not use \u201c \u201d (source: CLDR, delimiters).
QUOTES = {"es": str.maketrans({"\u201c": "\u00ab", "\u201d": "\u00bb"})}
# Words that stay on the same line as the number before them.
UNITS = {
    "en": "million|billion|per cent|km|kilometres|dollars",
    "es": "millones|por ciento|km|kil\u00f3metros|d\u00f3lares|mil",
    "fil": "milyon|bilyon|porsiyento|km|kilometro|dolyar",
}
# Text without a match stays unchanged, which is most text.
TRIGGER = re.compile(r"""["'\\\d\u201c\u201d]|--|[A-Z]-[A-Z]|\.\s?\.|&(?:quot;|#)""")
PUNCTUATION = re.compile(r"""["'\\]|--|\.\s?\.|&(?:quot;|#)""")  # what smartypants changes
# A single quote character between two tags: opening or closing, depending on the text before it (as in smartypants).
LONE_QUOTES = {'"': ("\u201c", "\u201d"), "'": ("\u2018", "\u2019")}
DIGIT = re.compile(r"\d")
TAG = re.compile(r"<[^>]*>")
CODE = re.compile(r"(<(?:code|pre|kbd|samp)\b.*?</(?:code|pre|kbd|samp)>|<[^>]*>)", re.DOTALL)
# Browsers balance the lines of headings (text-wrap); a no-break space would only force other line breaks.
HEADING = re.compile(r"(<h[1-6]\b.*?</h[1-6]>)", re.DOTALL)
HEADING_TAG = re.compile(r"<(/?)h[1-6]\b")
# A possible line break after the dash in a range of numbers, or in a name in capitals.
NO_BREAK_AFTER_DASH = re.compile(r"(?<=\d\u2013)(?=\d)|(?<=[A-Z]-)(?=[A-Z])")


def typeset_html(text: str, lang: str) -> str:
    """Typeset HTML, except code and attributes; the last two words of paragraphs and list items stay on one line."""
    tokens = CODE.split(text)
    previous, heading = "", False
    for index, token in enumerate(tokens):
        if index % 2:
            if tag := HEADING_TAG.match(token):
                heading = not tag[1]
            token = TAG.sub("", token) if token.count("<") > 1 else ""  # code is not changed, but is context for the next quote
        elif token in LONE_QUOTES:
            tokens[index] = LONE_QUOTES[token][bool(previous.strip())].translate(QUOTES.get(lang, {}))
        elif TRIGGER.search(token):
            tokens[index] = NO_BREAK_AFTER_DASH.sub("\u2060", apply_language_rules(smart_punctuation(token), lang, heading))
        previous = token[-1:] or previous
    parts = HEADING.split("".join(tokens))
    return "".join(part if index % 2 else widont(part) for index, part in enumerate(parts))


def typeset_text(text: str, lang: str, heading: bool = False) -> str:
    """Typeset one line of plain text; the result is plain text too. `heading`: the text is a title or heading."""
    escaped = html.escape(text, quote=False)
    if escaped in LONE_QUOTES:
        return apply_language_rules(LONE_QUOTES[escaped][0], lang)
    text = apply_language_rules(html.unescape(smart_punctuation(escaped)), lang, heading)
    return NO_BREAK_AFTER_DASH.sub("\u2060", text) if heading else text


def smart_punctuation(text: str) -> str:
    """`text`, HTML without tags, with the punctuation of smartypants, which is slow and run only where it changes something."""
    return smartypants.smartypants(text, ATTRIBUTES) if PUNCTUATION.search(text) else text


def apply_language_rules(text: str, lang: str, heading: bool = False) -> str:
    """Apply the quotes of the language, and no-break spaces in numbers with units and in dates.

    Headings get no no-break spaces: on a narrow line, a date that cannot break between words would break inside a word.
    """
    if lang in QUOTES:
        text = text.translate(QUOTES[lang])
    if not heading and DIGIT.search(text):
        text = no_break_pattern(lang).sub(lambda match: f"{match[1] or match[2]}\u00a0", text)
    return text


@functools.cache
def no_break_pattern(lang: str) -> re.Pattern:
    """Matches the space between a number and its unit, and between a day and its month."""
    months = "|".join(map(re.escape, Locale.parse(lang, sep="-").months["format"]["wide"].values()))
    units = f"{UNITS[lang]}|" if lang in UNITS else ""
    return re.compile(rf"(\d) (?=(?:{units}(?:de )?(?:{months}))\b)|\b({months}) (?=\d)")
