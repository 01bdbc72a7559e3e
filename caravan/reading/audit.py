"""What the sanitizer would take out of a text, told to its author instead of removed in silence."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

from .messages import say
from .sanitize import ATTRIBUTES, CLASSES, EVERYWHERE, TAGS

VOID = {"br", "hr", "img", "wbr"}


class Auditor(HTMLParser):
    """Walks Markdown's HTML; `found` holds (words to look for in the source, complaint)."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self.tags: Counter[str] = Counter()

    def handle_starttag(self, tag, attributes):
        if tag not in TAGS:
            self.found.append((f"<{tag}", say("html-tag", tag=tag)))
            return
        self.tags[tag] += 1
        allowed = EVERYWHERE | ATTRIBUTES.get(tag, set())
        for name, value in attributes:
            if name not in allowed:
                self.found.append((f"{name}", say("html-attribute", name=name, tag=tag)))
            elif name == "class":
                for word in (value or "").split():
                    if word not in CLASSES and not word.startswith("language-"):
                        self.found.append((word, say("html-class", name=word)))

    def handle_comment(self, data):
        self.found.append((f"<!--{data}"[:40], say("html-comment")))

    def handle_decl(self, decl):
        self.found.append(("<!", say("html-tag", tag="!" + decl.split(" ")[0])))

    def unknown_decl(self, data):
        self.found.append(("<![", say("html-tag", tag="![" + data[:20])))

    def handle_pi(self, data):
        self.found.append((f"<?{data}"[:20], say("html-tag", tag="?" + data[:20])))


def audit(before: str, after: str) -> list[tuple[str, str]]:
    """Complaints about `before` (Markdown's HTML), of which `after` is what the sanitizer left."""
    auditor = Auditor()
    auditor.feed(before)
    auditor.close()
    if not auditor.found:
        kept = Auditor()
        kept.feed(after)
        lost = auditor.tags - kept.tags
        auditor.found += [(f"<{tag}", say("html-broken", tag=tag)) for tag in lost]
    return auditor.found
