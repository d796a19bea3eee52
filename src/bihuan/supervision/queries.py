"""Rowing supervision: every path starts at `visible_to`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat
from pydantic import TypeAdapter

from bihuan.cases import queries as cases
from bihuan.cases.types import Part, ParticipantRow
from bihuan.duties import queries as duties
from bihuan.duties.sight import TAKING_PART, must_see, parts_of, visible_among
from bihuan.duties.types import DutyFacts, DutyRow
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Unknown
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations import queries as organisations
from bihuan.organisations.queries import name_of
from bihuan.organisations.types import UnitFacts
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Pack
from bihuan.record.reading import Reading, gather
from bihuan.record.unit_of_work import Question, Row
from bihuan.subjects import naming
from bihuan.subjects.declaration import Kind as SubjectKind
from bihuan.subjects.registry import REGISTRY
from bihuan.supervision import rules
from bihuan.supervision.models import About, ColouredOrder, Directive, KeyLook, KeyMark, Participation, Reply, Task
from bihuan.supervision.stages import TABLES
from bihuan.supervision.types import (
    DUTIES,
    ISSUES,
    STAGES,
    URGERS,
    AboutRow,
    ColouredDuty,
    ColouredFacts,
    ColouredStage,
    DirectiveFacts,
    Kind,
    OrderStage,
    ReminderDuty,
    ReminderStage,
    Urged,
    UrgeDuty,
    UrgeStage,
)
from bihuan.supervision.types.forms import MOST_NAMED
from bihuan.supervision.types.rows import (
    ColourRow,
    DayDue,
    DirectiveBrief,
    DirectiveFilters,
    DirectiveRow,
    DirectiveView,
    KeyLookRow,
    KeyMarkRow,
    Load,
    LoadRow,
    NamedRow,
    RedRow,
    ReplyRow,
    TaskGiven,
    TaskRow,
)

DUTY_LABELS = {name: spec.kind.label for specs in DUTIES.values() for name, spec in specs.items()}
_PLAIN = (
    "id, number, kind, jurisdiction, pack, stage, title, issuer, unit, of_case, demand, times, started_at, started_by,"
    " closed_at, ground, facts, due_on, order_kind, previous, issued_by, asked_days"
)
_OWED = "FROM duties_duty WHERE subject = d.kind || ':' || d.number AND discharged_at IS NULL"
_ABOUT = """
SELECT jsonb_agg(jsonb_build_object('subject', subject, 'duty', duty, 'duty_kind', duty_kind, 'duty_label', '',
  'clause', clause, 'due_at', due_at) ORDER BY id) FROM supervision_about WHERE directive_id = d.id"""
_FACTS = f"""
SELECT {", ".join(f"d.{name}" for name in _PLAIN.split(", "))}, 
  coalesce((SELECT contested FROM supervision_reply WHERE directive_id = d.id AND NOT is_report
    ORDER BY id DESC LIMIT 1), false),
  coalesce(i.name, d.issuer), coalesce(u.name, d.unit),
  coalesce((SELECT length FROM record_chain WHERE subject = d.kind || ':' || d.number), 0),
  ({_ABOUT})::text,
  (SELECT array_agg({TAKING_PART}) FROM supervision_participation WHERE directive_id = d.id AND until IS NULL),
  (SELECT array_agg(kind ORDER BY id) {_OWED}), (SELECT array_agg(due_at ORDER BY id) {_OWED}),
  (SELECT array_agg(holder ORDER BY id) {_OWED}),
  (SELECT to_jsonb(c) - 'id' - 'directive_id' FROM supervision_colouredorder c WHERE c.directive_id = d.id)::text
FROM supervision_directive d LEFT JOIN organisations_unit i ON i.code = d.issuer
LEFT JOIN organisations_unit u ON u.code = d.unit WHERE """  # noqa: S608 constants
_ABOUTS: TypeAdapter[tuple[AboutRow, ...]] = TypeAdapter(tuple[AboutRow, ...])
_COLOURED: TypeAdapter[ColouredFacts] = TypeAdapter(ColouredFacts)


def facts(kind: Kind, number: str) -> DirectiveFacts:
    """What the rules need to know of a directive of that kind. Raises Unknown. Asks nobody's permission."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_FACTS} d.number = %s AND d.kind = %s", [number, str(kind)])
        row: Row | None = cursor.fetchone()
    if row is None:
        raise Unknown(number)
    return _facts(row)


