"""What pages, rules and those above ask of meetings; every list starts at `visible_to`."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from bihuan.cases.types import ParticipantRow
from bihuan.duties import queries as duties
from bihuan.duties.sight import TAKING_PART, must_see, parts_of, visible_among
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Unknown
from bihuan.meetings.models import Decision as DecisionKept
from bihuan.meetings.models import Meeting, Participation, Task
from bihuan.meetings.stages import TABLE
from bihuan.meetings.types import (
    DUTIES,
    KIND,
    DecisionKind,
    DecisionTaskRow,
    ForGroup,
    MeetingBrief,
    MeetingDecision,
    MeetingFacts,
    MeetingFilters,
    MeetingListed,
    MeetingStage,
    MeetingView,
)
from bihuan.organisations.queries import name_of, unit_names
from bihuan.policy.loader import pack as load_pack
from bihuan.record.reading import Reading, gather
from bihuan.record.unit_of_work import Row

DUTY_LABELS = {name: spec.kind.label for name, spec in DUTIES.items()}
_PLAIN = (
    "id, number, jurisdiction, pack, stage, title, rhythm, topic, reason, of_group, unit, held_on, starts, place,"
    " attendees, units, progress, analysis, difficult, policy, attended, minutes, minutes_number, opinion,"
    " started_at, started_by, closed_at"
)
_OWED = f"FROM duties_duty WHERE subject = '{KIND}:' || m.number AND discharged_at IS NULL"
_FACTS = f"""
SELECT {", ".join(f"m.{name}" for name in _PLAIN.split(", "))}, coalesce(u.name, m.unit),
  coalesce((SELECT length FROM record_chain WHERE subject = '{KIND}:' || m.number), 0),
  (SELECT count(*) FROM meetings_decision d WHERE d.meeting_id = m.id AND d.struck = ''),
  (SELECT array_agg({TAKING_PART}) FROM meetings_participation WHERE meeting_id = m.id AND until IS NULL),
  (SELECT array_agg(kind ORDER BY id) {_OWED}), (SELECT array_agg(due_at ORDER BY id) {_OWED}),
  (SELECT array_agg(holder ORDER BY id) {_OWED})
FROM meetings_meeting m LEFT JOIN organisations_unit u ON u.code = m.unit WHERE """  # noqa: S608 constants


def facts(number: str) -> MeetingFacts:
    """What the rules need to know of a meeting. Raises Unknown. Asks nobody's permission."""
    found = facts_of([number])
    if not found:
        raise Unknown(number)
    return found[0]


def facts_of(numbers: Iterable[str]) -> list[MeetingFacts]:
    """The same of several, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_FACTS} m.number = ANY(%s) ORDER BY m.id", [list(numbers)])
        return [_facts(row) for row in cursor.fetchall()]


def _facts(row: Row) -> MeetingFacts:
    *plain, unit_name, version, decided, parts, kinds, dues, holding = row
    said = dict(zip(_PLAIN.split(", "), plain, strict=True))
    said |= {
        "stage": MeetingStage(said["stage"]),
        "units": tuple(said["units"]),
        "minutes_number": said["minutes_number"] or "",
    }
    earliest: dict[str, datetime] = {}
    for owed, due_at in zip(kinds or (), dues or (), strict=True):
        earliest[owed] = min(due_at, earliest.get(owed, due_at))
    return MeetingFacts(
        **said,
        unit_name=unit_name,
        version=version,
        decided=decided,
        parts=parts_of(parts or ()),
        duties=earliest,
        owing=frozenset(zip(kinds or (), holding or (), strict=True)),
    )


def visible_to(actor: Actor) -> QuerySet[Meeting]:
    """The meetings in which one of the actor's units takes part."""
    return visible_among(Meeting.objects.all(), Participation.objects.all(), "meeting", actor)


_OVER = [str(end) for end in TABLE.ends]


def ledger(
    actor: Actor, filters: MeetingFilters, *, now: datetime, after: int | None = None, limit: int = 50
) -> list[MeetingListed]:
    """The meetings in which the actor's units take part, the newest first, after a keyset position (an id)."""
    exact = {"stage": filters.stage, "number": filters.number}
    rows = visible_to(actor).filter(**{name: value for name, value in exact.items() if value})
    if filters.open is not None:
        rows = rows.exclude(stage__in=_OVER) if filters.open else rows.filter(stage__in=_OVER)
    if after is not None:
        rows = rows.filter(id__lt=after)
    return _rows(list(rows.order_by("-id")[:limit]), now=now)


def _rows(found: Sequence[Meeting], *, now: datetime) -> list[MeetingListed]:
    names = unit_names({one.unit for one in found})
    due = duties.next_due([f"{KIND}:{one.number}" for one in found], now=now)
    return [
        MeetingListed(
            id=one.id,
            number=one.number,
            title=one.title,
            stage=MeetingStage(one.stage),
            held_on=one.held_on,
            minutes_number=one.minutes_number or "",
            unit_name=names.get(one.unit, one.unit),
            closed_at=one.closed_at,
            next_duty=DUTY_LABELS.get(next_due.kind, next_due.kind) if next_due else "",
            next_due_at=next_due.due_at if next_due else None,
            overdue=next_due.overdue if next_due else False,
        )
        for one in found
        for next_due in [due.get(f"{KIND}:{one.number}")]
    ]


_BRIEF: dict[str, str | Combinable] = {"told_stage": "stage"}


def briefs(numbers: Iterable[str], actor: Actor) -> dict[str, MeetingBrief]:
    """Number → what a list of duties tells, for those that the actor may see."""
    (found,) = gather(Reading(visible_to(actor).filter(number__in=list(numbers)), MeetingBrief, _BRIEF))
    return {one.number: one for one in found}


