"""What units do that were asked to join, and what the lead and the platform decide about them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.attachments import commands as attachments
from bihuan.cases import commands as cases
from bihuan.cases import queries as case_queries
from bihuan.cases.types import Part
from bihuan.duties.life import Locked
from bihuan.duties.types import Opening, Singly
from bihuan.joint import queries, rules
from bihuan.joint.commands.life import (
    act,
    advance,
    asked,
    grant_units,
    invite,
    let_go,
    life_of,
    names_of,
    note_member,
    tell_case,
)
from bihuan.joint.models import Participation, Undertaking
from bihuan.joint.types import MEMBERS, Act, DutyKind, JointFacts, Kind, Leaving, MemberFacts
from bihuan.joint.types.forms import (
    AboutUnit,
    Accept,
    Acknowledge,
    AddUnits,
    CallMore,
    CheckIn,
    ContactUpward,
    Explain,
    Finish,
    HoldMeeting,
    NoFields,
    Notify,
    Object,
    RecordCall,
    RecordWork,
    Remind,
    WithReason,
)
from bihuan.joint.types.happenings import (
    Accepted,
    AskedOut,
    CallRecorded,
    CheckedIn,
    DesignatedReleased,
    EmergencyNoted,
    Explained,
    FiledBySystem,
    FilingAcknowledged,
    Finished,
    Kept,
    MeetingHeld,
    Objected,
    ObjectionOverruled,
    ObjectionUpheld,
    PassiveNotified,
    Released,
    Reminded,
    UnitsAdded,
    UpwardContacted,
    WorkRecorded,
)
from bihuan.kernel.actor import Seat
from bihuan.kernel.refusal import Unknown
from bihuan.organisations.types import Post
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.record.types import Done

LINKAGE, WHISTLE = (Kind.LINKAGE,), (Kind.WHISTLE,)


def _bind(locked: Locked[JointFacts], ids: tuple[int, ...]) -> None:
    joint = locked.facts
    attachments.bind(ids=ids, subject_kind=joint.kind, subject_number=joint.number, actor=locked.actor)


def _own(locked: Locked[JointFacts]) -> MemberFacts:
    member = locked.facts.member(locked.seat.unit)
    if member is None:
        raise Unknown(locked.facts.number)
    return member


@act(Act.ADD_UNITS, AddUnits, ask=rules.may_go_on, choices=rules.whom_it_asks, kinds=LINKAGE)
def add_units(locked: Locked[JointFacts], fields: AddUnits) -> Done:
    """The lead asks further units to join."""
    return _add(locked, fields)


@act(
    Act.ADD_UNITS,
    CallMore,
    ask=rules.may_go_on,
    choices=rules.whom_it_asks,
    required=rules.asked_of_more,
    kinds=WHISTLE,
)
def call_more(locked: Locked[JointFacts], fields: CallMore) -> Done:
    """The town calls further departments, as well founded as the first."""
    return _add(locked, fields)


def _add(locked: Locked[JointFacts], fields: AddUnits) -> Done:
    joint = locked.facts
    said, changes = aimed(locked, fields, fields.units)
    case = case_queries.facts(joint.case)
    units, due_at = grant_units(
        locked,
        joint.kind,
        fields.units,
        lead=joint.initiator,
        desk=case.desk,
        there=[m.unit for m in joint.present],
        due_at=fields.due_at,
        latest=rules.clock_of(case.duties),
        accused_reason=fields.accused_reason,
        town_ends=joint.duties.get(DutyKind.CONCLUDE) if joint.emergency else None,
        ruled_out=queries.ruled_out(joint.case) if joint.kind == Kind.WHISTLE else (),
    )
    invite(joint, units, task=fields.task, due_at=due_at, now=locked.now)
    tell_case(locked, units)
    happening = UnitsAdded(
        units=fields.units,
        unit_names=names_of(units),
        task=fields.task,
        due_at=due_at or locked.now,
        accused_reason=fields.accused_reason,
        **said,
    )
    opens = asked(joint, fields.units, locked.pack, due_at=due_at)
    return advance(locked, happening, changes=changes, singly=Singly(opens=opens))


def aimed(locked: Locked[JointFacts], fields: AddUnits, fresh: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """On what a town calls further departments: its words for the record, and what stands of the entry of the list."""
    joint = locked.facts
    if not isinstance(fields, CallMore):
        return {}, {}
    locked.grant(rules.may_call_more(fresh, basis=fields.basis))
    if not joint.topic:
        return {"basis": fields.basis}, {}
    beyond, _ = queries.against_entry(joint.topic, fresh, joint.jurisdiction, now=locked.now)
    locked.grant(rules.may_call_beyond(beyond, reason=fields.beyond_reason))
    called = [*(m.unit for m in joint.present), *fresh]
    outside, left_out = queries.against_entry(joint.topic, called, joint.jurisdiction, now=locked.now)
    reason = fields.beyond_reason if beyond else ""
    before = Undertaking.objects.values_list("beyond_reason", flat=True).get(number=joint.number)
    said = {"basis": fields.basis, "beyond_entry": tuple(beyond), "beyond_reason": reason}
    reasons = "；".join(filter(None, (before, reason)))[:500]
    return said, {"beyond_entry": outside, "beyond_reason": reasons if outside else "", "left_out": left_out}


@act(Act.ACKNOWLEDGE, Acknowledge, ask=rules.may_acknowledge)
def acknowledge(locked: Locked[JointFacts], fields: Acknowledge) -> Done:
    """The platform takes note of the filing."""
    return advance(locked, FilingAcknowledged(opinion=fields.opinion), changes={"acknowledged_at": locked.now})


@act(Act.FILE, NoFields, ask=rules.may_file, kinds=WHISTLE)
def file(locked: Locked[JointFacts], fields: NoFields) -> Done:
    """A town that meant to telephone files electronically after all."""
    return advance(locked, FiledBySystem(), changes={"filed_at": locked.now})


@act(Act.RECORD_CALL, RecordCall, ask=rules.may_record_call, kinds=WHISTLE)
def record_call(locked: Locked[JointFacts], fields: RecordCall) -> Done:
    """The platform's operator enters the call by which the town told of its whistle."""
    joint, now = locked.facts, locked.now
    called_at = (fields.called_at or now).astimezone(ZONE)
    norm = norms.WHISTLE_FILING
    locked.grant(rules.may_have_happened(called_at, since=joint.asked_at, now=now, field="called_at", norm=norm))
    return advance(
        locked,
        CallRecorded(caller=fields.caller, called_at=called_at, note=fields.note),
        changes={"filed_at": called_at, "acknowledged_at": now},
    )


