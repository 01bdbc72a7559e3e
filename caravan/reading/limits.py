"""Limits on input: sizes, lengths, nesting, characters and parsing time. Each limit has its reason beside it."""

from __future__ import annotations

import contextlib
import re
import signal
import threading
import unicodedata
from collections.abc import Iterator

from caravan.reading.problems import Fault, format_message

TEXT_BYTES = 1_000_000  # 1 MB is 150,000 words; nothing readable on a phone is longer
READ_SECONDS = 10  # of processor time; parsing a text of usual length takes milliseconds; a hostile one is refused after this time
YAML_DEPTH = 6  # front matter needs 3 levels; deeper is a mistake or an attack
MAX_FIELDS = 60  # of front matter in which a fault is not the only one named; three times as many as there are
NESTING_DEPTH = 40  # of quotes, lists and brackets; the sanitizer's running time grows with the square of the depth
NUMBER_DIGITS = 1_000  # Python's `int` raises for more than 4,300 digits
SLUG_LENGTH = 80  # keeps URLs short enough to read out and to fit every file system
SUMMARY = (50, 300)  # characters: shorter says nothing, longer is cut by search engines and social cards
TITLE = (3, 120)  # characters
LINE = (1, 600)  # characters in any other value of front matter; twice the longest that was written so far
NOTICE = (1, 240)  # characters: three lines on a phone, above every page
ADDRESSES = (0, 20)  # former addresses of one text; each of them is a page in every language
FOLDER_DEPTH = 20  # nested folders; texts need 3, and far deeper ones cannot be opened on every system
MAX_SUGGESTIONS = 20  # dead links of one text that get a "did you mean"; each search takes milliseconds
TRANSLATION = (4, 100)  # a phrase of the interface may have 4 times the characters of its original and 100 more; words grow 3 times
DRAWING_BYTES = 12_000  # size of one drawing, which is part of the page's HTML
EXTRA_BYTES = 4_096  # size of a file for the root of the site: all that are allowed are short
FILE_BYTES = 10_000_000  # of a picture; a phone's photo has 3 to 8 MB; readers get smaller copies anyway
PIXELS = 25_000_000  # of a picture that is published; decoding it needs 75 MB of memory
PHOTO_BYTES, PHOTO_PIXELS = 60_000_000, 120_000_000  # of a photo that `photos` makes smaller; phones make up to 108 megapixels
MIN_CACHED_ARTICLES = 1_000  # articles that the cache always keeps, about 15 kB each
CACHED_VERSIONS = 3  # the cache keeps this many times the articles of the site, so that an undone edit is parsed once
BODIES_IN_MEMORY = 64  # article bodies kept in memory; the others are loaded from the cache when their page is rendered


