"""What is filled in to enter a year's notice, or to adjust a limit."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from bihuan.duties.types import Days, Wording
from bihuan.kernel.fields import Day, Fields, RequiredLine, RequiredText, Text
from bihuan.policy.calendar import WORKDAY
from bihuan.policy.limits import Limit

_DAY = r"(\d{4}-\d{1,2}-\d{1,2})"
_UNTIL = rf"\s*(?:至|到|~|—+|－|-)\s*(?:{_DAY}|(\d{{1,2}}-\d{{1,2}}))"
_LINE = re.compile(rf"{_DAY}(?:{_UNTIL})?(?:\s*([^\d\s~—－-][^\d]*))?", re.ASCII)
"""A day, or the first and the last one (whose year may be left out), then a name without digits."""
LONGEST = timedelta(days=31)
WORKED = {WORKDAY, "上班", "班", "补班", "周六", "周日", "星期六", "星期日"}
"""What may be written after a day that is worked."""


def _spans(text: str) -> Iterator[tuple[date, date, str]]:
    """First day, last day and name of every line."""
    for line in filter(None, (line.strip() for line in text.splitlines())):
        written = _LINE.fullmatch(line)
        try:
            if written is None:
                raise ValueError
            first = _day(written[1])
            last = _day(written[2] or (f"{first.year}-{written[3]}" if written[3] else written[1]))
        except ValueError:
            raise ValueError(f"“{line[:40]}”看不懂，请写成 2027-10-01至2027-10-07 国庆节") from None
        if not first <= last <= first + LONGEST:
            raise ValueError(f"“{line[:40]}”的起止日期不对")
        yield first, last, (written[4] or "").strip()


def _day(text: str) -> date:
    return date(*map(int, text.split("-")))


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
    found = _days(text)
    if nameless := [on for on, name in found.items() if not name]:
        raise ValueError(f"{nameless[0]}没有写节日名称")
    if worked := [on for on, name in found.items() if name in WORKED]:
        raise ValueError(f"{worked[0]}请写在调休上班的日期里")
    return text


def _workdays(text: str) -> str:
    if off := [on for on, name in _days(text).items() if name and name not in WORKED]:
        raise ValueError(f"{off[0]}后面只能写“{WORKDAY}”")
    return text


def lines_of(days: Days) -> tuple[str, str]:
    """Holidays and make-up days as they are typed, days of one name that follow each other in one line."""
    holidays: list[tuple[date, date, str]] = []
    for on, name in sorted((on, name) for on, name in days.items() if name != WORKDAY):
        if holidays and holidays[-1][1:] == (on - timedelta(days=1), name):
            holidays[-1] = (holidays[-1][0], on, name)
        else:
            holidays.append((on, on, name))
    worked = sorted(on for on, name in days.items() if name == WORKDAY)
    written = (f"{since}{f'至{until}' if until > since else ''} {name}" for since, until, name in holidays)
    return "\n".join(written), "\n".join(map(str, worked))


class Notice(Fields):
    """A year's notice of holidays and make-up days."""

    year: int = Field(title="年份", ge=2004, le=2099)
    notice: RequiredLine = Field(title="通知名称和文号", description="例：国务院办公厅关于2027年部分节假日安排的通知")
    holidays: Annotated[RequiredText, AfterValidator(_holidays)] = Field(
        title="放假日期", description="一行一项，例：2027-10-01至2027-10-07 国庆节"
    )
    workdays: Annotated[Text, AfterValidator(_workdays)] = Field(
        "", title="调休上班的日期", description="一行一天，例：2027-09-26"
    )
    reason: Text = Field(
        "", title="理由", max_length=500, description="更正时去掉了原来的日子，或者缺少法定节日的，须说明理由"
    )

    @classmethod
    def together(cls, said: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """Every day lies in the year, and none is both off and worked."""
        off, worked = _days(said.get("holidays", "")), _days(said.get("workdays", ""))
        for name, days in (("holidays", off), ("workdays", worked)):
            if strange := [on for on in days if on.year != said.get("year", on.year)]:
                yield name, f"{strange[0]}不在{said['year']}年"
        if twice := off.keys() & worked.keys():
            yield "workdays", f"{min(twice)}既放假又上班"

    @property
    def days(self) -> dict[date, str]:
        """The days that differ from Monday to Friday."""
        return _days(self.holidays) | dict.fromkeys(_days(self.workdays), WORKDAY)

    @property
    def wording(self) -> Wording:
        """What is entered."""
        return Wording(self.year, self.notice, self.days, self.reason)


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
