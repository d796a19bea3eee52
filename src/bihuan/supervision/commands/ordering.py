"""督办单: a unit is ordered to settle something, reports how far it is, and its head answers for it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from bihuan.cases.types import Part
from bihuan.duties import commands as duty_commands
from bihuan.duties import queries as duties
from bihuan.duties.life import Life, Locked
from bihuan.duties.rules import may_fall_on
from bihuan.duties.types import Opening
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refusal, granted
from bihuan.matters.types.forms import NoFields, WithReason
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post
from bihuan.policy.calendar import ZONE
from bihuan.policy.limits import Limit
from bihuan.policy.pack import Pack
from bihuan.record.commands import command
from bihuan.record.types import Done
from bihuan.supervision import queries, rules
from bihuan.supervision.commands.life import (
    LIVES,
    Desk,
    about_of,
    act,
    all_taken,
    begins_draft,
    bind,
    desk_of,
    judge,
    let_see,
    look_into,
    open_first,
    say,
    suggest,
    tell,
    tell_of,
    write_down,
)
from bihuan.supervision.models import Participation
from bihuan.supervision.types import (
    AboutRow,
    DirectiveFacts,
    Kind,
    OrderAct,
    OrderDuty,
    OrderGround,
    OrderStage,
    Verdict,
)
from bihuan.supervision.types.forms import (
    AcceptReply,
    AskTime,
    DropDraft,
    Escalate,
    IssueOrder,
    RejectReply,
    ReplyOrder,
    ReportProgress,
    SendOrder,
    TrackOrder,
)
from bihuan.supervision.types.happenings import (
    OrderDropped,
    OrderIssued,
    OrderReceived,
    OrderReleased,
    OrderReplied,
    OrderSuggested,
    OrderTracked,
    OrderWithdrawn,
    ProgressReported,
    ReplyRejected,
    SubjectNamed,
    TimeAsked,
    TimeGiven,
    TimeRefused,
    UnitFellAway,
    WentOn,
)

LIFE = LIVES[Kind.ORDER]


@command(subject=Kind.ORDER, act=OrderAct.ISSUE, fields=IssueOrder)
def issue(*, fields: IssueOrder, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Order a unit to settle what it owes on some subjects, and to answer for it by its head."""
    desk = desk_of(Kind.ORDER, OrderAct.ISSUE, actor, now)
    unit = organisations.named([fields.unit], actor.jurisdiction, now=now).get(fields.unit)
    taken = all_taken(fields.about, desk, actor)
    owed = {one.subject: queries.urged(one.subject, holder=fields.unit) for one in taken}
    overdue = any(duty is not None and not duty.paused and duty.due_at < now for duty in owed.values())
    granted(
        rules.may_order(unit, issuer=desk.unit, supervises=desk.supervises, pack=desk.pack),
        *(rules.may_be_ordered(one.number, unit=fields.unit, parts=one.parts) for one in taken),
        rules.may_order_because(fields.ground, overdue=overdue),
        *_may_set(fields, now),
        binds=desk.pack.binds,
        pack=desk.pack.ref,
    )
    for one in taken:
        let_see(one, desk, now)
    about = [about_of(subject, duty) for subject, duty in owed.items()]
    of_case = taken[0].of_case if len(taken) == 1 else ""
    return _send(desk, fields, fields.ground, fields.unit, about, of_case, actor, now)


