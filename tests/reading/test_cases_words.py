"""What people write, and what a printer sets, or what `check` tells them: typography, front matter, Unicode, files, doors.

Each table holds inputs of one kind. In typeset text `~` stands for a no-break space, `|` for a word joiner (no line ends there).
"""

from __future__ import annotations

import datetime
import unicodedata

import pytest
from conftest import odd_files

from caravan.build.loader import load_library
from caravan.preview.watcher import is_watched
from caravan.reading.library import find_problems
from caravan.reading.parser import BodyParser, parse_file
from caravan.reading.paths import ContentPath, SiteLanguages
from caravan.reading.typography import typeset_text

SUMMARY = "summary: A text that is here for a test, with a summary of the length that is wanted."
FIELDS = {"title": "title: A title", "summary": SUMMARY, "date": "date: 2024-05-06", "authors": "authors: [A. Writer]"}
PARSER = BodyParser()


def read(tmp_path, body="Words.", lang="en", kind="background", **fields):
    """The result of reading a text; `fields` replace lines of its front matter or are added below them."""
    path = ContentPath(kind, "t", lang)
    file = tmp_path / "en.md"
    lines = [line for line in {**FIELDS, **fields}.values() if line is not None]
    file.write_bytes("\n".join(["---", *lines, "---", "", body, ""]).encode())
    return parse_file(file, path, PARSER)


def shown(html):
    return html.replace("&nbsp;", "~").replace("\u00a0", "~").replace("\u2060", "|")


