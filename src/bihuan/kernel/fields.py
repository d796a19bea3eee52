"""What a user fills in for an act: one typed form for page, API and console."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Annotated, ClassVar, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

When = TypeVar("When", date, datetime)


def whole_minute(moment: datetime) -> datetime:
    """The minute in which a moment lies."""
    return moment.replace(second=0, microsecond=0)


def is_before(typed: datetime, moment: datetime | None) -> bool:
    """Whether what was typed to the minute lies before the minute in which something happened."""
    return moment is not None and typed < whole_minute(moment)


class Fields(BaseModel):
    """Base of all forms: unknown fields are refused, white space around text is dropped.

    Titles are the Chinese labels. `json_schema_extra={"widget": …}` tells a page which control to
    offer: "text" (several lines), "unit", "units", "attachments".
    """

    only_with: ClassVar[Mapping[str, tuple[str, Collection[str]]]] = {}
    """Field → the field and its values with which alone it is asked for."""
    on_site: ClassVar[bool] = False
    """Whether it is filled in standing at the place, with a telephone in one hand."""
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True, use_enum_values=False)


def _clean(text: str) -> str:
    if "\x00" in text:
        raise ValueError("文字中含有不可识别的字符，请删去后重填")
    return text


def _not_blank(text: str) -> str:
    if not text:
        raise ValueError("请填写")
    return text


def _in_our_time(when: When) -> When:
    if not 1992 < when.year < 2100:
        raise ValueError("年份须在1993年至2099年之间")
    return when


Moment = Annotated[AwareDatetime, AfterValidator(_in_our_time)]
"""A moment with its zone, within the years that the working calendar knows."""
Day = Annotated[date, AfterValidator(_in_our_time)]
"""A day within the years that the working calendar knows."""


def on_free_day(of: str) -> bool:
    """A tick beside a day that a person sets: it may be a day off. Pages ask for it once there is doubt."""
    said: bool = Field(
        False,
        title="休息日到期",
        description="这一天是休息日，确认就在这一天到期的，勾选后提交",
        json_schema_extra={"confirms": of},
    )
    return said


Line = Annotated[str, AfterValidator(_clean), Field(max_length=200)]
"""One line of text; may be empty."""
Text = Annotated[str, AfterValidator(_clean), Field(max_length=20_000, json_schema_extra={"widget": "text"})]
"""Several lines of text; may be empty."""
RequiredLine = Annotated[Line, AfterValidator(_not_blank)]
RequiredText = Annotated[Text, AfterValidator(_not_blank)]
UnitCode = Annotated[str, AfterValidator(_clean), Field(max_length=64, json_schema_extra={"widget": "unit"})]
"""Code of a unit of the jurisdiction."""
UnitCodes = Annotated[tuple[UnitCode, ...], Field(json_schema_extra={"widget": "units"})]
