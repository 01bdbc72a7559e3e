"""Typography: quotes, apostrophes, dashes, ellipses and no-break spaces, by the rules of the language.

typogrify and its smartypants set dashes, ellipses and the last word of a paragraph. smartypants decides about a quote from the
piece of text between two tags, so quotes are set before, by what stands on both sides of each in its whole block.
"""

from __future__ import annotations

import functools
import html
import re

import smartypants
from babel import Locale
from typogrify.filters import widont

# `--` as en dash, `---` as em dash, `...`; as characters and not entities, since the text may not become HTML.
ATTRIBUTES = smartypants.Attr.D | smartypants.Attr.e | smartypants.Attr.u
PUNCTUATION = re.compile(r"\\|--|\.\s?\.")  # what smartypants changes; without it, it is not called, since it is slow
# What stands in a text for a tag or a piece that is not changed: the border of a block, a line break, code or an address,
# a tag inside a line. Sources cannot have these characters.
BLOCK, BREAK, WORD, INLINE = "\ue003\ue004\ue005\ue006"
STAND_IN = re.compile(f"[{BLOCK}-{INLINE}]")
INLINE_TAG = re.compile(r"</?(?:a|abbr|b|del|em|i|s|span|strong|sub|sup)\b")
ADDRESS_END = r"""[^\s<>"“”«»\ue000-\ue0ff]*[^\s<>"“”«»\ue000-\ue0ff.,;:!?…'’)\]]"""
KEPT = re.compile(r"(<(?:code|pre|kbd|samp)\b.*?</(?:code|pre|kbd|samp)>|<[^>]*>|\ue000[^\ue001]*\ue001)", re.DOTALL)  # as it is
# Web addresses, e-mail addresses and @names that readers see, which are not changed; and what a text with one of them has.
ADDRESS = re.compile(
    rf"((?:https?://|www\.){ADDRESS_END}|(?<![\w.])@[\w.-]*\w"
    rf"|(?<![\w@.-])(?:[\w.+-]+@)?(?:[\w-]+\.)+(?:[a-z]{{2,}}|[A-Z]{{2,}})(?:[/?#]{ADDRESS_END})?)"
)
MAY_BE_ADDRESS = re.compile(r"[@.:](?=[\w/])")
# Browsers balance the lines of headings (text-wrap); a no-break space would only force other line breaks.
HEADING = re.compile(r"(<h[1-6]\b.*?</h[1-6]>)", re.DOTALL)
PARAGRAPH_END = re.compile("(<br>|</(?:p|li|d[dt])>)")
LAST_WORDS = 100  # the characters of a paragraph in which typogrify looks for its last two words: it is slow
# A dash in a range of numbers, and a hyphen in IMA-USA, H-2B, COVID-19, after which no line may end.
NO_BREAK_AFTER_DASH = re.compile(r"[-\u2013](?:(?<=\d\u2013)(?=\d)|(?<=[A-ZÀ-Þ]-)(?=[A-ZÀ-Þ\d])|(?<=\d-)(?=[A-ZÀ-Þ]))")

