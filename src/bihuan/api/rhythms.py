"""Regular work as the API shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import Field

from bihuan.api.cursors import Page, Paging
from bihuan.api.subjects import ActOffered, Resource
from bihuan.attachments.types import AttachmentRef
from bihuan.cases.types import ParticipantRow
from bihuan.duties.types import DutyRow
from bihuan.kernel.actor import Actor
from bihuan.kernel.fields import Line
from bihuan.rhythm import queries as rhythms
from bihuan.rhythm.subject import RHYTHM
from bihuan.rhythm.types import LogRow, RhythmFilters, RhythmListed, RhythmStage


class FiltersOfRhythms(Paging):
    """What the list of regular work is narrowed to."""

    stage: RhythmStage | None = Field(None, title="阶段")
    open: bool | None = Field(None, title="是否未结束")
    code: Line | None = Field(None, title="工作代码")
    number: Line | None = Field(None, title="编号")


@dataclass(frozen=True, kw_only=True, slots=True)
class RhythmShown:
    """The work of a period: what, by which unit, until when, and whether it was done."""

    number: str
    stage: RhythmStage
    stage_label: str
    version: int
    pack: str
    instrument: str
    title: str
    code: str
    every: str
    period: str
    unit: str
    unit_name: str
    post: str
    begins_on: date
    ends_on: date
    due_on: date
    done_by: str
    summary: str
    log: LogRow | None
    started_at: datetime
    closed_at: datetime | None
    participants: tuple[ParticipantRow, ...]
    duties: tuple[DutyRow, ...]
    acts: list[ActOffered]
    attachments: tuple[AttachmentRef, ...]


def _ledger(
    actor: Actor, asked: FiltersOfRhythms, now: datetime, after: int | None, limit: int
) -> Sequence[RhythmListed]:
    filters = RhythmFilters(asked.code, asked.stage, asked.open, asked.number)
    return rhythms.ledger(actor, filters, now=now, after=after, limit=limit)


RHYTHMS = Resource(kind=RHYTHM, filters=FiltersOfRhythms, ledger=_ledger, page=Page[RhythmListed], shown=RhythmShown)
