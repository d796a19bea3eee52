"""Determinations and referrals as the API shows them, and what is asked of them alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import Field

from bihuan.api.cursors import Page, Paging
from bihuan.api.endpoints import Call, Endpoint, Reply
from bihuan.api.subjects import ActOffered, Resource
from bihuan.attachments.types import AttachmentRef
from bihuan.cases.types import ParticipantRow
from bihuan.cases.types import Stage as CaseStage
from bihuan.determination import commands
from bihuan.determination import queries as determination
from bihuan.determination.subject import DETERMINATION, REFERRAL
from bihuan.determination.types import (
    OpinionRow,
    Outcome,
    PositionRow,
    ReferralStage,
    Stage,
    Verdict,
)
from bihuan.determination.types.forms import ContactOf, NameContact
from bihuan.determination.types.rows import (
    ContactRow,
    DeterminationFilters,
    DeterminationRow,
    EvidenceRow,
    ReferralFilters,
    ReferralRow,
    ReportRow,
    WrittenOpinion,
)
from bihuan.duties.types import DutyRow
from bihuan.instructions.types import InstructionRow
from bihuan.kernel.actor import Actor
from bihuan.kernel.fields import Line


class Filters(Paging):
    """What the list of determinations is narrowed to."""

    stage: Stage | None = Field(None, title="阶段")
    open: bool | None = Field(None, title="是否未结束")
    case: Line | None = Field(None, title="工单号")
    number: Line | None = Field(None, title="编号")


class FiltersOfReferrals(Paging):
    """What the list of referrals is narrowed to."""

    stage: ReferralStage | None = Field(None, title="阶段")
    open: bool | None = Field(None, title="是否未结束")
    case: Line | None = Field(None, title="工单号")
    number: Line | None = Field(None, title="编号")


@dataclass(frozen=True, kw_only=True, slots=True)
class DeterminationShown:
    """A determination with everything that its participants may see, and the acts of its stage.

    Stage and lead of the case are told to whoever takes part in the case.
    """

    number: str
    stage: Stage
    stage_label: str
    version: int
    pack: str
    instrument: str
    case: str
    case_stage: CaseStage | None
    case_lead: str | None
    title: str
    requested_by: str
    started_at: datetime
    closed_at: datetime | None
    dispute: str
    background: str
    law: str
    question: str
    missing: str
    submitted_at: datetime | None
    outcome: Outcome | None
    verdict: Verdict | None
    unit: str
    opinion: WrittenOpinion | None
    report: ReportRow | None
    instructions: tuple[InstructionRow, ...]
    assigned_at: datetime | None
    entry: str
    positions: tuple[PositionRow, ...]
    opinions: tuple[OpinionRow, ...]
    contacts: tuple[ContactRow, ...]
    participants: tuple[ParticipantRow, ...]
    duties: tuple[DutyRow, ...]
    acts: list[ActOffered]
    attachments: tuple[AttachmentRef, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReferralShown:
    """A refusal with its evidence, its unit's side, and to whom it was handed over."""

    number: str
    stage: ReferralStage
    stage_label: str
    version: int
    pack: str
    instrument: str
    case: str
    title: str
    unit: str
    unit_name: str
    designation: str
    how: str
    refused_at: datetime
    situation: str
    started_at: datetime
    closed_at: datetime | None
    explained_at: datetime | None
    explanation: str
    recipient: str
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
    evidence: tuple[EvidenceRow, ...]
    participants: tuple[ParticipantRow, ...]
    duties: tuple[DutyRow, ...]
    acts: list[ActOffered]
    attachments: tuple[AttachmentRef, ...]


def _ledger(actor: Actor, asked: Filters, now: datetime, after: int | None, limit: int) -> list[DeterminationRow]:
    filters = DeterminationFilters(asked.stage, asked.open, asked.case, asked.number)
    return determination.ledger(actor, filters, now=now, after=after, limit=limit)


def _referrals(
    actor: Actor, asked: FiltersOfReferrals, now: datetime, after: int | None, limit: int
) -> list[ReferralRow]:
    filters = ReferralFilters(asked.stage, asked.open, asked.case, asked.number)
    return determination.referrals(actor, filters, now=now, after=after, limit=limit)


DETERMINATIONS = Resource(
    kind=DETERMINATION, filters=Filters, ledger=_ledger, page=Page[DeterminationRow], shown=DeterminationShown
)
REFERRALS = Resource(
    kind=REFERRAL, filters=FiltersOfReferrals, ledger=_referrals, page=Page[ReferralRow], shown=ReferralShown
)


@dataclass(frozen=True, slots=True)
class Contacts:
    """Who speaks for the three bodies, with all who did before."""

    items: tuple[ContactRow, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """It was entered."""

    done: bool


def endpoints() -> Iterator[Endpoint]:
    """What is asked of determinations alone."""
    said: dict[str, Any] = {"path": "determination-contacts", "tag": DETERMINATION.table.label}
    yield Endpoint(
        method="GET",
        view=lambda call: Reply(Contacts(determination.contacts(call.actor.jurisdiction, now=call.now, ever=True))),
        name="list_determination_contacts",
        summary="认定会商联络人及历次变更",
        returns=Contacts,
        **said,
    )
    yield Endpoint(
        method="POST",
        view=_name,
        name="name_determination_contact",
        summary="明确认定会商联络人",
        body=ContactOf,
        returns=Named,
        status=201,
        **said,
    )


def _name(call: Call) -> Reply:
    fields = NameContact(account=call.fields.account, from_on=call.fields.from_on)
    commands.name_contact(unit=call.fields.unit, fields=fields, actor=call.actor, now=call.now)
    return Reply(Named(True))
