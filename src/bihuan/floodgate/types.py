"""Measures of what may come in."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Measure:
    """A bucket of so many tokens that fills up again in that time; `name` tells it from others with the same key.

    `debt` is how many may be owed where tokens are lost and not asked for.
    """

    name: str
    tokens: int
    refill: timedelta
    debt: int = 0

    @property
    def per_second(self) -> float:
        """How many tokens come back in a second."""
        return self.tokens / self.refill.total_seconds()


class TooMany(Exception):
    """More came in than the measure allows; says after how many seconds the next may."""

    def __init__(self, measure: Measure, seconds: int) -> None:
        super().__init__(f"{measure.name}: {seconds} s")
        self.measure = measure
        self.seconds = seconds
