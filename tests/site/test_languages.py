"""All languages are equal: texts in every combination of languages, with every language as the original."""

from __future__ import annotations

import itertools
import os
import re
import shutil

import pytest
from babel.messages.pofile import read_po, write_po
from babel.support import Translations
from conftest import ADDRESS, FIXTURE_CONTENT, ROOT, build, odd_files, serve_folder
from lxml import etree
from reach import dead_links, pages

from caravan.build import loader
from caravan.build.command import BuildError
from caravan.reading import library
from caravan.reading.paths import SiteLanguages
from caravan.site import i18n
from caravan.site.settings import today
from tools import phrases

LANGS = ("en", "es", "fil")
PREFIX = {"en": "", "es": "es/", "fil": "fil/"}
COMBINATIONS = [
    (subset, original) for size in (1, 2, 3) for subset in itertools.combinations(LANGS, size) for original in subset
]
ORIGINAL = """---
title: Title in {lang} {slug}
summary: A summary in {lang} that is long enough to be a summary of this small text.
date: 2024-05-06
authors: [The editors of this site]
---

## First {{#first}}

One paragraph in {lang}.

Another paragraph in {lang}.
"""
TRANSLATION = """---
title: Title in {lang} {slug}
summary: A summary in {lang} that is long enough to be a summary of this small text.
translated_from: {original}
---

## First {{#first}}

One paragraph in {lang}.

Another paragraph in {lang}.
"""


def slug_of(subset, original):
    return f"{'-'.join(subset)}-from-{original}"


def write(content, subset, original):
    slug = slug_of(subset, original)
    folder = content / "analysis" / slug
    folder.mkdir(parents=True)
    for lang in subset:
        template = ORIGINAL if lang == original else TRANSLATION
        (folder / f"{lang}.md").write_text(template.format(lang=lang, slug=slug, original=original))


@pytest.fixture(scope="module")
def combined(tmp_path_factory):
    folder = tmp_path_factory.mktemp("combined")
    for subset, original in COMBINATIONS:
        write(folder / "content", subset, original)
    return build(folder / "site", folder / "content")


@pytest.mark.parametrize(("subset", "original"), COMBINATIONS)
def test_a_text_in_any_languages_with_any_original(combined, subset, original):
    all_pages = pages(combined)
    address = f"analysis/{slug_of(subset, original)}/"
    expected = {lang: f"{ADDRESS}/{PREFIX[lang]}{address}" for lang in subset}
    if len(subset) > 1:
        expected["x-default"] = expected.get("en", next(iter(expected.values())))
    sitemap = (combined / "sitemap.xml").read_text()
    for lang in LANGS:
        page = all_pages[PREFIX[lang] + address]
        html = page.tree
        assert (html.get("lang"), html.get("dir")) == (lang, "ltr")
        alternates = {link.get("hreflang"): link.get("href") for link in html.xpath("//link[@hreflang]")}
        switch = [a.get("href") for a in html.xpath("//nav[@class='language-links']//a")]
        assert len(switch) == 2 and all(href.endswith(address) for href in switch)
        feed = (combined / f"{PREFIX[lang]}feeds/all.atom.xml").read_text()
        if lang in subset:
            assert alternates == (expected if len(subset) > 1 else {})
            assert not html.xpath("//meta[@name='robots']")
            assert f"<loc>{ADDRESS}/{PREFIX[lang]}{address}</loc>" in sitemap
            assert f'href="{ADDRESS}/{PREFIX[lang]}{address}"' in feed
        else:
            assert alternates == {}
            assert html.xpath("//meta[@name='robots']/@content") == ["noindex"]
            assert f"<loc>{ADDRESS}/{PREFIX[lang]}{address}</loc>" not in sitemap
            assert address not in feed
            links = html.xpath(f"//main//section[@lang='{original}']//a")
            assert links[0].text_content() == f"Title in {original} {slug_of(subset, original)}"
            assert links[0].get("href").endswith(f"{PREFIX[original]}{address}")
            assert len((combined / f"{PREFIX[lang]}{address}/index.html").read_bytes()) < 25_000


