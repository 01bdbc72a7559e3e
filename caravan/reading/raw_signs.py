"""What readers would see or hear of a finished text and nobody meant: signs of Markdown and of other systems, links and pictures
without words."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Iterator

from markdown.treeprocessors import Treeprocessor

from caravan.reading.problems import Severity

STASH_MARKER = re.compile("\x02[^\x03]*\x03")  # any internal marker of Markdown, such as that of a footnote's backlink
ESCAPED = re.compile("\x02(\\d+)\x03")  # Python-Markdown's form of a sign behind a backslash
TEXT_BLOCKS = {"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "dt", "dd", "figcaption", "summary"}
# Signs in the finished text that readers would see and that nobody meant: the key of the message, or what to write instead.
# An escaped sign has the form \x02number\x03, code is \x1a, and a [ in the words of a link \x1a[.
NOTE_WORDS = "(?i:note|nota|tala|source|fuente|ref|fn)[. ]*"  # before the number of a note in other programs
RAW_SIGNS: dict[str, tuple[str, Severity, str]] = {
    "note": (r"\[\^[^\]]+\]", "error", ""),
    "citation": (
        r"\[(?:\s*-?|(?:see|cf\.?|ver|véase|tingnan) )@(?:[^\]]*\]|[^\]\n]*$)|^[^\[\n]*@[\w-]+\]|@\[[\w-]+\]|\[[\w-]+@\]|[{<]\s*@[^{}<>\n]*[}>]"
        r"|\x0291\x03@[^\s\]]*?\x0293\x03",
        "error",
        "",
    ),
    "mark": (r"(?:\{|\x02123\x03):?\s*[#.][^\s{}\x02]+[^{}\n\x02]*(?:\}|\x02125\x03|$)|#\{[^{}\n]*\}", "error", ""),
    "attribute": (r"\{:?\s*\w+=[^{}\n]*(?:\}|$)", "warning", "for words in another language, write *palabras*{lang=es}, without a blank between"),
    "link_gap": (r"\]\s+\((?=https?:|mailto:|www\.|\.{0,2}/|#|[\w-]+\.(?:md|pdf|jpe?g|png))", "error", ""),
    "link_turned": (r"!\([^()\n]+\)\[|(?:\([^()\n]+\)\[|\{[^{}\n]+\}\(|\[[^\[\]\n]+\](?::\(|(?=https?:)(?![^\n]*\[/)))(?=https?:|mailto:|www\.|\.{0,2}/)", "error", ""),
    "address": (
        r"(?<![\w/])(?:https?(?::/(?!/)|[;.,]?//|://(?!\S))|(?!https?:)h?t{1,3}ps?://)\S*", "warning", "an address starts with https:// and has no blank",
    ),
    "link_open": (r"(?:\]|\x0293\x03)\((?=https?:|mailto:|www\.|\.{1,2}/)[^\s)]*", "error", ""),
    "wiki": (r"!?\[\[[^\[\]]+\]\]", "warning", "write [words](address)"),
    "reference": (r"\[[^\[\]]+\]\[[^\[\]]*\]", "warning", "write [words](address)"),
    "template": (r"\{%[^}\n]*%\}|\{\{[^}\n]*\}\}|<%[^>\n]*%>", "warning", "it is of another program; write what it stands for, or delete it"),
    "system": (
        r"^(?::::|!!!|\?\?\?|#{7}|// ?\w+ ?\||\.\. \w+::|%%$)[^\n]*|\[![a-zA-Z]+\]|\^\[[^\]\n]*\]|\[(?i:toc)\]"
        r"|\[(?P<code_name>[a-z]+)(?:[ =][^\]\n]*)?\][^\n]*?\[/(?P=code_name)\]|\[[a-z][\w-]* \w+=[\"'][^\]\n]*\]|\{color[:}][^\n]*|\\[a-z]+\{[^}\n]*\}|(?<![:/\w])//\w[^/\n]*//"
        r"|^h[1-6]\. [^\n]*|^\|[^|\n]+\n\|[^|\n]+$|^\x0242\x03(?:\x0291\x03|\[)[^\]\x02\n]+(?:\x0293\x03|\]):[^\n]*"
        r"|={2,} ?\w[^=\n]*==|%%[^%\n]+%%|\+\+\w[^+\n]*\w\+\+|'{3}[^\n]{0,30}|\$\$[^\n]{0,30}|\^[^\W_]{1,9}\^|(?<=\s)\^[\da-z-]{4,}$",
        "warning",
        "it is of another program; write it in Markdown, or delete it",
    ),
    "emoji": (r"(?<![\w:/]):(?:[+-]1|100|[a-z][a-z_]*[a-z0-9_]*):(?![\w:/])", "warning", "write the sign itself, such as ✊"),
    "account": (r"\(\s*@[a-z0-9-]+(?:\s*[,;][^()\n]*)?\s*\)", "warning", "for a source, write [@id]; for the name of an account, write \\@"),
    "number": (
        rf"(?<!\x1a)\[(?:{NOTE_WORDS})?\d{{1,3}}(?:(?:, ?|[-–])\d{{1,3}})*\](?!\(|\s+\((?:https?:|www\.))|(?<=[^\W\d]{{3}})[¹²³⁴-⁹]|(?<=[.,;:])[¹²³⁴-⁹]",
        "warning",
        "for a note, write [^1], and [^1]: with its words in a line of its own; for a source, [@id]; for the signs themselves, \\[1]",
    ),
    "reference_name": (
        r"&(?:nbsp|amp|lt|gt|quot|apos|copy|[aeiounAEIOUN](?:acute|grave|tilde|uml|circ)|#\d{2,6}|#[xX][\da-fA-F]{2,6})\b(?!=)",
        "warning",
        "behind & and the name of a sign stands a semicolon; better write the sign itself",
    ),
    "row": (r"(?<!\|\n)^\|[^\n]*\|[ ]*$", "warning", "a table needs a line such as |---|---| below its first row"),
    "bullet": (
        r"^ *[•·●▪◦‣∙][^\n]*(?:\n *[•·●▪◦‣∙][^\n]*)*|^(?P<sign>[-+*])(?=[^\W\d])[^\n]*(?=\n(?P=sign)[^\W\d])|^\d{1,2}[.)](?=[^\W\d])[^\n]*(?=\n\d{1,2}[.)][^\W\d])"
        r"|^ *(?P<dash>[–—✓✔✅➢➤→§►★❖■]\s?)(?<=[^–—])[^\n]*(?=\n *(?P=dash))|^\(?a\) [^\n]*(?=\n\(?b\) )|^i[.)] [^\n]*(?=\nii[.)] )|^1 ?[-–°º] ?[^\n]*(?=\n2 ?[-–°º])|^\xa0*[-+*][ \xa0][^\n]*",
        "warning",
        "for a list, write - or 1. and a blank before each entry",
    ),
    "heading": (r"^#{1,6} [^\n]{0,30}", "warning", "a line that is no heading starts with \\#; before a heading, delete the no-break space"),
    "strong": (
        r"(?:\*\*|(?<!\w)__)(?=[^\s*_])[^\n]{0,30}|(?<=\s)\*\*(?=\s|\Z)|[^\n]{0,30}(?<=[^\s*_])(?:\*\*|__(?!\w))",
        "warning",
        "for bold, write no blank inside of ** at either end; for the sign itself, write \\*",
    ),
    "emphasis": (
        r"(?<![\w*])\*(?=[^\W_])[^\n]{0,30}|(?<!\S)\*\s[^*\n]*\w\*(?!\w)|(?<![\w@/.:#-])_(?=[^\W_])[^\n]{0,30}",
        "warning",
        "for emphasis, write no blank inside of * at either end; for the sign itself, write \\* or \\_",
    ),
    "struck": (r"~~[^\n]{0,30}", "warning", "for struck words, write no blank inside of ~~ at either end; for the sign itself, write \\~"),
    "code": (r"`[^\n]{0,30}", "warning", "for code, write ` at both ends; for the sign itself, write \\`"),
    "slashes": (r"^/{3}[^\n]*", "error", ""),
    "backslash": (r"[^\n]{0,30}\\\Z", "warning", "a backslash makes a line break only before another line; delete it"),
}
RAW = re.compile("|".join(f"(?P<{name}>{pattern})" for name, (pattern, *_) in RAW_SIGNS.items()), re.MULTILINE)
# A fast check: text without a match has no raw signs. The first characters are one set, for which Python searches quickly.
SURE = r"][*_~`{|$%=#^\\/@¹²³⁴-⁹\xa0•·●▪◦‣∙✓✔✅➢➤→§►★❖■"
SUSPECT = re.compile(
    rf"[{SURE}\x02&:+'!?.)–—\d-](?:(?<=[{SURE}])|(?<=\x02)\d|(?<=&)[#\w]|(?<=:)[a-z1:+-]|(?<=\+)\+|(?<=')''|(?<=^[-+:!?])|(?<=[–—])(?<!\S.)"
    r"|(?<=\ba\))|(?<=^i[.)])|(?<=^h\d)\.|(?<=^\d)(?:\d?[.)][^\W\d]| ?[-–°º]))",
    re.MULTILINE,
)
# The names of a picture that editors and devices write: no word says what it shows.
NO_DESCRIPTION = re.compile(
    r"[\W\d_]*(?:(?:image|img|picture|photo|foto|imagen|larawan|alt|text|here|untitled|dsc[fn]?|pxl|mvimg|pic|figure|fig|grafik|description|download|descarga|unnamed|screen ?shot|captura(?: de pantalla)?"
    r"|whatsapp|wa|fb|signal|at?|de|las?|[ap]m)[\W\d_]*)*|\s*\S+\.(?:jpe?g|png|webp|avif|gif)\s*",
    re.IGNORECASE,
)


class FinishedText(Treeprocessor):
    """Collects what readers would see or hear and nobody meant: raw signs, links and pictures without words.

    Runs before escaped signs become plain ones.
    """

    def run(self, root):
        for element in root.iter():
            if element.tag in TEXT_BLOCKS:
                text = "".join(shown_text(element))
                if SUSPECT.search(text):
                    self.md.found.signs += [(match.lastgroup, self.typed(match[0])) for match in RAW.finditer(text)]
            elif element.tag == "img" and NO_DESCRIPTION.fullmatch(element.get("alt", "")):
                self.md.found.signs.append(("picture_words", element.get("src", "")))
            elif element.tag in ("em", "strong") and (element.tail or "")[:1] == "*":
                self.md.found.signs.append(("strong", f"{self.typed(''.join(element.itertext()))}*"))
            elif element.get("class") == "footnote-backref":
                element.attrib.pop("title", None)
                element.set("aria-label", "\ue000wback\ue001")  # BodyHtml.fill inserts the words
            elif element.tag == "a" and not "".join(element.itertext()).strip() and element.find(".//img") is None:
                self.md.found.signs.append(("link_words", element.get("href", "")))

    def typed(self, text: str) -> str:
        return STASH_MARKER.sub("", ESCAPED.sub(lambda match: "\\" + chr(int(match[1])), text)).replace("\x1a", "").strip()


def shown_text(element: etree.Element) -> Iterator[str]:
    """The text of one block, without that of the blocks in it. U+001A stands for code, and before [ in the words of a link."""
    yield element.text or ""
    for child in element:
        if child.tag == "code":
            yield "\x1a"
        elif child.tag == "a":
            yield "".join(shown_text(child)).replace("[", "\x1a[")
        elif child.tag not in TEXT_BLOCKS and child.tag not in ("ul", "ol", "blockquote", "pre"):
            yield from shown_text(child)
        yield child.tail or ""
