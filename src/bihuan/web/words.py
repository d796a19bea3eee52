"""Moments and spans as an official reads them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.utils.translation import get_language, gettext, ngettext, pgettext

from bihuan.organisations.types import ResponsibilityRow
from bihuan.policy.calendar import ZONE, Calendar
from bihuan.policy.limits import Unit
from bihuan.policy.names import put
from bihuan.policy.pack import LimitRule, Pack

WEEKDAYS = "一二三四五六日"


_LIMIT = re.compile(r"(\d+)(\D+)")
_COUNTED: Mapping[str, Callable[[int], str]] = {
    Unit.WORKING_DAYS.label: lambda n: ngettext("%(n)s个工作日", "%(n)s个工作日", n) % {"n": n},
    Unit.WORKING_HOURS.label: lambda n: ngettext("%(n)s个工作小时", "%(n)s个工作小时", n) % {"n": n},
    Unit.DAYS.label: lambda n: ngettext("%(n)s天", "%(n)s天", n) % {"n": n},
    Unit.HOURS.label: lambda n: ngettext("%(n)s小时", "%(n)s小时", n) % {"n": n},
    Unit.MINUTES.label: lambda n: ngettext("%(n)s分钟", "%(n)s分钟", n) % {"n": n},
}
"""How limits are counted, as `Limit.words` says it in Chinese."""


@dataclass(frozen=True, slots=True)
class Left:
    """How long is left, in words; `tone` is late, soon, calm or paused."""

    words: str
    tone: str


def label_of(word: object) -> str:
    """The label of a word in the language of the page; Chinese where nobody put it into another."""
    return label_in(get_language(), word)


def label_in(language: str | None, word: object) -> str:
    """The same where the language of the page is known."""
    return _in(language, str(getattr(word, "label", word)), getattr(word, "context", ""))


def label_under(rulebook: Pack, word: object) -> str:
    """The label with the names of that regulation, where more is done with it than to show it."""
    return put(label_of(word), rulebook, say=gettext)


@lru_cache(maxsize=4096)
def _in(language: str | None, said: str, context: str) -> str:
    """The word in that sense and language, which is the one of the page."""
    if context:
        return pgettext(context, said)
    if (limit := _LIMIT.fullmatch(said)) and limit[2] in _COUNTED:
        return _COUNTED[limit[2]](int(limit[1]))
    return gettext(said) if said else ""


def entry_basis(entry: ResponsibilityRow) -> str:
    """How an entry of the responsibility list is cited as a basis, under the kind of basis that names the list."""
    return f"{entry.code}（{entry.matter}）：{entry.basis}"


def left(due_at: datetime, *, now: datetime, calendar: Calendar) -> Left:
    """还剩2个工作日 / 今天到期 / 已逾期3小时; working days are those after today until the due one."""
    if due_at <= now:
        return Left(gettext("已逾期%(span)s") % {"span": span((now - due_at).total_seconds())}, "late")
    today, due_on = now.astimezone(ZONE).date(), due_at.astimezone(ZONE).date()
    if today == due_on:
        return Left(gettext("还剩%(span)s") % {"span": span((due_at - now).total_seconds())}, "soon")
    days = working_days(today, due_on, calendar)
    if days == 0:
        return Left(gettext("还剩%(span)s") % {"span": span((due_at - now).total_seconds())}, "calm")
    words = ngettext("还剩%(n)s个工作日", "还剩%(n)s个工作日", days) % {"n": days}
    return Left(words, "soon" if days == 1 else "calm")


def working_days(after: date, until: date, calendar: Calendar) -> int:
    """How many working days lie after one day until another, that one included."""
    try:
        return (
            calendar.worked_before(until)
            + calendar.is_working(until)
            - calendar.worked_before(after)
            - (calendar.is_working(after))
        )
    except OverflowError:
        return (until - after).days


def span(seconds: float) -> str:
    """3分钟, 5小时, 4天: one unit, rounded down, never nothing."""
    minutes = int(seconds // 60)
    if minutes < 60:
        return ngettext("%(n)s分钟", "%(n)s分钟", max(minutes, 1)) % {"n": max(minutes, 1)}
    if minutes < 48 * 60:
        return ngettext("%(n)s小时", "%(n)s小时", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)s天", "%(n)s天", minutes // 1440) % {"n": minutes // 1440}


def moment(at: datetime) -> str:
    """2025-03-03 09:00 in Asia/Shanghai."""
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}"


def day(on: date) -> str:
    """2025-03-03 周一."""
    return f"{on:%Y-%m-%d} {gettext(f'周{WEEKDAYS[on.weekday()]}')}"


def control_moment(at: datetime) -> str:
    """As a datetime-local control wants it."""
    return f"{at.astimezone(ZONE):%Y-%m-%dT%H:%M}"


def scope_words(rule: LimitRule, rulebook: Pack) -> str:
    """For what a limit holds, in words."""
    return gettext("、").join(map(label_of, rulebook.selected(rule))) or gettext("全部")
