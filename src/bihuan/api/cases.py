"""Cases as the API shows them, and what is asked of cases alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from bihuan.api.cursors import Page, Paging
from bihuan.api.endpoints import Call, Endpoint, Reply
from bihuan.api.subjects import ActOffered, Resource
from bihuan.attachments.types import AttachmentRef
from bihuan.cases import queries as cases
from bihuan.cases.subject import CASE
from bihuan.cases.types import (
    AppealType,
    CaseFilters,
    CaseRow,
    CaseView,
    ParticipantRow,
    Stage,
)
from bihuan.commitments import queries as commitments
from bihuan.commitments.types import CommitmentRow
from bihuan.dispatch import queries as dispatch
from bihuan.dispatch.types import AnswerRow
from bihuan.duties.types import DutyRow
from bihuan.feedback import queries as feedback
from bihuan.feedback.types import CallbackRow
from bihuan.intake import queries as intake
from bihuan.intake.types import SourceRow
from bihuan.kernel.actor import Actor
from bihuan.kernel.fields import Line
from bihuan.requesters.types import MaskedIdentity
from bihuan.supervision import queries as supervision
from bihuan.supervision.types.rows import KeyLookRow, KeyMarkRow
from bihuan.text.questions import Question


class Filters(Paging):
    """What the ledger of cases is narrowed to."""

    stage: Stage | None = Field(None, title="阶段")
    open: bool | None = Field(None, title="是否在办")
    channel: Line | None = Field(None, title="渠道")
    lead: Line | None = Field(None, title="承办单位")
    number: Line | None = Field(None, title="工单号")
    place: Question | None = Field(None, title="区域", description="地点代码、名录中的名称，或位置里的词")
    words: Question | None = Field(
        None, title="检索词", description="标题、内容、地点或编号里连续的两个字以上；几个词之间空一格，须都出现"
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseShown:
    """A case with everything that its participants may see, and the acts of its stage."""

    number: str
    stage: Stage
    stage_label: str
    version: int
    pack: str
    instrument: str
    title: str
    content: str
    appeal_type: AppealType
    urgency: str
    urgency_label: str
    channel: str
    channel_label: str
    subject_code: str
    place_code: str
    locality: str
    place: str
    secret: bool
    accused: tuple[str, ...]
    anonymous: bool
    callback_wanted: bool
    requester: MaskedIdentity | None
    registered_at: datetime
    closed_at: datetime | None
    closure: str
    desk: str
    lead: str | None
    first_receiver: str | None
    designated: bool
    adjudicated: bool
    assigned_at: datetime | None
    signed_in_at: datetime | None
    contacted_at: datetime | None
    round: int
    returns: int
    extensions: int
    reworks: int
    parent: str | None
    children: tuple[str, ...]
    participants: tuple[ParticipantRow, ...]
    duties: tuple[DutyRow, ...]
    acts: list[ActOffered]
    answers: list[AnswerRow]
    commitments: tuple[CommitmentRow, ...]
    key: bool
    key_marks: tuple[KeyMarkRow, ...]
    key_looks: tuple[KeyLookRow, ...]
    callbacks: list[CallbackRow]
    attachments: tuple[AttachmentRef, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the request came from; several where cases were merged."""

    items: list[SourceRow]


def _ledger(actor: Actor, asked: Filters, now: datetime, after: int | None, limit: int) -> list[CaseRow]:
    filters = CaseFilters(
        stage=asked.stage,
        open=asked.open,
        channel=asked.channel,
        lead=asked.lead,
        number=asked.number,
        place=asked.place,
        words=asked.words,
    )
    return cases.ledger(actor, filters, now=now, after=after, limit=limit)


def _more(view: CaseView) -> dict[str, object]:
    case, answered = view.facts, bool(view.facts.answered_by)
    marks, looks = supervision.key_case(case.number) if case.key else ((), ())
    return {
        "key_marks": marks,
        "key_looks": looks,
        "answers": dispatch.answers(case.number) if answered else [],
        "commitments": commitments.of_subject(case.subject) if answered else (),
        "callbacks": feedback.callbacks(case.number) if answered else [],
    }


CASES = Resource(kind=CASE, filters=Filters, ledger=_ledger, page=Page[CaseRow], shown=CaseShown, more=_more)


def endpoints() -> Iterator[Endpoint]:
    """What is asked of cases alone."""
    yield Endpoint(
        method="GET",
        path="cases/{number}/sources",
        view=_sources,
        name="get_case_sources",
        tag=CASE.table.label,
        summary="工单的来源渠道与原编号",
        returns=Sources,
    )


def _sources(call: Call) -> Reply:
    case = cases.visible_facts(call.path["number"], call.actor)
    return Reply(Sources(intake.sources(case.number)))
