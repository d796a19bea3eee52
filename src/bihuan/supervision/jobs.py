"""The clockwork of supervision: what it ends, and the steps of the ladder by which it urges and drafts."""

from collections.abc import Callable
from datetime import datetime

from bihuan.cases.types import DutyKind as CaseDuty
from bihuan.duties import ladder
from bihuan.duties import queries as duties
from bihuan.duties.ladder import Made, NotYet, Taking, action, need
from bihuan.duties.types import Climber, OverdueTold
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.matters.types.forms import NoFields
from bihuan.organisations import queries as organisations
from bihuan.policy.calendar import told
from bihuan.policy.ladders import By, Do, Need
from bihuan.policy.limits import Limit
from bihuan.record.commands import ACTS
from bihuan.record.types import Done, subject_of
from bihuan.subjects.registry import REGISTRY
from bihuan.supervision import commands, queries, rules
from bihuan.supervision.types import OFFICES, SENDERS, Kind, OrderGround, ReminderGround, UrgeAct
from bihuan.supervision.types.forms import RepeatUrge


def end_urges(jurisdiction: str, now: datetime) -> int:
    """End the urges about what was settled without an act of its subject, as when a unit ended; answers how many."""
    ended = 0
    for number, outcome in queries.settled_in(jurisdiction):
        try:
            act = ACTS[(Kind.URGE, commands.end_of(outcome))]
            act.run(number=number, fields=NoFields(), actor=Actor.clockwork(jurisdiction), now=now)
            ended += 1
        except (Refused, Unknown):  # done by another worker meanwhile
            continue
    return ended


DEMAND = "请抓紧办理，并回复办理进展。"
SENT = {str(kind): kind for kind in Kind}
"""Subjects that are what was sent."""


@action(Do.INFORM, alone=True)
def inform(step: Taking) -> Made:
    """Tell the office that what a leader is to decide is late, where it sees the subject or may be let see it."""
    duty, now = step.duty, step.now
    subject = REGISTRY[duty.subject.partition(":")[0]]
    facts = subject.life.facts(duty.number)
    accused = facts.accused if getattr(facts, "secret", False) else ()
    for capacity, post in OFFICES.items():
        bodies = organisations.units_with(capacity, duty.jurisdiction, now=now)
        body = next((one for one in bodies if one.code not in accused), None)
        if body is None:
            continue
        sees = any(body.code in units for units in facts.parts.values())
        if body.code == duty.holder or not (sees or subject.let_see):
            return Made()
        if not sees and subject.let_see:
            subject.let_see(duty.number, body.code, now)
        said = OverdueTold(
            duty=duty.kind,
            label=duty.label,
            holder=duty.holder,
            holder_name=duty.holder_name,
            due_at=duty.due_at,
            told=body.code,
            told_name=body.name,
            post=str(post),
        )
        return Made(happening=said)
    return Made()


def sender(step: Taking) -> str:
    """The unit in whose name a step is taken; empty where nobody may send or what is owed cannot be urged.

    Of several it is one that takes part in the subject; no other desk sends anything about it. Whom somebody complains
    of who asked for secrecy hears nothing of it. About a reply to what was sent whoever sent that sends.
    """
    duty, by = step.duty, step.step.by
    if by is None:
        return ""
    if duty.subject.partition(":")[0] in SENT:
        return _issuer(step)
    found = queries.subject_named(duty.subject, duty.jurisdiction)
    if found is None:
        return ""
    facts = found[0].life.facts(duty.number)
    accused = facts.accused if getattr(facts, "secret", False) else ()
    able = [unit.code for unit in organisations.units_with(SENDERS[by], duty.jurisdiction, now=step.now)]
    able = [code for code in able if code not in accused]
    there = [code for code in able if any(code in units for units in facts.parts.values())]
    code = next(iter(there or ([] if by is By.DESK else able)), "")
    owed = queries.urged(duty.subject, id=duty.id)
    return code if code and rules.may_urge(owed, issuer=code, standing="") is None else ""


def _issuer(step: Taking) -> str:
    """Who sent what is to be replied to, if the step is taken in the name of such a body."""
    duty, by = step.duty, step.step.by
    assert by is not None, "asked before"
    kind = SENT[duty.subject.partition(":")[0]]
    issuer = queries.facts(kind, duty.number).issuer
    able = organisations.units_with(SENDERS[by], duty.jurisdiction, now=step.now)
    owed = queries.urged(duty.subject, id=duty.id)
    fits = issuer in {unit.code for unit in able} and rules.may_urge(owed, issuer=issuer, standing="") is None
    return issuer if fits else ""


