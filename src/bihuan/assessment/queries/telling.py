"""Figures as they are shown: two decimals, and never as reaching what they do not reach."""

from collections.abc import Iterable
from fractions import Fraction

from bihuan.assessment import rules
from bihuan.assessment.types import Figure


def value(figure: Figure, thresholds: Iterable[Fraction] = (), *, raw: bool = False) -> str:
    """n ÷ d of a figure; “–” where there is nothing to divide by."""
    n, d = (figure.raw_n, figure.raw_d) if raw else (figure.n, figure.d)
    return rules.shown(figure.metric.value(n, d), figure.metric, thresholds)


def points(of: Fraction) -> str:
    """Points of a score."""
    return rules.points(of)