TYPESET = [
    # an apostrophe is no quote: years, elisions, behind an element
    ("en", "Back in the '90s; Sam, class of '20, said so.", "<p>Back in the ’90s; Sam, class of ’20, said~so.</p>"),
    ("en", "Rock 'n' roll, 'til 'tis over; 'em and 'cause.", "<p>Rock ’n’ roll, ’til ’tis over; ’em and~’cause.</p>"),
    ("en", "The '06--'07 season and ‘90s fans.", "<p>The ’06–’07 season and ’90s~fans.</p>"),
    ("en", "\"'Tis the workers' fight,\" she said.", "<p>“’Tis the workers’ fight,” she~said.</p>"),
    ("en", "It was *Newsweek*'s and **IMA**'s idea.", "<p>It was <em>Newsweek</em>’s and <strong>IMA</strong>’s~idea.</p>"),
    ("en", "The (old) union's, `code`'s and \"Time\"'s day.", "<p>The (old) union’s, <code>code</code>’s and “Time”’s~day.</p>"),
    ("en", "They don´t.", "<p>They~don’t.</p>"),
    ("en", "I won't do it 'cause I don't want to.", "<p>I won’t do it ’cause I don’t want~to.</p>"),
    ("en", "Y'all know 'em; 'twould be 'er fault, ol' friend.", "<p>Y’all know ’em; ’twould be ’er fault, ol’~friend.</p>"),
    ("en", "He said 'the '90s were ours' in the '20s--'30s, and '68's dream came.",
     "<p>He said ‘the ’90s were ours’ in the ’20s–’30s, and ’68’s dream~came.</p>"),
    ("fil", "Sa'yo 'to, 'Tay; uuwi sa 'Pinas ang mga 'bagong bayani' ngayon.",
     "<p>Sa’yo ’to, ’Tay; uuwi sa ’Pinas ang mga ‘bagong bayani’~ngayon.</p>"),
    ("es", "Los '90, d'Alembert y 'palabra' sola.", "<p>Los ’90, d’Alembert y ‘palabra’~sola.</p>"),
    ("en", "'We want papers,' the workers' group said.", "<p>‘We want papers,’ the workers’ group~said.</p>"),
    ("en", "A 'quoted' word and 'cause' too.", "<p>A ‘quoted’ word and ‘cause’~too.</p>"),
    ("fil", "'Di 'yan totoo; 'wag na 'to.", "<p>’Di ’yan totoo; ’wag na~’to.</p>"),
    ("fil", "Sabi niya, \"'Di pa 'yan.\"", "<p>Sabi niya, “’Di pa~’yan.”</p>"),
    ("es", "Vamos pa' la calle.", "<p>Vamos pa’ la~calle.</p>"),
    ("en", "Local 1199's 'Day' and the '90s' boom, 'bout time.", "<p>Local 1199’s ‘Day’ and the ’90s’ boom, ’bout~time.</p>"),
    ("fil", "Ang mga 'ka-Marcos' at 'yung iba pa.", "<p>Ang mga ‘ka-Marcos’ at ’yung iba~pa.</p>"),
    ("en", "O'Neill's rock-'n'-roll, and ''fine''.", "<p>O’Neill’s rock-’n’-roll, and~“fine”.</p>"),
    # feet and inches
    ("en", "She is 5'4\", the wall 6' high, the pipe 12\" wide.", "<p>She is 5′4″, the wall 6′ high, the pipe 12″~wide.</p>"),
    ("en", 'He called it "the year 2020" and left.', "<p>He called it “the year 2020” and~left.</p>"),
    # a quote beside brackets, dashes, inverted marks, names and money
    ("en", '"(They) are ours," he said.', "<p>“(They) are ours,” he~said.</p>"),
    ("en", 'An ("open") and ["shut"] case.', "<p>An (“open”) and [“shut”]~case.</p>"),
    ("en", '"@MigranteUSA" and "$5" and "#NoToAPEC" it is.', "<p>“@MigranteUSA” and “$5” and “#NoToAPEC” it~is.</p>"),
    ("en", '"...and then," she said. "Wait--" he said.', "<p>“…and then,” she said. “Wait–” he~said.</p>"),
    ("en", 'A pre-"war" and "post"-war time.', "<p>A pre-“war” and “post”-war~time.</p>"),
    ("en", '- "one" two three\n- **"Bold"** and *"b*" too', '<li>“one” two~three</li>\n<li><strong>“Bold”</strong> and <em>“b</em>”~too</li>'),
    ("es", '¿"Qué"? ¡"Basta"!', "<p>¿«Qué»?~¡«Basta»!</p>"),
    ("es", '"¿Qué?", dijo.', "<p>«¿Qué?»,~dijo.</p>"),
    ("es", '—"Hola"—dijo.', "<p>—«Hola»—dijo.</p>"),
    ("es", '"¡Basta ya!" —gritó ella—, "¡basta!", y ya.', "<p>«¡Basta ya!» —gritó ella—, «¡basta!», y~ya.</p>"),
    ("en", 'A *"b"* of **\'it\'**, "*this*" and "**that**"!', "<p>A <em>“b”</em> of <strong>‘it’</strong>, “<em>this</em>” and “<strong>that</strong>”!</p>"),
    ("en", "| 'A' | \"B\" |\n|---|---|\n| '90s | 5'6\" |", "<td>’90s</td>\n<td>5′6″</td>"),
    ("en", 'The ("_") sign and ("-") too, and "U.S."-led "talks."', "<p>The (“_”) sign and (“-”) too, and “U.S.”-led~“talks.”</p>"),
    ("en", "He'd've gone; R'n'B, Toys'R'Us and fish 'n' chips.", "<p>He’d’ve gone; R’n’B, Toys’R’Us and fish ’n’~chips.</p>"),
    ("en", "\"'Why?' she asked,\" he said; 'No' votes, 'maybe'?", "<p>“‘Why?’ she asked,” he said; ‘No’ votes,~‘maybe’?</p>"),
    ("fil", "Bayan ko'to, 'no? 'Oo nga,' sagot niya.", "<p>Bayan ko’to, ’no? ‘Oo nga,’ sagot~niya.</p>"),
    ("es", "La \"ley de 'mano dura'\", **\"así\"**, y \"«ya»\".", "<p>La «ley de “mano dura”», <strong>«así»</strong>, y~«“ya”».</p>"),
    ("en", '("a", "b"); "c": "d" and "e"/"f" or "[sic]" it is.', "<p>(“a”, “b”); “c”: “d” and “e”/“f” or “[sic]” it~is.</p>"),
    ("en", '"Who is it that ordered---"', "<p>“Who is it that~ordered—”</p>"),
    ("en", "'\"No,\" he said' was it all.", "<p>‘“No,” he said’ was it~all.</p>"),
    ("es", '("a") [«b»] —«c»— "¿d?" ¡¿"e"?! ya', "<p>(«a») [«b»] —«c»— «¿d?» ¡¿«e»?!~ya</p>"),
    # quotes inside quotes
    ("es", "«Dijo “no” y se fue».", "<p>«Dijo “no” y se~fue».</p>"),
    ("es", "\"Dijo 'no' y se fue\".", "<p>«Dijo “no” y se~fue».</p>"),
    ("es", '"Dijo "no" y se fue" y "ya".', "<p>«Dijo “no” y se fue» y~«ya».</p>"),
    ("es", "“Dijo “sí, ‘tal’”, y ya”.", "<p>«Dijo “sí, ‘tal’”, y~ya».</p>"),
    ("es", "«Dijo *«no»* y se fue».", "<p>«Dijo <em>“no”</em> y se~fue».</p>"),
    ("en", "\"She said 'no' and left,\" he said.", "<p>“She said ‘no’ and left,” he~said.</p>"),
    # addresses stay as they are
    ("en", "<https://example.org/a--b> it is", '<p><a href="https://example.org/a--b">https://example.org/a--b</a> it~is</p>'),
    ("en", "<maria--jose@example.org> it is", '<p><a href="mailto:maria--jose@example.org">maria--jose@example.org</a> it~is</p>'),
    ("en", "[www.example.org/A-B...c](https://www.example.org/A-B...c) it is",
     '<p><a href="https://www.example.org/A-B...c">www.example.org/A-B...c</a> it~is</p>'),
    ("en", 'Write "to ABC-D@example.org" or @a--b now.', "<p>Write “to <a href=\"mailto:ABC-D@example.org\">ABC-D@example.org</a>” or @a--b~now.</p>"),
    ("en", "See example.org/a--b, example.org/A-B. Then--end it.", "<p>See example.org/a--b, example.org/A-B. Then–end~it.</p>"),
    # where no line may end
    ("es", "El 9 de noviembre de 2023 y el 1º de mayo fue.", "<p>El 9~de~noviembre de 2023 y el 1º~de~mayo~fue.</p>"),
    ("es", "Son 10 000 personas, 40 %, 9 a. m. en EE. UU. y ya", "<p>Son 10~000 personas, 40~%, 9~a.~m. en EE.~UU. y~ya</p>"),
    ("fil", "May 1.4 milyong tao at 40 porsiyentong bahagi ngayon.", "<p>May 1.4~milyong tao at 40~porsiyentong bahagi~ngayon.</p>"),
    ("en", "IMA-USA, H-2B and COVID-19 at 9 a.m. on **40** miles of road.",
     "<p>IMA-|USA, H-|2B and COVID-|19 at 9~a.m. on <strong>40</strong>~miles of~road.</p>"),
    ("en", "At 6:30 p.m. on May 1, 2024, 20 °C, and 5 km of road.", "<p>At 6:30~p.m. on May~1, 2024, 20~°C, and 5~km of~road.</p>"),
    ("es", "A las 18:30 h, núm. 7 y 1,5 millones de pesos.", "<p>A las 18:30~h, núm.~7 y 1,5~millones de~pesos.</p>"),
    ("en", "From 9 AM to 5 P.M. on Nov. 9, 10 ft of it, Fig. 2 of it.", "<p>From 9~AM to 5~P.M. on Nov.~9, 10~ft of it, Fig.~2 of~it.</p>"),
    ("en", "Dr. Reyes met Ms. Lee in St. Louis then.", "<p>Dr.~Reyes met Ms.~Lee in St.~Louis~then.</p>"),
    ("es", "El 1.º de mayo, el Sr. Pérez y la Dra. Ruiz, p. ej. hoy.", "<p>El 1.º~de~mayo, el Sr.~Pérez y la Dra.~Ruiz, p.~ej.~hoy.</p>"),
    ("fil", "Sa 9 ng Mayo, 10 porsyento, ₱1.5 bilyon, 9 AM ngayon.", "<p>Sa 9~ng~Mayo, 10~porsyento, ₱1.5~bilyon, 9~AM~ngayon.</p>"),
    ("es", "Casa Ana  \nCalle 5  \nMadrid", "<p>Casa Ana<br>\nCalle 5<br>\nMadrid</p>"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "typed", "printed"), TYPESET)
