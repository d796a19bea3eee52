"""Listed matters as the API shows them, and what is asked of the list alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import Field

from bihuan.api.cursors import Page, Paging
from bihuan.api.endpoints import Call, Endpoint, Reply
from bihuan.api.subjects import ActOffered, Resource
from bihuan.attachments.types import AttachmentRef
from bihuan.cases.types import ParticipantRow
from bihuan.commitments.types import CommitmentRow
from bihuan.duties.types import DutyRow
from bihuan.instructions.types import InstructionRow
from bihuan.kernel.actor import Actor
from bihuan.kernel.fields import Day, Fields, Line
from bihuan.matters import queries as matters
from bihuan.matters.subject import MATTER
from bihuan.matters.types import KeyBasis, MatterClass, Stage
from bihuan.matters.types.rows import (
    CooperationRow,
    FeedbackRow,
    JoinedSource,
    MatterFilters,
    MatterRow,
    Reconciliation,
    RoundRow,
    StrikeOffSlip,
)
from bihuan.requesters.types import MaskedIdentity
from bihuan.text.questions import Question


class Filters(Paging):
    """What the list is narrowed to."""

    stage: Stage | None = Field(None, title="阶段")
    open: bool | None = Field(None, title="是否未销号")
    matter_class: MatterClass | None = Field(None, title="分类")
    lead: Line | None = Field(None, title="承办单位")
    number: Line | None = Field(None, title="事项号或清单编号")
    case: Line | None = Field(None, title="原工单号")
    words: Question | None = Field(
        None, title="检索词", description="概述、内容或编号里连续的两个字以上；几个词之间空一格，须都出现"
    )


class Month(Fields):
    """A month of the list."""

    month: Day = Field(title="月份", description="该月任一日，例如 2025-03-01")


@dataclass(frozen=True, kw_only=True, slots=True)
class MatterShown:
    """A listed matter with everything that its participants may see, and the acts of its stage."""

    number: str
    list_number: str | None
    stage: Stage
    stage_label: str
    version: int
    pack: str
    instrument: str
    title: str
    content: str
    channel: str
    channel_label: str
    origin_number: str
    case: str | None
    requester: MaskedIdentity | None
    tier1_due_at: datetime | None
    done: str
    why_unresolved: str
    override_reason: str
    office_override_reason: str
    on_behalf_because: str
    joined_to: str
    joined: tuple[JoinedSource, ...]
    matter_class: MatterClass | None
    key_basis: KeyBasis | None
    reference: str
    leader: str
    instruction: str
    instructions: tuple[InstructionRow, ...]
    paperless: bool
    requirements: str
    suggested_due_on: date | None
    lead: str | None
    proposed_at: datetime
    listed_at: datetime | None
    assigned_at: datetime | None
    copied_at: datetime | None
    due_at: datetime | None
    first_due_at: datetime | None
    signed_in_at: datetime | None
    supervised_at: datetime | None
    closed_at: datetime | None
    round: int
    urges: int
    supervisions: int
    participants: tuple[ParticipantRow, ...]
    duties: tuple[DutyRow, ...]
    acts: list[ActOffered]
    feedbacks: tuple[FeedbackRow, ...]
    rounds: tuple[RoundRow, ...]
    cooperation: tuple[CooperationRow, ...]
    commitments: tuple[CommitmentRow, ...]
    attachments: tuple[AttachmentRef, ...]


def _ledger(actor: Actor, asked: Filters, now: datetime, after: int | None, limit: int) -> list[MatterRow]:
    filters = MatterFilters(
        stage=asked.stage,
        open=asked.open,
        matter_class=asked.matter_class,
        lead=asked.lead,
        number=asked.number,
        case=asked.case,
        words=asked.words,
    )
    return matters.ledger(actor, filters, now=now, after=after, limit=limit)


MATTERS = Resource(kind=MATTER, filters=Filters, ledger=_ledger, page=Page[MatterRow], shown=MatterShown)


def endpoints() -> Iterator[Endpoint]:
    """What is asked of the list alone."""
    yield Endpoint(
        method="GET",
        path="matters/reconciliation",
        view=_reconciled,
        name="reconcile_matters",
        tag=MATTER.table.label,
        summary="清单月度核对：期初＋新增－销号＝期末",
        query=Month,
        returns=Reconciliation,
    )
    yield Endpoint(
        method="GET",
        path="matters/{number}/strike-off-slip",
        view=lambda call: Reply(matters.strike_off_slip(call.path["number"], call.actor)),
        name="get_strike_off_slip",
        tag=MATTER.table.label,
        summary="销号确认单",
        returns=StrikeOffSlip,
    )


def _reconciled(call: Call) -> Reply:
    return Reply(matters.reconciliation(call.actor, call.query.month, now=call.now))
