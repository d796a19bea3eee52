"""工作提醒: a unit is reminded of something that is wrong, puts it right or contests it, and whoever sent it judges."""

from datetime import date, datetime

from bihuan.cases.types import Part
from bihuan.duties import queries as duties
from bihuan.duties.life import Locked
from bihuan.duties.rules import may_fall_on
from bihuan.duties.types import Opening
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refusal, granted
from bihuan.matters.types.forms import NoFields, WithReason
from bihuan.organisations import queries as organisations
from bihuan.policy.calendar import ZONE
from bihuan.policy.pack import Pack
from bihuan.record.commands import command, lock
from bihuan.record.types import Done
from bihuan.supervision import queries, rules
from bihuan.supervision.commands.life import (
    LIVES,
    about_of,
    act,
    all_taken,
    begins_draft,
    bind,
    desk_of,
    judge,
    let_see,
    look_into,
    name,
    open_first,
    say,
    suggest,
    tell,
    tell_of,
    write_down,
)
from bihuan.supervision.commands.ordering import go_on
from bihuan.supervision.models import Participation
from bihuan.supervision.types import (
    DirectiveFacts,
    Kind,
    ReminderAct,
    ReminderDuty,
    ReminderGround,
    ReminderStage,
    Verdict,
)
from bihuan.supervision.types.forms import (
    AcceptReply,
    AddSubject,
    DropDraft,
    Escalate,
    IssueReminder,
    RejectReply,
    ReplyReminder,
    SendReminder,
)
from bihuan.supervision.types.happenings import (
    ContestUpheld,
    ReminderDropped,
    ReminderIssued,
    ReminderReceived,
    ReminderReplied,
    ReminderSuggested,
    ReminderWithdrawn,
    ReplyAccepted,
    ReplyRejected,
    SubjectAdded,
    SubjectNamed,
    UnitFellAway,
)

LIFE = LIVES[Kind.REMINDER]


