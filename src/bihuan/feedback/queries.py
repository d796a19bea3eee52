"""Reading call-backs."""

from collections.abc import Iterable

from django.db.models import Func, Value

from bihuan.feedback.models import Callback
from bihuan.feedback.types import CallbackRow
from bihuan.record.reading import Reading, gather


def callbacks_of(number: str, *, round: int | None = None) -> Reading[CallbackRow]:
    """The call-backs of a case (of one round), to be read with other lists."""
    rows = Callback.objects.filter(case_id=number)
    said = {name: Func(name, Value(""), function="NULLIF") for name in ("solved", "satisfied")}
    return Reading(rows if round is None else rows.filter(round=round), CallbackRow, {**said})


def callbacks(number: str, *, round: int | None = None) -> list[CallbackRow]:
    """The call-backs of a case (of one round), in order; the caller has made sure that the actor may see it."""
    (found,) = gather(callbacks_of(number, round=round))
    return in_order(found)


def in_order(found: Iterable[CallbackRow]) -> list[CallbackRow]:
    """Call-backs as they were made."""
    return sorted(found, key=lambda callback: (callback.round, callback.attempt))
