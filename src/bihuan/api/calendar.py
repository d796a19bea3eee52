"""The working calendar, and the limits that the actor's own jurisdiction adjusted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bihuan.api.administering import write
from bihuan.api.endpoints import Call, Endpoint, Reply
from bihuan.duties import commands, queries
from bihuan.duties.forms import Adjust, EndAdjustment, Notice
from bihuan.duties.types import Difference, OverrideRow, WordingRow
from bihuan.kernel.refusal import Unknown
from bihuan.policy.limits import LimitName
from bihuan.policy.loader import pack
from bihuan.vetting.limits import ADJUSTABLE

TAG = "日历和时限"


@dataclass(frozen=True, slots=True)
class YearShown:
    """A year of the calendar: whether its notice is known yet, and every wording of that, the one that holds first."""

    year: int
    provisional: bool
    items: tuple[WordingRow, ...]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a notice would change: in the calendar, and how many open duties here would be due at another moment."""

    difference: Difference
    moving: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LimitShown:
    """A limit of the regulation, for what it holds (null: for all), and what it says."""

    rule: str
    name: str
    label: str
    urgency: str | None
    channel: str | None
    appeal_type: str | None
    category: str | None
    unit_type: str | None
    limit: str
    adjustable: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class AdjustmentShown:
    """A limit by which the jurisdiction counts instead of the regulation's, from when until when, and why."""

    id: int
    rule: str
    limit: str
    before: str
    from_on: date
    until_on: date | None
    reason: str
    basis: str
    entered_by: str


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of the regulation, and all that were adjusted, the newest first."""

    items: tuple[LimitShown, ...]
    adjusted: tuple[AdjustmentShown, ...]


def endpoints() -> Iterator[Endpoint]:
    """The calendar and the limits."""
    yield Endpoint(
        method="GET",
        path="calendar/{year}",
        view=lambda call: Reply(_year(call.path["year"])),
        name="get_calendar_year",
        tag=TAG,
        summary="一年的放假安排及历次文本，全部辖区共用",
        returns=YearShown,
    )
    yield write(TAG, "calendar/preview", "preview_notice", "放假安排会移动什么，不录入", _weigh, Foreseen, Notice)
    leads = {"get_calendar_year": ("year", "/year")}
    yield write(
        TAG, "calendar", "enter_notice", "录入或更正年度放假安排", _enter, YearShown, Notice, status=201, leads=leads
    )
    leads = {"end_adjustment": ("id", "/adjusted/0/id")}
    yield Endpoint(
        method="GET",
        path="limits",
        view=lambda call: Reply(_limits(call)),
        name="list_limits",
        tag=TAG,
        summary="规则的时限和本地的调整",
        returns=Limits,
        leads=leads,
    )
    yield write(TAG, "limits", "adjust_limit", "自某日起调整一项时限", _adjust, Limits, Adjust, status=201)
    path = "limits/{id}/end"
    yield write(TAG, path, "end_adjustment", "自某日起恢复为文件规定", _end, Limits, EndAdjustment)


def _year(said: str) -> YearShown:
    if not (said.isascii() and said.isdigit() and len(said) == 4 and 2004 <= int(said) <= 2099):
        raise Unknown(said)
    year = int(said)
    return YearShown(year, queries.calendar().provisional(date(year, 7, 1)), queries.wordings(year))


def _weigh(call: Call) -> Reply:
    impact = commands.weigh_notice(fields=call.fields, actor=call.actor)
    return Reply(Foreseen(impact.difference, impact.moving))


def _enter(call: Call) -> Reply:
    commands.enter_notice(fields=call.fields, actor=call.actor, now=call.now)
    return Reply(_year(str(call.fields.year)))


def _limits(call: Call) -> Limits:
    known = pack(call.standing.jurisdiction.pack).limits.values()
    shown = (
        LimitShown(
            rule=rule.key,
            name=rule.name,
            label=LimitName(rule.name).label,
            urgency=rule.urgency,
            channel=rule.channel,
            appeal_type=rule.appeal_type,
            category=rule.category,
            unit_type=rule.unit_type,
            limit=str(rule.limit),
            adjustable=rule.name in ADJUSTABLE,
        )
        for rules in known
        for rule in rules
    )
    return Limits(tuple(shown), tuple(map(_adjusted, queries.overrides(call.actor.jurisdiction))))


def _adjusted(row: OverrideRow) -> AdjustmentShown:
    return AdjustmentShown(
        id=row.id,
        rule=row.scope,
        limit=str(row.limit),
        before=str(row.before),
        from_on=row.from_on,
        until_on=row.until_on,
        reason=row.reason,
        basis=row.basis,
        entered_by=row.entered_by,
    )


def _adjust(call: Call) -> Reply:
    commands.adjust_limit(fields=call.fields, adjustable=ADJUSTABLE, actor=call.actor, now=call.now)
    return Reply(_limits(call))


def _end(call: Call) -> Reply:
    commands.end_adjustment(id=call.row_id, fields=call.fields, actor=call.actor, now=call.now)
    return Reply(_limits(call))
