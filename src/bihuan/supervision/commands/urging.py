"""催办: a unit is urged about something that it owes, replies, or does it."""

from dataclasses import replace
from datetime import datetime

from bihuan.duties import queries as duties
from bihuan.duties.life import Living, Locked, follows
from bihuan.duties.types import Outcome
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refusal, Refused, granted
from bihuan.matters.types.forms import NoFields
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post
from bihuan.policy.pack import Pack
from bihuan.record.commands import command, lock_all
from bihuan.record.types import Done
from bihuan.subjects.naming import Taken
from bihuan.supervision import queries, rules
from bihuan.supervision.commands.life import (
    URGE_LIFE,
    Desk,
    act,
    desk_of,
    let_see,
    open_first,
    say,
    take_up,
    tell,
    tell_of,
    write_down,
)
from bihuan.supervision.types import AboutRow, DirectiveFacts, Kind, UrgeAct, Urged, UrgeDuty, UrgeStage
from bihuan.supervision.types.forms import RepeatUrge, ReplyUrge, SendUrge, UrgeSelected
from bihuan.supervision.types.happenings import (
    SubjectUrged,
    SubjectUrgeReplied,
    UrgeLapsed,
    UrgeRepeated,
    UrgeReplied,
    UrgeSent,
    UrgeSettled,
)
from bihuan.supervision.types.rows import Sent

NO_SUBJECT = Refusal("没有这件事项，或者它不在您的职务可以办理的范围内。", None, field="subject")


