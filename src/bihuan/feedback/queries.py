"""Reading call-backs."""

from bihuan.feedback.models import Callback
from bihuan.feedback.types import CallbackMethod, CallbackRow, Satisfied, Solved


def callbacks(number: str, *, round: int | None = None) -> list[CallbackRow]:
    """The call-backs of a case (of one round), in order; the caller has made sure that the actor may see it."""
    rows = Callback.objects.filter(case_id=number).order_by("round", "attempt")
    if round is not None:
        rows = rows.filter(round=round)
    return [
        CallbackRow(
            c.round,
            c.attempt,
            c.at,
            c.by,
            CallbackMethod(c.method),
            c.reached,
            c.contacted_by_unit,
            c.facts_true,
            Solved(c.solved) if c.solved else None,
            Satisfied(c.satisfied) if c.satisfied else None,
            c.verbatim,
        )
        for c in rows
    ]
