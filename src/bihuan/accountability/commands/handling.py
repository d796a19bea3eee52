"""A clue is screened, its unit heard; people verify and approve, it is handed over, and what came of it comes back."""

from dataclasses import replace
from datetime import datetime

from bihuan.accountability import queries, rules
from bihuan.accountability.commands.life import LIFE, act, bind, keep
from bihuan.accountability.models import Participation
from bihuan.accountability.types import (
    ClueAct,
    ClueDuty,
    ClueFacts,
    Destination,
    Route,
    Severity,
)
from bihuan.accountability.types.forms import (
    AddClueEvidence,
    ApproveClue,
    AskUnit,
    ConcludeClue,
    DismissClue,
    ExplainClue,
    FileClue,
    GuideClue,
    NoFields,
    ReceiveClue,
    ReferClue,
    SendClueBack,
    VerifyClue,
)
from bihuan.accountability.types.happenings import (
    ClueApproved,
    ClueConcluded,
    ClueDismissed,
    ClueEvidenceAdded,
    ClueFiled,
    ClueReceived,
    ClueReferred,
    ClueSentBack,
    ClueVerified,
    PartyBodyGuided,
    UnitAsked,
    UnitExplained,
    UnitSilent,
)
from bihuan.cases.types import Part
from bihuan.duties.life import Locked
from bihuan.duties.types import Opening
from bihuan.kernel.actor import Actor
from bihuan.kernel.needs import Allowed
from bihuan.kernel.refusal import Refusal
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post, UnitFacts
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.policy.pack import Capacity, Pack
from bihuan.record.types import Done

A, D = ClueAct, ClueDuty


def _let_in(clue: ClueFacts, unit: str, part: Part, now: datetime) -> None:
    """Let a unit take part from now on, where it does not yet."""
    if unit not in clue.parts.get(str(part), frozenset()):
        Participation.objects.create(clue_id=clue.id, unit=unit, part=str(part), since=now)


@act(A.ADD_EVIDENCE, AddClueEvidence)
def add_evidence(locked: Locked[ClueFacts], fields: AddClueEvidence) -> Done:
    """A further piece of evidence, before the unit is asked."""
    clue = locked.facts
    locked.grant(rules.may_add(queries.evidence_count(clue.id)))
    bind(clue.number, fields.attachments, locked.actor)
    keep(
        clue.id,
        at=locked.now,
        by=locked.actor.account,
        what="补充证据",
        text=fields.evidence,
        files=fields.attachments,
    )
    return LIFE.advance(locked, ClueEvidenceAdded(evidence=fields.evidence, attachments=fields.attachments))


@act(A.ASK, AskUnit)
def ask_unit(locked: Locked[ClueFacts], fields: AskUnit) -> Done:
    """The unit is shown the evidence and asked for its side: from now on it sees the clue."""
    clue = locked.facts
    _let_in(clue, clue.unit, Part.ADDRESSEE, locked.now)
    happening = UnitAsked(
        unit=clue.unit,
        unit_name=clue.unit_name,
        evidence=queries.evidence_count(clue.id),
        question=fields.question,
    )
    parts = {**clue.parts, str(Part.ADDRESSEE): frozenset({clue.unit})}
    return LIFE.advance(locked, happening, changes={"question": fields.question}, parts=parts)


@act(A.EXPLAIN, ExplainClue)
def explain(locked: Locked[ClueFacts], fields: ExplainClue) -> Done:
    """The unit gives its side."""
    clue = locked.facts
    bind(clue.number, fields.attachments, locked.actor)
    happening = UnitExplained(unit_name=clue.unit_name, explanation=fields.explanation, attachments=fields.attachments)
    changes = {"explanation": fields.explanation, "explained_at": locked.now}
    return LIFE.advance(locked, happening, changes=changes)