@pytest.mark.parametrize("lang", LANGS)
def test_lists_show_everything_and_mark_what_is_in_another_language(combined, lang):
    cards = pages(combined)[f"{PREFIX[lang]}analysis/"].tree.xpath("//li[@class='article-card']")
    assert len(cards) == len(COMBINATIONS)
    for card in cards:
        title = card.xpath(".//h2")[0]
        written = title.text_content().split()[2]
        assert (title.get("lang") or lang) == written
        assert bool(card.xpath(".//p[@class='article-card__status']")) == (written != lang)


def test_siblings_in_pages_and_sitemap_are_reciprocal(combined):
    all_pages = {f"{ADDRESS}/{name}": page for name, page in pages(combined).items()}
    xhtml = "{http://www.w3.org/1999/xhtml}link"
    for url in etree.parse(combined / "sitemap.xml").getroot():
        address = url[0].text
        in_sitemap = {link.get("hreflang"): link.get("href") for link in url.iter(xhtml)}
        in_page = {link.get("hreflang"): link.get("href") for link in all_pages[address].tree.xpath("//link[@hreflang]")}
        assert in_sitemap == in_page, address
        for sibling in in_page.values():
            back = {link.get("href") for link in all_pages[sibling].tree.xpath("//link[@hreflang]")}
            assert address in back


def test_no_link_is_dead_and_the_404_page_has_a_section_in_each_language(combined):
    assert dead_links(combined) == []
    sections = pages(combined)["404.html"].tree.xpath("//main//section/@lang")
    assert sections == list(LANGS)
    text = pages(combined)["404.html"].tree.xpath("//main")[0].text_content()
    assert all(heading in text for heading in ("Page not found", "Página no encontrada", "Hindi nakita ang pahina"))


def test_without_fallback_pages_only_what_exists_is_shown(tmp_path):
    for subset, original in COMBINATIONS:
        write(tmp_path / "content", subset, original)
    site = build(tmp_path / "site", tmp_path / "content", FALLBACK_PAGES=False)
    all_pages = pages(site)
    for subset, original in COMBINATIONS:
        for lang in LANGS:
            address = f"{PREFIX[lang]}analysis/{slug_of(subset, original)}/"
            assert (address in all_pages) == (lang in subset)
    assert dead_links(site) == []


def test_any_language_can_be_the_home_language(tmp_path):
    write(tmp_path / "content", ("en", "es"), "en")
    site = build(tmp_path / "site", tmp_path / "content", DEFAULT_LANG="es", LANGUAGES=("es", "en"))
    assert pages(site)[""].tree.get("lang") == "es"
    assert pages(site)["en/"].tree.get("lang") == "en"


@pytest.fixture
def theme(tmp_path):
    return shutil.copytree(ROOT / "theme", tmp_path / "theme")


def write_catalog(theme, lang, translate):
    """Write a complete catalog for `lang` with the translation `translate(phrase)` for every phrase."""
    phrases.update_catalogs(theme, ROOT / "caravan" / "site", (lang,))
    path = theme / "translations" / f"{lang}.po"
    with path.open("rb") as stream:
        catalog = read_po(stream, locale=lang)
    for message in catalog:
        if message.id:
            has_plural = isinstance(message.id, tuple)
            message.string = [translate(message.id[-1])] * catalog.num_plurals if has_plural else translate(message.id)
    with path.open("wb") as stream:
        write_po(stream, catalog)


def pseudo(phrase):
    return f"⟦{phrase}⟧"


