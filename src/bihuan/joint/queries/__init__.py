"""Reading joint handling: every path starts at `visible_to`."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, reduce
from operator import or_
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, NullIf
from pydantic import TypeAdapter

from bihuan.cases.models import Case, CaseText
from bihuan.cases.models import Participation as CasePart
from bihuan.cases.queries import designated
from bihuan.cases.types import AppealType, Part, ParticipantRow
from bihuan.cases.types import Stage as CaseStage
from bihuan.duties import queries as duties
from bihuan.duties.sight import TAKING_PART, must_see, parts_of
from bihuan.instructions import queries as instructions
from bihuan.joint import rules
from bihuan.joint.models import (
    DistrictReport,
    Entrusted,
    Form,
    Liaison,
    Participation,
    Portfolio,
    Undertaking,
    WhistleTopic,
)
from bihuan.joint.queries.figures import carried_out, counted_in, period_named, periods
from bihuan.joint.queries.results import shared
from bihuan.joint.queries.sight import visible_to
from bihuan.joint.stages import ENDS, OPEN, WORKING
from bihuan.joint.types import (
    MEMBERS,
    Covering,
    DutyKind,
    Emergency,
    Filing,
    JointFacts,
    Kind,
    Leaving,
    MemberFacts,
    Stage,
    WhistleType,
)
from bihuan.joint.types.rows import (
    AtWork,
    FormRow,
    Ground,
    JointBrief,
    JointFilters,
    JointRow,
    JointView,
    NamedRow,
    ReportRow,
    TopicRow,
)
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Unknown
from bihuan.organisations.queries import (
    held_post,
    holders,
    left_post,
    name_of,
    pack_of,
    person_name_of,
    today,
    unit_names,
    units,
)
from bihuan.organisations.types import AppointmentRow, Post
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Capacity
from bihuan.record import searching
from bihuan.record.reading import Reading, gather, question, reading
from bihuan.record.types import subject_of
from bihuan.record.unit_of_work import Question
from bihuan.text.entries import Entry, entry_of
from bihuan.text.questions import terms

__all__ = ["carried_out", "counted_in", "period_named", "periods", "shared", "visible_to"]
"""Read elsewhere, asked here."""
DUTY_LABELS = {str(kind): kind.label for kind in DutyKind}

_PLAIN = (
    "id, kind, number, jurisdiction, pack, stage, initiator, assignment_id, started_at, closed_at, whistle_type,"
    " emergency, topic, filing, filed_at, acknowledged_at, resolved, met_at, concluded_at, routed_to, blown_at"
)
_OF_CASE = "title, stage, lead, urgency, appeal_type, channel, subject_code, anonymous, secret, accused, contacted_at"
_MEMBER = (
    "unit, task, since, until, due_at, accepted_at, check_in_at, check_in_place, people, work_form, finished_at,"
    " result, asked_out_at, asked_out_why, leaving, notified_at, notice, reminded_at, explained_at, explanation,"
    " grade, grade_reason, designated, asked_again_at"
)
_OPEN_DUTIES = "FROM duties_duty WHERE subject = j.kind || ':' || j.number AND discharged_at IS NULL"
_FACTS = f"""
SELECT {", ".join(f"j.{name}" for name in _PLAIN.split(", "))}, j.case_id,
  {", ".join(f"c.{name}" for name in _OF_CASE.split(", "))},
  (SELECT id FROM cases_participation p WHERE p.case_id = c.id AND p.part = '{Part.LEAD}' AND p.until IS NULL),
  coalesce((SELECT i.why FROM duties_duty d JOIN duties_interruption i ON i.duty_id = d.id AND i.until_at IS NULL
    WHERE d.subject = 'case:' || c.number AND d.paused_at IS NOT NULL LIMIT 1),
    CASE c.stage WHEN '{CaseStage.LISTED}' THEN '{CaseStage.LISTED.label}' ELSE '' END),
  coalesce((SELECT length FROM record_chain WHERE subject = j.kind || ':' || j.number), 0),
  (SELECT array_agg({TAKING_PART}) FROM joint_participation WHERE undertaking_id = j.id AND until IS NULL),
  (SELECT json_agg(l)::text FROM (
    SELECT p.account, greatest(p.from_on, a.from_on) AS from_on, least(p.until_on, a.until_on) AS until_on
    FROM joint_portfolio p JOIN organisations_person q ON q.account = p.account AND q.is_active
    JOIN organisations_appointment a ON a.person_id = q.id AND a.post = '{Post.LEADER}'
    WHERE p.unit = j.initiator) l),
  (SELECT json_agg(m ORDER BY m.id)::text FROM (
    SELECT p.id, coalesce(u.name, p.unit) AS name, {", ".join(f"p.{name}" for name in _MEMBER.split(", "))}
    FROM joint_participation p LEFT JOIN organisations_unit u ON u.code = p.unit
    WHERE p.undertaking_id = j.id AND p.part IN ('{Part.CO}', '{Part.RESPONDER}')) m),
  (SELECT array_agg(kind) {_OPEN_DUTIES}),
  (SELECT array_agg(due_at) {_OPEN_DUTIES})
