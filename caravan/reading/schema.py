"""The schemas of front matter for each kind of text, and the validators of single values.

The original has the shared facts, such as the date; a translation has only its own words and inherits the rest, so it
cannot show an outdated date. All scalars arrive as the text that was typed (see yaml_subset). Validators raise
PydanticCustomError with a message for the author.
"""

from __future__ import annotations

import calendar
import datetime
import re
import zoneinfo
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from caravan.reading.limits import ADDRESSES, FORBIDDEN_CHARACTERS, LINE, SLUG_LENGTH, SUMMARY, TITLE
from caravan.reading.problems import format_message

CLOCK = re.compile("([01]?[0-9]|2[0-3]):[0-5][0-9]")  # an hour of the day
LANGUAGE_CODE = re.compile("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # such as es or yua (BCP 47)
DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
SPACES = re.compile(r"[ \t\n]+")  # not the no-break space, which groups digits in numbers such as 10 000
# HTML, or Markdown, which fields show as it is typed.
MARKUP = re.compile(
    r"<[a-zA-Z/!?]|&#?\w+;|\*\*|~~|==\w|(?<![\w:/]):[a-z][a-z_]+:(?!\w)|`|\]\(|\[\[|\[[@^]|(?<!\w)\*\w[^*]*(?<=\S)\*(?!\w)|(?<!\w)__?[^\W_](?:[^_]*[^\s_])?__?(?!\w)|^#{1,6} "
)
FINGERPRINT = re.compile(r"[0-9a-f]{6}")
OLD_ADDRESS = re.compile(rf"/*[a-z0-9-]{{1,{SLUG_LENGTH}}}(/[a-z0-9-]{{1,{SLUG_LENGTH}}}){{0,3}}/*")
# What a field must not have, though a body may: tabs, soft hyphens outside of words, direction marks without a word from right to left.
MISPLACED_IN_LINE = re.compile(r"\t|(?<!\w)\xad|\xad(?!\w)")
DIRECTION_MARK = re.compile("[\u061c\u200e\u200f]")
RIGHT_TO_LEFT = re.compile("[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


def field_error(key: str, at: str | tuple[str, ...] = "", **values: object) -> PydanticCustomError:
    """A validation error with the message `key`. `at`: the field inside a group that it is about, or as a tuple its whole path."""
    return PydanticCustomError("message", "{message}", {"message": format_message(key, **values), "at": at})


def parse_date(value: object) -> datetime.date:
    """A calendar day written as YYYY-MM-DD (ISO 8601)."""
    match = DAY.fullmatch(value) if isinstance(value, str) else None
    if not match:
        parts = re.match(r"(\d{4})[-/.](1[0-2]|0?[1-9])[-/.]([12]\d|3[01]|0?[1-9])(?!\d)", str(value))
        raise field_error("day-form", value=value, example="{}-{:0>2}-{:0>2}".format(*parts.groups()) if parts else "2026-02-28")
    year, month, day = map(int, match.groups())
    if not 1900 <= year <= 2200:
        raise field_error("day-year", value=value)
    try:
        return datetime.date(year, month, day)
    except ValueError:
        month = min(max(month, 1), 12)
        day = min(max(day, 1), calendar.monthrange(year, month)[1])
        raise field_error("day-unreal", value=value, example=datetime.date(year, month, day)) from None


def raise_all(errors: list[PydanticCustomError], path: tuple = ()) -> None:
    """Raise `errors` as one, from which `front_matter.validate` takes them; with `path`, that of the group that they are in."""
    contexts = [dict(error.context) for error in errors]
    for context in contexts if path else ():
        at = context["at"]
        context["at"] = path + (at if isinstance(at, tuple) else (at,) if at else ())
    if contexts:
        raise PydanticCustomError("message", "{message}", {**contexts[0], "also": contexts[1:]})


def day_errors(start: datetime.date | None, end: datetime.date | None) -> list[PydanticCustomError]:
    """What is wrong with the first and the last day, of which both are wanted, in order."""
    if not start or not end:
        return [field_error("event-days", "end" if start else "start")]
    return order_errors("start", start, "end", end)


def order_errors(first_name: str, first: datetime.date, last_name: str, last: datetime.date) -> list[PydanticCustomError]:
    """What is wrong with two days of which the second must not be before the first."""
    return [] if first <= last else [field_error("day-order", last_name, first=first_name, last=last_name, value=last)]


def require_list(value: object) -> object:
    if isinstance(value, str):
        raise field_error("yaml-no-blank" if value.startswith("-") else "list-wanted", value=value, sign="-")
    return value


def plain_text(value: str) -> str:
    """One line of text, without markup and invisible characters; returned with single spaces."""
    value = value.strip("\n")  # block scalars (| and >) end with one
    if "\n" in value:
        raise field_error("field-text")
    if markup := MARKUP.search(value):
        raise field_error({"<": "plain-html", "&": "plain-entity"}.get(markup[0][0], "plain-markup"), found=markup[0])
    invisible = MISPLACED_IN_LINE.search(value) or not RIGHT_TO_LEFT.search(value) and DIRECTION_MARK.search(value)
    if invisible:
        raise field_error("file-character", code=f"U+{ord(invisible[0][0]):04X}")
    value = SPACES.sub(" ", value).strip()
    if not value:
        raise field_error("field-empty")
    return value


# Only what all browsers and readers take for the same place: no user name, no letters in the host that look like others, a
# port that exists; in mailto: one address and no headers, which could put words or copies into a reader's mail.
HOST = r"(?:(?:[a-z0-9_-]+\.)*[a-z0-9_-]+\.?|\[[0-9a-f:.]+\])"
PORT = r"(?::(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5]))?"
ADDRESS = re.compile(
    rf"(?ai:https?://{HOST}{PORT})(?:[/?#][^\s\\\xad\u034f\u061c\u200c-\u200f]*)?|(?ai:mailto:[\w.!#$&'*+/=^`{{|}}~-]+@{HOST}|tel:\+?[\d().-]+(?:;ext=\d+)?)"
)


def address_fault(address: str) -> str:
    """The key of the message about an address that begins with https:, http:, mailto: or tel: and is not valid, else ""."""
    if ADDRESS.fullmatch(address) and not FORBIDDEN_CHARACTERS.search(address):
        return ""
    host = re.split(r"[/?#\\]", address.partition("://")[2])[0]
    return "link-user" if "@" in host else "link-broken" if host.isascii() else "link-letters"


def check_url(value: str) -> str:
    fault = address_fault(value) if re.fullmatch(r'(?s)https?://[^<>"]*', value) else "source-url"
    if fault:
        raise field_error(fault, value=value, link=value)
    return value


def length(least: int, most: int, unit: str = "characters") -> Callable:
    """A validator of the length of a string or list; `unit` is for the message."""

    def check(value):
        if not least <= len(value) <= most:
            raise field_error("length", has=len(value), least=least, most=most, unit=unit)
        return value

    return check


def parse_fingerprints(value: object) -> object:
    """Parse `made_from`: the fingerprints of the original's blocks, separated by spaces (see translations)."""
    fingerprints = tuple(value.split()) if isinstance(value, str) else ()
    if not fingerprints or not all(FINGERPRINT.fullmatch(fingerprint) for fingerprint in fingerprints):
        raise field_error("record-form")
    return fingerprints


def check_time_zone(value: str) -> str:
    if value not in zoneinfo.available_timezones():
        raise field_error("zone-unknown", value=value)
    return value


def matching(pattern: re.Pattern, key: str) -> AfterValidator:
    """A validator that raises the error `key` for values that do not match `pattern`."""

    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise field_error(key, value=value)
        return value

    return AfterValidator(check)


Day = Annotated[datetime.date, BeforeValidator(parse_date)]
SingleLine = Annotated[str, AfterValidator(plain_text)]
PlainText = Annotated[SingleLine, AfterValidator(length(*LINE))]
TextList = Annotated[tuple[PlainText, ...], BeforeValidator(require_list)]
OldAddress = Annotated[str, matching(OLD_ADDRESS, "old-address"), AfterValidator(lambda address: address.strip("/"))]
OldAddresses = Annotated[tuple[OldAddress, ...], BeforeValidator(require_list), AfterValidator(length(*ADDRESSES, "addresses"))]
Clock = Annotated[str, matching(CLOCK, "clock-form"), AfterValidator(lambda hour: hour.zfill(5))]
TimeZone = Annotated[str, AfterValidator(check_time_zone)]
YesNo = Annotated[Literal["yes", "no"], AfterValidator(lambda word: word == "yes")]
LanguageCode = Annotated[str, matching(LANGUAGE_CODE, "language-code")]
LanguageCodes = Annotated[tuple[LanguageCode, ...], BeforeValidator(require_list)]
WebAddress = Annotated[SingleLine, matching(re.compile("https://.*"), "source-url"), AfterValidator(check_url)]


class FrontMatter(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TextFields(FrontMatter):
    """Fields that every text has in its own language."""

    title: Annotated[SingleLine, AfterValidator(length(*TITLE))] = Field(
        description="Headline, plain text.", examples=["A caravan to APEC, led by migrants"]
    )
    summary: Annotated[SingleLine, AfterValidator(length(*SUMMARY))] = Field(
        description=f"One or two sentences for lists and search engines, {SUMMARY[0]} to {SUMMARY[1]} characters.",
        examples=["A treaty that promised fewer migrants, and what the figures say thirty years later."],
    )


class QuestionFields(TextFields):
    """Fields of a text that answers a question."""

    question: PlainText | None = Field(None, description="The question that the text answers.", examples=["Was it NAFTA?"])
    answer: Annotated[TextList, AfterValidator(length(1, 3, "lines"))] | None = Field(
        None, description="The answer in brief, at most three lines.", examples=[["Partly.", "Research is divided."]]
    )


class Certainty(FrontMatter):
    """How certain the statements of a text are, one line for each degree."""

    documented: PlainText | None = Field(None, description="What several sources agree on.")
    differing: PlainText | None = Field(None, description="Where estimates or reports differ.")
    single_voice: PlainText | None = Field(None, description="What rests on one voice, or was only a plan.")


class AnalysisFields(QuestionFields):
    certainty: Certainty | None = Field(None, description="How sure we are: `documented`, `differing`, `single_voice`.")


class SharedFields(FrontMatter):
    """Facts that apply to all languages; only the original has these fields."""

    date: Day = Field(description="Day of publication on this site.", examples=["2026-11-23"])
    updated: Day | None = Field(None, description="Day of the last change that readers should know of.")
    authors: Annotated[TextList, AfterValidator(length(1, 20, "names"))] = Field(
        description="Who wrote it, free names.", examples=[["The editors of this site"]]
    )
    organizations: TextList = Field((), description="Those of the authors that are organizations, not people.", examples=[["IMA-USA"]])
    status: Literal["published", "draft"] = Field("published", description="`draft` keeps the text off the public site.")
    formerly: OldAddresses = Field((), description="Old addresses that lead here, the oldest first.", examples=[["analysis/old-name"]])

    # Validators of fields, unlike those of models, also run if another field has an error, which is then not in `info.data`.
    @field_validator("updated")
    @classmethod
    def check_updated_after_date(cls, value, info):
        if value and value < info.data.get("date", value):
            raise field_error("day-order", first="date", last="updated", value=value)
        return value

    @field_validator("organizations")
    @classmethod
    def check_organizations(cls, value, info):
        for name in value:
            if name not in info.data.get("authors", value):
                raise field_error("organization-unknown", value=name)
        return value


class CallFields(TextFields):
    """The words of a call; its facts are in `event`, once for all languages."""

    reason: PlainText | None = Field(
        None, description="Why the call was canceled, postponed or moved.", examples=["The city closed the square."]
    )
    bring: Annotated[TextList, AfterValidator(length(1, 20, "lines"))] | None = Field(
        None, description="What people should bring, one line each.", examples=[["Water", "A sign"]]
    )
    program: Annotated[TextList, AfterValidator(length(1, 60, "lines"))] | None = Field(
        None, description="What happens at each time in `event.program`, in the same order.", examples=[["Opening", "March"]]
    )


class FormerEvent(FrontMatter):
    """What was announced before a call was postponed or moved."""

    start: Day | None = Field(None, description="First day.")
    end: Day | None = Field(None, description="Last day.")
    place: PlainText | None = Field(None, description="Town and region.")

    @model_validator(mode="after")
    def check_former_days(self):
        raise_all(day_errors(self.start, self.end) if self.start or self.end else [])
        if not self.start and not self.place:
            raise field_error("former-empty")
        return self


class ProgramEntry(FrontMatter):
    """One entry of the program of a call."""

    day: Day = Field(description="The day.")
    at: Clock | None = Field(None, description="The hour, such as 14:30.")
    where: PlainText | None = Field(None, description="The place, if it is not the meeting point.")
    languages: LanguageCodes = Field((), description="The languages that are spoken or interpreted.")


class Access(FrontMatter):
    """What people can count on. What is not known is left out, and printed as "not stated"."""

    step_free: YesNo | None = Field(None, description="Without steps.")
    seats: YesNo | None = Field(None, description="Seats for those who need them.")
    interpretation: LanguageCodes | None = Field(None, description="The languages of interpretation; `[]` for none.")
    child_care: YesNo | None = Field(None, description="Somebody looks after children.")


class Event(FrontMatter):
    """When and where a call takes place, and what is known about it. Days and hours are local to the place."""

    state: Literal["planned", "canceled", "postponed", "moved"] = Field("planned", description="Whether it takes place as announced.")
    start: Day | None = Field(None, description="First day.", examples=["2023-11-09"])
    end: Day | None = Field(None, description="Last day.", examples=["2023-11-14"])
    place: PlainText = Field(description="Town and region.", examples=["San Francisco, California"])
    former: FormerEvent | None = Field(None, description="What was announced before it was postponed or moved.")
    starts_at: Clock | None = Field(None, description="The hour on the first day, such as 14:30.")
    ends_at: Clock | None = Field(None, description="The hour on the last day.")
    time_zone: TimeZone | None = Field(None, description="The time zone of the place, such as America/Los_Angeles.")
    meeting_point: PlainText | None = Field(None, description="Where people meet: an address.")
    join: WebAddress | None = Field(None, description="Where to sign up or join: an https link.")
    access: Access | None = Field(None, description="Step-free, seats, interpretation, child care.")
    program: tuple[ProgramEntry, ...] = Field(
        (), description="Day and hour of each entry; `program` has the words.", max_length=60, validate_default=True
    )

    @field_validator("program")  # the last field: unlike a validator of the model, it also runs if another field has an error
    @classmethod
    def check_event(cls, program, info):
        """Report everything that is wrong between fields. What is not in `info.data` has an error of its own."""
        event, errors = info.data, []
        start, end, state, former = (event.get(name) for name in ("start", "end", "state", "former"))
        if event.keys() >= {"start", "end"} and (start or end or state != "postponed"):
            errors += day_errors(start, end)
        if state in ("postponed", "moved") and event.keys() >= {"start", "former"} and not (former and (start or former.start)):
            errors.append(field_error("event-former", state=state))
        if event.get("ends_at") and event.get("starts_at", "") is None:
            errors.append(field_error("event-hours", "ends_at"))
        if (event.get("starts_at") or any(entry.at for entry in program)) and event.get("time_zone", "") is None:
            errors.append(field_error("event-zone"))
        for index, entry in enumerate(program if start and end else ()):
            if not start <= entry.day <= end:
                errors.append(field_error("event-program", ("program", index, "day"), value=entry.day, first=start, last=end))
        raise_all(errors, ("event",))
        return program

    def state_on(self, day: datetime.date) -> Literal["coming", "now", "over", "canceled", "postponed"]:
        """Whether it is to come, takes place or is over on `day`; "postponed" only while its new days are not known."""
        if self.state == "canceled" or not self.start:
            return self.state
        return "coming" if day < self.start else "over" if day > self.end else "now"


class Call(CallFields, SharedFields):
    called_by: PlainText | None = Field(
        None, description="Who called, as the line under the title names them; left out, it is a call of this site.", examples=["IMA-USA"]
    )
    event: Event = Field(
        description="When and where: `start`, `end`, `place`, and what is known about it.",
        examples=['{start: 2026-02-26, end: 2026-02-28, place: "Manila, Philippines"}'],
    )

    @field_validator("event")
    @classmethod
    def check_changes_and_program(cls, event, info):
        lines, errors = info.data.get("program", event.program) or (), []
        if event.state != "planned" and info.data.get("updated", event) is None:
            errors.append(field_error("event-updated", ("updated",), state=event.state))
        if len(lines) != len(event.program):
            errors.append(field_error("program-lines", ("program",), has=len(lines), wanted=len(event.program)))
        raise_all(errors)
        return event


class Analysis(AnalysisFields, SharedFields):
    pass


class Background(QuestionFields, SharedFields):
    pass


class Page(TextFields):
    status: Literal["published", "draft"] = Field("published", description="`draft` keeps the page off the public site.")
    formerly: OldAddresses = Field((), description="Old addresses that lead here, the oldest first.", examples=[["old-name"]])


class TranslationFields(FrontMatter):
    """Fields of a translation about itself; it inherits the shared fields from the original."""

    translated_from: PlainText = Field(description="The language of the original.", examples=["en"])
    made_from: Annotated[tuple[str, ...], BeforeValidator(parse_fingerprints)] = Field(
        (), description="The state of the original it was made from; `python3 tasks.py translate TEXT LANGUAGE --done` writes it."
    )
    translated_by: PlainText | None = Field(None, description='A person\'s real name; left out, it is "this site".')
    reviewed_by: PlainText | None = Field(None, description="The native speaker who reviewed it, a real name.")
    status: Literal["published", "draft"] = Field("published", description="`draft`: not ready, shown as missing.")


class TextTranslation(TextFields, TranslationFields):
    pass


class CallTranslation(CallFields, TranslationFields):
    pass


class QuestionTranslation(QuestionFields, TranslationFields):
    pass


class AnalysisTranslation(AnalysisFields, TranslationFields):
    pass


KINDS: dict[str, type[TextFields]] = {"calls": Call, "analysis": Analysis, "background": Background, "pages": Page}
TRANSLATION_SCHEMAS: dict[str, type[TranslationFields]] = {
    "calls": CallTranslation,
    "analysis": AnalysisTranslation,
    "background": QuestionTranslation,
    "pages": TextTranslation,
}
ARTICLE_KINDS = tuple(kind for kind in KINDS if kind != "pages")
PATH_FIELDS = ("kind", "category", "slug", "lang", "language")
