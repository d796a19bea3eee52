"""What pages, clockwork and those above ask of regular work; every list starts at `visible_to`."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from bihuan.cases.types import ParticipantRow
from bihuan.duties import queries as duties
from bihuan.duties.sight import TAKING_PART, must_see, parts_of, visible_among
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Unknown
from bihuan.organisations.queries import name_of, today, unit_names
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.rhythms import Every, Regular, over_from
from bihuan.record.reading import Reading, gather
from bihuan.record.unit_of_work import Row
from bihuan.rhythm.models import Log, Participation, Rhythm
from bihuan.rhythm.types import (
    DUTIES,
    KIND,
    LogRow,
    RhythmBrief,
    RhythmFacts,
    RhythmFilters,
    RhythmListed,
    RhythmStage,
    RhythmView,
    TrainingWay,
)

DUTY_LABELS = {name: spec.kind.label for name, spec in DUTIES.items()}
_PLAIN = (
    "id, number, jurisdiction, pack, stage, code, title, every, period, unit, post, begins_on, ends_on, due_on,"
    " done_by, summary, started_at, started_by, closed_at"
)
_OWED = f"FROM duties_duty WHERE subject = '{KIND}:' || r.number AND discharged_at IS NULL"
_FACTS = f"""
SELECT {", ".join(f"r.{name}" for name in _PLAIN.split(", "))}, coalesce(u.name, r.unit),
  coalesce((SELECT length FROM record_chain WHERE subject = '{KIND}:' || r.number), 0),
  (SELECT array_agg({TAKING_PART}) FROM rhythm_participation WHERE rhythm_id = r.id AND until IS NULL),
  (SELECT array_agg(kind ORDER BY id) {_OWED}), (SELECT array_agg(due_at ORDER BY id) {_OWED})
FROM rhythm_rhythm r LEFT JOIN organisations_unit u ON u.code = r.unit WHERE """  # noqa: S608 constants


def facts(number: str) -> RhythmFacts:
    """What the rules need to know of the work of a period. Raises Unknown. Asks nobody's permission."""
    found = facts_of([number])
    if not found:
        raise Unknown(number)
    return found[0]


def facts_of(numbers: Iterable[str]) -> list[RhythmFacts]:
    """The same of several, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_FACTS} r.number = ANY(%s) ORDER BY r.id", [list(numbers)])
        return [_facts(row) for row in cursor.fetchall()]


def _facts(row: Row) -> RhythmFacts:
    *plain, unit_name, version, parts, kinds, dues = row
    said = dict(zip(_PLAIN.split(", "), plain, strict=True))
    said |= {"stage": RhythmStage(said["stage"])}
    return RhythmFacts(
        **said,
        unit_name=unit_name,
        version=version,
        parts=parts_of(parts or ()),
        duties=dict(zip(kinds or (), dues or (), strict=True)),
    )


def visible_to(actor: Actor) -> QuerySet[Rhythm]:
    """The work in which one of the actor's units takes part."""
    return visible_among(Rhythm.objects.all(), Participation.objects.all(), "rhythm", actor)


def ledger(
    actor: Actor, filters: RhythmFilters, *, now: datetime, after: int | None = None, limit: int = 50
) -> list[RhythmListed]:
    """The work in which the actor's units take part, the newest first, after a keyset position (an id)."""
    exact = {"code": filters.code, "stage": filters.stage, "number": filters.number}
    rows = visible_to(actor).filter(**{name: value for name, value in exact.items() if value})
    if filters.open is not None:
        rows = rows.filter(stage=RhythmStage.DUE) if filters.open else rows.exclude(stage=RhythmStage.DUE)
    if after is not None:
        rows = rows.filter(id__lt=after)
    return listed(list(rows.order_by("-id")[:limit]), now=now)


def listed(found: Sequence[Rhythm], *, now: datetime) -> list[RhythmListed]:
    """Lines of a list."""
    names, on = unit_names({one.unit for one in found}), today(now)
    return [
        RhythmListed(
            id=one.id,
            number=one.number,
            title=one.title,
            stage=RhythmStage(one.stage),
            code=one.code,
            period=one.period,
            unit=one.unit,
            unit_name=names.get(one.unit, one.unit),
            due_on=one.due_on,
            closed_at=one.closed_at,
            overdue=one.stage == RhythmStage.DUE and one.due_on < on,
        )
        for one in found
    ]


def behind(jurisdiction: str, *, now: datetime) -> list[RhythmListed]:
    """What is overdue or was missed in the twelve months before, the oldest first: a bulletin names it. Asks nobody's
    permission."""
    on = today(now)
    rows = Rhythm.objects.filter(
        jurisdiction=jurisdiction, due_on__lt=on, due_on__gte=on.replace(year=on.year - 1, day=1)
    )
    return listed(list(rows.exclude(stage=RhythmStage.DONE).order_by("due_on", "id")[:200]), now=now)


