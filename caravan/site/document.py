"""One file of the output, before it is printed, and the addresses of its siblings in other languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from caravan.reading.translations import TranslationGroup
from caravan.site.i18n import Language
from caravan.site.site import Site
from caravan.site.urls import output_path, relative_url


@dataclass(frozen=True)
class Link:
    """`href` as the page needs it; `lang` where the words are in another language than the page."""

    href: str
    label: str
    current: bool = False
    lang: str = ""
    kind: str = ""


@dataclass(frozen=True)
class PageInfo:
    """A page before it is framed: its address, its title and description, and its address in other languages.

    `siblings` are the same text in each language that has it; `switch` is where the language switcher leads.
    """

    address: str
    title: str
    description: str
    kind: str = ""
    siblings: tuple[tuple[str, str], ...] = ()
    switch: tuple[tuple[str, str], ...] = ()
    indexed: bool = True
    # The page may be served at any address below the site (404): links start with the site's path.
    anywhere: bool = False



@dataclass(frozen=True)
class Document:
    """One file of the output: `template` printed in `lang` with the values that `maker` makes, and nothing else.

    `maker(site, language, *words)` returns the values; what it was given is plain, so that two documents with the
    same `identity` and the same answers to what they ask of the site are the same to the byte.
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


def page_document(address: str, template: str, language: Language, maker: Callable[..., dict], *words: str | int) -> Document:
    """The document of the page at `address`."""
    return Document(output_path(address), template, language.code, maker, words)


def all_languages(site: Site, address: str) -> tuple[tuple[str, str], ...]:
    """The siblings of a page that exists in every language; `address` is the one without prefix."""
    return tuple((language.code, site.urls.prefix(language.code) + address) for language in site.languages)


def translation_urls(site: Site, work: TranslationGroup) -> tuple[tuple[str, str], ...]:
    """The addresses of a work in the languages that have it."""
    return tuple(
        (language.code, site.urls.article(work.articles[language.code].content_path))
        for language in site.languages
        if language.code in work.articles
    )


def language_switch_urls(site: Site, work: TranslationGroup) -> tuple[tuple[str, str], ...]:
    """Where the language switcher leads: the same text, or the page that says that it is not translated yet."""
    return tuple(
        (language.code, site.urls.article(site.path_for(work, language.code)))
        for language in site.languages
        if site.has_page(work, language.code)
    )


@dataclass(frozen=True)
class Pagination:
    """The pages of a long list, for its page turner: `number` of `last`, and the ways to the pages beside it."""

    number: int
    last: int
    newer: str
    older: str


def paginate(here: Callable[[int], str], number: int, last: int) -> Pagination:
    """`here(n)` is the address of page n of the list."""
    newer = relative_url(here(number), here(number - 1)) if number > 1 else ""
    older = relative_url(here(number), here(number + 1)) if number < last else ""
    return Pagination(number, last, newer, older)


def page_count(entries: int, each: int) -> int:
    """How many pages a list of `entries` has; an empty one has one, which says so."""
    return max(1, -(-entries // each))
