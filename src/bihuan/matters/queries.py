"""Reading listed matters: every path starts at `visible_to`."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from bihuan.cases.stages import LISTABLE
from bihuan.cases.types import AppealType, ClosureType, Part, ParticipantRow
from bihuan.cases.types import DutyKind as CaseDuty
from bihuan.cases.types import Stage as CaseStage
from bihuan.commitments import queries as commitments
from bihuan.duties import queries as duties
from bihuan.duties.sight import TAKING_PART, must_see, parts_of, visible_among
from bihuan.duties.types import LastOwed, OpenDuty
from bihuan.instructions import queries as instructions
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Unknown
from bihuan.matters import rules
from bihuan.matters.models import Feedback, Matter, Participation, Round
from bihuan.matters.stages import ENDS, OPEN, TRACKED
from bihuan.matters.types import (
    NOT_SAID,
    ON_LEDGER,
    DutyKind,
    KeyBasis,
    MatterClass,
    MatterFacts,
    Proof,
    Settled,
    Stage,
)
from bihuan.matters.types.happenings import CooperationRecorded
from bihuan.matters.types.rows import (
    CooperationRow,
    FeedbackRow,
    Figure,
    JoinedSource,
    MatterBrief,
    MatterFilters,
    MatterRow,
    MatterView,
    Reconciliation,
    RoundRow,
    StrikeOffSlip,
)
from bihuan.organisations.queries import person_names, today, unit_names
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import NoLimit, Pack
from bihuan.record import queries as record
from bihuan.record import searching
from bihuan.record.types import EventRow
from bihuan.record.unit_of_work import Question, ask
from bihuan.requesters import queries as requesters
from bihuan.text.questions import terms

log = logging.getLogger(__name__)
DUTY_LABELS = {str(kind): kind.label for kind in DutyKind}

_MATTER = (
    "number, list_number, jurisdiction, pack, stage, title, channel, case_id, requester, tier1_due_at, done,"
    " why_unresolved, override_reason, office_override_reason, on_behalf_because, joined_to, matter_class, lead,"
    " proposed_by, proposed_at, closed_at, settled, drafted_by,"
    " submitted_by, urges, supervisions, round, paperless"
)
_ROUND = "assigned_at, copied_at, due_at, first_due_at, signed_in_at, supervised_at, overseen, looks"
_OF_CASE = "FROM duties_duty WHERE subject = 'case:' || m.case_id AND discharged_at IS NULL"
_TIER_1 = ", ".join(f"'{kind}'" for kind in rules.TIER_1)
_OPEN_DUTIES = "FROM duties_duty WHERE subject = 'matter:' || m.number AND discharged_at IS NULL"
_FACTS = f"""
SELECT {", ".join(f"m.{name}" for name in _MATTER.split(", "))},
  {", ".join(f"r.{name}" for name in _ROUND.split(", "))}, coalesce(c.secret, false), coalesce(c.accused, '{{}}'),
  c.appeal_type,
  c.stage, coalesce(r.confirmed_by, ''), coalesce(r.supervised_by, ''),
  (SELECT min(due_at) {_OF_CASE} AND kind IN ({_TIER_1})
    AND (paused_at IS NULL OR due_at < paused_at)),
  EXISTS (SELECT {_OF_CASE} AND kind = '{CaseDuty.UNSOLVED_FOLLOW_UP}'),
  (SELECT entered_at FROM matters_round WHERE matter_id = m.number AND round = 1),
  coalesce((SELECT proof = '{Proof.SIGNATURE}' FROM matters_feedback WHERE matter_id = m.number
    ORDER BY version DESC LIMIT 1), false),
  coalesce((SELECT length FROM record_chain WHERE subject = 'matter:' || m.number), 0),
  (SELECT array_agg({TAKING_PART}) FROM matters_participation WHERE matter_id = m.id AND until IS NULL),
  (SELECT array_agg(kind) {_OPEN_DUTIES}),
  (SELECT array_agg(due_at) {_OPEN_DUTIES}),
  (SELECT array_agg(holder) {_OPEN_DUTIES} AND kind = '{DutyKind.COOPERATE}')
FROM matters_matter m LEFT JOIN matters_round r ON r.matter_id = m.number AND r.round = m.round
LEFT JOIN cases_case c ON c.number = m.case_id
WHERE m.number = """  # noqa: S608 constants only


def facts(number: str) -> MatterFacts:
    """What the rules need to know of a matter, in one statement. Raises Unknown. Asks nobody's permission."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_FACTS}%s", [number])
        row = cursor.fetchone()
    if row is None:
        raise Unknown(number)
    return _facts(row)


