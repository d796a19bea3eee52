"""Clues: every path starts at `visible_to`, but for what rules and detectors ask."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from bihuan.accountability import rules
from bihuan.accountability.models import Clue, DossierEntry, Evidence, Participation, Sign
from bihuan.accountability.stages import TABLE
from bihuan.accountability.types import (
    DUTIES,
    KIND,
    PERSONNEL,
    ClueFacts,
    ClueStage,
    Destination,
    Entry,
    Sanction,
    Severity,
)
from bihuan.accountability.types.rows import (
    ClueBrief,
    ClueEvidenceRow,
    ClueFilters,
    ClueListed,
    ClueView,
    Dossier,
    DossierLine,
    EvidenceKept,
)
from bihuan.cases.rules import impartial
from bihuan.cases.types import ParticipantRow
from bihuan.duties import queries as duties
from bihuan.duties.sight import TAKING_PART, must_see, parts_of, visible_among
from bihuan.kernel.actor import Actor
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Unknown
from bihuan.organisations import queries as organisations
from bihuan.organisations.queries import name_of, person_names, unit_names
from bihuan.organisations.types import UnitFacts
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.names import put
from bihuan.policy.pack import Capacity, Pack
from bihuan.record.reading import Reading, gather
from bihuan.record.unit_of_work import Row
from bihuan.subjects import naming
from bihuan.subjects.registry import REGISTRY

DUTY_LABELS = {name: spec.kind.label for name, spec in DUTIES.items()}
_PLAIN = (
    "id, number, jurisdiction, pack, stage, title, of_case, unit, keeper, situation, about, detector, express, facts,"
    " started_at, started_by, closed_at, question, explanation, explained_at, finding, consequence, severity,"
    " verified_by, route, recipient, recipient_unit, copies, route_reason, approved_by, approved_at, document_number,"
    " suggestion, referred_at, taken_by, taken_at, guidance, outcome, result, result_posts, result_reference,"
    " concluded_on, filed, dismissal"
)
_OWED = f"FROM duties_duty WHERE subject = '{KIND}:' || c.number AND discharged_at IS NULL"
_FACTS = f"""
SELECT {", ".join(f"c.{name}" for name in _PLAIN.split(", "))}, coalesce(u.name, c.unit), coalesce(k.name, c.keeper),
  coalesce((SELECT length FROM record_chain WHERE subject = '{KIND}:' || c.number), 0),
  (SELECT array_agg({TAKING_PART}) FROM accountability_participation WHERE clue_id = c.id AND until IS NULL),
  (SELECT array_agg(kind ORDER BY id) {_OWED}), (SELECT array_agg(due_at ORDER BY id) {_OWED})
FROM accountability_clue c LEFT JOIN organisations_unit u ON u.code = c.unit
LEFT JOIN organisations_unit k ON k.code = c.keeper WHERE """  # noqa: S608 constants


def facts(number: str) -> ClueFacts:
    """What the rules need to know of a clue. Raises Unknown. Asks nobody's permission."""
    found = facts_of([number])
    if not found:
        raise Unknown(number)
    return found[0]


def facts_of(numbers: Iterable[str]) -> list[ClueFacts]:
    """The same of several, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_FACTS} c.number = ANY(%s) ORDER BY c.id", [list(numbers)])
        return [_facts(row) for row in cursor.fetchall()]


def _facts(row: Row) -> ClueFacts:
    *plain, unit_name, keeper_name, version, parts, kinds, dues = row
    said = dict(zip(_PLAIN.split(", "), plain, strict=True))
    said |= {"stage": ClueStage(said["stage"]), "copies": tuple(said["copies"])}
    return ClueFacts(
        **said,
        unit_name=unit_name,
        keeper_name=keeper_name,
        version=version,
        parts=parts_of(parts or ()),
        duties=dict(zip(kinds or (), dues or (), strict=True)),
    )


_OVER = [str(end) for end in TABLE.ends]


def standing(jurisdiction: str, unit: str, situation: str, about: str) -> str:
    """Number of the open clue about the same unit, situation and subject; empty where there is none."""
    rows = Clue.objects.filter(
        jurisdiction=jurisdiction, unit=unit, situation=situation, about=about, closed_at__isnull=True
    )
    return next(iter(rows.values_list("number", flat=True)[:1]), "")


def looked_into(
    jurisdiction: str, unit: str, situation: str, about: str, *, dismissed_since: datetime
) -> frozenset[tuple[str, int]]:
    """Where in records the evidence stands that was handed over, or on which the same was dismissed since then."""
    over = Q(clue__stage=str(ClueStage.CLOSED)) | Q(
        clue__stage=str(ClueStage.DISMISSED), clue__closed_at__gte=dismissed_since
    )
    rows = Evidence.objects.filter(
        over,
        clue__jurisdiction=jurisdiction,
        clue__unit=unit,
        clue__situation=situation,
        clue__about=about,
        sequence__isnull=False,
    )
    return frozenset((subject, sequence or 0) for subject, sequence in rows.values_list("subject", "sequence"))


def signs(detector: str, unit: str, since: datetime, until: datetime) -> list[tuple[str, int]]:
    """Where in records the signs stand that a detector counts of a unit, the newest last."""
    rows = Sign.objects.filter(unit=unit, detector=detector, at__gte=since, at__lte=until).order_by("at", "id")
    return list(rows.values_list("subject", "sequence"))


def evidence_count(clue: int) -> int:
    """How many pieces of evidence stand with a clue."""
    return Evidence.objects.filter(clue_id=clue).count()


def evidence_in_records(clue: int) -> frozenset[tuple[str, int]]:
    """Where in records the evidence of a clue stands."""
    rows = Evidence.objects.filter(clue_id=clue, sequence__isnull=False)
    return frozenset((subject, sequence or 0) for subject, sequence in rows.values_list("subject", "sequence"))


def bodies(clue: ClueFacts, capacity: str, now: datetime) -> list[UnitFacts]:
    """The bodies of that capacity, without those of which what the clue is about complains in secret."""
    return without_accused(organisations.units_with(capacity, clue.jurisdiction, now=now), clue.about)


def without_accused(found: Sequence[UnitFacts], about: str) -> list[UnitFacts]:
    """Of these bodies those of which a subject does not complain in secret."""
    accusing = naming.accusing([about]) if about else []
    return impartial(found, *accusing) if accusing else list(found)


def unit_of(clue: ClueFacts, now: datetime) -> UnitFacts:
    """The unit that the clue is about."""
    return organisations.named([clue.unit], clue.jurisdiction, now=now)[clue.unit]


def visible_to(actor: Actor) -> QuerySet[Clue]:
    """The clues in which one of the actor's units takes part."""
    return visible_among(Clue.objects.all(), Participation.objects.all(), "clue", actor)


