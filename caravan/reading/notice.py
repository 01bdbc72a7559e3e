"""The notice above every page: one line in `content/notice/<language>.md`, shown up to a day."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, Field

from caravan.reading.evidence import BODY_LINE, DataFile
from caravan.reading.limits import NOTICE
from caravan.reading.links import link_error, resolve
from caravan.reading.paths import ContentTree
from caravan.reading.problems import Problem, format_message
from caravan.reading.schema import Day, FrontMatter, SingleLine, length
from caravan.reading.translations import TranslationGroup


class Notice(FrontMatter):
    """The notice in one language. `until`: the last day on which pages show it; `link`: as in a text of this folder."""

    until: Day
    link: SingleLine | None = None
    text: Annotated[SingleLine, AfterValidator(length(*NOTICE))] = Field(alias=BODY_LINE)


def notice_path(lang: str) -> str:
    return f"content/notice/{lang}.md"


def check_notices(
    files: dict[str, DataFile], groups: dict[tuple[str, str], TranslationGroup], tree: ContentTree, day: datetime.date
) -> Iterator[Problem]:
    """Report links to what does not exist or is not public. Warn of a notice that is over on `day`, and of missing languages."""
    for lang, file in files.items():
        if file.value:
            if file.value.link and (message := link_fault(file.value.link, groups, tree, day)):
                yield Problem(notice_path(lang), file.document.line(("link",)), f"link: {message}")
            if file.value.until < day:
                message = format_message("notice-over", value=file.value.until)
                yield Problem(notice_path(lang), file.document.line(("until",)), f"until: {message}", "warning")
    for lang in tree.languages if files else ():
        if lang not in files:
            yield Problem(notice_path(lang), 1, format_message("notice-missing", lang=lang), "warning")


def link_fault(link: str, groups: dict[tuple[str, str], TranslationGroup], tree: ContentTree, day: datetime.date) -> str | None:
    """The error message for the link of a notice, else None."""
    target = resolve(link, "notice")
    if isinstance(target, str):
        return target
    if target is None:
        return None if link.startswith("https://") else format_message("web-address", value=link)
    return link_error(target, "notice", False, groups, tree, day) if target.path else format_message("link-form", link=link)