def facts_of(numbers: Iterable[str]) -> list[MatterFacts]:
    """The same of several matters, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_FACTS}ANY(%s)", [list(numbers)])
        return [_facts(row) for row in cursor.fetchall()]


def _facts(row: tuple[Any, ...]) -> MatterFacts:
    plain = row[:_PLAIN]
    secret, accused, appeal_type, case_stage, confirmed_by, supervised_by, case_due_at, case_unsolved, *more = row[
        _PLAIN:
    ]
    listed_at, signed, version, parts, kinds, dues, cooperating = more
    said = dict(zip(_names(), plain, strict=True))
    said["overseen"], said["looks"] = said["overseen"] or 0, said["looks"] or 0
    said["stage"], said["case"] = Stage(said["stage"]), said.pop("case_id")
    said["matter_class"] = MatterClass(said["matter_class"]) if said["matter_class"] else None
    key = said["matter_class"] in (MatterClass.KEY, MatterClass.SPECIAL)
    return MatterFacts(
        **said,
        secret=secret,
        accused=tuple(accused),
        appeal_type=AppealType(appeal_type) if appeal_type else None,
        case_stage=CaseStage(case_stage) if case_stage else None,
        confirmed_by=confirmed_by,
        supervised_by=supervised_by,
        case_due_at=case_due_at,
        case_unsolved=case_unsolved,
        listed_at=listed_at,
        signed=signed,
        version=version,
        cooperating=frozenset(cooperating or ()),
        awaits_supervision=key
        and said["supervised_at"] is None
        and load_pack(said["pack"]).binds(norms.LIST_SUPERVISION_FEEDBACK),
        parts=parts_of(parts or ()),
        duties=dict(zip(kinds or (), dues or (), strict=True)),
    )


_PLAIN = len(f"{_MATTER}, {_ROUND}".split(", "))


@cache
def _names() -> tuple[str, ...]:
    return tuple(f"{_MATTER}, {_ROUND}".split(", "))


def instructed(number: str) -> str:
    """What a leader is said to have decided about a matter, as it stands there."""
    return Matter.objects.values_list("instruction", flat=True).get(number=number)


def held_by(unit: str, jurisdiction: str) -> list[str]:
    """Numbers of the open matters in which a unit takes part, and of all on which it owes something."""
    mine = Exists(Participation.objects.filter(matter=OuterRef("pk"), unit=unit, until__isnull=True))
    owing = Q(duties.owed_by_unit_where(unit, of="matter:"))
    rows = Matter.objects.filter(Q(mine, stage__in=[*map(str, OPEN)]) | owing, jurisdiction=jurisdiction)
    return list(rows.order_by("number").values_list("number", flat=True))


def visible_to(actor: Actor) -> QuerySet[Matter]:
    """The matters in which one of the actor's units takes part now."""
    return visible_among(Matter.objects.all(), Participation.objects.all(), "matter", actor)


def visible_facts(number: str, actor: Actor) -> MatterFacts:
    """The facts of a matter that the actor may see. Raises Unknown."""
    matter = facts(number)
    must_see(matter, actor)
    return matter


def ledger(
    actor: Actor, filters: MatterFilters, *, now: datetime, after: int | None = None, limit: int = 50
) -> list[MatterRow]:
    """The newest matters first, after a keyset position (the id of the last row seen)."""
    rows = narrowed(actor, filters, now=now)
    if after is not None:
        rows = rows.filter(id__lt=after)
    return _rows(rows.order_by("-id")[:limit], now=now)


def narrowed(actor: Actor, filters: MatterFilters, *, now: datetime) -> QuerySet[Matter]:
    """The matters that the actor may see, narrowed."""
    exact = {name: value for name in ("stage", "matter_class", "lead", "channel") if (value := getattr(filters, name))}
    rows = visible_to(actor).filter(**exact)
    if filters.open is not None:
        rows = rows.filter(stage__in=OPEN) if filters.open else rows.exclude(stage__in=OPEN)
    if filters.number:
        rows = rows.filter(_is(filters.number))
    if filters.case:
        rows = rows.filter(case_id=filters.case)
    if filters.words:
        rows = rows.filter(
            _is(filters.words) | searching.found("matters_grams", "matter_id", terms(filters.words), F("folded"))
        )
    if filters.since or filters.until:
        rows = rows.filter(Exists(_entered_between(filters).filter(matter=OuterRef("number"))))
    if filters.figure and filters.month:
        counted = Round.objects.filter(_figures(filters.month)[filters.figure])
        rows = rows.filter(Exists(counted.filter(matter=OuterRef("number"))))
    if filters.of_duties:
        asked = OpenDuty(filters.post, filters.clause, filters.overdue, filters.due_since, filters.due_until)
        rows = rows.filter(duties.owed_where(asked, of="matter:", now=now))
    return rows


