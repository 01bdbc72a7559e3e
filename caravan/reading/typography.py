"""Quotes, dashes and ellipses as a printer would set them."""

from __future__ import annotations

import html

import smartypants
from typogrify.filters import widont

# Quotes, `--` as en dash, `---` as em dash, `...`; as characters, since entities mean nothing outside HTML.
ATTRIBUTES = smartypants.Attr.q | smartypants.Attr.i | smartypants.Attr.e | smartypants.Attr.u


def of_html(text: str) -> str:
    """Typeset HTML; code and preformatted text stay as they are, and headings get no lonely last word."""
    return widont(smartypants.smartypants(text, ATTRIBUTES))


def of_plain(text: str) -> str:
    """Typeset one line of plain text; the result is plain text again, never HTML."""
    return html.unescape(smartypants.smartypants(html.escape(text, quote=False), ATTRIBUTES))
