"""How a matter is settled: reviewed, confirmed, heard by the supervision body, struck off, tracked, reopened."""

from dataclasses import replace
from datetime import datetime

from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import Part
from bihuan.commitments import commands as commitments
from bihuan.duties import commands as duties
from bihuan.duties.life import Locked
from bihuan.duties.types import Opening, Singly
from bihuan.instructions import queries as instructions
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refusal
from bihuan.matters import rules
from bihuan.matters.commands import cooperating, following
from bihuan.matters.commands.entry import look_again
from bihuan.matters.commands.handling import handling
from bihuan.matters.commands.life import LIFE, end_of, falls_on, join, note_round
from bihuan.matters.commands.track import take_along
from bihuan.matters.models import Round
from bihuan.matters.types import NOT_SAID, Act, DutyKind, MatterClass, MatterFacts
from bihuan.matters.types.forms import (
    Confirm,
    EndTracking,
    Recheck,
    Reopen,
    SendBack,
    StrikeOff,
    StrikeOffAndTrack,
    Supervise,
)
from bihuan.matters.types.happenings import (
    FeedbackSentBack,
    MatterRechecked,
    MatterReopened,
    MatterStruckOff,
    SettlementConfirmed,
    SupervisionFedBack,
    TrackingEnded,
)
from bihuan.organisations import queries as organisations
from bihuan.policy.pack import Pack
from bihuan.record.commands import command
from bihuan.record.types import Done


