"""Reading call-backs."""

from collections.abc import Iterable

from django.db.models import Func, Value

from bihuan.feedback.models import Callback
from bihuan.feedback.types import CallbackRow
from bihuan.record.reading import Reading, gather, reading


@reading
def callbacks_of(number: str) -> Reading[CallbackRow]:
    """The call-backs of a case, to be read with other lists."""
    said = {name: Func(name, Value(""), function="NULLIF") for name in ("solved", "satisfied")}
    return Reading(Callback.objects.filter(case_id=number), CallbackRow, {**said})


def callbacks(number: str, *, round: int | None = None) -> list[CallbackRow]:
    """The call-backs of a case (of one round), in order; the caller has made sure that the actor may see it."""
    (found,) = gather(callbacks_of(number))
    return in_order(callback for callback in found if round in (None, callback.round))


def in_order(found: Iterable[CallbackRow]) -> list[CallbackRow]:
    """Call-backs as they were made."""
    return sorted(found, key=lambda callback: (callback.round, callback.attempt))