def _is(number: str) -> Q:
    return Q(number=number) | Q(list_number=number) | Q(origin_number=number)


def not_found_until(actor: Actor) -> datetime | None:
    """When the newest of the actor's matters that the search may not know yet was proposed; None where it knows all."""
    newest = searching.newest_unknown("matters_grams", "matter_id")
    rows = visible_to(actor).filter(id__lte=newest).order_by("-id") if newest else Matter.objects.none()
    return rows.values_list("proposed_at", flat=True).first()


def not_indexed() -> int:
    """How many matters the search does not know yet."""
    return Matter.objects.filter(grams__isnull=True).count()


def _entered_between(filters: MatterFilters) -> QuerySet[Round]:
    """First entries on the ledger within the days asked for."""
    rows = Round.objects.filter(round=1)
    if filters.since:
        rows = rows.filter(entered_at__gte=filters.since)
    return rows.filter(entered_at__lt=filters.until) if filters.until else rows


def _rows(matters: Iterable[Matter], *, now: datetime) -> list[MatterRow]:
    found = list(matters)
    names = unit_names(m.lead for m in found if m.lead)
    next_due = duties.next_due([f"matter:{m.number}" for m in found], now=now)
    rounds = {(r.matter_id, r.round): r for r in Round.objects.filter(matter_id__in=[m.number for m in found])}
    return [
        MatterRow(
            id=m.id,
            number=m.number,
            list_number=m.list_number,
            title=m.title,
            stage=Stage(m.stage),
            matter_class=_class(m),
            channel=m.channel,
            channel_label=load_pack(m.pack).channels[m.channel].label,
            case=m.case_id,
            lead=m.lead,
            lead_name=names.get(m.lead or "", ""),
            round=m.round,
            proposed_at=m.proposed_at,
            listed_at=first.entered_at if (first := rounds.get((m.number, 1))) else None,
            due_at=present.due_at if (present := rounds.get((m.number, m.round))) else None,
            struck_off_at=present.struck_off_at if present else None,
            next_duty=DUTY_LABELS.get(due.kind, due.kind) if (due := next_due.get(f"matter:{m.number}")) else "",
            next_due_at=due.due_at if due else None,
            overdue=due.overdue if due else False,
        )
        for m in found
    ]


def briefs(numbers: Iterable[str], actor: Actor) -> dict[str, MatterBrief]:
    """Number → what a list of duties tells of the matter, for those that the actor may see."""
    rows = visible_to(actor).filter(number__in=list(numbers))
    return {m.number: MatterBrief(m.number, m.list_number, m.title, Stage(m.stage), _class(m)) for m in rows}


def _class(matter: Matter) -> MatterClass | None:
    return MatterClass(matter.matter_class) if matter.matter_class else None


def rulebook_of(matter: MatterFacts) -> Pack:
    """The regulation of a matter: its reporting cites the clause of whoever owns the channel."""
    pack = load_pack(matter.pack)
    channel = pack.channels.get(matter.channel)
    return pack.citing(norms.LIST_REPORT, channel.reported_under if channel else None)


def view(number: str, actor: Actor, *, now: datetime) -> MatterView:
    """All that a matter's page shows but for the acts. Raises Unknown."""
    matter = visible_facts(number, actor)
    row = Matter.objects.get(number=number)
    pack, rulebook = load_pack(matter.pack), rulebook_of(matter)
    participants = _participants(row)
    return MatterView(
        facts=matter,
        content=row.content,
        origin_number=row.origin_number,
        channel_label=pack.channels[matter.channel].label,
        instrument=f"《{pack.instrument.title}》（{pack.instrument.number}）",
        key_basis=KeyBasis(row.key_basis) if row.key_basis else None,
        reference=row.reference,
        leader=row.leader,
        instruction=row.instruction,
        instructions=instructions.of_subject(matter.subject),
        requirements=row.requirements,
        suggested_due_on=suggested_due_on(matter, now=now),
        requester=requesters.masked([matter.requester]).get(matter.requester) if matter.requester else None,
        participants=participants,
        duties=tuple(
            replace(duty, citation=rulebook.cite(duty.norm).words)
            for duty in duties.of_subject(matter.subject, labels=DUTY_LABELS, now=now)
        ),
        feedbacks=tuple(_feedbacks(number)),
        rounds=tuple(_rounds(number)),
        cooperation=cooperation(matter) if any(p.part == Part.CO for p in participants) else (),
        joined=_joined(number),
        commitments=commitments.of_subject(matter.subject),
    )


