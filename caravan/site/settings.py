"""The settings that pages depend on, and the day of the build."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

from caravan.reading.paths import SiteLanguages
from caravan.reading.problems import printable
from caravan.site.i18n import SOURCE_LANGUAGE

# `assemble` reads no other settings. A change of one of these renders every page again.
SETTINGS = (
    "SITENAME", "SITEURL", "REPOSITORY", "LANGUAGES", "HOME_LANGUAGE", "FALLBACK_PAGES", "PER_PAGE", "PER_ARCHIVE_PAGE",
    "FEED_ENTRIES", "INCLUDE_UNPUBLISHED",
)  # fmt: skip


class SettingsError(Exception):
    """A setting, or a variable of the environment, has a wrong value. The message says what to write instead."""


def today() -> datetime.date:
    """The day of the build, in UTC: that of SOURCE_DATE_EPOCH (reproducible-builds.org) if it is set, else the current day.

    No other code reads the clock for what pages show. Raises SettingsError for an invalid SOURCE_DATE_EPOCH.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        now = datetime.datetime.fromtimestamp(int(epoch), datetime.UTC) if epoch else datetime.datetime.now(datetime.UTC)
    except (ValueError, OverflowError, OSError):
        raise SettingsError(
            f'SOURCE_DATE_EPOCH is "{printable(epoch)}", which is not a time; write the seconds since 1970, such as 1764115200, '
            "or remove the variable"
        ) from None
    return now.date()


def language_settings(settings: dict) -> SiteLanguages:
    """The languages of the site. Unlisted are those that the interface has a catalog for, and its own, English."""
    languages = tuple(settings["LANGUAGES"])
    known = {SOURCE_LANGUAGE, *(path.stem for path in (Path(settings["THEME"]) / "translations").glob("*.po"))}
    return SiteLanguages(languages, settings["HOME_LANGUAGE"], frozenset(known.difference(languages)))


def store_folder(settings: dict) -> Path | None:
    """The folder of the build cache, or None if it is disabled."""
    return Path(settings["STORE_PATH"]) if settings["STORE_PATH"] else None
