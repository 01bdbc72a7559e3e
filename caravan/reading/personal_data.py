"""Words that give people away: phone numbers, e-mail addresses, coordinates and A-numbers in texts, data and file names."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from caravan.reading.evidence import CONTACTS_PATH
from caravan.reading.limits import READ_SECONDS, decode, time_limit
from caravan.reading.paths import ContentTree, read_limited
from caravan.reading.problems import Fault, Problem, format_message, run_check

DASHES = str.maketrans(dict.fromkeys("\u2010\u2012\u2013\u2212", "-") | dict.fromkeys("\u2032\u2019", "'") | dict.fromkeys("\u2033\u201d", '"'))
DEGREES = r"(?:\d{1,2}[.,]\d{3,}\s*°|\d{1,2}\s*°\s*\d{1,2}(?:[.,]\d+)?\s*')\s*(?:\d{1,2}(?:[.,]\d+)?\s*(?:\"|'')\s*)?"
PHONE, REGIONS = "a phone number", ("US", "MX", "PH")
# What a text may hold, and its pattern. Two decimal numbers are coordinates with four decimals each (11 metres), or with
# three where the second, a longitude of the Americas, is negative.
PATTERNS = {
    PHONE: r"(?:[+(]\s?){0,2}\d(?:[\s().\-/]{0,4}\d){7,}",  # 8 digits or more, of which `is_phone_number` says whether they are one
    "an e-mail address": r"\w\\?@[\w-]+\.\w",
    "coordinates of a place": rf"""{DEGREES}[NS]\b|(?<![\d.])-?\d{{1,2}}(?:[.,]\d{{4,}}°?[,;/\s]+-?\d{{1,3}}[.,]\d{{4,}}|\.\d{{3,}}°?[,;/\s]+-\d{{1,3}}\.\d{{3,}})
        |\b(?i:lat(?:itude?|itud)?)\b\W{{1,4}}-?\d{{1,2}}[.,]\d{{3,}}""",
    "an A-number (of a person in US immigration files)": r"""(?<!\w)(?:A[\s\#:.-]{0,3}(?:(?i:no|n[uú]m(?:ber|ero)?)\.?[\s\#:]{0,2})?|a[\#-]?)
        \d{2,3}[\s.-]?\d{3}[\s.-]?\d{3}(?!\w)""",
}
PATTERNS = {what: re.compile(pattern, re.VERBOSE) for what, pattern in PATTERNS.items()}
CHAT_LINK = re.compile(r"(?:wa\.me/|phone=)\+?(?=\d)")  # the digits behind it are an international number
OLD_MOBILE = re.compile(r"(\+ ?52[ -]?)1[ -]?(?=\d)")  # Mexico's numbers had a 1 here until 2020; people still write it
DAY_OR_URL = re.compile(r"\b\d{4}-\d\d-\d\d\b|https?://[^\s)>\"']+")  # pages of newspapers have long numbers
HUGE_ENTITY = re.compile(r"&#\d{8,}")  # of no character; Python refuses to read numbers of more than 4,300 digits
ATTRIBUTE = re.compile(r'(?<!aria-label)="[^"]*"')


def personal_data(text: str) -> Iterator[tuple[str, int]]:
    """What in `text` may give a person away: each kind, with the line of each place, counted from 1."""
    text = unicodedata.normalize("NFKC", html.unescape(HUGE_ENTITY.sub("", text))).translate(DASHES)
    phones = OLD_MOBILE.sub(r"\1", DAY_OR_URL.sub(" ", CHAT_LINK.sub(" +", text)))
    for what, pattern in PATTERNS.items():
        searched, line, counted = phones if what == PHONE else text, 1, 0
        for found in pattern.finditer(searched):
            if what != PHONE or is_phone_number(searched[max(0, found.start() - 2) : found.end() + 2].replace("\n", " ")):
                line, counted = line + searched.count("\n", counted, found.start()), found.start()
                yield what, line


def is_phone_number(text: str) -> bool:
    import phonenumbers  # here, since it takes a tenth of a second, and most texts have no such digits

    return any(phonenumbers.PhoneNumberMatcher(text, region, phonenumbers.Leniency.STRICT_GROUPING).has_next() for region in REGIONS)


def check_personal_data(tree: ContentTree) -> Iterator[Problem]:
    """Warn of what may give people away in texts, data, drawings and names of files, except in the list of public contacts."""
    files = {path.source_path: file for path, file in tree.article_files.items()} | tree.data_files
    for path in [*files, *(f"content/{name}" for name in tree.asset_files)]:
        for what in dict(personal_data(path.replace("_", " ").replace("/", "\n"))):
            yield Problem(path, 1, format_message("personal-name", what=what), "warning")
    for path in files.keys() - {CONTACTS_PATH}:
        yield from run_check(path, check_file, path, files[path])


def check_file(path: str, file: Path) -> Iterator[Problem]:
    """One warning for each kind and line; what was found is not repeated, since the log of a check can be public."""
    try:
        with time_limit(READ_SECONDS):
            text = decode(read_limited(file))
            found = set(personal_data(ATTRIBUTE.sub(lambda value: "\n" * value[0].count("\n"), text) if file.suffix == ".svg" else text))
    except (OSError, Fault):
        return  # reported where the file is parsed
    for what, line in found:
        yield Problem(path, line, format_message("personal-data", what=what), "warning")
