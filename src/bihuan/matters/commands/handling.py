"""What units do with a matter: given, signed for, urged, fed back under signature or seal."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.attachments import commands as attachments
from bihuan.cases.commands import contact
from bihuan.cases.rules import impartial, may_be_told_by, may_go_to, tried_enough
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import Departure, Part
from bihuan.commitments import commands as commitments
from bihuan.commitments.types import Promise
from bihuan.dispatch.queries import relay_attempts
from bihuan.dispatch.types import AnswerRelay, FeedbackMethod, Relay, RelayOutcome, RelayRequested, relay_answered
from bihuan.duties.life import Locked
from bihuan.duties.types import NOTHING, Opening, Singly
from bihuan.kernel.actor import Actor
from bihuan.matters import queries, rules
from bihuan.matters.commands import cooperating, following
from bihuan.matters.commands.life import LIFE, end_of, falls_on, join, leave, note_round, with_parts
from bihuan.matters.commands.track import take_along
from bihuan.matters.models import Feedback
from bihuan.matters.types import Act, DutyKind, MatterFacts, Proof
from bihuan.matters.types.forms import (
    Assign,
    DraftFeedback,
    NoFields,
    Progress,
    Reassign,
    SubmitFeedback,
    Urge,
    WithReason,
)
from bihuan.matters.types.happenings import (
    CopiedToSupervision,
    FeedbackDrafted,
    FeedbackDraftReturned,
    FeedbackSubmitted,
    MatterAssigned,
    MatterProgressed,
    MatterReassigned,
    MatterSignedIn,
    MatterUrged,
    UrgeReplied,
)
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post, UnitFacts
from bihuan.policy import norms
from bihuan.policy.pack import Capacity
from bihuan.record.commands import append, command, lock
from bihuan.record.types import Done


@command(subject="matter", act=Act.ASSIGN, fields=Assign)
def assign(*, number: str, fields: Assign, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Give the matter to a unit with a limit and a basis, and a copy to the supervision body at once."""
    locked = LIFE.begin(number, Act.ASSIGN, actor=actor, now=now, version=version)
    return _assign(locked, fields)


