"""What pages and API show of supervision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from bihuan.cases.types import ParticipantRow
from bihuan.duties.types import DutyRow
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.supervision.types import STAGES, AboutRow, CheckedHow, Colour, ColouredStage, DirectiveFacts, Kind, Verdict


@dataclass(frozen=True, slots=True)
class DirectiveFilters:
    """What a list is narrowed to."""

    stage: str | None = None
    open: bool | None = None
    unit: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class DirectiveBrief:
    """What a list of duties, or the page of a subject, tells of what was sent."""

    number: str
    title: str
    kind: Kind
    told_stage: str
    issuer_name: str
    unit_name: str
    times: int
    started_at: datetime

    @property
    def stage(self) -> Vocabulary:
        """Where it is."""
        return STAGES[self.kind](self.told_stage)

    @property
    def label(self) -> str:
        """What it is."""
        return self.kind.label


@dataclass(frozen=True, slots=True)
class DirectiveRow:
    """One line of a list."""

    id: int
    number: str
    title: str
    stage: Vocabulary
    issuer: str
    issuer_name: str
    unit: str
    unit_name: str
    times: int
    subjects: tuple[str, ...]
    started_at: datetime
    closed_at: datetime | None
    next_duty: str
    next_due_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """What the unit replied."""

    at: datetime
    by_name: str
    post: str
    unit_name: str
    """Who replied, of several that were asked; empty where one alone was."""
    text: str
    expected_on: date | None
    difficulty: str
    is_report: bool
    measures: str
    done_on: date | None
    contested: bool
    contest_reason: str
    verdict: str
    checked_how: str
    opinion: str
    judged_at: datetime | None
    judged_by_name: str

    @property
    def verdict_words(self) -> str:
        """What was found of it."""
        return Verdict(self.verdict).label if self.verdict else ""

    @property
    def checked_words(self) -> str:
        """How that was found out."""
        return CheckedHow(self.checked_how).label if self.checked_how else ""


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A subject that is named: with its page and title where the reader sees it."""

    about: AboutRow
    number: str
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class TaskGiven:
    """What a unit was told to answer for."""

    id: int
    unit: str
    task: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TaskRow:
    """What a unit answers for, by when, and how far it is."""

    unit: str
    unit_name: str
    task: str
    at: datetime
    due_at: datetime | None
    received_at: datetime | None
    replied_at: datetime | None


@dataclass(frozen=True, slots=True)
class ColourRow:
    """One order in a chain of colours."""

    number: str
    told_colour: str
    superior: str
    document_number: str
    issued_on: date
    told_stage: str
    next_duty: str = ""
    """What is owed next of one that is open, where that was asked."""
    next_due_at: datetime | None = None

    @property
    def colour(self) -> Colour:
        """In which colour it was sent."""
        return Colour(self.told_colour)

    @property
    def stage(self) -> ColouredStage:
        """Where it is."""
        return ColouredStage(self.told_stage)


@dataclass(frozen=True, slots=True)
class DirectiveView:
    """All that a page shows but for the acts."""

    requester: ClassVar[None] = None

    facts: DirectiveFacts
    instrument: str
    participants: tuple[ParticipantRow, ...]
    duties: tuple[DutyRow, ...]
    named: tuple[NamedRow, ...]
    replies: tuple[ReplyRow, ...]
    tasks: tuple[TaskRow, ...] = ()
    chain: tuple[ColourRow, ...] = ()
    """The orders of a superior body about the same, the first one first, as far as the reader sees them."""
    reminders: tuple[DirectiveBrief, ...] = ()
    """The reminders about the same subjects, as far as the reader sees them."""


@dataclass(frozen=True, slots=True)
class RedRow:
    """Something that is overdue, as the desk of supervision shows it."""

    duty: DutyRow
    number: str
    url: str
    title: str
    urged: DirectiveBrief | None
    """The last time that somebody was urged about it."""
    barred: bool = False
    """Whether nobody is urged about it: it is no task of a unit, it rests, or an urge about it stands open."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one of several that were to be sent."""

    duty: int
    subject: str
    done: bool
    number: str
    words: str
    norm: str


@dataclass(frozen=True, slots=True)
class DayDue:
    """What is due on a day: how much of it is still to come, how much is overdue, by kind, and how much was promised to
    requesters."""

    on: date
    works: bool
    kinds: tuple[tuple[str, int], ...]
    """Words of each kind of duty, and how much of it there is, the most first."""
    coming: int
    late: int
    promises: int

    @property
    def many(self) -> int:
        """All of it."""
        return self.coming + self.late


@dataclass(frozen=True, slots=True)
class LoadRow:
    """What a unit owes in the coming days."""

    code: str
    name: str
    by_day: dict[date, int]

    @property
    def many(self) -> int:
        """All of it."""
        return sum(self.by_day.values())


@dataclass(frozen=True, slots=True)
class Load:
    """What is due in the coming working days, by day and unit; the sums are of all units."""

    days: tuple[date, ...]
    units: tuple[LoadRow, ...]
    by_day: Mapping[date, int]

    @property
    def many(self) -> int:
        """All of it."""
        return sum(self.by_day.values())

    @property
    def others(self) -> LoadRow | None:
        """What the units owe together that are not told one by one; nothing where all are told."""
        told = {day: sum(row.by_day.get(day, 0) for row in self.units) for day in self.days}
        rest = {day: self.by_day[day] - told[day] for day in self.days if self.by_day[day] > told[day]}
        return LoadRow("", "", rest) if rest else None


@dataclass(frozen=True, slots=True)
class KeyMarkRow:
    """By what way a case came for which the supervision body looks after it."""

    id: int
    code: str
    label: str
    document: str
    received_on: date | None
    order: str
    marked_at: datetime
    unit_name: str


@dataclass(frozen=True, slots=True)
class KeyLookRow:
    """What the supervision body found when it looked at a key case."""

    id: int
    at: datetime
    unit_name: str
    by_name: str
    checked: str
    checked_how: CheckedHow
    finding: str
    next_on: date | None
