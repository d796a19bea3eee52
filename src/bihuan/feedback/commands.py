"""Checking an answer with another body and with the requester, and ending the case or not."""

from collections.abc import Iterable
from datetime import datetime

from bihuan.cases import commands as cases
from bihuan.cases import queries as case_queries
from bihuan.cases.stages import ANSWERED, ENDS
from bihuan.cases.types import Act, CaseFacts, DutyKind, Stage
from bihuan.commitments import commands as commitments
from bihuan.commitments.types import DECIDED, Promise
from bihuan.dispatch.queries import told_to_requester
from bihuan.duties import queries as duty_queries
from bihuan.duties.life import Locked, hears
from bihuan.duties.types import Opening, Singly
from bihuan.feedback import queries, rules
from bihuan.feedback.models import Callback
from bihuan.feedback.types import (
    AnswerApproved,
    AnswerSentBack,
    Approve,
    Archive,
    CallbackChecked,
    CallbackContested,
    CallbackFinding,
    CallbackMethod,
    CallbackRecorded,
    CallbackRow,
    CaseArchived,
    CaseClosed,
    CaseReopened,
    CheckCallback,
    Close,
    CloseWithoutCallback,
    Contest,
    DecideUnsolved,
    FollowParent,
    JoinedHeard,
    ParentAnswered,
    ParentEnded,
    RecordCallback,
    Reopen,
    ResultTold,
    Rework,
    ReworkOrdered,
    SendBack,
    TellResult,
    UnsolvedDecided,
    is_dissatisfied,
)
from bihuan.kernel.actor import Actor
from bihuan.kernel.happening import Happening
from bihuan.kernel.needs import Allowed, Needs
from bihuan.kernel.refusal import Refusal
from bihuan.kernel.stages import Move
from bihuan.organisations.queries import unit_names
from bihuan.policy import norms
from bihuan.policy.pack import Pack
from bihuan.record import queries as record
from bihuan.record.commands import command
from bihuan.record.reading import seen
from bihuan.record.types import Done, EventRow
from bihuan.record.unit_of_work import Question, ask, insert
from bihuan.text.promises import clipped, promises


