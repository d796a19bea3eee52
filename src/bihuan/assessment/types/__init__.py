"""Facts of assessment, and figures made of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NamedTuple

from bihuan.policy.assessment import Atom, Metric, Replace


class Told(NamedTuple):
    """An event as it is read for facts: without its private ones."""

    id: int
    at: datetime
    on: date
    """The day by the clock on the wall."""
    kind: str
    unit: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DutyFact:
    """One row of `assessment_duty`."""

    duty: int
    jurisdiction: str
    subject: str
    kind: str
    counted: str
    norm: str
    unit: str
    part: str
    urgency: str
    channel: str
    state: str
    decided_on: date
    first_met: bool
    fell_due: bool
    ended_on: date | None
    excluded: bool


@dataclass(frozen=True, slots=True)
class ResultFact:
    """One row of `assessment_result`."""

    jurisdiction: str
    subject: str
    cycle: int
    unit: str
    part: str
    channel: str
    first_on: date | None
    month_satisfied: str
    month_solved: str
    month_contacted: bool | None
    month_true: bool | None
    year_satisfied: str
    year_solved: str
    satisfied: bool | None
    year_is_satisfied: bool | None
    bad_on: date | None
    fixed: bool | None
    closed_on: date | None
    days: int | None
    excluded: bool


@dataclass(frozen=True, slots=True)
class EventFact:
    """One row of `assessment_event`."""

    jurisdiction: str
    subject: str
    event: int
    atom: str
    unit: str
    part: str
    channel: str
    on: date
    n: int
    excluded: bool


Fact = DutyFact | ResultFact | EventFact


@dataclass(frozen=True, slots=True)
class Scale:
    """By what a regulation reads what requesters said, and how time is counted there."""

    satisfied: frozenset[str]
    replace: Replace


@dataclass(frozen=True, slots=True)
class Background:
    """What of a case its duties and those of what stands on it are told by."""

    channel: str = ""
    urgency: str = ""
    excluded: bool = False


class Sum(NamedTuple):
    """The place of a count: everything but the number."""

    jurisdiction: str
    period: str
    measure: str
    unit: str
    part: str
    channel: str
    excluded: bool


@dataclass(frozen=True, slots=True)
class Period:
    """A year, a quarter or a month; `until` is its last day."""

    name: str
    label: str
    since: date
    until: date

    @property
    def months(self) -> tuple[str, ...]:
        """The months that make it."""
        year = self.since.year
        return tuple(f"{year}-{month:02}" for month in range(self.since.month, self.until.month + 1))


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric of a unit (of all together where it is empty): n ÷ d, and `raw` with what is left out."""

    metric: Metric
    unit: str
    n: int
    d: int
    raw_n: int
    raw_d: int


@dataclass(frozen=True, slots=True)
class Term:
    """A component of a score: its weight, value and points; none where there is nothing to divide by."""

    figure: Figure
    weight: int
    value: Fraction | None
    points: Fraction | None


@dataclass(frozen=True, slots=True)
class Weighed:
    """Points for something that happened `n` times, `each` of them so many."""

    atom: Atom
    n: int
    points: Fraction
    each: Fraction
    clause: str | None


@dataclass(frozen=True, slots=True)
class Score:
    """The score of a unit with every term; None where no component has anything to divide by.

    `weight` is the sum of the weights that counted: where it is not 100, that of the others is shared out.
    """

    unit: str
    terms: tuple[Term, ...]
    deductions: tuple[Weighed, ...]
    bonuses: tuple[Weighed, ...]
    bonus_most: Fraction
    result: Fraction | None
    weight: int


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose figures somebody sees, and of whose they may open the rows; `whole` of all units."""

    whole: bool
    figures: frozenset[str]
    rows: frozenset[str]

    def shows(self, unit: str) -> bool:
        """Whether they see the figures of a unit; those of all together everybody does."""
        return not unit or self.whole or unit in self.figures

    def opens(self, unit: str) -> bool:
        """Whether they may open the rows behind them."""
        return self.whole or unit in self.rows


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """The figures of one unit (of all together, where `unit` is empty), by the code of the metric."""

    unit: str
    name: str
    group: str
    figures: Mapping[str, Figure]
    opens: bool
    """Whether its rows may be opened."""


@dataclass(frozen=True, slots=True)
class Board:
    """The figures of a period: of all together, and of each unit that the reader may see."""

    period: Period
    until: datetime
    """Until when the record was read."""
    metrics: Mapping[str, Metric]
    total: UnitFigures
    units: tuple[UnitFigures, ...]
    groups: Mapping[str, str]
    """Code → label of the groups in which units are compared."""
    thresholds: Mapping[str, tuple[Fraction, ...]]
    """Metric → bounds below which a unit has something to fear."""
    low: frozenset[str]
    """The units whose share of the year lies below the bound."""
    low_metric: str


@dataclass(frozen=True, slots=True)
class FactRow:
    """A row behind a figure. The title is told to whoever sees the subject."""

    id: int
    subject: str
    unit: str
    unit_name: str
    on: date
    n: int
    label: str
    excluded: bool
    title: str | None
    """Of the subject, for whoever sees it."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows behind a sum: `n` is the sum, `unseen` how many the reader does not see, where they are not too many."""

    atom: Atom
    n: int
    rows: tuple[FactRow, ...]
    unseen: int
    more: int | None
    """The id after which it goes on."""
    unit_name: str
    sums: tuple[int, ...]
    """The sums of all terms that make the number, each with its sign."""


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """A unit's score of a period as its page shows it."""

    unit: str
    name: str
    group: str
    period: Period
    until: datetime
    score: Score
    opens: bool


@dataclass(frozen=True, slots=True)
class Differing:
    """The first row in which the kept tables differ from what the record says."""

    table: str
    row: str
    kept: str
    reckoned: str


@dataclass(frozen=True, slots=True)
class Recounted:
    """What a recount found: how many rows, and where they differ."""

    subjects: int
    rows: int
    differing: int
    first: Differing | None
