"""What is counted of a case: the results of its cycles with the units that share them, and what happened by the way.

A cycle begins with the first dispatch or with a reopening; rework stays inside.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bihuan.assessment.types import Background, EventFact, ResultFact, Scale, Told
from bihuan.cases.types import Stage
from bihuan.dispatch.types import (
    CaseDispatched,
    CaseRedispatched,
    DispatchRecalled,
    ExtensionApproved,
    ExtensionNotified,
    ReturnApproved,
    SignedOff,
    TerminationApproved,
)
from bihuan.duties.types import HandedOver
from bihuan.feedback.types import (
    CallbackChecked,
    CallbackContested,
    CallbackFinding,
    CallbackRecorded,
    CaseReopened,
    ReworkOrdered,
    Solved,
)
from bihuan.intake.types import (
    AnsweredAtOnce,
    CaseAccepted,
    CaseMerged,
    CaseRegistered,
    CaseWithdrawn,
    DeclineConfirmed,
    HandedOverToEmergency,
    ReferredToPath,
)
from bihuan.joint.types.happenings import (
    Accepted,
    CheckedIn,
    DesignatedReleased,
    Dissolved,
    Finished,
    Graded,
    JointBegun,
    ObjectionUpheld,
    RaisedToTough,
    Released,
    Renewed,
    UnitsAdded,
    Voided,
    WorkRecorded,
)
from bihuan.policy.assessment import As, Replace

OUT = frozenset({Stage.WITHDRAWN, Stage.TRANSFERRED, Stage.NOT_ACCEPTED, Stage.MERGED})
"""Stages in which a case is left out: there is no answer of its own."""
_ENDED = frozenset({Stage.CLOSED, Stage.ARCHIVED})
_ASKED = frozenset({JointBegun.kind, UnitsAdded.kind, Renewed.kind, RaisedToTough.kind})
_LET_GO = frozenset({Released.kind, DesignatedReleased.kind, ObjectionUpheld.kind})
_DID = frozenset({Accepted.kind, CheckedIn.kind, WorkRecorded.kind, Finished.kind, Graded.kind})
_OVER = frozenset({Voided.kind, Dissolved.kind})
_OF_DESK = {
    CaseAccepted.kind: "accepted",
    CaseMerged.kind: "merged",
    HandedOverToEmergency.kind: "transferred",
    ReferredToPath.kind: "transferred",
    DeclineConfirmed.kind: "declined",
    CaseWithdrawn.kind: "withdrawn",
}
_OF_LEAD = {
    ExtensionApproved.kind: "extended",
    ExtensionNotified.kind: "extended",
    ReworkOrdered.kind: "reworked",
    CaseReopened.kind: "reopened",
    TerminationApproved.kind: "terminated",
}
_DISPATCHES = frozenset({CaseDispatched.kind, CaseRedispatched.kind})
_LEFT = frozenset({CaseRedispatched.kind, DispatchRecalled.kind, ReturnApproved.kind})

WorkedMinutes = Callable[[datetime, datetime], int]
WorkedDays = Callable[[date, date], int]


@dataclass(frozen=True, slots=True)
class Call:
    """A valid call-back."""

    on: date
    solved: str
    satisfied: str
    contacted: bool | None
    true: bool | None


@dataclass(slots=True)
class Cycle:
    """A cycle while it is read."""

    number: int
    since: datetime
    began_on: date
    until: datetime | None = None
    lead: str = ""
    """Who signed the answer."""
    left: set[str] = field(default_factory=set)
    """From whom the case was taken, for it was not theirs."""
    signed_on: date | None = None
    closed_on: date | None = None
    calls: list[Call] = field(default_factory=list)

    def holds(self, at: datetime) -> bool:
        """Whether the moment lies in it."""
        return self.since <= at and (self.until is None or at < self.until)

    @property
    def shared_by(self) -> str:
        """The unit that leads; empty while no answer of a unit stands that still has the case."""
        return "" if self.lead in self.left else self.lead


class Reading:
    """The record of one case, read in order."""

    def __init__(self, subject: str, jurisdiction: str, scale: Scale, minutes: WorkedMinutes, days: WorkedDays) -> None:
        self.subject, self.jurisdiction, self.scale = subject, jurisdiction, scale
        self.minutes, self.days = minutes, days
        self.background = Background()
        self.cycles: list[Cycle] = []
        self.stage = ""
        self.desk = self.lead = ""
        self.registered_at: datetime | None = None
        self.accepted = self.dispatched = False
        self.objected: tuple[str, str] | None = None
        self.counted: list[EventFact] = []

    @property
    def cycle(self) -> Cycle | None:
        """The one at hand."""
        return self.cycles[-1] if self.cycles else None

    def read(self, told: Sequence[Told]) -> None:
        """Read all of it."""
        for event in told:
            self._count(event)
            self._follow(event)
        self.background = replace(self.background, excluded=self.stage in OUT)

    def _follow(self, event: Told) -> None:
        facts = event.facts
        if event.kind == CaseRegistered.kind:
            self.desk, self.registered_at = str(facts["desk"]), event.at
            self.background = Background(str(facts["channel"]), str(facts["urgency"]))
        elif event.kind == CaseReopened.kind:
            self._begin(event)
        elif event.kind in _DISPATCHES:
            if self.cycle is None:
                self._begin(event)
            self._give(str(facts["lead"]))
        elif event.kind in _LEFT and self.cycle:
            self.cycle.left.add(str(facts["unit"]))
        elif event.kind == SignedOff.kind and self.cycle:
            self.cycle.lead, self.cycle.signed_on = event.unit, event.on
            self.cycle.left.discard(event.unit)
        elif event.kind == HandedOver.kind:
            self._pass(str(facts["before"]), str(facts["after"]))
        self._hear(event)
        self._move(event, str(facts.get("stage", self.stage)))

    def _give(self, lead: str) -> None:
        """The case goes to a unit: whoever had it has nothing to do with its result any more."""
        assert self.cycle is not None
        if self.lead and self.lead != lead:
            self.cycle.left.add(self.lead)
        self.cycle.left.discard(lead)
        self.lead = lead

    def _pass(self, before: str, after: str) -> None:
        """A unit ended: whoever followed in the case stands in its place, in its result, too."""
        if self.lead == before:
            self.lead = after
        if self.cycle is None:
            return
        if self.cycle.lead == before:
            self.cycle.lead = after
        self.cycle.left = {after if unit == before else unit for unit in self.cycle.left}

    def _begin(self, event: Told) -> None:
        if self.cycle:
            self.cycle.until = event.at
        self.cycles.append(Cycle(len(self.cycles) + 1, event.at, event.on))

    def _move(self, event: Told, stage: str) -> None:
        """A case is closed on the day it came to its end, and not while it is open again."""
        if self.cycle and stage == Stage.CLOSED and self.stage not in _ENDED:
            self.cycle.closed_on = event.on
        elif self.cycle and stage not in _ENDED:
            self.cycle.closed_on = None
        self.stage = stage

    def _hear(self, event: Told) -> None:
        """What the requester said: by whoever called them, by themselves, or as it was corrected."""
        facts = event.facts
        solved, satisfied = facts.get("solved"), facts.get("satisfied")
        if event.kind == CallbackRecorded.kind and facts["reached"] and solved and satisfied:
            self._call(event, solved, satisfied, facts.get("contacted_by_unit"), facts.get("facts_true"))
        elif event.kind == CallbackContested.kind:
            self.objected = (str(facts["solved"]), str(facts["satisfied"]))
        elif event.kind == CallbackChecked.kind and facts["finding"] == CallbackFinding.CORRECTED and self.objected:
            self._call(event, *self.objected, None, None)

    def _call(self, event: Told, solved: str, satisfied: str, contacted: bool | None, true: bool | None) -> None:
        if self.cycle:
            self.cycle.calls.append(Call(event.on, solved, satisfied, contacted, true))

    def _count(self, event: Told) -> None:
        facts = event.facts
        if event.kind == CaseRegistered.kind:
            self._add(event, "registered", centre=str(facts["desk"]))
        elif event.kind == AnsweredAtOnce.kind:
            self._add(event, "answered_at_once")
            self._accept(event)
        elif event.kind == CaseAccepted.kind:
            self._accept(event)
        elif event.kind in _DISPATCHES:
            self._accept(event)
            self._dispatch(event)
        elif event.kind in _OF_DESK:
            self._add(event, _OF_DESK[event.kind])
        elif event.kind in _OF_LEAD:
            self._add(event, _OF_LEAD[event.kind], lead=self.lead)
        if event.kind in (CaseRedispatched.kind, DispatchRecalled.kind):
            self._add(event, "redispatched", lead=str(facts["unit"]))
        if event.kind == ReturnApproved.kind:
            self._add(event, "returned", lead=str(facts["unit"]))
        if event.kind in _LEFT and facts.get("wrong_dispatch"):
            self._add(event, "wrong_dispatch", lead=str(facts["unit"]))

    def _accept(self, event: Told) -> None:
        """A request that is dispatched or answered was accepted, whether somebody said so or not."""
        if not self.accepted:
            self._add(event, "accepted")
        self.accepted = True

    def _dispatch(self, event: Told) -> None:
        lead = str(event.facts["lead"])
        self._add(event, "dispatched", lead=lead)
        if not self.dispatched:
            self._add(event, "first_dispatched", lead=lead)
            if self.registered_at:
                self._add(event, "dispatch_hours", n=self.minutes(self.registered_at, event.at))
        self.dispatched = True

    def _add(self, event: Told, atom: str, *, lead: str = "", centre: str = "", n: int = 1) -> None:
        """Count something, for the desk and for the unit that it concerns."""
        for unit, part in ((centre or self.desk, As.CENTRE), (lead, As.LEAD)):
            if unit:
                self.counted.append(
                    EventFact(self.jurisdiction, self.subject, event.id, atom, unit, part, "", event.on, n, False)
                )

    def events(self) -> Iterator[EventFact]:
        """What happened by the way."""
        for one in self.counted:
            yield replace(one, channel=self.background.channel, excluded=self.background.excluded)

    def results(self, helped: Sequence["Helped"]) -> Iterator[ResultFact]:
        """The results of the cycles, for each unit that shares them."""
        for cycle in self.cycles:
            if lead := cycle.shared_by:
                members = sorted({unit for one in helped for unit in one.shares(cycle)} - {lead})
                yield self._result(cycle, lead, As.LEAD)
                yield from (self._result(cycle, unit, As.CO) for unit in members)

    def _result(self, cycle: Cycle, unit: str, part: As) -> ResultFact:
        first = cycle.calls[0] if cycle.calls else None
        month = self._last(cycle, lambda call: (call.on.year, call.on.month))
        year = self._last(cycle, lambda call: call.on.year)
        bad_on, fixed = self._mended(cycle.calls)
        signed = cycle.signed_on
        return ResultFact(
            jurisdiction=self.jurisdiction,
            subject=self.subject,
            cycle=cycle.number,
            unit=unit,
            part=str(part),
            channel=self.background.channel,
            first_on=first.on if first else None,
            month_satisfied=month.satisfied if month else "",
            month_solved=month.solved if month else "",
            month_contacted=month.contacted if month else None,
            month_true=month.true if month else None,
            year_satisfied=year.satisfied if year else "",
            year_solved=year.solved if year else "",
            satisfied=month.satisfied in self.scale.satisfied if month else None,
            year_is_satisfied=year.satisfied in self.scale.satisfied if year else None,
            bad_on=bad_on,
            fixed=fixed,
            closed_on=cycle.closed_on,
            days=self.days(cycle.began_on, signed) if cycle.closed_on and signed else None,
            excluded=self.background.excluded,
        )

    def _last(self, cycle: Cycle, of: Callable[[Call], object]) -> Call | None:
        """The last valid call-back within the month (year) of the first; the first where none replaces it."""
        if not cycle.calls:
            return None
        first = cycle.calls[0]
        if self.scale.replace is Replace.NEVER:
            return first
        return [call for call in cycle.calls if of(call) == of(first)][-1]

    def _mended(self, calls: Sequence[Call]) -> tuple[date | None, bool | None]:
        """When a dissatisfied requester was heard last, and whether they are satisfied or helped then."""
        bad = next((n for n, call in enumerate(calls) if call.satisfied not in self.scale.satisfied), None)
        if bad is None:
            return None, None
        last = calls[-1]
        fixed = last.satisfied in self.scale.satisfied or last.solved == Solved.YES
        return last.on, fixed and bad < len(calls) - 1


class Helped:
    """A linkage or a whistle on the case: who was asked to help, who did, and when."""

    def __init__(self, told: Sequence[Told]) -> None:
        self.told = told

    def shares(self, cycle: Cycle) -> set[str]:
        """Who shares the result of a cycle beside its lead: who stayed to the end of it, was graded, or acted."""
        asked: set[str] = set()
        did: set[str] = set()
        gone: set[str] = set()
        for event in self.told:
            if event.kind == HandedOver.kind:
                before, after = str(event.facts["before"]), str(event.facts["after"])
                asked, did, gone = (
                    {after if unit == before else unit for unit in units} for units in (asked, did, gone)
                )
            elif not cycle.holds(event.at):
                continue
            elif event.kind in _ASKED:
                named = set(map(str, event.facts.get("units", ())))  # a whistle is raised without calling more
                asked |= named
                gone -= named
            elif event.kind in _LET_GO:
                gone.add(str(event.facts["unit"]))
            elif event.kind in _DID:
                did.add(str(event.facts.get("unit") or event.unit))
            elif event.kind in _OVER:
                asked = set()
        return (asked | did) - gone
