"""From the bytes of a file to its text: encoding, line ends, and characters that no text may hold."""

from __future__ import annotations

import re

from .limits import TEXT_BYTES
from .messages import say
from .problems import Fault

# Control characters but tab and newline; surrogates, private use, noncharacters; bidi overrides and isolates; what has
# neither shape nor width (joiners, soft hyphens and direction marks may stand: languages need them).
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff"
    "\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff\U000f0000-\U0010ffff"
    "\u115f\u1160\u180e\u200b\u2060-\u2064\u206a-\u206f\u3164\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
    + "".join(chr(plane * 0x10000 + end) for plane in range(1, 15) for end in (0xFFFE, 0xFFFF))
    + "]"
)
# What most texts are made of; the long list of what is forbidden is asked only where something else stands.
USUAL = re.compile("[\t\n -~\xa0-\u024f\u2010-\u2015\u2018-\u2027\u2030-\u205e\u20a0-\u20bf]*")
LINE_END = re.compile(rb"\r\n|\r|\n")
CONFLICT = re.compile(r"^(<{7} |={7}$|>{7} |\|{7} )", re.MULTILINE)


def decode(data: bytes) -> str:
    """The text of a file, with `\\n` line ends and without a byte order mark.

    Raises Fault for what is not UTF-8 text, too large or empty, and for the first character that may not stand.
    """
    if len(data) > TEXT_BYTES:
        raise Fault(1, say("file-large", limit=f"{TEXT_BYTES:,}"))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:200]:
        raise Fault(1, say("file-utf16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else say("file-binary"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(LINE_END.findall(data, 0, error.start)) + 1
        raise Fault(line, say("file-encoding", byte=f"0x{data[error.start]:02X}")) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise Fault(1, say("file-empty"))
    forbidden = None if USUAL.fullmatch(text) else FORBIDDEN.search(text)
    for found, key in ((forbidden, "character"), (CONFLICT.search(text), "conflict")):
        if found:
            line = text.count("\n", 0, found.start()) + 1
            raise Fault(line, say(f"file-{key}", code=f"U+{ord(found[0][0]):04X}"))
    return text
