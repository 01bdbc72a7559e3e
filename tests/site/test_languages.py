"""All languages are equal: texts in every combination of languages, with every language as the original."""

from __future__ import annotations

import itertools
import re
import shutil

import pytest
from babel.messages.pofile import read_po, write_po
from babel.support import Translations
from conftest import ADDRESS, FIXTURE_CONTENT, ROOT, build, serve_folder
from lxml import etree
from reach import dead_links, pages

from caravan.build import loader
from caravan.reading import library
from caravan.reading.paths import SiteLanguages
from caravan.site import i18n
from caravan.site.settings import today

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
    i18n.update_catalogs(theme, ROOT / "caravan" / "site", (lang,))
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
        "sources:\n- {id: one, type: report, title: ⟦source⟧, title_given: false, read_as: excerpt only}\n"
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
    problems = list(i18n.catalog_problems(theme, ROOT / "caravan" / "site", LANGS, tmp_path))
    assert {problem.severity for problem in problems} == {"error"}
    by_line = {path.read_text().split("\n")[problem.line - 1]: problem.message for problem in problems}
    assert '"Sources" is not translated' in by_line['msgid "Sources"']
    assert "{name}" in by_line['msgid "Reviewed by {name}."']


def test_the_catalogs_in_git_are_complete_and_up_to_date(theme):
    assert list(i18n.catalog_problems(ROOT / "theme", ROOT / "caravan" / "site", LANGS, ROOT)) == []
    committed = {path.name: path.read_text() for path in (theme / "translations").glob("*.po")}
    i18n.update_catalogs(theme, ROOT / "caravan" / "site", LANGS)
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
    i18n.update_catalogs(theme, code, LANGS)
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