def test_a_body_is_set_as_a_printer_sets_it(tmp_path, lang, typed, printed):
    result = read(tmp_path, typed, lang)
    assert not result.problems
    assert printed in shown("".join(result.article.body_html.segments[::2]))


@pytest.mark.parametrize(
    ("lang", "typed", "printed"),
    [
        ("en", "It's the '90s \"(again)\" at IMA-USA's", "It’s the ’90s “(again)” at IMA-|USA’s"),
        ("es", "«Dijo “no”» en la H-2B", "«Dijo “no”» en la H-|2B"),
        ("fil", "'Di na 'to", "’Di na ’to"),
        ("en", "A title of example.org/a--b & <b>", "A title of example.org/a--b & <b>"),
    ],
)
@pytest.mark.parametrize("heading", [True, False])
def test_a_field_is_set_as_a_printer_sets_it(lang, typed, printed, heading):
    assert shown(typeset_text(typed, lang, heading)) == printed


LONG = "A line that is long enough to be the summary of a text of a test"
TOLD = [  # what replaces the title, or other fields, and the line and words of the problem
    ({"title": "title: Strike #1 begins"}, 2, "# behind a blank starts a comment"),
    ({"title": "title: #NoToAPEC"}, 2, "# behind a blank starts a comment"),
    ({"authors": "authors: [Local #1, B]"}, 5, "# behind a blank starts a comment"),
    ({"authors": "authors:\n  - A\n  - Local #1"}, 7, "# behind a blank starts a comment"),
    ({"title": "title: ! urgent"}, 2, "put straight quotes around it"),
    ({"title": "title: Null"}, 2, "`Null` means nothing in YAML"),
    ({"authors": "authors:\n  - A\n  - null"}, 7, "`null` means nothing in YAML"),
    ({"title": "title: [Update]"}, 2, "[ or - at its start"),
    ({"title": "title: [Update] The march"}, 2, "must not start with ["),
    ({"title": "title: > The march"}, 2, "must not start with >"),
    ({"title": "title: {March}"}, 2, "and { or a colon"),
    ({"authors": "authors:\n  - Local 1: the dockers"}, 6, "{ or a colon with a blank"),
    ({"title": "title: “Part 1: the call”"}, 2, "write straight quotes"),
    ({"title": "title: «Parte 1»: la llamada"}, 2, "write straight quotes"),
    ({"title": 'title: "No" to APEC'}, 2, 'the value ends at the second "'),
    ({"title": "title: 'Don't go'"}, 2, "the value ends at the second '"),
    ({"title": "title: 'A title", "authors": "authors: ['B']"}, 2, "the quote ' is opened, but not closed"),
    ({"title": r'title: "C:\dir"'}, 2, r"\ has a meaning"),
    ({"title": "title: Note: the call"}, 2, "a colon and a blank inside a value"),
    ({"title": "title:A title"}, 2, "leave one plain blank behind `title:`"),
    ({"date": "date:2024-05-06"}, 4, "leave one plain blank behind `date:`"),
    ({"title": "title = A title"}, 2, "it has no name and colon"),
    ({"summary": f"summary: {LONG}\nand another line, not indented"}, 4, "indent it by two blanks"),
    ({"date": "  date: 2024-05-06"}, 4, "delete the blanks before it"),
    ({"authors": "authors: [A. Writer"}, 5, "[ is opened, but not closed"),
    ({"title": "title:\u00a0A title"}, 2, "leave one plain blank behind `title:`"),
    ({"authors": "authors:\n-Ana\n-Ben"}, 6, "leave one plain blank behind `-`"),
    ({"authors": "authors:\n  * Ana"}, 6, "write - and a blank instead"),
    ({"authors": "authors: - Ana\n  - Ben"}, 5, "- starts a list"),
    ({"authors": "authors:\n  - Ana\n - Ben"}, 7, "begins at another place"),
    ({"authors": 'authors: ["Ana]'}, 5, 'the quote " is opened, but not closed'),
    ({"title": "title: {{ x }}"}, 2, "if { or [ belongs to a value"),
    ({"title": "title: !!str A"}, 2, "start with !!str"),
    ({"title": 'title: Strike: "no" to APEC'}, 2, "(in '…' if there is a"),
    ({"title": "title: @IMA_USA calls"}, 2, "must not start with @"),
    ({"authors": "authors:\n  - @ana"}, 6, "must not start with @"),
    ({"authors": "authors: [Ana,,Ben]"}, 5, "a comma follows a comma"),
    ({"title": "\ttitle: A title"}, 2, "it starts with a tab"),
    ({"title": "title：A title"}, 2, "it has no name and colon"),
    ({"title": "Title: A title"}, 2, "did you mean `title`"),
    ({"authors": None}, 1, "in a translation, add only `translated_from:`"),
    ({"authors": "autores: [Ana]"}, 5, "did you mean `authors`"),
    ({"title": "título: A title"}, 2, "did you mean `title`"),
    ({"authors": "authors:\n  -Ana\n  -Ben"}, 5, "leave one plain blank behind `-`"),
    ({"authors": "author: Ana"}, 5, "did you mean `authors`"),
    ({"summary": SUMMARY.replace("summary:", "description:")}, 3, "did you mean `summary`"),
    ({"new": "lastmod: 2024-05-07"}, 6, "did you mean `updated`"),
    ({"new": "aliases: [old]"}, 6, "did you mean `formerly`"),
    ({"new": "draft: true"}, 6, "did you mean `status: draft`"),
    ({"new": "published: false"}, 6, "did you mean `status: draft`"),
    ({"new": "sources: [known]"}, 6, "behind the words it is for, like [@id]"),
    ({"date": "date: 2024-5-6"}, 4, "such as 2024-05-06"),
    ({"date": "date: 2024-05-06T10:00:00-07:00"}, 4, "such as 2024-05-06, without an hour"),
    ({"date": "date: 6 de mayo de 2024"}, 4, "such as 2026-02-28"),
    ({"title": "title: 'A title :tada:'"}, 2, "without signs such as `:tada:`"),
    ({"title": "title: A ==new== title"}, 2, "without signs such as `==n`"),
    ({"body": "Use ghp_" + "a1B2" * 9}, 8, "contains a GitHub token"),
    ({"title": "title: A pass\u200dword"}, 2, "U+200D"),
    ({"title": "title: A \U000e0074\U000e0065xt"}, 2, "U+E0074"),
    ({"title": 'title: "A \\u200ctitle"'}, 2, "U+200C"),
    ({"title": "title: A \u202eeltit"}, 2, "U+202E"),
    ({"body": "Words \ufffc more."}, 8, "a sign or a picture that was lost"),
    ({"body": "Words &#xFFFC; more."}, 8, "&#xFFFC;"),
    ({"body": "Words \ufffd more."}, 8, "a sign or a picture that was lost"),
    ({"title": "title: El niÃ±o migrÃ³"}, 2, "“Ã±”"),
    ({"body": "It wasnâ€™t."}, 8, "“â€™”"),
    ({"body": "Â¿Qué?"}, 8, "“Â¿”"),
    ({"body": "Costs â‚±500."}, 8, "“â‚±”"),
    ({"body": "A step â†’ the next."}, 8, "“â†’”"),
    ({"body": "El ni=C3=B1o."}, 8, "“=C3=B1”"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "line", "words"), TOLD)
