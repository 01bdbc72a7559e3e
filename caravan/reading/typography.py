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
# A word without one of these stays as it is, and most words do. What smartypants makes of a word depends on nothing
# but the word and the signs beside it (a test holds it to that), so each is asked about once.
WORD = re.compile(r"""(?<![^ \t\r\n])[^ \t\r\n"'\\]*?(?:["'\\]|--|\.\.|&quot;|&#)[^ \t\r\n]*""")
# Without one of these nothing changes in a piece of text: most hold none.
TRIGGER = re.compile(r"""["'\\\d\u201c\u201d]|--|[A-Z]-[A-Z]|\.\s?\.|&(?:quot;|#)""")
SPACED_DOTS = re.compile(r"\.\s\.")  # an ellipsis of several words
# A quote alone between two tags opens or closes by what stands before it (as smartypants has it).
LONE_QUOTES = {'"': ("\u201c", "\u201d"), "'": ("\u2018", "\u2019")}
DIGIT = re.compile(r"\d")
TAG = re.compile(r"<[^>]*>")
CODE = re.compile(r"(<(?:code|pre|kbd|samp)\b.*?</(?:code|pre|kbd|samp)>|<[^>]*>)", re.DOTALL)
BLOCK_END = re.compile(r"</(?:p|h[1-6]|li|dt|dd)>")
SECOND_WORD = re.compile(r"\s[^<>\s]")
LAST_WORDS = 40  # characters before the end of a block that hold its last two words, mostly
# Titles and headings are balanced by the browser; glued words would break others there.
HEADING = re.compile(r"(<h[1-6]\b.*?</h[1-6]>)", re.DOTALL)
HEADING_TAG = re.compile(r"<(/?)h[1-6]\b")
# Where a line would break inside a range of numbers or a name of capitals: after their dash.
NO_BREAK_AFTER_DASH = re.compile(r"(?<=\d\u2013)(?=\d)|(?<=[A-Z]-)(?=[A-Z])")
BLOCK_SEPARATOR = "<\ue003>"  # no text holds it, and typogrify sees a tag that it does not know


def typeset_html(text: str, lang: str) -> str:
    """Typeset HTML. Code and addresses stay as they are; paragraphs and items get no lonely last word."""
    tokens = CODE.split(text)
    before, heading = "", False
    for index, token in enumerate(tokens):
        if index % 2:
            if tag := HEADING_TAG.match(token):
                heading = not tag[1]
            token = TAG.sub("", token) if token.count("<") > 1 else ""  # what code says is only context
        elif token in LONE_QUOTES:
            tokens[index] = LONE_QUOTES[token][bool(before.strip())].translate(QUOTES.get(lang, {}))
        elif TRIGGER.search(token):
            tokens[index] = NO_BREAK_AFTER_DASH.sub("\u2060", apply_language_rules(smart_punctuation(token), lang, heading))
        before = token[-1:] or before
    parts = HEADING.split("".join(tokens))
    return "".join(part if index % 2 else prevent_widows(part) for index, part in enumerate(parts))


def attach_citations(text: str) -> str:
    """HTML whose citations stay on the line of what they follow, a narrow space away."""
    for space in (" ", "\n", "&nbsp;"):
        text = text.replace(f'{space}<a class="ref"', '\u202f<a class="ref"')
    return text


def typeset_text(text: str, lang: str, heading: bool = False) -> str:
    """Typeset one line of plain text; the result is plain text again, never HTML. `heading`: it is a title or a heading."""
    escaped = html.escape(text, quote=False)
    if escaped in LONE_QUOTES:
        return apply_language_rules(LONE_QUOTES[escaped][0], lang)
    text = apply_language_rules(html.unescape(smart_punctuation(escaped) if TRIGGER.search(escaped) else escaped), lang, heading)
    return NO_BREAK_AFTER_DASH.sub("\u2060", text) if heading else text


def smart_punctuation(text: str) -> str:
    """A piece of HTML between two tags as smartypants sets it."""
    if SPACED_DOTS.search(text):
        return smartypants.smartypants(text, ATTRIBUTES)
    return WORD.sub(lambda found: smart_punctuation_of_word(text[found.start() - 1 : found.start()], found[0], text[found.end() : found.end() + 1]), text)


@functools.lru_cache(maxsize=4096)
def smart_punctuation_of_word(before: str, word: str, after: str) -> str:
    whole = smartypants.smartypants(before + word + after, ATTRIBUTES)
    return whole[len(before) : len(whole) - len(after)]


def prevent_widows(text: str) -> str:
    """HTML as typogrify's `widont` leaves it, which is shown the ends of blocks alone: it changes nothing else."""
    kept, ends, done = [], [], 0
    for end in [*(found.end() for found in BLOCK_END.finditer(text)), len(text)]:
        cut = max(done, end - LAST_WORDS)
        tail = text[cut:end]
        inside_a_tag = ">" in tail.split("<", 1)[0]
        if cut > done and (inside_a_tag or tail[0].isspace() or not SECOND_WORD.search(tail, 1)):
            cut, tail = done, text[done:end]  # what comes before the last word may begin further to the front
        kept.append(text[done:cut])
        ends.append(tail)
        done = end
    changed = widont(BLOCK_SEPARATOR.join(ends)).split(BLOCK_SEPARATOR)
    return "".join(part for pair in zip(kept, changed) for part in pair)


def apply_language_rules(text: str, lang: str, heading: bool = False) -> str:
    """What differs from language to language: quotes, and what stays on one line.

    In a heading nothing does but the words themselves: a date that must not part would break inside a word of it where the
    line is too short, as beside a text.
    """
    if lang in QUOTES:
        text = text.translate(QUOTES[lang])
    if not heading and DIGIT.search(text):
        text = no_break_pattern(lang).sub(lambda found: f"{found[1] or found[2]}\u00a0", text)
    return text


@functools.cache
def no_break_pattern(lang: str) -> re.Pattern:
    """Finds the space between a number and its unit, and between a day and its month."""
    months = "|".join(map(re.escape, Locale.parse(lang, sep="-").months["format"]["wide"].values()))
    units = f"{UNITS[lang]}|" if lang in UNITS else ""
    return re.compile(rf"(\d) (?=(?:{units}(?:de )?(?:{months}))\b)|\b({months}) (?=\d)")