def _send(
    desk: Desk,
    fields: SendOrder,
    ground: OrderGround,
    unit: str,
    about: Sequence[AboutRow],
    of_case: str,
    actor: Actor,
    now: datetime,
    *,
    previous: str = "",
) -> Done:
    """Write an order and begin its life."""
    found = write_down(
        Kind.ORDER,
        desk,
        title=f"{fields.order_kind.label}：{ground.label}",
        unit=unit,
        about=about,
        of_case=of_case,
        stage=OrderStage.ISSUED,
        actor=actor,
        now=now,
        ground=str(ground),
        facts=fields.facts,
        demand=fields.demand,
        due_on=fields.reply_by,
        order_kind=str(fields.order_kind),
        previous=previous,
        issued_by=actor.account,
    )
    openings = _owed(found, fields.reply_by, desk.pack)
    also = (OrderDuty.PROGRESS,) if fields.progress else ()
    done = open_first(found, desk, _issued(found, fields), openings=openings, also_opens=also, actor=actor, now=now)
    bind(found, fields.attachments, actor)
    told = SubjectNamed(
        what=fields.order_kind.label, number=found.number, told=f"{found.issuer_name}督办{found.unit_name}"
    )
    tell(found.about, told, move=desk.move, seat=desk.seat, pack=desk.pack, actor=actor, now=now)
    return done


def _may_set(fields: SendOrder, now: datetime) -> tuple[Refusal | None, ...]:
    return (
        rules.may_reply_until(fields.reply_by, today=organisations.today(now)),
        may_fall_on(fields.reply_by, duties.calendar(), on_free_day=fields.on_free_day, field="reply_by"),
    )


def _issued(found: DirectiveFacts, fields: SendOrder) -> OrderIssued:
    return OrderIssued(
        issuer=found.issuer,
        issuer_name=found.issuer_name,
        unit=found.unit,
        unit_name=found.unit_name,
        order_kind=fields.order_kind,
        ground=OrderGround(found.ground),
        previous=found.previous,
        subjects=tuple(one.subject.partition(":")[2] for one in found.about),
        reply_by=fields.reply_by,
        problem=fields.facts,
        demand=fields.demand,
        attachments=fields.attachments,
    )


def _owed(found: DirectiveFacts, reply_by: date | None, pack: Pack) -> dict[str, Opening]:
    """The reply until the offices close on the day that was set; by the regulation's limit where none was."""
    if reply_by is None:
        return {}
    parts = {str(Part.ADDRESSEE): frozenset({found.unit})}
    due_at = datetime.combine(reply_by, pack.hours.closes, ZONE)
    basis = "回复时限由发出单位确定"
    return {OrderDuty.REPLY: LIFE.opening(OrderDuty.REPLY, found, parts, pack, due_at=due_at, basis=basis)}


@command()
def suggest_order(
    *, duty: int, by: str, ground: OrderGround, facts: str, demand: str, actor: Actor, now: datetime
) -> Done:
    """Suggest to the unit `by` to send an order to whoever owes a duty: the clock's own way, decided by people."""
    return suggest(
        Kind.ORDER,
        OrderAct.SUGGEST,
        OrderSuggested,
        duty=duty,
        by=by,
        ground=ground,
        title=f"督办：{ground.label}",
        facts=facts,
        demand=demand,
        once=True,
        actor=actor,
        now=now,
    )


@act(Kind.ORDER, OrderAct.SEND_DRAFT, SendOrder, begins=begins_draft)
def send_draft(locked: Locked[DirectiveFacts], fields: SendOrder) -> Done:
    """Send what was suggested, as whoever decides words it."""
    draft, now, actor = locked.facts, locked.now, locked.actor
    locked.grant(*_may_set(fields, now))
    look_into(draft, now)
    Participation.objects.create(directive_id=draft.id, unit=draft.unit, part=str(Part.ADDRESSEE), since=now)
    parts = {**draft.parts, str(Part.ADDRESSEE): frozenset({draft.unit})}
    changes = {
        "facts": fields.facts,
        "demand": fields.demand,
        "due_on": fields.reply_by,
        "order_kind": str(fields.order_kind),
        "title": f"{fields.order_kind.label}：{OrderGround(draft.ground).label}",
        "issued_by": actor.account,
    }
    done = LIFE.advance(
        locked,
        _issued(draft, fields),
        changes=changes,
        parts=parts,
        openings=_owed(draft, fields.reply_by, locked.pack),
        also_opens=(OrderDuty.PROGRESS,) if fields.progress else (),
    )
    bind(draft, fields.attachments, actor)
    _tell(locked, f"{draft.issuer_name}督办{draft.unit_name}")
    return done