def test_what_readers_would_not_get_is_told_where_it_stands(tmp_path, change, line, words):
    problems = read(tmp_path, **change).problems
    assert [(problem.line, words in problem.message) for problem in problems] == [(line, True)], problems


EVENT = "event:\n  start: 2026-02-26\n  end: 2026-02-28\n"
TOLD_OF_CALLS = [
    ({"event": "event: {start: 2026-02-26, end: 2026-02-28, place: Manila, Philippines}"}, [(6, '`place: "Manila, Philippines"`')]),
    ({"event": EVENT.replace("  ", "") + "place: Manila"}, [(line, "belongs below the line `event:`") for line in (7, 8, 9)]),
    # all that is wrong is told at once
    ({"event": "event:\n  start: 2026-02-30\n  end: nope\n  place: Manila\n  starts_at: 10am\n  time_zone: PST\n  join: x"},
     [(7, "2026-02-28"), (8, "is not a date"), (10, "is not an hour"), (11, "is not a time zone"), (12, "is not a web address")]),
    ({"event": "event:\n  state: moved\n  start: 2026-02-28\n  end: 2026-02-26\n  place: Manila\n  ends_at: 10:00"},
     [(6, "add `former:`"), (9, "is before `start`"), (11, "needs `starts_at`")]),
    ({"event": EVENT + "  place: Manila\n  starts_at: 10:00\n  program:\n    - {day: 2026-03-30}\n    - {day: 2026-03-31}"},
     [(6, "hours need a time zone"), (12, "2026-03-30 is not one of"), (13, "2026-03-31 is not one of")]),
    ({"event": "event:\n  start: 2026-02-28\n  end: 2026-02-20\n  ends_at: 9\n  former: {start: 2026-02-01}"},
     [(6, "as many blanks before it as the other lines"), (8, "is before `start`"), (9, "is not an hour"), (10, "former.end: is missing")]),
    ({"event": EVENT + "  location: Manila"}, [(9, "did you mean `place`")]),
    ({"event": "event:\n  date: 2026-02-26\n  end: 2026-02-26\n  place: Manila"}, [(7, "did you mean `start`")]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "told"), TOLD_OF_CALLS)
