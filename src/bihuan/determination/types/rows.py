"""What pages and API show of determinations and referrals."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from bihuan.cases.types import ParticipantRow
from bihuan.determination.types import (
    DeterminationFacts,
    OpinionRow,
    Outcome,
    PositionRow,
    ReferralFacts,
    ReferralStage,
    Stage,
    Verdict,
)
from bihuan.duties.types import DutyRow
from bihuan.instructions.types import InstructionRow


@dataclass(frozen=True, slots=True)
class DeterminationFilters:
    """What a list is narrowed to."""

    stage: str | None = None
    open: bool | None = None
    case: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class DeterminationBrief:
    """What a list of duties or the page of a case tells of a determination."""

    number: str
    title: str
    case: str
    stage: Stage
    opinion_number: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class DeterminationRow:
    """One line of a list."""

    id: int
    number: str
    case: str
    title: str
    stage: Stage
    requested_by: str
    requested_by_name: str
    party_names: tuple[str, ...]
    outcome: Outcome | None
    verdict: Verdict | None
    opinion_number: str
    report_number: str
    unit: str
    unit_name: str
    started_at: datetime
    next_duty: str
    next_due_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class WrittenOpinion:
    """The written opinion as it was issued."""

    number: str
    outcome: Outcome
    verdict: Verdict | None
    unit: str
    unit_name: str
    opinion: str
    law: str
    reasonableness: str
    issued_at: datetime
    issued_by_name: str
    issued_by_post: str
    digest: str


@dataclass(frozen=True, slots=True)
class ReportRow:
    """The special report as it was sent, and what the district decided."""

    number: str
    background: str
    gap: str
    reasonableness: str
    suggestion: str
    signer_name: str
    signer_post: str
    at: datetime
    digest: str
    leader: str
    instruction: str
    unit: str
    unit_name: str
    due_at: datetime | None
    designated_at: datetime | None


@dataclass(frozen=True, slots=True)
class ContactRow:
    """Who speaks for a unit in determinations, from when until when."""

    unit: str
    unit_name: str
    account: str
    name: str
    from_on: date
    until_on: date | None
    in_force: bool
    """Whether that holds today: the day has come, and whoever is named still holds a post in the unit."""
    vacant: bool
    """Whether it would hold today if they did."""


@dataclass(frozen=True, slots=True)
class DeterminationView:
    """All that a page shows but for the acts."""

    facts: DeterminationFacts
    dispute: str
    background: str
    law: str
    question: str
    missing: str
    requested_by_name: str
    instrument: str
    participants: tuple[ParticipantRow, ...]
    duties: tuple[DutyRow, ...]
    positions: tuple[PositionRow, ...]
    opinions: tuple[OpinionRow, ...]
    opinion: WrittenOpinion | None
    report: ReportRow | None
    instructions: tuple[InstructionRow, ...]
    contacts: tuple[ContactRow, ...]

    requester: ClassVar[None] = None


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One piece of evidence of a refusal."""

    at: datetime
    by: str
    what: str
    text: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReferralFilters:
    """What a list is narrowed to."""

    stage: str | None = None
    open: bool | None = None
    case: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class ReferralBrief:
    """What a list of duties or the page of a case tells of a referral."""

    number: str
    title: str
    case: str
    stage: ReferralStage
    unit_name: str


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """One line of a list."""

    id: int
    number: str
    case: str
    title: str
    stage: ReferralStage
    unit: str
    unit_name: str
    refused_at: datetime
    recipient: str
    document_number: str
    next_duty: str
    next_due_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class ReferralView:
    """All that a page shows but for the acts."""

    facts: ReferralFacts
    how: str
    situation: str
    explanation: str
    document_number: str
    verified: str
    sent_at: datetime | None
    dropped: str
    signer_name: str
    signer_post: str
    taken_by: str
    taken_at: datetime | None
    result: str
    result_reference: str
    concluded_on: date | None
    digest: str
    designation: str
    instrument: str
    participants: tuple[ParticipantRow, ...]
    duties: tuple[DutyRow, ...]
    evidence: tuple[EvidenceRow, ...]

    requester: ClassVar[None] = None
