"""Which instructions an act of a subject rests on (the caller has made sure that the actor may see the subject), and
instructions with a life of their own: there every path starts at `visible_to`."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from bihuan.cases.types import ParticipantRow
from bihuan.duties import queries as duties
from bihuan.duties.sight import TAKING_PART, must_see, parts_of, visible_among
from bihuan.duties.types import DutyRow
from bihuan.instructions.models import Instruction, LeaderInstruction, Participation, Target, Task
from bihuan.instructions.stages import TABLE
from bihuan.instructions.types import (
    DUTIES,
    KIND,
    Confirming,
    InstructionDuty,
    InstructionFacts,
    InstructionRow,
    InstructionStage,
    Medium,
    Purpose,
)
from bihuan.instructions.types.rows import (
    InstructionBrief,
    InstructionFilters,
    InstructionListed,
    InstructionTarget,
    InstructionTask,
    InstructionView,
    TaskGiven,
)
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Unknown
from bihuan.organisations.queries import holders, name_of, person_names, unit_names, units_with
from bihuan.organisations.types import AppointmentRow, Post
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Capacity
from bihuan.record.reading import Reading, gather
from bihuan.record.unit_of_work import Row
from bihuan.subjects.declaration import Kind
from bihuan.subjects.registry import REGISTRY


def of_subject(subject: str) -> tuple[InstructionRow, ...]:
    """Every instruction that was entered for the subject, the newest first."""
    return _told(Instruction.objects.filter(subject=subject).order_by("-id"))


def pending(subject: str, *, now: datetime) -> InstructionRow | None:
    """The newest instruction of the subject that nobody has confirmed or denied."""
    waiting = Instruction.objects.filter(subject=subject, verified_at__isnull=True, denied_at__isnull=True)
    return next(iter(_told(waiting.order_by("-id")[:1], now=now)), None)


def others_pending(subject: str, *, holder: str, but: int) -> bool:
    """Whether the holder still has another instruction of the subject to confirm."""
    waiting = Instruction.objects.filter(subject=subject, verified_at__isnull=True, denied_at__isnull=True)
    return waiting.filter(holder=holder).exclude(pk=but).exists()


def leaders(jurisdiction: str, at: datetime) -> dict[str, AppointmentRow]:
    """Account → the appointment of whoever was a leader of the jurisdiction then."""
    bodies = [unit.code for unit in units_with(Capacity.LEADERSHIP, jurisdiction)]
    return {a.account: a for a in holders(bodies, at) if a.post == Post.LEADER} if bodies else {}


def _told(rows: Collection[Instruction], *, now: datetime | None = None) -> tuple[InstructionRow, ...]:
    found = list(rows)
    names = person_names({account for r in found for account in (r.account, r.entered_by, r.settled_by) if account})
    today = leaders(found[0].jurisdiction, now) if found and now else {}
    return tuple(
        InstructionRow(
            id=r.pk,
            act=r.act,
            leader=r.leader,
            account=r.account,
            account_name=names.get(r.account, ""),
            issued_on=r.issued_on,
            reference=r.reference,
            scan=tuple(r.scan),
            entered_by=r.entered_by,
            entered_by_name=names.get(r.entered_by, ""),
            entered_at=r.entered_at,
            unit=r.unit,
            holder=r.holder,
            post=r.post,
            units=tuple(r.units),
            before=r.before,
            verified_at=r.verified_at,
            settled_by_name=names.get(r.settled_by, ""),
            denied_at=r.denied_at,
            in_office=r.account in today,
        )
        for r in found
    )


DUTY_LABELS = {name: spec.kind.label for name, spec in DUTIES.items()}
_PLAIN = (
    "id, number, jurisdiction, pack, stage, title, of_case, leader, account, issued_on, medium, reference, text,"
    " purpose, topic, emergency, unit, post, entered_by, reported_by, report, outcome, scan, started_at, started_by,"
    " closed_at"
)
_OWED = f"FROM duties_duty WHERE subject = '{KIND}:' || i.number AND discharged_at IS NULL"
_FACTS = f"""
SELECT {", ".join(f"i.{name}" for name in _PLAIN.split(", "))}, coalesce(u.name, i.unit),
  coalesce((SELECT length FROM record_chain WHERE subject = '{KIND}:' || i.number), 0),
  (SELECT array_agg(subject ORDER BY id) FROM instructions_target WHERE instruction_id = i.id),
  (SELECT array_agg({TAKING_PART}) FROM instructions_participation WHERE instruction_id = i.id AND until IS NULL),
  (SELECT array_agg(kind ORDER BY id) {_OWED}), (SELECT array_agg(due_at ORDER BY id) {_OWED}),
  (SELECT array_agg(holder ORDER BY id) {_OWED})
FROM instructions_leaderinstruction i LEFT JOIN organisations_unit u ON u.code = i.unit WHERE """  # noqa: S608 constants


def facts(number: str) -> InstructionFacts:
    """What the rules need to know of an instruction. Raises Unknown. Asks nobody's permission."""
    found = facts_of([number])
    if not found:
        raise Unknown(number)
    return found[0]