QUOTE = re.compile(r"""["'\u00b4‘’“”«»](?<!\\.)(?:(?<=')')?""")
SINGLE = "'\u00b4‘’"
REACH = 20
BESIDE_QUOTES = f'{INLINE}"{SINGLE}“”«»'  # skipped in the search for what stands beside a quote
OPENING, CLOSING = {"“": "”", "«": "»", "‘": "’"}, "”»"
FREE_BEFORE = f"{BLOCK}{BREAK}([{{¿¡/-–—"
FREE_AFTER = f"{BLOCK}{BREAK})]}}.,;:!?…-–—"
# The quotes of a language, from the outside in, where it has other ones than “ ” (source: Ortografía de la lengua española).
LEVELS = {"es": ("«", "“", "‘")}
# Words that begin with an apostrophe; others do if nothing closes a quote behind them. Years too, such as '20 and '90s.
ELISIONS = {
    "en": "bout|cause|em|fraid|gainst|hood|kay|n|neath|nuff|round|sup|er|im|ol|til|till|tis|twas|twere|twill|twould",
    "fil": "andito|asan|bat|di|eto|ka|kala|kaw|la|lang|nay|ni|no|nong|nung|pag|pano|pre|san|sang|ta|tay|te|to|tol|tong|wag|wala|yan|yon|yun|yung|yong",
}
# Words and signs that stay on the line of the number before them.
UNITS = {
    "en": r"(?:thousand|[mbtr]+illion|per ?cent|dollars|pesos|euros|hours|feet|miles|acres|hectares|(?:kilo)?met(?:re|er)s|ft|lbs?)\b|[apAP]\.?[mM]\b",
    "es": r"(?:mil|millón|millones|por ciento|dólares|pesos|euros|horas|hectáreas|kilómetros?|kilos|metros?)\b|[ap]\. ?m\.",
    "fil": r"(?:[mbtr]+ilyon(?:es|g)?|libo(?:ng)?|pors(?:iy|y)ento(?:ng)?|dolyar|piso(?:ng)?|kilo(?:metro)?(?:ng)?|metro(?:ng)?|oras|taon(?:g)?)\b|[apAP]\.?[mM]\b",
}
SIGNS = r"(?:km|cm|mm|kg|ha|m)[²³]?\b|[%‰€₱£¥](?!\w)|°[CF]?(?!\w)|(?:USD|MXN|PHP|EUR|h)\b"
# Abbreviations that stay on the line of the number, or of the name, behind them.
BEFORE_NUMBERS = "Jan. Feb. Mar. Apr. Aug. Sept. Oct. Nov. Dec. Fig. fig. No. Nos. núm. Núm. n.º N.º art. Art. p. pp. pág. págs. vol. Vol. cap. sec. Sec. Blg.".split()
BEFORE_NAMES = "Dr. Dra. Mr. Mrs. Ms. Sr. Sra. Srta. St. Sta. Sto. Gen. Gng. Bb. Rev. Prof. Av. Ave.".split()


def typeset_html(text: str, lang: str) -> str:
    """Typeset HTML, except code, addresses and attributes; the last two words of paragraphs and list items stay on one line."""
    parts = HEADING.split(text.replace("&nbsp;", "\u00a0"))
    parts[1::2] = (typeset(part, lang, heading=True) for part in parts[1::2])
    parts[::2] = (keep_last_words(typeset(part, lang)) for part in parts[::2])
    return "".join(parts)


def keep_last_words(markup: str) -> str:
    pieces = [*PARAGRAPH_END.split(markup), ""]
    for index in range(0, len(pieces), 2):
        words = pieces[index]
        pieces[index] = words[:-LAST_WORDS]
        pieces[index + 1] = widont(words[-LAST_WORDS:] + pieces[index + 1])
    return "".join(pieces)


def typeset_text(text: str, lang: str, heading: bool = False) -> str:
    """Typeset one line of plain text; the result is plain text too. `heading`: the text is a title or heading."""
    return html.unescape(typeset(html.escape(text, quote=False), lang, heading))


def typeset(markup: str, lang: str, heading: bool = False) -> str:
    """Typeset the text between the tags of `markup`, as one text.

    Headings get no no-break spaces: on a narrow line, a date that cannot break between words would break inside a word.
    """
    tokens = KEPT.split(STAND_IN.sub("\ufffd", markup))
    for index in [index for index in range(0, len(tokens), 2) if MAY_BE_ADDRESS.search(tokens[index])][::-1]:
        tokens[index : index + 1] = ADDRESS.split(tokens[index])
    text = "".join(stand_in(token) if index % 2 else token for index, token in enumerate(tokens))
    text = BLOCK.join(set_quotes(block, lang) for block in text.split(BLOCK))
    if PUNCTUATION.search(text):
        text = smartypants.smartypants(text, ATTRIBUTES)
    if not heading:
        text = no_break_pattern(lang).sub("\u00a0", text)
    tokens[::2] = STAND_IN.split(NO_BREAK_AFTER_DASH.sub("\\g<0>\u2060", text))
    return "".join(tokens)


def stand_in(token: str) -> str:
    """The character that stands for a tag, a placeholder, code or an address in a text."""
    if token[0] != "<" or token.count("<") > 1 or token.startswith("<img"):
        return INLINE if token[0] == "\ue000" else WORD
    return INLINE if INLINE_TAG.match(token) else BREAK if token.startswith("<br") else BLOCK


