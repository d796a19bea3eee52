"""What a regulation wants done regularly (定期工作): how often, by whom, until when."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from bihuan.kernel.norm import Norm
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.policy import norms


class Every(Vocabulary):
    """How often; `months` is how long a period is."""

    MONTH = "month", "每月", 1
    QUARTER = "quarter", "每季度", 3
    HALF_YEAR = "half-year", "每半年", 6
    YEAR = "year", "每年", 12

    def __init__(self, value: str, label: str = "", months: int = 1) -> None:
        self.months = months


class Regular(Vocabulary):
    """What the program knows to be done regularly, by which norm; each is done on pages of its own."""

    MEETING = "meeting", "工作会商会议", norms.RHYTHM_MEETING
    BRIEFING = "briefing", "主要领导听取汇报", norms.RHYTHM_BRIEFING
    RULE_REVIEW = "rule_review", "制度梳理", norms.OFFICE_RULEBOOK
    TRAINING = "training", "业务培训", norms.RHYTHM_TRAINING
    BULLETIN = "bulletin", "办理情况通报", norms.RHYTHM_BULLETIN

    def __init__(self, value: str, label: str = "", norm: Norm = norms.RHYTHM_KEEP) -> None:
        self.norm = norm


@dataclass(frozen=True, slots=True)
class Period:
    """A month, quarter, half-year or year: its key, its first and its last day."""

    key: str
    begins_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is done once in every period, until `due` days after its end, by a post of the units with a capacity: by the
    one that the jurisdiction has, or by `each` of them."""

    code: str
    label: str
    every: Every
    capacity: str
    post: str
    due: int
    clause: str | None = None
    basis: str | None = None
    each: bool = False

    @property
    def holder(self) -> str:
        """As the file writes it."""
        return f"{self.capacity}.{self.post}"


LATEST_DUE = 92
"""Days after the end of a period; what is due later would meet the next one."""


def period_of(every: Every, day: date) -> Period:
    """The period in which a day lies."""
    number = (day.month - 1) // every.months + 1
    begins = date(day.year, (number - 1) * every.months + 1, 1)
    return Period(_key(every, day.year, number), begins, _next(every, begins) - timedelta(days=1))


def periods_from(every: Every, day: date, until: date) -> list[Period]:
    """The periods from the one in which a day lies to that of another day."""
    found = [period_of(every, day)]
    while found[-1].ends_on < until:
        found.append(period_of(every, found[-1].ends_on + timedelta(days=1)))
    assert all(one.ends_on < other.begins_on for one, other in pairwise(found)), "they follow each other"
    return found


def over_from(every: Every, ends_on: date) -> date:
    """The day from which on what was not done in a period that ended then is missed: the first of the next but one."""
    return _next(every, ends_on + timedelta(days=1))


def _next(every: Every, begins: date) -> date:
    months = begins.year * 12 + begins.month - 1 + every.months
    return date(months // 12, months % 12 + 1, 1)


def _key(every: Every, year: int, number: int) -> str:
    match every:
        case Every.MONTH:
            return f"{year}-{number:02d}"
        case Every.QUARTER:
            return f"{year}-Q{number}"
        case Every.HALF_YEAR:
            return f"{year}-H{number}"
    return f"{year}-Y"