def facts_of(numbers: Iterable[str]) -> list[DirectiveFacts]:
    """The same of several directives, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_FACTS} d.number = ANY(%s)", [list(numbers)])
        return [_facts(row) for row in cursor.fetchall()]


def _facts(row: Row) -> DirectiveFacts:
    *plain, contested, issuer_name, unit_name, version, about, parts, kinds, dues, holders, coloured = row
    said = dict(zip(_PLAIN.split(", "), plain, strict=True))
    kind = Kind(said["kind"])
    said |= {"kind": kind, "stage": STAGES[kind](said["stage"]), "issuer_name": issuer_name, "unit_name": unit_name}
    earliest: dict[str, datetime] = {}
    for owed, due_at in zip(kinds or (), dues or (), strict=True):
        earliest[owed] = min(due_at, earliest.get(owed, due_at))
    named = _ABOUTS.validate_json(about) if about else ()
    return DirectiveFacts(
        **said,
        contested=contested,
        version=version,
        about=tuple(_labelled(one) for one in named),
        parts=parts_of(parts or ()),
        duties=earliest,
        owing=frozenset(zip(kinds or (), holders or (), strict=True)),
        coloured=_COLOURED.validate_json(coloured) if coloured else None,
    )


def _labelled(about: AboutRow) -> AboutRow:
    label = _label(about.subject, about.duty_kind)
    return AboutRow(about.subject, about.duty, about.duty_kind, label, about.clause, about.due_at)


def _label(subject: str, duty_kind: str) -> str:
    """What a kind of duty is called on a kind of subject."""
    known = REGISTRY.get(subject.partition(":")[0])
    return known.labels.get(duty_kind, duty_kind) if known else duty_kind


_ASKED = Participation.objects.filter(part=str(Part.ADDRESSEE), until__isnull=True)


def visible_to(actor: Actor) -> QuerySet[Directive]:
    """What one of the actor's units sent or was sent."""
    return visible_among(Directive.objects.all(), Participation.objects.all(), "directive", actor)


def supervised(*, sent: bool = False) -> list[SubjectKind]:
    """The kinds of subject of which somebody may be urged, reminded or ordered: what supervision itself `sent` is none
    of them, but for the clock."""
    return [kind for kind in REGISTRY if sent or kind.word not in set(map(str, Kind))]


def subject_named(text: str, jurisdiction: str) -> tuple[SubjectKind, str] | None:
    """The kind and the number of what somebody names, by its number alone or as `kind:number`; None where there is
    none that may be supervised."""
    return naming.find(text, jurisdiction, supervised())


def urged(subject: str, *, id: int | None = None, besides: str = "", holder: str = "") -> Urged | None:
    """The duty of that id on the subject; without one what is due first there, by that unit, or not by `besides`."""
    found = duties.standing_on(subject, id=id)
    fits = (one for one in found if id is not None or (one.holder == holder if holder else one.holder != besides))
    return next(map(_urged, fits), None)


def _urged(duty: DutyFacts) -> Urged:
    return Urged(
        id=duty.id,
        subject=duty.subject,
        kind=duty.kind,
        label=_label(duty.subject, duty.kind),
        holder=duty.holder,
        post=duty.post,
        clause=duty.clause,
        due_at=duty.due_at,
        paused=duty.paused_at is not None,
        discharged_at=duty.discharged_at,
    )


def urging(duty: int) -> str:
    """Number of the urge about a duty to which nobody replied yet; empty where there is none."""
    rows = Directive.objects.filter(kind=Kind.URGE, stage=str(UrgeStage.SENT), about__duty=duty)
    return rows.values_list("number", flat=True).first() or ""


def outcome_of(urge: DirectiveFacts) -> str:
    """How the duty ended about which somebody was urged; empty while it is owed."""
    about = urge.about[0]
    return next((duty.outcome for duty in duties.standing_on(about.subject, id=about.duty)), "")


URGED_ABOUT = """
SELECT s.number FROM supervision_directive s JOIN supervision_about a ON a.directive_id = s.id
WHERE a.duty = d.id AND s.kind = 'urging' AND s.stage = 'sent' ORDER BY s.number"""
"""Number of each urge about a duty `d` to which nobody replied yet."""
_SETTLED = """
SELECT d.number, y.outcome FROM supervision_directive d JOIN supervision_about a ON a.directive_id = d.id
JOIN duties_duty y ON y.id = a.duty
WHERE d.jurisdiction = %s AND d.kind = 'urging' AND d.stage = 'sent' AND y.discharged_at IS NOT NULL
ORDER BY d.number LIMIT %s"""


