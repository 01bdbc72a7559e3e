"""One file of the output before it is rendered, the URLs of its translations, and pagination."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

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


def paginate(
    site: Site, language: Language, address: Callable[[str, int], str], number: int, entries: int, per_page: int, title: str, about: str
) -> tuple[PageInfo, dict[str, str | int]]:
    """Page `number` of a list with this title and description, and the values of the component pagination.

    `address(lang, n)`: the URL of page n. `newer` and `older` are relative URLs, "" on the first and the last page.
    """
    lang, last, _ = language.code, page_count(entries, per_page), site.gettext(language.code)
    url, urls = address(lang, number), tuple((other.code, address(other.code, 1)) for other in site.languages)
    if number > 1:
        title, urls = _("{title}, page {number}").format(title=title, number=language.number(number)), ((lang, url),)
    newer = relative_url(url, address(lang, number - 1)) if number > 1 else ""
    older = relative_url(url, address(lang, number + 1)) if number < last else ""
    return PageInfo(url, title, about, translation_urls=urls), {"number": number, "last": last, "newer": newer, "older": older}


def list_documents(
    language: Language, address: Callable[[str, int], str], entries: int, per_page: int, template: str, view: Callable, *args: str
) -> Iterator[Document]:
    """The documents of the pages of a list; `address`: see `paginate`. `view` gets `args` and the number of the page."""
    for number in range(1, page_count(entries, per_page) + 1):
        yield page_document(address(language.code, number), template, language, view, *args, number)


def page_count(entries: int, per_page: int) -> int:
    """The number of pages of a list. An empty list has one page, which says that it is empty."""
    return max(1, -(-entries // per_page))
