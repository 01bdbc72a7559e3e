"""What front matter may say, for each kind of text.

The original-language file carries the shared facts; a translation carries its own words and inherits the rest, so
that no translation can ever show an old date. Every value arrives as the text that was typed (see plain_yaml).
"""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from .fields import a_day, a_day_order, a_list, fingerprints, old_address, plain, sized
from .limits import ADDRESSES, LINE, SUMMARY, TITLE

Day = Annotated[datetime.date, BeforeValidator(a_day)]
Bare = Annotated[str, AfterValidator(plain)]
Plain = Annotated[Bare, AfterValidator(sized(*LINE))]
Lines = Annotated[tuple[Plain, ...], BeforeValidator(a_list)]
Addresses = Annotated[
    tuple[str, ...], BeforeValidator(a_list), AfterValidator(old_address), AfterValidator(sized(*ADDRESSES, "addresses"))
]


class Front(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Front):
    """What every text says in its own language."""

    title: Annotated[Bare, AfterValidator(sized(*TITLE))] = Field(
        description="Headline, plain text.", examples=["NAFTA: sold as a cure for migration"]
    )
    summary: Annotated[Bare, AfterValidator(sized(*SUMMARY))] = Field(
        description=f"One or two sentences for lists and search engines, {SUMMARY[0]} to {SUMMARY[1]} characters.",
        examples=["A treaty that promised fewer migrants, and what the figures say thirty years later."],
    )


class Argument(Words):
    """The words of a text that answers a question."""

    question: Plain | None = Field(None, description="The question that the text answers.", examples=["Was it NAFTA?"])
    answer: Annotated[Lines, AfterValidator(sized(1, 3, "lines"))] | None = Field(
        None, description="The answer in brief, at most three lines.", examples=[["Partly.", "Research is divided."]]
    )


class Certainty(Front):
    """How sure we are, in one line each."""

    documented: Plain | None = Field(None, description="What several sources agree on.")
    differing: Plain | None = Field(None, description="Where estimates or reports differ.")
    single_voice: Plain | None = Field(None, description="What rests on one voice, or was only a plan.")


class AnalysisWords(Argument):
    certainty: Certainty | None = Field(None, description="How sure we are: `documented`, `differing`, `single_voice`.")


class Shared(Front):
    """Facts that hold in every language; only the original-language file carries them."""

    date: Day = Field(description="Day of publication on this site.", examples=["2026-11-23"])
    updated: Day | None = Field(None, description="Day of the last change that readers should know of.")
    authors: Annotated[Lines, AfterValidator(sized(1, 20, "names"))] = Field(
        description="Who wrote it, free names.", examples=[["The editors of this site"]]
    )
    status: Literal["published", "draft"] = Field("published", description="`draft` keeps the text off the public site.")
    formerly: Addresses = Field(
        (), description="Old addresses that lead here.", examples=[["analysis/old-name"]]
    )

    @model_validator(mode="after")
    def updated_later(self):
        if self.updated:
            a_day_order(self.date, self.updated, "date", "updated")
        return self


class Event(Front):
    """When and where a call took or takes place. Days are local to the place."""

    start: Day = Field(description="First day.", examples=["2023-11-09"])
    end: Day = Field(description="Last day.", examples=["2023-11-14"])
    place: Plain = Field(description="Town and region.", examples=["San Francisco, California"])

    @model_validator(mode="after")
    def end_later(self):
        a_day_order(self.start, self.end, "start", "end")
        return self


class Call(Words, Shared):
    called_by: Plain | None = Field(None, description="Who called, as the line under the title names them.", examples=["IMA-USA"])
    event: Event = Field(description="When and where: `start`, `end`, `place`.")


class Analysis(AnalysisWords, Shared):
    pass


class Background(Argument, Shared):
    pass


class Page(Words):
    status: Literal["published", "draft"] = Field("published", description="`draft` keeps the page off the public site.")
    formerly: Addresses = Field(
        (), description="Old addresses that lead here.", examples=[["old-name"]]
    )


class Made(Front):
    """What a translation says of itself; everything else that is not its own words it inherits."""

    translated_from: Plain = Field(description="The language of the original.", examples=["en"])
    made_from: Annotated[tuple[str, ...], BeforeValidator(fingerprints)] = Field(
        (), description="The state of the original it was made from; `check` prints the line to paste."
    )
    translated_by: Plain | None = Field(None, description='A person\'s real name; left out, it is "this site".')
    reviewed_by: Plain | None = Field(None, description="The native speaker who reviewed it, a real name.")
    status: Literal["published", "draft"] = Field("published", description="`draft`: not ready, shown as missing.")


class WordsTranslation(Words, Made):
    pass


class ArgumentTranslation(Argument, Made):
    pass


class AnalysisTranslation(AnalysisWords, Made):
    pass


KINDS: dict[str, type[Words]] = {"calls": Call, "analysis": Analysis, "background": Background, "pages": Page}
TRANSLATIONS: dict[str, type[Made]] = {
    "calls": WordsTranslation,
    "analysis": AnalysisTranslation,
    "background": ArgumentTranslation,
    "pages": WordsTranslation,
}
ARTICLES = tuple(kind for kind in KINDS if kind != "pages")
# The order in which fields are described; every field of every model stands here (a test holds it to that).
FIELD_ORDER = (
    "title", "summary", "date", "authors", "event", "called_by", "question", "answer", "certainty", "updated",
    "status", "formerly", "translated_from", "made_from", "translated_by", "reviewed_by",
)  # fmt: skip
FROM_PATH = ("kind", "category", "slug", "lang", "language")