def settled_in(jurisdiction: str, *, limit: int = 500) -> list[tuple[str, str]]:
    """Number of each urge about a duty that has ended meanwhile, and how the duty ended."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, [jurisdiction, limit])
        return list(cursor.fetchall())


def drafted(issuer: str, unit: str, ground: str, jurisdiction: str, *, since: datetime) -> str:
    """Number of the draft of a reminder that takes up a further subject; empty where there is none."""
    rows = Directive.objects.filter(jurisdiction=jurisdiction, kind=Kind.REMINDER, stage=str(ReminderStage.DRAFT))
    rows = rows.filter(issuer=issuer, unit=unit, ground=ground, started_at__gte=since)
    rows = rows.annotate(named=Count("about")).filter(named__lt=MOST_NAMED)
    return rows.order_by("-id").values_list("number", flat=True).first() or ""


_ANSWERING = {
    Kind.URGE: ((UrgeStage.SENT,), UrgeDuty.REPLY),
    Kind.REMINDER: ((ReminderStage.ISSUED, ReminderStage.RECTIFYING), ReminderDuty.REPLY),
}
"""Kind → while what is sent waits for its reply, and what is owed then."""


def unanswered(kind: Kind, duty: int, *, now: datetime) -> bool:
    """Whether something of that kind was sent about a duty and its reply is late."""
    stages, owed = _ANSWERING[kind]
    sent = Directive.objects.filter(kind=kind, stage__in=[*map(str, stages)], about__duty=duty)
    late = [facts(kind, number).duties.get(owed) for number in sent.values_list("number", flat=True)]
    return any(due_at is not None and due_at < now for due_at in late)


def replied_since(duty: int, moment: datetime) -> bool:
    """Whether somebody replied since then to an urge about a duty."""
    rows = Directive.objects.filter(kind=Kind.URGE, stage=str(UrgeStage.REPLIED), about__duty=duty)
    return rows.filter(stage_at__gte=moment).exists()


def under_way(kind: Kind, subject: str, unit: str) -> bool:
    """Whether a draft of that kind waits, or one that was sent has not ended, about a subject and to a unit."""
    rows = Directive.objects.filter(kind=kind, unit=unit, about__subject=subject)
    return rows.exclude(stage__in=[str(end) for end in TABLES[kind].ends]).exists()


def orders_about(subject: str, unit: str) -> list[str]:
    """Numbers of the orders that were sent to a unit about a subject and not taken back, in their order."""
    apart = [str(stage) for stage in (OrderStage.DRAFT, OrderStage.DROPPED, OrderStage.WITHDRAWN)]
    rows = Directive.objects.filter(kind=str(Kind.ORDER), unit=unit, about__subject=subject).exclude(stage__in=apart)
    return list(rows.order_by("id").values_list("number", flat=True))


def is_key(subject: str) -> bool:
    """Whether a subject is a key one, stands on a key one, or a key one stands on it."""
    word, _, number = subject.partition(":")
    kind = REGISTRY[word]
    own = _weighing(kind).filter(number=number, **kind.own) if kind.key is not None else None
    if own is not None and own.exists():
        return True
    below = kind.stands_on
    if below is not None and below.base.key is not None:
        number_below = kind.row._default_manager.filter(number=number, **kind.own).values(below.by)
        if _weighing(below.base).filter(number__in=number_below, **below.base.own).exists():
            return True
    return any(
        _weighing(above).filter(**{above.stands_on.by: number}, **above.own).exists()
        for above in REGISTRY.standing_on(word)
        if above.key is not None and above.stands_on is not None
    )


def _weighing(kind: SubjectKind) -> QuerySet[Model]:
    """The key ones of a kind, without those that came to nothing."""
    nothing = [str(end) for end in kind.table.ends if end not in kind.table.goals]
    return kind.row._default_manager.filter(kind.key or Q()).exclude(stage__in=nothing)


def marked(case: str) -> Question[tuple[str, ...]]:
    """By which key classes a case is one now: a question for an act on it."""
    return Question(_MARKED, [case], lambda rows: tuple(code for (code,) in rows))


_MARKED = "SELECT code FROM supervision_keymark WHERE case_id = %s AND ended_at IS NULL ORDER BY id"


def looked_at_this_stage(case: str) -> bool:
    """Whether the supervision body looked at a case since it came to its stage."""
    return KeyLook.objects.filter(case_id=case, at__gte=cases.at_its_stage_since(case)).exists()


def marks_of(case: str) -> Reading[KeyMarkRow]:
    """By what ways a case is a key one, to be read with other lists."""
    rows = KeyMark.objects.filter(case_id=case, ended_at__isnull=True)
    return Reading(rows, KeyMarkRow, {"unit_name": name_of("unit")})


def looks_of(case: str) -> Reading[KeyLookRow]:
    """What the supervision body found of a case, to be read with other lists."""
    return Reading(KeyLook.objects.filter(case_id=case), KeyLookRow, {"unit_name": name_of("unit")})


def key_case(case: str) -> tuple[tuple[KeyMarkRow, ...], tuple[KeyLookRow, ...]]:
    """Both, each in the order in which they were written; the caller has made sure that the actor may see the case."""
    marks, looks = gather(marks_of(case), looks_of(case))
    return tuple(sorted(marks, key=lambda one: one.id)), tuple(sorted(looks, key=lambda one: one.id))


def last_reply(directive: int, *, unit: str = "") -> int | None:
    """The id of what the unit replied last; of that one, where several were asked."""
    return (
        Reply.objects.filter(directive_id=directive, unit=unit, is_report=False)
        .order_by("-id")
        .values_list("id", flat=True)
        .first()
    )


def standing_draft(kind: Kind, issuer: str, subject: str, unit: str) -> str:
    """Number of the draft about a subject that waits for its decision; empty where there is none."""
    rows = Directive.objects.filter(kind=kind, stage=str(OrderStage.DRAFT), issuer=issuer, unit=unit)
    return rows.filter(about__subject=subject).values_list("number", flat=True).first() or ""


def held_by(unit: str, jurisdiction: str) -> list[tuple[Kind, str]]:
    """Kind and number of what a unit takes part in and has not ended, and of all on which it owes something."""
    over = Q(*(Q(kind=k, stage__in=[str(end) for end in TABLES[k].ends]) for k in Kind), _connector=Q.OR)
    mine = Exists(Participation.objects.filter(directive=OuterRef("pk"), unit=unit, until__isnull=True))
    name = Concat("kind", Value(":"), "number")
    owing = Q(*(Q(kind=k) & Q(duties.owed_by_unit_where(unit, of=f"{k}:")) for k in Kind), _connector=Q.OR)
    rows = Directive.objects.filter(jurisdiction=jurisdiction).annotate(name=name)
    found = rows.filter(Q(mine) & ~over | owing).order_by("number")
    return [(Kind(kind), number) for kind, number in found.values_list("kind", "number")]


def ledger(
    actor: Actor,
    kind: Kind,
    filters: DirectiveFilters,
    *,
    now: datetime,
    after: int | None = None,
    limit: int = 50,
) -> list[DirectiveRow]:
    """What the actor's units sent or were sent of a kind, the newest first, after a keyset position (an id)."""
    exact = {"stage": filters.stage, "number": filters.number}
    rows = visible_to(actor).filter(kind=kind, **{name: value for name, value in exact.items() if value})
    if filters.unit:
        rows = rows.filter(Q(unit=filters.unit) | Exists(_ASKED.filter(directive=OuterRef("pk"), unit=filters.unit)))
    if filters.open is not None:
        over = Q(stage__in=[str(end) for end in TABLES[kind].ends])
        rows = rows.filter(~over if filters.open else over)
    if after is not None:
        rows = rows.filter(id__lt=after)
    return _rows(list(rows.order_by("-id")[:limit]), kind, now=now)


