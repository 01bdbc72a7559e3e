"""What a build is told from outside: the settings that pages depend on, and the day."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

from caravan.reading.paths import SiteLanguages

# The settings that pages depend on; `assemble` sees no others, and a change of one of these prints every page anew.
SETTINGS = (
    "SITENAME", "SITEURL", "REPOSITORY", "LANGUAGES", "HOME_LANGUAGE", "FALLBACK_PAGES", "PER_PAGE", "PER_ARCHIVE_PAGE",
    "FEED_ENTRIES", "SHOW_WAITING",
)  # fmt: skip


def today() -> datetime.date:
    """The one clock of a build: the UTC day of SOURCE_DATE_EPOCH (reproducible-builds.org), else of now."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now = datetime.datetime.fromtimestamp(int(epoch), datetime.UTC) if epoch else datetime.datetime.now(datetime.UTC)
    return now.date()


def rules(settings: dict) -> SiteLanguages:
    return SiteLanguages(tuple(settings["LANGUAGES"]), settings["HOME_LANGUAGE"])


def store_folder(settings: dict) -> Path | None:
    """The folder of what builds leave for the next one; None where nothing is kept."""
    return Path(settings["STORE_PATH"]) if settings["STORE_PATH"] else None
