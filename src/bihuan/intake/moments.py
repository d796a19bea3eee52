"""Moments as offices write them in tables."""

import re
from datetime import datetime, timedelta

from bihuan.kernel.vocabulary import Vocabulary
from bihuan.policy.calendar import ZONE


class Order(Vocabulary):
    """In which order day, month and year stand: said by a person, never guessed from the numbers."""

    YMD = "ymd", "年-月-日"
    MDY = "mdy", "月/日/年"
    DMY = "dmy", "日/月/年"


_SIGN = r"\s*[-/.年月]\s*"
_REST = r"(?P<rest>\D.*)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}}){_SIGN}(\d{{1,2}}){_SIGN}(\d{{1,2}}){_REST}")
_SHORT_YEAR_FIRST = re.compile(rf"(\d{{2}}){_SIGN}(\d{{1,2}}){_SIGN}(\d{{1,2}}){_REST}")
_YEAR_LAST = re.compile(rf"(\d{{1,2}}){_SIGN}(\d{{1,2}}){_SIGN}(\d{{4}}|\d{{2}}){_REST}")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?")
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_EXCEL_DAY_0 = datetime(1899, 12, 30, tzinfo=ZONE)
_TIME = re.compile(
    r"[\s,]*(?:[(（]?(?:星期|周)[一二三四五六日天][)）]?)?[\sT]*"
    r"(?P<before>上午|早上|凌晨|下午|晚上)?\s*"
    r"(?P<hour>\d{1,2})\s*(?:[:：]\s*(?P<minute>\d{1,2})(?:\s*[:：]\s*(?P<second>\d{1,2})(?:\.\d+)?)?"
    r"|[时点]\s*(?:(?P<fen>\d{1,2})\s*分?\s*(?:(?P<miao>\d{1,2})\s*秒)?)?)"
    r"\s*(?P<after>[ap]\.?m\.?)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_HALVES = {"上午": 0, "早上": 0, "凌晨": 0, "am": 0, "下午": 12, "晚上": 12, "pm": 12}


def moment(text: str, order: Order | None = None) -> datetime:
    """A moment in any usual writing, in Shanghai; a day without a time is its beginning. Raises ValueError.

    Without an order the year stands first, in four digits; with one it may have two.
    """
    text = text.strip()
    if found := _YEAR_FIRST.fullmatch(text):
        return _at(found[1], found[2], found[3], found["rest"])
    if found := _COMPACT.fullmatch(text):
        return datetime(*(int(part or 0) for part in found.groups()), tzinfo=ZONE)  # type: ignore[misc, arg-type]
    if _SERIAL.fullmatch(text):
        return _EXCEL_DAY_0 + timedelta(seconds=round(float(text) * 86_400))
    if order is Order.YMD and (found := _SHORT_YEAR_FIRST.fullmatch(text)):
        return _at(found[1], found[2], found[3], found["rest"])
    if order in (Order.MDY, Order.DMY) and (found := _YEAR_LAST.fullmatch(text)):
        month, day = (found[1], found[2]) if order is Order.MDY else (found[2], found[1])
        return _at(found[3], month, day, found["rest"])
    raise ValueError(text)


def accepted(order: Order | None) -> str:
    """How moments may be written, for whoever has written others."""
    if order in (Order.MDY, Order.DMY):
        day = "1/31/2025" if order is Order.MDY else "31/1/2025"
        return f"可写作 {day}、{day} 15:04、{day} 3:04 PM，或年在最前的写法"
    also = "；月/日/年（mdy）或日/月/年（dmy）的，请指明日期顺序" if order is None else ""
    return f"可写作 2025-01-31、2025/1/31 15:04:05、2025年1月31日15时4分、20250131{also}"


def _at(year: str, month: str, day: str, rest: str | None) -> datetime:
    whole = int(year) + (2000 if len(year) == 2 else 0)
    begins = datetime(whole, int(month), int(day), tzinfo=ZONE)
    rest = (rest or "").removeprefix("日").rstrip()
    if not rest:
        return begins
    time = _TIME.fullmatch(rest)
    if time is None:
        raise ValueError(rest)
    hour = _hour(int(time["hour"]), time["before"], (time["after"] or "").lower().replace(".", ""))
    minute, second = int(time["minute"] or time["fen"] or 0), int(time["second"] or time["miao"] or 0)
    said = begins.replace(hour=hour, minute=minute, second=second)
    zone = time["zone"]
    return said if zone is None else datetime.fromisoformat(f"{said:%Y-%m-%dT%H:%M:%S}{zone}").astimezone(ZONE)


def _hour(hour: int, before: str | None, after: str) -> int:
    """The hour of the day, where only one of its half may be told: 12 PM is noon, 下午3时 is 15."""
    half = _HALVES.get(before or after)
    if half is None:
        return hour
    if (before and after) or (hour > 12 and half == 0) or (hour == 12 and before == "晚上"):
        raise ValueError(hour)
    if hour == 12 and (after or before == "凌晨"):
        return half
    return hour + half if hour < 12 else hour
