"""The mover of instructions, how an act is declared, who confirms, who is tasked, and what records of subjects tell."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TypeVar

from bihuan.attachments import commands as attachments
from bihuan.cases.rules import may_go_to
from bihuan.cases.types import Part
from bihuan.duties import commands as duty_commands
from bihuan.duties import queries as duties
from bihuan.duties.life import Life, Locked
from bihuan.duties.rules import may_fall_on
from bihuan.duties.sight import Sight, must_see
from bihuan.duties.types import Opening
from bihuan.instructions import queries, rules
from bihuan.instructions.models import LeaderInstruction, Participation, Task
from bihuan.instructions.stages import TABLE
from bihuan.instructions.types import DUTIES, KIND, InstructionDuty, InstructionFacts
from bihuan.instructions.types.forms import WithTasks
from bihuan.instructions.types.happenings import InstructionNamed
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.fields import Fields
from bihuan.kernel.refusal import Refusal
from bihuan.kernel.stages import Move
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import UnitFacts
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.policy.limits import LimitName
from bihuan.policy.pack import Pack
from bihuan.record.commands import Ask, append, command, lock
from bihuan.record.types import Done
from bihuan.subjects import naming

Form = TypeVar("Form", bound=Fields)
Write = Callable[[Locked[InstructionFacts], Form], Done]
D = InstructionDuty


def _write(number: str, columns: Mapping[str, object]) -> None:
    LeaderInstruction.objects.filter(number=number).update(**columns)


NAMED = "unnest(ARRAY(SELECT t.subject FROM instructions_target t WHERE t.instruction_id = s.id))"
SIGHT = Sight("instructions_leaderinstruction", "instructions_taking_part", "instruction_id", upon=NAMED)
LIFE: Life[InstructionFacts] = Life(TABLE, DUTIES, queries.facts, must_see, _write, SIGHT)


def noon(on: date) -> datetime:
    """A moment of that day."""
    return datetime.combine(on, time(12), ZONE)


def act(word: Vocabulary, form: type[Form], *, ask: Ask | None = None) -> Callable[[Write[Form]], Callable[..., Done]]:
    """Declare an act of an instruction; what it names is locked first, for its record tells of the act."""

    def declare(write: Write[Form]) -> Callable[..., Done]:
        def run(*, number: str, fields: Form, actor: Actor, now: datetime, version: int | None = None) -> Done:
            return write(LIFE.begin(number, word, actor=actor, now=now, version=version), fields)

        run.__module__, run.__doc__ = write.__module__, write.__doc__
        run.__qualname__ = run.__name__ = write.__name__
        return command(subject=KIND, act=word, fields=form, ask=ask)(run)

    return declare


@dataclass(frozen=True, slots=True)
class Asked:
    """A unit that is to do something, and until when somebody wants to hear of it."""

    unit: str
    due_on: date | None


def may_be_tasked(
    fields: WithTasks,
    *,
    about: Iterable[str],
    jurisdiction: str,
    tasked: Collection[str],
    pack: Pack,
    now: datetime,
    latest: date | None = None,
) -> tuple[Refusal | None, ...]:
    """What is against it that the units of a form do what it says by when it says."""
    units = organisations.named(fields.units, jurisdiction, now=now) if fields.units else {}
    owing = [frozenset({*tasked, *fields.units[:nth]}) for nth in range(len(fields.units))]
    return (
        *(rules.may_task(units.get(u), tasked=there, pack=pack) for u, there in zip(fields.units, owing, strict=True)),
        *(may_go_to(fields.units, case=one, known=units, field="units") for one in naming.accusing(about)),
        rules.may_want_by(fields.due_on, today=organisations.today(now), latest=latest),
        may_fall_on(fields.due_on, duties.calendar(), on_free_day=fields.on_free_day, field="due_on"),
    )


def write_tasks(instruction: int, fields: WithTasks, now: datetime) -> list[Asked]:
    """Write down what units are to do."""
    Task.objects.bulk_create(
        Task(instruction_id=instruction, unit=unit, task=fields.task, due_on=fields.due_on, at=now)
        for unit in fields.units
    )
    return [Asked(unit, fields.due_on) for unit in fields.units]


def let_in(instruction: InstructionFacts, asked: Iterable[Asked], now: datetime) -> None:
    """Let the units that are tasked take part, where they do not yet."""
    there = instruction.parts.get(str(Part.ADDRESSEE), frozenset())
    new = dict.fromkeys(one.unit for one in asked if one.unit not in there)
    Participation.objects.bulk_create(
        Participation(instruction_id=instruction.id, unit=unit, part=str(Part.ADDRESSEE), since=now) for unit in new
    )


def still_there(asked: Sequence[Asked], jurisdiction: str, now: datetime) -> list[Asked]:
    """Those of the units that have not ended meanwhile."""
    units = organisations.named([one.unit for one in asked], jurisdiction, now=now) if asked else {}
    return [one for one in asked if one.unit in units and units[one.unit].active]


def _owed_by(
    kind: InstructionDuty, found: InstructionFacts, pack: Pack, *, holder: str, post: str, **more: object
) -> Opening:
    parts = {str(DUTIES[kind].part): frozenset({holder})}
    return replace(LIFE.opening(kind, found, parts, pack, **more), post=post)  # type: ignore[arg-type]


def confirmed(kind: InstructionDuty, found: InstructionFacts, pack: Pack) -> dict[str, Opening]:
    """What whoever confirms the instruction owes."""
    holder, post = found.confirmed_by
    return {kind: _owed_by(kind, found, pack, holder=holder, post=post)}


def kept(kind: InstructionDuty, found: InstructionFacts, pack: Pack) -> dict[str, Opening]:
    """What the post owes that keeps it."""
    return {kind: _owed_by(kind, found, pack, holder=found.unit, post=found.post)}


def tasks_of(
    found: InstructionFacts, asked: Iterable[Asked], pack: Pack, now: datetime, *, latest: datetime | None = None
) -> tuple[Opening, ...]:
    """What units owe: their reports until the offices close on the day that was set, else by the regulation's limit;
    never later than the report that waits for them."""
    if not pack.binds(norms.INSTRUCTION_TASKS):
        return ()
    return tuple(_task(found, one, pack, now, latest) for one in asked)


def _task(found: InstructionFacts, one: Asked, pack: Pack, now: datetime, latest: datetime | None) -> Opening:
    parts = {str(Part.ADDRESSEE): frozenset({one.unit})}
    due_at = datetime.combine(one.due_on, pack.hours.closes, ZONE) if one.due_on else None
    if due_at is not None and due_at > now:
        return LIFE.opening(D.TASK, found, parts, pack, due_at=due_at, basis="报告时限由批示确定")
    by_limit = LIFE.opening(D.TASK, found, parts, pack)
    if latest is not None and _due(by_limit, pack, now) > latest:
        return LIFE.opening(D.TASK, found, parts, pack, due_at=latest, basis="不晚于上报批示办理情况的时限")
    return by_limit


def report_after(found: InstructionFacts, tasks: Sequence[Opening], pack: Pack, now: datetime) -> dict[str, Opening]:
    """What the unit that keeps it owes: the report, by its limit after the last task is due."""
    if not tasks:
        return kept(D.REPORT, found, pack)
    rule = pack.limit(LimitName.INSTRUCTION_REPORT)
    basis = f"最后一项任务到期后，{pack.source(rule).words}"
    last = max(_due(task, pack, now) for task in tasks).astimezone(ZONE)
    # what is due when the offices close is received that day, and not the day after
    last = min(last, datetime.combine(last.date(), pack.hours.cut_off, ZONE))
    due_at, _ = duty_commands.due_after(str(rule.limit), pack, last)
    opening = _owed_by(
        D.REPORT,
        found,
        pack,
        holder=found.unit,
        post=found.post,
        due_at=due_at,
        basis=basis,
    )
    return {D.REPORT: opening}


def _due(opening: Opening, pack: Pack, now: datetime) -> datetime:
    return opening.due_at or duty_commands.due_after(opening.limit, pack, now)[0]


def bind(found: InstructionFacts, ids: Sequence[int], actor: Actor) -> None:
    """Put files beside the instruction."""
    attachments.bind(ids=ids, subject_kind=KIND, subject_number=found.number, actor=actor)


def bind_scan(number: str, ids: Sequence[int], actor: Actor) -> Refusal | None:
    """Bind what proves it: a file that proved an earlier act proves nothing here."""
    scans = attachments.bind(ids=ids, subject_kind=KIND, subject_number=number, actor=actor, fresh=True)
    return rules.may_be_scan([scan.mime for scan in scans], norm=norms.INSTRUCTION_BY_POST)


def tell(
    number: str, about: Iterable[str], told: str, *, move: Move, seat: Seat, pack: Pack, actor: Actor, now: datetime
) -> None:
    """Tell in the record of each subject that is named what was instructed, or what came of that."""
    happening = InstructionNamed(number=number, told=told)
    for subject in about:
        append(lock(subject), happening, actor=actor, seat=seat, norm=move.norm, pack=pack, now=now)


def tell_of(locked: Locked[InstructionFacts], told: str) -> None:
    """The same of an act on the instruction."""
    found = locked.facts
    tell(
        found.number,
        found.about,
        told,
        move=locked.move,
        seat=locked.seat,
        pack=locked.pack,
        actor=locked.actor,
        now=locked.now,
    )


def names_of(units: Iterable[UnitFacts]) -> str:
    """The units in a sentence."""
    return "、".join(unit.name for unit in units)
