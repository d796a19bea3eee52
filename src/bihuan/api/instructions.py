"""Instructions of leaders as the API shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import Field

from bihuan.api.cursors import Page, Paging
from bihuan.api.subjects import ActOffered, Resource
from bihuan.attachments.types import AttachmentRef
from bihuan.cases.types import ParticipantRow
from bihuan.duties.types import DutyRow
from bihuan.instructions import queries as instructions
from bihuan.instructions.subject import INSTRUCTION
from bihuan.instructions.types import InstructionStage, Medium, Purpose
from bihuan.instructions.types.rows import InstructionFilters, InstructionListed, InstructionTarget, InstructionTask
from bihuan.kernel.actor import Actor
from bihuan.kernel.fields import Line


class FiltersOfInstructions(Paging):
    """What the list of instructions is narrowed to."""

    stage: InstructionStage | None = Field(None, title="阶段")
    open: bool | None = Field(None, title="是否未结束")
    unit: Line | None = Field(None, title="责任单位")
    number: Line | None = Field(None, title="编号")
    purpose: Purpose | None = Field(None, title="批示用途")


@dataclass(frozen=True, kw_only=True, slots=True)
class InstructionShown:
    """An instruction: by whom and how it was given, what it says and names, and what units are to do by it."""

    number: str
    stage: InstructionStage
    stage_label: str
    version: int
    pack: str
    instrument: str
    title: str
    leader: str
    account: str
    account_name: str
    issued_on: date
    medium: Medium
    reference: str
    text: str
    purpose: Purpose
    topic: str
    emergency: str
    unit: str
    unit_name: str
    entered_by: str
    entered_by_name: str
    scans: tuple[int, ...]
    targets: tuple[InstructionTarget, ...]
    tasks: tuple[InstructionTask, ...]
    report: str
    outcome: str
    started_at: datetime
    closed_at: datetime | None
    participants: tuple[ParticipantRow, ...]
    duties: tuple[DutyRow, ...]
    acts: list[ActOffered]
    attachments: tuple[AttachmentRef, ...]


def _ledger(
    actor: Actor, asked: FiltersOfInstructions, now: datetime, after: int | None, limit: int
) -> Sequence[InstructionListed]:
    filters = InstructionFilters(asked.stage, asked.open, asked.unit, asked.number, asked.purpose)
    return instructions.ledger(actor, filters, now=now, after=after, limit=limit)


INSTRUCTIONS = Resource(
    kind=INSTRUCTION,
    filters=FiltersOfInstructions,
    ledger=_ledger,
    page=Page[InstructionListed],
    shown=InstructionShown,
)