FROM joint_undertaking j JOIN cases_case c ON c.number = j.case_id WHERE j.number = """  # noqa: S608 constants only
_COVERING: TypeAdapter[tuple[Covering, ...]] = TypeAdapter(tuple[Covering, ...])
_MEMBERS: TypeAdapter[tuple[MemberFacts, ...]] = TypeAdapter(tuple[MemberFacts, ...])


def facts(number: str) -> JointFacts:
    """What the rules need to know of a linkage or whistle, in one statement. Raises Unknown. Asks no permission."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_FACTS}%s", [number])
        row = cursor.fetchone()
    if row is None:
        raise Unknown(number)
    return _facts(row)


def facts_of(numbers: Iterable[str]) -> list[JointFacts]:
    """The same of several, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_FACTS}ANY(%s)", [list(numbers)])
        return [_facts(row) for row in cursor.fetchall()]


def _facts(row: tuple[Any, ...]) -> JointFacts:
    *plain, version, parts, covering, members, kinds, dues = row
    said: dict[str, Any] = dict(zip(_names(), plain, strict=True))
    said |= {
        "kind": Kind(said["kind"]),
        "appeal_type": AppealType(said["appeal_type"]),
        "stage": Stage(said["stage"]),
        "case_stage": CaseStage(said["case_stage"]),
        "whistle_type": WhistleType(said["whistle_type"]) if said["whistle_type"] else None,
        "emergency": Emergency(said["emergency"]) if said["emergency"] else None,
        "filing": Filing(said["filing"]) if said["filing"] else None,
        "accused": tuple(said["accused"]),
    }
    earliest: dict[str, datetime] = {}
    for kind, due_at in zip(kinds or (), dues or (), strict=True):
        earliest[kind] = min(due_at, earliest.get(kind, due_at))
    return JointFacts(
        **said,
        version=version,
        covering=_COVERING.validate_json(covering or "[]"),
        members=_MEMBERS.validate_json(members or "[]"),
        parts=parts_of(parts or ()),
        duties=earliest,
    )


@cache
def _names() -> tuple[str, ...]:
    called = {"assignment_id": "assignment"}
    of_case = {"stage": "case_stage", "lead": "case_lead"}
    plain, cases = (_PLAIN.split(", "), _OF_CASE.split(", "))
    told = (*(called.get(name, name) for name in plain), "case", *(of_case.get(name, name) for name in cases))
    return (*told, "case_assignment", "resting")


def linkage(number: str) -> JointFacts:
    """The facts of a linkage; a whistle is none."""
    return _of(Kind.LINKAGE, facts(number))


def whistle(number: str) -> JointFacts:
    """The facts of a whistle; a linkage is none."""
    return _of(Kind.WHISTLE, facts(number))


def _of(kind: Kind, found: JointFacts) -> JointFacts:
    if found.kind != kind:
        raise Unknown(found.number)
    return found


def owed_by(subject: str) -> frozenset[tuple[str, str]]:
    """Kind and holder of what is owed on the subject."""
    return frozenset((kind, holder) for kind, holder, _ in duties.owed_on([subject])[subject])


def visible_facts(number: str, actor: Actor, *, kind: Kind | None = None) -> JointFacts:
    """The facts of a linkage or whistle that the actor may see. Raises Unknown."""
    found = facts(number)
    if kind is not None:
        _of(kind, found)
    must_see(found, actor)
    return found


def ledger(
    actor: Actor,
    filters: JointFilters,
    *,
    now: datetime,
    kind: Kind | None = None,
    after: int | None = None,
    limit: int = 50,
) -> list[JointRow]:
    """The newest first, after a keyset position (the id of the last row seen)."""
    rows = narrowed(actor, replace(filters, kind=kind) if kind else filters, now=now)
    if after is not None:
        rows = rows.filter(id__lt=after)
    return _rows(list(rows.select_related("case").order_by("-id")[:limit]), now=now)


def narrowed(actor: Actor, filters: JointFilters, *, now: datetime) -> QuerySet[Undertaking]:
    """What the actor may see, narrowed."""
    exact = {
        "stage": filters.stage,
        "whistle_type": filters.whistle_type,
        "number": filters.number,
        "kind": filters.kind,
        "case_id": filters.case,
        "initiator": filters.initiator,
        "started_at__gte": filters.since,
        "started_at__lt": filters.until,
    }
    rows = visible_to(actor).filter(**{name: value for name, value in exact.items() if value})
    if filters.words:
        named = Q(number=filters.words.upper())
        rows = rows.filter(named | searching.found("joint_grams", "undertaking_id", terms(filters.words), F("folded")))
    if filters.open is not None:
        rows = rows.filter(stage__in=OPEN) if filters.open else rows.filter(stage__in=ENDS)
    if filters.member:
        there = Participation.objects.filter(undertaking=OuterRef("pk"), part__in=MEMBERS.values(), until__isnull=True)
        rows = rows.filter(Exists(there.filter(unit=filters.member)))
    if filters.figure is not None:
        rows = rows.filter(counted_in(filters.figure, filters.unit, filters.side, now=now))
    return rows


def not_found_until(actor: Actor) -> datetime | None:
    """When the newest that the actor may see and the search may not know yet began; None where it knows all."""
    newest = searching.newest_unknown("joint_grams", "undertaking_id")
    rows = visible_to(actor).filter(id__lte=newest).order_by("-id") if newest else Undertaking.objects.none()
    return rows.values_list("started_at", flat=True).first()


def not_indexed() -> int:
    """How many linkages and whistles the search does not know yet."""
    return Undertaking.objects.filter(grams__isnull=True).count()


def entry_of_task(case: str, number: str, title: str, content: str, task: str) -> Entry:
    """What the search keeps of a linkage or whistle: what the request says, what is asked of the units, the numbers."""
    return entry_of(title, f"{content}\n{task}", f"{number} {case}")


def _rows(found: Sequence[Undertaking], *, now: datetime) -> list[JointRow]:
    members: dict[int, list[str]] = {}
    taking_part = Participation.objects.filter(undertaking__in=found, part__in=MEMBERS.values(), until__isnull=True)
    for of, unit in taking_part.order_by("id").values_list("undertaking_id", "unit"):
        members.setdefault(of, []).append(unit)
    names = unit_names({u.initiator for u in found} | {unit for units in members.values() for unit in units})
    next_due = duties.next_due([f"{u.kind}:{u.number}" for u in found], now=now)
    return [
        JointRow(
            id=u.id,
            kind=Kind(u.kind),
            number=u.number,
            case=u.case_id,
            title=u.case.title,
            stage=Stage(u.stage),
            whistle_type=WhistleType(u.whistle_type) if u.whistle_type else None,
            emergency=Emergency(u.emergency) if u.emergency else None,
            initiator=u.initiator,
            initiator_name=names.get(u.initiator, u.initiator),
            unit_names=tuple(names.get(unit, unit) for unit in members.get(u.id, ())),
            started_at=u.started_at,
            next_duty=DUTY_LABELS.get(due.kind, due.kind) if (due := next_due.get(f"{u.kind}:{u.number}")) else "",
            next_due_at=due.due_at if due else None,
            overdue=due.overdue if due else False,
        )
        for u in found
    ]


def briefs(numbers: Iterable[str], actor: Actor) -> dict[str, JointBrief]:
    """Number → what a list of duties tells, for those that the actor may see."""
    return {b.number: b for b in _briefs(visible_to(actor).filter(number__in=list(numbers)))}


def of_case(case: str, actor: Actor) -> Reading[JointBrief]:
    """The linkages and whistles of a case as far as the actor may see them, to be read with other lists."""
    nothing = Cast(Value(""), TextField())
    said: dict[str, str | Combinable] = {"title": F("case__title"), "case": F("case_id")}
    said |= {name: NullIf(F(name), nothing) for name in ("whistle_type", "emergency")}
    return Reading(visible_to(actor).filter(case_id=case), JointBrief, said)


def newest_first(found: Iterable[JointBrief]) -> list[JointBrief]:
    """Linkages and whistles as a page shows them."""
    return sorted(found, key=lambda one: one.number, reverse=True)


def _briefs(rows: QuerySet[Undertaking]) -> list[JointBrief]:
    return [
        JointBrief(
            Kind(kind),
            number,
            title,
            str(case),
            Stage(stage),
            WhistleType(whistle_type) if whistle_type else None,
            Emergency(emergency) if emergency else None,
        )
        for kind, number, title, case, stage, whistle_type, emergency in rows.values_list(
            "kind", "number", "case__title", "case_id", "stage", "whistle_type", "emergency"
        )
    ]


def ground(case: str, kind: Kind) -> Ground:
    """What must be known of a case on which one of the two begins, in one statement."""
    text = CaseText.objects.filter(case__number=OuterRef("number")).values("content")
    leads = CasePart.objects.filter(case__number=OuterRef("number"), part=Part.LEAD, until__isnull=True).values("id")
    standing = _standing(OuterRef("number"), kind).values("number")[:1]
    out = ArraySubquery(_called_wrongly(OuterRef("number")).values("unit"))
    named = designated(OuterRef("number"))
    units, names = (ArraySubquery(named.values_list(told)) for told in ("unit", name_of("unit")))
    asked = (Subquery(standing), Subquery(leads), Subquery(text), out, units, names)
    row = Case.objects.filter(number=case).values_list(*asked).get()
    return Ground(row[0] or "", row[1] or 0, row[2] or "", frozenset(row[3]), dict(zip(row[4], row[5], strict=True)))


def _called_wrongly(case: str | OuterRef) -> QuerySet[Participation]:
    return Participation.objects.filter(undertaking__case_id=case, leaving=str(Leaving.MISDIRECTED))


def standing_on(case: str, kind: Kind) -> str:
    """Number of the linkage or whistle that stands on a case (neither void nor dissolved); empty where none does."""
    return _standing(case, kind).values_list("number", flat=True).first() or ""


def _standing(case: str | OuterRef, kind: Kind) -> QuerySet[Undertaking]:
    return Undertaking.objects.filter(case_id=case, kind=kind).exclude(stage__in=[Stage.VOID, Stage.DISSOLVED])


def subjects_upon(cases: Iterable[str]) -> dict[str, list[str]]:
    """Case → the names of the linkages and whistles on it, open or ended; asks nobody's permission."""
    found: dict[str, list[str]] = {case: [] for case in cases}
    rows = Undertaking.objects.filter(case__in=sorted(found)).order_by("id").values_list("case_id", "kind", "number")
    for case, kind, number in rows:
        found[str(case)].append(subject_of(kind, number))
    return found