def test_a_pseudo_language_leaves_no_phrase_of_a_template_untranslated(tmp_path, theme):
    """Every word on a page is from an article (bracketed in this test) or from the catalog (bracketed by `pseudo`)."""
    write_catalog(theme, "eo", pseudo)
    content = tmp_path / "content"
    for kind, slug, more in (
        ("calls", "call", "event: {start: 2023-01-02, end: 2023-01-03, place: ⟦place⟧}\ncalled_by: Caravan\n"),
        (
            "analysis",
            "a",
            "question: ⟦why?⟧\nanswer: [⟦so⟧]\ncertainty: {documented: ⟦d⟧, differing: ⟦e⟧, single_voice: ⟦s⟧}\n",
        ),
        ("background", "b", ""),
    ):
        folder = content / kind / slug
        folder.mkdir(parents=True)
        summary = "⟦a summary that has the length which a summary must have in this place⟧"
        head = f"title: ⟦title⟧\nsummary: {summary}\n"
        shared = "date: 2024-05-06\nauthors: [The editors of this site]\n"
        (folder / "eo.md").write_text(f"---\n{head}{shared}{more}---\n\n⟦words⟧ [@one]\n")
    (content / "analysis" / "a" / "en.md").write_text(
        f"---\n{head}question: ⟦why?⟧\ntranslated_from: eo\nmade_from: abcdef\n---\n\n⟦words⟧\n"
    )
    (content / "evidence").mkdir()
    (content / "evidence" / "sources.yaml").write_text(
        "sources:\n- {id: one, type: report, described: {eo: ⟦source⟧, en: ⟦source⟧}, read_as: excerpt only}\n"
    )
    site = build(tmp_path / "site", content, THEME=str(theme), LANGUAGES=("eo", "en"), DEFAULT_LANG="eo")
    neutral = re.compile(
        r"⟦.*?⟧+|https://example\.org\S*|WhatsApp|Telegram|Caravan|Esperanto|English|CC\sBY-SA\s4\.0|content/\S+|[^\w⟦⟧]+|[\d_]+|[Jj]anuaro|[Mm]ajo|Jan",
        re.DOTALL,
    )
    for name, page in pages(site).items():
        if page.tree.get("lang") != "eo":
            continue
        parts = [*page.tree.xpath("//body//text()[not(ancestor::*[@lang='en'] or ancestor::script)]"), *page.tree.xpath("//@aria-label"),
                 *page.tree.xpath("//title/text()"), *page.tree.xpath("//meta[@name='description']/@content")]  # fmt: skip
        for data in page.tree.xpath("//script[@type='application/ld+json']/text()"):
            parts += re.findall(r'"(?:name|headline|description|articleSection)":"([^"]*)"', data)
        untranslated = neutral.sub("", "".join(parts))
        assert untranslated == "", f"/{name}: {untranslated}"


def test_a_right_to_left_language_needs_one_catalog_and_one_line(tmp_path, theme, browser):
    write_catalog(theme, "ar", lambda phrase: "نص " + " ".join(re.findall(r"\{\w+\}", phrase)))
    write(tmp_path / "content", ("en", "es"), "en")
    folder = tmp_path / "content" / "analysis" / "arabic"
    folder.mkdir()
    (folder / "ar.md").write_text(ORIGINAL.format(lang="العربية", slug="x"))
    site = build(tmp_path / "site", tmp_path / "content", THEME=str(theme), LANGUAGES=("en", "es", "ar"))
    all_pages = pages(site)
    for name in ("ar/", "ar/analysis/", "ar/archive/", "ar/analysis/arabic/", "ar/feeds/all.atom.xml", "ar/translations/"):
        if not name.endswith(".xml"):
            assert (all_pages[name].tree.get("lang"), all_pages[name].tree.get("dir")) == ("ar", "rtl"), name
        else:
            assert (site / name).is_file()
    assert all_pages["analysis/arabic/"].tree.xpath("//section[@lang='ar'][@dir='rtl']")
    assert dead_links(site) == []
    with serve_folder(site) as address:
        page = browser.new_page(viewport={"width": 390, "height": 800})
        page.goto(f"{address}/ar/analysis/arabic/")
        line = page.evaluate("getComputedStyle(document.querySelector('.page-frame')).borderRightWidth")
        other = page.evaluate("getComputedStyle(document.querySelector('.page-frame')).borderLeftWidth")
        assert (line, other) == ("4px", "0px"), "the line beside the page is not mirrored"
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.close()


