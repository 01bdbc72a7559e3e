"""One file of the output before it is rendered, the URLs of its translations, and pagination."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from caravan.reading.translations import TranslationGroup
from caravan.site.i18n import Language
from caravan.site.site import Site
from caravan.site.urls import output_path, relative_url


@dataclass(frozen=True)
class Link:
    """A link of a page. `lang`: the language of the label or of the target, where the template needs it, else ""."""

    href: str
    label: str
    current: bool = False
    lang: str = ""
    kind: str = ""


@dataclass(frozen=True)
class PageInfo:
    """What a page view passes to `page_context`. URLs are relative to the root of the site.

    `translation_urls`: the URL of the same text in each language that has it, by language code.
    `language_switch_urls`: the targets of the language switcher; empty: the same as `translation_urls`.
    `served_anywhere`: the host serves the page at any URL (404), so its links start with the path of the site.
    """

    url: str
    title: str
    description: str
    kind: str = ""
    translation_urls: tuple[tuple[str, str], ...] = ()
    language_switch_urls: tuple[tuple[str, str], ...] = ()
    indexed: bool = True
    served_anywhere: bool = False


@dataclass(frozen=True)
class Document:
    """One file of the output: `template`, rendered in `lang` with the values that `view_function` returns.

    `view_function(site, language, *args)` is a pure function of the site, and `args` are plain values. Documents with the
    same `identity` and the same tracked dependencies therefore have the same bytes.
    """

    save_as: str
    template: str
    lang: str
    view_function: Callable[..., dict]
    args: tuple[str | int, ...] = ()

    @property
    def identity(self) -> str:
        return repr((self.template, self.lang, self.view_function.__name__, self.args))

    def view(self, site: Site) -> dict:
        return self.view_function(site, Language(self.lang), *self.args)


def page_document(url: str, template: str, language: Language, view_function: Callable[..., dict], *args: str | int) -> Document:
    """The document of the page at `url`."""
    return Document(output_path(url), template, language.code, view_function, args)


def urls_in_all_languages(site: Site, url: str) -> tuple[tuple[str, str], ...]:
    """The URLs of a page that exists in every language; `url` is the one in the home language."""
    return tuple((language.code, site.urls.prefix(language.code) + url) for language in site.languages)


def page_count(site: Site, name: str, lang: str) -> int:
    """The number of pages of a list. An empty list has one page, which says that it is empty."""
    return max(1, -(-site.count(name, lang) // site.page_size(name)))


def list_page(
    site: Site, language: Language, name: str, number: int, title: str, about: str
) -> tuple[PageInfo, dict[str, str | int], list[TranslationGroup]]:
    """Page `number` of a list with this title and description, the values of the component pagination, and the texts of the page.

    `newer` and `older` are relative URLs, "" on the first and the last page.
    """
    lang, last, size, _ = language.code, page_count(site, name, language.code), site.page_size(name), site.gettext(language.code)
    url, urls = site.urls.listing(name, lang, number), tuple((other.code, site.urls.listing(name, other.code)) for other in site.languages)
    if number > 1:
        title, urls = _("{title}, page {number}").format(title=title, number=number), ((lang, url),)
    newer = relative_url(url, site.urls.listing(name, lang, number - 1)) if number > 1 else ""
    older = relative_url(url, site.urls.listing(name, lang, number + 1)) if number < last else ""
    pages = {"number": number, "last": last, "newer": newer, "older": older}
    groups = [site.groups[key] for key in site.listing_slice(name, lang, (number - 1) * size, size)]
    return PageInfo(url, title, about, translation_urls=urls), pages, groups
