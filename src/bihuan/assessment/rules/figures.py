"""From sums to figures, scores and what is shown of them. Integers and fractions decide, never what is shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from bihuan.assessment.types import Figure, Score, Term, Weighed
from bihuan.kernel.norm import carries_out
from bihuan.policy import norms
from bihuan.policy.assessment import ATOMS, Assessment, Deduction, Metric, When
from bihuan.policy.assessment import Term as Summed


class Summing(NamedTuple):
    """A sum as it was counted: of an atom, when, of a unit as what, without or with what is left out."""

    measure: str
    when: When
    unit: str
    part: str
    excluded: bool


Sums = Mapping[Summing, int]


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums by atom, moment and unit ("" for all together), without and with what is left out."""

    plain: Mapping[tuple[str, When, str], int]
    raw: Mapping[tuple[str, When, str], int]

    def of(self, terms: Iterable[Summed], unit: str, *, raw: bool = False) -> int:
        """The sum of terms for a unit."""
        found = self.raw if raw else self.plain
        return sum(term.sign * found.get((term.atom, term.when, unit), 0) for term in terms)


def totals(sums: Sums) -> Totals:
    """Add up: for each unit whatever it is counted as, for all together each thing once."""
    plain: dict[tuple[str, When, str], int] = {}
    raw: dict[tuple[str, When, str], int] = {}
    for at, n in sums.items():
        once = ATOMS[at.measure].total in ("", at.part)
        for unit in (at.unit, *([""] if once else [])):
            key = (at.measure, at.when, unit)
            raw[key] = raw.get(key, 0) + n
            if not at.excluded:
                plain[key] = plain.get(key, 0) + n
    return Totals(plain, raw)


@carries_out(norms.ASSESS_FIGURES)
def figure(metric: Metric, unit: str, found: Totals) -> Figure:
    """A metric of a unit, or of all together."""
    if metric.whole and unit:
        return Figure(metric, unit, 0, 0, 0, 0)
    return Figure(
        metric,
        unit,
        found.of(metric.over, unit),
        found.of(metric.under, unit),
        found.of(metric.over, unit, raw=True),
        found.of(metric.under, unit, raw=True),
    )


def shown(value: Fraction | None, metric: Metric, thresholds: Iterable[Fraction] = ()) -> str:
    """Two decimals, rounded half up; never as reaching a whole percent or a threshold that it lies below."""
    if value is None:
        return "–"
    hundredths = rounded(value, metric.scale)
    exact = value * metric.scale * 100
    bounds = [Fraction(hundredths // 100 * 100), *(threshold * metric.scale * 100 for threshold in thresholds)]
    for bound in bounds:
        if exact < bound <= hundredths:
            hundredths = ceil(bound) - 1
    sign, hundredths = ("−", -hundredths) if hundredths < 0 else ("", hundredths)
    return f"{sign}{hundredths // 100}.{hundredths % 100:02}{metric.unit}"


def rounded(value: Fraction, scale: int = 1) -> int:
    """In hundredths, half up."""
    return floor(value * scale * 100 + Fraction(1, 2))


def points(value: Fraction) -> str:
    """Points as they are shown."""
    hundredths = rounded(value)
    return f"{hundredths // 100}.{hundredths % 100:02}"


def below(n: int, d: int, bound: Fraction) -> bool:
    """Whether a share lies below a bound; not where there is nothing to share."""
    return bool(d) and n * bound.denominator < bound.numerator * d


@carries_out(norms.ASSESS_SCORE)
def score(assessment: Assessment, unit: str, found: Totals) -> Score:
    """100 × Σ w·c ÷ Σ w over the components that have something to divide by, less deductions, with bonuses up to their
    bound, and not below nought."""
    figures = [figure(assessment.metrics[one.metric], unit, found) for one in assessment.components]
    weights = [one.weight for one in assessment.components]
    values = [one.metric.value(one.n, one.d) for one in figures]
    counts = [weight for weight, value in zip(weights, values, strict=True) if value is not None]
    weight = sum(counts)
    terms = tuple(
        Term(one, weight_of, value, Fraction(100 * weight_of, weight) * value if value is not None else None)
        for one, weight_of, value in zip(figures, weights, values, strict=True)
    )
    deductions = _weighed(assessment.deductions, unit, found)
    bonuses = _weighed(assessment.bonuses, unit, found)
    if not weight:
        return Score(unit, terms, deductions, bonuses, assessment.bonus_most, None, 0)
    result = sum((term.points for term in terms if term.points is not None), Fraction())
    result -= sum((one.points for one in deductions), Fraction())
    result += min(assessment.bonus_most, sum((one.points for one in bonuses), Fraction()))
    return Score(unit, terms, deductions, bonuses, assessment.bonus_most, max(result, Fraction()), weight)


def _weighed(declared: Sequence[Deduction], unit: str, found: Totals) -> tuple[Weighed, ...]:
    counted = [(one, found.plain.get((one.count, When.DURING, unit), 0)) for one in declared]
    return tuple(Weighed(ATOMS[one.count], n, one.points * n, one.points, one.clause) for one, n in counted)
