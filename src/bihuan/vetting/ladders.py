"""Whether the ladders of a regulation can be climbed: kinds of duty that are there, moments that come, in order."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from bihuan.duties.types import DutySpec
from bihuan.policy.calendar import ZONE, Calendar, counted_back, counted_on, reckon
from bihuan.policy.ladders import Ladder, Step
from bihuan.policy.limits import Limit
from bihuan.policy.pack import Pack
from bihuan.policy.reading import Fault, Reading
from bihuan.supervision.types import SENDERS
from bihuan.vetting.engine import subjects
from bihuan.vetting.specimens import MONDAY

WEEKS = Calendar({})
"""Every week alike."""


def kinds() -> Mapping[str, DutySpec]:
    """Every kind of duty, as regulations write it: case.handle."""
    return {f"{one.table.subject}.{kind}": spec for one in subjects() for kind, spec in one.duties.items()}


def wrong(reading: Reading, pack: Pack) -> Iterator[Fault]:
    """What no duty could climb."""
    known = kinds()
    for ladder in _ladders(pack):
        at = ("ladder", ladder.key)
        for kind in ladder.duties:
            if kind not in known:
                subject = kind.partition(".")[0]
                near = "、".join(name for name in known if name.startswith(f"{subject}.")) or "case.handle 等"
                yield reading.fault(f"阶梯 {ladder.name}：没有职责 {kind}；可用的有{near}", at)
        if ladder.urgency is not None and ladder.urgency not in pack.urgencies:
            words = f"阶梯 {ladder.name}：没有紧急程度 {ladder.urgency}；可用的有{'、'.join(pack.urgencies)}"
            yield reading.fault(words, at)
        yield from _unsent(reading, pack, ladder)
        yield from _in_order(reading, pack, ladder)
        yield from _before_it_is(reading, pack, ladder, known)


def _unsent(reading: Reading, pack: Pack, ladder: Ladder) -> Iterator[Fault]:
    """A step in the name of a body that the regulation does not have is never taken."""
    for number, step in enumerate(ladder.steps):
        if step.by is None or any(kind.serves(SENDERS[step.by]) for kind in pack.unit_types.values()):
            continue
        words = (
            f"阶梯 {ladder.name}：“{step.words}”以{step.by.label}的名义，"
            f"没有一种单位类型的职能（capacities）含 {SENDERS[step.by]}；请改 by，或给一种单位类型加上这一职能"
        )
        yield reading.fault(words, ("ladder", f"{ladder.key}|{number}"))


def _ladders(pack: Pack) -> list[Ladder]:
    return [*{one.key: one for among in pack.ladders.values() for one in among}.values()]


def _in_order(reading: Reading, pack: Pack, ladder: Ladder) -> Iterator[Fault]:
    """What is written first is taken first."""
    due_at = datetime.combine(MONDAY.date() + timedelta(days=2), pack.hours.closes, ZONE)
    moments = [_moment(step, due_at, pack) for step in ladder.steps]
    for number, (step, moment) in enumerate(zip(ladder.steps, moments, strict=True)):
        if number and moment < moments[number - 1]:
            words = f"阶梯 {ladder.name}：“{step.words}”应写在“{ladder.steps[number - 1].words}”之前，步骤按先后排列"
            yield reading.fault(words, ("ladder", f"{ladder.key}|{number}"))


def _before_it_is(reading: Reading, pack: Pack, ladder: Ladder, known: Mapping[str, DutySpec]) -> Iterator[Fault]:
    """A step that would come before any duty of the ladder begins never comes."""
    named = {known[kind].limit for kind in ladder.duties if kind in known}
    limits = [rule.limit for name in named for rule in pack.limits.get(name, ()) if _fits(ladder, rule.urgency, pack)]
    if not limits or any(not known[kind].limit for kind in ladder.duties if kind in known):
        return
    for number, step in enumerate(ladder.steps):
        if step.at.sign < 0 and all(not _comes(step, limit, pack) for limit in limits):
            longest = max(limits, key=lambda limit: _over(limit, pack))
            words = (
                f"阶梯 {ladder.name}：“{step.words}”在职责产生之前（时限最长{longest.words}），永远不会到；请改小 at"
            )
            yield reading.fault(words, ("ladder", f"{ladder.key}|{number}"))


def _fits(ladder: Ladder, urgency: str | None, pack: Pack) -> bool:
    """Whether a limit may be that of a duty on the ladder."""
    return ladder.urgency is None or urgency in (None, ladder.urgency)


def _comes(step: Step, limit: Limit, pack: Pack) -> bool:
    return _moment(step, _over(limit, pack), pack) > _begun(pack)


def _begun(pack: Pack) -> datetime:
    return datetime.combine(MONDAY.date(), pack.hours.opens, ZONE)


def _over(limit: Limit, pack: Pack) -> datetime:
    return reckon(_begun(pack), limit, calendar=WEEKS, hours=pack.hours).due_at


def _moment(step: Step, due_at: datetime, pack: Pack) -> datetime:
    if step.at.limit is None:
        return due_at
    count = counted_on if step.at.sign > 0 else counted_back
    return count(due_at, step.at.limit, calendar=WEEKS, hours=pack.hours)


def remarks(reading: Reading, pack: Pack, specs: Mapping[str, DutySpec]) -> Iterator[Fault]:
    """The kinds of duty of which no ladder tells, where there are ladders; `specs` are those that come about."""
    bare = [f"{kind}（{spec.kind.label}）" for kind, spec in specs.items() if kind not in pack.ladders]
    written = [one for one in _ladders(pack) if ("ladder", one.key) in reading.places]
    if bare and written:
        words = f"没有写进督办阶梯的职责（只在到期时留痕）：{'、'.join(bare)}"
        yield reading.fault(words, ("ladder", written[0].key))
