"""An instruction begins: a leader gives it here, or somebody enters it, from paper or from the telephone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict

from bihuan.cases.rules import impartial, may_go_to
from bihuan.cases.types import Part
from bihuan.duties.life import beyond
from bihuan.duties.types import Opening, Singly
from bihuan.instructions import queries, rules
from bihuan.instructions.commands.life import (
    LIFE,
    Asked,
    bind_scan,
    confirmed,
    kept,
    let_in,
    may_be_tasked,
    noon,
    report_after,
    tasks_of,
    tell,
    write_tasks,
)
from bihuan.instructions.commands.writing import Given, manned, write_down
from bihuan.instructions.stages import TABLE
from bihuan.instructions.types import (
    KIND,
    Instruction,
    InstructionAct,
    InstructionDuty,
    InstructionFacts,
    InstructionStage,
    Medium,
    Purpose,
)
from bihuan.instructions.types.forms import CallIn, EnterInstruction, GiveInstruction, Whole
from bihuan.instructions.types.happenings import InstructionCalledIn, InstructionEntered, InstructionGiven
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.refusal import Refusal, Refused, granted
from bihuan.kernel.stages import Move
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post, UnitFacts
from bihuan.policy import norms
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Capacity, Pack
from bihuan.record.commands import begin, command
from bihuan.record.types import Done
from bihuan.subjects import naming
from bihuan.subjects.naming import Taken

D = InstructionDuty
ENTERING = frozenset({Capacity.DESK, Capacity.OFFICE, Capacity.SUPERVISION})
"""What a unit is for that enters instructions."""


@dataclass(frozen=True, slots=True)
class Desk:
    """From where an instruction begins: the regulation in force, the row and the seat of whoever begins it."""

    pack: Pack
    move: Move
    seat: Seat
    supervises: bool
    """Whether the unit may take up whatever the jurisdiction has, and not only what it takes part in."""


def _desk_of(word: InstructionAct, actor: Actor, now: datetime) -> Desk:
    """From where somebody begins an instruction. Raises Refused."""
    place = organisations.jurisdiction(actor.jurisdiction, now=now)
    pack = load_pack(place.pack)
    able = {
        unit.code: pack.unit_types[unit.type].capacities
        for unit in organisations.named(actor.units, place.code, now=now).values()
        if unit.active and unit.type in pack.unit_types
    }
    parts = {
        str(Part.ISSUER): frozenset(code for code, can in able.items() if can & ENTERING),
        str(Part.LEADERS): frozenset(code for code, can in able.items() if Capacity.LEADERSHIP in can),
    }
    found = TABLE.find(None, word, actor, parts, pack.binds)
    if isinstance(found, Refusal):
        raise Refused(found, pack=pack.ref)
    move, seat = found
    return Desk(pack, move, seat, bool(able[seat.unit] & {Capacity.SUPERVISION, Capacity.LEADERSHIP}))


def _named(desk: Desk, fields: Whole, actor: Actor) -> list[Taken]:
    unit, of = desk.seat.unit, desk.pack.ref
    among = queries.nameable()
    return naming.all_taken(fields.about, actor, unit=unit, supervises=desk.supervises, among=among, pack=of)


def _supervising(taken: Sequence[Taken], actor: Actor, now: datetime) -> list[UnitFacts]:
    """The bodies that supervise, without those of which what is named complains in secret."""
    bodies = manned(organisations.units_with(Capacity.SUPERVISION, actor.jurisdiction, now=now), now)
    accusing = naming.accusing(one.subject for one in taken)
    return impartial(bodies, *accusing) if accusing else bodies


def _write_down(
    desk: Desk,
    fields: Whole,
    given: Given,
    taken: Sequence[Taken],
    officers: Sequence[UnitFacts],
    actor: Actor,
    now: datetime,
) -> tuple[InstructionFacts, list[Asked]]:
    """Write an instruction with what it names, who takes part and who does what; its life begins with what follows."""
    found = write_down(
        given,
        text=fields.text,
        purpose=fields.purpose,
        topic=fields.topic,
        about=[one.subject for one in taken],
        of_case=taken[0].of_case if len(taken) == 1 else "",
        stage=desk.move.target,
        pack=desk.pack,
        officers=officers,
        actor=actor,
        now=now,
    )
    if desk.supervises:
        for one in taken:
            naming.let_see(one, given.unit, now)
    asked = write_tasks(found.id, fields, now)
    if desk.move.target is InstructionStage.IN_FORCE:
        let_in(found, asked, now)
    return found, asked


def _begin(
    desk: Desk,
    found: InstructionFacts,
    happening: InstructionGiven,
    *,
    openings: Mapping[str, Opening],
    tasks: tuple[Opening, ...],
    told: str,
    actor: Actor,
    now: datetime,
) -> Done:
    done = LIFE.open_first(
        begin(found.subject, found.jurisdiction),
        found,
        happening,
        move=desk.move,
        seat=desk.seat,
        actor=actor,
        now=now,
        openings=openings,
        singly=Singly(opens=tasks),
    )
    tell(found.number, found.about, told, move=desk.move, seat=desk.seat, pack=desk.pack, actor=actor, now=now)
    return done


class Said(TypedDict):
    """What every instruction tells when it begins."""

    leader: str
    leader_account: str
    issued_on: date
    purpose: Purpose
    unit: str
    unit_name: str
    subjects: tuple[str, ...]
    text: str
    topic: str
    units: tuple[str, ...]
    task: str
    due_on: date | None


def _said(found: InstructionFacts, fields: Whole) -> Said:
    return Said(
        leader=found.leader,
        leader_account=found.account,
        issued_on=found.issued_on,
        purpose=found.purpose,
        unit=found.unit,
        unit_name=found.unit_name,
        subjects=tuple(subject.partition(":")[2] for subject in found.about),
        text=fields.text,
        topic=fields.topic,
        units=fields.units,
        task=fields.task,
        due_on=fields.due_on,
    )


def _may_be_whole(
    desk: Desk, fields: Whole, taken: Sequence[Taken], actor: Actor, now: datetime
) -> tuple[Refusal | None, ...]:
    about = [one.subject for one in taken]
    tasks = may_be_tasked(fields, about=about, jurisdiction=actor.jurisdiction, tasked=(), pack=desk.pack, now=now)
    return (*beyond(fields, desk.pack), *tasks)


@command(subject=KIND, act=InstructionAct.GIVE, fields=GiveInstruction)
def give(*, fields: GiveInstruction, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """A leader instructs units here: it is in force at once, and whoever supervises keeps it."""
    desk = _desk_of(InstructionAct.GIVE, actor, now)
    taken = _named(desk, fields, actor)
    officers = _supervising(taken, actor, now)
    keeper = rules.keeper_of(officers, organisations.units_with(Capacity.DESK, actor.jurisdiction, now=now))
    granted(
        keeper if isinstance(keeper, Refusal) else None,
        *_may_be_whole(desk, fields, taken, actor, now),
        binds=desk.pack.binds,
        pack=desk.pack.ref,
    )
    assert isinstance(keeper, UnitFacts), "asked by the rule"
    given = Given(
        leader=desk.pack.called(Post.LEADER),
        account=actor.account,
        body=desk.seat.unit,
        issued_on=organisations.today(now),
        medium=Medium.SYSTEM,
        unit=keeper.code,
        post=Post.SUPERVISOR if keeper in officers else Post.DISPATCHER,
    )
    found, asked = _write_down(desk, fields, given, taken, officers, actor, now)
    tasks = tasks_of(found, asked, desk.pack, now)
    return _begin(
        desk,
        found,
        InstructionGiven(**_said(found, fields)),
        openings=report_after(found, tasks, desk.pack, now),
        tasks=tasks,
        told=f"{found.leader}作出批示",
        actor=actor,
        now=now,
    )


def _entered(
    desk: Desk, fields: EnterInstruction | CallIn, taken: Sequence[Taken], actor: Actor, now: datetime
) -> tuple[str, list[UnitFacts]]:
    """The leader's body and the bodies that supervise, where somebody may enter for that leader. Raises Refused."""
    there = queries.leaders(actor.jurisdiction, noon(fields.issued_on))
    on_paper = isinstance(fields, EnterInstruction)
    said = Instruction(
        leader=fields.leader,
        account=fields.leader_account,
        issued_on=fields.issued_on,
        reference=fields.reference if isinstance(fields, EnterInstruction) else "",
        text=fields.text,
        scan=fields.scan if isinstance(fields, EnterInstruction) else (),
    )
    body = there[fields.leader_account].unit if fields.leader_account in there else ""
    accusing = naming.accusing(one.subject for one in taken)
    granted(
        rules.may_rest_on(
            said,
            norm=norms.INSTRUCTION_BY_POST,
            today=organisations.today(now),
            leaders=there.keys(),
            by=actor.account,
            later=() if on_paper else ("reference", "scan"),
        ),
        *(may_go_to([body], case=one, known={}, field="leader_account") for one in accusing),
        *_may_be_whole(desk, fields, taken, actor, now),
        binds=desk.pack.binds,
        pack=desk.pack.ref,
    )
    return body, _supervising(taken, actor, now)


