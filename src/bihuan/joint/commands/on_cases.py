"""What joint handling that still goes on means for the case on which it stands."""

from collections.abc import Iterable
from functools import partial

from bihuan.cases.types import Act, CaseFacts, DutyKind
from bihuan.duties.life import objects
from bihuan.joint import queries, rules
from bihuan.joint.types import Kind
from bihuan.kernel.refusal import Refusal
from bihuan.record.reading import seen

_NONE: frozenset[Kind] = frozenset()
_ANSWERED_BY = (DutyKind.HANDLE, DutyKind.REWORK, DutyKind.SIGN_OFF)
"""By what is owed until the result goes up."""


def look_ahead(cases: Iterable[CaseFacts]) -> None:
    """Read at once on which of these cases units still work together; within one look it is read no more."""
    waiting = [case.number for case in cases if not case.duties.keys().isdisjoint(_ANSWERED_BY)]
    found = queries.at_work_on(waiting) if waiting else {}
    for number in waiting:
        seen(("at work", number), partial(found.get, number, _NONE))


def _object_to_result(case: CaseFacts) -> Refusal | None:
    """The requester is told of the result, and it goes up, once the work together is done."""
    number = case.number
    going_on = seen(("at work", number), lambda: queries.at_work(number))
    return rules.may_report_result(going_on=going_on)


for _act in (Act.ANSWER, Act.SIGN_OFF):
    objects("case", _act, _object_to_result, lambda number: [queries.asking_at_work(number)])