# Control characters except tab and newline; surrogates, private use, noncharacters; bidi overrides and isolates; characters
# without shape and width; U+FFFC and U+FFFD, which stand for what was lost. Joiners, soft hyphens and direction marks are
# allowed, since languages need them. No list of categories: those of Python differ from version to version.
FORBIDDEN_CHARACTERS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff"
    "\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff\U000f0000-\U0010ffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\u115f\u1160\u180e\u200b\u2060-\u2064\u206a-\u206f\u3164\uffa0\ufff9-\ufffd\U000e0000-\U000e001f\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
    + "".join(chr(plane * 0x10000 + end) for plane in range(1, 15) for end in (0xFFFE, 0xFFFF))
    + "]"
)
# Joiners, tags and variation selectors that are not part of a sequence of Unicode (UTS 51, RFC 5892 appendix A, UTS 37): a joiner
# that follows no letter of a script with joined letters and no emoji, a tag outside of the flag of a region, a selector behind
# no character that has variants.
MISPLACED_CHARACTERS = re.compile(
    "[\u200c\u200d\ufe00-\ufe0f\U000e0020-\U000e01ef](?:(?<=[\u200c\u200d])(?<![\u0590-\u109f\u1700-\u1cff\u2190-\u2bff\u3030\u303d\ua800-\uabff"
    "\ufb1d-\ufe0f\ufe70-\ufefc\U00010a00-\U00011fff\U0001e900-\U0001faff\U000e007f].)|(?<=[\ufe00-\ufe0f]{2})"
    "|(?<=[\U000e0020-\U000e002f\U000e003a-\U000e0060\U000e007b-\U000e007e])|(?<=[\U000e0020-\U000e007f]{8})"
    "|(?<=[\U000e0020-\U000e007f])(?<![\U0001f3f4\U000e0030-\U000e0039\U000e0061-\U000e007a].)"
    "|(?<=[\U000e0100-\U000e01ef])(?<![\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff].))",
    re.DOTALL,
)
# UTF-8 that a program read as Windows-1252 or Mac Roman, or wrote for an e-mail. Words in capitals, such as IRMÃ, can end in the
# first of these letters. A pattern that begins with a set of characters is searched quickly.
SECOND_BYTE = (
    "[\u00a0-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
)
BROKEN_LETTERS = re.compile(
    "[\u00c2\u00c3\u00e2\u00f0\u00ef\u201a\u221a=](?:"
    f"(?<![A-Z\u00c0-\u00de].)(?:(?<=[\u00c2\u00c3]){SECOND_BYTE}|(?<=\u00e2)\u20ac.|(?<=[\u00e2\u00ef]){SECOND_BYTE}{{2}}|(?<=\u00f0)\u0178)"
    "|(?<=\u201a)\u00c4.|(?<=\u221a)[\u00b1\u00b0\u00a9\u2260\u00ba\u2265\u2264]|(?<==)(?:C3=[89AB][0-9A-F]|E2=80=[0-9A-F]{2}))"
)
# The characters of most texts: a fast check that makes the search for forbidden ones unnecessary.
COMMON_CHARACTERS = re.compile("[\t\n -~\xa0-\u024f\u2010-\u2015\u2018-\u2027\u2030-\u205e\u20a0-\u20bf]*")
# Name of the kind of secret, byte strings of which each secret contains one (a fast first test), and the full pattern.
SECRETS = (
    ("a private key", (b"PRIVATE KEY",), rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    ("a GitHub token", (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_", b"github_pat_"),
     rb"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60})"),
    ("a GitLab token", (b"glpat-",), rb"\bglpat-[A-Za-z0-9_-]{20}"),
    ("an Amazon key", (b"AKIA", b"ASIA"), rb"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    ("a Google key", (b"AIza",), rb"\bAIza[A-Za-z0-9_-]{35}"),
    ("a Slack token", (b"xox",), rb"\bxox[abprs]-[A-Za-z0-9-]{10,}"),
    ("a Stripe key", (b"k_live_",), rb"\b[rs]k_live_[A-Za-z0-9]{16,}"),
    ("an npm or PyPI token", (b"npm_", b"pypi-"), rb"\b(?:npm_[A-Za-z0-9]{36}|pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{20,})"),
    ("a URL with a password", (b"@",), rb"://[^\s/:@\"'<>]{1,64}:[^\s/:@\"'<>]{1,64}@[A-Za-z0-9]"),
)  # fmt: skip
# What editors, desktops, office and sync programs leave beside a file on the three systems: lock, probe, autosave, backup and resource
# files, and hidden files, but for those of a host, those that can hold a password, and those that stand for a file in a cloud. `scan`,
# the preview and `publish` leave them alone.
LEFT_OVERS = re.compile(
    r"\.(?!(?:well-known|nojekyll|ht.*|env.*|.*rc|md|.*\.icloud)$).*|__macosx|\$recycle\.bin|icon\r?|thumbs\.db.*|ehthumbs.*\.db|desktop\.ini|@eadir|_*~.*|#.*#|.*~"
    r"|.*\.(?:sw[a-z]|swpx|kate-swp|bak[\d.]*|backup|old|orig[\d.]*|rej|save|autosave|tmp|temp|part|partial|crdownload|download|new)|4913"
    r"|.*___jb_(?:tmp|old|bak)___|.*:zone\.identifier",
    re.IGNORECASE,
)
LINE_END = re.compile(rb"\r\n|\r|\n")
CONFLICT_MARKER = re.compile(r"^(<{7} |={7}$|>{7} |\|{7} )", re.MULTILINE)


def is_left_over(path: str) -> bool:
    """Whether a part of a path (with forward slashes) is the name of a file or folder of LEFT_OVERS."""
    return any(map(LEFT_OVERS.fullmatch, path.split("/")))


def find_secrets(data: bytes) -> Iterator[tuple[int, str]]:
    """The first secret of each kind in the bytes of a text: its line, and its name for messages."""
    for name, markers, pattern in SECRETS:
        match = any(marker in data for marker in markers) and re.search(pattern, data)
        if match:
            yield data.count(b"\n", 0, match.start()) + 1, name


def decode(data: bytes) -> str:
    """Decode a source file: UTF-8, with or without byte order mark, any line ends and any composition of accents
    (the result has `\\n` and NFC).

    Raises Fault for a file that is too large, empty or not UTF-8, that holds a secret, for conflict markers, and for forbidden,
    misplaced and broken characters.
    """
    if len(data) > TEXT_BYTES:
        raise Fault(1, format_message("file-large", limit=f"{TEXT_BYTES:,}"))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:200]:
        raise Fault(1, format_message("file-utf16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else format_message("file-binary"))
    for line, name in find_secrets(data):
        raise Fault(line, format_message("file-secret", name=name))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(LINE_END.findall(data, 0, error.start)) + 1
        raise Fault(line, format_message("file-encoding", byte=f"0x{data[error.start]:02X}")) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise Fault(1, format_message("file-empty"))
    hidden = None if COMMON_CHARACTERS.fullmatch(text) else FORBIDDEN_CHARACTERS.search(text) or MISPLACED_CHARACTERS.search(text)
    for match, key in ((hidden, "character"), (BROKEN_LETTERS.search(text), "letters"), (CONFLICT_MARKER.search(text), "conflict")):
        if match:
            line, key = text.count("\n", 0, match.start()) + 1, "lost" if match[0] in ("\ufffc", "\ufffd") else key
            raise Fault(line, format_message(f"file-{key}", code=f"U+{ord(match[0][0]):04X}", found=match[0]))
    return unicodedata.normalize("NFC", text)


BRACKET = re.compile(r"\\.|[\[\]()]")


def check_nesting(body: str, first_line: int) -> None:
    """Raise Fault for the first line of `body` with too many open brackets. `first_line` is the line of the file where it starts.

    Markdown searches the rest of the paragraph for the end of each of them: with 20,000 it needs minutes. Nested quotes and
    lists are counted where they are read (see markdown_lines).
    """
    if all(max(part.count("["), part.count("(")) <= NESTING_DEPTH for part in body.split("\n\n")):
        return
    open_brackets = {"[]": 0, "()": 0}
    for number, line in enumerate(body.split("\n"), first_line):
        for pair, depth in open_brackets.items():
            depth = depth if line.strip() else 0
            for bracket in BRACKET.findall(line):
                depth = max(0, depth + (bracket == pair[0]) - (bracket == pair[1]))
                if depth > NESTING_DEPTH:
                    raise Fault(number, format_message("file-deep"))
            open_brackets[pair] = depth


class OutOfTime(BaseException):
    """The time of `time_limit` is over. No Exception, since libraries catch those and go on."""


@contextlib.contextmanager
def time_limit(seconds: float):
    """Raise Fault if the block uses more than `seconds` of processor time.

    Not of elapsed time: on a busy machine a good text waits for its turn. Needs the interval timer, which works only on
    POSIX and in the main thread; elsewhere there is no limit.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    active = True

    def on_alarm(number, frame):
        if active:
            raise OutOfTime

    previous_handler = signal.signal(signal.SIGPROF, on_alarm)
    try:
        # Repeated every second: nh3 drops what its callback raises.
        signal.setitimer(signal.ITIMER_PROF, seconds, 1)
        try:
            yield
        finally:
            active = False  # an alarm from here on must not prevent that the timer is stopped
    except OutOfTime:
        raise Fault(1, format_message("file-slow", limit=seconds)) from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, previous_handler)