@act(Kind.ORDER, OrderAct.DROP, DropDraft)
def drop(locked: Locked[DirectiveFacts], fields: DropDraft) -> Done:
    """Send no order."""
    return LIFE.advance(locked, OrderDropped(reason=fields.reason))


@act(Kind.ORDER, OrderAct.RECEIVE, NoFields)
def receive(locked: Locked[DirectiveFacts], fields: NoFields) -> Done:
    """The unit signs for it."""
    return LIFE.advance(locked, OrderReceived())


@act(Kind.ORDER, OrderAct.REPORT, ReportProgress)
def report(locked: Locked[DirectiveFacts], fields: ReportProgress) -> Done:
    """The unit tells how far it is; where it owes that, it owes the next one."""
    order = locked.facts
    locked.grant(rules.may_expect(fields.expected_on, today=organisations.today(locked.now)))
    say(locked, fields.progress, is_report=True, difficulty=fields.difficulty, expected_on=fields.expected_on)
    happening = ProgressReported(
        unit_name=order.unit_name,
        progress=fields.progress,
        difficulty=fields.difficulty,
        expected_on=fields.expected_on,
    )
    again = (OrderDuty.PROGRESS,) if OrderDuty.PROGRESS in order.duties else ()
    return LIFE.advance(locked, happening, also_opens=again)


@act(Kind.ORDER, OrderAct.TRACK, TrackOrder)
def track(locked: Locked[DirectiveFacts], fields: TrackOrder) -> Done:
    """Whoever sent it looked how it goes."""
    return LIFE.advance(locked, OrderTracked(checked_how=fields.checked_how, finding=fields.finding))