def test_what_is_wrong_in_a_call_is_told_where_it_stands(tmp_path, change, told):
    problems = read(tmp_path, kind="calls", **change).problems
    assert sorted(problem.line for problem in problems) == [line for line, _ in told], problems
    assert all(any(words in problem.message for problem in problems if problem.line == line) for line, words in told), problems


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("\n".join(["—", *FIELDS.values(), "—", "", "Words."]), [(1, "must be three hyphens"), (6, "must be three hyphens")]),
        ("\n".join(["---", *FIELDS.values(), "...", "", "Words."]), [(6, "must be three hyphens")]),
        ("\n".join(["---", *FIELDS.values(), "--", "", "Words.", "", "***", "", "Words."]), [(6, "must be three hyphens")]),
        ("\n".join([*FIELDS.values(), "", "Words."]), [(1, "the two lines of --- are missing")]),
        ("Title: A title\nDate: 2024-05-06\n\nWords.", [(1, "the two lines of --- are missing")]),
    ],
)
def test_the_lines_around_the_fields_are_named(tmp_path, source, told):
    file = tmp_path / "en.md"
    file.write_text(source)
    problems = parse_file(file, ContentPath("background", "t", "en"), PARSER).problems
    assert [(problem.line, words in problem.message) for problem, (_, words) in zip(problems, told)] == [(line, True) for line, _ in told]
    assert len(problems) == len(told)


