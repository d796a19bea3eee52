"""What was promised, of subjects that the caller has made sure the actor may see."""

from datetime import date

from bihuan.commitments.models import OVER, Commitment
from bihuan.commitments.types import CommitmentRow, GoingOn, Standing
from bihuan.organisations.queries import person_names, unit_names
from bihuan.record.unit_of_work import Question


def of_subject(subject: str) -> tuple[CommitmentRow, ...]:
    """Every commitment of the subject, the newest first; one that waits for its review is told as such."""
    found = list(Commitment.objects.filter(subject=subject).order_by("-id"))
    if not found:
        return ()
    units, people = unit_names({c.unit for c in found}), person_names({c.person for c in found})
    return tuple(
        CommitmentRow(
            id=c.pk,
            text=c.text,
            unit=c.unit,
            unit_name=units.get(c.unit, c.unit),
            person=people.get(c.person, c.person),
            due_on=c.due_on,
            first_due_on=c.first_due_on,
            made_at=c.made_at,
            standing=Standing(c.standing),
            claimed_at=c.claimed_at,
            result=c.result,
            times=c.times,
        )
        for c in found
    )


def running(subject: str) -> CommitmentRow | None:
    """The commitment of the subject that is neither kept nor over."""
    return next((c for c in of_subject(subject) if str(c.standing) not in OVER), None)


_GOING_ON = "SELECT id, unit, due_on, standing FROM commitments_commitment WHERE subject = %s AND standing <> ALL(%s)"


def going_on(subject: str) -> Question[GoingOn | None]:
    """What was promised of the subject and is not over, if anything was: a question for an act on it."""
    return Question(_GOING_ON, [subject, OVER], lambda rows: GoingOn(*rows[0]) if rows else None)


def in_force(subject: str) -> bool:
    """Whether something that was promised is still to be kept."""
    rows = Commitment.objects.filter(subject=subject)
    return bool(rows.exclude(standing__in=[*OVER, str(Standing.DRAFT)]).exists())


def past(jurisdiction: str, today: date, *, limit: int = 200) -> list[str]:
    """Subjects of which what was promised is past its day, the oldest first."""
    rows = Commitment.objects.filter(jurisdiction=jurisdiction, standing=str(Standing.OPEN), due_on__lt=today)
    return list(rows.order_by("due_on", "id").values_list("subject", flat=True)[:limit])


def still_promised(unit: str) -> int:
    """How many promises a unit has still to keep."""
    rows = Commitment.objects.filter(unit=unit)
    return int(rows.exclude(standing__in=[*OVER, str(Standing.DRAFT)]).count())
