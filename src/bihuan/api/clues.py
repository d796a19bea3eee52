"""Clues as the API shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import Field

from bihuan.accountability import queries as accountability
from bihuan.accountability.subject import CLUE
from bihuan.accountability.types import ClueStage, Sanction, Severity
from bihuan.accountability.types.rows import ClueEvidenceRow, ClueFilters, ClueListed
from bihuan.api.cursors import Page, Paging
from bihuan.api.subjects import ActOffered, Resource
from bihuan.attachments.types import AttachmentRef
from bihuan.cases.types import ParticipantRow
from bihuan.duties.types import DutyRow
from bihuan.kernel.actor import Actor
from bihuan.kernel.fields import Line


class FiltersOfClues(Paging):
    """What the list of clues is narrowed to."""

    stage: ClueStage | None = Field(None, title="阶段")
    open: bool | None = Field(None, title="是否未结束")
    unit: Line | None = Field(None, title="涉及单位")
    number: Line | None = Field(None, title="编号")
    situation: Line | None = Field(None, title="问责情形")


@dataclass(frozen=True, kw_only=True, slots=True)
class ClueShown:
    """A clue: which unit, in which situation, with which evidence, what the unit said, what was verified, where it went
    and what came of it."""

    number: str
    stage: ClueStage
    stage_label: str
    version: int
    pack: str
    instrument: str
    title: str
    unit: str
    unit_name: str
    keeper: str
    keeper_name: str
    situation: str
    situation_label: str
    citation: str
    about: str
    detector: str
    express: bool
    evidence: tuple[ClueEvidenceRow, ...]
    question: str
    explanation: str
    explained_at: datetime | None
    finding: str
    consequence: str
    severity: Severity | None
    verified_by: str
    verified_by_name: str
    route: str
    recipient: str
    copies: tuple[str, ...]
    route_reason: str
    citations: tuple[str, ...]
    approved_by: str
    approved_by_name: str
    document_number: str
    suggestion: str
    referred_at: datetime | None
    taken_at: datetime | None
    guidance: str
    outcome: Sanction | None
    result: str
    result_posts: str
    result_reference: str
    concluded_on: date | None
    filed: str
    dismissal: str
    started_at: datetime
    closed_at: datetime | None
    participants: tuple[ParticipantRow, ...]
    duties: tuple[DutyRow, ...]
    acts: list[ActOffered]
    attachments: tuple[AttachmentRef, ...]


def _ledger(actor: Actor, asked: FiltersOfClues, now: datetime, after: int | None, limit: int) -> Sequence[ClueListed]:
    filters = ClueFilters(asked.stage, asked.open, asked.unit, asked.number, asked.situation)
    return accountability.ledger(actor, filters, now=now, after=after, limit=limit)


CLUES = Resource(
    kind=CLUE,
    filters=FiltersOfClues,
    ledger=_ledger,
    page=Page[ClueListed],
    shown=ClueShown,
)
