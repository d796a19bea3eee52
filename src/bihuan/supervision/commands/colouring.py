"""三色督办单: what a superior body sent down in a colour is entered, given to units, answered upward, followed up."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from bihuan.attachments import commands as attachments
from bihuan.cases.rules import may_go_to
from bihuan.cases.types import Part
from bihuan.duties import queries as duties
from bihuan.duties.life import Locked
from bihuan.duties.rules import may_fall_on
from bihuan.duties.types import Opening, Singly
from bihuan.kernel.actor import Actor
from bihuan.kernel.needs import Allowed
from bihuan.kernel.refusal import Refusal, granted
from bihuan.matters.types.forms import NoFields, WithReason
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import UnitFacts
from bihuan.policy.calendar import ZONE
from bihuan.policy.pack import Capacity, Pack
from bihuan.record.commands import command
from bihuan.record.types import Done
from bihuan.subjects import naming
from bihuan.supervision import queries, rules
from bihuan.supervision.commands.life import (
    LIVES,
    Desk,
    about_of,
    act,
    all_taken,
    bind,
    desk_of,
    judge,
    let_see,
    open_first,
    say,
    tell,
    tell_of,
    write_down,
)
from bihuan.supervision.models import ColouredOrder, Participation, Task
from bihuan.supervision.types import (
    ORDERED,
    ORDERED_HEAD,
    AboutRow,
    ColouredAct,
    ColouredDuty,
    ColouredStage,
    DirectiveFacts,
    Kind,
    Verdict,
)
from bihuan.supervision.types.forms import (
    AnswerUp,
    Distribute,
    FromAbove,
    RaiseColoured,
    RegisterColoured,
    ReleaseColoured,
    ReplyColoured,
    SendBackColoured,
)
from bihuan.supervision.types.happenings import (
    ColouredAnswered,
    ColouredCameBack,
    ColouredDistributed,
    ColouredRaised,
    ColouredReceived,
    ColouredRegistered,
    ColouredReleased,
    ColouredReplied,
    ColouredSentBack,
    ColouredVoided,
    SubjectNamed,
    UnitFellAway,
)

LIFE = LIVES[Kind.COLOURED]


@command(subject=Kind.COLOURED, act=ColouredAct.REGISTER, fields=RegisterColoured)
def register(*, fields: RegisterColoured, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Enter what a superior body sent down; whoever supervises is to give it to units."""
    desk = desk_of(Kind.COLOURED, ColouredAct.REGISTER, actor, now)
    taken = all_taken(fields.about, desk, actor)
    previous = queries.coloured(fields.previous, actor) if fields.previous else None
    keeper = rules.keeper_of(_bodies(desk, actor, now), accusing=naming.accusing(one.subject for one in taken))
    granted(
        keeper if isinstance(keeper, Refusal) else None,
        rules.may_follow(fields.colour, previous, named=fields.previous, no_previous=fields.no_previous),
        _may_have_come(fields, now),
        binds=desk.pack.binds,
        pack=desk.pack.ref,
    )
    assert isinstance(keeper, UnitFacts), "asked by the rule"
    kept = replace(desk, unit=keeper.code, unit_name=keeper.name)
    for one in taken:
        let_see(one, kept, now)
    registrar = () if desk.supervises else ((desk.unit, Part.DESK),)
    about = [about_of(one.subject, None) for one in taken]
    return _enter(
        kept,
        fields,
        about,
        taken[0].of_case if len(taken) == 1 else "",
        actor,
        now,
        registrar=registrar,
        previous=previous,
        no_previous=fields.no_previous,
    )


def _bodies(desk: Desk, actor: Actor, now: datetime) -> Sequence[UnitFacts]:
    """Who may keep it: whoever enters it, if they supervise; else those who do."""
    bodies = organisations.units_with(Capacity.SUPERVISION, actor.jurisdiction, now=now)
    return [body for body in bodies if body.code == desk.unit] if desk.supervises else bodies


def _may_have_come(fields: FromAbove, now: datetime) -> Refusal | None:
    today = organisations.today(now)
    return rules.may_have_come(fields.issued_on, fields.received_on, fields.due_on, today=today)


