"""From sums to figures and scores, to the digit: fractions are compared, what is shown never is."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest

from bihuan.assessment import rules
from bihuan.assessment.rules.figures import Summing, Totals
from bihuan.policy.assessment import ATOMS, METRICS, Component, Deduction, Metric, Source, Term, When
from bihuan.policy.loader import pack

WD = pack("wendeng-2021-10/1").assessed
HN = pack("huainan-2021-55/1").assessed
BOUND = Fraction(95, 100)


def counted(sums: Mapping[str, int], unit: str = "u") -> Totals:
    """What was counted of a unit as its lead in a period; with “before:” or “until:” what was until then."""
    found = {}
    for name, n in sums.items():
        when, _, atom = name.rpartition(":")
        found[Summing(atom, When(when), unit, ATOMS[atom].total or "lead", False)] = n
    return rules.totals(found)


@pytest.mark.parametrize(
    ("n", "d", "below", "shown"),
    [
        (190, 200, False, "95.00%"),
        (189, 200, True, "94.50%"),
        (1899, 2000, True, "94.95%"),
        (94, 98, False, "95.92%"),
        (94996, 100000, True, "94.99%"),
        (94995, 100000, True, "94.99%"),
        (99999, 100000, False, "99.99%"),
        (100, 100, False, "100.00%"),
        (0, 7, True, "0.00%"),
        (0, 0, False, "–"),
    ],
)
def test_a_share_is_compared_exactly_and_never_shown_as_what_it_does_not_reach(
    n: int, d: int, below: bool, shown: str
) -> None:
    metric = METRICS["satisfaction"]
    assert rules.below(n, d, BOUND) is below
    assert rules.shown(metric.value(n, d), metric, [BOUND]) == shown


def test_a_bound_between_whole_percents_is_not_shown_as_reached() -> None:
    metric, bound = METRICS["satisfaction"], Fraction(955, 1000)
    assert rules.shown(Fraction(95496, 100000), metric, [bound]) == "95.49%"
    assert rules.shown(Fraction(95496, 100000), metric) == "95.50%"
    assert rules.shown(Fraction(955, 1000), metric, [bound]) == "95.50%"


def test_what_is_overdue_and_open_is_in_the_rate() -> None:
    found = counted({"handle.met": 752, "handle.late": 10, "handle.open_late": 47})
    figure = rules.figure(METRICS["on_time"], "u", found)
    assert (figure.n, figure.d) == (752, 809)
    assert rules.shown(figure.metric.value(figure.n, figure.d), figure.metric) == "92.95%"


def test_unreasonable_ones_are_left_out_and_shown_beside() -> None:
    sums = {
        Summing("call.valid", When.DURING, "u", "lead", False): 98,
        Summing("call.satisfied", When.DURING, "u", "lead", False): 94,
        Summing("call.valid", When.DURING, "u", "lead", True): 2,
    }
    figure = rules.figure(METRICS["satisfaction"], "u", rules.totals(sums))
    assert (figure.n, figure.d, figure.raw_n, figure.raw_d) == (94, 98, 94, 100)


EXAMPLE = {
    "call.satisfied": 45,
    "call.valid": 50,
    "call.solved": 40,
    "handle.met": 90,
    "handle.late": 10,
    "response.met": 38,
    "response.late": 2,
    "reminder.stands": 1,
    "coloured.yellow": 1,
}
GRADES = {"graded": 5, "grade_points": 3 * 100 + 85 + 60}


def test_the_example_of_the_design_to_the_digit() -> None:
    own = {**WD.metrics, "half": Metric("half", "", (Term("call.true"),), (Term("call.truth_asked"),), "")}
    components = (*WD.components[:1], Component("half", 20), *WD.components[2:])
    bonuses = (Deduction("order.stands", Fraction(1)),)
    said = replace(WD, metrics=own, components=components, bonuses=bonuses)
    sums = {**EXAMPLE, "call.true": 40, "call.truth_asked": 48, "order.stands": 1}
    graded = rules.score(said, "u", counted({**sums, **GRADES}))
    assert graded.result == 36 + Fraction(800, 48) + 18 + Fraction(95, 10) + Fraction(89, 10) - Fraction(1, 2)
    assert graded.result
    assert rules.points(graded.result) == "88.57"
    without = rules.score(said, "u", counted(sums))
    assert without.result == Fraction(100, 90) * (36 + Fraction(800, 48) + 18 + Fraction(95, 10)) - Fraction(1, 2)
    assert without.result
    assert rules.points(without.result) == "88.57"
    assert without.result != graded.result


def test_bonuses_have_a_bound_and_a_score_is_not_below_nought() -> None:
    rich = replace(WD, bonuses=(Deduction("order.stands", Fraction(1)),))
    four = rules.score(rich, "u", counted({"call.valid": 10, "order.stands": 4}))
    assert four.result == 2
    poor = rules.score(WD, "u", counted({"call.valid": 10, "coloured.red": 4}))
    assert poor.result == 0
    assert rules.score(WD, "u", counted({"coloured.red": 4})).result is None, "nothing to be scored"


def test_a_stock_goes_on_from_period_to_period() -> None:
    found = counted({"before:matter.entered": 12, "before:matter.struck": 4, "matter.entered": 3, "matter.struck": 5})
    struck = rules.figure(METRICS["struck"], "u", found)
    assert (struck.n, struck.d) == (5, 12 - 4 + 3)
    open_late = counted({"cycle.closed": 6, "until:handle.fell_due": 9, "until:handle.ended_late": 7})
    closing = rules.figure(METRICS["closing"], "u", open_late)
    assert (closing.n, closing.d) == (6, 6 + 9 - 7)


def test_all_together_counts_a_shared_result_once_and_every_duty() -> None:
    sums = {
        Summing("call.valid", When.DURING, "u", "lead", False): 1,
        Summing("call.valid", When.DURING, "v", "co", False): 1,
        Summing("handle.met", When.DURING, "u", "lead", False): 1,
        Summing("handle.met", When.DURING, "v", "co", False): 1,
        Summing("dispatched", When.DURING, "u", "lead", False): 1,
        Summing("dispatched", When.DURING, "desk", "centre", False): 1,
    }
    found = rules.totals(sums)
    valid, met, sent = (found.plain[atom, When.DURING, ""] for atom in ("call.valid", "handle.met", "dispatched"))
    assert (valid, met, sent) == (1, 2, 1)
    assert found.plain["call.valid", When.DURING, "v"] == 1


def test_every_metric_says_how_it_is_made_and_every_atom_is_counted_of_something() -> None:
    assert all(metric.words and metric.over and metric.under for metric in METRICS.values())
    assert {atom.source for atom in ATOMS.values()} == set(Source)
    assert [one.weight for one in HN.components] == [40, 30, 30]


def test_periods_are_years_quarters_and_months() -> None:
    quarter = rules.named("2026-Q4")
    assert quarter
    assert quarter.months == ("2026-10", "2026-11", "2026-12")
    assert quarter.until.isoformat() == "2026-12-31"
    assert rules.named("2024-02").until.day == 29  # type: ignore[union-attr]
    for strange in ("2026-13", "2026-Q5", "26", "2026-1", "1066", "", "２０２６"):
        assert rules.named(strange) is None
    names = [period.name for period in rules.offered(quarter.since.replace(month=2, day=1))]
    assert names[:3] == ["2026-02", "2026-01", "2025-12"]
    assert names[12:] == ["2026-Q1", "2025-Q4", "2025-Q3", "2025-Q2", "2026", "2025"]
