"""Reading determinations and referrals: every path starts at `visible_to`."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from bihuan.cases.types import CaseFacts, Part, ParticipantRow
from bihuan.cases.types import Stage as CaseStage
from bihuan.determination import rules
from bihuan.determination.models import (
    Contact,
    Determination,
    Evidence,
    Opinion,
    Participation,
    Position,
    Referral,
    ReferralParticipation,
    SpecialReport,
)
from bihuan.determination.stages import ENDS, ON_THE_CASE, OPEN, REFERRAL_ENDS
from bihuan.determination.types import (
    DeterminationFacts,
    DutyKind,
    OpinionRow,
    Outcome,
    PositionRow,
    ReferralDuty,
    ReferralFacts,
    ReferralStage,
    Stage,
    Verdict,
)
from bihuan.determination.types.rows import (
    ContactRow,
    DeterminationBrief,
    DeterminationFilters,
    DeterminationRow,
    DeterminationView,
    EvidenceRow,
    ReferralBrief,
    ReferralFilters,
    ReferralRow,
    ReferralView,
    ReportRow,
    WrittenOpinion,
)
from bihuan.duties import queries as duties
from bihuan.duties.sight import TAKING_PART, must_see, parts_of, visible_among
from bihuan.instructions import queries as instructions
from bihuan.kernel.actor import CLOCKWORK, Actor
from bihuan.kernel.refusal import Unknown
from bihuan.organisations.queries import held_post, name_of, person_name_of, person_names, today, unit_names
from bihuan.policy.loader import pack as load_pack
from bihuan.record.reading import Reading, gather, seen

NAMING = rules.NAMING
"""The posts that may name a contact for their unit."""
DUTY_LABELS = {str(kind): kind.label for kind in DutyKind}
REFERRAL_DUTY_LABELS = {str(kind): kind.label for kind in ReferralDuty}

_PLAIN = (
    "number, jurisdiction, pack, stage, case_id, title, requested_by, started_at, closed_at, submitted_at, outcome,"
    " verdict, unit, opinion_number, issued_at, assigned_at, entry"
)
_OPEN_DUTIES = "FROM duties_duty WHERE subject = {kind!r} || ':' || d.number AND discharged_at IS NULL"
_OWED = _OPEN_DUTIES.format(kind="determination")
_FACTS = f"""
SELECT {", ".join(f"d.{name}" for name in _PLAIN.split(", "))}, coalesce(c.urgency, ''), c.stage, c.lead,
  coalesce(r.number, ''), r.at, r.designated_at, coalesce(c.secret, false), coalesce(c.accused, '{{}}'),
  (SELECT array_agg(DISTINCT unit) FROM determination_position WHERE determination_id = d.number),
  (SELECT array_agg(body) FROM determination_opinion WHERE determination_id = d.number),
  coalesce((SELECT length FROM record_chain WHERE subject = 'determination:' || d.number), 0),
  (SELECT array_agg({TAKING_PART}) FROM determination_participation
   WHERE determination_id = d.id AND until IS NULL),
  (SELECT array_agg(kind) {_OWED}), (SELECT array_agg(due_at) {_OWED})
FROM determination_determination d LEFT JOIN cases_case c ON c.number = d.case_id
LEFT JOIN determination_specialreport r ON r.determination_id = d.number WHERE """  # noqa: S608 constants
_MORE = (
    "urgency",
    "case_stage",
    "case_lead",
    "report_number",
    "reported_at",
    "designated_at",
    "secret",
    "accused",
    "stated",
    "opined",
)


def facts(number: str) -> DeterminationFacts:
    """What the rules need to know of a determination, in one statement. Raises Unknown. Asks nobody's permission."""
    return _facts(_row(f"{_FACTS} d.number = %s", [number]))


def facts_of(numbers: Iterable[str]) -> list[DeterminationFacts]:
    """The same of several determinations, in one statement."""
    return [_facts(row) for row in _rows_of(f"{_FACTS} d.number = ANY(%s)", [list(numbers)])]


