"""What pages and API show of instructions."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from bihuan.cases.types import ParticipantRow
from bihuan.duties.types import DutyRow
from bihuan.instructions.types import InstructionFacts, InstructionStage, Medium, Purpose


@dataclass(frozen=True, slots=True)
class InstructionFilters:
    """What the list is narrowed to."""

    stage: str | None = None
    open: bool | None = None
    unit: str | None = None
    number: str | None = None
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class InstructionBrief:
    """What a list of duties, or the page of a subject, tells of an instruction."""

    number: str
    title: str
    told_stage: str
    leader: str
    issued_on: date
    started_at: datetime

    @property
    def stage(self) -> InstructionStage:
        """Where it is."""
        return InstructionStage(self.told_stage)


@dataclass(frozen=True, slots=True)
class InstructionListed:
    """One line of the list."""

    id: int
    number: str
    title: str
    stage: InstructionStage
    leader: str
    issued_on: date
    medium: Medium
    reference: str
    purpose: Purpose
    unit: str
    unit_name: str
    subjects: tuple[str, ...]
    tasked: str
    """Names of the units that were given a task."""
    started_at: datetime
    closed_at: datetime | None
    next_duty: str
    next_due_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class TaskGiven:
    """What a unit was told to do, and what it reported."""

    id: int
    unit: str
    task: str
    due_on: date | None
    at: datetime
    result: str
    done_on: date | None
    reported_at: datetime | None
    reported_by_name: str
    reported_post: str


@dataclass(frozen=True, slots=True)
class InstructionTask:
    """The same with how far it is by the ledger of duties."""

    unit: str
    unit_name: str
    task: str
    at: datetime
    due_at: datetime | None
    result: str
    done_on: date | None
    reported_at: datetime | None
    reported_by_name: str
    reported_post: str


@dataclass(frozen=True, slots=True)
class InstructionTarget:
    """A subject that is named: with its page and title where the reader sees it."""

    subject: str
    number: str
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class InstructionView:
    """All that a page shows but for the acts."""

    facts: InstructionFacts
    instrument: str
    account_name: str
    entered_by_name: str
    participants: tuple[ParticipantRow, ...]
    duties: tuple[DutyRow, ...]
    targets: tuple[InstructionTarget, ...]
    tasks: tuple[InstructionTask, ...]
    scans: tuple[int, ...]
    """Ids of the files that are its scan."""

    requester: ClassVar[None] = None
    """It tells of a leader and of units, not of whoever asked."""