def _may_go_on(clue: ClueFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_go_on(clue, now=now)


@act(A.GO_ON, NoFields, ask=_may_go_on)
def go_on(locked: Locked[ClueFacts], fields: NoFields) -> Done:
    """The unit said nothing in time: it is verified all the same."""
    return LIFE.advance(locked, UnitSilent(unit=locked.facts.unit, unit_name=locked.facts.unit_name))


@act(A.DISMISS, DismissClue)
def dismiss(locked: Locked[ClueFacts], fields: DismissClue) -> Done:
    """Nothing follows from it; a unit that was asked sees why."""
    return LIFE.advance(locked, ClueDismissed(reason=fields.reason), changes={"dismissal": fields.reason})


def _situations(clue: ClueFacts, actor: Actor, pack: Pack) -> Allowed:
    return {"situation": {code: one.label for code, one in pack.situations.items()}}


def begins_verifying(clue: ClueFacts) -> dict[str, object]:
    """With what the form begins by which a clue is verified."""
    return {"situation": clue.situation, "express": clue.express}


@act(A.VERIFY, VerifyClue, choices=_situations, begins=begins_verifying)
def verify(locked: Locked[ClueFacts], fields: VerifyClue) -> Done:
    """What was found to be so, as which situation, with what consequence, how grave."""
    clue, pack = locked.facts, locked.pack
    standing = queries.standing(clue.jurisdiction, clue.unit, fields.situation, clue.about)
    locked.grant(
        rules.may_be_situation(fields.situation, pack=pack),
        rules.may_be_another(standing=standing if standing != clue.number else ""),
        rules.must_tell_consequence(fields.severity, fields.consequence),
    )
    bind(clue.number, fields.attachments, locked.actor)
    label = pack.situation_label(fields.situation)
    happening = ClueVerified(
        situation=fields.situation,
        label=label,
        severity=fields.severity,
        express=fields.express,
        finding=fields.finding,
        consequence=fields.consequence,
        attachments=fields.attachments,
    )
    changes = {
        "situation": fields.situation,
        "title": f"{clue.unit_name}：{label}"[:300],
        "severity": str(fields.severity),
        "express": fields.express,
        "finding": fields.finding,
        "consequence": fields.consequence,
        "verified_by": locked.actor.account,
    }
    return LIFE.advance(_cited(locked, fields.situation), happening, changes=changes)


def _cited(locked: Locked[ClueFacts], situation: str) -> Locked[ClueFacts]:
    """The same, of which the record cites the clause of the situation."""
    pack = locked.pack
    cited = pack.cite_situation(situation)
    return replace(locked, pack=pack.citing(norms.ACCOUNT_CLUE, cited.clause_id, cited.basis))


def _may_settle(clue: ClueFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_settle(clue, actor)


@act(A.SEND_BACK, SendClueBack, ask=_may_settle)
def send_back(locked: Locked[ClueFacts], fields: SendClueBack) -> Done:
    """It is to be verified again."""
    changes: dict[str, object] = {"severity": "", "verified_by": ""}
    return LIFE.advance(locked, ClueSentBack(reason=fields.reason), changes=changes)


def _first(clue: ClueFacts, capacity: Capacity, now: datetime) -> UnitFacts | None:
    return next(iter(queries.bodies(clue, capacity, now)), None)


@act(A.APPROVE, ApproveClue, ask=_may_settle)
def approve(locked: Locked[ClueFacts], fields: ApproveClue) -> Done:
    """It is to be handed over: by the route that the rule gives, or by another one for a reason."""
    clue, now, pack = locked.facts, locked.now, locked.pack
    unit = queries.unit_of(clue, now)
    ruled, by = rules.route(unit, express=clue.express, severity=Severity(clue.severity), pack=pack)
    way = fields.route or ruled
    to = rules.destination(
        way,
        unit,
        discipline=_first(clue, Capacity.DISCIPLINE, now),
        personnel=_first(clue, Capacity.PERSONNEL, now),
        party_body=fields.party_body,
        by=by,
    )
    locked.grant(
        rules.may_change_route(fields.route, by_rule=ruled, reason=fields.route_reason),
        rules.may_name_party(way, party_body=fields.party_body),
        to if isinstance(to, Refusal) else None,
    )
    assert isinstance(to, Destination), "asked by the rule"
    happening = ClueApproved(
        route=to.route,
        by_rule=ruled,
        recipient=to.recipient,
        copies=to.copies,
        opinion=fields.opinion,
        route_reason=fields.route_reason,
    )
    changes = {
        "route": str(to.route),
        "recipient": to.recipient,
        "recipient_unit": to.unit,
        "copies": list(to.copies),
        "route_reason": fields.route_reason,
        "approved_by": locked.actor.account,
        "approved_at": now,
    }
    return LIFE.advance(locked, happening, changes=changes)


@act(A.REFER, ReferClue)
def refer(locked: Locked[ClueFacts], fields: ReferClue) -> Done:
    """The letter goes out; the bodies that follow it see the clue from now on."""
    clue, now, pack = locked.facts, locked.now, locked.pack
    personnel, discipline = _first(clue, Capacity.PERSONNEL, now), _first(clue, Capacity.DISCIPLINE, now)
    locked.grant(rules.must_have_personnel(personnel))
    bind(clue.number, fields.attachments, locked.actor)
    if personnel is not None and (pack.binds(norms.ACCOUNT_DOSSIER) or clue.copies):
        _let_in(clue, personnel.code, Part.PERSONNEL, now)
    follows = clue.recipient_unit or (
        discipline.code if discipline and clue.route in (Route.GUIDED, Route.COPIED) else ""
    )
    if follows:
        _let_in(clue, follows, Part.DISCIPLINE, now)
    happening = ClueReferred(
        recipient=clue.recipient,
        document_number=fields.document_number,
        copied=f"，抄送{'、'.join(clue.copies)}" if clue.copies else "",
        suggestion=fields.suggestion,
        attachments=fields.attachments,
    )
    changes = {
        "document_number": fields.document_number,
        "suggestion": fields.suggestion,
        "referred_at": now,
    }
    return LIFE.advance(locked, happening, changes=changes, openings=_following(locked))


def _following(locked: Locked[ClueFacts]) -> dict[str, Opening]:
    """Receipt and result, owed by the recipient; of a body outside, by the assessor who hears of them."""
    clue = locked.facts
    holder = clue.recipient_unit or clue.keeper
    parts = {**clue.parts, str(Part.DISCIPLINE): frozenset({holder})}
    owed = {kind: LIFE.opening(kind, clue, parts, locked.pack) for kind in (D.RECEIPT, D.RESULT)}
    return {kind: replace(one, post=Post.ASSESSOR) if clue.outside else one for kind, one in owed.items()}


def _may_receive(clue: ClueFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_receive(clue, actor)


@act(A.RECEIVE, ReceiveClue, ask=_may_receive)
def receive(locked: Locked[ClueFacts], fields: ReceiveClue) -> Done:
    """The letter was taken, by whom and when."""
    clue = locked.facts
    locked.grant(
        rules.must_show_scan(fields.scan, outside=clue.outside),
        rules.may_have_been_taken(fields.taken_at, referred_at=clue.referred_at, now=locked.now),
    )
    bind(clue.number, fields.scan, locked.actor, fresh=True)
    happening = ClueReceived(
        recipient=clue.recipient,
        taken_by=fields.taken_by,
        taken_at=fields.taken_at.astimezone(ZONE),
        scan=fields.scan,
    )
    changes = {"taken_by": fields.taken_by, "taken_at": fields.taken_at}
    return LIFE.advance(locked, happening, changes=changes)


def _may_guide(clue: ClueFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_guide(clue)


@act(A.GUIDE, GuideClue, ask=_may_guide)
def guide(locked: Locked[ClueFacts], fields: GuideClue) -> Done:
    """The discipline body guides and presses the party body."""
    clue = locked.facts
    locked.grant(rules.may_want_by(fields.guide_by, today=organisations.today(locked.now)))
    bind(clue.number, fields.attachments, locked.actor)
    happening = PartyBodyGuided(
        recipient=clue.recipient,
        guidance=fields.guidance,
        guide_by=fields.guide_by,
        attachments=fields.attachments,
    )
    until = f"（{fields.guide_by}前办结）" if fields.guide_by else ""
    said = "\n".join(filter(None, (clue.guidance, f"{fields.guidance}{until}")))
    return LIFE.advance(locked, happening, changes={"guidance": said})


def _may_conclude(clue: ClueFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_conclude(clue, actor)


@act(A.RESULT, ConcludeClue, ask=_may_conclude)
def result(locked: Locked[ClueFacts], fields: ConcludeClue) -> Done:
    """What came of it."""
    clue, now = locked.facts, locked.now
    since = organisations.today(clue.referred_at or now)
    locked.grant(
        rules.must_show_scan(fields.scan, outside=clue.outside),
        rules.may_have_concluded(fields.concluded_on, since=since, today=organisations.today(now)),
    )
    bind(clue.number, fields.scan, locked.actor, fresh=True)
    happening = ClueConcluded(
        recipient=clue.recipient,
        outcome=fields.outcome,
        result=fields.result,
        result_posts=fields.result_posts,
        result_reference=fields.result_reference,
        concluded_on=fields.concluded_on,
        scan=fields.scan,
    )
    changes = {
        "outcome": str(fields.outcome),
        "result": fields.result,
        "result_posts": fields.result_posts,
        "result_reference": fields.result_reference,
        "concluded_on": fields.concluded_on,
    }
    return LIFE.advance(locked, happening, changes=changes)


@act(A.FILE, FileClue)
def file_result(locked: Locked[ClueFacts], fields: FileClue) -> Done:
    """The result stands in the unit's dossier."""
    clue = locked.facts
    happening = ClueFiled(unit=clue.unit, unit_name=clue.unit_name, note=fields.note)
    return LIFE.advance(locked, happening, changes={"filed": fields.note})
