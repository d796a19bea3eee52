"""What is counted of linkages, whistles, of what supervision sends, and of matters on the list."""

from collections.abc import Iterator, Mapping, Sequence

from bihuan.assessment.types import Background, EventFact, Told
from bihuan.duties.types import HandedOver
from bihuan.joint.types import Grade
from bihuan.joint.types.happenings import Graded, JointBegun, ObjectionUpheld, Renewed
from bihuan.matters.types.happenings import (
    FeedbackSentBack,
    FeedbackSubmitted,
    MatterAssigned,
    MatterLeadEnded,
    MatterReassigned,
    MatterReopened,
    MatterStruckOff,
)
from bihuan.policy.assessment import GROUP_OF, As, Counted
from bihuan.supervision.types.happenings import (
    ColouredDistributed,
    ColouredRegistered,
    ColouredVoided,
    ContestUpheld,
    OrderIssued,
    OrderWithdrawn,
    ReminderIssued,
    ReminderWithdrawn,
    ReplyAccepted,
    ReplyRejected,
    UnitFellAway,
)

POINTS: Mapping[str, int] = {Grade.GOOD: 100, Grade.FAIRLY_GOOD: 85, Grade.AVERAGE: 60, Grade.POOR: 0}
"""Points for how well a unit cooperated."""
_TAKEN_BACK = frozenset({ContestUpheld.kind, ReminderWithdrawn.kind, OrderWithdrawn.kind, UnitFellAway.kind})


class Counting:
    """The events of one subject, counted."""

    def __init__(self, subject: str, jurisdiction: str, background: Background) -> None:
        self.subject, self.jurisdiction, self.background = subject, jurisdiction, background

    def one(self, event: Told, atom: str, unit: str, part: As, n: int = 1) -> EventFact:
        """One row."""
        said = self.background
        return EventFact(
            self.jurisdiction, self.subject, event.id, atom, unit, str(part), said.channel, event.on, n, said.excluded
        )

    def joint(self, kind: str, told: Sequence[Told]) -> Iterator[EventFact]:
        """A linkage or whistle: the last grade of each unit in each round, and whether it was blown wrongly."""
        initiator, wrong = "", False
        grades: dict[str, Told] = {}
        for event in told:
            if event.kind == JointBegun.kind and kind == "whistle":
                initiator = str(event.facts["initiator"])
                yield self.one(event, "whistle", initiator, As.LEAD)
            elif event.kind == ObjectionUpheld.kind and initiator and not wrong:
                wrong = True
                yield self.one(event, "misdirected", initiator, As.LEAD)
            elif event.kind == Graded.kind:
                grades[str(event.facts["unit"])] = event
            elif event.kind == Renewed.kind:
                yield from self._grades(grades)
                grades = {}
        yield from self._grades(grades)

    def _grades(self, grades: Mapping[str, Told]) -> Iterator[EventFact]:
        for unit, event in grades.items():
            yield self.one(event, "graded", unit, As.CO)
            yield self.one(event, "grade_points", unit, As.CO, POINTS[str(event.facts["grade"])])

    def sent(self, kind: str, told: Sequence[Told]) -> Iterator[EventFact]:
        """A reminder or an order: it stands unless it was taken back; how its replies were judged."""
        stands = not any(event.kind in _TAKEN_BACK for event in told)
        unit, word = "", "reminder" if kind == "reminder" else "order"
        for event in told:
            if event.kind in (ReminderIssued.kind, OrderIssued.kind):
                unit = str(event.facts["unit"])
                if stands:
                    yield self.one(event, f"{word}.stands", unit, As.LEAD)
            elif event.kind == ReplyRejected.kind and unit and word == "order":
                yield self.one(event, "order.rejected", unit, As.LEAD)
            elif event.kind in (ReplyAccepted.kind, ReplyRejected.kind) and unit and word == "reminder":
                yield self.one(event, "reminder.decided", unit, As.LEAD)
                if event.kind == ReplyAccepted.kind:
                    yield self.one(event, "reminder.accepted", unit, As.LEAD)

    def coloured(self, told: Sequence[Told]) -> Iterator[EventFact]:
        """A coloured order, held against each unit that answers for something in it."""
        if any(event.kind == ColouredVoided.kind for event in told):
            return
        colour, seen = "", set[str]()
        for event in told:
            if event.kind == ColouredRegistered.kind:
                colour = str(event.facts["colour"])
            elif event.kind == ColouredDistributed.kind:
                for unit in map(str, event.facts.get("units", ())):
                    if unit not in seen:
                        seen.add(unit)
                        yield self.one(event, f"coloured.{colour}", unit, As.LEAD)

    def matter(self, told: Sequence[Told]) -> Iterator[EventFact]:
        """A matter on the list, for the unit that has it."""
        lead, in_time, is_open = "", False, False
        for event in told:
            if event.kind in (MatterAssigned.kind, MatterReassigned.kind, MatterReopened.kind):
                is_open = True
            if event.kind in (MatterAssigned.kind, MatterReassigned.kind):
                if lead:
                    yield self.one(event, "matter.left", lead, As.LEAD)
                lead = str(event.facts["lead"])
                yield self.one(event, "matter.entered", lead, As.LEAD)
            elif event.kind == MatterLeadEnded.kind and lead:
                yield self.one(event, "matter.left", lead, As.LEAD)
                lead = ""
            elif event.kind == HandedOver.kind and lead == event.facts["before"]:
                lead = str(event.facts["after"])
                if is_open:
                    yield self.one(event, "matter.left", str(event.facts["before"]), As.LEAD)
                    yield self.one(event, "matter.entered", lead, As.LEAD)
            elif not lead:
                continue
            elif event.kind == FeedbackSubmitted.kind:
                in_time = _in_time(event)
                yield self.one(event, "matter.feedback", lead, As.LEAD)
            elif event.kind == FeedbackSentBack.kind:
                yield self.one(event, "matter.sent_back", lead, As.LEAD)
            elif event.kind == MatterStruckOff.kind:
                is_open = False
                yield self.one(event, "matter.struck", lead, As.LEAD)
                if in_time:
                    yield self.one(event, "matter.struck_on_time", lead, As.LEAD)
            elif event.kind == MatterReopened.kind:
                yield self.one(event, "matter.reopened", lead, As.LEAD)


def _in_time(event: Told) -> bool:
    """Whether what the feedback settled was settled in time."""
    settled = [(f"matter.{kind}", outcome) for kind, outcome, *_ in event.facts.get("settles", ())]
    return any(outcome == "met" for kind, outcome in settled if GROUP_OF.get(kind) is Counted.LIST_HANDLE)