def _rows(found: Sequence[Directive], kind: Kind, *, now: datetime) -> list[DirectiveRow]:
    above, asked = _above(found) if kind is Kind.COLOURED else ({}, {})
    units = {code for several in asked.values() for code in several}
    names = organisations.unit_names({*units, *(code for d in found for code in (d.issuer, d.unit))})
    due = duties.next_due([f"{kind}:{d.number}" for d in found], now=now)
    subjects: dict[int, list[str]] = {}
    for of, subject in About.objects.filter(directive__in=found).order_by("id").values_list("directive_id", "subject"):
        subjects.setdefault(of, []).append(subject.partition(":")[2])
    return [
        DirectiveRow(
            id=d.id,
            number=d.number,
            title=d.title,
            stage=STAGES[kind](d.stage),
            issuer=d.issuer,
            issuer_name=above.get(d.pk) or names.get(d.issuer, d.issuer),
            unit=d.unit,
            unit_name="、".join(names.get(code, code) for code in asked.get(d.pk, [d.unit])),
            times=d.times,
            subjects=tuple(subjects.get(d.id, ())),
            started_at=d.started_at,
            closed_at=d.closed_at,
            next_duty=DUTY_LABELS.get(next_due.kind, next_due.kind) if next_due else "",
            next_due_at=next_due.due_at if next_due else None,
            overdue=next_due.overdue if next_due else False,
        )
        for d in found
        for next_due in [due.get(f"{kind}:{d.number}")]
    ]