def facts_of(numbers: Iterable[str]) -> list[InstructionFacts]:
    """The same of several, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_FACTS} i.number = ANY(%s) ORDER BY i.id", [list(numbers)])
        return [_facts(row) for row in cursor.fetchall()]


def _facts(row: Row) -> InstructionFacts:
    *plain, unit_name, version, about, parts, kinds, dues, holding = row
    said = dict(zip(_PLAIN.split(", "), plain, strict=True))
    said |= {
        "stage": InstructionStage(said["stage"]),
        "medium": Medium(said["medium"]),
        "purpose": Purpose(said["purpose"]),
        "scan": tuple(said["scan"]),
    }
    earliest: dict[str, datetime] = {}
    for owed, due_at in zip(kinds or (), dues or (), strict=True):
        earliest[owed] = min(due_at, earliest.get(owed, due_at))
    return InstructionFacts(
        **said,
        unit_name=unit_name,
        version=version,
        about=tuple(about or ()),
        parts=parts_of(parts or ()),
        duties=earliest,
        owing=frozenset(zip(kinds or (), holding or (), strict=True)),
    )


def confirming(instruction: InstructionFacts, now: datetime) -> Confirming:
    """Who confirms an instruction today."""
    holder, post = instruction.confirmed_by
    account = instruction.account
    return Confirming(
        entered_by=instruction.entered_by,
        account=account,
        account_name=person_names([account]).get(account, "") if account else "",
        unit=instruction.unit,
        holder=holder,
        post=post,
        in_office=account in leaders(instruction.jurisdiction, now),
    )


def nameable() -> list[Kind]:
    """The kinds of subject that an instruction may name: what units handle."""
    return [kind for kind in REGISTRY if kind.let_see is not None]


def visible_to(actor: Actor) -> QuerySet[LeaderInstruction]:
    """The instructions in which one of the actor's units takes part."""
    return visible_among(LeaderInstruction.objects.all(), Participation.objects.all(), "instruction", actor)


def seen(number: str, actor: Actor) -> InstructionFacts | None:
    """An instruction that somebody names, where they see it."""
    return facts(number) if visible_to(actor).filter(number=number).exists() else None


_OVER = [str(end) for end in TABLE.ends]


def ledger(
    actor: Actor, filters: InstructionFilters, *, now: datetime, after: int | None = None, limit: int = 50
) -> list[InstructionListed]:
    """The instructions in which the actor's units take part, the newest first, after a keyset position (an id)."""
    exact = {"stage": filters.stage, "number": filters.number, "purpose": filters.purpose}
    rows = visible_to(actor).filter(**{name: value for name, value in exact.items() if value})
    if filters.unit:
        rows = rows.filter(Exists(Task.objects.filter(instruction=OuterRef("pk"), unit=filters.unit)))
    if filters.open is not None:
        rows = rows.exclude(stage__in=_OVER) if filters.open else rows.filter(stage__in=_OVER)
    if after is not None:
        rows = rows.filter(id__lt=after)
    return _rows(list(rows.order_by("-id")[:limit]), now=now)


def _rows(found: Sequence[LeaderInstruction], *, now: datetime) -> list[InstructionListed]:
    subjects, tasked = dict[int, list[str]](), dict[int, list[str]]()
    for of, subject in (
        Target.objects.filter(instruction__in=found).order_by("id").values_list("instruction_id", "subject")
    ):
        subjects.setdefault(of, []).append(subject.partition(":")[2])
    for of, unit in Task.objects.filter(instruction__in=found).order_by("id").values_list("instruction_id", "unit"):
        if unit not in tasked.setdefault(of, []):
            tasked[of].append(unit)
    names = unit_names({*(i.unit for i in found), *(code for several in tasked.values() for code in several)})
    due = duties.next_due([f"{KIND}:{i.number}" for i in found], now=now)
    return [
        InstructionListed(
            id=i.id,
            number=i.number,
            title=i.title,
            stage=InstructionStage(i.stage),
            leader=i.leader,
            issued_on=i.issued_on,
            medium=Medium(i.medium),
            reference=i.reference,
            purpose=Purpose(i.purpose),
            unit=i.unit,
            unit_name=names.get(i.unit, i.unit),
            subjects=tuple(subjects.get(i.id, ())),
            tasked="、".join(names.get(code, code) for code in tasked.get(i.id, ())),
            started_at=i.started_at,
            closed_at=i.closed_at,
            next_duty=DUTY_LABELS.get(next_due.kind, next_due.kind) if next_due else "",
            next_due_at=next_due.due_at if next_due else None,
            overdue=next_due.overdue if next_due else False,
        )
        for i in found
        for next_due in [due.get(f"{KIND}:{i.number}")]
    ]


_BRIEF: dict[str, str | Combinable] = {"told_stage": "stage"}


