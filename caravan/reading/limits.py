"""Every limit on what the site reads, with its reason, in one place.

From the bytes of a file to its text: encoding, line ends, and characters that no text may hold.

How deep things stand inside each other in a body, seen before Markdown takes minutes over it.

A limit on how long one text may keep the reader busy.
"""

from __future__ import annotations

import contextlib
import re
import signal
import threading

from caravan.reading.problems import Fault, format_message

TEXT_BYTES = 1_000_000  # a text of 1 MB is 150,000 words; nothing readable on a phone is longer
READ_SECONDS = 10  # a text of usual length takes milliseconds; a hostile one is named and refused after this
YAML_DEPTH = 6  # front matter needs 3 levels; deeper is a mistake or an attack
NESTING_DEPTH = 40  # quotes, lists and tags inside each other; the sanitizer's time grows with the square of it
FOREIGN_TAGS = 2_000  # more tags than this in a text are read only if none of them is foreign to us
NUMBER_DIGITS = 1_000  # Python refuses to read numbers of more than 4,300 digits
SLUG_LENGTH = 80  # keeps addresses short enough to read out and to fit every file system
SUMMARY = (50, 300)  # characters: shorter says nothing, longer is cut by search engines and cards
TITLE = (3, 120)  # characters
LINE = (1, 600)  # characters in any other value of front matter; the longest that were written have half of it
ADDRESSES = (0, 20)  # former addresses of one text; each of them is a page in every language
FOLDER_DEPTH = 20  # folders inside each other; texts need 3, and far deeper no system can open them
HINTS = 20  # dead links of one text that are compared with all texts to find what was meant; it takes milliseconds each
DRAWING_BYTES = 12_000  # of one drawing: it stands inside the page
FILE_BYTES = 10_000_000  # a phone's photo has 3 to 8 MB; readers get smaller copies anyway
STORED_AT_LEAST = 1_000  # texts that the store keeps in any case, about 15 kB each
STORED_TIMES = 3  # as many times the texts of the site does the store keep: a change and its return cost nothing
INSIDES_AT_HAND = 64  # whole texts kept in memory at once; the others are fetched when their page is made


# Control characters but tab and newline; surrogates, private use, noncharacters; bidi overrides and isolates; what has
# neither shape nor width (joiners, soft hyphens and direction marks may stand: languages need them).
FORBIDDEN_CHARACTERS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff"
    "\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff\U000f0000-\U0010ffff"
    "\u115f\u1160\u180e\u200b\u2060-\u2064\u206a-\u206f\u3164\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
    + "".join(chr(plane * 0x10000 + end) for plane in range(1, 15) for end in (0xFFFE, 0xFFFF))
    + "]"
)
# What most texts are made of; the long list of what is forbidden is asked only where something else stands.
COMMON_CHARACTERS = re.compile("[\t\n -~\xa0-\u024f\u2010-\u2015\u2018-\u2027\u2030-\u205e\u20a0-\u20bf]*")
LINE_END = re.compile(rb"\r\n|\r|\n")
CONFLICT_MARKER = re.compile(r"^(<{7} |={7}$|>{7} |\|{7} )", re.MULTILINE)


def decode(data: bytes) -> str:
    """The text of a file, with `\\n` line ends and without a byte order mark.

    Raises Fault for what is not UTF-8 text, too large or empty, and for the first character that may not stand.
    """
    if len(data) > TEXT_BYTES:
        raise Fault(1, format_message("file-large", limit=f"{TEXT_BYTES:,}"))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:200]:
        raise Fault(1, format_message("file-utf16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else format_message("file-binary"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(LINE_END.findall(data, 0, error.start)) + 1
        raise Fault(line, format_message("file-encoding", byte=f"0x{data[error.start]:02X}")) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise Fault(1, format_message("file-empty"))
    forbidden = None if COMMON_CHARACTERS.fullmatch(text) else FORBIDDEN_CHARACTERS.search(text)
    for found, key in ((forbidden, "character"), (CONFLICT_MARKER.search(text), "conflict")):
        if found:
            line = text.count("\n", 0, found.start()) + 1
            raise Fault(line, format_message(f"file-{key}", code=f"U+{ord(found[0][0]):04X}"))
    return text


# Quotes and numbered lists begun in one line; a list indented that far. (A line of `-` or `*` alone is a rule.)
MARKERS = re.compile(rf"[ \t]*(?:(?:>|\d+[.)])[ \t]*){{{NESTING_DEPTH + 1}}}")
INDENT = re.compile(rf"(?: {{4}}|\t){{{NESTING_DEPTH + 1}}}[ \t]*(?:[-*+>]|\d+[.)])")
BRACKET = re.compile(r"\\.|[\[\]()]")
CLOSES = {"]": "[", ")": "("}


def check_nesting(body: str, first_line: int) -> None:
    """Raise Fault for the first line of `body`, which starts at `first_line` of its file, that stands too deep.

    Markdown looks for the end of each open bracket through the whole paragraph, so a paragraph of 20,000 of them
    takes it minutes.
    """
    still_open = {"[": 0, "(": 0}
    for number, line in enumerate(body.split("\n"), first_line):
        if not line.strip():
            still_open = dict.fromkeys(still_open, 0)
        for bracket in BRACKET.findall(line):
            if bracket in still_open:
                still_open[bracket] += 1
            elif bracket in CLOSES:
                still_open[CLOSES[bracket]] = max(0, still_open[CLOSES[bracket]] - 1)
            if max(still_open.values()) > NESTING_DEPTH:
                raise Fault(number, format_message("file-deep"))
        if MARKERS.match(line) or INDENT.match(line):
            raise Fault(number, format_message("file-deep"))


@contextlib.contextmanager
def time_limit(seconds: float):
    """Give up on a text that takes longer than `seconds`, by raising Fault.

    Uses the interval timer, which Python has on POSIX and in the main thread only; elsewhere there is no ceiling.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(number, frame):
        raise Fault(1, format_message("file-slow", limit=seconds))

    before = signal.signal(signal.SIGALRM, ring)
    # Again every second: libraries may catch what is raised in the middle of them.
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