@command(subject="matter", act=Act.REASSIGN, fields=Reassign, choices=rules.another_unit)
def reassign(*, number: str, fields: Reassign, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Give the matter to another unit; the moment when it was first due stays."""
    locked = LIFE.begin(number, Act.REASSIGN, actor=actor, now=now, version=version)
    locked.grant(rules.may_reassign(before=locked.facts.lead, lead=fields.lead))
    leave(number, Part.leaving_with_lead(), how=Departure.REPLACED, now=now)
    return _assign(locked, fields)


def _assign(locked: Locked[MatterFacts], fields: Assign) -> Done:
    matter, now = locked.facts, locked.now
    due_at = end_of(fields.due_on, locked.pack)
    supervision = _supervision(matter)
    lead = _grant_assignment(locked, fields, due_at, supervision)
    join(matter.number, Part.LEAD, [fields.lead], now=now, ground=fields.ground, basis=fields.basis)
    join(matter.number, Part.CO, fields.co_units, now=now)
    parts = with_parts(matter, {Part.LEAD: [fields.lead], Part.CO: fields.co_units})
    note_round(matter, assigned_at=now, due_at=due_at, first_due_at=matter.first_due_at or due_at, signed_in_at=None)
    watched = _watched(locked, supervision, parts, due_at)
    done = LIFE.advance(
        locked,
        _told(matter, fields, lead.name),
        changes={"lead": fields.lead, "requirements": fields.requirements},
        parts=parts,
        openings={DutyKind.HANDLE: handling(locked, parts, due_at)},
        singly=Singly(opens=(*watched, *cooperating.asked(locked, fields.co_units, due_at))),
    )
    take_along(locked, CaseAct.FOLLOW_LIST)
    if supervision is None or not locked.pack.binds(norms.LIST_COPY):
        return done
    return _copy(locked, supervision, fields, done)


def _supervision(matter: MatterFacts) -> UnitFacts | None:
    """Who gets the copy: where the matter, or one that was put to it, complains of one in secret, another one."""
    bodies = organisations.units_with(Capacity.SUPERVISION, matter.jurisdiction)
    return next(iter([*impartial(bodies, matter, *queries.secret_behind(matter.number)), *bodies]), None)


def _watched(
    locked: Locked[MatterFacts],
    supervision: UnitFacts | None,
    parts: Mapping[str, frozenset[str]],
    due_at: datetime,
) -> tuple[Opening, ...]:
    """What the supervision body owes of a key matter from its assignment on."""
    if supervision is None or not locked.facts.key:
        return ()
    join(locked.facts.number, Part.SUPERVISION, [supervision.code], now=locked.now)
    return following.first(locked, due_at, parts={**parts, Part.SUPERVISION: frozenset({supervision.code})})


def _grant_assignment(
    locked: Locked[MatterFacts], fields: Assign, due_at: datetime, supervision: UnitFacts | None
) -> UnitFacts:
    matter, pack = locked.facts, locked.pack
    copied = [supervision.code] if supervision else []
    known = organisations.named([fields.lead, *fields.co_units, *copied], matter.jurisdiction, now=locked.now)
    judges = matter.parts[Part.OFFICE] | {*copied}
    locked.grant(
        *locked.beyond(fields),
        rules.may_assign_to(known.get(fields.lead), offices=judges, pack=pack),
        rules.may_share(lead=fields.lead, co_units=fields.co_units),
        *(rules.may_assign_to(known.get(u), offices=judges, pack=pack, field="co_units") for u in fields.co_units),
        may_go_to([fields.lead], case=matter, known=known, reason=fields.accused_reason, field="lead"),
        may_go_to(fields.co_units, case=matter, known=known, reason=fields.accused_reason, field="co_units"),
        may_go_to(copied, case=matter, known=known, field=""),
        *(
            may_go_to(units, case=one, known=known, field=field)
            for one in queries.secret_behind(matter.number)
            for units, field in (([fields.lead], "lead"), (fields.co_units, "co_units"), (copied, ""))
        ),
        rules.may_set_limit(due_at, now=locked.now),
        falls_on(fields.due_on, fields.on_free_day, "due_on"),
        rules.may_copy_to(supervision, pack=pack),
    )
    return known[fields.lead]


def _told(matter: MatterFacts, fields: Assign, lead_name: str) -> MatterAssigned:
    said: dict[str, Any] = {
        "lead": fields.lead,
        "lead_name": lead_name,
        "co_units": fields.co_units,
        "ground": fields.ground,
        "basis": fields.basis,
        "due_on": fields.due_on,
        "requirements": fields.requirements,
        "accused_reason": fields.accused_reason,
    }
    if isinstance(fields, Reassign):
        return MatterReassigned(**said, before=matter.lead or "", reason=fields.reason)
    return MatterAssigned(**said)


def _copy(locked: Locked[MatterFacts], supervision: UnitFacts, fields: Assign, done: Done) -> Done:
    """Give the supervision body its copy, in the same transaction, with an event of its own."""
    matter, now = locked.facts, locked.now
    join(matter.number, Part.SUPERVISION, [supervision.code], now=now)
    note_round(matter, copied_at=now)
    chain = append(
        lock(matter.subject),
        CopiedToSupervision(
            supervision=supervision.code,
            supervision_name=supervision.name,
            lead=fields.lead,
            due_on=fields.due_on,
        ),
        actor=locked.actor,
        seat=locked.seat,
        norm=norms.LIST_COPY,
        pack=locked.pack,
        now=now,
    )
    return replace(done, version=chain.length)


def handling(
    locked: Locked[MatterFacts], parts: Mapping[str, frozenset[str]], due_at: datetime, first: datetime | None = None
) -> Opening:
    """The duty to settle the matter until a moment that the regulation leaves to the office."""
    why = "办理期限由交办单位逐件确定"
    return LIFE.opening(DutyKind.HANDLE, locked.facts, parts, locked.pack, due_at=due_at, first_due_at=first, basis=why)


@command(subject="matter", act=Act.SIGN_IN, fields=NoFields)
def sign_in(*, number: str, fields: NoFields, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The unit signs for the matter."""
    locked = LIFE.begin(number, Act.SIGN_IN, actor=actor, now=now, version=version)
    note_round(locked.facts, signed_in_at=now)
    return LIFE.advance(locked, MatterSignedIn())


@command(subject="matter", act=Act.URGE, fields=Urge)
def urge(*, number: str, fields: Urge, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Urge the unit on: it owes a reply. What the supervision body sends counts as 督办, the office's as 催办."""
    locked = LIFE.begin(number, Act.URGE, actor=actor, now=now, version=version)
    matter = locked.facts
    supervising = locked.seat.post == Post.SUPERVISOR
    column, word = ("supervisions", "督办") if supervising else ("urges", "催办")
    times = (matter.supervisions if supervising else matter.urges) + 1
    if supervising:
        following.oversee(matter)
    return LIFE.advance(
        locked,
        MatterUrged(word=word, times=times, demand=fields.demand),
        changes={column: times},
        singly=following.again(locked) if supervising else NOTHING,
    )


@command(subject="matter", act=Act.REPLY_URGE, fields=Progress, ask=rules.may_reply)
def reply_urge(*, number: str, fields: Progress, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The unit replies to whoever urged it."""
    locked = LIFE.begin(number, Act.REPLY_URGE, actor=actor, now=now, version=version)
    return LIFE.advance(locked, UrgeReplied(progress=fields.progress))


@command(subject="matter", act=Act.RECORD_PROGRESS, fields=Progress)
def record_progress(*, number: str, fields: Progress, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The unit tells how far it is."""
    locked = LIFE.begin(number, Act.RECORD_PROGRESS, actor=actor, now=now, version=version)
    return LIFE.advance(locked, MatterProgressed(progress=fields.progress))


@command(subject="matter", act=Act.RELAY, fields=Relay, ask=rules.may_relay)
def relay(*, number: str, fields: Relay, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The unit asks the office to speak with a requester of whom it may not learn."""
    locked = LIFE.begin(number, Act.RELAY, actor=actor, now=now, version=version)
    return LIFE.advance(locked, RelayRequested(message=fields.message), openings=_by_office(locked))


@command(subject="matter", act=Act.ANSWER_RELAY, fields=AnswerRelay, ask=rules.may_answer_relay)
def answer_relay(*, number: str, fields: AnswerRelay, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The office spoke with the requester of all that the unit asked, or could not reach them."""
    locked = LIFE.begin(number, Act.ANSWER_RELAY, actor=actor, now=now, version=version)
    locked.grant(rules.may_have_told(fields.told_at, now=now))
    reached = fields.outcome is RelayOutcome.TOLD
    given_up = not reached and tried_enough(fields.told_at, earlier=relay_attempts(locked.facts.subject))
    happening = relay_answered(fields, given_up=given_up)
    return LIFE.advance(locked, happening, spares=() if reached or given_up else (DutyKind.RELAY,))


def _by_office(locked: Locked[MatterFacts]) -> dict[str, Opening]:
    """What the office owes the requester in the unit's place; nothing where it owes it already."""
    matter, spec = locked.facts, LIFE.specs[DutyKind.RELAY]
    if not matter.confidential or DutyKind.RELAY in matter.duties:
        return {}
    return {DutyKind.RELAY: contact(spec, min(matter.parts[Part.OFFICE]), matter.limit_scope, locked.pack)}


@command(
    subject="matter",
    act=Act.DRAFT_FEEDBACK,
    fields=DraftFeedback,
    choices=rules.conclusions,
    required=rules.asked_of_feedback,
)
def draft_feedback(
    *, number: str, fields: DraftFeedback, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """The handler writes down what came of the matter; head or seal must still stand behind it."""
    locked = LIFE.begin(number, Act.DRAFT_FEEDBACK, actor=actor, now=now, version=version)
    through_desk = fields.told_method is FeedbackMethod.THROUGH_DESK
    locked.grant(
        *locked.beyond(fields),
        *locked.lacks(fields),
        may_be_told_by(through_desk=through_desk, confidential=locked.facts.confidential, field="told_method"),
        rules.may_feed_back(
            outcome=fields.outcome,
            policy_basis=fields.policy_basis,
            told_at=fields.told_at,
            since=locked.facts.assigned_at,
            now=now,
            pack=locked.pack,
        ),
    )
    commitments.put_down(locked, Promise.of(fields, locked.facts.lead), fields.outcome)
    edition = queries.feedback_versions(number) + 1
    Feedback.objects.create(
        matter_id=number,
        round=locked.facts.round,
        version=edition,
        at=now,
        by=actor.account,
        unit=locked.seat.unit,
        result=fields.result,
        outcome=fields.outcome,
        policy_basis=fields.policy_basis,
        told_method=fields.told_method or "",
        told_at=fields.told_at,
        requester_view=fields.requester_view,
    )
    attachments.bind(ids=fields.attachments, subject_kind="matter", subject_number=number, actor=actor)
    happening = FeedbackDrafted(
        feedback_version=edition,
        outcome=fields.outcome,
        digest=hashlib.sha256(fields.result.encode()).hexdigest(),
        attachments=fields.attachments,
    )
    openings = _by_office(locked)
    return LIFE.advance(
        locked,
        happening,
        changes={"drafted_by": actor.account},
        openings=openings,
        also_opens=(DutyKind.RELAY,) if openings else (),
    )


@command(subject="matter", act=Act.SEND_BACK_DRAFT, fields=WithReason)
def send_back_draft(
    *, number: str, fields: WithReason, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """The head wants the feedback written anew."""
    locked = LIFE.begin(number, Act.SEND_BACK_DRAFT, actor=actor, now=now, version=version)
    return LIFE.advance(locked, FeedbackDraftReturned(reason=fields.reason))


@command(
    subject="matter",
    act=Act.SUBMIT_FEEDBACK,
    fields=SubmitFeedback,
    ask=rules.may_send,
    choices=rules.proofs,
    required=rules.asked_of_proof,
)
def submit_feedback(
    *, number: str, fields: SubmitFeedback, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """Send the feedback to the office, signed by the head of that day or sealed; the clock of the handling stops."""
    locked = LIFE.begin(number, Act.SUBMIT_FEEDBACK, actor=actor, now=now, version=version)
    matter = locked.facts
    locked.grant(*locked.lacks(fields), rules.may_submit(matter, actor, proof=fields.proof, seal=fields.seal))
    assert fields.proof is not None
    scans = attachments.bind(ids=fields.seal, subject_kind="matter", subject_number=number, actor=actor, fresh=True)
    locked.grant(rules.may_be_seal(scans))
    signed = fields.proof == Proof.SIGNATURE
    acting = signed and _acts_as_head(matter.lead or "", actor, now)
    edition = queries.feedback_versions(number)
    replies = bool(fields.urge_reply) and DutyKind.URGE_REPLY in matter.duties
    Feedback.objects.filter(matter_id=number, version=edition, submitted_at__isnull=True).update(
        proof=str(fields.proof),
        signer=actor.account if signed else "",
        signer_name=actor.name if signed else "",
        acting=acting,
        seal=list(fields.seal),
        opinion=fields.opinion,
        submitted_by=actor.account,
        submitted_at=now,
    )
    happening = FeedbackSubmitted(
        feedback_version=edition,
        proof=fields.proof,
        signer=actor.account if signed else "",
        acting=acting,
        seal=fields.seal,
        opinion=fields.opinion,
        replied="，回复催办督办" if replies else "",
        urge_reply=fields.urge_reply if replies else "",
    )
    replied = Singly(settles=((DutyKind.URGE_REPLY, matter.lead or ""),)) if replies else NOTHING
    return LIFE.advance(locked, happening, changes={"submitted_by": actor.account}, singly=replied)


def _acts_as_head(unit: str, actor: Actor, now: datetime) -> bool:
    """Whether the actor is the unit's head by an acting appointment alone."""
    held = [a for a in organisations.holders([unit], now) if a.account == actor.account and a.post == Post.HEAD]
    return bool(held) and all(appointment.acting for appointment in held)