def set_quotes(text: str, lang: str) -> str:
    """A block with typographic quotes and apostrophes; a ' or " behind a number that closes nothing is a sign of measure."""
    marks = [(match, *sides(text, match)) for match in QUOTE.finditer(text)]
    if not marks:
        return text
    quotes, levels = single_quotes(text, marks, lang), LEVELS.get(lang, ())
    parts, end, is_open = [], 0, []  # the closing signs of the open quotes; those of single ones behind a blank
    for match, before, starts, after, ends in marks:
        sign, new, level = match[0], match[0], levels[min(len(is_open), 2)] if levels else ""
        if match.start() in quotes:
            new = level if is_open and level else "‘"
            is_open.append(f" {OPENING[new]}")
        elif sign in SINGLE:
            in_single = any(closing[0] == " " for closing in is_open)
            measure = sign == "'" and before.isdigit() and (ends or after.isdigit()) and not in_single
            new = "′" if measure else is_open.pop()[1] if ends and is_open and is_open[-1][0] == " " else "’"
        elif sign in OPENING or sign not in CLOSING and opens(before, starts, ends, bool(is_open)):
            new = level or (sign if sign in OPENING else "“")
            is_open.append(OPENING[new])
        elif before.isdigit() and not is_open and sign not in CLOSING:
            new = "″"
        else:
            while is_open and is_open[-1][0] == " ":  # an apostrophe was taken for a single quote
                is_open.pop()
            closing = is_open.pop() if is_open else OPENING[level or "“"]
            new = sign if sign in CLOSING and not levels else closing
        parts += text[end : match.start()], new
        end = match.end()
    return "".join([*parts, text[end:]])


def sides(text: str, match: re.Match) -> tuple[str, bool, str, bool]:
    """The characters before and after a quote, without other quotes and tags in a line, and whether each is free of words."""
    start, end = match.span()  # no more than a few characters, for texts of nothing but quotes
    before = text[max(0, start - REACH) : start].rstrip(BESIDE_QUOTES)[-1:] or BLOCK
    after = text[end : end + REACH].lstrip(BESIDE_QUOTES)[:1] or BLOCK
    return before, before in FREE_BEFORE or before.isspace(), after, after in FREE_AFTER or after.isspace()


def single_quotes(text: str, marks: list[tuple], lang: str) -> set[int]:
    """The positions of the single quotes that open a quotation, which is closed; all others are apostrophes."""
    quotes, closing = set(), 0
    for match, _before, starts, after, ends in reversed(marks):
        if match[0] in SINGLE and not starts and ends:
            closing += 1
        elif match[0] in SINGLE and starts and closing and not after.isspace() and not elision_pattern(lang).match(text, match.end()):
            quotes.add(match.start())
            closing -= 1
    return quotes


def opens(before: str, starts: bool, ends: bool, is_open: bool) -> bool:
    """Whether a double quote opens a quotation (see `sides`). `is_open`: there is one that is not closed yet."""
    if starts and ends:
        return before == BLOCK or not is_open and before not in "-–—"
    return starts or not ends and not is_open and not before.isdigit()


@functools.cache
def elision_pattern(lang: str) -> re.Pattern:
    """Matches what stands behind an apostrophe that begins a word, but not a whole word in quotes."""
    words = f"|(?:{ELISIONS[lang]})(?![\\w-])" if lang in ELISIONS else ""
    return re.compile(rf"(?i){INLINE}*(?:n['’]|\d\ds\b|(?:\d\d\b(?![.,:]?\d){words})(?!['’](?![\w{INLINE}])))")


@functools.cache
def no_break_pattern(lang: str) -> re.Pattern:
    """Matches the space between a number and its unit, a day and its month, an abbreviation and its number or name."""
    names = [*Locale.parse(lang, sep="-").months["format"]["wide"].values()]
    months, units = "|".join(map(re.escape, names)), f"{UNITS[lang]}|" if lang in UNITS else ""
    before, titles = ("|".join(rf"(?<=\b{re.escape(word)} )" for word in words) for words in ([*names, *BEFORE_NUMBERS], BEFORE_NAMES))
    return re.compile(  # first what stands beside the space, which most spaces do not have
        rf" (?:(?=\d)(?:{before}|(?<=[$€₱£¥§] )|(?=\d\d\d\b)(?:(?<=\b\d )|(?<=\b\d\d )|(?<=\b\d\d\d )))|(?=[A-ZÀ-Þ])(?:{titles})"
        rf"|(?<=[\d{INLINE}] )(?:(?<=\d )|(?<=\d{INLINE} ))(?={INLINE}?(?:{units}{SIGNS}|(?:de |ng )?(?:{months})\b))|(?<=[º°eg.] )(?:"
        rf"(?<=[º°] )(?=de (?:{months})\b)|(?<=[\dº°] (?:de|ng) )(?=(?:{months})\b)|(?<=EE\. )(?=UU\.)|(?<=\bp\. )(?=ej\.)|(?<=\d [ap]\. )(?=m\.)))"
    )