def test_a_missing_translation_is_an_error_with_its_line(tmp_path, theme):
    path = theme / "translations" / "es.po"
    text = path.read_text()
    path.write_text(text.replace('msgstr "Fuentes"', 'msgstr ""').replace('"Reviewed by {name}."\nmsgstr "Revisión: {name}."',
                    '"Reviewed by {name}."\nmsgstr "Revisión."'))  # fmt: skip
    problems = list(i18n.catalog_problems(theme, LANGS))
    assert {problem.severity for problem in problems} == {"error"}
    by_line = {path.read_text().split("\n")[problem.line - 1]: problem.message for problem in problems}
    assert '"Sources" is not translated' in by_line['msgid "Sources"']
    assert "{name}" in by_line['msgid "Reviewed by {name}."']


HEADER = '"Content-Type: text/plain; charset=utf-8'
PLURAL = 'msgid_plural "{number} minutes to read"\nmsgstr[0] "'
BAD_CATALOGS = {  # what is replaced in es.po, by what, and a part of the message at the line of the replacement
    "an encoding that does not exist": (HEADER, '"Content-Type: text/plain; charset=nonsense', "charset=utf-8"),
    "another encoding": (HEADER, '"Content-Type: text/plain; charset=utf-16', "charset=utf-8"),
    "an encoding in the characters of another": (HEADER, '"Content-Type: text/plain; charset=ut\\f-7', "charset=utf-8"),
    "plural forms without end": ("plural=(n != 1)", "plural=" + "(" * 5000 + "n" + ")" * 5000, "Plural-Forms: nplurals=2; plural=(n != 1)"),
    "a division by zero": ("plural=(n != 1)", "plural=(1 % (n - n))", "Plural-Forms: nplurals=2; plural=(n != 1)"),
    "a thousand million plural forms": ("nplurals=2;", "nplurals=1000000000;", "Plural-Forms: nplurals=2; plural=(n != 1)"),
    "the header of another language": ('"Language: es', '"Language: ar', "Language: es"),
    "a second header": ('msgid "Read the call"', 'msgctxt "x"\nmsgid ""\nmsgstr "Plural-Forms: nplurals=999999999\\n"\n\nmsgid "Read the call"', ""),
    "an escape sequence": ('"Seguir leyendo"', '"Seguir \x1b[2J"', "U+001B"),
    "an override of direction": ('"Seguir leyendo"', '"Seguir \u202eleyendo"', "U+202E"),
    "a control character of 8 bits": ('"Seguir leyendo"', '"Seguir \x9bleyendo"', "U+009B"),
    "a conflict": ('msgid "Read on"', '<<<<<<< HEAD\nmsgid "Read on"', "conflict marker"),
    "a keyword that does not exist": ('msgid "Read on"', 'msgpwn "Read on"', "cannot be read"),
    "a format": ("{title}, página {number}", "{title:>400000000}, página {number}", "must contain the same placeholders"),
    "a conversion": ("{title}, página {number}", "{title!r}, página {number}", "must contain the same placeholders"),
    "an attribute": ("{title}, página {number}", "{title.__class__}, página {number}", "must contain the same placeholders"),
    "an index": ("{title}, página {number}", "{title[0]}, página {number}", "must contain the same placeholders"),
    "a position": ("{title}, página {number}", "{0}, página {number}", "must contain the same placeholders"),
    "a nested placeholder": ("{title}, página {number}", "{title:{number}}, página {number}", "must contain the same placeholders"),
    "another placeholder": ("{title}, página {number}", "{title}, página {number} {secret}", "must contain the same placeholders"),
    "a placeholder twice": ("{title}, página {number}", "{title}, página {number}{number}", "must contain the same placeholders"),
    "a brace": ("{title}, página {number}", "{title}, página {number} {", "must contain the same placeholders"),
    "double braces": ("{title}, página {number}", "{title}, página {number} {{}}", "must contain the same placeholders"),
    "a placeholder where there is none": ('"Seguir leyendo"', '"Seguir {x:>400000000}"', "same placeholders as the original: none"),
    "a brace where there is no placeholder": ('"Seguir leyendo"', '"Seguir }leyendo"', "same placeholders as the original: none"),
    "a placeholder in one plural form": (PLURAL, PLURAL + "{number:>400000000} ", "same placeholders as the original: {number}"),
    "a long translation": ('"Seguir leyendo"', f'"{"Seguir " * 1000}"', "more than 128 characters"),
    "a line end": ('"Seguir leyendo"', '"Seguir\\nleyendo"', "with a line end"),
    "a carriage return": ('"Seguir leyendo"', '"Seguir\\rleyendo"', "with a line end"),
    "blanks": ('"Seguir leyendo"', '" "', "is not translated"),
}