def _above(found: Sequence[Directive]) -> tuple[dict[int, str], dict[int, list[str]]]:
    """Which superior body sent each, and of which units something was asked."""
    bodies = ColouredOrder.objects.filter(directive__in=found).values_list("directive_id", "superior")
    asked: dict[int, list[str]] = {d.pk: [] for d in found}
    there = _ASKED.filter(directive__in=found)
    for of, unit in there.order_by("id").values_list("directive_id", "unit"):
        asked[of].append(unit)
    return dict(bodies), asked


def briefs(numbers: Iterable[str], actor: Actor) -> dict[str, DirectiveBrief]:
    """Number → what a list of duties tells, for those that the actor may see."""
    return {one.number: one for one in _briefs(visible_to(actor).filter(number__in=list(numbers)))}


def on_subject(subject: str, actor: Actor) -> Reading[DirectiveBrief]:
    """What was sent about a subject, as far as the actor's units take part in it, to be read with other lists."""
    return Reading(visible_to(actor).filter(about__subject=subject), DirectiveBrief, _BRIEF)


def newest_first(found: Iterable[DirectiveBrief]) -> list[DirectiveBrief]:
    """What was sent as a page shows it."""
    return sorted(found, key=lambda one: (one.started_at, one.number), reverse=True)


_BRIEF: dict[str, str | Combinable] = {
    "told_stage": "stage",
    "issuer_name": name_of("issuer"),
    "unit_name": name_of("unit"),
}


def _briefs(rows: QuerySet[Directive]) -> list[DirectiveBrief]:
    (found,) = gather(Reading(rows, DirectiveBrief, _BRIEF))
    return found


def issuing_units(actor: Actor, units: Iterable[UnitFacts], pack: Pack) -> frozenset[str]:
    """Those of the actor's units in whose name they may send something."""
    able = {u.code for u in units if u.type in pack.unit_types and pack.unit_types[u.type].capacities & ISSUES}
    return frozenset(seat.unit for seat in actor.seats if seat.post in URGERS and seat.unit in able)


_NOTHING: dict[str, str | Combinable] = dict.fromkeys(
    ("basis_kind", "basis", "departure"), Cast(Value(""), TextField())
)


def view(number: str, actor: Actor, *, now: datetime, kind: Kind) -> DirectiveView:
    """All that a page shows but for the acts. Raises Unknown."""
    found = facts(kind, number)
    must_see(found, actor)
    rulebook = load_pack(found.pack)
    reminders = visible_to(actor).filter(
        kind=Kind.REMINDER,
        pk__in=About.objects.filter(subject__in=[a.subject for a in found.about]).values("directive"),
    )
    there, replies, reminded, given = gather(
        Reading(
            Participation.objects.filter(directive_id=found.id), ParticipantRow, {"name": name_of("unit"), **_NOTHING}
        ),
        Reading(Reply.objects.filter(directive_id=found.id), ReplyRow, {"unit_name": name_of("unit")}),
        Reading(reminders if found.coloured else reminders.none(), DirectiveBrief, _BRIEF),
        Reading(Task.objects.filter(directive_id=found.id), TaskGiven, {}),
    )
    owed = tuple(duties.of_subject(found.subject, labels=DUTY_LABELS, now=now))
    return DirectiveView(
        facts=found,
        instrument=f"《{rulebook.instrument.title}》（{rulebook.instrument.number}）",
        participants=tuple(sorted(there, key=lambda p: (p.since, p.part, p.unit))),
        duties=owed,
        named=tuple(_named(found.about, actor)),
        replies=tuple(sorted(replies, key=lambda said: said.at)),
        tasks=_tasks(given, there, owed),
        chain=_chain(found.coloured.first, actor) if found.coloured else (),
        reminders=tuple(newest_first(reminded)),
    )


