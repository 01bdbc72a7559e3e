"""Quotes, dashes, ellipses and spaces as a printer of the language would set them."""

from __future__ import annotations

import functools
import html
import re

import smartypants
from babel import Locale
from typogrify.filters import widont

# Quotes, `--` as en dash, `---` as em dash, `...`; as characters, since entities mean nothing outside HTML.
ATTRIBUTES = smartypants.Attr.q | smartypants.Attr.D | smartypants.Attr.e | smartypants.Attr.u
# Double quotes where they are not \u201c \u201d (CLDR, delimiters).
QUOTES = {"es": str.maketrans({"\u201c": "\u00ab", "\u201d": "\u00bb"})}
# Words that must not be parted from the number before them.
UNITS = {
    "en": "million|billion|per cent|km|kilometres|dollars",
    "es": "millones|por ciento|km|kil\u00f3metros|d\u00f3lares|mil",
    "fil": "milyon|bilyon|porsiyento|km|kilometro|dolyar",
}
# Without one of these nothing changes in a piece of text, and most pieces have none: half of the time is saved.
TRIGGER = re.compile(r"""["'\\]|--|\.\s?\.|&quot;""")
# A quote alone between two tags opens or closes by what stands before it (as smartypants has it).
LONELY = {'"': ("\u201c", "\u201d"), "'": ("\u2018", "\u2019")}
TAG = re.compile(r"<[^>]*>")
CODE = re.compile(r"(<(?:code|pre|kbd|samp)\b.*?</(?:code|pre|kbd|samp)>|<[^>]*>)", re.DOTALL)


def of_html(text: str, lang: str) -> str:
    """Typeset HTML. Code and addresses stay as they are; headings get no lonely last word."""
    tokens = CODE.split(text)
    before = ""
    for index, token in enumerate(tokens):
        if index % 2:
            token = TAG.sub("", token)  # what code says is only context
        elif token in LONELY:
            tokens[index] = LONELY[token][bool(before.strip())].translate(QUOTES.get(lang, {}))
        elif token:
            smart = smartypants.smartypants(token, ATTRIBUTES) if TRIGGER.search(token) else token
            tokens[index] = words(smart, lang)
        before = token[-1:] or before
    return widont("".join(tokens))


def of_plain(text: str, lang: str) -> str:
    """Typeset one line of plain text; the result is plain text again, never HTML."""
    return words(html.unescape(smartypants.smartypants(html.escape(text, quote=False), ATTRIBUTES)), lang)


def words(text: str, lang: str) -> str:
    """What differs from language to language: quotes, and what stays on one line."""
    if lang in QUOTES:
        text = text.translate(QUOTES[lang])
    if any(map(str.isdigit, text)):
        text = together(lang).sub(lambda found: f"{found[1] or found[2]}\u00a0", text)
    return text


@functools.cache
def together(lang: str) -> re.Pattern:
    """Finds the space between a number and its unit, and between a day and its month."""
    months = "|".join(map(re.escape, Locale.parse(lang, sep="-").months["format"]["wide"].values()))
    units = f"{UNITS[lang]}|" if lang in UNITS else ""
    return re.compile(rf"(\d) (?=(?:{units}(?:de )?(?:{months}))\b)|\b({months}) (?=\d)")
