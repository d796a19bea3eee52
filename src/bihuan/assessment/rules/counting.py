"""Which atoms a fact counts, on which day; the sums are made of nothing else."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from bihuan.assessment.types import DutyFact, Fact, ResultFact, Sum


def counted(fact: Fact) -> Iterator[tuple[str, date, int]]:
    """Each atom with its day and how many."""
    if isinstance(fact, DutyFact):
        yield from _of_duty(fact)
    elif isinstance(fact, ResultFact):
        yield from _of_result(fact)
    else:
        yield fact.atom, fact.on, fact.n


def _of_duty(fact: DutyFact) -> Iterator[tuple[str, date, int]]:
    if not fact.counted:
        return
    yield f"{fact.counted}.{fact.state}", fact.decided_on, 1
    if fact.first_met:
        yield f"{fact.counted}.first_met", fact.decided_on, 1
    if fact.fell_due:
        yield f"{fact.counted}.fell_due", fact.decided_on, 1
        if fact.ended_on:
            yield f"{fact.counted}.ended_late", fact.ended_on, 1


def _of_result(fact: ResultFact) -> Iterator[tuple[str, date, int]]:
    if fact.first_on:
        said = {
            "call.valid": True,
            "call.satisfied": fact.satisfied,
            "call.solved": fact.month_solved == "yes",
            "call.partly": fact.month_solved == "partly",
            "call.contacted": fact.month_contacted,
            "call.contact_asked": fact.month_contacted is not None,
            "call.true": fact.month_true,
            "call.truth_asked": fact.month_true is not None,
            "year.satisfied": fact.year_is_satisfied,
        }
        yield from ((atom, fact.first_on, 1) for atom, is_so in said.items() if is_so)
    if fact.bad_on:
        yield "bad.all", fact.bad_on, 1
        if fact.fixed:
            yield "bad.fixed", fact.bad_on, 1
    if fact.closed_on:
        yield "cycle.closed", fact.closed_on, 1
        if fact.days:
            yield "cycle.days", fact.closed_on, fact.days


def sums(facts: Iterable[Fact], sign: int = 1) -> Counter[Sum]:
    """The counts of facts by day and by month."""
    found: Counter[Sum] = Counter()
    for fact in facts:
        for measure, on, n in counted(fact):
            for period in (on.isoformat(), f"{on:%Y-%m}"):
                at = Sum(fact.jurisdiction, period, measure, fact.unit, fact.part, fact.channel, fact.excluded)
                found[at] += sign * n
    return found