@act(Act.NOTE_EMERGENCY, NoFields, ask=rules.may_note_emergency, kinds=WHISTLE)
def note_emergency(locked: Locked[JointFacts], fields: NoFields) -> Done:
    """One of the two offices takes note of the emergency."""
    unit = locked.seat.unit
    return advance(locked, EmergencyNoted(unit=unit), singly=Singly(settles=((DutyKind.EMERGENCY, unit),)))


@act(Act.ACCEPT, Accept, ask=rules.may_accept, kinds=LINKAGE)
def accept(locked: Locked[JointFacts], fields: Accept) -> Done:
    """A co-unit takes on its part."""
    unit = _own(locked).unit
    note_member(locked, unit, accepted_at=locked.now)
    happening = Accepted(unit=unit, contact=fields.contact)
    return advance(locked, happening, singly=Singly(settles=((DutyKind.ACCEPT, unit),)))


@act(Act.CHECK_IN, CheckIn, ask=rules.may_check_in, kinds=WHISTLE)
def check_in(locked: Locked[JointFacts], fields: CheckIn) -> Done:
    """A department reports at the town's side: when, where, who, in what way."""
    joint, member, now = locked.facts, _own(locked), locked.now
    at = (fields.arrived_at or now).astimezone(ZONE)
    norm = norms.WHISTLE_CHECK_IN
    since = joint.asked_since(member)
    locked.grant(rules.may_have_happened(at, since=since, now=now, field="arrived_at", norm=norm))
    note_member(
        locked,
        member.unit,
        check_in_at=at,
        check_in_place=fields.place,
        people=fields.people,
        work_form=str(fields.work_form),
    )
    _bind(locked, fields.photo)
    happening = CheckedIn(
        unit=member.unit,
        place=fields.place,
        people=fields.people,
        work_form=fields.work_form,
        arrived_at=at,
        photo=fields.photo,
    )
    return advance(locked, happening, singly=Singly(settles=((DutyKind.CHECK_IN, member.unit),)))


