"""Every setting of the site, grouped, each with its reason. publishconf.py holds what differs in public."""

from pathlib import Path

# --- What the site is ------------------------------------------------------------------------------------------
SITENAME = "Caravan"  # one word that is the same in all three languages: docs/decisions/name.md
SITEURL = "http://localhost:8000"  # the true address in public comes from publishconf.py

# The address of the source texts, shown at the foot. Empty: publishconf.py finds it, from an address on github.io or
# the remote `origin`. With a domain of your own, write it here: every clone then builds the same bytes.
REPOSITORY = ""

# --- Languages -------------------------------------------------------------------------------------------------
# A language is public once it stands here and its catalogue theme/translations/<code>.po is complete.
LANGUAGES = ("en", "es", "fil")
HOME_LANGUAGE = "en"  # its addresses have no prefix
FALLBACK_PAGES = True  # a text missing in a language has a page there that leads to the original
DEFAULT_LANG = HOME_LANGUAGE  # Pelican's own name for it

# --- Lists -----------------------------------------------------------------------------------------------------
PER_PAGE = 20
PER_ARCHIVE_PAGE = 100  # up to as many articles the archive is one page; beyond, each year has its own
FEED_ENTRIES = 20
SHOW_WAITING = True  # drafts and texts dated in the future: in the preview yes, in public never (publishconf.py)

# --- Where things are ------------------------------------------------------------------------------------------
ROOT = Path(__file__).resolve().parent
PATH = str(ROOT / "content")
THEME = str(ROOT / "theme")
OUTPUT_PATH = str(ROOT / "output")
STORE_PATH = ROOT / ".store"  # what builds leave for the next one; may be deleted at any time, None keeps nothing
PLUGIN_PATHS = [str(ROOT)]
PLUGINS = ["caravan"]  # nothing is discovered: only what stands here is loaded

# --- What of Pelican is switched off ---------------------------------------------------------------------------
# Our generator (caravan/build/pelican_generator.py) reads and writes every text; Pelican's find nothing.
ARTICLE_PATHS = []
PAGE_PATHS = []
STATIC_PATHS = []  # Pelican follows links out of content/; our generator copies checked files only
THEME_STATIC_PATHS = []  # the style sheet is printed into the pages
DIRECT_TEMPLATES = []
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
TYPOGRIFY = False  # caravan/reading/typography.py calls typogrify, before the sanitizer
READERS = {"rst": None, "html": None, "htm": None, "md": None, "markdown": None, "mkd": None, "mdown": None}
CACHE_CONTENT = False
LOAD_CONTENT_CACHE = False

# --- The same bytes on every machine ---------------------------------------------------------------------------
TIMEZONE = "UTC"
DELETE_OUTPUT_DIRECTORY = False  # our generator takes away what does not belong there (caravan/build/output.py)
