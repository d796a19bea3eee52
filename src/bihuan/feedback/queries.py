"""Reading call-backs."""

from collections.abc import Iterable

from django.db.models import Func, Value

from bihuan.feedback.models import Callback
from bihuan.feedback.types import CallbackMethod, CallbackRow, Satisfied, Solved
from bihuan.record.reading import Reading, reading


@reading
def callbacks_of(number: str) -> Reading[CallbackRow]:
    """The call-backs of a case, to be read with other lists."""
    said = {name: Func(name, Value(""), function="NULLIF") for name in ("solved", "satisfied")}
    return Reading(Callback.objects.filter(case_id=number), CallbackRow, {**said})


def callbacks(number: str, *, round: int | None = None) -> list[CallbackRow]:
    """The call-backs of a case (of one round), in order; the caller has made sure that the actor may see it.

    Read plainly: every act after the answer asks for them, and a `Reading` costs more than the rows.
    """
    rows = Callback.objects.filter(case_id=number)
    asked = rows if round is None else rows.filter(round=round)
    return in_order(
        CallbackRow(
            round=row.round,
            attempt=row.attempt,
            at=row.at,
            by=row.by,
            method=CallbackMethod(row.method),
            reached=row.reached,
            contacted_by_unit=row.contacted_by_unit,
            facts_true=row.facts_true,
            solved=Solved(row.solved) if row.solved else None,
            satisfied=Satisfied(row.satisfied) if row.satisfied else None,
            verbatim=row.verbatim,
        )
        for row in asked
    )


def in_order(found: Iterable[CallbackRow]) -> list[CallbackRow]:
    """Call-backs as they were made."""
    return sorted(found, key=lambda callback: (callback.round, callback.attempt))