@act(Act.RECORD_WORK, RecordWork, ask=rules.may_work)
def record_work(locked: Locked[JointFacts], fields: RecordWork) -> Done:
    """A unit tells what it did so far."""
    _bind(locked, fields.attachments)
    return advance(locked, WorkRecorded(unit=_own(locked).unit, work=fields.work, attachments=fields.attachments))


@act(Act.CONTACT_UPWARD, ContactUpward, ask=rules.may_contact_upward, kinds=WHISTLE)
def contact_upward(locked: Locked[JointFacts], fields: ContactUpward) -> Done:
    """A department speaks with the superior body that must support."""
    joint, now = locked.facts, locked.now
    at = fields.contacted_at or now
    norm = norms.WHISTLE_UPWARD
    locked.grant(rules.may_have_happened(at, since=joint.asked_at, now=now, field="contacted_at", norm=norm))
    happening = UpwardContacted(
        unit=_own(locked).unit, body=fields.body, method=fields.method, contacted_at=at, outcome=fields.outcome
    )
    return advance(locked, happening)


@act(Act.FINISH, Finish, ask=rules.may_work)
def finish(locked: Locked[JointFacts], fields: Finish) -> Done:
    """A unit has done its part."""
    unit = _own(locked).unit
    note_member(locked, unit, finished_at=locked.now, result=fields.result, asked_out_at=None)
    _bind(locked, fields.attachments)
    settles = ((DutyKind.ACCEPT, unit), (DutyKind.WORK, unit))
    happening = Finished(unit=unit, result=fields.result, attachments=fields.attachments)
    return advance(locked, happening, singly=Singly(settles=settles))


@act(Act.RETURN, WithReason, ask=rules.may_ask_out, kinds=LINKAGE)
def ask_out(locked: Locked[JointFacts], fields: WithReason) -> Done:
    """A co-unit asks to be let go: by the lead that asked it, or by the centre that named it."""
    member = _own(locked)
    note_member(locked, member.unit, asked_out_at=locked.now, asked_out_why=fields.reason)
    decider = _decider(locked.facts, member)
    standing = (str(DutyKind.RETURN_DECISION), decider.unit) in queries.owed_by(locked.facts.subject)
    opens = () if standing else (_to_decide(locked, decider),)
    happening = AskedOut(unit=member.unit, reason=fields.reason, decider="平台" if member.designated else "首接单位")
    return advance(locked, happening, singly=Singly(opens=opens))


def _decider(joint: JointFacts, member: MemberFacts) -> Seat:
    """Who decides whether the unit is let go."""
    if member.designated:
        return Seat(min(joint.parts[Part.DESK]), Post.DISPATCHER)
    return Seat(joint.initiator, Post.HANDLER)


def _to_decide(locked: Locked[JointFacts], decider: Seat) -> Opening:
    alone = {str(Part.LEAD): frozenset({decider.unit})}
    opening = life_of(locked).opening(DutyKind.RETURN_DECISION, locked.facts, alone, locked.pack)
    return replace(opening, post=decider.post)


@act(Act.OBJECT, Object, ask=rules.may_object, kinds=WHISTLE)
def object_to(locked: Locked[JointFacts], fields: Object) -> Done:
    """A department holds that it was called wrongly; its clock runs on until the platform has ruled."""
    unit = _own(locked).unit
    note_member(locked, unit, asked_out_at=locked.now, asked_out_why=fields.reason)
    return advance(locked, Objected(unit=unit, reason=fields.reason, suggested_unit=fields.suggested_unit))