def cooperation(matter: MatterFacts) -> tuple[CooperationRow, ...]:
    """What each co-unit that was asked for its help told of it the last time, in the order of asking."""
    owed = duties.holders_of(matter.subject, DutyKind.COOPERATE)
    if not owed:
        return ()
    said = {str(e.facts["unit"]): e for e in record.events(matter.subject) if e.kind == CooperationRecorded.kind}
    names = unit_names(owed)
    return tuple(_cooperation(unit, names.get(unit, unit), last, said.get(unit)) for unit, last in owed.items())


def _cooperation(unit: str, name: str, last: LastOwed, said: EventRow | None) -> CooperationRow:
    """What was told since it was asked the last time."""
    told = said if said is not None and said.at >= last.opened_at else None
    work = str((told.private or {}).get("work", "")) if told else ""
    return CooperationRow(
        unit, name, last.due_at, told.at if told else None, told.name if told else "", work, last.outcome
    )


UNWEIGHED = dict.fromkeys(("matter_class", "key_basis", "reference", "leader"), "")
"""What says how much a matter weighs, of one of which nobody has said so."""


def weighed(number: str) -> dict[str, str]:
    """How much a matter weighs now, and by what."""
    found: dict[str, str] = Matter.objects.values(*UNWEIGHED).get(number=number)
    return found


def suggested_due_on(matter: MatterFacts, *, now: datetime) -> date | None:
    """The day that the regulation's pack suggests as the limit of a matter assigned now, where it suggests any."""
    pack = load_pack(matter.pack)
    try:
        rule = pack.limit("list_handle", **matter.limit_scope)
    except NoLimit as lacking:
        log.error("%s", lacking.words)
        return None
    limit, _ = duties.limit_today(rule, pack, jurisdiction=matter.jurisdiction, now=now)
    return today(duties.reckon_from(now, limit, pack).due_at)


def _participants(matter: Matter) -> tuple[ParticipantRow, ...]:
    rows = list(Participation.objects.filter(matter=matter).order_by("since", "id"))
    names = unit_names(p.unit for p in rows)
    return tuple(
        ParticipantRow(p.unit, names.get(p.unit, p.unit), p.part, p.since, p.until, p.ground, p.basis, p.departure)
        for p in rows
    )


def _feedbacks(number: str) -> list[FeedbackRow]:
    """The feedback of a matter, the newest first."""
    return [
        FeedbackRow(
            f.round,
            f.version,
            f.at,
            f.by,
            f.unit,
            f.result,
            ClosureType(f.outcome),
            f.policy_basis,
            f.told_method,
            f.told_at,
            f.requester_view,
            Proof(f.proof) if f.proof else None,
            f.signer,
            f.signer_name,
            f.acting,
            tuple(f.seal),
            f.opinion,
            f.submitted_by,
            f.submitted_at,
        )
        for f in Feedback.objects.filter(matter_id=number).order_by("-version")
    ]


def _rounds(number: str) -> list[RoundRow]:
    """The rounds of a matter in order."""
    return [
        RoundRow(
            r.round,
            r.entered_at,
            r.assigned_at,
            r.copied_at,
            r.due_at,
            r.first_due_at,
            r.signed_in_at,
            r.overseen,
            r.looks,
            r.looked_at,
            r.confirmed_by,
            r.confirmed_at,
            r.confirm_opinion,
            r.supervised_by,
            r.supervised_at,
            r.supervision_finding,
            r.struck_off_by,
            r.struck_off_at,
            r.strike_off_opinion,
        )
        for r in Round.objects.filter(matter_id=number).order_by("round")
    ]


def of_case(case: str, actor: Actor) -> list[MatterBrief]:
    """The matters that a case became, the newest first, as far as the actor may see them."""
    rows = visible_to(actor).filter(case_id=case).order_by("-id")
    return [MatterBrief(m.number, m.list_number, m.title, Stage(m.stage), _class(m)) for m in rows]