def ledger(
    actor: Actor, filters: ClueFilters, *, now: datetime, after: int | None = None, limit: int = 50
) -> list[ClueListed]:
    """The clues in which the actor's units take part, the newest first, after a keyset position (an id)."""
    exact = {"stage": filters.stage, "number": filters.number, "situation": filters.situation, "unit": filters.unit}
    rows = visible_to(actor).filter(**{name: value for name, value in exact.items() if value})
    if filters.open is not None:
        rows = rows.exclude(stage__in=_OVER) if filters.open else rows.filter(stage__in=_OVER)
    if after is not None:
        rows = rows.filter(id__lt=after)
    return _rows(list(rows.order_by("-id")[:limit]), now=now)


def _rows(found: Sequence[Clue], *, now: datetime) -> list[ClueListed]:
    names = unit_names({clue.unit for clue in found})
    due = duties.next_due([f"{KIND}:{clue.number}" for clue in found], now=now)
    return [
        ClueListed(
            id=c.pk,
            number=c.number,
            title=c.title,
            stage=ClueStage(c.stage),
            unit=c.unit,
            unit_name=names.get(c.unit, c.unit),
            situation=c.situation,
            situation_label=load_pack(c.pack).situation_label(c.situation),
            clause=load_pack(c.pack).cite_situation(c.situation).clause_id or "",
            detector=c.detector,
            recipient=c.recipient,
            outcome=Sanction(c.outcome).label if c.outcome else "",
            started_at=c.started_at,
            closed_at=c.closed_at,
            next_duty=DUTY_LABELS.get(next_due.kind, next_due.kind) if next_due else "",
            next_due_at=next_due.due_at if next_due else None,
            overdue=next_due.overdue if next_due else False,
        )
        for c in found
        for next_due in [due.get(f"{KIND}:{c.number}")]
    ]


_BRIEF: dict[str, str | Combinable] = {"told_stage": "stage"}


def briefs(numbers: Iterable[str], actor: Actor) -> dict[str, ClueBrief]:
    """Number → what a list of duties tells, for those that the actor may see."""
    (found,) = gather(Reading(visible_to(actor).filter(number__in=list(numbers)), ClueBrief, _BRIEF))
    return {one.number: one for one in found}


_NOTHING: dict[str, str | Combinable] = dict.fromkeys(
    ("basis_kind", "basis", "departure"), Cast(Value(""), TextField())
)


def view(number: str, actor: Actor, *, now: datetime) -> ClueView:
    """All that a page shows but for the acts. Raises Unknown."""
    found = facts(number)
    must_see(found, actor)
    rulebook = load_pack(found.pack)
    there, kept = gather(
        Reading(Participation.objects.filter(clue_id=found.id), ParticipantRow, {"name": name_of("unit"), **_NOTHING}),
        Reading(Evidence.objects.filter(clue_id=found.id), EvidenceKept, {}),
    )
    people = person_names({account for account in (found.verified_by, found.approved_by) if account})
    ruled = by_rule(found, now)
    return ClueView(
        facts=found,
        instrument=f"《{rulebook.instrument.title}》（{rulebook.instrument.number}）",
        situation_label=rulebook.situation_label(found.situation),
        citation=rulebook.cite_situation(found.situation).words,
        by_rule=ruled,
        citations=_cited(ruled.by, rulebook) if ruled else (),
        verified_by_name=people.get(found.verified_by, ""),
        approved_by_name=people.get(found.approved_by, ""),
        severity=Severity(found.severity) if found.severity else None,
        outcome=Sanction(found.outcome) if found.outcome else None,
        evidence=tuple(_evidence(kept, actor)),
        participants=tuple(sorted(there, key=lambda p: (p.since, p.part, p.unit))),
        duties=tuple(duties.of_subject(found.subject, labels=DUTY_LABELS, now=now)),
    )