def _decided(locked: Locked[JointFacts], fields: AboutUnit) -> MemberFacts:
    """The unit that is decided about."""
    member = locked.facts.member(fields.unit)
    locked.grant(rules.may_decide_on(member, locked.facts.kind, seat=locked.seat))
    assert member is not None
    return member


def _others_waiting(joint: JointFacts, member: MemberFacts) -> list[MemberFacts]:
    """Who else waits for the same decider."""
    return [
        m
        for m in joint.present
        if m.asked_out_at and m.unit != member.unit and _decider(joint, m) == _decider(joint, member)
    ]


def _answered(locked: Locked[JointFacts], member: MemberFacts) -> Singly:
    """The decision about one unit is done; about another that waits for the same decider it is still owed."""
    decider = _decider(locked.facts, member)
    opens = (_to_decide(locked, decider),) if _others_waiting(locked.facts, member) else ()
    return Singly(settles=((str(DutyKind.RETURN_DECISION), decider.unit),), opens=opens)


def _left_alone(joint: JointFacts, unit: str) -> tuple[DutyKind, ...]:
    """What the lead owes when nobody is left."""
    alone = joint.kind == Kind.WHISTLE and all(m.unit == unit for m in joint.present)
    return (DutyKind.RETARGET,) if alone else ()


@act(Act.RELEASE, AboutUnit, ask=rules.may_decide_asking_out, kinds=LINKAGE)
def release(locked: Locked[JointFacts], fields: AboutUnit) -> Done:
    """A co-unit is let go by the lead; one that the centre had named by the centre, as the case's record tells."""
    member = _decided(locked, fields)
    singly = replace(_answered(locked, member), lapses=let_go(locked, member.unit, Leaving.RELEASED).lapses)
    if member.designated:
        joint = locked.facts
        cases.note(
            joint.case,
            DesignatedReleased(number=joint.number, unit=member.unit, unit_name=member.name, reason=fields.reason),
            actor=locked.actor,
            seat=locked.seat,
            norm=norms.DESIGNATE_LEAD,
            now=locked.now,
            pack=locked.pack,
        )
    happening = Released(unit=member.unit, unit_name=member.name, reason=fields.reason)
    return advance(locked, happening, singly=singly)


@act(Act.KEEP, AboutUnit, ask=rules.may_decide_asking_out, kinds=LINKAGE)
def keep(locked: Locked[JointFacts], fields: AboutUnit) -> Done:
    """The co-unit is needed; it goes on."""
    member = _decided(locked, fields)
    note_member(locked, member.unit, asked_out_at=None)
    happening = Kept(unit=member.unit, unit_name=member.name, reason=fields.reason)
    return advance(locked, happening, singly=_answered(locked, member))


@act(Act.UPHOLD, AboutUnit, ask=rules.may_decide_asking_out, kinds=WHISTLE)
def uphold(locked: Locked[JointFacts], fields: AboutUnit) -> Done:
    """The platform rules that the department was called wrongly; with nobody left the town must aim again."""
    member = _decided(locked, fields)
    singly = let_go(locked, member.unit, Leaving.MISDIRECTED)
    happening = ObjectionUpheld(unit=member.unit, unit_name=member.name, reason=fields.reason)
    opens = (*_rulings_pending(locked.facts, member.unit), *_left_alone(locked.facts, member.unit))
    return advance(locked, happening, singly=singly, also_opens=opens)


def _rulings_pending(joint: JointFacts, unit: str) -> tuple[DutyKind, ...]:
    """What the platform still owes when it has ruled about one unit."""
    return (DutyKind.RULING,) if any(m.asked_out_at and m.unit != unit for m in joint.present) else ()