def _enter(
    desk: Desk,
    fields: FromAbove,
    about: Sequence[AboutRow],
    of_case: str,
    actor: Actor,
    now: datetime,
    *,
    registrar: Sequence[tuple[str, Part]] = (),
    previous: DirectiveFacts | None = None,
    no_previous: str = "",
) -> Done:
    """Write a coloured order and begin its life."""
    found = write_down(
        Kind.COLOURED,
        desk,
        title=f"{fields.colour.label}督办单（{fields.document_number}）",
        unit="",
        about=about,
        of_case=of_case,
        stage=ColouredStage.REGISTERED,
        actor=actor,
        now=now,
        parts=((desk.unit, Part.SUPERVISION), *registrar),
        demand=fields.demand,
        due_on=fields.due_on,
        previous=previous.number if previous else "",
    )
    # behind the counter's lock: of two who enter the same document at once the later one is told
    known = queries.registered_as(fields.superior, fields.document_number, actor.jurisdiction, besides=found.number)
    granted(rules.is_new(known), binds=desk.pack.binds, pack=desk.pack.ref)
    ColouredOrder.objects.create(
        directive_id=found.id,
        colour=str(fields.colour),
        superior=fields.superior,
        document_number=fields.document_number,
        issued_on=fields.issued_on,
        received_on=fields.received_on,
        first=previous.from_above.first if previous else found.number,
        no_previous=no_previous,
    )
    happening = ColouredRegistered(
        colour=fields.colour,
        superior=fields.superior,
        document_number=fields.document_number,
        issued_on=fields.issued_on,
        received_on=fields.received_on,
        due_on=fields.due_on,
        previous_document=previous.from_above.document_number if previous else "",
        no_previous=no_previous,
        subjects=tuple(one.subject.partition(":")[2] for one in about),
        demand=fields.demand,
        scan=fields.scan,
    )
    done = open_first(found, desk, happening, actor=actor, now=now)
    granted(_bind_scan(found, fields.scan, actor), binds=desk.pack.binds, pack=desk.pack.ref)
    told = SubjectNamed(
        what=Kind.COLOURED.label, number=found.number, told=f"{fields.superior}下发{fields.colour.label}督办单"
    )
    tell(found.about, told, move=desk.move, seat=desk.seat, pack=desk.pack, actor=actor, now=now)
    return done


def _bind_scan(order: DirectiveFacts, ids: Sequence[int], actor: Actor) -> Refusal | None:
    """Bind what proves it: a file that proved an earlier act proves nothing here."""
    scans = attachments.bind(
        ids=ids, subject_kind=str(order.kind), subject_number=order.number, actor=actor, fresh=True
    )
    return rules.may_be_scan([scan.mime for scan in scans])


_KEEPER_SET = "回复时限由登记的督查机构确定"


def _a_day_before(order: DirectiveFacts, now: datetime) -> date | None:
    """The last working day before the superior body wants its answer, where that is still to come."""
    if order.due_on is None:
        return None
    known = duties.calendar()
    before = known.working_day(known.worked_before(order.due_on) - 1)
    return before if before > organisations.today(now) else None


def _whom_it_goes_to(order: DirectiveFacts, actor: Actor, pack: Pack) -> Allowed:
    """Which units can be given a part of it."""
    there = order.parts.get(str(Part.ADDRESSEE), frozenset())
    accusing = naming.accusing(one.subject for one in order.about)

    def fits(unit: UnitFacts) -> bool:
        return rules.may_be_given(unit, keeper=order.issuer, there=there) is None and not any(
            may_go_to([unit.code], case=one, known={}, field="units") for one in accusing
        )

    return {"units": fits}


@act(Kind.COLOURED, ColouredAct.DISTRIBUTE, Distribute, choices=_whom_it_goes_to)
def distribute(locked: Locked[DirectiveFacts], fields: Distribute) -> Done:
    """Give it to units, each with what it answers for."""
    return _give(locked, fields)


@act(Kind.COLOURED, ColouredAct.ADD_UNITS, Distribute, choices=_whom_it_goes_to)
def add_units(locked: Locked[DirectiveFacts], fields: Distribute) -> Done:
    """Give it to further units, or with another task and limit."""
    return _give(locked, fields)


def _give(locked: Locked[DirectiveFacts], fields: Distribute) -> Done:
    order, now = locked.facts, locked.now
    codes, today = tuple(dict.fromkeys(fields.units)), organisations.today(now)
    units = organisations.named(codes, order.jurisdiction, now=now)
    there = order.parts.get(str(Part.ADDRESSEE), frozenset())
    locked.grant(
        *(rules.may_be_given(units.get(code), keeper=order.issuer, there=there) for code in codes),
        *(
            may_go_to(codes, case=one, known=units, field="units")
            for one in naming.accusing(one.subject for one in order.about)
        ),
        rules.may_want_by(fields.reply_by, due_on=order.due_on, today=today),
        may_fall_on(fields.reply_by, duties.calendar(), on_free_day=fields.on_free_day, field="reply_by"),
    )
    Participation.objects.bulk_create(
        Participation(directive_id=order.id, unit=code, part=str(Part.ADDRESSEE), since=now) for code in codes
    )
    Task.objects.bulk_create(Task(directive_id=order.id, unit=code, task=fields.task, at=now) for code in codes)
    reply_by, basis = fields.reply_by, _KEEPER_SET
    if reply_by is None:
        reply_by, basis = _a_day_before(order, now), "上级要求的答复日期前一个工作日"
    owed: list[dict[str, Opening]] = [
        {kind: _owed(order, kind, code, reply_by, basis, locked.pack) for kind in _THEIRS} for code in codes
    ]
    first, *others = owed
    singly = Singly(opens=tuple(opening for each in others for opening in each.values()))
    names = "、".join(units[code].name for code in codes)
    happening = ColouredDistributed(units=codes, unit_names=names, task=fields.task, reply_by=reply_by)
    done = LIFE.advance(locked, happening, openings=first, singly=singly)
    _tell(locked, f"分派{names}办理")
    return done


