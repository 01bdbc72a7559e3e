from __future__ import annotations

import pytest

from caravan.reading.typography import typeset_html, typeset_text

NB = "\u00a0"


@pytest.mark.parametrize(
    ("lang", "typed", "printed"),
    [
        ("en", 'He said "no" -- it\'s over...', "He said “no” – it’s over…"),
        ("es", 'Dijo "no" -- se acabó...', "Dijo «no» – se acabó…"),
        ("fil", 'Sabi niya, "hindi"...', "Sabi niya, “hindi”…"),
        (
            "en",
            "on 9 November 2023, 1.4 million of 40 per cent",
            f"on 9{NB}November{NB}2023, 1.4{NB}million of 40{NB}per cent",
        ),
        (
            "es",
            "el 9 de noviembre, 1.4 millones, 40 por ciento",
            f"el 9{NB}de{NB}noviembre, 1.4{NB}millones, 40{NB}por ciento",
        ),
        ("fil", "noong Nobyembre 9, 2023, 1.4 milyon", f"noong Nobyembre{NB}9, 2023, 1.4{NB}milyon"),
        ("en", "AT&T & <3 R&D", "AT&T & <3 R&D"),
        ("en", "5 Maybe", "5 Maybe"),
    ],
)
def test_plain_text_is_typeset_by_the_rules_of_the_language(lang, typed, printed):
    assert typeset_text(typed, lang) == printed


def test_code_and_attributes_stay_unchanged():
    html = '<p><a href="x--y.html" title="a &quot;b&quot;">"q"</a> <code>"c" -- 5 million</code></p><pre>"p" ...</pre>'
    assert typeset_html(html, "es") == (
        '<p><a href="x--y.html" title="a &quot;b&quot;">«q»</a> <code>"c" -- 5 million</code></p><pre>"p" ...</pre>'
    )


def test_headings_are_left_to_the_browser_to_balance():
    assert (
        typeset_html("<h2>One two three</h2>\n<p>One two three</p>", "en")
        == "<h2>One two three</h2>\n<p>One two&nbsp;three</p>"
    )


def test_a_date_in_a_title_or_a_heading_may_end_a_line_at_its_spaces_and_nowhere_else():
    """Beside a text a heading has room for two words: what must not part there would break inside one of them."""
    assert typeset_html("<h2>9\u201314 November 2023</h2>", "en") == "<h2>9\u2013\u206014 November 2023</h2>"
    mixed = typeset_html("<h3>On <em>9 November</em> 2023</h3><p>On 9 November it was called off.</p>", "en")
    assert mixed.startswith(f"<h3>On <em>9 November</em> 2023</h3><p>On 9{NB}November it")
    assert (
        typeset_text("9\u201314 November 2023, 10 million", "en", heading=True)
        == "9\u2013\u206014 November 2023, 10 million"
    )


def test_ranges_and_names_of_capitals_stay_on_one_line():
    assert typeset_html("9\u201314 days, ABC-USA, T-MEC", "en") == "9\u2013\u206014 days, ABC-\u2060USA,&nbsp;T-\u2060MEC"
    assert typeset_html('<a href="https://example.org/A-B">x</a> <code>A-B</code>', "en").count("\u2060") == 0