@act(Act.OVERRULE, AboutUnit, ask=rules.may_decide_asking_out, kinds=WHISTLE)
def overrule(locked: Locked[JointFacts], fields: AboutUnit) -> Done:
    """The platform rules that the department was called rightly."""
    member = _decided(locked, fields)
    note_member(locked, member.unit, asked_out_at=None)
    happening = ObjectionOverruled(unit=member.unit, unit_name=member.name, reason=fields.reason)
    return advance(locked, happening, also_opens=_rulings_pending(locked.facts, member.unit))


@act(Act.HOLD_MEETING, HoldMeeting, ask=rules.may_go_on)
def hold_meeting(locked: Locked[JointFacts], fields: HoldMeeting) -> Done:
    """The lead called the units together; what they found is kept."""
    joint, now = locked.facts, locked.now
    at = (fields.held_at or now).astimezone(ZONE)
    norm = norms.LINKAGE_CONVENE if joint.kind == Kind.LINKAGE else norms.WHISTLE_CONVENE
    locked.grant(rules.may_have_happened(at, since=joint.asked_at, now=now, field="held_at", norm=norm))
    _bind(locked, fields.attachments)
    happening = MeetingHeld(
        held_at=at,
        place=fields.place,
        attendees=fields.attendees,
        conclusions=fields.conclusions,
        attachments=fields.attachments,
    )
    return advance(locked, happening, changes={"met_at": at})


@act(Act.NOTIFY, Notify, ask=rules.may_go_on)
def notify(locked: Locked[JointFacts], fields: Notify) -> Done:
    """The lead tells the centre of a unit that does not pull its weight: evidence, and a reminder is due."""
    joint = locked.facts
    member = joint.member(fields.unit)
    locked.grant(rules.may_notify_of(member, joint.kind))
    assert member is not None
    note_member(locked, member.unit, notified_at=locked.now, notice=fields.situation)
    _bind(locked, fields.attachments)
    happening = PassiveNotified(
        unit=member.unit, unit_name=member.name, situation=fields.situation, attachments=fields.attachments
    )
    return advance(locked, happening)


@act(Act.REMIND, Remind, ask=rules.may_remind)
def remind(locked: Locked[JointFacts], fields: Remind) -> Done:
    """The centre reminds the units of which it was told; each must give its side."""
    joint = locked.facts
    reminded = rules.to_remind(joint)
    owed = queries.owed_by(joint.subject)
    part = str(MEMBERS[joint.kind])
    opens = tuple(
        life_of(locked).opening(DutyKind.EXPLAIN, joint, {part: frozenset({m.unit})}, locked.pack)
        for m in reminded
        if (str(DutyKind.EXPLAIN), m.unit) not in owed
    )
    for member in reminded:
        note_member(locked, member.unit, reminded_at=locked.now)
    happening = Reminded(
        units=tuple(m.unit for m in reminded), unit_names=tuple(m.name for m in reminded), text=fields.text
    )
    return advance(locked, happening, singly=Singly(opens=opens))


@act(Act.EXPLAIN, Explain, ask=rules.may_explain)
def explain(locked: Locked[JointFacts], fields: Explain) -> Done:
    """A unit gives its side; it may still do so after the form was signed."""
    unit = _own(locked).unit
    note_member(locked, unit, explained_at=locked.now, explanation=fields.explanation)
    _bind(locked, fields.attachments)
    happening = Explained(unit=unit, explanation=fields.explanation, attachments=fields.attachments)
    return advance(locked, happening, singly=Singly(settles=((DutyKind.EXPLAIN, unit),)))


def ask_again(locked: Locked[JointFacts], units: list[str], *, due_at: datetime | None) -> None:
    """Units that were done are asked to come forward and do their part once more."""
    again = Participation.objects.filter(
        undertaking_id=locked.facts.id, unit__in=units, part=MEMBERS[locked.facts.kind], until__isnull=True
    )
    again.update(
        accepted_at=None,
        check_in_at=None,
        finished_at=None,
        asked_out_at=None,
        grade="",
        grade_reason="",
        due_at=due_at or locked.now,
        asked_again_at=locked.now,
    )