def _tasks(given: Sequence[TaskGiven], there: Sequence[ParticipantRow], owed: Sequence[DutyRow]) -> tuple[TaskRow, ...]:
    """What each unit answers for, with how far it is by the ledger of duties."""
    names = {one.unit: one.name for one in there}
    last = {(duty.kind, duty.holder): duty for duty in sorted(owed, key=lambda duty: duty.id)}

    def row(one: TaskGiven) -> TaskRow:
        receipt, reply = (last.get((str(kind), one.unit)) for kind in (ColouredDuty.RECEIPT, ColouredDuty.REPLY))
        return TaskRow(
            unit=one.unit,
            unit_name=names.get(one.unit, one.unit),
            task=one.task,
            at=one.at,
            due_at=reply.due_at if reply else None,
            received_at=receipt.discharged_at if receipt else None,
            replied_at=reply.discharged_at if reply else None,
        )

    return tuple(map(row, sorted(given, key=lambda one: one.id)))


def _chain(first: str, actor: Actor) -> tuple[ColourRow, ...]:
    """The orders of a chain of colours that the actor sees, the first one first."""
    rows = ColouredOrder.objects.filter(first=first, directive__in=visible_to(actor)).order_by("directive_id")
    there = rows.exclude(directive__stage=str(ColouredStage.VOID))
    return tuple(ColourRow(*one) for one in there.values_list(*_COLOUR_ROW))


_COLOUR_ROW = (
    "directive__number",
    "colour",
    "superior",
    "document_number",
    "issued_on",
    "directive__stage",
)


def coloured_open(actor: Actor, *, now: datetime, limit: int) -> list[ColourRow]:
    """What superior bodies ordered in a colour and is still open, with what is owed next: the gravest first."""
    over = [str(end) for end in TABLES[Kind.COLOURED].ends]
    seen = ColouredOrder.objects.filter(directive__in=visible_to(actor)).exclude(directive__stage__in=over)
    found = [ColourRow(*one) for one in seen.order_by("-directive_id").values_list(*_COLOUR_ROW)[:limit]]
    due = duties.next_due([f"{Kind.COLOURED}:{one.number}" for one in found], now=now) if found else {}
    told = [
        replace(one, next_duty=DUTY_LABELS[owed.kind], next_due_at=owed.due_at) if owed else one
        for one in found
        for owed in [due.get(f"{Kind.COLOURED}:{one.number}")]
    ]
    return sorted(told, key=lambda one: -one.colour.rank)


def registered_as(superior: str, document_number: str, jurisdiction: str, *, besides: str) -> str:
    """Number under which a superior body's document was entered already; empty where it was not."""
    rows = Directive.objects.filter(jurisdiction=jurisdiction, kind=Kind.COLOURED).exclude(number=besides)
    rows = rows.exclude(stage=str(ColouredStage.VOID))
    known = ColouredOrder.objects.filter(directive__in=rows, superior=superior, document_number=document_number)
    return known.values_list("directive__number", flat=True).first() or ""


def coloured(number: str, actor: Actor) -> DirectiveFacts | None:
    """A coloured order that somebody names, where they see it."""
    seen = visible_to(actor).filter(kind=Kind.COLOURED, number=number).exists()
    return facts(Kind.COLOURED, number) if seen else None


def _named(about: Sequence[AboutRow], actor: Actor) -> Iterable[NamedRow]:
    """What is named, each with its page and title where the actor sees it."""
    numbers: dict[str, list[str]] = {}
    for one in about:
        word, _, number = one.subject.partition(":")
        numbers.setdefault(word, []).append(number)
    told = {word: REGISTRY[word].briefs(of, actor) for word, of in numbers.items() if word in REGISTRY}
    for one in about:
        word, _, number = one.subject.partition(":")
        seen = told.get(word, {}).get(number)
        yield NamedRow(one, number, REGISTRY[word].page_of(number) if seen else "", seen.title if seen else "")


