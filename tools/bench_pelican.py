"""Settings with which bench.py builds the corpus with stock Pelican.

They are as close to this site as stock Pelican allows: the same packages, Markdown extensions and typogrify, Pelican's
plain theme, and the same pages (articles, paginated lists of both kinds, an archive, feeds of everything and of each kind).
"""

from __future__ import annotations

EXTENSIONS = (
    "abbr", "attr_list", "def_list", "fenced_code", "footnotes", "sane_lists", "tables", "toc",
    "pymdownx.blocks.caption", "pymdownx.blocks.details", "pymdownx.blocks.admonition",
)  # fmt: skip


def settings(content: str, output: str) -> dict:
    """Pelican settings for the folders `content` and `output`."""
    return {
        "PATH": content,
        "OUTPUT_PATH": output,
        "SITENAME": "Stock",
        "SITEURL": "https://example.org",
        "TIMEZONE": "UTC",
        "DEFAULT_LANG": "en",
        "TYPOGRIFY": True,
        "THEME": "simple",
        "ARTICLE_PATHS": ["analysis", "background"],
        "PAGE_PATHS": [],
        "STATIC_PATHS": [],
        "PATH_METADATA": r"(?P<category>[^/]+)/(?P<slug>[^/]+)/(?P<lang>[a-z]+)\.md",
        "ARTICLE_URL": "{category}/{slug}/",
        "ARTICLE_SAVE_AS": "{category}/{slug}/index.html",
        "ARTICLE_LANG_URL": "{lang}/{category}/{slug}/",
        "ARTICLE_LANG_SAVE_AS": "{lang}/{category}/{slug}/index.html",
        "CATEGORY_FEED_ATOM": "feeds/{slug}.atom.xml",
        "DEFAULT_PAGINATION": 20,
        "AUTHOR_SAVE_AS": "",
        "DIRECT_TEMPLATES": ["archives"],
        "MARKDOWN": {
            "extensions": list(EXTENSIONS),
            "extension_configs": {"pymdownx.blocks.admonition": {"types": ["note"]}, "footnotes": {"SEPARATOR": "-"}},
            "output_format": "html5",
        },
        "PLUGINS": [],
    }