def _again(number: str, step: Taking) -> Made:
    """Urge once more, where the last time's reply is late."""
    if rules.may_repeat(queries.facts(Kind.URGE, number), now=step.now) is not None:
        raise NotYet
    again = RepeatUrge(demand=DEMAND)
    ACTS[(Kind.URGE, UrgeAct.REPEAT)].run(number=number, fields=again, actor=step.actor, now=step.now)
    return Made(subject_of(Kind.URGE, number))


def _urge_to_reply(step: Taking) -> Made:
    """To an urge that nobody replied to in time; about what has urges on its own ladder that one repeats them."""
    about = [one.duty for one in queries.facts(Kind.URGE, step.duty.number).about if one.duty is not None]
    climbing = (duties.climber_of(duties.told_duty(one)) for one in about)
    urged = any(planned.step.do is Do.URGE for climber in climbing for planned in ladder.planned(climber))
    return Made() if urged or not sender(step) else _again(step.duty.number, step)


@action(Do.URGE, alone=True)
def urge(step: Taking) -> Made:
    """Urge whoever owes the duty; once more, where nobody replied in time to the last. Who is still in time to reply
    is asked when that is over, and who replied meanwhile is left alone until the next time."""
    if step.duty.subject.startswith(f"{Kind.URGE}:"):
        return _urge_to_reply(step)
    by, standing = sender(step), queries.urging(step.duty.id)
    if not by or (not standing and queries.replied_since(step.duty.id, step.planned.at)):
        return Made()
    if not standing:
        done = commands.urge(duty=step.duty.id, by=by, demand=DEMAND, actor=step.actor, now=step.now)
        return Made(subject_of(Kind.URGE, done.number))
    return _again(standing, step)


PROMISED = CaseDuty.COMMITMENT_FULFIL
"""The duty to keep what was promised, of a case and of a matter alike."""


@action(Do.REMINDER, alone=True)
def draft_reminder(step: Taking) -> Made:
    """Lay a reminder before whoever supervises; people send it. The supervision body reminds desks alone."""
    duty, by = step.duty, step.step.by
    unit = organisations.named([duty.holder], duty.jurisdiction, now=step.now).get(duty.holder)
    supervises = by is By.SUPERVISION
    if rules.may_remind(unit, issuer="", supervises=supervises, pack=step.pack) is not None:
        return Made()
    ground = ReminderGround.PROMISE_BROKEN if duty.kind == PROMISED else ReminderGround.LATE
    return _draft(step, Kind.REMINDER, commands.suggest_reminder, ground)


@action(Do.ORDER, alone=True)
def draft_order(step: Taking) -> Made:
    """Lay an order before whoever supervises; people send it."""
    return _draft(step, Kind.ORDER, commands.suggest_order, OrderGround.OVERDUE)


def _draft(step: Taking, kind: Kind, suggest: Callable[..., Done], ground: ReminderGround | OrderGround) -> Made:
    by, duty = sender(step), step.duty
    if not by or queries.under_way(kind, duty.subject, duty.holder):
        return Made()
    facts = f"“{duty.label}”应于{told(duty.due_at)}前完成，逾期没有完成。"
    done = suggest(duty=duty.id, by=by, ground=ground, facts=facts, demand=DEMAND, actor=step.actor, now=step.now)
    return Made(subject_of(kind, done.number))


@need(Need.KEY)
def is_key(duty: Climber, said: int | Limit | None, now: datetime) -> bool:
    """Whether the duty stands on something that weighs much."""
    return queries.is_key(duty.subject)


@need(Need.NOT_KEY)
def is_not_key(duty: Climber, said: int | Limit | None, now: datetime) -> bool:
    """Whether it stands on anything else."""
    return not queries.is_key(duty.subject)


@need(Need.URGE_UNANSWERED)
def urge_unanswered(duty: Climber, said: int | Limit | None, now: datetime) -> bool:
    """Whether nobody replied in time to an urge about the duty."""
    return queries.unanswered(Kind.URGE, duty.id, now=now)


@need(Need.REMINDER_UNANSWERED)
def reminder_unanswered(duty: Climber, said: int | Limit | None, now: datetime) -> bool:
    """Whether nobody replied in time to a reminder about the duty."""
    return queries.unanswered(Kind.REMINDER, duty.id, now=now)
