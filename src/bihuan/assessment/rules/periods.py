"""Years, quarters and months."""

import re
from calendar import monthrange
from datetime import date, timedelta

from bihuan.assessment.types import Period

_NAME = re.compile(r"([0-9]{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")
_FIRST, _LAST = 1992, 2100


def named(name: str) -> Period | None:
    """2026, 2026-Q4 or 2026-11; None for anything else."""
    said = _NAME.fullmatch(name)
    if said is None or not _FIRST <= int(said[1]) <= _LAST:
        return None
    year = int(said[1])
    if said[2]:
        first, last = int(said[2]) * 3 - 2, int(said[2]) * 3
        label = f"{year}年第{'一二三四'[int(said[2]) - 1]}季度"
    elif said[3]:
        first = last = int(said[3])
        label = f"{year}年{first}月"
    else:
        first, last, label = 1, 12, f"{year}年"
    return Period(name, label, date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def month_of(on: date) -> Period:
    """The month of a day."""
    found = named(f"{on:%Y-%m}")
    assert found is not None, "a month is a period"
    return found


def month_to_check(on: date) -> Period:
    """The month of the day before."""
    return month_of(on - timedelta(days=1))


def offered(on: date) -> tuple[Period, ...]:
    """The periods that can be chosen: twelve months, four quarters, two years, each the last that have begun."""
    months = [f"{on.year - (on.month - 1 < n)}-{(on.month - 1 - n) % 12 + 1:02}" for n in range(12)]
    quarter = (on.month - 1) // 3
    quarters = [f"{on.year - (quarter < n)}-Q{(quarter - n) % 4 + 1}" for n in range(4)]
    years = [str(on.year - n) for n in range(2)]
    return tuple(period for name in (*months, *quarters, *years) if (period := named(name)))
