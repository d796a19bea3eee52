"""What pages and API show of clues."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bihuan.accountability.types import ClueFacts, ClueStage, Destination, Entry, Sanction, Severity
from bihuan.cases.types import ParticipantRow
from bihuan.duties.types import DutyRow


@dataclass(frozen=True, slots=True)
class ClueFilters:
    """What the list is narrowed to."""

    stage: str | None = None
    open: bool | None = None
    unit: str | None = None
    number: str | None = None
    situation: str | None = None


@dataclass(frozen=True, slots=True)
class ClueBrief:
    """What a list of duties tells of a clue."""

    number: str
    title: str
    told_stage: str
    started_at: datetime

    @property
    def stage(self) -> ClueStage:
        """Where it is."""
        return ClueStage(self.told_stage)


@dataclass(frozen=True, slots=True)
class ClueListed:
    """One line of the list."""

    id: int
    number: str
    title: str
    stage: ClueStage
    unit: str
    unit_name: str
    situation: str
    situation_label: str
    clause: str
    detector: str
    recipient: str
    outcome: str
    started_at: datetime
    closed_at: datetime | None
    next_duty: str
    next_due_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class DossierLine:
    """One line of a unit's dossier."""

    id: int
    at: datetime
    what: Entry
    number: str
    outcome: Sanction | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """What personnel keeps of a unit: how often what, and line by line."""

    unit: str
    unit_name: str
    year: int
    counts: tuple[tuple[Entry, int], ...]
    lines: tuple[DossierLine, ...]
    onward: int | None
    """After which line the next page begins."""


@dataclass(frozen=True, slots=True)
class EvidenceKept:
    """A piece of evidence as it is kept."""

    id: int
    at: datetime
    by: str
    what: str
    text: str
    subject: str
    sequence: int | None
    attachments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ClueEvidenceRow:
    """A piece of evidence: what somebody put on file, or an event of a record, with its page where the reader sees
    it."""

    at: datetime
    by_name: str
    what: str
    text: str
    subject: str
    number: str
    sequence: int | None
    url: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ClueView:
    """All that a page shows but for the acts."""

    facts: ClueFacts
    instrument: str
    situation_label: str
    citation: str
    by_rule: Destination | None
    """Where the rule sends it, as far as it is verified."""
    citations: tuple[str, ...]
    """The clauses by which the rule sends it there, in the order in which they decide."""
    verified_by_name: str
    approved_by_name: str
    severity: Severity | None
    outcome: Sanction | None
    evidence: tuple[ClueEvidenceRow, ...]
    participants: tuple[ParticipantRow, ...]
    duties: tuple[DutyRow, ...]

    requester: ClassVar[None] = None
    """It tells of a unit, not of whoever asked."""