def _facts(row: tuple[Any, ...]) -> DeterminationFacts:
    *plain, version, parts, kinds, dues = row
    names = [name.replace("case_id", "case") for name in _PLAIN.split(", ")]
    said: dict[str, Any] = dict(zip((*names, *_MORE), plain, strict=True))
    said |= {
        "stage": Stage(said["stage"]),
        "case_stage": CaseStage(said["case_stage"]) if said["case_stage"] else None,
        "outcome": Outcome(said["outcome"]) if said["outcome"] else None,
        "verdict": Verdict(said["verdict"]) if said["verdict"] else None,
        "accused": tuple(said["accused"]),
        "stated": frozenset(said["stated"] or ()),
        "opined": frozenset(said["opined"] or ()),
    }
    return DeterminationFacts(
        **said, version=version, parts=parts_of(parts or ()), duties=_earliest(kinds or (), dues or ())
    )


def _row(sql: str, said: Sequence[Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, said)
        row: tuple[Any, ...] | None = cursor.fetchone()
    if row is None:
        raise Unknown(str(said[0]))
    return row


def _rows_of(sql: str, said: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, said)
        return list(cursor.fetchall())


def _earliest(kinds: Iterable[str], dues: Iterable[datetime]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for kind, due_at in zip(kinds, dues, strict=True):
        found[kind] = min(due_at, found.get(kind, due_at))
    return found


def position_due(subject: str, unit: str) -> datetime | None:
    """Until when the unit may still say what it holds; None where it owes nothing."""
    owed = duties.owed_on([subject])[subject]
    return next((due for kind, holder, due in owed if (kind, holder) == (DutyKind.POSITION, unit)), None)


def visible_to(actor: Actor) -> QuerySet[Determination]:
    """The determinations in which one of the actor's units takes part now."""
    return visible_among(Determination.objects.all(), Participation.objects.all(), "determination", actor)


def visible_facts(number: str, actor: Actor) -> DeterminationFacts:
    """The facts of a determination that the actor may see. Raises Unknown."""
    found = facts(number)
    must_see(found, actor)
    return as_told_to(found, actor)


def as_told_to(found: DeterminationFacts, actor: Actor) -> DeterminationFacts:
    """Stage and lead of the case are told to whoever takes part in the case."""
    if actor.units & found.on_the_case or actor.account == CLOCKWORK:
        return found
    return replace(found, case_stage=None, case_lead=None)


def standing_on(case: str) -> str:
    """Number of the determination for which a case waits; empty where there is none."""
    rows = Determination.objects.filter(case_id=case, stage__in=[str(stage) for stage in ON_THE_CASE])
    return rows.values_list("number", flat=True).first() or ""


def standing_facts(case: str) -> DeterminationFacts | None:
    """The facts of the determination for which a case waits; within one look at a page they are read once."""

    def read() -> DeterminationFacts | None:
        stages = [str(stage) for stage in ON_THE_CASE]
        try:
            return _facts(_row(f"{_FACTS} d.case_id = %s AND d.stage = ANY(%s)", [case, stages]))
        except Unknown:
            return None

    return seen(("determination on", case), read)


def ledger(
    actor: Actor, filters: DeterminationFilters, *, now: datetime, after: int | None = None, limit: int = 50
) -> list[DeterminationRow]:
    """The newest first, after a keyset position (the id of the last row seen)."""
    rows = _narrowed(visible_to(actor), filters, ends=ENDS)
    if after is not None:
        rows = rows.filter(id__lt=after)
    return _rows(list(rows.order_by("-id")[:limit]), now=now)


def _narrowed(rows: QuerySet[Any], filters: DeterminationFilters | ReferralFilters, *, ends: Iterable[str]) -> Any:
    exact = {"stage": filters.stage, "case_id": filters.case, "number": filters.number}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if filters.open is None:
        return rows
    over = Q(stage__in=[str(stage) for stage in ends])
    return rows.filter(~over if filters.open else over)


def _rows(found: Sequence[Determination], *, now: datetime) -> list[DeterminationRow]:
    parties: dict[int, list[str]] = {}
    taking_part = Participation.objects.filter(determination__in=found, part=Part.PARTY, until__isnull=True)
    for of, unit in taking_part.order_by("id").values_list("determination_id", "unit"):
        parties.setdefault(of, []).append(unit)
    named = {unit for units in parties.values() for unit in units} | {d.unit for d in found}
    names = unit_names(named | {d.requested_by for d in found})
    next_due = duties.next_due([f"determination:{d.number}" for d in found], now=now)
    sent = SpecialReport.objects.filter(determination__in=found).values_list("determination_id", "number")
    reports = {str(of): number for of, number in sent}
    rows = []
    for d in found:
        due = next_due.get(f"determination:{d.number}")
        rows.append(
            DeterminationRow(
                id=d.id,
                number=d.number,
                case=d.case_id,
                title=d.title,
                stage=Stage(d.stage),
                requested_by=d.requested_by,
                requested_by_name=names.get(d.requested_by, ""),
                party_names=tuple(names.get(unit, unit) for unit in parties.get(d.id, ())),
                outcome=Outcome(d.outcome) if d.outcome else None,
                verdict=Verdict(d.verdict) if d.verdict else None,
                opinion_number=d.opinion_number,
                report_number=reports.get(d.number, ""),
                unit=d.unit,
                unit_name=names.get(d.unit, ""),
                started_at=d.started_at,
                next_duty=DUTY_LABELS.get(due.kind, due.kind) if due else "",
                next_due_at=due.due_at if due else None,
                overdue=due.overdue if due else False,
            )
        )
    return rows


def briefs(numbers: Iterable[str], actor: Actor) -> dict[str, DeterminationBrief]:
    """Number → what a list of duties tells, for those that the actor may see."""
    return {b.number: b for b in _briefs(visible_to(actor).filter(number__in=list(numbers)))}


def of_case(case: str, actor: Actor) -> tuple[Reading[DeterminationBrief], Reading[ReferralBrief]]:
    """The determinations and referrals of a case as far as the actor may see them, to be read with other lists."""
    named: dict[str, str | Combinable] = {"case": F("case_id"), "unit_name": name_of("unit")}
    return (
        Reading(visible_to(actor).filter(case_id=case), DeterminationBrief, named),
        Reading(referrals_visible_to(actor).filter(case_id=case), ReferralBrief, named),
    )


Brief = TypeVar("Brief", DeterminationBrief, ReferralBrief)


def newest_first(found: Iterable[Brief]) -> list[Brief]:
    """Determinations or referrals as a page shows them."""
    return sorted(found, key=lambda one: one.number, reverse=True)


def _briefs(rows: QuerySet[Determination]) -> list[DeterminationBrief]:
    told = rows.annotate(unit_name=name_of("unit"))
    return [
        DeterminationBrief(d.number, d.title, d.case_id, Stage(d.stage), d.opinion_number, d.unit_name) for d in told
    ]


def view(number: str, actor: Actor, *, now: datetime) -> DeterminationView:
    """All that a page shows but for the acts. Raises Unknown."""
    found = visible_facts(number, actor)
    row = Determination.objects.annotate(by_name=name_of("requested_by"), unit_name=name_of("unit")).get(number=number)
    rulebook = load_pack(found.pack)
    there, *said = gather(_participants(Participation.objects.filter(determination=row)), *_held(number))
    positions, opinions, report = _told(*said)
    return DeterminationView(
        facts=found,
        dispute=row.dispute,
        background=row.background,
        law=row.law,
        question=row.question,
        missing=row.missing,
        requested_by_name=row.by_name,
        instrument=f"《{rulebook.instrument.title}》（{rulebook.instrument.number}）",
        participants=_in_order(there),
        duties=tuple(duties.of_subject(found.subject, labels=DUTY_LABELS, now=now)),
        positions=positions,
        opinions=opinions,
        opinion=_opinion(row, row.unit_name),
        report=report,
        instructions=instructions.of_subject(found.subject),
        contacts=contacts(found.jurisdiction, now=now),
    )


_NOTHING: dict[str, str | Combinable] = dict.fromkeys(
    ("basis_kind", "basis", "departure"), Cast(Value(""), TextField())
)


def _participants(rows: QuerySet[Any]) -> Reading[ParticipantRow]:
    return Reading(rows, ParticipantRow, {"name": name_of("unit"), **_NOTHING})


def _in_order(found: Iterable[ParticipantRow]) -> tuple[ParticipantRow, ...]:
    return tuple(sorted(found, key=lambda p: (p.since, p.part, p.unit)))


def _opinion(row: Determination, unit_name: str) -> WrittenOpinion | None:
    if row.issued_at is None:
        return None
    return WrittenOpinion(
        number=row.opinion_number,
        outcome=Outcome(row.outcome),
        verdict=Verdict(row.verdict) if row.verdict else None,
        unit=row.unit,
        unit_name=unit_name,
        opinion=row.opinion,
        law=row.opinion_law,
        reasonableness=row.reasonableness,
        issued_at=row.issued_at,
        issued_by_name=row.issued_by_name,
        issued_by_post=row.issued_by_post,
        digest=row.opinion_digest,
    )


_SUGGESTED: dict[str, str | Combinable] = {"name": name_of("unit"), "suggested_name": name_of("suggested")}


Held = tuple[tuple[PositionRow, ...], tuple[OpinionRow, ...], ReportRow | None]


def held(number: str) -> Held:
    """What the units and the two bodies hold, in the order in which they said so, and the special report.

    The caller has made sure that the actor may see it.
    """
    positions, opinions, reports = gather(*_held(number))
    return _told(positions, opinions, reports)


def _held(number: str) -> tuple[Reading[Any], ...]:
    return (
        Reading(Position.objects.filter(determination_id=number), PositionRow, _SUGGESTED),
        Reading(Opinion.objects.filter(determination_id=number), OpinionRow, _SUGGESTED),
        Reading(SpecialReport.objects.filter(determination_id=number), ReportRow, {"unit_name": name_of("unit")}),
    )


def _told(positions: list[PositionRow], opinions: list[OpinionRow], reports: list[ReportRow]) -> Held:
    return (
        tuple(sorted(positions, key=lambda said: said.at)),
        tuple(sorted(opinions, key=lambda said: said.at)),
        next(iter(reports), None),
    )


def opinions_on(number: str) -> dict[str, tuple[str, str]]:
    """What each of the two bodies holds, by its name: the outcome, and which unit."""
    rows = Opinion.objects.filter(determination_id=number).annotate(name=name_of("unit"))
    return {name: (outcome, unit) for name, outcome, unit in rows.values_list("name", "outcome", "suggested")}


def opinion_known(jurisdiction: str, opinion_number: str) -> bool:
    """Whether a written opinion of that number was issued already."""
    return Determination.objects.filter(jurisdiction=jurisdiction, opinion_number=opinion_number).exists()


def held_by(unit: str, jurisdiction: str) -> list[str]:
    """Numbers of the open determinations in which a unit takes part, and of all on which it owes something."""
    mine = Exists(Participation.objects.filter(determination=OuterRef("pk"), unit=unit, until__isnull=True))
    owing = Q(duties.owed_by_unit_where(unit, of="determination:"))
    rows = Determination.objects.filter(jurisdiction=jurisdiction)
    found = rows.filter(Q(mine, stage__in=[*map(str, OPEN)]) | owing)
    return list(found.order_by("number").values_list("number", flat=True))


def referrals_held_by(unit: str, jurisdiction: str) -> list[str]:
    """The same of referrals."""
    mine = Exists(ReferralParticipation.objects.filter(referral=OuterRef("pk"), unit=unit, until__isnull=True))
    owing = Q(duties.owed_by_unit_where(unit, of="referral:"))
    rows = Referral.objects.filter(jurisdiction=jurisdiction)
    found = rows.filter(Q(mine, stage=str(ReferralStage.OPEN)) | owing)
    return list(found.order_by("number").values_list("number", flat=True))


def named_and_not_assigned(unit: str, jurisdiction: str) -> int:
    """How many cases wait to be given to a unit because the opinion or the district named it."""
    rows = Determination.objects.filter(jurisdiction=jurisdiction, unit=unit)
    return int(rows.filter(stage__in=[str(Stage.DETERMINED), str(Stage.DESIGNATED)]).count())


def stranded(jurisdiction: str, *, limit: int = 200) -> list[str]:
    """Numbers of what is open though its case waits for nothing any more, the oldest first."""
    rows = Determination.objects.filter(jurisdiction=jurisdiction)
    drafted = Q(stage=str(Stage.DRAFT)) & ~Q(case__stage__in=[str(s) for s in rules.MAY_BECOME_DISPUTED])
    under_way = [str(stage) for stage in ON_THE_CASE if stage is not Stage.DRAFT]
    waiting = Q(stage__in=under_way) & ~Q(case__stage__in=[str(s) for s in rules.WAITS])
    return list(rows.filter(drafted | waiting).order_by("id").values_list("number", flat=True)[:limit])


def was_on_file(case: CaseFacts) -> bool:
    """Whether its unit was put on file for a refusal since it has the case."""
    rows = Referral.objects.filter(case_id=case.number, unit=case.lead or "")
    return rows.filter(started_at__gte=case.assigned_at).exists() if case.assigned_at else False


def contacts(jurisdiction: str, *, now: datetime, ever: bool = False) -> tuple[ContactRow, ...]:
    """Who speaks for the three bodies today, or with all who did before: in force while they hold a post there."""
    rows, on = Contact.objects.filter(jurisdiction=jurisdiction).order_by("unit", "-from_on", "-id"), today(now)
    told = rows.annotate(
        unit_name=name_of("unit"), name=person_name_of("account"), held=held_post("", now, unit="unit")
    )

    def row(contact: Any) -> ContactRow:
        holds = contact.from_on <= on and (contact.until_on is None or contact.until_on > on)
        said = (contact.unit, contact.unit_name, contact.account, contact.name, contact.from_on, contact.until_on)
        return ContactRow(*said, in_force=holds and contact.held, vacant=holds and not contact.held)

    found = tuple(row(contact) for contact in told)
    return found if ever else tuple(one for one in found if one.in_force)


def without_contact(units: Iterable[str], jurisdiction: str, *, now: datetime) -> tuple[str, ...]:
    """The units among these for which nobody speaks who still holds a post there."""
    wanted = tuple(units)
    named = {row.unit for row in contacts(jurisdiction, now=now)}
    return tuple(unit for unit in wanted if unit not in named)


def lacking_contact(unit: str) -> list[str]:
    """Numbers of the open determinations on which the unit owes the name of a contact."""
    rows = Determination.objects.filter(stage__in=[str(stage) for stage in OPEN], participations__unit=unit)
    numbers = list(rows.order_by("number").values_list("number", flat=True).distinct())
    owed = duties.owed_on([f"determination:{number}" for number in numbers]) if numbers else {}
    wanted = (str(DutyKind.CONTACT), unit)
    return [n for n in numbers if any((kind, holder) == wanted for kind, holder, _ in owed[f"determination:{n}"])]


_REFERRAL = (
    "number, jurisdiction, pack, stage, case_id, title, unit, refused_at, started_at, closed_at, explained_at,"
    " recipient, started_by, sent_at, signed_at"
)
_OWED_BY_REFUSERS = _OPEN_DUTIES.format(kind="referral")
_REFERRAL_FACTS = f"""
SELECT {", ".join(f"d.{name}" for name in _REFERRAL.split(", "))}, coalesce(u.name, d.unit),
  coalesce((SELECT length FROM record_chain WHERE subject = 'referral:' || d.number), 0),
  (SELECT array_agg({TAKING_PART}) FROM determination_referralparticipation
   WHERE referral_id = d.id AND until IS NULL),
  (SELECT array_agg(kind) {_OWED_BY_REFUSERS}), (SELECT array_agg(due_at) {_OWED_BY_REFUSERS})
FROM determination_referral d LEFT JOIN organisations_unit u ON u.code = d.unit
WHERE d.number = """  # noqa: S608 constants


def referral(number: str) -> ReferralFacts:
    """What the rules need to know of a referral, in one statement. Raises Unknown. Asks nobody's permission."""
    return _referral(_row(f"{_REFERRAL_FACTS}%s", [number]))


def referrals_of(numbers: Iterable[str]) -> list[ReferralFacts]:
    """The same of several referrals, in one statement."""
    return [_referral(row) for row in _rows_of(f"{_REFERRAL_FACTS}ANY(%s)", [list(numbers)])]


def _referral(row: tuple[Any, ...]) -> ReferralFacts:
    *plain, version, parts, kinds, dues = row
    names = [name.replace("case_id", "case") for name in _REFERRAL.split(", ")]
    said: dict[str, Any] = dict(zip((*names, "unit_name"), plain, strict=True))
    said["stage"] = ReferralStage(said["stage"])
    return ReferralFacts(
        **said, version=version, parts=parts_of(parts or ()), duties=_earliest(kinds or (), dues or ())
    )


def referrals_visible_to(actor: Actor) -> QuerySet[Referral]:
    """The referrals in which one of the actor's units takes part now."""
    return visible_among(Referral.objects.all(), ReferralParticipation.objects.all(), "referral", actor)


def visible_referral(number: str, actor: Actor) -> ReferralFacts:
    """The facts of a referral that the actor may see. Raises Unknown."""
    found = referral(number)
    must_see(found, actor)
    return found


def open_referral(case: str, unit: str) -> str:
    """Number of the open referral of a unit's refusal in a case; empty where there is none."""
    rows = Referral.objects.filter(case_id=case, unit=unit, stage=str(ReferralStage.OPEN))
    return rows.values_list("number", flat=True).first() or ""


def referrals(
    actor: Actor, filters: ReferralFilters, *, now: datetime, after: int | None = None, limit: int = 50
) -> list[ReferralRow]:
    """The newest first, after a keyset position (the id of the last row seen)."""
    rows = _narrowed(referrals_visible_to(actor), filters, ends=REFERRAL_ENDS)
    if after is not None:
        rows = rows.filter(id__lt=after)
    found = list(rows.annotate(unit_name=name_of("unit")).order_by("-id")[:limit])
    next_due = duties.next_due([f"referral:{r.number}" for r in found], now=now)
    told = []
    for r in found:
        due = next_due.get(f"referral:{r.number}")
        told.append(
            ReferralRow(
                id=r.id,
                number=r.number,
                case=r.case_id,
                title=r.title,
                stage=ReferralStage(r.stage),
                unit=r.unit,
                unit_name=r.unit_name,
                refused_at=r.refused_at,
                recipient=r.recipient,
                document_number=r.document_number,
                next_duty=REFERRAL_DUTY_LABELS.get(due.kind, due.kind) if due else "",
                next_due_at=due.due_at if due else None,
                overdue=due.overdue if due else False,
            )
        )
    return told


def referral_briefs(numbers: Iterable[str], actor: Actor) -> dict[str, ReferralBrief]:
    """Number → what a list of duties tells, for those that the actor may see."""
    rows = referrals_visible_to(actor).filter(number__in=list(numbers)).annotate(unit_name=name_of("unit"))
    return {r.number: ReferralBrief(r.number, r.title, r.case_id, ReferralStage(r.stage), r.unit_name) for r in rows}


def referral_view(number: str, actor: Actor, *, now: datetime) -> ReferralView:
    """All that a page shows but for the acts. Raises Unknown."""
    found = visible_referral(number, actor)
    row = Referral.objects.get(number=number)
    rulebook = load_pack(found.pack)
    (there,) = gather(_participants(ReferralParticipation.objects.filter(referral=row)))
    return ReferralView(
        facts=found,
        how=row.how,
        situation=row.situation,
        explanation=row.explanation,
        document_number=row.document_number,
        verified=row.verified,
        sent_at=row.sent_at,
        dropped=row.dropped,
        signer_name=row.signer_name,
        signer_post=row.signer_post,
        taken_by=row.taken_by,
        taken_at=row.taken_at,
        result=row.result,
        result_reference=row.result_reference,
        concluded_on=row.concluded_on,
        digest=row.digest,
        designation=row.designation,
        instrument=f"《{rulebook.instrument.title}》（{rulebook.instrument.number}）",
        participants=_in_order(there),
        duties=tuple(duties.of_subject(found.subject, labels=REFERRAL_DUTY_LABELS, now=now)),
        evidence=evidence(number),
    )


def evidence(number: str) -> tuple[EvidenceRow, ...]:
    """The evidence of a refusal, the oldest first; the caller has made sure that the actor may see it."""
    rows = list(Evidence.objects.filter(referral_id=number).order_by("id"))
    people = person_names(e.by for e in rows)
    return tuple(EvidenceRow(e.at, people.get(e.by, e.by), e.what, e.text, tuple(e.attachments)) for e in rows)
