"""Settings have Pelican's names and meaning: each one is changed, and the built files show it; a wrong one is one sentence."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, build

from caravan.build import command
from caravan.site.settings import SettingsError

TEXT = "---\ntitle: {title}\nsummary: A text of a test, with a summary of the length that a summary must have.\n{fields}---\n\n{body}\n"
DATED = "date: {date}\nauthors: [A. Author]\n"
CALL = DATED + "event: {{start: 2023-11-12, end: 2023-11-12, place: Manila}}\ncalled_by: Caravan\n"


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    """Texts of two years, one of them translated, one a draft, one of a later day, and a page."""
    folder = tmp_path_factory.mktemp("settings") / "content"
    texts = {
        "calls/march/en": ("March", CALL.format(date="2023-11-05"), "See [the other](../../analysis/why/en.md)."),
        "calls/march/es": ("Marcha", "translated_from: en\n", "Palabras."),
        "calls/later/en": ("Later", CALL.format(date="2024-03-02"), "Words."),
        "analysis/why/en": ("Why", DATED.format(date="2024-01-02"), "Words."),
        "analysis/draft/en": ("Draft", DATED.format(date="2024-01-03") + "status: draft\n", "Words."),
        "analysis/future/en": ("Future", DATED.format(date="2199-01-03"), "Words."),
        "pages/about/en": ("About", "", "Words."),
    }
    for path, (title, fields, body) in texts.items():
        file = folder / f"{path}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(TEXT.format(title=title, fields=fields, body=body), encoding="utf-8")
    return folder


def pages(site) -> set[str]:
    return {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}


def both(name: str, url: str) -> dict[str, str]:
    return {f"{name}_URL": url, f"{name}_SAVE_AS": f"{url}index.html" if url.endswith("/") else url}


ADDRESSES = {
    "articles": (
        both("ARTICLE", "texts/{category}-{slug}.html"), {"texts/calls-march.html", "texts/analysis-why.html"}, "calls/march/index.html",
        "texts/calls-march.html", "../texts/analysis-why.html",
    ),
    "translations": (both("ARTICLE_LANG", "{slug}-{lang}.html"), {"march-es.html", "why-es.html"}, "es/calls/march/index.html",
                     "calls/march/index.html", "../../march-es.html"),
    "pages": (both("PAGE", "info/{slug}/"), {"info/about/index.html"}, "about/index.html", "index.html", "info/about/"),
    "translated pages": (both("PAGE_LANG", "info/{slug}-{lang}/"), {"info/about-es/index.html"}, "es/about/index.html",
                         "es/index.html", "../info/about-es/"),
    "lists": (both("CATEGORY", "kind/{slug}/"), {"kind/calls/index.html", "es/kind/calls/page/2/index.html"}, "calls/index.html",
              "es/index.html", "../es/kind/calls/"),
    "archive": (both("ARCHIVES", "all/"), {"all/index.html", "es/all/index.html"}, "archive/index.html", "index.html", "all/"),
    "status": (both("TRANSLATIONS", "status/"), {"status/index.html", "fil/status/page/2/index.html"}, "translations/index.html",
               "index.html", "status/"),
    "feed": ({"FEED_ATOM": "news.xml"}, {"news.xml", "es/feeds/all.atom.xml"}, "feeds/all.atom.xml", "index.html", "news.xml"),
    "feeds of languages": ({"TRANSLATION_FEED_ATOM": "news-{lang}.xml"}, {"feeds/all.atom.xml", "news-es.xml"},
                           "es/feeds/all.atom.xml", "es/index.html", "../news-es.xml"),
    "feeds of lists": ({"CATEGORY_FEED_ATOM": "news/{slug}.xml"}, {"news/calls.xml", "es/news/calls.xml"}, "feeds/calls.atom.xml",
                       "calls/index.html", "../news/calls.xml"),
}  # fmt: skip


@pytest.mark.parametrize("settings, new, old, page, link", ADDRESSES.values(), ids=ADDRESSES)
def test_an_address_pattern_moves_the_files_and_all_links_to_them(content, tmp_path, settings, new, old, page, link):
    lists = {"DEFAULT_PAGINATION": 1, "PAGINATED_TEMPLATES": {"archive": 2, "translations": 3}}
    site = build(tmp_path / "site", content, **lists, **settings)
    found = pages(site)
    assert new <= found and old not in found
    assert f'href="{link}"' in (site / page).read_text(encoding="utf-8")
    for name in (name for name in found if name.endswith(".html") and name != "404.html"):
        for href in re.findall(r'href="(\.[^"#]*)', (site / name).read_text(encoding="utf-8")):
            target = (site / name).parent / href
            assert (target / "index.html").is_file() or target.is_file(), (name, href)
    sitemap = (site / "sitemap.xml").read_text(encoding="utf-8")
    for url in re.findall(r"<loc>https://example.org/([^<]*)", sitemap):
        assert (f"{url}index.html" if not url or url.endswith("/") else url) in found


def test_lists_have_the_length_that_the_settings_say(content, tmp_path):
    found = pages(build(tmp_path / "one", content, DEFAULT_PAGINATION=False, PAGINATED_TEMPLATES={}))
    assert not any("/page/" in name for name in found)
    lengths = {"listing": 1, "archive": 2, "translations": 1}
    found = pages(build(tmp_path / "two", content, DEFAULT_PAGINATION=False, PAGINATED_TEMPLATES=lengths))
    assert {"calls/page/2/index.html", "archive/page/2/index.html", "translations/page/4/index.html"} <= found


def test_feeds_have_the_length_that_the_setting_says(content, tmp_path):
    for number, entries in ((1, 1), (None, 3)):
        site = build(tmp_path / f"site-{number}", content, FEED_MAX_ITEMS=number)
        assert (site / "feeds/all.atom.xml").read_text(encoding="utf-8").count("<entry>") == entries


def test_drafts_and_future_articles_are_shown_only_if_the_settings_say_so(content, tmp_path):
    draft, future = "analysis/draft/index.html", "analysis/future/index.html"
    for settings, shown in (({}, set()), ({"WITH_DRAFTS": True}, {draft}), ({"WITH_FUTURE_DATES": True}, {future})):
        assert pages(build(tmp_path / "site", content, **settings)) & {draft, future} == shown


def test_the_options_of_jinja_are_those_of_the_setting(content, tmp_path):
    theme = shutil.copytree(ROOT / "theme", tmp_path / "theme")
    template = theme / "templates" / "robots.txt"
    template.write_text(template.read_text(encoding="utf-8") + "{% do [].append(1) %}\n%% set x = '<'\n{{ x }}", encoding="utf-8")
    options = {"extensions": ["jinja2.ext.do"], "line_statement_prefix": "%%"}
    site = build(tmp_path / "site", content, THEME=str(theme), JINJA_ENVIRONMENT=options)
    assert (site / "robots.txt").read_text(encoding="utf-8").endswith("&lt;")


WRONG = {
    "unknown placeholder": (both("ARTICLE", "{author}/{slug}/"), "ARTICLE_URL", "{category}, {slug}"),
    "an attribute": (both("ARTICLE", "{slug.__class__}/"), "ARTICLE_URL", "placeholder that this site does not have"),
    "a date": (both("ARTICLE", "{date:%Y}/{slug}/"), "ARTICLE_URL", "placeholder"),
    "a form of a placeholder": (both("ARTICLE", "{slug:>9}/"), "ARTICLE_URL", "placeholder"),
    "an open brace": (both("ARTICLE", "{slug/"), "ARTICLE_URL", "not a pattern"),
    "no pattern": ({"FEED_ATOM": None}, "FEED_ATOM", "not a pattern"),
    "one address for all": (both("ARTICLE", "{category}/"), "ARTICLE_URL", "add {slug}"),
    "one address for all languages": (both("PAGE_LANG", "{slug}/"), "PAGE_LANG_URL", "add {lang}"),
    "outside": (both("PAGE", "../{slug}/"), "PAGE_URL", "inside the site"),
    "outside, at the start": (both("CATEGORY", "/{slug}/"), "CATEGORY_URL", "inside the site"),
    "another host": (both("ARCHIVES", "https://example.net/"), "ARCHIVES_URL", "inside the site"),
    "a query": (both("PAGE", "page?{slug}"), "PAGE_URL", "inside the site"),
    "a backslash": ({"FEED_ATOM": "..\\feed.xml"}, "FEED_ATOM", "inside the site"),
    "a list without a slash": (both("CATEGORY", "{slug}.html"), "CATEGORY_URL", 'must end in "/"'),
    "a file that does not fit": ({"PAGE_URL": "{slug}.html"}, "PAGE_SAVE_AS", 'must be "{slug}.html"'),
    "two texts": ({**both("ARTICLE", "{slug}/"), **both("PAGE", "march/{slug}/"), **both("ARCHIVES", "march/")}, "ARCHIVES_URL or ARTICLE_URL",
                  "/march/index.html"),
    "a length of zero": ({"DEFAULT_PAGINATION": 0}, "DEFAULT_PAGINATION", "from 1 on"),
    "no namespace of the feeds": ({"FEED_NAMESPACE": "mine"}, "FEED_NAMESPACE", "write the UUID that it was"),
    "a length in words": ({"FEED_MAX_ITEMS": "20"}, "FEED_MAX_ITEMS", "from 1 on"),
    "an unknown list": ({"PAGINATED_TEMPLATES": {"index": 5}}, "PAGINATED_TEMPLATES", "listing, archive, translations"),
    "a language that is not listed": ({"DEFAULT_LANG": "pt"}, "DEFAULT_LANG", "LANGUAGES"),
    "no escaping": ({"JINJA_ENVIRONMENT": {"autoescape": False}}, "JINJA_ENVIRONMENT", "autoescape"),
}  # fmt: skip


@pytest.mark.parametrize("settings, name, words", WRONG.values(), ids=WRONG)
def test_a_wrong_setting_is_one_sentence_that_names_it(content, tmp_path, settings, name, words):
    with pytest.raises(SettingsError) as stopped:
        build(tmp_path / "site", content, **settings)
    assert name in str(stopped.value) and words in str(stopped.value) and "\n" not in str(stopped.value)
    assert not (tmp_path / "site" / "index.html").exists()


def changed_settings(folder: Path, lines: str) -> Path:
    """A copy of pelicanconf.py with more lines at its end."""
    conf = folder / "pelicanconf.py"
    conf.write_text(f"{(ROOT / 'pelicanconf.py').read_text(encoding='utf-8')}\n{lines}\n", encoding="utf-8")
    return conf


@pytest.mark.parametrize("name", ["JINJA_FILTERS", "PAGINATION_PATTERNS", "MARKDOWN", "RELATIVE_URLS", "DEFAULT_CATEGORY", "TAG_URL"])
def test_a_setting_of_pelican_without_effect_is_not_ignored(tmp_path, name):
    with pytest.raises(SettingsError, match=f"pelicanconf.py: {name} is a setting of Pelican that has no effect here"):
        command.load_settings(changed_settings(tmp_path, f"{name} = {{}}"), tmp_path / "output")


@pytest.mark.parametrize("line, words", [
    ("DEFAULT_PAGINATON = 5", "did you mean DEFAULT_PAGINATION?"), ("WITH_DRAFT = True", "did you mean WITH_DRAFTS?"),
    ("OUTPUT_PATHS = ''", "did you mean OUTPUT_PATH?"),
    ("QQQQ = 1", "for a value of your own, write _QQQQ"),
])  # fmt: skip
def test_an_unknown_setting_gets_one_sentence_with_a_proposal(tmp_path, line, words):
    conf = changed_settings(tmp_path, line)
    with pytest.raises(SettingsError) as stopped:
        command.load_settings(conf, tmp_path / "output")
    assert str(stopped.value).startswith(f"pelicanconf.py: {line.partition(' ')[0]} is not a setting") and words in str(stopped.value)


def test_values_of_ones_own_and_other_settings_of_pelican_are_allowed(tmp_path):
    conf = changed_settings(tmp_path, "_OWN = 1\nown = 2\nLOG_FILTER = []")
    assert command.load_settings(conf, tmp_path / "output")["LOG_FILTER"] == []


def test_the_command_of_pelican_writes_the_same_feed(content, tmp_path):
    """Its own generator, which has no articles, does not write an empty feed to the address."""
    arguments = [sys.executable, "-m", "pelican", str(content), "-s", str(ROOT / "pelicanconf.py"), "-o", str(tmp_path / "site")]
    subprocess.run(arguments, cwd=tmp_path, check=True, capture_output=True, timeout=300)
    assert (tmp_path / "site" / "feeds" / "all.atom.xml").read_text(encoding="utf-8").count("<entry>") == 3