@command(subject=Kind.REMINDER, act=ReminderAct.ISSUE, fields=IssueReminder)
def issue(*, fields: IssueReminder, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Remind a unit of something that is wrong on some subjects, and say until when it is to be put right."""
    desk = desk_of(Kind.REMINDER, ReminderAct.ISSUE, actor, now)
    unit = organisations.named([fields.unit], actor.jurisdiction, now=now).get(fields.unit)
    taken = all_taken(fields.about, desk, actor)
    granted(
        rules.may_remind(unit, issuer=desk.unit, supervises=desk.supervises, pack=desk.pack),
        *(rules.may_name(one.number, unit=fields.unit, parts=one.parts) for one in taken),
        *_may_set(fields, now),
        binds=desk.pack.binds,
        pack=desk.pack.ref,
    )
    for one in taken:
        let_see(one, desk, now)
    about = [about_of(one.subject, queries.urged(one.subject, holder=fields.unit)) for one in taken]
    found = write_down(
        Kind.REMINDER,
        desk,
        title=_title(fields.ground),
        unit=fields.unit,
        about=about,
        of_case=taken[0].of_case if len(taken) == 1 else "",
        stage=ReminderStage.ISSUED,
        actor=actor,
        now=now,
        ground=str(fields.ground),
        facts=fields.facts,
        demand=fields.demand,
        due_on=fields.rectify_by,
    )
    happening = _issued(found, fields)
    owed = _owed(found, fields.rectify_by, desk.pack)
    done = open_first(found, desk, happening, openings={ReminderDuty.REPLY: owed}, actor=actor, now=now)
    bind(found, fields.attachments, actor)
    tell(
        found.about,
        SubjectNamed(what=Kind.REMINDER.label, number=found.number, told=f"{found.issuer_name}提醒{found.unit_name}"),
        move=desk.move,
        seat=desk.seat,
        pack=desk.pack,
        actor=actor,
        now=now,
    )
    return done


def _may_set(fields: SendReminder, now: datetime) -> tuple[Refusal | None, ...]:
    return (
        rules.may_rectify_until(fields.rectify_by, today=organisations.today(now)),
        may_fall_on(fields.rectify_by, duties.calendar(), on_free_day=fields.on_free_day, field="rectify_by"),
    )


def _title(ground: ReminderGround) -> str:
    return f"工作提醒：{ground.label}"


def _issued(found: DirectiveFacts, fields: SendReminder) -> ReminderIssued:
    return ReminderIssued(
        issuer=found.issuer,
        issuer_name=found.issuer_name,
        unit=found.unit,
        unit_name=found.unit_name,
        ground=ReminderGround(found.ground),
        subjects=tuple(one.subject.partition(":")[2] for one in found.about),
        due_on=fields.rectify_by,
        problem=fields.facts,
        demand=fields.demand,
        attachments=fields.attachments,
    )


def _owed(found: DirectiveFacts, due_on: date, pack: Pack) -> Opening:
    """The reply is owed until the offices close on the day that was set."""
    parts = {str(Part.ADDRESSEE): frozenset({found.unit})}
    due_at = datetime.combine(due_on, pack.hours.closes, ZONE)
    return LIFE.opening(ReminderDuty.REPLY, found, parts, pack, due_at=due_at, basis="整改期限由发出单位确定")


@command()
def suggest_reminder(
    *,
    duty: int,
    by: str,
    ground: ReminderGround,
    facts: str,
    demand: str,
    actor: Actor,
    now: datetime,
) -> Done:
    """Suggest to the unit `by` to remind whoever owes a duty: the clock's own way, decided by people.

    What is suggested of one unit on the same ground on the same day is one draft.
    """
    subject, holder = duties.place(duty, actor.jurisdiction)
    standing = queries.drafted(by, holder, str(ground), actor.jurisdiction, since=_midnight(now))
    if standing:
        lock(subject)
        done: Done = add_subject(number=standing, fields=AddSubject(duty=duty), actor=actor, now=now)
        return done
    return suggest(
        Kind.REMINDER,
        ReminderAct.SUGGEST,
        ReminderSuggested,
        duty=duty,
        by=by,
        ground=ground,
        title=_title(ground),
        facts=facts,
        demand=demand,
        once=False,
        actor=actor,
        now=now,
    )


def _midnight(now: datetime) -> datetime:
    return now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)


@act(Kind.REMINDER, ReminderAct.ADD_SUBJECT, AddSubject)
def add_subject(locked: Locked[DirectiveFacts], fields: AddSubject) -> Done:
    """A further subject belongs to what was suggested today."""
    draft = locked.facts
    subject, _ = duties.place(fields.duty, draft.jurisdiction)
    if all(one.subject != subject for one in draft.about):
        name(draft.id, [about_of(subject, queries.urged(subject, id=fields.duty))])
    return LIFE.advance(locked, SubjectAdded(subject=subject.partition(":")[2]), changes={"of_case": ""})


@act(Kind.REMINDER, ReminderAct.SEND_DRAFT, SendReminder, begins=begins_draft)
def send_draft(locked: Locked[DirectiveFacts], fields: SendReminder) -> Done:
    """Send what was suggested, as whoever decides words it."""
    draft, now = locked.facts, locked.now
    locked.grant(*_may_set(fields, now))
    look_into(draft, now)
    Participation.objects.create(directive_id=draft.id, unit=draft.unit, part=str(Part.ADDRESSEE), since=now)
    parts = {**draft.parts, str(Part.ADDRESSEE): frozenset({draft.unit})}
    changes = {"facts": fields.facts, "demand": fields.demand, "due_on": fields.rectify_by}
    owed = _owed(draft, fields.rectify_by, locked.pack)
    done = LIFE.advance(
        locked, _issued(draft, fields), changes=changes, parts=parts, openings={ReminderDuty.REPLY: owed}
    )
    bind(draft, fields.attachments, locked.actor)
    _tell(locked, f"{draft.issuer_name}提醒{draft.unit_name}")
    return done


@act(Kind.REMINDER, ReminderAct.DROP, DropDraft)
def drop(locked: Locked[DirectiveFacts], fields: DropDraft) -> Done:
    """Send nothing."""
    return LIFE.advance(locked, ReminderDropped(reason=fields.reason))


@act(Kind.REMINDER, ReminderAct.RECEIVE, NoFields)
def receive(locked: Locked[DirectiveFacts], fields: NoFields) -> Done:
    """The unit signs for it."""
    return LIFE.advance(locked, ReminderReceived())


@act(Kind.REMINDER, ReminderAct.REPLY, ReplyReminder)
def reply_reminder(locked: Locked[DirectiveFacts], fields: ReplyReminder) -> Done:
    """The unit tells what it put right, signed by its deputy or head; it may contest what is held against it."""
    reminder, actor, now = locked.facts, locked.actor, locked.now
    today = organisations.today(now)
    locked.grant(
        rules.may_reply(
            measures=fields.measures,
            contests=fields.contests,
            contest_reason=fields.contest_reason,
            done_on=fields.done_on,
            issued_on=organisations.today(reminder.started_at),
            today=today,
        )
    )
    say(
        locked,
        fields.situation,
        measures=fields.measures,
        done_on=fields.done_on,
        contested=fields.contests,
        contest_reason=fields.contest_reason,
    )
    bind(reminder, fields.attachments, actor)
    happening = ReminderReplied(
        unit_name=reminder.unit_name,
        contesting="，提出申辩" if fields.contests else "",
        situation=fields.situation,
        measures=fields.measures,
        done_on=fields.done_on,
        contest_reason=fields.contest_reason,
        attachments=fields.attachments,
    )
    done = LIFE.advance(locked, happening)
    _tell(locked, f"{reminder.unit_name}已回复")
    return done


@act(Kind.REMINDER, ReminderAct.ACCEPT, AcceptReply)
def accept(locked: Locked[DirectiveFacts], fields: AcceptReply) -> Done:
    """What was wrong is put right."""
    judge(locked, Verdict.ACCEPTED, fields.opinion, str(fields.checked_how))
    done = LIFE.advance(locked, ReplyAccepted(checked_how=fields.checked_how, opinion=fields.opinion))
    _tell(locked, "整改到位")
    return done


@act(Kind.REMINDER, ReminderAct.REJECT, RejectReply)
def reject(locked: Locked[DirectiveFacts], fields: RejectReply) -> Done:
    """It is not: the unit owes another reply by a new day."""
    reminder = locked.facts
    locked.grant(
        rules.may_give_again(fields.due_on, today=organisations.today(locked.now)),
        may_fall_on(fields.due_on, duties.calendar(), on_free_day=fields.on_free_day, field="due_on"),
    )
    judge(locked, Verdict.REJECTED, fields.reason)
    owed = _owed(reminder, fields.due_on, locked.pack)
    changes = {"due_on": fields.due_on, "times": reminder.times + 1}
    happening = ReplyRejected(due_on=fields.due_on, reason=fields.reason)
    done = LIFE.advance(locked, happening, changes=changes, openings={ReminderDuty.REPLY: owed})
    _tell(locked, "不予认可，重新整改")
    return done


def _may_uphold(reminder: DirectiveFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_uphold(reminder)


@act(Kind.REMINDER, ReminderAct.UPHOLD, WithReason, ask=_may_uphold)
def uphold(locked: Locked[DirectiveFacts], fields: WithReason) -> Done:
    """The unit was right."""
    judge(locked, Verdict.UPHELD, fields.reason)
    done = LIFE.advance(locked, ContestUpheld(reason=fields.reason))
    _tell(locked, "采纳申辩，撤回")
    return done


@act(Kind.REMINDER, ReminderAct.WITHDRAW, WithReason)
def withdraw(locked: Locked[DirectiveFacts], fields: WithReason) -> Done:
    """Take it back."""
    done = LIFE.advance(locked, ReminderWithdrawn(reason=fields.reason))
    _tell(locked, "撤回")
    return done


@act(Kind.REMINDER, ReminderAct.ESCALATE, Escalate)
def escalate(locked: Locked[DirectiveFacts], fields: Escalate) -> Done:
    """The unit did not put it right: an order goes on from the reminder, about the same."""
    return go_on(locked, fields, LIFE)


@act(Kind.REMINDER, ReminderAct.FALL_AWAY, NoFields)
def fall_away(locked: Locked[DirectiveFacts], fields: NoFields) -> Done:
    """The unit has ended and nobody follows it."""
    return LIFE.advance(locked, UnitFellAway())


def _tell(locked: Locked[DirectiveFacts], told: str) -> None:
    tell_of(locked, SubjectNamed(what=Kind.REMINDER.label, number=locked.facts.number, told=told))
