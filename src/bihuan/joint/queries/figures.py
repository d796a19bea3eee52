"""Counting how the two mechanisms are carried out: every count starts at what the actor may see."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, Expression, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.db.models.lookups import Exact, In

from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.dispatch.types import UnitFollowUp
from bihuan.duties import queries as duties
from bihuan.feedback.types import CaseReopened, ReworkOrdered, Satisfied, Solved
from bihuan.joint.models import DistrictReport, Form, Participation, Undertaking
from bihuan.joint.queries import results
from bihuan.joint.queries.sight import visible_to
from bihuan.joint.rules import figures as rules
from bihuan.joint.types import DutyKind, Emergency, Filing, Grade, Kind, Leaving, Stage, WhistleType
from bihuan.joint.types.figures import (
    LATE,
    PARTS,
    SIDES,
    TOTALS,
    UNMET,
    Carried,
    Figure,
    Misdirected,
    Period,
    Repeated,
    Side,
    UnitFigures,
)
from bihuan.kernel.actor import Actor
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import UnitFacts
from bihuan.policy.calendar import ZONE
from bihuan.policy.pack import Capacity, Pack
from bihuan.record import queries as record

F_, D = Figure, DutyKind
_BESIDE: Mapping[Figure, tuple[Figure, ...]] = {
    figure: tuple(beside[figure] for beside in (LATE, UNMET) if figure in beside) for figure in Figure
}
_COUNTED: Mapping[Side, tuple[Figure, ...]] = {
    side: tuple(one for figure in shown for one in (figure, *_BESIDE[figure])) for side, shown in SIDES.items()
}
"""What is counted on each side; what is shared, on two of them."""
_PARTS_OF: Mapping[Figure, frozenset[str]] = {
    figure: frozenset(str(part) for side, shown in _COUNTED.items() if figure in shown for part in PARTS[side])
    for figure in Figure
}
_TIMED: Mapping[Figure, tuple[DutyKind, ...]] = {
    F_.CONCLUDED: (D.CONCLUDE,),
    F_.FORMED: (D.FILE_FORM, D.SIGN_FORM),
    F_.CAME: (D.ACCEPT, D.CHECK_IN),
    F_.FINISHED: (D.WORK,),
    F_.ACKNOWLEDGED: (D.FILING,),
    F_.RULED: (D.RULING,),
    F_.REMINDED: (D.REMIND,),
}
"""What was in time, and of which kinds of duty that is said."""


def _subject() -> Expression:
    return Concat(OuterRef("undertaking__kind"), Value(":"), OuterRef("undertaking__number"))


def _timed(figure: Figure, now: datetime) -> dict[Figure, Q]:
    """In time, late, and never done where units can go on without: what was late once is not in time again."""
    kinds = _TIMED[figure]
    late = Q(duties.late_where(_subject(), kinds, holder=OuterRef("unit"), now=now))
    done = D.SIGN_FORM if figure is F_.FORMED else None
    kept = Q(duties.kept_where(_subject(), (done,) if done else kinds, holder=OuterRef("unit")))
    if figure not in UNMET:
        return {figure: kept & ~late, LATE[figure]: late}
    unmet = Q(duties.unmet_where(_subject(), kinds, holder=OuterRef("unit")))
    return {figure: kept & ~late & ~unmet, LATE[figure]: late & ~unmet, UNMET[figure]: unmet}


def _conditions(now: datetime) -> dict[Figure, Q]:
    """Which parts taken by units each figure counts."""
    subject = _subject()
    case = Concat(Value("case:"), OuterRef("undertaking__case__number"))
    again = record.happened(case, [ReworkOrdered.kind, CaseReopened.kind], after=OuterRef("undertaking__started_at"))
    called_late = Q(duties.late_where(subject, [D.CALL], holder=OuterRef("unit"), now=now))
    others = Participation.objects.filter(undertaking=OuterRef("undertaking"), leaving=Leaving.MISDIRECTED)
    reports = DistrictReport.objects.filter(undertaking=OuterRef("undertaking__number"))
    told: dict[Figure, Q] = {
        F_.LED: Q(),
        F_.ROUTINE: Q(undertaking__whistle_type=WhistleType.ROUTINE),
        F_.TOUGH: Q(undertaking__whistle_type=WhistleType.TOUGH),
        F_.KEY: Q(undertaking__whistle_type=WhistleType.KEY),
        F_.EMERGENCY: Q(undertaking__emergency__in=list(Emergency)),
        F_.FILED: Q(undertaking__filed_at__isnull=False) & ~called_late,
        F_.FILED_LATE: Q(undertaking__filing=Filing.PHONE) & called_late,
        F_.SOLVED: Q(undertaking__resolved=True),
        F_.REPORTED: Q(Exists(reports)),
        F_.AGAIN: Q(again),
        F_.OBJECTED: Q(duties.done_where(subject, [D.RULING])),
        F_.WRONG: Q(Exists(others)),
        F_.ASKED: Q(),
        F_.NOTIFIED: Q(notified_at__isnull=False),
        F_.EXPLAINED: Q(notified_at__isnull=False, explained_at__isnull=False),
        F_.GOOD: Q(grade=Grade.GOOD),
        F_.FAIRLY_GOOD: Q(grade=Grade.FAIRLY_GOOD),
        F_.AVERAGE: Q(grade=Grade.AVERAGE),
        F_.POOR: Q(grade=Grade.POOR),
        F_.TAKEN: Q(),
    } | _shared()
    for figure in _TIMED:
        told |= _timed(figure, now)
    return {figure: Q(part__in=_PARTS_OF[figure]) & told[figure] for figure in Figure}


def _shared() -> dict[Figure, Q]:
    """What the requester said of what was settled together, once to all who share it."""
    said = results.called_back("undertaking__")
    satisfied, solved = (Subquery(said.values(name)[:1]) for name in ("satisfied", "solved"))
    signed = Q(undertaking__stage=Stage.SIGNED)
    claimed = Form.objects.filter(undertaking=OuterRef("undertaking__number"), follow_up=UnitFollowUp.SATISFIED)
    dissatisfied = signed & Q(Exact(satisfied, str(Satisfied.NO)))
    return {
        F_.SATISFIED: signed & Q(In(satisfied, [str(one) for one in Satisfied if one is not Satisfied.NO])),
        F_.DISSATISFIED: dissatisfied,
        F_.SOLVED_BY_REQUESTER: signed & Q(Exact(solved, str(Solved.YES))),
        F_.UNSOLVED_BY_REQUESTER: signed & Q(Exact(solved, str(Solved.NO))),
        F_.MISMATCH: dissatisfied & Q(Exists(claimed)),
    }


def _parts() -> QuerySet[Participation]:
    """The parts that count: taken to the end, in what was not taken back."""
    return Participation.objects.filter(until__isnull=True).exclude(undertaking__stage=Stage.VOID)


def counted_in(figure: Figure, unit: str | None, side: Side | None, *, now: datetime) -> Exists:
    """An expression on a linkage or whistle: the figure (of the unit, on that side) counts it."""
    parts = _parts().filter(_conditions(now)[figure], undertaking=OuterRef("pk"))
    if side is not None:
        parts = parts.filter(part__in=PARTS[side])
    return Exists(parts.filter(unit=unit) if unit else parts)


def _within(period: Period) -> tuple[datetime, datetime]:
    begins, ends = (datetime.combine(on, time(), ZONE) for on in (period.since, period.until + timedelta(days=1)))
    return begins, ends


def period_named(name: str, *, now: datetime) -> Period:
    """The period of that name; without one that can be read, this year."""
    today = organisations.today(now)
    found = rules.period(name) or rules.period(str(today.year))
    assert found is not None, "this year is a period"
    return found


def periods(*, now: datetime) -> tuple[Period, ...]:
    """The periods that can be chosen."""
    return rules.periods(organisations.today(now))


def carried_out(actor: Actor, period: Period, *, now: datetime) -> Carried:
    """How the mechanisms are carried out: of every unit for the platform, of their own for others."""
    units = organisations.units(actor.jurisdiction)
    pack = organisations.pack_of(actor.jurisdiction, now=now)
    whole = bool(actor.units & _codes(units, Capacity.DESK, pack))
    shown = {unit.code: unit.name for unit in units if whole or unit.code in actor.units}
    towns = _codes(units, Capacity.TOWNSHIP, pack) & shown.keys()
    return Carried(
        period=period,
        whole=whole,
        rows=_rows(actor, period, shown, now),
        silent=rules.silent(_repeated(actor, period, towns, shown), pack),
        wrong=rules.wrong(_misdirected(actor, period, shown), pack),
        repeats=rules.fewest_repeats(pack),
        wrongs=rules.fewest_wrong(pack),
    )


def _codes(units: Collection[UnitFacts], capacity: Capacity, pack: Pack) -> frozenset[str]:
    return frozenset(unit.code for unit in units if pack.can(unit.type, capacity))


def _rows(actor: Actor, period: Period, shown: Mapping[str, str], now: datetime) -> tuple[UnitFigures, ...]:
    begins, ends = _within(period)
    parts = _parts().filter(
        undertaking__in=visible_to(actor).filter(started_at__gte=begins, started_at__lt=ends), unit__in=list(shown)
    )
    wanted = _conditions(now)
    counts = {
        f"{side}_{figure}": Count("id", filter=wanted[figure] & Q(part__in=PARTS[side]))
        for side, shown in _COUNTED.items()
        for figure in shown
    }
    found = []
    counted = parts.values("unit", "undertaking__kind").annotate(**counts).order_by("undertaking__kind", "unit")
    for row in cast("Iterable[dict[str, Any]]", counted):
        for side, total in TOTALS.items():
            if row[f"{side}_{total}"]:
                known = {figure: row[f"{side}_{figure}"] for figure in _COUNTED[side]}
                kind = Kind(row["undertaking__kind"])
                one = UnitFigures(row["unit"], shown[row["unit"]], kind, side, known)
                found.append(replace(one, groups=rules.groups(one)))
    return tuple(found)


def _repeated(actor: Actor, period: Period, towns: Collection[str], names: Mapping[str, str]) -> list[Repeated]:
    """Cases of these towns that were reported again, on which neither a whistle nor a linkage ever stood."""
    if not towns:
        return []
    begins, ends = _within(period)
    merged = Case.objects.filter(parent=OuterRef("number")).order_by("number").values("number")
    stood = Undertaking.objects.filter(case=OuterRef("number")).exclude(stage=Stage.VOID)
    rows = cases.visible_to(actor).filter(lead__in=towns, registered_at__gte=begins, registered_at__lt=ends)
    again = rows.filter(Q(round__gt=1) | Exists(merged)).exclude(Exists(stood))
    return [
        Repeated(
            case=c.number,
            title=c.title,
            unit=c.lead or "",
            name=names[c.lead or ""],
            registered_at=c.registered_at,
            reworks=c.reworks,
            reopened=c.round - 1 - c.reworks,
            duplicates=tuple(c.merged),
        )
        for c in again.annotate(merged=ArraySubquery(merged)).order_by("lead", "-id")
    ]


def _misdirected(actor: Actor, period: Period, names: Mapping[str, str]) -> list[Misdirected]:
    """The departments that these towns called wrongly, as the platform ruled."""
    begins, ends = _within(period)
    seen = visible_to(actor).filter(started_at__gte=begins, started_at__lt=ends, initiator__in=list(names))
    let_go = Participation.objects.filter(undertaking__in=seen, leaving=Leaving.MISDIRECTED)
    rows = let_go.select_related("undertaking__case").annotate(called=organisations.name_of("unit"))
    return [
        Misdirected(
            whistle=p.undertaking.number,
            case=p.undertaking.case_id,
            title=p.undertaking.case.title,
            unit=p.undertaking.initiator,
            name=names[p.undertaking.initiator],
            whistle_type=WhistleType(p.undertaking.whistle_type) if p.undertaking.whistle_type else None,
            department=p.called,
            why=p.asked_out_why,
            ruled_at=p.until or p.since,
        )
        for p in rows.order_by("undertaking__initiator", "-until")
    ]