SOUND = [  # a title, and how it is printed
    ("Family 👨‍👩‍👧 march", None), ("New \U0001fae9 face, 1\ufe0f\u20e3 and ❤\ufe0f‍🔥", None),
    ("From \U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f and 🇲🇽", None),
    ("می\u200cخواهم", None), ("क्\u200dष", None), ("\u200fمحمد, San Francisco", None), ("葛\U000e0100 and Kran\u00adkenhaus", None),
    ("“A title”", None), ("A title  # to be shortened", "A title"), ('"Strike #1: \\"no\\""', "Strike #1: “no”"), ("NÃO À IRMÃ", None),
    ("N\u0303".join(["", *"x" * 60]), "\u00d1".join(["", *"x" * 60])), ("A\n  title", "A title"), ("It:no", None),
]  # fmt: skip


@pytest.mark.parametrize(("title", "printed"), SOUND)
def test_rightful_signs_are_printed(tmp_path, title, printed):
    result = read(tmp_path, title=f"title: {title}")
    assert not result.problems
    assert result.article.front.title == (printed or title)


def test_a_text_that_is_saved_again_in_another_composition_is_the_same(tmp_path):
    composed = read(tmp_path, "El niño migró.", "es", title="title: Año nuevo").article
    other = read(
        tmp_path,
        unicodedata.normalize("NFD", "El niño migró."),
        "es",
        title=unicodedata.normalize("NFD", "title: Año nuevo"),
    ).article
    assert (composed.front, composed.body) == (other.front, other.body)


