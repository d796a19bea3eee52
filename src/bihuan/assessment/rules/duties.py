"""What is counted of a duty: once, on the day on which its question was decided."""

from datetime import date, datetime

from bihuan.assessment.types import Background, DutyFact
from bihuan.duties.types import DecidedDuty, Outcome
from bihuan.policy.assessment import GROUP_OF, As, State
from bihuan.policy.calendar import ZONE

_PARTS = {
    "lead": As.LEAD,
    "co": As.CO,
    "responder": As.CO,
    "addressee": As.LEAD,
    "reporter": As.REPORTING,
    "desk": As.CENTRE,
}


def part_of(part: str) -> As:
    """As what a unit is counted that takes part so."""
    return _PARTS.get(part, As.OTHER)


def decided(duty: DecidedDuty, jurisdiction: str, part: str, background: Background) -> DutyFact | None:
    """What is counted of it; None while its question is open, and where it was let off."""
    state = state_of(duty)
    if state is None:
        return None
    ended = duty.discharged_at
    fell_due = state in (State.LATE, State.OPEN_LATE) or (
        ended is not None and ended > duty.due_at and state != State.MET
    )
    return DutyFact(
        duty=duty.id,
        jurisdiction=jurisdiction,
        subject=duty.subject,
        kind=(kind := f"{duty.subject.partition(':')[0]}.{duty.kind}"),
        counted=str(GROUP_OF.get(kind, "")),
        norm=duty.norm,
        unit=duty.holder,
        part=str(part_of(part)),
        urgency=background.urgency,
        channel=background.channel,
        state=str(state),
        decided_on=_day(min(ended, duty.due_at) if ended else duty.due_at),
        first_met=ended is not None and state != State.UNMET and ended <= duty.first_due_at,
        fell_due=fell_due,
        ended_on=_day(ended) if ended else None,
        excluded=background.excluded,
    )


def state_of(duty: DecidedDuty) -> State | None:
    """How its question was decided: open ones when they were told to have fallen due."""
    if duty.discharged_at is None:
        return State.OPEN_LATE if duty.told_late else None
    return {Outcome.MET: State.MET, Outcome.LATE: State.LATE, Outcome.UNMET: State.UNMET}.get(Outcome(duty.outcome))


def _day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()
