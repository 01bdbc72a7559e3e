"""Every setting of the site, with its reason. publishconf.py overrides what differs on the public site."""

from pathlib import Path

# --- The site --------------------------------------------------------------------------------------------------
SITENAME = "Caravan"  # one word that is the same in all three languages: docs/decisions/name.md
SITEURL = "http://localhost:8000"  # publishconf.py sets the public URL

# The URL of the source texts, linked in the footer. Empty: publishconf.py derives it from a github.io URL or from the
# remote `origin`. For a site with its own domain, set it here, so that every clone builds the same bytes.
REPOSITORY = ""

# Accounts of the git host that must approve changes of code, such as "@name" or "@group/team". After a change:
# python3 tools/codeowners.py
MAINTAINERS = ()

# --- Languages -------------------------------------------------------------------------------------------------
# A language is published once it is listed here and its catalog theme/translations/<code>.po is complete.
LANGUAGES = ("en", "es", "fil")
DEFAULT_LANG = "en"  # its addresses start without a language code
FALLBACK_PAGES = True  # where a translation is missing, publish a page that links to the original

# --- Lists -----------------------------------------------------------------------------------------------------
DEFAULT_PAGINATION = 20  # articles on the home page and on each page of a list
# Rows on each page of these lists; None: DEFAULT_PAGINATION.
PAGINATED_TEMPLATES = {"listing": None, "archive": 100, "translations": 100}
FEED_MAX_ITEMS = 20
# The ids of feeds and of their entries are made of this and of the first address of each text. Never change it: readers would
# get every entry again.
FEED_NAMESPACE = "d8477070-fdc8-414a-844f-84a6157ba4a4"
WITH_FUTURE_DATES = True  # show articles with a future date, marked as such; publishconf.py turns this off
WITH_DRAFTS = True  # show drafts, marked as such; publishconf.py turns this off

# --- Addresses -------------------------------------------------------------------------------------------------
# Placeholders as in Pelican: {slug}, {category} (calls, analysis, background), {lang}. The file names must fit.
ARTICLE_URL = "{category}/{slug}/"
ARTICLE_SAVE_AS = "{category}/{slug}/index.html"
ARTICLE_LANG_URL = "{lang}/{category}/{slug}/"
ARTICLE_LANG_SAVE_AS = "{lang}/{category}/{slug}/index.html"
PAGE_URL = "{slug}/"
PAGE_SAVE_AS = "{slug}/index.html"
PAGE_LANG_URL = "{lang}/{slug}/"
PAGE_LANG_SAVE_AS = "{lang}/{slug}/index.html"
# Pelican has no patterns of these for other languages: their addresses start with the language code.
CATEGORY_URL = "{slug}/"
CATEGORY_SAVE_AS = "{slug}/index.html"
ARCHIVES_URL = "archive/"
ARCHIVES_SAVE_AS = "archive/index.html"
TRANSLATIONS_URL = "translations/"  # what is translated, and what is not yet
TRANSLATIONS_SAVE_AS = "translations/index.html"
FEED_ATOM = "feeds/all.atom.xml"  # the articles in DEFAULT_LANG
TRANSLATION_FEED_ATOM = "{lang}/feeds/all.atom.xml"  # the articles in each other language
CATEGORY_FEED_ATOM = "feeds/{slug}.atom.xml"

# --- Templates -------------------------------------------------------------------------------------------------
# Options of Jinja. Escaping and errors for unknown variables are always on.
JINJA_ENVIRONMENT = {"trim_blocks": True, "lstrip_blocks": True, "extensions": ["jinja2.ext.i18n"]}

# --- Paths -----------------------------------------------------------------------------------------------------
ROOT = Path(__file__).resolve().parent
PATH = str(ROOT / "content")
THEME = str(ROOT / "theme")
OUTPUT_PATH = str(ROOT / "output")
STORE_PATH = ROOT / ".store"  # the build cache; may be deleted at any time; None disables it
PLUGIN_PATHS = [str(ROOT)]
PLUGINS = ["caravan"]  # an explicit list, so that Pelican loads no plugins it finds installed

# --- Pelican features that are disabled ------------------------------------------------------------------------
# SiteGenerator (caravan/build/pelican_generator.py) reads the content and writes every page. Pelican's own generators
# run with empty paths.
ARTICLE_PATHS = []
PAGE_PATHS = []
STATIC_PATHS = []  # Pelican follows symbolic links out of content/; SiteGenerator copies only checked files
THEME_STATIC_PATHS = []  # the CSS is inlined into the pages
DIRECT_TEMPLATES = []
FEED_ALL_ATOM = None  # one feed with the articles of all languages
AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
TYPOGRIFY = False  # caravan/reading/typography.py calls typogrify, before the sanitizer
READERS = {"rst": None, "html": None, "htm": None, "md": None, "markdown": None, "mkd": None, "mdown": None}
CACHE_CONTENT = False
LOAD_CONTENT_CACHE = False

# --- Reproducible builds ---------------------------------------------------------------------------------------
TIMEZONE = "UTC"
DELETE_OUTPUT_DIRECTORY = False  # caravan/build/output.py removes outdated files
