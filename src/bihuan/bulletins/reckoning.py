"""What the ledgers say of a period, by unit and as an agenda.

This is the one place from which bulletins and agendas take their figures: whoever keeps figures by the record feeds
`by_unit` from there.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import connection

from bihuan.bulletins.types import BulletinFigures
from bihuan.cases.types import DutyKind as CaseDuty
from bihuan.cases.types import Stage as CaseStage
from bihuan.matters.types import ON_LEDGER, MatterClass
from bihuan.matters.types import DutyKind as MatterDuty
from bihuan.meetings.types import MeetingAgenda
from bihuan.organisations import queries as organisations
from bihuan.policy.calendar import ZONE
from bihuan.policy.rhythms import Every, period_of

HANDLED = (CaseDuty.HANDLE, CaseDuty.REWORK, MatterDuty.HANDLE, MatterDuty.REWORK)
"""The duties by which it is told whether a unit handles in time."""
_BOOKS = """
SELECT m.lead AS unit, count(*) FILTER (WHERE r.entered_at >= %(since)s AND r.entered_at < %(until)s) AS entered,
  count(*) FILTER (WHERE r.struck_off_at >= %(since)s AND r.struck_off_at < %(until)s) AS struck,
  count(*) FILTER (WHERE r.entered_at < %(until)s AND (r.struck_off_at IS NULL OR r.struck_off_at >= %(until)s))
    AS open,
  count(*) FILTER (WHERE r.entered_at < %(until)s AND (r.struck_off_at IS NULL OR r.struck_off_at >= %(until)s)
    AND r.due_at < %(until)s) AS overdue
FROM matters_round r JOIN matters_matter m ON m.number = r.matter_id
WHERE m.jurisdiction = %(place)s AND m.lead IS NOT NULL GROUP BY m.lead"""
_DUTIES = """
SELECT holder AS unit, count(*) AS decided, count(*) FILTER (WHERE outcome = 'met') AS met FROM duties_duty
WHERE jurisdiction = %(place)s AND kind = ANY (%(kinds)s) AND outcome <> 'waived'
  AND least(due_at, discharged_at) >= %(since)s AND least(due_at, discharged_at) < %(until)s
  AND (discharged_at IS NOT NULL OR due_at < %(now)s)
GROUP BY holder"""
"""A duty counts once, in the period in which its question was decided: done, or the moment by which it was due."""


_BY_UNIT = f"""
SELECT coalesce(b.unit, d.unit), coalesce(u.name, b.unit, d.unit), coalesce(b.entered, 0), coalesce(b.struck, 0),
  coalesce(b.open, 0), coalesce(b.overdue, 0), coalesce(d.decided, 0), coalesce(d.met, 0)
FROM ({_BOOKS}) b FULL JOIN ({_DUTIES}) d ON d.unit = b.unit
LEFT JOIN organisations_unit u ON u.code = coalesce(b.unit, d.unit) ORDER BY 1"""  # noqa: S608 constants


def by_unit(jurisdiction: str, begins_on: date, ends_on: date, *, now: datetime) -> list[BulletinFigures]:
    """What the ledgers say of each unit in a period, in the order of their codes."""
    return [figures for figures, _ in _named(jurisdiction, begins_on, ends_on, now=now)]


def _named(jurisdiction: str, begins_on: date, ends_on: date, *, now: datetime) -> list[tuple[BulletinFigures, str]]:
    """The same, each with the name of its unit."""
    asked: dict[str, str | datetime | list[str]] = {
        "place": jurisdiction,
        "since": datetime.combine(begins_on, time(), ZONE),
        "until": min(datetime.combine(ends_on + timedelta(days=1), time(), ZONE), now),
        "kinds": [str(kind) for kind in HANDLED],
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_UNIT, asked)
        return [(BulletinFigures(unit, *counted), name) for unit, name, *counted in cursor.fetchall()]


MOST = 30
"""So many lines a part of an agenda has at most."""
_OPEN = """
SELECT m.list_number, coalesce(u.name, m.lead, '未交办'), m.matter_class, r.due_at, r.entered_at >= %(since)s
FROM matters_matter m JOIN matters_round r ON r.matter_id = m.number AND r.round = m.round
LEFT JOIN organisations_unit u ON u.code = m.lead
WHERE m.jurisdiction = %(place)s AND m.stage = ANY (%(stages)s) AND m.list_number IS NOT NULL
ORDER BY r.due_at NULLS LAST, m.id"""
_SUBJECTS = """
SELECT subject_code AS code, count(*) FILTER (WHERE registered_at >= %(since)s) AS here,
  count(*) FILTER (WHERE registered_at < %(since)s) AS before
