"""督办阶梯: which steps a duty has, when each is taken, and what each does.

A package carries a step out by registering one action for its word, and answers what a step needs likewise:

    @action(Do.LIST, alone=True)
    def put_on_list(step: Taking) -> Made: ...

The word stands in `policy.ladders.Do`, so that regulations may write it. An action runs under the lock of the duty's
subject, by the clock's hand (`step.actor`). One that only tells something answers `Made(happening=…)` with a note,
which the climber puts into the subject's record. One that runs commands or writes rows says `alone`: it has a savepoint
of its own, and answers the key of what it made. Raises NotYet where it cannot be taken now and will be asked again;
whatever else it raises is kept as failed and tried again (`commands.take_steps`).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from django.core.exceptions import ImproperlyConfigured

from bihuan.duties import queries
from bihuan.duties.types import (
    Climber,
    DutyInFull,
    FallsDue,
    FellDue,
    LadderStep,
    StepOutcome,
    StepTold,
    ToldPause,
)
from bihuan.kernel.actor import Actor
from bihuan.kernel.happening import Happening
from bihuan.organisations.queries import type_of
from bihuan.policy.calendar import counted_back, counted_on
from bihuan.policy.ladders import Do, Need, Step, Wanted
from bihuan.policy.limits import Limit
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Pack


@dataclass(frozen=True, slots=True)
class Planned:
    """A step of a duty at its moment, for the time that it is taken then."""

    step: Step
    occurrence: int
    at: datetime

    @property
    def place(self) -> tuple[str, int]:
        """As the ledger keeps it."""
        return self.step.key, self.occurrence


@dataclass(frozen=True, slots=True)
class Taking:
    """A step that is taken now."""

    duty: Climber
    planned: Planned
    now: datetime
    pack: Pack

    @property
    def step(self) -> Step:
        """The step as the regulation writes it."""
        return self.planned.step

    @property
    def actor(self) -> Actor:
        """Who takes it."""
        return Actor.clockwork(self.duty.jurisdiction)


@dataclass(frozen=True, slots=True)
class Made:
    """What a step did: the key of what it made, or a note for the record of the duty's subject."""

    key: str = ""
    happening: Happening | None = None


class NotYet(Exception):
    """The step cannot be taken now, for something is not there yet; it is asked again."""


class Action(Protocol):
    """What a step does."""

    def __call__(self, step: Taking, /) -> Made: ...


@dataclass(frozen=True, slots=True)
class Registered:
    """An action, and whether it runs commands or writes rows of its own."""

    act: Action
    alone: bool


ACTIONS: dict[Do, Registered] = {}
"""Word → what carries it out; `apps.DutiesConfig` and a test see that no word is without."""
Answer = Callable[[Climber, int | Limit | None, datetime], bool]
NEEDS: dict[Need, Answer] = {}
"""What a step may need → whether it holds of a duty now."""


def action(do: Do, *, alone: bool = False) -> Callable[[Action], Action]:
    """Register what carries out the steps of a word. ValueError where something does already."""

    def register(act: Action) -> Action:
        if do in ACTIONS:
            raise ValueError(f"the steps {do} are carried out by {ACTIONS[do].act} already")
        ACTIONS[do] = Registered(act, alone)
        return act

    return register


def need(word: Need) -> Callable[[Answer], Answer]:
    """Register what answers whether something holds that steps may need."""

    def register(answer: Answer) -> Answer:
        if word in NEEDS:
            raise ValueError(f"{word} is answered already")
        NEEDS[word] = answer
        return answer

    return register


def carried_out() -> None:
    """Raise ImproperlyConfigured where a regulation may write a word that nobody carries out or answers."""
    if bare := [*(do for do in Do if do not in ACTIONS), *(word for word in Need if word not in NEEDS)]:
        raise ImproperlyConfigured(f"no package carries out {', '.join(bare)} of the ladder")


def holds(wanted: Iterable[Wanted], duty: Climber, now: datetime) -> bool:
    """Whether all holds that a step needs."""
    return all(NEEDS[one.need](duty, one.argument, now) for one in wanted)


def key_for(called: str, pack: Pack, scope: Mapping[str, str], *, holder: str) -> str:
    """Which ladder a duty that begins now is climbed by; empty where that is the one for all."""
    among = pack.ladders.get(called, ())
    if all(not ladder.selectors for ladder in among):
        return ""
    kind = type_of(holder) if any(ladder.unit_type for ladder in among) else None
    asked = {"urgency": scope.get("urgency") or pack.usual_urgency, "channel": scope.get("channel"), "unit_type": kind}
    ladder = pack.ladder_for(called, asked)
    return ladder.key if ladder and ladder.selectors else ""


def planned(duty: Climber) -> list[Planned]:
    """Every step of the duty with its moment, in order. What would come before the duty began never comes."""
    pack = load_pack(duty.pack)
    steps = pack.steps(duty.called, duty.ladder)
    found = [one for step in steps for one in _occurrences(step, duty.due_at, pack)]
    return sorted((p for p in found if p.at > duty.opened_at or p.step.at.sign >= 0), key=lambda p: p.at)