@pytest.mark.parametrize("what", BAD_CATALOGS)
def test_a_hostile_catalog_is_a_problem_with_its_line_and_breaks_no_page(theme, tmp_path, what):
    good, bad, words = BAD_CATALOGS[what]
    path = theme / "translations" / "es.po"
    text = path.read_text()
    assert text.count(good) == 1
    path.write_text(text.replace(good, bad))
    [problem] = i18n.catalog_problems(theme, LANGS)
    assert (problem.path, problem.severity) == ("theme/translations/es.po", "error") and words in problem.message
    assert problem.message.isprintable() and len(problem.message) < 400
    before = text[: text.index(good)]
    entry = before.count("\n", 0, before.rindex("\nmsgid ")) + 2
    assert entry <= problem.line <= before.count("\n") + 1 + bad.count("\n"), problem  # the fault itself, or the start of its entry
    translations = i18n.load_catalog(theme / "translations", "es")
    shown = translations.gettext("{title}, page {number}").format(title="T", number=2)
    shown += translations.gettext("Read on") + translations.ngettext("{number} minute to read", "{number} minutes to read", 3).format(number=3)
    assert len(shown) < 200 and shown.isprintable()


@pytest.mark.parametrize("what", ["a link", "a pipe", "a folder", "200 MB", "UTF-16", "nothing", "10,000 entries that no phrase has"])
def test_a_file_that_is_no_catalog(theme, tmp_path, monkeypatch, what):
    path = theme / "translations" / "es.po"
    text = path.read_text()
    path.unlink()
    with odd_files():
        if what == "a link":
            (tmp_path / "secret").write_text("TOP-SECRET")
            path.symlink_to(tmp_path / "secret")
        elif what == "a pipe":
            os.mkfifo(path)
        elif what == "a folder":
            path.mkdir()
        elif what == "10,000 entries that no phrase has":
            path.write_text(text + "".join(f'\nmsgid "x{number} {"y" * 100}"\nmsgstr "z"\n' for number in range(10_000)))
        else:
            path.write_bytes(text.encode("utf-16") if what == "UTF-16" else b"")
            os.truncate(path, 200_000_000 if what == "200 MB" else path.stat().st_size)
    [problem] = i18n.catalog_problems(theme, LANGS)
    assert problem.path == "theme/translations/es.po" and "SECRET" not in problem.message and "site's code" not in problem.message
    assert i18n.load_catalog(theme / "translations", "es").gettext("Read on") == "Read on"
    with pytest.raises(BuildError, match="theme/translations/es.po:1"):
        build(tmp_path / "site", THEME=str(theme))
    with pytest.raises(BuildError, match="theme/translations/es.po:1"):
        phrases.update_catalogs(theme, ROOT / "caravan" / "site", LANGS)


def test_a_catalog_is_read_within_the_time_limit(theme, tmp_path, monkeypatch):
    def busy(self, lines):
        while True:
            pass

    monkeypatch.setattr(i18n, "READ_SECONDS", 0.05)
    monkeypatch.setattr(i18n.PoFileParser, "parse", busy)
    problems = list(i18n.catalog_problems(theme, LANGS))
    assert len(problems) == 2 and all("took longer" in problem.message for problem in problems)