_BRIEF: dict[str, str | Combinable] = {"told_stage": "stage"}


def briefs(numbers: Iterable[str], actor: Actor) -> dict[str, RhythmBrief]:
    """Number → what a list of duties tells, for those that the actor may see."""
    (found,) = gather(Reading(visible_to(actor).filter(number__in=list(numbers)), RhythmBrief, _BRIEF))
    return {one.number: one for one in found}


_NOTHING: dict[str, str | Combinable] = dict.fromkeys(
    ("basis_kind", "basis", "departure"), Cast(Value(""), TextField())
)


def view(number: str, actor: Actor, *, now: datetime) -> RhythmView:
    """All that a page shows but for the acts. Raises Unknown."""
    found = facts(number)
    must_see(found, actor)
    rulebook = load_pack(found.pack)
    rows = Participation.objects.filter(rhythm_id=found.id)
    (there,) = gather(Reading(rows, ParticipantRow, {"name": name_of("unit"), **_NOTHING}))
    log = Log.objects.filter(rhythm_id=found.id).first() if found.closed_at else None
    return RhythmView(
        facts=found,
        instrument=f"《{rulebook.instrument.title}》（{rulebook.instrument.number}）",
        participants=tuple(sorted(there, key=lambda p: (p.since, p.part, p.unit))),
        duties=tuple(duties.of_subject(found.subject, labels=DUTY_LABELS, now=now)),
        log=_log(log) if log else None,
    )


def _log(log: Log) -> LogRow:
    names = unit_names(log.units) if log.units else {}
    return LogRow(
        done_on=log.done_on,
        way=TrainingWay(log.way).label if log.way else "",
        topic=log.topic,
        units=tuple(log.units),
        unit_names=tuple(names.get(unit, unit) for unit in log.units),
        people=log.people,
        heard_by=log.heard_by,
        reported_by=log.reported_by,
        summary=log.summary,
        decided=log.decided,
    )


def trained(jurisdiction: str, since: date) -> dict[str, date]:
    """Unit → the day on which it was trained last, of those trained since a day. Asks nobody's permission: it tells of
    units, not of what was said."""
    rows = Log.objects.filter(rhythm__jurisdiction=jurisdiction, rhythm__code=Regular.TRAINING, done_on__gte=since)
    found: dict[str, date] = {}
    for units, day in rows.order_by("done_on").values_list("units", "done_on"):
        found |= dict.fromkeys(units, day)
    return found


def opened(jurisdiction: str, periods: Collection[tuple[str, str]]) -> set[tuple[str, str, str]]:
    """Code, period and unit of what was opened already for these codes and periods."""
    rows = Rhythm.objects.filter(jurisdiction=jurisdiction, period__in={period for _, period in periods})
    return set(rows.values_list("code", "period", "unit"))


def open_now(jurisdiction: str, code: str, unit: str = "", *, not_after: date | None = None) -> str:
    """Number of the oldest such work that is due still, or empty; of a unit, where one is named. `not_after` leaves out
    what begins later."""
    rows = Rhythm.objects.filter(jurisdiction=jurisdiction, code=code, stage=RhythmStage.DUE)
    rows = rows.filter(unit=unit) if unit else rows
    rows = rows.filter(begins_on__lte=not_after) if not_after else rows
    return next(iter(rows.order_by("begins_on", "id").values_list("number", flat=True)[:1]), "")


def due_of(jurisdiction: str, code: str) -> list[str]:
    """Numbers of all such work that is due still, the oldest first."""
    rows = Rhythm.objects.filter(jurisdiction=jurisdiction, code=code, stage=RhythmStage.DUE)
    return list(rows.order_by("id").values_list("number", flat=True)[:500])


def to_miss(jurisdiction: str, today: date) -> list[str]:
    """Numbers of what is due still of periods of which the next is over, too, the oldest first."""
    rows = Rhythm.objects.filter(jurisdiction=jurisdiction, stage=RhythmStage.DUE, ends_on__lt=today).order_by("id")
    told = rows.values_list("number", "every", "ends_on")[:5000]
    return [number for number, every, ends_on in told if over_from(Every(every), ends_on) <= today]


def held_by(unit: str, jurisdiction: str) -> list[str]:
    """Numbers of what a unit takes part in and is due still."""
    mine = Exists(Participation.objects.filter(rhythm=OuterRef("pk"), unit=unit, until__isnull=True))
    rows = Rhythm.objects.filter(mine, jurisdiction=jurisdiction, stage=RhythmStage.DUE)
    return list(rows.order_by("number").values_list("number", flat=True))