def cases_under(numbers: Iterable[str]) -> dict[str, str]:
    """Number of a linkage or whistle → its case; asks nobody's permission."""
    if not (wanted := sorted(set(numbers))):
        return {}
    rows = Undertaking.objects.filter(number__in=wanted).values_list("number", "case_id")
    return {number: str(case) for number, case in rows}


def view(number: str, actor: Actor, *, now: datetime, kind: Kind | None = None) -> JointView:
    """All that a page shows but for the acts. Raises Unknown."""
    found = visible_facts(number, actor, kind=kind)
    text = CaseText.objects.filter(case__number=OuterRef("case_id")).values("content")
    row = Undertaking.objects.annotate(content=Subquery(text)).get(number=number)
    rulebook = load_pack(found.pack)
    participants, reports, forms = gather(_participants(row.pk), _reports(number), _forms(found.case, found.kind))
    return JointView(
        facts=found,
        content=row.content or "",
        task=row.task,
        pre_study=row.pre_study,
        basis=row.basis,
        off_list_reason=row.off_list_reason,
        beyond_entry=tuple(row.beyond_entry),
        beyond_reason=row.beyond_reason,
        left_out=tuple(row.left_out),
        instruction=row.instruction,
        summary=row.summary,
        instrument=f"《{rulebook.instrument.title}》（{rulebook.instrument.number}）",
        participants=_in_order(participants),
        duties=tuple(duties.of_subject(found.subject, labels=DUTY_LABELS, now=now)),
        members=found.members,
        form=next(iter(forms), None),
        shared=shared([number] if found.stage is Stage.SIGNED else []).get(number),
        reports=tuple(sorted(reports, key=lambda report: report.at, reverse=True)),
        instructions=instructions.of_subject(found.subject),
    )


