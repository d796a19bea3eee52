"""The two movers of joint handling, how an act of either is declared, and how units come and go."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from bihuan.cases import commands as cases
from bihuan.cases.rules import may_go_to
from bihuan.cases.types import Departure, Part
from bihuan.duties import commands as duties
from bihuan.duties.life import Life, Locked
from bihuan.duties.sight import Sight, must_see
from bihuan.duties.types import Opening, Singly
from bihuan.joint import queries, rules
from bihuan.joint.models import Participation, Undertaking
from bihuan.joint.stages import TABLES
from bihuan.joint.types import (
    ASKED,
    CHECK_IN_LIMITS,
    DUTIES,
    EMERGENCY_CHECK_IN,
    MEMBERS,
    Act,
    DutyKind,
    JointFacts,
    Kind,
    Leaving,
    WhistleType,
)
from bihuan.joint.types.happenings import UnitsJoined
from bihuan.kernel.actor import Actor
from bihuan.kernel.fields import Fields
from bihuan.kernel.needs import Choosing, Requiring
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import UnitFacts
from bihuan.policy import norms
from bihuan.record.commands import Ask, command, lock_all
from bihuan.record.types import Chain, Done
from bihuan.record.unit_of_work import update

Form = TypeVar("Form", bound=Fields)
BOTH = (Kind.LINKAGE, Kind.WHISTLE)


def _write(number: str, columns: Mapping[str, object]) -> None:
    update(Undertaking, {"number": number}, columns)


SIGHT = Sight("joint_undertaking", "joint_taking_part", "undertaking_id", upon="'case:' || s.case_id")
LIVES: Mapping[Kind, Life[JointFacts]] = {
    Kind.LINKAGE: Life(TABLES[Kind.LINKAGE], DUTIES[Kind.LINKAGE], queries.linkage, must_see, _write, SIGHT),
    Kind.WHISTLE: Life(TABLES[Kind.WHISTLE], DUTIES[Kind.WHISTLE], queries.whistle, must_see, _write, SIGHT),
}


def act(
    act: Act,
    fields: type[Form],
    *,
    ask: Ask | None = None,
    choices: Choosing | None = None,
    required: Requiring | None = None,
    kinds: Iterable[Kind] = BOTH,
) -> Callable[[Callable[[Locked[JointFacts], Form], Done]], Callable[..., Done]]:
    """Declare an act of joint handling, of one instrument or of both alike; the case is locked first, then it."""

    def declare(write: Callable[[Locked[JointFacts], Form], Done]) -> Callable[..., Done]:
        runs = [_declared(kind, act, fields, write, ask=ask, choices=choices, required=required) for kind in kinds]
        return runs[0]

    return declare


def _declared(
    kind: Kind, act: Act, form: type[Form], write: Callable[[Locked[JointFacts], Form], Done], **said: Any
) -> Callable[..., Done]:
    def run(*, number: str, fields: Form, actor: Actor, now: datetime, version: int | None = None) -> Done:
        locked = LIVES[kind].begin(number, act, actor=actor, now=now, version=version)
        locked.grant(*locked.beyond(fields))
        return write(locked, fields)

    run.__module__, run.__doc__ = write.__module__, write.__doc__
    run.__qualname__ = run.__name__ = f"{write.__name__}_of_{kind}"
    return command(subject=kind, act=act, fields=form, **said)(run)


def hold(seen: JointFacts) -> Chain:
    """Lock the case and what stands on it, always in this order; answers the upper chain."""
    return lock_all([f"case:{seen.case}", seen.subject])[seen.subject]


def life_of(locked: Locked[JointFacts]) -> Life[JointFacts]:
    """The mover of what is locked."""
    return LIVES[locked.facts.kind]


def advance(locked: Locked[JointFacts], happening: Any, **more: Any) -> Done:
    """Move what is locked along its row; what opens while the case rests begins to run when the case goes on."""
    life, joint = life_of(locked), locked.facts
    done = life.advance(locked, happening, **more)
    if joint.rests:
        duties.pause(joint.subject, life.resting, why=joint.resting, now=locked.now)
    return done


def note_member(locked: Locked[JointFacts], unit: str, **columns: object) -> None:
    """Write what a unit did or what was said of it."""
    Participation.objects.filter(
        undertaking_id=locked.facts.id, unit=unit, part=MEMBERS[locked.facts.kind], until__isnull=True
    ).update(**columns)


def names_of(units: Iterable[UnitFacts]) -> tuple[str, ...]:
    """What units are called."""
    return tuple(unit.name for unit in units)


def grant_units(
    locked: Locked[Any],
    kind: Kind,
    units: Sequence[str],
    *,
    lead: str,
    desk: str,
    there: Iterable[str],
    due_at: datetime | None,
    latest: datetime | None,
    accused_reason: str,
    town_ends: datetime | None = None,
    ruled_out: Collection[str] = (),
) -> tuple[tuple[UnitFacts, ...], datetime | None]:
    """Ask the rules whether these units may be asked to join until then; answers them and their limit."""
    known = organisations.named(units, locked.facts.jurisdiction, now=locked.now)
    gone: set[str] = set(there)
    for code in units:
        found = known.get(code)
        locked.grant(
            rules.may_ask(kind, found, lead=lead, desk=desk, there=gone, pack=locked.pack, ruled_out=ruled_out)
        )
        gone.add(code)
    locked.grant(may_go_to(units, case=locked.facts, known=known, reason=accused_reason, field="units"))
    latest = rules.earlier(latest, town_ends, now=locked.now)
    locked.grant(rules.may_be_due(kind, due_at, now=locked.now, latest=latest))
    limit = due_at or (latest if latest is not None and latest > locked.now else None)
    return tuple(known[code] for code in units), limit


def invite(joint: JointFacts, units: Sequence[UnitFacts], *, task: str, due_at: datetime | None, now: datetime) -> None:
    """Let units take part, in what is handled together and in the case."""
    if not units:
        return
    part = MEMBERS[joint.kind]
    Participation.objects.bulk_create(
        Participation(undertaking_id=joint.id, unit=unit.code, part=part, since=now, task=task, due_at=due_at or now)
        for unit in units
    )
    cases.let_join(joint.case, {unit.code: str(part) for unit in units}, now=now)


def join_body(locked: Locked[JointFacts], part: Part, units: Sequence[str]) -> dict[str, frozenset[str]]:
    """Let another body take part in both; answers the parts afterwards."""
    joint, now = locked.facts, locked.now
    there = joint.parts.get(part, frozenset())
    Participation.objects.bulk_create(
        Participation(undertaking_id=joint.id, unit=unit, part=part, since=now) for unit in units if unit not in there
    )
    cases.let_join(joint.case, dict.fromkeys(units, str(part)), now=now)
    return {**joint.parts, str(part): there | frozenset(units)}


def let_see(number: str, unit: str, now: datetime) -> None:
    """Let a body that supervises take part in what is handled together and in its case, where it does not yet."""
    joint = queries.facts(number)
    if unit not in joint.parts.get(Part.SUPERVISION, frozenset()):
        Participation.objects.create(undertaking_id=joint.id, unit=unit, part=str(Part.SUPERVISION), since=now)
    cases.let_see(joint.case, unit, now)


def tell_case(locked: Locked[JointFacts], units: Sequence[UnitFacts]) -> None:
    """Tell in the case's record which units came."""
    if units:
        happening = UnitsJoined(units=tuple(u.code for u in units), unit_names=names_of(units))
        norm = norms.LINKAGE_REQUEST if locked.facts.kind == Kind.LINKAGE else norms.WHISTLE_BLOW
        cases.note(
            locked.facts.case,
            happening,
            actor=locked.actor,
            seat=locked.seat,
            norm=norm,
            now=locked.now,
            pack=locked.pack,
        )


