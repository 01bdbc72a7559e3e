"""Characters that an author writes as numbers, such as `&#8217;`: what no text may hold can come in this way too."""

from __future__ import annotations

import html
import re

from .audit import Complaint
from .limits import NUMBER_DIGITS
from .messages import say
from .problems import Fault
from .source import FORBIDDEN

REFERENCE = re.compile(r"&#(?:[xX][0-9a-fA-F]+|[0-9]+);?")
LONG = re.compile(rf"\d{{{NUMBER_DIGITS}}}")
SIGN = "\ufffd"  # what stands in place of a forbidden character


def refuse_long_numbers(source: str, first_line: int) -> None:
    """Raise Fault for a number that Python would refuse to read (as a reference, from 4,301 digits on)."""
    found = LONG.search(source)
    if found:
        raise Fault(first_line + source.count("\n", 0, found.start()), say("number-long", limit=NUMBER_DIGITS))


def tamed(markup: str) -> tuple[str, list[Complaint]]:
    """HTML with a visible sign for every reference to a forbidden character, and a complaint for each of these."""
    found = []

    def sign(reference: re.Match) -> str:
        character = html.unescape(reference[0])
        if character and not FORBIDDEN.search(character):
            return reference[0]
        found.append(reference[0])
        return SIGN

    safe = REFERENCE.sub(sign, markup)
    return safe, [((written,), say("character-reference", written=written)) for written in dict.fromkeys(found)]