def _participants(undertaking: int) -> Reading[ParticipantRow]:
    rows = Participation.objects.filter(undertaking=undertaking)
    nothing = Cast(Value(""), TextField())
    said: dict[str, str | Combinable] = {
        "name": name_of("unit"),
        "basis_kind": nothing,
        "basis": nothing,
        "departure": F("leaving"),
    }
    return Reading(rows, ParticipantRow, said)


def _in_order(found: Iterable[ParticipantRow]) -> tuple[ParticipantRow, ...]:
    told = [replace(p, departure=Leaving(p.departure).label if p.departure else "") for p in found]
    return tuple(sorted(told, key=lambda p: (p.since, p.part, p.unit)))


@reading
def _reports(number: str) -> Reading[ReportRow]:
    return Reading(
        DistrictReport.objects.filter(undertaking_id=number), ReportRow, {"leader_name": person_name_of("leader")}
    )


@reading
def _forms(case: str, kind: Kind) -> Reading[FormRow]:
    said: dict[str, str | Combinable] = {
        "number": F("undertaking_id"),
        "case": F("case_id"),
        "initiator": F("undertaking__initiator"),
        "initiator_name": name_of("undertaking__initiator"),
        "whistle_type": NullIf(F("undertaking__whistle_type"), Cast(Value(""), TextField())),
    }
    return Reading(Form.objects.filter(case_id=case, kind=kind), FormRow, said)


