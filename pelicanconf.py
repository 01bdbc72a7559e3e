"""Every setting of the site, with its reason. publishconf.py overrides what differs on the public site."""

from pathlib import Path

# --- The site --------------------------------------------------------------------------------------------------
SITENAME = "Caravan"  # one word that is the same in all three languages: docs/decisions/name.md
SITEURL = "http://localhost:8000"  # publishconf.py sets the public URL

# The URL of the source texts, linked in the footer. Empty: publishconf.py derives it from a github.io URL or from the
# remote `origin`. For a site with its own domain, set it here, so that every clone builds the same bytes.
REPOSITORY = ""

# --- Languages -------------------------------------------------------------------------------------------------
# A language is published once it is listed here and its catalog theme/translations/<code>.po is complete.
LANGUAGES = ("en", "es", "fil")
HOME_LANGUAGE = "en"  # its URLs have no prefix
FALLBACK_PAGES = True  # where a translation is missing, publish a page that links to the original
DEFAULT_LANG = HOME_LANGUAGE  # Pelican's name for the same setting

# --- Lists -----------------------------------------------------------------------------------------------------
PER_PAGE = 20
PER_ARCHIVE_PAGE = 100  # with more articles than this, the archive has a page for each year
FEED_ENTRIES = 20
INCLUDE_UNPUBLISHED = True  # show drafts and articles with a future date; publishconf.py turns this off

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
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
TYPOGRIFY = False  # caravan/reading/typography.py calls typogrify, before the sanitizer
READERS = {"rst": None, "html": None, "htm": None, "md": None, "markdown": None, "mkd": None, "mdown": None}
CACHE_CONTENT = False
LOAD_CONTENT_CACHE = False

# --- Reproducible builds ---------------------------------------------------------------------------------------
TIMEZONE = "UTC"
DELETE_OUTPUT_DIRECTORY = False  # caravan/build/output.py removes outdated files