def _alone(unit: str) -> Mapping[str, frozenset[str]]:
    return {str(Part.ADDRESSEE): frozenset({unit})}


_THEIRS = (ColouredDuty.RECEIPT, ColouredDuty.REPLY)


def _owed(
    order: DirectiveFacts, kind: ColouredDuty, unit: str, reply_by: date | None, basis: str, pack: Pack
) -> Opening:
    """What a unit owes: its reply until the offices close on the day that was set, else by the regulation's limit."""
    if kind is ColouredDuty.RECEIPT or reply_by is None:
        return LIFE.opening(kind, order, _alone(unit), pack)
    due_at = datetime.combine(reply_by, pack.hours.closes, ZONE)
    return LIFE.opening(kind, order, _alone(unit), pack, due_at=due_at, basis=basis)


def _may_receive(order: DirectiveFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_receive(order, actor)


@act(Kind.COLOURED, ColouredAct.RECEIVE, NoFields, ask=_may_receive)
def receive(locked: Locked[DirectiveFacts], fields: NoFields) -> Done:
    """A unit signs for its part."""
    seat = locked.facts.seat_owing(ColouredDuty.RECEIPT, ORDERED, locked.actor)
    assert seat is not None, "asked by the rule"
    happening = ColouredReceived(unit_name=_name_of(seat.unit))
    singly = Singly(settles=((str(ColouredDuty.RECEIPT), seat.unit),))
    return LIFE.advance(replace(locked, seat=seat), happening, singly=singly)


def _name_of(unit: str) -> str:
    return organisations.unit_names([unit]).get(unit, unit)


def _may_answer(order: DirectiveFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_answer(order, actor)


@act(Kind.COLOURED, ColouredAct.REPLY, ReplyColoured, ask=_may_answer)
def reply_coloured(locked: Locked[DirectiveFacts], fields: ReplyColoured) -> Done:
    """The head of a unit answers for its part; after the last one the superior body is to be answered."""
    order = locked.facts
    seat = order.seat_owing(ColouredDuty.REPLY, ORDERED_HEAD, locked.actor)
    assert seat is not None, "asked by the rule"
    locked = replace(locked, seat=seat)
    say(locked, fields.situation, unit=seat.unit, measures=fields.measures)
    bind(order, fields.attachments, locked.actor)
    name = _name_of(seat.unit)
    happening = ColouredReplied(
        unit_name=name, situation=fields.situation, measures=fields.measures, attachments=fields.attachments
    )
    owing = {holder for kind, holder in order.owing if kind == ColouredDuty.REPLY}
    settles = ((str(ColouredDuty.RECEIPT), seat.unit), (str(ColouredDuty.REPLY), seat.unit))
    done = LIFE.advance(
        locked,
        happening,
        singly=Singly(settles=settles),
        also_opens=() if owing - {seat.unit} else (ColouredDuty.ANSWER,),
    )
    _tell(locked, f"{name}已回复")
    return done


def _may_send_back(order: DirectiveFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_send_back(order)


def _who_replied(order: DirectiveFacts, actor: Actor, pack: Pack) -> Allowed:
    """Whose reply there is to send back."""
    return {"unit": sorted(order.answered_by)}


@act(Kind.COLOURED, ColouredAct.SEND_BACK, SendBackColoured, ask=_may_send_back, choices=_who_replied)
def send_back(locked: Locked[DirectiveFacts], fields: SendBackColoured) -> Done:
    """What a unit replied cannot be answered upward: it owes another reply by a new day."""
    order, today = locked.facts, organisations.today(locked.now)
    locked.grant(
        rules.may_send_back_to(order, fields.unit),
        rules.may_want_by(fields.due_on, due_on=None, today=today, field="due_on"),
        may_fall_on(fields.due_on, duties.calendar(), on_free_day=fields.on_free_day, field="due_on"),
    )
    judge(locked, Verdict.REJECTED, fields.reason, unit=fields.unit)
    name = _name_of(fields.unit)
    owed = _owed(order, ColouredDuty.REPLY, fields.unit, fields.due_on, _KEEPER_SET, locked.pack)
    happening = ColouredSentBack(unit=fields.unit, unit_name=name, due_on=fields.due_on, reason=fields.reason)
    done = LIFE.advance(locked, happening, changes={"times": order.times + 1}, openings={ColouredDuty.REPLY: owed})
    _tell(locked, f"退回{name}重新办理")
    return done


def _may_answer_up(order: DirectiveFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    owing = sorted({holder for kind, holder in order.owing if kind == ColouredDuty.REPLY})
    names = organisations.unit_names(owing)
    return rules.may_answer_up(order, owing=[names.get(code, code) for code in owing])


@act(Kind.COLOURED, ColouredAct.ANSWER_UP, AnswerUp, ask=_may_answer_up)
def answer_up(locked: Locked[DirectiveFacts], fields: AnswerUp) -> Done:
    """The replies are found good, and the superior body is answered."""
    order = locked.facts
    above, today = order.from_above, organisations.today(locked.now)
    locked.grant(rules.may_have_been(fields.answered_on, since=above.received_on, today=today, field="answered_on"))
    for unit in sorted(order.answered_by):
        judge(locked, Verdict.ACCEPTED, fields.opinion, unit=unit)
    bind(order, fields.attachments, locked.actor)
    ColouredOrder.objects.filter(directive_id=order.id).update(
        answer_number=fields.document_number, answered_on=fields.answered_on, answer=fields.answer
    )
    happening = ColouredAnswered(
        superior=above.superior,
        document_number=fields.document_number,
        answered_on=fields.answered_on,
        opinion=fields.opinion,
        answer=fields.answer,
        attachments=fields.attachments,
    )
    done = LIFE.advance(locked, happening)
    _tell(locked, f"已答复{above.superior}")
    return done


@act(Kind.COLOURED, ColouredAct.RELEASE, ReleaseColoured)
def release(locked: Locked[DirectiveFacts], fields: ReleaseColoured) -> Done:
    """The superior body holds it to be settled."""
    order = locked.facts
    above, today = order.from_above, organisations.today(locked.now)
    locked.grant(rules.may_have_been(fields.on, since=above.answered_on, today=today, field="on"))
    locked.grant(_bind_scan(order, fields.scan, locked.actor))
    ColouredOrder.objects.filter(directive_id=order.id).update(
        outcome_number=fields.document_number, outcome_on=fields.on, outcome=fields.outcome
    )
    happening = ColouredReleased(
        superior=above.superior,
        document_number=fields.document_number,
        on=fields.on,
        outcome=fields.outcome,
        scan=fields.scan,
    )
    done = LIFE.advance(locked, happening)
    _tell(locked, f"{above.superior}解除督办")
    return done


def _superior(order: DirectiveFacts) -> dict[str, object]:
    """With what the form of a heavier one begins."""
    return {"superior": order.from_above.superior}


@act(Kind.COLOURED, ColouredAct.RAISE, RaiseColoured, begins=_superior)
def raise_coloured(locked: Locked[DirectiveFacts], fields: RaiseColoured) -> Done:
    """The superior body sent a heavier one about the same: it goes on there."""
    before, actor, now = locked.facts, locked.actor, locked.now
    locked.grant(
        rules.may_rise_to(fields.colour, before=before.from_above.colour),
        _may_have_come(fields, now),
    )
    desk = desk_of(Kind.COLOURED, ColouredAct.REGISTER, actor, now, by=before.issuer)
    about = [about_of(one.subject, None) for one in before.about]
    registrar = [(unit, Part.DESK) for unit in sorted(before.parts.get(str(Part.DESK), ()))]
    begun = _enter(desk, fields, about, before.of_case, actor, now, registrar=registrar, previous=before)
    done = LIFE.advance(locked, ColouredRaised(colour=fields.colour, document_number=fields.document_number))
    return replace(done, began=begun.number)


@act(Kind.COLOURED, ColouredAct.VOID, WithReason)
def void(locked: Locked[DirectiveFacts], fields: WithReason) -> Done:
    """It was entered wrongly."""
    done = LIFE.advance(locked, ColouredVoided(reason=fields.reason))
    _tell(locked, "登记有误，作废")
    return done


@act(Kind.COLOURED, ColouredAct.COME_BACK, NoFields)
def come_back(locked: Locked[DirectiveFacts], fields: NoFields) -> Done:
    """The last unit that owed a reply has ended and nobody follows it."""
    return LIFE.advance(locked, ColouredCameBack())


@act(Kind.COLOURED, ColouredAct.FALL_AWAY, NoFields)
def fall_away(locked: Locked[DirectiveFacts], fields: NoFields) -> Done:
    """Whoever kept it has ended and nobody follows it."""
    return LIFE.advance(locked, UnitFellAway())


def _tell(locked: Locked[DirectiveFacts], told: str) -> None:
    tell_of(locked, SubjectNamed(what=Kind.COLOURED.label, number=locked.facts.number, told=told))