def form_of(case: str, kind: Kind) -> FormRow | None:
    """The form of a case as it stands; the caller has made sure that the actor may see it."""
    (found,) = gather(_forms(case, kind))
    return next(iter(found), None)


def form(number: str, actor: Actor, *, kind: Kind) -> FormRow:
    """The form of a linkage or whistle that the actor may see. Raises Unknown, also where there is none yet."""
    found = visible_facts(number, actor, kind=kind)
    row = form_of(found.case, kind)
    if row is None:
        raise Unknown(number)
    return row


def stranded(jurisdiction: str, *, limit: int = 200) -> list[tuple[str, str]]:
    """Kind and number of what is open while its case has ended or was assigned anew, the oldest first."""
    rows = Undertaking.objects.filter(jurisdiction=jurisdiction, stage__in=OPEN)
    ended = ~Q(case__stage__in=[str(stage) for stage in rules.CASES_WITH_LEAD])
    assigned_anew = Q(assignment__until__isnull=False)
    return list(rows.filter(ended | assigned_anew).order_by("id").values_list("kind", "number")[:limit])


def instructed(number: str) -> str:
    """What the district's leader decided last about a linkage or whistle, as it stands there."""
    return Undertaking.objects.values_list("instruction", flat=True).get(number=number)


def held_by(unit: str, jurisdiction: str) -> list[tuple[str, str]]:
    """Kind and number of what a unit takes part in or owes something on, and that is open or may be taken up again."""
    mine = Exists(Participation.objects.filter(undertaking=OuterRef("pk"), unit=unit, until__isnull=True))
    again = Q(stage=str(Stage.SIGNED), case__stage__in=[str(stage) for stage in rules.CASES_WITH_LEAD])
    going_on = Q(mine) & (Q(stage__in=OPEN) | again)
    owing = (Q(duties.owed_by_unit_where(unit, of=f"{kind}:"), kind=str(kind)) for kind in Kind)
    rows = Undertaking.objects.filter(Q(going_on, *owing, _connector=Q.OR), jurisdiction=jurisdiction)
    return list(rows.order_by("number").values_list("kind", "number"))