def _occurrences(step: Step, due_at: datetime, pack: Pack) -> Iterable[Planned]:
    moment: datetime | None = _shifted(step, due_at, pack)
    for occurrence in range(1, step.times + 1):
        if moment is None:
            return
        yield Planned(step, occurrence, moment)
        moment = _counted_on(moment, step.repeat, pack) if step.repeat else None


def _shifted(step: Step, due_at: datetime, pack: Pack) -> datetime | None:
    if step.at.limit is None:
        return due_at
    if step.at.sign > 0:
        return _counted_on(due_at, step.at.limit, pack)
    try:
        return counted_back(due_at, step.at.limit, calendar=queries.calendar(), hours=pack.hours)
    except OverflowError:  # before the calendar begins
        return None


def _counted_on(moment: datetime, limit: Limit, pack: Pack) -> datetime | None:
    try:
        return counted_on(moment, limit, calendar=queries.calendar(), hours=pack.hours)
    except OverflowError:  # the calendar ends before
        return None


def coming(duty: Climber, told: Collection[StepTold] = ()) -> list[Planned]:
    """The steps that are still to be taken, beside those that are told, in order; what failed at its next try."""
    known = {one.place: one for one in told}
    found = [p for p in planned(duty) if p.place not in known or known[p.place].again]
    tried = {place: one.again_at for place, one in known.items() if one.again and one.again_at}
    return sorted((replace(p, at=tried.get(p.place, p.at)) for p in found), key=lambda p: p.at)


def next_step(duty: Climber, told: Collection[StepTold] = ()) -> datetime | None:
    """When the next step of the duty is taken, beside those that are told; None where none is left."""
    return min((p.at for p in coming(duty, told)), default=None)


def first_step(due_at: datetime, called: str, key: str, pack: Pack, *, now: datetime) -> datetime:
    """When the first step of a duty is taken that begins now; nothing of it is written yet."""
    early = (step for step in pack.steps(called, key) if step.at.sign < 0)
    moments = [moment for step in early if (moment := _shifted(step, due_at, pack)) is not None and moment > now]
    return min([*moments, due_at])


def duty_in_full(id: int, *, labels: dict[str, str], now: datetime) -> DutyInFull:
    """A duty with all that moved it and its ladder; the caller asked whether the actor may see it. Raises Unknown."""
    told = queries.told_duty(id)
    done = queries.steps_told([id])[id]
    climber = queries.climber_of(told)
    pack = load_pack(told.pack)
    climbed = pack.ladder(climber.called, climber.ladder)
    words = {step.key: step for step in pack.steps(climber.called, climber.ladder)}
    lines = [_line(words.get(one.step), one, pack) for one in done if not one.again]
    if told.discharged_at is None:
        lines += [_coming(p, pack, resting=told.paused_at is not None) for p in coming(climber, done)]
    return DutyInFull(
        queries.in_full(told, labels=labels, now=now),
        tuple(ToldPause(p.from_at, p.until_at, p.why) for p in sorted(told.moved, key=lambda p: p.from_at)),
        tuple(sorted(told.allowed, key=lambda extension: extension.at)),
        climbed.label if climbed else "",
        tuple(lines),
    )


def _line(step: Step | None, told: StepTold, pack: Pack) -> LadderStep:
    level, words = (step.level or "", step.words) if step else ("", told.step)
    outcome, clause = StepOutcome(told.outcome), _clause(step, pack)
    return LadderStep(level, words, outcome, outcome.label, told.planned_at, told.taken_at, told.made, told.why, clause)


def _coming(planned: Planned, pack: Pack, *, resting: bool) -> LadderStep:
    at, step = None if resting else planned.at, planned.step
    return LadderStep(step.level or "", step.words, "", "", at, None, "", "", _clause(step, pack))


def _clause(step: Step | None, pack: Pack) -> str:
    """By which clause a step is taken; empty where the regulation has a default for it, and of what only tells."""
    return pack.cite(step.norm if step else None).clause_id or ""


@action(Do.FALL_DUE)
def fall_due(step: Taking) -> Made:
    """Tell that the duty was not done in time."""
    duty = step.duty
    said = FellDue(
        duty=duty.kind,
        label=duty.label,
        holder=duty.holder,
        holder_name=duty.holder_name,
        due_at=duty.due_at,
        post=duty.post,
    )
    return Made(happening=said)


@action(Do.WARN)
def warn(step: Taking) -> Made:
    """Tell that the duty is due soon, and whom that concerns."""
    duty = step.duty
    said = FallsDue(
        duty=duty.kind,
        label=duty.label,
        holder=duty.holder,
        holder_name=duty.holder_name,
        due_at=duty.due_at,
        post=duty.post,
        to=tuple(map(str, step.step.to)),
    )
    return Made(happening=said)


@need(Need.EXTENSIONS)
def extended(duty: Climber, times: int | Limit | None, now: datetime) -> bool:
    """Whether more time was allowed so often."""
    return isinstance(times, int) and queries.extensions_of(duty.id) >= times


@need(Need.OPEN_FOR)
def open_for(duty: Climber, limit: int | Limit | None, now: datetime) -> bool:
    """Whether the duty is open for so long."""
    assert isinstance(limit, Limit), "the regulation was read"
    return queries.reckon_from(duty.opened_at, limit, load_pack(duty.pack)).due_at <= now
