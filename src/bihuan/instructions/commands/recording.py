"""What somebody entered for a leader with an act of a subject becomes an instruction once it is confirmed."""

from bihuan.cases.rules import impartial
from bihuan.duties.life import Acted
from bihuan.instructions import rules
from bihuan.instructions.commands.life import LIFE, report_after
from bihuan.instructions.commands.writing import Given, manned, write_down
from bihuan.instructions.stages import TABLE
from bihuan.instructions.types import InstructionAct, InstructionRow, Medium, Purpose
from bihuan.instructions.types.happenings import InstructionRecorded
from bihuan.kernel.refusal import Refusal
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post, UnitFacts
from bihuan.policy.pack import Capacity, Pack
from bihuan.record.commands import begin

ELSEWHERE = "（批示内容见所涉事项的办理记录）"
_KEEPS = (
    (Capacity.SUPERVISION, Post.SUPERVISOR),
    (Capacity.OFFICE, Post.LIST_KEEPER),
    (Capacity.DESK, Post.DISPATCHER),
)


def _post_in(unit: UnitFacts, pack: Pack) -> str:
    """The post in a unit that keeps what leaders instruct."""
    return next((post for able, post in _KEEPS if pack.can(unit.type, able)), Post.HEAD)


def _officers(locked: Acted) -> list[UnitFacts]:
    """The bodies that supervise, without those of which the subject complains in secret."""
    place, now = locked.facts.jurisdiction, locked.now
    bodies = manned(organisations.units_with(Capacity.SUPERVISION, place, now=now), now)
    return impartial(bodies, locked.facts)


def _keeper(locked: Acted, officers: list[UnitFacts]) -> UnitFacts | None:
    desks = organisations.units_with(Capacity.DESK, locked.facts.jurisdiction, now=locked.now)
    found = rules.keeper_of(officers, desks)
    return None if isinstance(found, Refusal) else found


def confirmed_later(locked: Acted, found: InstructionRow, text: str, *, purpose: Purpose) -> None:
    """What somebody entered with an act is true: the unit that entered it keeps it."""
    officers = _officers(locked)
    place = locked.facts.jurisdiction
    unit = organisations.named([found.unit], place, now=locked.now).get(found.unit)
    keeper = unit if unit is not None and unit.active else _keeper(locked, officers)
    if keeper is None:
        return
    given = Given(
        leader=found.leader,
        account=found.account,
        body=found.holder if found.post == Post.LEADER else "",
        issued_on=found.issued_on,
        medium=Medium.PAPER,
        unit=keeper.code,
        post=_post_in(keeper, locked.pack),
        reference=found.reference,
        scan=found.scan,
        entered_by=found.entered_by,
    )
    _record(locked, given, officers, text, subject=locked.facts.subject, purpose=purpose)


def _record(
    locked: Acted, given: Given, officers: list[UnitFacts], text: str, *, subject: str, purpose: Purpose
) -> None:
    pack, now = locked.pack, locked.now
    move = TABLE.row(None, InstructionAct.RECORD, pack.binds)
    if move is None or not move.holds(pack.binds):
        return
    kind, _, number = subject.partition(":")
    found = write_down(
        given,
        text=text or ELSEWHERE,
        purpose=purpose,
        topic="",
        about=[subject],
        of_case=str(getattr(locked.facts, "case", "") or (number if kind == "case" else "")),
        stage=move.target,
        pack=pack,
        officers=officers,
        actor=locked.actor,
        now=now,
    )
    LIFE.open_first(
        begin(found.subject, found.jurisdiction),
        found,
        InstructionRecorded(
            leader=found.leader,
            leader_account=found.account,
            issued_on=found.issued_on,
            reference=found.reference,
            purpose=found.purpose,
            unit=found.unit,
            unit_name=found.unit_name,
            subject=number,
            text=text,
        ),
        move=move,
        seat=locked.seat,
        actor=locked.actor,
        now=now,
        openings=report_after(found, (), pack, now),
    )