def at_work_on(cases: Iterable[str]) -> dict[str, frozenset[Kind]]:
    """Case → by which instruments units still work together on it, for the lead that it has now."""
    rows = Undertaking.objects.filter(case__in=list(cases), stage__in=WORKING, assignment__until__isnull=True)
    found: dict[str, frozenset[Kind]] = {}
    for case, kind in rows.values_list("case__number", "kind"):
        found[case] = found.get(case, frozenset[Kind]()) | {Kind(kind)}
    return found


@reading
def _at_work(case: str) -> Reading[AtWork]:
    rows = Undertaking.objects.filter(case_id=case, stage__in=WORKING, assignment__until__isnull=True)
    return Reading(rows, AtWork, {})


def at_work(case: str) -> frozenset[Kind]:
    """The same of one case."""
    return frozenset(row.kind for rows in gather(_at_work(case)) for row in rows)


def asking_at_work(case: str) -> Question[list[list[AtWork]]]:
    """The question that `at_work` asks."""
    return question(_at_work(case))


def topics(jurisdiction: str, *, now: datetime | None = None) -> tuple[TopicRow, ...]:
    """The list of tough whistles: what is in force today, or (without a moment) every wording there ever was."""
    rows = WhistleTopic.objects.filter(jurisdiction=jurisdiction).order_by("code", "-from_on", "-id")
    if now is not None:
        rows = rows.filter(from_on__lte=today(now)).exclude(until_on__lte=today(now))
    return tuple(TopicRow(t.id, t.code, t.matter, tuple(t.responders), t.basis, t.from_on, t.until_on) for t in rows)


def against_entry(code: str, units: Iterable[str], jurisdiction: str, *, now: datetime) -> tuple[list[str], list[str]]:
    """Names of the units that an entry of the list does not name, and of those that it names and that are not called.

    Where there is no such entry, or it names nobody, there is nothing to compare.
    """
    entry = next((t for t in topics(jurisdiction, now=now) if t.code == code), None)
    if entry is None or not entry.responders:
        return [], []
    called = dict.fromkeys(units)
    names = unit_names({*called, *entry.responders})
    beyond = [names.get(unit, unit) for unit in called if unit not in entry.responders]
    return beyond, [names.get(unit, unit) for unit in entry.responders if unit not in called]