def open_of_case(case: str) -> str:
    """Number of the open matter that the case became, or to which that was joined; empty where there is none.

    Asks nobody's permission.
    """
    rows = list(Matter.objects.filter(case_id=case).order_by("-id").values_list("number", "stage", "joined_to"))
    own = next((number for number, stage, _ in rows if stage not in ENDS), "")
    return own or next((kept for _, _, joined_to in rows if joined_to and (kept := _open_after(joined_to))), "")


def _open_after(number: str) -> str:
    """The matter, or that to which it was joined in its turn, if that is open."""
    found = Matter.objects.get(number=number)
    if found.joined_to:
        return _open_after(found.joined_to)
    return found.number if found.stage not in ENDS else ""


_BEHIND = """
WITH RECURSIVE behind AS (
  SELECT number, case_id FROM matters_matter WHERE joined_to = %s
  UNION SELECT m.number, m.case_id FROM matters_matter m JOIN behind b ON m.joined_to = b.number)"""
_JOINED_CASES = f"""{_BEHIND}
SELECT case_id FROM behind WHERE case_id IS NOT NULL ORDER BY case_id"""  # noqa: S608 constants
_SECRET_BEHIND = f"""{_BEHIND}
SELECT b.number FROM behind b JOIN cases_case c ON c.number = b.case_id WHERE c.secret"""  # noqa: S608 constants


def cases_joined(number: str) -> list[str]:
    """The cases of what was joined to a matter, and to that."""
    with connection.cursor() as cursor:
        cursor.execute(_JOINED_CASES, [number])
        return [case for (case,) in cursor.fetchall()]


def secret_behind(number: str) -> list[MatterFacts]:
    """Those joined to a matter, and to that, whose requesters asked for secrecy."""
    with connection.cursor() as cursor:
        cursor.execute(_SECRET_BEHIND, [number])
        found = [one for (one,) in cursor.fetchall()]
    return facts_of(found) if found else []


def candidate_of(case: str) -> str:
    """Number of the candidate that the case is; empty where it is none."""
    return ask(finding_candidate(case))


_CANDIDATE = f"SELECT number FROM matters_matter WHERE case_id = %s AND stage = '{Stage.CANDIDATE}' ORDER BY id LIMIT 1"  # noqa: S608


def finding_candidate(case: str) -> Question[str]:
    """The question that `candidate_of` asks."""
    return Question(_CANDIDATE, [case], lambda rows: rows[0][0] if rows else "")


def named(text: str, actor: Actor) -> MatterFacts | None:
    """The matter of that number, its own or that of the list, if the actor may see it."""
    rows = visible_to(actor).filter(Q(number=text) | Q(list_number=text))
    number = rows.values_list("number", flat=True).first()
    return facts(number) if number else None


def of_number(channel: str, origin_number: str, actor: Actor) -> str:
    """What a channel's number names already: the matter's number, or that there is one, as the actor may see it."""
    rows = Matter.objects.filter(
        jurisdiction=actor.jurisdiction, channel=channel, origin_number=origin_number, known_by_number=True
    ).exclude(stage__in=[Stage.DROPPED, Stage.JOINED])
    found = rows.values_list("number", flat=True).first()
    if not found:
        return ""
    return found if visible_to(actor).filter(number=found).exists() else "另一件清单事项"


def _joined(number: str) -> tuple[JoinedSource, ...]:
    """What was put to the matter."""
    rows = Matter.objects.filter(joined_to=number).order_by("id")
    return tuple(
        JoinedSource(m.number, m.channel, load_pack(m.pack).channels[m.channel].label, m.origin_number, m.case_id or "")
        for m in rows
    )


def last_of_case(case: str) -> MatterFacts | None:
    """The newest matter that the case became and the ledger took."""
    rows = Matter.objects.filter(case_id=case, list_number__isnull=False).order_by("-id")
    number = rows.values_list("number", flat=True).first()
    return facts(number) if number else None


def parted(jurisdiction: str, *, limit: int = 200) -> list[str]:
    """Cases that their unit still handles although a matter of theirs is on the ledger, the oldest first."""
    rows = Matter.objects.filter(jurisdiction=jurisdiction, stage__in=ON_LEDGER, case__stage__in=LISTABLE)
    return list(rows.order_by("id").values_list("case__number", flat=True)[:limit])


