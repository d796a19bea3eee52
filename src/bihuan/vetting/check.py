"""Holds a regulation pack against what the program can carry out, and tells everything that is wrong at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bihuan.policy import norms
from bihuan.policy.limits import LimitName
from bihuan.policy.loader import library
from bihuan.policy.names import put
from bihuan.policy.pack import Carried, Pack
from bihuan.policy.reading import Fault, Reading, read
from bihuan.vetting import engine, ladders, loop, naming, sense, wants

BINDING = frozenset({"clause", "default"})
"""The tables that say which norms hold: as long as one is wrong, nobody knows what the regulation leaves off."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What there is to say of a pack: what is wrong, what its author may want to look at, the pack as it was read."""

    path: Path
    faults: tuple[Fault, ...]
    remarks: tuple[Fault, ...]
    pack: Pack | None


def check(path: Path, *, folders: tuple[Path, ...] = ()) -> Verdict:
    """Everything that is wrong with the pack in a file, beside the packs that are there already."""
    reading = read(path)
    if reading.pack is None:
        return Verdict(path, reading.faults, (), None)
    there = library(folders=folders)
    others = tuple(there.packs[ref] for ref, file in there.files.items() if file != path.resolve())
    faults = {*reading.faults, *_said(reading, reading.pack, others)}
    walked = [] if reading.spoiled & BINDING else [_walk(reading.pack, subject) for subject in engine.subjects()]
    faults |= set(_carried_out(reading, reading.pack, walked))
    remarks = () if faults else set(_remarks(reading, reading.pack, walked))
    return Verdict(path, _worded(faults, reading.pack), _worded(remarks, reading.pack), reading.pack)


def _worded(found: Iterable[Fault], pack: Pack) -> tuple[Fault, ...]:
    """In order, and in the words of the regulation itself."""
    return tuple(sorted(replace(fault, what=put(fault.what, pack)) for fault in found))


@dataclass(frozen=True, slots=True)
class _Walked:
    """A kind of subject as the regulation lets it live."""

    subject: engine.Subject
    gaps: list[loop.Gap]
    completed: Pack
    """The regulation as if it had the norms that are lacking."""
    reached: wants.Reached


def _walk(pack: Pack, subject: engine.Subject) -> _Walked:
    gaps, completed = loop.gaps(loop.Life(subject, pack))
    return _Walked(subject, gaps, completed.pack, wants.reached(completed))


def _said(reading: Reading, pack: Pack, others: tuple[Pack, ...]) -> Iterator[Fault]:
    """What is wrong with what the file says, whatever its norms want."""
    yield from sense.vocabulary(reading, pack)
    yield from sense.names(reading, pack, others)
    yield from sense.always(reading, pack)
    yield from sense.times(reading, pack)
    yield from sense.parameters(reading, pack)
    yield from sense.by_law(reading, pack)
    if "ladder" not in reading.spoiled:
        yield from ladders.wrong(reading, pack)
    if "unit_type" not in reading.spoiled:
        yield from wants.owners(reading, pack)


def _carried_out(reading: Reading, pack: Pack, walked: list[_Walked]) -> Iterator[Fault]:
    """What its norms want and it does not say."""
    for one in walked:
        yield from _open_loop(reading, pack, one)
    reached = [one.reached for one in walked]
    bound = {name: binding for one in walked for name, binding in one.completed.bindings.items()}
    completed = replace(pack, bindings={**bound, **pack.bindings})
    if "limit" not in reading.spoiled:
        yield from wants.limits(reading, completed, reached)
        yield from wants.selectors(reading, pack)
        if "unit_type" not in reading.spoiled:
            yield from wants.unit_types(reading, pack, reached)
    if not reading.spoiled & {"unit_type", "post"}:
        yield from wants.holders(reading, completed, reached)


def _open_loop(reading: Reading, pack: Pack, walked: _Walked) -> Iterator[Fault]:
    """Where the closed loop would be open."""
    subject, label = walked.subject, walked.subject.table.label
    if subject.table.subject == "case" and not loop.begins(subject, pack):
        yield Fault(1, f"任何诉求都登记不了：没有确立规范 {loop.named([norms.REGISTER.name])}")
    elif not loop.begins(subject, pack) and (bound := loop.its_own(subject, pack, engine.subjects())):
        ways = loop.begun_by(subject, pack)
        wanted = f"{'须至少确立其中一项：' if ways[1:] else '须确立 '}{loop.named(ways)}"
        words = f"“{label}”谁也启动不了，规范 {'、'.join(bound)} 用不上；{wanted}"
        yield reading.fault(words, ("norm", bound[0]))
    for gap in walked.gaps:
        named = loop.named(gap.lacking)
        if gap.way is None:
            words = f"就办不下去{f'；没有确立 {named}' if named else ''}"
        else:
            acts = "、".join(dict.fromkeys(move.act.label for move in gap.way))
            words = f"就没有人负有职责（经{acts}）{f'；请一并确立 {named}' if named else ''}"
        yield reading.fault(f"“{label}”到了“{gap.stage.label}”{words}", *_into(subject, pack, gap.stage))


def _into(subject: engine.Subject, pack: Pack, stage: object) -> list[tuple[str, str]]:
    """The norms by which one comes to a stage."""
    moves = (m for m in subject.table.moves if m.target == stage and m.origin != stage and m.holds(pack.binds))
    return [("norm", move.norm.name) for move in moves]


def _remarks(reading: Reading, pack: Pack, walked: list[_Walked]) -> Iterator[Fault]:
    """What is not wrong, and may not be meant."""
    for clause in pack.clauses.values():
        if clause.state is Carried.NOT_YET:
            words = "没有规范，也没有注明组织措施（organisational），按“尚未实现”显示"
            yield reading.fault(words, ("clause", clause.id))
    used = wants.wanted_limits([one.reached for one in walked], pack) | OPTIONAL
    for name, rules in pack.limits.items():
        if name not in used:
            words = f"时限 {name}（{LimitName(name).label}）没有规范用到"
            yield reading.fault(words, ("limit", rules[-1].key))
    come = {f"{one.subject.table.subject}.{spec.kind}": spec for one in walked for spec in one.reached.duties}
    yield from ladders.remarks(reading, pack, come)
    yield from naming.unnamed(reading, pack, [one.reached for one in walked])
    if pack.binds(norms.SEPARATION):
        words = "办理、审签、审核、回访须由不同的人承担：只有一名工作人员的单位做不到，启用单位时请配齐"
        yield reading.fault(words, ("norm", norms.SEPARATION.name))


OPTIONAL = frozenset({LimitName.RETENTION, LimitName.FIRST_CONTACT})
"""What something is counted by where it is set, and goes without where it is not."""