def ruled_out(case: str) -> frozenset[str]:
    """The units that a town called wrongly on the case, as the platform ruled."""
    return frozenset(_called_wrongly(case).values_list("unit", flat=True))


def liaisons(jurisdiction: str, *, now: datetime) -> tuple[NamedRow, ...]:
    """Who answers whistles, unit by unit, with all who did before; in force while they are the unit's deputy."""
    return _entrusted(Liaison, jurisdiction, Post.DEPUTY, now, unit="unit")


def without_liaison(jurisdiction: str, *, now: datetime) -> tuple[str, ...]:
    """Names of the towns and departments in which nobody answers whistles today."""
    named = {row.unit for row in liaisons(jurisdiction, now=now) if row.in_force}
    types = pack_of(jurisdiction, now=now).unit_types
    there = (unit for unit in units(jurisdiction) if unit.active and unit.code not in named)
    return tuple(unit.name for unit in there if Capacity.HANDLING in types[unit.type].capacities)


def portfolios(jurisdiction: str, *, now: datetime) -> tuple[NamedRow, ...]:
    """Which leader's portfolio covers which unit, with all who did before; in force while they are a leader."""
    return _entrusted(Portfolio, jurisdiction, Post.LEADER, now)


def _entrusted(
    kept: type[Entrusted], jurisdiction: str, post: Post, now: datetime, *, unit: str = ""
) -> tuple[NamedRow, ...]:
    held, left = held_post(post, now, unit=unit), left_post(post, now, unit=unit)
    rows = kept._default_manager.filter(jurisdiction=jurisdiction).order_by("unit", "-from_on", "-id")
    on = today(now)
    told = rows.annotate(unit_name=name_of("unit"), name=person_name_of("account"), held=held, left=left)

    def named(row: Any) -> NamedRow:
        holds = row.from_on <= on and (row.until_on is None or row.until_on > on)
        vacant = holds and not row.held
        until_on = max(row.left or row.from_on, row.from_on) if vacant else row.until_on
        said = (row.unit, row.unit_name, row.account, row.name, row.from_on, until_on)
        return NamedRow(*said, in_force=holds and row.held, vacant=vacant)

    return tuple(named(row) for row in told)


def leaders(jurisdiction: str, now: datetime) -> tuple[AppointmentRow, ...]:
    """The leaders of the district today."""
    return tuple(instructions.leaders(jurisdiction, now).values())


def leader_of(unit: str, *, now: datetime) -> str:
    """Account of the leader in office whose portfolio covers the unit today; empty where none does."""
    rows = Portfolio.objects.filter(unit=unit, from_on__lte=today(now)).exclude(until_on__lte=today(now))
    return rows.filter(held_post(Post.LEADER, now)).values_list("account", flat=True).first() or ""


def answered_for(actor: Actor, now: datetime) -> Q:
    """What the actor answers for beside their post: a unit's whistles and linkages, as its liaison in force, or as its
    deputy where it has none."""
    answers, on = list[Q](), today(now)
    for unit in sorted({seat.unit for seat in actor.seats if seat.post == Post.DEPUTY}):
        others = Liaison.objects.filter(unit=unit, from_on__lte=on).exclude(until_on__lte=on)
        others = others.exclude(account=actor.account).filter(held_post(Post.DEPUTY, now, unit="unit"))
        answers.append(Q(~Exists(others), holder=unit, kind__in=[DutyKind.CHECK_IN, DutyKind.ACCEPT]))
    return reduce(or_, answers, Q(pk__in=[]))


def deputies(unit: str, *, now: datetime) -> tuple[AppointmentRow, ...]:
    """Who holds the post of the responsible deputy in the unit today."""
    return tuple(a for a in holders([unit], now) if a.post == Post.DEPUTY)