def _may_record_callback(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_record_callback(case, actor, _said(case), pack=pack, parent=_parent(case))


def _may_contest(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    said = _said(case)
    return rules.may_contest(said, contested=_has_objected(case, said))


def _may_check_callback(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_check_callback(case, actor, _said(case), pack=pack)


def _may_close(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_close(case, actor, _said(case), pack=pack)


def _may_rework(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_rework(case, actor, _said(case), pack=pack)


def _may_archive(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    ripe_at = duty_queries.reckon_from(case.closed_at or now, pack.limit("archive").limit, pack).due_at
    return rules.may_archive(ripe_at=ripe_at, now=now)


def _parent(case: CaseFacts) -> CaseFacts | None:
    """The case to which this one was joined."""
    return case_queries.facts(case.parent) if case.parent else None


def _said(case: CaseFacts) -> list[CallbackRow]:
    """The call-backs of this round."""
    return seen(("callbacks", case.number), lambda: queries.callbacks(case.number, round=case.round))


def _has_objected(case: CaseFacts, said: list[CallbackRow]) -> bool:
    """Whether the requester did; where nobody recorded what they said, the record is not asked."""
    return rules.heard(said) is not None and _contested(case) is not None


def _contested(case: CaseFacts) -> EventRow | None:
    """How the requester objected to a call-back of this round."""
    told = [e for e in record.events(case.subject) if e.kind == CallbackContested.kind]
    return next((e for e in told if e.facts["round"] == case.round), None)


def look_ahead(cases: Iterable[CaseFacts]) -> None:
    """Read at once what the rules of these cases would each ask for; within one look it is read no more."""
    waiting = {case.number: case.round for case in cases if DutyKind.CALLBACK in case.duties}
    for number, found in queries.of_several(waiting).items():
        said = [callback for callback in found if callback.round == waiting[number]]
        seen(("callbacks", number), lambda said=said: said)  # type: ignore[misc]


def _closures(case: CaseFacts, actor: Actor, pack: Pack) -> Allowed:
    return {"closure": rules.closures(_said(case), pack=pack)}


def _closures_at_once(case: CaseFacts, actor: Actor, pack: Pack) -> Allowed:
    return {"closure": rules.closures((), pack=pack)}


def _methods(case: CaseFacts, actor: Actor, pack: Pack) -> Allowed:
    return {"method": rules.methods(actor)}


def _promises_in(answer: str) -> tuple[str, ...]:
    return tuple(found.text for found in promises(answer))


def _found(case: CaseFacts, actor: Actor, pack: Pack) -> Allowed:
    """What the answer may promise, to be confirmed or dismissed one by one; who keeps it and until when is asked for
    where there is something to confirm that its unit did not declare."""
    if not pack.binds(norms.COMMITMENT_REGISTER):
        return {}
    found = seen(("promises", case.number), lambda: _promises_in(ask(told_to_requester(case.number))))
    asked = {str(n): f"{n}．{clipped(text)}" for n, text in enumerate(found, 1)}
    declared = not found or ask(commitments.going_on(case.subject)) is not None
    return {**dict.fromkeys(DECIDED, asked), **({name: {} for name in DETAILS} if declared else {})}


DETAILS = ("promise_unit", "promise_person", "promise_due_on")
"""The fields with which a reviewer says who keeps a promise, and until when."""


def _found_at_once(case: CaseFacts, actor: Actor, pack: Pack) -> Allowed:
    found = _found(case, actor, pack)
    return {**_closures_at_once(case, actor, pack), **{name: found[name] for name in DECIDED if name in found}}


@command(subject="case", act=Act.APPROVE, fields=Approve, ask=rules.may_approve, choices=_found)
def approve(*, number: str, fields: Approve, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Pass the answer on to the call-back; what it promises is kept from now on."""
    said = told_to_requester(number)
    asked: list[Question[object]] = [commitments.going_on(f"case:{number}"), said]
    locked = cases.LIFE.begin(number, Act.APPROVE, actor=actor, now=now, version=version, besides=asked)
    locked.grant(*locked.beyond(fields))
    found = _promises_in(ask(said)) if locked.pack.binds(norms.COMMITMENT_REGISTER) else ()
    details = Promise(
        "",
        fields.promise_unit or locked.facts.lead or "",
        fields.promise_person,
        fields.promise_due_on,
        fields.on_free_day,
    )
    promised = commitments.decide(
        locked,
        fields,
        details,
        found,
        commitments.join_case,
        said=any(getattr(fields, name) for name in DETAILS),
        fulfil=DutyKind.COMMITMENT_FULFIL,
    )
    happening = AnswerApproved(
        opinion=fields.opinion,
        confirmed=commitments.told_of(found, fields.confirmed),
        dismissed=commitments.told_of(found, fields.dismissed),
    )
    done = cases.LIFE.advance(
        locked,
        happening,
        changes={"reviewed_by": actor.account},
        also_opens=_fed_back(locked.facts),
        singly=promised,
    )
    return commitments.tell(locked, done, promised)


def _fed_back(case: CaseFacts) -> tuple[DutyKind, ...]:
    """What the supervision body found of the answer to a key case is told once it has passed the desk."""
    return (DutyKind.KEY_FEEDBACK,) if case.watched else ()


@command(subject="case", act=Act.SEND_BACK, fields=SendBack, ask=rules.may_review)
def send_back(*, number: str, fields: SendBack, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Send the answer back to be made good; a new limit runs, the first due moment is kept."""
    locked = cases.LIFE.begin(number, Act.SEND_BACK, actor=actor, now=now, version=version)
    return cases.LIFE.advance(
        locked,
        AnswerSentBack(reason_code=fields.reason_code, reason=fields.reason),
        openings=_again(locked),
    )


@command(
    subject="case",
    act=Act.CLOSE_WITHOUT_CALLBACK,
    fields=CloseWithoutCallback,
    ask=rules.may_close_without_callback,
    choices=_found_at_once,
)
def close_without_callback(
    *, number: str, fields: CloseWithoutCallback, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """Close a case whose requester cannot or will not be called back."""
    said = told_to_requester(number)
    locked = cases.LIFE.begin(number, Act.CLOSE_WITHOUT_CALLBACK, actor=actor, now=now, version=version, besides=[said])
    locked.grant(*locked.beyond(fields), rules.may_close_as(fields.closure, (), pack=locked.pack))
    found = _promises_in(ask(said)) if locked.pack.binds(norms.COMMITMENT_REGISTER) else ()
    commitments.weigh(locked, fields, found, fields.closure)
    promised = _promised(locked, fields)
    done = cases.LIFE.advance(
        locked,
        CaseClosed(
            closure=fields.closure,
            note=fields.note,
            without_callback=True,
            unheard="（没有回访）",
            confirmed=commitments.told_of(found, fields.confirmed),
            dismissed=commitments.told_of(found, fields.dismissed),
        ),
        changes={"closure": str(fields.closure), "reviewed_by": actor.account},
        also_opens=_fed_back(locked.facts),
        singly=promised,
    )
    return commitments.tell(locked, done, promised)


def _promised(locked: Locked[CaseFacts], fields: Close) -> Singly:
    """What the case is closed with, if it is closed with a promise."""
    promise = Promise.of(fields, locked.facts.lead)
    return commitments.close_as(
        locked, promise, fields.closure, commitments.join_case, fulfil=DutyKind.COMMITMENT_FULFIL
    )


@command(subject="case", act=Act.RECORD_CALLBACK, fields=RecordCallback, ask=_may_record_callback, choices=_methods)
def record_callback(
    *, number: str, fields: RecordCallback, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """Record one call-back of the platform; in a joined case it tells the result, or gives up trying to."""
    before = queries.calling_back(number)
    locked = cases.begin_joined(number, Act.RECORD_CALLBACK, actor=actor, now=now, version=version, besides=[before])
    case = locked.facts
    locked.grant(rules.may_say_so(fields.method, actor))
    earlier = queries.callbacks(number, round=case.round)
    attempt = len(earlier) + 1
    said = {
        "case_id": number,
        "round": case.round,
        "attempt": attempt,
        "at": now,
        "by": actor.account,
        "method": fields.method,
        "reached": fields.reached,
        "contacted_by_unit": fields.contacted_by_unit,
        "facts_true": fields.facts_true,
        "solved": fields.solved or "",
        "satisfied": fields.satisfied or "",
        "verbatim": fields.verbatim,
    }
    insert(Callback, said)
    if case.stage is not Stage.MERGED:
        return cases.LIFE.advance(locked, _told(fields, attempt))
    given_up = rules.tried_enough([*(one.at for one in earlier), now], pack=locked.pack)
    told = _told(fields, attempt, given_up=given_up)
    if fields.reached:
        _tell_parent(locked, told.result)
    unsolved = is_dissatisfied(solved=fields.solved, satisfied=fields.satisfied, facts_true=fields.facts_true)
    return cases.LIFE.advance(
        locked,
        told,
        openings=cases.by_default(DutyKind.UNMERGE, case, locked.pack) if unsolved else {},
        also_opens=(DutyKind.UNMERGE,) if unsolved else (),
        spares=() if fields.reached or given_up else (DutyKind.TELL_RESULT,),
    )


def _told(fields: RecordCallback, attempt: int, *, given_up: bool = False) -> CallbackRecorded:
    said = [word.label for word in (fields.solved, fields.satisfied) if word]
    return CallbackRecorded(
        attempt=attempt,
        method=fields.method,
        result="，".join(said) if fields.reached else _unreached(given_up=given_up),
        reached=fields.reached,
        contacted_by_unit=fields.contacted_by_unit,
        facts_true=fields.facts_true,
        solved=fields.solved,
        satisfied=fields.satisfied,
        verbatim=fields.verbatim,
    )


def _unreached(*, given_up: bool) -> str:
    return "未联系上，不再联系" if given_up else "未联系上"


def _tell_parent(child: Locked[CaseFacts], result: str) -> None:
    """Tell in the record of the case to which this one was joined what its requester says of the answer."""
    said = JoinedHeard(child=child.facts.number, result=result)
    parent = str(child.facts.parent)
    cases.note(parent, said, actor=child.actor, seat=child.seat, norm=child.move.norm, now=child.now)


@command(subject="case", act=Act.CONTEST, fields=Contest, ask=_may_contest)
def contest(*, number: str, fields: Contest, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The requester says that it is not what they said; somebody of the desk who did not call finds out."""
    locked = cases.LIFE.begin(number, Act.CONTEST, actor=actor, now=now, version=version)
    case = locked.facts
    return cases.LIFE.advance(
        locked,
        CallbackContested(round=case.round, solved=fields.solved, satisfied=fields.satisfied, reason=fields.reason),
        openings=cases.by_default(DutyKind.CALLBACK_CHECK, case, locked.pack),
    )


@command(subject="case", act=Act.CHECK_CALLBACK, fields=CheckCallback, ask=_may_check_callback)
def check_callback(
    *, number: str, fields: CheckCallback, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """Say what the requester really said; where it was something else, that stands from now on."""
    locked = cases.LIFE.begin(number, Act.CHECK_CALLBACK, actor=actor, now=now, version=version)
    case, unsolved = locked.facts, False
    if fields.finding is CallbackFinding.CORRECTED:
        corrected = _corrected(case, now)
        unsolved = case.stage is Stage.CLOSED and corrected.dissatisfied
    return cases.LIFE.advance(
        locked,
        CallbackChecked(finding=fields.finding, reason=fields.reason),
        also_opens=(DutyKind.UNSOLVED_FOLLOW_UP,) if unsolved else (),
        openings=cases.by_default(DutyKind.UNSOLVED_FOLLOW_UP, case, locked.pack) if unsolved else {},
    )


def _corrected(case: CaseFacts, now: datetime) -> CallbackRow:
    """Put what the requester said when they objected after what was recorded."""
    objection = _contested(case)
    assert objection is not None
    Callback.objects.create(
        case_id=case.number,
        round=case.round,
        attempt=len(queries.callbacks(case.number, round=case.round)) + 1,
        at=now,
        by=objection.account,
        method=CallbackMethod.SELF,
        reached=True,
        solved=str(objection.facts["solved"]),
        satisfied=str(objection.facts["satisfied"]),
        verbatim=str((objection.private or {}).get("reason", "")),
    )
    return queries.callbacks(case.number, round=case.round)[-1]


def _asked_of_closing(case: CaseFacts, pack: Pack) -> Needs:
    return rules.asked_of_closing(_said(case))


@command(subject="case", act=Act.CLOSE, fields=Close, ask=_may_close, choices=_closures, required=_asked_of_closing)
def close(*, number: str, fields: Close, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Close the case after its call-back; what its requester says is unsolved is followed up by the desk."""
    asked: list[Question[object]] = [queries.calling_back(number), commitments.going_on(f"case:{number}")]
    locked = cases.LIFE.begin(number, Act.CLOSE, actor=actor, now=now, version=version, besides=asked)
    said = queries.callbacks(number, round=locked.facts.round)
    locked.grant(
        *locked.beyond(fields), *locked.lacks(fields), rules.may_close_as(fields.closure, said, pack=locked.pack)
    )
    heard = rules.heard(said)
    unsolved = heard is not None and heard.dissatisfied
    unheard = "" if heard else f"（回访{len(said)}次未联系上）"
    otherwise = rules.differs(fields.closure, said)
    promised = _promised(locked, fields)
    done = cases.LIFE.advance(
        locked,
        CaseClosed(
            closure=fields.closure,
            note=fields.note,
            unheard=unheard,
            differs=f"（与诉求人所说的“{otherwise}”不一致，已说明理由）" if otherwise else "",
        ),
        changes={"closure": str(fields.closure)},
        also_opens=(DutyKind.UNSOLVED_FOLLOW_UP,) if unsolved else (),
        openings=cases.by_default(DutyKind.UNSOLVED_FOLLOW_UP, locked.facts, locked.pack) if unsolved else {},
        singly=promised,
    )
    return commitments.tell(locked, done, promised)


@command(subject="case", act=Act.REWORK, fields=Rework, ask=_may_rework)
def rework(*, number: str, fields: Rework, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Send the case back to be done again: a new round, a new limit, the first due moment kept."""
    locked = cases.LIFE.begin(number, Act.REWORK, actor=actor, now=now, version=version)
    case = locked.facts
    commitments.end(case.subject)
    return cases.LIFE.advance(
        locked,
        ReworkOrdered(times=case.reworks + 1, reason=fields.reason),
        changes={"reworks": case.reworks + 1, "round": case.round + 1},
        openings=_again(locked),
    )


@command(subject="case", act=Act.REOPEN, fields=Reopen, ask=rules.may_reopen)
def reopen(*, number: str, fields: Reopen, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Take a closed case up again with its lead."""
    locked = cases.LIFE.begin(number, Act.REOPEN, actor=actor, now=now, version=version)
    case = locked.facts
    commitments.end(case.subject)
    return cases.LIFE.advance(
        locked,
        CaseReopened(ground=fields.ground, reason=fields.reason),
        changes={"round": case.round + 1, "closure": ""},
        openings=_again(locked),
    )


@command(subject="case", act=Act.DECIDE_UNSOLVED, fields=DecideUnsolved, ask=rules.may_decide_unsolved)
def decide_unsolved(
    *, number: str, fields: DecideUnsolved, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """Leave at that what the requester says is unsolved, and tell them why."""
    locked = cases.LIFE.begin(number, Act.DECIDE_UNSOLVED, actor=actor, now=now, version=version)
    return cases.LIFE.advance(locked, UnsolvedDecided(reason=fields.reason, method=fields.method, told=fields.told))


@command(subject="case", act=Act.ARCHIVE, fields=Archive, ask=_may_archive)
def archive(*, number: str, fields: Archive, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Put a closed case away."""
    locked = cases.LIFE.begin(number, Act.ARCHIVE, actor=actor, now=now, version=version)
    return cases.LIFE.advance(locked, CaseArchived())


def _again(locked: Locked[CaseFacts]) -> dict[str, Opening]:
    """The duty to do it again; the moment when it was first due stays on it."""
    case, pack = locked.facts, locked.pack
    if not pack.binds(norms.REWORK):
        return {}
    first = duty_queries.first_due(case.subject, DutyKind.HANDLE)
    return {DutyKind.REWORK: cases.LIFE.opening(DutyKind.REWORK, case, case.parts, pack, first_due_at=first)}


@command(subject="case", act=Act.TELL_RESULT, fields=TellResult, ask=rules.may_tell_result)
def tell_result(*, number: str, fields: TellResult, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Tell the requester of a joined case what came of it, where they want no call-back; or try to."""
    locked = cases.LIFE.begin(number, Act.TELL_RESULT, actor=actor, now=now, version=version)
    earlier = queries.tellings(locked.facts.subject)
    given_up = rules.tried_enough([*earlier, now], pack=locked.pack)
    happening = ResultTold(
        attempt=len(earlier) + 1,
        method=fields.method,
        result="已告知" if fields.reached else _unreached(given_up=given_up),
        reached=fields.reached,
        said=fields.said,
    )
    settled = fields.reached or given_up
    return cases.LIFE.advance(locked, happening, spares=() if settled else (DutyKind.TELL_RESULT,))


@command(subject="case", act=Act.PARENT_ANSWERED, fields=FollowParent)
def parent_answered(
    *, number: str, fields: FollowParent, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """The case to which this one was joined was answered: its requester is to be told, anew with every answer."""
    locked = cases.begin_joined(number, Act.PARENT_ANSWERED, actor=actor, now=now, version=version)
    case, parent = locked.facts, case_queries.facts(str(locked.facts.parent))
    locked.grant(rules.may_follow_answer(parent))
    answer = queries.passed_answer(parent)
    again = bool(queries.callbacks(number, round=case.round))
    return cases.LIFE.advance(
        locked,
        ParentAnswered(
            parent=parent.number,
            lead_name=unit_names([parent.lead or parent.desk])[parent.lead or parent.desk],
            outcome=answer.outcome,
            answer=answer.text,
        ),
        changes={"round": case.round + 1} if again else {},
        openings=cases.by_default(DutyKind.TELL_RESULT, case, locked.pack),
    )


@command(subject="case", act=Act.PARENT_ENDED, fields=FollowParent)
def parent_ended(*, number: str, fields: FollowParent, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The case to which this one was joined ended without an answer: this one is dispatched by itself."""
    locked = cases.begin_joined(number, Act.PARENT_ENDED, actor=actor, now=now, version=version)
    parent = case_queries.facts(str(locked.facts.parent))
    locked.grant(rules.may_go_on_alone(parent))
    cases.hide_from_lead(number, now=now)
    return cases.LIFE.advance(
        locked,
        ParentEnded(parent=parent.number, how=parent.stage.label),
        changes={"parent_id": None, "closure": ""},
    )


def _follow(locked: Locked[CaseFacts], happening: Happening) -> None:
    """A case was moved: what was joined to it follows; what was joined just now catches up."""
    number, origin, target = locked.facts.number, locked.move.origin, locked.move.target
    if target is Stage.MERGED and origin is not Stage.MERGED:
        catch_up(number, locked.facts.jurisdiction, locked.now)
    elif _is_followed(locked.move):
        for child in case_queries.joined(number):
            catch_up(child, locked.facts.jurisdiction, locked.now)


def _is_followed(move: Move) -> bool:
    """Whether what was joined to a case has to follow it along a row: it was answered, or ended."""
    target, origin = move.target, move.origin
    return (target in ANSWERED and origin not in ANSWERED) or (target in ENDS and origin not in ENDS)


def _asked(locked: Locked[CaseFacts]) -> list[Question[object]]:
    return [case_queries.joining(locked.facts.number)] if _is_followed(locked.move) else []


hears("case", _follow, _asked)


def catch_up(number: str, jurisdiction: str, now: datetime) -> None:
    """What a joined case owes its requester because of the other one, or that it stands by itself again."""
    parent = case_queries.facts(str(case_queries.facts(number).parent))
    if parent.stage in ENDS | ANSWERED:
        act = parent_answered if rules.may_follow_answer(parent) is None else parent_ended
        act(number=number, fields=FollowParent(), actor=Actor.clockwork(jurisdiction), now=now)
