"""The settings that pages depend on, with Pelican's names where Pelican has one; their checks; the day of the build."""

from __future__ import annotations

import datetime
import difflib
import os
import re
import string
import uuid
from collections.abc import Iterable
from pathlib import Path

from caravan.reading.paths import SiteLanguages
from caravan.reading.problems import printable
from caravan.site.i18n import SOURCE_LANGUAGE

# Each address setting, with the placeholders that its pattern may have, and those that it must have. The pages of other
# languages than DEFAULT_LANG have the language code in front of an address that has no pattern of its own for them.
URL_PATTERNS = {
    "ARTICLE_URL": ({"category", "slug"}, {"slug"}),
    "ARTICLE_LANG_URL": ({"category", "slug", "lang"}, {"slug", "lang"}),
    "PAGE_URL": ({"slug"}, {"slug"}),
    "PAGE_LANG_URL": ({"slug", "lang"}, {"slug", "lang"}),
    "CATEGORY_URL": ({"slug"}, {"slug"}),
    "ARCHIVES_URL": (set(), set()),
    "TRANSLATIONS_URL": (set(), set()),
    "FEED_ATOM": (set(), set()),
    "TRANSLATION_FEED_ATOM": ({"lang"}, {"lang"}),
    "CATEGORY_FEED_ATOM": ({"slug"}, {"slug"}),
}
SAVE_AS = {name: name.removesuffix("URL") + "SAVE_AS" for name in URL_PATTERNS if name.endswith("URL")}  # feeds have no second name
# `Site` and `Theme` read no other settings. A change of one of these renders every page again.
SETTINGS = (
    "SITENAME", "SITEURL", "REPOSITORY", "LANGUAGES", "DEFAULT_LANG", "FALLBACK_PAGES", "DEFAULT_PAGINATION",
    "PAGINATED_TEMPLATES", "FEED_MAX_ITEMS", "FEED_NAMESPACE", "WITH_FUTURE_DATES", "WITH_DRAFTS", "JINJA_ENVIRONMENT", *URL_PATTERNS,
)  # fmt: skip
OTHER_SETTINGS = {*SETTINGS, *SAVE_AS.values(), "ROOT", "STORE_PATH", "MAINTAINERS"}
# Pelican's, in pelicanconf.py; listed here because importing Pelican only to ask it for its names takes half a second.
PELICAN_SETTINGS = {
    "PATH", "THEME", "OUTPUT_PATH", "PLUGIN_PATHS", "PLUGINS", "ARTICLE_PATHS", "PAGE_PATHS", "STATIC_PATHS",
    "THEME_STATIC_PATHS", "DIRECT_TEMPLATES", "FEED_ALL_ATOM", "AUTHOR_FEED_ATOM", "AUTHOR_FEED_RSS", "TYPOGRIFY", "READERS",
    "CACHE_CONTENT", "LOAD_CONTENT_CACHE", "LOG_FILTER", "TIMEZONE", "DELETE_OUTPUT_DIRECTORY",
}  # fmt: skip
PAGINATED = ("listing", "archive", "translations")
PATTERN_TEXT = re.compile(r"[A-Za-z0-9._~/-]*")


class SettingsError(Exception):
    """A setting, or a variable of the environment, has a wrong value. The message says what to write instead."""