def briefs(numbers: Iterable[str], actor: Actor) -> dict[str, InstructionBrief]:
    """Number → what a list of duties tells, for those that the actor may see."""
    (found,) = gather(Reading(visible_to(actor).filter(number__in=list(numbers)), InstructionBrief, _BRIEF))
    return {one.number: one for one in found}


_NOTHING: dict[str, str | Combinable] = dict.fromkeys(
    ("basis_kind", "basis", "departure"), Cast(Value(""), TextField())
)


def view(number: str, actor: Actor, *, now: datetime) -> InstructionView:
    """All that a page shows but for the acts. Raises Unknown."""
    found = facts(number)
    must_see(found, actor)
    rulebook = load_pack(found.pack)
    there, given = gather(
        Reading(
            Participation.objects.filter(instruction_id=found.id), ParticipantRow, {"name": name_of("unit"), **_NOTHING}
        ),
        Reading(Task.objects.filter(instruction_id=found.id), TaskGiven, {}),
    )
    owed = tuple(duties.of_subject(found.subject, labels=DUTY_LABELS, now=now))
    people = person_names({account for account in (found.account, found.entered_by) if account})
    return InstructionView(
        facts=found,
        instrument=f"《{rulebook.instrument.title}》（{rulebook.instrument.number}）",
        account_name=people.get(found.account, ""),
        entered_by_name=people.get(found.entered_by, ""),
        participants=tuple(sorted(there, key=lambda p: (p.since, p.part, p.unit))),
        duties=owed,
        targets=tuple(_targets(found.about, actor)),
        tasks=_tasks(given, there, owed),
        scans=found.scan,
    )


def _targets(subjects: Sequence[str], actor: Actor) -> Iterable[InstructionTarget]:
    """What is named, each with its page and title where the actor sees it."""
    numbers: dict[str, list[str]] = {}
    for subject in subjects:
        word, _, number = subject.partition(":")
        numbers.setdefault(word, []).append(number)
    told = {word: REGISTRY[word].briefs(of, actor) for word, of in numbers.items()}
    for subject in subjects:
        word, _, number = subject.partition(":")
        seen = told[word].get(number)
        yield InstructionTarget(
            subject, number, REGISTRY[word].page_of(number) if seen else "", seen.title if seen else ""
        )


def _tasks(
    given: Sequence[TaskGiven], there: Sequence[ParticipantRow], owed: Sequence[DutyRow]
) -> tuple[InstructionTask, ...]:
    """What each unit does, with the moment until which it owes its report."""
    names = {one.unit: one.name for one in there} | unit_names({one.unit for one in given} - {o.unit for o in there})
    asked = [duty for duty in sorted(owed, key=lambda duty: duty.id) if duty.kind == InstructionDuty.TASK]

    def row(one: TaskGiven, nth: int) -> InstructionTask:
        mine = [duty.due_at for duty in asked if duty.holder == one.unit]
        return InstructionTask(
            unit=one.unit,
            unit_name=names.get(one.unit, one.unit),
            task=one.task,
            at=one.at,
            due_at=mine[nth] if nth < len(mine) else None,
            result=one.result,
            done_on=one.done_on,
            reported_at=one.reported_at,
            reported_by_name=one.reported_by_name,
            reported_post=one.reported_post,
        )

    seen: dict[str, int] = {}
    rows = []
    for one in sorted(given, key=lambda one: one.id):
        rows.append(row(one, seen.get(one.unit, 0)))
        seen[one.unit] = seen.get(one.unit, 0) + 1
    return tuple(rows)


def open_task(instruction: int, unit: str) -> int:
    """The id of the task of which a unit has not reported yet."""
    rows = Task.objects.filter(instruction_id=instruction, unit=unit, reported_at__isnull=True)
    return int(rows.order_by("id").values_list("id", flat=True)[0])


def waiting_tasks(instruction: int) -> list[TaskGiven]:
    """The tasks of which nobody has reported yet."""
    (found,) = gather(Reading(Task.objects.filter(instruction_id=instruction, reported_at__isnull=True), TaskGiven, {}))
    return sorted(found, key=lambda one: one.id)


def held_by(unit: str, jurisdiction: str) -> list[str]:
    """Numbers of what a unit takes part in or is to be tasked by and has not ended, and of all on which it owes
    something."""
    mine = Exists(Participation.objects.filter(instruction=OuterRef("pk"), unit=unit, until__isnull=True))
    named = Exists(Task.objects.filter(instruction=OuterRef("pk"), unit=unit, reported_at__isnull=True))
    owing = Q(duties.owed_by_unit_where(unit, of=f"{KIND}:"))
    rows = LeaderInstruction.objects.filter(jurisdiction=jurisdiction)
    found = rows.filter(Q(mine | named) & ~Q(stage__in=_OVER) | owing)
    return list(found.order_by("number").values_list("number", flat=True))


def naming_subject(subject: str, actor: Actor) -> Reading[InstructionBrief]:
    """The instructions that name a subject, as far as the actor's units take part in them, to be read with other
    lists."""
    return Reading(visible_to(actor).filter(targets__subject=subject), InstructionBrief, _BRIEF)