def asked(
    joint: JointFacts, units: Iterable[str], pack: Any, *, due_at: datetime | None, whistle_type: Any = None
) -> tuple[Opening, ...]:
    """What units owe that are asked to join: to come forward, and to do their part."""
    life, part = LIVES[joint.kind], MEMBERS[joint.kind]
    found: list[Opening] = []
    for unit in units:
        alone = {str(part): frozenset({unit})}
        if joint.kind == Kind.LINKAGE:
            found.append(life.opening(DutyKind.ACCEPT, joint, alone, pack))
        else:
            found.append(to_check_in(joint, unit, pack, whistle_type or joint.whistle_type))
        basis = "牵头单位在工单办理时限内确定"
        found.append(life.opening(DutyKind.WORK, joint, alone, pack, due_at=due_at, basis=basis if due_at else ""))
    return tuple(found)


def to_check_in(joint: JointFacts, unit: str, pack: Any, whistle_type: Any) -> Opening:
    """The duty to report at the town's side: the sooner, the harder the town blows."""
    limit = EMERGENCY_CHECK_IN if joint.emergency else CHECK_IN_LIMITS[whistle_type or WhistleType.ROUTINE]
    alone = {str(MEMBERS[Kind.WHISTLE]): frozenset({unit})}
    return LIVES[Kind.WHISTLE].opening(DutyKind.CHECK_IN, joint, alone, pack, limit=limit)


def let_go(locked: Locked[JointFacts], unit: str, how: Leaving) -> Singly:
    """A unit takes part no more; what it owed lapses."""
    joint = locked.facts
    part = MEMBERS[joint.kind]
    note_member(locked, unit, until=locked.now, leaving=str(how))
    cases.leave(joint.case, parts=[part], how=Departure.ENDED, now=locked.now, units=[unit])
    owed = (*ASKED[joint.kind], DutyKind.EXPLAIN)
    return Singly(lapses=(*((kind, unit) for kind in owed), *_reminder_of(joint, unit)))


def _reminder_of(joint: JointFacts, unit: str) -> tuple[tuple[str, str], ...]:
    """The centre's duty to remind, where it was told of this unit alone."""
    if DutyKind.REMIND not in joint.duties or any(m.unit != unit for m in rules.to_remind(joint)):
        return ()
    return tuple((str(DutyKind.REMIND), desk) for desk in joint.parts[Part.DESK])