def test_a_catalog_that_turns_bad_after_a_build_stops_the_next_one(theme, tmp_path):
    """Also with a cache, and if the bytes stay and the file becomes a link to them."""
    options = {"THEME": str(theme), "STORE_PATH": str(tmp_path / "store")}
    site, path = tmp_path / "site", theme / "translations" / "es.po"
    build(site, **options)
    page = (site / "es" / "index.html").read_bytes()
    path.rename(tmp_path / "elsewhere.po")
    with odd_files():
        path.symlink_to(tmp_path / "elsewhere.po")
    with pytest.raises(BuildError, match="theme/translations/es.po:1: es.po is a symbolic link"):
        build(site, **options)
    assert (site / "es" / "index.html").read_bytes() == page


def test_the_catalogs_in_git_are_complete_and_up_to_date(theme):
    assert list(i18n.catalog_problems(ROOT / "theme", LANGS)) == []
    committed = {path.name: path.read_text() for path in (theme / "translations").glob("*.po")}
    phrases.update_catalogs(theme, ROOT / "caravan" / "site", LANGS)
    assert {path.name: path.read_text() for path in (theme / "translations").glob("*.po")} == committed
    assert not list((ROOT / "theme").rglob("*.mo"))


def test_every_phrase_that_a_build_asks_for_is_in_the_catalogs(tmp_path, monkeypatch):
    asked = set()

    def record(self, message, *more, _gettext=Translations.gettext):
        asked.add(message)
        return _gettext(self, message, *more)

    def record_plural(self, message, *more, _ngettext=Translations.ngettext):
        asked.add(message)
        return _ngettext(self, message, *more)

    monkeypatch.setattr(Translations, "gettext", record)
    monkeypatch.setattr(Translations, "ngettext", record_plural)
    for subset, original in COMBINATIONS:
        write(tmp_path / "content", subset, original)
    build(tmp_path / "site", tmp_path / "content", conf="pelicanconf.py", DEFAULT_PAGINATION=1)
    build(tmp_path / "real")
    extracted = {i18n.singular(message) for message in i18n.extract_messages(ROOT / "theme", ROOT / "caravan" / "site") if message.id}
    assert len(asked) > 60 and asked <= extracted, asked - extracted


def test_comments_for_translators_reach_the_catalogs(tmp_path, theme):
    code = tmp_path / "code"
    code.mkdir()
    (code / "labels.py").write_text("# Translators: of a door\nlabel = _('Open')\n# a remark\nother = _('Shut')\n")
    (theme / "templates" / "x.html").write_text("{# Translators: of a shop #}\n{{ _('Opened') }}\n")
    phrases.update_catalogs(theme, code, LANGS)
    for lang in ("es", "fil"):
        with (theme / "translations" / f"{lang}.po").open("rb") as stream:
            catalog = read_po(stream, locale=lang)
        comments = {phrase: catalog.get(phrase).auto_comments for phrase in ("Open", "Shut", "Opened")}
        assert comments == {"Open": ["of a door"], "Shut": [], "Opened": ["of a shop"]}


def test_the_fixture_site_has_the_problems_that_its_states_mean_and_no_others():
    content = loader.load_library(FIXTURE_CONTENT, SiteLanguages(LANGS, "en"), today())
    problems = library.find_problems(content)
    assert [str(problem) for problem in problems if problem.severity == "error"] == []
    assert {problem.path.removeprefix("content/") for problem in problems} == {
        "analysis/tide-question/es.md", "background/draft-text/en.md", "background/ferry-fare/en.md", "background/harbor-rules/fil.md",
        "background/later-text/en.md", "background/lighthouse-plan/en.md", "background/lighthouse-plan/es.md", "calls/night-walk/en.md",
    }  # fmt: skip


@pytest.mark.parametrize("lang", LANGS)
def test_dates_are_written_in_the_language_of_the_page(site, lang):
    date = pages(site)[f"{PREFIX[lang]}calls/harbor-walk/"].tree.xpath("//main//time")[0].text
    assert date.replace("\u2060", "") == {  # no line ends behind the dash
        "en": "9–14 October 2029", "es": "9–14 de octubre de 2029", "fil": "Oktubre 9–14, 2029"
    }[lang]  # fmt: skip