@command(subject="matter", act=Act.CONFIRM, fields=Confirm, ask=rules.may_review)
def confirm(*, number: str, fields: Confirm, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The office confirms that the matter is settled; for a key one the supervision body is heard next."""
    locked = LIFE.begin(number, Act.CONFIRM, actor=actor, now=now, version=version)
    note_round(locked.facts, confirmed_by=actor.account, confirmed_at=now, confirm_opinion=fields.opinion)
    promised = commitments.bring_into_force(locked, _join, fulfil=DutyKind.COMMITMENT_FULFIL)
    singly = replace(promised, settles=(*promised.settles, *following.ended(locked.facts).settles))
    done = LIFE.advance(locked, SettlementConfirmed(opinion=fields.opinion), singly=singly)
    return commitments.tell(locked, done, promised)


def _join(number: str, unit: str, now: datetime) -> None:
    """A unit that promised something of a matter takes part in it."""
    if not any(unit in units for units in LIFE.facts(number).parts.values()):
        join(number, Part.CO, [unit], now=now)


commitments.keeping(LIFE, Act, DutyKind)


@command(subject="matter", act=Act.SEND_BACK, fields=SendBack, ask=rules.may_review)
def send_back(*, number: str, fields: SendBack, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Send the feedback back to be made good: a new duty, the moment when it was first due stays on it."""
    locked = LIFE.begin(number, Act.SEND_BACK, actor=actor, now=now, version=version)
    again = _again(locked, fields)
    commitments.end(locked.facts.subject)
    note_round(
        locked.facts,
        confirmed_by="",
        confirmed_at=None,
        confirm_opinion="",
        supervised_by="",
        supervised_at=None,
        supervision_finding="",
    )
    happening = FeedbackSentBack(reason_code=fields.reason_code, reason=fields.reason)
    due_at, _ = duties.due(again, locked.pack, now)
    watched = (*_watched_again(locked, due_at), *cooperating.asked_again(locked, due_at, anew=False))
    done = LIFE.advance(locked, happening, openings={DutyKind.REWORK: again}, singly=Singly(opens=watched))
    take_along(locked, CaseAct.FOLLOW_LIST)
    return done


def _watched_again(locked: Locked[MatterFacts], due_at: datetime) -> tuple[Opening, ...]:
    """What the supervision body owes of a key matter that is to be made good, unless it owes it still."""
    if not locked.facts.key or DutyKind.TRACK in locked.facts.duties:
        return ()
    return following.first(locked, due_at)


def _again(locked: Locked[MatterFacts], fields: SendBack) -> Opening:
    matter, pack, due_on = locked.facts, locked.pack, fields.due_on
    first = matter.first_due_at
    if due_on is None:
        return LIFE.opening(DutyKind.REWORK, matter, matter.parts, pack, first_due_at=first)
    due_at = end_of(due_on, pack)
    locked.grant(rules.may_set_limit(due_at, now=locked.now), falls_on(due_on, fields.on_free_day, "due_on"))
    why = "退回时确定的补办期限"
    return LIFE.opening(DutyKind.REWORK, matter, matter.parts, pack, due_at=due_at, first_due_at=first, basis=why)


@command(subject="matter", act=Act.SUPERVISE, fields=Supervise, ask=rules.may_supervise)
def supervise(*, number: str, fields: Supervise, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The supervision body says what it found: now the matter may be struck off."""
    locked = LIFE.begin(number, Act.SUPERVISE, actor=actor, now=now, version=version)
    note_round(locked.facts, supervised_by=actor.account, supervised_at=now, supervision_finding=fields.finding)
    heard = replace(locked, facts=replace(locked.facts, supervised_at=now, awaits_supervision=False))
    return LIFE.advance(heard, SupervisionFedBack(finding=fields.finding))


def _heavier(matter: MatterFacts, now: datetime) -> MatterClass | None:
    """What it weighed before an instruction that nobody has confirmed yet."""
    waits = DutyKind.VERIFY in matter.duties
    found = instructions.pending(matter.subject, now=now) if waits else None
    before = found.before.get("matter_class") if found else ""
    return MatterClass(before) if before else None


def _may_strike_off(matter: MatterFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_strike_off(matter, actor, now, pack, heavier=_heavier(matter, now))


def _may_strike_off_and_track(matter: MatterFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_strike_off_and_track(matter, actor, now, pack, heavier=_heavier(matter, now))


@command(subject="matter", act=Act.STRIKE_OFF, fields=StrikeOff, ask=_may_strike_off)
def strike_off(*, number: str, fields: StrikeOff, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Strike the matter off the ledger: it is over, and its case is answered."""
    locked = LIFE.begin(number, Act.STRIKE_OFF, actor=actor, now=now, version=version)
    done = LIFE.advance(locked, _leave_ledger(locked, fields))
    take_along(locked, CaseAct.LEAVE_LIST)
    look_again(number)
    return done


@command(subject="matter", act=Act.STRIKE_OFF_AND_TRACK, fields=StrikeOffAndTrack, ask=_may_strike_off_and_track)
def strike_off_and_track(
    *, number: str, fields: StrikeOffAndTrack, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """Strike a special matter off the ledger, its case is answered; the supervision body owes a re-check."""
    locked = LIFE.begin(number, Act.STRIKE_OFF_AND_TRACK, actor=actor, now=now, version=version)
    recheck = _recheck(locked, fields)
    happening = _leave_ledger(locked, fields, followed_by="，转入跟踪复查")
    done = LIFE.advance(locked, happening, openings={DutyKind.RECHECK: recheck})
    take_along(locked, CaseAct.LEAVE_LIST)
    return done


def _leave_ledger(locked: Locked[MatterFacts], fields: StrikeOff, followed_by: str = "") -> MatterStruckOff:
    """Close the matter's round on the ledger."""
    matter = locked.facts
    note_round(
        matter,
        struck_off_by=locked.actor.account,
        struck_off_at=locked.now,
        strike_off_opinion=fields.opinion,
    )
    return MatterStruckOff(
        list_number=matter.list_number or "", round=matter.round, followed_by=followed_by, opinion=fields.opinion
    )


def _recheck(locked: Locked[MatterFacts], fields: StrikeOffAndTrack | Recheck) -> Opening:
    """The duty to look again, until a day that was set or by the pack's limit."""
    matter, pack, on = locked.facts, locked.pack, fields.recheck_on
    if on is None:
        return LIFE.opening(DutyKind.RECHECK, matter, matter.parts, pack)
    locked.grant(
        rules.may_recheck_on(on, today=organisations.today(locked.now)),
        falls_on(on, fields.on_free_day, "recheck_on"),
    )
    return LIFE.opening(
        DutyKind.RECHECK, matter, matter.parts, pack, due_at=end_of(on, pack), basis="逐次确定的复查期限"
    )


@command(subject="matter", act=Act.RECHECK, fields=Recheck)
def recheck(*, number: str, fields: Recheck, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """A special matter passed its re-check and is watched further."""
    locked = LIFE.begin(number, Act.RECHECK, actor=actor, now=now, version=version)
    following = _recheck(locked, fields)
    next_due_at, _ = duties.due(following, locked.pack, now)
    happening = MatterRechecked(next_due_at=next_due_at, finding=fields.finding)
    return LIFE.advance(locked, happening, openings={DutyKind.RECHECK: following})


@command(
    subject="matter",
    act=Act.END_TRACKING,
    fields=EndTracking,
    ask=rules.may_stop_tracking,
    required=rules.asked_of_end,
    choices=rules.settled_at_last,
)
def end_tracking(*, number: str, fields: EndTracking, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """A special matter passed its last re-check: it is solved, and its requester was asked."""
    locked = LIFE.begin(number, Act.END_TRACKING, actor=actor, now=now, version=version)
    locked.grant(*locked.lacks(fields), rules.may_end_tracking(settled=fields.settled))
    happening = TrackingEnded(
        settled=fields.settled,
        told=fields.settled.label if fields.settled else NOT_SAID,
        way=fields.way,
        by_way=fields.way.label if fields.way else NOT_SAID,
        finding=fields.finding,
    )
    done = LIFE.advance(locked, happening, changes={"settled": str(fields.settled or "")})
    look_again(number)
    return done


@command(subject="matter", act=Act.REOPEN, fields=Reopen)
def reopen(*, number: str, fields: Reopen, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """A special matter failed its re-check: on the ledger again, with its case and its unit, in a new round."""
    locked = LIFE.begin(number, Act.REOPEN, actor=actor, now=now, version=version)
    matter = locked.facts
    due_at = end_of(fields.due_on, locked.pack)
    locked.grant(rules.may_set_limit(due_at, now=now), falls_on(fields.due_on, fields.on_free_day, "due_on"))
    commitments.end(matter.subject)
    Round.objects.create(
        matter_id=number,
        round=matter.round + 1,
        entered_at=now,
        assigned_at=now,
        copied_at=now,
        due_at=due_at,
        first_due_at=due_at,
    )
    done = LIFE.advance(
        locked,
        MatterReopened(
            list_number=matter.list_number or "",
            round=matter.round + 1,
            due_on=fields.due_on,
            finding=fields.finding,
        ),
        changes={"round": matter.round + 1},
        openings={DutyKind.HANDLE: handling(locked, matter.parts, due_at)},
        singly=Singly(
            opens=(
                *(following.first(locked, due_at) if matter.key else ()),
                *cooperating.asked_again(locked, due_at, anew=True),
            )
        ),
    )
    take_along(locked, CaseAct.ENTER_LIST_AGAIN)
    return done