@command(subject=KIND, act=InstructionAct.ENTER, fields=EnterInstruction)
def enter_one(*, fields: EnterInstruction, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Enter what a leader wrote; somebody else says whether it is so."""
    desk = _desk_of(InstructionAct.ENTER, actor, now)
    taken = _named(desk, fields, actor)
    body, officers = _entered(desk, fields, taken, actor, now)
    given = Given(
        leader=fields.leader,
        account=fields.leader_account,
        body=body,
        issued_on=fields.issued_on,
        medium=Medium.PAPER,
        unit=desk.seat.unit,
        post=desk.seat.post,
        reference=fields.reference,
        scan=fields.scan,
        entered_by=actor.account,
    )
    found, _ = _write_down(desk, fields, given, taken, officers, actor, now)
    granted(bind_scan(found.number, fields.scan, actor), binds=desk.pack.binds, pack=desk.pack.ref)
    return _begin(
        desk,
        found,
        InstructionEntered(**_said(found, fields), reference=fields.reference, scan=fields.scan),
        openings=confirmed(D.VERIFY, found, desk.pack),
        tasks=(),
        told=f"{found.unit_name}登记{found.leader}批示，待核实",
        actor=actor,
        now=now,
    )


@command(subject=KIND, act=InstructionAct.CALL_IN, fields=CallIn)
def call_in(*, fields: CallIn, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Enter what a leader said on the telephone in an emergency: it is in force at once, and the scan follows."""
    desk = _desk_of(InstructionAct.CALL_IN, actor, now)
    taken = _named(desk, fields, actor)
    body, officers = _entered(desk, fields, taken, actor, now)
    given = Given(
        leader=fields.leader,
        account=fields.leader_account,
        body=body,
        issued_on=fields.issued_on,
        medium=Medium.TELEPHONE,
        unit=desk.seat.unit,
        post=desk.seat.post,
        emergency=fields.emergency,
        entered_by=actor.account,
    )
    found, asked = _write_down(desk, fields, given, taken, officers, actor, now)
    tasks = tasks_of(found, asked, desk.pack, now)
    return _begin(
        desk,
        found,
        InstructionCalledIn(**_said(found, fields), emergency=fields.emergency),
        openings=kept(D.SCAN, found, desk.pack) | report_after(found, tasks, desk.pack, now),
        tasks=tasks,
        told=f"{found.unit_name}登记{found.leader}电话批示",
        actor=actor,
        now=now,
    )
