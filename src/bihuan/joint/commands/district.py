"""What goes to the district: difficulties, harder whistles, and what its leaders decide."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bihuan.attachments import commands as attachments
from bihuan.cases import commands as cases
from bihuan.cases import queries as case_queries
from bihuan.cases.rules import impartial, may_go_to_body
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import Part
from bihuan.duties import commands as duties
from bihuan.duties.life import Locked
from bihuan.duties.queries import in_force
from bihuan.duties.types import Moved, Opening, Singly
from bihuan.instructions import commands as instructions
from bihuan.instructions import queries as instruction_queries
from bihuan.instructions import rules as confirming
from bihuan.instructions.types import (
    Deny,
    Instruction,
    InstructionDenied,
    InstructionRow,
    InstructionVerified,
    Purpose,
    Verify,
)
from bihuan.joint import queries, rules
from bihuan.joint.commands.life import (
    act,
    advance,
    asked,
    grant_units,
    invite,
    join_body,
    let_go,
    life_of,
    tell_case,
    to_check_in,
)
from bihuan.joint.commands.members import WHISTLE, ask_again
from bihuan.joint.models import DistrictReport
from bihuan.joint.stages import ENDS
from bihuan.joint.types import Act, DutyKind, JointFacts, Leaving, WhistleType
from bihuan.joint.types.forms import Instruct, RaiseToTough, Report
from bihuan.joint.types.happenings import DifficultyReported, Instructed, RaisedToKey, RaisedToTough
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refusal
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post, UnitFacts
from bihuan.policy import norms
from bihuan.policy.names import put
from bihuan.policy.pack import Capacity, Pack
from bihuan.record.types import Done


def _route(locked: Locked[JointFacts], fields: Report) -> tuple[str, str, dict[str, frozenset[str]]]:
    """Keep the report, signed by the head, and send it to the leader whose portfolio covers the unit."""
    joint, now, actor = locked.facts, locked.now, locked.actor
    leadership = organisations.units_with(Capacity.LEADERSHIP, joint.jurisdiction)
    locked.grant(rules.may_report_to(next(iter(leadership), None), joint.kind), may_go_to_body(leadership, case=joint))
    bodies = impartial(leadership, joint)
    leader = queries.leader_of(joint.initiator, now=now)
    DistrictReport.objects.create(
        undertaking_id=joint.number,
        at=now,
        signer=actor.account,
        signer_name=actor.name,
        signer_post=locked.seat.post,
        difficulty=fields.difficulty,
        request=fields.request,
        leader=leader,
    )
    name = organisations.person_names([leader]).get(leader, "") if leader else ""
    parts = join_body(locked, Part.LEADERS, [unit.code for unit in bodies])
    return leader, name or put("⟨leadership⟩", locked.pack), parts


@act(Act.REPORT, Report, ask=rules.may_report)
def report(locked: Locked[JointFacts], fields: Report) -> Done:
    """The head of the lead reports to the district what the units cannot settle among themselves."""
    leader, name, parts = _route(locked, fields)
    happening = DifficultyReported(
        difficulty=fields.difficulty, request=fields.request, leader=leader, leader_name=name
    )
    again = {"resolved": None, "concluded_at": None}
    return advance(locked, happening, parts=parts, changes={"routed_to": leader, **again})


@act(Act.RAISE_TO_KEY, Report, ask=rules.may_raise_to_key, kinds=WHISTLE)
def raise_to_key(locked: Locked[JointFacts], fields: Report) -> Done:
    """A tough whistle that solved nothing goes to the district as a key one."""
    leader, name, parts = _route(locked, fields)
    happening = RaisedToKey(difficulty=fields.difficulty, request=fields.request, leader=leader, leader_name=name)
    changes = {"routed_to": leader, "whistle_type": str(WhistleType.KEY), "resolved": None, "concluded_at": None}
    return advance(locked, happening, parts=parts, changes=changes)


def _more_units(
    locked: Locked[JointFacts], fields: Instruct | RaiseToTough, *, town_ends: datetime | None = None
) -> tuple[tuple[UnitFacts, ...], datetime | None]:
    joint = locked.facts
    case = case_queries.facts(joint.case)
    return grant_units(
        locked,
        joint.kind,
        fields.units,
        lead=joint.initiator,
        desk=case.desk,
        there=[m.unit for m in joint.present],
        due_at=fields.due_at,
        latest=rules.clock_of(case.duties),
        accused_reason=fields.accused_reason,
        town_ends=town_ends or (joint.duties.get(DutyKind.CONCLUDE) if joint.emergency else None),
        ruled_out=queries.ruled_out(joint.case) if fields.units and isinstance(fields, RaiseToTough) else (),
    )


@act(Act.INSTRUCT, Instruct, ask=rules.may_instruct, choices=rules.whom_it_asks)
def instruct(locked: Locked[JointFacts], fields: Instruct) -> Done:
    """The district has decided: the work goes on, anew where it was a key whistle or nobody is at work."""
    joint, now = locked.facts, locked.now
    named = (joint.subject, f"case:{joint.case}")
    fields = instructions.by_number(locked, fields, subjects=named, purpose=Purpose.COORDINATE)
    units, due_at = _more_units(locked, fields)
    if locked.seat.post != Post.LEADER:
        locked.grant(rules.may_be_instructed_by(fields.leader_account, joint=joint, now=now))
    entered = instructions.enter(
        locked,
        Instruction.of(fields, fields.text),
        subject=joint.subject,
        act=Act.INSTRUCT,
        verify=DutyKind.VERIFY,
        norm=locked.move.norm,
        units=fields.units,
    )
    if entered.part:
        join_body(locked, Part(entered.part), entered.bodies)
    invite(joint, units, task=fields.text, due_at=due_at, now=now)
    tell_case(locked, units)
    attachments.bind(ids=fields.attachments, subject_kind=joint.kind, subject_number=joint.number, actor=locked.actor)
    DistrictReport.objects.filter(undertaking_id=joint.number, instructed_at__isnull=True).update(
        instructed_at=now, instruction_by=entered.leader, instruction=fields.text
    )
    idle = [m.unit for m in joint.present if not _owes(joint, m.unit)]
    anew = joint.whistle_type == WhistleType.KEY or len(idle) == len(joint.present)
    again = idle if anew else []
    ask_again(locked, again, due_at=due_at)
    opens = (*asked(joint, [*again, *fields.units], locked.pack, due_at=due_at), *entered.opens)
    happening = Instructed(
        leader=entered.leader,
        text=fields.text,
        units=fields.units,
        attachments=fields.attachments,
        accused_reason=fields.accused_reason,
        leader_account=entered.account,
        issued_on=entered.issued_on,
        reference=entered.reference,
        scan=entered.scan,
    )
    return advance(locked, happening, singly=_aimed(joint, units, opens), changes={"instruction": fields.text})


def _entered(joint: JointFacts, now: datetime, *, blown: bool | None = None) -> InstructionRow | None:
    """The instruction that waits to be confirmed: any, or one by which a key whistle was (not) blown."""
    found = instruction_queries.pending(joint.subject, now=now) if DutyKind.VERIFY in joint.duties else None
    fits = found is not None and (blown is None or blown is (found.act == CaseAct.WHISTLE))
    return found if fits else None


def _may_verify(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return confirming.may_verify(_entered(joint, now), actor, norm=rules.DISTRICT[joint.kind])


def _may_deny(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return confirming.may_verify(_entered(joint, now, blown=False), actor, norm=rules.DISTRICT[joint.kind])


def _may_deny_key(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return confirming.may_verify(_entered(joint, now, blown=True), actor, norm=norms.WHISTLE_KEY)


@act(Act.VERIFY, Verify, ask=_may_verify)
def verify(locked: Locked[JointFacts], fields: Verify) -> Done:
    """The leader, or who stands for them, says that the instruction which somebody entered was given."""
    text = queries.instructed(locked.facts.number)
    found = instructions.confirm(locked, text=text, purpose=Purpose.COORDINATE)
    happening = InstructionVerified(leader=found.leader, reference=found.reference, entered_by=found.entered_by)
    return advance(locked, happening, singly=instructions.done(locked, found, DutyKind.VERIFY))


@act(Act.DENY, Deny, ask=_may_deny)
def deny(locked: Locked[JointFacts], fields: Deny) -> Done:
    """The instruction was not given: the difficulty waits for the district again, and whom it called is free."""
    joint, found = locked.facts, instructions.deny(locked)
    singly = instructions.done(locked, found, DutyKind.VERIFY)
    if locked.move.origin in ENDS:
        return _denied(locked, found, fields, "联合办理已经结束，记录在案", singly)
    called = [m.unit for m in joint.present if m.unit in found.units and m.asked_out_at is None]
    freed = [pair for unit in called for pair in let_go(locked, unit, Leaving.DENIED).lapses]
    _unanswer(joint.number)
    singly = replace(singly, lapses=tuple(dict.fromkeys(freed)))
    changes: dict[str, object] = {"instruction": "", "resolved": None, "concluded_at": None}
    return _denied(locked, found, fields, "退回报⟨leadership⟩研究阶段", singly, changes)


def _unanswer(number: str) -> None:
    """The report to which the district is said to have answered last waits for its word again."""
    answered = DistrictReport.objects.filter(undertaking_id=number, instructed_at__isnull=False)
    last = answered.order_by("-instructed_at")[:1].values_list("pk", flat=True)
    DistrictReport.objects.filter(pk__in=list(last)).update(instructed_at=None, instruction_by="", instruction="")


@act(Act.DENY_KEY, Deny, ask=_may_deny_key, kinds=WHISTLE)
def deny_key_whistle(locked: Locked[JointFacts], fields: Deny) -> Done:
    """The instruction by which a key whistle was blown was not given: it goes on as what the town may blow itself."""
    joint, found = locked.facts, instructions.deny(locked)
    singly = instructions.done(locked, found, DutyKind.VERIFY)
    if joint.stage in ENDS:
        return _denied(locked, found, fields, "联合办理已经结束，记录在案", singly)
    becomes = WhistleType.TOUGH if joint.emergency else WhistleType.ROUTINE
    changes = {"whistle_type": str(becomes), "instruction": ""} if joint.whistle_type == WhistleType.KEY else {}
    effect = f"按{becomes.label}继续办理"
    return _denied(locked, found, fields, effect, singly, changes)


def _denied(
    locked: Locked[JointFacts],
    found: InstructionRow,
    fields: Deny,
    effect: str,
    singly: Singly,
    changes: Mapping[str, object] | None = None,
) -> Done:
    """Tell of it in both records."""
    happening = InstructionDenied(
        leader=found.leader,
        reference=found.reference,
        entered_by=found.entered_by,
        entered_by_name=found.entered_by_name,
        effect=put(effect, locked.pack),
        reason=fields.reason,
    )
    cases.note(
        locked.facts.case,
        happening,
        actor=locked.actor,
        seat=locked.seat,
        norm=locked.move.norm,
        now=locked.now,
        pack=locked.pack,
    )
    return advance(locked, happening, changes=changes, singly=singly)


def _aimed(joint: JointFacts, units: Sequence[UnitFacts], opens: tuple[Opening, ...]) -> Singly:
    """What the units owe; with new ones among them the town has aimed again."""
    again = bool(units) and DutyKind.RETARGET in joint.duties
    return Singly(settles=((DutyKind.RETARGET, joint.initiator),) if again else (), opens=opens)


def _owes(joint: JointFacts, unit: str) -> bool:
    """Whether the unit still owes its part."""
    return (str(DutyKind.WORK), unit) in queries.owed_by(joint.subject)


@act(
    Act.RAISE_TO_TOUGH,
    RaiseToTough,
    ask=rules.may_raise_to_tough,
    choices=rules.whom_it_asks,
    required=rules.asked_of_tough,
    kinds=WHISTLE,
)
def raise_to_tough(locked: Locked[JointFacts], fields: RaiseToTough) -> Done:
    """A routine whistle is not enough: it becomes a tough one, and whoever was done is called again.

    Whoever did not come yet must come as soon as to a tough whistle. An emergency is told to both offices; its clocks
    rest no more, and nobody has longer for it than for one that began as such.
    """
    joint = locked.facts
    known = {topic.code for topic in queries.topics(joint.jurisdiction, now=locked.now)}
    raised = replace(joint, whistle_type=WhistleType.TOUGH, emergency=fields.emergency)
    locked.grant(
        *locked.lacks(fields),
        rules.may_be_tough(
            WhistleType.TOUGH,
            topic=fields.topic,
            known=known,
            off_list_reason=fields.off_list_reason,
            emergency=fields.emergency,
        ),
        rules.may_call_more(fields.units, basis=fields.basis),
    )
    ends = _ends(locked, raised)
    units, due_at = _more_units(locked, fields, town_ends=ends)
    called = [*(m.unit for m in joint.present), *fields.units]
    beyond, left_out = queries.against_entry(fields.topic, called, joint.jurisdiction, now=locked.now)
    locked.grant(rules.may_call_beyond(beyond, reason=fields.beyond_reason))
    invite(joint, units, task=fields.reason, due_at=due_at, now=locked.now)
    tell_case(locked, units)
    owed = queries.owed_by(joint.subject)
    again = [m.unit for m in joint.present if (str(DutyKind.WORK), m.unit) not in owed]
    missing = [m.unit for m in joint.present if (str(DutyKind.CHECK_IN), m.unit) in owed]
    ask_again(locked, again, due_at=due_at)
    parts, notices = _tell_offices(locked, raised)
    sooner = [to_check_in(raised, unit, locked.pack, WhistleType.TOUGH) for unit in missing]
    opens = (*asked(raised, [*again, *fields.units], locked.pack, due_at=due_at), *sooner, *notices)
    singly = _aimed(joint, units, opens)
    return advance(
        replace(locked, facts=raised),
        RaisedToTough(
            reason=fields.reason,
            topic=fields.topic,
            off_list_reason=fields.off_list_reason,
            units=fields.units,
            basis=fields.basis,
            emergency=fields.emergency,
            urgently=f"（{fields.emergency.label}）" if fields.emergency else "",
            accused_reason=fields.accused_reason,
            beyond_entry=tuple(beyond),
            beyond_reason=fields.beyond_reason if beyond else "",
            left_out=tuple(left_out),
        ),
        parts=parts,
        openings=_to_conclude(locked, raised),
        moved=_hastened(locked, ends),
        singly=replace(singly, lapses=tuple((str(DutyKind.CHECK_IN), unit) for unit in missing)),
        changes={
            "beyond_entry": beyond,
            "beyond_reason": fields.beyond_reason if beyond else "",
            "left_out": left_out,
            "whistle_type": str(WhistleType.TOUGH),
            "emergency": str(fields.emergency or ""),
            "topic": fields.topic,
            "off_list_reason": fields.off_list_reason,
            "resolved": None,
            "concluded_at": None,
        },
    )


def _ends(locked: Locked[JointFacts], raised: JointFacts) -> datetime | None:
    """By when the town must conclude what is an emergency from now on; None where it is none."""
    opening = _to_conclude(locked, raised).get(str(DutyKind.CONCLUDE))
    if raised.emergency is None or opening is None:
        return None
    counted = in_force([opening], jurisdiction=raised.jurisdiction, pack=locked.pack, now=locked.now)
    return duties.due(counted[0], locked.pack, locked.now)[0]


def _hastened(locked: Locked[JointFacts], ends: datetime | None) -> list[Moved]:
    """Of an emergency no clock rests, and whoever is at work has no longer than the town; answers what moved."""
    if ends is None:
        return []
    subject = locked.facts.subject
    resumed = duties.resume(subject, now=locked.now)
    sooner = duties.hasten(subject, (DutyKind.CONCLUDE, DutyKind.WORK), until=ends, why=HASTENED)
    told = {(kind, holder): due_at for kind, due_at, holder in (*resumed, *sooner)}
    return [(kind, due_at, holder) for (kind, holder), due_at in told.items()]


HASTENED = "升为应急类攻坚哨，与应急吹哨时限相同"


def _to_conclude(locked: Locked[JointFacts], raised: JointFacts) -> dict[str, Opening]:
    """By when the town must have concluded what is to be done together anew, as soon as the whistle now is."""
    if not locked.pack.binds(norms.WHISTLE_CONVENE):
        return {}
    return {str(DutyKind.CONCLUDE): life_of(locked).opening(DutyKind.CONCLUDE, raised, raised.parts, locked.pack)}


def _tell_offices(locked: Locked[JointFacts], raised: JointFacts) -> tuple[Mapping[str, frozenset[str]], list[Opening]]:
    """Both offices hear of an emergency; answers who takes part afterwards, and what the offices owe."""
    if raised.emergency is None:
        return raised.parts, []
    bodies = organisations.units_with(Capacity.SUPERVISION, raised.jurisdiction)
    offices = [unit.code for unit in impartial(bodies, raised)]
    parts, life = join_body(locked, Part.SUPERVISION, offices), life_of(locked)
    return parts, [
        life.opening(DutyKind.EMERGENCY, raised, {str(Part.SUPERVISION): frozenset({unit})}, locked.pack)
        for unit in offices
    ]