def by_rule(clue: ClueFacts, now: datetime) -> Destination | None:
    """Where the rule sends a clue that was verified; its recipient is empty where it is not known yet."""
    if not clue.severity:
        return None
    unit = unit_of(clue, now)
    rulebook = load_pack(clue.pack)
    way, by = rules.route(unit, express=clue.express, severity=Severity(clue.severity), pack=rulebook)
    return Destination(way, clue.recipient, by=by)


def _cited(by: Iterable[Norm], rulebook: Pack) -> tuple[str, ...]:
    return tuple(put(rulebook.cite(norm).words, rulebook) for norm in by)


def _evidence(kept: Sequence[EvidenceKept], actor: Actor) -> Iterable[ClueEvidenceRow]:
    """The evidence in its order, with the page of each subject that the actor sees."""
    numbers: dict[str, set[str]] = {}
    for one in kept:
        word, _, number = one.subject.partition(":")
        if number:
            numbers.setdefault(word, set()).add(number)
    seen = {word: REGISTRY[word].briefs(of, actor) for word, of in numbers.items()}
    names = person_names({one.by for one in kept})
    for one in sorted(kept, key=lambda one: one.id):
        word, _, number = one.subject.partition(":")
        there = bool(number) and number in seen[word]
        yield ClueEvidenceRow(
            at=one.at,
            by_name=names.get(one.by, ""),
            what=one.what,
            text=one.text,
            subject=one.subject,
            number=number,
            sequence=one.sequence,
            url=REGISTRY[word].page_of(number) if there else "",
            attachments=tuple(one.attachments),
        )


def may_read_dossiers(actor: Actor, *, now: datetime) -> bool:
    """Whether somebody holds one of its posts in a personnel department."""
    bodies = {body.code for body in organisations.units_with(Capacity.PERSONNEL, actor.jurisdiction, now=now)}
    return any(actor.holds(*PERSONNEL.posts, unit=unit) for unit in bodies & actor.units)


def dossier(unit: str, actor: Actor, *, year: int, now: datetime, after: int | None = None, limit: int = 50) -> Dossier:
    """What personnel keeps of a unit, of one year, the newest first; nobody else reads it. Raises Unknown."""
    found = organisations.named([unit], actor.jurisdiction, now=now).get(unit)
    if found is None or not may_read_dossiers(actor, now=now):
        raise Unknown(unit)
    since, until = datetime(year, 1, 1, tzinfo=ZONE), datetime(year + 1, 1, 1, tzinfo=ZONE)
    rows = DossierEntry.objects.filter(jurisdiction=actor.jurisdiction, unit=unit, at__gte=since, at__lt=until)
    counted = dict(rows.values_list("what").annotate(n=Count("id")))
    page = list((rows.filter(id__lt=after) if after is not None else rows).order_by("-id")[: limit + 1])
    return Dossier(
        unit=unit,
        unit_name=found.name,
        year=year,
        counts=tuple((one, counted.get(str(one), 0)) for one in Entry),
        lines=tuple(
            DossierLine(
                id=row.pk,
                at=row.at,
                what=Entry(row.what),
                number=row.subject.partition(":")[2],
                outcome=Sanction(row.outcome) if row.outcome else None,
            )
            for row in page[:limit]
        ),
        onward=page[limit - 1].pk if len(page) > limit else None,
    )


def overdue_explanations(jurisdiction: str, now: datetime) -> list[str]:
    """Numbers of the clues of which the unit should have given its side by now."""
    asked = Clue.objects.filter(jurisdiction=jurisdiction, stage=str(ClueStage.ASKED)).values_list("number", flat=True)
    return [clue.number for clue in facts_of(asked) if rules.may_go_on(clue, now=now) is None]


def held_by(unit: str, jurisdiction: str) -> list[str]:
    """Numbers of what a unit takes part in and has not ended, and of all on which it owes something."""
    mine = Exists(Participation.objects.filter(clue=OuterRef("pk"), unit=unit, until__isnull=True))
    owing = Q(duties.owed_by_unit_where(unit, of=f"{KIND}:"))
    rows = Clue.objects.filter(jurisdiction=jurisdiction)
    found = rows.filter(mine & ~Q(stage__in=_OVER) | owing)
    return list(found.order_by("number").values_list("number", flat=True))
