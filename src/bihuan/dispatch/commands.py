"""Giving cases to units, and what the units do with them until they answer."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bihuan.attachments import commands as attachments
from bihuan.cases import commands as cases
from bihuan.cases import queries as case_queries
from bihuan.cases.rules import by_law, counted_by_law, may_be_told_by, may_go_to, may_rest_on, telling, tried_enough
from bihuan.cases.types import Act, CaseFacts, ClosureType, Departure, DutyKind, Part, Stage
from bihuan.commitments import commands as commitments
from bihuan.commitments.types import Promise
from bihuan.dispatch import queries, rules
from bihuan.dispatch.models import Answer as AnswerRecord
from bihuan.dispatch.models import ExtensionRequest
from bihuan.dispatch.types import (
    BY_LAW,
    Answer,
    Answered,
    AnswerRelay,
    ApproveExtension,
    ApproveReturn,
    ApproveTermination,
    ApproveWait,
    AwaitRequester,
    CaseDispatched,
    CaseHung,
    CaseRedispatched,
    ContactRecorded,
    DenyHang,
    Dispatch,
    DispatchRecalled,
    DraftSentBack,
    EndWait,
    ExtensionApproved,
    ExtensionNotified,
    ExtensionRefused,
    ExtensionRequested,
    FeedbackMethod,
    HandlingResumed,
    Hang,
    HangConfirmed,
    HangDenied,
    HungResumed,
    HungReviewed,
    LeadEnded,
    NoFields,
    NotifyExtension,
    Recall,
    RecordContact,
    Redispatch,
    RefuseWithReason,
    Relay,
    RelayOutcome,
    RelayRequested,
    RequesterAwaited,
    RequestExtension,
    RequestReturn,
    RequestTermination,
    RequestWait,
    Resume,
    ResumeHung,
    ReturnApproved,
    ReturnRefused,
    ReturnRequested,
    ReviewHung,
    SetStatutoryLimit,
    SignedIn,
    SignedOff,
    SignOff,
    StatutoryLimitSet,
    TerminationApproved,
    TerminationRefused,
    TerminationRequested,
    WaitEnded,
    WaitRefused,
    WaitRequested,
    relay_answered,
)
from bihuan.duties import commands as duties
from bihuan.duties import queries as duty_queries
from bihuan.duties.life import Locked
from bihuan.duties.rules import may_fall_on
from bihuan.duties.sight import may_see
from bihuan.duties.types import NOTHING, Moved, Opening, Singly
from bihuan.kernel.actor import Actor
from bihuan.kernel.happening import Happening
from bihuan.kernel.needs import Allowed
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Refusal, Refused, granted
from bihuan.organisations import commands as organisation_commands
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import AppointmentRow, Passing, Post, UnitFacts
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.policy.limits import Limit, LimitName, Unit
from bihuan.policy.pack import GroundOf, Pack
from bihuan.record.commands import command, lock_all
from bihuan.record.types import Done
from bihuan.record.unit_of_work import insert, write

ONE_HOUR = Limit.parse("1wh")


def _to_whom(case: CaseFacts, actor: Actor, pack: Pack) -> Allowed:
    laws: Allowed = {} if rules.says_laws(case, actor, pack) else dict.fromkeys(BY_LAW, ())
    return {"basis_kind": rules.bases(pack), **laws}


def _to_whom_else(case: CaseFacts, actor: Actor, pack: Pack) -> Allowed:
    return {"lead": lambda unit: rules.may_redispatch_to(unit.code, case=case) is None, "basis_kind": rules.bases(pack)}


@command(subject="case", act=Act.DISPATCH, fields=Dispatch, choices=_to_whom)
def dispatch(*, number: str, fields: Dispatch, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Give the case to exactly one lead, with a limit and a basis; co-units may be named."""
    units = organisations.naming([fields.lead, *fields.co_units], actor.jurisdiction, now=now)
    locked = cases.LIFE.begin(number, Act.DISPATCH, actor=actor, now=now, version=version, besides=[units])
    known, designated = _may_give(locked, fields)
    happening = CaseDispatched(
        lead=fields.lead,
        lead_name=known[fields.lead].name,
        co_units=fields.co_units,
        designated=designated,
        adjudicated=False,
        basis_kind=fields.basis_kind,
        basis=fields.basis,
        requirements=fields.requirements,
        accused_reason=fields.accused_reason,
    )
    return _by_law(_give(locked, fields, happening), fields, actor=actor, now=now)


def _by_law(done: Done, fields: Dispatch, *, actor: Actor, now: datetime) -> Done:
    """Count what was just opened by the law that the dispatch names, if any: an act of its own, told as such."""
    if fields.by_law is None:
        return done
    counted = set_statutory_limit(number=done.number, fields=fields.by_law, actor=actor, now=now)
    return replace(counted, sentence=f"{done.sentence}；{counted.sentence}")


def _may_give(locked: Locked[CaseFacts], fields: Dispatch) -> tuple[Mapping[str, UnitFacts], bool]:
    """The units that are named, and whether the lead is designated. Raises Refused."""
    case, pack = locked.facts, locked.pack
    known = organisations.named([fields.lead, *fields.co_units], case.jurisdiction, now=locked.now)
    locked.grant(*_asked_of_giving(case, fields, known, pack))
    return known, rules.is_designated(co_units=fields.co_units, basis=fields.basis_kind)


