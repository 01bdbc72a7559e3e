"""One file of the output, before it is printed, and the addresses of its siblings in other languages."""

from __future__ import annotations

from dataclasses import dataclass

from caravan.reading.works import Work

from .addresses import save_as
from .frame import Here, frame
from .languages import Language
from .site import Site


@dataclass(frozen=True)
class Document:
    """One file of the output: `template` printed in `lang` with the values of `view`, and nothing else."""

    save_as: str
    template: str
    lang: str
    view: dict


def document(site: Site, language: Language, here: Here, template: str, **view: object) -> Document:
    return Document(
        save_as(here.address), template, language.code, {"page": frame(site, language, here), **view}
    )


def everywhere(site: Site, address: str) -> tuple[tuple[str, str], ...]:
    """The siblings of a page that exists in every language; `address` is the one without prefix."""
    return tuple((language.code, site.addresses.prefix(language.code) + address) for language in site.languages)


def work_siblings(site: Site, work: Work) -> tuple[tuple[str, str], ...]:
    """The addresses of a work in the languages that have it."""
    return tuple(
        (language.code, site.addresses.text(work.texts[language.code].place))
        for language in site.languages
        if language.code in work.texts
    )


def work_switch(site: Site, work: Work) -> tuple[tuple[str, str], ...]:
    """Where the language switcher leads: the same text, or the page that says that it is not translated yet."""
    return tuple(
        (language.code, site.addresses.text(site.place(work, language.code)))
        for language in site.languages
        if site.shows(work, language.code)
    )
