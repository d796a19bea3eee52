"""Rules of the duty ledger: what a year's notice must be; when another limit than the regulation's may be counted."""

from collections.abc import Collection
from datetime import date

from bihuan.duties.types import Days, Difference, Wording, told_days
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.policy import norms
from bihuan.policy.calendar import WORKDAY, Calendar
from bihuan.policy.limits import Limit
from bihuan.policy.pack import LimitRule, Pack

STATUTORY = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")
"""The holidays that a year's notice names, as a name of a day may say them."""


def difference(former: Days | None, days: Days) -> Difference:
    """What the days of a notice change against the former wording of its year."""
    before, named = former or {}, "".join(name for name in days.values() if name != WORKDAY)

    def otherwise(one: Days, other: Days) -> dict[date, str]:
        return {on: name for on, name in one.items() if on not in other or (name == WORKDAY) != (other[on] == WORKDAY)}

    missing = tuple(holiday for holiday in STATUTORY if holiday not in named)
    return Difference(former is None, otherwise(days, before), otherwise(before, days), missing)


def days_affected(year: int, former: Days | None, days: Days) -> tuple[date, date] | None:
    """The first and the last day of which the notice says something new; None where it says nothing new.

    Where the year had no notice, every day of it stands fast only now.
    """
    if former is None:
        return date(year, 1, 1), date(year, 12, 31)
    new = [on for on in former.keys() | days.keys() if former.get(on) != days.get(on)]
    return (min(new), max(new)) if new else None


@carries_out(norms.WORKING_TIME)
def may_fall_on(on: date | None, calendar: Calendar, *, on_free_day: bool, field: str) -> Refusal | None:
    """由人确定的期限落在休息日的，须确认确实如此。"""
    if on is None or on_free_day or calendar.is_working(on):
        return None
    following = calendar.working_day(calendar.worked_before(on))
    reason = f"{on}是{calendar.name(on)}，之后第一个工作日是{following}；确要在这一天到期的，请勾选“休息日到期”。"
    return Refusal(reason, norms.WORKING_TIME, field=field)


@carries_out(norms.WORKING_TIME)
def may_announce(wording: Wording, *, former: Days | None, training: bool) -> Refusal | None:
    """放假安排须写明名称，逐日可查、完整；更正时去掉的日子、缺少的法定节日须说明理由（只有教学辖区的除外）。"""
    if not wording.notice.strip():
        return Refusal("请写明通知的名称和文号。", norms.WORKING_TIME, field="notice")
    if strange := sorted(on for on in wording.days if on.year != wording.year):
        return Refusal(f"{strange[0]}不在{wording.year}年。", norms.WORKING_TIME, field="holidays")
    if nameless := sorted(on for on, name in wording.days.items() if not name.strip()):
        return Refusal(f"{nameless[0]}没有写节日名称。", norms.WORKING_TIME, field="holidays")
    if idle := sorted(on for on, name in wording.days.items() if name == WORKDAY and on.weekday() < 5):
        return Refusal(f"{idle[0]}本来就上班，不是调休。", norms.WORKING_TIME, field="workdays")
    changes = difference(former, wording.days)
    if changes.dropped and not wording.reason:
        words = told_days(changes.dropped)
        return Refusal(f"与原来的安排相比去掉了{words}，请说明理由。", norms.WORKING_TIME, field="reason")
    if changes.missing and not wording.reason and not training:
        return Refusal(f"缺少{'、'.join(changes.missing)}，请补全，或说明理由。", norms.WORKING_TIME, field="reason")
    return None


@carries_out(norms.WORKING_TIME)
def rule_named(text: str, pack: Pack) -> LimitRule | Refusal:
    """只能调整文件中有的时限。"""
    found = (rule for rules in pack.limits.values() for rule in rules if rule.key == text)
    return next(found, Refusal("规则中没有这一项时限。", norms.WORKING_TIME, field="rule"))


@carries_out(norms.WORKING_TIME)
def may_adjust(
    rule: LimitRule, limit: Limit, *, from_on: date, earliest: date | None, adjustable: Collection[str]
) -> Refusal | None:
    """只能调整按职责计算的时限，自次日起生效（辖区还没有产生过职责的不限），且须与原时限不同。"""
    if rule.name not in adjustable:
        return Refusal("这一项不是职责的办理时限，不能在此调整。", norms.WORKING_TIME, field="rule")
    if limit == rule.limit:
        return Refusal(f"与文件规定相同（{rule.limit.words}），不需要调整。", norms.WORKING_TIME, field="limit")
    if earliest is not None and from_on < earliest:
        return Refusal(f"最早自{earliest}起生效，已产生的职责不受影响。", norms.WORKING_TIME, field="from_on")
    return None


@carries_out(norms.WORKING_TIME)
def may_end(*, until_on: date, tomorrow: date) -> Refusal | None:
    """调整只能自次日起终止。"""
    if until_on < tomorrow:
        return Refusal(f"最早自{tomorrow}起恢复。", norms.WORKING_TIME, field="until_on")
    return None