def _asked_of_giving(
    case: CaseFacts, fields: Dispatch, known: Mapping[str, UnitFacts], pack: Pack
) -> tuple[Refusal | None, ...]:
    """What the rules say to giving the case to the units that are named."""
    return (
        rules.may_dispatch_to(known.get(fields.lead), desk=case.desk, pack=pack),
        rules.may_designate(lead=fields.lead, co_units=fields.co_units, basis=fields.basis_kind, pack=pack),
        *(rules.may_dispatch_to(known.get(u), desk=case.desk, pack=pack, field="co_units") for u in fields.co_units),
        may_go_to([fields.lead], case=case, known=known, reason=fields.accused_reason, field="lead"),
        may_go_to(fields.co_units, case=case, known=known, reason=fields.accused_reason, field="co_units"),
    )


def foresee(wanted: Mapping[str, Dispatch], *, actor: Actor, now: datetime) -> dict[str, Refused]:
    """Why cases cannot be dispatched as their forms say, told before anybody tries: by the rules that the act asks.

    What the actor does not see is left out: nothing is told of it. Nothing is locked and nothing recorded.
    """
    named = {unit for fields in wanted.values() for unit in (fields.lead, *fields.co_units)}
    known, found = organisations.named(named, actor.jurisdiction, now=now) if named else {}, dict[str, Refused]()
    for case in case_queries.facts_of(wanted) if wanted else ():
        if not may_see(case, actor):
            continue
        pack = cases.LIFE.rulebook(case)
        against = cases.LIFE.against(Act.DISPATCH, case, actor, now)
        asked = [against] if against else _asked_of_giving(case, wanted[case.number], known, pack)
        try:
            granted(*asked, binds=pack.binds, subject=case.subject, pack=pack.ref)
        except Refused as refused:
            found[case.number] = refused
    return found


def _give(locked: Locked[CaseFacts], fields: Dispatch, happening: CaseDispatched | CaseRedispatched) -> Done:
    """Let the units named take part, and move the case to its lead."""
    case, now = locked.facts, locked.now
    joining = {fields.lead: str(Part.LEAD)} | dict.fromkeys(fields.co_units, str(Part.CO))
    cases.join(case.number, joining, now=now, basis_kind=fields.basis_kind, basis=fields.basis)
    return cases.LIFE.advance(
        locked,
        happening,
        changes={
            "lead": fields.lead,
            "first_receiver": case.first_receiver or fields.lead,
            "designated": happening.designated,
            "adjudicated": happening.adjudicated,
            "assigned_at": now,
            "signed_in_at": None,
            "contacted_at": None,
            "form_resolved": None,
            "form_follow_up": "",
        },
        parts=cases.with_parts(case, lead=fields.lead, co=fields.co_units),
        also_opens=(DutyKind.LINK,) if fields.co_units else (),
        norm=norms.DESIGNATE_LEAD if happening.designated else None,
    )