@command(subject=Kind.URGE, act=UrgeAct.SEND, fields=SendUrge)
def send(*, fields: SendUrge, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Urge a unit about what it owes on a subject: the duty that is named, or what another unit owes first there."""
    desk = desk_of(Kind.URGE, UrgeAct.SEND, actor, now)
    return _send(desk, fields.subject, fields.duty, fields.demand, actor, now)


@command()
def urge(*, duty: int, by: str, demand: str, actor: Actor, now: datetime) -> Done:
    """Urge whoever owes a duty, in the name of the unit `by`: the clock's own way. Raises Unknown, Refused."""
    desk = desk_of(Kind.URGE, UrgeAct.SEND, actor, now, by=by)
    subject = duties.place(duty, actor.jurisdiction)[0]
    return _send(desk, subject, duty, demand, actor, now)


def _send(desk: Desk, named: str, duty: int | None, demand: str, actor: Actor, now: datetime) -> Done:
    taken = take_up(named, desk, actor)
    if taken is None:
        raise Refused(NO_SUBJECT, pack=desk.pack.ref)
    urged = queries.urged(taken.subject, id=duty, besides=desk.unit)
    standing = queries.urging(urged.id) if urged else ""
    answer = rules.may_urge(urged, issuer=desk.unit, standing=standing)
    granted(answer, binds=desk.pack.binds, subject=taken.subject, pack=desk.pack.ref)
    assert urged is not None, "asked by the rule"
    return _write(desk, taken, urged, demand, actor, now)


def _write(desk: Desk, taken: Taken, urged: Urged, demand: str, actor: Actor, now: datetime) -> Done:
    let_see(taken, desk, now)
    about = AboutRow(taken.subject, urged.id, urged.kind, urged.label, urged.clause, urged.due_at)
    found = write_down(
        Kind.URGE,
        desk,
        title=f"催办：{urged.label}",
        unit=urged.holder,
        about=[about],
        of_case=taken.of_case,
        actor=actor,
        now=now,
        stage=UrgeStage.SENT,
        demand=demand,
    )
    happening = UrgeSent(
        issuer=desk.unit,
        issuer_name=desk.unit_name,
        unit=urged.holder,
        unit_name=found.unit_name,
        subject=taken.number,
        duty=urged.label,
        due_at=urged.due_at,
        demand=demand,
    )
    owed = URGE_LIFE.opening(UrgeDuty.REPLY, found, found.parts, desk.pack)
    owed = replace(owed, post=urged.post if urged.post not in _SIGNERS else Post.HANDLER)
    done = open_first(found, desk, happening, actor=actor, now=now, openings={UrgeDuty.REPLY: owed})
    _tell_urged(found, 1, desk, actor, now)
    return done


_SIGNERS = (Post.DEPUTY, Post.HEAD)
"""Who sign what others write: whoever wrote it replies."""


def _tell_urged(urge: DirectiveFacts, times: int, desk: Desk, actor: Actor, now: datetime) -> None:
    happening = _subject_urged(urge, times)
    tell(urge.about, happening, move=desk.move, seat=desk.seat, pack=desk.pack, actor=actor, now=now)


def _subject_urged(urge: DirectiveFacts, times: int) -> SubjectUrged:
    return SubjectUrged(
        number=urge.number,
        issuer_name=urge.issuer_name,
        unit_name=urge.unit_name,
        duty=urge.about[0].duty_label,
        times=times,
    )


@command(repeatable=True)
def urge_selected(*, fields: UrgeSelected, actor: Actor, now: datetime) -> tuple[Sent, ...]:
    """Urge the units that owe these duties, each for itself, all in one transaction: what one is refused holds up no
    other. Raises Refused where the actor may urge nobody."""
    desk = desk_of(Kind.URGE, UrgeAct.SEND, actor, now)
    known = duties.subjects_of(fields.duties, actor.jurisdiction)
    lock_all({known[id] for id in fields.duties if id in known})
    return tuple(_sent(desk, id, known.get(id, ""), fields.demand, actor, now) for id in dict.fromkeys(fields.duties))


def _sent(desk: Desk, id: int, subject: str, demand: str, actor: Actor, now: datetime) -> Sent:
    """What became of one: nothing of it is written before the rules have said yes."""
    try:
        done = _send(desk, subject, id, demand, actor, now)
    except Refused as refused:
        seen = "" if refused.refusal is NO_SUBJECT else subject
        norm = refused.refusal.norm.name if refused.refusal.norm else ""
        return Sent(id, seen, False, "", refused.refusal.reason, norm)
    return Sent(id, subject, True, done.number, done.sentence, "")


def _may_repeat(urge: DirectiveFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_repeat(urge, now=now)


@act(Kind.URGE, UrgeAct.REPEAT, RepeatUrge, ask=_may_repeat)
def repeat(locked: Locked[DirectiveFacts], fields: RepeatUrge) -> Done:
    """Urge again: the reply is owed since the first time."""
    times = locked.facts.times + 1
    done = URGE_LIFE.advance(locked, UrgeRepeated(times=times, demand=fields.demand), changes={"times": times})
    tell_of(locked, _subject_urged(locked.facts, times))
    return done


@act(Kind.URGE, UrgeAct.REPLY, ReplyUrge)
def reply(locked: Locked[DirectiveFacts], fields: ReplyUrge) -> Done:
    """The unit tells how far it is; that changes nothing of what it owes."""
    urge = locked.facts
    locked.grant(rules.may_expect(fields.expected_on, today=organisations.today(locked.now)))
    say(locked, fields.progress, expected_on=fields.expected_on, difficulty=fields.difficulty)
    happening = UrgeReplied(
        unit_name=urge.unit_name,
        progress=fields.progress,
        expected_on=fields.expected_on,
        difficulty=fields.difficulty,
    )
    done = URGE_LIFE.advance(locked, happening)
    tell_of(locked, SubjectUrgeReplied(number=urge.number, unit_name=urge.unit_name))
    return done


def _may_settle(urge: DirectiveFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_end(queries.outcome_of(urge), done=True)


def _may_lapse(urge: DirectiveFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_end(queries.outcome_of(urge), done=False)


@act(Kind.URGE, UrgeAct.SETTLE, NoFields, ask=_may_settle)
def settle(locked: Locked[DirectiveFacts], fields: NoFields) -> Done:
    """What the unit was urged about is done."""
    return _end(locked)


@act(Kind.URGE, UrgeAct.LAPSE, NoFields, ask=_may_lapse)
def lapse(locked: Locked[DirectiveFacts], fields: NoFields) -> Done:
    """What the unit was urged about is owed no more, or by another one."""
    return _end(locked)


def leave_alone(number: str, actor: Actor, now: datetime) -> Done:
    """The unit that was urged has ended and nobody follows it: nobody replies any more."""
    return _end(URGE_LIFE.begin(number, UrgeAct.LAPSE, actor=actor, now=now, ask=False))


def _end(locked: Locked[DirectiveFacts]) -> Done:
    told = UrgeSettled if locked.move.act == UrgeAct.SETTLE else UrgeLapsed
    return URGE_LIFE.advance(locked, told(duty=locked.facts.about[0].duty_label))


def end_of(outcome: str) -> UrgeAct:
    """The act by which an urge ends whose duty ended so."""
    return UrgeAct.SETTLE if outcome in (Outcome.MET, Outcome.LATE) else UrgeAct.LAPSE


def _follow(below: Locked[Living], number: str, outcome: Outcome) -> None:
    """An act ended what somebody was urged about: the urge ends with it, by the same hand at the same moment."""
    _end(URGE_LIFE.along(number, end_of(outcome), by=below))


follows(Kind.URGE, queries.URGED_ABOUT, _follow)
