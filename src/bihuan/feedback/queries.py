"""Reading call-backs."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Func, OuterRef, QuerySet, Value
from django.db.models.expressions import Combinable

from bihuan.cases.types import CaseFacts, ClosureType
from bihuan.dispatch import queries as dispatch
from bihuan.feedback.models import Callback
from bihuan.feedback.types import (
    CallbackMethod,
    CallbackRow,
    ParentAnswered,
    PassedAnswer,
    ResultTold,
    Satisfied,
    Solved,
)
from bihuan.intake.types import AnsweredAtOnce
from bihuan.record import queries as record
from bihuan.record.reading import Reading, gather, question, reading
from bihuan.record.unit_of_work import Question


@reading
def callbacks_of(number: str) -> Reading[CallbackRow]:
    """The call-backs of a case, to be read with other lists."""
    said = {name: Func(name, Value(""), function="NULLIF") for name in ("solved", "satisfied")}
    return Reading(Callback.objects.filter(case_id=number), CallbackRow, {**said})


def callbacks(number: str, *, round: int | None = None) -> list[CallbackRow]:
    """The call-backs of a case (of one round), in order; the caller has made sure that the actor may see it."""
    (found,) = gather(callbacks_of(number))
    return in_order(callback for callback in found if round in (None, callback.round))


def calling_back(number: str) -> Question[list[list[CallbackRow]]]:
    """The question that `callbacks` asks."""
    return question(callbacks_of(number))


def of_several(numbers: Iterable[str]) -> dict[str, list[CallbackRow]]:
    """The call-backs of several cases, each in order; the caller has made sure that the actor may see them."""
    found: dict[str, list[CallbackRow]] = {number: [] for number in numbers}
    for row in Callback.objects.filter(case_id__in=sorted(found)) if found else ():
        found[row.case_id].append(
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
        )
    return {number: in_order(said) for number, said in found.items()}


def valid_between(case: OuterRef, since: Combinable, until: Combinable) -> QuerySet[Callback]:
    """The valid call-backs of a case between two moments, the newest first, to be asked of what stands on the case.

    A valid one reached the requester, who said both whether it is solved and how satisfied they are.
    """
    spoken = Callback.objects.filter(reached=True).exclude(solved="").exclude(satisfied="")
    return spoken.filter(case=case, at__gte=since, at__lte=until).order_by("-at", "-id")


def in_order(found: Iterable[CallbackRow]) -> list[CallbackRow]:
    """Call-backs as they were made."""
    return sorted(found, key=lambda callback: (callback.round, callback.attempt))


def tellings(subject: str) -> list[datetime]:
    """When somebody told the requester of a joined case its result, or tried to, since there was a new one."""
    told = record.events(subject)
    since = max((n for n, event in enumerate(told) if event.kind == ParentAnswered.kind), default=0)
    return [event.at for event in told[since:] if event.kind == ResultTold.kind]


def passed_answer(case: CaseFacts) -> PassedAnswer:
    """The answer to the requester that passed the desk, by the unit or by the desk at once."""
    if answers := dispatch.answers(case.number):
        return PassedAnswer(answers[0].outcome.label, answers[0].to_requester)
    at_once = next((e for e in reversed(record.events(case.subject)) if e.kind == AnsweredAtOnce.kind), None)
    return PassedAnswer(ClosureType.ANSWERED.label, str((at_once.private or {}).get("answer", "")) if at_once else "")