def decisions_of(meeting: int) -> tuple[MeetingDecision, ...]:
    """What stands of what a meeting decided."""
    rows = DecisionKept.objects.filter(meeting_id=meeting, struck="").order_by("nth")
    return tuple(
        MeetingDecision(
            one.pk, one.nth, DecisionKind(one.kind), one.text, tuple(one.subjects), tuple(one.units), one.due_on
        )
        for one in rows
    )


def next_place(meeting: int) -> int:
    """The place of the next decision: none is given twice."""
    return DecisionKept.objects.filter(meeting_id=meeting).count() + 1


_NOTHING: dict[str, str | Combinable] = dict.fromkeys(
    ("basis_kind", "basis", "departure"), Cast(Value(""), TextField())
)


def view(number: str, actor: Actor, *, now: datetime) -> MeetingView:
    """All that a page shows but for the acts. Raises Unknown."""
    found = facts(number)
    must_see(found, actor)
    rulebook = load_pack(found.pack)
    rows = Participation.objects.filter(meeting_id=found.id)
    (there,) = gather(Reading(rows, ParticipantRow, {"name": name_of("unit"), **_NOTHING}))
    decided = decisions_of(found.id) if found.decided else ()
    tasks = list(Task.objects.filter(meeting_id=found.id).select_related("decision")) if decided else []
    known = {one.unit: one.name for one in there}
    lacking = {unit for one in decided for unit in one.units} | {one.unit for one in tasks} | set(found.units)
    names = known | (unit_names(lacking - known.keys()) if lacking - known.keys() else {})
    return MeetingView(
        facts=found,
        instrument=f"《{rulebook.instrument.title}》（{rulebook.instrument.number}）",
        participants=tuple(sorted(there, key=lambda p: (p.since, p.part, p.unit))),
        duties=tuple(duties.of_subject(found.subject, labels=DUTY_LABELS, now=now)),
        decisions=decided,
        tasks=tuple(
            DecisionTaskRow(
                nth=one.decision.nth,
                unit=one.unit,
                unit_name=names.get(one.unit, one.unit),
                result=one.result,
                done=one.done,
                reported_at=one.reported_at,
                reported_by_name=one.reported_by_name,
            )
            for one in sorted(tasks, key=lambda one: (one.decision.nth, one.id))
        ),
        names=names,
    )


def waiting_of(meeting: int, unit: str) -> list[tuple[int, MeetingDecision]]:
    """The tasks of a unit that it has not reported yet, with their decisions, the earliest due first."""
    rows = Task.objects.filter(meeting_id=meeting, unit=unit, reported_at__isnull=True).select_related("decision")
    told = [
        (
            row.pk,
            MeetingDecision(
                row.decision.pk,
                row.decision.nth,
                DecisionKind(row.decision.kind),
                row.decision.text,
                tuple(row.decision.subjects),
                tuple(row.decision.units),
                row.decision.due_on,
            ),
        )
        for row in rows
    ]
    return sorted(told, key=lambda one: (one[1].due_on is None, one[1].due_on, one[1].nth))


def named(text: str, jurisdiction: str) -> MeetingFacts | None:
    """The meeting of that number, or whose minutes bear it. Asks nobody's permission."""
    rows = Meeting.objects.filter(Q(number=text) | Q(minutes_number=text), jurisdiction=jurisdiction)
    number = rows.values_list("number", flat=True).first()
    return facts(number) if number else None


def for_group(jurisdiction: str, *, most: int = 100) -> list[ForGroup]:
    """What signed minutes lay before the leading group, and what it decided, the newest first. It tells of units."""
    rows = DecisionKept.objects.filter(
        Q(kind=str(DecisionKind.GROUP)) | Q(meeting__of_group=True),
        struck="",
        meeting__jurisdiction=jurisdiction,
        meeting__minutes_number__isnull=False,
    )
    counted = rows.annotate(
        owed=Count("tasks"), reported=Count("tasks", filter=Q(tasks__reported_at__isnull=False))
    ).select_related("meeting")
    return [
        ForGroup(
            meeting=one.meeting.number,
            minutes_number=one.meeting.minutes_number or "",
            nth=one.nth,
            kind=DecisionKind(one.kind),
            text=one.text,
            of_group=one.meeting.of_group,
            tasks=one.owed,
            reported=one.reported,
        )
        for one in counted.order_by("-meeting_id", "nth")[:most]
    ]


def of_rhythm(rhythms: Iterable[str]) -> set[str]:
    """Of these numbers of regular work, those of which there is a meeting."""
    return set(Meeting.objects.filter(rhythm__in=list(rhythms)).values_list("rhythm", flat=True))


def not_held(jurisdiction: str) -> list[tuple[str, str]]:
    """Number and regular work of the meetings of a rhythm that were not held yet."""
    rows = Meeting.objects.filter(jurisdiction=jurisdiction, stage__in=(MeetingStage.PLANNED, MeetingStage.CONVENED))
    return list(rows.exclude(rhythm="").order_by("id").values_list("number", "rhythm"))


def held_by(unit: str, jurisdiction: str) -> list[str]:
    """Numbers of what a unit takes part in and is not over, and of all on which it owes something."""
    mine = Exists(Participation.objects.filter(meeting=OuterRef("pk"), unit=unit, until__isnull=True))
    owing = Q(duties.owed_by_unit_where(unit, of=f"{KIND}:"))
    rows = Meeting.objects.filter(jurisdiction=jurisdiction)
    found = rows.filter(Q(mine) & ~Q(stage__in=_OVER) | owing)
    return list(found.order_by("number").values_list("number", flat=True))