def check_settings(settings: dict) -> None:
    """Raise SettingsError for the first setting of this site with a value that cannot work."""
    if settings["DEFAULT_LANG"] not in settings["LANGUAGES"]:
        raise SettingsError(f"DEFAULT_LANG is {settings['DEFAULT_LANG']!r}, which LANGUAGES does not list; add it there.")
    for name, allowed in (("DEFAULT_PAGINATION", False), ("FEED_MAX_ITEMS", None)):
        check_number(name, settings[name], allowed)
    for name, number in settings["PAGINATED_TEMPLATES"].items():
        if name not in PAGINATED:
            raise SettingsError(f"PAGINATED_TEMPLATES has {name!r}; the lists of this site are {', '.join(PAGINATED)}.")
        check_number(f"PAGINATED_TEMPLATES[{name!r}]", number, None)
    try:
        uuid.UUID(settings["FEED_NAMESPACE"])
    except (ValueError, TypeError, AttributeError, KeyError):
        raise SettingsError(f"FEED_NAMESPACE is {settings.get('FEED_NAMESPACE')!r}; write the UUID that it was before.") from None
    if settings["JINJA_ENVIRONMENT"].keys() & {"autoescape", "undefined", "loader"}:
        raise SettingsError("JINJA_ENVIRONMENT must not set autoescape, undefined or loader: the templates rely on those of the site.")
    for name, (allowed, required) in URL_PATTERNS.items():
        check_pattern(name, settings[name], allowed, required)
    for name, save_as in SAVE_AS.items():
        if name not in ("ARTICLE_URL", "ARTICLE_LANG_URL", "PAGE_URL", "PAGE_LANG_URL") and not settings[name].endswith("/"):
            raise SettingsError(f'{name} must end in "/", because the addresses of further pages start with it.')
        expected = f"{settings[name]}index.html" if settings[name].endswith("/") else settings[name]
        if settings.get(save_as) != expected:
            raise SettingsError(f'{save_as} must be "{expected}", the file that a host sends for {name}.')


def check_number(name: str, value: object, unlimited: object) -> None:
    if value is not unlimited and (type(value) is not int or value < 1):
        raise SettingsError(f"{name} is {value!r}; write a number from 1 on, such as 20, or {unlimited}.")


def check_pattern(name: str, pattern: object, allowed: set[str], required: set[str]) -> None:
    """Raise SettingsError for a pattern with other placeholders, or one whose addresses can be outside the site."""
    choices = ", ".join(f"{{{field}}}" for field in sorted(allowed)) or "none"
    try:
        parts = list(string.Formatter().parse(pattern))
    except (ValueError, TypeError):
        raise SettingsError(f"{name} is {pattern!r}, which is not a pattern of addresses; its placeholders can be: {choices}.") from None
    fields = {field for _, field, _, _ in parts if field is not None}
    if fields - allowed or any(form or conversion for _, _, form, conversion in parts):
        raise SettingsError(f'{name} is "{pattern}" with a placeholder that this site does not have; it can have: {choices}.')
    missing = sorted(required - fields)
    if missing:
        raise SettingsError(f'{name} is "{pattern}", which gives several pages one address; add {{{missing[0]}}}.')
    text = "".join(literal for literal, *_ in parts)
    shape = "".join(literal + "x" * (field is not None) for literal, field, *_ in parts).removesuffix("/").split("/")
    if not PATTERN_TEXT.fullmatch(text) or {"", ".", ".."} & set(shape):
        raise SettingsError(
            f'{name} is "{pattern}"; write an address inside the site, without a slash at its start, of letters, digits and . _ ~ / -'
        )


def check_names(names: Iterable[str]) -> None:
    """Raise SettingsError for a name that has no effect on this site. `_NAME` is for values of your own."""
    known = OTHER_SETTINGS | PELICAN_SETTINGS
    for name in names:
        if name not in known and not name.startswith("_"):
            from pelican.settings import DEFAULT_CONFIG  # slow, so only here

            if name in DEFAULT_CONFIG:
                raise SettingsError(f"{name} is a setting of Pelican that has no effect here (docs/decisions/own-generator.md); delete it.")
            near = difflib.get_close_matches(name, sorted(known), n=1)
            hint = f"did you mean {near[0]}?" if near else f"for a value of your own, write _{name}."
            raise SettingsError(f"{name} is not a setting of this site or of Pelican; {hint}")


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
    return SiteLanguages(languages, settings["DEFAULT_LANG"], frozenset(known.difference(languages)))


def store_folder(settings: dict) -> Path | None:
    """The folder of the build cache, or None if it is disabled."""
    return Path(settings["STORE_PATH"]) if settings["STORE_PATH"] else None