def _may_ask_time(order: DirectiveFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_ask_time(order)


def _may_decide_time(order: DirectiveFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_decide_time(order)


@act(Kind.ORDER, OrderAct.ASK_TIME, AskTime, ask=_may_ask_time)
def ask_time(locked: Locked[DirectiveFacts], fields: AskTime) -> Done:
    """The unit needs longer to reply."""
    happening = TimeAsked(days=fields.days, reason=fields.reason)
    return LIFE.advance(locked, happening, changes={"asked_days": fields.days})


@act(Kind.ORDER, OrderAct.GIVE_TIME, NoFields, ask=_may_decide_time)
def give_time(locked: Locked[DirectiveFacts], fields: NoFields) -> Done:
    """It gets it."""
    order = locked.facts
    days = order.asked_days or 0
    more = Limit.parse(f"{days}wd")
    due_at = duty_commands.extend(
        order.subject, OrderDuty.REPLY, limit=str(more), why="同意延长回复时限", now=locked.now
    )
    assert due_at is not None, "a reply is owed while the order stands"
    happening = TimeGiven(days=days, due_at=due_at)
    return LIFE.advance(locked, happening, moved=[(str(OrderDuty.REPLY), due_at, order.unit)])


@act(Kind.ORDER, OrderAct.REFUSE_TIME, WithReason, ask=_may_decide_time)
def refuse_time(locked: Locked[DirectiveFacts], fields: WithReason) -> Done:
    """It does not."""
    return LIFE.advance(locked, TimeRefused(reason=fields.reason))


@act(Kind.ORDER, OrderAct.REPLY, ReplyOrder)
def reply_order(locked: Locked[DirectiveFacts], fields: ReplyOrder) -> Done:
    """The head of the unit answers for what came of it."""
    order = locked.facts
    locked.grant(rules.may_have_settled(fields.done_on, today=organisations.today(locked.now)))
    say(locked, fields.situation, measures=fields.measures, done_on=fields.done_on)
    bind(order, fields.attachments, locked.actor)
    happening = OrderReplied(
        unit_name=order.unit_name,
        situation=fields.situation,
        measures=fields.measures,
        done_on=fields.done_on,
        attachments=fields.attachments,
    )
    done = LIFE.advance(locked, happening)
    _tell(locked, f"{order.unit_name}已回复")
    return done


def _may_judge(order: DirectiveFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    held = organisations.holders([order.issuer], now)
    others = any(a.post == Post.SUPERVISOR and a.account != actor.account for a in held)
    return rules.may_judge(order, actor, others=others)


@act(Kind.ORDER, OrderAct.ACCEPT, AcceptReply, ask=_may_judge)
def accept(locked: Locked[DirectiveFacts], fields: AcceptReply) -> Done:
    """What was ordered is done."""
    judge(locked, Verdict.ACCEPTED, fields.opinion, str(fields.checked_how))
    done = LIFE.advance(locked, OrderReleased(checked_how=fields.checked_how, opinion=fields.opinion))
    _tell(locked, "解除督办")
    return done


@act(Kind.ORDER, OrderAct.REJECT, RejectReply, ask=_may_judge)
def reject(locked: Locked[DirectiveFacts], fields: RejectReply) -> Done:
    """It is not: the unit owes another reply by a new day."""
    order = locked.facts
    locked.grant(
        rules.may_reply_again(fields.due_on, today=organisations.today(locked.now)),
        may_fall_on(fields.due_on, duties.calendar(), on_free_day=fields.on_free_day, field="due_on"),
    )
    judge(locked, Verdict.REJECTED, fields.reason)
    changes = {"due_on": fields.due_on, "times": order.times + 1}
    happening = ReplyRejected(due_on=fields.due_on, reason=fields.reason)
    done = LIFE.advance(locked, happening, changes=changes, openings=_owed(order, fields.due_on, locked.pack))
    _tell(locked, "不予认可")
    return done


@act(Kind.ORDER, OrderAct.RAISE, Escalate)
def raise_order(locked: Locked[DirectiveFacts], fields: Escalate) -> Done:
    """A heavier order goes on from this one, about the same."""
    locked.grant(rules.may_raise_to(fields.order_kind, before=locked.facts.order_kind))
    return go_on(locked, fields, LIFE)


def go_on(locked: Locked[DirectiveFacts], fields: Escalate, life: Life[DirectiveFacts]) -> Done:
    """Send an order about what something was sent about before, and end that."""
    before, actor, now = locked.facts, locked.actor, locked.now
    desk = desk_of(Kind.ORDER, OrderAct.ISSUE, actor, now, by=before.issuer)
    unit = organisations.named([before.unit], before.jurisdiction, now=now).get(before.unit)
    owed = {one.subject: queries.urged(one.subject, holder=before.unit) for one in before.about}
    overdue = any(duty is not None and not duty.paused and duty.due_at < now for duty in owed.values())
    locked.grant(
        rules.may_order(unit, issuer=before.issuer, supervises=desk.supervises, pack=desk.pack),
        rules.may_order_because(fields.ground, overdue=overdue),
        *_may_set(fields, now),
    )
    about = [about_of(subject, duty) for subject, duty in owed.items()]
    begun = _send(desk, fields, fields.ground, before.unit, about, before.of_case, actor, now, previous=before.number)
    done = life.advance(locked, WentOn(next_number=begun.number))
    return replace(done, began=begun.number)


@act(Kind.ORDER, OrderAct.WITHDRAW, WithReason)
def withdraw(locked: Locked[DirectiveFacts], fields: WithReason) -> Done:
    """Take it back."""
    done = LIFE.advance(locked, OrderWithdrawn(reason=fields.reason))
    _tell(locked, "撤回")
    return done


@act(Kind.ORDER, OrderAct.FALL_AWAY, NoFields)
def fall_away(locked: Locked[DirectiveFacts], fields: NoFields) -> Done:
    """The unit has ended and nobody follows it."""
    return LIFE.advance(locked, UnitFellAway())


def _tell(locked: Locked[DirectiveFacts], told: str) -> None:
    tell_of(locked, SubjectNamed(what=Kind.ORDER.label, number=locked.facts.number, told=told))
