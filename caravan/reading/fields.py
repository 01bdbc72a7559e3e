"""Checks of single front-matter values. Each raises PydanticCustomError with a sentence for the author."""

from __future__ import annotations

import calendar
import datetime
import re
import unicodedata
from collections.abc import Callable

from pydantic_core import PydanticCustomError

from .limits import SLUG_LENGTH
from .messages import say
from .source import FORBIDDEN

DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
SPACES = re.compile(r"[ \t\n]+")  # not the no-break space, which parts numbers such as 10 000
MARKUP = re.compile(r"<[a-zA-Z/!?]|&#?\w+;")
FINGERPRINT = re.compile(r"[0-9a-f]{6}")
OLD_ADDRESS = re.compile(rf"[a-z0-9-]{{1,{SLUG_LENGTH}}}(/[a-z0-9-]{{1,{SLUG_LENGTH}}}){{0,3}}")
# Unicode's categories of characters without a shape: control, format, surrogate, private use, unassigned, line ends.
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def wrong(key: str, at: str = "", **values: object) -> PydanticCustomError:
    """The complaint `key`; `at` names the field inside a group that it is about."""
    return PydanticCustomError("ours", "{sentence}", {"sentence": say(key, **values), "at": at})


def a_day(value: object) -> datetime.date:
    """A calendar day written as YYYY-MM-DD (ISO 8601)."""
    if isinstance(value, datetime.date):
        return value
    found = DAY.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise wrong("day-form", value=value)
    year, month, day = map(int, found.groups())
    if not 1900 <= year <= 2200:
        raise wrong("day-year", value=value)
    try:
        return datetime.date(year, month, day)
    except ValueError:
        month = min(max(month, 1), 12)
        day = min(max(day, 1), calendar.monthrange(year, month)[1])
        raise wrong("day-unreal", value=value, example=datetime.date(year, month, day)) from None


def a_day_order(first: datetime.date, last: datetime.date, first_name: str, last_name: str) -> None:
    if last < first:
        raise wrong("day-order", last_name, first=first_name, last=last_name, value=last)


def a_list(value: object) -> object:
    if isinstance(value, str):
        raise wrong("list-wanted", value=value)
    return value


def plain(value: str) -> str:
    """One line of text without markup and without characters that nobody sees."""
    value = value.strip("\n")  # YAML's blocks (| and >) end with one
    if "\n" in value:
        raise wrong("field-text")
    if MARKUP.search(value):
        raise wrong("plain-markup", found=MARKUP.search(value)[0])
    for character in value:
        if unicodedata.category(character) in UNSEEN or FORBIDDEN.match(character):
            raise wrong("plain-invisible", code=f"U+{ord(character):04X}")
    value = SPACES.sub(" ", value).strip()
    if not value:
        raise wrong("plain-empty")
    return value


def sized(least: int, most: int, unit: str = "characters") -> Callable:
    """A check that a value has between `least` and `most` of `unit`."""

    def check(value):
        if len(value) < least:
            raise wrong("too-short", has=len(value), least=least, most=most, unit=unit)
        if len(value) > most:
            raise wrong("too-long", has=len(value), least=least, most=most, unit=unit)
        return value

    return check


def old_address(value: tuple[str, ...]) -> tuple[str, ...]:
    """Former addresses as `kind/slug`, without slashes around them; returned without them."""
    for address in value:
        if not isinstance(address, str) or not OLD_ADDRESS.fullmatch(address.strip("/")):
            raise wrong("old-address", value=address)
    return tuple(address.strip("/") for address in value)


def fingerprints(value: object) -> object:
    """The record of a translation: fingerprints of the original's paragraphs, between spaces (see freshness)."""
    if isinstance(value, tuple):
        return value
    marks = tuple(value.split()) if isinstance(value, str) else ()
    if not marks or not all(FINGERPRINT.fullmatch(mark) for mark in marks):
        raise wrong("record-form")
    return marks