FROM cases_case WHERE jurisdiction = %(place)s AND registered_at >= %(before)s AND subject_code <> ''
GROUP BY subject_code ORDER BY 2 DESC, 1 LIMIT 10"""
_CASES = f"""
SELECT count(*) FILTER (WHERE registered_at >= %(since)s),
  count(*) FILTER (WHERE registered_at < %(since)s AND registered_at >= %(before)s),
  count(*) FILTER (WHERE registered_at >= %(since)s AND parent_id IS NOT NULL),
  count(*) FILTER (WHERE stage = %(hung)s),
  (SELECT array_agg(s.code || ' ' || s.here || ' ' || s.before ORDER BY s.here DESC, s.code) FROM ({_SUBJECTS}) s)
FROM cases_case WHERE jurisdiction = %(place)s AND (registered_at >= %(before)s OR stage = %(hung)s)"""  # noqa: S608 constants


def agenda(jurisdiction: str, now: datetime) -> MeetingAgenda:
    """What a meeting is about by the data of this month, in four parts; it names numbers and units, no requester."""
    today = organisations.today(now)
    month = period_of(Every.MONTH, today)
    before = period_of(Every.MONTH, month.begins_on - timedelta(days=1))
    asked: dict[str, str | datetime | list[str]] = {
        "place": jurisdiction,
        "since": datetime.combine(month.begins_on, time(), ZONE),
        "before": datetime.combine(before.begins_on, time(), ZONE),
        "stages": [str(stage) for stage in ON_LEDGER],
        "hung": str(CaseStage.HUNG),
    }
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, asked)
        listed = cursor.fetchall()
        cursor.execute(_CASES, asked)
        ((registered, earlier, repeated, hung, told),) = cursor.fetchall()
    subjects = [one.rsplit(" ", 2) for one in told or ()]
    figures = _named(jurisdiction, month.begins_on, month.ends_on, now=now)
    late_since = now - timedelta(days=14)
    hard = [
        f"{number}（{unit}，{_why(weight, due_at, now)}）"
        for number, unit, weight, due_at, _ in listed
        if weight in (MatterClass.KEY, MatterClass.SPECIAL) or (due_at and due_at < late_since)
    ]
    return MeetingAgenda(
        progress=_lines(
            [
                f"{month.key}：本月登记{sum(new for *_, new in listed)}件，"
                f"销号{sum(one.struck for one, _ in figures)}件，"
                f"在办{len(listed)}件，其中逾期{sum(1 for *_, due_at, _ in listed if due_at and due_at < now)}件。",
                *(f"{'本月登记' if new else '在办'}：{number}（{unit}）" for number, unit, _, _, new in listed),
                *(
                    f"{name}：在办{one.open}件，逾期{one.overdue}件，按时办结率{one.in_time}"
                    for one, name in figures
                    if one.open or one.decided
                ),
            ]
        ),
        analysis=_lines(
            [
                f"本月受理诉求{registered}件（上月{earlier}件），其中重复诉求{repeated}件。",
                *(f"主题{code}：本月{here}件，上月{then}件" for code, here, then in subjects),
            ]
        ),
        difficult=_lines([*hard, *([f"挂账的诉求{hung}件。"] if hung else [])]) or "无",
    )


def _why(weight: str, due_at: datetime | None, now: datetime) -> str:
    said = [MatterClass(weight).label] if weight in (MatterClass.KEY, MatterClass.SPECIAL) else []
    if due_at is not None and due_at < now:
        said.append(f"逾期{(now - due_at).days}天")
    return "，".join(said)


def _lines(told: Sequence[str]) -> str:
    """The lines of a part; what goes beyond is counted."""
    more = [f"另有{len(told) - MOST}项，见台账。"] if len(told) > MOST else []
    return "\n".join([*told[:MOST], *more])