@command(
    subject="case",
    act=Act.SET_STATUTORY_LIMIT,
    fields=SetStatutoryLimit,
    ask=rules.may_set_statutory_limit,
    titles=rules.titles_of_law,
)
def set_statutory_limit(
    *, number: str, fields: SetStatutoryLimit, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """A law gives the case a limit of its own: what is open is counted by it, and what another unit will owe."""
    locked = cases.LIFE.begin(number, Act.SET_STATUTORY_LIMIT, actor=actor, now=now, version=version)
    case, limit = locked.facts, Limit(fields.amount, Unit(fields.unit.value))
    kinds = [kind for kind in case.duties if counted_by_law(kind, locked.pack)]
    due = duties.would_be_due(case.subject, kinds, limit=str(limit))
    locked.grant(rules.may_be_the_law(fields, pack=locked.pack), rules.may_be_due_by_law(due, now=now))
    basis = f"《{fields.law.strip('《》')}》{fields.article}"
    moved = duties.count_by(case.subject, kinds, limit=str(limit), basis=by_law(basis))
    before = f"{Limit.parse(case.statutory_limit).words}，{case.statutory_basis}" if case.statutory_limit else ""
    happening = StatutoryLimitSet(
        limit=str(limit),
        limit_words=limit.words,
        basis=basis,
        instead=f"（原为{before}）" if before else "",
        reason=fields.reason,
    )
    changes = {"statutory_limit": str(limit), "statutory_basis": basis}
    return cases.LIFE.advance(locked, happening, changes=changes, moved=moved)


def _may_be_misdirected(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_take_from_lead(determined=queries.lead_is_determined(case))


@command(subject="case", act=Act.RECALL, fields=Recall, ask=_may_be_misdirected)
def recall(*, number: str, fields: Recall, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The desk takes back what it sent to the wrong unit, before that signs: its own error, and nothing of the unit's.

    The dispatch is owed again until when it was owed before, and for at least one working hour.
    """
    locked = cases.LIFE.begin(number, Act.RECALL, actor=actor, now=now, version=version)
    case, lead = locked.facts, locked.facts.lead or ""
    locked.grant(rules.may_recall_for(fields.reason, assigned_at=case.assigned_at, now=now))
    cases.leave(number, parts=Part.leaving_with_lead(), how=Departure.RECALLED, now=now)
    soonest = duty_queries.reckon_from(now, ONE_HOUR, locked.pack).due_at
    due_at = max(soonest, duty_queries.last_due(case.subject, DutyKind.DISPATCH) or soonest)
    again = cases.LIFE.opening(
        DutyKind.DISPATCH, case, case.parts, locked.pack, due_at=due_at, basis="撤回派单，沿用原来的派单时限"
    )
    name = organisations.unit_names([lead])[lead]
    return cases.LIFE.advance(
        locked,
        DispatchRecalled(unit=lead, unit_name=name, wrong_dispatch=True, reason=fields.reason),
        changes={"lead": None, "designated": False, "assigned_at": None},
        openings={DutyKind.DISPATCH: again},
    )


@command(subject="case", act=Act.REDISPATCH, fields=Redispatch, ask=_may_be_misdirected, choices=_to_whom_else)
def redispatch(*, number: str, fields: Redispatch, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The desk gives the case to another unit; whoever had it reads it until the day ends.

    What was handled jointly for the former lead ends with its part (`joint.jobs`).
    """
    locked = cases.LIFE.begin(number, Act.REDISPATCH, actor=actor, now=now, version=version)
    case, lead = locked.facts, locked.facts.lead or ""
    locked.grant(rules.may_redispatch_to(fields.lead, case=case))
    known, designated = _may_give(locked, fields)
    cases.leave(number, parts=Part.leaving_with_lead(), how=Departure.REPLACED, now=now)
    cases.let_join(number, {lead: str(Part.FORMER)}, now=now)
    ExtensionRequest.objects.filter(case_id=number, decided_at__isnull=True).update(decided_at=now, granted=False)
    happening = CaseRedispatched(
        unit=lead,
        unit_name=organisations.unit_names([lead])[lead],
        standing="（指定首接单位）" if case.designated else "",
        lead=fields.lead,
        lead_name=known[fields.lead].name,
        co_units=fields.co_units,
        designated=designated,
        adjudicated=False,
        basis_kind=fields.basis_kind,
        basis=fields.basis,
        requirements=fields.requirements,
        accused_reason=fields.accused_reason,
        reason=fields.reason,
    )
    return _by_law(_give(locked, fields, happening), fields, actor=actor, now=now)


@command(subject="case", act=Act.SIGN_IN, fields=NoFields)
def sign_in(*, number: str, fields: NoFields, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The lead signs for the case."""
    locked = cases.LIFE.begin(number, Act.SIGN_IN, actor=actor, now=now, version=version)
    openings = cases.by_desk(locked, DutyKind.FIRST_CONTACT) if locked.facts.stage is Stage.DISPATCHED else {}
    return cases.LIFE.advance(locked, SignedIn(), changes={"signed_in_at": now}, openings=openings)


@command(subject="case", act=Act.RECORD_CONTACT, fields=RecordContact, ask=rules.may_record_contact)
def record_contact(
    *, number: str, fields: RecordContact, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """Record the first contact with the requester, or an attempt at it: one settles it, two let its clock rest."""
    locked = cases.LIFE.begin(number, Act.RECORD_CONTACT, actor=actor, now=now, version=version)
    case, at = locked.facts, fields.contacted_at or now
    locked.grant(rules.may_have_happened(at, now=now, field="contacted_at", since=case.assigned_at))
    happening = ContactRecorded(
        what="首次联系诉求人" if fields.reached else "联系诉求人，未联系上",
        method=fields.method,
        contacted_at=at,
        reached=fields.reached,
        note=fields.note,
    )
    if fields.reached:
        return cases.LIFE.advance(locked, happening, changes={"contacted_at": at})
    if rules.is_out_of_reach([*queries.contact_attempts(case), at]):
        duties.pause(case.subject, [DutyKind.FIRST_CONTACT], why="两次以上联系不上诉求人", now=now, by_itself=True)
    return cases.LIFE.advance(locked, happening, spares=(DutyKind.FIRST_CONTACT,))


@command(subject="case", act=Act.RELAY, fields=Relay, ask=rules.may_relay)
def relay(*, number: str, fields: Relay, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The lead asks the desk to speak with a requester of whom it may not learn; all it asks is answered at once."""
    locked = cases.LIFE.begin(number, Act.RELAY, actor=actor, now=now, version=version)
    openings = cases.by_desk(locked, DutyKind.RELAY)
    return cases.LIFE.advance(locked, RelayRequested(message=fields.message), openings=openings)


@command(subject="case", act=Act.ANSWER_RELAY, fields=AnswerRelay, ask=rules.may_answer_relay)
def answer_relay(*, number: str, fields: AnswerRelay, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The desk spoke with the requester of all that the unit asked, or could not reach them."""
    locked = cases.LIFE.begin(number, Act.ANSWER_RELAY, actor=actor, now=now, version=version)
    locked.grant(rules.may_have_happened(fields.told_at, now=now, field="told_at"))
    case, reached = locked.facts, fields.outcome is RelayOutcome.TOLD
    given_up = not reached and tried_enough(fields.told_at, earlier=queries.relay_attempts(case.subject))
    happening = relay_answered(fields, given_up=given_up)
    if reached:
        return cases.LIFE.advance(locked, happening, changes={"contacted_at": case.contacted_at or fields.told_at})
    if given_up:  # the first contact was not made, and need not be made any more
        unmade = Singly(lapses=((DutyKind.FIRST_CONTACT, case.desk),))
        return cases.LIFE.advance(locked, happening, spares=(DutyKind.FIRST_CONTACT,), singly=unmade)
    return cases.LIFE.advance(locked, happening, spares=(DutyKind.RELAY, DutyKind.FIRST_CONTACT))


def _may_ask_again(
    locked: Locked[CaseFacts], ground: str, asking: type[Happening], refusing: type[Happening], norm: Norm
) -> Refusal | None:
    refused = queries.refused_before(locked.facts, asking, refusing, "reason")
    return rules.may_ask_again(ground, refused=refused, norm=norm)


def _may_request_return(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    ends_at, determined = queries.return_window(case), queries.lead_is_determined(case)
    return rules.may_request_return(case, actor, now, pack, window_ends_at=ends_at, determined=determined)


def _to_return(case: CaseFacts, actor: Actor, pack: Pack) -> Allowed:
    """The grounds on which a case is given back, and whom one may suggest in one's stead."""
    others = {"suggested_unit": lambda unit: rules.may_suggest(unit.code, case=case) is None}
    return {**rules.grounds_to_return(case, actor, pack), **others}


@command(
    subject="case",
    act=Act.REQUEST_RETURN,
    fields=RequestReturn,
    ask=_may_request_return,
    choices=_to_return,
    required=rules.asked_of_return,
)
def request_return(
    *, number: str, fields: RequestReturn, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """The lead asks to give back what is not its duty; a designated or adjudicated one may not: the attempt stays."""
    locked = cases.LIFE.begin(number, Act.REQUEST_RETURN, actor=actor, now=now, version=version)
    case = locked.facts
    locked.grant(
        rules.may_ask_to_return_again(
            fields.basis, refused=queries.refused_before(case, ReturnRequested, ReturnRefused, "basis")
        ),
        rules.may_return_on(contacted_at=fields.contacted_at, assigned_at=case.assigned_at, now=now),
        may_rest_on(fields.ground, GroundOf.RETURN, pack=locked.pack),
        rules.may_suggest(fields.suggested_unit, case=case),
        *locked.lacks(fields),
    )
    return cases.LIFE.advance(
        locked.on_ground(GroundOf.RETURN, fields.ground),
        ReturnRequested(
            basis=fields.basis,
            contacted=fields.contacted,
            contact_method=fields.contact_method,
            contacted_at=fields.contacted_at,
            suggested_unit=fields.suggested_unit,
            **_resting_on(locked, GroundOf.RETURN, fields.ground, fields.attachments),
        ),
        changes={"signed_in_at": case.signed_in_at or now},
    )


def _resting_on(locked: Locked[CaseFacts], of: GroundOf, code: str, files: tuple[int, ...]) -> dict[str, Any]:
    """What the record keeps of the ground that was named and of the files that were given with it."""
    if files:
        attachments.bind(ids=files, subject_kind="case", subject_number=locked.facts.number, actor=locked.actor)
    told = f"（{locked.pack.ground_label(of, code)}）" if code else ""
    return {"ground": code, "ground_label": told, "attachments": files}


@command(subject="case", act=Act.APPROVE_RETURN, fields=ApproveReturn)
def approve_return(
    *, number: str, fields: ApproveReturn, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """The desk takes the case back; the unit carries nothing of it further."""
    locked = cases.LIFE.begin(number, Act.APPROVE_RETURN, actor=actor, now=now, version=version)
    case = locked.facts
    cases.leave(number, parts=Part.leaving_with_lead(), how=Departure.RETURNED, now=now)
    return cases.LIFE.advance(
        locked,
        ReturnApproved(unit=case.lead or "", opinion=fields.opinion, wrong_dispatch=fields.wrong_dispatch),
        changes={"lead": None, "returns": case.returns + 1, "assigned_at": None, "signed_in_at": None},
    )


@command(subject="case", act=Act.REFUSE_RETURN, fields=RefuseWithReason)
def refuse_return(
    *, number: str, fields: RefuseWithReason, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """The desk leaves the case with the unit; its clock was never reset."""
    locked = cases.LIFE.begin(number, Act.REFUSE_RETURN, actor=actor, now=now, version=version)
    openings = cases.by_desk(locked, DutyKind.FIRST_CONTACT)
    return cases.LIFE.advance(locked, ReturnRefused(reason=fields.reason), openings=openings)


@command(
    subject="case",
    act=Act.REQUEST_EXTENSION,
    fields=RequestExtension,
    ask=rules.may_request_extension,
    required=rules.asked_of_extension,
    titles=rules.titles_of_extension,
)
def request_extension(
    *, number: str, fields: RequestExtension, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """The lead asks for more time before its time is up."""
    locked = cases.LIFE.begin(number, Act.REQUEST_EXTENSION, actor=actor, now=now, version=version)
    locked.grant(
        *locked.lacks(fields),
        rules.may_extend_by(fields.days, pack=locked.pack),
        _may_ask_again(locked, fields.reason, ExtensionRequested, ExtensionRefused, norms.EXTENSION_WITH_APPROVAL),
    )
    ExtensionRequest.objects.filter(case_id=number, decided_at__isnull=True).update(decided_at=now)
    ExtensionRequest.objects.create(
        case_id=number, round=locked.facts.round, days=fields.days, reason=fields.reason, at=now
    )
    return cases.LIFE.advance(
        locked,
        ExtensionRequested(
            days=fields.days,
            reason=fields.reason,
            requester_informed=fields.requester_informed,
            per=locked.pack.limit(LimitName.EXTENSION).limit.unit.label,
        ),
        **_through_desk(locked),
    )


@command(
    subject="case",
    act=Act.NOTIFY_EXTENSION,
    fields=NotifyExtension,
    ask=rules.may_notify_extension,
    required=rules.asked_of_extension,
    titles=rules.titles_of_extension,
)
def notify_extension(
    *, number: str, fields: NotifyExtension, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """The lead takes more time before its time is up, and tells the desk and the requester so."""
    locked = cases.LIFE.begin(number, Act.NOTIFY_EXTENSION, actor=actor, now=now, version=version)
    locked.grant(*locked.lacks(fields), rules.may_extend_by(fields.days, pack=locked.pack, norm=locked.move.norm))
    more, moved = _extend(locked, fields.days, fields.reason)
    happening = ExtensionNotified(
        days=fields.days,
        per=more.unit.label,
        due_at=moved[1],
        reason=fields.reason,
        requester_informed=fields.requester_informed,
    )
    changes = {"extensions": locked.facts.extensions + 1}
    return cases.LIFE.advance(locked, happening, changes=changes, moved=[moved], **_through_desk(locked))


def _extend(locked: Locked[CaseFacts], days: int, why: str) -> tuple[Limit, Moved]:
    """Give what the lead owes of the handling more time; answers how much, and what moved."""
    case = locked.facts
    kind = DutyKind.HANDLE if DutyKind.HANDLE in case.duties else DutyKind.REWORK
    more = Limit(days, locked.pack.limit(LimitName.EXTENSION).limit.unit)
    due_at = duties.extend(case.subject, kind, limit=str(more), why=why[:200], now=locked.now)
    assert due_at is not None, "a case in handling owes its handling"
    return more, (kind, due_at, case.lead or "")


@command(subject="case", act=Act.APPROVE_EXTENSION, fields=ApproveExtension, ask=rules.may_decide_extension)
def approve_extension(
    *, number: str, fields: ApproveExtension, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """The desk allows more time."""
    locked = cases.LIFE.begin(number, Act.APPROVE_EXTENSION, actor=actor, now=now, version=version)
    case = locked.facts
    asked = queries.pending_extension(number)
    ExtensionRequest.objects.filter(case_id=number, decided_at__isnull=True).update(decided_at=now, granted=True)
    more, moved = _extend(locked, asked.days, asked.reason)
    return cases.LIFE.advance(
        locked,
        ExtensionApproved(days=asked.days, due_at=moved[1], opinion=fields.opinion, per=more.unit.label),
        changes={"extensions": case.extensions + 1},
        moved=[moved],
    )


@command(subject="case", act=Act.REFUSE_EXTENSION, fields=RefuseWithReason, ask=rules.may_decide_extension)
def refuse_extension(
    *, number: str, fields: RefuseWithReason, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """The desk allows no more time."""
    locked = cases.LIFE.begin(number, Act.REFUSE_EXTENSION, actor=actor, now=now, version=version)
    ExtensionRequest.objects.filter(case_id=number, decided_at__isnull=True).update(decided_at=now, granted=False)
    return cases.LIFE.advance(locked, ExtensionRefused(reason=fields.reason))


@command(subject="case", act=Act.AWAIT_REQUESTER, fields=AwaitRequester, ask=rules.may_await)
def await_requester(
    *, number: str, fields: AwaitRequester, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """Stop the clock while only the requester can go on; a cap stands on the waiting."""
    locked = cases.LIFE.begin(number, Act.AWAIT_REQUESTER, actor=actor, now=now, version=version)
    return _await(locked, RequesterAwaited(missing=fields.missing, told=fields.told))


def _await(locked: Locked[CaseFacts], happening: RequesterAwaited) -> Done:
    """Let the clocks rest: all waits of a round together no longer than the first may last."""
    case, pack, openings = locked.facts, locked.pack, _through_desk(locked)
    left = _left_to_wait(locked)
    locked.grant(rules.may_wait_for(left))
    cases.LIFE.rest(case.number, why="等待诉求人补充", by=locked)
    if left is not None:
        until = duty_queries.in_working_time(left, pack, now=locked.now)
        openings["openings"] = openings["openings"] | {
            DutyKind.AWAIT_REQUESTER: cases.LIFE.opening(
                DutyKind.AWAIT_REQUESTER, case, case.parts, pack, due_at=until, basis="本轮等待补充的时限，扣除已等待的"
            )
        }
    return cases.LIFE.advance(locked, happening, changes={"waits": case.waits + 1}, **openings)


def _left_to_wait(locked: Locked[CaseFacts]) -> timedelta | None:
    """How much of the time to wait in this round is left; None where nobody has waited in it."""
    subject = locked.facts.subject
    since = duty_queries.opened_last(subject, [DutyKind.HANDLE, DutyKind.REWORK])
    if not locked.facts.waits or since is None:
        return None
    return duty_queries.left_of(subject, DutyKind.AWAIT_REQUESTER, locked.pack, since=since)


@command(subject="case", act=Act.REQUEST_WAIT, fields=RequestWait, ask=rules.may_request_wait)
def request_wait(*, number: str, fields: RequestWait, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Ask the desk whether the unit may wait for the requester once more in this round."""
    locked = cases.LIFE.begin(number, Act.REQUEST_WAIT, actor=actor, now=now, version=version)
    locked.grant(
        rules.may_wait_for(_left_to_wait(locked)),
        _may_ask_again(locked, fields.reason, WaitRequested, WaitRefused, norms.AWAIT_REQUESTER),
    )
    times = locked.facts.waits + 1
    happening = WaitRequested(times=times, missing=fields.missing, told=fields.told, reason=fields.reason)
    return cases.LIFE.advance(locked, happening)


@command(subject="case", act=Act.APPROVE_WAIT, fields=ApproveWait, ask=rules.may_decide_wait)
def approve_wait(*, number: str, fields: ApproveWait, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Let it wait once more: the clock stands still from now on."""
    locked = cases.LIFE.begin(number, Act.APPROVE_WAIT, actor=actor, now=now, version=version)
    missing, told = queries.asked_to_wait(locked.facts.subject)
    return _await(
        locked, RequesterAwaited(missing=missing, told=told, asked="（受理单位批准）", opinion=fields.opinion)
    )


@command(subject="case", act=Act.REFUSE_WAIT, fields=RefuseWithReason, ask=rules.may_decide_wait)
def refuse_wait(
    *, number: str, fields: RefuseWithReason, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """The handling goes on without what is missing."""
    locked = cases.LIFE.begin(number, Act.REFUSE_WAIT, actor=actor, now=now, version=version)
    return cases.LIFE.advance(locked, WaitRefused(reason=fields.reason))


@command(subject="case", act=Act.END_WAIT, fields=EndWait, ask=rules.may_end_wait)
def end_wait(*, number: str, fields: EndWait, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The time to wait is over: the clocks run on from the moment at which it was."""
    locked = cases.LIFE.begin(number, Act.END_WAIT, actor=actor, now=now, version=version)
    moved = cases.LIFE.go_on(number, by=locked, until=cases.waited_until(locked))
    return cases.LIFE.advance(locked, WaitEnded(), moved=moved)


def _through_desk(locked: Locked[CaseFacts]) -> dict[str, Any]:
    """What an act opens by which a unit tells the requester something, where only the desk may."""
    openings = cases.by_desk(locked, DutyKind.RELAY)
    return {"openings": openings, "also_opens": tuple(openings)}


@command(subject="case", act=Act.RESUME, fields=Resume)
def resume(*, number: str, fields: Resume, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Go on; the time of waiting is not counted."""
    locked = cases.LIFE.begin(number, Act.RESUME, actor=actor, now=now, version=version)
    moved = cases.LIFE.go_on(number, by=locked, until=cases.waited_until(locked))
    return cases.LIFE.advance(locked, HandlingResumed(supplied=fields.supplied), moved=moved)


@command(subject="case", act=Act.ANSWER, fields=Answer, choices=rules.answers, required=rules.asked_of_answer)
def answer(*, number: str, fields: Answer, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The lead answers requester and platform; the head must still sign."""
    given = queries.counting_answers(number)
    locked = cases.LIFE.begin(number, Act.ANSWER, actor=actor, now=now, version=version, besides=[given])
    case = locked.facts
    through_desk = fields.feedback_method is FeedbackMethod.THROUGH_DESK
    feedback_at = None if case.anonymous else fields.feedback_at
    in_vain = [] if case.contacted_at else queries.contact_attempts(case)
    locked.grant(
        *locked.beyond(fields),
        rules.may_have_fed_back(case, feedback_method=fields.feedback_method, feedback_at=feedback_at, now=now),
        *locked.lacks(fields),
        may_rest_on(fields.ground, GroundOf.EXPLAIN, pack=locked.pack, asked=fields.outcome is ClosureType.EXPLAINED),
        may_be_told_by(through_desk=through_desk, confidential=case.confidential, field="feedback_method"),
        rules.may_have_spoken(case, feedback_method=fields.feedback_method, in_vain=in_vain),
        rules.may_answer(
            case,
            outcome=fields.outcome,
            policy_basis=fields.policy_basis,
            truthful=fields.truthful,
            pack=locked.pack,
        ),
    )
    commitments.put_down(locked, Promise.of(fields, case.lead), fields.outcome)
    contradiction = rules.told_contradiction(case, outcome=fields.outcome, follow_up=fields.follow_up)
    unmet = DutyKind.FIRST_CONTACT in case.duties and not through_desk
    missed = unmet and rules.is_out_of_reach(in_vain)
    edition, digest = keep_answer(
        number,
        at=now,
        by=actor.account,
        unit=locked.seat.unit,
        to_requester=fields.to_requester,
        to_platform=fields.to_platform,
        outcome=fields.outcome,
        policy_basis=fields.policy_basis,
        feedback_method="" if case.anonymous else fields.feedback_method or "",
        feedback_at=feedback_at,
        feedback_by="" if case.anonymous else fields.feedback_by,
        follow_up=fields.follow_up or "",
        contradicts_form=contradiction,
        differs_because=fields.differs_because if contradiction else "",
    )
    bound = tuple(dict.fromkeys((*fields.for_requester, *fields.attachments)))
    attachments.bind(ids=bound, subject_kind="case", subject_number=number, actor=actor)
    return cases.LIFE.advance(
        locked,
        Answered(
            answer_version=edition,
            outcome=fields.outcome,
            digest=digest,
            follow_up=fields.follow_up,
            attachments=fields.attachments,
            for_requester=fields.for_requester,
            uncontacted="；首次联系：未联系上" if missed else "",
            contradicts_form=f"；与备案表“{contradiction}”不一致" if contradiction else "",
            differs_because=fields.differs_because if contradiction else "",
            ground=fields.ground,
            ground_label=f"：{locked.pack.ground_label(GroundOf.EXPLAIN, fields.ground)}" if fields.ground else "",
        ),
        changes={
            "answered_by": actor.account,
            "contacted_at": case.contacted_at or (None if through_desk or missed else feedback_at),
        },
        spares=(DutyKind.FIRST_CONTACT,) if through_desk or missed else (),
        singly=Singly(lapses=((DutyKind.FIRST_CONTACT, case.lead or ""),)) if missed else NOTHING,
        **_through_desk(locked),
    )


def keep_answer(number: str, *, to_requester: str, to_platform: str, **said: Any) -> tuple[int, str]:
    """Write the next version of a case's answer; answers which one it is, and the digest by which the record knows it.

    Also for packages above, inside a command of their own that holds the case.
    """
    edition = queries.answers_given(number) + 1
    texts = {"to_requester": to_requester, "to_platform": to_platform}
    insert(AnswerRecord, {"case_id": number, "version": edition, **texts, **said})
    return edition, hashlib.sha256(f"{to_requester}\n{to_platform}".encode()).hexdigest()


_SIGN_OFF = """
UPDATE dispatch_answer a SET signed_off_by = %s, signed_off_at = %s
WHERE a.case_id = %s AND a.signed_off_at IS NULL
AND a.version = (SELECT count(*) FROM dispatch_answer b WHERE b.case_id = a.case_id)"""


def _may_sign_off(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_sign_off_answer(case, actor, now, pack, given=queries.waiting_beside_form(case))


@command(subject="case", act=Act.SIGN_OFF, fields=SignOff, ask=_may_sign_off)
def sign_off(*, number: str, fields: SignOff, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The responsible head signs the answer off; the handling clock stops."""
    locked = cases.LIFE.begin(number, Act.SIGN_OFF, actor=actor, now=now, version=version)
    write(_SIGN_OFF, [actor.account, now, number], rows=None)
    return cases.LIFE.advance(locked, SignedOff(opinion=fields.opinion), changes={"signed_off_by": actor.account})


@command(subject="case", act=Act.SEND_BACK_DRAFT, fields=RefuseWithReason, ask=rules.may_sign_off)
def send_back_draft(
    *, number: str, fields: RefuseWithReason, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """The responsible head wants the answer written anew."""
    locked = cases.LIFE.begin(number, Act.SEND_BACK_DRAFT, actor=actor, now=now, version=version)
    return cases.LIFE.advance(locked, DraftSentBack(reason=fields.reason))


@command(
    subject="case",
    act=Act.REQUEST_TERMINATION,
    fields=RequestTermination,
    ask=rules.may_request_termination,
    choices=rules.grounds_to_terminate,
    required=rules.asked_of_termination,
)
def request_termination(
    *, number: str, fields: RequestTermination, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """The lead asks in writing to end the handling."""
    locked = cases.LIFE.begin(number, Act.REQUEST_TERMINATION, actor=actor, now=now, version=version)
    locked.grant(
        may_rest_on(fields.ground, GroundOf.TERMINATE, pack=locked.pack),
        _may_ask_again(locked, fields.reason, TerminationRequested, TerminationRefused, norms.TERMINATE),
        *locked.lacks(fields),
    )
    said = _resting_on(locked, GroundOf.TERMINATE, fields.ground, fields.attachments)
    happening = TerminationRequested(reason=fields.reason, basis=fields.basis, **said)
    return cases.LIFE.advance(locked.on_ground(GroundOf.TERMINATE, fields.ground), happening)


@command(
    subject="case",
    act=Act.APPROVE_TERMINATION,
    fields=ApproveTermination,
    ask=rules.may_decide_termination,
    required=rules.asked_of_ending,
)
def approve_termination(
    *, number: str, fields: ApproveTermination, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """The desk ends the handling; the requester has been told, if anybody knows who that is."""
    locked = cases.LIFE.begin(number, Act.APPROVE_TERMINATION, actor=actor, now=now, version=version)
    locked.grant(*locked.lacks(fields))
    return cases.LIFE.advance(
        locked,
        TerminationApproved(
            opinion=fields.opinion,
            requester_told=fields.requester_told,
            telling=telling(fields.requester_told, anonymous=locked.facts.anonymous),
        ),
        changes={"closure": str(ClosureType.TERMINATED)},
    )


@command(subject="case", act=Act.REFUSE_TERMINATION, fields=RefuseWithReason, ask=rules.may_decide_termination)
def refuse_termination(
    *, number: str, fields: RefuseWithReason, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """The handling goes on."""
    locked = cases.LIFE.begin(number, Act.REFUSE_TERMINATION, actor=actor, now=now, version=version)
    return cases.LIFE.advance(locked, TerminationRefused(reason=fields.reason))


@command(subject="case", act=Act.HANG, fields=Hang, required=rules.asked_of_hanging, titles=rules.titles_of_hanging)
def hang(*, number: str, fields: Hang, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Hang up what cannot be solved for now, with a plan, a leader and a day to look again; the clocks stand still."""
    locked = cases.LIFE.begin(number, Act.HANG, actor=actor, now=now, version=version)
    heads = _heads(locked.facts, now)
    review = _review(locked, fields, *locked.lacks(fields), rules.may_answer_for(fields.leader, heads=heads))
    leader = next((head for head in heads if head.account == fields.leader), None)
    leader = leader or next(head for head in heads if head.name == fields.leader)
    cases.LIFE.rest(number, why="挂账", by=locked)
    return cases.LIFE.advance(
        locked,
        CaseHung(
            ground=fields.ground,
            plan=fields.plan,
            leader=f"{leader.name}（{locked.pack.called(leader.post)}）",
            leader_account=leader.account,
            review_on=fields.review_on,
            requester_told=fields.requester_told,
        ),
        openings={DutyKind.HANG_REVIEW: review},
    )


def _heads(case: CaseFacts, now: datetime) -> list[AppointmentRow]:
    """Who heads the unit that handles the case: the deputy before the head, where somebody is both."""
    there = organisations.holders([case.lead or ""], now)
    return sorted((a for a in there if a.post in (Post.DEPUTY, Post.HEAD)), key=lambda a: a.post)


def _may_confirm_hang(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    leader = queries.answers_for_hanging(case.subject)
    return rules.may_confirm_hang(case, actor, leader=leader, heads=_heads(case, now))


@command(subject="case", act=Act.CONFIRM_HANG, fields=NoFields, ask=_may_confirm_hang)
def confirm_hang(*, number: str, fields: NoFields, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Whoever is responsible for what hangs stands by it."""
    locked = cases.LIFE.begin(number, Act.CONFIRM_HANG, actor=actor, now=now, version=version)
    return cases.LIFE.advance(locked, HangConfirmed(leader=actor.name))


@command(subject="case", act=Act.DENY_HANG, fields=DenyHang, ask=_may_confirm_hang)
def deny_hang(*, number: str, fields: DenyHang, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Whoever was named does not stand by it: the handling goes on, and its clocks run."""
    locked = cases.LIFE.begin(number, Act.DENY_HANG, actor=actor, now=now, version=version)
    moved = cases.LIFE.go_on(number, by=locked)
    return cases.LIFE.advance(locked, HangDenied(leader=actor.name, reason=fields.reason), moved=moved)


@command(subject="case", act=Act.REVIEW_HUNG, fields=ReviewHung, titles=rules.titles_of_hanging)
def review_hung(*, number: str, fields: ReviewHung, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Look again at what hangs and leave it hanging until another day."""
    locked = cases.LIFE.begin(number, Act.REVIEW_HUNG, actor=actor, now=now, version=version)
    return cases.LIFE.advance(
        locked,
        HungReviewed(finding=fields.finding, review_on=fields.review_on),
        openings={DutyKind.HANG_REVIEW: _review(locked, fields)},
    )


@command(subject="case", act=Act.RESUME_HUNG, fields=ResumeHung)
def resume_hung(*, number: str, fields: ResumeHung, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Take up again what hung; its clocks run on."""
    locked = cases.LIFE.begin(number, Act.RESUME_HUNG, actor=actor, now=now, version=version)
    moved = cases.LIFE.go_on(number, by=locked)
    return cases.LIFE.advance(locked, HungResumed(finding=fields.finding), moved=moved)


def _review(locked: Locked[CaseFacts], fields: Hang | ReviewHung, *besides: Refusal | None) -> Opening:
    """The duty to look again, due when the office closes on that day; what is wrong besides is told with it."""
    review_on, known = fields.review_on, duty_queries.calendar()
    pack, now = locked.pack, locked.now
    latest = duty_queries.reckon_from(now, pack.limit("hang_review").limit, pack).due_at.date()
    locked.grant(
        *besides,
        rules.may_hang_until(review_on, today=organisations.today(now), latest=latest),
        may_fall_on(review_on, known, on_free_day=fields.on_free_day, field="review_on"),
    )
    due_at = datetime.combine(review_on, pack.hours.closes, ZONE)
    return cases.LIFE.opening(
        DutyKind.HANG_REVIEW, locked.facts, locked.facts.parts, pack, due_at=due_at, basis="挂账时确定的复核日期"
    )


def _lead_has_ended(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    ending = organisations.ending_of(case.lead, case.jurisdiction, now=now)
    return rules.may_go_back(ended=ending is not None)


@command(subject="case", act=Act.LEAD_ENDED, fields=NoFields, ask=_lead_has_ended)
def lead_ended(*, number: str, fields: NoFields, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The unit that handled it is no more: the desk gives the case out anew."""
    locked = cases.LIFE.begin(number, Act.LEAD_ENDED, actor=actor, now=now, version=version)
    ending = organisations.ending_of(locked.facts.lead, locked.facts.jurisdiction, now=now)
    assert ending is not None, "asked by the rule behind the act"
    cases.leave(number, parts=Part.leaving_with_lead(), how=Departure.REFORMED, now=now)
    ExtensionRequest.objects.filter(case_id=number, decided_at__isnull=True).update(decided_at=now, granted=False)
    return cases.LIFE.advance(
        locked,
        LeadEnded(unit=ending.unit, unit_name=ending.unit_name, basis=ending.basis),
        changes={"lead": None, "assigned_at": None, "signed_in_at": None, "designated": False, "adjudicated": False},
    )


def _pass_on(passing: Passing, actor: Actor, now: datetime) -> None:
    """The cases of a unit that ends go to its successor; those that nobody follows in, back to the desk."""
    held = case_queries.held_by(passing.unit, passing.jurisdiction)
    lock_all(f"case:{number}" for number in held)
    for number in held:
        cases.pass_on(number, passing, actor=actor, now=now)
        case = case_queries.facts(number)
        if case.lead == passing.unit and cases.LIFE.has(case, Act.LEAD_ENDED):
            lead_ended(number=number, fields=NoFields(), actor=actor, now=now)


def _object_to_ending(passing: Passing) -> Refusal | None:
    """Where nobody follows, its cases go back to the desk: the regulation must have that."""
    return rules.may_end_handler(organisations.pack_of(passing.jurisdiction), followed=bool(passing.successor))


organisation_commands.passes_on(_pass_on)
organisation_commands.objects_to_ending(_object_to_ending)