def overdue(
    actor: Actor,
    *,
    now: datetime,
    unit: str = "",
    kind: str = "",
    key: bool = False,
    on: date | None = None,
    after: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[RedRow]:
    """What other units owe and is overdue, on subjects that the actor sees, the oldest first, after a keyset
    position; what they owe on a day, where one is named; of key subjects alone, where that is asked."""
    found = duties.overdue_on(
        _on_visible(actor) & _on_key() if key else _on_visible(actor),
        actor.jurisdiction,
        holder=unit,
        besides=() if unit else actor.units,
        kind=kind,
        on=on,
        labels=REGISTRY.duty_labels,
        now=now,
        after=after,
        limit=limit,
    )
    return _red(found, actor)


AHEAD = 10
"""So many working days the load looks ahead."""
MOST_UNITS = 8
"""Of so many units the load is told, of those that owe most; all are in the sums."""


def load(actor: Actor, *, now: datetime) -> Load:
    """What other units owe in the coming working days, on subjects that the actor sees, by day and unit."""
    known, today = duties.calendar(), organisations.today(now)
    first = known.worked_before(today)
    worked = [known.working_day(first + n) for n in range(AHEAD)]
    found = duties.load_on(_on_visible(actor), actor.jurisdiction, besides=actor.units, until=worked[-1], now=now)
    days = sorted({*worked, *(day for _, _, day, _ in found)})
    units: dict[str, LoadRow] = {}
    for code, called, day, many in found:
        units.setdefault(code, LoadRow(code, called, {})).by_day[day] = many
    heaviest = sorted(units.values(), key=lambda row: (-row.many, row.code))
    by_day = {day: sum(row.by_day.get(day, 0) for row in heaviest) for day in days}
    return Load(tuple(days), tuple(heaviest[:MOST_UNITS]), by_day)


PROMISED = "commitment_fulfil"
"""The kind of duty by which a unit keeps what it promised to a requester, whatever it stands on."""


def due_by_day(actor: Actor, *, since: date, until: date, now: datetime) -> list[DayDue]:
    """What other units owe on each day from one to another, on subjects that the actor sees."""
    found = duties.due_by_day(
        _on_visible(actor), actor.jurisdiction, besides=actor.units, since=since, until=until, now=now
    )
    by_day: dict[date, list[tuple[str, int, int]]] = {}
    for on, kind, coming, late in found:
        by_day.setdefault(on, []).append((kind, coming, late))
    known, labels = duties.calendar(), REGISTRY.duty_labels
    days = (since + timedelta(days=n) for n in range((until - since).days + 1))
    return [
        DayDue(
            on=on,
            works=known.is_working(on),
            kinds=tuple(
                sorted(
                    ((labels.get(kind, kind), coming + late) for kind, coming, late in there),
                    key=lambda one: (-one[1], one[0]),
                )
            ),
            coming=sum(coming for _, coming, _ in there),
            late=sum(late for _, _, late in there),
            promises=sum(coming + late for kind, coming, late in there if kind == PROMISED),
        )
        for on in days
        for there in [by_day.get(on, [])]
    ]


SUBSCRIBED = (timedelta(days=30), timedelta(days=60))
"""So far back and ahead a subscribed calendar tells what is due."""
MOST_SUBSCRIBED = 1000


def subscribed(actor: Actor, *, now: datetime) -> list[DutyRow]:
    """What other units owe around now, on subjects that the actor sees, as a subscribed calendar tells it."""
    back, ahead = SUBSCRIBED
    return duties.due_between(
        _on_visible(actor),
        actor.jurisdiction,
        besides=actor.units,
        since=now - back,
        until=now + ahead,
        labels=REGISTRY.duty_labels,
        now=now,
        limit=MOST_SUBSCRIBED,
    )


WAITING: Mapping[str, tuple[Vocabulary, ...]] = {
    "drafts": (ReminderStage.DRAFT, OrderStage.DRAFT),
    "replies": (ReminderStage.REPLIED, OrderStage.REPLIED),
}
"""What the desk does with what it sends: which drafts it decides, which replies it judges."""
MOST_WAITING = 10


def waiting(units: Collection[str]) -> Mapping[str, list[DirectiveBrief]]:
    """Of what units send: drafts to be decided and replies to be judged, the oldest of each."""
    sent = Directive.objects.filter(issuer__in=[*units], kind__in=(str(Kind.REMINDER), str(Kind.ORDER)))

    def oldest(stages: Sequence[Vocabulary]) -> Reading[DirectiveBrief]:
        first = sent.filter(stage__in=[*map(str, stages)]).order_by("id").values("id")[: MOST_WAITING + 1]
        return Reading(Directive.objects.filter(id__in=first), DirectiveBrief, _BRIEF)

    told = gather(*map(oldest, WAITING.values()))
    return {
        what: sorted(found, key=lambda one: (one.started_at, one.number))
        for what, found in zip(WAITING, told, strict=True)
    }


def _on_key() -> Q:
    """That a duty stands on a key subject, on what a key one stands on, or on what stands on a key one."""
    ways = []
    for kind in REGISTRY:
        if kind.key is None:
            continue
        named_by = [(kind.word, "number"), *([(kind.stands_on.base.word, kind.stands_on.by)] if kind.stands_on else [])]
        for word, by in named_by:
            named = _weighing(kind).filter(**kind.own).annotate(name_=Concat(Value(f"{word}:"), by))
            ways.append(Q(Exists(named.filter(name_=OuterRef("subject"))), subject__startswith=f"{word}:"))
    for kind in REGISTRY:
        below = kind.stands_on
        if below is None or below.base.key is None or kind.word in set(map(str, Kind)):
            continue
        keys = _weighing(below.base).filter(**below.base.own).values("number")
        upon = kind.row._default_manager.filter(**kind.own, **{f"{below.by}__in": keys})
        upon = upon.annotate(name_=Concat(Value(f"{kind.word}:"), "number"))
        ways.append(Q(Exists(upon.filter(name_=OuterRef("subject"))), subject__startswith=f"{kind.word}:"))
    return Q(*ways, _connector=Q.OR)


def to_urge(named: str, duty: int | None, actor: Actor, *, now: datetime, besides: Collection[str]) -> RedRow | None:
    """What is owed on the subject that somebody names: that duty, or what others than `besides` owe first; None where
    the actor does not see it."""
    found = subject_named(named, actor.jurisdiction)
    if found is None:
        return None
    kind, number = found
    subject = f"{kind.word}:{number}"
    owed = duties.open_on([subject], labels=REGISTRY.duty_labels, now=now)[subject]
    fits = [one for one in owed if (one.id == duty if duty is not None else one.holder not in besides)]
    row = next(iter(_red(sorted(fits, key=lambda one: (one.due_at, one.id))[:1], actor)), None)
    return row if row and row.url else None


def overdue_counted(actor: Actor, *, now: datetime, most: int) -> int:
    """How much other units owe and is overdue, on subjects that the actor sees, counted no farther than `most`."""
    return duties.overdue_counted(_on_visible(actor), actor.jurisdiction, besides=actor.units, now=now, most=most)


def _on_visible(actor: Actor) -> Q:
    """That a duty stands on a subject that the actor sees."""
    ways = []
    for kind in REGISTRY:
        seen = visible_among(
            kind.row._default_manager.filter(**kind.own),
            kind.parts._default_manager.all(),
            kind.life.sight.of.removesuffix("_id"),
            actor,
        )
        named = seen.annotate(name_=Concat(Value(f"{kind.word}:"), "number")).filter(name_=OuterRef("subject"))
        ways.append(Q(Exists(named), subject__startswith=f"{kind.word}:"))
    return Q(*ways, _connector=Q.OR)


def _red(found: Sequence[DutyRow], actor: Actor) -> list[RedRow]:
    named = list(_named([AboutRow(d.subject, d.id, d.kind, d.label, d.clause, d.due_at) for d in found], actor))
    last = _last_about([duty.id for duty in found], actor)
    return [
        RedRow(duty, one.number, one.url, one.title, last.get(duty.id), barred=_barred(duty, last.get(duty.id)))
        for duty, one in zip(found, named, strict=True)
    ]


def _barred(duty: DutyRow, last: DirectiveBrief | None) -> bool:
    """Whether urging somebody about it would be refused, as far as the reader may know."""
    if duty.subject.partition(":")[0] in set(map(str, Kind)):
        return True
    asked = Urged(
        id=duty.id,
        subject=duty.subject,
        kind=duty.kind,
        label=duty.label,
        holder=duty.holder,
        post=duty.post,
        clause=duty.clause,
        due_at=duty.due_at,
        paused=duty.paused,
        discharged_at=duty.discharged_at,
    )
    standing = last.number if last is not None and last.stage == UrgeStage.SENT else ""
    return rules.may_urge(asked, issuer="", standing=standing) is not None


def _last_about(ids: Collection[int], actor: Actor) -> dict[int, DirectiveBrief]:
    """Duty → the last urge about it that the actor sees."""
    if not ids:
        return {}
    rows = About.objects.filter(duty__in=[*ids], directive__kind=Kind.URGE).order_by("id")
    numbers = {int(duty): number for duty, number in rows.values_list("duty", "directive__number") if duty}
    told = briefs(numbers.values(), actor)
    return {duty: told[number] for duty, number in numbers.items() if number in told}