def unfollowed(jurisdiction: str, *, limit: int = 200) -> list[str]:
    """Key matters that their units have and whose following nobody owes (it was not owed yet when they were given)."""
    rows = Matter.objects.filter(
        jurisdiction=jurisdiction, stage__in=TRACKED, matter_class__in=[MatterClass.KEY, MatterClass.SPECIAL]
    )
    followed = duties.of_kind(DutyKind.TRACK, OuterRef("number"), of="matter:").filter(discharged_at__isnull=True)
    return list(rows.filter(~Exists(followed)).order_by("id").values_list("number", flat=True)[:limit])


def lead_of(number: str) -> tuple[str, str]:
    """On what ground, and with what words, the matter's lead was given it."""
    rows = Participation.objects.filter(matter__number=number, part=Part.LEAD, until__isnull=True)
    return rows.values_list("ground", "basis").first() or ("", "")


def sent_feedback(number: str) -> FeedbackRow | None:
    """The newest feedback that its unit sent."""
    return next((row for row in _feedbacks(number) if row.submitted_at is not None), None)


def feedback_versions(number: str) -> int:
    """How many versions of feedback the matter has."""
    return Feedback.objects.filter(matter_id=number).count()


def strike_off_slip(number: str, actor: Actor, *, round: int | None = None) -> StrikeOffSlip:
    """The confirmation of the last strike-off, or of that round's. Raises Unknown, also where there was none."""
    matter = visible_facts(number, actor)
    struck = [r for r in _rounds(number) if r.struck_off_at is not None and round in (None, r.round)]
    if not struck or matter.list_number is None or matter.matter_class is None:
        raise Unknown(number)
    last = struck[-1]
    sent = [f for f in _feedbacks(number) if f.round == last.round and f.submitted_at is not None]
    names = person_names([last.confirmed_by, last.supervised_by, last.struck_off_by])
    first_sent = sent[-1].submitted_at
    return StrikeOffSlip(
        number=number,
        list_number=matter.list_number,
        title=matter.title,
        channel_label=load_pack(matter.pack).channels[matter.channel].label,
        matter_class=matter.matter_class,
        lead_name=unit_names([sent[0].unit]).get(sent[0].unit, sent[0].unit),
        round=last,
        feedback=sent[0],
        confirmed_by_name=names.get(last.confirmed_by, ""),
        supervised_by_name=names.get(last.supervised_by, ""),
        struck_off_by_name=names.get(last.struck_off_by, ""),
        late=first_sent is not None and last.first_due_at is not None and first_sent > last.first_due_at,
        tracked=_tracked(matter, last),
        override_reason=matter.override_reason,
        office_override_reason=matter.office_override_reason,
    )


def _tracked(matter: MatterFacts, last: RoundRow) -> str:
    """What whoever ended the tracking of the last round said of it; nothing where there was none."""
    if matter.matter_class != MatterClass.SPECIAL or matter.stage != Stage.STRUCK_OFF or last.round != matter.round:
        return ""
    return Settled(matter.settled).label if matter.settled else NOT_SAID


def reconciliation(actor: Actor, month: date, *, now: datetime) -> Reconciliation:
    """A month of the ledger as far as the actor may see it: opening + new − struck off = closing.

    Opening and closing are each counted by themselves, so that the equation can fail; of a month that still runs the
    closing is also compared with the stages of the matters.
    """
    start, end = _month(month)
    seen = visible_to(actor)
    counted_as = {str(figure): Count("id", filter=which) for figure, which in _figures(month).items()}
    figures = Round.objects.filter(matter__in=seen).aggregate(**counted_as)
    counted = seen.filter(stage__in=ON_LEDGER).count() if start <= now < end else None
    return Reconciliation(
        month=start.date(), **figures, counted=counted, balanced=rules.balances(**figures, counted=counted)
    )


def _month(month: date) -> tuple[datetime, datetime]:
    """When a month begins, and when the next one does."""
    start = datetime(month.year, month.month, 1, tzinfo=ZONE)
    return start, datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=ZONE)


def _figures(month: date) -> dict[Figure, Q]:
    """Which stays on the ledger each figure of a month counts."""
    start, end = _month(month)
    entered = Q(entered_at__gte=start, entered_at__lt=end)
    return {
        Figure.OPENING: _there(start),
        Figure.ENTERED: entered & Q(round=1),
        Figure.REOPENED: entered & Q(round__gt=1),
        Figure.STRUCK_OFF: Q(struck_off_at__gte=start, struck_off_at__lt=end),
        Figure.CLOSING: _there(end),
    }


def _there(moment: datetime) -> Q:
    """On the ledger just before that moment."""
    return Q(entered_at__lt=moment) & (Q(struck_off_at__isnull=True) | Q(struck_off_at__gte=moment))
