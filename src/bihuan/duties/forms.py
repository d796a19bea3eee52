"""What is filled in to enter a year's notice, or to adjust a limit."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from bihuan.kernel.fields import Day, Fields, RequiredLine, RequiredText, Text
from bihuan.policy.calendar import WORKDAY
from bihuan.policy.limits import Limit

_LINE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*(?:至|到|~|—)\s*(\d{4}-\d{2}-\d{2}))?\s*(.*)", re.ASCII)
LONGEST = timedelta(days=31)


def _spans(text: str) -> Iterator[tuple[date, date, str]]:
    """First day, last day and name of every line."""
    for line in filter(None, (line.strip() for line in text.splitlines())):
        written = _LINE.fullmatch(line)
        try:
            if written is None:
                raise ValueError
            first = date.fromisoformat(written[1])
            last = date.fromisoformat(written[2]) if written[2] else first
        except ValueError:
            raise ValueError(f"“{line[:40]}”看不懂，请写成 2027-10-01至2027-10-07 国庆节") from None
        if not first <= last <= first + LONGEST:
            raise ValueError(f"“{line[:40]}”的起止日期不对")
        yield first, last, written[3].strip()


def _days(text: str) -> dict[date, str]:
    found: dict[date, str] = {}
    for first, last, name in _spans(text):
        for day in range((last - first).days + 1):
            on = first + timedelta(days=day)
            if on in found:
                raise ValueError(f"{on}写了两次")
            found[on] = name
    return found


def _holidays(text: str) -> str:
    if nameless := [on for on, name in _days(text).items() if not name]:
        raise ValueError(f"{nameless[0]}没有写节日名称")
    return text


def _workdays(text: str) -> str:
    _days(text)
    return text


class Notice(Fields):
    """A year's notice of holidays and make-up days."""

    year: int = Field(title="年份", ge=2026, le=2099)
    notice: RequiredLine = Field(title="通知名称和文号", description="例：国务院办公厅关于2027年部分节假日安排的通知")
    holidays: Annotated[RequiredText, AfterValidator(_holidays)] = Field(
        title="放假日期", description="一行一项，例：2027-10-01至2027-10-07 国庆节"
    )
    workdays: Annotated[Text, AfterValidator(_workdays)] = Field(
        "", title="调休上班的日期", description="一行一天，例：2027-09-26"
    )

    @model_validator(mode="after")
    def _of_the_year(self) -> "Notice":
        if strange := [on for on in self.days if on.year != self.year]:
            raise ValueError(f"{strange[0]}不在{self.year}年")
        if twice := _days(self.holidays).keys() & _days(self.workdays).keys():
            raise ValueError(f"{min(twice)}既放假又上班")
        return self

    @property
    def days(self) -> dict[date, str]:
        """The days that differ from Monday to Friday."""
        return _days(self.holidays) | dict.fromkeys(_days(self.workdays), WORKDAY)


def _limit(text: str) -> str:
    try:
        return str(Limit.parse(text))
    except ValueError:
        raise ValueError("写法不对：5个工作日写5wd，4个工作小时写4wh，30天写30d，2小时写2h，当日写endOfDay") from None


class Adjust(Fields):
    """Counting by another limit than the regulation's, for duties opened from a day on."""

    rule: RequiredLine = Field(title="调整哪一项时限", json_schema_extra={"widget": "limit_rule"})
    limit: Annotated[RequiredLine, AfterValidator(_limit)] = Field(
        title="调整为",
        description="5个工作日写5wd，4个工作小时4wh，30天30d，2小时2h，15分钟15min，当日endOfDay",
    )
    from_on: Day = Field(title="自哪一天起", description="最早为明天；此前已产生的职责不变")
    reason: RequiredText = Field(title="理由", max_length=500)
    basis: RequiredLine = Field(title="依据", description="批准文件的名称和文号，或会议纪要")


class EndAdjustment(Fields):
    """Going back to the regulation's own limit."""

    until_on: Day = Field(title="自哪一天起恢复", description="最早为明天；此前已产生的职责不变")
    reason: RequiredText = Field(title="理由", max_length=500)