LEFT_OVERS = (
    "#en.md#", ".#en.md", "en.md~", "._en.md", ".en.md.swp", ".en.md.swo", "4913", "en.md___jb_tmp___", "en.md___jb_old___", ".DS_Store", "Icon\r",
    "Thumbs.db", "thumbs.db", "desktop.ini", "~$en.docx", ".~lock.en.odt#", "en.md.bak", "en.md.orig", "en.md.rej", "en.md.save", "en.md.tmp",
    ".goutputstream-ABC123", ".en.md.kate-swp", ".syncthing.en.md.tmp", ".nfs0001", ".fuse_hidden0001", "photo.jpg.crdownload", "__MACOSX/._en.md",
    ".obsidian", ".vscode", ".en.md.kak.XYZ", ".fseventsd", ".Spotlight-V100", ".apdisk", ".nomedia", ".gitattributes", ".trashed-17-en.md",
    "en.md:Zone.Identifier", "Thumbs.db:encryptable", "en.md.un~", "$RECYCLE.BIN", "en.md.bak2", "en.md.orig.1", "en.md.~1~",
)  # fmt: skip
REPORTED = {  # a file of content/, its bytes, and words of its problem
    "background/t/.en.md.icloud": (b"", "stands for a file that is not on this computer yet"),
    "background/t/en (conflicted copy 2023-11-09).md": (b"x", "is a second version of a file"),
    "background/t/en.sync-conflict-20231109-1.md": (b"x", "is a second version of a file"),
    "background/t/Copy of en.md": (b"x", "is a second version of a file"), "background/t/Copia de en.md": (b"x", "is a second version of a file"),
    "background/t/en 2.md": (b"x", "is a second version of a file"), "background/t/en_LOCAL_123.md": (b"x", "is a second version of a file"),
    "background/t/en.md~HEAD": (b"x", "is a second version of a file"),
    "background/t/photo.jpg": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git LFS stores photo.jpg elsewhere"),
    "notice/en.md": (b"Today at 11.\n", "the lines around its last day are missing"),
    "extra/index.html": (b"x", "the site makes its other files itself"), "extra/404.html": (b"x", "the site makes its other files itself"),
    "extra/.nojekyll": (b"", "the site makes its other files itself"), "extra/README.md": (b"x", "is not published from here"),
    "extra/CNAME": (b"\xef\xbb\xbfwww.example.org", "U+FEFF"), "extra/sub/CNAME": (b"www.example.org", "is not published from here"),
}  # fmt: skip


def problems_of(content, name, data=b"x"):
    """The errors of a site with one text and the file `name`, as `check`, `build` and the preview find them."""
    text = content / "background" / "t" / "en.md"
    text.parent.mkdir(parents=True)
    text.write_text("\n".join(["---", *FIELDS.values(), "---", "", "Words.", ""]))
    with odd_files():
        (content / name).parent.mkdir(parents=True, exist_ok=True)
        (content / name).write_bytes(data)
    library = load_library(content, SiteLanguages(("en",), "en"), datetime.date(2030, 1, 1))
    return [(problem.path, problem.line, problem.message) for problem in find_problems(library, warnings=False)], library


@pytest.mark.parametrize("name", LEFT_OVERS)
def test_left_overs_of_programs_are_left_alone(tmp_path, name):
    problems, library = problems_of(tmp_path / "content", f"background/t/{name}")
    assert not problems and not library.tree.asset_files and len(library.results) == 1
    assert not is_watched(None, f"{tmp_path}/{name}")


@pytest.mark.parametrize("name", REPORTED)
def test_other_files_are_named_for_what_they_are(tmp_path, name):
    data, words = REPORTED[name]
    [(path, line, message)], _ = problems_of(tmp_path / "content", name, data)
    assert (path, line) == (f"content/{name}", 1) and words in message


@pytest.mark.parametrize("fields", [["title: Un título"], ["translated_from: en"]])
def test_a_translation_with_mistakes_is_not_called_missing(tmp_path, fields):
    content = tmp_path / "content"
    problems_of(content, "background/t/es.md", "\n".join(["---", SUMMARY, *fields, "---", "", "Palabras.", ""]).encode())
    problems = find_problems(load_library(content, SiteLanguages(("en", "es"), "en"), datetime.date(2030, 1, 1)))
    assert {problem.path for problem in problems if "/t/" in problem.path} == {"content/background/t/es.md"}


@pytest.mark.parametrize("name", ["CNAME", "CNAME with CRLF"])
def test_a_domain_is_read(tmp_path, name):
    data = b"www.example.org\r\n" if "CRLF" in name else b"www.example.org"
    assert problems_of(tmp_path / "content", "extra/CNAME", data)[0] == []
